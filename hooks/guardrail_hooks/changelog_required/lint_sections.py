"""Lint of what stands in releases: CHG308 to CHG311 and CHG317."""

from __future__ import annotations

from bisect import bisect_left

from guardrail_hooks.changelog_required import headings
from guardrail_hooks.changelog_required import rules_sections as rules
from guardrail_hooks.changelog_required.lint_text import GLUED
from guardrail_hooks.changelog_required.log import COMMON, FOUR, SIX
from guardrail_hooks.changelog_required.rules_releases import HEADING
from guardrail_hooks.changelog_required.words import is_placeholder
from guardrail_hooks.formats.markdown import BULLET, COMMENT, LINK
from guardrail_hooks.pattern import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.changelog_required.log import Release
    from guardrail_hooks.changelog_required.pen import Pen
    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.formats.markdown import Heading

# Lines that fold or part what stands around them: HTML, "The details element", "The hr element" and others.
TAGS = pattern(r"(?i)(?:\s*</?(?:a|br|center|details|div|hr|p|picture|span|summary|table|td|tr)\b[^<>]*>)+\s*")


def lint_sections(pen: Pen, *, owed: bool) -> Iterator[Finding]:
    """Findings about the types and entries of each release.

    With `owed` placeholders are told elsewhere (as the entry that the change still owes).
    """
    document = pen.log.document
    types = pen.settings.types or (FOUR if pen.log.style == COMMON else SIX)
    starts = [heading.line for heading in document.headings]
    for release in pen.log.releases:
        if release.title.kind == headings.OTHER:
            continue
        inner = document.headings[bisect_left(starts, release.first) : bisect_left(starts, release.last + 1)]
        third = [heading for heading in inner if heading.level == 3]
        yield from _types(pen, release, third, types)
        ends = [heading.line for heading in third[1:]] + [release.last + 1]
        for heading, end in zip(third, ends, strict=bool(third)):
            if _is_blank(pen, heading.line + 1, end - 1):
                yield from pen.mark_heading(rules.EMPTY, heading, text=heading.text)
        if release.title.kind == headings.VERSION and _is_blank(pen, release.first, release.last):
            yield from pen.mark_heading(rules.EMPTY, release.heading, text=release.heading.text)
        before = inner[0].line if inner else release.last + 1
        outside = True
        for _, item in pen.log.items(release):
            column, length = item.column, len(document.lines[item.line - 1]) - item.column + 1
            if outside and item.line < before and BULLET.match(document.lines[item.line - 1].lstrip()):
                outside = False
                yield from pen.mark(rules.OUTSIDE, item.line, column=column, length=length, subject=item.text)
            is_markup = GLUED.match(item.text) or TAGS.fullmatch(item.text)
            if not owed and is_placeholder(item.text) and not is_markup:
                key, text = release.title.key, item.text
                yield from pen.mark(rules.PLACEHOLDER, item.line, column=column, length=length, subject=key, text=text)


def _types(pen: Pen, release: Release, third: list[Heading], types: tuple[str, ...]) -> Iterator[Finding]:
    """Findings about the type headings of a release."""
    seen: dict[str, int] = {}
    for heading in third:
        if headings.read_title(heading.text).kind == headings.VERSION and heading.text.lstrip().startswith("["):
            hint = ", with two `#`"
            yield from pen.mark_heading(HEADING, heading, text=heading.text, hint=hint)
            continue
        name = _undecorated(heading.text)
        if name not in types:
            how = _nearest(name, types)
            yield from pen.mark_heading(rules.TYPE, heading, how=how, text=name or heading.text)
        key = name.casefold()
        if key in seen:
            also, where = (seen[key],), release.title.name
            yield from pen.mark_heading(
                rules.DUPLICATE_TYPE, heading, also=also, text=name, release=where, first=seen[key]
            )
        seen.setdefault(key, heading.line)


def _undecorated(text: str) -> str:
    """The name of a type without emoji and emphasis around it."""
    start, end = 0, len(text)
    while start < end and not (text[start].isalnum() or text[start] in "[("):
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] in "])"):
        end -= 1
    return text[start:end] if start < end else text


def _nearest(name: str, types: tuple[str, ...]) -> str:
    """What to write instead of an unknown type."""
    folded = {known.casefold(): known for known in types}
    if name.casefold() in folded:
        return f"write `### {folded[name.casefold()]}`"
    from difflib import get_close_matches

    near = get_close_matches(name.casefold(), list(folded), n=1)
    if near:
        return f"write `### {folded[near[0]]}`"
    return f"use one of {', '.join(types)}; a project may set its own with `--types`"


def _is_blank(pen: Pen, first: int, last: int) -> bool:
    """Whether lines hold nothing but blanks, comments and link definitions."""
    document = pen.log.document
    lines = range(first - 1, min(last, len(document.lines)))
    return all(not document.lines[at].strip() or document.kinds[at] in (COMMENT, LINK) for at in lines)
