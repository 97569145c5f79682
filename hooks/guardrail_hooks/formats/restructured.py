"""A line scanner for reStructuredText logs, with the same outcome as the one for Markdown.

Sections are titles with an underline of one punctuation character (Docutils reference, "Sections"); the levels follow
the order in which underlines first appear.
"""

from __future__ import annotations

import re

from guardrail_hooks.formats.markdown import COMMENT, CONFLICT, HEADING, UNDERLINE, Document, Heading

UNDERLINES = frozenset("=-~^\"'`*+#.:_<>")
CONFLICT_MARK = re.compile(r"(?:<{7}|\|{7}|>{7})(?: |$)|={7}$")


def scan(text: str) -> Document:
    """Read a text into lines and their kinds; explicit markup blocks (comments, targets) are comments."""
    document = Document(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    lines, kinds = document.lines, document.kinds
    levels: dict[tuple[str, bool], int] = {}
    hidden = merging = False
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        hidden = line[:2] == ".." and line[2:3] in ("", " ", "\t") if line[0] not in " \t" else hidden
        if hidden:
            kinds[at] = COMMENT
            continue
        if CONFLICT_MARK.match(line) and (merging or line[0] in "<>"):
            kinds[at] = CONFLICT
            document.conflicts.append(at + 1)
            merging = line[0] != ">"
            continue
        rule = line.rstrip()
        title = lines[at - 1].strip() if at else ""
        if len(rule) < 3 or rule[0] not in UNDERLINES or rule.strip(rule[0]) or not title or kinds[at - 1]:
            continue
        if lines[at - 1][0] in " \t" and not _is_overline(lines, at - 2, rule):
            continue
        if len(rule) + 1 < len(title):
            continue
        over = _is_overline(lines, at - 2, rule)
        level = levels.setdefault((rule[0], over), len(levels) + 1)
        column = len(lines[at - 1]) - len(lines[at - 1].lstrip()) + 1
        document.headings.append(Heading(at, min(level, 6), title, column))
        kinds[at - 1], kinds[at] = HEADING, UNDERLINE
        if over:
            kinds[at - 2] = UNDERLINE
    return document


def _is_overline(lines: list[str], at: int, rule: str) -> bool:
    return at >= 0 and lines[at].rstrip() == rule
