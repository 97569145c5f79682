"""Compose's interpolation: what comes out, and where it was written."""

from __future__ import annotations

import re

import pytest
from guardrail_hooks.formats.interpolation import DEFAULT, LITERAL, MISSING, VARIABLE, Piece, interpolate
from hypothesis import given
from hypothesis import strategies as st

VARIABLES = {"FOO": "first", "EMPTY": "", "_x1": "under"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("nginx:1.27", "nginx:1.27", id="no variable"),
        pytest.param("$FOO-x", "first-x", id="a name ends before a dash"),
        pytest.param("a${FOO}b", "afirstb", id="braces"),
        pytest.param("$_x1 ${_x1}", "under under", id="underscore and digit"),
        pytest.param("$$FOO $${FOO}", "$FOO ${FOO}", id="a doubled dollar sign"),
        pytest.param("$$$FOO", "$first", id="then a variable"),
        pytest.param("a $ b ^x$ $} $1 $", "a $ b ^x$ $} $1 $", id="a dollar sign before anything else is one"),
        pytest.param("${EMPTY}|$EMPTY", "|", id="an empty value is a value"),
        pytest.param("${FOO:-d}|${EMPTY:-d}|${NONE:-d}", "first|d|d", id=":- when unset or empty"),
        pytest.param("${FOO-d}|${EMPTY-d}|${NONE-d}", "first||d", id="- when unset"),
        pytest.param("${FOO:+d}|${EMPTY:+d}|${NONE:+d}", "d||", id=":+ when neither"),
        pytest.param("${FOO+d}|${EMPTY+d}|${NONE+d}", "d|d|", id="+ when set"),
        pytest.param("${FOO:?e}|${FOO?e}|${EMPTY?e}", "first|first|", id="? with a value"),
        pytest.param("${NONE:-${FOO} $FOO}", "first first", id="variables in a word"),
        pytest.param("${NONE:-${NADA:-${EMPTY:-x}}}", "x", id="words in words"),
        pytest.param("${FOO:+${FOO},}b", "first,b", id="a variable in its own word"),
        pytest.param("${NONE:-a:-b?c+d}", "a:-b?c+d", id="operators in a word"),
        pytest.param("${NONE:-127.0.0.1:80}:80", "127.0.0.1:80:80", id="colons in a word"),
        pytest.param("-${NONE:-d}", "-d", id="an operator in front is text"),
        pytest.param('${NONE:-{"a":{"b":1}}}}', '{"a":{"b":1}}}', id="braces in a word are counted"),
        pytest.param("${NONE:-a}}", "a}", id="a brace behind the variable is text"),
        pytest.param("${NONE:-}", "", id="an empty word"),
        pytest.param("${NONE:-$$}", "$", id="a doubled dollar sign in a word"),
        pytest.param("${NONE:-a$}b", "a$b", id="a single one at the end of a word"),
    ],
)
def test_text(text, expected):
    result = interpolate(text, VARIABLES)
    assert (result.text, result.fault, result.is_resolved) == (expected, "", True)


@pytest.mark.parametrize(
    ("text", "rest", "missing"),
    [
        pytest.param("a:${NONE}", "a:", ("NONE",), id="braces"),
        pytest.param("a:$NONE", "a:", ("NONE",), id="none"),
        pytest.param("${NONE:?set me}", "", ("NONE",), id="required"),
        pytest.param("${EMPTY:?set me}", "", ("EMPTY",), id="required not to be empty"),
        pytest.param("${NONE:-${NADA}}", "", ("NADA",), id="the word decides, and holds another"),
        pytest.param("${FOO:+$NADA}", "", ("NADA",), id="so does that of +"),
        pytest.param("$B$A${B}", "", ("B", "A"), id="each once, in order"),
    ],
)
def test_missing(text, rest, missing):
    result = interpolate(text, VARIABLES)
    assert (result.text, result.missing, result.is_resolved) == (rest, missing, False)


@pytest.mark.parametrize("text", ["${FOO:-${NADA}}", "${NONE:+${NADA}}", "${FOO:?$NADA}"])
def test_a_word_that_does_not_count_misses_nothing(text):
    assert interpolate(text, VARIABLES).is_resolved


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("${", '"${" is not followed by the name of a variable, "$$" is a dollar sign'),
        ("${}", '"${" is not followed by the name of a variable, "$$" is a dollar sign'),
        ("${ FOO}", '"${" is not followed by the name of a variable, "$$" is a dollar sign'),
        ("${1}", '"${" is not followed by the name of a variable, "$$" is a dollar sign'),
        ("${FOO", '"${FOO" is not closed by "}"'),
        ("${FOO:-", '"${FOO" is not closed by "}"'),
        ("${FOO:-${BAR}", '"${FOO" is not closed by "}"'),
        ("${FOO:-{}", '"${FOO" is not closed by "}"'),
        ("${FOO:-a\nb}", '"${FOO" is not closed by "}"'),
        ("${FOO }", '"${FOO" is followed by no operator, one of ":-", "-", ":?", "?", ":+" and "+"'),
        ("${FOO!}", '"${FOO" is followed by no operator, one of ":-", "-", ":?", "?", ":+" and "+"'),
        ("${FOO:x}", '"${FOO" is followed by no operator, one of ":-", "-", ":?", "?", ":+" and "+"'),
        ("${A:-" * 51 + "}" * 51, "variables are nested deeper than 50 levels"),
    ],
)
def test_fault(text, fault):
    result = interpolate(f"x {text}", VARIABLES)
    assert (result.pieces, result.fault, result.is_resolved) == ((), fault, False)


def test_as_many_levels_as_may_be():
    text = "${A:-" * 50 + "x" + "}" * 50
    assert interpolate(text, {}).text == "x"
    assert interpolate(text * 3, {}).text == "xxx"


def test_pieces_say_where_they_were_written():
    text = "reg/${IMG:-nginx}:${A:-${FOO}-${B:-9}}$X"
    result = interpolate(text, VARIABLES)
    assert result.pieces == (
        Piece("reg/", 0, 4, LITERAL, ""),
        Piece("nginx", 11, 16, DEFAULT, "IMG"),
        Piece(":", 17, 18, LITERAL, ""),
        Piece("first", 23, 29, VARIABLE, "FOO"),
        Piece("-", 29, 30, DEFAULT, "A"),
        Piece("9", 35, 36, DEFAULT, "B"),
        Piece("", 38, 40, MISSING, "X"),
    )
    assert [result.piece_at(index) for index in (0, 4, 9, 15, 16)] == [
        result.pieces[0],
        result.pieces[1],
        result.pieces[2],
        result.pieces[4],
        result.pieces[5],
    ]
    assert result.piece_at(17) is None


# A second reading: find the matching brace by counting, then fill in the word as a text of its own.


def filled(text: str, variables: dict[str, str], depth: int = 0) -> str:
    if depth > 50:
        raise ValueError
    found = re.search(r"\$(?:(\$)|([A-Za-z_][A-Za-z0-9_]*)|(\{))", text)
    if found is None:
        return text
    before, behind = text[: found.start()], text[found.end() :]
    if found[1]:
        return before + "$" + filled(behind, variables, depth)
    if found[2]:
        return before + variables.get(found[2], "") + filled(behind, variables, depth)
    level = 1
    end = -1
    while level:
        end += 1
        if end == len(behind):
            raise ValueError
        level += {"{": 1, "}": -1}.get(behind[end], 0)
    inner = re.fullmatch(r"([A-Za-z_][A-Za-z0-9_]*)(?:(:?)([-?+])(.*))?", behind[:end])
    if inner is None:
        raise ValueError
    name, colon, sign, word = inner.groups()
    value = variables.get(name)
    is_set = bool(value) if colon else value is not None
    word = filled(word or "", variables, depth + 1)
    result = {"-": value if is_set else word, "+": word if is_set else "", "?": value if is_set else ""}.get(
        sign, value
    )
    return before + (result or "") + filled(behind[end + 1 :], variables, depth)


TEXTS = st.lists(
    st.sampled_from(
        ["$", "${", "}", "{", "A", "EMPTY", "FOO", ":-", "-", ":?", "?", ":+", "+", "x", ":", " ", "1", "${FOO"]
    ),
    max_size=16,
).map("".join)


@given(TEXTS)
def test_agrees_with_the_second_reading(text):
    result = interpolate(text, VARIABLES)
    try:
        expected: str | None = filled(text, VARIABLES)
    except ValueError:
        expected = None
    assert (None if result.fault else result.text) == expected


@given(TEXTS | st.text(max_size=40))
def test_pieces_stand_where_they_say(text):
    result = interpolate(text, VARIABLES)
    end = 0
    for piece in result.pieces:
        assert piece.start >= end
        end = piece.end
        written = text[piece.start : piece.end]
        if piece.origin in (LITERAL, DEFAULT):
            assert written.replace("$$", "$") == piece.text
        else:
            assert written.startswith("$")
            assert piece.name in written
    assert end <= len(text)


@pytest.mark.parametrize("unit", ["$", "${", "{", "}", "${A:-", "${A:-x}", "$A", "${A:-{"])
def test_hostile_length(unit):
    result = interpolate(unit * 100_000, VARIABLES)
    assert result.fault.isprintable()
