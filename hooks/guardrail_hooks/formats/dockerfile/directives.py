"""Parser directives: the `# syntax=`, `# escape=` and `# check=` lines a Dockerfile may start with.

Follows BuildKit, `frontend/dockerfile/parser/directives.go`: directives end at the first line that is not one, a
blank line and an ordinary comment included. A directive's name is compared without case.
"""

from __future__ import annotations

import re

from guardrail_hooks.formats.dockerfile.wording import shown
from guardrail_hooks.formats.place import Malformed, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

NAMES = frozenset({"syntax", "escape", "check"})  # directives.go, validDirectives

# Go's unicode.IsSpace. Python's str.strip() takes U+001C..U+001F as well, which the official parser keeps.
SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"

_BLANKS = "\t\n\f\r "  # what \s is in Go's regular expressions
_ASSIGNMENT = re.compile(r"([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=", re.ASCII)


class Directive:
    """One parser directive: lower-case name, value as written, and the span of the value.

    For `syntax` the value is the frontend image alone, its first word.
    """

    __slots__ = ("name", "span", "value")

    def __init__(self, name: str, value: str, span: Span) -> None:
        self.name = name
        self.value = value
        self.span = span


def directive_on(line: str, number: int, *, leader: str = "#", indented: bool = False) -> Directive | None:
    """Read one line as a directive, whatever stands before it; None if it has not the form of one."""
    line = line.rstrip("\r")
    text = line.lstrip(SPACE) if indented else line
    if not text.startswith(leader):
        return None
    body = text[len(leader) :].lstrip(SPACE)
    match = _ASSIGNMENT.match(body)
    if match is None or match[1].lower() not in NAMES:
        return None
    rest = body[match.end() :]
    # The official pattern wants one character at least, so a value of blanks is its last blank.
    value = rest.strip(_BLANKS) or rest[-1:]
    if not value:
        return None
    column = len(line) - len(rest) + rest.rindex(value) + 1
    return Directive(match[1].lower(), value, Span(number, column, number, column + len(value)))


def leading_directives(lines: Sequence[str]) -> tuple[list[Directive], list[Malformed]]:
    """Return the directives the parser honours and what it refuses among them. `lines` is the file without its BOM."""
    found: list[Directive] = []
    problems: list[Malformed] = []
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        directive = directive_on(line, number, indented=True)
        if directive is None:
            break
        if directive.name in seen:
            message = f"only one {directive.name} parser directive can be used"
            problems.append(Malformed(message, directive.span))
            break
        seen.add(directive.name)
        if directive.name == "escape" and directive.value not in ("\\", "`"):
            message = f"invalid escape token '{shown(directive.value)}' does not match ` or \\"
            problems.append(Malformed(message, directive.span))
        found.append(directive)
    return found, problems


def syntax_directive(lines: Sequence[str]) -> Directive | None:
    """Return the frontend image a build would load, as DetectSyntax finds it.

    It skips a shebang line, allows no indentation, and knows `// syntax=` and a JSON object with the key `syntax` too,
    for frontends whose input is no Dockerfile.
    """
    start = 1 if lines and lines[0].startswith("#!") else 0
    for leader in ("#", "//"):
        for number in range(start, len(lines)):
            directive = directive_on(lines[number], number + 1, leader=leader)
            if directive is None:
                break
            if directive.name == "syntax":
                image = directive.value.partition(" ")[0]
                span = directive.span
                return Directive("syntax", image, span._replace(end_column=span.column + len(image)))
    return _json_syntax(lines, start)


def _json_syntax(lines: Sequence[str], start: int) -> Directive | None:
    first = next((line for line in lines[start:] if line.strip(_BLANKS)), "")
    if not first.lstrip(_BLANKS).startswith("{"):
        return None
    import json

    try:
        image = json.loads("\n".join(lines[start:])).get("syntax")
    except (ValueError, RecursionError):
        return None
    if not isinstance(image, str):
        return None
    quoted = json.dumps(image)
    for number, line in enumerate(lines, 1):
        column = line.find(quoted) + 2
        if column > 1:
            return Directive("syntax", image, Span(number, column, number, column + len(image)))
    return Directive("syntax", image, Span(start + 1, 1, start + 1, 1))
