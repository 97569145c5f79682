"""`WWW-Authenticate`: the challenges of a 401, by RFC 9110, sections 11.2 to 11.6."""

from __future__ import annotations

import re

from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PARAMETER = re.compile(rf'({_WORD})[ \t]*=[ \t]*(?:({_WORD})|"((?:[^"\\]|\\.)*)")(?=[ \t]*(?:,|$))')
_TOKEN68 = re.compile(r"[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))")
_SCHEME = re.compile(rf"({_WORD})(?:[ \t]+|(?=,|$))")
_GAP = re.compile(r"[ \t,]*")
_ESCAPED = re.compile(r"\\(.)")


class Challenge(namedtuple("Challenge", "scheme parameters")):
    """One way to authenticate: the scheme and the names of the parameters in lower case, the values as meant."""

    __slots__ = ()
    scheme: str
    parameters: dict[str, str]


def challenges(headers: Iterable[str]) -> Iterator[Challenge]:
    """The challenges of all `WWW-Authenticate` fields of a response; what follows a malformed one is left out."""
    for header in headers:
        yield from _challenges(header)


def _challenges(header: str) -> Iterator[Challenge]:
    current: Challenge | None = None
    position = _behind_gap(header, 0)
    while position < len(header):
        parameter = _PARAMETER.match(header, position) if current else None
        if parameter and current:
            name, token, quoted = parameter.groups()
            value = token if quoted is None else _ESCAPED.sub(r"\1", quoted)
            current.parameters.setdefault(name.lower(), value)
            position = parameter.end()
        else:
            scheme = _SCHEME.match(header, position)
            if current:
                yield current
            if scheme is None:
                return
            current = Challenge(scheme[1].lower(), {})
            position = scheme.end()
            credentials = None if _PARAMETER.match(header, position) else _TOKEN68.match(header, position)
            if credentials and header[scheme.end(1) : scheme.end()]:
                position = credentials.end()
        position = _behind_gap(header, position)
    if current:
        yield current


def _behind_gap(header: str, position: int) -> int:
    gap = _GAP.match(header, position)
    return gap.end() if gap else position
