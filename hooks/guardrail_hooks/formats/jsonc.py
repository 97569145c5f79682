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

# The usual is read without regular expressions: importing `re` costs more than reading a configuration.
BLANKS = " \t\n\r"
AHEAD = 64  # characters to look for the end of blanks at once
HEX_DIGITS = "0123456789abcdefABCDEF"
DIGITS = "0123456789"
IN_NUMBERS = frozenset(DIGITS + "+-.eE")
NUMBER_FORM = pattern(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
WORD = pattern(r"\w+")
ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
WORDS = {"true": (BOOLEAN, True), "false": (BOOLEAN, False), "null": (NULL, None)}
UNIT = 6  # characters of `\uXXXX`
PLAIN_DIGITS = 18
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
            while ahead := text[at : at + AHEAD]:
                skipped = len(ahead) - len(ahead.lstrip(BLANKS))
                at += skipped
                if skipped < AHEAD:
                    break
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
        for word, (kind, scalar) in WORDS.items():
            end = at + len(word)
            if self.text.startswith(word, at) and not self.goes_on(end):
                return Value(kind, at, end, scalar), end
        raise self.error(at, self.instead_of("a value", at))

    def goes_on(self, at: int) -> bool:
        """Whether a word or number that ends here is followed by more of it."""
        behind = self.text[at : at + 1]
        return behind.isalnum() or behind == "_"

    def instead_of(self, wanted: str, at: int) -> str:
        """The complaint that something else stands here."""
        if at >= len(self.text):
            return f"the file ends where {wanted} is expected"
        word = WORD.match(self.text, at)
        found = word.group()[:20] if word else self.text[at]
        return f"{found!a} where {wanted} is expected"

    def string(self, at: int) -> tuple[Value, int]:
        """The string at an offset."""
        text = self.text
        end = text.find('"', at + 1)
        plain = text[at + 1 : end]
        if end > 0 and "\\" not in plain and plain.isprintable():
            return Value(STRING, at, end + 1, plain), end + 1
        parts, here = [], at + 1
        while True:
            chunk = here
            while (character := text[here : here + 1]) >= " " and character not in '"\\':
                here += 1
            parts.append(text[chunk:here])
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
        code = self.unit(at)
        if code is None:
            raise self.error(at, "an unknown escape")
        if 0xD800 <= code <= 0xDBFF:
            low = self.unit(at + UNIT)
            if low is not None and 0xDC00 <= low <= 0xDFFF:
                return chr(0x10000 + ((code - 0xD800) << 10) + low - 0xDC00), at + 2 * UNIT
        return chr(code), at + UNIT

    def unit(self, at: int) -> int | None:
        """The UTF-16 code unit of the escape with four hexadecimal digits here; None where there is none."""
        digits = self.text[at + 2 : at + UNIT]
        if not self.text.startswith("\\u", at) or len(digits) < UNIT - 2 or digits.strip(HEX_DIGITS):
            return None
        return int(digits, 16)

    def number(self, at: int) -> tuple[Value, int]:
        """The number at an offset."""
        end = at + 1
        while self.text[end : end + 1] in IN_NUMBERS:
            end += 1
        form = self.text[at:end]
        if end - at < PLAIN_DIGITS and form[0] in "123456789" and not form.strip(DIGITS) and not self.goes_on(end):
            return Value(NUMBER, at, end, int(form)), end
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
