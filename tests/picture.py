#!/usr/bin/env python3
"""Draw docs/refused-commit.svg: what a terminal shows when the README's first commit is refused.

The commit is real: the section "Start" of README.md is followed on a terminal in a scratch folder, with git, pre-commit
and the hooks of this checkout. Colours become classes, which light and dark pages fill in their own way, and the text
stays text.

    .venv/bin/python tests/picture.py          draw it anew
    .venv/bin/python tests/picture.py --check  exit 1 when it is not up to date
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from tests import snippets  # noqa: E402  (found by the line above)

PICTURE = ROOT / "docs/refused-commit.svg"
COLUMNS = 114
CELL, LINE, MARGIN, SIZE = 7.8, 18, 16, 13  # pixels: a character, a line, around all, and the type
# Select Graphic Rendition, ECMA-48 8.3.117: what the parameters that pre-commit and the hooks use do to the text.
WEIGHT = {"1": "bold", "2": "dim"}
FOREGROUND = {"30": "", "31": "red", "35": "magenta"}  # black is what `on` has for all boxes
BACKGROUND = {"41": "failed", "42": "passed", "43": "warned", "46": "skipped"}
STYLE = """\
    .screen { fill: #f6f8fa; stroke: #d0d7de }
    text { font: 13px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328;
      white-space: pre }
    .bold { font-weight: 600 }
    .dim { fill: #59636e }
    .red { fill: #c4232c }
    .magenta { fill: #8250df }
    .failed { fill: #cf222e }
    .passed { fill: #1a7f37 }
    .warned { fill: #bf8700 }
    .skipped { fill: #6e7781 }
    .on { fill: #ffffff }
    @media (prefers-color-scheme: dark) {
      .screen { fill: #0d1117; stroke: #30363d }
      text { fill: #e6edf3 }
      .red { fill: #ff7b72 }
      .dim { fill: #9198a1 }
      .magenta { fill: #d2a8ff }
      .failed { fill: #b62324 }
      .passed { fill: #196c2e }
      .warned { fill: #845306 }
      .skipped { fill: #484f58 }
    }
"""


def refused_commit() -> str:
    """What the terminal shows for the refused commit of the README, command and escape sequences included."""
    start = snippets.stories()["README.md", "Start"]
    refused = next(n for n, snippet in enumerate(start) if snippets.FINDING.search(snippet.text))
    with tempfile.TemporaryDirectory() as folder:
        story = snippets.told(("README.md", "Start"), start[:refused], Path(os.path.realpath(folder)))[0]
        *before, (command, _) = snippets.commands(start[refused].text)
        for line, _ in before:
            code, said = story.run(line)
            assert code == 0, said
        for name in ("NO_COLOR", "PRE_COMMIT_COLOR"):
            del story.environment[name]
        code, shown = story.run(command, raw=True)
    assert code == 1, shown
    return f"\x1b[1m$ {command}\x1b[0m\n{shown.rstrip()}\n"


def cells(line: str) -> list[tuple[str, tuple[str, str, str]]]:
    """The characters of a line, each with its weight, foreground and background."""
    weight = front = back = ""
    found = []
    for part in re.findall(r"\x1b\[[0-9;]*[a-zA-Z]|[^\x1b]", line):
        if len(part) == 1:
            found.append((part, (weight, front, back)))
            continue
        for parameter in part[2:-1].split(";") if part.endswith("m") else ():
            if parameter in ("", "0"):
                weight = front = back = ""
            elif parameter in WEIGHT:
                weight = WEIGHT[parameter]
            elif parameter in FOREGROUND:
                front = FOREGROUND[parameter]
            else:
                back = BACKGROUND[parameter]
    return found


def rows(shown: str) -> list[list[tuple[str, tuple[str, str, str]]]]:
    """The rows of a terminal of so many columns, which breaks long lines where they reach its edge."""
    broken = []
    for line in shown.splitlines():
        row = cells(line)
        broken += [row[start : start + COLUMNS] for start in range(0, max(len(row), 1), COLUMNS)]
    return broken


def drawn(shown: str) -> str:
    """The picture of what a terminal shows."""
    screen = rows(shown)
    width, height = round(COLUMNS * CELL + 2 * MARGIN), len(screen) * LINE + 2 * MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        "  <title>A refused commit</title>",
        f"  <style>\n{STYLE}  </style>",
        f'  <rect class="screen" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"/>',
    ]
    for number, row in enumerate(screen):
        top = MARGIN + number * LINE
        column, boxes, spans = 0, "", ""
        for (weight, front, back), run in groupby(row, key=lambda cell: cell[1]):
            text = "".join(character for character, _ in run)
            left, length = MARGIN + column * CELL, len(text) * CELL
            if back:
                boxes += f'<rect class="{back}" x="{left:.1f}" y="{top + 1}" width="{length:.1f}" height="{LINE - 2}"/>'
            classes = " ".join(name for name in (weight, "on" if back else front) if name)
            spans += f'<tspan{f" class={chr(34)}{classes}{chr(34)}" if classes else ""} x="{left:.1f}"'
            spans += f' textLength="{length:.1f}">{escape(text)}</tspan>'
            column += len(text)
        if spans:
            lines.append(f'  {boxes}<text y="{top + SIZE}" xml:space="preserve">{spans}</text>')
    return "\n".join([*lines, "</svg>", ""])


def main() -> int:
    """Draw or check."""
    picture = drawn(refused_commit())
    if "--check" in sys.argv[1:]:
        return int(PICTURE.read_text(encoding="utf-8") != picture)
    PICTURE.write_text(picture, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
