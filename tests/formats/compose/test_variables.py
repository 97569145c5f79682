"""Variables in Compose values: what is known is filled in, what is not stays as `${NAME}`."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.compose.variables import interpolate, is_unknown, unknown_in
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "filled", "unknown"),
    [
        pytest.param("a", "a", [], id="none"),
        pytest.param("$A:${A}", "1:1", [], id="known ones"),
        pytest.param("$X:${X:-2}", "${X}:2", ["X"], id="a default where none is known"),
        pytest.param("${X:?a:b}", "${X}", ["X"], id="a demand, so that no colon is left of it"),
        pytest.param("$X$Y${X}", "${X}${Y}${X}", ["X", "Y"], id="each told once"),
        pytest.param("${E:-2}${E-3}", "2", [], id="an empty one"),
        pytest.param("${A:+b}${X:+b}", "b", [], id="an alternate"),
        pytest.param("$$A", "$A", [], id="an escaped one"),
        pytest.param("$", "$", [], id="a dollar"),
    ],
)
def test_interpolate(text, filled, unknown) -> None:
    found = interpolate(text, {"A": "1", "E": ""})
    assert (found.text, found.fault) == (filled, "")
    assert (unknown_in(found.text), is_unknown(found.text)) == (unknown, bool(unknown))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("${A", '"${A" is not closed by "}"'),
        ("$A ${A!b}", '"${A" is followed by no operator, one of ":-", "-", ":?", "?", ":+" and "+"'),
    ],
)
def test_what_cannot_be_filled_in_stays(text, fault) -> None:
    assert tuple(interpolate(text, {"A": "1"})) == (text, fault)


@given(st.text("aA${}:-?+ ", max_size=20))
def test_any_text_is_filled_in_or_stays(text) -> None:
    found = interpolate(text, {"A": "1"})
    assert not found.fault or found.text == text
    assert is_unknown(found.text) == bool(unknown_in(found.text))
