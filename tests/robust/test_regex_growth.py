"""No regular expression of the suite takes more than linear time on hostile text."""

from __future__ import annotations

import signal

import pytest

from tests.robust import regex_growth
from tests.robust.regex_growth import Found


def test_every_pattern() -> None:
    found, unknown = regex_growth.collect()
    assert len(found) > 350
    assert unknown == []
    assert regex_growth.too_steep(found, quick=True) == []


@pytest.mark.parametrize(
    ("text", "method", "is_bad"),
    [
        pytest.param(r"[ \t]*x[ \t]*,", "search", True, id="blanks before what is searched for"),
        pytest.param(r"a.*?b.*?c!", "search", True, id="two gaps"),
        pytest.param(r"<([^>]+)>", "search", True, id="beginnings without an end"),
        pytest.param(r"(\d+)(?:\.\d+)*(?:[-.]?\w)*!", "match", True, id="two ways to read digits"),
        pytest.param(r"<([^>]+)>", "match", False, id="one beginning"),
        pytest.param(r"\d(?:[-+.]?[0-9A-Za-z])*", "match", False, id="one way to read digits"),
    ],
)
def test_the_measure(text, method, is_bad) -> None:
    signal.signal(signal.SIGVTALRM, regex_growth.give_up)
    one = Found("x:1", text, 0, frozenset({method}))
    slowest, attack = regex_growth.worst(one, quick=True)
    assert (slowest > regex_growth.QUICK_SUSPECT and regex_growth.is_superlinear(one, attack)) is is_bad
