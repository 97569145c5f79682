"""Starting another program: list arguments, bytes in and out, the environment untouched, no shell."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    Program: TypeAlias = "Spawned | Finished"


class ProgramMissing(Exception):
    """The program cannot be started; the text completes the sentence `PROGRAM ...`."""


def run_program(arguments: Sequence[str | bytes], stdin: bytes = b"") -> tuple[int, bytes, str]:
    """Run a program; exit status, standard output, and standard error as text. Raises `ProgramMissing`."""
    return start_program(arguments, stdin).result()


def start_program(arguments: Sequence[str | bytes], stdin: bytes = b"") -> Program:
    """Start a program whose result is wanted later. Raises `ProgramMissing`."""
    argv = [os.fsencode(argument) for argument in arguments]
    start = Spawned if hasattr(os, "posix_spawnp") else Finished
    try:
        return start(argv, stdin)
    except OSError as error:
        raise ProgramMissing(why_missing(error)) from None


def why_missing(error: OSError) -> str:
    """What keeps a program from being started."""
    if isinstance(error, FileNotFoundError):
        return "is not on PATH"
    return f"cannot be started ({(error.strerror or 'unknown error').lower()})"


class Spawned:
    """A program started by posix_spawnp: importing subprocess costs as much as Python itself.

    Input and diagnostics pass through unnamed files, so that no pipe can fill up while another is read.
    """

    __slots__ = ("_out", "_pid", "_said")

    def __init__(self, argv: list[bytes], stdin: bytes) -> None:
        source, self._said = _unnamed(stdin), _unnamed(b"")
        self._out, writing = os.pipe()
        try:
            duplicates = [(os.POSIX_SPAWN_DUP2, fd, at) for at, fd in enumerate((source, writing, self._said))]
            self._pid = os.posix_spawnp(os.fsdecode(argv[0]), argv, os.environ, file_actions=duplicates)
        except BaseException:
            os.close(self._out)
            os.close(self._said)
            raise
        finally:
            os.close(source)
            os.close(writing)

    def result(self) -> tuple[int, bytes, str]:
        """Wait for its end, once; exit status, standard output, and standard error as text."""
        try:
            chunks = []
            while chunk := os.read(self._out, 1 << 20):
                chunks.append(chunk)
            _, status = os.waitpid(self._pid, 0)
            os.lseek(self._said, 0, os.SEEK_SET)
            said = os.read(self._said, 1 << 16)
            return os.waitstatus_to_exitcode(status), b"".join(chunks), said.decode("utf-8", "replace")
        finally:
            os.close(self._out)
            os.close(self._said)


class Finished:
    """A program that was run to its end by subprocess, where posix_spawnp does not exist."""

    __slots__ = ("_result",)

    def __init__(self, argv: list[bytes], stdin: bytes) -> None:
        import subprocess

        done = subprocess.run([os.fsdecode(word) for word in argv], input=stdin, capture_output=True, check=False)  # noqa: S603  (a fixed program, no shell)
        self._result = done.returncode, done.stdout, done.stderr.decode("utf-8", "replace")

    def result(self) -> tuple[int, bytes, str]:
        """Exit status, standard output, and standard error as text."""
        return self._result


def _unnamed(content: bytes) -> int:
    """A descriptor of an unnamed temporary file that holds the content, at its beginning."""
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create("guardrail")
    else:
        from tempfile import TemporaryFile

        with TemporaryFile() as file:
            fd = os.dup(file.fileno())
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view) :]
    os.lseek(fd, 0, os.SEEK_SET)
    return fd
