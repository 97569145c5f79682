"""What every reader speaks of: a span of a file, a comment, and input that cannot be read."""

from __future__ import annotations

from guardrail_hooks.row import namedtuple


class Span(namedtuple("Span", "line column end_line end_column")):
    """A stretch of text. Lines and columns start at 1 and count characters; the end column is exclusive."""

    __slots__ = ()
    line: int
    column: int
    end_line: int
    end_column: int


class Comment(namedtuple("Comment", "span text first last disables")):
    """A comment and the lines it speaks for.

    `text` is the comment without its leader and outer blanks. `first` and `last` are the lines (inclusive) of the
    instruction, key or row that the comment belongs to: its own line for a trailing comment, the construct below for a
    comment on a line of its own; `first > last` when it belongs to nothing. `disables` is the parser directive that
    this comment turns into a plain comment by standing above it, else an empty string.
    """

    __slots__ = ()
    span: Span
    text: str
    first: int
    last: int
    disables: str


class Malformed(Exception):
    """Input that its own specification refuses.

    `str(error)` is one clause in that specification's terms, without a place; the place is `error.span`.
    """

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.span = span
