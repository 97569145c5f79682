"""The surfaces that images are read from: one module each, and which file belongs to which.

A surface reads bytes and yields an `ImageUse` for every image that would be pulled, findings of its own, `Malformed`
for what cannot be parsed, and the file's comments.
"""

from __future__ import annotations

from guardrail_hooks.formats.file_names import is_compose, is_dockerfile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.formats.place import Comment, Malformed
    from guardrail_hooks.pinned_base_image.uses import ImageUse, Surfaces

    Reader = Callable[[bytes, str, Surfaces], Iterator[ImageUse | Finding | Malformed | Comment]]


def reader_of(path: str) -> Reader | None:
    """The reader of the surface that a file belongs to, None for a file without images."""
    if is_dockerfile(path):
        from guardrail_hooks.pinned_base_image.surfaces import dockerfile

        return dockerfile.uses
    if is_compose(path):
        from guardrail_hooks.pinned_base_image.surfaces import compose

        return compose.uses
    return None
