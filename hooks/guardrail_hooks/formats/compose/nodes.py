"""Views of YAML nodes as Compose sees them: merge keys resolved, every value with the place to blame.

Nodes are those of ruamel.yaml's composer; merge keys are looked up here and never expanded, so merge bombs cost nothing.
"""

from __future__ import annotations

from collections import namedtuple

from guardrail_hooks.formats.place import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ruamel.yaml.nodes import Node

NULL = "tag:yaml.org,2002:null"
MERGE = "tag:yaml.org,2002:merge"
RESET, OVERRIDE = "!reset", "!override"
MOST_MERGES = 1000  # mappings that one mapping may pull in; nobody writes more than a handful


class Field(namedtuple("Field", "value key lent")):
    """A value of a mapping, and its key. `lent` is the span to blame when an alias or merge key brought it, else None."""

    __slots__ = ()
    value: Node
    key: Node
    lent: Span | None


def span_of(node: Node) -> Span:
    """Where a node stands."""
    start, end = node.start_mark, node.end_mark
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def is_null(node: Node) -> bool:
    """Whether a node holds nothing."""
    return node.id == "scalar" and node.tag == NULL


def is_mapping(node: Node) -> bool:
    """Whether a node is a mapping."""
    return bool(node.id == "mapping")


def scalar(node: Node) -> str | None:
    """The text of a scalar as it is written, None for null and for collections."""
    return str(node.value) if node.id == "scalar" and node.tag != NULL else None


def items(node: Node) -> list[Node]:
    """The items of a sequence; nothing for any other node."""
    return list(node.value) if node.id == "sequence" else []


def fields(node: Node) -> dict[str, Field]:
    """The fields of a mapping by key: its own first, then those that merge keys bring; nothing for any other node."""
    found: dict[str, Field] = {}
    if node.id != "mapping":
        return found
    merges: list[tuple[Node, Node]] = []
    for key, value in node.value:
        if key.tag == MERGE:
            merges.append((key, value))
        elif key.id == "scalar":
            aliased = value.start_mark.index < key.start_mark.index
            found[str(key.value)] = Field(value, key, span_of(key) if aliased else None)
    for key, value in merges:
        for name, inner in _merged(value):
            if name not in found:
                found[name] = Field(inner.value, key, span_of(key))
    return found


def _merged(node: Node) -> Iterator[tuple[str, Field]]:
    """The fields that the value of a merge key brings, the winning one of each name first."""
    waiting = [node]
    seen: set[int] = set()
    while waiting and len(seen) < MOST_MERGES:
        node = waiting.pop(0)
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.id == "sequence":
            waiting[:0] = node.value
        elif node.id == "mapping":
            inner = [value for key, value in node.value if key.tag == MERGE]
            for key, value in reversed(node.value):
                if key.tag != MERGE and key.id == "scalar":
                    yield str(key.value), Field(value, key, None)
            waiting[:0] = inner


def duplicates(node: Node) -> Iterator[tuple[Node, Node]]:
    """Every key that its mapping has already, with the first one, anywhere below a node."""
    seen: set[int] = set()
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if node.id == "scalar" or id(node) in seen:
            continue
        seen.add(id(node))
        if node.id == "sequence":
            waiting.extend(node.value)
            continue
        keys: dict[str, Node] = {}
        for key, value in node.value:
            if key.id == "scalar":
                if key.value in keys:
                    yield key, keys[key.value]
                else:
                    keys[key.value] = key
            waiting.append(value)
