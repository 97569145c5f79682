"""Which words of a logical line start a here-document.

Follows BuildKit, `heredocsFromLine` and `ParseHeredoc` in `frontend/dockerfile/parser/parser.go`: `<<WORD`, `<<-WORD`,
blanks after `<<`, a number before it, quotes around the word, several on one line; not `<<<`.
"""

from __future__ import annotations

import re

from guardrail_hooks.formats.dockerfile.lexer import Lexer
from guardrail_hooks.formats.dockerfile.words import BadSubstitution

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACES = re.compile(r"[^\S\x1c-\x1f]+")  # what is white space to Go
_HEREDOC = re.compile(r"[0-9]*<<(-?)[\t\n\f\r ]*([^<]*)\Z")


def heredocs_on(line: str) -> Iterator[tuple[str, bool, bool]]:
    """Yield name, whether its body is expanded, and whether leading tabs go, for each here-document of the line."""
    try:
        words = _split(line, raw=True)
    except BadSubstitution:
        return
    for word in words:
        heredoc = heredoc_word(word)
        if heredoc:
            yield heredoc


def heredoc_word(word: str) -> tuple[str, bool, bool] | None:
    """Read one word as the start of a here-document: (name, expand, chomp), or None if it is none."""
    match = _HEREDOC.match(word) if "<<" in word else None
    if match is None or not match[2]:
        return None
    try:
        names = _split(match[2], raw=False)
        quoted = _split(match[2], raw=True)
    except BadSubstitution:
        return None
    if len(names) != 1 or len(quoted) != 1:
        return None
    return names[0], _quotes(names[0]) == _quotes(quoted[0]), bool(match[1])


def _quotes(word: str) -> int:
    return word.count("'") + word.count('"')


class WordList:
    """Words of a line, split at unquoted white space as the lexer goes."""

    __slots__ = ("_buffer", "_inside", "words")

    def __init__(self) -> None:
        self.words: list[str] = []
        self._buffer: list[str] = []
        self._inside = False

    def add_spaced(self, text: str) -> None:
        """Add unquoted text: white space ends a word."""
        first = True
        for part in _SPACES.split(text):
            if not first and self._inside:
                self.end()
            first = False
            if part:
                self.add_raw(part)

    def add_raw(self, text: str) -> None:
        """Add quoted or escaped text, white space included."""
        self._inside = True
        if text:
            self._buffer.append(text)

    def end(self) -> None:
        """End the word, if there is anything in it."""
        if self._buffer:
            self.words.append("".join(self._buffer))
            self._buffer = []
            self._inside = False

    def forget(self) -> None:
        """Drop the unfinished word: the official lexer uses its buffer anew inside every `${...}`."""
        self._buffer = []


def _split(line: str, *, raw: bool) -> list[str]:
    """Split a line into words, with nothing set and variables left standing; with `raw`, quotes and escapes too.

    Raises BadSubstitution.
    """
    lexer = Lexer(line.removeprefix("\ufeff"), lambda _name: None, "\\")
    lexer.keep_unset = True
    lexer.raw_quotes = lexer.raw_escapes = raw
    words = lexer.words = WordList()
    lexer.run()
    words.end()
    return words.words
