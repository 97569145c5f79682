"""YAML as values with places."""

from __future__ import annotations

import json

import pytest
from guardrail_hooks.formats.place import Malformed
from guardrail_hooks.formats.yaml_values import parse
from hypothesis import given
from hypothesis import strategies as st


def test_scalars_by_the_core_schema_and_merges_followed() -> None:
    document = parse(b"a: &x {b: 1, c: 'yes'}\nd: {<<: *x, b: 2}\ne: [1.5, true, ~, yes, '1']\nf: *x\n")
    assert document.root.plain() == {
        "a": {"b": 1, "c": "yes"},
        "d": {"b": 2, "c": "yes"},
        "e": [1.5, True, None, "yes", "1"],
        "f": {"b": 1, "c": "yes"},
    }
    member = document.root.members[1]
    assert document.span(member.key.start, member.key.end)[:2] == (2, 1)


@pytest.mark.parametrize(
    "raw",
    [
        b"a: [",
        b"# nothing",
        b"\xff\xfea",
        b"a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
        + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 9)),
    ],
)
def test_what_cannot_be_read_is_malformed(raw) -> None:
    with pytest.raises(Malformed):
        parse(raw)


def test_a_file_of_comments_is_refused_at_its_beginning() -> None:
    with pytest.raises(Malformed, match=r"^the file is empty$") as caught:
        parse(b"# nothing\n")
    assert tuple(caught.value.span) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("{a: 1, <<: {a: 2, b: 3}}", {"a": 1, "b": 3}, id="its own first"),
        pytest.param("{<<: {a: 1, b: 2}, a: 3}", {"a": 3, "b": 2}, id="wherever they stand"),
        pytest.param("{<<: [{a: 1}, {a: 2, b: 2}]}", {"a": 1, "b": 2}, id="of two the earlier"),
        pytest.param("{a: 1, a: 2}", {"a": 2}, id="of its own the last"),
        pytest.param("{? [a] : 1, b: 2}", {"b": 2}, id="a key that is no text is none"),
    ],
)
def test_merges(text, expected) -> None:
    root = parse(text.encode()).root
    assert root.plain() == expected
    assert [member.name for member in root.members] == list(dict.fromkeys(expected)) or text == "{a: 1, a: 2}"


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        *[(word, "null", None) for word in ("", "~", "null", "Null", "NULL")],
        *[(word, "boolean", True) for word in ("true", "True", "TRUE")],
        *[(word, "boolean", False) for word in ("false", "False", "FALSE")],
        *[(word, "string", word) for word in ("yes", "on", "nUll", "tRUE", "1_000", "1,5", "1e", ".", "-.", "1.2.3")],
        ("'1'", "string", "1"),
        ('"true"', "string", "true"),
        ("!!str 1", "string", "1"),
        ("|-\n  1", "string", "1"),
        ("0", "number", 0),
        ("-17", "number", -17),
        ("+3", "number", 3),
        ("007", "number", 7),
        ("1.5", "number", 1.5),
        ("-.5", "number", -0.5),
        ("1.", "number", 1.0),
        ("1e3", "number", 1000.0),
        ("1.5E-1", "number", 0.15),
        ("9" * 4000, "number", int("9" * 4000)),
    ],
)
def test_scalar(text, kind, expected) -> None:
    root = parse(f"a: {text}\n".encode()).root
    value = root.get("a")
    assert (value.kind, value.scalar, type(value.scalar)) == (kind, expected, type(expected))


def test_places_are_those_of_the_nodes() -> None:
    text = "a: &x [1, 'b']\nc: *x\nd: {<<: {e: 5}}\n"
    document = parse(text.encode())

    def written(value) -> str:
        return document.text[value.start : value.end]

    first, second, third = document.root.members
    assert [written(one) for one in (first.key, first.value, *first.value.values)] == ["a", "[1, 'b']", "1", "'b'"]
    assert [written(one) for one in (second.key, second.value, *second.value.values)] == ["c", "*x", "1", "'b'"]
    (merged,) = third.value.members
    assert [written(one) for one in (third.value, merged.key, merged.value)] == ["{<<: {e: 5}}", "e", "5"]
    assert document.root.start == 0


def test_comments_come_from_the_yaml_reader() -> None:
    found = [(one.text, one.first, one.last) for one in parse(b"# a\nb: 1 # c\n").comments()]
    assert found == [("a", 2, 2), ("c", 2, 2)]


def test_only_the_first_document_counts() -> None:
    assert parse(b"a: 1\n---\na: 2\n").root.plain() == {"a": 1}


@pytest.mark.parametrize(
    ("deep", "place"),
    [
        pytest.param(lambda n: "[" * n + "]" * n, (1, 102), id="lists"),
        pytest.param(lambda n: "{a: " * (n - 1) + "{}" + "}" * (n - 1), (1, 405), id="mappings"),
        pytest.param(lambda n: "- " * (n - 1) + "x", (1, 203), id="items"),
    ],
)
def test_nesting_up_to_a_hundred_levels_is_read_and_no_deeper(deep, place) -> None:
    assert parse(deep(101).encode())
    with pytest.raises(Malformed, match=r"^nested more than 100 levels deep$") as caught:
        parse(deep(102).encode())
    assert caught.value.span[:2] == place


def test_merges_count_as_one_level() -> None:
    levels = 60
    value = parse(("{<<: {a: " * levels + "1" + "}}" * levels).encode()).root
    for _ in range(levels):
        value = value.get("a")
    assert value.scalar == 1


def test_a_document_that_holds_itself_is_refused() -> None:
    with pytest.raises(Malformed, match=r"^nested more than 100 levels deep$") as caught:
        parse(b"a: &x [*x]\n")
    assert caught.value.span[:2] == (1, 8)


def test_as_many_values_as_may_be() -> None:
    nine = b"[x,x,x,x,x,x,x,x,x]"
    rows = b"".join(b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 4))
    assert parse(b"a0: &a0 " + nine + b"\n" + rows)
    assert len(parse(b"[" + b"1," * 49_999 + b"]").root.values) == 49_999
    with pytest.raises(Malformed, match=r"^the aliases of the document hold too many values$") as caught:
        parse(b"[" + b"1," * 50_000 + b"]")
    assert tuple(caught.value.span) == (1, 1, 1, 1)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(PLAIN)
def test_whatever_json_writes_is_read_as_json(data) -> None:
    text = json.dumps(data)
    assert json.dumps(parse(text.encode()).root.plain()) == text


@given(
    st.lists(
        st.sampled_from(["a: ", "- ", "&x ", "*x", "<<: ", "\n", "  ", "1", "{", "}", "[", "]", ",", "'"]), max_size=20
    )
)
def test_any_text_is_read_or_refused(pieces) -> None:
    text = "".join(pieces)
    try:
        document = parse(text.encode())
    except Malformed:
        return
    assert 0 <= document.root.start <= document.root.end <= len(text)
    document.root.plain()
