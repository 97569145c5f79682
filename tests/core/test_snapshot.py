from __future__ import annotations

import os

import pytest
from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.core.snapshot import Commit, Index, Memory, Unreadable, WorkTree, link_target, relative_path


def reason(tree, path: str) -> str:
    with pytest.raises(Unreadable) as refused:
        tree.read(path)
    return str(refused.value)


@pytest.fixture
def trees(repository):
    """The same files in the work tree, the index and a commit."""
    repository.write("real.txt", "real\n")
    (repository.path / "link.txt").symlink_to("real.txt")
    (repository.path / "loop.txt").symlink_to("loop.txt")
    (repository.path / "out.txt").symlink_to("/etc/hostname")
    (repository.path / "up.txt").symlink_to("../../outside")
    (repository.path / "deep").mkdir()
    (repository.path / "deep/link.txt").symlink_to("../real.txt")
    repository.commit({'n\u00e4me "x"\n.txt': "odd\n", os.fsdecode(b"latin\xe9.txt"): "bytes\n"})
    return {"work tree": WorkTree(str(repository.path)), "index": Index(), "commit": Commit("HEAD")}


@pytest.mark.parametrize("kind", ["work tree", "index", "commit"])
class TestEveryTree:
    def test_lists_what_git_tracks_under_any_name(self, trees, kind) -> None:
        assert set(trees[kind].paths()) == {
            "real.txt", "link.txt", "loop.txt", "out.txt", "up.txt", "deep/link.txt", "n\u00e4me \"x\"\n.txt",
            os.fsdecode(b"latin\xe9.txt"),
        }  # fmt: skip

    def test_reads_any_name(self, trees, kind) -> None:
        assert trees[kind].read('n\u00e4me "x"\n.txt') == b"odd\n"
        assert trees[kind].read(os.fsdecode(b"latin\xe9.txt")) == b"bytes\n"

    def test_follows_links_inside_the_repository(self, trees, kind) -> None:
        assert trees[kind].read("link.txt") == trees[kind].read("deep/link.txt") == b"real\n"

    def test_never_leaves_the_repository(self, trees, kind) -> None:
        assert reason(trees[kind], "out.txt") == "is a link to a place outside the repository"
        assert reason(trees[kind], "up.txt") == "is a link to a place outside the repository"

    def test_says_why_there_is_no_content(self, trees, kind) -> None:
        assert reason(trees[kind], "nowhere") == "does not exist"
        assert reason(trees[kind], "loop.txt") == "is a link that leads nowhere"

    def test_knows_what_it_has(self, trees, kind) -> None:
        assert trees[kind].has("real.txt")
        assert not trees[kind].has("nowhere")


def test_index_and_commit_do_not_look_at_the_disk(repository) -> None:
    repository.commit({"a.txt": "committed\n"})
    repository.stage({"a.txt": "staged\n"})
    repository.write("a.txt", "on disk\n")
    trees = (Commit("HEAD"), Index(), WorkTree(str(repository.path)))
    assert [tree.read("a.txt") for tree in trees] == [b"committed\n", b"staged\n", b"on disk\n"]


def test_a_conflicted_file_is_listed_once_with_our_side(repository) -> None:
    repository.commit({"a.txt": "base\n"})
    repository.git("checkout", "-q", "-b", "theirs")
    repository.commit({"a.txt": "theirs\n"})
    repository.git("checkout", "-q", "main")
    repository.commit({"a.txt": "ours\n"})
    repository.git("merge", "-q", "theirs", check=False)
    assert list(Index().paths()) == ["a.txt"]
    assert Index().read("a.txt") == b"ours\n"


def test_the_empty_tree_has_nothing() -> None:
    assert list(Commit("").paths()) == []


def test_the_index_is_that_of_the_commit_in_the_making(repository, monkeypatch, tmp_path) -> None:
    repository.commit({"a.txt": "a\n"})
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "other-index"))
    assert list(Index().paths()) == []


def test_listing_starts_at_the_top_even_from_a_folder_below(repository, monkeypatch) -> None:
    repository.commit({"a.txt": "a\n", "deep/b.txt": "b\n"})
    monkeypatch.chdir(repository.path / "deep")
    assert list(Index().paths()) == list(Commit("HEAD").paths()) == ["a.txt", "deep/b.txt"]


def test_submodules_have_no_content_of_their_own(repository) -> None:
    commit = repository.commit({"a.txt": "a\n"})
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{commit},module")
    assert list(Index().paths()) == ["a.txt"]
    assert reason(Index(), "module") == "is a submodule"


class TestWorkTree:
    def test_a_folder_is_no_file(self, repository) -> None:
        (repository.path / "folder").mkdir()
        assert reason(WorkTree(str(repository.path)), "folder") == "is a folder"

    def test_a_fifo_does_not_block(self, repository) -> None:
        os.mkfifo(repository.path / "fifo")
        assert reason(WorkTree(str(repository.path)), "fifo") == "is not a regular file"

    @pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
    def test_permission_denied(self, repository) -> None:
        repository.write("secret", "x").chmod(0)
        assert reason(WorkTree(str(repository.path)), "secret") == "cannot be read: permission denied"

    def test_a_huge_file_is_refused_unread(self, repository) -> None:
        with (repository.path / "huge").open("wb") as file:
            file.truncate(10**12)
        assert reason(WorkTree(str(repository.path)), "huge").startswith("has 1000000000000 bytes, too many to judge")


@pytest.mark.parametrize(
    ("path", "link", "target"),
    [("a/b", b"../c", "c"), ("a/b", b"./c//d", "a/c/d"), ("b", b"x/../y", "y")],
)
def test_links_are_resolved_against_their_folder(path: str, link: bytes, target: str) -> None:
    assert link_target(path, link) == target


def test_memory_serves_text_and_bytes() -> None:
    tree = Memory({"b": b"\xff", "a": "\u00fc"})
    assert (list(tree.paths()), tree.read("a"), tree.read("b")) == (["a", "b"], "\u00fc".encode(), b"\xff")
    assert reason(tree, "c") == "does not exist"


class TestRelativePath:
    def test_from_a_folder_below(self, repository, monkeypatch) -> None:
        repository.write("deep/x", "")
        monkeypatch.chdir(repository.path / "deep")
        assert relative_path(str(repository.path), "x") == "deep/x"
        assert relative_path(str(repository.path), "../y") == "y"

    def test_through_a_link_to_the_repository(self, repository, tmp_path) -> None:
        (tmp_path / "alias").symlink_to(repository.path)
        assert relative_path(str(repository.path), str(tmp_path / "alias/x")) == "x"

    def test_outside_there_is_no_path(self, repository) -> None:
        with pytest.raises(CannotJudge, match="is outside the repository"):
            relative_path(str(repository.path), "/etc/hostname")
