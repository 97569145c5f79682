"""The verdict on one change: the entries it owes, the releases it must not touch, and the form of what it adds."""

from __future__ import annotations

import posixpath

from guardrail_hooks.changelog_required.docket import REGULAR, Docket
from guardrail_hooks.changelog_required.entries import Written, written
from guardrail_hooks.changelog_required.headings import VERSION
from guardrail_hooks.changelog_required.lint import lint, new_lines
from guardrail_hooks.changelog_required.log import RULE18, Log
from guardrail_hooks.changelog_required.released import ADDED, Difference, differences
from guardrail_hooks.changelog_required.rules_text import ENCODING
from guardrail_hooks.core import allow
from guardrail_hooks.core import situation as situations
from guardrail_hooks.core.finding import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from guardrail_hooks.changelog_required.fragments import Kind
    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.core.raw import Change
    from guardrail_hooks.core.snapshot import Entry

    Stream = Iterator[Finding | allow.Remark]

ASKING = (situations.COMMIT, situations.AMEND, situations.RANGE)
PLACEHOLDER = "CHG105"  # whose rule is loaded only where it is broken


class Verdict:
    """Judges a docket; with `waived`, nothing is owed."""

    __slots__ = ("_logs", "base_name", "docket", "kind", "parents", "root", "texts", "waived")

    def __init__(self, docket: Docket, kind: Kind | None, root: str, parents: Sequence[dict[str, Change]]) -> None:
        self.docket = docket
        self.kind = kind
        self.root = root
        self.parents = parents
        self.waived = False
        self.texts: dict[str, bytes] = {}
        self._logs: dict[tuple[str, str], Log] = {}
        self.base_name = docket.situation.base or "HEAD"

    def log(self, path: str, entry: Entry) -> Log:
        """A changelog at a state, read once."""
        key = (path, entry.oid)
        if key not in self._logs:
            settings = self.docket.settings
            content = self.docket.ground.content(entry.oid) or b""
            self._logs[key] = Log(path, content, settings.style, settings.coming)
        return self._logs[key]

    def head_log(self, path: str) -> Log | None:
        """A changelog of the head, None where there is none."""
        found = self.docket.changelogs.get(path)
        if found is None:
            return None
        log = self.log(path, found[1])
        self.texts.setdefault(path, self.docket.ground.content(found[1].oid) or b"")
        return log

    def base_log(self, path: str) -> Log | None:
        """What a changelog was before the change, None where it is new."""
        entry = self._was(path, self.docket.by_path)
        return self.log(path, entry) if entry else None

    def _was(self, path: str, changes: dict[str, Change]) -> Entry | None:
        """The entry that a changelog had on the other side of these changes."""
        found = self.docket.changelogs.get(path)
        if old := self.docket.moved.get(path):
            return changes[old].old if old in changes else None
        target = found[0] if found else path
        change = changes.get(target)
        if change is None:
            return found[1] if found else None
        if change.old and change.old.mode.startswith("100"):
            return change.old
        return None

    def is_touched(self, path: str) -> bool:
        """Whether the change touches a changelog of the head."""
        return path in self.docket.by_path or self.docket.changelogs[path][0] in self.docket.by_path

    def written(self, path: str) -> Written:
        """What the change wrote into a changelog."""
        head, base = self.head_log(path), self.base_log(path)
        assert head
        entry = self.docket.settings.entry
        return written(head, base, added_only=entry == "added" or (not entry and head.style == RULE18))

    def judge(self) -> Stream:
        """All findings."""
        docket = self.docket
        counted = docket.counted(self.kind)
        asking = docket.situation.kind in ASKING or (
            docket.situation.kind == situations.MERGE and docket.settings.on_merge == "check"
        )
        groups = {} if self.kind else docket.by_changelog(counted)
        self._prefetch([*groups])
        if self.kind:
            yield from self._fragments(self.kind, counted, asking=asking)
        told = set()
        if docket.situation.kind == situations.MERGE and not asking:
            for path in docket.gone:  # a merge may delete what one side has deleted
                if all(path in parent and parent[path].new is None for parent in self.parents):
                    yield from self._deleted(path)
        if asking and not self.waived:
            yield from self._deletions(groups)
            for path, changes in groups.items():
                if path not in docket.gone:
                    for finding in self._entry(path, changes):
                        told.add((finding.rule.code, finding.place.path))
                        yield finding
        for path in docket.changelogs:
            if (ENCODING.code, path) in told:
                continue
            if self.is_touched(path) or any(path in parent for parent in self.parents):
                yield from self._edits(path, owed=(PLACEHOLDER, path) in told)

    def _prefetch(self, governing: list[str]) -> None:
        """Read every changelog that will be looked at, in one go."""
        oids = []
        for path, (target, entry) in self.docket.changelogs.items():
            if path in governing or self.is_touched(path):
                oids.append(entry.oid)
            sides = [self.docket.by_path, *self.parents]
            oids += [was.oid for side in sides if (path in side or target in side) and (was := self._was(path, side))]
        self.docket.ground.fetch(oids, "a changelog")

    def _deletions(self, groups: dict[str, list[Change]]) -> Iterator[Finding]:
        """Findings about deleted changelogs."""
        for path in self.docket.gone:
            if path in groups or self._could_govern(path):
                yield from self._deleted(path)

    def _could_govern(self, path: str) -> bool:
        """Whether a deleted changelog is one that files of its folder would be asked for."""
        folder = posixpath.dirname(path)
        return self.docket.governing.of(posixpath.join(folder, "\0")) == path

    def _deleted(self, path: str) -> Iterator[Finding]:
        from guardrail_hooks.changelog_required import charges

        yield charges.deleted(path, self.base_name)

    def _entry(self, path: str, changes: list[Change]) -> Iterator[Finding]:
        """The finding about an entry that is missing from one changelog."""
        docket = self.docket
        if path not in docket.changelogs:
            if docket.really(changes):
                yield self.missing(path)
            return
        found = self.written(path) if self.is_touched(path) else None
        if found and found.satisfies:
            return
        changes = docket.really(changes)
        if not changes or (docket.settings.accept_ancestor and self._ancestor_serves(path)):
            return
        from guardrail_hooks.changelog_required import charges

        if found and self._is_no_text(path):
            yield charges.no_text(path)
        elif found and found.placeholders:
            yield charges.placeholder(path, found.placeholders[0])
        elif not found or not any(difference.kind == ADDED for difference in self._differences(path)):
            yield charges.no_entry(path, self.head_log(path), changes, docket.settings, touched=found is not None)

    def _is_no_text(self, path: str) -> bool:
        """Whether a changelog of the head is no UTF-8 text, so that nobody can tell what it says."""
        head = self.head_log(path)
        return head is not None and head.text is None

    def missing(self, path: str) -> Finding:
        """The finding about a changelog that does not exist."""
        from guardrail_hooks.changelog_required import charges

        return charges.no_changelog(path, self.docket.broken.get(path, ""), self.root)

    def _ancestor_serves(self, path: str) -> bool:
        """Whether a changelog further up got an entry."""
        ancestors = self.docket.governing.ancestors(path)
        return any(
            other in self.docket.changelogs and self.is_touched(other) and self.written(other).satisfies
            for other in ancestors
        )

    def _bases(self, path: str) -> list[Log]:
        """What a changelog was: before the change, and in the other parents of a merge."""
        sides = [self.docket.by_path, *self.parents]
        return [self.log(path, entry) for side in sides if (entry := self._was(path, side))]

    def _differences(self, path: str) -> list[Difference]:
        """How the released sections of a changelog differ from what they were."""
        head = self.head_log(path)
        if self.docket.settings.released == "free" or head is None or head.text is None:
            return []
        allowed = []
        if self.docket.situation.kind == situations.REVERT:
            content = self.docket.ground.by_name(f"REVERT_HEAD^:{path}") or b""
            allowed.append(Log(path, content, head.style, self.docket.settings.coming))
        bases = [base for base in self._bases(path) if base.text is not None]
        return list(differences(head, bases, allowed))

    def _edits(self, path: str, *, owed: bool) -> Stream:
        """Findings about what the change did to a changelog, whatever it owes."""
        head = self.head_log(path)
        assert head
        found: list[Finding] = []
        for difference in self._differences(path):
            from guardrail_hooks.changelog_required import charges

            found.append(charges.difference(path, head, difference, self.base_name))
        made_by_tool = bool(self.kind and (path in self.kind.news or not self.kind.news))
        settings, bases = self.docket.settings, self._bases(path)
        found += lint(head, bases, settings, audit=False, made_by_tool=made_by_tool, owed=owed)
        yield from found
        spoken = list(remarks(path, head, self.texts[path]))
        if spoken and bases and settings.lint != "file":  # old ones may excuse what this run does not look for
            lines = new_lines(head, bases) | {finding.place.line for finding in found}
            spoken = [remark for remark in spoken if not lines.isdisjoint(range(remark.first, remark.last + 1))]
        yield from spoken

    def _fragments(self, kind: Kind, counted: list[Change], *, asking: bool) -> Iterator[Finding]:
        """Findings about fragments."""
        from guardrail_hooks.changelog_required import charges
        from guardrail_hooks.changelog_required.fragments import brought

        docket = self.docket
        entries = [
            entry
            for change in docket.situation.changes
            if kind.owns(change.path)
            for entry in (change.old, change.new)
            if entry and entry.mode in REGULAR
        ]
        docket.ground.fetch([entry.oid for entry in entries], "a fragment")
        found = brought(kind, docket.situation.changes, docket.ground.content)
        yield from found.faults
        if not asking or self.waived or found.everything or (found.deleted and self._is_release(kind)):
            return
        owed = [name for name in kind.owed([change.path for change in counted]) if name not in found.covered]
        if owed and (changes := docket.really(change for change in counted if kind.is_of(change.path, owed))):
            yield charges.no_fragment(kind, owed, changes)

    def _is_release(self, kind: Kind) -> bool:
        """Whether the change makes a release: a news file or changelog gains a version."""
        for path in dict.fromkeys([*kind.news, *self.docket.changelogs]):
            change = self.docket.by_path.get(path)
            if change is None or change.new is None:
                continue
            logs = [self.log(path, entry) for entry in (change.new, change.old) if entry]
            here, *before = ({release.title.key for release in log.releases} for log in logs)
            versions = {release.title.key for release in logs[0].releases if release.title.kind == VERSION}
            if (versions & here) - set().union(*before):
                return True
        return False


def remarks(path: str, log: Log, content: bytes) -> Iterator[allow.Remark]:
    """The comments of a changelog that may hold allow comments."""
    if allow.MARK in content and log.is_markdown:
        for comment in log.document.comments():
            yield allow.Remark(Place(path, *comment.span), comment.text, comment.first, comment.last, comment.disables)
