"""What changed in words: field by field, secrets never in full."""

from __future__ import annotations

from guardrail_hooks.core.printable import printable, without_secrets
from guardrail_hooks.mcp_config_guard.fingerprint import canonical

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.formats.values import Plain

LONGEST = 80  # characters of a value that are shown
HIDDEN_FIELDS = frozenset({"env", "headers", "http_headers", "apiKey", "oauth_client_secret", "environment"})


def differences(old: Plain, new: Plain, path: str = "") -> Iterator[str]:
    """Each field that differs, as `args[1]: acme@4.0.1 -> acme@4.0.2`."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted(old.keys() | new.keys()):
            inner = f"{path}.{name}" if path else name
            if name not in old:
                yield f"{printable(inner)}: added{_shown(new[name], inner)}"
            elif name not in new:
                yield f"{printable(inner)}: removed{_shown(old[name], inner)}"
            else:
                yield from differences(old[name], new[name], inner)
    elif isinstance(old, list) and isinstance(new, list):
        for at in range(max(len(old), len(new))):
            inner = f"{path}[{at}]"
            if at >= len(old):
                yield f"{printable(inner)}: added{_shown(new[at], inner)}"
            elif at >= len(new):
                yield f"{printable(inner)}: removed{_shown(old[at], inner)}"
            else:
                yield from differences(old[at], new[at], inner)
    elif old != new or type(old) is not type(new):
        if _is_hidden(path):
            yield f"{printable(path)}: another value"
        else:
            yield f"{printable(path)}: {_value(old)} -> {_value(new)}"


def described(body: Plain) -> Iterator[str]:
    """What a new server is, field by field."""
    if isinstance(body, dict):
        for name in sorted(body):
            yield f"{printable(name)}{_shown(body[name], name) or ': set'}"


def _is_hidden(path: str) -> bool:
    """Whether values below this field may be secrets."""
    return path.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0] in HIDDEN_FIELDS or path.startswith("env.")


def _shown(value: Plain, path: str) -> str:
    """A value behind a colon; nothing where it may be a secret."""
    return "" if _is_hidden(path) else f": {_value(value)}"


def _value(value: Plain) -> str:
    """A value as people read it, cut and without secrets."""
    text = value if isinstance(value, str) else canonical(value)
    text = printable(without_secrets(text))
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."
