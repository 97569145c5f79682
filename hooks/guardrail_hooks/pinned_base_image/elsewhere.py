"""What the repository itself already uses: the pinned reference to propose, offline."""

from __future__ import annotations

import re
from contextlib import suppress

from guardrail_hooks.core.snapshot import Unreadable
from guardrail_hooks.formats.image_reference import InvalidReference, parse
from guardrail_hooks.pinned_base_image.surfaces import reader_of
from guardrail_hooks.pinned_base_image.tag_words import FLAVOURS
from guardrail_hooks.pinned_base_image.tags import classify
from guardrail_hooks.pinned_base_image.uses import ImageUse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.core.snapshot import Tree
    from guardrail_hooks.formats.image_reference import Reference
    from guardrail_hooks.pinned_base_image.uses import Surfaces


# A proposal is worth some time, not any: larger files hold schemas and data more often than images.
LARGEST = 128 * 1024  # bytes
MOST = 100  # files that are read for one image
WORD = re.compile(r"[a-z]+")


class Elsewhere:
    """Looks references up in all tracked files that hold images. Reads nothing until asked for the first time."""

    __slots__ = ("_answers", "_contents", "_pulled", "_surfaces", "_tree")

    def __init__(self, tree: Tree, surfaces: Surfaces) -> None:
        self._tree = tree
        self._surfaces = surfaces._replace(edits=False)
        self._contents: list[tuple[str, bytes]] | None = None
        self._pulled: dict[str, tuple[str, ...]] = {}
        self._answers: dict[tuple[str, str | None, str], str] = {}

    def __call__(self, reference: Reference, policy: str) -> str:
        """The most frequent reference to the same image that satisfies the policy; empty where there is none.

        It keeps what the reference says of its version, system and flavour. Among equally frequent ones the greatest
        text wins, so that the answer does not depend on any order.
        """
        key = (reference.name, reference.tag, policy)
        if key not in self._answers:
            counted: dict[str, int] = {}
            for text in self._references(reference, policy):
                counted[text] = counted.get(text, 0) + 1
            self._answers[key] = max(counted, key=lambda text: (counted[text], text), default="")
        return self._answers[key]

    def _references(self, reference: Reference, policy: str) -> Iterator[str]:
        """Every use of the image that satisfies the policy, in files whose text holds what reads like one."""
        if self._contents is None:
            self._contents = list(self._read())
        names = {reference.name, reference.familiar}
        pattern = re.compile(
            rb"(?<![\w.])(?:" + b"|".join(re.escape(name.encode()) for name in sorted(names)) + rb")[:@][\w.@:-]+"
        )
        read = 0
        ends = [reference.path.rpartition("/")[2].encode() + mark for mark in (b":", b"@")]
        for path, content in self._contents:
            if not any(end in content for end in ends):  # an order of magnitude faster than the pattern
                continue
            if any(_satisfies(match[0].decode(), reference, policy) for match in pattern.finditer(content)):
                # It may as well be an address with a port, or stand in a comment: only what is pulled counts.
                yield from (text for text in self._uses(path, content) if _satisfies(text, reference, policy))
                read += 1
                if read == MOST:
                    return

    def _uses(self, path: str, content: bytes) -> tuple[str, ...]:
        """What a file pulls, as far as the file alone decides it."""
        if path not in self._pulled:
            reader = reader_of(path, self._surfaces)
            items = reader(content, path, self._surfaces) if reader else ()
            uses = (item for item in items if isinstance(item, ImageUse))
            self._pulled[path] = tuple(use.resolved for use in uses if not (use.refused or use.is_open))
        return self._pulled[path]

    def _read(self) -> Iterator[tuple[str, bytes]]:
        """The paths and contents of all tracked files that hold images."""
        paths = [path for path in self._tree.paths() if reader_of(path, self._surfaces)]
        self._tree.prefetch(paths)
        for path in paths:
            with suppress(Unreadable):
                content = self._tree.read(path)
                if len(content) <= LARGEST:
                    yield path, content


def _satisfies(text: str, wanted: Reference, policy: str) -> bool:
    """Whether a text is a reference to the same image that the policy accepts."""
    try:
        reference = parse(text)
    except InvalidReference:
        return False
    return reference.name == wanted.name and classify(reference).passes(policy) and _keeps(reference.tag or "", wanted)


def _keeps(proposed: str, wanted: Reference) -> bool:
    """Whether a tag says all that the tag of the reference says: `3.12.7-slim` what `3.12-slim` says."""
    if not wanted.tag:
        return True
    tag, proposed = wanted.tag.lower(), proposed.lower()
    if not FLAVOURS.intersection(WORD.findall(tag)) <= set(WORD.findall(proposed)):
        return False
    found = classify(wanted)
    if not (found.passes("version") and found.evidence[-1:].isdigit()):
        return True
    number = re.escape(found.evidence.removeprefix("v"))
    return re.search(rf"(?<![0-9.]){number}(?![0-9])", proposed) is not None
