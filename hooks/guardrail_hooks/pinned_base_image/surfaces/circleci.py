"""CircleCI: the images of `docker` executors (circleci.com/docs/reference/configuration-reference, "docker").

Those of jobs, of executors, and of orbs written into the file. `machine` images are the vendor's, not containers.
"""

from __future__ import annotations

import re

from guardrail_hooks.pattern import pattern
from guardrail_hooks.pinned_base_image.surfaces.in_yaml import holes, items, read_images, value, values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.formats.yaml_nodes import Node
    from guardrail_hooks.pinned_base_image.surfaces.in_yaml import Images
    from guardrail_hooks.pinned_base_image.uses import Found, ImageUse, Surfaces

KEYS = rb"docker"
FILL = holes(pattern(r"<<.{0,200}?>>|\$\{?\w+\}?", re.DOTALL))


def uses(content: bytes, path: str, surfaces: Surfaces) -> Iterator[Found]:  # noqa: ARG001 (what every surface takes)
    """Every image that jobs and executors run in."""
    return read_images(content, KEYS, _config_uses)


def _config_uses(images: Images, root: Node) -> Iterator[ImageUse]:
    """The images of a configuration, or of an orb in one."""
    for section in ("executors", "jobs"):
        for owner in values(value(root, section)):
            for container in items(value(owner, "docker")):
                yield from images.use(value(container, "image"), "docker", FILL)
    for orb in values(value(root, "orbs")):
        yield from _config_uses(images, orb)
