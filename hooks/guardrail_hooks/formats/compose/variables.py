"""Compose's interpolation, against a known set of variables. The process environment is never asked.

compose-spec, 12-interpolation.md: `$VAR`, `${VAR}`, the operators `:-` `-` `:?` `?` `:+` `+` with nested words, `$$`.
"""

from __future__ import annotations

import re
from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPERATOR = re.compile(r":?[-?+]")
_UNKNOWN = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
DEEPEST = 20  # nested defaults; nobody writes more than three


class Resolved(namedtuple("Resolved", "text missing fault")):
    """A text with its variables filled in.

    A variable without a value stays as `${NAME}`, whatever its operator was, and is listed in `missing`. `fault` is a
    clause about a `$` that Compose refuses, else empty.
    """

    __slots__ = ()
    text: str
    missing: tuple[str, ...]
    fault: str


def interpolate(text: str, variables: Mapping[str, str]) -> Resolved:
    """Fill in the variables of a text."""
    if "$" not in text:
        return Resolved(text, (), "")
    missing: list[str] = []
    try:
        filled, _ = _fill(text, 0, variables, missing, 0)
    except ValueError as fault:
        return Resolved(text, (), str(fault))
    return Resolved(filled, tuple(dict.fromkeys(missing)), "")


def is_unknown(text: str) -> bool:
    """Whether a filled-in text still holds a variable without a value."""
    return _UNKNOWN.search(text) is not None


def _fill(text: str, at: int, variables: Mapping[str, str], missing: list[str], depth: int) -> tuple[str, int]:
    """Fill in a text from `at` on; inside braces (`depth` above 0) up to the closing one."""
    parts: list[str] = []
    while at < len(text):
        character = text[at]
        if character == "}" and depth:
            break
        if character != "$":
            parts.append(character)
            at += 1
        elif text.startswith("$$", at):
            parts.append("$")
            at += 2
        elif text.startswith("${", at):
            value, at = _braced(text, at, variables, missing, depth + 1)
            parts.append(value)
        elif name := _NAME.match(text, at + 1):
            parts.append(_value(name[0], variables, missing))
            at = name.end()
        else:
            raise ValueError("a single '$' starts no variable: write '$$' for a dollar sign")
    return "".join(parts), at


def _value(name: str, variables: Mapping[str, str], missing: list[str]) -> str:
    """The value of a variable, or the variable itself."""
    if name in variables:
        return variables[name]
    missing.append(name)
    return f"${{{name}}}"


def _braced(text: str, at: int, variables: Mapping[str, str], missing: list[str], depth: int) -> tuple[str, int]:
    """The value of `${...}` that starts at `at`, and where it ends."""
    name = _NAME.match(text, at + 2)
    if not name or depth > DEEPEST:
        raise ValueError("'${' starts no variable: write '$$' for a dollar sign")
    operator = _OPERATOR.match(text, name.end())
    later: list[str] = []
    word, end = _fill(text, operator.end(), variables, later, depth) if operator else ("", name.end())
    if not text.startswith("}", end):
        raise ValueError(f"'${{{name[0]}' is not closed")
    value = variables.get(name[0])
    sign = operator[0] if operator else ""
    has_value = bool(value) if sign.startswith(":") else value is not None
    if sign.endswith("+"):
        missing += later if has_value else []
        return word if has_value else "", end + 1
    if has_value:
        return value or "", end + 1
    if sign.endswith("-"):
        missing += later
        return word, end + 1
    missing.append(name[0])
    return f"${{{name[0]}}}", end + 1


_ASSIGNMENT = re.compile(r"[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*[=:](?!=)[ \t]*")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$$"}


def read_env(text: str, known: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables of a `.env` file, as compose-go's dotenv package reads it.

    `export` is dropped, single quotes are literal, double quotes know escapes, ` #` starts a comment behind bare
    values, and later values may use earlier ones and those of `known`, which win.
    """
    return {name: value for name, value, _ in read_env_lines(text, known)}


def read_env_lines(text: str, known: Mapping[str, str] | None = None) -> list[tuple[str, str, int]]:
    """Name, value and line number of every assignment of a `.env` file."""
    rows: list[tuple[str, str, int]] = []
    variables = dict(known or {})
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    at = 0
    while at < len(lines):
        first = at
        match = _ASSIGNMENT.match(lines[at])
        at += 1
        if not match or lines[first].lstrip().startswith("#"):
            continue
        rest = lines[first][match.end() :]
        if rest[:1] in ("'", '"'):
            quote = rest[0]
            body = rest[1:]
            close = _closing(body, quote)
            while close < 0 and at < len(lines):
                body += "\n" + lines[at]
                at += 1
                close = _closing(body, quote)
            if close < 0:
                at = first + 1
                continue
            value = body[:close]
            if quote == '"':
                value = re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[0]), value)
                value = interpolate(value, variables).text
        else:
            value = interpolate(re.split(r"(?:^|[ \t])#", rest, maxsplit=1)[0].strip(), variables).text
        if not known or match[1] not in known:
            variables[match[1]] = value
        rows.append((match[1], value, first + 1))
    return rows


def _closing(body: str, quote: str) -> int:
    """Where the closing quote is, -1 for none."""
    at = 0
    while at < len(body):
        if body[at] == "\\" and quote == '"':
            at += 2
            continue
        if body[at] == quote:
            return at
        at += 1
    return -1
