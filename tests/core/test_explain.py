"""`--explain` and `--list-rules` on a terminal and off it."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from guardrail_hooks.core import explain
from guardrail_hooks.core.allow import RULES
from guardrail_hooks.core.finding import Rule

from tests.core.hooks import HOOK, ODD_WORD, run

SCRIPT = Path(sys.executable).parent / "no-root-dockerfile"
LONG = Rule(
    "TST004",
    "long-words",
    summary="s",
    message="m",
    what="word " * 60 + "\n\n" + "a" * 200,
    why="why so",
    bad="x" * 150 + "\n\ny\n",
    options="`--an-option-that-is-not-broken` " * 10,
    references=("https://example.com/" + "r" * 120,),
)


@pytest.mark.parametrize("width", [40, 80, 100])
def test_paragraphs_fit_the_width_and_what_is_copied_stays_whole(width) -> None:
    lines = explain.explain([LONG], "TST004", width=width).splitlines()
    assert max(len(line) for line in lines if " " in line and not line.startswith("    ")) <= width
    assert "    " + "x" * 150 in lines
    assert "a" * 200 in lines
    assert LONG.references[0] in lines
    assert "    # guardrail: allow[TST004] until=2027-01-31 who reviewed it and why" in lines
    assert not re.search("[^`]--an-option|option-$", "\n".join(lines))


def test_headings_are_apart_and_bold_on_a_terminal() -> None:
    page = explain.explain(RULES, "ALW001")
    headings = ["What it does", "Why is this bad?", "Example", "Use instead", "Exceptions"]
    for heading in headings:
        assert f"\n\n{heading}\n" in page
    coloured = explain.explain(RULES, "ALW001", colour=True)
    assert coloured.startswith("\x1b[1mALW001 reason-missing (error)\x1b[0m\n\x1b[1m====")
    assert re.sub("\x1b\\[[01]m", "", coloured) == page
    assert coloured.count("\x1b[1m") == len(headings) + 2


def test_a_rule_that_is_off_says_so(capfdbinary) -> None:
    assert run(capfdbinary, "--explain", ODD_WORD.code)[1].startswith("TST003 odd-word (off by default)\n")
    assert explain.explain(HOOK.all_rules, "tst003").startswith("TST003")


@pytest.mark.parametrize(("columns", "widest"), [(60, 60), (80, 80), (300, 100), (10, 40), (0, 80)])
def test_the_width_is_that_of_the_terminal(columns, widest) -> None:
    page, _ = on_a_terminal(columns, "--explain", "USR005")
    text = re.sub("\x1b\\[[0-9]*m", "", page)
    body = [line for line in text.split("Example")[0].splitlines() if " " in line]
    assert widest - 20 <= max(map(len, body)) <= widest
    assert page.startswith("\x1b[1mUSR005")


def test_off_a_terminal_columns_do_not_count() -> None:
    environment = {**os.environ, "COLUMNS": "40"}
    page = subprocess.run([SCRIPT, "--explain", "USR005"], capture_output=True, text=True, env=environment).stdout
    assert 60 <= max(len(line) for line in page.split("Example")[0].splitlines()) <= 80
    assert "\x1b" not in page


def on_a_terminal(columns: int, *arguments: str) -> tuple[str, int]:
    """What a hook prints on a terminal so wide, and its exit code."""
    import fcntl
    import struct
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {**os.environ, "TERM": "xterm"}
    with subprocess.Popen([SCRIPT, *arguments], stdout=slave, stderr=slave, env=environment) as child:
        os.close(slave)
        shown = b""
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:
                break
            if not part:
                break
            shown += part
    os.close(master)
    return shown.decode().replace("\r\n", "\n"), child.returncode
