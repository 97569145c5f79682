"""The change sorted for judgement: which of its files count, and which changelog has to speak for each of them."""

from __future__ import annotations

import posixpath

from guardrail_hooks.changelog_required.exempt import Exemptions
from guardrail_hooks.changelog_required.governing import OWN, Governing
from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.core.snapshot import LINK, SUBMODULE, Unreadable, link_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from guardrail_hooks.changelog_required.fragments import Kind
    from guardrail_hooks.changelog_required.ground import Ground
    from guardrail_hooks.changelog_required.settings import Settings
    from guardrail_hooks.core.raw import Change
    from guardrail_hooks.core.situation import Situation
    from guardrail_hooks.core.snapshot import Entry

REGULAR = ("100644", "100755")
OUTSIDE = "is a link that leaves the repository"


class Docket:
    """What is to be judged.

    `changelogs` are the logs of the head by path, with the regular file that each leads to; `broken` says of a path why
    it is none. `gone` are the deleted logs whose folder lives on. `moved` maps a log that the change brings to the one
    it was before, under another name. `excused` are paths that waivers of a range's commits excuse.
    """

    __slots__ = (
        "broken",
        "by_path",
        "changelogs",
        "excused",
        "exemptions",
        "gone",
        "governing",
        "ground",
        "moved",
        "settings",
        "situation",
    )

    def __init__(self, settings: Settings, situation: Situation, ground: Ground) -> None:
        self.settings = settings
        self.situation = situation
        self.ground = ground
        self.exemptions = Exemptions(settings)
        self.by_path: dict[str, Change] = {change.path: change for change in situation.changes}
        self.broken: dict[str, str] = {}
        self.excused: frozenset[str] = frozenset()
        self.gone: list[str] = []
        names = {name.casefold() for name in settings.names}
        deleted = [
            path
            for path, change in self.by_path.items()
            if change.new is None
            and change.old
            and path.rpartition("/")[2].casefold() in names
            and change.old.mode != SUBMODULE
        ]
        if settings.governing == OWN or deleted or settings.maps:
            ground.everything()
        self.changelogs = self._resolve(self._named())
        self.moved = self._moved(deleted)
        # where a log went up or stayed, it still governs the files beside its old place
        kept = {old for new, old in self.moved.items() if old.startswith(posixpath.join(posixpath.dirname(new), ""))}
        for path in deleted:
            folder = posixpath.dirname(path)
            replaced = any(posixpath.dirname(other) == folder for other in self.changelogs)
            if path not in kept and not replaced and ground.has_files_in(folder) and self._concerns(path):
                self.gone.append(path)
        self.governing = self._governing()

    def _governing(self) -> Governing:
        living = _folders_of(self.ground.everything()) if self.settings.governing == OWN else ()
        present = [*self.changelogs, *(path for path in self.broken if path not in self.changelogs)]
        return Governing(self.settings, present, self.gone, living)

    def excuse(self, paths: frozenset[str]) -> None:
        """Take these paths as excused by waivers: they ask for nothing, and a deleted log among them is let go."""
        self.excused = paths
        if not paths.isdisjoint(self.gone):
            self.gone = [path for path in self.gone if path not in paths]
            self.governing = self._governing()

    def _named(self) -> dict[str, Entry]:
        """The changelogs of the head by name, and the targets of maps."""
        found = {path: entry for path, entry in self.ground.changelogs().items() if self._concerns(path)}
        if self.settings.maps:
            from guardrail_hooks.core.globs import compile_glob

            globs = [compile_glob(target.replace("{name}", "*")) for _, target in self.settings.maps]
            every = self.ground.everything().items()
            found |= {path: entry for path, entry in every if any(glob.fullmatch(path) for glob in globs)}
        return found

    def _concerns(self, path: str) -> bool:
        """Whether a changelog is one of this project: not in an exempt folder."""
        return not self.exemptions.cover_folder(posixpath.dirname(path))

    def _resolve(self, named: Mapping[str, Entry]) -> dict[str, tuple[str, Entry]]:
        """Each changelog with the regular file it leads to; links inside the repository are followed."""
        found: dict[str, tuple[str, Entry]] = {}
        for path, entry in named.items():
            target, at = path, entry
            for _ in range(5):
                if at.mode != LINK:
                    break
                try:
                    target = link_target(target, self.ground.content(at.oid) or b"")
                except Unreadable:
                    self.broken[path] = OUTSIDE
                    break
                following = named.get(target) or self.ground.entry(target)
                if following is None:
                    self.broken[path] = "is a link that leads nowhere"
                    break
                at = following
            if path not in self.broken and at.mode in REGULAR:
                found[path] = (target, at)
            else:
                self.broken.setdefault(path, "is no regular file")
        return found

    def _moved(self, deleted: list[str]) -> dict[str, str]:
        """The logs that the change brings, with the deleted log that each was: beside it, equal, or mostly the same."""
        fresh = [path for path in self.changelogs if (change := self.by_path.get(path)) and change.old is None]
        moved: dict[str, str] = {}
        left = list(deleted)
        for path in fresh:
            change = self.by_path[path]
            beside = [old for old in left if posixpath.dirname(old) == posixpath.dirname(path)]
            equal = [old for old in left if (was := self.by_path[old].old) and change.new and was.oid == change.new.oid]
            lone = left if len(left) == len(fresh) == 1 and self._is_mostly(path, left[0]) else []
            if candidates := beside or equal or lone:
                moved[path] = candidates[0]
                left.remove(candidates[0])
        return moved

    def _is_mostly(self, path: str, deleted: str) -> bool:
        """Whether a log that the change brings holds at least half of the lines of a deleted one."""
        new, old = self.by_path[path].new, self.by_path[deleted].old
        if not new or not old:
            return False
        self.ground.fetch([new.oid, old.oid], "a changelog")
        here, before = (_lines_of(self.ground.content(entry.oid)) for entry in (new, old))
        return 2 * len(here & before) >= len(before)

    def counted(self, kind: Kind | None) -> list[Change]:
        """The changes that ask for an entry."""
        own = {path for path, (target, _) in self.changelogs.items() for path in (path, target)}
        own |= {*self.broken, *self.gone, *self.moved.values(), *(kind.news if kind else ())}
        names = {name.casefold() for name in self.settings.names}
        found = []
        is_exempt = self.exemptions.cover
        for path, change in self.by_path.items():
            if is_exempt(path) or path in own or path in self.excused or (kind and kind.owns(path)):
                continue
            if change.new is None and path.rpartition("/")[2].casefold() in names:
                continue
            if self.settings.count_modes or not _is_of_mode_alone(change):
                found.append(change)
        return found

    def by_changelog(self, counted: Iterable[Change]) -> dict[str, list[Change]]:
        """The changes that count by the changelog that governs them, sorted."""
        groups: dict[str, list[Change]] = {}
        known: dict[str, str] = {}
        for change in counted:
            if self.settings.maps:
                changelog = self.governing.of(change.path)
            else:
                folder = change.path.rpartition("/")[0]
                changelog = known.get(folder) or known.setdefault(folder, self.governing.of(change.path))
            groups.setdefault(changelog, []).append(change)
        return dict(sorted(groups.items()))

    def really(self, changes: Iterable[Change]) -> list[Change]:
        """The changes that are more than other line ends."""
        changes = list(changes)
        modified = [change for change in changes if change.old and change.new and change.old.mode in REGULAR]
        if modified:
            oids = [entry.oid for change in modified for entry in (change.old, change.new) if entry]
            try:
                self.ground.fetch(oids, "a changed file")
            except CannotJudge:
                return changes  # what cannot be compared has changed
        return [
            change
            for change in changes
            if (self.settings.count_modes and change.old and change.new and change.old.mode != change.new.mode)
            or not self.ground.differs_in_lines_only_at_their_ends(change)
        ]


def _lines_of(content: bytes | None) -> set[bytes]:
    """The lines of a file that are not blank, each once."""
    return {line.strip() for line in (content or b"").splitlines()} - {b""}


def _is_of_mode_alone(change: Change) -> bool:
    """Whether only the executable bit changed."""
    old, new = change.old, change.new
    return old is not None and new is not None and old.oid == new.oid and old.mode[:3] == new.mode[:3]


def _folders_of(paths: Iterable[str]) -> set[str]:
    """Every folder that holds files, at any depth."""
    found: set[str] = set()
    for path in paths:
        folder = posixpath.dirname(path)
        while folder and folder not in found:
            found.add(folder)
            folder = posixpath.dirname(folder)
    return found
