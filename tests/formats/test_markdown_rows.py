# ruff: noqa: E501  (tables of texts read better in one line each)
"""Headings, list items, table rows and comments of Markdown, with exact places."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.markdown_rows import Heading, Item, Row, plain, read_blocks, read_comments, visible_lines
from hypothesis import given
from hypothesis import strategies as st


def blocks(text: str) -> list[tuple]:
    """The blocks as (kind, text, line, column)."""
    out = []
    for block in read_blocks(text):
        if isinstance(block, Row):
            out += [("cell", cell.text, block.line, cell.column) for cell in block.cells]
        else:
            out.append(("heading" if isinstance(block, Heading) else "item", block.text, block.line, block.column))
    return out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("## A #\n", [("heading", "A", 1, 4)], id="closing marks"),
        pytest.param("#no heading\n    # code\n", [], id="no headings"),
        pytest.param("-  a\n  * b \n3) c\n- [ ] d", [("item", "a", 1, 4), ("item", "b", 2, 5), ("item", "c", 3, 4), ("item", "d", 4, 7)], id="items"),
        pytest.param("|a|b|\n|-|:-:|\n| x | `y\\|z` |\nend", [("cell", "x", 3, 3), ("cell", "`y\\|z`", 3, 7)], id="table"),
        pytest.param("a | b\n--- | ---\nx | y", [("cell", "x", 3, 1), ("cell", "y", 3, 5)], id="table without outer bars"),
        pytest.param("| a |\n\n| - |\n", [], id="no table"),
        pytest.param("a <!-- b --> c\n- x <!--\n- y\n--> z\n- w", [("item", "x", 2, 3), ("item", "w", 5, 3)], id="comments"),
        pytest.param("````\n```\n- a\n````\n- b", [("item", "b", 5, 3)], id="longer fences"),
        pytest.param("``` `x` ```\n- b", [("item", "b", 2, 3)], id="no fence"),
        pytest.param("- a ~~b~~ c", [("item", "a       c", 1, 3)], id="struck text"),
    ],
)  # fmt: skip
def test_blocks(text, expected) -> None:
    assert blocks(text) == expected


def test_comments_and_the_lines_they_speak_for() -> None:
    text = "<!-- one -->\n- a <!-- two -->\n```\n<!-- no -->\n```\n<!--\nthree\n-->\n- b\n<!-- open"
    assert [(one.text, one.span[:2], one.first, one.last) for one in read_comments(text)] == [
        ("one", (1, 1), 1, 2),
        ("two", (2, 5), 2, 2),
        ("three", (6, 1), 6, 9),
    ]


def test_a_comment_at_the_end_has_no_line_below_to_speak_for() -> None:
    assert [(one.first, one.last) for one in read_comments("- a\n<!--\nb -->")] == [(2, 2)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**8080**", "8080"),
        ("`a`", "a"),
        ("[a](b) c", "a c"),
        ("*a* * b", "a * b"),
        ("a_b", "a_b"),
        (r"a \| b", "a | b"),
    ],
)
def test_plain(text, expected) -> None:
    assert plain(text) == expected


def test_an_item_is_an_item() -> None:
    assert list(read_blocks("- a")) == [Item("a", 1, 3)]


@given(st.text("#|-~`<!> ab\n\r\t*", max_size=120))
def test_columns_stay_true(text) -> None:
    lines = visible_lines(text)
    for block in read_blocks(text):
        if isinstance(block, Item):
            assert lines[block.line - 1][block.column - 1 :].startswith(block.text)
    list(read_comments(text))
