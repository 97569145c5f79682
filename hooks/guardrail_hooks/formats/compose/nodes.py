"""Views of YAML nodes as Compose sees them: merge keys looked up, and for every value the node to blame for it."""

from __future__ import annotations

from guardrail_hooks.formats import yaml_nodes
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.formats.yaml_nodes import Node, Scalar

RESET, OVERRIDE = "!reset", "!override"


class Field(namedtuple("Field", "value key lent")):
    """A value of a mapping with its key; `lent` is the key to blame for what an alias or merge key brought."""

    __slots__ = ()
    value: Node
    key: Node
    lent: Node | None


def fields(node: Node | None) -> dict[str, Field]:
    """The fields of a mapping by key, those of merge keys among them; nothing for any other node."""
    own = yaml_nodes.mapping(node)
    found: dict[str, Field] = {}
    if own is None:
        return found
    merge_keys = {id(value): key for key, value in own.pairs if yaml_nodes.is_merge(key)}
    for key, value, via in yaml_nodes.entries(own):
        if via is None:
            found[key.text] = Field(value.target, key, None if value.target is value else key)
        else:
            found[key.text] = Field(value.target, key, merge_keys[id(via)])
    return found


def text_of(node: Node | None) -> str | None:
    """The text of a scalar as it is written, None for null and for collections."""
    found = yaml_nodes.scalar(node)
    return None if found is None or found.is_null else found.text


def items(node: Node | None) -> list[Node]:
    """The items of a sequence; nothing for any other node."""
    found = yaml_nodes.sequence(node)
    return found.items if found else []


def is_null(node: Node) -> bool:
    """Whether a node holds nothing."""
    found = yaml_nodes.scalar(node)
    return found is not None and found.is_null


def tag_of(node: Node) -> str:
    """`!reset`, `!override`, or nothing."""
    tag = node.target.tag
    return tag if tag in (RESET, OVERRIDE) else ""


def duplicates(root: Node) -> Iterator[tuple[Scalar, Scalar]]:
    """Every key that its mapping has already, after the first one, anywhere below a node."""
    for node in yaml_nodes.walk(root):
        if isinstance(node, yaml_nodes.Mapping):
            yield from yaml_nodes.duplicate_keys(node)
