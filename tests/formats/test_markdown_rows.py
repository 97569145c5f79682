# ruff: noqa: E501  (tables of texts read better in one line each)
"""Headings, list items, table rows and comments of Markdown, with exact places."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.markdown_rows import (
    Heading,
    Item,
    Row,
    column_of,
    plain,
    read_blocks,
    read_comments,
    visible_lines,
)
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
        pytest.param("# A#\n#  B  ##  \n#\n## ##\n###### C #D", [("heading", "A#", 1, 3), ("heading", "B", 2, 4), ("heading", "", 3, 1), ("heading", "", 4, 1), ("heading", "C #D", 5, 8)], id="marks that close, and those that do not"),
        pytest.param("#no heading\n    # code\n####### seven\n", [], id="no headings"),
        pytest.param("   # A\r\n# B\r# C\n# D", [("heading", "A", 1, 6), ("heading", "B", 2, 3), ("heading", "C", 3, 3), ("heading", "D", 4, 3)], id="lines that end in any way"),
        pytest.param("1234. a\n- \n-b\n-", [], id="no items"),
        pytest.param("+ [X] a\n* [y] b\n1.\tc", [("item", "a", 1, 7), ("item", "[y] b", 2, 3), ("item", "c", 3, 4)], id="boxes and tabs"),
        pytest.param("| a |\n|---|\n| x | y\n|---|\n|z|\n\n|w|", [("cell", "x", 3, 3), ("cell", "y", 3, 7), ("cell", "z", 5, 2)], id="a second line of dashes; a blank line ends it"),
        pytest.param("a | b\n- | -\n | x |  | y |", [("cell", "x", 3, 4), ("cell", "", 3, 7), ("cell", "y", 3, 11)], id="an empty cell"),
        pytest.param("| a |\n| - |\n| x \\", [("cell", "x \\", 3, 3)], id="a backslash at the end"),
        pytest.param("| a |\n| - |\n# B\n| x |", [("heading", "B", 3, 3)], id="a heading ends a table"),
        pytest.param("| a |\n| - |\n- b | c", [("cell", "- b", 3, 1), ("cell", "c", 3, 7)], id="what holds a bar is a row"),
        pytest.param("a | b", [], id="a head alone"),
        pytest.param("a | b\n---", [], id="a line without a bar is no delimiter"),
        pytest.param("~~~\n- a\n~~~\n- b\n```x\n- c", [("item", "b", 4, 3)], id="fences of both kinds, one open"),
        pytest.param("> ```\n> - a\n> ```\n- b", [("item", "b", 4, 3)], id="a fence in a quotation"),
        pytest.param("- ```\n  - a\n  ```\n- b", [("item", "b", 4, 3)], id="a fence in an item"),
        pytest.param("```\n- a\n``` x\n~~~\n- b\n```\n- c", [("item", "c", 7, 3)], id="what closes no fence"),
        pytest.param("- a~~b~~\n- ~~ c ~~\n- ~~d", [("item", "a", 1, 3), ("item", "~~ c ~~", 2, 3), ("item", "~~d", 3, 3)], id="struck text, and what is none"),
        pytest.param("```a`b\n<!-- c\n- d\n-->\n- e", [("item", "e", 5, 3)], id="a comment behind a line that is no fence"),
        pytest.param("-  a\n  * b \n3) c\n- [ ] d", [("item", "a", 1, 4), ("item", "b", 2, 5), ("item", "c", 3, 4), ("item", "d", 4, 7)], id="items"),
        pytest.param("A\nB\n---\nC \n == \nD\n====\n", [("heading", "B", 2, 1), ("heading", "C", 4, 1), ("heading", "D", 6, 1)], id="underlined headings"),
        pytest.param("- a\n---\n- b\nlazy\n---\n- c\n\n  d\n---\n> e\n---\n\n---\n---\n", [("item", "a", 1, 3), ("item", "b", 3, 3), ("item", "c", 6, 3)], id="rules below items and quotes"),
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
        pytest.param("<!--a-->\n", [("a", (1, 1, 1, 9), 1, 2)], id="alone on its line: for the next one"),
        pytest.param("a\n\n <!-- b --> \nc", [("b", (3, 2, 3, 12), 3, 4)], id="with blanks around it"),
        pytest.param("a <!-- b -->", [("b", (1, 3, 1, 13), 1, 1)], id="behind text: for its own line"),
        pytest.param("<!-- b --> a", [("b", (1, 1, 1, 11), 1, 1)], id="before text as well"),
        pytest.param("<!-- a --><!-- b -->", [("a", (1, 1, 1, 11), 1, 1), ("b", (1, 11, 1, 21), 1, 1)], id="two on a line"),
        pytest.param("<!-- a\r\nb -->\r\nc", [("a\r\nb", (1, 1, 2, 6), 1, 3)], id="over two lines"),
        pytest.param("x <!-- a\nb --> y <!-- c -->\n", [("a\nb", (1, 3, 2, 6), 1, 1), ("c", (2, 9, 2, 19), 2, 2)], id="another behind one of two lines"),
        pytest.param("<!---->", [("", (1, 1, 1, 8), 1, 1)], id="an empty one"),
        pytest.param("<!-->-->", [(">", (1, 1, 1, 9), 1, 1)], id="one that closes behind its marks alone"),
        pytest.param("<!-- a\n<!-- b -->", [("a\n<!-- b", (1, 1, 2, 11), 1, 1)], id="marks in a comment"),
        pytest.param("```\n<!-- a -->\n```\n<!-- b -->", [("b", (4, 1, 4, 11), 4, 4)], id="none in a fence"),
        pytest.param("~~~\n<!-- a -->\n```\n<!-- b -->\n~~~\n<!-- c -->", [("c", (6, 1, 6, 11), 6, 6)], id="which its own marks close"),
        pytest.param("```\n<!-- a -->\n``` x\n<!-- b -->\n", [], id="and nothing else"),
        pytest.param("``` `a` ```\n<!-- b -->", [("b", (2, 1, 2, 11), 2, 2)], id="code at the start of a line is no fence"),
        pytest.param("<!-- a -->\n```\n<!-- b", [("a", (1, 1, 1, 11), 1, 2)], id="an open fence"),
        pytest.param("a <! -- b -->", [], id="no comment"),
    ],
)  # fmt: skip
def test_comments(text, expected) -> None:
    assert [(one.text, tuple(one.span), one.first, one.last) for one in read_comments(text)] == expected


def test_lines_beyond_all_measure_are_data() -> None:
    assert blocks("- " + "a" * 19_998)[0][0] == "item"
    assert blocks("- " + "a" * 19_999 + "\n- b") == [("item", "b", 2, 3)]


@pytest.mark.parametrize(
    ("head", "wanted", "column"),
    [
        (("port", "name"), ("name",), 1),
        (("port", "host port"), ("host port", "port"), 1),
        (("a", "a"), ("a",), 0),
        (("a",), ("b",), None),
    ],
)
def test_column_of(head, wanted, column) -> None:
    assert column_of(head, wanted) == column


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**8080**", "8080"),
        ("![a](b)", "a"),
        ("__a__ `b|c`", "a b|c"),
        ("2*3*4 *", "2*3*4 *"),
        (" a ", "a"),
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
