"""Verdicts on changes in memory: which changelog owes what, in which situation, and what is read for it."""

from __future__ import annotations

import pytest
from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.core.git import GitFailed
from guardrail_hooks.core.situation import AMEND, COMMIT, MERGE, RANGE, REPLAY, REVERT

from tests.changelog_required.memory import changes, judged, told, verdict
from tests.end_to_end.test_changelog_required import BASE, ENTRY, LOG, MISFILED, OTHER

PROJECT = {"CHANGELOG.md": BASE, "src/app.py": "1\n"}
CODE = {**PROJECT, "src/app.py": "2\n"}
WITH_ENTRY = {**CODE, "CHANGELOG.md": ENTRY}
TODO = {**CODE, "CHANGELOG.md": LOG.format(new="- TODO\n", old="")}
MONOREPO = {**PROJECT, "lib/CHANGELOG.md": BASE, "lib/a.py": "1\n", "doc/CHANGELOG.md": BASE, "doc/a.py": "1\n"}
LIB = {**MONOREPO, "lib/a.py": "2\n"}


def without(files, *paths) -> dict:
    return {path: file for path, file in files.items() if path not in paths}


def fixes(base, head, *options, **more) -> list[str]:
    judging, _ = verdict(base, head, *options, **more)
    return [one.fix for one in judging.judge() if hasattr(one, "rule")]


@pytest.mark.parametrize("kind", [COMMIT, AMEND, RANGE])
def test_what_asks_for_an_entry(kind) -> None:
    assert judged(PROJECT, CODE, kind=kind) == ["CHG101 CHANGELOG.md:1 CHANGELOG.md"]
    assert judged(PROJECT, WITH_ENTRY, kind=kind) == []


@pytest.mark.parametrize("kind", [REPLAY, REVERT])
def test_what_was_asked_before_is_not_asked_again(kind) -> None:
    assert judged(PROJECT, CODE, kind=kind, named={"REVERT_HEAD^": PROJECT}) == []
    assert judged(PROJECT, without(CODE, "CHANGELOG.md"), kind=kind) == []


def test_a_placeholder_is_told_once_where_it_stands() -> None:
    assert judged(PROJECT, TODO) == ["CHG105 CHANGELOG.md:8 CHANGELOG.md"]


RULE18 = "# Changelog\n\n## Change History\n\n"
SIGNED = "### 2025-08-16 {}:00 UTC - Version {} - Docs - PATCH - {}\n**Who**: A. B.\n**What**: {}\n\n"


def test_a_placeholder_of_a_rule_18_log_is_told_once() -> None:
    old = SIGNED.format("19:15", "1.1.0", "Speed", "replies in 5 ms")
    log = RULE18 + SIGNED.format("23:30", "1.1.1", "Tables", "TODO") + old
    base = {"CHANGELOG.md": RULE18 + old, "a.py": "1"}
    found = judged(base, {"CHANGELOG.md": log, "a.py": "2"}, "--require-fields=Who,What")
    assert [row for row in found if row[:6] != "CHG401"] == ["CHG105 CHANGELOG.md:5 CHANGELOG.md"]


def test_a_placeholder_is_a_matter_of_form_where_nothing_is_owed() -> None:
    form = ["CHG317 CHANGELOG.md:8 unreleased"]
    assert judged(PROJECT, {**TODO, "src/app.py": "1\n"}) == form
    assert judged(PROJECT, TODO, kind=REPLAY) == form
    judging, _ = verdict(PROJECT, TODO)
    judging.waived = True
    assert [told(one) for one in judging.judge() if hasattr(one, "rule")] == form
    old = SIGNED.format("19:15", "1.1.0", "Speed", "replies in 5 ms")
    log = RULE18 + SIGNED.format("23:30", "1.1.1", "Tables", "TODO") + old
    found = judged({"CHANGELOG.md": RULE18 + old}, {"CHANGELOG.md": log}, "--require-fields=Who,What", kind=REPLAY)
    assert [row for row in found if ":7 " in row] == ["CHG407 CHANGELOG.md:7 1.1.1 2025-08-16 23:30:00 utc What"]


def test_the_only_words_of_a_touched_changelog_are_old_ones() -> None:
    moved = {**CODE, "CHANGELOG.md": BASE.replace("- Export to CSV.", "-   Export to **CSV**.")}
    assert judged(PROJECT, moved) == ["CHG103 CHANGELOG.md:1 CHANGELOG.md"]


def test_a_misfiled_entry_is_not_called_missing_as_well() -> None:
    assert judged(PROJECT, {**CODE, "CHANGELOG.md": MISFILED}) == ["CHG104 CHANGELOG.md:14 1.0.0 - 2025-01-02"]


def test_an_altered_release_beside_a_missing_entry_is_told_with_it() -> None:
    altered = {**CODE, "CHANGELOG.md": BASE.replace("First release", "First words")}
    assert judged(PROJECT, altered) == [
        "CHG103 CHANGELOG.md:1 CHANGELOG.md",
        "CHG107 CHANGELOG.md:13 1.0.0 - 2025-01-02",
    ]
    assert judged(PROJECT, altered, "--released=free") == ["CHG103 CHANGELOG.md:1 CHANGELOG.md"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param([], [], id="a better wording is an entry"),
        pytest.param(["--entry=edited"], [], id="and where that is asked for"),
        pytest.param(["--entry=added"], ["CHG103 CHANGELOG.md:1 CHANGELOG.md"], id="but not among added ones"),
    ],
)
def test_another_wording_of_an_entry(options, expected) -> None:
    reworded = {**CODE, "CHANGELOG.md": BASE.replace("Export to CSV.", "Export to CSV and TSV.")}
    assert judged(PROJECT, reworded, *options) == expected


def test_another_wording_is_no_entry_of_a_rule_18_log() -> None:
    text = (
        "# Changelog\n\n## Change History\n\n### 2025-08-16 19:15:00 UTC - Version 1.1.0 - Docs - PATCH - Speed\n{}\n"
    )
    base = {"CHANGELOG.md": text.format("**What**: replies in 5 ms"), "a.py": "1"}
    head = {"CHANGELOG.md": text.format("**What**: replies in 5 ms at most"), "a.py": "2"}
    assert [row[:6] for row in judged(base, head, "--lint=off")] == ["CHG103"]
    assert judged(base, head, "--lint=off", "--entry=edited") == []


def test_each_changelog_owes_for_its_own_folder() -> None:
    head = {**LIB, "doc/a.py": "2\n", "src/app.py": "2\n", "doc/CHANGELOG.md": ENTRY}
    assert judged(MONOREPO, head) == [
        "CHG101 CHANGELOG.md:1 CHANGELOG.md",
        "CHG101 lib/CHANGELOG.md:1 lib/CHANGELOG.md",
    ]


def test_an_entry_further_up_serves_only_where_it_is_one() -> None:
    above = {**LIB, "CHANGELOG.md": ENTRY}
    assert judged(MONOREPO, above, "--accept-ancestor") == []
    for other in (LIB, {**LIB, "CHANGELOG.md": MISFILED}, {**LIB, "doc/CHANGELOG.md": ENTRY}):
        assert "CHG101 lib/CHANGELOG.md:1 lib/CHANGELOG.md" in judged(MONOREPO, other, "--accept-ancestor")
    orphan = without(MONOREPO, "CHANGELOG.md")
    assert judged(orphan, {**orphan, "lib/a.py": "2\n"}, "--accept-ancestor") == [
        "CHG101 lib/CHANGELOG.md:1 lib/CHANGELOG.md"
    ]


def test_files_without_any_changelog() -> None:
    base = without(PROJECT, "CHANGELOG.md")
    (finding,) = verdict(base, {**base, "src/app.py": "2\n"})[0].judge()
    assert told(finding) == "CHG102 CHANGELOG.md:1 CHANGELOG.md"
    assert finding.message == "no changelog governs this repository: CHANGELOG.md does not exist"
    assert judged(base, {**base, "src/app.py": "1\r\n"}) == []


def test_line_ends_alone_owe_nothing_though_the_changelog_is_touched() -> None:
    head = {**PROJECT, "src/app.py": "1\r\n", "CHANGELOG.md": BASE + "\n"}
    assert judged(PROJECT, head) == []


def test_a_new_changelog_has_no_past() -> None:
    base = without(PROJECT, "CHANGELOG.md")
    assert judged(base, WITH_ENTRY) == []


def test_a_changelog_that_was_a_link_has_no_past() -> None:
    base = {**PROJECT, "CHANGELOG.md": ("120000", "src/app.py")}
    assert judged(base, WITH_ENTRY) == []


def test_a_link_to_the_changelog_that_is_touched() -> None:
    base = {"notes/LOG.md": BASE, "CHANGELOG.md": ("120000", "notes/LOG.md"), "src/app.py": "1\n"}
    assert judged(base, {**base, "src/app.py": "2\n"}) == ["CHG101 CHANGELOG.md:1 CHANGELOG.md"]
    assert judged(base, {**base, "src/app.py": "2\n", "notes/LOG.md": ENTRY}) == []
    assert judged(base, {**base, "src/app.py": "2\n", "notes/LOG.md": MISFILED}) == [
        "CHG104 CHANGELOG.md:14 1.0.0 - 2025-01-02"
    ]


def test_a_changelog_under_another_name_is_compared_with_what_it_was() -> None:
    base = {"docs/CHANGELOG.md": BASE, "docs/a.py": "1", "src/app.py": "1"}
    head = {"CHANGELOG.md": MISFILED, "docs/a.py": "1", "src/app.py": "2"}
    assert judged(base, head) == ["CHG104 CHANGELOG.md:14 1.0.0 - 2025-01-02"]


def test_a_deleted_changelog_is_brought_back_from_the_base() -> None:
    head = without(CODE, "CHANGELOG.md")
    assert judged(PROJECT, head) == ["CHG106 CHANGELOG.md:1 CHANGELOG.md"]
    assert judged(PROJECT, without(PROJECT, "CHANGELOG.md")) == ["CHG106 CHANGELOG.md:1 CHANGELOG.md"]
    back = "bring it back: `git restore --staged --worktree --source={} -- CHANGELOG.md`"
    assert fixes(PROJECT, head) == [back.format("HEAD")]
    assert fixes(PROJECT, head, name="main") == [back.format("main")]


def test_a_deleted_changelog_that_never_governed_is_nobodys_loss() -> None:
    names = ["--changelog=CHANGELOG.md", "--changelog=HISTORY.md"]
    both = {**PROJECT, "HISTORY.md": BASE}
    assert judged(both, {**WITH_ENTRY}, *names) == []
    root = [*names, "--governing=root"]
    assert judged(MONOREPO, {**without(MONOREPO, "lib/CHANGELOG.md"), "src/app.py": "1\n"}, *root) == []


def test_two_deleted_changelogs_are_two_findings() -> None:
    assert judged(MONOREPO, without(MONOREPO, "lib/CHANGELOG.md", "doc/CHANGELOG.md")) == [
        "CHG106 doc/CHANGELOG.md:1 doc/CHANGELOG.md",
        "CHG106 lib/CHANGELOG.md:1 lib/CHANGELOG.md",
    ]


def test_an_altered_release_is_shown_against_the_base() -> None:
    altered = {"CHANGELOG.md": BASE.replace("First release", "First words"), "src/app.py": "1\n"}
    assert "(`git diff HEAD -- CHANGELOG.md` shows it)" in fixes(PROJECT, altered)[0]
    assert "(`git diff origin/main -- CHANGELOG.md` shows it)" in fixes(PROJECT, altered, name="origin/main")[0]


UTF_16 = {**CODE, "CHANGELOG.md": ENTRY.encode("utf-16")}


@pytest.mark.parametrize("options", [[], ["--lint=off"]], ids=["linted", "not linted"])
def test_a_changelog_that_is_no_text_is_told_once(options) -> None:
    assert judged(PROJECT, UTF_16, *options) == ["CHG206 CHANGELOG.md:1 encoding"]


def test_a_changelog_that_is_no_text_hides_no_other_one() -> None:
    head = {**LIB, "doc/a.py": "2\n", "doc/CHANGELOG.md": ENTRY.encode("utf-16"), "lib/CHANGELOG.md": MISFILED}
    assert judged(MONOREPO, head) == [
        "CHG206 doc/CHANGELOG.md:1 encoding",
        "CHG104 lib/CHANGELOG.md:14 1.0.0 - 2025-01-02",
    ]


def test_a_changelog_that_was_no_text_has_no_released_sections() -> None:
    assert judged({**PROJECT, "CHANGELOG.md": BASE.encode("utf-16")}, WITH_ENTRY) == []


class TestMerge:
    """A merge is compared with all its parents."""

    def judged(self, ours, theirs, result, *options) -> list[str]:
        return judged(ours, result, *options, kind=MERGE, theirs=[theirs])

    def test_it_owes_nothing_of_its_own(self) -> None:
        assert self.judged(PROJECT, CODE, CODE) == []
        assert self.judged(PROJECT, CODE, CODE, "--on-merge=check") == ["CHG101 CHANGELOG.md:1 CHANGELOG.md"]

    def test_what_one_side_released_may_stand_beside_what_the_other_did(self) -> None:
        ours = {"CHANGELOG.md": BASE.replace("## 1.0.0", "## 1.1.0 - 2025-02-03\n\n### Added\n\n- Ours.\n\n## 1.0.0")}
        theirs = {"CHANGELOG.md": BASE.replace("## 1.0.0", "## 1.0.1 - 2025-02-02\n\n### Fixed\n\n- It.\n\n## 1.0.0")}
        both = ours["CHANGELOG.md"].replace("## 1.0.0", "## 1.0.1 - 2025-02-02\n\n### Fixed\n\n- It.\n\n## 1.0.0")
        assert self.judged(ours, theirs, {"CHANGELOG.md": both}) == []
        assert self.judged(ours, theirs, ours) == ["CHG107 CHANGELOG.md:1 1.0.1 - 2025-02-02"]
        assert self.judged(ours, theirs, theirs) == ["CHG107 CHANGELOG.md:1 1.1.0 - 2025-02-03"]

    def test_an_entry_that_lands_in_a_release_of_theirs_is_misfiled(self) -> None:
        assert self.judged(PROJECT, {**PROJECT, "b": "1"}, {**PROJECT, "b": "1", "CHANGELOG.md": MISFILED}) == [
            "CHG104 CHANGELOG.md:14 1.0.0 - 2025-01-02"
        ]

    def test_it_may_delete_what_one_side_has_deleted(self) -> None:
        gone = without(PROJECT, "CHANGELOG.md")
        assert self.judged(PROJECT, gone, gone) == []
        assert self.judged(PROJECT, CODE, without(CODE, "CHANGELOG.md")) == ["CHG106 CHANGELOG.md:1 CHANGELOG.md"]

    def test_with_two_branches_it_may_delete_what_either_has_deleted(self) -> None:
        gone = without(PROJECT, "CHANGELOG.md")
        assert judged(PROJECT, gone, kind=MERGE, theirs=[CODE, gone]) == []
        assert judged(PROJECT, gone, kind=MERGE, theirs=[CODE, WITH_ENTRY]) == ["CHG106 CHANGELOG.md:1 CHANGELOG.md"]

    def test_a_changelog_that_both_sides_have_alike_is_not_judged(self) -> None:
        broken = {**PROJECT, "CHANGELOG.md": "<<<<<<< ours\n"}
        assert self.judged(broken, {**broken, "b": "1"}, {**broken, "b": "1"}) == []

    def test_faults_that_theirs_brings_were_judged_there(self) -> None:
        faulty = {**PROJECT, "CHANGELOG.md": BASE.replace("### Added", "### Improvements", 1)}
        assert self.judged(PROJECT, faulty, faulty) == []
        assert self.judged(PROJECT, CODE, {**CODE, **faulty}) != []

    def test_what_ours_has_is_no_fault_of_the_merge_either(self) -> None:
        faulty = {**PROJECT, "CHANGELOG.md": BASE.replace("### Added", "### Improvements", 1)}
        assert self.judged(faulty, WITH_ENTRY, {**WITH_ENTRY, "CHANGELOG.md": faulty["CHANGELOG.md"]}) == []


def test_a_revert_may_put_history_back_as_it_was() -> None:
    misfiled = {**PROJECT, "CHANGELOG.md": MISFILED}
    before = {"REVERT_HEAD^": PROJECT}
    assert judged(misfiled, PROJECT, kind=REVERT, named=before) == []
    assert judged(misfiled, PROJECT, kind=COMMIT, named=before) == ["CHG107 CHANGELOG.md:9 1.0.0 - 2025-01-02"]
    other = {**PROJECT, "CHANGELOG.md": BASE.replace("First release", "First words")}
    assert judged(misfiled, other, kind=REVERT, named=before) == ["CHG107 CHANGELOG.md:13 1.0.0 - 2025-01-02"]
    assert judged(misfiled, PROJECT, kind=REVERT) == ["CHG107 CHANGELOG.md:9 1.0.0 - 2025-01-02"]


def test_a_waived_change_owes_nothing_and_may_not_touch_history_all_the_same() -> None:
    for head, expected in (
        (CODE, []),
        (without(CODE, "CHANGELOG.md"), []),
        ({**CODE, "CHANGELOG.md": MISFILED}, ["CHG104"]),
    ):
        judging, _ = verdict(PROJECT, head)
        judging.waived = True
        assert [one.rule.code for one in judging.judge() if hasattr(one, "rule")] == expected


FRAGMENTS = {"pyproject.toml": '[tool.towncrier]\ndirectory = "changes"\nfilename = "CHANGELOG.md"\n'}
TOWNCRIER = {**PROJECT, **FRAGMENTS, "changes/.gitignore": "!.gitignore\n"}
NEWS = {"changes/12.feature.md": "Export to TSV.\n"}


class TestFragments:
    """A project that keeps fragments is asked for one, not for an entry."""

    def test_a_change_needs_a_fragment(self) -> None:
        assert judged(TOWNCRIER, {**TOWNCRIER, "src/app.py": "2\n"}) == ["CHG108 changes:1 changes"]
        assert judged(TOWNCRIER, {**TOWNCRIER, "src/app.py": "2\n", "CHANGELOG.md": ENTRY}) == [
            "CHG108 changes:1 changes"
        ]
        assert judged(TOWNCRIER, {**TOWNCRIER, "src/app.py": "2\n", **NEWS}) == []
        assert judged(TOWNCRIER, {**TOWNCRIER, "src/app.py": "1\r\n"}) == []

    def test_a_merge_needs_none(self) -> None:
        head = {**TOWNCRIER, "src/app.py": "2\n"}
        assert judged(TOWNCRIER, head, kind=MERGE, theirs=[head]) == []

    def test_a_faulty_fragment_is_told_though_none_is_owed(self) -> None:
        head = {**TOWNCRIER, "changes/12.featur.md": "Export to TSV.\n"}
        problem = "has no type that towncrier knows (feature, bugfix, doc, removal, misc)"
        found = [f"CHG109 changes/12.featur.md:1 {problem}"]
        assert judged(TOWNCRIER, head) == found
        assert judged(TOWNCRIER, head, kind=MERGE, theirs=[TOWNCRIER]) == found
        assert judged(TOWNCRIER, {**head, "src/app.py": "2\n"}) == found

    def test_a_release_uses_its_fragments_up(self) -> None:
        before = {**TOWNCRIER, **NEWS}
        text = BASE.replace("## 1.0.0", "## 1.1.0 - 2025-03-04\n\n### Added\n\n- Export to TSV.\n\n## 1.0.0")
        release = {**TOWNCRIER, "CHANGELOG.md": text, "src/app.py": "2\n"}
        assert judged(before, release) == []
        assert judged(before, {**release, "CHANGELOG.md": BASE}) == ["CHG108 changes:1 changes"]
        assert judged(before, {**release, **NEWS}) == ["CHG108 changes:1 changes"]
        later = BASE.replace("## 1.0.0 - 2025-01-02", "## 1.0.0 - 2025-01-03")
        assert judged(before, {**release, "CHANGELOG.md": later})[0] == "CHG108 changes:1 changes"

    def test_a_release_may_make_the_news_file(self) -> None:
        before = {**without(TOWNCRIER, "CHANGELOG.md"), **NEWS}
        text = "# News\n\n## 1.0.0 - 2025-03-04\n\n- Export to TSV.\n"
        release = {**TOWNCRIER, "CHANGELOG.md": text, "src/app.py": "2\n"}
        assert judged(before, release) == []
        draft = "# News\n\n## Unreleased\n\n- Export to TSV.\n"
        assert judged(before, {**release, "CHANGELOG.md": draft}) == ["CHG108 changes:1 changes"]
        assert judged({**TOWNCRIER, **NEWS}, without(release, "CHANGELOG.md")) == [
            "CHG108 changes:1 changes",
            "CHG106 CHANGELOG.md:1 CHANGELOG.md",
        ]

    def test_any_changelog_may_tell_of_the_release(self) -> None:
        before = {**TOWNCRIER, **NEWS, "lib/CHANGELOG.md": BASE}
        text = BASE.replace("## 1.0.0", "## 1.1.0 - 2025-03-04\n\n### Added\n\n- Export to TSV.\n\n## 1.0.0")
        release = {**TOWNCRIER, "lib/CHANGELOG.md": text, "src/app.py": "2\n"}
        assert judged(before, release) == []

    def test_the_form_of_the_news_file_is_the_tools_affair(self) -> None:
        form = {
            **TOWNCRIER,
            **NEWS,
            "src/app.py": "2\n",
            "CHANGELOG.md": BASE.replace("### Added", "### Improvements", 1),
        }
        assert judged(TOWNCRIER, form) == []
        other = {**FRAGMENTS, "pyproject.toml": FRAGMENTS["pyproject.toml"].replace("CHANGELOG.md", "NEWS.rst")}
        base = {**TOWNCRIER, **other}
        assert [row[:6] for row in judged(base, {**form, **other})] == ["CHG308"]

    def test_where_the_tool_names_no_news_file_every_changelog_is_its_own(self) -> None:
        base = {**PROJECT, ".changeset/config.json": "{}", "package.json": '{"name": "app", "version": "1.0.0"}'}
        form = {**base, "CHANGELOG.md": BASE.replace("### Added", "### Improvements", 1)}
        assert judged(base, form) == []


ALLOW = "<!-- guardrail: allow[CHG308] the word of our customers -->"


@pytest.mark.parametrize("name", ["CHANGELOG.md", "CHANGELOG"])
def test_allow_comments_of_a_changelog_that_is_judged(name) -> None:
    text = BASE.replace("### Added", f"{ALLOW}\n### Improvements", 1)
    judging, _ = verdict({}, {name: text}, f"--changelog={name}", "--lint=off")
    found = [one for one in judging.judge() if not hasattr(one, "rule")]
    assert [(one.text, one.first, one.last) for one in found] == [(ALLOW[5:-4], 5, 6)]
    assert judging.texts == {name: text.encode()}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("CHANGELOG.md", BASE.replace("### Added", "<!-- a word -->\n### Added"), id="other comments"),
        pytest.param("CHANGELOG.rst", f"..\n   {ALLOW}\n", id="a comment of reStructuredText"),
        pytest.param("CHANGELOG.TXT", f"..\n   {ALLOW}\n", id="a comment of a plain text"),
    ],
)
def test_what_is_no_allow_comment(name, text) -> None:
    judging, _ = verdict({}, {name: text}, f"--changelog={name}", "--lint=off")
    assert list(judging.judge()) == []


def test_a_changelog_that_is_not_touched_is_not_linted() -> None:
    base = {**MONOREPO, "doc/CHANGELOG.md": "<<<<<<< ours\n"}
    head = {**base, "lib/a.py": "2\n", "lib/CHANGELOG.md": ENTRY}
    judging, _ = verdict(base, head)
    assert list(judging.judge()) == []
    assert list(judging.texts) == ["lib/CHANGELOG.md"]


@pytest.mark.parametrize(
    ("base", "head", "paths"),
    [
        pytest.param(PROJECT, WITH_ENTRY, {"CHANGELOG.md"}, id="an entry"),
        pytest.param(MONOREPO, {**LIB, "lib/CHANGELOG.md": ENTRY}, {"lib/CHANGELOG.md"}, id="of the folder alone"),
        pytest.param(
            {"docs/CHANGELOG.md": BASE, "docs/a.py": "1", "src/app.py": "1"},
            {"CHANGELOG.md": ENTRY, "docs/a.py": "1", "src/app.py": "2"},
            {"CHANGELOG.md"},
            id="a move",
        ),
        pytest.param(
            {"notes/LOG.md": BASE, "CHANGELOG.md": ("120000", "notes/LOG.md")},
            {"notes/LOG.md": ENTRY, "CHANGELOG.md": ("120000", "notes/LOG.md")},
            {"CHANGELOG.md"},
            id="behind a link that is read before",
        ),
    ],
)
def test_changelogs_are_read_in_one_go(base, head, paths) -> None:
    judging, library = verdict(base, head)
    assert [one for one in judging.judge() if hasattr(one, "rule")] == []
    assert len([asked for asked in library.asked if len(asked) > 1]) == 1
    assert set(judging.texts) == paths


def test_a_finding_reads_the_changed_files_in_one_go_more() -> None:
    judging, library = verdict(MONOREPO, {**LIB, "lib/b.py": "1\n"})
    assert len(list(judging.judge())) == 1
    (changed,) = [change for change in changes(MONOREPO, LIB) if change.path == "lib/a.py"]
    assert [len(asked) for asked in library.asked] == [1, 2]
    assert library.asked[1] == [changed.old.oid, changed.new.oid]


@pytest.mark.parametrize(
    ("base", "head", "what"),
    [
        pytest.param(PROJECT, WITH_ENTRY, "a changelog", id="a changelog"),
        pytest.param(TOWNCRIER, {**TOWNCRIER, **NEWS}, "a fragment", id="a fragment"),
    ],
)
def test_what_a_partial_clone_lacks_is_named(base, head, what, monkeypatch) -> None:
    judging, library = verdict(base, head)

    def fail(names):
        if names:
            raise GitFailed("cat-file", 128, "gone")
        return []

    monkeypatch.setattr(library, "read", fail)
    with pytest.raises(CannotJudge) as raised:
        list(judging.judge())
    remedy = "run `git fetch --refetch --no-filter`, then again"
    assert str(raised.value) == f"this partial clone lacks the old text of {what}: {remedy}"


def test_a_merge_reads_all_sides_in_one_go() -> None:
    judging, library = verdict(PROJECT, WITH_ENTRY, kind=MERGE, theirs=[{**CODE, "CHANGELOG.md": OTHER}])
    assert list(judging.judge()) == []
    assert [len(asked) for asked in library.asked] == [3]


def test_fragments_are_read_in_one_go() -> None:
    more = {f"changes/{number}.feature.md": f"Export number {number}.\n" for number in range(5)}
    judging, library = verdict({**TOWNCRIER, **NEWS}, {**TOWNCRIER, **more, "src/app.py": "2\n"})
    assert list(judging.judge()) == []
    assert [len(asked) for asked in library.asked] == [6]
