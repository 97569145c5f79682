"""What changed in words: field by field, secrets never in full."""

from __future__ import annotations

from guardrail_hooks.core.printable import STARS, printable, without_secrets
from guardrail_hooks.mcp_config_guard.fingerprint import canonical
from guardrail_hooks.mcp_config_guard.tokens import is_secret_name, secret_in_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.formats.values import Plain

LISTED = "@listed"  # how a body holds the lists that name its server
LONGEST = 80  # characters of a value that messages and records show
ALL = 1 << 30  # characters: nothing is kept from the person who approves
HIDDEN_FIELDS = frozenset({"env", "headers", "http_headers", "apiKey", "oauth_client_secret", "environment"} | {"envs"})


def differences(old: Plain, new: Plain, *, most: int = LONGEST, path: str = "", name: str = "") -> Iterator[str]:
    """Each field that differs, as `args[1]: acme@4.0.1 -> acme@4.0.2`; `name` is what the value is called.

    Values are cut after `most` characters.
    """
    if isinstance(old, dict) and isinstance(new, dict):
        if old.get(LISTED) != new.get(LISTED):
            yield f"{_named(old.get(LISTED))}, now {_named(new.get(LISTED))}"
        for key in sorted((old.keys() | new.keys()) - {LISTED}):
            inner = f"{path}.{key}" if path else key
            if key not in old:
                yield f"{printable(inner)}: added{_shown(new[key], inner, key, most)}"
            elif key not in new:
                yield f"{printable(inner)}: removed{_shown(old[key], inner, key, most)}"
            else:
                yield from differences(old[key], new[key], most=most, path=inner, name=key)
    elif isinstance(old, list) and isinstance(new, list):
        for at in range(max(len(old), len(new))):
            inner = f"{path}[{at}]"
            if at >= len(old):
                yield f"{printable(inner)}: added{_shown(new[at], inner, _called(new, at), most)}"
            elif at >= len(new):
                yield f"{printable(inner)}: removed{_shown(old[at], inner, _called(old, at), most)}"
            else:
                called = _called(old, at) or _called(new, at)
                yield from differences(old[at], new[at], most=most, path=inner, name=called)
    elif old != new or type(old) is not type(new):
        if _is_hidden(path) or _guarded(old, name) == _guarded(new, name):
            yield f"{printable(path)}: another value"
        else:
            old, new = _guarded(old, name), _guarded(new, name)
            start = _common(old, new) if isinstance(old, str) and isinstance(new, str) else 0
            yield f"{printable(path)}: {_value(old, most, start)} -> {_value(new, most, start)}"


def described(body: Plain, *, most: int = LONGEST) -> Iterator[str]:
    """What a new server is, field by field."""
    if isinstance(body, dict):
        if LISTED in body:
            yield f"{_named(body[LISTED])}"
        for name in sorted(body.keys() - {LISTED}):
            yield f"{printable(name)}{_shown(body[name], name, name, most) or ': set'}"


def _is_hidden(path: str) -> bool:
    """Whether values below this field may be secrets."""
    return path.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0] in HIDDEN_FIELDS or path.startswith("env.")


def _shown(value: Plain, path: str, name: str, most: int) -> str:
    """A value behind a colon; of what may hold secrets the names alone, or nothing."""
    if not _is_hidden(path):
        return f": {_value(_guarded(value, name), most)}"
    return f": set ({_value(', '.join(sorted(value)), most)})" if isinstance(value, dict) and value else ""


def _called(values: list[Plain], at: int) -> str:
    """What an element of a list is called: the flag in front of it, if there is one."""
    flag = values[at - 1] if at else ""
    return flag.lstrip("-") if isinstance(flag, str) and flag.startswith("-") and "=" not in flag else ""


def _guarded(value: Plain, name: str) -> Plain:
    """The value with stars for what is named as a secret, and for secrets in addresses."""
    if isinstance(value, dict):
        return {key: _guarded(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_guarded(inner, _called(value, at)) for at, inner in enumerate(value)]
    if not isinstance(value, str):
        return value
    if is_secret_name(name) and not value.startswith(("-", "$")):
        return STARS
    secret = secret_in_url(value)
    return value.replace(secret, STARS) if secret else value


def _named(lists: Plain) -> str:
    """The lists that name a server, in words."""
    return f"named in {' and '.join(str(name) for name in lists)}" if isinstance(lists, list) else "named in no list"


def _common(old: str, new: str) -> int:
    """How many characters of two long texts may be left out in front of the first difference."""
    if max(len(old), len(new)) <= LONGEST:
        return 0
    same = next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), 0)
    return max(0, same - 20)


def _value(value: Plain, most: int, start: int = 0) -> str:
    """A value as people read it, cut and without secrets."""
    text = value if isinstance(value, str) else canonical(value)
    text = printable(without_secrets(text))
    start = min(start, len(text))
    text = ("..." if start else "") + text[start:]
    return text if len(text) <= most else text[: most - 3] + "..."
