"""JSON and JSON with comments, with places: RFC 8259 plus `//` and `/* */` comments and trailing commas.

Duplicate keys are kept, comments and trailing commas are noted, so that the caller can tell what a strict reader would
refuse. Everything that Python's `json` accepts is read the same way, but for `NaN` and `Infinity` (RFC 8259, section 6)
and for nesting beyond `DEEPEST`.
"""

from __future__ import annotations

from guardrail_hooks.formats.values import (
    ARRAY,
    BOOLEAN,
    DEEPEST,
    NULL,
    NUMBER,
    OBJECT,
    STRING,
    Document,
    Member,
    Note,
    Value,
)
from guardrail_hooks.pattern import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guardrail_hooks.formats.place import Malformed
    from guardrail_hooks.formats.source import Source

BLANKS = pattern(r"[ \t\n\r]*")
PLAIN_STRING = pattern(r'"([^"\\\x00-\x1f]*)"')
CHUNK = pattern(r'[^"\\\x00-\x1f]*')
HEX = pattern(r"[0-9a-fA-F]{4}")
NUMBER_FORM = pattern(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
WORD = pattern(r"\w+")
ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
WORDS = {"true": (BOOLEAN, True), "false": (BOOLEAN, False), "null": (NULL, None)}
MOST_DIGITS = 4000  # Python refuses to convert longer numbers; no configuration holds one


def parse(source: Source) -> Document:
    """Read a whole document. Raises `Malformed` at the first place where it is not JSON with comments."""
    reader, text = _Reader(source), source.text
    at = reader.blanks(0)
    if at == len(text):
        raise reader.error(at, "the file is empty" if not text.strip() else "no value, only comments")
    root, at = reader.value(at, 0)
    at = reader.blanks(at)
    if at < len(text):
        raise reader.error(at, "text after the end of the document")
    return Document(source, root, notes=reader.notes, commas=reader.commas)


class _Reader:
    """The text, and what is noted on the way."""

    __slots__ = ("commas", "notes", "source", "text")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.notes: list[Note] = []
        self.commas: list[int] = []

    def error(self, at: int, message: str) -> Malformed:
        """What is wrong at an offset."""
        return self.source.malformed(message, at)

    def blanks(self, at: int) -> int:
        """The offset behind white space and comments."""
        text = self.text
        while True:
            blank = BLANKS.match(text, at)
            assert blank
            at = blank.end()
            if not text.startswith("/", at):
                return at
            if text.startswith("//", at):
                ends = [end for end in (text.find("\n", at), text.find("\r", at)) if end >= 0]
                end = min(ends) if ends else len(text)
                self.notes.append(Note(at, end, text[at + 2 : end].strip()))
            elif text.startswith("/*", at):
                end = text.find("*/", at + 2) + 2
                if end == 1:
                    raise self.error(at, "a comment that is not closed")
                self.notes.append(Note(at, end, text[at + 2 : end - 2].strip()))
            else:
                raise self.error(at, "a slash that starts no comment")
            at = end

    def value(self, at: int, depth: int) -> tuple[Value, int]:
        """The value at an offset, and the offset behind it."""
        character = self.text[at : at + 1]
        if character == '"':
            return self.string(at)
        if character == "{":
            return self.object(at, depth + 1)
        if character == "[":
            return self.array(at, depth + 1)
        if character == "-" or "0" <= character <= "9":
            return self.number(at)
        word = WORD.match(self.text, at)
        if word and word.group() in WORDS:
            kind, scalar = WORDS[word.group()]
            return Value(kind, at, word.end(), scalar), word.end()
        raise self.error(at, self.instead_of("a value", at))

    def instead_of(self, wanted: str, at: int) -> str:
        """The complaint that something else stands here."""
        if at >= len(self.text):
            return f"the file ends where {wanted} is expected"
        word = WORD.match(self.text, at)
        found = word.group()[:20] if word else self.text[at]
        return f"{found!a} where {wanted} is expected"

    def string(self, at: int) -> tuple[Value, int]:
        """The string at an offset."""
        plain = PLAIN_STRING.match(self.text, at)
        if plain:
            return Value(STRING, at, plain.end(), plain.group(1)), plain.end()
        text, parts, here = self.text, [], at + 1
        while True:
            chunk = CHUNK.match(text, here)
            assert chunk
            parts.append(chunk.group())
            here = chunk.end()
            character = text[here : here + 1]
            if character == '"':
                return Value(STRING, at, here + 1, "".join(parts)), here + 1
            if character != "\\":
                closed = "a string that is not closed" if character in ("", "\n", "\r") else "a control character"
                raise self.error(at if closed.endswith("closed") else here, closed)
            part, here = self.escape(here)
            parts.append(part)

    def escape(self, at: int) -> tuple[str, int]:
        """The character that an escape stands for; of a surrogate pair the one character."""
        text = self.text
        letter = text[at + 1 : at + 2]
        if letter in ESCAPES and letter:
            return ESCAPES[letter], at + 2
        digits = HEX.match(text, at + 2) if letter == "u" else None
        if not digits:
            raise self.error(at, "an unknown escape")
        code, end = int(digits.group(), 16), digits.end()
        if 0xD800 <= code <= 0xDBFF and text.startswith("\\u", end):
            low = HEX.match(text, end + 2)
            if low and 0xDC00 <= int(low.group(), 16) <= 0xDFFF:
                return chr(0x10000 + ((code - 0xD800) << 10) + int(low.group(), 16) - 0xDC00), low.end()
        return chr(code), end

    def number(self, at: int) -> tuple[Value, int]:
        """The number at an offset."""
        match = NUMBER_FORM.match(self.text, at)
        behind = WORD.match(self.text, match.end()) if match else None
        if not match or behind:
            raise self.error(at, "a number in no JSON form")
        if match.end() - at > MOST_DIGITS:
            raise self.error(at, "a number with too many digits")
        form = match.group()
        scalar = float(form) if match.group(1) or match.group(2) else int(form)
        return Value(NUMBER, at, match.end(), scalar), match.end()

    def object(self, start: int, depth: int) -> tuple[Value, int]:
        """The object at an offset."""
        self.check(start, depth)
        text, members = self.text, []
        at = self.blanks(start + 1)
        comma = -1
        while not text.startswith("}", at):
            if not text.startswith('"', at):
                raise self.error(at, self.instead_of("a key in double quotes", at))
            key, at = self.string(at)
            at = self.blanks(at)
            if not text.startswith(":", at):
                raise self.error(at, self.instead_of('":"', at))
            value, at = self.value(self.blanks(at + 1), depth)
            members.append(Member(key.text, key, value))
            comma, at = self.separator(at, "}")
        if comma >= 0:
            self.commas.append(comma)
        return Value(OBJECT, start, at + 1, members=members), at + 1

    def array(self, start: int, depth: int) -> tuple[Value, int]:
        """The array at an offset."""
        self.check(start, depth)
        text, values = self.text, []
        at = self.blanks(start + 1)
        comma = -1
        while not text.startswith("]", at):
            value, at = self.value(at, depth)
            values.append(value)
            comma, at = self.separator(at, "]")
        if comma >= 0:
            self.commas.append(comma)
        return Value(ARRAY, start, at + 1, values=values), at + 1

    def separator(self, at: int, closing: str) -> tuple[int, int]:
        """Behind a member or element: the offset of the comma (-1: none) and of what follows."""
        at = self.blanks(at)
        if self.text.startswith(",", at):
            return at, self.blanks(at + 1)
        if not self.text.startswith(closing, at):
            raise self.error(at, self.instead_of(f'"," or "{closing}"', at))
        return -1, at

    def check(self, at: int, depth: int) -> None:
        """Refuse what is nested too deeply."""
        if depth > DEEPEST:
            raise self.error(at, f"nested more than {DEEPEST} levels deep")
