"""Rules about a changelog as a text, in every style: CHG201 to CHG206."""

from __future__ import annotations

from guardrail_hooks.core.finding import Rule

GOOD = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- Export to CSV.\n"

EMPTY = Rule(
    "CHG201",
    "empty-changelog",
    summary="a changelog without any text",
    message="this changelog is empty",
    fix="start it with `# Changelog`, `## [Unreleased]`, `### Added` and the entry",
    what="Reports a changelog that holds nothing but white space.",
    why="An empty file satisfies checks for its existence and tells nobody anything.",
    bad="\n",
    good=GOOD,
)
TITLE = Rule(
    "CHG202",
    "title",
    severity="warning",
    summary="no title, or more than one",
    message="{problem}",
    fix="{how}",
    what="Reports a changelog without a heading of level 1, and every further one.",
    why="A second title usually comes from a bad merge of two files.",
    bad="## [Unreleased]\n\n### Added\n\n- Export to CSV.\n",
    good=GOOD,
)
CONFLICT = Rule(
    "CHG203",
    "conflict-marker",
    summary="a conflict marker was committed",
    message="conflict marker {mark}",
    fix="keep the entries of both sides and delete the marker lines, then `git add {path}`",
    what="Reports lines that begin with seven `<`, `|`, `=` or `>` of an unfinished merge. Markers quoted in a "
    "complete code block are text.",
    why="Changelogs conflict more than any other file, and no compiler reads them.",
    bad="# Changelog\n\n<<<<<<< HEAD\n- Mine.\n=======\n- Theirs.\n>>>>>>> theirs\n",
    good="# Changelog\n\n- Mine.\n- Theirs.\n",
)
NOTHING = Rule(
    "CHG204",
    "no-sections",
    summary="no section, and no entry, can be read",
    message="{problem}",
    fix="{how}",
    what="Reports a changelog in which no release (Rule 18: no entry) can be found, and a free one without text.",
    why="Tools that strip heading lines, and templates nobody filled in, leave files that say nothing.",
    bad="# Changelog\n",
    good=GOOD,
)
UNCLOSED = Rule(
    "CHG205",
    "unclosed-block",
    summary="a code fence or comment that never ends",
    message="this {what} is never closed: everything below it is invisible",
    fix="write {closing} on a line of its own where it should end",
    what="Reports a fenced code block or an HTML comment without an end.",
    why="It swallows every release below it.",
    bad="# Changelog\n\n## [Unreleased]\n\n- One.\n\n```sh\nmake\n",
    good="# Changelog\n\n## [Unreleased]\n\n- One.\n\n```sh\nmake\n```\n",
)
ENCODING = Rule(
    "CHG206",
    "encoding",
    summary="a changelog that is not UTF-8 text",
    message="this file is not UTF-8 text",
    fix="save it as UTF-8, in an editor or with `iconv -f UTF-16 -t UTF-8` (from ISO-8859-1 where it is not UTF-16), "
    "and stage it",
    what="Reports a changelog that holds other bytes than UTF-8, or NUL characters.",
    why="Readers and tools see noise, and git shows no difference.",
)

RULES = (EMPTY, TITLE, CONFLICT, NOTHING, UNCLOSED, ENCODING)
