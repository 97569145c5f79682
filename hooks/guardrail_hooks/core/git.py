"""The only door to git: list arguments, bytes out, the environment untouched.

`GIT_INDEX_FILE` and `GIT_DIR` matter for `commit -a`, partial commits and worktrees, and may be relative to the
current folder; so git runs where the hook runs and commands name paths from the top.
"""

from __future__ import annotations

import os

from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.core.process import ProgramMissing, start_program, why_missing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from subprocess import Popen

    from guardrail_hooks.core.process import Program


INSTALL = "install it, or start the hook from a shell that has it"


class GitFailed(CannotJudge):
    """A git command failed; `code` is its exit status (negative for a signal), `said` its standard error."""

    def __init__(self, command: str, code: int, said: str) -> None:
        ended = f"exit status {code}" if code >= 0 else f"it was ended by signal {-code}, run the hook again"
        first = next((line for line in said.splitlines() if line.strip()), ended)
        super().__init__(f"git {command} failed: {first.strip()}")
        self.code = code
        self.said = said


def git(*arguments: str | bytes, stdin: bytes = b"") -> bytes:
    """Run git and return its standard output. Raises `GitFailed` for any exit status but 0."""
    return output_of(start_git(*arguments, stdin=stdin), arguments[0])


def output_of(running: Program, command: str | bytes) -> bytes:
    """The standard output of a git command that was started. Raises `GitFailed` for any exit status but 0."""
    code, out, said = running.result()
    if code:
        raise GitFailed(os.fsdecode(command), code, said)
    return out


def run_git(*arguments: str | bytes, stdin: bytes = b"") -> tuple[int, bytes, str]:
    """Run git; exit status, standard output, and standard error as text. Raises `CannotJudge` without git."""
    code, out, said = start_git(*arguments, stdin=stdin).result()
    if code < 0:  # what a dying process said is no answer, not even no
        raise GitFailed(os.fsdecode(arguments[0]), code, said)
    return code, out, said


def start_git(*arguments: str | bytes, stdin: bytes = b"") -> Program:
    """Start git, to work while something else is done. Raises `CannotJudge` without git."""
    try:
        return start_program(["git", *arguments], stdin)
    except ProgramMissing as missing:
        raise CannotJudge(f"git {missing}: {INSTALL}") from None


def garbled(command: str) -> GitFailed:
    """The error for an answer that git does not give: it was cut off, or what is called git is something else."""
    return GitFailed(command, 0, "its answer is not what git says; `git --version` and `git fsck` tell more")


def rows_of(listed: bytes, command: str) -> list[bytes]:
    """What a git command lists with `-z`, row by row. Raises `GitFailed` for a list that is cut off."""
    *rows, rest = listed.split(b"\0")
    if rest:
        raise garbled(command)
    return rows


def objects(names: Sequence[bytes]) -> Iterator[bytes | None]:
    """The contents of objects by any name git knows (`HEAD:path`, `:path`, an id), None where there is none.

    One process for all of them (`cat-file --batch`); `-z` (git 2.38) is used only when a name holds a newline.
    """
    if not names:
        return
    nul = any(b"\n" in name for name in names)
    end = b"\0" if nul else b"\n"
    out = git("cat-file", "--batch", *(["-z"] if nul else []), stdin=b"".join(name + end for name in names))
    at = 0
    for name in names:
        if out.startswith(name, at) and out[at + len(name) :].startswith((b" missing\n", b" ambiguous\n")):
            at = out.index(b"\n", at + len(name)) + 1
            yield None
            continue
        head_end = out.find(b"\n", at)
        words = out[at:head_end].rsplit(b" ", 2)
        if head_end < 0 or len(words) < 3 or not words[2].isdigit():
            raise garbled("cat-file")
        size = int(words[2])
        body = out[head_end + 1 : head_end + 1 + size]
        at = head_end + 1 + size + 1
        if len(out) < at:
            raise garbled("cat-file")
        yield body if words[1] == b"blob" else None


class Library:
    """Objects by any name git knows, read from one `cat-file --batch` process that stays open between questions.

    Names may hold no newline (such a path is asked for by its object id). Close it when done.
    """

    __slots__ = ("_answers", "_owned", "_process", "_questions", "_read_ahead")

    AT_ONCE = 200  # names per round: well below what a pipe holds, so neither side can block the other

    def __init__(self) -> None:
        self._process = 0
        self._questions = self._answers = -1
        self._read_ahead = bytearray()
        self._owned: Popen[bytes] | None = None

    def read(self, names: Sequence[bytes]) -> list[tuple[str, bytes] | None]:
        """Kind (`blob`, `tree`, `commit`) and content of each object, None where there is none.

        Raises `GitFailed` when git gives up, as it does for an object that a partial clone would have to download.
        """
        found: list[tuple[str, bytes] | None] = []
        if names:
            self.start()
        for start in range(0, len(names), self.AT_ONCE):
            part = names[start : start + self.AT_ONCE]
            try:
                os.write(self._questions, b"".join(name + b"\n" for name in part))
                found.extend(self._answer(name) for name in part)
            except (BrokenPipeError, EOFError, ValueError, IndexError):
                self.close()
                raise GitFailed("cat-file", 128, "an object could not be read") from None
        return found

    def _answer(self, name: bytes) -> tuple[str, bytes] | None:
        while (end := self._read_ahead.find(b"\n")) < 0:
            self._fill()
        head = bytes(self._read_ahead[:end])
        del self._read_ahead[: end + 1]
        if head in (name + b" missing", name + b" ambiguous"):
            return None
        words = head.rsplit(b" ", 2)
        size = int(words[-1]) + 1
        while len(self._read_ahead) < size:
            self._fill()
        body = bytes(self._read_ahead[: size - 1])
        del self._read_ahead[:size]
        return words[-2].decode(), body

    def _fill(self) -> None:
        chunk = os.read(self._answers, 1 << 17)
        if not chunk:
            raise EOFError
        self._read_ahead += chunk

    def start(self) -> None:
        """Start the process, where it shall get ready while something else is done."""
        if self._questions >= 0:
            return
        argv = ["git", "cat-file", "--batch"]
        environment = {**os.environ, "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none"}  # never the network
        if not hasattr(os, "posix_spawnp"):
            import subprocess

            opened = subprocess.Popen(  # noqa: S603  (a fixed program, no shell)
                argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
            )
            assert opened.stdin
            assert opened.stdout
            self._owned, self._questions, self._answers = opened, opened.stdin.fileno(), opened.stdout.fileno()
            return
        source, self._questions = os.pipe()
        self._answers, target = os.pipe()
        silent = os.open(os.devnull, os.O_WRONLY)
        try:
            duplicates = [(os.POSIX_SPAWN_DUP2, fd, at) for at, fd in enumerate((source, target, silent))]
            self._process = os.posix_spawnp("git", argv, environment, file_actions=duplicates)
        except OSError as error:
            raise CannotJudge(f"git {why_missing(error)}: {INSTALL}") from None
        finally:
            for fd in (source, target, silent):
                os.close(fd)

    def close(self) -> None:
        """End the process."""
        if self._owned:
            self._owned.communicate()
        else:
            for fd in (self._questions, self._answers):
                if fd >= 0:
                    os.close(fd)
            if self._process:
                os.waitpid(self._process, 0)
        self._owned, self._process, self._questions, self._answers = None, 0, -1, -1
        self._read_ahead.clear()


def resolve_commit(name: str) -> str | None:
    """The full id of a commit by any name, None where this clone does not have it."""
    code, out, _ = run_git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return None if code else out.decode().strip()


def merge_base(one: str, other: str) -> str | None:
    """The best common ancestor of two commits (full ids), None where there is none."""
    code, out, said = run_git("merge-base", one, other)
    if code > 1:
        raise GitFailed("merge-base", code, said)
    return None if code else out.decode().strip()


def is_shallow() -> bool:
    """Whether this clone lacks history."""
    return git("rev-parse", "--is-shallow-repository").strip() == b"true"


def find_root() -> str:
    """The absolute path of the work tree's top folder, without a git process where the file system tells.

    Raises `CannotJudge` outside a work tree.
    """
    try:
        here = os.getcwd()
    except OSError:
        raise CannotJudge("the current folder does not exist any more: change to one that does") from None
    if not {"GIT_DIR", "GIT_WORK_TREE"} & os.environ.keys():
        folder = os.path.realpath(here)
        while True:
            if _is_repository(os.path.join(folder, ".git")):
                return folder
            parent = os.path.dirname(folder)
            if parent == folder:
                break
            folder = parent
    code, out, _ = run_git("rev-parse", "--show-toplevel")
    if code or not out.strip():
        raise CannotJudge("not inside a git work tree: run it in a checkout (or `git init` here first)")
    return os.path.realpath(os.fsdecode(out.removesuffix(b"\n")))


def _is_repository(path: str) -> bool:
    """Whether `.git` is a git folder, or a file that points to one (worktree, submodule)."""
    if os.path.isdir(path):
        return os.path.isfile(os.path.join(path, "HEAD"))
    return os.path.isfile(path)
