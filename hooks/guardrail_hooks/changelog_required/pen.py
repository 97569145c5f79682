"""What marks findings in a changelog: it knows which lines are new, and marks nothing else."""

from __future__ import annotations

from guardrail_hooks.core.finding import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from guardrail_hooks.changelog_required.log import Log
    from guardrail_hooks.changelog_required.settings import Settings
    from guardrail_hooks.core.finding import Finding, Rule
    from guardrail_hooks.formats.markdown import Heading


class Pen:
    """Marks findings about one log.

    `news` are the numbers of the lines that count, None for all of them. `stale` are the codes of findings about the
    file as a whole that its base has as well.
    """

    __slots__ = ("audit", "log", "news", "settings", "stale")

    def __init__(
        self, log: Log, settings: Settings, news: frozenset[int] | None, stale: frozenset[str], *, audit: bool
    ) -> None:
        self.log = log
        self.settings = settings
        self.news = news
        self.stale = stale
        self.audit = audit

    def mark(
        self,
        rule: Rule,
        line: int,
        *,
        column: int = 1,
        length: int = 0,
        also: tuple[int, ...] = (),
        subject: str = "",
        **fields: Any,
    ) -> Iterator[Finding]:
        """The finding, if its line or one of `also` is new."""
        if self.news is None or line in self.news or any(other in self.news for other in also):
            place = Place(self.log.path, line, column, line, column + length)
            yield rule.at(place, subject=subject or rule.name, path=self.log.path, **fields)

    def mark_heading(
        self, rule: Rule, heading: Heading, *, also: tuple[int, ...] = (), **fields: Any
    ) -> Iterator[Finding]:
        """The finding about a heading, if it is new."""
        length, subject = len(heading.text), heading.text
        yield from self.mark(
            rule, heading.line, column=heading.column, length=length, also=also, subject=subject, **fields
        )

    def mark_file(self, rule: Rule, line: int = 1, **fields: Any) -> Iterator[Finding]:
        """The finding about the file as a whole, unless the base has it as well."""
        if self.news is None or rule.code not in self.stale:
            place = Place(self.log.path, line, 1, line, 1 + len(self.log.document.lines[line - 1]))
            yield rule.at(place, subject=rule.name, path=self.log.path, **fields)
