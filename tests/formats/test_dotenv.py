"""Env files as compose-go reads them."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.dotenv import read_env, read_env_lines
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("A=1\nB = 2\n", {"A": "1", "B": "2"}, id="plain, with blanks"),
        pytest.param("export A=1", {"A": "1"}, id="export"),
        pytest.param("A=1 # one\nB=#2\nC=a#b\n", {"A": "1", "B": "", "C": "a#b"}, id="comments"),
        pytest.param("A='$X # y' # z", {"A": "$X # y"}, id="single quotes are literal"),
        pytest.param('A="x\\ty" # z', {"A": "x\ty"}, id="double quotes know escapes"),
        pytest.param('A="one\ntwo"\nB=3', {"A": "one\ntwo", "B": "3"}, id="values over several lines"),
        pytest.param("A=1\nB=${A}2\nC=$A\n", {"A": "1", "B": "12", "C": "1"}, id="earlier values"),
        pytest.param("B=${A:-9}", {"B": "9"}, id="defaults"),
        pytest.param("# A=1\n\n=x\n1=2\nnothing\nA: 3", {"A": "3"}, id="what is no assignment; the YAML form"),
        pytest.param("\ufeffA=1\r\nB=2\r", {"A": "1", "B": "2"}, id="byte order mark and line ends"),
        pytest.param('A="open\nB=2', {"B": "2"}, id="an open quote spoils its own line alone"),
        pytest.param("A=1\nA=2", {"A": "2"}, id="the last one wins"),
        pytest.param("A=1\nB=$A\nA=2\nC=$A", {"A": "2", "B": "1", "C": "2"}, id="from there on"),
        pytest.param(" \texport\tA_1.b-c =1", {"A_1.b-c": "1"}, id="blanks, and what names are made of"),
        pytest.param("exportA=1\nexport=2", {"exportA": "1", "export": "2"}, id="names that begin with export"),
        pytest.param("A==1\nB:=2", {}, id="two signs"),
        pytest.param("A=\nB= \nC=#\nD= # x", {"A": "", "B": "", "C": "", "D": ""}, id="nothing"),
        pytest.param("A=a\t# x\nB=a #\nC=a# #b", {"A": "a", "B": "a", "C": "a#"}, id="where comments begin"),
        pytest.param(" # A=1\n#A=2", {}, id="a comment"),
        pytest.param(
            "A=a'b'\nB='a'b\nC=\"a\"b", {"A": "a'b'", "B": "a", "C": "a"}, id="quotes in the middle, and text behind"
        ),
        pytest.param('A="\\n\\r\\t\\\\\\x\\$B$B"\n', {"A": "\n\r\t\\\\x$B"}, id="all escapes"),
        pytest.param("A='\\n'\nB=\\n", {"A": "\\n", "B": "\\n"}, id="none where there are no double quotes"),
        pytest.param('A="$B ${C:-x}"', {"A": " x"}, id="variables in double quotes"),
        pytest.param("A='$B'", {"A": "$B"}, id="none in single ones"),
        pytest.param("A=${B\nC=${D:-", {"A": "${B", "C": "${D:-"}, id="what cannot be filled in stays"),
        pytest.param("A=$$B", {"A": "$B"}, id="two dollars are one"),
        pytest.param('A="a\nb" c\nB=1', {"A": "a\nb", "B": "1"}, id="text behind a value of two lines"),
        pytest.param("A='a\n\nb'", {"A": "a\n\nb"}, id="a blank line in a value"),
        pytest.param('A="x\\\ny"', {"A": "x\\\ny"}, id="an escaped line break is none"),
    ],
)
def test_variables(text, expected) -> None:
    assert read_env(text) == expected


def test_known_variables_win_within_values() -> None:
    assert read_env("A=1\nB=$A", {"A": "9"}) == {"A": "1", "B": "9"}


def test_known_variables_are_seen_before_they_are_given() -> None:
    assert read_env("B=$A\nC=${X:-2}", {"A": "9"}) == {"B": "9", "C": "2"}


@pytest.mark.parametrize(("lines", "found"), [(500, True), (501, False)])
def test_the_longest_value(lines, found) -> None:
    text = "A='" + "\n" * lines + "'\nB=1\n"
    assert read_env(text) == ({"A": "\n" * lines, "B": "1"} if found else {"B": "1"})
    assert read_env_lines(text)[-1] == ("B", "1", lines + 2)


def test_lines() -> None:
    assert read_env_lines("\nA='1\n2'\nB=3") == [("A", "1\n2", 2), ("B", "3", 4)]


@given(st.text("ABC=\"'\\$#{}:- \n", max_size=80))
def test_any_text_is_read(text) -> None:
    read_env(text)


def test_empty_and_escaped_quotes() -> None:
    assert read_env('A=\'\'\nB=""\nC="x\\"y"\nD=\'x\\\'\n') == {"A": "", "B": "", "C": 'x"y', "D": "x\\"}
