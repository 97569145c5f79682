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
        (" \n", (2, 1), "the file is empty"),
        ("X1", (1, 1), "'X1' where a value is expected"),
        ("/", (1, 1), "a slash that starts no comment"),
        ("/*/", (1, 1), "a comment that is not closed"),
        ('{"a"}', (1, 5), "'}' where \":\" is expected"),
        ('{"a" 1}', (1, 6), "'1' where \":\" is expected"),
        ('{"a":}', (1, 6), "'}' where a value is expected"),
        ('{"a":1,,}', (1, 8), "',' where a key in double quotes is expected"),
        ("{,}", (1, 2), "',' where a key in double quotes is expected"),
        ("[,]", (1, 2), "',' where a value is expected"),
        ("[1 2]", (1, 4), '\'2\' where "," or "]" is expected'),
        ("[1,", (1, 4), "the file ends where a value is expected"),
        ('{"a": ', (1, 7), "the file ends where a value is expected"),
        ("{", (1, 2), "the file ends where a key in double quotes is expected"),
        ('{"a"', (1, 5), 'the file ends where ":" is expected'),
        ("[truely]", (1, 2), "'truely' where a value is expected"),
        ("[null_]", (1, 2), "'null_' where a value is expected"),
        ("[" + "x" * 30 + "]", (1, 2), f"'{'x' * 20}' where a value is expected"),
        ("[\u00e9]", (1, 2), "'\\xe9' where a value is expected"),
        ("[\u2028]", (1, 2), "'\\u2028' where a value is expected"),
        ("[-]", (1, 2), "a number in no JSON form"),
        ("[+1]", (1, 2), "'+' where a value is expected"),
        ("[1x]", (1, 2), "a number in no JSON form"),
        ("[12_3]", (1, 2), "a number in no JSON form"),
        ("[-01]", (1, 2), "a number in no JSON form"),
        ("[0x1]", (1, 2), "a number in no JSON form"),
        ("[1-2]", (1, 3), '\'-\' where "," or "]" is expected'),
        ("[.5]", (1, 2), "'.' where a value is expected"),
        ('["\\u12"]', (1, 3), "an unknown escape"),
        ('["\\u12g4"]', (1, 3), "an unknown escape"),
        ('["\\U0041"]', (1, 3), "an unknown escape"),
        ('["a\\', (1, 4), "an unknown escape"),
        ('["a\\n', (1, 2), "a string that is not closed"),
        ('["a\n"]', (1, 2), "a string that is not closed"),
        ('["a\tb"]', (1, 4), "a control character"),
        ('{"a": [1, {"b": "c\n', (1, 17), "a string that is not closed"),
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('"\\ud800\\udc00"', "\U00010000", id="the first character of two halves"),
        pytest.param('"\\uDBFF\\uDFFF"', "\U0010ffff", id="the last"),
        pytest.param('"\\udbff\\ue000"', "\udbff\ue000", id="what follows is no half"),
        pytest.param('"\\udc00\\ud800"', "\udc00\ud800", id="halves in the wrong order"),
        pytest.param('"\\ud800x"', "\ud800x", id="a half and a letter"),
        pytest.param('"\\u00e9\\u0041"', "\u00e9A", id="no halves"),
        pytest.param('"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\/\b\f\n\r\t', id="all escapes"),
        pytest.param('"\u2028\x7f"', "\u2028\x7f", id="what is not printable and allowed"),
        pytest.param('""', "", id="nothing"),
        pytest.param("0", 0, id="zero"),
        pytest.param("-0", 0, id="less than zero"),
        pytest.param("-12", -12, id="a negative number"),
        pytest.param("1" * 17, int("1" * 17), id="a long number"),
        pytest.param("1" * 18, int("1" * 18), id="a longer one"),
        pytest.param("1.50", 1.5, id="a fraction"),
        pytest.param("1E3", 1000.0, id="a power"),
        pytest.param("1e-2", 0.01, id="a small one"),
        pytest.param("-0.0e+1", -0.0, id="all of it"),
        pytest.param(" \t\r\n1 // a", 1, id="blanks and comments around it"),
        pytest.param("/**/1/* a */", 1, id="comments close by"),
        pytest.param(" " * 200 + "1", 1, id="many blanks"),
        pytest.param("[1,]", [1], id="a trailing comma"),
        pytest.param('{"a": {"b": []}, "c": {},}', {"a": {"b": []}, "c": {}}, id="objects"),
        pytest.param('{"a": 1, "a": 2}', {"a": 2}, id="of two the last"),
    ],
)
def test_values(text, expected) -> None:
    found = jsonc.parse(Source(text)).root.plain()
    assert (found, type(found)) == (expected, type(expected))


def test_every_value_stands_where_it_is_written() -> None:
    text = '{"a": [1, -2.5, "x\\n", true], // y\n  "b" : {"c": null} }'
    document = jsonc.parse(Source(text))
    assert document.root.start == 0
    assert document.root.end == len(text)
    a, b = document.root.members
    assert [text[one.start : one.end] for one in (a.key, a.value, *a.value.values)] == [
        *('"a"', '[1, -2.5, "x\\n", true]', "1", "-2.5", '"x\\n"', "true"),
    ]
    assert [text[one.start : one.end] for one in (b.key, b.value, b.value.members[0].value)] == [
        *('"b"', '{"c": null}', "null"),
    ]
    assert [(note.text, text[note.start : note.end]) for note in document.notes] == [("y", "// y")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", ""])
def test_a_line_comment_ends_with_its_line(end) -> None:
    text = f"1 //  a /* b {end}"
    document = jsonc.parse(Source(text))
    assert [(note.text, note.end) for note in document.notes] == [("a /* b", len(text) - len(end))]


def test_nesting() -> None:
    assert jsonc.parse(Source("[" * 100 + "]" * 100))
    for text, column in (("[" * 101 + "]" * 101, 101), ('{"a":' * 101 + "1", 501)):
        with pytest.raises(Malformed, match=r"^nested more than 100 levels deep$") as caught:
            jsonc.parse(Source(text))
        assert caught.value.span[:2] == (1, column)


def test_the_longest_number_and_the_lowest_half_of_a_pair() -> None:
    assert jsonc.parse(Source("1" * 4000)).root.plain() == int("1" * 4000)
    assert jsonc.parse(Source('"\\ud83d\\udc00"')).root.plain() == "\U0001f400"


def test_a_comment_in_an_array_speaks_for_the_element_below() -> None:
    text = '{\n // above\n "a": [\n  // one\n  [1,\n   2],\n  3 // three\n ]}'
    found = [(one.text, one.first, one.last) for one in jsonc.parse(Source(text)).comments()]
    assert found == [("above", 3, 8), ("one", 5, 6), ("three", 7, 7)]


def test_what_a_value_offers() -> None:
    root = jsonc.parse(Source('{"a": "x", "b": [true, "y", {"c": "z"}], "a": false, "n": null}')).root
    assert [(root.get(name).text, root.get(name).is_true) for name in "abn"] == [("", False), ("", False), ("", False)]
    assert (root.members[0].value.text, root.get("b").values[0].is_true) == ("x", True)
    assert (root.get("d"), root.member("d"), root.values, root.get("b").members) == (None, None, [], [])
    assert [value.text for value in root.strings()] == ["x", "y", "z"]


@pytest.mark.parametrize(("text", "commas"), [("[]", []), ("{}", []), ("[1]", []), ("[1,]", [2]), ('{"a":1,}', [6])])
def test_trailing_commas(text, commas) -> None:
    assert jsonc.parse(Source(text)).commas == commas
