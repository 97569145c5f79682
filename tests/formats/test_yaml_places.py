"""From a scalar's text back to the file."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.source import decode
from guardrail_hooks.formats.yaml_nodes import Scalar, read, walk
from guardrail_hooks.formats.yaml_places import body_lines, offset_of
from hypothesis import given
from hypothesis import strategies as st


def value(text: str) -> tuple[Scalar, str]:
    yaml = read(text.encode())
    scalars = [node for node in walk(yaml.documents[0]) if isinstance(node, Scalar)]
    return scalars[1], yaml.source.text


def lines(text: str) -> list[tuple[int, int, str]]:
    """File line, column and content of each body line."""
    source = decode(text.encode())
    scalar, _ = value(text)
    return [
        (*source.span(line.start, line.start)[:2], scalar.text[line.index : line.index + line.length])
        for line in body_lines(source, scalar)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a: |\n  FROM x\n  RUN y\n", [(2, 3, "FROM x"), (3, 3, "RUN y")], id="literal"),
        pytest.param("a: |\n\n  x\n\n\n  y\n", [(3, 3, "x"), (6, 3, "y")], id="blank lines are skipped"),
        pytest.param(
            "a: |\n  x\n    y\n  z\n", [(2, 3, "x"), (3, 3, "  y"), (4, 3, "z")], id="more indentation is text"
        ),
        pytest.param("a: |2\n    x\n  y\n", [(2, 3, "  x"), (3, 3, "y")], id="an indicator says where text begins"),
        pytest.param("a: |1-\n x\n", [(2, 2, "x")], id="indicators in any number"),
        pytest.param("a: |  # c\n  x\n", [(2, 3, "x")], id="a comment in the header"),
        pytest.param("a: &n !t |+\n  x\n\n", [(2, 3, "x")], id="properties before it"),
        pytest.param("a:\n  |\n  x\n", [(3, 3, "x")], id="a header on a line of its own"),
        pytest.param("a: >-\n  x y\n  z\n\n  w\n", [(2, 3, "x y"), (3, 3, "z"), (5, 3, "w")], id="folded"),
        pytest.param(
            "a: >\n  x\n    y\n  z\n", [(2, 3, "x"), (3, 3, "  y"), (4, 3, "z")], id="folded with an indented line"
        ),
        pytest.param("a: |\n  x\n  x\n  x\n", [(2, 3, "x"), (3, 3, "x"), (4, 3, "x")], id="the same line again"),
        pytest.param("a: |\n  é\n  x\n", [(2, 3, "é"), (3, 3, "x")], id="beyond ASCII"),
        pytest.param("a: |\n", [], id="no body"),
        pytest.param("a: |\n\n\nb: c\n", [], id="only blank lines"),
    ],
)
@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_body_lines(text, expected, break_):
    assert lines(text.replace("\n", break_)) == expected


@pytest.mark.parametrize(
    ("text", "index", "expected"),
    [
        pytest.param("a: nginx:1", 5, ":1", id="plain"),
        pytest.param("a: 'nginx:1'", 5, ":1'", id="single quotes"),
        pytest.param('a: "nginx:1" # c', 5, ':1" # c', id="double quotes"),
        pytest.param("a: nginx:1", 7, "", id="behind the last character"),
        pytest.param("a: 'nginx:1'", 7, "'", id="before the closing quote"),
        pytest.param("a: 'it''s'", 0, None, id="a doubled quote"),
        pytest.param('a: "\\x41"', 0, None, id="an escape"),
        pytest.param("a: b\n  c", 0, None, id="two lines"),
        pytest.param("a: |\n  bc\n  de\n", 4, "e\n", id="literal"),
        pytest.param("a: |\n  bc\n  de\n", 2, "\n  de\n", id="the end of a line"),
        pytest.param("a: |+\n  b\n\n\n", 3, None, id="a blank line"),
    ],
)
def test_offset_of(text, index, expected):
    source = decode(text.encode())
    scalar, _ = value(text)
    offset = offset_of(source, scalar, index)
    assert (source.text[offset:] if offset is not None else None) == expected


BODY = st.lists(st.sampled_from(["x", "x y", "  x", "", "# c", "x: y", "é", "x\ty", "- x"]), min_size=1, max_size=8)


@given(st.sampled_from("|>"), st.sampled_from(["", "+", "-"]), BODY, st.sampled_from(["\n", "\r\n", "\r"]))
def test_every_character_of_a_body_line_stands_where_it_is_said_to_stand(style, chomping, body, break_):
    text = break_.join([f"a: {style}2{chomping}", *("  " + line if line else "" for line in body), "b: c", ""])
    source = decode(text.encode())
    scalar, _ = value(text)
    found = list(body_lines(source, scalar))
    assert len(found) == sum(1 for line in body if line)
    for line in found:
        stretch = scalar.text[line.index : line.index + line.length]
        assert source.text[line.start : line.start + line.length] == stretch
        assert "\n" not in stretch
    rest = "".join(scalar.text[: found[0].index] if found else scalar.text)
    assert not rest.strip()


def test_the_first_character_of_a_block_has_a_place_too() -> None:
    scalar, text = value("a: |\n  xy\n  z\n")
    source = decode(text.encode())
    assert [offset_of(source, scalar, index) for index in (0, 1, 3)] == [7, 8, 12]
