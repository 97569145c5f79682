"""Which lines a comment speaks for in formats whose comments are their own, whole lines or ends of lines."""

from __future__ import annotations

from guardrail_hooks.formats.place import Comment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from guardrail_hooks.formats.source import Source


def attach(
    source: Source, spans: Sequence[tuple[int, int]], stretches: Sequence[tuple[int, int]] = ()
) -> Iterator[Comment]:
    """Every comment in order; `spans` are their stretches, leaders included (`#`, `;`, `//`, `/* */`).

    One behind content speaks for its own line; one on a line of its own for the line below the block of comments that
    it is in, and to the end of the stretch that begins there. A block above a blank line, or at the end of the file,
    speaks for nothing.
    """
    lasts: dict[int, int] = {}
    for start, end in stretches:
        line = source.line(start)
        lasts[line] = max(source.line(end), lasts.get(line, line))
    placed = [(source.line(start), source.line(end), start, end) for start, end in spans]
    own = {line for line, _, start, _ in placed if not source.text[source.lines[line - 1] : start].strip()}
    below: dict[int, int] = {}  # the first line behind a block of comments, by the first line of each comment
    for line, end_line, _, _ in reversed(placed):
        if line in own:
            below[line] = below.get(end_line + 1, end_line + 1)
    for line, _, start, end in placed:
        first = below.get(line, line)
        last = first if line not in own else 0 if _is_blank(source, first) else lasts.get(first, first)
        yield Comment(source.span(start, end), _text(source.text[start:end]), first, last, "")


def _text(comment: str) -> str:
    """A comment without its leader and outer blanks."""
    if comment.startswith("/*"):
        return comment[2:-2].strip()
    return comment[2 if comment.startswith("//") else 1 :].strip()


def _is_blank(source: Source, line: int) -> bool:
    if line > len(source.lines):
        return True
    end = source.lines[line] if line < len(source.lines) else len(source.text)
    return not source.text[source.lines[line - 1] : end].strip()
