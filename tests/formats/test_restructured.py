"""Titles of reStructuredText, by their underlines."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.restructured import scan


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        pytest.param("Log\n===\n\n1.0\n---\n\n- a\n", [(1, 1, "Log"), (4, 2, "1.0")], id="levels in their order"),
        pytest.param("===\nLog\n===\n\nA\n===\n", [(2, 1, "Log"), (5, 2, "A")], id="an overline is a level of its own"),
        pytest.param("===\n Log\n===\n", [(2, 1, "Log")], id="a title between lines may be indented"),
        pytest.param(" Log\n===\n", [], id="one with a line below may not"),
        pytest.param("Title\n====\n", [(1, 1, "Title")], id="one character too short is forgiven"),
        pytest.param("Title\n===\n", [], id="two are not"),
        pytest.param("Log\n=-=\n", [], id="one character makes the line"),
        pytest.param("Log\n==\n", [], id="two are no line"),
        pytest.param("Log\nXXX\n", [], id="letters are none"),
        pytest.param("Log\n~~~\n", [(1, 1, "Log")], id="any punctuation is"),
        pytest.param("\n===\n", [], id="a line below nothing"),
        pytest.param("Log\r\n===\r\n\rA\r---\r", [(1, 1, "Log"), (4, 2, "A")], id="lines that end in any way"),
        pytest.param("Log \n=== \n", [(1, 1, "Log")], id="blanks at their ends"),
        pytest.param(
            "\t\nLog\n===\n\nA\n---\n\nB\n===\n", [(2, 1, "Log"), (5, 2, "A"), (8, 1, "B")], id="a level again"
        ),
        pytest.param(
            "A\n===\nB\n---\nC\n~~~\nD\n^^^\nE\n:::\nF\n***\nG\n+++\n",
            [(n * 2 + 1, min(n + 1, 6), c) for n, c in enumerate("ABCDEFG")],
            id="six levels at most",
        ),
        pytest.param("===\nA\n---\n", [(2, 1, "A")], id="another line above"),
        pytest.param("A\n===\n===\n", [(1, 1, "A")], id="a line below a line"),
        pytest.param("=====\n  A\n=====\n", [(2, 1, "A")], id="lines longer than the title"),
        pytest.param("A\n ===\n", [], id="an indented line"),
        pytest.param("..\n\n   A\n   ===\n", [], id="an empty comment and what is indented below it"),
        pytest.param(".. _a:\n\nA\n===\n", [(3, 1, "A")], id="a target above a title"),
        pytest.param("..a\n===\n\n...\n", [(1, 1, "..a")], id="a line that begins like one is none"),
        pytest.param("A\n...\n\n..\tb\n\n..\nB\n...\n", [(1, 1, "A"), (7, 1, "B")], id="dots are underlines too"),
        pytest.param("<<<<<<< a\nA\n=======\nB\n>>>>>>> b\n\nC\n=======\n", [(7, 1, "C")], id="signs in a conflict"),
        pytest.param(".. note\n   Log\n   ===\n\nA\n===\n", [(5, 1, "A")], id="a comment holds no title"),
    ],
)
def test_titles(text, titles) -> None:
    assert [(one.line, one.level, one.text) for one in scan(text).headings] == titles


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        pytest.param("A\n===\n\na", "1 2 0 0", id="a title and its line"),
        pytest.param("===\nA\n===", "2 1 2", id="a title between lines"),
        pytest.param(".. a\n   b\n\n   c\nd", "4 4 0 4 0", id="a comment"),
        pytest.param("a\n  b", "0 0", id="text"),
        pytest.param("<<<<<<< a\n||||||| b\n=======\n>>>>>>> c", "7 7 7 7", id="a conflict"),
        pytest.param("<<<<<<<\nx\n=======\n>>>>>>>\n|||||||", "7 0 7 7 0", id="without names, and a mark behind it"),
        pytest.param("<<<<<<<a\n\n<<<<<< a\n\n>>>>>>>>", "0 0 0 0 0", id="no marks"),
        pytest.param(">>>>>>> a\n||||||| b", "7 0", id="the end of one alone"),
    ],
)
def test_kinds(text, kinds) -> None:
    document = scan(text)
    assert " ".join(map(str, document.kinds)) == kinds
    assert document.conflicts == [at for at, kind in enumerate(document.kinds, 1) if kind == 7]


@pytest.mark.parametrize(("text", "column"), [("A\n===", 1), ("===\n  A\n===", 3)])
def test_columns(text, column) -> None:
    (heading,) = scan(text).headings
    assert heading.column == column
