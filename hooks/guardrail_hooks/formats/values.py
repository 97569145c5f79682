"""Values with places: what the readers of JSON, TOML and YAML have in common."""

from __future__ import annotations

from guardrail_hooks.formats.place import Comment
from guardrail_hooks.pattern import pattern
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from guardrail_hooks.formats.place import Span
    from guardrail_hooks.formats.source import Source

    Plain = bool | float | str | list["Plain"] | dict[str, "Plain"] | None

OBJECT, ARRAY, STRING, NUMBER, BOOLEAN, NULL = "object", "array", "string", "number", "boolean", "null"
DEEPEST = 100  # levels of nesting; no configuration needs more, and no reader may run out of stack
SOLID = pattern(r"\S")


class Value:
    """One value: its kind, its data, and the stretch of text it stands in (character offsets, the end exclusive).

    `data` is a list of `Member` for an object, a list of `Value` for an array, else the plain scalar.
    """

    __slots__ = ("_members", "_values", "end", "kind", "scalar", "start")

    def __init__(
        self,
        kind: str,
        start: int,
        end: int,
        scalar: bool | float | str | None = None,
        members: list[Member] | None = None,
        values: list[Value] | None = None,
    ) -> None:
        self.kind = kind
        self.start = start
        self.end = end
        self.scalar = scalar
        self._members = members
        self._values = values

    @property
    def members(self) -> list[Member]:
        """The members of an object in order, duplicates kept; none of anything else."""
        return [] if self._members is None else self._members

    @property
    def values(self) -> list[Value]:
        """The elements of an array; none of anything else."""
        return [] if self._values is None else self._values

    @property
    def text(self) -> str:
        """The characters of a string; empty for anything else."""
        return self.scalar if isinstance(self.scalar, str) else ""

    @property
    def is_true(self) -> bool:
        """Whether this is the boolean true."""
        return self.scalar is True

    def member(self, name: str) -> Member | None:
        """The member that counts under a name: the last one, as in every parser."""
        return next((member for member in reversed(self.members) if member.name == name), None)

    def get(self, name: str) -> Value | None:
        """The value that counts under a name."""
        found = self.member(name)
        return found.value if found else None

    def plain(self) -> Plain:
        """The value as Python data; of duplicate keys the last one counts."""
        if self.kind == OBJECT:
            return {member.name: member.value.plain() for member in self.members}
        if self.kind == ARRAY:
            return [value.plain() for value in self.values]
        return self.scalar

    def strings(self) -> Iterator[Value]:
        """Every string below (not the keys), in order."""
        waiting = [self]
        while waiting:
            value = waiting.pop()
            if value.kind == STRING:
                yield value
            waiting += [member.value for member in reversed(value.members)]
            waiting += reversed(value.values)


class Member(namedtuple("Member", "name key value")):
    """One member of an object: its name, the key as a value with a place, and what it holds."""

    __slots__ = ()
    name: str
    key: Value
    value: Value


class Note(namedtuple("Note", "start end text")):
    """A comment: its offsets, and its text without the leader and outer blanks."""

    __slots__ = ()
    start: int
    end: int
    text: str


class Document:
    """A whole file: its text, its outermost value, its comments, and the offsets of its trailing commas.

    `headers` are the offsets at which tables begin in front of their names (TOML), each with the table; `comments` is
    given by a reader that knows better what its comments belong to.
    """

    __slots__ = ("_comments", "commas", "headers", "notes", "root", "source")

    def __init__(
        self,
        source: Source,
        root: Value,
        *,
        notes: list[Note] | None = None,
        commas: list[int] | None = None,
        headers: list[tuple[int, Value]] | None = None,
        comments: Callable[[], Iterator[Comment]] | None = None,
    ) -> None:
        self.source = source
        self.root = root
        self.notes = notes or []
        self.commas = commas or []
        self.headers = headers or []
        self._comments = comments

    @property
    def text(self) -> str:
        """The characters of the file."""
        return self.source.text

    def span(self, start: int, end: int) -> Span:
        """The lines and columns of a stretch of text."""
        return self.source.span(start, end)

    def comments(self) -> Iterator[Comment]:
        """The comments, each with the lines of the member or element that it speaks for."""
        if self._comments is not None:
            yield from self._comments()
            return
        if not self.notes:
            return
        extents: dict[int, int] = {}
        for start, end in self._constructs(self.root):
            extents[start] = max(end, extents.get(start, end))
        extents.update((start, table.end) for start, table in self.headers)
        targets = self._targets()
        for note in self.notes:
            span = self.span(note.start, note.end)
            target = targets[note.start]
            if self.text[self.source.lines[span.line - 1] : note.start].strip():
                yield Comment(span, note.text, span.line, span.line, "")
            elif target in extents:
                construct = self.span(target, extents[target])
                yield Comment(span, note.text, construct.line, construct.end_line, "")
            else:
                yield Comment(span, note.text, span.end_line + 1, span.end_line, "")

    def _targets(self) -> dict[int, int]:
        """By the offset of each comment, where the next thing begins that is neither blank nor comment."""
        targets: dict[int, int] = {}
        for note in reversed(self.notes):
            solid = SOLID.search(self.text, note.end)
            at = solid.start() if solid else len(self.text)
            targets[note.start] = targets.get(at, at)
        return targets

    def _constructs(self, value: Value) -> Iterator[tuple[int, int]]:
        """Where every member and every element begins and ends."""
        for member in value.members:
            yield member.key.start, member.value.end
            yield from self._constructs(member.value)
        for element in value.values:
            yield element.start, element.end
            yield from self._constructs(element)
