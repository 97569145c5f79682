"""GitHub Actions: containers and services of jobs, `docker://` steps, and actions that are an image.

docs.github.com/actions/reference/workflows-and-actions: workflow-syntax (`jobs.<job_id>.container`, `.services`) and
metadata-syntax (`runs.image`). Lists of a matrix are followed; what they hold is given where it is written.
"""

from __future__ import annotations

import re

from guardrail_hooks.formats.interpolation import MISSING
from guardrail_hooks.formats.yaml_nodes import Scalar, mapping, scalar
from guardrail_hooks.pattern import pattern
from guardrail_hooks.pinned_base_image.surfaces.in_yaml import (
    NUMBER,
    holes,
    items,
    number_text,
    read_images,
    string,
    value,
    values,
)
from guardrail_hooks.pinned_base_image.uses import HOLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.formats.yaml_nodes import Mapping, Node
    from guardrail_hooks.pinned_base_image.surfaces.in_yaml import Images
    from guardrail_hooks.pinned_base_image.uses import Found, ImageUse, Surfaces

KEYS = rb"container|services|docker://"
IMAGE = "docker://"
FILL = holes(pattern(r"\$\{\{.{0,200}?\}\}", re.DOTALL))
MATRIX = pattern(r"\$\{\{\s*matrix((?:\.[A-Za-z_][\w-]*)+)\s*\}\}")


def uses(content: bytes, path: str, surfaces: Surfaces) -> Iterator[Found]:  # noqa: ARG001 (what every surface takes)
    """Every image that a workflow or an action runs."""
    return read_images(content, KEYS, _file_uses)


def _file_uses(images: Images, root: Mapping) -> Iterator[ImageUse]:
    """The images of a workflow's jobs, or of an action."""
    for job in values(root.get("jobs")):
        matrix = value(job, "strategy", "matrix")
        yield from _container_use(images, value(job, "container"), "container", matrix)
        for service in values(value(job, "services")):
            yield from _container_use(images, service, "service", matrix)
        yield from _step_uses(images, value(job, "steps"), matrix)
    yield from _step_uses(images, value(root, "runs", "steps"), None)
    yield from images.use(value(root, "runs", "image"), "runs", FILL, IMAGE)


def _step_uses(images: Images, steps: Node | None, matrix: Node | None) -> Iterator[ImageUse]:
    """The images that steps run."""
    for step in items(steps):
        used = string(value(step, "uses"))
        if used is not None and used.text.startswith(IMAGE):
            yield from _followed(images, used, "uses", matrix, IMAGE)


def _container_use(images: Images, node: Node | None, role: str, matrix: Node | None) -> Iterator[ImageUse]:
    """The image of a container or service: a string, or `image` of a mapping."""
    image = string(value(node, "image") if mapping(node) else node)
    if image is not None and image.text:
        yield from _followed(images, image, role, matrix)


def _followed(images: Images, image: Scalar, role: str, matrix: Node | None, prefix: str = "") -> Iterator[ImageUse]:
    """The use of an image, or one for each value of the matrix that ends it."""
    pieces = FILL(image.text)
    last = max((at for at, piece in enumerate(pieces) if piece.origin == MISSING), default=None)
    behind = "".join(piece.text for piece in pieces[last + 1 :]) if last is not None else ""
    path = MATRIX.fullmatch(pieces[last].name) if last is not None else None
    found = list(_matrix_values(matrix, path[1][1:].split("."))) if path and not re.search("[:@]", behind) else []
    if not found:
        yield from images.use(image, role, FILL, prefix)
        return
    front = "".join(HOLE if piece.origin == MISSING else piece.text for piece in pieces[:last])
    for item in found:
        inner = FILL(item.text if item.style else number_text(item.text))
        use = images.made_of(item, inner, role)
        text = (front + use.resolved + behind).removeprefix(prefix)
        if (id(item), text) not in images.seen:
            images.seen.add((id(item), text))
            missing = use.missing or ((image.text,) if HOLE in text else ())
            yield use._replace(resolved=text, missing=missing, end=use.end if text == item.text else None)


def _matrix_values(matrix: Node | None, path: list[str]) -> Iterator[Scalar]:
    """The strings and numbers that `matrix.<path>` takes."""
    found = [value(item, *path[1:]) for item in items(value(matrix, path[0]))]
    found += [value(item, *path) for item in items(value(matrix, "include"))]
    for node in found:
        one = scalar(node)
        if one is not None and one.text and (string(one) or NUMBER.fullmatch(one.text)):
            yield one
