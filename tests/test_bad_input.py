"""Hostile input: every hook survives it, and never passes what it cannot read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest
from guardrail_hooks.core.snapshot import LARGEST

from tests.robust import hostile
from tests.robust.hostile import CONTENTS, KINDS, MAIN, MERE_OWNER, SHORT, some

BUSY = 3.0  # processor seconds on a machine that does other things too; the budget is one, and the script checks that
SURFACES = {surface.hook: surface for surface in MAIN}


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    return hostile.Ground(tmp_path_factory.mktemp("hostile") / "repository")


@pytest.fixture
def clean(ground):
    ground.clean()
    return ground


CASES = [
    pytest.param(surface, name, id=f"{surface.hook}-{name}")
    for surface in MAIN
    for name in SHORT
    if not CONTENTS[name][2] or surface.format in CONTENTS[name][2]
]


@pytest.mark.parametrize(("surface", "name"), CASES)
def test_contents(ground, surface, name) -> None:
    make, is_broken, _ = CONTENTS[name]
    content = make(surface.good.encode())
    assert hostile.judge_content(ground, surface, content, is_broken=is_broken, seconds=BUSY) == []


@pytest.mark.parametrize("make", KINDS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("hook", [surface.hook for surface in MAIN if surface.is_named])
def test_what_is_no_readable_file(clean, hook, make) -> None:
    assert hostile.judge_kind(clean, SURFACES[hook], make, seconds=BUSY) == []


@pytest.mark.parametrize("make", some(KINDS, 3), ids=lambda make: make.__name__)
@pytest.mark.parametrize("command", [["mcp-config-guard", "status"], ["changelog-required", "--fix"]])
def test_what_is_no_readable_file_to_those_that_read_the_disk(clean, command, make) -> None:
    clean.path.joinpath("CHANGELOG.md").write_text(hostile.LOG)
    clean.path.joinpath(".mcp.json").write_text(hostile.SERVERS)
    clean.git("add", "-A")
    for name in ("CHANGELOG.md", ".mcp.json"):
        clean.path.joinpath(name).unlink()
    make(clean.path / ("CHANGELOG.md" if command[0] == "changelog-required" else ".mcp.json"))
    done = hostile.start([str(hostile.SCRIPTS / command[0]), *command[1:]], clean.path)
    assert list(hostile.problems(done, clean.path, seconds=BUSY)) == []


@pytest.mark.parametrize("hook", SURFACES)
def test_a_file_that_may_not_be_read(clean, hook) -> None:
    surface = SURFACES[hook]
    if not os.path.exists("/usr/bin/setpriv") and not os.geteuid():
        pytest.skip("everything may be read by the superuser, and setpriv is not there to take that away")
    path = clean.place(surface)
    path.write_text(surface.good)
    clean.git("add", "-A")
    path.chmod(0)
    drop = [] if os.geteuid() else MERE_OWNER
    files = ["--", surface.path] if surface.is_named else []
    safe = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
    done = hostile.start(
        [*drop, str(hostile.SCRIPTS / hook), "--format", "json", *files], clean.path, **safe
    )  # fmt: skip
    if not surface.is_named:  # git holds it
        assert done.code in (0, 1)
        return
    assert done.code == 1, done.err
    assert "cannot be read: permission denied" in json.loads(done.out)[0]["message"]


NAMES = [
    b"sp ace", b"new\nline", b"quote'\"", b"-dash", b"--base=x", b"\xff\xfe", "\u00fc\u202e".encode(), b"tab\t", b"*",
    b"?[a]", b"\x1b[31m", b"$(touch ran)", b";touch ran", b"a\\b", b":(top)", b"{{x}}", b"%s%n",
]  # fmt: skip


@pytest.mark.parametrize("hook", SURFACES)
def test_names_of_all_kinds(clean, hook) -> None:
    surface = SURFACES[hook]
    paths = [os.path.join(name, os.fsencode(surface.path)) for name in NAMES]
    for path in paths:
        full = os.path.join(os.fsencode(clean.path), path)
        os.makedirs(os.path.dirname(full))
        with open(full, "wb") as file:
            file.write(b"\0")
    clean.git("add", "-Af")
    for files in [["--", *paths], []] if surface.is_named else [[]]:
        done = hostile.start([str(hostile.SCRIPTS / hook), "--format", "json", *files], clean.path)
        assert done.code == 1, done.err
        assert done.err == b""
        found = {one["path"].encode("utf-8", "surrogateescape") for one in json.loads(done.out)}
        assert len(found) == len(NAMES)
    assert not (clean.path / "ran").exists()


@pytest.mark.parametrize("hook", SURFACES)
def test_a_file_that_vanishes_between_listing_and_reading(clean, hook) -> None:
    surface = SURFACES[hook]
    clean.place(surface).write_text(surface.good)
    clean.git("add", "-A")
    (clean.path / surface.path).unlink()
    done = hostile.start([str(hostile.SCRIPTS / hook), "--format", "json"], clean.path)
    assert done.code == (1 if surface.is_named else done.code)
    assert list(hostile.problems(done, clean.path, seconds=BUSY)) == []


def test_a_link_into_the_folder_of_git_is_not_followed(clean) -> None:
    clean.git("config", "remote.origin.url", "https://bot:Zq8-sentinel@example.com/x")
    for hook in ("no-root-dockerfile", "pinned-base-image", "port-registry-conflict"):
        surface = SURFACES[hook]
        hostile.make_git_link(clean.place(surface))
        done = hostile.start([str(hostile.SCRIPTS / hook), "--format", "json", surface.path], clean.path)
        (finding,) = json.loads(done.out)
        assert "git's own folder" in finding["message"]
        assert b"sentinel" not in done.out + done.err


@pytest.mark.parametrize("hook", some(list(SURFACES), 2))
@pytest.mark.parametrize(
    "damage",
    [
        "HEAD is gone",
        "HEAD is garbage",
        "index is garbage",
        "objects are gone",
        "config is garbage",
        "git is a file",
    ],
)
def test_a_broken_repository(tmp_path, hook, damage) -> None:
    ground = hostile.Ground(tmp_path / "repository")
    surface = SURFACES[hook]
    ground.place(surface).write_text(surface.good)
    ground.git("add", "-A")
    folder = ground.path / ".git"
    if damage == "HEAD is gone":
        (folder / "HEAD").unlink()
    elif damage == "git is a file":
        shutil.rmtree(folder)
        folder.write_text("gitdir: /nowhere\n")
    elif damage == "objects are gone":
        shutil.rmtree(folder / "objects")
        (folder / "objects").mkdir()
    else:
        (folder / damage.split(" is ")[0]).write_bytes(b"\0garbage\xff\n" * 10)
    files = [[surface.path], []] if surface.is_named else [[]]
    for named in files:
        done = hostile.start([str(hostile.SCRIPTS / hook), "--format", "json", *named], ground.path)
        assert list(hostile.problems(done, ground.path, seconds=BUSY)) == []
        if not named and damage not in ("config is garbage", "objects are gone" if surface.is_named else ""):
            assert done.code in (1, 2)


@pytest.mark.parametrize("hook", SURFACES)
def test_submodules_sparse_files_and_pointers(clean, hook) -> None:
    surface = SURFACES[hook]
    clean.git("update-index", "--add", "--cacheinfo", f"160000,{'a' * 40},sub/{surface.path}")
    clean.git("update-index", "--add", "--cacheinfo", f"160000,{'a' * 40},{surface.path}")
    (clean.path / surface.path).mkdir(parents=True)
    done = hostile.start([str(hostile.SCRIPTS / hook), "--format", "json"], clean.path)
    assert list(hostile.problems(done, clean.path, seconds=BUSY)) == []
    clean.git("rm", "-qrf", "--cached", ".")
    clean.clean()
    path = clean.place(surface)
    path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:" + "a" * 64 + "\nsize 12345\n")
    clean.git("add", "-A")
    done = hostile.start([str(hostile.SCRIPTS / hook), "--format", "json"], clean.path)
    assert list(hostile.problems(done, clean.path, seconds=BUSY)) == []
    assert done.code in ((1,) if surface.path in ("Dockerfile", ".mcp.json") else (0, 1))  # text is a compose file
    path.write_text(surface.good)
    clean.git("add", "-A")
    clean.git("update-index", "--skip-worktree", surface.path)
    path.unlink()
    done = hostile.start([str(hostile.SCRIPTS / hook), "--format", "json"], clean.path)
    assert list(hostile.problems(done, clean.path, seconds=BUSY)) == []


def test_a_file_of_the_largest_size_is_read_within_bounds(clean) -> None:
    path = clean.path / "Dockerfile"
    path.write_bytes(b"#" * LARGEST)
    done = hostile.start([str(hostile.SCRIPTS / "no-root-dockerfile"), "--format", "json", "Dockerfile"], clean.path)
    assert list(hostile.problems(done, clean.path, seconds=BUSY)) == []
    assert done.code == 1


def test_the_checks_of_these_tests_can_fail(tmp_path) -> None:
    (tmp_path / "a").write_text("one\n")
    place = {"code": "X", "path": "a", "line": 1, "column": 1, "end_line": 1, "end_column": 3}
    assert list(hostile.misplaced(place, tmp_path)) == []
    for wrong in ({"line": 3, "end_line": 3}, {"column": 9, "end_column": 9}, {"end_line": 0}, {"end_column": 0}):
        assert list(hostile.misplaced(place | wrong, tmp_path))
    done = hostile.start([sys.executable, "-c", "raise SystemExit(7)"], tmp_path)
    assert list(hostile.problems(done, tmp_path)) == ["exit code 7"]
    done = hostile.start([sys.executable, "-c", "x = b'1' * 300_000_000; 1 / 0"], tmp_path)
    assert len(list(hostile.problems(done, tmp_path))) >= 2
    assert subprocess.run(["git", "--version"], capture_output=True).returncode == 0
