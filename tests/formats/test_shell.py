"""Shell text as simple commands."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.shell import commands
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("a b # c d", [["a", "b"]], id="a comment runs nothing"),
        pytest.param("a 'b c' \"d $e\" f\\ g", [["a", "b c", "d $e", "f g"]], id="quotes make one word"),
        pytest.param("a && b || c; d & e | f", [[one] for one in "abcdef"], id="operators part commands"),
        pytest.param("cat <<EOF\nnpx x\nEOF\nb", [["cat"], ["b"]], id="a here-document is text"),
        pytest.param("cat <<-'E' > out\n\tnpx x\n\tE\nb", [["cat"], ["b"]], id="a here-document with tabs"),
        pytest.param("A=1 B='x y' npx z", [["npx", "z"]], id="assignments in front are no words"),
        pytest.param("x=$(npx a)\n`npx b`", [["npx", "a"], [], ["npx", "b"], ["`npx b`"]], id="substitutions run"),
        pytest.param("if a; then b; else c; fi", [["a"], ["b"], ["c"]], id="reserved words are no commands"),
        pytest.param("npx \\\n  y", [["npx", "y"]], id="a continued line is one"),
        pytest.param(
            "bash <(curl x) >/dev/null 2>&1", [["curl", "x"], ["bash", "<(curl x)"]], id="process substitution"
        ),
        pytest.param("echo ${a:-'b c'}", [["echo", "${a:-'b c'}"]], id="an expansion is part of a word"),
        pytest.param("f() { npx z; }", [["f"], ["npx", "z"]], id="a function's body"),
        pytest.param('read a <<<"x y"\nb\n', [["read", "a"], ["b"]], id="a here-string is one word"),
        pytest.param("cat <<< x\nb\n", [["cat"], ["b"]], id="a here-string after a blank"),
        pytest.param("((a = 1 << 2))\nb\n", [["b"]], id="a shift in arithmetic is no here-document"),
        pytest.param("(( (a << 2) > (b) )) && c\nb\n", [["c"], ["b"]], id="brackets in arithmetic"),
        pytest.param("((a; b); c)\n", [["a"], ["b"], ["c"]], id="a subshell in a subshell"),
        pytest.param("bash <<'E'\na b\nE\nc", [["a", "b"], ["bash"], ["c"]], id="a here-document that a shell reads"),
        pytest.param("bash -s <<-E\n\ta b\n\tE\n", [["a", "b"], ["bash", "-s"]], id="the same with tabs"),
    ],
)
def test_commands(text, wanted) -> None:
    found = [command.words for command in commands(text)]
    assert [words if words != ["f("] else ["f"] for words in found] == wanted


def test_lines_and_assignments() -> None:
    first, second, third = commands("X=1\n\ncurl a |\n  sh")
    assert (first.assignments, first.line) == ([("X", "1")], 1)
    assert (second.line, third.words, third.line) == (3, ["sh"], 4)


def test_files_that_are_read() -> None:
    assert [(one.words, one.inputs) for one in commands("bash < a.sh 2>&1 >out; b <<< c; d <e <f")] == [
        (["bash"], ["a.sh"]),
        (["b"], []),
        (["d"], ["e", "f"]),
    ]


@given(st.text(alphabet="ab $(){}<>|&;'\"\\`#\n\t="))
def test_every_text_ends(text) -> None:
    for command in commands(text):
        assert command.line >= 1


@pytest.mark.parametrize("piece", ["$(", "`", '"$(', "((", "${", "<<A\n", "'", '"', "a|"])
def test_hostile_text_costs_no_more_than_its_length(piece) -> None:
    assert sum(1 for _ in commands(piece * 20_000)) >= 0


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param('a "x\\$y\\`z" b\nc', ["1 a|x$y`z|b", "2 c"], id="escapes in double quotes"),
        pytest.param('a "x\\z"', ["1 a|x\\z"], id="a backslash before anything else stays"),
        pytest.param('a "x\\\ny" b\nc', ["1 a|xy|b", "3 c"], id="a line that goes on in quotes"),
        pytest.param('a "\nb\n" c\nd', ["1 a|\nb\n|c", "4 d"], id="lines in double quotes"),
        pytest.param("a '\nb' c\nd", ["1 a|\nb|c", "3 d"], id="lines in single quotes"),
        pytest.param('a "`b c`" d', ["1 b|c", "1 a|`b c`|d"], id="backquotes in quotes"),
        pytest.param('a "$(b "c")" d', ["1 b|c", '1 a|$(b "c")|d'], id="quotes in a substitution in quotes"),
        pytest.param("a $(b\nc)\nd", ["1 b", "2 c", "1 a|$(b\nc)", "3 d"], id="lines of a substitution"),
        pytest.param("a $(b '(' \\) c)", ["1 b|(|)|c", "1 a|$(b '(' \\) c)"], id="brackets that close nothing"),
        pytest.param("d <(a b) >(c)\ne", ["1 a|b", "1 c", "1 d|<(a b)|>(c)", "2 e"], id="both process substitutions"),
        pytest.param("echo $((1+2)) x", ["1 echo|$((1+2))|x"], id="arithmetic holds no commands"),
        pytest.param("(a b) | c", ["1 a|b", "1 c"], id="a subshell"),
        pytest.param("cat <<-E <<F\n\tx\n\tE\ny\nF\nd", ["1 cat", "6 d"], id="two here-documents"),
        pytest.param("cat <<E\nx", ["1 cat"], id="a here-document without end"),
        pytest.param('a \\"b c', ['1 a|"b|c'], id="an escaped quote quotes nothing"),
        pytest.param("a \\\n b\nc", ["1 a|b", "3 c"], id="the line of what follows a continued one"),
    ],
)
def test_words_and_their_lines(text, wanted) -> None:
    assert [f"{command.line} {'|'.join(command.words)}" for command in commands(text)] == wanted
