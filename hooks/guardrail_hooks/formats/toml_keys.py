"""TOML with places.

`tomllib` (`tomli` below Python 3.11) decides what is valid and what a scalar means; a scan of the validated text finds
where keys and values stand.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module

from guardrail_hooks.formats.place import Malformed, Span
from guardrail_hooks.formats.values import (
    ARRAY,
    BOOLEAN,
    DEEPEST,
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
    from collections.abc import Callable, Mapping

    from guardrail_hooks.formats.source import Source

BLANKS = pattern(r"(?:[ \t\r\n]+|#[^\n]*)*")
SPACES = pattern(r"[ \t]*")
KEY = pattern(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
LONG_STRING = pattern(r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}' + r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}", re.DOTALL)
SHORT_STRING = pattern(r"""\"(?:[^"\\\n]|\\.)*\"|'[^'\n]*'""")
BARE = pattern(r"[^\s,\]}#]+(?: [0-9][^\s,\]}#]*)?")  # a date and a time may be parted by one blank
AT = pattern(r"\(at line (\d+), column (\d+)\)")


def parse(source: Source) -> Document:
    """Read a whole document. Raises `Malformed` where it is not TOML 1.0."""
    loads = _loads()
    try:
        loads(source.text)
    except ValueError as error:
        raise _place(source, str(error)) from None
    except RecursionError:
        raise source.malformed("nested too deeply", 0) from None
    return _Scan(source, loads).document()


def _loads() -> Callable[[str], Mapping[str, object]]:
    """The TOML parser of this Python."""
    loads: Callable[[str], Mapping[str, object]] = import_module(
        "tomllib" if sys.version_info >= (3, 11) else "tomli"
    ).loads
    return loads


def _place(source: Source, complaint: str) -> Malformed:
    """The parser's complaint as `Malformed`, its place taken out of the words."""
    found = AT.search(complaint)
    message = AT.sub("", complaint).replace("(at end of document)", "").strip()
    message = message[:1].lower() + message[1:]
    if not found:
        return source.malformed(f"the file ends too early: {message}", len(source.text))
    line, column = int(found[1]), int(found[2])
    return Malformed(message, Span(line, column, line, column + 1))


class _Scan:
    """Walks over text that is known to be valid."""

    __slots__ = ("loads", "notes", "source", "text")

    def __init__(self, source: Source, loads: Callable[[str], Mapping[str, object]]) -> None:
        self.source = source
        self.text = source.text
        self.loads = loads
        self.notes: list[Note] = []

    def document(self) -> Document:
        """The whole text as one object."""
        text = self.text
        root = Value(OBJECT, 0, len(text), members=[])
        headers: list[tuple[int, Value]] = []
        path, at = [root], self.skip(0)
        while at < len(text):
            if text[at] == "[":
                start, double = at, text.startswith("[[", at)
                keys, at = self.keys(at + 1 + double)
                at += 1 + double
                path = self.path(root, keys, double, at)
                headers.append((start, path[-1]))
            else:
                keys, at = self.keys(at)
                value, at = self.value(self.spaces(at + 1), 0)
                inner = self.path(path[-1], keys[:-1], False, at)
                _put(inner[-1], keys[-1], value)
                for table in path + inner:
                    table.end = max(table.end, at)
            at = self.skip(at)
        return Document(self.source, root, notes=self.notes, headers=headers)

    def skip(self, at: int) -> int:
        """The offset behind white space and comments, which are noted."""
        match = BLANKS.match(self.text, at)
        assert match
        self.note(at, match.end())
        return match.end()

    def note(self, start: int, end: int) -> None:
        """Note the comments of a stretch that holds nothing else."""
        while (start := self.text.find("#", start, end)) >= 0:
            stop = self.text.find("\n", start, end)
            stop = end if stop < 0 else stop
            last = stop - (self.text[stop - 1] == "\r")
            self.notes.append(Note(start, last, self.text[start + 1 : last].strip()))
            start = stop

    def spaces(self, at: int) -> int:
        """The offset behind blanks on this line."""
        match = SPACES.match(self.text, at)
        assert match
        return match.end()

    def keys(self, at: int) -> tuple[list[Value], int]:
        """The parts of a dotted key, and the offset of what follows."""
        parts: list[Value] = []
        while True:
            at = self.spaces(at)
            match = KEY.match(self.text, at)
            assert match
            name = self.scalar(match.group()) if match.group()[0] in "\"'" else match.group()
            parts.append(Value(STRING, at, match.end(), str(name)))
            at = self.spaces(match.end())
            if not self.text.startswith(".", at):
                return parts, at
            at += 1

    def scalar(self, form: str) -> object:
        """What one scalar means."""
        return self.loads(f"v={form}")["v"]

    def path(self, table: Value, keys: list[Value], append: bool, end: int) -> list[Value]:
        """The tables that a header or the front of a dotted key names, from the outermost, made where they are new."""
        path = [table]
        for number, key in enumerate(keys):
            last = append and number == len(keys) - 1
            member = table.member(key.text)
            if member is None:
                made = Value(OBJECT, key.start, end, members=[])
                _put(table, key, Value(ARRAY, key.start, end, values=[made]) if last else made)
                table = made
            elif member.value.kind == ARRAY:
                if last:
                    member.value.values.append(Value(OBJECT, key.start, end, members=[]))
                table = member.value.values[-1]
            else:
                table = member.value
            path.append(table)
        return path

    def value(self, at: int, depth: int) -> tuple[Value, int]:
        """The value at an offset, and the offset behind it."""
        if depth > DEEPEST:
            raise self.source.malformed(f"nested more than {DEEPEST} levels deep", at)
        text = self.text
        if text[at] == "[":
            values, start, at = [], at, self.skip(at + 1)
            while text[at] != "]":
                value, at = self.value(at, depth + 1)
                values.append(value)
                at = self.skip(at)
                at = self.skip(at + 1) if text[at] == "," else at
            return Value(ARRAY, start, at + 1, values=values), at + 1
        if text[at] == "{":
            inline, start, at = Value(OBJECT, at, at, members=[]), at, self.skip(at + 1)
            while text[at] != "}":
                keys, at = self.keys(at)
                value, at = self.value(self.spaces(at + 1), depth + 1)
                _put(self.path(inline, keys[:-1], False, at)[-1], keys[-1], value)
                at = self.skip(at)
                at = self.skip(at + 1) if text[at] == "," else at
            inline.end = at + 1
            return inline, at + 1
        match = LONG_STRING.match(text, at) or SHORT_STRING.match(text, at) or BARE.match(text, at)
        assert match
        form = match.group().rstrip()
        return _scalar(self.scalar(form), at, at + len(form)), at + len(form)


def _put(table: Value, key: Value, value: Value) -> None:
    """Add a member to an object."""
    table.members.append(Member(key.text, key, value))


def _scalar(data: object, start: int, end: int) -> Value:
    """A scalar with its kind; dates and times as the text of ISO 8601."""
    if isinstance(data, bool):
        return Value(BOOLEAN, start, end, data)
    if isinstance(data, int | float):
        return Value(NUMBER, start, end, data)
    return Value(STRING, start, end, str(data))
