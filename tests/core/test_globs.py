from __future__ import annotations

import re
import time

import pytest
from guardrail_hooks.core.globs import compile_glob, translate
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        pytest.param("*.py", "a.py", True, id="a star matches a name"),
        pytest.param("*.py", "src/a.py", False, id="a star stops at a slash"),
        pytest.param("**/*.py", "src/deep/a.py", True, id="two stars cross folders"),
        pytest.param("**/*.py", "a.py", True, id="two stars and a slash match no folder too"),
        pytest.param("src/**", "src/deep/a.py", True, id="two stars at the end take all"),
        pytest.param("src/**", "srcs/a.py", False, id="a folder name is whole"),
        pytest.param("a**b", "a/x/b", True, id="two stars inside a name cross as well"),
        pytest.param("?.py", "a.py", True, id="a question mark is one character"),
        pytest.param("?.py", "/.py", False, id="but no slash"),
        pytest.param("[ab].py", "b.py", True, id="a class"),
        pytest.param("[!ab].py", "c.py", True, id="a negated class"),
        pytest.param("[!ab].py", "a.py", False, id="a negated class refuses its members"),
        pytest.param("a[!b]c", "a/c", False, id="a negated class stops at a slash"),
        pytest.param("a[.-0]c", "a/c", False, id="a class never matches a slash"),
        pytest.param("[]]", "]", True, id="a bracket first in a class is a member"),
        pytest.param("[a", "[a", True, id="an unclosed bracket is itself"),
        pytest.param("[z-a]", "[z-a]", True, id="a broken class is taken literally"),
        pytest.param("[0-9]", "5", True, id="a range"),
        pytest.param("[a-]", "-", True, id="a dash at the end of a class is itself"),
        pytest.param("[?--]", "-", True, id="dashes in a row are no set difference"),
        pytest.param("a.b", "axb", False, id="a dot is a dot"),
        pytest.param("a\nb", "a\nb", True, id="newlines in names"),
        pytest.param("**", "", True, id="two stars match nothing as well"),
    ],
)
def test_globs_over_paths(glob: str, path: str, matches: bool) -> None:
    assert bool(compile_glob(glob).fullmatch(path)) is matches


def test_crossing_globs_ignore_slashes() -> None:
    assert compile_glob("ghcr.io/me/*", crossing=True).fullmatch("ghcr.io/me/a/b:1")


@given(st.text(alphabet="ab/.-"))
def test_text_without_wildcards_matches_itself_alone(text: str) -> None:
    pattern = compile_glob(text)
    assert pattern.fullmatch(text)
    assert not pattern.fullmatch(text + "x")


@given(st.text(alphabet="ab/*?[]!^-\\"), st.text(alphabet="ab/"))
def test_any_text_is_a_glob(glob: str, path: str) -> None:
    assert isinstance(compile_glob(glob), re.Pattern)
    compile_glob(glob).fullmatch(path)


PIECES = st.sampled_from(["*", "**", "**/", "/", "a", "b", "?", "[ab]", "[!a]", "[a-c]"])


@given(st.lists(PIECES, max_size=8).map("".join), st.text("aab/c", max_size=10), st.booleans())
def test_committing_to_the_first_place_changes_no_answer(glob, path, crossing) -> None:
    plain = re.compile(translate(glob, crossing=crossing), re.DOTALL)
    assert bool(compile_glob(glob, crossing=crossing).fullmatch(path)) is bool(plain.fullmatch(path))


@pytest.mark.parametrize("glob", ["*a*a*a*a*a*a*b", "**/a*/**/*a*/**/b", "**a**a**a**a**b", "**/**/**/**/**/x"])
@pytest.mark.parametrize("path", ["a" * 4000, "a/" * 2000])
def test_a_glob_with_many_stars_takes_no_time(glob, path) -> None:
    begin = time.process_time()
    assert not compile_glob(glob).fullmatch(path)
    assert time.process_time() - begin < 0.5
