"""Ranges of commits: what their commits waive, and each of them judged by itself."""

from __future__ import annotations

import pytest

LOG = (
    "# Changelog\n\n## Unreleased\n\n### Added\n\n- Export to CSV.\n\n"
    "## 1.0.0 - 2025-01-02\n\n### Added\n\n- First release.\n"
)
ENTRY = LOG.replace("CSV.\n", "CSV.\n- Export to TSV.\n")
REASON = "\n\nChangelog: none (only a comment changed)"


@pytest.fixture
def branch(scene):
    """A branch `feature` that has left `main`, where one log governs all files but those of a package."""
    scene.repository.commit({"CHANGELOG.md": LOG, "src/app.py": "x = 1\n", "pkg/CHANGELOG.md": LOG, "pkg/a.py": "1\n"})
    scene.repository.git("checkout", "-q", "-b", "feature")
    return scene


def found(scene, *arguments: str, **environment: str) -> list[tuple[str, str]]:
    return scene.run("--base", "main", *arguments, committing=False, **environment).found()


@pytest.mark.parametrize("mode", [(), ("--per-commit",)], ids=["as a whole", "each"])
class TestBothWays:
    """What holds for a range as a whole, and for each of its commits."""

    def test_the_author_who_runs_the_hook_excuses_no_commit_of_others(self, branch, mode) -> None:
        branch.repository.commit({"src/app.py": "x = 2\n"})
        bot = {"GIT_AUTHOR_NAME": "github-actions[bot]", "GIT_AUTHOR_EMAIL": "bot@example.com"}
        assert found(branch, *mode, **bot) == [("CHG101", "CHANGELOG.md")]

    @pytest.mark.parametrize("mark", ["\x1e", "\x1f", "\x0b", "/"])
    def test_a_subject_may_hold_any_character(self, branch, mode, mark) -> None:
        branch.repository.commit({"src/app.py": "x = 2\n"}, f"a {mark} b {mark}")
        assert found(branch, *mode) == [("CHG101", "CHANGELOG.md")]

    @pytest.mark.parametrize("path", ["\x1e.py", "src/a\x1fb.py", "\nb.py", "\n\n", ":100644 100644 a b M"])
    def test_a_path_may_hold_any_character(self, branch, mode, path) -> None:
        branch.repository.commit({path: "x = 2\n"}, f"Add it{REASON}")
        assert found(branch, *mode) == []

    def test_a_trailer_excuses_the_deletion_of_a_log(self, branch, mode) -> None:
        branch.repository.git("rm", "-q", "pkg/CHANGELOG.md")
        branch.repository.git("commit", "-q", "-m", "Keep one log\n\nChangelog: none (the root log has it all)")
        assert found(branch, *mode) == []

    def test_a_merge_must_keep_what_is_released(self, branch, mode) -> None:
        branch.repository.commit({"src/app.py": "x = 2\n", "CHANGELOG.md": ENTRY})
        branch.repository.git("checkout", "-q", "-b", "side", "main")
        branch.repository.commit({"src/b.py": "1\n", "CHANGELOG.md": ENTRY})
        branch.repository.git("checkout", "-q", "feature")
        branch.repository.git("merge", "-q", "--no-ff", "--no-commit", "side")
        branch.repository.commit({"CHANGELOG.md": ENTRY.replace("First", "Second")}, "Merge side")
        assert found(branch, *mode) == [("CHG107", "CHANGELOG.md")]

    def test_a_merge_of_two_branches_with_entries_is_asked_for_none(self, branch, mode) -> None:
        branch.repository.commit({"src/app.py": "x = 2\n", "CHANGELOG.md": ENTRY})
        branch.repository.git("checkout", "-q", "-b", "side", "main")
        branch.repository.commit({"pkg/a.py": "2\n", "pkg/CHANGELOG.md": ENTRY})
        branch.repository.git("checkout", "-q", "feature")
        branch.repository.git("merge", "-q", "--no-ff", "-m", "Merge side", "side")
        assert found(branch, *mode) == []


def test_the_files_of_a_log_that_was_let_go_are_asked_of_the_log_above(branch) -> None:
    branch.repository.git("rm", "-q", "pkg/CHANGELOG.md")
    branch.repository.git("commit", "-q", "-m", "Keep one log\n\nChangelog: none (the root log has it all)")
    branch.repository.commit({"pkg/a.py": "2\n"})
    assert found(branch) == [("CHG101", "CHANGELOG.md")]


def test_a_trailer_that_is_not_needed_is_no_finding_in_a_commit_of_a_range(branch) -> None:
    branch.repository.commit({"src/app.py": "x = 2\n", "CHANGELOG.md": ENTRY}, "Export\n\nChangelog: none")
    assert found(branch, "--per-commit") == []
    branch.repository.commit({"src/app.py": "x = 3\n"}, "Export\n\nChangelog: none")
    assert sorted(code for code, _ in found(branch, "--per-commit")) == ["CHG101", "CHG110"]


def test_a_waiver_without_a_reason_is_found_at_its_own_line(scene, tmp_path) -> None:
    scene.repository.commit({"CHANGELOG.md": LOG, "src/app.py": "x = 1\n"})
    scene.repository.stage({"src/app.py": "x = 2\n"})
    (tmp_path / "message").write_text("Changelog updates\n\nChangelogs are long.\n\nChangelog: none\n")
    rows = scene.run(str(tmp_path / "message")).rows
    assert [(row["code"], row["line"]) for row in rows] == [("CHG101", 1), ("CHG110", 5)]


@pytest.mark.parametrize(
    ("files", "log", "options"),
    [
        pytest.param({"docs/log.md": LOG, "CHANGELOG.md": None}, "docs/log.md", (), id="that a link leads to"),
        pytest.param({"notes/src.md": LOG}, "notes/src.md", ("--map={name}/**=notes/{name}.md",), id="of a map"),
    ],
)
def test_a_merge_must_keep_the_releases_of_a_log_of_another_name(scene, files, log, options) -> None:
    for path, content in files.items():
        if content is None:
            (scene.repository.path / path).symlink_to(log)
        else:
            scene.repository.write(path, content)
    scene.repository.commit({"src/app.py": "x = 1\n"})
    scene.repository.git("checkout", "-q", "-b", "side")
    scene.repository.commit({"src/b.py": "1\n"})
    scene.repository.git("checkout", "-q", "main")
    scene.repository.commit({"src/c.py": "1\n"})
    scene.repository.git("merge", "-q", "--no-ff", "--no-commit", "side")
    assert scene.run(*options).found() == []
    scene.repository.stage({log: LOG.replace("First", "Second")})
    assert [code for code, _ in scene.run(*options).found()] == ["CHG107"]


def test_what_is_waived_behind_a_merge_counts(branch) -> None:
    branch.repository.git("checkout", "-q", "-b", "side", "main")
    branch.repository.commit({"pkg/a.py": "2\n", "pkg/CHANGELOG.md": ENTRY})
    branch.repository.git("checkout", "-q", "feature")
    branch.repository.commit({"src/app.py": "x = 2\n"}, f"Reword{REASON}")
    branch.repository.git("merge", "-q", "--no-ff", "-m", "Merge side", "side")
    branch.repository.commit({"src/app.py": "x = 3\n"}, f"Reword again{REASON}")
    assert found(branch) == []
