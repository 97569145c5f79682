"""JSON with comments: what is read, where it stands, and what is refused."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from guardrail_hooks.formats import jsonc
from guardrail_hooks.formats.place import Malformed
from guardrail_hooks.formats.source import Source, decode
from hypothesis import given
from hypothesis import strategies as st

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
DATA = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


def strict(text: str) -> object:
    """What RFC 8259 allows; Python alone reads NaN and Infinity too."""

    def refuse(name: str) -> None:
        raise ValueError(name)

    return json.loads(text, parse_constant=refuse)


def same(one: object, other: object) -> bool:
    """Equality that tells 1 from 1.0 and from True."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


@given(DATA, st.sampled_from([None, 2, "\t"]), st.booleans())
def test_agrees_with_json_on_what_json_writes(data, indent, plain) -> None:
    text = json.dumps(data, indent=indent, ensure_ascii=plain)
    assert same(jsonc.parse(Source(text)).root.plain(), json.loads(text))


@given(st.text(alphabet=' \t\n\r{}[]:,"\\/*0123456789.eE+-truefalsn\u00e9ud8a\x00'))
def test_agrees_with_json_on_whatever_json_accepts(text) -> None:
    try:
        wanted = strict(text)
    except (ValueError, RecursionError):
        with suppress(Malformed):  # what is more than JSON is read, what is less is refused
            jsonc.parse(Source(text))
        return
    assert same(jsonc.parse(Source(text)).root.plain(), wanted)


@given(st.binary())
def test_never_raises_anything_but_malformed(data) -> None:
    with suppress(Malformed):
        jsonc.parse(decode(data))


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("", (1, 1), "the file is empty"),
        ("// nothing\n", (2, 1), "no value, only comments"),
        ('{"a": 1 "b": 2}', (1, 9), '\'"\' where "," or "}" is expected'),
        ('{\n  "a": 1\n', (3, 1), 'the file ends where "," or "}" is expected'),
        ('["a]', (1, 2), "a string that is not closed"),
        ('["a\r"]', (1, 2), "a string that is not closed"),
        ("[" + "1" * 4001 + "]", (1, 2), "a number with too many digits"),
        ('["\x01"]', (1, 3), "a control character"),
        ('["\\x"]', (1, 3), "an unknown escape"),
        ("[nul]", (1, 2), "'nul' where a value is expected"),
        ("[01]", (1, 2), "a number in no JSON form"),
        ("[1" + "0" * 5000 + "]", (1, 2), "a number with too many digits"),
        ("{a: 1}", (1, 2), "'a' where a key in double quotes is expected"),
        ("[1] 2", (1, 5), "text after the end of the document"),
        ("/* x", (1, 1), "a comment that is not closed"),
        ("[1, / 2]", (1, 5), "a slash that starts no comment"),
        ("[" * 100_000, (1, 101), "nested more than 100 levels deep"),
    ],
)
def test_refusals_stand_at_their_place(text, place, message) -> None:
    with pytest.raises(Malformed) as caught:
        jsonc.parse(Source(text))
    assert (caught.value.span[:2], str(caught.value)) == (place, message)


def test_duplicates_comments_and_trailing_commas_are_noted() -> None:
    document = jsonc.parse(Source('{"a": 1, /* why */ "a": 2, // last\n}'))
    assert [member.name for member in document.root.members] == ["a", "a"]
    assert document.root.plain() == {"a": 2}
    assert [note.text for note in document.notes] == ["why", "last"]
    assert [document.span(comma, comma + 1)[:2] for comma in document.commas] == [(1, 26)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_comment_speaks_for_the_member_below_or_for_its_line(end) -> None:
    text = end.join(
        ["{", "  // above", "  // and above", '  "a": {', '    "b": 1 // beside', "  },", "  // nothing", "}"]
    )
    comments = list(jsonc.parse(Source(text)).comments())
    assert [(one.text, one.first, one.last) for one in comments] == [
        ("above", 4, 6),
        ("and above", 4, 6),
        ("beside", 5, 5),
        ("nothing", 8, 7),
    ]


def test_many_comments_cost_no_more_than_their_text() -> None:
    text = "[" + "// x\n" * 50_000 + "1]"
    assert sum(1 for _ in jsonc.parse(Source(text)).comments()) == 50_000


def test_a_surrogate_pair_is_one_character_and_a_lone_one_stays() -> None:
    assert jsonc.parse(Source('["\\ud83d\\ude00", "\\ud800"]')).root.plain() == ["\U0001f600", "\ud800"]


def test_the_longest_number_and_the_lowest_half_of_a_pair() -> None:
    assert jsonc.parse(Source("1" * 4000)).root.plain() == int("1" * 4000)
    assert jsonc.parse(Source('"\\ud83d\\udc00"')).root.plain() == "\U0001f400"


def test_a_comment_in_an_array_speaks_for_the_element_below() -> None:
    text = '{\n // above\n "a": [\n  // one\n  [1,\n   2],\n  3 // three\n ]}'
    found = [(one.text, one.first, one.last) for one in jsonc.parse(Source(text)).comments()]
    assert found == [("above", 3, 8), ("one", 5, 6), ("three", 7, 7)]


@pytest.mark.parametrize(("text", "commas"), [("[]", []), ("{}", []), ("[1]", []), ("[1,]", [2]), ('{"a":1,}', [6])])
def test_trailing_commas(text, commas) -> None:
    assert jsonc.parse(Source(text)).commas == commas
