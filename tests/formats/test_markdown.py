"""The line scanner: what a line is, and that no text makes it fail."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats import markdown, restructured
from guardrail_hooks.formats.markdown import scan
from hypothesis import given
from hypothesis import strategies as st


def headings(text: str) -> list[tuple[int, int, str]]:
    return [(heading.line, heading.level, heading.text) for heading in scan(text).headings]


def items(text: str) -> list[tuple[int, str]]:
    document = scan(text)
    return [(item.line, item.text) for item in document.items(1, len(document.lines))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("# A", [(1, 1, "A")], id="a number sign and a blank"),
        pytest.param("## A ##", [(1, 2, "A")], id="closing number signs are decoration"),
        pytest.param("## A#", [(1, 2, "A#")], id="a number sign in a word is text"),
        pytest.param("##A", [], id="no blank, no heading"),
        pytest.param("####### A", [], id="seven number signs are text"),
        pytest.param("   # A", [(1, 1, "A")], id="three blanks before it"),
        pytest.param("    # A", [], id="four blanks make code"),
        pytest.param("- a\n\n  # A", [], id="a heading in a list item is part of the entry"),
        pytest.param("A\n=", [(1, 1, "A")], id="underlined by one sign"),
        pytest.param("A\n---", [(1, 2, "A")], id="underlined by dashes"),
        pytest.param("\n---", [], id="dashes below nothing are a rule"),
        pytest.param("- A\n---", [], id="dashes below a list item are a rule"),
        pytest.param("```\n# A\n```", [], id="a fence hides headings"),
        pytest.param("```\n# A\n``\n# B\n```", [], id="a shorter fence closes nothing"),
        pytest.param("~~~\n```\n# A\n~~~\n# B", [(5, 1, "B")], id="tildes are closed by tildes"),
        pytest.param("```a`b\n# A", [(2, 1, "A")], id="a code span at the start of a line is no fence"),
        pytest.param("- a\n  ```\n  x\n# A", [(4, 1, "A")], id="a fence in a list item ends with it"),
        pytest.param("<!--\n# A\n-->\n# B", [(4, 1, "B")], id="a comment hides headings"),
        pytest.param("<!-- a --> b\n# B", [(2, 1, "B")], id="a comment of one line ends there"),
        pytest.param("`<!--`\n# B", [(2, 1, "B")], id="a quoted comment opener opens nothing"),
        pytest.param("---\ntitle: a\n---\n# B", [(4, 1, "B")], id="front matter is no heading"),
        pytest.param("# A\r\n\r\n## B\r\n", [(1, 1, "A"), (3, 2, "B")], id="lines that end with CRLF"),
        pytest.param("# A\r## B\r", [(1, 1, "A"), (2, 2, "B")], id="lines that end with CR"),
    ],
)
def test_headings(text, expected) -> None:
    assert headings(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("- a\n* b\n+ c\n1. d\n2) e", [(1, "a"), (2, "b"), (3, "c"), (4, "d"), (5, "e")], id="any marker"),
        pytest.param("- a\n  b\nc", [(1, "a b c")], id="wrapped and lazy lines"),
        pytest.param("- a\n\n  b", [(1, "a b")], id="a paragraph of the item"),
        pytest.param("- a\n\nb", [(1, "a"), (3, "b")], id="a paragraph after the list"),
        pytest.param("- a\n  - b", [(1, "a"), (2, "b")], id="nested items are items"),
        pytest.param("- [x] a", [(1, "a")], id="the box of a task is part of the marker"),
        pytest.param("a\n2025. b", [(1, "a 2025. b")], id="a number in a wrapped paragraph begins no list"),
        pytest.param("**Who**: a", [(1, "**Who**: a")], id="emphasis is no marker"),
        pytest.param("- a\n<!-- b -->\n- c", [(1, "a"), (3, "c")], id="comments are none"),
        pytest.param("- a\n\n```\n- b\n```\n", [(1, "a")], id="code is none"),
        pytest.param("[a]: https://example.com\n", [], id="link definitions are none"),
        pytest.param("[^a]: note", [(1, "[^a]: note")], id="a footnote is text"),
        pytest.param("    - a", [], id="indented code is none"),
    ],
)
def test_items(text, expected) -> None:
    assert items(text) == expected


def test_links_conflicts_and_open_ends_are_told_with_their_lines() -> None:
    document = scan("[A]: x\n[B ]: y\n<<<<<<< a\n|||||||\n=======\n>>>>>>> b\n\n```\nopen")
    assert document.links == {"a": 1, "b": 2}
    assert document.conflicts == [3, 4, 5, 6]
    assert document.unclosed == (8, "fence")
    assert scan("a\n<!-- b\n").unclosed == (2, "comment")


def test_comments_speak_for_the_block_below() -> None:
    comment = next(iter(scan("# A\n\n<!-- guardrail: allow[CHG301] why not -->\n\n## B\n").comments()))
    assert (comment.text, comment.first, comment.last) == ("guardrail: allow[CHG301] why not", 3, 5)


def test_text_is_utf8_without_nul() -> None:
    assert markdown.decode(b"\xef\xbb\xbfa") == "a"
    assert markdown.decode(b"\xff\xfea\0") is None
    assert markdown.decode(b"a\0b") is None


def test_restructured_levels_follow_the_order_of_underlines() -> None:
    document = restructured.scan(
        "Changes\n=======\n\n1.0 (2025-01-02)\n----------------\n\n- a\n\n.. hidden\n\n   - b\n"
    )
    assert [(heading.line, heading.level, heading.text) for heading in document.headings] == [
        (1, 1, "Changes"),
        (4, 2, "1.0 (2025-01-02)"),
    ]
    assert [item.text for item in document.items(1, len(document.lines))] == ["a"]


BLOCKS = (
    *("# a", "## [1.0.0]", "```", "~~~~", "<!--", "-->", "- a", "  - b", "1. c", "---", "===", "", "text", "\t x", "#"),
    *("[a]: b", "<<<<<<< x", "|||||||", "=======", ">>>>>>> y", "    code", "* * *", "> q", "**W**: x", "- [ ] t", "-"),
)
LINES = st.lists(st.sampled_from(BLOCKS))


@given(LINES)
def test_every_mix_of_blocks_is_scanned(lines) -> None:
    document = scan("\n".join(lines))
    assert len(document.kinds) == len(document.lines)
    found = list(document.items(1, len(document.lines)))
    assert [item.line for item in found] == sorted({item.line for item in found})
    assert all(item.line <= item.last <= len(document.lines) for item in found)
    assert all(1 <= heading.line <= len(document.lines) for heading in document.headings)


@given(st.binary())
def test_no_bytes_make_the_scanner_fail(content) -> None:
    text = markdown.decode(content)
    for document in (scan(text or ""), restructured.scan(text or "")):
        list(document.items(1, len(document.lines)))
        list(document.comments())


@given(st.text())
def test_no_text_makes_the_scanner_fail(text) -> None:
    document = scan(text)
    list(document.items(1, len(document.lines)))
    list(document.comments())
