"""The surfaces that images are read from: one module each, and which file belongs to which.

A surface reads bytes and yields an `ImageUse` for every image that would be pulled, findings of its own, `Malformed`
for what cannot be parsed, and the file's comments.
"""

from __future__ import annotations

from guardrail_hooks.formats import file_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guardrail_hooks.pinned_base_image.uses import Reader, Surfaces


def reader_of(path: str, surfaces: Surfaces) -> Reader | None:
    """The reader of the surface in force that a file belongs to by its name, None for a file without images."""
    if file_names.is_dockerfile(path):
        from guardrail_hooks.pinned_base_image.surfaces import dockerfile

        return dockerfile.uses
    if surfaces.opted:
        from guardrail_hooks.pinned_base_image.surfaces.opted import opted_reader

        if reader := opted_reader(path, surfaces.opted):
            return reader
    if file_names.is_compose(path):
        from guardrail_hooks.pinned_base_image.surfaces import compose

        return compose.uses
    if file_names.is_devcontainer(path):
        from guardrail_hooks.pinned_base_image.surfaces import devcontainer

        return devcontainer.uses
    if file_names.is_bake(path):
        from guardrail_hooks.pinned_base_image.surfaces import bake

        return bake.uses
    return None
