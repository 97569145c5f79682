"""Instructions of a Dockerfile, with their flags and words, from dockerfile-parse's reading of the normal form."""

from __future__ import annotations

from guardrail_hooks.formats.dockerfile.arguments import (
    BLANKS,
    NotStrings,
    blank_separated,
    json_strings,
    keyword_of,
    quoted_words,
    take_flags,
)
from guardrail_hooks.formats.dockerfile.directives import SPACE
from guardrail_hooks.formats.dockerfile.library import dockerfile_parser
from guardrail_hooks.formats.dockerfile.wording import quoted
from guardrail_hooks.formats.place import Malformed, Span
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeAlias

    from guardrail_hooks.formats.dockerfile.arguments import Chunk
    from guardrail_hooks.formats.dockerfile.normalise import Heredoc, Line, Normalised

    Split: TypeAlias = "Callable[[Instruction, int, str], Iterable[Word]]"


class Word:
    """A word of an instruction, as written: quotes kept, continuations joined.

    `start` and `end` are its place in the logical line. In JSON form `text` is the string and the place is that of the
    whole array.
    """

    __slots__ = ("end", "line", "start", "text")

    def __init__(self, text: str, line: Line, start: int, end: int) -> None:
        self.text = text
        self.line = line
        self.start = start
        self.end = end

    @property
    def span(self) -> Span:
        """Where the word stands in the file."""
        return self.line.span(self.start, self.end)

    def part(self, start: int, end: int) -> Word:
        """Return the stretch `[start:end]` of this word as a word of its own."""
        return Word(self.text[start:end], self.line, self.start + start, self.start + end)


class Flag:
    """A `--name=value` before the words, quotes removed, variables not expanded; `value` is None without `=`."""

    __slots__ = ("name", "value", "word")

    def __init__(self, name: str, value: str | None, word: Word) -> None:
        self.name = name
        self.value = value
        self.word = word

    @property
    def span(self) -> Span:
        """Where the whole flag stands."""
        return self.word.span

    @property
    def value_word(self) -> Word:
        """The value as a word, empty if there is none. Its place includes quotes that its text is without."""
        line, start, end = self.word.line, self.word.start, self.word.end
        equals = line.text.find("=", start, end)
        return Word(self.value or "", line, equals + 1 if equals >= 0 else end, end)

    @property
    def value_span(self) -> Span:
        """Where the value stands, or the whole flag if it has none."""
        return self.value_word.span if self.value else self.span


class Pair(namedtuple("Pair", "name value word")):
    """One `name=value` of ENV, LABEL or ARG. `value` is None where ARG gives no default. `word` is the whole of it."""

    __slots__ = ()
    name: str
    value: Word | None
    word: Word


class Instruction:
    """One instruction.

    `keyword` is upper-cased, `written` as it stands in the file. `value` is all the text behind it, continuations
    joined. `words` are its arguments as the official parser splits them: the image, AS and name of FROM; the one
    argument of USER, WORKDIR, STOPSIGNAL, MAINTAINER; names and values by turns of ENV and LABEL; the strings of a
    JSON array (`json` is true); the shell text of CMD, ENTRYPOINT and RUN as one word. `trigger` is the instruction
    behind ONBUILD. `first` and `last` are the lines it takes, here-document bodies included.
    """

    __slots__ = ("_start", "flags", "json", "keyword", "line", "trigger", "value", "words", "written")

    def __init__(self, written: str, value: str, line: Line, start: int) -> None:
        self.written = written
        self.keyword = written.upper() if written.isascii() else written  # no keyword has an upper case outside ASCII
        self.value = value
        self.line = line
        self._start = start
        self.flags: tuple[Flag, ...] = ()
        self.words: tuple[Word, ...] = ()
        self.json = False
        self.trigger: Instruction | None = None

    @property
    def span(self) -> Span:
        """All of its text, without here-documents; of a trigger, what stands behind ONBUILD."""
        return self.line.span(self._start, len(self.line.text))

    @property
    def first(self) -> int:
        """Its first line."""
        return self.line.first

    @property
    def last(self) -> int:
        """Its last line."""
        return self.line.last

    @property
    def heredocs(self) -> tuple[Heredoc, ...]:
        """Its here-documents."""
        return self.line.heredocs

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The names and values of ENV, LABEL and ARG."""
        if self.keyword == "ARG":
            return tuple(_arg_pair(word) for word in self.words)
        if self.keyword not in ("ENV", "LABEL"):
            return ()
        names, values = self.words[::2], self.words[1::2]
        return tuple(
            Pair(name.text, value, Word(name.line.text[name.start : value.end], name.line, name.start, value.end))
            for name, value in zip(names, values, strict=True)
        )

    @property
    def script(self) -> str:
        """What RUN executes: the command and the text of its here-documents."""
        command = " ".join([word.text for word in self.words])
        return "\n".join([command, *[heredoc.text for heredoc in self.heredocs]])

    @property
    def trailing_comment(self) -> Word | None:
        """What looks like a comment at the end of a FROM. There are none: the parser takes `# base` for arguments."""
        if self.keyword != "FROM":
            return None
        return next((word for word in self.words[1:] if word.text.startswith("#")), None)

    def flag(self, name: str) -> Flag | None:
        """Return the last flag of that name."""
        return next((flag for flag in reversed(self.flags) if flag.name == name), None)


def read_instructions(normalised: Normalised) -> Iterator[tuple[Instruction, Malformed | None]]:
    """Yield every instruction, with what the official parser finds wrong in its text, if anything."""
    from io import BytesIO

    parser = dockerfile_parser()(fileobj=BytesIO(normalised.content))  # type: ignore[arg-type]  # it wants bytes, the stub says text
    structure = parser.structure
    for entry, line in zip(structure, normalised.lines, strict=True):
        start = len(line.text) - len(str(entry["value"])) + (line.first in normalised.guarded)
        instruction = Instruction(line.keyword, line.text[start:], line, 0)
        yield instruction, _take_apart(instruction, start, normalised.escape)


def _take_apart(instruction: Instruction, start: int, escape: str) -> Malformed | None:
    line = instruction.line
    flags, start = take_flags(line.text, start, escape)
    instruction.flags = tuple(_flag(chunk, line) for chunk in flags)
    try:
        split = _SPLIT.get(instruction.keyword)
        if split:
            instruction.words = tuple(split(instruction, start, escape))
        elif instruction.keyword == "ONBUILD" and start < len(line.text):
            return _take_trigger(instruction, start, escape)
    except NotStrings:
        message = "when using JSON array syntax, arrays must be comprised of strings only"
        return Malformed(message, line.span(start, len(line.text)))
    except Malformed as error:
        return error
    return None


def _take_trigger(instruction: Instruction, start: int, escape: str) -> Malformed | None:
    line = instruction.line
    written = keyword_of(line.text[start:])
    behind = start + len(written)
    blank = BLANKS.match(line.text, behind)
    value = blank.end() if blank else behind
    trigger = instruction.trigger = Instruction(written, line.text[value:], line, start)
    if trigger.keyword == "ONBUILD":
        return None
    return _take_apart(trigger, value, escape)


def _flag(chunk: Chunk, line: Line) -> Flag:
    name, equals, value = chunk.text[2:].partition("=")
    return Flag(name, value if equals else None, Word(chunk.text, line, chunk.start, chunk.end))


def _arg_pair(word: Word) -> Pair:
    name, equals, _ = word.text.partition("=")
    return Pair(name, word.part(len(name) + 1, len(word.text)) if equals else None, word)


def _whole(instruction: Instruction, start: int, _escape: str) -> Iterator[Word]:
    text = instruction.line.text
    if start < len(text):
        yield Word(text[start:], instruction.line, start, len(text))


def _blank_separated(instruction: Instruction, start: int, _escape: str) -> Iterator[Word]:
    line = instruction.line
    if start < len(line.text):
        for begin, end in blank_separated(line.text, start):
            yield Word(line.text[begin:end], line, begin, end)


def _json_or(plain: Split) -> Split:
    def split(instruction: Instruction, start: int, escape: str) -> Iterable[Word]:
        line = instruction.line
        strings = json_strings(line.text[start:]) if line.text.startswith("[", start) else None
        if strings is None:
            return plain(instruction, start, escape)
        instruction.json = True
        return [Word(text, line, start, len(line.text)) for text in strings]

    return split


def _names(instruction: Instruction, start: int, escape: str) -> Iterator[Word]:
    for chunk in quoted_words(instruction.line.text, start, escape):
        yield Word(chunk.text, instruction.line, chunk.start, chunk.end)


def _names_and_values(instruction: Instruction, start: int, escape: str) -> Iterator[Word]:
    line = instruction.line
    words = quoted_words(line.text, start, escape)
    if not words:
        return
    if "=" not in words[0].text:
        blank = BLANKS.search(line.text, start)
        if blank is None:
            raise Malformed(f"{instruction.keyword} must have two arguments", instruction.span)
        yield Word(line.text[start : blank.start()], line, start, blank.start())
        yield Word(line.text[blank.end() :], line, blank.end(), len(line.text))
        return
    for chunk in words:
        name, equals, value = chunk.text.partition("=")
        if not equals:
            message = f"Syntax error - can't find = in {quoted(chunk.text)}. Must be of the form: name=value"
            raise Malformed(message, line.span(chunk.start, chunk.end))
        middle = chunk.start + len(name)
        yield Word(name, line, chunk.start, middle)
        yield Word(value, line, middle + 1, chunk.end)


def _health_check(instruction: Instruction, start: int, escape: str) -> Iterator[Word]:
    line = instruction.line
    text = line.text
    end = start
    while end < len(text) and text[end] not in SPACE:
        end += 1
    if end > start:
        yield Word(text[start:end], line, start, end)
        while end < len(text) and text[end] in SPACE:
            end += 1
        yield from _json_or(_whole)(instruction, end, escape)


_SPLIT: dict[str, Split] = {  # parser.go, the dispatch table
    "ADD": _json_or(_blank_separated),
    "ARG": _names,
    "CMD": _json_or(_whole),
    "COPY": _json_or(_blank_separated),
    "ENTRYPOINT": _json_or(_whole),
    "ENV": _names_and_values,
    "EXPOSE": _blank_separated,
    "FROM": _blank_separated,
    "HEALTHCHECK": _health_check,
    "LABEL": _names_and_values,
    "MAINTAINER": _whole,
    "RUN": _json_or(_whole),
    "SHELL": _json_or(_whole),
    "STOPSIGNAL": _whole,
    "USER": _whole,
    "VOLUME": _json_or(_blank_separated),
    "WORKDIR": _whole,
}
KEYWORDS = frozenset(_SPLIT) | {"ONBUILD"}
