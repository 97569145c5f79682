"""The comments of a Dockerfile and the instructions they speak for."""

from __future__ import annotations

from guardrail_hooks.formats.dockerfile.directives import SPACE, directive_on
from guardrail_hooks.formats.place import Comment, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.formats.dockerfile.normalise import Normalised


def read_comments(normalised: Normalised) -> Iterator[Comment]:
    """Yield every comment in the order of the file; text in here-documents is no comment, a directive neither.

    A comment inside a continuation belongs to its instruction. Others belong to the instruction right below the block
    of comments they stand in; a blank line in between makes them belong to nothing.
    """
    starts = {line.first: line for line in normalised.lines}
    below: dict[int, tuple[int, int]] = {}
    for number in sorted(normalised.comments, reverse=True):
        if normalised.comments[number] is None:
            line = starts.get(number + 1)
            below[number] = (line.first, line.last) if line else below.get(number + 1, (number + 1, number))
    dead = _dead_directives(normalised)
    for number in sorted(normalised.comments):
        inside = normalised.comments[number]
        text = normalised.source[number - 1].rstrip("\r")
        column = len(text) - len(text.lstrip(SPACE)) + 1
        span = Span(number, column, number, len(text.rstrip(SPACE)) + 1)
        first, last = (inside.first, inside.last) if inside else below[number]
        disables = next((name for line, name in dead if line > number), "") if inside is None else ""
        yield Comment(span, text[column:].strip(SPACE), first, last, disables)


def _dead_directives(normalised: Normalised) -> list[tuple[int, str]]:
    """Return line and name of what would be a parser directive above the first instruction, were it not too late."""
    names = {directive.name for directive in normalised.directives}
    end = normalised.lines[0].first if normalised.lines else len(normalised.source) + 1
    out: list[tuple[int, str]] = []
    for number in range(len(normalised.directives) + 1, end):
        directive = directive_on(normalised.source[number - 1], number, indented=True)
        if directive and directive.name not in names:
            names.add(directive.name)
            out.append((number, directive.name))
    return out
