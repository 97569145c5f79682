"""Many questions at once: few in parallel, each once, within a time limit, with progress where somebody watches."""

from __future__ import annotations

import sys
import threading
import time

from guardrail_hooks.pinned_base_image.registry.outcome import NotFound, Trouble

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable
    from typing import TypeVar

    Question = TypeVar("Question", bound=Hashable)
    Answer = TypeVar("Answer")

PARALLEL = 4
RUN_LIMIT = 300.0  # seconds for all questions of a run
QUIET = 1.0  # seconds before progress is worth a word


class Enquiry:
    """Puts questions to `ask(question)` and keeps what came back. `limit` is the time in seconds for all of them."""

    __slots__ = ("_deadline", "_program", "_watched")

    def __init__(self, program: str, limit: float = RUN_LIMIT) -> None:
        self._program = program
        self._deadline = time.monotonic() + limit
        self._watched = sys.stderr.isatty()

    def answers(
        self, questions: Iterable[Question], ask: Callable[[Question], Answer]
    ) -> dict[Question, Answer | NotFound | Trouble]:
        """The answer to each distinct question, `NotFound`, or the `Trouble` on the way to it."""
        waiting = list(dict.fromkeys(questions))
        wanted = list(waiting)
        found: dict[Question, Answer | NotFound | Trouble] = {}
        defects: list[Exception] = []
        changed = threading.Condition()

        def work() -> None:
            while True:
                with changed:
                    if not waiting or defects:
                        return
                    question = waiting.pop(0)
                try:
                    answer: Answer | NotFound | Trouble = ask(question)
                except (NotFound, Trouble) as outcome:
                    answer = outcome
                except Exception as defect:  # it belongs to whoever waits, not to this thread
                    with changed:
                        defects.append(defect)
                        changed.notify()
                    return
                with changed:
                    found[question] = answer
                    changed.notify()

        # Threads that may be left behind: a request that hangs must not keep the program from ending.
        threads = [threading.Thread(target=work, daemon=True) for _ in wanted[:PARALLEL]]
        for thread in threads:
            thread.start()
        self._wait(changed, lambda: bool(defects) or len(found) == len(wanted), lambda: (len(found), len(wanted)))
        with changed:
            waiting.clear()
            if defects:
                raise defects[0]
            late = Trouble("the time for all questions is over")
            return {question: found.get(question, late) for question in wanted}

    def _wait(
        self, changed: threading.Condition, done: Callable[[], bool], progress: Callable[[], tuple[int, int]]
    ) -> None:
        """Wait until all is done or the time is over, and show how far it is."""
        started = time.monotonic()
        shown = ""
        with changed:
            while not done() and (left := self._deadline - time.monotonic()) > 0:
                changed.wait(min(left, 0.2))
                if self._watched and time.monotonic() - started > QUIET:
                    answered, asked = progress()
                    shown = f"{self._program}: {answered} of {asked} registry look-ups"
                    sys.stderr.write(f"\r{shown}")
                    sys.stderr.flush()
        if shown:
            sys.stderr.write("\r" + " " * len(shown) + "\r")
            sys.stderr.flush()
