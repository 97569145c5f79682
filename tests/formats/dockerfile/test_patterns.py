"""Shell patterns as BuildKit's convertShellPatternToRegex reads them, with Go's templates in what is put in."""

from __future__ import annotations

import re

import pytest
from guardrail_hooks.formats.dockerfile.patterns import replaced, without_prefix, without_suffix
from guardrail_hooks.formats.dockerfile.words import BadSubstitution
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "pattern", "shortest", "longest"),
    [
        pytest.param("abc", "a", "bc", "bc", id="a letter"),
        pytest.param("XYZ", "XY", "Z", "Z", id="capital letters"),
        pytest.param("abc", "b", "abc", "abc", id="not at the beginning"),
        pytest.param("abab", "*b", "ab", "", id="a star"),
        pytest.param("abab", "a*b", "ab", "", id="a star between letters"),
        pytest.param("abab", "a*", "bab", "", id="a star at the end"),
        pytest.param("abab", "*", "abab", "", id="a star alone"),
        pytest.param("abc", "??", "c", "c", id="any two characters"),
        pytest.param("a\nb", "?\n", "b", "b", id="a line break is a character"),
        pytest.param("abc", "????", "abc", "abc", id="more than there are"),
        pytest.param("a.c", "a.", "c", "c", id="a dot is a dot"),
        pytest.param("*bc", "\\*", "bc", "bc", id="an escaped star"),
        pytest.param("abc", "\\*", "abc", "abc", id="which is nothing else"),
        pytest.param("\\bc", "\\\\", "bc", "bc", id="an escaped backslash"),
        pytest.param("/bc", "\\/", "bc", "bc", id="an escaped slash"),
        pytest.param("abcabcd", "a*b*c", "abcd", "d", id="two stars"),
        pytest.param("abc", "a*x", "abc", "abc", id="a part that is not there"),
        pytest.param("", "*", "", "", id="nothing"),
        pytest.param("abc", "", "abc", "abc", id="no pattern"),
    ],
)
def test_prefix(text, pattern, shortest, longest) -> None:
    assert without_prefix(text, pattern, greedy=False) == shortest
    assert without_prefix(text, pattern, greedy=True) == longest


@pytest.mark.parametrize(
    ("text", "pattern", "shortest", "longest"),
    [
        pytest.param("abc", "c", "ab", "ab", id="a letter"),
        pytest.param("abc", "b", "abc", "abc", id="not at the end"),
        pytest.param("abab", "a*", "ab", "", id="a star"),
        pytest.param("1.2.3", ".*", "1.2", "1", id="a version"),
        pytest.param("ab", "ab", "", "", id="all of it"),
        pytest.param("a*", "\\*", "a", "a", id="an escaped star"),
    ],
)
def test_suffix(text, pattern, shortest, longest) -> None:
    assert without_suffix(text, pattern, greedy=False) == shortest
    assert without_suffix(text, pattern, greedy=True) == longest


@pytest.mark.parametrize(
    ("text", "pattern", "replacement", "first", "every"),
    [
        pytest.param("abab", "a", "x", "xbab", "xbxb", id="a letter"),
        pytest.param("abab", "c", "x", "abab", "abab", id="one that is not there"),
        pytest.param("abcb", "a*b", "x", "x", "x", id="a star takes all it can"),
        pytest.param("ab", "*", "x", "x", "x", id="a star alone"),
        pytest.param("ab", "?", "x", "xb", "xx", id="any character"),
        pytest.param("ab", "", "-", "-ab", "-a-b-", id="between characters"),
        pytest.param("", "", "-", "-", "-", id="between none"),
        pytest.param("abc", "b", "[$0]", "a[$0]c", "a[b]c", id="the match, where all are replaced"),
        pytest.param("abc", "b", "[${0}]", "a[${0}]c", "a[b]c", id="in braces"),
        pytest.param("abc", "b", "[$1$x${x}]", "a[$1$x${x}]c", "a[]c", id="groups that are not there"),
        pytest.param("abc", "b", "[$$0]", "a[$$0]c", "a[$0]c", id="a dollar"),
        pytest.param("abc", "b", "[$é]", "a[$é]c", "a[$é]c", id="a name beyond ASCII is none"),
    ],
)
def test_replaced(text, pattern, replacement, first, every) -> None:
    assert replaced(text, pattern, replacement, everywhere=False, limit=99) == first
    assert replaced(text, pattern, replacement, everywhere=True, limit=99) == every


def test_limits() -> None:
    assert replaced("aaa", "a", "xx", everywhere=True, limit=6) == "xxxxxx"
    with pytest.raises(BadSubstitution, match=r"^expands to more than 5 characters$"):
        replaced("aaa", "a", "xx", everywhere=True, limit=5)
    assert without_prefix("a" * 10_000, "a" * 1000, greedy=False) == "a" * 9000
    with pytest.raises(BadSubstitution, match=r"^pattern and value are too long to be matched$"):
        without_prefix("a" * 10_001, "a" * 1000, greedy=False)


@pytest.mark.parametrize(
    ("pattern", "escape"), [("\\a", "\\\\a"), ("a\\", "\\\\"), ("\\.", "\\\\\\."), ("\\\\\\n", "\\\\n")]
)
def test_escapes_that_are_none(pattern, escape) -> None:
    with pytest.raises(BadSubstitution, match=rf" in substitution: invalid escape '{escape}'$"):
        without_prefix("a", pattern, greedy=True)


@given(st.text("ab.\n", max_size=8), st.text("ab.?*", max_size=5), st.text("xy", max_size=2))
def test_agrees_with_regular_expressions(text, pattern, new) -> None:
    def form(star: str) -> str:
        return "".join(star if sign == "*" else "." if sign == "?" else re.escape(sign) for sign in pattern)

    for greedy, star in ((True, ".*"), (False, ".*?")):
        prefix = re.match(form(star), text, re.DOTALL)
        assert without_prefix(text, pattern, greedy=greedy) == (text[prefix.end() :] if prefix else text)
    starts = [at for at in range(len(text) + 1) if re.fullmatch(form(".*"), text[at:], re.DOTALL)]
    assert without_suffix(text, pattern, greedy=True) == (text[: starts[0]] if starts else text)
    assert without_suffix(text, pattern, greedy=False) == (text[: starts[-1]] if starts else text)
    once = re.sub(form(".*"), new, text, count=1, flags=re.DOTALL)
    assert replaced(text, pattern, new, everywhere=False, limit=99) == once
