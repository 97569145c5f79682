"""Rules about the entry that a change owes: CHG001 to CHG110."""

from __future__ import annotations

from guardrail_hooks.core.finding import Rule

LOG = """# Changelog

## [Unreleased]

### Added

- Export to CSV.

## [1.0.0] - 2025-01-02

### Added

- First release.
"""
SCOPE = "`--only`, `--exempt`, `--exempt-preset`, `--exempt-types`, `--governing`, `--map`, `--accept-ancestor`."

OPTION = Rule(
    "CHG001",
    "unknown-option",
    allowable=False,
    summary="an option that does not exist, or a value it does not take (exit 2)",
    message="bad option",
    what="Ends the run with exit code 2 and one line on standard error that names the option and its choices.",
    why="A misspelt option must not quietly weaken a check.",
    bad="args: [--governing=sideways]\n",
    good="args: [--governing=own]\n",
)
NO_GIT = Rule(
    "CHG002",
    "no-repository",
    allowable=False,
    summary="no git work tree here, or git failed (exit 2)",
    message="git failed",
    what="Ends the run with exit code 2 when there is no git repository, or when a git command fails.",
    why="Without git there is no change to judge, and no verdict is not a pass.",
)
NO_BASE = Rule(
    "CHG003",
    "unknown-base",
    allowable=False,
    summary="the base is not in this clone, such as in a shallow one (exit 2)",
    message="the base is not in this clone",
    what="Ends the run with exit code 2 when the base that the driver, a CI service or `--base` names is missing.",
    why="Checkouts of CI services are shallow by default. A check that passes there checks nothing.",
    bad="- uses: actions/checkout@v4\n",
    good="- uses: actions/checkout@v4\n  with:\n    fetch-depth: 0\n",
    options="`--base REF`.",
)
NO_ENTRY = Rule(
    "CHG101",
    "missing-entry",
    summary="files changed, and their changelog was not touched",
    message="{count} changed {where} ({files}), but {path} got no entry",
    fix="{how}",
    what="Reports a changelog that governs changed files and was not changed with them. One finding per changelog, "
    "however many files changed.",
    why="What is not written down with the change is written down never, or wrongly.",
    bad="$ git commit -m 'Export to TSV' src/export.py\n",
    good="$ git commit -m 'Export to TSV' src/export.py CHANGELOG.md\n",
    options=SCOPE,
)
NO_CHANGELOG = Rule(
    "CHG102",
    "missing-changelog",
    summary="no changelog governs the changed files",
    message="no changelog governs {folder}: {path} {problem}",
    fix="{how}",
    what="Reports changed files (in an audit: files) that no changelog governs, at the place where it should be.",
    why="A change without a changelog has no place to be written down.",
    bad="src/app.py\n",
    good="src/app.py\nCHANGELOG.md\n",
    options=SCOPE + " `--changelog NAME` for other names.",
)
NO_WORDS = Rule(
    "CHG103",
    "empty-edit",
    summary="the changelog changed, but nothing new was said in an open section",
    message="{path} was touched, but says nothing new: {count} changed {where} ({files}) without an entry",
    fix="{how}",
    what="Reports a changelog that was touched without gaining an entry: white space, order, wrapping, markup, "
    "headings or the header changed, text was hidden in a comment or a code block, or a line was copied.",
    why="A check that accepts a touched file breeds touched files, not changelogs.",
    bad=LOG.replace("CSV.", "**CSV**"),
    good=LOG.replace("CSV.", "CSV.\n- Export to TSV."),
    options="`--entry added` does not count another wording of an old entry; `--unreleased NAME` names the section.",
)
MISFILED = Rule(
    "CHG104",
    "misfiled-entry",
    summary="an entry was added to a section that is released",
    message="this entry was added to released {release}: readers of that release never had it",
    fix="{how}",
    what="Reports entries that a change adds to a released section. In a merge, sections are compared with those of "
    "all parents.",
    why="Rebases, squashes and union merges drop an entry into the section below when a release came first. Nobody "
    "looks for news in a release that is out.",
    bad=LOG.replace("- First release.", "- First release.\n- Export to TSV."),
    good=LOG.replace("CSV.", "CSV.\n- Export to TSV."),
    options="`--released free` allows released sections to change.",
)
PLACEHOLDER = Rule(
    "CHG105",
    "placeholder-entry",
    summary="the only new entry is a placeholder",
    message="the new entry is a placeholder: {text!r}",
    fix="say in its place what changed and for whom, then `git add {name}`",
    what="Reports the first new entry when all new ones are placeholders: `TODO`, `TBD`, `N/A`, `...`, template text "
    "in brackets, or anything without letters.",
    why="A promise to write is not an entry, and nobody comes back to it.",
    bad=LOG.replace("CSV.", "CSV.\n- TODO"),
    good=LOG.replace("CSV.", "CSV.\n- Export to TSV."),
)
DELETED = Rule(
    "CHG106",
    "deleted-changelog",
    summary="a changelog was deleted while its folder lives on",
    message="{path} was deleted, but {folder} still has files",
    fix="bring it back: `git restore --staged --worktree --source={base} -- {name}`",
    what="Reports the deletion of a changelog whose folder still holds files.",
    why="With the changelog goes the history of everything that is still there.",
    bad="$ git rm src/CHANGELOG.md\n",
    good="$ git rm -r src\n",
)
ALTERED = Rule(
    "CHG107",
    "altered-release",
    summary="a released section was altered, or lost its heading",
    message="released {release} {what}",
    fix="restore the section (`git diff {base} -- {name}` shows it), or set `--released free` if history may change",
    what="Reports entries of a released section that changed or vanished, and releases without heading. Yanked "
    "marks may be added; layout and order may change.",
    why="A stale branch brings back an old file, a squash loses a heading, and history is gone unseen.",
    bad=LOG.replace("First release", "First public release"),
    good=LOG.replace("2025-01-02", "2025-01-02 [YANKED]"),
    options="`--released free` allows released sections to change.",
)
NO_FRAGMENT = Rule(
    "CHG108",
    "missing-fragment",
    summary="files changed, and no news fragment was added",
    message="{count} changed ({files}), but {folder} got no fragment{which}",
    fix="{how}",
    what="Reports a change without a news fragment in a project that keeps fragments. Editing the words of a fragment "
    "counts; deleting and renaming one does not. With changesets and beachball every changed package must be named.",
    why="The release notes are made of fragments: what has none will not be in them.",
    bad="src/app.py\n",
    good="src/app.py\nchanges/12.bugfix.md\n",
    options="`--fragments PATTERN`, `--fragment-style`.",
)
BAD_FRAGMENT = Rule(
    "CHG109",
    "faulty-fragment",
    summary="a news fragment that its tool would ignore or print empty",
    message="{problem}",
    fix="{how}",
    what="Reports fragments that are blank, nested, links, of an unknown type, without text, or about an unknown "
    "package.",
    why="Tools skip such fragments silently: the change is not in the release notes, and the check has passed.",
    bad="changes/12.bugfixx.md\n",
    good="changes/12.bugfix.md\n",
    options="`--fragments PATTERN`, `--fragment-style`.",
)
WAIVER = Rule(
    "CHG110",
    "invalid-waiver",
    allowable=False,
    summary="a waiver without a reason, or one that the project does not allow",
    message="{problem}",
    fix="{how}",
    what="Reports `CHANGELOG_SKIP` and `Changelog: none` trailers that give no reason of two words, and all of them "
    "with `--no-skip`.",
    why="An exception without a reason cannot be judged later.",
    bad="CHANGELOG_SKIP=1 git commit\n",
    good="CHANGELOG_SKIP='comment typo only' git commit\n",
    options="`--no-skip`, `--exempt-author`, `--accept-trailer`.",
)

RULES = (
    OPTION,
    NO_GIT,
    NO_BASE,
    NO_ENTRY,
    NO_CHANGELOG,
    NO_WORDS,
    MISFILED,
    PLACEHOLDER,
    DELETED,
    ALTERED,
    NO_FRAGMENT,
    BAD_FRAGMENT,
    WAIVER,
)
