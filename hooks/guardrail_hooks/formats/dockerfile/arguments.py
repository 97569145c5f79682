"""The text of one instruction, taken apart: keyword, flags, and the words each kind of instruction is made of.

Follows BuildKit, `frontend/dockerfile/parser/split_command.go` and `line_parsers.go`. All functions take the logical
line (or a part of it) and give positions in it.
"""

from __future__ import annotations

import re

from guardrail_hooks.formats.dockerfile.directives import SPACE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

BLANKS = re.compile("[\t\v\f\r ]+")  # parser.go, reWhitespace

_ASCII_SPACE = "\t\n\v\f\r "
_QUOTING = re.compile(r"""["'\\`]""")
_WORD = re.compile(r"[\S\x1c-\x1f]+")  # what is no white space to Go


class Chunk:
    """A word and the stretch `[start:end]` it takes; `text` differs from the stretch where quotes were removed."""

    __slots__ = ("end", "start", "text")

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.start = start
        self.end = end


def keyword_of(line: str) -> str:
    """Return the first word of a logical line, as written."""
    match = BLANKS.search(line)
    return line[: match.start()] if match else line


def take_flags(line: str, start: int, escape: str) -> tuple[list[Chunk], int]:
    """Read the `--flags` from `start` on; returns them and the index where the rest begins.

    Quotes and escapes are removed from a flag's text. A word `--` ends the flags and is dropped.
    """
    if line[start : start + 1].isalnum():  # the usual case: no flags
        return [], start
    flags: list[Chunk] = []
    position = start
    while True:
        while position < len(line) and line[position] in _ASCII_SPACE:
            position += 1
        if not line.startswith("--", position):
            break
        begin = position
        text, position = _flag_text(line, begin, escape)
        if text == "--":
            break
        flags.append(Chunk(text, begin, position))
    while position < len(line) and line[position] in SPACE:
        position += 1
    return flags, position


def _flag_text(line: str, position: int, escape: str) -> tuple[str, int]:
    out: list[str] = []
    quote = ""
    while position < len(line):
        char = line[position]
        if not quote and char in _ASCII_SPACE:
            break
        position += 1
        if char == quote:
            quote = ""
        elif not quote and char in "'\"":
            quote = char
        else:
            if char == escape:
                char = line[position : position + 1]
                position += 1
            if char.isascii():
                out.append(char)
                continue
            # The official parser takes bytes for characters here, and two of them for white space.
            text = char.encode("utf-8", "surrogateescape").decode("latin-1")
            blank = -1 if quote else next((index for index, byte in enumerate(text) if byte in "\x85\xa0"), -1)
            out.append(text if blank < 0 else text[:blank])
            if blank >= 0:
                break
    return "".join(out), min(position, len(line))


def blank_separated(line: str, start: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches between blanks, quotes or not (FROM, EXPOSE, the plain form of ADD, COPY and VOLUME)."""
    position = start
    for match in BLANKS.finditer(line, start):
        end, behind = match.span()
        yield position, end
        position = behind
    yield position, len(line)


def quoted_words(line: str, start: int, escape: str) -> list[Chunk]:
    """Split at white space outside quotes and keep the quotes (ENV, LABEL, ARG): the official `parseWords`."""
    if _QUOTING.search(line, start) is None:
        return [Chunk(match[0], match.start(), match.end()) for match in _WORD.finditer(line, start)]
    words: list[Chunk] = []
    position = start
    end_of_line = len(line)
    while True:
        while position < end_of_line and line[position] in SPACE:
            position += 1
        if position >= end_of_line:
            return words
        begin = position
        quote = ""
        end = 0
        while position < end_of_line:
            char = line[position]
            if quote:
                if char == quote:
                    quote = ""
                elif char == escape and quote != "'":
                    if position + 1 == end_of_line:
                        end = position  # an escape token at the end of the line is dropped
                    position += 1
            elif char in SPACE:
                break
            elif char in "'\"":
                quote = char
            elif char == escape:
                if position + 1 == end_of_line:
                    end = position
                position += 1
            position += 1
        position = min(position, end_of_line)
        end = end or position
        if end > begin:
            words.append(Chunk(line[begin:end], begin, end))


class NotStrings(Exception):
    """A JSON array with something else than strings in it."""


def json_strings(text: str) -> list[str] | None:
    """Read `text` as a JSON array of strings; None if it is no JSON array, and hence shell text.

    Raises NotStrings for a JSON array of anything else, which the official parser refuses.
    """
    text = text.lstrip(SPACE)
    if not text.startswith("["):
        return None
    import json

    try:
        values = json.loads(text)
        if not all(isinstance(value, str) for value in values):
            json.loads(text, parse_constant=_no_constant)
            raise NotStrings
    except ValueError:
        return None
    except RecursionError as error:
        raise NotStrings from error
    return [value if value.isascii() else _valid(value) for value in values]


def _valid(text: str) -> str:
    """Put U+FFFD for bytes that were not UTF-8 and for unpaired surrogates, as Go's reader does."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _no_constant(name: str) -> None:
    """Refuse NaN and Infinity, which Python's reader takes and JSON does not have."""
    raise ValueError(name)
