"""Lint of what stands around the entries of a Rule 18 log: CHG401, CHG410, CHG411 and CHG413."""

from __future__ import annotations

import posixpath

from guardrail_hooks.changelog_required import rule18, stamps
from guardrail_hooks.changelog_required import rules_rule18 as rules
from guardrail_hooks.changelog_required.log import HISTORY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.changelog_required.pen import Pen
    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.formats.markdown import Heading

FIELDS = ("Location", "Purpose", "Owner", "Created", "Last Updated")
SECTIONS = (
    "Change Categories",
    "Dependencies and Integration Points",
    "Known Issues and Technical Debt",
    "Metrics and Performance",
)


def lint_header(pen: Pen) -> Iterator[Finding]:
    """Findings about the header and the sections of the template."""
    second = [heading for heading in pen.log.document.headings if heading.level == 2]
    header = next((heading for heading in second if heading.text.casefold().startswith("directory information")), None)
    if header:
        yield from _header(pen, header, second)
    else:
        names = "the section Directory Information"
        yield from pen.mark(rules.HEADER_FIELD, 1, names=names, first=FIELDS[0])
    history = next((heading for heading in second if heading.text.casefold().startswith(HISTORY)), None)
    written = {heading.text.casefold().strip() for heading in second}
    missing = [name for name in SECTIONS if not any(text.startswith(name.casefold()) for text in written)]
    if history and missing:
        yield from pen.mark_heading(rules.SECTIONS, history, names=", ".join(missing))


def _header(pen: Pen, header: Heading, second: list[Heading]) -> Iterator[Finding]:
    """Findings about the fields of Directory Information."""
    end = next((other.line - 1 for other in second if other.line > header.line), len(pen.log.document.lines))
    fields: dict[str, tuple[int, str]] = {}
    for number in range(header.line + 1, end + 1):
        match = rule18.FIELD.match(pen.log.document.lines[number - 1])
        if match:
            fields.setdefault(match[1].strip().casefold(), (number, match[2].strip()))
    missing = [name for name in FIELDS if not fields.get(name.casefold(), (0, ""))[1]]
    imprecise = [
        name for name in FIELDS[3:] if name not in missing and stamps.seconds(fields[name.casefold()][1]) is None
    ]
    if missing or imprecise:
        names = ", ".join([*missing, *(f"a precise UTC time for {name}" for name in imprecise)])
        also = tuple(line for line, _ in fields.values())
        fix = {} if missing else {"fix": f"write `- **{imprecise[0]}**: {stamps.written(pen.settings.now)}`"}
        first = (missing or imprecise)[0]
        yield from pen.mark_heading(rules.HEADER_FIELD, header, also=also, names=names, first=first, **fix)
    yield from _updated(pen, fields.get("last updated"))
    folder = posixpath.dirname(pen.log.path)
    line, location = fields.get("location", (0, ""))
    plain = location.strip("`'\"<> ").replace("\\", "/").rstrip("/")
    if folder and plain and not f"/{plain}".endswith(f"/{folder}"):
        yield from pen.mark(
            rules.LOCATION, line, length=len(location), subject="Location", location=plain, folder=folder
        )


def _updated(pen: Pen, updated: tuple[int, str] | None) -> Iterator[Finding]:
    """The finding about a Last Updated that is older than the newest entry."""
    moment = stamps.seconds(updated[1]) if updated else None
    entries: list[tuple[float, str, int]] = []
    for release in pen.log.releases:
        title = rule18.read_entry(release.heading.text)
        entered = stamps.seconds(title.stamp) if title else None
        if title and entered is not None:
            entries.append((entered, title.stamp, release.heading.line))
    if updated is None or moment is None or not entries:
        return
    newest = max(entries, key=lambda entry: entry[0])
    if int(newest[0]) > moment:
        length = len(pen.log.document.lines[updated[0] - 1])
        stamp = stamps.written(newest[0])
        yield from pen.mark(
            rules.UPDATED, updated[0], length=length, also=(newest[2],), subject="Last Updated", stamp=stamp
        )
