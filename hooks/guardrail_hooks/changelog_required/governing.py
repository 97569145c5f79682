"""Which changelog governs a path."""

from __future__ import annotations

import posixpath
import re

from guardrail_hooks.changelog_required.settings import GOVERNING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from re import Pattern

    from guardrail_hooks.changelog_required.settings import Settings

NEAREST, OWN, ROOT = GOVERNING
NAME = "\ue000"  # stands for {name} while a glob is translated: a private character that no glob holds


class Governing:
    """The changelogs of a tree by folder, and the rule by which one is found for a path.

    `present` are the changelogs of the head, `gone` those that the change deletes while their folder lives on: they
    still take the files that they governed, so that these are not asked of another log. `living` are the folders of the
    head that hold files (needed for OWN only).
    """

    __slots__ = ("_folders", "_gone", "_living", "_maps", "_settings")

    def __init__(
        self, settings: Settings, present: Collection[str], gone: Collection[str], living: Collection[str]
    ) -> None:
        self._settings = settings
        self._folders = _by_folder(settings, present)
        self._gone = _by_folder(settings, gone)
        self._living = living
        self._maps = [(_compile(glob), target) for glob, target in settings.maps]

    def of(self, path: str) -> str:
        """The changelog that governs a path: one of the head, a deleted one, or the one that should exist."""
        for pattern, target in self._maps:
            if match := pattern.fullmatch(path):
                return target.replace("{name}", match["name"]) if "{name}" in target else target
        if self._settings.governing == ROOT:
            return self._in("") or self._settings.names[0]
        folder = posixpath.dirname(path)
        if self._settings.governing == OWN:
            while folder and folder not in self._living:
                folder = posixpath.dirname(folder)
            return self._in(folder) or posixpath.join(folder, self._settings.names[0])
        for candidate in above(folder):
            if found := self._in(candidate):
                return found
        return self._settings.names[0]

    def ancestors(self, changelog: str) -> Iterator[str]:
        """The changelogs further up, nearest first."""
        folder = posixpath.dirname(changelog)
        for candidate in above(posixpath.dirname(folder)) if folder else ():
            if found := self._folders.get(candidate):
                yield found

    def _in(self, folder: str) -> str:
        return self._folders.get(folder) or self._gone.get(folder) or ""


def above(folder: str) -> Iterator[str]:
    """A folder and all above it, the root (an empty string) last."""
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def _by_folder(settings: Settings, changelogs: Collection[str]) -> dict[str, str]:
    """One changelog per folder: of several, by the order of `--changelog`, then the exact spelling."""
    names = [name.casefold() for name in settings.names]

    def rank(path: str) -> tuple[int, bool, str]:
        name = posixpath.basename(path)
        folded = name.casefold()
        return (names.index(folded) if folded in names else len(names), name not in settings.names, path)

    found: dict[str, str] = {}
    for path in sorted(changelogs, key=rank):
        found.setdefault(posixpath.dirname(path), path)
    return found


def _compile(glob: str) -> Pattern[str]:
    """The pattern of a `--map` glob, where {name} is a folder or a part of a name."""
    from guardrail_hooks.core.globs import translate

    first, *more = translate(glob.replace("{name}", NAME)).split(NAME)
    pattern = first + "".join(
        f"(?P<name>[^/]+){part}" if at == 0 else f"(?P=name){part}" for at, part in enumerate(more)
    )
    return re.compile(pattern, re.DOTALL)
