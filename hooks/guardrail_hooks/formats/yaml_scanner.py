"""ruamel.yaml's pure scanner, fitted for checking a file instead of loading it.

Marks are character offsets, comments are kept, nesting is bounded while it is scanned, and tabs separate tokens where
libyaml and YAML 1.2 section 6.2 let them (the base class refuses a tab in front of a comment). Scanning plain scalars
and what stands between tokens by regular expression halves the time. Imported by `yaml_nodes.read` alone, because the
import of ruamel.yaml costs more than all the rest of a run.
"""

from __future__ import annotations

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.scanner import Scanner, ScannerError
from ruamel.yaml.tokens import ScalarToken

from guardrail_hooks.formats.yaml_text import BLANKS, COMMON_BREAKS, RARE_BREAKS, SPACES, Patterns, Text, normalised

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from typing import Any

__all__ = ["MAX_DEPTH", "MarkedYAMLError", "ReaderError", "TokenScanner", "YAMLError"]

MAX_DEPTH = 200

# What a character begins, where that takes no second look; what is in neither table begins a plain scalar.
_FETCH = {
    "[": Scanner.fetch_flow_sequence_start,
    "{": Scanner.fetch_flow_mapping_start,
    "]": Scanner.fetch_flow_sequence_end,
    "}": Scanner.fetch_flow_mapping_end,
    ",": Scanner.fetch_flow_entry,
    "*": Scanner.fetch_alias,
    "&": Scanner.fetch_anchor,
    "!": Scanner.fetch_tag,
    "'": Scanner.fetch_single,
    '"': Scanner.fetch_double,
}
_AMBIGUOUS = frozenset("\0 \t\r\n\x85\u2028\u2029#-?:|>%@`.")


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
        self.reader = Text(text)
        self.patterns = Patterns(text)
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
        buffer, start = reader.buffer, reader.pointer
        if "#" < buffer[start] < "\x7f":  # a token begins here
            return
        gap = self.patterns.gap.match(buffer, start)
        assert gap is not None  # it may be empty
        end = gap.end()
        if buffer[end] == "#":
            end = self._note_comments(end)
        passed = buffer[start:end]
        if not self.flow_level:
            if "\n" in passed or "\r" in passed or (self.patterns.is_rare and self.patterns.breaks.search(passed)):
                self.allow_simple_key = True
            if "\t" in passed and self.allow_simple_key and buffer[end] != "\0":
                end = start + self._up_to_tab(passed)
        reader.forward(end - start)

    def _note_comments(self, start: int) -> int:
        """Note the comment that begins there and those on the lines below; where the next token begins."""
        buffer = self.reader.buffer
        content = self.patterns.content.search(buffer, start)
        end: int = content.end() if content else len(self.reader.text)
        self.comment_spans += [comment.span() for comment in self.patterns.comment.finditer(buffer, start, end)]
        return end

    def _up_to_tab(self, passed: str) -> int:
        """The length without tabs in its last line, which may not indent a token."""
        line = max(passed.rfind(line_break) for line_break in COMMON_BREAKS + RARE_BREAKS) + 1
        tab = passed.find("\t", line)
        return tab if tab >= 0 else len(passed)

    def _scan_rest_of_line(self) -> None:
        reader = self.reader
        if blanks := self.patterns.before_comment.match(reader.buffer, reader.pointer):
            reader.advance(blanks.end() - blanks.start())
            if comment := self.patterns.comment.match(reader.buffer, reader.pointer):
                self.comment_spans.append(comment.span())
                reader.forward(comment.end() - comment.start())

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
            blanks = SPACES.match(reader.buffer, reader.pointer)
            assert blanks is not None  # it may be empty
            reader.advance(blanks.end() - blanks.start())
            indent = reader.column
            if not (line_break := self._scan_line_breaks()):
                break
            breaks.append(line_break)
            deepest = max(deepest, indent)
            end = reader.pointer
        if self.indent < indent < deepest and reader.peek() != "\0":
            raise ScannerError("while scanning a block scalar", end, "found a blank line deeper than the text", end)
        return breaks, indent, end

    def scan_block_scalar_breaks(self, indent: int) -> tuple[list[str], int]:
        """Pass the blank lines in a block scalar, and the indentation of the next line."""
        reader = self.reader
        breaks: list[str] = []
        end = reader.pointer
        while True:
            if (left := indent - reader.column) > 0:
                blanks = SPACES.match(reader.buffer, reader.pointer, reader.pointer + left)
                assert blanks is not None  # it may be empty
                reader.advance(blanks.end() - blanks.start())
            if not (line_break := self._scan_line_breaks()):
                return breaks, end
            breaks.append(line_break)
            end = reader.pointer

    def scan_flow_scalar_breaks(self, double: bool, start_mark: Any) -> list[str]:
        """Pass the blank lines in a quoted scalar, and the indentation of the next line."""
        breaks = self._pass(self.patterns.blank_lines)
        rest: list[str] = super().scan_flow_scalar_breaks(double, start_mark)  # refuses a document marker
        return [breaks, *rest] if breaks else rest

    def _scan_line_breaks(self) -> str:
        """Pass line breaks with nothing between them, one by one where columns are counted on behind some."""
        if not self.patterns.is_rare:
            return self._pass(self.patterns.breaks)
        line_break: str = self.scan_line_break()
        return line_break

    def _pass(self, lines: re.Pattern[str]) -> str:
        """Pass the line breaks of a pattern; give what they are read as."""
        passed = lines.match(self.reader.buffer, self.reader.pointer)
        if passed is None:
            return ""
        text: str = passed[0]
        self.reader.forward(len(text))
        return normalised(text)

    def scan_plain_spaces(self, indent: int, _start_mark: Any) -> list[str]:
        """Pass what stands between two words or lines of a plain scalar; give what it is folded to."""
        reader = self.reader
        blanks = BLANKS.match(reader.buffer, reader.pointer)
        assert blanks is not None  # it may be empty
        reader.advance(blanks.end() - blanks.start())
        first = self.scan_line_break()
        if not first:
            return [blanks[0]] if blanks[0] else []
        self.allow_simple_key = True
        breaks = self._pass(self.patterns.blank_lines)
        if self._is_document_marker():
            return []
        spaces = SPACES.match(reader.buffer, reader.pointer)
        assert spaces is not None
        reader.advance(spaces.end() - spaces.start())
        if reader.column >= indent and (tabs := BLANKS.match(reader.buffer, reader.pointer)):
            reader.advance(tabs.end() - tabs.start())
        return [" "] if first == "\n" and not breaks else [("" if first == "\n" else first) + breaks]

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
        ends = self.patterns.end_of_flow_plain if self.flow_level else self.patterns.end_of_block_plain
        chunks: list[str] = []
        spaces: list[str] = []
        while reader.buffer[reader.pointer] not in "# \t" and (stop := ends.search(reader.buffer, reader.pointer)):
            line = reader.buffer[reader.pointer : stop.start()].rstrip(" \t")
            if not line:
                break
            self.allow_simple_key = False
            chunks += spaces
            chunks.append(line)
            reader.forward(len(line))
            end = reader.pointer
            spaces = self.scan_plain_spaces(indent, start)
            if not spaces or (not self.flow_level and reader.column < indent):
                break
        if end == start:  # never seen; a scanner that does not advance would not end
            raise ScannerError(None, None, f"found character {reader.peek()!r} that cannot start any token", start)
        return ScalarToken("".join(chunks), True, start, end)
