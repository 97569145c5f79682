"""Which change is judged, and the raw entries it consists of."""

from __future__ import annotations

import pytest
from guardrail_hooks.core import raw
from guardrail_hooks.core import situation as situations
from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.core.git import Library
from guardrail_hooks.core.situation import find_situation, git_folder


def paths(situation) -> list[tuple[str, str, str]]:
    """(path, mode before, mode after) of each change."""
    return [
        (change.path, change.old.mode if change.old else "", change.new.mode if change.new else "")
        for change in situation.changes
    ]


def test_nothing_staged_is_an_audit_or_nothing(repository, monkeypatch) -> None:
    root = str(repository.path)
    assert find_situation(root).kind == situations.AUDIT
    repository.commit({"a": "1"})
    assert find_situation(root).kind == situations.AUDIT
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    assert find_situation(root).kind == situations.NOTHING


def test_a_first_commit_adds_everything(repository) -> None:
    repository.stage({"a": "1", "b/c": "2"})
    found = find_situation(str(repository.path))
    assert (found.kind, found.base) == (situations.COMMIT, "")
    assert paths(found) == [("a", "", "100644"), ("b/c", "", "100644")]


def test_a_commit_adds_changes_and_deletes(repository) -> None:
    repository.commit({"a": "1", "b": "1", "c": "1"})
    (repository.path / "b").unlink()
    repository.stage({"a": "2", "d\ne": "1"})
    assert paths(find_situation(str(repository.path))) == [
        ("a", "100644", "100644"),
        ("b", "100644", ""),
        ("d\ne", "", "100644"),
    ]


def test_an_amendment_is_joined_with_what_it_amends(repository, monkeypatch) -> None:
    repository.commit({"a": "1", "b": "1"})
    repository.commit({"a": "2", "b": "2"})
    name, email, date = repository.git("log", "-1", "--date=raw", "--format=%an%n%ae%n%ad").splitlines()
    for key, value in (("NAME", name), ("EMAIL", email), ("DATE", f"@{date}")):
        monkeypatch.setenv(f"GIT_AUTHOR_{key}", value)
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    repository.stage({"a": "1", "c": "1"})
    found = find_situation(str(repository.path))
    assert found.kind == situations.AMEND
    assert [change.path for change in found.changes] == ["b", "c"]
    assert find_situation(str(repository.path), amend=False).kind == situations.COMMIT
    monkeypatch.setenv("GIT_AUTHOR_DATE", "@1 +0000")
    assert find_situation(str(repository.path)).kind == situations.COMMIT


@pytest.mark.parametrize(
    ("state", "kind"),
    [("CHERRY_PICK_HEAD", "replay"), ("rebase-merge", "replay"), ("REVERT_HEAD", "revert"), ("MERGE_HEAD", "merge")],
)
def test_stopped_operations(repository, state, kind) -> None:
    head = repository.commit({"a": "1"})
    repository.stage({"a": "2"})
    (repository.path / ".git" / state).write_text(f"{head}\n")
    assert find_situation(str(repository.path)).kind == kind


def test_a_merge_is_known_before_its_head_is_written(repository, monkeypatch) -> None:
    head = repository.commit({"a": "1"})
    repository.stage({"a": "2"})
    monkeypatch.setenv(f"GITHEAD_{head}", "side")
    assert find_situation(str(repository.path)).kind == situations.COMMIT
    monkeypatch.setenv("GIT_REFLOG_ACTION", "pull origin side")
    assert find_situation(str(repository.path)).parents == [head]


def test_a_range_begins_where_two_branches_met(repository, monkeypatch) -> None:
    repository.commit({"a": "1", "b": "1"})
    repository.git("checkout", "-q", "-b", "feature")
    repository.commit({"a": "2"})
    repository.git("checkout", "-q", "main")
    repository.commit({"b": "2"})
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", "main")
    monkeypatch.setenv("PRE_COMMIT_TO_REF", "feature")
    found = find_situation(str(repository.path))
    assert (found.kind, found.head, found.span) == (situations.RANGE, "feature", "main..feature")
    assert [change.path for change in found.changes] == ["a"]


def test_unrelated_histories_are_compared_as_they_are(repository) -> None:
    repository.commit({"a": "1"})
    repository.git("checkout", "-q", "--orphan", "other")
    repository.commit({"a": "2"})
    assert [change.path for change in find_situation(str(repository.path), base="main").changes] == ["a"]


@pytest.mark.parametrize("name", ["no-such", "--output=x", "-p"])
def test_an_unknown_base_is_no_verdict(repository, name) -> None:
    repository.commit({"a": "1"})
    with pytest.raises(CannotJudge, match="is not in this clone"):
        find_situation(str(repository.path), base=name)
    assert not (repository.path / "x").exists()


def test_the_git_folder_of_a_linked_work_tree(repository, tmp_path) -> None:
    repository.commit({"a": "1"})
    repository.git("worktree", "add", "-q", str(tmp_path / "other"))
    assert git_folder(str(tmp_path / "other")).endswith(".git/worktrees/other")


def test_one_process_answers_for_all_objects(repository) -> None:
    head = repository.commit({"a": "x" * 300_000, "b": ""})
    library = Library()
    names = [b"HEAD:a", b"HEAD:b", b"HEAD:none", b"HEAD", b"HEAD:"] * 100
    found = library.read(names)
    assert [answer and answer[0] for answer in found[:5]] == ["blob", "blob", None, "commit", "tree"]
    assert found[0] == ("blob", b"x" * 300_000)
    assert len(found) == 500
    assert library.read([head.encode()])[0][0] == "commit"
    library.close()
    library.close()
    assert library.read([b"HEAD:b"]) == [("blob", b"")]
    library.close()


def test_two_differences_in_a_row_are_one() -> None:
    one, two, three = (raw.Entry("100644", character * 40) for character in "123")
    first = [raw.Change("a", one, two), raw.Change("b", None, one), raw.Change("d", one, None)]
    second = [raw.Change("a", two, one), raw.Change("b", one, three), raw.Change("c", one, two)]
    assert raw.joined(first, second) == [
        raw.Change("b", None, three),
        raw.Change("c", one, two),
        raw.Change("d", one, None),
    ]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param("--amend --no-edit", True, id="the option"),
        pytest.param("-q --am -m Mend", True, id="git takes a beginning of an option for it"),
        pytest.param("-m Mend --amend", True, id="behind a message"),
        pytest.param("-am Mend --amend", True, id="behind a message among short options"),
        pytest.param("-m --amend", False, id="a message"),
        pytest.param("-am --amend", False, id="a message behind several short options"),
        pytest.param("--message --amend", False, id="a message behind the long option"),
        pytest.param("-m --amends-it", False, id="a message that begins like it"),
        pytest.param("-mfoot --amend", True, id="behind a message that is not a word of its own"),
        pytest.param("-S --amend", True, id="behind an option whose value is never a word of its own"),
        pytest.param("-q -- --amend", False, id="a path"),
        pytest.param("-q -a", False, id="an ordinary commit"),
    ],
)
def test_the_words_of_an_amendment(command, expected) -> None:
    assert situations.is_amendment(command.encode().split()) is expected


def test_an_amendment_in_a_shallow_clone_is_never_a_pass(repository, monkeypatch, tmp_path) -> None:
    repository.commit({"a": "1"})
    repository.commit({"a": "2"})
    repository.git("clone", "-q", "--depth=1", repository.path.as_uri(), str(tmp_path / "shallow"))
    monkeypatch.chdir(tmp_path / "shallow")
    name, email, date = repository.git("log", "-1", "--date=raw", "--format=%an%n%ae%n%ad").splitlines()
    for key, value in (("NAME", name), ("EMAIL", email), ("DATE", f"@{date}")):
        monkeypatch.setenv(f"GIT_AUTHOR_{key}", value)
    (tmp_path / "shallow/a").write_text("3")
    repository.git("-C", str(tmp_path / "shallow"), "add", "a")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    with pytest.raises(CannotJudge, match="an amendment needs HEAD's parent, which this shallow clone lacks"):
        find_situation(str(tmp_path / "shallow"))
