"""Word expansion: the documented forms, what they report, and where the text comes from."""

from __future__ import annotations

from contextlib import suppress

import pytest
from guardrail_hooks.formats.dockerfile import read, sources
from guardrail_hooks.formats.dockerfile.words import BadSubstitution, Value, expand
from hypothesis import given
from hypothesis import strategies as st

from tests.formats.dockerfile.generated import words

SET = {
    "X": "x",
    "EMPTY": "",
    "PATH": "/usr/local/bin",
    "V": "1.22.3-alpine",
    "DOTS": "a.b.c",
    "STAR": "a*b",
    "é": "accent",
}


def lookup(name: str) -> Value | None:
    return Value(SET[name]) if name in SET else None


def text(word: str, escape: str = "\\") -> str:
    return expand(word, lookup, escape).text


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        pytest.param("plain", "plain", id="nothing to do"),
        pytest.param("$X", "x", id="name"),
        pytest.param("${X}y", "xy", id="braces"),
        pytest.param("$Xy", "", id="a name is as long as can be"),
        pytest.param("$X-y", "x-y", id="a dash ends a name"),
        pytest.param("$é", "accent", id="letters beyond ASCII belong to names"),
        pytest.param("$Xé", "", id="also at the end of an ASCII one"),
        pytest.param("$NONE", "", id="unset is empty"),
        pytest.param("$", "$", id="a dollar alone"),
        pytest.param("$.", "$.", id="a dollar before anything else"),
        pytest.param("$12a", "a", id="a number is a name"),
        pytest.param("$$X", "X", id="a special parameter is one character"),
        pytest.param("${X:-d}", "x", id="default not needed"),
        pytest.param("${NONE:-d}", "d", id="default for unset"),
        pytest.param("${EMPTY:-d}", "d", id="default for empty"),
        pytest.param("${NONE-d}", "d", id="default for unset only"),
        pytest.param("${EMPTY-d}", "", id="empty is set"),
        pytest.param("${X:+a}", "a", id="alternate for a value"),
        pytest.param("${EMPTY:+a}", "", id="none for empty"),
        pytest.param("${EMPTY+a}", "a", id="alternate for set"),
        pytest.param("${NONE+a}", "", id="none for unset"),
        pytest.param("${X:?e}", "x", id="required and there"),
        pytest.param("${NONE:-${X}}", "x", id="nested"),
        pytest.param("${NONE:-${NIL:-$X}z}", "xz", id="nested twice"),
        pytest.param("${NONE:-a b}", "a b", id="blanks in a default"),
        pytest.param("${NONE:-a\\}b}", "a}b", id="an escaped brace in a default"),
        pytest.param("${PATH#*/}", "usr/local/bin", id="shortest prefix"),
        pytest.param("${PATH##*/}", "bin", id="longest prefix"),
        pytest.param("${V%-*}", "1.22.3", id="shortest suffix"),
        pytest.param("${V%%.*}", "1", id="longest suffix"),
        pytest.param("${V%%??????}", "1.22.3-", id="question marks"),
        pytest.param("${V#2}", "1.22.3-alpine", id="a prefix that is none"),
        pytest.param("${STAR%\\**}", "a", id="an escaped star"),
        pytest.param("${DOTS/./_}", "a_b.c", id="replace once"),
        pytest.param("${DOTS//./_}", "a_b_c", id="replace all"),
        pytest.param("${DOTS//.}", None, id="the second slash is not optional"),
        pytest.param("${PATH//\\//_}", "_usr_local_bin", id="an escaped slash"),
        pytest.param("${DOTS//?/x}", "xxxxx", id="replace every character"),
        pytest.param("${DOTS/b*/!}", "a.!", id="a star is greedy"),
        pytest.param("${DOTS//./$X}", "axbxc", id="a variable as replacement"),
        pytest.param("${DOTS///-}", "-a-.-b-.-c-", id="an empty pattern matches between characters"),
        pytest.param('"$X y"', "x y", id="double quotes"),
        pytest.param("'$X'", "$X", id="single quotes"),
        pytest.param("ro'o'\"t\"", "root", id="quotes inside a word"),
        pytest.param('"a\\"b"', 'a"b', id="an escaped quote"),
        pytest.param('"a\\nb"', "a\\nb", id="other escapes stay, in double quotes"),
        pytest.param("a\\nb", "anb", id="and go outside"),
        pytest.param("\\$X", "$X", id="an escaped dollar"),
        pytest.param("a\\", "a", id="an escape at the end"),
        pytest.param('"it\'s"', "it's", id="one kind of quotes in the other"),
        pytest.param("\ufeffroot", "root", id="a byte order mark is dropped, as the official lexer drops it"),
    ],
)
def test_expansion(word, expected):
    if expected is None:
        with pytest.raises(BadSubstitution):
            text(word)
    else:
        assert text(word) == expected


def test_the_escape_token_of_the_file_is_used():
    assert text("C:\\`$X$X", escape="`") == "C:\\$Xx"


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        pytest.param("${", "syntax error: missing '}'", id="an opening brace alone"),
        pytest.param("${}", "syntax error: bad substitution", id="no name"),
        pytest.param("${:-a}", "syntax error: bad substitution", id="no name before a modifier"),
        pytest.param("${{ X }}", "syntax error: bad substitution", id="a template"),
        pytest.param("${X", "syntax error: missing '}'", id="no closing brace"),
        pytest.param("${X:-a", "syntax error: missing '}'", id="no closing brace behind a default"),
        pytest.param("${X/a}", "syntax error: missing '/' in ${}", id="no second slash"),
        pytest.param("${X!a}", "unsupported modifier (!) in substitution", id="a modifier that is none"),
        pytest.param("${X:1:2}", "unsupported modifier (:1) in substitution", id="a substring"),
        pytest.param("${X:#a}", "unsupported modifier (:#) in substitution", id="colon and pattern"),
        pytest.param(
            "${X#\\a}", "invalid pattern (\\a) in substitution: invalid escape '\\a'", id="an escape in a pattern"
        ),
        pytest.param("'a", "unexpected end of statement while looking for matching single-quote", id="an open quote"),
        pytest.param('"a', "unexpected end of statement while looking for matching double-quote", id="another"),
        pytest.param("${NONE:?set it}", "NONE: set it", id="required, with a message"),
        pytest.param("${NONE?}", "NONE: is not allowed to be unset", id="required"),
        pytest.param("${EMPTY:?}", "EMPTY: is not allowed to be empty", id="required not to be empty"),
        pytest.param("${A:-" * 200 + "}" * 200, "substitution nested more than 100 deep", id="nested too deeply"),
        pytest.param("$V" * 9000, "expands to more than 65536 characters", id="grown too long"),
    ],
)
def test_refused(word, reason):
    with pytest.raises(BadSubstitution) as caught:
        text(word)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("word", "used", "unset", "missing"),
    [
        pytest.param("a", set(), set(), set(), id="nothing"),
        pytest.param("$X$NONE", {"X"}, {"NONE"}, {"NONE"}, id="a hole"),
        pytest.param("${NONE:-a}", set(), {"NONE"}, set(), id="a default fills it"),
        pytest.param("${NONE+a}", set(), {"NONE"}, set(), id="an alternate is meant to be left out"),
        pytest.param("${NONE#a}", set(), {"NONE"}, {"NONE"}, id="a pattern of nothing"),
        pytest.param("${X:+$NONE}", {"X"}, {"NONE"}, {"NONE"}, id="a hole in an alternate"),
        pytest.param("${X:-$NONE}", {"X"}, {"NONE"}, {"NONE"}, id="a default is expanded whether needed or not"),
        pytest.param("'$NONE'", set(), set(), set(), id="text in quotes is no variable"),
    ],
)
def test_what_is_reported(word, used, unset, missing):
    found = expand(word, lookup)
    assert (set(found.used), set(found.unset), set(found.missing)) == (used, unset, missing)


def written(content: str, **build_args: str) -> list[tuple[str, object, str]]:
    base = read(content.encode(), build_args=build_args).stages[-1].base
    assert base.expansion is not None
    return [
        (one.text, one.span and tuple(one.span), one.definition.kind if one.definition else "")
        for one in sources(base.expansion, base.word)
    ]


@pytest.mark.parametrize(
    ("content", "build_args", "expected"),
    [
        pytest.param("FROM a:1", {}, [("a:1", (1, 6, 1, 9), "")], id="the word itself"),
        pytest.param("FROM 'a':1", {}, [("a", (1, 7, 1, 8), ""), (":1", (1, 9, 1, 11), "")], id="without its quotes"),
        pytest.param("ARG V=1\nFROM a:$V", {}, [("a:", (2, 6, 2, 8), ""), ("1", (1, 7, 1, 8), "ARG")], id="a default"),
        pytest.param(
            "ARG V\nFROM a:${V:-1}", {}, [("a:", (2, 6, 2, 8), ""), ("1", (2, 13, 2, 14), "")], id="one in place"
        ),
        pytest.param(
            "ARG A=1 B=$A-x\nFROM a:$B",
            {},
            [("a:", (2, 6, 2, 8), ""), ("1", (1, 7, 1, 8), "ARG"), ("-x", (1, 13, 1, 15), "ARG")],
            id="a chain of defaults",
        ),
        pytest.param(
            'ARG V="1"\nFROM a:$V', {}, [("a:", (2, 6, 2, 8), ""), ("1", (1, 8, 1, 9), "ARG")], id="a quoted default"
        ),
        pytest.param(
            "ARG V=1\nFROM a:$V",
            {"V": "2"},
            [("a:", (2, 6, 2, 8), ""), ("2", None, "build-arg")],
            id="the caller's value stands nowhere",
        ),
        pytest.param(
            "FROM a:$TARGETARCH",
            {},
            [("a:", (1, 6, 1, 8), ""), ("amd64", None, "platform")],
            id="nor does a predefined one",
        ),
        pytest.param(
            "FROM a:$TARGETARCH-x",
            {},
            [("a:", (1, 6, 1, 8), ""), ("amd64", None, "platform"), ("-x", (1, 19, 1, 21), "")],
            id="what stands behind it does",
        ),
        pytest.param(
            "FROM $TARGETSTAGE",
            {},
            [("default", None, "platform")],
            id="the stage that is built is predefined too",
        ),
        pytest.param(
            "FROM $BUILDOS",
            {"BUILDOS": "x"},
            [("x", None, "build-arg")],
            id="the caller may replace what is predefined",
        ),
        pytest.param(
            "ARG V=1.2\nFROM a:${V%.*}",
            {},
            [("a:", (2, 6, 2, 8), ""), ("1", None, "ARG")],
            id="nor does what a pattern cut out",
        ),
    ],
)
def test_where_the_text_is_written(content, build_args, expected):
    assert written(content, **build_args) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        pytest.param("ab", [("ab", 0, 2)], id="the word"),
        pytest.param("a$X", [("a", 0, 1), ("x", -1, -1)], id="a variable stands nowhere"),
        pytest.param("a\\ b", [("a", 0, 1), (" b", 2, 4)], id="behind an escape"),
        pytest.param("'a'b", [("a", 1, 2), ("b", 3, 4)], id="in quotes, and behind them"),
        pytest.param('"a\\"b"', [("a", 1, 2), ('"b', 3, 5)], id="an escaped quote"),
        pytest.param('"a\\b"', [("a\\b", 1, 4)], id="an escape that is text"),
        pytest.param("a$.b", [("a$.b", 0, 4)], id="a dollar that is text"),
        pytest.param("${NONE:-ab}c", [("ab", 8, 10), ("c", 11, 12)], id="a default"),
        pytest.param("${X:+'ab'}", [("ab", 6, 8)], id="an alternate in quotes"),
        pytest.param("$EMPTY''a", [("a", 8, 9)], id="nothing is no piece"),
        pytest.param("\ufeffa", [("a", 1, 2)], id="behind a byte order mark"),
        pytest.param("\ufeff'a'", [("a", 2, 3)], id="and a quote"),
        pytest.param("`'<a", None, id="an open quote"),
        pytest.param("a<b<<c", [("a<b<<c", 0, 6)], id="a here-document is one only where lines are read"),
        pytest.param("a/b}c", [("a/b}c", 0, 5)], id="what ends nothing"),
    ],
)
def test_where_the_pieces_stand(word, expected):
    if expected is None:
        with pytest.raises(BadSubstitution):
            expand(word, lookup)
    else:
        assert [(piece.text, piece.start, piece.end) for piece in expand(word, lookup).pieces] == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        pytest.param("'a' \"b\" \\$X $X", "'a' \"b\" $X x", id="quotes stay, all else is expanded"),
        pytest.param("it's ${X}", "it's x", id="an open one too"),
    ],
)
def test_without_quotes(word, expected):
    assert expand(word, lookup, quotes=False).text == expected


def test_as_long_as_can_be() -> None:
    assert len(expand("$V", lambda _name: Value("x" * 65_536)).text) == 65_536
    with pytest.raises(BadSubstitution, match=r"^expands to more than 65536 characters$"):
        expand("$V", lambda _name: Value("x" * 65_537))


@given(words)
def test_pieces_make_up_the_text(word):
    try:
        found = expand(word, lookup)
    except BadSubstitution:
        return
    assert "".join(piece.text for piece in found.pieces) == found.text
    for piece in found.pieces:
        assert piece.value is not None or word[piece.start : piece.end] == piece.text


@given(words)
def test_nothing_missing_means_the_text_is_the_same_whatever_is_set_outside(word):
    try:
        found = expand(word, lookup)
        if found.missing or found.unset:
            return
        again = expand(word, lambda name: lookup(name) or Value("other"))
    except BadSubstitution:
        return
    assert again.text == found.text


@given(st.text(max_size=60))
def test_any_word_expands_or_is_refused(word):
    with suppress(BadSubstitution):
        expand(word, lookup)
