"""A program on a terminal of its own, and somebody who types."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import termios
import time

TAKE_TERMINAL = (
    "import fcntl,os,sys,termios; fcntl.ioctl(9, termios.TIOCSCTTY, 0); os.close(9); "
    "os.execvp(sys.argv[1], sys.argv[1:])"
)
PROMPT = "separated by blanks:\n"


def talk(
    command: list[str], cwd, answer: str | None, environment: dict[str, str], limit: float = 60.0
) -> tuple[int, str]:
    """Run a program whose controlling terminal is a new one; its exit code, and all that it showed there and elsewhere.

    `answer` is typed when the prompt is shown; None echoes the names that the prompt asks for. Standard input is
    empty, as drivers leave it.
    """
    master, slave = pty.openpty()
    modes = termios.tcgetattr(slave)
    modes[3] &= ~termios.ECHO
    termios.tcsetattr(slave, termios.TCSANOW, modes)
    child = subprocess.Popen(
        [sys.executable, "-c", f"import os; os.dup2({slave}, 9); " + TAKE_TERMINAL, *command],
        cwd=cwd,
        env={**os.environ, **environment},
        start_new_session=True,
        pass_fds=[slave],
        stdin=subprocess.DEVNULL,
        stdout=slave,
        stderr=slave,
    )
    os.close(slave)
    shown, answered = "", False
    end = time.monotonic() + limit
    try:
        while time.monotonic() < end:
            if not select.select([master], [], [], 0.05)[0]:
                if child.poll() is not None:
                    break
                continue
            shown += os.read(master, 65536).decode("utf-8", "replace").replace("\r", "")
            tail = shown.rpartition(PROMPT)[2]
            if not answered and PROMPT in shown and tail.endswith("\n"):
                typed = tail.strip() if answer is None else answer
                os.write(master, typed.encode() + b"\n")
                answered = True
    except OSError:  # the last process has left the terminal
        pass
    finally:
        os.close(master)
        if child.poll() is None:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
    return child.wait(), shown
