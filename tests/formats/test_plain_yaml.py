"""Configuration in YAML and TOML: plain values, or Malformed for whatever the reader trips over."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.place import Malformed
from guardrail_hooks.formats.plain_toml import table
from guardrail_hooks.formats.plain_yaml import load


def test_plain_values() -> None:
    assert load("a: [1, 2.5, true, null, x]\n") == {"a": [1, 2.5, True, None, "x"]}
    assert load("a: 1\na: 2\n")["a"] in (1, 2)
    assert load("") is None


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param("a: [1\nb: 2\n", 2, "expected ',' or ']', but got ':'", id="an open bracket"),
        pytest.param("a: 'b\n", 2, "found unexpected end of stream", id="an open quote"),
        pytest.param("a: 1\nb: @\n", 2, "found character '@' that cannot start any token", id="a sign out of place"),
        pytest.param("a: \x01\n", 1, "is no YAML", id="a control character"),
        pytest.param("%YAML 1.0\n---\na: 1\n", 1, "is no YAML (AssertionError)", id="a version never in use"),
        pytest.param("a: &x 1\nb: *x\n", 1, "uses anchors and aliases", id="anchors and aliases"),
        pytest.param("[]" * 501 + "{}" * 500, 1, "is nested too deeply", id="thousands of brackets"),
        pytest.param("#" * (1 << 20) + "#", 1, "is longer than a megabyte", id="more than a megabyte"),
        pytest.param("a: !!timestamp 2001-99-99\n", 1, "is no YAML (ValueError)", id="a day that does not exist"),
        pytest.param("? [a]\n: 1\n? {b: c}\n: 2\n", 3, "found unhashable key", id="a key that is no text"),
    ],
)
def test_refused(text, line, message) -> None:
    with pytest.raises(Malformed) as caught:
        load(text)
    assert (caught.value.span[:2], str(caught.value)) == ((line, 1), message)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("#" * (1 << 20), id="a megabyte"),
        pytest.param("[" + "[]," * 999 + "]", id="a thousand brackets"),
        pytest.param("a: &x 1", id="an anchor alone"),
        pytest.param("a: '*'", id="a star alone"),
    ],
)
def test_not_refused(text) -> None:
    load(text)


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        pytest.param("[a.b]\nc = 1", ("a", "b"), {"c": 1}, id="a table in a table"),
        pytest.param("[a]\nb = 1", (), {"a": {"b": 1}}, id="the whole file"),
        pytest.param("", ("a",), None, id="none"),
        pytest.param("a = 1", ("a",), None, id="a number"),
        pytest.param("a = 1", ("a", "b"), None, id="below a number"),
        pytest.param("[a]\n[a]", ("a",), None, id="twice, which is no TOML"),
        pytest.param("a = " + "[" * 100_000, ("a",), None, id="more brackets than there is room for"),
    ],
)
def test_tables_of_toml(text, names, expected) -> None:
    assert table(text, *names) == expected
