"""`--diff` where a person reads it: nothing of the input reaches the terminal as it is."""

from __future__ import annotations

import io
import sys

import pytest
from guardrail_hooks.pinned_base_image import cli, fix

from tests.pinned_base_image.stubs import StubLookups

TOKEN = "ghp_" + "a1B2" * 9
TEXT = f"# \x1b[31mred \u202e {TOKEN}\r\nFROM node\r\n"


class Screen:
    """Standard output, as a terminal or not."""

    def __init__(self, terminal: bool) -> None:
        self.terminal = terminal
        self.buffer = io.BytesIO()

    def isatty(self) -> bool:
        return self.terminal

    def flush(self) -> None:
        pass


@pytest.mark.parametrize("terminal", [True, False])
def test_a_diff(repository, monkeypatch, terminal) -> None:
    monkeypatch.setattr(fix, "Lookups", StubLookups)
    repository.stage({"Dockerfile": TEXT})
    screen = Screen(terminal)
    monkeypatch.setattr(sys, "stdout", screen)
    assert cli.main(["--diff"]) == 1
    shown = screen.buffer.getvalue().decode()
    if terminal:
        assert " # \\x1b[31mred \\u202e ghp_********\n-FROM node\n+FROM node:latest@sha256:" in shown
        assert not {"\x1b", "\u202e", "\r"} & set(shown)
        assert TOKEN not in shown
    else:
        assert shown.startswith(
            f"--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,2 +1,2 @@\n {TEXT.partition('FROM')[0]}-FROM"
        )
