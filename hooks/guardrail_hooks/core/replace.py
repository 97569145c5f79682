"""Replacing what a file holds, atomically: readers and crashes see the old content or the new, never a part."""

from __future__ import annotations

import os
import stat
from contextlib import suppress


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
        _put(real, new, status)
    except OSError as error:
        raise NotReplaced(f"cannot be replaced: {(error.strerror or 'unknown error').lower()}") from None


def _put(path: str, content: bytes, status: os.stat_result) -> None:
    """Write the content beside the file and move it there."""
    folder, name = os.path.split(path)
    # The name begins with a dot and says whose it is: a crash may leave it behind.
    fresh = os.path.join(folder, f".{name[:100]}.guardrail-{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if hasattr(os, "chown") and (status.st_uid, status.st_gid) != (os.geteuid(), os.getegid()):
            with suppress(OSError):  # only the superuser can give a file away
                os.chown(fresh, status.st_uid, status.st_gid)
        os.chmod(fresh, stat.S_IMODE(status.st_mode))
        os.replace(fresh, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(fresh)
        raise
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
