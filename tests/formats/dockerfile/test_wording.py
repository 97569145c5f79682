"""How refusals are worded: Go's quoting, and the nearest name that could have been meant."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.dockerfile.wording import did_you_mean, legible, quoted, shown
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a é", "a é", id="what can be read"),
        pytest.param("\a\b\f\n\r\t\v", r"\a\b\f\n\r\t\v", id="Go's short escapes"),
        pytest.param("\x00\x1f\x7f", r"\x00\x1f\x7f", id="other control characters"),
        pytest.param("\x80\xa0", r"\x80\xa0", id="those beyond ASCII"),
        pytest.param("\u200b\u2028\uffff", r"\u200b\u2028\uffff", id="four digits"),
        pytest.param("\U00010000\U000e0001", "\U00010000" + r"\U000e0001", id="eight digits"),
        pytest.param("\udc80\udcff", r"\x80\xff", id="bytes that are no UTF-8"),
        pytest.param("\udc7f\udd00", r"\udc7f\udd00", id="halves of characters"),
    ],
)
def test_legible(text, expected) -> None:
    assert legible(text) == expected


def test_long_texts_are_cut_behind_eighty_characters() -> None:
    assert shown("a" * 80) == "a" * 80
    assert shown("a" * 81) == "a" * 80 + "..."
    assert shown("\n" * 81) == r"\n" * 80 + "..."


@pytest.mark.parametrize(
    ("text", "expected"), [("a", '"a"'), ('a"b', r'"a\"b"'), ("a\\b", r'"a\\b"'), ("\n", r'"\n"'), ("", '""')]
)
def test_quoted(text, expected) -> None:
    assert quoted(text) == expected


@pytest.mark.parametrize(
    ("text", "case_sensitive", "expected"),
    [
        pytest.param("shared", True, "", id="the name itself"),
        pytest.param("sharde", True, " (did you mean shared?)", id="two letters changed places"),
        pytest.param("share", True, " (did you mean shared?)", id="a letter missing"),
        pytest.param("shareds", True, " (did you mean shared?)", id="a letter too many"),
        pytest.param("shabeb", True, " (did you mean shared?)", id="two edits"),
        pytest.param("xhabeb", True, "", id="three are another word"),
        pytest.param("lock", True, " (did you mean locked?)", id="two letters missing"),
        pytest.param("loc", True, "", id="three"),
        pytest.param("SHARED", True, "", id="another case is another word"),
        pytest.param("SHARED", False, "", id="or the same one"),
        pytest.param("SHARE", False, " (did you mean SHARED?)", id="told in capitals where these were written"),
        pytest.param("Share", False, " (did you mean shared?)", id="else in small letters"),
        pytest.param("", True, "", id="nothing"),
    ],
)
def test_did_you_mean(text, case_sensitive, expected) -> None:
    assert did_you_mean(text, ["shared", "private", "locked"], case_sensitive=case_sensitive) == expected


def test_of_two_names_that_are_as_near_the_first_by_alphabet_is_meant() -> None:
    assert did_you_mean("ax", ["ab", "aa"], case_sensitive=True) == " (did you mean aa?)"
    assert did_you_mean("abc", ["abxx", "abcd"], case_sensitive=True) == " (did you mean abcd?)"
    assert did_you_mean("ADD", ["Add", "ARG"], case_sensitive=False) == ""


def distance(one: str, other: str) -> int:
    """Levenshtein's, as it is defined."""
    if not one or not other:
        return len(one) + len(other)
    return min(
        distance(one[1:], other) + 1, distance(one, other[1:]) + 1, distance(one[1:], other[1:]) + (one[0] != other[0])
    )


@given(st.text("abc", max_size=5), st.lists(st.text("abc", min_size=1, max_size=5), min_size=1, max_size=3))
def test_the_nearest_name_is_meant(text, names) -> None:
    distances = {name: distance(text, name) for name in sorted(names)}
    nearest = min(distances, key=distances.__getitem__)
    meant = did_you_mean(text, names, case_sensitive=True)
    if 0 < distances[nearest] < 3:
        assert meant == f" (did you mean {nearest}?)"
    else:
        assert meant == ""


@given(st.text(max_size=100))
def test_everything_is_shown_in_one_line(text) -> None:
    assert shown(text).isprintable()
    assert quoted(text).isprintable()
