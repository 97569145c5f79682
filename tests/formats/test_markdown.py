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
        pytest.param("- a\n\nb\n\n  # C", [(5, 1, "C")], id="a paragraph ends the list above it"),
        pytest.param("X- a\n\n  # C", [(3, 1, "C")], id="and is no list item"),
        pytest.param("- a\n\n  b\n\n  # C", [], id="unless it is indented"),
        pytest.param("- a\nb\n  # C", [], id="or is a lazy line of the item"),
        pytest.param("- a\n# B\n  # C", [(2, 1, "B"), (3, 1, "C")], id="a heading ends a list"),
        pytest.param("- a\n***\n  # C", [(3, 1, "C")], id="so does a rule"),
        pytest.param("- a\n[b]: c\n  # C", [(3, 1, "C")], id="and a link definition"),
        pytest.param("- a\n<!-- b -->\n  # C", [], id="a comment does not"),
        pytest.param("A\n=", [(1, 1, "A")], id="underlined by one sign"),
        pytest.param("A\n---", [(1, 2, "A")], id="underlined by dashes"),
        pytest.param("A\n-", [(1, 2, "A")], id="or by one dash"),
        pytest.param("A\n- b", [], id="a dash before text is a list item"),
        pytest.param("- a\n-", [], id="a dash below a list item is another"),
        pytest.param("# A\n-", [(1, 1, "A")], id="and below a heading"),
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
        pytest.param("#", [(1, 1, "")], id="a heading of nothing"),
        pytest.param("# A #B", [(1, 1, "A #B")], id="number signs before a word"),
        pytest.param("#\tA\t##\t", [(1, 1, "A")], id="tabs"),
        pytest.param("## #", [(1, 2, "")], id="closed at once"),
        pytest.param("- a\n # A", [(2, 1, "A")], id="one blank is not enough for a list item"),
        pytest.param("- a\n  # A", [], id="two are"),
        pytest.param("A\n==x", [], id="text in the underline"),
        pytest.param("A\n= =", [], id="a blank in it"),
        pytest.param("A\n    ===", [], id="an underline of four blanks"),
        pytest.param("A\n   ===\t ", [(1, 1, "A")], id="of three, and blanks behind it"),
        pytest.param("  A \n===", [(1, 1, "A")], id="a heading between blanks"),
        pytest.param("- a\n  b\n---", [], id="dashes below a wrapped list item are a rule"),
        pytest.param("# A\n---", [(1, 1, "A")], id="dashes below a heading"),
        pytest.param("A\n***\n---", [], id="dashes below a rule"),
        pytest.param("A\n- - -\n===", [], id="signs below a rule of dashes"),
        pytest.param("A\n_ _ _\n===", [], id="or of lines"),
        pytest.param("A\n* * -\n===", [], id="signs below a list item that begins like one"),
        pytest.param("A\n**B**\n===", [(2, 1, "**B**")], id="emphasis is text"),
        pytest.param("```\nA\n````\n# B", [(4, 1, "B")], id="a longer fence closes"),
        pytest.param("```\n``` x\n# A\n```", [], id="one with text behind it does not"),
        pytest.param("  ```\n# A\n ``` \n# B", [(4, 1, "B")], id="an indented fence"),
        pytest.param("    ```\n# A", [(2, 1, "A")], id="code that looks like a fence"),
        pytest.param(
            "- a\n\n      ```\n  # A\n  ```\n\n# B", [(7, 1, "B")], id="in a list item it is one, however deep"
        ),
        pytest.param("- a\n  ```\n\n  x\n  ```\n# A", [(6, 1, "A")], id="a blank line in a fence ends nothing"),
        pytest.param("~~~a`b\n# A", [], id="tildes may be followed by anything"),
        pytest.param("``\n# A", [(2, 1, "A")], id="two marks are no fence"),
        pytest.param("<!-- a\nb --> # A\n# B", [(3, 1, "B")], id="what stands behind a comment belongs to it"),
        pytest.param("  <!--\n# A\n-->", [], id="an indented comment"),
        pytest.param("    <!--\n# A", [(2, 1, "A")], id="code that looks like a comment"),
        pytest.param("<!-\n# A", [(2, 1, "A")], id="a sign short of a comment"),
        pytest.param("---\na: b\n...\n# B", [(4, 1, "B")], id="front matter that ends in dots"),
        pytest.param("---\n\n# B\n---", [(3, 1, "B")], id="a blank line makes it a rule"),
        pytest.param("--- \na: b\n--- \n# B", [(4, 1, "B")], id="blanks behind its marks"),
        pytest.param("---\n# B", [(2, 1, "B")], id="front matter that never ends is none"),
        pytest.param("a\n---\n# B\n---", [(1, 2, "a"), (3, 1, "B")], id="nor is what does not come first"),
        pytest.param(
            "<<<<<<< a\n# A\n=======\n# B\n>>>>>>> b", [(2, 1, "A"), (4, 1, "B")], id="both sides of a conflict"
        ),
        pytest.param("A\n=======", [(1, 1, "A")], id="seven signs outside of a conflict"),
        pytest.param("> # A", [], id="a heading in a quotation"),
        pytest.param("[a]: b\n===", [], id="signs below a link definition"),
        pytest.param("a\n\n# A\nb\n\n## B", [(3, 1, "A"), (6, 2, "B")], id="two, with text between"),
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
        pytest.param("a\n    b", [(1, "a b")], id="indented lines of a paragraph are none"),
        pytest.param("- a\n\n    b", [(1, "a b")], id="nor are those of an item"),
        pytest.param("- a\n    - b", [(1, "a"), (2, "b")], id="where even deep ones are items"),
        pytest.param("- a\n    b", [(1, "a b")], id="or its text"),
        pytest.param("a\n\n    b\nc", [(1, "a"), (4, "c")], id="code between two paragraphs"),
        pytest.param("a\n1. b", [(1, "a"), (2, "b")], id="one begins a list in a paragraph"),
        pytest.param("a\n1) b", [(1, "a"), (2, "b")], id="with a bracket, too"),
        pytest.param("a\n\n7. b", [(1, "a"), (3, "b")], id="behind a blank line any number does"),
        pytest.param("- a\n7. b", [(1, "a"), (2, "b")], id="and in a list"),
        pytest.param("1234567890. a", [(1, "1234567890. a")], id="ten digits are text"),
        pytest.param("X- a\n\nb", [(1, "X- a"), (3, "b")], id="a letter before a marker"),
        pytest.param("-a\n+b\n*c", [(1, "-a +b *c")], id="a marker without a blank"),
        pytest.param("-\n- b", [(1, ""), (2, "b")], id="an empty item"),
        pytest.param("- [ ] a\n- [X]\tb\n- [y] c\n- [x]", [(1, "a"), (2, "b"), (3, "[y] c"), (4, "[x]")], id="boxes"),
        pytest.param("# A\na\n## B\nb", [(2, "a"), (4, "b")], id="headings end them"),
        pytest.param("- a\n***\nb", [(1, "a"), (3, "b")], id="so do rules"),
        pytest.param("- a\n[b]: c\nd", [(1, "a"), (3, "d")], id="and link definitions"),
        pytest.param("- a\n  ```\n  x\n  ```\n  b", [(1, "a b")], id="code in an item, and what follows it"),
        pytest.param("a\n```\nx\n```\nb", [(1, "a"), (5, "b")], id="code ends a paragraph"),
        pytest.param("a\n<!-- x -->\nb", [(1, "a"), (3, "b")], id="and so does a comment"),
        pytest.param("- a\n<!-- x -->\nb", [(1, "a"), (3, "b")], id="behind which an item goes on only if indented"),
        pytest.param("- a\n<!-- x -->\n  b", [(1, "a b")], id="as here"),
        pytest.param("- a\n  # b\n  c", [(1, "a # b c")], id="what looks like a heading in an item"),
        pytest.param("- a\n\n\n  b\n\nc", [(1, "a b"), (6, "c")], id="two blank lines"),
        pytest.param("a\n<<<<<<< x\nb", [(1, "a"), (3, "b")], id="a conflict"),
        pytest.param("\ta", [(1, "a")], id="a tab is one blank"),
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


@pytest.mark.parametrize(
    ("text", "links", "conflicts", "unclosed"),
    [
        pytest.param("[a]: b\n[A]: c\n[É]:d", {"a": 1, "é": 3}, [], None, id="links: the first counts, in any case"),
        pytest.param("[a]:\n[^b]: c\n[ d]: e\n    [f]: g\n[h] : i", {}, [], None, id="what is no link definition"),
        pytest.param("- a\n    [b]: c", {"b": 2}, [], None, id="one in a list item"),
        pytest.param("<<<<<<<\n=======\n>>>>>>>\n=======", {}, [1, 2, 3, 4], None, id="marks without names"),
        pytest.param("a\n=======\n>>>>>>> b", {}, [3], None, id="the end of a conflict alone"),
        pytest.param("\n=======\n", {}, [2], None, id="signs below nothing"),
        pytest.param("<<<<<<< a\nb\n=======\nc\n>>>>>>> d\ne\n=======", {}, [1, 3, 5], None, id="signs behind one"),
        pytest.param("||||||| a", {}, [], None, id="bars outside of one"),
        pytest.param("<<<<<<<a\n <<<<<<< a\n<<<<<< a", {}, [], None, id="no marks"),
        pytest.param("<<<<<<< a\n======= b\n>>>>>>>\tc", {}, [1, 3], None, id="signs with text behind them"),
        pytest.param("a\n\n ~~~~\nb", {}, [], (3, "fence"), id="an open fence"),
        pytest.param("a\n\n  <!-- b\n", {}, [], (3, "comment"), id="an open comment"),
        pytest.param("- a\n  ```\nb", {}, [], None, id="an open fence in a list item ends with it"),
        pytest.param("- a\n  ```\n  b", {}, [], (2, "fence"), id="if anything does"),
    ],
)
def test_what_else_is_told(text, links, conflicts, unclosed) -> None:
    document = scan(text)
    assert (document.links, document.conflicts, document.unclosed) == (links, conflicts, unclosed)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("# A\na\n---\n\n---\n", "1 1 2 0 6 0"),
        ("```\na\n```\n<!--\n-->\n[a]: b", "3 3 3 4 4 5"),
        ("---\na: b\n---\n<<<<<<< a\n    # b", "4 4 4 7 0"),
        ("- a\n  ```\nb", "0 3 0"),
    ],
)
def test_kinds(text, kinds) -> None:
    assert " ".join(map(str, scan(text).kinds)) == kinds


@pytest.mark.parametrize(
    ("text", "column"),
    [("# A", 3), ("  ##\t A #", 7), ("A\n=", 1), ("  A\n  -", 3), ("#", 2)],
)
def test_columns_of_headings(text, column) -> None:
    (heading,) = scan(text).headings
    assert heading.column == column


def test_places_of_items_and_their_last_lines() -> None:
    document = scan("- a\n  b\n\n  1. [x] c\n\nd\ne\n\n- f\n")
    assert [(item.line, item.column, item.text, item.last) for item in document.items(1, 99)] == [
        (1, 3, "a b", 2),
        (4, 10, "c", 4),
        (6, 1, "d e", 7),
        (9, 3, "f", 9),
    ]
    assert [item.text for item in document.items(2, 6)] == ["b", "c", "d"]
    assert [item.text for item in document.items(3, 3)] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("<!-- a -->\nb", [("a", (1, 1, 1, 11), 1, 2)], id="the line below"),
        pytest.param(
            "<!-- a -->\n\n\nb\nc\n\nd", [("a", (1, 1, 1, 11), 1, 5)], id="the block below, blank lines between"
        ),
        pytest.param("<!-- a -->\n- b\n- c", [("a", (1, 1, 1, 11), 1, 2)], id="one list item"),
        pytest.param("<!-- a -->\n- b\n  c\n- d", [("a", (1, 1, 1, 11), 1, 3)], id="with its wrapped lines"),
        pytest.param("<!-- a -->\n# b\n# c", [("a", (1, 1, 1, 11), 1, 2)], id="one heading"),
        pytest.param("  <!-- a\nb\n -->x\nc", [("a\nb", (1, 3, 3, 6), 1, 4)], id="over several lines"),
        pytest.param("b\n<!-- a -->", [("a", (2, 1, 2, 11), 2, 2)], id="at the end of the file"),
        pytest.param("<!-- a -->\n\n", [("a", (1, 1, 1, 11), 1, 3)], id="above blank lines alone"),
        pytest.param("<!-- a", [("a", (1, 1, 1, 7), 1, 1)], id="one that is not closed"),
        pytest.param("<!-- a\nb", [("a\nb", (1, 1, 2, 2), 1, 2)], id="nor on the next line"),
        pytest.param("<!-- a\n-->", [("a", (1, 1, 2, 4), 1, 2)], id="one that is, on the last line"),
        pytest.param("<!-- a -->\n<!-- b -->\nc", [("a", (1, 1, 1, 11), 1, 3), ("b", (2, 1, 2, 11), 2, 3)], id="two"),
        pytest.param("b <!-- a -->\n```\n<!-- c -->\n```\n---", [], id="behind text, or in code"),
        pytest.param("---\na: <!--\n---\n", [], id="front matter"),
    ],
)
def test_comments(text, expected) -> None:
    found = scan(text).comments()
    assert [(one.text, tuple(one.span), one.first, one.last) for one in found] == expected


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
