"""YAML as a tree of nodes with places: nothing is resolved, merged or thrown away.

Scalars keep their text (`8022:22` stays `8022:22`), mappings keep duplicate keys in order, an alias is a node of its
own that points at its target, and tags are there as written. YAML 1.2 is read with ruamel.yaml's pure scanner (its C
extension crashes on deep nesting), imported on first use.
"""

from __future__ import annotations

from guardrail_hooks.formats.source import decode
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.formats.place import Comment, Span
    from guardrail_hooks.formats.source import Source

LARGEST = 1024 * 1024  # bytes
PLAIN, SINGLE, DOUBLE, LITERAL, FOLDED = "", "'", '"', "|", ">"


class Node:
    """What every node has: `text[start:end]` of the source, its tag and its anchor as written (without `&`), or ''.

    The stretch covers the content alone, not the tag or anchor in front of it. A collection without brackets ends with
    its last entry.
    """

    __slots__ = ("anchor", "end", "start", "tag")

    def __init__(self, start: int, end: int, tag: str, anchor: str) -> None:
        self.start = start
        self.end = end
        self.tag = tag
        self.anchor = anchor

    @property
    def target(self) -> Node:
        """The node itself, or what an alias stands for: compare with `is` to handle an anchored node once."""
        return self


class Scalar(Node):
    """A scalar: `text` without quotes, escapes and folding, and its style ('' for plain, else its first character)."""

    __slots__ = ("style", "text")

    def __init__(self, text: str, style: str, start: int, end: int, tag: str = "", anchor: str = "") -> None:
        super().__init__(start, end, tag, anchor)
        self.text = text
        self.style = style

    @property
    def is_null(self) -> bool:
        """Whether YAML 1.2's core schema reads this as null: nothing at all, `~` or the word."""
        return self.style == PLAIN and not self.tag and self.text in ("", "~", "null", "Null", "NULL")


class Sequence(Node):
    """A sequence in block or flow style."""

    __slots__ = ("flow", "items")

    def __init__(self, flow: bool, start: int, tag: str, anchor: str) -> None:
        super().__init__(start, start, tag, anchor)
        self.flow = flow
        self.items: list[Node] = []


class Mapping(Node):
    """A mapping in block or flow style; its pairs in order, duplicate keys and merge keys among them."""

    __slots__ = ("flow", "pairs")

    def __init__(self, flow: bool, start: int, tag: str, anchor: str) -> None:
        super().__init__(start, start, tag, anchor)
        self.flow = flow
        self.pairs: list[tuple[Node, Node]] = []

    def keyed(self) -> Iterator[tuple[Scalar, Node]]:
        """The pairs whose key is a scalar, merge keys left out."""
        for key, value in self.pairs:
            name = scalar(key)
            if name is not None and not is_merge(name):
                yield name, value

    def get(self, name: str) -> Node | None:
        """The value of a key, without looking through merges; of duplicate keys the last."""
        found = [value for key, value in self.keyed() if key.text == name]
        return found[-1] if found else None


class Alias(Node):
    """`*name` where it stands; the tag is empty, and `anchor` is the name."""

    __slots__ = ("_target",)

    def __init__(self, target: Node, start: int, end: int) -> None:
        super().__init__(start, end, "", target.anchor)
        self._target = target

    @property
    def target(self) -> Node:
        """The anchored node."""
        return self._target


class Entry(namedtuple("Entry", "key value via")):
    """An effective entry of a mapping.

    `via` is the value of the merge key (an alias, mapping or sequence) in the mapping itself through which the entry
    came, None for an entry of its own.
    """

    __slots__ = ()
    key: Scalar
    value: Node
    via: Node | None


class Yaml:
    """A file: its text, the root node of each document, and the stretches of its comments in order."""

    __slots__ = ("comment_spans", "documents", "source")

    def __init__(self, source: Source, documents: list[Node], comment_spans: list[tuple[int, int]]) -> None:
        self.source = source
        self.documents = documents
        self.comment_spans = comment_spans

    def span(self, node: Node) -> Span:
        """Where a node stands."""
        return self.source.span(node.start, node.end)

    def comments(self) -> Iterator[Comment]:
        """The comments with the lines they speak for."""
        from guardrail_hooks.formats.yaml_comments import attach

        return attach(self)


def read(data: bytes) -> Yaml:
    """Read all documents of a file. An empty document is a null scalar; a file of nothing but comments has none.

    Raises Malformed, in YAML's terms and at its place, for whatever cannot be read: encodings other than UTF-8, control
    characters, files over 1 MB, nesting over 200 levels, undefined aliases, and all that YAML 1.2 refuses.
    """
    source = source_of(data)
    from guardrail_hooks.formats.yaml_import import composer

    return composer()(source)


def source_of(data: bytes) -> Source:
    """The text of a file, not parsed. Raises Malformed for other encodings than UTF-8 and for files over 1 MB."""
    source = decode(data)
    if len(data) > LARGEST:
        raise source.malformed(f"the file has {len(data):,} bytes, at most {LARGEST:,} are read", 0)
    return source


def mapping(node: Node | None) -> Mapping | None:
    """The node, or what it is an alias of, if that is a mapping."""
    target = node.target if node is not None else None
    return target if isinstance(target, Mapping) else None


def sequence(node: Node | None) -> Sequence | None:
    """The node, or what it is an alias of, if that is a sequence."""
    target = node.target if node is not None else None
    return target if isinstance(target, Sequence) else None


def scalar(node: Node | None) -> Scalar | None:
    """The node, or what it is an alias of, if that is a scalar."""
    target = node.target if node is not None else None
    return target if isinstance(target, Scalar) else None


def is_merge(key: Node) -> bool:
    """Whether a key is `<<` of yaml.org/type/merge.html."""
    return isinstance(key, Scalar) and key.text == "<<" and key.style == PLAIN and key.tag in ("", "!!merge")


def walk(root: Node) -> Iterator[Node]:
    """Every node in document order, keys before values. An alias is given, but not followed: each node comes once."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, Sequence):
            stack += reversed(node.items)
        elif isinstance(node, Mapping):
            stack += [child for pair in reversed(node.pairs) for child in reversed(pair)]


def duplicate_keys(node: Mapping) -> Iterator[tuple[Scalar, Scalar]]:
    """Each scalar key that stood before in the same mapping, with the first one of that name; merge keys among them."""
    first: dict[str, Scalar] = {}
    for key, _ in node.pairs:
        name = scalar(key)
        if name is not None and first.setdefault(name.text, name) is not name:
            yield first[name.text], name


def entries(node: Mapping) -> Iterator[Entry]:
    """The entries of a mapping as its merge keys complete it: its own first, then what they add, in their order.

    An own key beats a merged one, an earlier merged mapping a later one. Duplicate keys within one mapping are all
    given. Each mapping is visited once, so a merge bomb or a mapping that merges itself costs no more than its text.
    """
    taken: set[str] = set()
    visited: set[int] = set()
    waiting: list[tuple[Node, Node | None]] = [(node, None)]
    while waiting:
        place, via = waiting.pop()
        merged = place.target
        if id(merged) in visited:
            continue
        visited.add(id(merged))
        if isinstance(merged, Sequence):
            waiting += [(item, via) for item in reversed(merged.items)]
        if not isinstance(merged, Mapping):
            continue
        new = [(key, value) for key, value in merged.keyed() if key.text not in taken]
        for key, value in new:
            yield Entry(key, value, via)
        taken.update(key.text for key, _ in new)
        merges = [value for key, value in merged.pairs if is_merge(key)]
        waiting += [(value, value if via is None else via) for value in reversed(merges)]


def lookup(node: Mapping, name: str) -> Entry | None:
    """The entry of a key, its own or merged; of duplicate keys in one mapping the last."""
    found = None
    for entry in entries(node):
        if entry.key.text == name and (found is None or entry.via is found.via):
            found = entry
    return found
