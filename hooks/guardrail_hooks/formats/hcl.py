"""HCL as far as a list of names and texts needs it: blocks, attributes, and where their texts were written.

Follows github.com/hashicorp/hcl, hclsyntax/spec.md. Texts, tuples and objects are read; every other expression
(functions, conditions, arithmetic, `for`) is passed over as one `Other`. Templates are not evaluated: `${...}` is a
piece without text.
"""

from __future__ import annotations

from guardrail_hooks.formats.interpolation import LITERAL, MISSING, Piece
from guardrail_hooks.formats.source import decode
from guardrail_hooks.pattern import pattern
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.formats.place import Comment, Malformed
    from guardrail_hooks.formats.source import Source

DEEPEST = 100  # levels of brackets
_BLANKS = pattern(r"[ \t\r]*")
_COMMENT = pattern(r"(?:#|//)[^\n]*|/\*")
_NAME = pattern(r"[^\W\d][\w-]*")
_WORD = pattern(r"[\w.-]+")
_HEREDOC = pattern(r"<<(-?)([^\W\d][\w-]*)\r?\n")
_PLAIN = pattern(r'[^"\\$%\n]+')
_LINE = pattern(r"[^$%\n]*\n|[^$%\n]+")
_ESCAPE = pattern(r'\\(?:([nrt"\\])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))')
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_FOR = pattern(r"[\[{]\s*for\s")
_SIGNS = frozenset("+-*/%<>=!&|?:.,")


class Text(namedtuple("Text", "pieces start end")):
    """A text in quotes or a here-document; its pieces know where they stand. An escape is a piece of its own."""

    __slots__ = ()
    pieces: tuple[Piece, ...]
    start: int
    end: int

    @property
    def literal(self) -> str | None:
        """The text, None where a template decides part of it."""
        if any(piece.origin == MISSING for piece in self.pieces):
            return None
        return "".join(piece.text for piece in self.pieces)


class Tuple(namedtuple("Tuple", "items")):
    """`[...]`."""

    __slots__ = ()
    items: list[Value]


class Object(namedtuple("Object", "pairs")):
    """`{...}`: its entries in order, those left out whose key is an expression."""

    __slots__ = ()
    pairs: list[tuple[str, Value]]


class Other:
    """Any other expression."""

    __slots__ = ()


class Block(namedtuple("Block", "kind labels attributes blocks")):
    """A block; the whole file is one without kind and labels. Attributes are (name, value) in order."""

    __slots__ = ()
    kind: str
    labels: tuple[str, ...]
    attributes: list[tuple[str, Value]]
    blocks: list[Block]


if TYPE_CHECKING:
    Value = Text | Tuple | Object | Other


class Hcl(namedtuple("Hcl", "source root comment_spans stretches")):
    """A file: its text, its outermost body, the stretches of its comments in order, and those of entries with texts."""

    __slots__ = ()
    source: Source
    root: Block
    comment_spans: list[tuple[int, int]]
    stretches: list[tuple[int, int]]

    def comments(self) -> Iterator[Comment]:
        """The comments, each with the lines it speaks for."""
        from guardrail_hooks.formats.line_comments import attach

        return attach(self.source, self.comment_spans, self.stretches)


def read(data: bytes) -> Hcl:
    """Read a file. Raises Malformed at the first place where it is not HCL."""
    source = decode(data)
    reader = _Reader(source)
    root = reader.body("", (), 0)
    return Hcl(source, root, reader.comments, reader.stretches)


class _Reader:
    """The text, an offset in it that moves forward, and how many brackets are open there."""

    __slots__ = ("at", "comments", "depth", "source", "stretches", "text")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.at = 0
        self.depth = 0
        self.comments: list[tuple[int, int]] = []
        self.stretches: list[tuple[int, int]] = []

    def error(self, message: str, at: int | None = None) -> Malformed:
        return self.source.malformed(message, self.at if at is None else at)

    def found(self) -> str:
        """What stands here, for a message."""
        character = self.peek()
        if not character:
            return "the file ends"
        return "the line ends" if character == "\n" else ascii(character)

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def open(self) -> int:
        """Go behind an opening bracket; where it stood."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error(f"nested more than {DEEPEST} levels deep")
        self.at += 1
        return self.at - 1

    def close(self) -> None:
        """Go behind a closing bracket."""
        self.depth -= 1
        self.at += 1

    def skip(self, newlines: bool) -> None:
        """Go behind blanks and comments, and behind line ends if they mean nothing here."""
        text = self.text
        while True:
            blanks = _BLANKS.match(text, self.at)
            self.at = blanks.end() if blanks else self.at
            comment = _COMMENT.match(text, self.at)
            if comment:
                end = comment.end()
                if comment[0] == "/*":
                    end = text.find("*/", end) + 2
                    if end == 1:
                        raise self.error("a comment that is not closed")
                self.comments.append((self.at, end - (text[end - 1] == "\r")))
                self.at = end
            elif newlines and text.startswith("\n", self.at):
                self.at += 1
            else:
                return

    def body(self, kind: str, labels: tuple[str, ...], start: int) -> Block:
        """The attributes and blocks up to the brace that closes them, or to the end of the file."""
        block = Block(kind, labels, [], [])
        outermost = not self.depth
        while True:
            self.skip(newlines=True)
            if self.at >= len(self.text):
                if not outermost:
                    raise self.error(f'the block "{kind}" is not closed', start)
                return block
            if self.peek() == "}" and not outermost:
                self.close()
                return block
            self.entry(block)

    def entry(self, block: Block) -> None:
        """Read one attribute or block into the body around it."""
        start = self.at
        name = _NAME.match(self.text, start)
        if name is None:
            raise self.error(f"{self.found()} where an attribute or a block is expected")
        self.at = name.end()
        self.skip(newlines=False)
        if self.peek() == "=" and not self.text.startswith("==", self.at):
            self.at += 1
            block.attributes.append((name[0], self.held(start, "\n}")))
        else:
            labels = tuple(self.labels())
            if self.peek() != "{":
                raise self.error(f'{self.found()} where "=" or "{{" is expected')
            self.open()
            block.blocks.append(self.body(name[0], labels, start))
        self.skip(newlines=False)
        if self.at < len(self.text) and self.peek() not in ("\n", "}"):
            raise self.error(f"{self.found()} where the line should end")

    def labels(self) -> Iterator[str]:
        """The labels of a block."""
        while True:
            self.skip(newlines=False)
            if name := _NAME.match(self.text, self.at):
                self.at = name.end()
                yield name[0]
            elif self.peek() == '"':
                yield self.quoted().literal or ""
            else:
                return

    def held(self, start: int, stop: str) -> Value:
        """The value of the attribute or key that begins at `start`."""
        self.skip(newlines=False)
        value = self.value(stop)
        if isinstance(value, Text):
            self.stretches.append((start, value.end))
        return value

    def value(self, stop: str) -> Value:
        """The expression up to one of the characters of `stop`, which is not taken."""
        start = self.at
        found: Value | None = None
        character = self.peek()
        if character == '"':
            found = self.quoted()
        elif character == "<" and _HEREDOC.match(self.text, start):
            found = self.heredoc()
        elif character in ("[", "{") and not self.is_for():
            found = self.tuple() if character == "[" else self.object()
        if found is not None:
            self.skip(newlines="\n" not in stop)
            if self.at >= len(self.text) or self.peek() in stop:
                return found
        self.rest(stop)
        if self.at == start:
            raise self.error(f"{self.found()} where a value is expected")
        return Other()

    def rest(self, stop: str) -> None:
        """Go to the next character of `stop` outside of brackets and texts."""
        while True:
            self.skip(newlines="\n" not in stop)
            character = self.peek()
            if not character or character in stop:
                return
            if word := _WORD.match(self.text, self.at):
                self.at = word.end()
            elif character == '"':
                self.quoted()
            elif character == "<" and _HEREDOC.match(self.text, self.at):
                self.heredoc()
            elif character in _CLOSING:
                self.brackets()
            elif character in _SIGNS:
                self.at += 1
            else:
                raise self.error(f"{self.found()} is out of place")

    def brackets(self) -> None:
        """Go behind the bracket that closes the one here."""
        closing = _CLOSING[self.peek()]
        start = self.open()
        self.rest(closing)
        if self.peek() != closing:
            raise self.error(f'"{self.text[start]}" is not closed', start)
        self.close()

    def is_for(self) -> bool:
        """Whether the bracket here opens a `for` expression."""
        return _FOR.match(self.text, self.at) is not None

    def tuple(self) -> Tuple:
        start, items = self.open(), []
        while self.more("]", start):
            items.append(self.value(",]"))
            self.comma("]", start)
        return Tuple(items)

    def object(self) -> Object:
        start, pairs = self.open(), []
        while self.more("}", start):
            first, key = self.at, self.key()
            self.skip(newlines=False)
            if self.peek() not in ("=", ":"):
                raise self.error(f'{self.found()} where "=" is expected')
            self.at += 1
            value = self.held(first, ",}\n")
            if key is not None:
                pairs.append((key, value))
            self.comma("}\n", start)
        return Object(pairs)

    def key(self) -> str | None:
        """The key of an object's entry, None for an expression."""
        if self.peek() == '"':
            return self.quoted().literal
        if name := _WORD.match(self.text, self.at):
            self.at = name.end()
            return name[0]
        if self.peek() != "(":
            raise self.error(f"{self.found()} where a key is expected")
        self.brackets()
        return None

    def more(self, closing: str, start: int) -> bool:
        """Whether another item follows; else go behind the closing bracket."""
        self.skip(newlines=True)
        if self.at >= len(self.text):
            raise self.error(f'"{self.text[start]}" is not closed', start)
        if self.peek() != closing:
            return True
        self.close()
        return False

    def comma(self, ends: str, start: int) -> None:
        """Go behind the separator after an item."""
        if self.peek() == ",":
            self.at += 1
        elif self.at >= len(self.text):
            raise self.error(f'"{self.text[start]}" is not closed', start)
        elif self.peek() not in ends:
            raise self.error(f"{self.found()} where a comma is expected")

    def quoted(self) -> Text:
        """The text in quotes here."""
        start = self.at
        self.at += 1
        pieces: list[Piece] = []
        while self.peek() != '"':
            if plain := _PLAIN.match(self.text, self.at):
                pieces.append(Piece(plain[0], self.at, plain.end(), LITERAL, ""))
                self.at = plain.end()
            elif self.peek() == "\\":
                pieces.append(self.escape())
            elif self.peek() in ("$", "%"):
                pieces.append(self.template())
            else:
                raise self.error("a text that is not closed on its line", start)
        self.at += 1
        return Text(tuple(pieces), start, self.at)

    def escape(self) -> Piece:
        """What a backslash stands for."""
        match = _ESCAPE.match(self.text, self.at)
        if match is None:
            raise self.error("an unknown escape")
        letter, short, long = match.groups()
        code = int(short or long or "0", 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise self.error("an escape that is no character")
        start, self.at = self.at, match.end()
        return Piece(_ESCAPED[letter] if letter else chr(code), start, self.at, LITERAL, "")

    def template(self) -> Piece:
        """What a dollar or percent sign begins: a template, an escaped one, or just itself."""
        sign, start = self.peek(), self.at
        if self.text.startswith(f"{sign}{sign}{{", start):
            self.at += 3
            return Piece(sign + "{", start, self.at, LITERAL, "")
        self.at += 1
        if self.peek() != "{":
            return Piece(sign, start, self.at, LITERAL, "")
        self.brackets()
        return Piece("", start, self.at, MISSING, self.text[start + 2 : self.at - 1].strip("~ \t\r\n"))

    def heredoc(self) -> Text:
        """The here-document here, without the indentation that `<<-` takes away; its last line break is left."""
        start = self.at
        header = _HEREDOC.match(self.text, start)
        assert header
        self.at = header.end()
        lines: list[list[Piece]] = []
        while True:
            if self.at >= len(self.text):
                raise self.error(f'the here-document "{header[2]}" is not closed', start)
            end = self.text.find("\n", self.at)
            end = len(self.text) if end < 0 else end
            if self.text[self.at : end].strip(" \t\r") == header[2]:
                self.at = end
                break
            lines.append(self.heredoc_line())
        if header[1]:
            lines = [list(_unindented(line, _indentation(lines))) for line in lines]
        return Text(tuple(piece for line in lines for piece in line), start, self.at)

    def heredoc_line(self) -> list[Piece]:
        """The pieces of a line, its line break included."""
        pieces: list[Piece] = []
        while self.at < len(self.text):
            if plain := _LINE.match(self.text, self.at):
                pieces.append(Piece(plain[0], self.at, plain.end(), LITERAL, ""))
                self.at = plain.end()
                if plain[0].endswith("\n"):
                    break
            else:
                pieces.append(self.template())
        return pieces


def _indentation(lines: list[list[Piece]]) -> int:
    """How many blanks all lines begin with that are not empty."""
    texts = ["".join(piece.text or "x" for piece in line) for line in lines]
    return min((len(text) - len(text.lstrip(" \t")) for text in texts if text.strip()), default=0)


def _unindented(line: list[Piece], blanks: int) -> Iterator[Piece]:
    """A line without its first blanks."""
    for number, piece in enumerate(line):
        cut = min(blanks, len(piece.text) - len(piece.text.lstrip(" \t"))) if not number else 0
        yield piece._replace(text=piece.text[cut:], start=piece.start + cut)
