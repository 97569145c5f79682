"""Compose files: `image` of every service that is not built, by key path, each node once."""

from __future__ import annotations

from guardrail_hooks.formats.interpolation import MISSING, interpolate
from guardrail_hooks.formats.place import Malformed
from guardrail_hooks.formats.yaml_nodes import Mapping, Scalar, lookup, mapping, read, scalar
from guardrail_hooks.pattern import pattern
from guardrail_hooks.pinned_base_image.uses import HOLE, ImageUse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.formats.place import Comment
    from guardrail_hooks.formats.yaml_nodes import Node, Yaml
    from guardrail_hooks.pinned_base_image.uses import Surfaces

# What YAML 1.2's core schema does not read as a string.
NO_STRING = pattern(
    r"~|null|Null|NULL|true|True|TRUE|false|False|FALSE|[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|"
)
IMAGE_KEYS = (b"image",)
MOST_EXTENDS = 20  # services that extend one another


def uses(content: bytes, path: str, surfaces: Surfaces) -> Iterator[ImageUse | Malformed | Comment]:
    """Every image that a compose project pulls."""
    if not any(key in content for key in IMAGE_KEYS) and b"\0" not in content:  # NUL: not UTF-8, so not seen here
        return
    try:
        yaml = read(content)
    except Malformed as problem:
        yield problem
        return
    seen: set[int] = set()
    for document in yaml.documents:
        root = mapping(document)
        if root is not None:
            yield from _document_uses(yaml, root, path, surfaces, seen)
    if b"guardrail:" in content:
        yield from yaml.comments()


def _document_uses(yaml: Yaml, root: Mapping, path: str, surfaces: Surfaces, seen: set[int]) -> Iterator[ImageUse]:
    """The images of one document; `seen` holds the nodes that were given already."""
    services = services_of(root, path)
    built = set() if surfaces.include_built else set(_built_images(services))
    for service in services.values():
        if not surfaces.include_built and is_built(service, services):
            continue
        entry = lookup(service, "image")
        image = string(entry.value) if entry else None
        if image is not None and id(image) not in seen and image.text not in built:
            seen.add(id(image))
            yield use_of(yaml, image, "image")


def services_of(root: Mapping, path: str) -> dict[str, Mapping]:
    """The services of a document by name; of a version 1 file the top-level mappings with an image or a build."""
    entry = lookup(root, "services")
    listed = mapping(entry.value) if entry else None
    if entry is None and "stack" not in path.rpartition("/")[2].lower() and lookup(root, "version") is None:
        pairs = [(key.text, mapping(value)) for key, value in root.keyed() if not key.text.startswith("x-")]
        return {name: one for name, one in pairs if one and (lookup(one, "image") or lookup(one, "build"))}
    if listed is None:
        return {}
    return {key.text: one for key, value in listed.keyed() if (one := mapping(value)) is not None}


def is_built(service: Mapping, services: dict[str, Mapping]) -> bool:
    """Whether a service is built, so that its image names the result; `extends` within the file is followed."""
    for _ in range(MOST_EXTENDS):
        build = lookup(service, "build")
        if build is not None and not (isinstance(build.value, Scalar) and build.value.is_null):
            return True
        base = _extended(service)
        if base not in services:
            return False
        service = services[base]
    return False


def _extended(service: Mapping) -> str:
    """The name of the service of the same file that a service extends, or an empty string."""
    entry = lookup(service, "extends")
    if entry is None:
        return ""
    if (name := scalar(entry.value)) is not None:
        return name.text
    extends = mapping(entry.value)
    if extends is None or lookup(extends, "file"):
        return ""
    named = lookup(extends, "service")
    name = scalar(named.value) if named else None
    return name.text if name else ""


def _built_images(services: dict[str, Mapping]) -> Iterator[str]:
    """The names that services of this file give to what they build: other services run the same image."""
    for service in services.values():
        if is_built(service, services) and (entry := lookup(service, "image")):
            image = string(entry.value)
            if image is not None:
                yield image.text


def string(node: Node) -> Scalar | None:
    """The scalar that a node is or stands for, if YAML reads it as a string."""
    found = scalar(node)
    if found is None or (
        not found.style and (found.tag in ("", "!!int", "!!float") and NO_STRING.fullmatch(found.text))
    ):
        return None
    return found


def use_of(yaml: Yaml, node: Scalar, role: str, text: str | None = None) -> ImageUse:
    """The use of an image that stands in a scalar, its variables replaced by their defaults."""
    written = node.text if text is None else text
    filled = interpolate(written, {})
    resolved = "".join(HOLE if piece.origin == MISSING else piece.text for piece in filled.pieces)
    return ImageUse(written, resolved or written, yaml.span(node), role, filled.missing, (), filled.fault)
