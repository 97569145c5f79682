"""The official parser as an oracle: the package `dockerfile` binds BuildKit's parser, version 0.12.5.

That version differs from the current BuildKit, which the reader follows, in a handful of ways. They are written down
here, and nowhere else; every one is a change that BuildKit made to `frontend/dockerfile/parser` or `shell` since:

1. A blank between `<<` and the word of a here-document was not accepted (`RUN cat << 'EOF'`).
2. `${name#pattern}` and its kin (`##`, `%`, `%%`, `/`, `//`) stopped the search for here-documents on a line.
3. `# check=` was not a directive, so that one above `# escape=` or `# syntax=` disabled it.
4. Text behind a JSON array was ignored (`CMD ["a"] b`); it now makes the line a shell command.
5. A backslash escaped characters of a flag whatever the escape token.

Its Python side hands strings over as C strings, so a word with a NUL (from a JSON array) ends there.

For the first four the binding is asked about the same file without the newer syntax; the last is recognised.
"""

from __future__ import annotations

import json
import re
from collections import namedtuple

import dockerfile
from guardrail_hooks.formats.dockerfile import Dockerfile, Instruction, Word, read
from guardrail_hooks.formats.dockerfile.directives import SPACE
from guardrail_hooks.formats.dockerfile.instructions import KEYWORDS

Fact = namedtuple("Fact", "keyword value first last flags words json heredocs")

_SPACED_HEREDOC = re.compile(r"<<[ \t\r]+")
_PATTERN = re.compile(r"""\$\{(\w+)(?:[#%][^}\n"'$\\`<]*|(?://|/(?!/))[^/}\n"'$\\`<]*/[^}\n"'$\\`<]*)\}""")
_ANY_PATTERN = re.compile(r"\$\{\w*[#%/]")
_WITH_ARRAYS = frozenset({"ADD", "CMD", "COPY", "ENTRYPOINT", "HEALTHCHECK", "RUN", "SHELL", "VOLUME"})
_CHECK = re.compile(r"\s*#\s*check\s*=", re.IGNORECASE)


class NotComparable(Exception):
    """What the binding cannot be asked: bytes that are no C string of UTF-8, and the second difference if nested."""


def disagreements(content: bytes) -> list[str]:
    """Where the two readings of a file differ, one line each; empty when they agree.

    Compared are, per instruction, its keyword, its value with white space normalised, and its first line; beyond that
    its last line, flags, words, JSON form and here-documents. A file that both refuse is not compared further.
    """
    ours = read(content)
    try:
        theirs = official(content, ours)
    except dockerfile.GoParseError as error:
        return [] if ours.problems else [f"only the official parser refuses: {error}"]
    mine = [_fact(instruction) for instruction in ours.instructions]
    if len(mine) != len(theirs) and ours.problems:
        return [] if _stopped_early(ours, theirs) else [f"{len(mine)} instructions, officially {len(theirs)}"]
    if len(mine) != len(theirs):
        return [f"{len(mine)} instructions, officially {len(theirs)}"]
    out = []
    for instruction, left, right in zip(ours.instructions, mine, theirs, strict=True):
        same = _squeezed if _is_newer(instruction) else _as_it_is
        for name in Fact._fields:
            a, b = same(getattr(left, name)), same(getattr(right, name))
            if a != b and not _may_differ(name, instruction, ours):
                out.append(f"line {right.first}: {name} is {a!r}, officially {b!r}")
    return out


def official(content: bytes, ours: Dockerfile) -> list[Fact]:
    """What the official parser reads. Raises dockerfile.GoParseError where it refuses the file."""
    if b"\0" in content:
        raise NotComparable
    try:
        commands = dockerfile.parse_string(_older(content.decode("utf-8"), ours))
    except UnicodeDecodeError as error:  # also where the official parser cuts a character of a flag in two
        raise NotComparable from error
    return [_official_fact(command) for command in commands]


def _older(text: str, ours: Dockerfile) -> str:
    """The same file in the syntax of the binding's version."""
    lines = text.split("\n")
    leading = len(ours.directives)
    lines[:leading] = sorted(lines[:leading], key=lambda line: bool(_CHECK.match(line)))
    for instruction in filter(_is_newer, ours.instructions):
        array = _array_before_text(instruction)
        if array:
            number, column = array.line.place(array.start)
            column += text.startswith("\ufeff") and number == 1
            line = lines[number - 1]
            lines[number - 1] = line[: column - 1] + "(" + line[column:]
        for row in range(instruction.first - 1, instruction.span.end_line):
            if not lines[row].lstrip(SPACE).startswith("#"):
                lines[row] = _without_newer_syntax(lines[row])
    return "\n".join(lines)


def _is_newer(instruction: Instruction) -> bool:
    """Whether an instruction may be written in syntax the binding's version does not know."""
    inner = instruction.trigger or instruction
    heredoc = "<<" in inner.value and inner.keyword in ("ADD", "COPY", "RUN")
    return heredoc or _array_before_text(instruction) is not None


def _array_before_text(instruction: Instruction) -> Word | None:
    """The word that begins with a JSON array and goes on."""
    inner = instruction.trigger or instruction
    word = next(iter(inner.words[inner.keyword == "HEALTHCHECK" :]), None)
    if word is None or inner.json or inner.keyword not in _WITH_ARRAYS or not word.text.startswith("["):
        return None
    try:
        json.JSONDecoder().raw_decode(word.line.text, word.start)
    except (ValueError, RecursionError):
        return None
    return word


def _without_newer_syntax(text: str) -> str:
    older = _PATTERN.sub(r"${\1}", _SPACED_HEREDOC.sub("<<", text))
    if _ANY_PATTERN.search(older):
        raise NotComparable
    return older


def _squeezed(value: object) -> object:
    """What remains the same of a text whatever the version of its syntax."""
    if isinstance(value, str):
        return "".join(_without_newer_syntax(value).replace("[", "(").split())
    return _squeezed(" ".join(map(str, value))) if isinstance(value, tuple) else value


def _as_it_is(value: object) -> object:
    return value


def _official_fact(command: dockerfile.Command) -> Fact:
    text = (command.original or "").split("\n")[0].strip(SPACE)
    value = text[len(command.cmd or "") :]
    heredocs = tuple((heredoc.name, _untabbed(heredoc.content)) for heredoc in command.heredocs)
    keyword = (command.cmd or "").upper()
    flags = None if command.sub_cmd else command.flags
    return Fact(
        keyword, _normal(value), command.start_line, command.end_line, flags, command.value, command.json, heredocs
    )


def _fact(instruction: Instruction) -> Fact:
    inner = instruction
    while inner.trigger:
        inner = inner.trigger
    known = inner.keyword in KEYWORDS  # of any other, the official parser drops the words
    with_bodies = inner is instruction  # the binding shows none under ONBUILD
    return Fact(
        instruction.keyword if instruction.written.isascii() else instruction.written.upper(),
        _normal(instruction.value),
        instruction.first,
        instruction.last,
        tuple(flag.word.text for flag in instruction.flags) if with_bodies else None,
        tuple(word.text.partition("\0")[0] for word in inner.words) if known else ("",),
        inner.json,
        tuple((heredoc.name, _untabbed(heredoc.text)) for heredoc in instruction.heredocs) if with_bodies else (),
    )


def _untabbed(text: str) -> str:
    """Without the tabs that `<<-` removes, which the binding leaves in."""
    return re.sub(r"(?m)^\t+", "", text)


def _normal(text: str) -> str:
    return " ".join(filter(None, re.split(f"[{SPACE}]+", text)))


def _may_differ(name: str, instruction: Instruction, ours: Dockerfile) -> bool:
    """The fifth difference; and the words of what is refused need not be told apart like the official parser's."""
    if name not in ("flags", "words", "json"):
        return False
    backtick = ours.escape == "`" and "--" in instruction.value
    flags = (instruction.trigger or instruction).flags
    return backtick or instruction in ours.refused or any("<<" in flag.word.text for flag in flags)


def _stopped_early(ours: Dockerfile, theirs: list[Fact]) -> bool:
    """A file full of mistakes is not read to the end; what was read is compared by its beginning."""
    mine = [_fact(instruction)[:3] for instruction in ours.instructions]
    return mine == [fact[:3] for fact in theirs[: len(mine)]]
