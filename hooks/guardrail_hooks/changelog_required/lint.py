"""Lint of one changelog: what its style asks for, on the lines that count."""

from __future__ import annotations

from guardrail_hooks.changelog_required import log as logs
from guardrail_hooks.changelog_required.added_lines import added_lines
from guardrail_hooks.changelog_required.lint_text import faults, lint_text
from guardrail_hooks.changelog_required.pen import Pen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from guardrail_hooks.changelog_required.log import Log
    from guardrail_hooks.changelog_required.settings import Settings
    from guardrail_hooks.core.finding import Finding

ENDING = frozenset({"CHG201", "CHG206", "CHG204"})  # what leaves nothing to lint


def lint(
    log: Log, bases: Sequence[Log], settings: Settings, *, audit: bool, made_by_tool: bool, owed: bool
) -> Iterator[Finding]:
    """Findings about a changelog. `bases` are what it was, in a merge for each parent (none: it is new, or audited).

    `made_by_tool` is set for a news file that is written from fragments: its form is the tool's affair. With `owed` the
    entry of this change is a placeholder, which is told as such.
    """
    if settings.lint == "off":
        return
    news = None
    stale: frozenset[str] = frozenset()
    if bases and settings.lint == "new" and not audit:
        news = new_lines(log, bases)
        stale = frozenset().union(*(faults(base) for base in bases))
    pen = Pen(log, settings, news, stale, audit=audit)
    yield from lint_text(pen)
    if made_by_tool or log.style == logs.FREE or ENDING & faults(log):
        return
    if log.style == logs.RULE18:
        from guardrail_hooks.changelog_required.lint_header import lint_header
        from guardrail_hooks.changelog_required.lint_rule18 import lint_entries

        yield from lint_header(pen)
        yield from lint_entries(pen, owed=owed)
        return
    from guardrail_hooks.changelog_required.lint_releases import lint_links, lint_releases
    from guardrail_hooks.changelog_required.lint_sections import lint_sections

    yield from lint_releases(pen)
    yield from lint_links(pen)
    yield from lint_sections(pen, owed=owed)


def new_lines(log: Log, bases: Sequence[Log]) -> frozenset[int]:
    """The numbers of the lines that a changelog has and none of its bases."""
    return frozenset.intersection(*(added_lines(base.document.lines, log.document.lines) for base in bases))
