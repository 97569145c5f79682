from __future__ import annotations

import os

import pytest
from guardrail_hooks.core import git as door
from guardrail_hooks.core.finding import CannotJudge

BIG = b"x" * 300_000


def test_contents_come_back_in_order_and_missing_ones_as_none(repository) -> None:
    repository.commit({"a.txt": "a\n", "big.bin": BIG, "sp ace.txt": b"\0\n\0"})
    names = [b"HEAD:big.bin", b"HEAD:nowhere", b"HEAD:a.txt", b"HEAD:sp ace.txt", b"HEAD:"]
    assert list(door.objects(names)) == [BIG, None, b"a\n", b"\0\n\0", None]


def test_a_name_with_a_newline_is_one_name(repository) -> None:
    repository.commit({"new\nline": "x"})
    assert list(door.objects([b"HEAD:new\nline", b"HEAD:new"])) == [b"x", None]


def test_much_input_and_much_output_do_not_block_each_other(repository) -> None:
    repository.commit({"big.bin": BIG})
    contents = list(door.objects([b"HEAD:big.bin", b"HEAD:" + b"n" * 3000] * 200))
    assert contents == [BIG, None] * 200


def test_a_failing_command_tells_what_git_said(repository) -> None:
    with pytest.raises(door.GitFailed) as failed:
        door.git("rev-parse", "--verify", "nowhere")
    assert str(failed.value) == "git rev-parse failed: fatal: Needed a single revision"
    assert failed.value.code == 128


def test_without_git_the_hook_says_what_to_install(repository, monkeypatch) -> None:
    monkeypatch.setenv("PATH", str(repository.path))
    with pytest.raises(CannotJudge, match="git is not on PATH: install it"):
        door.git("version")


def test_subprocess_serves_where_posix_spawn_does_not_exist(repository, monkeypatch) -> None:
    repository.commit({"a.txt": "a\n"})
    expected = door.run_git("cat-file", "--batch", stdin=b"HEAD:a.txt\n")
    monkeypatch.delattr(os, "posix_spawnp")
    assert door.run_git("cat-file", "--batch", stdin=b"HEAD:a.txt\n") == expected


def test_a_temporary_file_serves_where_memfd_does_not_exist(repository, monkeypatch) -> None:
    repository.commit({"a.txt": "a\n"})
    monkeypatch.delattr(os, "memfd_create", raising=False)
    assert list(door.objects([b"HEAD:a.txt"])) == [b"a\n"]


def test_no_descriptor_is_left_open(repository) -> None:
    before = os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else []
    for _ in range(3):
        door.run_git("rev-parse", "nowhere")
    assert len(os.listdir("/proc/self/fd") if before else []) == len(before)


def test_a_reference_that_begins_with_a_dash_is_no_option(repository) -> None:
    repository.commit()
    assert door.resolve_commit("--all") is None
    assert door.resolve_commit("HEAD") == repository.git("rev-parse", "HEAD").strip()


def test_merge_base_is_none_without_common_history(repository) -> None:
    first = repository.commit()
    repository.git("checkout", "-q", "--orphan", "other")
    other = repository.commit(message="unrelated")
    assert door.merge_base(first, other) is None
    assert door.merge_base(first, first) == first


class TestRoot:
    def test_from_a_folder_below(self, repository, monkeypatch) -> None:
        repository.write("deep/down/x", "")
        monkeypatch.chdir(repository.path / "deep/down")
        assert door.find_root() == str(repository.path)

    def test_without_a_git_process(self, repository, monkeypatch) -> None:
        monkeypatch.setattr(door, "run_git", None)
        assert door.find_root() == str(repository.path)

    def test_of_a_linked_worktree(self, repository, monkeypatch, tmp_path) -> None:
        repository.commit()
        repository.git("worktree", "add", "-q", str(tmp_path / "linked"))
        monkeypatch.chdir(tmp_path / "linked")
        assert door.find_root() == str(tmp_path / "linked")

    def test_when_git_says_where_it_is(self, repository, monkeypatch, tmp_path) -> None:
        repository.commit()
        repository.git("worktree", "add", "-q", str(tmp_path / "linked"))
        monkeypatch.chdir(tmp_path / "linked")
        monkeypatch.setenv("GIT_DIR", repository.git("-C", str(tmp_path / "linked"), "rev-parse", "--git-dir").strip())
        assert door.find_root() == str(tmp_path / "linked")

    def test_in_a_folder_that_was_deleted(self, tmp_path, monkeypatch) -> None:
        (tmp_path / "gone").mkdir()
        monkeypatch.chdir(tmp_path / "gone")
        (tmp_path / "gone").rmdir()
        with pytest.raises(CannotJudge, match="does not exist any more: change to one that does"):
            door.find_root()

    def test_an_empty_folder_called_git_is_no_repository(self, tmp_path, monkeypatch) -> None:
        (tmp_path / ".git").mkdir()
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
        with pytest.raises(CannotJudge, match="not inside a git work tree: run it in a checkout"):
            door.find_root()
