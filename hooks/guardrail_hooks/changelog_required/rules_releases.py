"""Rules about release headings, after Keep a Changelog and Common Changelog: CHG301 to CHG307."""

from __future__ import annotations

from guardrail_hooks.core.finding import Rule

KEEP = ("https://keepachangelog.com/en/1.1.0/",)


def example(headings: str) -> str:
    """A small changelog with these release headings (`|` separates them)."""
    parts = [f"{heading}\n\n### Fixed\n\n- Close the socket on timeout.\n" for heading in headings.split("|")]
    return "# Changelog\n\n" + "\n".join(parts)


GOOD = example("## [1.1.0] - 2025-02-01|## [1.0.0] - 2025-01-02")

HEADING = Rule(
    "CHG301",
    "release-heading",
    summary="a heading that is neither Unreleased nor a version",
    message="{text!r} is no release heading",
    fix="write `## [Unreleased]` or `## [1.2.3] - 2025-01-31`{hint}",
    what="Reports headings of level 2 that name no release, headings without the blank after `#`, and versions at "
    "level 3. Common Changelog has no Unreleased section.",
    why="What stands under such a heading belongs to no release for any tool that reads the file.",
    bad=example("## Archive|## [1.0.0] - 2025-01-02"),
    good=GOOD,
    references=KEEP,
)
DUPLICATE = Rule(
    "CHG302",
    "duplicate-version",
    summary="a version that has two sections",
    message="version {version} has a section already, at line {first}",
    fix="move these entries there and delete this heading",
    what="Reports the second section of a version, whatever its spelling.",
    why="Two sections of a version come from a merge; readers find only one of them.",
    bad=example("## [1.0.0] - 2025-01-02|## [1.0.0] - 2025-01-02"),
    good=GOOD,
    references=KEEP,
)
ORDER = Rule(
    "CHG303",
    "version-order",
    summary="a version that is greater than the one above it",
    message="version {version} stands below {above}, which is smaller",
    fix="put the newest version on top: move this section above line {where}",
    what="Reports a version below a smaller one, compared by the rules of `--versions`.",
    why="The newest version comes first; as text `rc.9` sorts above `rc.10`, as a version it does not.",
    bad=example("## [1.0.0] - 2025-01-02|## [1.1.0] - 2025-01-02"),
    good=GOOD,
    options="`--versions semver|pep440|calver`.",
    references=(*KEEP, "https://semver.org/spec/v2.0.0.html#spec-item-11"),
)
NO_DATE = Rule(
    "CHG304",
    "missing-date",
    summary="a released version without a date",
    message="version {version} has no date",
    fix="write `{fixed}`",
    what="Reports version headings without a release date.",
    why="The date of each version is what tells readers whether they have it.",
    bad=example("## [1.0.0]"),
    good=GOOD,
    references=KEEP,
)
BAD_DATE = Rule(
    "CHG305",
    "date-form",
    summary="a date that is not YYYY-MM-DD, or that no calendar has",
    message="{date!r} is no date of the form YYYY-MM-DD",
    fix="write `{fixed}`",
    what="Reports release dates in another form than ISO 8601, and impossible ones.",
    why="01/02/2025 is January in one country and February in the next.",
    bad=example("## [1.0.0] - 01/02/2025"),
    good=GOOD,
    references=KEEP,
)
FUTURE = Rule(
    "CHG306",
    "future-date",
    summary="a release dated in the future",
    message="{date} is in the future (today is {today}, UTC)",
    fix="write the day of the release, or keep the section under `## [Unreleased]` until then",
    what="Reports release dates that are more than a day ahead (`--future-skew` when that is longer).",
    why="A wrong year or month is the typo that nobody sees.",
    bad=example("## [1.0.0] - 2999-01-01"),
    good=GOOD,
    options="`--future-skew`, `--now`.",
)
DATE_ORDER = Rule(
    "CHG307",
    "date-order",
    severity="warning",
    summary="a release that is younger than the one above it",
    message="{date} is later than {above}, the date of the release above",
    fix="check both dates and the order of the two sections",
    what="Reports a release dated after the release above it.",
    why="One of the two dates is a typo, or the sections stand in the wrong order. Backports may be right: it warns.",
    bad=example("## [1.1.0] - 2025-01-01|## [1.0.0] - 2025-01-02"),
    good=GOOD,
)

RULES = (HEADING, DUPLICATE, ORDER, NO_DATE, BAD_DATE, FUTURE, DATE_ORDER)
