"""A run from the situation to its last word: which waivers count, what is told of them, and commits one by one."""

from __future__ import annotations

import json

import pytest
from guardrail_hooks.changelog_required.cli import HOOK
from guardrail_hooks.core import judge

from tests.end_to_end.test_changelog_required import BASE, ENTRY, LOG, MISFILED
from tests.started import Started

BOT = {"GIT_AUTHOR_NAME": "dependabot[bot]"}
REASON = "Changelog: none (no visible effect)"
SKIP = {"CHANGELOG_SKIP": "only a comment"}


@pytest.fixture
def project(scene):
    """A project with a changelog and a change without its entry."""
    scene.repository.commit({"CHANGELOG.md": BASE, "src/app.py": "1\n", "src/b.py": "1\n"})
    scene.repository.stage({"src/app.py": "2\n"})
    return scene


def written(tmp_path, text: str) -> str:
    (tmp_path / "message").write_text(text)
    return str(tmp_path / "message")


@pytest.fixture
def started(monkeypatch):
    """The programs that were started."""
    return Started(monkeypatch)


def test_objects_are_asked_for_of_one_process_that_gets_ready_early_and_is_waited_for(project, started) -> None:
    assert project.run().found() == [("CHG101", "CHANGELOG.md")]
    assert started.commands == ["diff-index", "cat-file", "ls-files"]
    assert started.left() == []


def test_a_waiver_is_told_only_where_it_is_needed(project) -> None:
    assert project.run(**SKIP).err == "changelog-required: waived by CHANGELOG_SKIP: only a comment\n"
    project.repository.stage({"CHANGELOG.md": ENTRY})
    assert project.run(**SKIP).err == ""


def test_a_waiver_without_a_reason_is_told_beside_what_it_does_not_excuse(project) -> None:
    judged = project.run(CHANGELOG_SKIP="1")
    assert judged.found() == [("CHG110", None), ("CHG101", "CHANGELOG.md")]
    assert judged.rows[0]["message"] == "'1' is no reason: two words at least"
    assert judged.err == ""


@pytest.mark.parametrize(
    ("files", "code"),
    [
        pytest.param({"CHANGELOG.md": BASE.replace("- Export", "-  Export")}, "CHG103", id="an edit without words"),
        pytest.param({"CHANGELOG.md": LOG.format(new="- TODO\n", old="")}, "CHG105", id="a placeholder"),
    ],
)
def test_what_a_waiver_excuses(project, files, code) -> None:
    project.repository.stage(files)
    assert project.run().found(errors_only=True) == [(code, "CHANGELOG.md")]
    assert project.run(**SKIP).found(errors_only=True) == []


def test_a_waiver_excuses_a_changelog_that_is_missing_or_deleted(project) -> None:
    project.repository.git("rm", "-q", "CHANGELOG.md")
    assert project.run().found() == [("CHG106", "CHANGELOG.md")]
    assert project.run(**SKIP).found() == []
    project.repository.commit()
    project.repository.stage({"src/app.py": "3\n"})
    assert project.run().found() == [("CHG102", "CHANGELOG.md")]
    assert project.run(**SKIP).found() == []


def test_a_waiver_excuses_a_fragment(project) -> None:
    config = {"pyproject.toml": '[tool.towncrier]\ndirectory = "changes"\n', "changes/1.feature.md": "Export.\n"}
    project.repository.commit(config)
    project.repository.stage({"src/app.py": "3\n"})
    assert project.run().found() == [("CHG108", "changes")]
    assert project.run(**SKIP).found() == []


@pytest.mark.parametrize(
    ("message", "told"),
    [
        pytest.param(f"Mend\n\n{REASON}\n", "trailer: Changelog: none (no visible effect)", id="a trailer"),
        pytest.param(
            f"fixup! Mend\n\n{REASON}\n",
            "subject 'fixup! Mend': it will be folded into another commit",
            id="the first of two",
        ),
        pytest.param(
            f"Mend\n\n{REASON}\nChangelog: none\n", "trailer: Changelog: none (no visible effect)", id="a better one"
        ),
    ],
)
def test_one_waiver_of_a_message_is_told(project, tmp_path, message, told) -> None:
    judged = project.run(written(tmp_path, message), **BOT)
    assert (judged.found(), judged.err) == ([], f"changelog-required: waived by {told}\n")


def test_an_author_counts_where_the_message_waives_nothing(project, tmp_path) -> None:
    judged = project.run(written(tmp_path, "Mend\n\nChangelog: none\n"), **BOT)
    assert (judged.found(), judged.err) == ([], "changelog-required: waived by author dependabot[bot]: a bot\n")


def test_an_author_may_be_known_by_the_address(project) -> None:
    bots = "--exempt-author=.*@bots.example.com"
    assert project.run(bots, GIT_AUTHOR_EMAIL="a@example.com").found() == [("CHG101", "CHANGELOG.md")]
    judged = project.run(bots, GIT_AUTHOR_EMAIL="a@bots.example.com")
    told = "changelog-required: waived by author Ann Author: exempt by --exempt-author\n"
    assert (judged.found(), judged.err) == ([], told)


def test_an_author_without_a_name_is_nobody(project, monkeypatch) -> None:
    assert project.run("--exempt-author=.*").found() == []
    monkeypatch.delenv("GIT_AUTHOR_NAME")
    assert project.run("--exempt-author=.*").found() == [("CHG101", "CHANGELOG.md")]


@pytest.fixture
def branch(project):
    """Commits on a branch: `commit` makes one, `run` judges them all."""
    project.repository.git("checkout", "-q", "-b", "feature")
    project.repository.git("reset", "-q", "--hard")

    def commit(files, message="Change") -> str:
        return project.repository.commit(files, message=message)[:9]

    project.commit = commit
    return project


def test_waived_commits_of_a_range_excuse_what_they_alone_touch(branch) -> None:
    first = branch.commit({"src/app.py": "2\n"}, f"One\n\n{REASON}")
    second = branch.commit({"src/app.py": "3\n"}, f"Two\n\n{REASON}")
    judged = branch.run("--base=main", committing=False)
    assert judged.found() == []
    assert sorted(judged.err.splitlines()) == sorted(
        f"changelog-required: waived by commit {commit}, trailer: Changelog: none (no visible effect)"
        for commit in (first, second)
    )
    branch.commit({"src/b.py": "2\n"})
    judged = branch.run("--base=main", committing=False)
    assert [row["message"].partition(",")[0] for row in judged.rows] == ["1 file changed in this repository (src/b.py)"]
    assert judged.err.count("waived by") == 2


@pytest.mark.parametrize("order", [1, -1], ids=["waived first", "waived last"])
def test_a_path_that_another_commit_touches_too_is_not_excused(branch, order) -> None:
    for message, text in [(f"One\n\n{REASON}", "2\n"), ("Two", "3\n")][::order]:
        branch.commit({"src/app.py": text}, message)
    judged = branch.run("--base=main", committing=False)
    assert judged.found() == [("CHG101", "CHANGELOG.md")]
    assert judged.err == ""


def test_waived_commits_excuse_no_edit_of_history(branch) -> None:
    branch.commit({"src/app.py": "2\n", "CHANGELOG.md": MISFILED}, f"One\n\n{REASON}")
    branch.commit({"src/b.py": "2\n"}, "fixup! One")
    assert branch.run("--base=main", committing=False).found() == [("CHG104", "CHANGELOG.md")]


def test_a_waiver_without_a_reason_in_a_range(branch) -> None:
    commit = branch.commit({"src/app.py": "2\n"}, "One\n\nChangelog: none")
    judged = branch.run("--base=main", committing=False)
    assert judged.found() == [("CHG110", None), ("CHG101", "CHANGELOG.md")]
    assert judged.rows[0]["message"] == "`Changelog: none` needs a reason of two words at least"
    assert commit in json.dumps(judged.rows[0])


def test_the_author_of_the_moment_says_nothing_about_a_range(branch) -> None:
    branch.commit({"src/app.py": "2\n"})
    assert branch.run("--base=main", committing=False, **BOT).found() == [("CHG101", "CHANGELOG.md")]


class TestCommitsOneByOne:
    """--per-commit."""

    def test_a_finding_names_its_commit(self, branch) -> None:
        commit = branch.commit({"src/app.py": "2\n"}, "Mend the export")
        branch.commit({"src/app.py": "3\n", "CHANGELOG.md": ENTRY})
        judged = branch.run("--base=main", "--per-commit", committing=False)
        (row,) = judged.rows
        assert (row["code"], row["message"]) == (
            "CHG101",
            (
                "1 file changed in this repository (src/app.py), but CHANGELOG.md got no entry "
                f"(commit {commit}, Mend the export)"
            ),
        )
        whole = branch.repository.git("rev-parse", commit).strip()
        assert row["subject"] == f"CHANGELOG.md {whole}"

    def test_two_commits_with_one_fault_are_two_findings(self, branch) -> None:
        commits = [branch.commit({"src/app.py": f"{number}\n"}) for number in (2, 3)]
        judged = branch.run("--base=main", "--per-commit", committing=False)
        told = [row["message"].rpartition("(commit ")[2] for row in judged.rows]
        assert sorted(told) == sorted(f"{commit}, Change)" for commit in commits)

    def test_a_waiver_is_told_once_and_only_where_it_is_needed(self, branch) -> None:
        commit = branch.commit({"src/app.py": "2\n"}, f"fixup! One\n\n{REASON}")
        branch.commit({"src/app.py": "3\n", "CHANGELOG.md": ENTRY}, f"Two\n\n{REASON}")
        judged = branch.run("--base=main", "--per-commit", committing=False)
        told = f"commit {commit}, subject 'fixup! One': it will be folded into another commit"
        assert (judged.found(), judged.err) == ([], f"changelog-required: waived by {told}\n")

    def test_a_waiver_excuses_no_edit_of_history(self, branch) -> None:
        branch.commit({"src/app.py": "2\n", "CHANGELOG.md": MISFILED}, f"One\n\n{REASON}")
        branch.commit({"src/app.py": "3\n"}, f"Two\n\n{REASON}")
        assert branch.run("--base=main", "--per-commit", committing=False).found() == [("CHG104", "CHANGELOG.md")]

    def test_a_waiver_without_a_reason(self, branch) -> None:
        branch.commit({"src/app.py": "2\n"}, "One\n\nChangelog: none")
        judged = branch.run("--base=main", "--per-commit", committing=False)
        assert judged.found() == [("CHG110", None), ("CHG101", "CHANGELOG.md")]

    def test_it_says_nothing_about_a_commit_in_the_making(self, branch) -> None:
        branch.repository.stage({"src/app.py": "2\n"})
        judged = branch.run("--per-commit")
        assert judged.rows[0]["message"].endswith("but CHANGELOG.md got no entry")

    def test_allow_comments_are_no_finding(self, branch) -> None:
        allow = "<!-- guardrail: allow[CHG308] the word of our customers -->"
        branch.commit({"CHANGELOG.md": ENTRY.replace("### Added", f"{allow}\n### Improvements", 1)})
        judged = branch.run("--base=main", "--per-commit", committing=False)
        assert [code for code, _ in judged.found()] == ["CHG308"]


def test_a_draft_is_written_only_where_an_entry_is_owed(project) -> None:
    project.repository.stage({"CHANGELOG.md": MISFILED})
    judged = project.run("--fix")
    assert (judged.found(), judged.err) == ([("CHG104", "CHANGELOG.md")], "")


def test_a_draft_is_written_into_the_file_behind_a_link(scene) -> None:
    (scene.repository.path / "CHANGELOG.md").symlink_to("notes/LOG.md")
    scene.repository.commit({"notes/LOG.md": BASE, "src/app.py": "1\n"})
    scene.repository.stage({"src/app.py": "2\n"})
    scene.run("--fix")
    assert "- TODO" in (scene.repository.path / "notes/LOG.md").read_text()
    assert (scene.repository.path / "CHANGELOG.md").is_symlink()


@pytest.mark.parametrize("is_committed", [False, True], ids=["a commit", "an audit"])
def test_the_text_report_shows_the_line(scene, is_committed) -> None:
    scene.repository.stage({"CHANGELOG.md": BASE.replace("### Added", "### Improvements", 1)})
    if is_committed:
        scene.repository.commit()
    judge.main(HOOK, ["--format=text"])
    assert "5 | ### Improvements" in scene.capfd.readouterr().out


PACKAGES = {
    "package.json": '{"name": "root", "private": true, "workspaces": ["packages/*"], "beachball": {}}',
    "packages/a/package.json": '{"name": "@x/a"}',
    "packages/a/i.js": "1\n",
    "packages/b/package.json": '{"name": "@x/b"}',
    "packages/b/i.js": "1\n",
    "packages/a/node_modules/c/package.json": '{"name": "@x/c"}',
}
FRAGMENT = {"change/a.json": '{"packageName": "@x/a", "type": "patch", "comment": "Mend the export."}'}


@pytest.mark.parametrize("is_committed", [False, True], ids=["a commit", "a range"])
@pytest.mark.parametrize(
    ("workspace", "owed"),
    [("- packages/**\n", "@x/a, @x/b"), ("- packages/**\n- '!packages/b'\n", "@x/a")],
    ids=["all", "but one"],
)
def test_packages_of_pnpm_and_none_that_are_installed(scene, workspace, owed, is_committed) -> None:
    base = {**PACKAGES, "package.json": '{"private": true, "beachball": {}}', "packages/a/node_modules/c/i.js": "1\n"}
    scene.repository.commit({**base, "pnpm-workspace.yaml": f"packages:\n{workspace}"})
    scene.repository.git("checkout", "-q", "-b", "feature")
    scene.repository.stage({"packages/b/i.js": "2\n", "packages/a/node_modules/c/i.js": "2\n"})
    refs = {}
    if is_committed:
        scene.repository.commit()
        refs = {"PRE_COMMIT_FROM_REF": "main", "PRE_COMMIT_TO_REF": "feature"}
    (row,) = scene.run("--exempt-preset=none", committing=not is_committed, **refs).rows
    assert (row["code"], row["subject"]) == ("CHG108", owed)


def test_packages_are_those_of_the_head(scene) -> None:
    scene.repository.commit(PACKAGES)
    scene.repository.git("checkout", "-q", "-b", "feature")
    scene.repository.commit({"packages/a/i.js": "2\n", **FRAGMENT})
    scene.repository.commit({"packages/b/i.js": "2\n"})
    scene.repository.stage({"packages/b/package.json": '{"name": "@x/other"}'})
    refs = {"PRE_COMMIT_FROM_REF": "main", "PRE_COMMIT_TO_REF": "feature"}
    (row,) = scene.run(committing=False, **refs).rows
    assert (row["code"], row["subject"]) == ("CHG108", "@x/b")
    scene.repository.stage({"packages/b/i.js": "3\n"})
    (row,) = scene.run().rows
    assert (row["code"], row["subject"]) == ("CHG108", "@x/other")


def test_a_merge_knows_changelogs_by_their_names(scene) -> None:
    base = {"HISTORY.md": BASE, "src/app.py": "1\n"}
    scene.repository.commit(base)
    scene.repository.git("checkout", "-q", "-b", "side")
    theirs = BASE.replace("## 1.0.0", "## 1.0.1 - 2025-02-02\n\n### Fixed\n\n- It.\n\n## 1.0.0")
    scene.repository.commit({"HISTORY.md": theirs})
    scene.repository.git("checkout", "-q", "main")
    scene.repository.commit({"src/app.py": "2\n", "HISTORY.md": ENTRY})
    scene.repository.git("merge", "-q", "--no-ff", "--no-commit", "side", check=False)
    scene.repository.stage({"HISTORY.md": ENTRY})
    assert scene.run("--changelog=HISTORY.md").found() == [("CHG107", "HISTORY.md")]
