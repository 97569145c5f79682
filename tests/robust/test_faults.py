"""What breaks while a hook works: git, the disk, permissions, signals. Nothing is half written."""

from __future__ import annotations

import os
import resource
import signal
import stat
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from tests.robust import hostile
from tests.robust.hostile import MAIN, MERE_OWNER, SCRIPTS, some

SURFACES = {surface.hook: surface for surface in MAIN}
REAL_GIT = next(
    path for folder in os.environ["PATH"].split(os.pathsep) if os.access(path := os.path.join(folder, "git"), os.X_OK)
)
BAD_GITS = {
    "killed at once": "kill -9 $$",
    "killed half way": 'OUT=$("$REAL" "$@" 2>/dev/null | head -c 7); printf %s "$OUT"; kill -9 $$',
    "terminated": "kill -15 $$",
    "fails without a word": "exit 1",
    "fails with words": "echo fatal: the disk is on fire >&2; exit 128",
    "answers garbage": "head -c 300 /dev/urandom",
    "answers nonsense": "echo one two three",
    "answers nothing": "exit 0",
    "cut off": '"$REAL" "$@" 2>/dev/null | head -c 30',
    "no interpreter": None,
}


def fake_git(folder: Path, script: str | None) -> str:
    """A PATH on which git is something else."""
    folder.mkdir()
    program = folder / "git"
    program.write_text(f"#!/bin/sh\nREAL={REAL_GIT}\n{script}\n" if script else "\x7fELF nonsense")
    program.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    made = hostile.Ground(tmp_path_factory.mktemp("faults") / "repository")
    for surface in MAIN:
        made.place(surface).write_text(surface.good)
    made.git("add", "-Af")
    return made


@pytest.mark.parametrize("fault", some(list(BAD_GITS), 2))
@pytest.mark.parametrize("hook", SURFACES)
def test_a_git_that_breaks(ground, tmp_path, hook, fault) -> None:
    path = fake_git(tmp_path / "bin", BAD_GITS[fault])
    done = hostile.start([str(SCRIPTS / hook), "--format", "json"], ground.path, PATH=path)
    assert list(hostile.problems(done, ground.path, seconds=5)) == []
    if fault not in ("answers nothing", "cut off"):  # nothing changed, nothing there: what git says is believed
        assert done.code == 2, done
    if fault in ("killed at once", "killed half way", "terminated"):
        assert (
            b"was ended by signal" in done.err or b"could not be read" in done.err or b"lacks the old text" in done.err
        )
    if fault == "fails with words":
        assert b"the disk is on fire" in done.err or b"not in this clone" in done.err or b"git" in done.err


@pytest.mark.parametrize("hook", SURFACES)
def test_no_git_at_all(ground, hook) -> None:
    done = hostile.start([sys.executable, str(SCRIPTS / hook)], ground.path, PATH="/nonexistent")
    assert (done.code, done.out) == (2, b"")
    assert b"git is not on PATH" in done.err


@pytest.mark.parametrize("hook", SURFACES)
@pytest.mark.parametrize("arguments", [["--help"], ["--format", "json"]])
def test_standard_output_that_takes_nothing(ground, hook, arguments) -> None:
    script = 'exec "$@" '
    for redirection, said in ((">/dev/full", b"standard output cannot be written: no space left"), (">&-", b"closed")):
        done = hostile.start(["sh", "-c", script + redirection, "sh", str(SCRIPTS / hook), *arguments], ground.path)
        assert done.code == 2, done
        assert said in done.err
        assert done.err.count(b"\n") == 1


@pytest.mark.parametrize("hook", SURFACES)
def test_nobody_reads_or_listens(ground, hook) -> None:
    command = [str(SCRIPTS / hook), "--help"]
    done = hostile.start(["sh", "-c", '"$@" | head -c 1 >/dev/null', "sh", *command], ground.path)
    assert done.err == b""
    for words in (["--nonsense"], ["--help"]):
        for redirection in ("2>&-", "2>/dev/full", ">&- 2>&-"):
            done = hostile.start(["sh", "-c", f'exec "$@" {redirection}', "sh", command[0], *words], ground.path)
            assert done.code == (2 if words == ["--nonsense"] or ">&- 2" in redirection else 0)


FIXES = {
    # name: arguments, what is changed, the files before
    "draft": (["changelog-required", "--fix"], "CHANGELOG.md"),
    "new": (["changelog-required", "--fix"], "sub/CHANGELOG.md"),
    "register": (["port-registry-conflict", "--register", "b"], "PORTS.md"),
}


def shop(folder: Path, name: str) -> hostile.Ground:
    """A repository in which there is something to write."""
    made = hostile.Ground(folder)
    log = (
        "# Changelog\n\n## [Unreleased]\n\n## [0.1.0] - 2025-01-01\n\n### Added\n\n- Words.\n" + "<!-- x -->\n" * 20_000
    )
    more = "  b:\n    image: acme/b:1.0.0\n"
    files = {"compose.yaml": hostile.COMPOSE + more, "PORTS.md": hostile.PORTS + "\ntext\n" * 50_000}
    if name == "draft":
        files["CHANGELOG.md"] = log
    for path, content in files.items():
        (made.path / path).write_text(content)
    made.git("add", "-A")
    made.git("commit", "-qm", "files")
    (made.path / "sub").mkdir()
    (made.path / ("sub/a.py" if name == "new" else "a.py")).write_text("1\n")
    made.git("add", "-A")
    return made


def command(name: str) -> list[str]:
    arguments, _ = FIXES[name]
    more = ["--map", "sub/**=sub/CHANGELOG.md"] if name == "new" else []
    return [str(SCRIPTS / arguments[0]), *arguments[1:], *more]


def state(folder: Path) -> dict[str, bytes]:
    """All files and what they hold."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(folder).parts[:1]
    }


@pytest.mark.parametrize("name", FIXES)
def test_the_fix_itself(tmp_path, name) -> None:
    made = shop(tmp_path / "r", name)
    before = state(made.path)
    done = hostile.start(command(name), made.path)
    after = state(made.path)
    assert done.code in (0, 1), done.err
    assert {path for path in after if after[path] != before.get(path)} == {FIXES[name][1]}


@pytest.mark.parametrize("name", FIXES)
def test_a_full_disk(tmp_path, name) -> None:
    made = shop(tmp_path / "r", name)
    before = state(made.path)

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50, 50))  # bytes that may be written to one file

    done = subprocess.run(
        command(name), cwd=made.path, env=hostile.environment(), capture_output=True, preexec_fn=bound
    )
    assert state(made.path) == before
    assert done.returncode in (1, 2)
    assert b"file too large" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("name", FIXES)
def test_a_repository_that_may_not_be_written(tmp_path, name) -> None:
    made = shop(tmp_path / "r", name)
    before = state(made.path)
    target = made.path / FIXES[name][1]
    drop = []
    if not os.geteuid():
        if not os.path.exists("/usr/bin/setpriv"):
            pytest.skip("the superuser may write everything, and setpriv is not there to take that away")
        drop = MERE_OWNER
    target.parent.chmod(0o555)
    safe = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
    done = hostile.start([*drop, *command(name)], made.path, **safe)
    target.parent.chmod(0o755)
    assert state(made.path) == before
    assert done.code in (1, 2)
    assert b"permission denied" in done.err
    assert b"Traceback" not in done.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("name", FIXES)
def test_signals_at_any_moment(tmp_path, name, number) -> None:
    made = shop(tmp_path / "r", name)
    before = state(made.path)
    begin = time.monotonic()
    subprocess.run(command(name), cwd=made.path, env=hostile.environment(), capture_output=True)
    took = time.monotonic() - begin
    after = state(made.path)
    for step in range(3):
        made.git("checkout", "-q", "--", ".")
        (made.path / FIXES["new"][1]).unlink(missing_ok=True)
        process = subprocess.Popen(
            command(name), cwd=made.path, env=hostile.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        time.sleep(took * (step + 2) / 5)
        process.send_signal(number)
        _, said = process.communicate()
        now = state(made.path)
        now_without_times = {path: len(content) for path, content in now.items()}
        assert now_without_times in ({path: len(content) for path, content in one.items()} for one in (before, after))
        assert process.returncode in (0, 1, 2, 130, -number)
        if process.returncode == 130 or step > 1:  # before that Python itself is still starting
            assert b"Traceback" not in said


INSIDE = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # the tests may have been started with it ignored
from guardrail_hooks.core import replace
real = os.fsync
def during(descriptor):
    os.kill(os.getpid(), signal.{name})
    real(descriptor)
os.fsync = during
try:
    {call}
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize(
    ("call", "path"),
    [("replace.replace_content('a', b'old', b'new')", "a"), ("replace.create_content('.', 'x/b', b'new')", "x/b")],
)
def test_a_signal_in_the_middle_of_writing_waits_for_its_end(tmp_path, name, call, path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    code = textwrap.dedent(INSIDE).replace("{name}", name).replace("{call}", call)
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True)
    assert done.returncode == (130 if name == "SIGINT" else -getattr(signal, name))
    assert (tmp_path / path).read_bytes() == b"new"
    assert sorted(entry.name for entry in tmp_path.rglob("*") if entry.is_file()) == sorted({"a", Path(path).name})


def test_a_file_that_is_made_never_takes_the_place_of_another(tmp_path) -> None:
    from guardrail_hooks.core.replace import NotReplaced, create_content

    create_content(str(tmp_path), "deep/er/file", b"one")
    assert stat.S_IMODE((tmp_path / "deep/er/file").stat().st_mode) & 0o600 == 0o600
    with pytest.raises(NotReplaced, match="exists already"):
        create_content(str(tmp_path), "deep/er/file", b"two")
    outside = tmp_path / "outside"
    outside.mkdir()
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link").symlink_to(outside)
    for path in ("link/file", "../outside/file", "link/deep/file"):
        with pytest.raises(NotReplaced, match="outside the repository"):
            create_content(str(inside), path, b"two")
    (inside / "dangling").symlink_to(outside / "nowhere")
    with pytest.raises(NotReplaced, match="exists already"):
        create_content(str(inside), "dangling", b"two")
    assert list(outside.iterdir()) == []
    assert (tmp_path / "deep/er/file").read_bytes() == b"one"
