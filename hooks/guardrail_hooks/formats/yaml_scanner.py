"""ruamel.yaml's pure scanner, fitted for checking a file instead of loading it.

Marks are character offsets, comments are kept, nesting is bounded while it is scanned, and tabs separate tokens where
libyaml and YAML 1.2 section 6.2 let them (the base class refuses a tab in front of a comment). Scanning plain scalars
and what stands between tokens by regular expression halves the time. Imported by `yaml_nodes.read` alone, because the
import of ruamel.yaml costs more than all the rest of a run.
"""

from __future__ import annotations

import re

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import Reader, ReaderError
from ruamel.yaml.scanner import Scanner, ScannerError
from ruamel.yaml.tokens import ScalarToken

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["MAX_DEPTH", "MarkedYAMLError", "ReaderError", "TokenScanner", "YAMLError"]

MAX_DEPTH = 200

_COMMON_BREAKS = "\n\r"
_RARE_BREAKS = "\x85\u2028\u2029"  # what the base class takes for the end of a line too, as libyaml does
_BLANKS = re.compile(r"[ \t]*")
_SPACES = re.compile(r" *")


class _Patterns:
    """The patterns for a text: those without its rare line breaks compile in a fifth of the time."""

    __slots__ = (
        "before_comment",
        "blank_line",
        "block_header",
        "block_plain",
        "comment",
        "document_marker",
        "flow_plain",
    )

    def __init__(self, text: str) -> None:
        rare = any(character in text for character in _RARE_BREAKS)
        breaks = _COMMON_BREAKS + (_RARE_BREAKS if rare else "")
        block = rf"(?:[^\0 \t:{breaks}]|:(?![\0 \t{breaks}]))+"
        flow = rf"(?:[^\0 \t:,\[\]{{}}{breaks}]|:(?![\0 \t{breaks}]))+"
        self.comment = re.compile(rf"#[^\0{breaks}]*")
        self.before_comment = re.compile(rf"[ \t]*(?=[#\0{breaks}])")
        self.blank_line = re.compile(rf"[ \t]*(?=[{breaks}])")
        self.document_marker = re.compile(rf"(?:---|\.\.\.)(?=[\0 \t{breaks}])")
        self.block_header = re.compile(rf"(?:([+-])([1-9])?|([1-9])([+-])?)?(?=[ \t\0{breaks}])")
        self.block_plain = re.compile(rf"(?!#){block}(?:[ \t]+(?!#){block})*")
        self.flow_plain = re.compile(rf"(?!#){flow}(?:[ \t]+(?!#){flow})*")


class _Text(Reader):
    """The text as the scanner reads it; a mark is the offset of a character."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.buffer = text + "\0\0\0\0"  # the scanner looks up to three characters ahead

    def peek(self, index: int = 0) -> str:
        character: str = self.buffer[self.pointer + index]
        return character

    def prefix(self, length: int = 1) -> str:
        text: str = self.buffer[self.pointer : self.pointer + length]
        return text

    def forward(self, length: int = 1) -> None:
        passed = self.buffer[self.pointer : self.pointer + length]
        if "\n" in passed or "\r" in passed or "\ufeff" in passed:
            super().forward(length)
            return
        self.pointer += length
        self.index += length
        self.column += length

    def advance(self, length: int) -> None:
        """Pass characters that are known to hold no line break."""
        self.pointer += length
        self.index += length
        self.column += length

    def get_mark(self) -> int:
        return self.pointer


class _DocumentInfo:
    """Where ruamel.yaml from 0.18.7 on notes the version of a `%YAML` directive; nobody reads it here."""

    doc_version: object = None


class TokenScanner(Scanner):
    """The tokens of a text, and on the way its comments.

    `comments` is filled with (start, end) offsets as the scanner passes them. Raises ruamel.yaml's errors, whose marks
    are offsets.
    """

    processing_version = (1, 2)  # a file is read alike whatever its %YAML directive says, as by Compose and Kubernetes
    reader: Any = None

    def __init__(self, text: str) -> None:
        self.reader = _Text(text)
        self.patterns = _Patterns(text)
        self.comment_spans: list[tuple[int, int]] = []
        self.doc_infos = [_DocumentInfo()]
        super().__init__(loader=self)

    def fetch_flow_collection_start(self, *arguments: Any, **keywords: Any) -> None:
        """Bound the nesting."""
        # Before the base class looks for simple keys at every open level, which is quadratic in the depth.
        if len(self.flow_context) >= MAX_DEPTH:
            raise ScannerError(None, None, f"nested deeper than {MAX_DEPTH} levels", self.reader.get_mark())
        super().fetch_flow_collection_start(*arguments, **keywords)

    def scan_to_next_token(self) -> None:
        """Pass blanks, comments and line breaks."""
        reader = self.reader
        buffer = reader.buffer
        while not "#" < buffer[reader.pointer] < "\x7f":  # else a token begins here
            start = reader.pointer
            tabs = self.flow_level or not self.allow_simple_key
            blanks = self.patterns.before_comment.match(buffer, start) or (_BLANKS if tabs else _SPACES).match(
                buffer, start
            )
            assert blanks is not None  # both may be empty
            reader.advance(blanks.end() - start)
            self._scan_comment()
            if not self.scan_line_break():
                return
            if not self.flow_level:
                self.allow_simple_key = True

    def _scan_comment(self) -> None:
        reader = self.reader
        if comment := self.patterns.comment.match(reader.buffer, reader.pointer):
            self.comment_spans.append(comment.span())
            reader.forward(comment.end() - comment.start())

    def _scan_rest_of_line(self) -> None:
        reader = self.reader
        if blanks := self.patterns.before_comment.match(reader.buffer, reader.pointer):
            reader.advance(blanks.end() - blanks.start())
            self._scan_comment()

    def scan_directive_ignored_line(self, start_mark: Any) -> None:
        """Pass the rest of a directive's line, and note the comment in it."""
        self._scan_rest_of_line()
        super().scan_directive_ignored_line(start_mark)

    def scan_block_scalar_ignored_line(self, start_mark: Any) -> Any:
        """Pass the rest of a block scalar's header, and note the comment in it."""
        self._scan_rest_of_line()
        return super().scan_block_scalar_ignored_line(start_mark)

    def scan_block_scalar_indicators(self, start_mark: Any) -> Any:
        """Read chomping and indentation of a block scalar, a tab behind them allowed."""
        header = self.patterns.block_header.match(self.reader.buffer, self.reader.pointer)
        if header is None:
            return super().scan_block_scalar_indicators(start_mark)  # which raises
        self.reader.advance(header.end() - header.start())
        chomping, increment = header[1] or header[4], header[2] or header[3]
        return chomping == "+" if chomping else None, int(increment) if increment else None

    def scan_block_scalar_indentation(self) -> tuple[list[str], int, int]:
        """Find the indentation of a block scalar, that of its first line that is not blank (section 8.1.1.1).

        The base class takes the deepest blank line for it, and refuses a first one that has less.
        """
        reader = self.reader
        breaks: list[str] = []
        deepest = 0
        end = reader.pointer
        while True:
            blanks = _SPACES.match(reader.buffer, reader.pointer)
            assert blanks is not None  # it may be empty
            reader.advance(blanks.end() - blanks.start())
            indent = reader.column
            if not (line_break := self.scan_line_break()):
                break
            breaks.append(line_break)
            deepest = max(deepest, indent)
            end = reader.pointer
        if self.indent < indent < deepest and reader.peek() != "\0":
            raise ScannerError("while scanning a block scalar", end, "found a blank line deeper than the text", end)
        return breaks, indent, end

    def scan_plain_spaces(self, indent: int, _start_mark: Any) -> list[str]:
        """Pass what stands between two words or lines of a plain scalar; give what it is folded to."""
        reader = self.reader
        blanks = _BLANKS.match(reader.buffer, reader.pointer)
        assert blanks is not None  # it may be empty
        reader.advance(blanks.end() - blanks.start())
        first = self.scan_line_break()
        if not first:
            return [blanks[0]] if blanks[0] else []
        self.allow_simple_key = True
        breaks: list[str] = []
        while not self._is_document_marker():
            spaces = _SPACES.match(reader.buffer, reader.pointer)
            assert spaces is not None
            reader.advance(spaces.end() - spaces.start())
            if reader.column >= indent and (tabs := _BLANKS.match(reader.buffer, reader.pointer)):
                reader.advance(tabs.end() - tabs.start())
            elif blank_line := self.patterns.blank_line.match(reader.buffer, reader.pointer):
                reader.advance(blank_line.end() - blank_line.start())
            if not (line_break := self.scan_line_break()):
                return [" "] if first == "\n" and not breaks else [*([first] if first != "\n" else []), *breaks]
            breaks.append(line_break)
        return []

    def _is_document_marker(self) -> bool:
        return (
            self.reader.column == 0
            and self.patterns.document_marker.match(self.reader.buffer, self.reader.pointer) is not None
        )

    def scan_plain(self) -> ScalarToken:
        """Read a plain scalar, tabs inside its lines allowed."""
        reader = self.reader
        start = end = reader.pointer
        indent = self.indent + 1
        words = self.patterns.flow_plain if self.flow_level else self.patterns.block_plain
        chunks: list[str] = []
        spaces: list[str] = []
        while line := words.match(reader.buffer, reader.pointer):
            self.allow_simple_key = False
            chunks += spaces
            chunks.append(line[0])
            reader.forward(line.end() - line.start())
            end = reader.pointer
            spaces = self.scan_plain_spaces(indent, start)
            if not spaces or (not self.flow_level and reader.column < indent):
                break
        if end == start:  # never seen; a scanner that does not advance would not end
            raise ScannerError(None, None, f"found character {reader.peek()!r} that cannot start any token", start)
        return ScalarToken("".join(chunks), True, start, end)
