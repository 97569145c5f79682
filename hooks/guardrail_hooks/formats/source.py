"""The text of a file and its places: from bytes to characters, from offsets to lines, and back to bytes."""

from __future__ import annotations

from guardrail_hooks.formats.place import Malformed, Span

_BOM = b"\xef\xbb\xbf"
_FOREIGN_BOMS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


class Source:
    """Decoded text that still knows where its characters stand in the file.

    Offsets count characters of `text`, which has no byte order mark and keeps its line breaks (CR, LF, CRLF) as they
    are; `bom` is the length in bytes of the mark that was there.
    """

    __slots__ = ("_lines", "bom", "text")

    def __init__(self, text: str, bom: int = 0) -> None:
        self.text = text
        self.bom = bom
        self._lines: list[int] | None = None

    @property
    def lines(self) -> list[int]:
        """The offsets at which the lines begin; there is always a first one."""
        if self._lines is None:
            # of the same length, but with one kind of line break
            text = self.text.replace("\r\n", " \n").replace("\r", "\n") if "\r" in self.text else self.text
            lines, at = [0], text.find("\n") + 1
            while at:
                lines.append(at)
                at = text.find("\n", at) + 1
            self._lines = lines
        return self._lines

    def line(self, offset: int) -> int:
        """The line, from 1, in which a character stands."""
        from bisect import bisect_right

        return bisect_right(self.lines, offset)

    def span(self, start: int, end: int) -> Span:
        """The place of `text[start:end]`."""
        first, last = self.line(start), self.line(end)
        return Span(first, start - self.lines[first - 1] + 1, last, end - self.lines[last - 1] + 1)

    def byte_offset(self, offset: int) -> int:
        """Where a character begins in the bytes of the file."""
        return self.bom + (offset if self.text.isascii() else len(self.text[:offset].encode()))

    def malformed(self, message: str, start: int, end: int | None = None) -> Malformed:
        """The refusal of `text[start:end]`, or of one character at `start`; input in the message is made printable."""
        start = min(start, len(self.text))
        shown = "".join(character if character.isprintable() else ascii(character)[1:-1] for character in message)
        return Malformed(shown, self.span(start, min(start + 1, len(self.text)) if end is None else end))

    def too_large(self, size: int, most: int) -> Malformed:
        """The refusal of a file for its size."""
        return self.malformed(f"the file has {size:,} bytes, at most {most:,} are read", 0)


def decode(data: bytes) -> Source:
    """UTF-8, with or without a byte order mark. Raises Malformed at the first byte that is not."""
    for mark, name in _FOREIGN_BOMS:
        if data.startswith(mark):
            raise Malformed(f"the file is encoded as {name}, save it as UTF-8", Span(1, 1, 1, 1))
    bom = len(_BOM) if data.startswith(_BOM) else 0
    try:
        text = data[bom:].decode()
    except UnicodeDecodeError as error:
        before = Source(data[bom : bom + error.start].decode())
        message = f"byte 0x{data[bom + error.start]:02x} is not UTF-8"
        start = before.span(len(before.text), len(before.text))
        raise Malformed(message, start._replace(end_column=start.end_column + 1)) from None
    return Source(text, bom)
