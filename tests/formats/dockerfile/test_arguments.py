"""The text of one instruction, taken apart as BuildKit's split_command.go and line_parsers.go do."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.dockerfile.arguments import (
    NotStrings,
    blank_separated,
    json_strings,
    keyword_of,
    quoted_words,
    take_flags,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("line", "keyword"), [("RUN a", "RUN"), ("run\ta", "run"), ("RUN", "RUN"), ("", ""), ("RUN\xa0a", "RUN\xa0a")]
)
def test_keyword(line, keyword) -> None:
    assert keyword_of(line) == keyword


@pytest.mark.parametrize(
    ("line", "flags", "rest"),
    [
        pytest.param("RUN a --b", [], "a --b", id="none"),
        pytest.param("RUN --a", [("--a", 4, 7)], "", id="a flag alone"),
        pytest.param("RUN --a  --b=c d", [("--a", 4, 7), ("--b=c", 9, 14)], "d", id="two"),
        pytest.param("RUN \t--a b", [("--a", 5, 8)], "b", id="a tab before one"),
        pytest.param("RUN -a b", [], "-a b", id="one dash is no flag"),
        pytest.param("RUN -- --a", [], "--a", id="two dashes alone end them"),
        pytest.param("RUN --a -- b", [("--a", 4, 7)], "b", id="behind a flag, too"),
        pytest.param("RUN --a='b c' d", [("--a=b c", 4, 13)], "d", id="quotes hold blanks and go"),
        pytest.param('RUN --a="b\'c" d', [("--a=b'c", 4, 13)], "d", id="the other kind of quotes stays"),
        pytest.param("RUN --a=b\\ c d", [("--a=b c", 4, 12)], "d", id="an escaped blank"),
        pytest.param("RUN --a=b\\\\ d", [("--a=b\\", 4, 11)], "d", id="an escaped escape"),
        pytest.param("RUN --a='b", [("--a=b", 4, 10)], "", id="a quote that is not closed"),
        pytest.param("RUN --a\\", [("--a", 4, 8)], "", id="an escape at the end"),
        pytest.param("RUN --é d", [("--Ã©", 4, 7)], "d", id="bytes are taken for characters"),
        pytest.param("RUN --à d", [("--Ã", 4, 7)], "d", id="a byte that is a blank ends the flag"),
        pytest.param("RUN --'à' d", [("--Ã\xa0", 4, 9)], "d", id="unless it is quoted"),
        pytest.param("RUN --a \xa0b", [("--a", 4, 7)], "b", id="wider blanks before the rest"),
    ],
)
def test_flags(line, flags, rest) -> None:
    found, position = take_flags(line, 4, "\\")
    assert [(flag.text, flag.start, flag.end) for flag in found] == flags
    assert line[position:] == rest


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("a", [(0, 1)], id="one word"),
        pytest.param("a  b\tc", [(0, 1), (3, 4), (5, 6)], id="blanks of any number and kind"),
        pytest.param("'a b'", [(0, 2), (3, 5)], id="quotes mean nothing"),
        pytest.param("a\xa0b", [(0, 3)], id="wider blanks part nothing"),
    ],
)
def test_blank_separated(line, expected) -> None:
    assert list(blank_separated(line, 0)) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("a=b c=d", ["a=b", "c=d"], id="plain"),
        pytest.param("  a\xa0b", ["a", "b"], id="wider blanks part words"),
        pytest.param("a='b c' d", ["a='b c'", "d"], id="single quotes stay and hold blanks"),
        pytest.param('a="b c"d e', ['a="b c"d', "e"], id="so do double quotes, and the word goes on"),
        pytest.param('a="b\'c d" e', ['a="b\'c d"', "e"], id="one kind in the other"),
        pytest.param('a="b\\" c" d', ['a="b\\" c"', "d"], id="an escaped quote closes nothing"),
        pytest.param("a='b\\' c'd", ["a='b\\'", "c'd"], id="in single quotes nothing is escaped"),
        pytest.param("a=b\\ c d", ["a=b\\ c", "d"], id="an escaped blank parts nothing"),
        pytest.param("a=b\\", ["a=b"], id="an escape at the end is dropped"),
        pytest.param('a="b\\', ['a="b'], id="in quotes as well"),
        pytest.param("a='b\\", ["a='b\\"], id="but not in single ones"),
        pytest.param("\\", [], id="an escape alone is no word"),
        pytest.param("a `b", ["a", "`b"], id="another file's escape is a character"),
        pytest.param('a="b c', ['a="b c'], id="a quote that is not closed"),
    ],
)
def test_quoted_words(line, expected) -> None:
    whole = f"ENV {line}"
    found = quoted_words(whole, 4, "\\")
    assert [word.text for word in found] == expected
    assert [whole[word.start : word.end] for word in found] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('["a", "b"]', ["a", "b"], id="strings"),
        pytest.param(' \xa0["a"]', ["a"], id="blanks before it"),
        pytest.param("[]", [], id="none"),
        pytest.param('{"a": "b"}', None, id="an object"),
        pytest.param('"a"', None, id="a string"),
        pytest.param('["a"] b', None, id="text behind it"),
        pytest.param("['a']", None, id="single quotes"),
        pytest.param("[NaN]", None, id="NaN"),
        pytest.param('["a", Infinity]', None, id="infinity"),
        pytest.param('["\\ud800", "\\ud83d\\ude00", "é"]', ["\ufffd", "\U0001f600", "é"], id="halves of characters"),
        pytest.param('["\udcff"]', ["\ufffd"], id="a byte that is no UTF-8"),
        pytest.param("[1]", NotStrings, id="a number"),
        pytest.param('["a", ["b"]]', NotStrings, id="an array"),
        pytest.param("[" * 100_000 + "]" * 100_000, NotStrings, id="more arrays than there is room for"),
    ],
)
def test_json(text, expected) -> None:
    if expected is NotStrings:
        with pytest.raises(NotStrings):
            json_strings(text)
    else:
        assert json_strings(text) == expected


@given(st.text("a-='\"\\`é\xa0\t ", max_size=40), st.sampled_from("\\`"))
def test_every_word_stands_where_it_says(line, escape) -> None:
    flags, position = take_flags(line, 0, escape)
    assert position <= len(line)
    ends = 0
    for chunk in [*flags, *quoted_words(line, position, escape)]:
        assert ends <= chunk.start < chunk.end <= len(line)
        ends = chunk.end
    for chunk in quoted_words(line, position, escape):
        assert chunk.text == line[chunk.start : chunk.end]
