"""The reader against the official parser: same instructions, same values, same lines."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.dockerfile import read
from hypothesis import given, settings

from tests.formats.dockerfile.generated import dockerfiles, noise
from tests.formats.dockerfile.official import NotComparable, disagreements


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("FROM debian:12\n", id="one instruction"),
        pytest.param("from debian:12\nUsEr app\n", id="keywords in any case"),
        pytest.param("FROM debian:12\nUSER app \\\n", id="a dangling continuation at the end keeps the instruction"),
        pytest.param("FROM debian:12\nUSER app", id="no newline at the end"),
        pytest.param("FROM debian:12\nRUN a \\\n\n  && b\nUSER x\n", id="a blank line inside a continuation"),
        pytest.param("FROM debian:12\nRUN a \\\n# b \\\n  c\n", id="a comment inside a continuation"),
        pytest.param("FROM debian:12\nRUN a \\  \t\n  b\n", id="blanks behind the continuation character"),
        pytest.param("FROM debian:12\nRUN echo \\\\\nUSER x\n", id="an escaped backslash continues nothing"),
        pytest.param("FROM debian:12\nRUN \\\\\\\nUSER x\n", id="three backslashes do not either"),
        pytest.param("FROM\\\n debian:12\n", id="a keyword glued to its continuation"),
        pytest.param("FR\\\nOM debian:12\n", id="a keyword split in two"),
        pytest.param("\\\nFROM debian:12\n", id="a continuation before the keyword"),
        pytest.param("\\\n\\\n\n", id="continuations and nothing else"),
        pytest.param("\ufeffFROM debian:12\n", id="a byte order mark"),
        pytest.param("# escape=`\nFROM a\nRUN dir C:\\\nUSER x `\n y\n", id="the escape directive"),
        pytest.param("# check=skip=all\n# escape=`\nFROM a\nRUN C:\\\nUSER x\n", id="escape behind check"),
        pytest.param("# x\n# escape=`\nFROM a\nRUN C:\\\nUSER x\n", id="a comment ends the directives"),
        pytest.param("\n# escape=`\nFROM a\nRUN C:\\\nUSER x\n", id="so does a blank line"),
        pytest.param("  # EsCaPe = ` \nFROM a\nRUN C:\\\nUSER x\n", id="directives may be indented and spaced"),
        pytest.param("# escape=`\n# escape=`\nFROM a\n", id="a directive given twice"),
        pytest.param("# escape=x\nFROM a\n", id="an escape token that is none"),
        pytest.param("FROM a\r\nUSER b\r\n", id="CRLF"),
        pytest.param("FROM a\rUSER b\n", id="a lone CR is white space, no line end"),
        pytest.param("FROM a\nRUN <<EOF\nUSER root\nEOF\nUSER x\n", id="a here-document"),
        pytest.param("FROM a\nRUN cat << EOF\nUSER root\nEOF\nUSER x\n", id="a blank before its word"),
        pytest.param("FROM a\nRUN cat << 'E F' && b\nUSER root\nE F\n", id="and quotes around it"),
        pytest.param("FROM a\nRUN echo ${x#y} <<EOF\nb\nEOF\n", id="a pattern before a here-document"),
        pytest.param("FROM a\nCOPY <<A <<-B /d/\nx\nA\n\ty\n\tB\nUSER x\n", id="two here-documents"),
        pytest.param("FROM a\nRUN <<EOF\nx\n", id="a here-document without end"),
        pytest.param("FROM a\nRUN cat <<< EOF\nUSER x\n", id="a here-string is none"),
        pytest.param("FROM a\nRUN $((1<<3))\nUSER x\n", id="a shift in front of a parenthesis is none"),
        pytest.param("FROM a\nRUN ['<<EOF']\nx\nEOF\n", id="single quotes are no JSON"),
        pytest.param('FROM a\nRUN ["<<EOF"]\nUSER x\n', id="none in JSON form"),
        pytest.param("FROM a\nENV x=<<EOF\nUSER x\n", id="none in ENV"),
        pytest.param("FROM a\nONBUILD RUN <<EOF\nx\nEOF\n", id="a here-document under ONBUILD"),
        pytest.param("FROM a\nRUN echo \"it's <<EOF\nUSER x\n", id="none on a line with an open quote"),
        pytest.param("FROM a\nRUN <<EOF\r\nx\r\nEOF\r\nUSER x\r\n", id="a here-document with CRLF"),
        pytest.param('FROM a\nENV a=b c=\'d e\' f="g\\"h" i=j\\ k\n', id="quoted pairs"),
        pytest.param("FROM a\nENV a  b  c \n", id="the old form of ENV"),
        pytest.param("FROM a\nENV a\n", id="ENV with one argument"),
        pytest.param("FROM a\nLABEL a=b c\n", id="LABEL without ="),
        pytest.param("FROM a\nARG a b=c 'd e'=f\n", id="several arguments"),
        pytest.param("FROM a\nCMD [1]\n", id="numbers in JSON form"),
        pytest.param('FROM a\nCMD ["a", \n', id="broken JSON is shell text"),
        pytest.param('FROM a\nCMD ["a"] # b\n', id="text behind an array"),
        pytest.param("FROM a\nCOPY --from=b --chown='a b' c d\n", id="flags"),
        pytest.param("FROM a\nRUN -- --mount=x\n", id="two dashes end the flags"),
        pytest.param("FROM a\nRUN --x=\\  y\n", id="an escaped blank in a flag"),
        pytest.param('FROM a\nHEALTHCHECK --interval=3s CMD ["a"]\n', id="HEALTHCHECK"),
        pytest.param("FROM a\nFOO bar\n\tbaz\n", id="unknown instructions"),
        pytest.param("FROM\n", id="a keyword alone"),
        pytest.param("", id="nothing at all"),
        pytest.param("# a\n\n", id="nothing but comments"),
        pytest.param("FROM a\nRUN x\xa0\\\n\u3000y\n", id="blanks that are not ASCII"),
        pytest.param("FROM a\nCOPY \xa0--from=b c d\n", id="a no-break space before a flag"),
    ],
)
def test_same_reading(text):
    assert disagreements(text.encode()) == []


@settings(max_examples=300)
@given(dockerfiles() | noise)
def test_generated_files_read_the_same(text):
    try:
        found = disagreements(text.encode())
    except NotComparable:
        return
    assert found == []


def test_the_binding_is_older_in_one_way_and_the_reader_is_not():
    content = b"FROM a\nRUN cat << 'EOF'\nUSER root\nEOF\nUSER x\n"
    import dockerfile

    official_keywords = [command.cmd for command in dockerfile.parse_string(content.decode())]
    assert official_keywords == ["FROM", "RUN", "USER", "EOF", "USER"], "the binding has learned it: drop the exception"
    assert [instruction.keyword for instruction in read(content).instructions] == ["FROM", "RUN", "USER"]
