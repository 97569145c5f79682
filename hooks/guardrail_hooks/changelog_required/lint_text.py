"""Lint of a changelog as a text: CHG201 to CHG206."""

from __future__ import annotations

from guardrail_hooks.changelog_required import log as logs
from guardrail_hooks.changelog_required import rules_text as rules
from guardrail_hooks.changelog_required.rules_releases import HEADING
from guardrail_hooks.pattern import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.changelog_required.log import Log
    from guardrail_hooks.changelog_required.pen import Pen
    from guardrail_hooks.core.finding import Finding

GLUED = pattern(r"#{1,6}(?:\[|v?\d|[Uu]nreleased|[A-Z][a-z])")
CLOSING = {"fence": "the same fence", "comment": "`-->`"}
TITLED = "write `# Changelog` as its first line"


def faults(log: Log) -> frozenset[str]:
    """The codes of the faults that a log has as a whole."""
    if log.text is None:
        return frozenset({rules.ENCODING.code})
    if not log.text.strip():
        return frozenset({rules.EMPTY.code})
    found = set()
    if _lacks_sections(log):
        found.add(rules.NOTHING.code)
    if log.document.unclosed:
        found.add(rules.UNCLOSED.code)
    return frozenset(found)


def _lacks_sections(log: Log) -> bool:
    """Whether nothing in a log can be read as a release, an entry, or (free style) a text."""
    if log.style == logs.FREE:
        return not log.releases and not log.all_items()
    if log.style == logs.RULE18:
        return not log.releases and not any(
            heading.level == 2 and heading.text.casefold().startswith(logs.HISTORY) for heading in log.document.headings
        )
    return not any(release.title.kind != "other" for release in log.releases)


def lint_text(pen: Pen) -> Iterator[Finding]:
    """Findings about the text as such."""
    log, document = pen.log, pen.log.document
    found = faults(log)
    if rules.ENCODING.code in found:
        yield from pen.mark_file(rules.ENCODING)
        return
    if rules.EMPTY.code in found:
        yield from pen.mark_file(rules.EMPTY)
        return
    for line in document.conflicts:
        mark = document.lines[line - 1][:7]
        yield from pen.mark(rules.CONFLICT, line, length=7, subject=document.lines[line - 1].strip(), mark=mark)
    if document.unclosed:
        line, what = document.unclosed
        what_it_is = "code fence" if what == "fence" else "comment"
        yield from pen.mark_file(rules.UNCLOSED, line, what=what_it_is, closing=CLOSING[what])
    if log.style != logs.FREE:
        for number, text in enumerate(document.lines, 1):
            if text[:1] == "#" and document.kinds[number - 1] == 0 and GLUED.match(text):
                hint = ": a heading needs a blank after the `#`"
                yield from pen.mark(HEADING, number, length=len(text), subject=text, text=text, hint=hint)
    if rules.NOTHING.code in found:
        yield from _nothing(pen)
        return
    yield from _titles(pen)


def _nothing(pen: Pen) -> Iterator[Finding]:
    """The finding about a log in which nothing can be read."""
    if pen.log.style == logs.RULE18:
        problem = "no Change History and no entry can be read here: were the heading lines (`#`) stripped?"
        how = "restore the headings, or start again with `changelog-required --fix --template rule18`"
    elif pen.log.style == logs.FREE:
        problem, how = "this changelog has a title at most", "write down what changed below the title"
    else:
        problem = "no release can be read here"
        how = "add `## [Unreleased]`, `### Added` and the entry below the title"
    yield from pen.mark_file(rules.NOTHING, how=how, problem=problem)


def _titles(pen: Pen) -> Iterator[Finding]:
    """Findings about a missing title, and about more than one."""
    document = pen.log.document
    titles = [heading for heading in document.headings if heading.level == 1]
    first = next((release.heading.line for release in pen.log.releases), len(document.lines) + 1)
    if pen.log.style == logs.FREE:
        if not document.headings:
            yield from pen.mark(rules.TITLE, 1, how=TITLED, problem="this changelog has no title")
        return
    if not titles or titles[0].line > first:
        yield from pen.mark(rules.TITLE, 1, how=TITLED, problem="this changelog has no title above its first release")
    for heading in titles[1:]:
        how = "delete it, or make it a heading of level 2"
        yield from pen.mark_heading(rules.TITLE, heading, how=how, problem=f"{heading.text!r} is a second title")
