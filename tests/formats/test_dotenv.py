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
    ],
)
def test_variables(text, expected) -> None:
    assert read_env(text) == expected


def test_known_variables_win_within_values() -> None:
    assert read_env("A=1\nB=$A", {"A": "9"}) == {"A": "1", "B": "9"}


def test_lines() -> None:
    assert read_env_lines("\nA='1\n2'\nB=3") == [("A", "1\n2", 2), ("B", "3", 4)]


@given(st.text("ABC=\"'\\$#{}:- \n", max_size=80))
def test_any_text_is_read(text) -> None:
    read_env(text)


def test_empty_and_escaped_quotes() -> None:
    assert read_env('A=\'\'\nB=""\nC="x\\"y"\nD=\'x\\\'\n') == {"A": "", "B": "", "C": 'x"y', "D": "x\\"}
