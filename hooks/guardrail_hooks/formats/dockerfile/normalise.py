"""Physical lines to logical lines: what makes dockerfile-parse see a Dockerfile as the official parser does.

Follows BuildKit, `frontend/dockerfile/parser/parser.go`: continuation lines are joined onto the first line of their
instruction, comments and blank lines inside a continuation are skipped, here-document bodies are taken away. The
result keeps one line per line of the file, so that line numbers stay true.
"""

from __future__ import annotations

from bisect import bisect_right

from guardrail_hooks.formats.dockerfile.arguments import NotStrings, json_strings, keyword_of, take_flags
from guardrail_hooks.formats.dockerfile.directives import SPACE, leading_directives
from guardrail_hooks.formats.place import Malformed, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


MAX_LINE = 65_535  # bytes; bufio.MaxScanTokenSize - 1, the limit the official parser names

_MAY_HAVE_HEREDOCS = frozenset({"add", "copy", "run"})  # parser.go, heredocDirectives
_GUARD = "."
_ASCII_SPACE = "\t\v\f\r "
_SEPARATORS = bytes.maketrans(b"\x1c\x1d\x1e\x1f", b"????")


class Heredoc:
    """A here-document: the word that ends it, whether variables in it are expanded, and its body.

    `first` and `last` are the lines of the body and its terminator; `text` has the tabs removed that `<<-` removes.
    """

    __slots__ = ("chomp", "expand", "first", "last", "name", "text")

    def __init__(self, name: str, expand: bool, chomp: bool, text: str, first: int, last: int) -> None:
        self.name = name
        self.expand = expand
        self.chomp = chomp
        self.text = text
        self.first = first
        self.last = last


class Line:
    """A logical line: one instruction's text with its continuations joined, and the way back to the file.

    `text` has no outer white space, `keyword` is its first word as written. `first` is its first line in the file,
    `last` the last one it takes, here-document bodies included.
    """

    __slots__ = ("_columns", "_numbers", "_starts", "first", "heredocs", "keyword", "last", "text")

    def __init__(self, pieces: list[tuple[str, int, int]], first: int, last: int) -> None:
        texts, self._numbers, self._columns = zip(*pieces, strict=True)
        joined = "".join(texts)
        text = joined.lstrip(SPACE)
        start = len(text) - len(joined)
        self.text = text.rstrip(SPACE)
        self.keyword = keyword_of(self.text)
        self.first = first
        self.last = last
        self.heredocs: tuple[Heredoc, ...] = ()
        self._starts = [start]
        for piece in texts[:-1]:
            start += len(piece)
            self._starts.append(start)

    def place(self, index: int) -> tuple[int, int]:
        """Return line and column of the character at `index` of the text."""
        piece = bisect_right(self._starts, index) - 1
        return self._numbers[piece], self._columns[piece] + index - self._starts[piece]

    def span(self, start: int, end: int) -> Span:
        """Return the stretch `[start:end]` of the text as a span of the file."""
        line, column = self.place(start)
        if end <= start:
            return Span(line, column, line, column)
        end_line, end_column = self.place(end - 1)
        return Span(line, column, end_line, end_column + 1)


class Normalised:
    """A Dockerfile in normal form.

    `content` is what dockerfile-parse reads: instruction number i stands on line `lines[i].first`, whole, and every
    other line is empty. `guarded` are the first lines of the instructions whose text got a character appended there,
    because dockerfile-parse would take its end for a continuation. `comments` maps the number of every line that is a
    comment to the logical line it stands inside of, None between instructions. `source` are the physical lines without
    BOM and line ends.
    """

    __slots__ = (
        "_ends",
        "bom",
        "comments",
        "content",
        "directives",
        "escape",
        "guarded",
        "lines",
        "problems",
        "source",
    )

    def __init__(self, content: bytes) -> None:
        self.bom = content.startswith(b"\xef\xbb\xbf")
        text = content[3 if self.bom else 0 :].decode("utf-8", "surrogateescape")
        self.source = text.split("\n")
        if not self.source[-1]:
            self.source.pop()
        self.problems: list[Malformed] = []
        self.comments: dict[int, Line | None] = {}
        self.guarded: set[int] = set()
        self._stop_at_overlong_line(len(content))
        self.directives, problems = leading_directives(self.source)
        self.problems += problems
        self.escape = next((one.value for one in self.directives if one.name == "escape"), "\\")
        if self.escape not in ("\\", "`"):
            self.escape = "\\"
        self._ends = self.escape + " \t"  # what a continued line can end with
        self.lines = tuple(self._logical_lines())
        self.content = self._content()

    def _stop_at_overlong_line(self, size: int) -> None:
        """Cut the file where the official parser stops reading."""
        if size <= MAX_LINE:
            return
        for index, line in enumerate(self.source):
            if len(line) > MAX_LINE or (len(line) * 4 > MAX_LINE and _bytes(line) > MAX_LINE):
                message = f"dockerfile line greater than max allowed size of {MAX_LINE}"
                self.problems.append(Malformed(message, Span(index + 1, 1, index + 1, 1)))
                del self.source[index:]
                return

    def _logical_lines(self) -> Iterator[Line]:
        source = self.source
        directives = len(self.directives)
        index = 0
        while index < len(source):
            number = index + 1
            raw = source[index].rstrip("\r")
            index += 1
            text = raw.lstrip(SPACE)
            if not text:
                continue
            if text[0] == "#":
                if number > directives:
                    self.comments[number] = None
                continue
            column = len(raw) - len(text) + 1
            text, more = self._continued(text)
            pieces = [(text, number, column)]
            inside: list[int] = []
            while more and index < len(source):
                text = source[index].rstrip("\r")
                index += 1
                bare = text.lstrip(SPACE)
                if not bare:
                    continue
                if bare[0] == "#":
                    inside.append(index)
                    continue
                text, more = self._continued(text)
                pieces.append((text, index, 1))
            line = Line(pieces, number, index)
            for comment in inside:
                self.comments[comment] = line
            if "<<" in line.text:
                index = self._take_heredocs(line, index)
            yield line

    def _continued(self, text: str) -> tuple[str, bool]:
        """Remove a continuation character: the escape token, with another character or nothing in front of it."""
        if text[-1] not in self._ends:
            return text, False
        bare = text.rstrip(" \t")
        if not bare.endswith(self.escape) or bare[-2:-1] == self.escape:
            return text, False
        return bare[:-1], True

    def _take_heredocs(self, line: Line, index: int) -> int:
        """Give a logical line its here-documents; returns the index of the first line behind them."""
        if not _can_contain_heredocs(line, self.escape):
            return index
        from guardrail_hooks.formats.dockerfile.heredocs import heredocs_on

        heredocs: list[Heredoc] = []
        for name, expand, chomp in heredocs_on(line.text):
            first = index + 1
            body: list[str] = []
            while True:
                if index >= len(self.source):
                    self.problems.append(Malformed("unterminated heredoc", line.span(0, len(line.text))))
                    line.last = index
                    return index
                text = self.source[index]
                index += 1
                ending = text.rstrip("\r")
                if (ending.lstrip("\t") if chomp else ending) == name:
                    break
                body.append(text.lstrip("\t") if chomp else text)
            heredocs.append(Heredoc(name, expand, chomp, "".join([text + "\n" for text in body]), first, index))
        line.heredocs = tuple(heredocs)
        line.last = index
        return index

    def _content(self) -> bytes:
        out = [""] * len(self.source)
        for line in self.lines:
            text = line.text
            keyword = line.keyword
            value = text[len(keyword) :].lstrip(_ASCII_SPACE)
            if not value.isascii() and value[0].isspace():
                text = text[: -len(value)] + "?" + value[1:]  # dockerfile-parse would leave it out
            if not (keyword.isascii() and keyword.isprintable() and keyword):
                text = "?" + text[len(keyword) :]  # it may hold white space to dockerfile-parse; no such keyword exists
            if text[-1] == "\\":
                text += _GUARD
                self.guarded.add(line.first)
            out[line.first - 1] = text
        # Bytes that are no UTF-8 and what only Python calls white space become "?", one for one: where a value starts
        # is all that is asked of dockerfile-parse, the text itself is taken from the logical line.
        return ("\n".join(out) + "\n").encode("utf-8", "replace").translate(_SEPARATORS)


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))


def _can_contain_heredocs(line: Line, escape: str) -> bool:
    """Tell whether a logical line is ADD, COPY or RUN, perhaps under ONBUILD, and not in JSON form."""
    text, keyword = line.text, line.keyword.lower()
    _, start = take_flags(text, len(keyword), escape)
    if keyword == "onbuild":
        text = text[start:]
        keyword = keyword_of(text).lower()
        _, start = take_flags(text, len(keyword), escape)
    if keyword not in _MAY_HAVE_HEREDOCS:
        return False
    try:
        return json_strings(text[start:]) is None
    except NotStrings:
        return False
