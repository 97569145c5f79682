"""Writing files atomically: readers, crashes and signals see the old content or the new, never a part."""

from __future__ import annotations

import os
import signal
import stat
from contextlib import contextmanager, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class NotReplaced(Exception):
    """The file is as it was; the text completes the sentence `PATH ...`."""


def replace_content(path: str, old: bytes, new: bytes) -> None:
    """Give a regular file new content, if it still holds the old one. Mode and owner stay.

    The content is written to a new file beside it, which takes its place once it is on the disk; a symbolic link stays
    a link, and what it leads to is replaced. Raises `NotReplaced`.
    """
    real = os.path.realpath(path)
    try:
        status = os.stat(real)
        if not stat.S_ISREG(status.st_mode):
            raise NotReplaced("is not a regular file")
        if not status.st_mode & 0o222:
            raise NotReplaced("is read-only")
        with open(real, "rb") as file:
            if file.read() != old:
                raise NotReplaced("has changed meanwhile")
        with undisturbed(), _beside(real, new) as fresh:
            if hasattr(os, "chown") and (status.st_uid, status.st_gid) != (os.geteuid(), os.getegid()):
                with suppress(OSError):  # only the superuser can give a file away
                    os.chown(fresh, status.st_uid, status.st_gid)
            os.chmod(fresh, stat.S_IMODE(status.st_mode))
            os.replace(fresh, real)
    except OSError as error:
        raise NotReplaced(f"cannot be replaced: {_reason(error)}") from None


def create_content(root: str, path: str, content: bytes) -> None:
    """Make a new file below a folder, and the folders that lead to it, whole or not at all. Raises `NotReplaced`."""
    full = os.path.join(root, path)
    folder = os.path.dirname(full)
    top = os.path.realpath(root)
    try:
        if not (os.path.realpath(folder) + os.sep).startswith(top.rstrip(os.sep) + os.sep):
            raise NotReplaced("lies behind a link to a place outside the repository")
        os.makedirs(folder, exist_ok=True)
        with undisturbed(), _beside(full, content) as fresh:
            os.chmod(fresh, 0o666 & ~_umask())
            try:
                os.link(fresh, full)  # unlike a renaming it never takes the place of another file
            except FileExistsError:
                raise NotReplaced("exists already") from None
            except OSError:  # a file system without hard links
                if os.path.lexists(full):
                    raise NotReplaced("exists already") from None
                os.replace(fresh, full)
    except OSError as error:
        raise NotReplaced(f"cannot be written: {_reason(error)}") from None


@contextmanager
def undisturbed() -> Iterator[None]:
    """Signals that would end the program wait until this is over."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _beside(path: str, content: bytes) -> Iterator[str]:
    """A file beside a path with the content, on the disk; it is gone at the end unless it was moved away."""
    folder, name = os.path.split(path)
    # The name begins with a dot and says whose it is: a crash of the machine may leave it behind.
    fresh = os.path.join(folder, f".{name[:100]}.guardrail-{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield fresh
    finally:
        with suppress(OSError):
            os.unlink(fresh)
    _settle(folder)


def _settle(folder: str) -> None:
    """Put the folder's entry on the disk as well, where the system can."""
    if os.name != "posix":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _reason(error: OSError) -> str:
    return (error.strerror or "unknown error").lower()
