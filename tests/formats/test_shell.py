"""Shell text as simple commands."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats import dollar_quotes
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
        pytest.param("$'cu\\x72l' $'a\\tb'c", [["curl", "a\tbc"]], id="escapes between dollar quotes"),
        pytest.param("a $'it\\'s; b' c", [["a", "it's; b", "c"]], id="a quote between them"),
        pytest.param("a $'b", [["a", "b"]], id="that are not closed"),
        pytest.param('a $"b c" d', [["a", "b c", "d"]], id="a text to be translated"),
        pytest.param("a \"$'b'\"", [["a", "$'b'"]], id="inside double quotes they are text"),
        pytest.param("$(a $'b\\')c') d", [["a", "b')c"], ["$(a $'b\\')c')", "d"]], id="inside a substitution"),
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


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(r"\a\b\e\E\f\n\r\t\v", "\a\b\x1b\x1b\f\n\r\t\v", id="control characters by letter"),
        pytest.param("\\\\\\'\\\"\\?", "\\'\"?", id="what stands for itself"),
        pytest.param(r"\101\60\x41\x4a4\x9z", "A0AJ4\tz", id="numbers of one to three digits"),
        pytest.param(r"\u263A\U1F600\u41g", "\u263a\U0001f600Ag", id="code points"),
        pytest.param(r"\303\251\xc3\xa9", "\xe9\xe9", id="bytes of one character"),
        pytest.param(r"\xff", "\udcff", id="a byte of none"),
        pytest.param(r"\cA\c?\c\\x", "\x01\x7f\x1cx", id="control characters by name"),
        pytest.param(r"ab\0cd", "ab", id="NUL ends it"),
        pytest.param(r"\q\xz\uz\UFFFFFFFF", r"\q\xz\uz\UFFFFFFFF", id="no escape"),
    ],
)
def test_dollar_quotes(body, text) -> None:
    assert dollar_quotes.unquoted(body) == text


def test_dollar_quotes_count_their_lines() -> None:
    _, second = commands("a $'x\ny'\nb")
    assert second.line == 3


def test_lines_and_assignments() -> None:
    first, second, third = commands("X=1\n\ncurl a |\n  sh")
    assert (first.assignments, first.line) == ([("X", "1")], 1)
    assert (second.line, third.words, third.line) == (3, ["sh"], 4)


@pytest.mark.parametrize(
    ("text", "assignments", "words"),
    [
        ("A=1 B=2 c", [("A", "1"), ("B", "2")], ["c"]),
        ("A+=1", [("A", "1")], []),
        ("A='x\ny' b", [("A", "x\ny")], ["b"]),
        ("A= b", [("A", "")], ["b"]),
        ("a A=1", [], ["a", "A=1"]),
        ("1A=1 =2", [], ["1A=1", "=2"]),
        ("A=b=c", [("A", "b=c")], []),
    ],
)
def test_assignments(text, assignments, words) -> None:
    (command,) = commands(text)
    assert (command.assignments, command.words) == (assignments, words)


def test_substitutions_are_looked_into_to_a_depth() -> None:
    def nested(levels: int) -> str:
        return "$(" * levels + "a" + ")" * levels

    assert next(command.words for command in commands(nested(20))) == ["a"]
    assert next(command.words for command in commands(nested(21))) == ["$(a)"]
    assert [command.line for command in commands("\na", line=5)] == [6]


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
        pytest.param("a\\\nb c\nd", ["1 ab|c", "3 d"], id="a word that goes on"),
        pytest.param("\\\n\na\\\r\n b\r\nc", ["3 a|b", "5 c"], id="a continued line of nothing, and CRLF"),
        pytest.param("# a\n  # b\nc#d # e\nf", ["3 c#d", "4 f"], id="where comments begin"),
        pytest.param("# a", [], id="a comment at the end"),
        pytest.param("a >b <c 2>&1 >>d >|e <>f <<<g &>h &>>i x", ["1 a|x"], id="all redirections"),
        pytest.param("a > \n b", ["1 a", "2 b"], id="a redirection to nothing"),
        pytest.param("a 2>b 2 >c", ["1 a|2"], id="a number before one, and a word"),
        pytest.param("a>b c", ["1 a|c"], id="one behind a word"),
        pytest.param("a&b;;c;&d|&e;;&f", ["1 a", "1 b", "1 c", "1 d", "1 e", "1 f"], id="all operators"),
        pytest.param("a &>b & c", ["1 a", "1 c"], id="a redirection that begins like one"),
        pytest.param("a &; b", ["1 a", "1 b"], id="two of them"),
        pytest.param("while a; do b; done", ["1 a", "1 b"], id="a loop"),
        pytest.param("! time if a; then { b; }; fi", ["1 a", "1 b"], id="reserved words in a row"),
        pytest.param("a if do", ["1 a|if|do"], id="which are words elsewhere"),
        pytest.param("cat <<A; b\nx\nA\nc", ["1 cat", "1 b", "4 c"], id="a command behind a here-document's mark"),
        pytest.param("cat <<'A B'\nx\nA B\nc", ["1 cat", "4 c"], id="a quoted delimiter"),
        pytest.param("cat <<A\n\tA\nA\nc", ["1 cat", "4 c"], id="a tab before it"),
        pytest.param("cat <<-A\n\t\tA\nc", ["1 cat", "3 c"], id="which may be there behind a dash"),
        pytest.param("cat <<A\nA", ["1 cat"], id="at the end of the text"),
        pytest.param("cat 3<<A\nx\nA\nb", ["1 cat", "4 b"], id="a number before a here-document"),
        pytest.param("a '' \"\"", ["1 a||"], id="empty words"),
        pytest.param("a 'b", ["1 a|b"], id="a single quote that is not closed"),
        pytest.param('a "b', ["1 a|b"], id="a double one"),
        pytest.param("a \\", ["1 a|"], id="a backslash at the end"),
        pytest.param('a "b\\', ["1 a|b\\"], id="in quotes as well"),
        pytest.param("a $b$ $", ["1 a|$b$|$"], id="dollars"),
        pytest.param("a ${b:-${c} d} e", ["1 a|${b:-${c} d}|e"], id="an expansion in an expansion"),
        pytest.param("a ${b\\}c} d", ["1 a|${b\\}c}|d"], id="an escaped brace in one"),
        pytest.param("a ${b\nc", ["1 a|${b\nc"], id="an open one"),
        pytest.param("a `b\nc` d\ne", ["1 b", "2 c", "1 a|`b\nc`|d", "3 e"], id="lines in backquotes"),
        pytest.param("a `b", ["1 b", "1 a|`b"], id="an open backquote"),
        pytest.param("a $(b", ["1 a|$(b"], id="an open substitution"),
        pytest.param("a $(b $(c d) e)f", ["1 c|d", "1 b|$(c d)|e", "1 a|$(b $(c d) e)f"], id="one in another"),
        pytest.param("a=$(b)$(c)\nd", ["1 b", "1 c", "1 ", "2 d"], id="two in an assignment"),
        pytest.param("cat <<< x\nb", ["1 cat", "2 b"], id="a here-string hides nothing below it"),
        pytest.param("cat <<<'x y' z <<<\"$(a)\"", ["1 a", "1 cat|z"], id="two of them, one with a substitution"),
        pytest.param("a $(b ')' \")\" c) d", ["1 b|)|)|c", "1 a|$(b ')' \")\" c)|d"], id="brackets in quotes"),
        pytest.param('a $(b "it\'s")\nc', ["1 b|it's", '1 a|$(b "it\'s")', "2 c"], id="an apostrophe in quotes"),
        pytest.param('a $(b "$(c ")")") d', ["1 c|)", '1 b|$(c ")")', '1 a|$(b "$(c ")")")|d'], id="quotes in quotes"),
        pytest.param('a $(b "\\")") c', ['1 b|")', '1 a|$(b "\\")")|c'], id="an escaped quote in quotes"),
        pytest.param("$((1)) a\n(( b ))", ["1 $((1))|a"], id="arithmetic alone"),
        pytest.param("a(b)c", ["1 a(b", "1 c"], id="a bracket in a word"),
        pytest.param(")a", ["1 a"], id="a bracket that opens nothing"),
        pytest.param("case a in b) c;; esac", ["1 case|a|in|b", "1 c"], id="a case"),
    ],
)
def test_words_and_their_lines(text, wanted) -> None:
    assert [f"{command.line} {'|'.join(command.words)}" for command in commands(text)] == wanted
