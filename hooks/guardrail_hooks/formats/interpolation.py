"""Compose's variables in a text, and where each piece of the result was written.

compose-spec, 12-interpolation.md, as `compose-go/template` reads it: `$X`, `${X}`, the operators `:-` `-` `:?` `?` `:+`
`+` whose words hold variables in turn, `$$` for a dollar sign. A dollar sign before anything else stands for itself.
"""

from __future__ import annotations

import re

from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

LITERAL, DEFAULT, VARIABLE, MISSING = "literal", "default", "variable", "missing"
DEEPEST = 50  # levels of words in words; nobody writes more than three

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPERATOR = re.compile(r":?[-?+]")
_WORDS = re.compile(r"[^$]+")
_BRACED_WORDS = re.compile(r"[^${}\r\n]+")


class Piece(namedtuple("Piece", "text start end origin name")):
    """A piece of the result, and the stretch `[start, end)` of the text that made it.

    origin     what it is                                             name
    LITERAL    written outside of variables                           ''
    DEFAULT    written in the word of `:-` `-` `:+` or `+`            the innermost variable that the word belongs to
    VARIABLE   the value of a variable; the stretch is `${...}`       that variable
    MISSING    nothing: a variable without a value or a word          that variable
    """

    __slots__ = ()
    text: str
    start: int
    end: int
    origin: str
    name: str


class Interpolated(namedtuple("Interpolated", "pieces fault")):
    """The result in pieces, in order. `fault` is a clause about what Compose refuses; then there are no pieces."""

    __slots__ = ()
    pieces: tuple[Piece, ...]
    fault: str

    @property
    def text(self) -> str:
        """The whole result; a variable without a value leaves nothing, as in Compose."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def missing(self) -> tuple[str, ...]:
        """The variables that something outside has to give a value, each once."""
        return tuple(dict.fromkeys(piece.name for piece in self.pieces if piece.origin == MISSING))

    @property
    def is_resolved(self) -> bool:
        """Whether the text alone, with the variables given, says what the result is."""
        return not self.fault and not any(piece.origin == MISSING for piece in self.pieces)

    def piece_at(self, index: int) -> Piece | None:
        """The piece that made the character `text[index]`."""
        for piece in self.pieces:
            if index < len(piece.text):
                return piece
            index -= len(piece.text)
        return None


class _Fault(Exception):
    pass


def interpolate(text: str, variables: Mapping[str, str]) -> Interpolated:
    """Fill in the variables of a text; those that `variables` lacks are unset. Linear in the length of the text."""
    pieces: list[Piece] = []
    try:
        _fill(text, 0, variables, pieces, "", 0)
    except _Fault as fault:
        return Interpolated((), str(fault))
    return Interpolated(tuple(pieces), "")


def _fill(text: str, at: int, variables: Mapping[str, str], pieces: list[Piece], owner: str, depth: int) -> int:
    """Add the pieces from `at` on: to the end, or, in the word of the variable `owner`, to the brace that closes it."""
    origin = DEFAULT if owner else LITERAL
    pattern = _BRACED_WORDS if owner else _WORDS
    open_braces = 0  # of the word's own, as in `${X:-{"a": 1}}`
    while at < len(text):
        if words := pattern.match(text, at):
            pieces.append(Piece(words[0], at, words.end(), origin, owner))
            at = words.end()
        elif text[at] == "$":
            at = _dollar(text, at, variables, pieces, owner, depth)
        elif text[at] in "\r\n" or (text[at] == "}" and not open_braces):
            return at
        else:
            open_braces += 1 if text[at] == "{" else -1
            pieces.append(Piece(text[at], at, at + 1, origin, owner))
            at += 1
    return at


def _dollar(text: str, at: int, variables: Mapping[str, str], pieces: list[Piece], owner: str, depth: int) -> int:
    """Add what a dollar sign begins; give the place behind it."""
    if text.startswith("${", at):
        return _braced(text, at, variables, pieces, depth + 1)
    if name := _NAME.match(text, at + 1):
        pieces.append(_value(name[0], variables.get(name[0]), at, name.end()))
        return name.end()
    end = at + 2 if text.startswith("$$", at) else at + 1
    pieces.append(Piece("$", at, end, DEFAULT if owner else LITERAL, owner))
    return end


def _braced(text: str, at: int, variables: Mapping[str, str], pieces: list[Piece], depth: int) -> int:
    """Add the pieces of the `${...}` at `at`; give the place behind it."""
    if depth > DEEPEST:
        raise _Fault(f"variables are nested deeper than {DEEPEST} levels")
    name = _NAME.match(text, at + 2)
    if name is None:
        raise _Fault('"${" is not followed by the name of a variable, "$$" is a dollar sign')
    operator = _OPERATOR.match(text, name.end())
    word: list[Piece] = []
    end = name.end()
    if operator:
        end = _fill(text, operator.end(), variables, word, name[0], depth)
    if not text.startswith("}", end):
        raise _Fault(f'"${{{name[0]}" is not closed by "}}"' if operator or end == len(text) else _unknown(name[0]))
    end += 1
    value = variables.get(name[0])
    sign = operator[0] if operator else ""
    is_set = bool(value) if sign.startswith(":") else value is not None
    if sign.endswith("+"):
        pieces += word if is_set else []
    elif sign.endswith("-") and not is_set:
        pieces += word
    else:
        pieces.append(_value(name[0], value if is_set else None, at, end))
    return end


def _unknown(name: str) -> str:
    return f'"${{{name}" is followed by no operator, one of ":-", "-", ":?", "?", ":+" and "+"'


def _value(name: str, value: str | None, start: int, end: int) -> Piece:
    return Piece(value or "", start, end, MISSING if value is None else VARIABLE, name)
