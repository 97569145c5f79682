# ruff: noqa: E501  (tables of texts read better in one line each)
"""Which lines a comment speaks for where comments are whole lines or ends of lines."""

from __future__ import annotations

import re

import pytest
from guardrail_hooks.formats.line_comments import attach
from guardrail_hooks.formats.source import Source

COMMENT = re.compile(r"/\*.*?\*/|(?:#|//|;)[^\r\n]*", re.DOTALL)


def comments(text: str, *stretches: tuple[int, int]) -> list[tuple[str, tuple[int, ...], int, int]]:
    spans = [match.span() for match in COMMENT.finditer(text)]
    return [(one.text, tuple(one.span), one.first, one.last) for one in attach(Source(text), spans, stretches)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("# a\nb", [("a", (1, 1, 1, 4), 2, 2)], id="the line below"),
        pytest.param("b # a\nc", [("a", (1, 3, 1, 6), 1, 1)], id="its own line"),
        pytest.param("# a\n; b\nc", [("a", (1, 1, 1, 4), 3, 3), ("b", (2, 1, 2, 4), 3, 3)], id="a block"),
        pytest.param("# a\n\nb", [("a", (1, 1, 1, 4), 2, 0)], id="a blank line below it: nothing"),
        pytest.param("# a\n \t\nb", [("a", (1, 1, 1, 4), 2, 0)], id="blanks are one"),
        pytest.param("# a\n# b\n\nc", [("a", (1, 1, 1, 4), 3, 0), ("b", (2, 1, 2, 4), 3, 0)], id="below the block"),
        pytest.param("b\n  # a", [("a", (2, 3, 2, 6), 3, 0)], id="the end of the file: nothing"),
        pytest.param("b\n# a\n", [("a", (2, 1, 2, 4), 3, 0)], id="behind a last line break as well"),
        pytest.param("/* a\n b */\nc", [("a\n b", (1, 1, 2, 6), 3, 3)], id="over two lines"),
        pytest.param("/* a */\n/* b\n*/\n# c\nd", [("a", (1, 1, 1, 8), 5, 5), ("b", (2, 1, 3, 3), 5, 5), ("c", (4, 1, 4, 4), 5, 5)], id="all kinds in a block"),
        pytest.param("x /* a\n*/\nc", [("a", (1, 3, 2, 3), 1, 1)], id="one that begins behind content"),
        pytest.param("//a\r\n##b\r\nc", [("a", (1, 1, 1, 4), 3, 3), ("#b", (2, 1, 2, 4), 3, 3)], id="leaders, and CRLF"),
    ],
)  # fmt: skip
def test_lines(text, expected) -> None:
    assert comments(text) == expected


def test_what_goes_on_is_spoken_for_to_its_end() -> None:
    text = "# a\nb = [\n1,\n2]\n# c\nd\n"
    whole, part = (4, text.index("]") + 1), (4, 10)
    for stretches in ([whole], [part, whole], [whole, part]):
        assert [(name, first, last) for name, _, first, last in comments(text, *stretches)] == [
            ("a", 2, 4),
            ("c", 6, 6),
        ]
