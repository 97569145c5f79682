"""Many questions at once."""

from __future__ import annotations

import sys
import threading
import time

import pytest
from guardrail_hooks.pinned_base_image.registry.enquiry import PARALLEL, Enquiry
from guardrail_hooks.pinned_base_image.registry.outcome import NotFound, Trouble


def test_each_question_is_asked_once() -> None:
    asked = []
    answers = Enquiry("x").answers([3, 1, 3, 2, 1], lambda question: asked.append(question) or question * 2)
    assert answers == {3: 6, 1: 2, 2: 4}
    assert sorted(asked) == [1, 2, 3]


def test_no_question() -> None:
    assert Enquiry("x").answers([], lambda question: pytest.fail("asked")) == {}


def test_few_at_a_time() -> None:
    running, most, lock = [0], [0], threading.Lock()

    def ask(question: int) -> int:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.005)
        with lock:
            running[0] -= 1
        return question

    Enquiry("x").answers(range(40), ask)
    assert 1 < most[0] <= PARALLEL


def test_trouble_is_an_answer() -> None:
    def ask(question: int) -> int:
        if question:
            raise (Trouble if question == 1 else NotFound)("why")
        return question

    answers = Enquiry("x").answers([0, 1, 2], ask)
    assert answers[0] == 0
    assert isinstance(answers[1], Trouble)
    assert isinstance(answers[2], NotFound)


def test_a_defect_is_not_swallowed() -> None:
    def ask(question: int) -> int:
        raise KeyError(question)

    with pytest.raises(KeyError):
        Enquiry("x").answers(range(10), ask)


def test_the_time_for_all_questions() -> None:
    started = time.monotonic()
    hanging = threading.Event()
    answers = Enquiry("x", limit=0.2).answers(range(9), lambda question: question and hanging.wait(5))
    hanging.set()
    assert time.monotonic() - started < 3
    assert answers[0] == 0
    assert str(answers[8]) == "the time for all questions is over"


class Screen:
    """Standard error, as a terminal or not."""

    def __init__(self, terminal: bool) -> None:
        self.terminal = terminal
        self.text = ""

    def isatty(self) -> bool:
        return self.terminal

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        pass


@pytest.mark.parametrize(
    ("terminal", "seconds", "shown"),
    [
        pytest.param(True, 1.5, True, id="somebody watches and it takes a while"),
        pytest.param(True, 0.0, False, id="somebody watches and it is quick"),
        pytest.param(False, 1.5, False, id="nobody watches"),
    ],
)
def test_progress(monkeypatch, terminal, seconds, shown) -> None:
    screen = Screen(terminal)
    monkeypatch.setattr(sys, "stderr", screen)
    Enquiry("x").answers([1], lambda question: time.sleep(seconds))
    assert ("\rx: 0 of 1 registry look-ups" in screen.text) == shown
    assert screen.text.endswith("\r") or not shown
