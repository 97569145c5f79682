"""Configuration in YAML: plain values, or Malformed for whatever the reader trips over."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.place import Malformed
from guardrail_hooks.formats.plain_yaml import load


def test_plain_values() -> None:
    assert load("a: [1, 2.5, true, null, x]\n") == {"a": [1, 2.5, True, None, "x"]}
    assert load("a: 1\na: 2\n")["a"] in (1, 2)
    assert load("") is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("a: [1\nb: 2\n", 2, id="a bracket that is not closed"),
        pytest.param("%YAML 1.0\n---\na: 1\n", 1, id="a version that was never in use"),
        pytest.param("a: &x 1\nb: *x\n", 1, id="anchors and aliases"),
        pytest.param("[" * 2000, 1, id="thousands of brackets"),
        pytest.param("#" * (1 << 20) + "#", 1, id="more than a megabyte"),
        pytest.param("a: !!timestamp 2001-99-99\n", 1, id="a day that does not exist"),
        pytest.param("? [a]\n: 1\n? {b: c}\n: 2\n", 1, id="a key that is no text"),
    ],
)
def test_refused(text, line) -> None:
    with pytest.raises(Malformed) as caught:
        load(text)
    assert caught.value.span.line >= line
