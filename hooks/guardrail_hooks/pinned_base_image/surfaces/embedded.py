"""Dockerfiles inside other files: what they pull, at its true place in the file around them."""

from __future__ import annotations

import re

from guardrail_hooks.core.finding import Finding, Place
from guardrail_hooks.formats.interpolation import MISSING
from guardrail_hooks.formats.place import Comment, Malformed, Span
from guardrail_hooks.formats.yaml_nodes import DOUBLE, FOLDED, LITERAL
from guardrail_hooks.formats.yaml_places import body_lines, offset_of
from guardrail_hooks.pattern import pattern
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from guardrail_hooks.formats.interpolation import Piece
    from guardrail_hooks.formats.source import Source
    from guardrail_hooks.formats.yaml_nodes import Scalar
    from guardrail_hooks.pinned_base_image.uses import Found, Surfaces

NOWHERE = -1
CHARACTER = pattern(r"\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|U[0-9A-Fa-f]{8}|.)|[^\\]", re.DOTALL)


class Run(namedtuple("Run", "text places name")):
    """Some text and the offset in the source of each of its characters, or `NOWHERE`.

    With a `name` it is a variable without a value, no text, and the place of the variable.
    """

    __slots__ = ()
    text: str
    places: Sequence[int]
    name: str

    def pairs(self) -> Iterator[tuple[str, int]]:
        """Each character with its place; of a variable one that the Dockerfile does not define either."""
        if not self.name:
            return zip(self.text, self.places, strict=True)
        return ((character, self.places[0]) for character in f"${{{re.sub('[^0-9A-Za-z_]', '_', self.name)}}}")


class Embedded:
    """A Dockerfile that is made of runs; `whole` is the span that stands for whatever has no place of its own."""

    __slots__ = ("_lines", "_places", "_source", "_whole", "text")

    def __init__(self, runs: Iterable[Run], source: Source, whole: Span) -> None:
        pairs = [pair for run in runs for pair in run.pairs()]
        self.text = "".join(character for character, _ in pairs)
        self._places = [place for _, place in pairs]
        self._source = source
        self._whole = whole
        self._lines = [0, *(match.end() for match in re.finditer("\n", self.text))]

    def uses(self, path: str, surfaces: Surfaces) -> Iterator[Found]:
        """What the Dockerfile pulls, and what is wrong with it."""
        from guardrail_hooks.pinned_base_image.surfaces import dockerfile

        content = self.text.encode("utf-8", "surrogateescape")
        for item in dockerfile.uses(content, path, surfaces):
            if isinstance(item, Finding):
                yield item._replace(place=Place(path, *self._span(Span(*item.place[1:]))))
            elif isinstance(item, Malformed):
                yield Malformed(str(item), self._span(item.span))
            elif isinstance(item, Comment):
                first, last = self._line(item.first), self._line(item.last)
                if item.first <= item.last:
                    yield item._replace(span=self._span(item.span), first=first, last=last)
                else:
                    yield item._replace(span=self._span(item.span))
            else:
                origins = tuple(origin._replace(line=self._line(origin.line)) for origin in item.origins)
                end = None if item.end is None else self._byte(content, item.end)
                yield item._replace(span=self._span(item.span), origins=origins, end=end)

    def _index(self, line: int, column: int) -> int:
        return min(self._lines[min(line, len(self._lines)) - 1] + column - 1, len(self.text))

    def _place(self, index: int) -> int:
        """The offset of a character, or of the place behind the last one."""
        if index < len(self._places):
            return self._places[index]
        return self._places[-1] + 1 if self._places and self._places[-1] != NOWHERE else NOWHERE

    def _span(self, span: Span) -> Span:
        """The span in the source of a span in the Dockerfile."""
        start = self._place(first := self._index(span.line, span.column))
        index = self._index(span.end_line, span.end_column)
        end = self._place(index - 1) + 1 if index > first else start
        return self._whole if NOWHERE in (start, end - 1) or end < start else self._source.span(start, end)

    def _line(self, line: int) -> int:
        """The line in the source of a line of the Dockerfile."""
        offset = self._place(self._index(line, 1))
        return self._whole.line if offset == NOWHERE else self._source.line(offset)

    def _byte(self, content: bytes, end: int) -> int | None:
        """The byte in the file behind the character that ends at a byte of the Dockerfile."""
        offset = self._place(len(content[:end].decode("utf-8", "surrogateescape")) - 1)
        return None if offset == NOWHERE else self._source.byte_offset(offset + 1)


def scalar_places(source: Source, scalar: Scalar) -> list[int]:
    """The offset in the source of each character of a YAML scalar."""
    text = scalar.text
    if scalar.style in (LITERAL, FOLDED):
        places = [NOWHERE] * len(text)
        for line in body_lines(source, scalar):
            stop = min(line.index + line.length + 1, len(text))  # with the line break behind it
            places[line.index : stop] = range(line.start, line.start + stop - line.index)
        return places
    start = offset_of(source, scalar, 0)
    if start is not None:
        return list(range(start, start + len(text)))
    if scalar.style == DOUBLE:
        return escaped_places(source.text, scalar.start + 1, scalar.end - 1, len(text))
    return [NOWHERE] * len(text)


def escaped_places(source: str, start: int, end: int, count: int) -> list[int]:
    """The offset of each character of a string in double quotes, written with backslash escapes on one line."""
    places = [match.start() for match in CHARACTER.finditer(source, start, end)]
    return places if len(places) == count else [NOWHERE] * count


def runs_of(pieces: Iterable[Piece], places: Sequence[int]) -> Iterator[Run]:
    """The runs of a text that was interpolated; `places` are those of the characters before."""
    for piece in pieces:
        written = places[piece.start : piece.end]
        if piece.origin == MISSING:
            yield Run("", written[:1], piece.name)
        elif len(written) == len(piece.text):
            yield Run(piece.text, written, "")
        else:
            yield Run(piece.text, list(written[:1]) * len(piece.text), "")
