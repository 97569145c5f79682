"""The text that ruamel.yaml's scanner reads, with its place in it, and the patterns by which it is passed.

A mark is the offset of a character. Every pattern is linear and holds no memory for each character or line that it
passes: a megabyte of blank lines is one match.
"""

from __future__ import annotations

import re

from ruamel.yaml.reader import Reader

BLANKS = re.compile(r"[ \t]*")
SPACES = re.compile(r" *")

COMMON_BREAKS = "\n\r"
RARE_BREAKS = "\x85\u2028\u2029"  # what the base class takes for the end of a line too, as libyaml does


class Patterns:
    """The patterns for a text: those without its rare line breaks compile in a fifth of the time."""

    __slots__ = (
        "before_comment",
        "blank_lines",
        "block_header",
        "breaks",
        "comment",
        "content",
        "document_marker",
        "end_of_block_plain",
        "end_of_flow_plain",
        "gap",
        "is_rare",
    )

    def __init__(self, text: str) -> None:
        self.is_rare = any(character in text for character in RARE_BREAKS)
        breaks = COMMON_BREAKS + (RARE_BREAKS if self.is_rare else "")
        self.comment = re.compile(rf"#[^\0{breaks}]*")
        self.before_comment = re.compile(rf"[ \t]*(?=[#\0{breaks}])")
        self.gap = re.compile(rf"[ \t{breaks}]*")
        self.blank_lines = re.compile(rf"[ \t{breaks}]*[{breaks}]")
        self.breaks = re.compile(rf"[{breaks}]+")
        self.content = re.compile(rf"[{breaks}][ \t]*(?=[^ \t#{breaks}])")
        self.document_marker = re.compile(rf"(?:---|\.\.\.)(?=[\0 \t{breaks}])")
        self.block_header = re.compile(rf"(?:([+-])([1-9])?|([1-9])([+-])?)?(?=[ \t\0{breaks}])")
        # A set of characters first, so that the search skips what cannot end a plain scalar without trying.
        ends = rf"(?<=:)(?=[\0 \t{breaks}])|(?<=[ \t]#)"
        self.end_of_block_plain = re.compile(rf"[\0:#{breaks}](?:(?<=[\0{breaks}])|{ends})")
        self.end_of_flow_plain = re.compile(rf"[\0:#,\[\]{{}}{breaks}](?:(?<=[\0,\[\]{{}}{breaks}])|{ends})")


class Text(Reader):
    """The text as the scanner reads it; a mark is the offset of a character."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text
        self.buffer = text + "\0\0\0\0"  # the scanner looks up to three characters ahead

    def peek(self, index: int = 0) -> str:
        """A character ahead."""
        character: str = self.buffer[self.pointer + index]
        return character

    def prefix(self, length: int = 1) -> str:
        """The next characters."""
        text: str = self.buffer[self.pointer : self.pointer + length]
        return text

    def forward(self, length: int = 1) -> None:
        """Pass characters."""
        end = self.pointer + length
        passed = self.buffer[self.pointer : end]
        self.pointer = self.index = end
        if "\n" in passed or "\r" in passed or "\ufeff" in passed:
            self._count(passed, end)
        else:
            self.column += length

    def _count(self, passed: str, end: int) -> None:
        """Lines and columns as the base class counts them: a mark U+FEFF is none, CR LF ends a line with its LF."""
        if passed[-1] == "\r" and self.buffer[end] == "\n":
            passed = passed[:-1] + " "
        if line_breaks := passed.count("\n") + passed.count("\r") - passed.count("\r\n"):
            self.line += line_breaks
            self.column = 0
            passed = passed[max(passed.rfind("\n"), passed.rfind("\r")) + 1 :]
        self.column += len(passed) - passed.count("\ufeff")

    def advance(self, length: int) -> None:
        """Pass characters that are known to hold no line break."""
        self.pointer += length
        self.index += length
        self.column += length

    def get_mark(self) -> int:
        """Where it stands."""
        return self.pointer


def normalised(lines: str) -> str:
    """The line breaks of blank lines, as the base class gives them."""
    if lines.isascii() and "\r" not in lines:
        return "\n" * lines.count("\n")
    breaks = lines.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
    return breaks.replace(" ", "").replace("\t", "")
