"""The audit of a whole tree: missing changelogs, and the form of all that are there."""

from __future__ import annotations

import posixpath

from guardrail_hooks.changelog_required import fragments as frags
from guardrail_hooks.changelog_required.lint import lint
from guardrail_hooks.changelog_required.verdict import Verdict, remarks
from guardrail_hooks.core.snapshot import SUBMODULE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.core import allow
    from guardrail_hooks.core.finding import Finding


class Audit(Verdict):
    """Judges a tree without a change."""

    __slots__ = ()

    def judge(self) -> Iterator[Finding | allow.Remark]:
        """All findings."""
        docket = self.docket
        docket.ground.fetch([entry.oid for _, entry in docket.changelogs.values()], "a changelog")
        if self.kind:
            yield from self._audit_fragments()
        else:
            yield from self._missing_changelogs()
        for path in docket.changelogs:
            log = self.head_log(path)
            assert log
            made_by_tool = bool(self.kind and (path in self.kind.news or not self.kind.news))
            yield from lint(log, (), docket.settings, audit=True, made_by_tool=made_by_tool, owed=False)
            yield from remarks(path, log, self.texts[path])

    def _missing_changelogs(self) -> Iterator[Finding]:
        """Findings about files that no changelog governs."""
        docket = self.docket
        own = {target for target, _ in docket.changelogs.values()}
        missing: set[str] = set()
        known: set[str] = set()
        for path, entry in docket.ground.everything().items():
            folder = posixpath.dirname(path)
            if folder in known or path in docket.changelogs or path in own or entry.mode == SUBMODULE:
                continue
            if docket.exemptions.cover(path):
                continue
            if not docket.settings.maps:
                known.add(folder)
            if (changelog := docket.governing.of(path)) not in docket.changelogs:
                missing.add(changelog)
        for path in sorted(missing):
            yield self.missing(path)

    def _audit_fragments(self) -> Iterator[Finding]:
        """Findings about the fragments that wait for the next release."""
        kind, ground = self.kind, self.docket.ground
        assert kind
        mine = {path: entry for path, entry in ground.everything().items() if kind.owns(path)}
        ground.fetch([entry.oid for entry in mine.values() if entry.mode in frags.REGULAR], "a fragment")
        rows = (
            (path, entry.mode, ground.content(entry.oid) if entry.mode in frags.REGULAR else b"")
            for path, entry in mine.items()
        )
        yield from frags.audit(kind, rows)
