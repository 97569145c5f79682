"""Lint of release headings: CHG301 to CHG307, CHG312 to CHG316, CHG318 to CHG321."""

from __future__ import annotations

from guardrail_hooks.changelog_required import headings, stamps
from guardrail_hooks.changelog_required import rules_releases as rules
from guardrail_hooks.changelog_required import rules_sections as sections
from guardrail_hooks.changelog_required.log import AUTO, COMMON
from guardrail_hooks.changelog_required.settings import COMING
from guardrail_hooks.changelog_required.versions import SCHEMES
from guardrail_hooks.formats.markdown import COMMENT, LINK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.changelog_required.log import Release
    from guardrail_hooks.changelog_required.pen import Pen
    from guardrail_hooks.core.finding import Finding


def lint_releases(pen: Pen) -> Iterator[Finding]:
    """Findings about the headings of releases, one by one and against each other."""
    seen: dict[str, int] = {}
    coming = above = dated = None
    releases = [release for release in pen.log.releases if release.heading.level <= 2]
    has_coming = any(release.title.kind == headings.UNRELEASED for release in releases)
    undated = pen.settings.style == AUTO and _dates_none(pen)
    for release in releases:
        title, heading = release.title, release.heading
        if title.kind == headings.UNRELEASED and pen.log.style != COMMON:
            yield from _unreleased(pen, release, coming, seen)
            coming = coming or release
        elif title.kind == headings.VERSION:
            if not seen and not has_coming and pen.log.style != COMMON:
                yield from pen.mark_heading(sections.NO_UNRELEASED, heading)
            yield from _version(pen, release, undated=undated)
            yield from _against(pen, release, seen, above, dated)
            seen.setdefault(title.key, heading.line)
            above = release if SCHEMES[pen.settings.versions][0](title.name) else above
            dated = release if stamps.day_number(title.date) is not None else dated
        elif heading.level == 2:
            hint = " (Common Changelog has no Unreleased section)" if title.kind == headings.UNRELEASED else ""
            yield from pen.mark_heading(rules.HEADING, heading, text=heading.text, hint=hint)
        yield from _link(pen, release)


def _unreleased(pen: Pen, release: Release, coming: Release | None, seen: dict[str, int]) -> Iterator[Finding]:
    """Findings about the section for changes to come."""
    title, heading = release.title, release.heading
    if coming:
        also = (coming.heading.line,)
        problem = f"there is an Unreleased section already, at line {coming.heading.line}"
        yield from pen.mark_heading(sections.UNRELEASED, heading, also=also, problem=problem)
    elif seen:
        problem = f"Unreleased stands below a release (line {min(seen.values())})"
        yield from pen.mark_heading(sections.UNRELEASED, heading, also=tuple(seen.values()), problem=problem)
    if title.date:
        yield from pen.mark_heading(sections.DATED, heading)
    elif title.name.casefold() not in pen.settings.written_coming:
        fixed = "## [Unreleased]"
        yield from pen.mark_heading(sections.DEVIATION, heading, what=f"{title.name!r} for Unreleased", fixed=fixed)


def _version(pen: Pen, release: Release, *, undated: bool) -> Iterator[Finding]:
    """Findings about one version heading; in an `undated` log no version needs a date."""
    title, heading = release.title, release.heading
    key, form = SCHEMES[pen.settings.versions]
    if not key(title.name):
        scheme = pen.settings.versions
        yield from pen.mark_heading(sections.SCHEME, heading, version=title.name, scheme=scheme, form=form)
    if title.yanked and title.yanked != "[YANKED]":
        fixed = f"{_fixed(release)} [YANKED]"
        yield from pen.mark_heading(sections.YANKED, heading, mark=title.yanked, fixed=fixed)
    day = stamps.day_number(title.date)
    if title.date and day is not None:
        now, skew = pen.settings.now, max(pen.settings.future_skew, stamps.DAY)
        if day * stamps.DAY > now + skew:
            today = stamps.written(now)[:10]
            yield from pen.mark_heading(rules.FUTURE, heading, date=title.date, today=today)
        if what := _deviation(release):
            yield from pen.mark_heading(sections.DEVIATION, heading, what=what, fixed=_fixed(release))
        return
    written = title.rest.strip(" \t()[]/,:-\u2013\u2014")
    fixed = f"## [{title.name}] - {stamps.written(pen.settings.now)[:10]}"
    if written.casefold() in COMING:
        yield from pen.mark_heading(sections.DEVIATION, heading, what=f"{written!r} for the date", fixed=fixed)
    elif any(character.isdigit() for character in written):
        yield from pen.mark_heading(rules.BAD_DATE, heading, date=written, fixed=fixed)
    elif not undated:
        yield from pen.mark_heading(rules.NO_DATE, heading, version=title.name, fixed=fixed)


def _dates_none(pen: Pen) -> bool:
    """Whether a log of several versions dates none of them: its way, where no style was asked for."""
    versions = [release.title for release in pen.log.releases if release.title.kind == headings.VERSION]
    return len(versions) > 2 and not any(title.date for title in versions)


def _deviation(release: Release) -> str:
    """What in a dated heading is not in the written form; empty when it is."""
    title = release.title
    before, _, after = title.rest.partition(title.date)
    if title.prefixed:
        return "`v` before the version"
    if before.strip() == "(":
        return "the date in parentheses"
    if before.strip() == "/":
        return "a slash before the date"
    if before.strip() in ("\u2013", "\u2014"):
        return "a long dash"
    if not before.strip():
        return "no dash before the date"
    if before.strip() != "-":
        return f"{before.strip()!r} before the date"
    return f"{after.strip()!r} after the date" if after.strip() else ""


def _fixed(release: Release) -> str:
    """The heading in the written form."""
    return f"## [{release.title.name}] - {release.title.date}"


def _against(
    pen: Pen, release: Release, seen: dict[str, int], above: Release | None, dated: Release | None
) -> Iterator[Finding]:
    """Findings about a version against those above it."""
    title, heading = release.title, release.heading
    key = SCHEMES[pen.settings.versions][0]
    if title.key in seen:
        first = seen[title.key]
        yield from pen.mark_heading(rules.DUPLICATE, heading, also=(first,), version=title.name, first=first)
    elif above and (mine := key(title.name)) and (other := key(above.title.name)) and mine > other:
        at, than = above.heading.line, above.title.name
        yield from pen.mark_heading(rules.ORDER, heading, also=(at,), version=title.name, above=than, where=at)
    day = stamps.day_number(title.date)
    if dated and day is not None and day > (stamps.day_number(dated.title.date) or 0):
        also = (dated.heading.line,)
        yield from pen.mark_heading(rules.DATE_ORDER, heading, also=also, date=title.date, above=dated.title.date)


def _link(pen: Pen, release: Release) -> Iterator[Finding]:
    """The finding about a bracketed release without a link definition."""
    title = release.title
    wants = title.bracketed and title.kind in (headings.VERSION, headings.UNRELEASED) and pen.log.style != COMMON
    if wants and title.label.casefold() not in pen.log.document.links:
        yield from pen.mark_heading(sections.NO_LINK, release.heading, link=title.label)


def lint_links(pen: Pen) -> Iterator[Finding]:
    """Findings about link definitions of releases that nothing refers to."""
    document = pen.log.document
    for label, line in document.links.items():
        title = headings.read_title(label)
        if title.kind not in (headings.VERSION, headings.UNRELEASED):
            continue
        used = f"[{label}]"
        lines = enumerate(document.lines, 1)
        if not any(
            used in text.casefold() for number, text in lines if document.kinds[number - 1] not in (COMMENT, LINK)
        ):
            shown = document.lines[line - 1].strip().partition("]")[0][1:]
            yield from pen.mark(sections.DANGLING, line, length=len(label) + 2, subject=label, link=shown)
