"""Compose files: what services run, mount and are built on, by key path, each node once."""

from __future__ import annotations

import re

from guardrail_hooks.formats.image_reference import InvalidReference, parse
from guardrail_hooks.formats.interpolation import LITERAL, interpolate
from guardrail_hooks.formats.place import Malformed
from guardrail_hooks.formats.yaml_nodes import Mapping, Scalar, lookup, mapping, scalar, source_of
from guardrail_hooks.pinned_base_image.surfaces.in_yaml import behind, items, read_images, string, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.formats.yaml_nodes import Node
    from guardrail_hooks.pinned_base_image.surfaces.in_yaml import Images
    from guardrail_hooks.pinned_base_image.uses import Found, ImageUse, Surfaces

KEYS = rb"image|dockerfile_inline"
CONTEXT = "docker-image://"
RESET = "!reset"  # compose-spec, 13-merge.md, "Reset value": the key is gone, whatever the value says
EMPTY = "scratch"  # the empty image is not pulled (BuildKit, frontend/dockerui/namedcontext.go)
TEMPLATE = ("{{", "{%", "<%")
SYNTAX = "write variables as ${NAME} or ${NAME:-default}, and a dollar sign as $$"
MOST_EXTENDS = 20  # services that extend one another


def uses(content: bytes, path: str, surfaces: Surfaces) -> Iterator[Found]:
    """Every image that a compose project pulls. A file that names none is not parsed, but it has to be text."""
    if not re.search(KEYS, content) and b"\0" not in content:
        try:
            source_of(content)
        except Malformed as problem:
            yield problem
        return
    yield from read_images(content, KEYS, lambda images, root: _project_uses(images, root, path, surfaces))


def _project_uses(images: Images, root: Mapping, path: str, surfaces: Surfaces) -> Iterator[Found]:
    """The images of one document."""
    services = services_of(root, path)
    built = set() if surfaces.include_built else set(_built_images(services))
    for service in services.values():
        if surfaces.include_built or not is_built(service, services):
            yield from _image_use(images, value(service, "image"), "image", built)
        for volume in items(value(service, "volumes")):
            kind = string(value(volume, "type"))
            if kind is not None and kind.text == "image":
                yield from _image_use(images, value(volume, "source"), "volume", built)
        yield from _build_uses(images, value(service, "build"), path, surfaces)


def _image_use(images: Images, node: Node | None, role: str, built: set[str]) -> Iterator[ImageUse]:
    """The use of an image that the project does not build itself."""
    image = string(node)
    if image is None or image.tag == RESET or not image.text or (built and identity(image.text) in built):
        return
    result = interpolate(image.text, {})
    if not result.fault:
        yield from images.once(image, result.pieces, role)
    elif not any(mark in image.text for mark in TEMPLATE):
        yield from (use._replace(refused=result.fault, remedy=SYNTAX) for use in images.use(image, role))


def _build_uses(images: Images, build: Node | None, path: str, surfaces: Surfaces) -> Iterator[Found]:
    """What a service is built on: contexts that are images, and the Dockerfile in the file itself."""
    contexts = mapping(value(build, "additional_contexts"))
    listed = items(value(build, "additional_contexts"))
    for node in [entry for _, entry in contexts.keyed()] if contexts else listed:
        context = string(node)
        if context is None:
            continue
        pieces = interpolate(context.text, {}).pieces
        text = "".join(piece.text for piece in pieces)
        start = text.partition("=")[0] + "=" + CONTEXT if contexts is None else CONTEXT
        if text.startswith(start) and text.removeprefix(start) not in ("", EMPTY):
            as_written = context.text.startswith(start)
            yield from images.once(context, behind(pieces, len(start)), "context", len(start) if as_written else 0)
    inline = string(value(build, "dockerfile_inline"))
    if inline is None or (id(inline), "") in images.seen:
        return
    images.seen.add((id(inline), ""))
    from guardrail_hooks.pinned_base_image.surfaces.embedded import Embedded, runs_of, scalar_places

    runs = runs_of(interpolate(inline.text, {}).pieces, scalar_places(images.yaml.source, inline))
    arguments = {**dict(_arguments(value(build, "args"))), **surfaces.build_args}
    dockerfile = Embedded(runs, images.yaml.source, images.yaml.span(inline))
    yield from dockerfile.uses(path, surfaces._replace(build_args=arguments))


def _arguments(node: Node | None) -> Iterator[tuple[str, str]]:
    """The build arguments that the file gives a value, without those that a variable decides."""
    listed = mapping(node)
    pairs = [(key.text, string(given)) for key, given in listed.keyed()] if listed else []
    for item in items(node):
        text = string(item)
        if text is not None and "=" in text.text:
            name, _, given = text.text.partition("=")
            pairs.append((name, Scalar(given, text.style, text.start, text.end)))
    for name, found in pairs:
        if found is not None:
            result = interpolate(found.text, {})
            if result.is_resolved and all(piece.origin == LITERAL for piece in result.pieces):
                yield name, result.text


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
        if build is not None and build.value.target.tag == RESET:
            return False
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
                yield identity(image.text)


def identity(text: str) -> str:
    """What two ways to write one image have in common: name and tag in full, or the text where a variable decides."""
    result = interpolate(text, {})
    if not result.is_resolved:
        return text
    try:
        reference = parse(result.text)
    except InvalidReference:
        return text
    return reference.canonical if reference.tag or reference.digest else f"{reference.canonical}:latest"
