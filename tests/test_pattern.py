from __future__ import annotations

import re

import pytest
from guardrail_hooks.pattern import METHODS, pattern


def test_it_is_compiled_when_first_used_and_once(monkeypatch) -> None:
    compiled = []
    real = re.compile
    monkeypatch.setattr(re, "compile", lambda *arguments: compiled.append(arguments) or real(*arguments))
    digits = pattern(r"\d+", re.ASCII)
    assert compiled == []
    assert digits.fullmatch("12")
    assert digits.search("a1")
    assert digits.sub("x", "a1b2") == "axbx"
    assert compiled == [(r"\d+", re.ASCII)]


@pytest.mark.parametrize("method", METHODS)
def test_it_answers_as_a_compiled_pattern_does(method) -> None:
    arguments = ("-", "a1b") if method == "sub" else ("a1b",)
    lazy, eager = getattr(pattern(r"[0-9]"), method)(*arguments), getattr(re.compile(r"[0-9]"), method)(*arguments)
    if method == "finditer":
        lazy, eager = [one.span() for one in lazy], [one.span() for one in eager]
    elif method not in ("findall", "split", "sub"):
        lazy, eager = lazy and lazy.span(), eager and eager.span()
    assert lazy == eager


def test_what_is_not_needed_is_not_there() -> None:
    with pytest.raises(AttributeError):
        _ = pattern("x").pattern
