"""The terminal of the person in front of it: what is shown and asked, and what is said last when a signal ends it."""

from __future__ import annotations

import os
import signal
from contextlib import suppress

from guardrail_hooks.core import judge
from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.core.printable import printable, without_tokens
from guardrail_hooks.core.replace import undisturbed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

ENDINGS = [number for name in ("SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None]


class Ended(BaseException):
    """A signal that ends the program has come; its number."""


class Terminal:
    """The controlling terminal, whatever standard input and output are. Raises `CannotJudge`.

    Its modes are never touched. A signal that ends the program is followed by `outcome()`, which says what was done
    until then, and ends it all the same; what ignores a signal goes on ignoring it.
    """

    __slots__ = ("_before", "_descriptor", "_outcome")

    def __init__(self, outcome: Callable[[], str]) -> None:
        self._outcome = outcome

    def __enter__(self) -> Terminal:  # noqa: PYI034  (typing.Self is not in Python 3.10)
        try:
            self._descriptor = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
        except OSError:
            raise CannotJudge(
                "no terminal: an approval is a person's decision, run it in a terminal "
                "(an automated agent must stop and ask the user)"
            ) from None
        self._before: dict[int, Any] = {}
        for number in ENDINGS:
            if signal.getsignal(number) == signal.SIG_DFL:
                self._before[number] = signal.signal(number, _end)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        with undisturbed():
            if isinstance(error, Ended | KeyboardInterrupt):
                self.end("\n" + self._outcome())
            os.close(self._descriptor)
            for number, handler in self._before.items():
                signal.signal(number, handler)
            if isinstance(error, Ended):
                os.kill(os.getpid(), error.args[0])  # which whoever waits for this program is to see

    def show(self, line: str) -> None:
        """Write one line, safe to be shown."""
        try:
            self._write(line)
        except OSError:
            raise self._closed() from None

    def end(self, text: str) -> None:
        """The last word: on standard error where the terminal is gone."""
        try:
            for line in text.split("\n"):
                self._write(line)
        except OSError:
            judge.tell(f"mcp-config-guard: {text.strip()}")

    def _write(self, line: str) -> None:
        data = printable(without_tokens(line)).encode() + b"\n"
        while data:
            data = data[os.write(self._descriptor, data) :]

    def ask(self) -> str:
        """Read one line."""
        answer = b""
        while not answer.endswith(b"\n"):
            part = b""
            with suppress(OSError):
                part = os.read(self._descriptor, 4096)
            if not part:
                with suppress(OSError):
                    self._write("")  # what is said next begins on a line of its own
                raise self._closed()
            answer += part
        return answer.decode("utf-8", "replace").strip()

    def _closed(self) -> CannotJudge:
        return CannotJudge(f"the terminal's input ended: {self._outcome()}")


def _end(number: int, _: FrameType | None) -> None:
    raise Ended(number)
