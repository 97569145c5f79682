"""For people: one stable line per finding, then what it is about, what to type, and where to read more."""

from __future__ import annotations

from guardrail_hooks.core.printable import (
    STARS,
    UNPRINTABLE,
    columns,
    escape,
    is_plain,
    merged,
    printable,
    secrets,
    without_tokens,
)
from guardrail_hooks.core.report.naming import place_name
from guardrail_hooks.core.snapshot import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from guardrail_hooks.core.finding import Finding, Place
    from guardrail_hooks.core.snapshot import Tree

WIDEST = 64  # columns of an excerpt but for dots: with line number and a driver's indentation it fits a terminal of 80
DOTS = "..."  # what stands for a part that is left out
BEFORE = 16  # columns of context, at least, before the marked place of a line that is cut
LONGEST = 512  # characters of the marked place that are looked at
MARGIN = 8192  # characters beside it that are looked at for secrets: longer than any form of one
BOLD, RED, MAGENTA, PLAIN = "\x1b[1m", "\x1b[31m", "\x1b[35m", "\x1b[0m"  # to be read on dark and on light


def head(finding: Finding) -> str:
    """The machine-stable first line: `path:line:col: CODE message`."""
    place, message = finding.place, printable(without_tokens(finding.message))
    name = printable(place_name(finding))
    if place.path is None:
        return f"{name}: {finding.rule.code} {message}"
    return f"{name}:{place.line}:{place.column}: {finding.rule.code} {message}"


def write(findings: Sequence[Finding], tree: Tree, *, excerpts: bool, colour: bool) -> str:
    """All findings; without excerpts, their first lines alone."""
    sources = Sources(tree, findings)
    blocks = []
    for finding in findings:
        first = _coloured(finding) if colour else head(finding)
        lines = [first, *_below(finding, sources, colour=colour)] if excerpts else [first]
        blocks.append("\n".join(lines) + "\n")
    # A blank line behind every block: a driver may put the output of several processes together.
    return "".join(block + "\n" for block in blocks) if excerpts else "".join(blocks)


def _coloured(finding: Finding) -> str:
    """The first line with the place in bold and the code in the colour of its level."""
    place, _, rest = head(finding).partition(f": {finding.rule.code} ")
    return f"{BOLD}{place}:{PLAIN} {_level(finding)}{finding.rule.code}{PLAIN} {rest}"


def _level(finding: Finding) -> str:
    """The colour of a finding's level."""
    return RED if finding.severity == "error" else MAGENTA


def _below(finding: Finding, sources: Sources, *, colour: bool) -> Iterator[str]:
    """What stands below the first line."""
    yield from _excerpt(finding, sources, colour=colour)
    if finding.fix:
        fix = printable(without_tokens(finding.fix))
        yield f"  {BOLD}fix:{PLAIN} {fix}" if colour else f"  fix: {fix}"
    note = "" if finding.severity == "error" else " (a warning: fails only with --strict)"
    yield f"  docs: {finding.rule.docs}{note}"


def _excerpt(finding: Finding, sources: Sources, *, colour: bool) -> Iterator[str]:
    """The line of the finding with its place marked; nothing where the file has no such line, or a blank one."""
    place = finding.place
    lines = sources.lines(place.path) if place.path is not None else []
    if not 1 <= place.line <= len(lines):
        return
    line = lines[place.line - 1]
    start = min(max(place.column - 1, 0), len(line))
    end = min(place.end_column - 1 if place.end_line == place.line else len(line), len(line), start + LONGEST)
    end = max(end, start + 1)
    offset = max(0, start - MARGIN)
    shown = line[offset : end + MARGIN]
    hidden = merged([*secrets(shown), *sources.hidden(place, offset, shown)])
    cells = _cells(shown, start - offset, end - offset, hidden)
    if not "".join(cells).strip():
        return
    start, end = start - offset, end - offset
    first, last = _window([columns(cell) for cell in cells], start, end)
    before, behind = DOTS if offset + first else "", DOTS if offset + last < len(line) else ""
    gutter = f"  {place.line} | "
    yield f"{gutter}{before}{''.join(cells[first:last])}{behind}".rstrip()
    indent = " " * (len(gutter) - 2) + "| " + " " * (len(before) + columns("".join(cells[first:start])))
    carets = "^" * max(1, columns("".join(cells[start : min(end, last)])))
    mark = f"{_level(finding)}{carets}{PLAIN}" if colour else carets
    yield f"{indent}{mark} {printable(without_tokens(finding.label))}".rstrip()


def _cells(text: str, start: int, end: int, hidden: Sequence[tuple[int, int]]) -> list[str]:
    """What is shown for each character: itself, an escape, two blanks for a tab, or, of a secret, stars for all of it.

    The marked place reaches from `start` to `end`; a tab is shown as an escape where it is what is marked.
    """
    cells = [*text, *([" "] if end > len(text) else [])]
    tab = "  " if text[start:end].strip() else "\\t"
    for match in () if is_plain(text) else UNPRINTABLE.finditer(text):
        cells[match.start()] = tab if match.group() == "\t" else escape(match.group())
    for first, last in hidden:
        cells[first:last] = [STARS, *[""] * (last - first - 1)]
    return cells


def _window(widths: Sequence[int], start: int, end: int) -> tuple[int, int]:
    """The part of a line that is shown: the whole line where it fits, else what fits from shortly before the mark."""
    if sum(widths) <= WIDEST + 2 * len(DOTS):
        return 0, len(widths)
    context = max(BEFORE, (WIDEST - sum(widths[start:end])) // 2)
    first = 0 if sum(widths[:end]) <= WIDEST else _reach(reversed(widths[:start]), start, context, back=True)
    return first, _reach(widths[first:], first, WIDEST, back=False)


def _reach(widths: Iterable[int], at: int, room: int, *, back: bool) -> int:
    """How far one gets from an index when every character takes its width."""
    for width in widths:
        room -= width
        if room < 0:
            break
        at += -1 if back else 1
    return at


class Sources:
    """The lines that findings are about, and where in them rules have found secrets."""

    __slots__ = ("_lines", "_secret", "_tree")

    def __init__(self, tree: Tree, findings: Sequence[Finding]) -> None:
        self._tree = tree
        self._lines: dict[str, list[str]] = {}
        self._secret: dict[str | None, list[Place]] = {}
        for finding in findings:
            if finding.rule.secret:
                self._secret.setdefault(finding.place.path, []).append(finding.place)

    def lines(self, path: str) -> list[str]:
        """The lines of a file; none of one that cannot be shown (unreadable, or with line ends of old Macintoshes)."""
        if path not in self._lines:
            try:
                content = self._tree.read(path).replace(b"\r\n", b"\n")
            except Unreadable:
                content = b""
            text = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
            self._lines[path] = [] if "\r" in text or "\0" in text else text.split("\n")
        return self._lines[path]

    def hidden(self, place: Place, offset: int, text: str) -> Iterator[tuple[int, int]]:
        """Where the part of a line that begins at an offset holds what a rule knows to be secret; quotes stay."""
        for one in self._secret.get(place.path, ()):
            if one.line <= place.line <= one.end_line:
                start = max(0, one.column - 1 - offset if one.line == place.line else 0)
                end = min(len(text), one.end_column - 1 - offset if one.end_line == place.line else len(text))
                start += text[start : start + 1] in ("'", '"')
                end -= text[max(start, end - 1) : end] in ("'", '"')
                if start < end:
                    yield start, end
