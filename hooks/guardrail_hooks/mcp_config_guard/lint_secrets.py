"""MCG201 to MCG205: secrets in fields, arguments, addresses, settings. One finding per scalar, the surest first."""

from __future__ import annotations

from guardrail_hooks.core.printable import printable
from guardrail_hooks.formats.values import STRING
from guardrail_hooks.mcp_config_guard.lint_shape import inputs
from guardrail_hooks.mcp_config_guard.paths import OUTSIDE, resolve
from guardrail_hooks.mcp_config_guard.references import WITH_DEFAULT, is_one_reference, is_placeholder
from guardrail_hooks.mcp_config_guard.rules import secrets as rules
from guardrail_hooks.mcp_config_guard.tokens import (
    is_secret_name,
    known_token,
    looks_random,
    secret_in_url,
    shown,
)
from guardrail_hooks.pattern import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.formats.values import Value
    from guardrail_hooks.mcp_config_guard.exhibit import Exhibit
    from guardrail_hooks.mcp_config_guard.servers import Configuration

SCHEME = pattern(r"(?i)^(?:bearer|basic|token|apikey|api-key|key)\s+")
ASSIGNED = pattern(r"(?s)(?:--?)?([A-Za-z_][A-Za-z0-9_.-]*)=(.+)")
HEADER_ARGUMENT = pattern(r"(?s)([A-Za-z][A-Za-z0-9-]*):\s*(.+)")
# Fields whose value names a variable or a file, or is public by design.
NAMES_ONLY = frozenset({"bearer_token_env_var", "env_vars", "env_http_headers", "oauth_client_id", "clientId"})


def secrets(exhibit: Exhibit) -> Iterator[Finding]:
    """Every scalar of a server or group of settings that holds a secret."""
    server = exhibit.server
    value = server.value
    if value is None:
        return
    named = dict(_named(value, "", ""))
    flags = dict(_flag_values(exhibit))
    for text in value.strings():
        name, where = named.get(id(text), ("", "the value"))
        if id(text) in flags:
            name, where = flags[id(text)], f"the argument of {printable(flags[id(text)])}"
        yield from scalar(exhibit, text, name, where)


def _named(value: Value, name: str, path: str) -> Iterator[tuple[int, tuple[str, str]]]:
    """For each string below a value, the field that it stands in, and how to speak of it."""
    if value.kind == STRING:
        yield id(value), (name, f'"{printable(path)}"' if path else "the value")
    for member in value.members:
        yield from _named(member.value, member.name, f"{path}.{member.name}" if path else member.name)
    for at, element in enumerate(value.values):
        yield from _named(element, "", f"{path}[{at}]")


def _flag_values(exhibit: Exhibit) -> Iterator[tuple[int, str]]:
    """The words that are values of flags, with the flag."""
    for one, other in zip(exhibit.values, exhibit.values[1:], strict=False):
        if _is_flag(one.text) and not other.text.startswith("-") and one.text.lstrip("-") not in ("e", "H", "env"):
            yield id(other), one.text


def _is_flag(text: str) -> bool:
    """Whether a word is an option without a value: one or two dashes, a letter, and what names are made of."""
    name = text.removeprefix("-").removeprefix("-")
    plain = name.replace("-", "").replace("_", "")
    return text.startswith("-") and name.isascii() and name[:1].isalpha() and plain.isalnum()


def scalar(exhibit: Exhibit, value: Value, name: str, where: str) -> Iterator[Finding]:
    """What one scalar gives away."""
    text = value.text
    if len(text) < 6:
        return
    for variable, default in WITH_DEFAULT.findall(text, 0, text.rfind("}") + 1) if "${" in text and "-" in text else ():
        token = known_token(default)
        if token or ((is_secret_name(variable) or is_secret_name(name)) and looks_random(default)):
            secret = token[1] if token else default
            yield exhibit.finding(
                rules.SECRET_DEFAULT, value, where=where, name=printable(variable), shown=shown(secret)
            )
            return
    if token := known_token(text):
        yield exhibit.finding(rules.KNOWN_TOKEN, value, where=where, kind=token[0], shown=shown(token[1]))
        return
    if secret := secret_in_url(text):
        yield exhibit.finding(rules.SECRET_IN_URL, value, where=where, shown=shown(secret))
        return
    if secret := _literal(text, name):
        yield exhibit.finding(rules.LITERAL_SECRET, value, where=where, shown=shown(secret))


def _literal(text: str, name: str) -> str | None:
    """The literal secret that a scalar holds under its own name, or under one that it brings itself."""
    if name in NAMES_ONLY:
        return None
    if is_one_reference(text):
        return None
    candidates = [(name.lstrip("-"), text)]
    forms = [form for sign, form in (("=", ASSIGNED), (":", HEADER_ARGUMENT)) if sign in text]
    candidates += [(match[1], match[2]) for form in forms if (match := form.fullmatch(text))]
    for field, full in candidates:
        if is_secret_name(field) and looks_random(value := SCHEME.sub("", full)) and not is_placeholder(value):
            return value
    return None


def secret_sources(exhibit: Exhibit) -> Iterator[Finding]:
    """Environment files that git tracks."""
    file = exhibit.server.get("envFile")
    if file is None or file.kind != STRING:
        return
    for base in exhibit.survey.follower.bases(exhibit.server):
        path = resolve(file.text, base, exhibit.settings.policy.root_aliases)
        if path and path != OUTSIDE and path in exhibit.survey.tree.entries():
            shown_path = printable(path)
            yield exhibit.finding(
                rules.EXPOSED_SECRET_SOURCE,
                file,
                what=f"the environment file {shown_path} is tracked by git",
                remedy=f"git rm --cached -- {shown_path}, list it in .gitignore, and renew what it holds",
            )
            return


def open_inputs(configuration: Configuration) -> Iterator[Finding]:
    """Inputs that ask for a secret and show what is typed (VS Code)."""
    if configuration.document is None:
        return
    for value in inputs(configuration):
        name, kind, hidden = value.get("id"), value.get("type"), value.get("password")
        if name is None or kind is None or kind.text != "promptString" or (hidden is not None and hidden.is_true):
            continue
        if is_secret_name(name.text):
            yield rules.EXPOSED_SECRET_SOURCE.at(
                configuration.place(name),
                subject=name.text,
                what=f'the input "{printable(name.text)}" asks for a secret and shows what is typed',
                remedy='add "password": true to it',
            )
