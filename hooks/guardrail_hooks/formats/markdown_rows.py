"""The headings, list items and table rows of a Markdown text, with their places.

Fenced code, HTML comments and struck-out text are blanked, so columns stay true. GitHub Flavored Markdown, sections
4.2 and 4.3 (headings), 4.5 (fenced code), 4.10 (tables), 5.2 (list items), 6.5 (strikethrough).
"""

from __future__ import annotations

import re

from guardrail_hooks.formats.place import Comment, Span
from guardrail_hooks.pattern import pattern
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Block = "Heading | Item | Row"

_HEADING = pattern(r" {0,3}(#{1,6})(?:[ \t]+(?![ \t])(.*))?")
_UNDERLINE = pattern(r" {0,3}(={2,}|-{2,})[ \t]*")  # a single mark is an item that somebody is about to write
_ITEM = pattern(r"[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(?=\S)")
_FENCE = pattern(r"[ \t>]*(?:[-*+][ \t]+)?(`{3,}|~{3,})(.*)")
_STRUCK = pattern(r"~~(?=\S)(.*?\S)~~")
_DELIMITER = pattern(r"[ \t]*(?:\|[ \t]*)?:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*(?:\|[ \t]*)?")
LONGEST = 20_000  # characters of a line; a longer one is data, not a row that somebody reads
_LINE = pattern(r"\r\n|\n|\r")
_CELL = pattern(r"(?:[^|\\]|\\.|\\$)*")


class Heading(namedtuple("Heading", "level text line column")):
    """A heading: its level from 1 to 6 and its text."""

    __slots__ = ()
    level: int
    text: str
    line: int
    column: int


class Item(namedtuple("Item", "text line column")):
    """The first line of a list item, without its marker."""

    __slots__ = ()
    text: str
    line: int
    column: int


class Cell(namedtuple("Cell", "text column")):
    """One cell of a table row, without outer blanks."""

    __slots__ = ()
    text: str
    column: int


class Row(namedtuple("Row", "head cells line")):
    """A body row of a table, with the texts of the table's head."""

    __slots__ = ()
    head: tuple[str, ...]
    cells: tuple[Cell, ...]
    line: int


def split_lines(text: str) -> list[str]:
    """The lines of a text, whichever way they end; Unicode's other separators are plain characters."""
    return _LINE.split(text)


def read_blocks(text: str) -> Iterator[Heading | Item | Row]:
    """The headings, list items and table rows, in order."""
    lines = visible_lines(text)
    head: tuple[str, ...] = ()
    for at, line in enumerate(lines):
        if heading := _HEADING.fullmatch(line):
            head = ()
            name = _unclosed(heading[2] or "")
            yield Heading(len(heading[1]), name, at + 1, heading.start(2) + 1 if name else 1)
        elif head and "|" in line:
            if not _DELIMITER.fullmatch(line):
                yield Row(head, _cells(line), at + 1)
        elif "|" in line and at + 1 < len(lines) and "|" in lines[at + 1] and _DELIMITER.fullmatch(lines[at + 1]):
            head = tuple(cell.text for cell in _cells(line))
        else:
            head = ()
            if item := _ITEM.match(line):
                yield Item(line[item.end() :].rstrip(), at + 1, item.end() + 1)
            elif level := _underlined(lines, at):
                yield Heading(level, line.rstrip(), at + 1, 1)


def _underlined(lines: Sequence[str], at: int) -> int:
    """The level of the heading that the line below makes of the last line of a paragraph, 0 for none.

    A paragraph inside of something else, such as a list item, becomes none (section 5.1, laziness).
    """
    mark = _UNDERLINE.fullmatch(lines[at + 1]) if at + 1 < len(lines) else None
    if mark is None or "|" in lines[at]:  # with a bar it is meant as the head of a table
        return 0
    above = at
    while (
        above >= 0 and (line := lines[above]).strip() and not (_HEADING.fullmatch(line) or _UNDERLINE.fullmatch(line))
    ):
        if line[0] in " \t>|" or _ITEM.match(line):
            return 0
        above -= 1
    return 0 if above == at else 1 if mark[1][0] == "=" else 2


def _unclosed(text: str) -> str:
    """The text of a heading without the marks that may close it."""
    text = text.rstrip(" \t")
    bare = text.rstrip("#")
    return bare.rstrip(" \t") if not bare or bare.endswith((" ", "\t")) else text


def visible_lines(text: str) -> list[str]:
    """The lines with fenced code, HTML comments and struck-out text replaced by blanks."""
    lines: list[str] = []
    fence = ""
    for line in split_lines(_without_comments(text)):
        inside, fence = bool(fence), _fence_behind(line, fence)
        if inside or fence or len(line) > LONGEST:
            lines.append("")
        else:
            lines.append(_STRUCK.sub(lambda match: " " * len(match[0]), line) if "~~" in line else line)
    return lines


def _fence_behind(line: str, fence: str) -> str:
    """The marks of the fence that is open behind a line, given those in front of it; empty for none."""
    if fence:
        mark = line.strip(" \t>")
        return "" if mark.startswith(fence) and not mark.strip(fence[0]) else fence
    opening = _FENCE.match(line)
    return opening[1] if opening and not (opening[1][0] == "`" and "`" in opening[2]) else ""


def read_comments(text: str) -> Iterator[Comment]:
    """The HTML comments; one on lines of its own speaks for the line below it, any other for its own line."""
    starts = [0, *(match.end() for match in _LINE.finditer(text))]
    from bisect import bisect_right

    for start, end in _comments(text):
        first, last = bisect_right(starts, start), bisect_right(starts, max(start, end - 1))
        line_end = _LINE.search(text, end)
        alone = line_end and not text[starts[first - 1] : start].strip() and not text[end : line_end.start()].strip()
        spoken = last + 1 if alone else first
        span = Span(first, start - starts[first - 1] + 1, last, end - starts[last - 1] + 1)
        yield Comment(span, text[start + 4 : end - 3].strip(), min(spoken, first), spoken, "")


def _comments(text: str) -> Iterator[tuple[int, int]]:
    """Where the closed HTML comments outside fenced code are."""
    if "<!--" not in text:
        return
    at, fence = 0, ""
    while at < len(text):
        newline = _LINE.search(text, at)
        end = newline.end() if newline else len(text)
        line = text[at : newline.start() if newline else len(text)]
        inside, fence = bool(fence), _fence_behind(line, fence)
        if not inside and not fence:
            start = text.find("<!--", at, end)
            while start >= 0:
                close = text.find("-->", start + 4)
                if close < 0:
                    return
                yield start, close + 3
                at = close + 3
                newline = _LINE.search(text, at)
                end = newline.end() if newline else len(text)
                start = text.find("<!--", at, end)
        at = end


def _without_comments(text: str) -> str:
    """The text with HTML comments blanked, line ends kept."""
    parts: list[str] = []
    at = 0
    for start, end in _comments(text):
        parts += [text[at:start], re.sub(r"[^\r\n]", " ", text[start:end])]
        at = end
    return "".join([*parts, text[at:]])


def _cells(line: str) -> tuple[Cell, ...]:
    """The cells of a table row."""
    cells: list[Cell] = []
    at = len(line) - len(line.lstrip())
    if line[at : at + 1] == "|":
        at += 1
    while at <= len(line):
        match = _CELL.match(line, at)
        assert match
        raw = match[0]
        if match.end() < len(line) or raw.strip():
            indent = len(raw) - len(raw.lstrip()) if raw.strip() else 0
            cells.append(Cell(raw.strip(), at + indent + 1))
        at = match.end() + 1
    return tuple(cells)


def plain(text: str) -> str:
    """Inline text without emphasis, code marks and link targets."""
    text = re.sub(r"!?\[([^\]\[]*)\]\([^()]*\)", r"\1", text)
    return re.sub(r"\*\*|__|`|(?<![\w*])\*(?=\S)|(?<=\S)\*(?![\w*])", "", text).replace("\\|", "|").strip()


def column_of(head: Sequence[str], wanted: Sequence[str]) -> int | None:
    """The first column whose heading, in lower case, is one of the wanted ones, the most wanted first."""
    for name in wanted:
        if name in head:
            return list(head).index(name)
    return None
