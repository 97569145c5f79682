"""changelog-required under real drivers: how git and the drivers show a change, and what is made of it."""

from __future__ import annotations

import os
import subprocess

import pytest

LOG = """\
# Changelog

## Unreleased

### Added

- Export to CSV.
{new}
## 1.0.0 - 2025-01-02

### Added

- First release.
{old}"""
BASE = LOG.format(new="", old="")
ENTRY = LOG.format(new="- Export to TSV.\n", old="")
OTHER = LOG.format(new="- Import from TSV.\n", old="")
MISFILED = LOG.format(new="", old="- Export to TSV.\n")
NAME = "every change has its entry in the changelog"


@pytest.fixture
def project(consumer):
    """A project with a changelog, the driver installed at every stage that matters here."""
    consumer.configure("changelog-required")
    consumer.commit({"CHANGELOG.md": BASE, "src/app.py": "x = 1\n", "src/old.py": "y = 1\n"})
    consumer.install("pre-commit", "pre-merge-commit", "pre-push")
    return consumer


def refused(outcome: tuple[int, str], code: str) -> None:
    """The driver refused, for this reason."""
    assert outcome[0] != 0, outcome[1]
    assert f" {code} " in outcome[1], outcome[1]


def accepted(outcome: tuple[int, str]) -> None:
    """The driver let it through."""
    assert outcome[0] == 0, outcome[1]
    assert "CHG" not in outcome[1], outcome[1]


def test_a_commit_needs_an_entry(project) -> None:
    project.stage({"src/app.py": "x = 2\n"})
    refused(project.try_commit(), "CHG101")
    project.stage({"CHANGELOG.md": ENTRY})
    accepted(project.try_commit())


def test_a_commit_that_only_deletes_is_seen(project) -> None:
    project.git("rm", "-q", "src/old.py")
    refused(project.try_commit(), "CHG101")


def test_an_entry_that_is_not_staged_does_not_count(project) -> None:
    project.stage({"src/app.py": "x = 2\n"})
    project.write("CHANGELOG.md", ENTRY)
    refused(project.try_commit(), "CHG101")
    assert (project.path / "CHANGELOG.md").read_text() == ENTRY


def test_commit_all_takes_what_is_in_the_work_tree(project) -> None:
    project.write("src/app.py", "x = 2\n")
    refused(project.try_commit("-a"), "CHG101")
    project.write("CHANGELOG.md", ENTRY)
    accepted(project.try_commit("-a"))


def test_a_partial_commit_leaves_the_staged_entry_out(project) -> None:
    project.stage({"src/app.py": "x = 2\n", "CHANGELOG.md": ENTRY})
    refused(project.try_commit("--", "src/app.py"), "CHG101")
    accepted(project.try_commit("--", "src/app.py", "CHANGELOG.md"))


def test_amending_code_keeps_the_entry_of_the_commit(project) -> None:
    project.commit({"src/app.py": "x = 2\n", "CHANGELOG.md": ENTRY})
    project.stage({"src/app.py": "x = 3\n"})
    accepted(project.call("git", "commit", "--amend", "--no-edit"))


def test_amending_code_that_never_had_an_entry(project) -> None:
    project.commit({"src/app.py": "x = 2\n"})
    project.stage({"src/app.py": "x = 3\n"})
    refused(project.call("git", "commit", "--amend", "--no-edit"), "CHG101")


def test_amending_the_message_is_no_change(project) -> None:
    project.commit({"src/app.py": "x = 2\n"})
    accepted(project.call("git", "commit", "--amend", "-m", "Better words"))


def test_an_empty_commit_is_no_change(project) -> None:
    accepted(project.try_commit("--allow-empty"))


def branch(project, files: dict[str, str], ours: dict[str, str]) -> None:
    """A branch `feature` with one commit beside one on main."""
    project.git("checkout", "-q", "-b", "feature")
    project.commit(files, message="feature")
    project.git("checkout", "-q", "main")
    project.commit(ours, message="ours")


def test_a_clean_merge_owes_no_entry(project) -> None:
    branch(project, {"src/app.py": "x = 2\n"}, {"src/old.py": "y = 2\n"})
    accepted(project.call("git", "merge", "--no-ff", "--no-edit", "feature"))


def test_a_clean_merge_that_files_an_entry_under_a_release_is_stopped(project) -> None:
    branch(project, {"CHANGELOG.md": ENTRY}, {"CHANGELOG.md": BASE.replace("## Unreleased", "## 1.1.0 - 2025-02-01")})
    outcome = project.call("git", "merge", "--no-ff", "--no-edit", "feature")
    refused(outcome, "CHG104")


def test_a_merge_with_a_conflict_is_judged_when_it_is_resolved(project) -> None:
    branch(project, {"CHANGELOG.md": ENTRY, "src/app.py": "x = 2\n"}, {"CHANGELOG.md": OTHER})
    assert project.call("git", "merge", "--no-edit", "feature")[0] != 0
    project.git("add", "-A")
    refused(project.call("git", "commit", "--no-edit"), "CHG203")
    project.stage({"CHANGELOG.md": LOG.format(new="- Export to TSV.\n- Import from TSV.\n", old="")})
    accepted(project.call("git", "commit", "--no-edit"))


def test_a_rebase_that_stops_owes_no_entry(project) -> None:
    branch(project, {"src/app.py": "x = 2\n"}, {"src/app.py": "x = 3\n"})
    project.git("checkout", "-q", "feature")
    assert project.call("git", "rebase", "main")[0] != 0
    project.stage({"src/app.py": "x = 4\n"})
    accepted(project.try_commit())
    accepted(project.call("git", "-c", "core.editor=true", "rebase", "--continue"))


def test_a_cherry_pick_that_stops_owes_no_entry(project) -> None:
    branch(project, {"src/app.py": "x = 2\n"}, {"src/app.py": "x = 3\n"})
    assert project.call("git", "cherry-pick", "feature")[0] != 0
    project.stage({"src/app.py": "x = 4\n"})
    accepted(project.call("git", "-c", "core.editor=true", "cherry-pick", "--continue"))


def test_a_revert_takes_the_entry_out_with_the_code(project) -> None:
    project.commit({"src/app.py": "x = 2\n", "CHANGELOG.md": ENTRY})
    project.git("revert", "-n", "HEAD")
    accepted(project.try_commit())


def test_the_revert_of_a_release_takes_its_section_out(project) -> None:
    project.commit({"CHANGELOG.md": BASE.replace("## Unreleased", "## 1.1.0 - 2025-02-01")})
    project.git("revert", "-n", "HEAD")
    accepted(project.try_commit())


def test_a_squash_is_a_commit_like_any_other(project) -> None:
    branch(project, {"src/app.py": "x = 2\n"}, {"src/old.py": "y = 2\n"})
    project.git("merge", "-q", "--squash", "feature")
    refused(project.try_commit(), "CHG101")


def test_a_linked_work_tree(project, tmp_path) -> None:
    project.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "other"))
    (tmp_path / "other/src/app.py").write_text("x = 2\n")
    refused(project.try_commit("-a", cwd=tmp_path / "other"), "CHG101")
    (tmp_path / "other/CHANGELOG.md").write_text(ENTRY)
    accepted(project.try_commit("-a", cwd=tmp_path / "other"))


def test_a_sparse_checkout_hides_no_changelog(project) -> None:
    project.commit({"lib/CHANGELOG.md": BASE, "lib/a.py": "1\n"})
    project.git("sparse-checkout", "set", "--no-cone", "/src/", "/.pre-commit-config.yaml")
    assert not (project.path / "CHANGELOG.md").exists()
    project.write("src/app.py", "x = 2\n")
    project.git("add", "src/app.py")
    refused(project.try_commit(), "CHG101")


def clone(project, *options: str) -> None:
    """Make the project a clone of itself."""
    source, target = project.path, project.path.with_name("clone")
    project.git("config", "uploadpack.allowFilter", "true")
    project.git("clone", "-q", *options, source.as_uri(), str(target))
    project.path = target
    project.install("pre-commit", "pre-push")


def test_a_blobless_clone_downloads_nothing(project) -> None:
    project.commit({"CHANGELOG.md": ENTRY, "src/app.py": "x = 2\n"})
    project.commit({"src/app.py": "x = 3\n"})
    clone(project, "--filter=blob:none")
    missing = ["rev-list", "--objects", "--all", "--missing=print"]
    before = project.git(*missing).count("\n?")
    assert before
    project.stage({"src/app.py": "x = 4\n"})
    refused(project.try_commit(), "CHG101")
    project.stage({"CHANGELOG.md": OTHER})
    accepted(project.try_commit())
    assert project.git(*missing).count("\n?") == before


def test_a_blobless_clone_that_lacks_the_old_changelog_is_no_pass(project) -> None:
    old = project.git("rev-parse", "HEAD").strip()
    project.commit({"CHANGELOG.md": ENTRY, "src/app.py": "x = 2\n"})
    clone(project, "--filter=blob:none")
    code, said = project.run("--from-ref", old, "--to-ref", "HEAD")
    assert code != 0
    assert "this partial clone lacks the old text of a changelog" in said


def test_a_shallow_clone_is_no_pass(project) -> None:
    old = project.git("rev-parse", "HEAD").strip()
    project.commit({"src/app.py": "x = 2\n"})
    clone(project, "--depth=1")
    code, said = project.run("--all-files", GITHUB_BASE_REF="release")
    assert code != 0
    assert "exit code: 2" in said
    assert "fetch-depth: 0" in said
    code, said = project.call("changelog-required", PRE_COMMIT_FROM_REF=old, PRE_COMMIT_TO_REF="HEAD")
    assert (code, said.count("\n")) == (2, 1)


@pytest.fixture
def remote(project, tmp_path):
    """A bare repository that holds main, as `origin`."""
    subprocess.run(["git", "init", "-q", "--bare", tmp_path / "remote"], check=True)
    project.git("remote", "add", "origin", str(tmp_path / "remote"))
    project.git("push", "-q", "--no-verify", "origin", "main")
    return project


def test_a_push_of_a_new_branch(remote) -> None:
    remote.git("checkout", "-q", "-b", "feature")
    remote.commit({"src/app.py": "x = 2\n"})
    refused(remote.call("git", "push", "origin", "feature"), "CHG101")
    remote.commit({"CHANGELOG.md": ENTRY})
    accepted(remote.call("git", "push", "origin", "feature"))


def test_a_forced_push(remote) -> None:
    remote.git("checkout", "-q", "-b", "feature")
    remote.commit({"src/app.py": "x = 2\n", "CHANGELOG.md": ENTRY})
    remote.git("push", "-q", "--no-verify", "origin", "feature")
    remote.git("reset", "-q", "--hard", "main")
    remote.commit({"src/app.py": "x = 3\n"})
    refused(remote.call("git", "push", "--force", "origin", "feature"), "CHG101")


def test_all_files_without_a_base_lints_and_finds_what_is_missing(project) -> None:
    accepted(project.run("--all-files"))
    project.commit({"CHANGELOG.md": BASE + "\n<<<<<<< HEAD\n"})
    refused(project.run("--all-files"), "CHG203")


def test_all_files_with_the_base_of_a_ci_service(remote) -> None:
    remote.git("checkout", "-q", "-b", "feature")
    remote.commit({"src/app.py": "x = 2\n"})
    refused(remote.run("--all-files", GITHUB_BASE_REF="main"), "CHG101")
    accepted(remote.run("--all-files"))


HOSTILE = [
    pytest.param(["color.ui", "always"], id="colour even where nobody looks"),
    pytest.param(["diff.noprefix", "true"], id="no prefixes"),
    pytest.param(["diff.external", "false"], id="another program for differences"),
    pytest.param(["core.quotePath", "true"], id="quoted names"),
    pytest.param(["diff.ignoreSubmodules", "all"], id="no submodules"),
    pytest.param(["diff.renames", "copies"], id="renames and copies"),
    pytest.param(["diff.relative", "true"], id="names relative to a folder"),
    pytest.param(["log.showSignature", "true"], id="signatures in the log"),
    pytest.param(["core.attributesFile", "ATTRIBUTES"], id="changelogs without differences"),
]


@pytest.mark.parametrize("setting", HOSTILE)
def test_settings_of_the_user_change_nothing(remote, setting, tmp_path) -> None:
    (tmp_path / "attributes").write_text("*.md -diff\n* filter=none\n")
    name, value = setting
    remote.git("config", name, str(tmp_path / "attributes") if value == "ATTRIBUTES" else value)
    remote.stage({"src/d\u00e9 p.py": "1\n"})
    refused(remote.try_commit(), "CHG101")
    remote.git("reset", "-q", "--hard")
    oid = "a" * 40
    remote.git("update-index", "--add", "--cacheinfo", f"160000,{oid},sub")
    refused(remote.try_commit(), "CHG101")
    remote.git("reset", "-q", "--hard")
    remote.commit({"src/app.py": "x = 2\n"}, message="Rename a local\n\nChangelog: none (rename only)")
    code, said = remote.run("--from-ref", "origin/main", "--to-ref", "HEAD", "--verbose")
    assert code == 0, said
    assert "Changelog: none (rename only)" in said


@pytest.fixture
def at_message(consumer):
    """A project that runs the hook at commit-msg."""
    consumer.configure("changelog-required-msg")
    consumer.commit({"CHANGELOG.md": BASE, "src/app.py": "x = 1\n"})
    consumer.install("commit-msg")
    consumer.stage({"src/app.py": "x = 2\n"})
    return consumer


def test_a_trailer_with_a_reason_waives_the_entry(at_message) -> None:
    refused(at_message.try_commit(), "CHG101")
    refused(at_message.try_commit("-m", "Changelog: none"), "CHG110")
    code, said = at_message.try_commit("-m", "Changelog: none (a local was renamed)")
    assert code == 0, said


def test_a_fixup_is_folded_later(at_message) -> None:
    code, said = at_message.call("git", "commit", "--fixup", "HEAD")
    assert code == 0, said


def test_the_message_hook_runs_at_no_other_stage(at_message) -> None:
    at_message.install("pre-commit")
    code, said = at_message.run()
    assert code == 0, said
    assert NAME not in said


def test_a_waiver_in_the_environment(project) -> None:
    project.stage({"src/app.py": "x = 2\n"})
    refused(project.call("git", "commit", "-m", "change", CHANGELOG_SKIP="1"), "CHG110")
    code, said = project.call("git", "commit", "-m", "change", CHANGELOG_SKIP="comment typo")
    assert code == 0, said


def test_fix_leaves_the_index_alone_and_its_draft_does_not_pass(consumer) -> None:
    consumer.configure("changelog-required", changelog_required=["--fix"])
    consumer.commit({"CHANGELOG.md": BASE, "src/app.py": "x = 1\n"})
    consumer.install()
    consumer.stage({"src/app.py": "x = 2\n"})
    refused(consumer.try_commit(), "CHG101")
    assert "- TODO: what changed, for whom" in (consumer.path / "CHANGELOG.md").read_text()
    assert consumer.git("show", ":CHANGELOG.md") == BASE
    consumer.stage()
    refused(consumer.try_commit(), "CHG105")


def test_the_hook_needs_no_home_and_no_terminal(project) -> None:
    project.stage({"src/app.py": "x = 2\n"})
    refused(project.call("git", "commit", "-m", "change", HOME=os.devnull, TERM="dumb"), "CHG101")
