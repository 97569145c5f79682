"""Decoding, lines and offsets."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.place import Malformed, Span
from guardrail_hooks.formats.source import Source, decode
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("data", "message", "span"),
    [
        pytest.param(
            "a: 1\n".encode("utf-16"), "the file is encoded as UTF-16, save it as UTF-8", (1, 1, 1, 1), id="LE"
        ),
        pytest.param(b"\xfe\xff\0a", "the file is encoded as UTF-16, save it as UTF-8", (1, 1, 1, 1), id="BE"),
        pytest.param(
            "a".encode("utf-32"), "the file is encoded as UTF-32, save it as UTF-8", (1, 1, 1, 1), id="UTF-32"
        ),
        pytest.param(b"a\nb\xc3\xa9\xe9\n", "byte 0xe9 is not UTF-8", (2, 3, 2, 4), id="Latin-1 behind UTF-8"),
        pytest.param(b"\xef\xbb\xbf\xff", "byte 0xff is not UTF-8", (1, 1, 1, 2), id="behind a byte order mark"),
        pytest.param(b"a\r\rb\xed\xa0\x80", "byte 0xed is not UTF-8", (3, 2, 3, 3), id="a surrogate is no character"),
    ],
)
def test_not_utf8(data, message, span):
    with pytest.raises(Malformed) as caught:
        decode(data)
    assert (str(caught.value), caught.value.span) == (message, Span(*span))


def test_a_byte_order_mark_is_no_text_but_counts_in_bytes():
    source = decode("\ufeffé: 1".encode())
    assert source.text == "é: 1"
    assert [source.byte_offset(offset) for offset in range(5)] == [3, 5, 6, 7, 8]
    assert source.span(0, 1) == Span(1, 1, 1, 2)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("", [0], id="empty"),
        pytest.param("a\nb\n", [0, 2, 4], id="LF"),
        pytest.param("a\r\nb", [0, 3], id="CRLF is one break"),
        pytest.param("a\rb\r", [0, 2, 4], id="CR alone is one"),
        pytest.param("a\n\r\nb", [0, 2, 4], id="mixed"),
        pytest.param("a\u2028b\x0bc", [0], id="other separators are not"),
    ],
)
def test_lines(text, lines):
    assert Source(text).lines == lines


@given(st.text(max_size=60))
def test_spans_and_bytes_lead_back_to_the_text(text):
    source = decode(text.encode())
    assert (source.text, source.bom) == ((text[1:], 3) if text.startswith("\ufeff") else (text, 0))
    data = text.encode()
    for offset, character in enumerate(source.text):
        start = source.byte_offset(offset)
        assert data[start : source.byte_offset(offset + 1)].decode() == character
        line, column, _, _ = source.span(offset, offset + 1)
        assert source.lines[line - 1] + column - 1 == offset
