"""A line scanner for Markdown logs: headings, fences, HTML comments, list items, paragraphs, link definitions.

It follows CommonMark 0.31 (https://spec.commonmark.org/0.31.2/) as far as blocks decide what a line is, and never
fails: any text is some Markdown. A Markdown library would cost more to import than a whole hook may take.
"""

from __future__ import annotations

import re

from guardrail_hooks.formats.place import Comment, Span
from guardrail_hooks.pattern import pattern
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# What a line is, by `Document.kinds`. PLAIN lines are blank, text or list items: that is only looked at where asked.
PLAIN, HEADING, UNDERLINE, CODE, COMMENT, LINK, RULE, CONFLICT = range(8)

# The lines that may be anything but plain. Behind a newline, so that the search skips from line to line.
SPECIAL = pattern(
    r"\n([ \t]*)(?=[#`~<=\[*_|>-])"
    r"(?=#|```|~~~|<!--|=+[ \t]*$|\[|-[ \t]*(?:-|$)|\*[ \t]*\*[ \t]*\*|_[ \t]*_|<{7}|\|{7}|>{7})",
    re.MULTILINE,
)
ATX = pattern(r"(#{1,6})(?:[ \t]+|$)(.*?)(?:(?:(?<=[ \t])|[ \t]+)#+)?[ \t]*$")
BULLET = pattern(r"(?:[-*+]|(\d{1,9})[.)])(?:[ \t]+|$)(?:\[[ xX]\][ \t]+)?")
BULLETS = frozenset("-*+0123456789")
DEFINITION = pattern(r"\[([^\]^\s][^\]]*)\]:[ \t]*\S")
SETEXT = {"=": 1, "-": 2}
CONFLICTS = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")


class Heading(namedtuple("Heading", "line level text column")):
    """A heading: its line, its level 1 to 6, its text without marks, and the column where the text begins."""

    __slots__ = ()
    line: int
    level: int
    text: str
    column: int


class Item(namedtuple("Item", "line column text last")):
    """A list item or a paragraph: where its text begins, the text of all its lines, and its last line."""

    __slots__ = ()
    line: int
    column: int
    text: str
    last: int


class Document:
    """A scanned text. Lines are numbered from 1; `kinds[line - 1]` is what a line is.

    `links` maps the labels of link definitions (case folded) to their lines; `unclosed` is where a fence or a comment
    begins that never ends.
    """

    __slots__ = ("conflicts", "headings", "kinds", "lines", "links", "unclosed")

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.kinds = bytearray(len(lines))
        self.headings: list[Heading] = []
        self.links: dict[str, int] = {}
        self.conflicts: list[int] = []
        self.unclosed: tuple[int, str] | None = None

    def items(self, first: int, last: int) -> Iterator[Item]:
        """The list items (nested ones are items of their own) and paragraphs of the lines first..last."""
        begun = end = 0  # the lines where the current item began and ended, 0 for none
        column, parts, listed, blank = 1, [""], False, True
        for number in range(first, min(last, len(self.lines)) + 1):
            kind = self.kinds[number - 1]
            line = self.lines[number - 1]
            body = line.lstrip(" \t")
            if kind:
                if begun and (kind in (HEADING, RULE, LINK) or not listed):
                    yield Item(begun, column, " ".join(parts), end)
                    begun = 0
                listed = listed and kind in (CODE, COMMENT)
                blank = True
                continue
            if not body:
                blank = True
                continue
            indent = len(line) - len(body)
            mark = BULLET.match(body) if body[0] in BULLETS else None
            if mark and mark[1] not in (None, "1") and not listed and not blank:
                mark = None  # a number at the start of a wrapped line: only 1 may interrupt a paragraph
            if not mark or (indent > 3 and not listed):
                if begun and (not blank or (listed and indent)):
                    parts.append(body)
                    end, blank = number, False
                    continue
                if indent > 3 and not listed:
                    continue  # indented code
                mark = None
            if begun:
                yield Item(begun, column, " ".join(parts), end)
            listed, blank = mark is not None, False
            if mark:
                body = body[mark.end() :]
            begun = end = number
            column, parts = len(line) - len(body) + 1, [body]
        if begun:
            yield Item(begun, column, " ".join(parts), end)

    def comments(self) -> Iterator[Comment]:
        """HTML comments on lines of their own; each speaks for itself and for the block directly below it."""
        number = 0
        while number < len(self.lines):
            if self.kinds[number] != COMMENT or not self.lines[number].lstrip().startswith("<!--"):
                number += 1
                continue
            start = number
            while "-->" not in self.lines[number] and number + 1 < len(self.lines):
                number += 1
            text = "\n".join(self.lines[start : number + 1]).strip().removeprefix("<!--").partition("-->")[0]
            below = number + 1
            while below < len(self.lines) and not self.lines[below].strip():
                below += 1
            last = below
            while last + 1 < len(self.lines) and _is_text(self, last + 1):
                last += 1
            column = len(self.lines[start]) - len(self.lines[start].lstrip()) + 1
            span = Span(start + 1, column, number + 1, len(self.lines[number]) + 1)
            yield Comment(span, text.strip(), start + 1, min(last, len(self.lines) - 1) + 1, "")
            number += 1


def decode(content: bytes) -> str | None:
    """The text of a file, without a byte order mark; None when it is not UTF-8 or holds NUL characters."""
    try:
        text = content.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def scan(text: str) -> Document:
    """Read a text into lines and their kinds."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    document = Document(text.split("\n"))
    lines, kinds, headings = document.lines, document.kinds, document.headings
    resume = _front_matter(document)
    at, counted, merging = -1, 0, False
    text = "\n" + text
    for special in SPECIAL.finditer(text):
        start = special.start()
        at += text.count("\n", counted, start + 1)
        counted = start + 1
        if at < resume:
            continue
        line = lines[at]
        indent = len(special[1])
        body = line[indent:]
        mark = body[0]
        if indent == 0 and line[:7] in CONFLICTS and _is_conflict(document, at, merging=merging):
            document.conflicts.append(at + 1)
            merging = mark != ">"
            kinds[at] = CONFLICT
        elif indent > 3 and not _is_listed(document, at):
            continue  # indented code, or a paragraph that goes on
        elif mark == "#":
            if (indent < 2 or not _is_listed(document, at)) and (match := ATX.match(body)):
                headings.append(Heading(at + 1, len(match[1]), match[2], indent + match.start(2) + 1))
                kinds[at] = HEADING
        elif mark in "`~":
            if length := _fence(body):
                resume = _skip_fence(document, at, mark, length, inside=bool(indent) and _is_listed(document, at))
        elif mark == "<":
            if body.startswith("<!--"):
                resume = _skip_comment(document, at)
        elif mark == "[":
            if match := DEFINITION.match(body):
                document.links.setdefault(match[1].strip().casefold(), at + 1)
                kinds[at] = LINK
        elif mark in SETEXT and _is_underline(document, at, body):
            above = lines[at - 1]
            headings.append(Heading(at, SETEXT[mark], above.strip(), len(above) - len(above.lstrip()) + 1))
            kinds[at - 1] = HEADING
            kinds[at] = UNDERLINE
        elif mark in "-*_" and _is_rule(body):
            kinds[at] = RULE
    return document


def _is_text(document: Document, at: int) -> bool:
    """Whether a line is part of a paragraph that is no list item's first line."""
    if at < 0 or document.kinds[at]:
        return False
    body = document.lines[at].lstrip(" \t")
    return bool(body) and not (body[0] in BULLETS and BULLET.match(body))


def _is_listed(document: Document, at: int) -> bool:
    """Whether a list item is open above a line, so that what is indented there belongs to it."""
    blank = False
    for above in range(at - 1, -1, -1):
        line = document.lines[above]
        kind = document.kinds[above]
        if kind in (HEADING, UNDERLINE, RULE, LINK):
            return False
        body = line.lstrip(" \t")
        if not body:
            blank = True
            continue
        if kind == PLAIN:
            if body[0] in BULLETS and BULLET.match(body):
                return True
            if line is body and blank:
                return False
        blank = False
    return False


def _is_underline(document: Document, at: int, body: str) -> bool:
    """Whether a line of `=` or `-` makes a heading of the text above (CommonMark, 4.3), and not of a list item's."""
    if body.rstrip(" \t").strip(body[0]) or not _is_text(document, at - 1):
        return False
    return not (_is_indented(document.lines[at - 1]) and _is_listed(document, at))


def _front_matter(document: Document) -> int:
    """Mark YAML front matter as a comment; the index of the line where Markdown begins."""
    lines = document.lines
    if lines[0].rstrip() == "---":
        for at in range(1, len(lines)):
            if lines[at].rstrip() in ("---", "..."):
                document.kinds[: at + 1] = bytes([COMMENT]) * (at + 1)
                return at + 1
            if not lines[at].strip():
                break
    return 0


def _fence(body: str) -> int:
    """The length of the fence that a line opens, 0 for none (CommonMark, 4.5)."""
    mark = body[0]
    length = len(body) - len(body.lstrip(mark))
    if length < 3 or (mark == "`" and "`" in body[length:]):
        return 0
    return length


def _skip_fence(document: Document, start: int, mark: str, length: int, *, inside: bool) -> int:
    """Mark a fenced block as code; the index of the line after it.

    A fence closes with at least as many of its own marks. One that is indented in a list item also ends with the item.
    """
    lines, kinds = document.lines, document.kinds
    kinds[start] = CODE
    for at in range(start + 1, len(lines)):
        line = lines[at]
        body = line.strip()
        if inside and body and not _is_indented(line):
            return at
        kinds[at] = CODE
        if body.startswith(mark * length) and not body.strip(mark):
            return at + 1
    document.unclosed = (start + 1, "fence")
    return len(lines)


def _skip_comment(document: Document, start: int) -> int:
    """Mark an HTML comment; the index of the line after it (CommonMark, 4.6, condition 2)."""
    lines, kinds = document.lines, document.kinds
    for at in range(start, len(lines)):
        kinds[at] = COMMENT
        if "-->" in lines[at]:
            return at + 1
    document.unclosed = (start + 1, "comment")
    return len(lines)


def _is_rule(body: str) -> bool:
    """Whether a line is a thematic break (CommonMark, 4.1)."""
    marks = body.replace(" ", "").replace("\t", "")
    return len(marks) >= 3 and not marks.strip(marks[0])


def _is_indented(line: str) -> bool:
    return line[:1] in (" ", "\t")


def _is_conflict(document: Document, at: int, *, merging: bool) -> bool:
    """Whether a line is a conflict marker; seven equals signs below a text are a heading unless a conflict is open."""
    line = document.lines[at]
    rest = line[7:]
    if line[0] == "=":
        return not rest.strip() and (merging or not _is_text(document, at - 1))
    if rest and rest[0] not in " \t":
        return False
    return merging if line[0] == "|" else True
