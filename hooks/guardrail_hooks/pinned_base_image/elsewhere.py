"""What the repository itself already uses: the pinned reference to propose, offline."""

from __future__ import annotations

import re
from contextlib import suppress

from guardrail_hooks.core.snapshot import Unreadable
from guardrail_hooks.formats.image_reference import InvalidReference, parse
from guardrail_hooks.pinned_base_image.tags import classify

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from guardrail_hooks.core.snapshot import Tree
    from guardrail_hooks.formats.image_reference import Reference


LARGEST = 1024 * 1024  # bytes; larger files hold schemas and data, and most readers refuse them


class Elsewhere:
    """Looks references up in all tracked files that hold images. Reads nothing until asked for the first time."""

    __slots__ = ("_answers", "_concerns", "_contents", "_tree")

    def __init__(self, tree: Tree, concerns: Callable[[str], bool]) -> None:
        self._tree = tree
        self._concerns = concerns
        self._contents: list[bytes] | None = None
        self._answers: dict[tuple[str, str], str] = {}

    def __call__(self, reference: Reference, policy: str) -> str:
        """The most frequent reference to the same image that satisfies the policy; empty where there is none.

        Among equally frequent ones the greatest text wins, so that the answer does not depend on any order.
        """
        key = (reference.name, policy)
        if key not in self._answers:
            counted: dict[str, int] = {}
            for text in self._references(reference):
                counted[text] = counted.get(text, 0) + 1
            good = [text for text in counted if _satisfies(text, reference, policy)]
            self._answers[key] = max(good, key=lambda text: (counted[text], text), default="")
        return self._answers[key]

    def _references(self, reference: Reference) -> Iterator[str]:
        """Everything in the files that reads like a tagged or pinned reference to the image."""
        if self._contents is None:
            self._contents = list(self._read())
        names = {reference.name, reference.familiar}
        pattern = re.compile(
            rb"(?<![\w./:@-])(?:" + b"|".join(re.escape(name.encode()) for name in sorted(names)) + rb")[:@][\w.@:-]+"
        )
        ends = [reference.path.rpartition("/")[2].encode() + mark for mark in (b":", b"@")]
        for content in self._contents:
            if not any(end in content for end in ends):  # an order of magnitude faster than the pattern
                continue
            for match in pattern.finditer(content):
                yield match[0].decode()

    def _read(self) -> Iterator[bytes]:
        """The contents of all tracked files that hold images."""
        paths = [path for path in self._tree.paths() if self._concerns(path)]
        self._tree.prefetch(paths)
        for path in paths:
            with suppress(Unreadable):
                content = self._tree.read(path)
                if len(content) <= LARGEST:
                    yield content


def _satisfies(text: str, wanted: Reference, policy: str) -> bool:
    """Whether a text is a reference to the same image that the policy accepts."""
    try:
        reference = parse(text)
    except InvalidReference:
        return False
    return reference.name == wanted.name and classify(reference).passes(policy)
