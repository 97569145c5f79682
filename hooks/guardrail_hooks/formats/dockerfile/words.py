"""Word expansion: variables, quotes and escapes, as the official frontend expands them before a build.

A port of the rules of BuildKit's `frontend/dockerfile/shell/lex.go`: `$x ${x} ${x:-d} ${x-d} ${x:+a} ${x+a} ${x:?e}
${x?e} ${x#p} ${x##p} ${x%p} ${x%%p} ${x/p/r} ${x//p/r}`, single and double quotes, the escape token, all nested.
"""

from __future__ import annotations

import re

from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Lookup = Callable[[str], "Value | None"]


_SPECIAL = re.compile(r"""[\\`'"$]""")
_NONE: frozenset[str] = frozenset()


class BadSubstitution(Exception):
    """A word that cannot be expanded; `str(error)` is the official frontend's reason."""


class ValueRequired(BadSubstitution):
    """`${name:?message}` of a variable without a value: the build asks for one from outside."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name


class Piece(namedtuple("Piece", "text start end value")):
    """Some consecutive characters of an expanded word and where they come from.

    `start` and `end` are indexes into the source word where the text stands literally; -1 where it does not.
    `value` is the variable's value that supplied the text, None for text of the word itself.
    """

    __slots__ = ()
    text: str
    start: int
    end: int
    value: Value | None


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


class Expansion(namedtuple("Expansion", "text pieces used unset missing")):
    """An expanded word.

    `used` are the variables it mentions that have a value and `unset` those that have none, whether or not that made
    a difference. `missing` are the variables whose absence left a hole in the text, directly or through the value of
    another variable: with `missing` empty the text is what every build of this file sees.
    """

    __slots__ = ()
    text: str
    pieces: tuple[Piece, ...]
    used: frozenset[str]
    unset: frozenset[str]
    missing: frozenset[str]


def expand(word: str, lookup: Lookup, escape: str = "\\", *, quotes: bool = True) -> Expansion:
    """Expand one word. `lookup` gives a variable's value or None; `quotes=False` leaves quotes alone (here-documents).

    Raises BadSubstitution with the frontend's reason.
    """
    start = word.startswith("\ufeff")  # a byte order mark: Go's text/scanner, under the official lexer, drops it
    if _SPECIAL.search(word) is None:
        text = word[start:]
        piece = (Piece(text, int(start), len(word), None),) if text else ()
        return Expansion(text, piece, _NONE, _NONE, _NONE)
    from .lexer import Lexer

    lexer = Lexer(word, lookup, escape)
    lexer.position = int(start)
    lexer.quotes = quotes
    pieces = _merged(lexer.run())
    text = "".join([piece.text for piece in pieces])
    return Expansion(text, pieces, frozenset(lexer.used), frozenset(lexer.unset), frozenset(lexer.missing))


def split_words(line: str, *, raw: bool) -> list[str]:
    """Split a line into shell words the way here-documents are looked for: nothing set, variables left standing.

    With `raw`, quotes and escapes stay in the words. A line that cannot be lexed raises BadSubstitution.
    """
    from .lexer import Lexer

    lexer = Lexer(line.removeprefix("\ufeff"), _nothing, "\\")
    lexer.keep_unset = True
    lexer.raw_quotes = lexer.raw_escapes = raw
    lexer.words = []
    lexer.run()
    lexer.end_word()
    return lexer.words


def _merged(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Join neighbours that stand side by side in the source word, so that a reference is one piece where it can be."""
    out: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        last = out[-1] if out else None
        if last and last.value is None and piece.value is None and last.end == piece.start:
            out[-1] = Piece(last.text + piece.text, last.start, piece.end, None)
        else:
            out.append(piece)
    return tuple(out)


def _nothing(_name: str) -> None:
    return None
