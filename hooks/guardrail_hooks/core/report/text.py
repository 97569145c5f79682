"""For people: one stable line per finding, then what it is about, what to type, and where to read more."""

from __future__ import annotations

from guardrail_hooks.core.printable import printable, without_secrets
from guardrail_hooks.core.snapshot import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.core.snapshot import Tree

WIDEST, BEFORE = 120, 40  # characters of an excerpt, and how many of them at most stand before the marked place
BOLD, RED, YELLOW, CYAN, PLAIN = "\x1b[1m", "\x1b[31m", "\x1b[33m", "\x1b[36m", "\x1b[0m"


def head(finding: Finding) -> str:
    """The machine-stable first line: `path:line:col: CODE message`."""
    place, message = finding.place, printable(finding.message)
    if place.path is None:
        return f"{printable(finding.subject)}: {finding.rule.code} {message}"
    return f"{printable(place.path)}:{place.line}:{place.column}: {finding.rule.code} {message}"


def write(findings: Sequence[Finding], tree: Tree, *, excerpts: bool, colour: bool) -> str:
    """All findings; without excerpts, their first lines alone."""
    sources: dict[str, list[str]] = {}
    blocks = []
    for finding in findings:
        first = _coloured(finding) if colour else head(finding)
        lines = [first, *_below(finding, tree, sources, colour=colour)] if excerpts else [first]
        blocks.append("\n".join(lines) + "\n")
    # A blank line behind every block: a driver may put the output of several processes together.
    return "".join(block + "\n" for block in blocks) if excerpts else "".join(blocks)


def _coloured(finding: Finding) -> str:
    """The first line with the place in bold and the code in the colour of its level."""
    place, _, rest = head(finding).partition(f": {finding.rule.code} ")
    level = RED if finding.severity == "error" else YELLOW
    return f"{BOLD}{place}:{PLAIN} {level}{finding.rule.code}{PLAIN} {rest}"


def _below(finding: Finding, tree: Tree, sources: dict[str, list[str]], *, colour: bool) -> Iterator[str]:
    """What stands below the first line."""
    yield from _excerpt(finding, tree, sources, colour=colour)
    if finding.fix:
        fix = printable(finding.fix)
        yield f"  {CYAN}fix:{PLAIN} {fix}" if colour else f"  fix: {fix}"
    note = "" if finding.severity == "error" else " (a warning: fails only with --strict)"
    yield f"  docs: {finding.rule.docs}{note}"


def _excerpt(finding: Finding, tree: Tree, sources: dict[str, list[str]], *, colour: bool) -> Iterator[str]:
    """The line of the finding with its place marked; nothing where the file has no such line."""
    place = finding.place
    lines = _lines(tree, sources, place.path) if place.path is not None else []
    if not 1 <= place.line <= len(lines):
        return
    line = lines[place.line - 1]
    start = min(place.column - 1, len(line))
    end = place.end_column - 1 if place.end_line == place.line else len(line)
    cut = max(0, start - BEFORE) if len(line) > WIDEST else 0
    shown = line[cut : cut + WIDEST]
    before, marked = line[cut:start], line[start : min(max(end, start + 1), cut + WIDEST)]
    left, right = "..." if cut else "", "..." if cut + WIDEST < len(line) else ""
    safe = printable(without_secrets(shown))
    if not safe.strip():
        return
    gutter = f"  {place.line} | "
    yield f"{gutter}{left}{safe}{right}"
    indent = " " * (len(gutter) - 2) + "| " + " " * (len(left) + len(printable(without_secrets(before))))
    carets = "^" * max(1, min(len(printable(without_secrets(marked))), WIDEST))
    mark = f"{RED}{carets}{PLAIN}" if colour else carets
    yield f"{indent}{mark} {printable(finding.label)}".rstrip()


def _lines(tree: Tree, sources: dict[str, list[str]], path: str) -> list[str]:
    """The lines of a file; none of one that cannot be shown (unreadable, or with line ends of old Macintoshes)."""
    if path not in sources:
        try:
            content = tree.read(path).replace(b"\r\n", b"\n")
        except Unreadable:
            content = b""
        text = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
        sources[path] = [] if "\r" in text or "\0" in text else text.split("\n")
    return sources[path]
