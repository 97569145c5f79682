"""What ends a conversation at the terminal: signals, a closed window, Ctrl-C, Ctrl-D. Nothing is half written."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from tests.mcp_config_guard.conftest import DOCS, OWNER, REASON, servers
from tests.mcp_config_guard.terminal import PROMPT, TAKE_TERMINAL

PROGRAM = [str(Path(sys.executable).parent / "mcp-config-guard")]
INIT = ["init", "--reason", REASON]
AS_BY_A_PERSON = "import signal; signal.signal(signal.SIGINT, signal.SIG_DFL); "  # a job in the background ignores it
# The program itself, with a signal to it while the record takes its place.
IN_THE_MIDDLE = """
import os, signal, sys
from guardrail_hooks.mcp_config_guard import cli
link = os.link
def interrupted(*arguments, **keywords):
    os.kill(os.getpid(), signal.{name})
    return link(*arguments, **keywords)
os.link = interrupted
cli.judge.leave(cli.main(sys.argv[1:]))
"""


class Conversation:
    """A program on a terminal of its own; `words` is all that it has shown."""

    def __init__(self, command: list[str], cwd: Path) -> None:
        self.master, self.slave = pty.openpty()
        self.words = ""
        self.before = termios.tcgetattr(self.slave)
        self.child = subprocess.Popen(
            [sys.executable, "-c", AS_BY_A_PERSON + f"import os; os.dup2({self.slave}, 9); " + TAKE_TERMINAL, *command],
            cwd=cwd,
            start_new_session=True,
            pass_fds=[self.slave],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def listen(self, until: str = "", patience: float = 60.0) -> None:
        """Read until something is shown, or until the program has ended."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            has_ended = self.child.poll() is not None
            while select.select([self.master], [], [], 0.02)[0]:
                self.words += os.read(self.master, 65536).decode().replace("\r", "")
            if has_ended or (until and until in self.words):
                return
        raise AssertionError(f"it still runs: {self.words!r}")

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def close(self) -> tuple[int, str]:
        """Close the window; the exit status, and what was said elsewhere."""
        os.close(self.slave)
        os.close(self.master)
        said = self.child.communicate(timeout=60)[0].decode()
        return self.child.returncode, said

    def end(self) -> tuple[int, str]:
        """The exit status, and the last line that was shown; the modes of the terminal are as they were."""
        self.listen()
        assert termios.tcgetattr(self.slave) == self.before
        self.words += self.child.communicate()[0].decode()
        os.close(self.slave)
        os.close(self.master)
        return self.child.returncode, self.words.strip().rpartition("\n")[2]


@pytest.fixture
def person(guarded, monkeypatch):
    monkeypatch.setenv("GIT_COMMITTER_EMAIL", OWNER)
    guarded.commit({".mcp.json": servers(docs=DOCS)})
    return guarded


def begin(person, command: list[str]) -> Conversation:
    talk = Conversation(command, person.path)
    talk.listen(PROMPT)
    return talk


def written(person) -> list[str]:
    return sorted(str(path.relative_to(person.path)) for path in person.path.glob(".mcp-guard/**/*"))


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM), (signal.SIGHUP, -signal.SIGHUP)]
)
def test_a_signal_at_the_prompt(person, number, status) -> None:
    talk = begin(person, [*PROGRAM, *INIT])
    talk.child.send_signal(number)
    assert talk.end() == (status, "nothing was approved")
    assert written(person) == []


@pytest.mark.parametrize(
    ("typed", "status", "word"),
    [
        pytest.param(["\x03"], 130, "nothing was approved", id="Ctrl-C"),
        pytest.param(["do", "\x03"], 130, "nothing was approved", id="Ctrl-C behind a half of the answer"),
        pytest.param(["\x04"], 2, "the terminal's input ended: nothing was approved", id="Ctrl-D"),
        pytest.param(
            ["docs", "\x04", "\x04"], 2, "the terminal's input ended: nothing was approved", id="Ctrl-D for Enter"
        ),
    ],
)
def test_keys_at_the_prompt(person, typed, status, word) -> None:
    talk = begin(person, [*PROGRAM, *INIT])
    for part in typed:
        talk.type(part)
        time.sleep(0.05)
    code, last = talk.end()
    assert (code, last.removeprefix("mcp-config-guard init: error: ")) == (status, word)
    assert written(person) == []


def test_a_window_that_is_closed_at_the_prompt(person) -> None:
    talk = begin(person, [*PROGRAM, *INIT])
    assert talk.close() == (-signal.SIGHUP, "mcp-config-guard: nothing was approved\n")
    assert written(person) == []


def test_a_window_that_is_closed_where_nobody_is_told(person) -> None:
    ignoring = "import os,signal,sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    talk = begin(person, [sys.executable, "-c", ignoring, *PROGRAM, *INIT])
    said = "mcp-config-guard init: error: the terminal's input ended: nothing was approved\n"
    assert talk.close() == (2, said)
    assert written(person) == []


@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGTERM", -15), ("SIGHUP", -1)])
def test_a_signal_while_the_record_is_written_waits_for_its_end(person, name, status) -> None:
    talk = begin(person, [sys.executable, "-c", IN_THE_MIDDLE.format(name=name), *INIT])
    talk.type("docs\n")
    code, last = talk.end()
    (policy,) = (path for path in written(person) if path.endswith("policy.json"))
    (record,) = (path for path in written(person) if "approvals/" in path)
    assert (code, last) == (status, f"wrote {record}; now: git add .mcp-guard")
    assert len(written(person)) == 3, "the policy, the folder and the record"
    assert json.loads((person.path / policy).read_text())["mode"] == "record"
    assert json.loads((person.path / record).read_text())["reason"] == REASON
    person.stage()
    assert person.codes() == []


def test_what_is_pending_is_looked_at_before_a_reason_is_asked_for(person) -> None:
    assert person.run("approve")[0] == 2
    assert "mcp-config-guard status shows what is pending" in person.error
    (person.path / ".mcp.json").unlink()
    person.commit()
    for command in ("approve", "init"):
        assert person.run(command) == (0, "nothing is pending\n")
