"""Which lines a comment of a YAML file speaks for."""

from __future__ import annotations

from guardrail_hooks.formats.place import Comment
from guardrail_hooks.formats.yaml_nodes import Mapping, Scalar, Sequence, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.formats.source import Source
    from guardrail_hooks.formats.yaml_nodes import Node, Yaml


def attach(yaml: Yaml) -> Iterator[Comment]:
    """Every comment in order.

    One behind content speaks for its own line; one on a line of its own for the line below the block of comments that
    it is in, and for as many lines as a scalar that belongs there goes on. A block of comments above a blank line, or
    at the end of the file, speaks for nothing.
    """
    source = yaml.source
    placed = [(source.line(start), start, end) for start, end in yaml.comment_spans]
    own = {line for line, start, _ in placed if not source.text[source.lines[line - 1] : start].strip(" \t")}
    last_lines = _last_lines(yaml) if own else {}
    below: dict[int, int] = {}  # the first line behind a block of comments, by the lines of the block
    for line in sorted(own, reverse=True):
        below[line] = below.get(line + 1, line + 1)
    for line, start, end in placed:
        first = below.get(line, line)
        last = first if line not in own else 0 if _is_blank(source, first) else last_lines.get(first, first)
        yield Comment(source.span(start, end), source.text[start + 1 : end].strip(), first, last, "")


def _is_blank(source: Source, line: int) -> bool:
    if line > len(source.lines):
        return True
    end = source.lines[line] if line < len(source.lines) else len(source.text)
    return not source.text[source.lines[line - 1] : end].strip()


def _last_lines(yaml: Yaml) -> dict[int, int]:
    """The last line of the scalars that go on below the line of their key or dash, by that line."""
    last_lines: dict[int, int] = {}
    for start, scalar in _scalars(yaml.documents):
        line, last = yaml.source.line(start), yaml.source.line(scalar.end)
        if last > last_lines.get(line, line):
            last_lines[line] = last
    return last_lines


def _scalars(roots: list[Node]) -> Iterator[tuple[int, Scalar]]:
    """Every scalar with the place of its key, if it has one, else with its own place."""
    for root in roots:
        for node in walk(root):
            if isinstance(node, Mapping):
                for key, value in node.pairs:
                    if isinstance(value, Scalar):
                        yield key.start, value
            elif isinstance(node, Sequence):
                for item in node.items:
                    if isinstance(item, Scalar):
                        yield item.start, item
