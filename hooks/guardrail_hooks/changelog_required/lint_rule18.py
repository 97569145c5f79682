"""Lint of logs that are kept by Rule 18: CHG401 to CHG414."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

from guardrail_hooks.changelog_required import rule18, rules_text, stamps
from guardrail_hooks.changelog_required import rules_rule18 as rules
from guardrail_hooks.changelog_required.log import HISTORY
from guardrail_hooks.changelog_required.versions import SCHEMES
from guardrail_hooks.changelog_required.words import is_placeholder
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.changelog_required.log import Release
    from guardrail_hooks.changelog_required.pen import Pen
    from guardrail_hooks.changelog_required.rule18 import EntryTitle
    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.formats.markdown import Heading


class Read(namedtuple("Read", "release title stamp")):
    """An entry with the parts of its heading and its stamp in seconds (None: imprecise)."""

    __slots__ = ()
    release: Release
    title: EntryTitle
    stamp: float | None


def lint_entries(pen: Pen, *, owed: bool = False) -> Iterator[Finding]:
    """Findings about each entry, and about each against the one below it.

    With `owed` a placeholder for What is told elsewhere (as the entry that the change still owes).
    """
    log, document = pen.log, pen.log.document
    histories = [heading for heading in document.headings if heading.level == 2 and _is_history(heading)]
    if histories and not log.releases:
        now = stamps.written(pen.settings.now)
        how = f"write an entry such as `### [{now}] - Version 1.0.0 - [Component] - [PATCH] - [what was done]` below it"
        yield from pen.mark_file(rules_text.NOTHING, histories[0].line, how=how, problem="the history has no entry yet")
    entry_lines = {release.heading.line for release in log.releases}
    sections = [heading for heading in document.headings if heading.level <= 2 and heading.line not in entry_lines]
    entries: list[Read] = []
    for release in log.releases:
        heading = release.heading
        title = rule18.read_entry(heading.text)
        if title is None or not title.stamp:
            problem = "this entry has no time" if title else f"{heading.text!r} is no entry heading"
            fixed = _fixed(pen, title, "")
            yield from pen.mark_heading(rules.HEADING, heading, how=f"write `{fixed}`", problem=problem)
        elif histories and not _is_inside(sections, heading):
            how = f"move the entry below `## {histories[0].text}` (line {histories[0].line})"
            problem = "this entry stands outside the history"
            yield from pen.mark_heading(rules.HEADING, heading, how=how, problem=problem)
        read = Read(
            release, title or rule18.EntryTitle("", "", "", "", "", False), stamps.seconds(title.stamp if title else "")
        )
        yield from _entry(pen, read, is_newest=not entries)
        yield from _fields(pen, release, owed=owed)
        entries.append(read)
    for upper, lower in pairwise(entries):
        yield from _pair(pen, upper, lower)


def _is_history(heading: Heading) -> bool:
    return heading.text.casefold().startswith(HISTORY)


def _is_inside(sections: list[Heading], heading: Heading) -> bool:
    """Whether the section that an entry stands in is a history."""
    above = bisect_left([section.line for section in sections], heading.line)
    return above > 0 and sections[above - 1].level == 2 and _is_history(sections[above - 1])


def _fixed(pen: Pen, title: EntryTitle | None, stamp: str) -> str:
    """The heading in the written form, with the time of now where it has none."""
    title = title or rule18.EntryTitle("", "", "", "", "", False)
    stamp = stamp or stamps.written(pen.settings.now)
    return rule18.heading_of(stamp, title.version, title.component, title.type, title.text)


def _entry(pen: Pen, read: Read, *, is_newest: bool) -> Iterator[Finding]:
    """Findings about the heading of one entry."""
    heading, title, settings = read.release.heading, read.title, pen.settings
    now = stamps.written(settings.now)
    if title.stamp and read.stamp is None:
        yield from pen.mark_heading(rules.STAMP, heading, stamp=title.stamp, now=now)
    folded = heading.text.casefold()
    if any(template in folded for template in rule18.TEMPLATES):
        yield from pen.mark_heading(rules.EMPTY, heading, name="the heading", what="template text, never filled in")
        return
    if read.stamp is not None:
        if read.stamp > settings.now + settings.future_skew:
            yield from pen.mark_heading(rules.FUTURE, heading, stamp=title.stamp, now=now)
        age = settings.max_age
        if age is not None and read.stamp < settings.now - age and (is_newest or not pen.audit):
            yield from pen.mark_heading(rules.OLD, heading, stamp=title.stamp, age=settings.max_age_text, now=now)
    types = settings.types or rule18.TYPES
    if title.type and title.type not in types:
        known = {kind.casefold(): kind for kind in types}
        same = known.get(title.type.casefold())
        how = f"write {same}" if same else f"use one of {', '.join(types)}"
        yield from pen.mark_heading(rules.TYPE, heading, how=how, type=title.type)
    if title.stamp and (what := _variant(heading, title)):
        stamp = title.stamp if read.stamp is None else _rewritten(title.stamp)
        yield from pen.mark_heading(rules.VARIANT, heading, what=what, fixed=_fixed(pen, title, stamp))


def _rewritten(stamp: str) -> str:
    """A precise stamp in the form of Rule 15."""
    return stamp.replace("T", " ").replace("Z", " UTC") if stamp.endswith("Z") else stamp


def _variant(heading: Heading, title: EntryTitle) -> str:
    """What in a readable heading is not in the written form; empty when it is."""
    if heading.level != 3:
        return "its heading is of level 2 instead of 3"
    if not title.stamp_first:
        return "the version stands before the time"
    if not title.version:
        return "the version is missing"
    if not rule18.VERSIONED.search(heading.text):
        return "the word Version is missing"
    if not title.component:
        return "the component is missing" if title.type else "component and type are missing"
    if title.stamp.endswith("Z") and stamps.seconds(title.stamp) is not None:
        return "the time is written as ISO 8601"
    return "" if " - " in heading.text else "its parts are set apart by long dashes"


def _fields(pen: Pen, release: Release, *, owed: bool) -> Iterator[Finding]:
    """Findings about the fields of one entry."""
    document = pen.log.document
    fields = list(rule18.fields_of(document, release.first, release.last))
    present = {field.name for field in fields}
    missing = [name for name in pen.settings.required if name not in present]
    if missing:
        names = ", ".join(missing)
        body = tuple(range(release.first, release.last + 1))
        yield from pen.mark_heading(rules.MISSING, release.heading, also=body, names=names, first=missing[0])
    for field in fields:
        empty = not field.value
        if not empty and not is_placeholder(field.value, answers=True):
            continue
        if owed and field.name == "What" and not empty:
            continue
        what = "empty" if empty else f"a placeholder: {field.value!r}"
        length, subject = len(document.lines[field.line - 1]), f"{release.title.key} {field.name}"
        yield from pen.mark(rules.EMPTY, field.line, length=length, subject=subject, name=field.name, what=what)


def _pair(pen: Pen, upper: Read, lower: Read) -> Iterator[Finding]:
    """Findings about an entry against the one below it."""
    line = lower.release.heading.line
    also, moved = (line,), pen.news is not None and line in pen.news
    how = f"move the new entry (line {line}) to the top of the history" if moved else "put the newest entry on top"
    if upper.stamp is not None and lower.stamp is not None and upper.stamp < lower.stamp:
        fix = how if moved else "check both stamps, and put the newest entry on top"
        mine, other = upper.title.stamp, lower.title.stamp
        yield from pen.mark_heading(
            rules.ORDER, upper.release.heading, also=also, how=fix, stamp=mine, below=other, where=line
        )
    key = SCHEMES[pen.settings.versions][0]
    newer, older = key(upper.title.version), key(lower.title.version)
    if newer and older and not newer > older:
        fix = how if moved else f"give the entry a version greater than {lower.title.version}"
        yield from pen.mark_heading(
            rules.VERSION,
            upper.release.heading,
            also=also,
            how=fix,
            version=upper.title.version,
            below=lower.title.version,
            where=line,
        )
