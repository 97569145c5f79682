"""Where the characters of a scalar's text stand in the file: for findings inside a text, and for edits in place."""

from __future__ import annotations

from itertools import pairwise

from guardrail_hooks.formats.yaml_nodes import FOLDED, LITERAL, PLAIN
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.formats.source import Source
    from guardrail_hooks.formats.yaml_nodes import Scalar


class BodyLine(namedtuple("BodyLine", "index start length")):
    """A line of a block scalar: `text[index:index + length]` of the scalar stands at `start` of the source."""

    __slots__ = ()
    index: int
    start: int
    length: int


def body_lines(source: Source, scalar: Scalar) -> Iterator[BodyLine]:
    """The lines of a block scalar (`|` or `>`) that have content, in order: how its text was put together.

    Ends early where the scanner took a character for a line break that is none elsewhere (U+0085 and its like).
    """
    header = source.line(scalar.start)
    last = source.line(scalar.end)
    bounds = [*source.lines[header:last], scalar.end]
    raw = [source.text[start:end].rstrip("\r\n") for start, end in pairwise(bounds)]
    indent = _indentation(raw, scalar.text)
    index = 0
    for start, line in zip(bounds, raw, strict=False):
        content = line[indent:]
        if not content:
            continue
        while index < len(scalar.text) and scalar.text[index] in " \n" and not scalar.text.startswith(content, index):
            index += 1
        if not scalar.text.startswith(content, index):
            return
        yield BodyLine(index, start + indent, len(content))
        index += len(content)


def _indentation(lines: list[str], text: str) -> int:
    """How many blanks of each line are indentation: an indicator in the header can make it less than the first has."""
    first = next((line for line in lines if line.strip(" ")), "")
    content = text.lstrip("\n")
    blanks = len(first) - len(first.lstrip(" "))
    return next((indent for indent in range(blanks + 1) if content.startswith(first[indent:])), blanks)


def offset_of(source: Source, scalar: Scalar, index: int) -> int | None:
    """Where `scalar.text[index]` stands in the source, or None where it is not written as such (escapes, folding).

    `index` may be the length of the text: then the place behind its last character.
    """
    if scalar.style in (LITERAL, FOLDED):
        for line in body_lines(source, scalar):
            if line.index <= index <= line.index + line.length:
                return line.start + index - line.index
        return None
    quotes = 0 if scalar.style == PLAIN else 1
    if source.text[scalar.start + quotes : scalar.end - quotes] != scalar.text:
        return None
    return scalar.start + quotes + index
