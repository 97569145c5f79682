"""The programs that a run of a hook starts in this process, and whether it waits for them all."""

from __future__ import annotations

import os

import pytest


class Started:
    """What was started since the last look."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._programs: list[tuple[str, int]] = []
        spawn = os.posix_spawnp

        def recorded(program, words, *rest, **more) -> int:
            process = spawn(program, words, *rest, **more)
            self._programs.append((os.fsdecode(words[1]), process))
            return process

        monkeypatch.setattr(os, "posix_spawnp", recorded)

    def forget(self) -> None:
        """Begin anew."""
        self._programs.clear()

    @property
    def commands(self) -> list[str]:
        """The first argument of each program, such as git's subcommand, in the order of their starts."""
        return [command for command, _ in self._programs]

    def left(self) -> list[str]:
        """The commands that nobody has waited for."""
        return [command for command, process in self._programs if is_child(process)]


def is_child(process: int) -> bool:
    """Whether a process is a child of this one that nobody has waited for."""
    try:
        os.waitpid(process, os.WNOHANG)
    except ChildProcessError:
        return False
    return True
