"""Comments and the instructions they speak for."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.dockerfile import read


def comments(content: str) -> list[tuple[int, str, int, int]]:
    return [(one.span.line, one.text, one.first, one.last) for one in read(content.encode()).comments]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("# a\nFROM x", [(1, "a", 2, 2)], id="above an instruction"),
        pytest.param("# a\n# b\nFROM x", [(1, "a", 3, 3), (2, "b", 3, 3)], id="a block of them"),
        pytest.param("# a\n\nFROM x", [(1, "a", 2, 1)], id="a blank line in between: it belongs to nothing"),
        pytest.param("# a\n\n# b\nFROM x", [(1, "a", 2, 1), (3, "b", 4, 4)], id="the block ends at the blank line"),
        pytest.param("FROM x\n# a", [(2, "a", 3, 2)], id="at the end of the file"),
        pytest.param("FROM x\n# a\nRUN y \\\n  z\n", [(2, "a", 3, 4)], id="all lines of the instruction"),
        pytest.param("FROM x\n# a\nRUN <<E\n1\nE\n", [(2, "a", 3, 5)], id="its here-document as well"),
        pytest.param("FROM x\nRUN y \\\n# a\n  z\n", [(3, "a", 2, 4)], id="inside a continuation"),
        pytest.param("FROM x\nRUN y \\\n# a\n\n  z\n", [(3, "a", 2, 5)], id="with a blank line behind it"),
        pytest.param("FROM x\nRUN <<E\n# a\nE\n", [], id="text in a here-document is none"),
        pytest.param("FROM x # a\n", [], id="nothing behind an instruction is one"),
        pytest.param("#\nFROM x", [(1, "", 2, 2)], id="an empty one"),
        pytest.param("\t #  a b \nFROM x", [(1, "a b", 2, 2)], id="indented"),
        pytest.param("##a\nFROM x", [(1, "#a", 2, 2)], id="one leader is taken off"),
        pytest.param("# a\r\nFROM x\r\n", [(1, "a", 2, 2)], id="CRLF"),
        pytest.param("\ufeff# a\nFROM x", [(1, "a", 2, 2)], id="behind a byte order mark"),
        pytest.param("# syntax=a\n# b\nFROM x", [(2, "b", 3, 3)], id="a directive is none"),
        pytest.param("# b\n# syntax=a\nFROM x", [(1, "b", 3, 3), (2, "syntax=a", 3, 3)], id="unless it comes too late"),
        pytest.param("#!/bin/x\nFROM x", [(1, "!/bin/x", 2, 2)], id="a shebang is one to the parser"),
    ],
)
def test_comment(content, expected):
    assert comments(content) == expected


def disabling(content: str) -> list[tuple[int, str]]:
    return [(one.span.line, one.disables) for one in read(content.encode()).comments if one.disables]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("# a\n# syntax=b\nFROM x", [(1, "syntax")], id="above syntax"),
        pytest.param("# a\n# escape=`\nFROM x", [(1, "escape")], id="above escape"),
        pytest.param("# a\n# Check = skip=all\nFROM x", [(1, "check")], id="above check, in whatever case"),
        pytest.param("# a\n\n# syntax=b\nFROM x", [(1, "syntax")], id="with a blank line in between"),
        pytest.param("# a\n# b\n# syntax=c\nFROM x", [(1, "syntax"), (2, "syntax")], id="a block of them"),
        pytest.param("# syntax=b\n# a\n# escape=`\nFROM x", [(2, "escape")], id="between two"),
        pytest.param("# syntax=b\n# a\nFROM x", [], id="below"),
        pytest.param("# syntax=b\n# a\n# syntax=c\nFROM x", [], id="above one that is given already"),
        pytest.param("# a\n# escape=`\n# b\n# escape=`\nFROM x", [(1, "escape")], id="above the first of two"),
        pytest.param("# a\n# syntax=b\n# check=c\nFROM x", [(1, "syntax"), (2, "check")], id="the nearest of two"),
        pytest.param("# a\n# syntax=b", [(1, "syntax")], id="in a file without instructions"),
        pytest.param("# a\nFROM x\n# syntax=b\n", [], id="above an instruction"),
        pytest.param("# a\nRUN x \\\n# syntax=b\n y", [], id="inside a continuation"),
        pytest.param("# a\n# note=b\nFROM x", [], id="above something else"),
    ],
)
def test_disables(content, expected):
    assert disabling(content) == expected


def test_the_span_is_the_comment():
    (found,) = read(b"FROM x\n\t# a b  \r\n").comments
    assert tuple(found.span) == (2, 2, 2, 7)
    (found,) = read("FROM x\n\u2003#\u2003a\u2003\n".encode()).comments
    assert (tuple(found.span), found.text) == ((2, 2, 2, 5), "a")
