"""Word expansion: variables, quotes and escapes, as the official frontend expands them before a build.

A port of the rules of BuildKit's `frontend/dockerfile/shell/lex.go`: `$x ${x} ${x:-d} ${x-d} ${x:+a} ${x+a} ${x:?e}
${x?e} ${x#p} ${x##p} ${x%p} ${x%%p} ${x/p/r} ${x//p/r}`, single and double quotes, the escape token, all nested.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Lookup = Callable[[str], "Value | None"]


_SPECIAL = re.compile(r"""[\\`'"$]""")
_NONE: frozenset[str] = frozenset()


class BadSubstitution(Exception):
    """A word that cannot be expanded; `str(error)` is the official frontend's reason."""

    def __init__(self, reason: str) -> None:
        from guardrail_hooks.formats.dockerfile.wording import legible

        super().__init__(legible(reason))


class ValueRequired(BadSubstitution):
    """`${name:?message}` of a variable without a value: the build asks for one from outside."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name


class Piece:
    """Some consecutive characters of an expanded word and where they come from.

    `start` and `end` are indexes into the source word where the text stands literally; -1 where it does not.
    `value` is the variable's value that supplied the text, None for text of the word itself.
    """

    __slots__ = ("end", "start", "text", "value")

    def __init__(self, text: str, start: int, end: int, value: Value | None) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.value = value


class Value:
    """The value of a variable: its text, and what it was made of.

    `pieces` are the pieces of the expanded definition. `missing` are the variables without a value on which the text
    depends. `definition` is whatever the caller wants to find again: the place that supplied the value.
    """

    __slots__ = ("definition", "missing", "pieces", "text")

    def __init__(
        self,
        text: str,
        pieces: tuple[Piece, ...] = (),
        missing: frozenset[str] = frozenset(),
        definition: object = None,
    ) -> None:
        self.text = text
        self.pieces = pieces
        self.missing = missing
        self.definition = definition


class Expansion:
    """An expanded word.

    `used` are the variables it mentions that have a value and `unset` those that have none, whether or not that made
    a difference. `missing` are the variables whose absence left a hole in the text, directly or through the value of
    another variable: with `missing` empty the text is what every build of this file sees.
    """

    __slots__ = ("missing", "pieces", "text", "unset", "used")

    def __init__(
        self, text: str, pieces: tuple[Piece, ...], used: frozenset[str], unset: frozenset[str], missing: frozenset[str]
    ) -> None:
        self.text = text
        self.pieces = pieces
        self.used = used
        self.unset = unset
        self.missing = missing


def is_plain(word: str) -> bool:
    """Whether a word stands for itself: no variable, quote or escape in it."""
    return _SPECIAL.search(word) is None


def expand(word: str, lookup: Lookup, escape: str = "\\", *, quotes: bool = True) -> Expansion:
    """Expand one word. `lookup` gives a variable's value or None; `quotes=False` leaves quotes alone (here-documents).

    Raises BadSubstitution with the frontend's reason.
    """
    start = word.startswith("\ufeff")  # a byte order mark: Go's text/scanner, under the official lexer, drops it
    if _SPECIAL.search(word) is None:
        text = word[start:]
        piece = (Piece(text, int(start), len(word), None),) if text else ()
        return Expansion(text, piece, _NONE, _NONE, _NONE)
    from guardrail_hooks.formats.dockerfile.lexer import Lexer

    lexer = Lexer(word, lookup, escape)
    lexer.position = int(start)
    lexer.quotes = quotes
    pieces = _merged(lexer.run())
    text = "".join([piece.text for piece in pieces])
    return Expansion(text, pieces, frozenset(lexer.used), frozenset(lexer.unset), frozenset(lexer.missing))


def _merged(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Join neighbours that stand side by side in the source word, so that a reference is one piece where it can be."""
    out: list[Piece] = []
    run: list[Piece] = []
    for piece in pieces:
        if run and not (piece.value is None and piece.start == run[-1].end):
            out.append(_joined(run))
            run = []
        if piece.value is not None:
            out.append(piece)
        elif piece.text:
            run.append(piece)
    return tuple([*out, _joined(run)] if run else out)


def _joined(run: list[Piece]) -> Piece:
    return Piece("".join([piece.text for piece in run]), run[0].start, run[-1].end, None)
