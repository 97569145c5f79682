from __future__ import annotations

import pytest
from guardrail_hooks.core.printable import UNPRINTABLE, printable, without_secrets
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("caf\u00e9 \u65e5\u672c", "caf\u00e9 \u65e5\u672c", id="letters of any script stay"),
        pytest.param("\x1b[31mred", "\\x1b[31mred", id="escape sequences are shown, not obeyed"),
        pytest.param("a\tb\r\nc", "a\\tb\\r\\nc", id="white space that moves the cursor"),
        pytest.param("\u202eevil", "\\u202eevil", id="bidi override"),
        pytest.param("a\u2066b", "a\\u2066b", id="bidi isolate"),
        pytest.param("a\u200bb", "a\\u200bb", id="zero width"),
        pytest.param("\U000e0041", "\\U000e0041", id="tag character"),
        pytest.param("\udcff", "\\xff", id="a byte that was not UTF-8"),
        pytest.param("\ud800", "\\ud800", id="a lone surrogate"),
        pytest.param("\x9b31m", "\\x9b31m", id="the one-byte form of an escape sequence"),
    ],
)
def test_characters_that_mislead_are_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text())
def test_printable_text_is_printable_and_encodes(text: str) -> None:
    shown = printable(text)
    assert not UNPRINTABLE.search(shown)
    shown.encode("utf-8")


TOKEN = "gh" + "p_" + "A1b2C3d4" * 5


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param(f"RUN curl -H {TOKEN}", "RUN curl -H ghp_********", id="token by its prefix"),
        pytest.param("ENV DB_PASSWORD=hunter2hunter2", "ENV DB_PASSWORD=********", id="assignment in a Dockerfile"),
        pytest.param('"api_key": "abcdef123"', '"api_key": "********"', id="JSON member"),
        pytest.param("  SECRET_KEY: abcdef123", "  SECRET_KEY: ********", id="YAML key"),
        pytest.param("ENV PASSWORD=${DB_PASSWORD}", "ENV PASSWORD=${DB_PASSWORD}", id="a reference is no secret"),
        pytest.param("postgres://app:s3cr3t@db/x", "postgres://app:********@db/x", id="password in an address"),
        pytest.param("image: nginx:1.27.0", "image: nginx:1.27.0", id="nothing secret"),
    ],
)
def test_secret_values_are_starred_out(text: str, shown: str) -> None:
    assert without_secrets(text) == shown
