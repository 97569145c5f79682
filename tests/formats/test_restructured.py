"""Titles of reStructuredText, by their underlines."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.restructured import scan


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        pytest.param("Log\n===\n\n1.0\n---\n\n- a\n", [(1, 1, "Log"), (4, 2, "1.0")], id="levels in their order"),
        pytest.param("===\nLog\n===\n\nA\n===\n", [(2, 1, "Log"), (5, 2, "A")], id="an overline is a level of its own"),
        pytest.param("===\n Log\n===\n", [(2, 1, "Log")], id="a title between lines may be indented"),
        pytest.param(" Log\n===\n", [], id="one with a line below may not"),
        pytest.param("Title\n====\n", [(1, 1, "Title")], id="one character too short is forgiven"),
        pytest.param("Title\n===\n", [], id="two are not"),
        pytest.param("Log\n=-=\n", [], id="one character makes the line"),
        pytest.param("Log\n==\n", [], id="two are no line"),
        pytest.param("Log\nXXX\n", [], id="letters are none"),
        pytest.param("Log\n~~~\n", [(1, 1, "Log")], id="any punctuation is"),
        pytest.param("\n===\n", [], id="a line below nothing"),
        pytest.param(".. note\n   Log\n   ===\n\nA\n===\n", [(5, 1, "A")], id="a comment holds no title"),
    ],
)
def test_titles(text, titles) -> None:
    assert [(one.line, one.level, one.text) for one in scan(text).headings] == titles
