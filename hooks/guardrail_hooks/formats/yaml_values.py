"""YAML as values with places: the node tree of `yaml_nodes` by YAML 1.2's core schema, aliases and merges followed."""

from __future__ import annotations

from guardrail_hooks.formats import yaml_nodes
from guardrail_hooks.formats.place import Malformed, Span
from guardrail_hooks.formats.values import (
    ARRAY,
    BOOLEAN,
    DEEPEST,
    NULL,
    NUMBER,
    OBJECT,
    STRING,
    Document,
    Member,
    Value,
)
from guardrail_hooks.pattern import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guardrail_hooks.formats.source import Source

MOST = 50_000  # values of a document with all aliases followed
WORDS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
INTEGER = pattern(r"[-+]?[0-9]{1,4000}")
FLOAT = pattern(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


def parse(raw: bytes) -> Document:
    """Read the first document of a file. Raises `Malformed` for what YAML refuses and for alias bombs."""
    read = yaml_nodes.read(raw)
    if not read.documents:
        raise Malformed("the file is empty", Span(1, 1, 1, 1))
    root = _Reader(read.source).value(read.documents[0], 0)
    return Document(read.source, root, comments=read.comments)


class _Reader:
    """Turns nodes into values and counts them."""

    __slots__ = ("count", "source")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.count = 0

    def value(self, node: yaml_nodes.Node, depth: int) -> Value:
        """One node and what is below it; an alias stands where it is written and holds what it points at."""
        self.count += 1
        if self.count > MOST:
            raise Malformed("the aliases of the document hold too many values", Span(1, 1, 1, 1))
        if depth > DEEPEST:
            raise self.source.malformed(f"nested more than {DEEPEST} levels deep", node.start)
        target, start, end = node.target, node.start, node.end
        if isinstance(target, yaml_nodes.Mapping):
            members = [Member(key.text, _text(key), self.value(value, depth + 1)) for key, value in target.keyed()]
            members += [
                Member(entry.key.text, _text(entry.key), self.value(entry.value, depth + 1))
                for entry in yaml_nodes.entries(target)
                if entry.via is not None
            ]
            return Value(OBJECT, start, end, members=members)
        if isinstance(target, yaml_nodes.Sequence):
            return Value(ARRAY, start, end, values=[self.value(item, depth + 1) for item in target.items])
        assert isinstance(target, yaml_nodes.Scalar)
        return _scalar(target, start, end)


def _text(key: yaml_nodes.Scalar) -> Value:
    """A key, which is always text."""
    return Value(STRING, key.start, key.end, key.text)


def _scalar(node: yaml_nodes.Scalar, start: int, end: int) -> Value:
    """A scalar by the core schema (YAML 1.2.2, section 10.3)."""
    text = node.text
    if node.style != yaml_nodes.PLAIN or node.tag:
        return Value(STRING, start, end, text)
    if node.is_null:
        return Value(NULL, start, end)
    if text in WORDS:
        return Value(BOOLEAN, start, end, WORDS[text])
    if INTEGER.fullmatch(text):
        return Value(NUMBER, start, end, int(text))
    if FLOAT.fullmatch(text):
        return Value(NUMBER, start, end, float(text))
    return Value(STRING, start, end, text)
