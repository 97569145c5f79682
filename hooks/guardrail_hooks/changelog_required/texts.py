"""What to type next: the words of fixes, for somebody whose commit was just refused."""

from __future__ import annotations

import posixpath
import re

from guardrail_hooks.changelog_required import headings, rule18, stamps
from guardrail_hooks.changelog_required.entries import open_releases
from guardrail_hooks.changelog_required.log import COMMON, FREE, HISTORY, RULE18
from guardrail_hooks.changelog_required.versions import SCHEMES
from guardrail_hooks.pattern import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from guardrail_hooks.changelog_required.log import Log
    from guardrail_hooks.changelog_required.settings import Settings
    from guardrail_hooks.core.raw import Change

PLAIN = pattern(r"[\w@%+=:,./-]+")
SHOWN = 3  # names of changed files in a message


def quoted(path: str) -> str:
    """A path as a shell wants it, and git: no option."""
    path = f"./{path}" if path.startswith("-") else path
    return path if PLAIN.fullmatch(path) else "'" + path.replace("'", "'\\''") + "'"


def counted(changes: Sequence[object]) -> str:
    """A number of files."""
    return f"{len(changes)} file{'' if len(changes) == 1 else 's'}"


def named(changes: Sequence[Change]) -> str:
    """The first names of changed files."""
    names = ", ".join(change.path for change in changes[:SHOWN])
    return f"{names}, ..." if len(changes) > SHOWN else names


def under(changelog: str) -> str:
    """Where the files lie that a changelog governs."""
    folder = posixpath.dirname(changelog)
    return f"under {folder}" if folder else "in this repository"


def open_section(log: Log) -> str:
    """Where the next entry belongs, such as "`## [Unreleased]` (line 3)"."""
    document = log.document
    if log.style == RULE18:
        for heading in document.headings:
            if heading.level == 2 and heading.text.casefold().startswith(HISTORY):
                return f"`## {heading.text}` (line {heading.line})"
        return "a heading `## Change History`"
    for release in open_releases(log, is_base=True):
        return f"`{document.lines[release.heading.line - 1].strip()}` (line {release.heading.line})"
    for release in log.releases:
        if release.title.kind != headings.OTHER:
            return f"a new heading `{_new_heading(log, release.heading.level)}` above line {release.heading.line}"
    if log.style == FREE and document.headings:
        return f"`{document.lines[document.headings[0].line - 1].strip()}` (line {document.headings[0].line})"
    return "new headings `## [Unreleased]` and `### Changed`"


def _new_heading(log: Log, level: int) -> str:
    """The heading of a section for new entries, where a log has none."""
    if log.style == COMMON:  # has no Unreleased: what is written down is released
        return "## X.Y.Z - YYYY-MM-DD"
    return f"{'#' * level} [Unreleased]" if log.is_markdown else "Unreleased"


def entry_to_write(path: str, log: Log | None, settings: Settings) -> str:
    """How to write the entry that is missing."""
    if log is not None and log.text is not None and log.style == RULE18:
        stamp = stamps.written(settings.now)
        heading = rule18.heading_of(stamp, next_version(log, settings), "", "", "")
        where = open_section(log)
        return (
            f"put `{heading}` and its fields on top of {where} (--fix writes the draft), then `git add {quoted(path)}`"
        )
    where = open_section(log) if log is not None and log.text else "new headings `## [Unreleased]` and `### Changed`"
    return f"add a line such as `- What changed, for whom` under {where}, then `git add {quoted(path)}`"


def next_version(log: Log, settings: Settings) -> str:
    """A version greater than the newest one: its last number plus one."""
    key = SCHEMES[settings.versions][0]
    if log.style == RULE18:
        versions = [title.version for release in log.releases if (title := rule18.read_entry(release.heading.text))]
    else:
        versions = [release.title.name for release in log.releases if release.title.kind == headings.VERSION]
    known = [(key(version), version) for version in versions if key(version)]
    if not known:
        return "1.0.0"
    newest = max(known, key=lambda pair: pair[0] or ())[1]
    before, *numbers = re.split(r"(\d+)", newest.partition("+")[0].partition("-")[0])
    return "".join([before, *numbers[:-2], str(int(numbers[-2]) + 1)]) if numbers else newest
