"""Rules about logs that are kept by Rule 18 and Rule 19 of the rulebook: CHG401 to CHG414."""

from __future__ import annotations

from guardrail_hooks.core.finding import Rule

TITLE = "### [2025-09-02 10:00:00 UTC] - Version 1.1.0 - [Stream] - [PATCH] - [Stream large uploads]"
HEADER = """## Directory Information
- **Location**: `/opt/app/upload`
- **Purpose**: Receives files
- **Owner**: upload@example.org
- **Created**: 2025-08-01 09:00:00 UTC
- **Last Updated**: 2025-09-02 10:00:00 UTC
"""
BODY = """**Who**: dana@example.org
**Why**: Uploads above 2 GB were cut off
**What**: Stream the body instead of buffering it
**Impact**: Memory use falls
**Validation**: load tests
**Related Changes**: none
**Rollback**: revert the commit
"""
SINCE = TITLE.replace("-02 10", "-01 10").replace("1.1.0", "1.0.0")


def titled(title: str) -> str:
    """The example entry under another heading."""
    return f"{title}\n{BODY}"


HEADER_FIELD = Rule(
    "CHG401",
    "header-field",
    severity="warning",
    summary="a field of the header is missing, or no stamp",
    message="the header lacks {names}",
    fix="add a line such as `- **{first}**: ...` for each of them",
    what="Reports a Directory Information section without Location, Purpose, Owner, Created or Last Updated.",
    why="The header says whom to ask and whether the log is alive.",
    bad=HEADER.replace("- **Owner**: upload@example.org\n", ""),
    good=HEADER,
)
HEADING = Rule(
    "CHG402",
    "entry-heading",
    summary="a heading that is no entry, or an entry outside the history",
    message="{problem}",
    fix="{how}",
    what="Reports headings of the history that cannot be read as an entry, and entries outside of it.",
    why="An entry that no reader can place in time is not part of the history.",
    bad=titled("### Version 1.1.0 - [Stream] - [PATCH] - [Stream large uploads]"),
    good=titled(TITLE),
)
STAMP = Rule(
    "CHG403",
    "imprecise-stamp",
    summary="a stamp that is not YYYY-MM-DD HH:MM:SS UTC",
    message="{stamp!r} is no precise UTC time",
    fix="write `[{now}]`",
    what="Reports stamps without seconds, without `UTC`, with an offset, or with an impossible date or time.",
    why="Rule 15: to the second, in UTC, so that entries of several directories can be put in order.",
    bad=titled(TITLE.replace(" 10:00:00 UTC", "")),
    good=titled(TITLE),
)
FUTURE = Rule(
    "CHG404",
    "future-stamp",
    summary="a stamp in the future",
    message="{stamp} is in the future (it is {now})",
    fix="write `[{now}]`",
    what="Reports stamps that are ahead of the clock by more than `--future-skew` (five minutes).",
    why="Local time written as UTC, and typos in the year, look like this.",
    bad=titled(TITLE.replace("2025", "2999")),
    good=titled(TITLE),
    options="`--future-skew`, `--now`.",
)
ORDER = Rule(
    "CHG405",
    "stamp-order",
    summary="an entry that is older than the one below it",
    message="{stamp} is older than {below}, the entry below at line {where}",
    fix="{how}",
    what="Reports an entry above a younger one.",
    why="Newest first: an entry at the bottom is not found, and a wrong month hides the newest one.",
    bad=titled(SINCE) + "\n" + titled(TITLE),
    good=titled(TITLE) + "\n" + titled(SINCE),
)
MISSING = Rule(
    "CHG406",
    "missing-field",
    summary="an entry without all its fields",
    message="this entry lacks {names}",
    fix="add a line such as `**{first}**: ...` for each of them",
    what="Reports an entry that lacks required fields, all of them at once.",
    why="Who, why, what, its impact, validation and the way back are what is asked for when it breaks.",
    bad=titled(TITLE).replace("**Rollback**: revert the commit\n", ""),
    good=titled(TITLE),
    options="`--require-fields Who,What`.",
)
EMPTY = Rule(
    "CHG407",
    "empty-field",
    summary="a field that is empty or a placeholder",
    message="{name} is {what}",
    fix="write it out; where it does not apply, say why: `Not applicable: text only`",
    what="Reports fields without a value, with `N/A`, `TODO` or template text, and headings with template text.",
    why="A template that was pasted and not filled in looks like an entry and is none.",
    bad=titled(TITLE).replace("revert the commit", "N/A"),
    good=titled(TITLE),
)
TYPE = Rule(
    "CHG408",
    "entry-type",
    severity="warning",
    summary="a change type that the rulebook does not list",
    message="{type!r} is no change type",
    fix="{how}",
    what="Reports entries with another type than MAJOR, MINOR, PATCH, HOTFIX, REFACTOR, DOCS, TEST, CONFIG, SECURITY "
    "or CREATION.",
    why="Types are what entries are searched by.",
    bad=titled(TITLE.replace("PATCH", "TWEAK")),
    good=titled(TITLE),
    options="`--types`.",
)
VERSION = Rule(
    "CHG409",
    "entry-version",
    summary="a version that is not greater than that of the entry below",
    message="version {version} is not greater than {below}, the entry below at line {where}",
    fix="{how}",
    what="Reports an entry whose version is equal to or less than that of the entry below.",
    why="Every entry has a version of its own, the newest the greatest.",
    bad=titled(SINCE) + "\n" + titled(TITLE),
    good=titled(TITLE) + "\n" + titled(SINCE),
    options="`--versions semver|pep440|calver`.",
)
UPDATED = Rule(
    "CHG410",
    "stale-header",
    summary="Last Updated is older than the newest entry",
    message="Last Updated is older than the newest entry ({stamp})",
    fix="write `- **Last Updated**: {stamp}`",
    what="Reports a header whose Last Updated was not bumped with the newest entry.",
    why="It is the line by which readers judge whether the log is kept.",
    bad=HEADER.replace("2025-09-02", "2025-08-02") + "\n## Change History\n\n" + titled(TITLE),
    good=HEADER + "\n## Change History\n\n" + titled(TITLE),
)
LOCATION = Rule(
    "CHG411",
    "location",
    severity="warning",
    summary="Location names another directory",
    message="Location is {location}, but this file lies in {folder}",
    fix="write the path that ends with {folder}",
    what="Reports a Location that does not end with the directory of the changelog.",
    why="It was copied from another directory, and the rest of the header probably as well.",
    bad=HEADER.replace("app/upload", "app/download"),
    good=HEADER,
)
OLD = Rule(
    "CHG412",
    "old-stamp",
    summary="an entry that was written long after its stamp (`--max-age`)",
    message="{stamp} is more than {age} ago (it is {now})",
    fix="write `[{now}]`",
    what="Reports a new entry (in an audit: the newest) with a stamp older than `--max-age`.",
    why="Rule 15: changes are written down at once.",
    bad=titled(TITLE.replace("2025", "2001")),
    good=titled(TITLE),
    options="`--max-age 1d`; without it nothing is too old.",
)
SECTIONS = Rule(
    "CHG413",
    "template-sections",
    severity="warning",
    summary="sections of the template are missing",
    message="the log lacks {names}",
    fix="add them below the history, or see `changelog-required --explain CHG413`",
    what="Reports a log without Change Categories, Dependencies and Integration Points, Known Issues and Technical "
    "Debt, or Metrics and Performance.",
    why="They are part of the template of Rule 18.",
    bad="## Change History\n",
    good="## Change History\n\n## Change Categories\n\n## Dependencies and Integration Points\n\n"
    "## Known Issues and Technical Debt\n\n## Metrics and Performance\n",
)
VARIANT = Rule(
    "CHG414",
    "entry-form",
    severity="warning",
    summary="an entry heading that is readable, but not in the written form",
    message="this entry can be read, but {what}",
    fix="write `{fixed}`",
    what="Reports readable variants: the version before the time or without the word Version, no component or type, "
    "level 2, ISO 8601 with `Z`, long dashes.",
    why="The written form is what scripts of the rulebook read.",
    bad=titled("### [Version 1.1.0] - 2025-09-02 10:00:00 UTC - STREAMING UPLOADS"),
    good=titled(TITLE),
)

RULES = (
    HEADER_FIELD,
    HEADING,
    STAMP,
    FUTURE,
    ORDER,
    MISSING,
    EMPTY,
    TYPE,
    VERSION,
    UPDATED,
    LOCATION,
    OLD,
    SECTIONS,
    VARIANT,
)
