"""Azure Pipelines: container resources and the containers of jobs.

learn.microsoft.com/azure/devops/pipelines/yaml-schema. A job's `container` is an image or the name of a resource; in a
template, a name that the file does not declare is taken for one that the pipeline around it declares.
"""

from __future__ import annotations

import re

from guardrail_hooks.formats.yaml_nodes import Mapping, mapping, scalar, walk
from guardrail_hooks.pattern import pattern
from guardrail_hooks.pinned_base_image.surfaces.in_yaml import holes, items, read_images, string, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.formats.yaml_nodes import Node
    from guardrail_hooks.pinned_base_image.surfaces.in_yaml import Images
    from guardrail_hooks.pinned_base_image.uses import Found, ImageUse, Surfaces

KEYS = rb"container"
FILL = holes(pattern(r"\$\{\{.{0,200}?\}\}|\$\(.{0,200}?\)|\$\[.{0,200}?\]", re.DOTALL))
JOBS = ("job", "deployment")


def uses(content: bytes, path: str, surfaces: Surfaces) -> Iterator[Found]:  # noqa: ARG001 (what every surface takes)
    """Every image that a pipeline declares or that its jobs run in."""
    return read_images(content, KEYS, _pipeline_uses)


def _pipeline_uses(images: Images, root: Mapping) -> Iterator[ImageUse]:
    """The images of one document."""
    declared = set()
    for container in items(value(root, "resources", "containers")):
        if name := scalar(value(container, "container")):
            declared.add(name.text)
        if value(container, "type") is None:  # a resource of type ACR names a repository of its own
            yield from images.use(value(container, "image"), "container", FILL)
    is_template = value(root, "parameters") is not None
    for node in walk(root):
        if isinstance(node, Mapping) and (node is root or any(value(node, kind) for kind in JOBS)):
            yield from _job_use(images, value(node, "container"), declared, is_template)


def _job_use(images: Images, node: Node | None, declared: set[str], is_template: bool) -> Iterator[ImageUse]:
    """The image of a job's container, if it is not the name of a resource."""
    image = string(value(node, "image") if mapping(node) else node)
    if image is None or image.text in declared or (is_template and not re.search("[:/@]", image.text)):
        return
    yield from images.use(image, "container", FILL)
