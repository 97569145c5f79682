"""Where in a Dockerfile a digest can be written: right behind the last character of a reference."""

from __future__ import annotations

from guardrail_hooks.pattern import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guardrail_hooks.formats.dockerfile import Dockerfile, Span, Stage, Word
    from guardrail_hooks.formats.dockerfile.words import Piece

LAST_VARIABLE = pattern(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)(?![A-Za-z0-9_])[^$]*\Z")


class Insertions:
    """Byte offsets in one Dockerfile; None for all of them where they are not `wanted`."""

    __slots__ = ("_content", "_dockerfile", "_starts", "_wanted")

    def __init__(self, content: bytes, dockerfile: Dockerfile, wanted: bool) -> None:
        self._content = content
        self._wanted = wanted
        self._dockerfile = dockerfile
        self._starts: list[int] = []

    def behind(self, text: str, span: Span) -> int | None:
        """The offset behind a reference that stands in the file as it is; None where it does not (escapes, joins)."""
        if not self._wanted or span.line != span.end_line:
            return None
        end = self._offset(span.end_line, span.end_column)
        written = text.encode("utf-8", "surrogateescape")
        if self._content.endswith((b'"', b"'"), 0, end) and not written.endswith((b'"', b"'")):
            end -= 1
        return end if self._content.endswith(written, 0, end) else None

    def behind_base(self, stage: Stage) -> int | None:
        """The offset behind the base of a stage, in the ARG or the `${NAME:-default}` that supplies its end.

        None where more than this image would change: a stage takes the ARG over, or something follows behind it.
        """
        if not self._wanted:
            return None
        base = stage.base
        pieces: tuple[Piece, ...] = base.expansion.pieces if base.expansion and not base.expansion.missing else ()
        word: Word | None = base.word
        names = set()
        while pieces and word and (value := pieces[-1].value):
            definition = value.definition
            last = LAST_VARIABLE.search(word.text)
            if last is None or last[1] != getattr(definition, "name", None):
                return None
            names.add(last[1])
            word = getattr(definition, "word", None)
            pieces = value.pieces
        if not pieces or word is None or "$" in word.text[pieces[-1].end :] or self._taken_over(names):
            return None
        piece = pieces[-1]
        start = word.start + piece.start
        return self.behind(piece.text, word.line.span(start, start + len(piece.text)))

    def _taken_over(self, names: set[str]) -> bool:
        """Whether a stage uses one of these global ARGs for something of its own."""
        return bool(names) and any(
            value is None and name in names
            for stage in self._dockerfile.stages
            for step in stage.steps
            if step.instruction.keyword == "ARG"
            for name, value, _ in step.instruction.pairs
        )

    def _offset(self, line: int, column: int) -> int:
        if not self._starts:
            start = 3 if self._content.startswith(b"\xef\xbb\xbf") else 0
            self._starts = [start]
            for text in self._content[start:].split(b"\n"):
                start += len(text) + 1
                self._starts.append(start)
        before = self._dockerfile.line(line)[: column - 1]
        return self._starts[line - 1] + len(before.encode("utf-8", "surrogateescape"))
