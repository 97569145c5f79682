"""Comments of YAML files: what is one, and which lines it speaks for."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.yaml_nodes import read
from hypothesis import given
from hypothesis import strategies as st


def found(text: str) -> list[tuple[int, str, str]]:
    """Line, text and the lines spoken for ('-' for none) of every comment."""
    return [
        (comment.span.line, comment.text, f"{comment.first}-{comment.last}" if comment.last >= comment.first else "-")
        for comment in read(text.encode()).comments()
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a: b # c\n", [(1, "c", "1-1")], id="behind a value"),
        pytest.param("# c\na: b\n", [(1, "c", "2-2")], id="above a key"),
        pytest.param("a:\n  # c\n  - b\n", [(2, "c", "3-3")], id="above an item"),
        pytest.param("# c\n# d\na: b\n", [(1, "c", "3-3"), (2, "d", "3-3")], id="a block of comments"),
        pytest.param("# c\n\na: b\n", [(1, "c", "-")], id="a blank line between"),
        pytest.param("# c\n# d\n  \t\na: b\n", [(1, "c", "-"), (2, "d", "-")], id="a line of blanks is blank"),
        pytest.param("# c\n\n# d\na: b\n", [(1, "c", "-"), (3, "d", "4-4")], id="two blocks"),
        pytest.param("a: b\n# c\n", [(2, "c", "-")], id="nothing below"),
        pytest.param("a: b\n# c", [(2, "c", "-")], id="nor a line break"),
        pytest.param("# c\n---\na: b\n", [(1, "c", "2-2")], id="above a document"),
        pytest.param("# c\na: |\n  b\n\n  d\n\ne: f\n", [(1, "c", "2-5")], id="a literal goes on below"),
        pytest.param("# c\na: >-\n  b\n  # no comment\n", [(1, "c", "2-4")], id="a folded one"),
        pytest.param("# c\na: b\n  d\n  e\n", [(1, "c", "2-4")], id="a plain one"),
        pytest.param('# c\na: "b\n  d"\n', [(1, "c", "2-3")], id="a quoted one"),
        pytest.param("# c\na:\n  b\n", [(1, "c", "2-3")], id="a value that begins below its key"),
        pytest.param("# c\n- |\n  b\n", [(1, "c", "2-3")], id="an item"),
        pytest.param("# c\n- a: |\n    b\n  d: e\n", [(1, "c", "2-3")], id="a key behind a dash"),
        pytest.param("# c\na:\n  b: d\n", [(1, "c", "2-2")], id="but a mapping does not"),
        pytest.param("# c\na:\n- b\n", [(1, "c", "2-2")], id="nor a sequence"),
        pytest.param("a: | # c\n  b\n", [(1, "c", "1-1")], id="in the header of a block scalar"),
        pytest.param("a: |\n  b\n # c\nd: e\n", [(3, "c", "4-4")], id="below a block scalar"),
        pytest.param("a: |\n  b\n# c\nd: e\n", [(3, "c", "4-4")], id="below it, not indented"),
        pytest.param("a: |\n  b\n\n\n# c\nd: e\n", [(5, "c", "6-6")], id="below it and blank lines"),
        pytest.param("a: |2\n   # b\n  # d\n # c\n", [(4, "c", "-")], id="below one with an indicator"),
        pytest.param("%YAML 1.2 # c\n---\na\n", [(1, "c", "1-1")], id="behind a directive"),
        pytest.param(
            "a: [ # c\n  1, # d\n  # e\n  2 ] # f\n",
            [(1, "c", "1-1"), (2, "d", "2-2"), (3, "e", "4-4"), (4, "f", "4-4")],
            id="flow style",
        ),
        pytest.param("{a: b, # c\n d: e}\n", [(1, "c", "1-1")], id="flow mapping"),
        pytest.param("a: b#c\n", [], id="no blank before it"),
        pytest.param("a: b #\n", [(1, "", "1-1")], id="an empty one"),
        pytest.param("a: b ## c #d  \n", [(1, "# c #d", "1-1")], id="its text goes to the end of the line"),
        pytest.param("a: '#b' # c\n", [(1, "c", "1-1")], id="in single quotes"),
        pytest.param('a: "\\" # b" # c\n', [(1, "c", "1-1")], id="behind an escaped quote"),
        pytest.param("a: 'it''s # b' # c\n", [(1, "c", "1-1")], id="behind a doubled quote"),
        pytest.param('a: "b\n  # d\n  e" # c\n', [(3, "c", "3-3")], id="inside a quoted scalar of several lines"),
        pytest.param("a: |\n  # b\nc: >\n  # d\n", [], id="inside block scalars"),
        pytest.param("- |\n # b\n- # c\n  d\n", [(3, "c", "3-3")], id="inside one of an item"),
        pytest.param("a: b\n  # c\n  \nd: e\n", [(2, "c", "-")], id="behind a plain scalar that could go on"),
        pytest.param("a: !t # c\n  b\n", [(1, "c", "1-1")], id="behind a tag"),
        pytest.param("a: &x # c\n  b: d\n", [(1, "c", "1-1")], id="behind an anchor"),
        pytest.param("? # c\n  a\n: # d\n  b\n", [(1, "c", "1-1"), (3, "d", "3-3")], id="behind indicators"),
        pytest.param("a: b\t# c\n", [(1, "c", "1-1")], id="behind a tab"),
        pytest.param("\t# c\na: b\n", [(1, "c", "2-2")], id="behind a tab alone"),
        pytest.param("\ufeff# c\na: b\n", [(1, "c", "2-2")], id="behind a byte order mark"),
        pytest.param("a: b\n... # c\n# d\n", [(2, "c", "2-2"), (3, "d", "-")], id="behind an end marker"),
        pytest.param("# only\n", [(1, "only", "-")], id="in a file of comments"),
    ],
)
@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_comments(text, expected, break_):
    assert found(text.replace("\n", break_)) == expected


def test_the_span_covers_the_sign_and_the_text():
    (comment,) = read("é: b  # c d \r\n".encode()).comments()
    assert comment.span == (1, 7, 1, 13)


# A document is built from parts that know their own comments: the oracle never looks for a "#".

VALUES = st.sampled_from(
    [
        ("v", 0),
        ("'# q'", 0),
        ('"\\" # q"', 0),
        ("a#b", 0),
        ("|\n{i}  # lit\n{i}  x", 2),
        (">-\n{i}  x\n{i}  # fold", 2),
        ('"a\n{i}  # b"', 1),
        ("p\n{i}  q", 1),
        ("[1, '#', \"#\"]", 0),
        ("{a: '#'}", 0),
    ]
)
PARTS = st.lists(
    st.tuples(
        st.sampled_from(["own", "blank", "key", "item"]),
        VALUES,
        st.booleans(),
        st.integers(0, 2),
    ),
    max_size=12,
)


@given(PARTS, st.sampled_from(["\n", "\r\n", "\r"]))
def test_comments_equal_those_that_a_document_was_built_with(parts, break_):
    lines = ["k: v", "top:"]
    kind = next((kind for kind, *_ in parts if kind in ("key", "item")), "key")
    expected = []
    waiting: list[tuple[int, str]] = []
    for number, (part, (value, more), commented, extra) in enumerate(parts):
        line = len(lines) + 1
        if part == "own":
            lines.append(" " * extra + f"#  own {number}")
            waiting.append((line, f"own {number}"))
            continue
        if part == "blank":
            lines.append(" " * extra)
            expected += [(at, text, "-") for at, text in waiting]
            waiting = []
            continue
        start = f"  k{number}: " if kind == "key" else "  - "
        rendered = value.replace("{i}", "  ")
        single = "\n" not in rendered
        trailing = f" # end {number}" if commented and single else ""
        lines += (start + rendered + trailing).split("\n")
        expected += [(at, text, f"{line}-{line + more}") for at, text in waiting]
        waiting = []
        if trailing:
            expected.append((line, f"end {number}", f"{line}-{line}"))
    expected += [(at, text, "-") for at, text in waiting]
    assert found(break_.join(lines) + break_) == sorted(expected)
