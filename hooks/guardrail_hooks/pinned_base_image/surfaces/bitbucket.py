"""Bitbucket Pipelines: `image` of the file, of steps and of services, and pipes that are images.

support.atlassian.com/bitbucket-cloud/docs/bitbucket-pipelines-configuration-reference.
"""

from __future__ import annotations

from guardrail_hooks.formats.yaml_nodes import Mapping, mapping, walk
from guardrail_hooks.pattern import pattern
from guardrail_hooks.pinned_base_image.surfaces.in_yaml import holes, items, read_images, value, values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.formats.yaml_nodes import Node
    from guardrail_hooks.pinned_base_image.surfaces.in_yaml import Images
    from guardrail_hooks.pinned_base_image.uses import Found, ImageUse, Surfaces

KEYS = rb"image|docker://"
FILL = holes(pattern(r"\$\{?\w+\}?"))
PIPE = "docker://"


def uses(content: bytes, path: str, surfaces: Surfaces) -> Iterator[Found]:  # noqa: ARG001 (what every surface takes)
    """Every image that the pipelines of a file run."""
    return read_images(content, KEYS, _file_uses)


def _file_uses(images: Images, root: Mapping) -> Iterator[ImageUse]:
    """The images of one document."""
    yield from _image_use(images, root.get("image"), "image")
    for service in values(value(root, "definitions", "services")):
        yield from _image_use(images, value(service, "image"), "service")
    for node in walk(root):
        step = mapping(node.get("step")) if isinstance(node, Mapping) else None
        if step is not None:
            yield from _image_use(images, value(step, "image"), "image")
            for script in ("script", "after-script"):
                for command in items(value(step, script)):
                    yield from images.use(value(command, "pipe"), "pipe", FILL, PIPE)


def _image_use(images: Images, node: Node | None, role: str) -> Iterator[ImageUse]:
    """The use of an image: a string, or `name` of a mapping."""
    yield from images.use(value(node, "name") if mapping(node) else node, role, FILL)
