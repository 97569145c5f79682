"""`.env` files, as compose-go's dotenv package reads them."""

from __future__ import annotations

import re

from guardrail_hooks.formats.interpolation import interpolate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 500  # lines of one quoted value; nobody writes more
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
            if close < 0:
                body = "\n".join([body, *lines[at : at + LONGEST]])
                close = _closing(body, quote)
                if close < 0:
                    continue
            value = body[:close]
            at += value.count("\n")
            if quote == '"':
                value = re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[0]), value)
                value = _filled(value, variables)
        else:
            value = _filled(re.split(r"(?:^|[ \t])#", rest, maxsplit=1)[0].strip(), variables)
        if not known or match[1] not in known:
            variables[match[1]] = value
        rows.append((match[1], value, first + 1))
    return rows


def _filled(text: str, variables: Mapping[str, str]) -> str:
    """A value with its variables filled in; one that has none leaves nothing, as in Compose."""
    filled = interpolate(text, variables)
    return text if filled.fault else filled.text


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
