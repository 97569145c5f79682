"""What of a changelog is linted: the lines of the change, or all of them, in the rules of its style."""

from __future__ import annotations

import pytest
from guardrail_hooks.core.situation import MERGE

from tests.changelog_required.memory import judged
from tests.end_to_end.test_changelog_required import BASE, LOG

WRONG = BASE.replace("### Added", "### Improvements", 1)
OLD = {"CHANGELOG.md": BASE}
FAULTY = {"CHANGELOG.md": WRONG}
BOTH = {"CHANGELOG.md": BASE.replace("### Added", "### Improvements")}
FIRST, SECOND = "CHG308 CHANGELOG.md:5 Improvements", "CHG308 CHANGELOG.md:11 Improvements"


@pytest.mark.parametrize(
    ("base", "head", "options", "expected"),
    [
        pytest.param(OLD, FAULTY, [], [FIRST], id="a new line"),
        pytest.param(FAULTY, BOTH, [], [SECOND], id="and no old one"),
        pytest.param(FAULTY, BOTH, ["--lint=file"], [FIRST, SECOND], id="all lines where that is asked for"),
        pytest.param(OLD, BOTH, ["--lint=off"], [], id="none where that is asked for"),
        pytest.param({}, BOTH, [], [FIRST, SECOND], id="all lines of a new file"),
    ],
)
def test_the_lines_that_count(base, head, options, expected) -> None:
    assert judged(base, head, *options) == expected


def test_faults_of_the_whole_file_that_stood_there_before() -> None:
    emptied = {"CHANGELOG.md": "# Changelog\n\nNothing.\n"}
    keep = ["--style=keepachangelog"]
    assert judged(OLD, emptied, *keep, "--released=free") == ["CHG204 CHANGELOG.md:1 no-sections"]
    assert judged(emptied, {"CHANGELOG.md": "# Changelog\n\nNothing yet.\n"}, *keep) == []
    assert judged(OLD, emptied, *keep, "--released=free", kind=MERGE, theirs=[emptied]) == []


@pytest.mark.parametrize(
    "theirs",
    [pytest.param(FAULTY, id="theirs brought it"), pytest.param(OLD, id="nobody did")],
)
def test_a_line_counts_in_a_merge_that_no_side_has(theirs) -> None:
    assert judged(OLD, FAULTY, kind=MERGE, theirs=[theirs]) == ([] if theirs is FAULTY else [FIRST])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"\xff\xfe#", "CHG206", id="no text"),
        pytest.param(b" \n", "CHG201", id="nothing at all"),
        pytest.param(b"# Changelog\n\nWords.\n", "CHG204", id="nothing of its style"),
    ],
)
@pytest.mark.parametrize("style", ["keepachangelog", "rule18"])
def test_where_there_is_nothing_to_lint_one_finding_is_enough(content, code, style) -> None:
    assert [row[:6] for row in judged({}, {"CHANGELOG.md": content}, f"--style={style}")] == [code]


def test_releases_links_and_sections_are_linted() -> None:
    text = {"CHANGELOG.md": WRONG + "\n[1.0.0]: nowhere\n\n## 1.0.0 - 2025-01-02\n\n- Again.\n"}
    assert judged({}, text) == [
        "CHG302 CHANGELOG.md:17 1.0.0 - 2025-01-02",
        "CHG315 CHANGELOG.md:15 1.0.0",
        FIRST,
        "CHG311 CHANGELOG.md:19 Again.",
    ]
    assert judged({}, text, "--style=free") == []


def test_a_rule_18_log_has_a_header_and_entries() -> None:
    text = "# Notes\n\n## Change History\n\n### 2025-08-16 - Speed\n**What**: replies in 5 ms\n"
    assert judged({}, {"CHANGELOG.md": text}, "--style=rule18") == [
        "CHG401 CHANGELOG.md:1 header-field",
        "CHG413 CHANGELOG.md:3 Change History",
        "CHG403 CHANGELOG.md:5 2025-08-16 - Speed",
        "CHG414 CHANGELOG.md:5 2025-08-16 - Speed",
        "CHG406 CHANGELOG.md:5 2025-08-16 - Speed",
    ]


def test_conflict_marks_count_in_every_style() -> None:
    marked = {"CHANGELOG.md": LOG.format(new="<<<<<<< ours\n- A.\n=======\n- B.\n>>>>>>> theirs\n", old="")}
    for style in ("free", "keepachangelog"):
        found = [row for row in judged(OLD, marked, f"--style={style}") if row[:6] == "CHG203"]
        assert [row.split()[1] for row in found] == [f"CHANGELOG.md:{line}" for line in (8, 10, 12)]
