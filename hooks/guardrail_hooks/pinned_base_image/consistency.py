"""One digest per image and tag: what the repository pins first, and uses that differ from it."""

from __future__ import annotations

from contextlib import suppress

from guardrail_hooks.core.finding import Place
from guardrail_hooks.core.snapshot import Unreadable
from guardrail_hooks.formats.image_reference import InvalidReference, parse
from guardrail_hooks.pinned_base_image import rules
from guardrail_hooks.pinned_base_image.surfaces import reader_of
from guardrail_hooks.pinned_base_image.uses import ImageUse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.core.snapshot import Tree
    from guardrail_hooks.formats.image_reference import Reference
    from guardrail_hooks.pinned_base_image.policy import Policy
    from guardrail_hooks.pinned_base_image.uses import Surfaces

DIGEST = b"sha256:"


class Pins:
    """The digest that each image and tag has first, in the order of paths and lines, among all files with images.

    Reads nothing until asked for the first time, and then only files that hold a digest.
    """

    __slots__ = ("_first", "_paths", "_surfaces", "_tree")

    def __init__(self, tree: Tree, paths: Sequence[str], surfaces: Surfaces) -> None:
        self._tree = tree
        self._paths = paths
        self._surfaces = surfaces
        self._first: dict[tuple[str, str], tuple[str, str]] | None = None

    def first(self, reference: Reference) -> tuple[str, str]:
        """Where the image and tag are pinned first, as `path:line`, and to which digest."""
        if self._first is None:
            self._first = {}
            for key, place, digest in self._all():
                self._first.setdefault(key, (place, digest))
        return self._first.get(_key(reference), ("", reference.digest or ""))

    def _all(self) -> Iterator[tuple[tuple[str, str], str, str]]:
        """Every pinned reference with a tag in order: image and tag, place, and digest."""
        paths = sorted({*self._paths, *self._tree.paths()})
        wanted = [path for path in paths if reader_of(path, self._surfaces)]
        self._tree.prefetch(wanted)
        for path in wanted:
            with suppress(Unreadable):
                uses = self._uses(path)
                for use in sorted(uses, key=lambda use: use.span):
                    reference = pinned(use)
                    if reference is not None and reference.digest:
                        yield _key(reference), f"{path}:{use.span.line}", reference.digest

    def _uses(self, path: str) -> Iterator[ImageUse]:
        """The uses of a file that holds a digest. Raises `Unreadable`."""
        content = self._tree.read(path)
        reader = reader_of(path, self._surfaces) if DIGEST in content else None
        return (
            (item for item in reader(content, path, self._surfaces) if isinstance(item, ImageUse))
            if reader
            else iter(())
        )


def check_pin(use: ImageUse, path: str, policy: Policy, pins: Pins) -> Iterator[Finding]:
    """The finding on a use whose digest is not the first that its image and tag have."""
    reference = pinned(use)
    if reference is None or policy.exempts(reference):
        return
    place, digest = pins.first(reference)
    if digest != reference.digest:
        yield rules.INCONSISTENT_DIGEST.at(
            Place(path, *use.span),
            subject=f"{use.role} {use.written}",
            image=f'"{reference.familiar}:{reference.tag}"',
            first=place,
            digest=digest,
            label="differs",
        )


def pinned(use: ImageUse) -> Reference | None:
    """The reference of a use that has a tag and a digest."""
    if use.refused or use.is_open or "@" not in use.resolved:
        return None
    try:
        reference = parse(use.resolved)
    except InvalidReference:
        return None
    return reference if reference.tag and reference.digest else None


def _key(reference: Reference) -> tuple[str, str]:
    return reference.name, reference.tag or ""
