"""Rules about what stands in and around releases, after Keep a Changelog and Common Changelog: CHG308 to CHG321."""

from __future__ import annotations

from guardrail_hooks.changelog_required.rules_releases import KEEP, example
from guardrail_hooks.core.finding import Rule

TYPE = Rule(
    "CHG308",
    "change-type",
    summary="a type of change that the style does not have",
    message="{text!r} is no type of change",
    fix="{how}",
    what="Reports headings of level 3 that are none of the types: Added, Changed, Deprecated, Removed, Fixed, Security "
    "(Common Changelog: Changed, Added, Removed, Fixed). A leading emoji is decoration.",
    why="Readers who upgrade look for Removed and Security, in these words.",
    bad="# Changelog\n\n## [Unreleased]\n\n### Improvements\n\n- Faster.\n",
    good="# Changelog\n\n## [Unreleased]\n\n### Changed\n\n- Faster.\n",
    options="`--types Added,Changed,...`.",
    references=KEEP,
)
DUPLICATE_TYPE = Rule(
    "CHG309",
    "duplicate-type",
    summary="a type of change twice in one release",
    message="{text} stands twice in {release}, first at line {first}",
    fix="move these entries up to line {first} and delete this heading",
    what="Reports a second heading of the same type within a release.",
    why="Union merges leave exactly this, and readers stop at the first.",
    bad="# Changelog\n\n## [Unreleased]\n\n### Fixed\n\n- One.\n\n### Fixed\n\n- Two.\n",
    good="# Changelog\n\n## [Unreleased]\n\n### Fixed\n\n- One.\n- Two.\n",
    references=KEEP,
)
EMPTY = Rule(
    "CHG310",
    "empty-section",
    severity="warning",
    summary="a release or type with nothing under it",
    message="nothing stands under {text!r}",
    fix="write an entry under it, or delete the heading",
    what="Reports type headings and releases without any text.",
    why="Templates leave them behind.",
    bad="# Changelog\n\n## [Unreleased]\n\n### Added\n\n- One.\n\n### Fixed\n",
    good="# Changelog\n\n## [Unreleased]\n\n### Added\n\n- One.\n",
)
OUTSIDE = Rule(
    "CHG311",
    "untyped-entry",
    severity="warning",
    summary="an entry that stands under no type of change",
    message="this entry stands under no type of change",
    fix="put a heading such as `### Fixed` above it",
    what="Reports list items directly under a release.",
    why="The same types of changes are grouped, so that readers find them.",
    bad="# Changelog\n\n## [Unreleased]\n\n- Export to CSV.\n",
    good="# Changelog\n\n## [Unreleased]\n\n### Added\n\n- Export to CSV.\n",
    references=KEEP,
)
NO_UNRELEASED = Rule(
    "CHG312",
    "no-unreleased",
    severity="warning",
    summary="no Unreleased section on top",
    message="there is no place for changes to come",
    fix="put `## [Unreleased]` above this heading",
    what="Reports a log without an Unreleased section.",
    why="Where there is no open section, the next entry lands in a release that is out.",
    bad=example("## [1.0.0] - 2025-01-02"),
    good="# Changelog\n\n## [Unreleased]\n\n## [1.0.0] - 2025-01-02\n\n### Fixed\n\n- Close the socket on timeout.\n",
    references=KEEP,
)
UNRELEASED = Rule(
    "CHG313",
    "unreleased-place",
    summary="Unreleased stands twice, or below a release",
    message="{problem}",
    fix="move these entries to the top section `## [Unreleased]` and delete this heading",
    what="Reports an Unreleased section that is not the only one, or not the first.",
    why="Merges of release branches leave two; the lower one is never released.",
    bad=example("## [1.0.0] - 2025-01-02|## [Unreleased]"),
    good=example("## [Unreleased]|## [1.0.0] - 2025-01-02"),
    references=KEEP,
)
NO_LINK = Rule(
    "CHG314",
    "missing-link",
    severity="warning",
    summary="a bracketed version without a link definition",
    message="[{link}] has no link definition, so the brackets are shown to readers",
    fix="add `[{link}]: https://...` at the end of the file, or write the heading without brackets",
    what="Reports `[version]` headings whose label is not defined in the file.",
    why="Versions should be linkable; brackets without a link are noise.",
    bad="# Changelog\n\n## [Unreleased]\n\n### Fixed\n\n- One.\n",
    good="# Changelog\n\n## [Unreleased]\n\n### Fixed\n\n- One.\n\n[Unreleased]: https://example.org/compare\n",
    references=KEEP,
)
DANGLING = Rule(
    "CHG315",
    "dangling-link",
    severity="warning",
    summary="a link definition for a version that has no section",
    message="[{link}] is defined here, but nothing refers to it",
    fix="delete the line, or add the section it was meant for",
    what="Reports link definitions of versions and of Unreleased that nothing in the file uses.",
    why="Usually the section was lost, or the version was renamed.",
    bad="# Changelog\n\n## Unreleased\n\n### Fixed\n\n- One.\n\n[1.0.0]: https://example.org/1.0.0\n",
    good="# Changelog\n\n## Unreleased\n\n### Fixed\n\n- One.\n",
)
YANKED = Rule(
    "CHG316",
    "yanked-form",
    severity="warning",
    summary="a yanked mark in another form than [YANKED]",
    message="{mark!r} is not the yanked mark",
    fix="write `{fixed}`",
    what="Reports yanked marks that are not `[YANKED]`, in capitals and brackets.",
    why="It is written so that readers cannot miss it, and tools look for exactly this.",
    bad=example("## [1.0.0] - 2025-01-02 (yanked)"),
    good=example("## [1.0.0] - 2025-01-02 [YANKED]"),
    references=KEEP,
)
PLACEHOLDER = Rule(
    "CHG317",
    "placeholder-item",
    severity="warning",
    summary="an entry that is a placeholder",
    message="{text!r} says nothing",
    fix="say what changed, or delete the line",
    what="Reports entries such as `TODO` and `N/A` wherever they stand.",
    why="Mass-made changelogs are full of them.",
    bad="# Changelog\n\n## [Unreleased]\n\n### Fixed\n\n- TODO\n",
    good="# Changelog\n\n## [Unreleased]\n\n### Fixed\n\n- Close the socket on timeout.\n",
)
SCHEME = Rule(
    "CHG318",
    "version-scheme",
    summary="a version that does not follow the scheme",
    message="{version} is no version of the scheme {scheme}",
    fix="write it as {form}, or choose another scheme with `--versions`",
    what="Reports versions that the scheme of `--versions` does not know.",
    why="What cannot be parsed cannot be compared: order and upgrades go wrong.",
    bad=example("## [1.0] - 2025-01-02"),
    good=example("## [1.0.0] - 2025-01-02"),
    options="`--versions semver|pep440|calver`.",
    references=("https://semver.org/spec/v2.0.0.html",),
)
DEVIATION = Rule(
    "CHG319",
    "heading-form",
    severity="warning",
    summary="a release heading that is readable, but not in the written form",
    message="{what} in a release heading",
    fix="write `{fixed}`",
    what="Reports readable deviations once per heading: a `v` before the version, the date in parentheses or after a "
    "slash, a long dash, text after the date, another name for Unreleased.",
    why="People read them; tools that follow the format may not.",
    bad=example("## v1.0.0 (2025-01-02)"),
    good=example("## [1.0.0] - 2025-01-02"),
    references=KEEP,
)
DATED = Rule(
    "CHG321",
    "dated-unreleased",
    severity="warning",
    summary="an Unreleased section with a date",
    message="Unreleased has a date, so it looks released",
    fix="write `## [Unreleased]`",
    what="Reports a date in the heading of the Unreleased section.",
    why="The date is that of the last edit at best, and of nothing soon.",
    bad=example("## [Unreleased] - 2025-08-21"),
    good=example("## [Unreleased]"),
)

RULES = (
    TYPE,
    DUPLICATE_TYPE,
    EMPTY,
    OUTSIDE,
    NO_UNRELEASED,
    UNRELEASED,
    NO_LINK,
    DANGLING,
    YANKED,
    PLACEHOLDER,
    SCHEME,
    DEVIATION,
    DATED,
)
