"""Bytes to logical lines: directives, positions, here-documents, and the way back to the bytes."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.dockerfile import read
from guardrail_hooks.formats.dockerfile.normalise import MAX_LINE, Normalised
from hypothesis import given
from hypothesis import strategies as st

from tests.formats.dockerfile.generated import dockerfiles


def test_every_instruction_stands_whole_on_its_first_line():
    content = b"# a\nFROM debian:12 \\\n\n  AS b\nRUN <<EOF\nUSER root\nEOF\nUSER x \\\\\n"
    normal = Normalised(content)
    assert normal.content == b"\nFROM debian:12   AS b\n\n\nRUN <<EOF\n\n\nUSER x \\\\.\n"
    assert normal.guarded == {8}, "dockerfile-parse must not take the last backslash for a continuation"


def test_bytes_that_are_no_utf_8_keep_their_place():
    normal = Normalised(b"FROM a\nUSER \xff\xfe\xc3\xa9\n")
    assert normal.content == "FROM a\nUSER ??é\n".encode()
    assert normal.lines[1].text == "USER \udcff\udcfeé"


@pytest.mark.parametrize(
    ("content", "place", "offset"),
    [
        pytest.param(b"FROM a\nUSER x\n", (2, 6), 12, id="ASCII"),
        pytest.param(b"FROM a\r\nUSER x\r\n", (2, 6), 13, id="CRLF counts two bytes"),
        pytest.param(b"\xef\xbb\xbfFROM a\n", (1, 1), 3, id="column one stands behind the byte order mark"),
        pytest.param(b"\xef\xbb\xbfFROM a\n", (1, 6), 8, id="and so does the rest of its line"),
        pytest.param("LABEL a=é b=c\n".encode(), (1, 11), 11, id="columns count characters, offsets bytes"),
        pytest.param(b"LABEL a=\xff b=c\n", (1, 11), 10, id="a byte that is no UTF-8 is one character"),
        pytest.param(b"FROM a", (1, 7), 6, id="the end of a file without newline"),
        pytest.param(b"FROM a\n", (2, 1), 7, id="the line behind the last"),
    ],
)
def test_offset(content, place, offset):
    assert read(content).offset(*place) == offset


def words(content: str) -> list[tuple[str, tuple[int, int, int, int]]]:
    return [(word.text, tuple(word.span)) for one in read(content.encode()).instructions for word in one.words]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("FROM debian:12", [("debian:12", (1, 6, 1, 15))], id="one line"),
        pytest.param("  FROM \\\n   debian", [("debian", (2, 4, 2, 10))], id="a word on a continuation line"),
        pytest.param("FROM deb\\\nian", [("debian", (1, 6, 2, 4))], id="a word that a continuation cuts in two"),
        pytest.param("FROM \\\n# x\n\n a", [("a", (4, 2, 4, 3))], id="skipped lines count"),
        pytest.param("\ufeffFROM a", [("a", (1, 6, 1, 7))], id="a byte order mark does not"),
        pytest.param("\tFROM\ta", [("a", (1, 7, 1, 8))], id="a tab is one column"),
        pytest.param("\\\nFROM a", [("a", (2, 6, 2, 7))], id="a continuation before the keyword"),
        pytest.param("USER a b ", [("a b", (1, 6, 1, 9))], id="USER takes the rest of the line"),
        pytest.param('CMD ["a","b"]', [("a", (1, 5, 1, 14)), ("b", (1, 5, 1, 14))], id="strings stand in their array"),
        pytest.param("ENV ab='c d'", [("ab", (1, 5, 1, 7)), ("'c d'", (1, 8, 1, 13))], id="names and values"),
        pytest.param("COPY --from=x a /b", [("a", (1, 15, 1, 16)), ("/b", (1, 17, 1, 19))], id="flags are no words"),
    ],
)
def test_word_and_span(content, expected):
    assert words(content) == expected


@pytest.mark.parametrize(
    ("content", "flags"),
    [
        pytest.param("COPY --from=b --chown=1:2 a /a", [("from", "b", (13, 14)), ("chown", "1:2", (23, 26))], id="two"),
        pytest.param("COPY --link a /a", [("link", None, (6, 12))], id="no value: the flag itself"),
        pytest.param('COPY --from="b" a /a', [("from", "b", (13, 16))], id="quotes leave the value, not the span"),
        pytest.param("COPY --from=b\\ c a /a", [("from", "b c", (13, 17))], id="escapes likewise"),
        pytest.param('COPY "--from=b" /a', [], id="a quoted word is a path"),
        pytest.param("RUN -- --mount=x", [], id="two dashes end them"),
        pytest.param("RUN echo --mount=x", [], id="a word ends them"),
        pytest.param("RUN --mount=a --mount=b x", [("mount", "a", (13, 14)), ("mount", "b", (23, 24))], id="repeated"),
    ],
)
def test_flags(content, flags):
    instruction = read(content.encode()).instructions[0]
    found = [
        (flag.name, flag.value, (flag.value_span.column, flag.value_span.end_column)) for flag in instruction.flags
    ]
    assert found == flags


@pytest.mark.parametrize(
    ("content", "name", "value", "columns"),
    [
        pytest.param("# syntax=docker/dockerfile:1\nFROM a", "syntax", "docker/dockerfile:1", (10, 29), id="syntax"),
        pytest.param("#Syntax = a/b:c d=e\nFROM a", "syntax", "a/b:c", (11, 16), id="the first word is the image"),
        pytest.param("# check=skip=all\n# syntax=a\nFROM a", "syntax", "a", (10, 11), id="behind another directive"),
        pytest.param("#!/usr/bin/env x\n# syntax=a\nFROM a", "syntax", "a", (10, 11), id="behind a shebang"),
        pytest.param("\ufeff# syntax=a\nFROM a", "syntax", "a", (10, 11), id="behind a byte order mark"),
        pytest.param("// syntax=a/b\n{}", "syntax", "a/b", (11, 14), id="the form of other languages"),
        pytest.param('{\n  "syntax": "a/b"\n}', "syntax", "a/b", (14, 17), id="the form of JSON"),
        pytest.param("# syntax=a\r\nFROM a", "syntax", "a", (10, 11), id="CRLF"),
        pytest.param("#\tsyntax\t=\ta\t\nFROM a", "syntax", "a", (12, 13), id="tabs"),
        pytest.param(
            "// check=x\n// syntax=a\n", "syntax", "a", (11, 12), id="the other form, behind another directive"
        ),
        pytest.param('\n{"syntax": "a"}', "syntax", "a", (13, 14), id="JSON behind a blank line"),
        pytest.param('#!x\n{"syntax": "a"}', "syntax", "a", (13, 14), id="JSON behind a shebang"),
        pytest.param('{"syntax": "a\\/b"}', "syntax", "a/b", (1, 1), id="escapes in JSON: the file as a whole"),
    ],
)
def test_syntax_image(content, name, value, columns):
    found = read(content.encode()).syntax
    assert found is not None
    assert (found.name, found.value, (found.span.column, found.span.end_column)) == (name, value, columns)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("# x\n# syntax=a\nFROM a", id="behind a comment"),
        pytest.param("# escape=`\n\n# syntax=a\nFROM a", id="behind a blank line and another directive"),
        pytest.param("# syntax =\nFROM a", id="nothing at all behind the sign"),
        pytest.param("# syntaxes=a\nFROM a", id="another name"),
        pytest.param("# é=a\nFROM a", id="a name beyond ASCII"),
        pytest.param("x // syntax=a\n", id="text before it"),
        pytest.param('x {"syntax": "a"}', id="text before JSON"),
        pytest.param('["syntax"]x', id="an array in JSON, and more"),
        pytest.param("\n# syntax=a\nFROM a", id="behind a blank line"),
        pytest.param(" # syntax=a\nFROM a", id="indented"),
        pytest.param("FROM a\n# syntax=a\n", id="behind an instruction"),
        pytest.param("# syntax=\nFROM a", id="empty"),
        pytest.param('{"syntax": 1}', id="a number in JSON"),
        pytest.param('{"syntax": "a"', id="broken JSON"),
        pytest.param("{" * 100_000, id="deeply nested JSON"),
    ],
)
def test_no_syntax_image(content):
    assert read(content.encode()).syntax is None


def test_a_syntax_in_json_that_is_escaped_stands_behind_the_shebang() -> None:
    found = read(b'#!x\n{"syntax": "a\\/b"}').syntax
    assert found is not None
    assert tuple(found.span) == (2, 1, 2, 1)
    found = read(b'{\n  "a": 1,\n  "syntax": "b/c"\n}').syntax
    assert found is not None
    assert tuple(found.span) == (3, 14, 3, 17)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("# escape=`\n", [("escape", "`", (1, 10, 1, 11))], id="one"),
        pytest.param(" # check=a\n", [("check", "a", (1, 10, 1, 11))], id="indented"),
        pytest.param("# CHECK = a b \r\n", [("check", "a b", (1, 11, 1, 14))], id="a value of two words"),
        pytest.param("# check=  \n", [("check", " ", (1, 10, 1, 11))], id="a value of blanks is its last one"),
        pytest.param("# check=a\n# note\n# escape=`", [("check", "a", (1, 9, 1, 10))], id="up to the first comment"),
        pytest.param("# check=a\n\n# escape=`", [("check", "a", (1, 9, 1, 10))], id="up to the first blank line"),
        pytest.param("# check=a\n# check=b\n# escape=`", [("check", "a", (1, 9, 1, 10))], id="up to one given twice"),
    ],
)
def test_directives(content, expected) -> None:
    assert [(one.name, one.value, tuple(one.span)) for one in read(content.encode()).directives] == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("RUN a \\\n  b", ["RUN a   b"], id="a continued line keeps the blanks of the next"),
        pytest.param("RUN a \\\nX\\\nX", ["RUN a XX"], id="whatever its text"),
        pytest.param("RUN a \\ \t\nb", ["RUN a b"], id="blanks behind the token"),
        pytest.param("RUN a \\\xa0\nb", ["RUN a \\", "b"], id="a wider blank behind it is text"),
        pytest.param("RUN a \\\r\nb\r\n", ["RUN a b"], id="CRLF"),
        pytest.param("RUN a \\\\\nRUN b", ["RUN a \\\\", "RUN b"], id="two tokens continue nothing"),
        pytest.param("RUN a \\\n\n# c\n\n b", ["RUN a  b"], id="blank lines and comments are left out"),
        pytest.param("RUN a \\\n # c \\\n b", ["RUN a  b"], id="a comment continues nothing"),
        pytest.param("RUN a \\", ["RUN a"], id="at the end of the file"),
        pytest.param("\\\nRUN a", ["RUN a"], id="nothing but the token"),
        pytest.param("# escape=`\nRUN a `\nb\nRUN c \\\nd", ["RUN a b", "RUN c \\", "d"], id="another token"),
        pytest.param("# escape=x\nRUN a \\\nb", ["RUN a b"], id="a token that is none leaves the usual one"),
        pytest.param("\xa0RUN a\xa0", ["RUN a"], id="wider blanks around it"),
    ],
)
def test_logical_lines(content, expected) -> None:
    assert [line.text for line in Normalised(content.encode()).lines] == expected


def test_the_place_of_every_character_of_a_continued_line() -> None:
    (line,) = Normalised(b" RUN a \\\n\n bc \\\nd").lines
    assert line.text == "RUN a  bc d"
    places = [line.place(at) for at in range(len(line.text))]
    assert places == [(1, column) for column in range(2, 8)] + [(3, column) for column in range(1, 5)] + [(4, 1)]
    assert tuple(line.span(8, 11)) == (3, 3, 4, 2)
    assert tuple(line.span(8, 8)) == (3, 3, 3, 3)
    assert (line.first, line.last) == (1, 4)


def heredocs(content: str) -> list[tuple[str, bool, str, int, int]]:
    found = read(content.encode()).instructions[0].heredocs
    return [(one.name, one.expand, one.text, one.first, one.last) for one in found]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("RUN <<EOF\na\nb\nEOF\n", [("EOF", True, "a\nb\n", 2, 4)], id="plain"),
        pytest.param("COPY <<'EOF' /x\na\nEOF\n", [("EOF", False, "a\n", 2, 3)], id="quoted, so nothing is expanded"),
        pytest.param("RUN <<-EOF\n\t\ta\n\tEOF\n", [("EOF", True, "a\n", 2, 3)], id="tabs removed"),
        pytest.param("RUN <<A <<B\n1\nA\n2\nB\n", [("A", True, "1\n", 2, 3), ("B", True, "2\n", 4, 5)], id="two"),
        pytest.param('RUN << "E F"\nE F\n', [("E F", False, "", 2, 2)], id="a blank before and inside"),
        pytest.param("RUN 3<<EOF\nEOF\n", [("EOF", True, "", 2, 2)], id="a file descriptor"),
        pytest.param("RUN a \\\n <<EOF\nx\nEOF\n", [("EOF", True, "x\n", 3, 4)], id="on a continuation line"),
        pytest.param("RUN 12<<-EOF\n\tEOF\n", [("EOF", True, "", 2, 2)], id="a number of two digits, and a dash"),
        pytest.param("RUN <<- EOF\nFROM b\n", [], id="a blank behind the dash"),
        pytest.param("run <<EOF\nEOF\n", [("EOF", True, "", 2, 2)], id="in small letters"),
        pytest.param("ADD --link <<EOF a\nEOF\n", [("EOF", True, "", 2, 2)], id="behind a flag"),
        pytest.param("ONBUILD COPY <<EOF a\nEOF\n", [("EOF", True, "", 2, 2)], id="behind ONBUILD"),
        pytest.param("RUN cat <<E\\ F\nE F\n", [("E F", True, "", 2, 2)], id="an escaped blank in the name"),
        pytest.param("RUN <<E'O'F\nEOF\n", [("EOF", False, "", 2, 2)], id="a name quoted in part"),
        pytest.param("RUN <<EOF\nEOF \n EOF\nEOF\n", [("EOF", True, "EOF \n EOF\n", 2, 4)], id="nothing but the name"),
        pytest.param("RUN <<EOF\na\r\nEOF\r\n", [("EOF", True, "a\r\n", 2, 3)], id="CRLF"),
        pytest.param("RUN <<\"E\"'F'\nEF\n", [("EF", False, "", 2, 2)], id="quotes of both kinds"),
        pytest.param('RUN <<\'"E"\'\n"E"\n', [('"E"', False, "", 2, 2)], id="quotes that are part of the name"),
        pytest.param("RUN <<E${A:-b}\nFROM b\n", [], id="a default in the name drops what stands before it"),
        pytest.param('RUN <<""\nFROM b\n', [], id="an empty name is none"),
        pytest.param("RUN <<\nFROM b\n", [], id="nor is no name"),
        pytest.param("RUN <<<EOF\nFROM b\n", [], id="three signs are another operator"),
        pytest.param("RUN a<<EOF\nFROM b\n", [], id="letters before it"),
        pytest.param("RUN '<<EOF'\nFROM b\n", [], id="in quotes"),
        pytest.param("RUN \\<<EOF\nFROM b\n", [], id="escaped"),
        pytest.param("RUN ${A:-<<EOF}\nFROM b\n", [], id="in a default"),
        pytest.param("RUN it's <<EOF\nFROM b\n", [], id="on a line with an open quote"),
        pytest.param('RUN ["<<EOF"]\nFROM b\n', [], id="in JSON"),
        pytest.param("CMD <<EOF\nFROM b\n", [], id="of an instruction that has none"),
        pytest.param("ONBUILD CMD <<EOF\nFROM b\n", [], id="behind ONBUILD as well"),
        pytest.param("RUN $A${B}<<EOF\nFROM b\n", [], id="variables before it"),
        pytest.param("RUN $A <<$B\n$B\n", [("$B", True, "", 2, 2)], id="a name with a variable stays as it is"),
        pytest.param("RUN <<EOF\n# x\n\n \\\nEOF\n", [("EOF", True, "# x\n\n \\\n", 2, 5)], id="the body as it is"),
    ],
)
def test_heredocs(content, expected):
    assert heredocs(content) == expected
    assert read(content.encode()).instructions[-1].keyword == ("FROM" if not expected else content.split()[0].upper())


def test_the_longest_line_is_read_and_the_next_one_is_not():
    line = b"RUN " + b"x" * (MAX_LINE - 4)
    assert read(b"FROM a\n" + line + b"\n").problems == ()
    dockerfile = read(b"FROM a\n" + line + b"x\nUSER y\n")
    assert [(str(problem), problem.span.line) for problem in dockerfile.problems] == [
        ("dockerfile line greater than max allowed size of 65535", 2)
    ]
    assert [one.keyword for one in dockerfile.instructions] == ["FROM"]


def test_the_limit_of_a_line_is_in_bytes():
    assert read("FROM a\nRUN {}\n".format("é" * 32_765).encode()).problems == ()
    assert len(read("FROM a\nRUN {}\n".format("é" * 32_766).encode()).problems) == 1


@given(dockerfiles(), st.sampled_from(["", "\ufeff"]))
def test_spans_lie_in_the_file_and_name_their_text(text, mark):
    content = (mark + text).encode()
    dockerfile = read(content)
    for instruction in dockerfile.instructions:
        for word in [*instruction.words, *[flag.word for flag in instruction.flags]]:
            start, end = dockerfile.byte_range(word.span)
            assert 0 <= start <= end <= len(content)
            assert instruction.first <= word.span.line <= word.span.end_line <= instruction.last
            if word.span.line == word.span.end_line and not instruction.json and "--" not in word.text:
                assert content[start:end].decode() == word.text
