"""Starting another program: list arguments, bytes in and out, the environment untouched, no shell."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class ProgramMissing(Exception):
    """The program cannot be started; the text completes the sentence `PROGRAM ...`."""


def run_program(arguments: Sequence[str | bytes], stdin: bytes = b"") -> tuple[int, bytes, str]:
    """Run a program; exit status, standard output, and standard error as text. Raises `ProgramMissing`."""
    run = _spawned if hasattr(os, "posix_spawnp") else _by_subprocess
    try:
        code, out, said = run([os.fsencode(argument) for argument in arguments], stdin)
    except OSError as error:
        raise ProgramMissing(why_missing(error)) from None
    return code, out, said.decode("utf-8", "replace")


def why_missing(error: OSError) -> str:
    """What keeps a program from being started."""
    if isinstance(error, FileNotFoundError):
        return "is not on PATH"
    return f"cannot be started ({(error.strerror or 'unknown error').lower()})"


def _spawned(argv: list[bytes], stdin: bytes) -> tuple[int, bytes, bytes]:
    """Start it by posix_spawnp: importing subprocess costs as much as Python itself.

    Input and diagnostics pass through unnamed files, so that no pipe can fill up while another is read.
    """
    source, said = _unnamed(stdin), _unnamed(b"")
    reading, writing = os.pipe()
    try:
        duplicates = [(os.POSIX_SPAWN_DUP2, fd, at) for at, fd in enumerate((source, writing, said))]
        pid = os.posix_spawnp(os.fsdecode(argv[0]), argv, os.environ, file_actions=duplicates)
    except BaseException:
        os.close(reading)
        raise
    else:
        out = b""
        chunks = []
        os.close(writing)
        writing = -1
        while chunk := os.read(reading, 1 << 20):
            chunks.append(chunk)
        out = b"".join(chunks)
        os.close(reading)
        _, status = os.waitpid(pid, 0)
        os.lseek(said, 0, os.SEEK_SET)
        return os.waitstatus_to_exitcode(status), out, os.read(said, 1 << 16)
    finally:
        for fd in (source, said, writing):
            if fd >= 0:
                os.close(fd)


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


def _by_subprocess(argv: list[bytes], stdin: bytes) -> tuple[int, bytes, bytes]:
    """Start it where posix_spawnp does not exist."""
    import subprocess

    done = subprocess.run([os.fsdecode(word) for word in argv], input=stdin, capture_output=True, check=False)  # noqa: S603  (a fixed program, no shell)
    return done.returncode, done.stdout, done.stderr
