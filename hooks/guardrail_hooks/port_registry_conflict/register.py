"""Writing a line into the registry: every other byte stays, and the file is replaced in one step."""

from __future__ import annotations

import os
import re

from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.core.replace import NotReplaced, replace_content
from guardrail_hooks.core.snapshot import Unreadable, WorkTree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guardrail_hooks.port_registry_conflict.lines import Line

_END = re.compile(rb"\r\n|\n|\r")


def insert_line(root: str, line: Line) -> None:
    """Put a line behind another one, with the file's own line ends. Raises `CannotJudge` when that is impossible."""
    try:
        content = WorkTree(root).read(line.path)
        replace_content(os.path.join(root, line.path), content, inserted(content, line))
    except (Unreadable, NotReplaced) as reason:
        raise CannotJudge(f"{line.path} {reason}: nothing was registered; check its permissions") from None


def inserted(content: bytes, line: Line) -> bytes:
    """The content with the line in its place."""
    ends = [match.end() for match in _END.finditer(content)]
    first = _END.search(content)
    end = first[0] if first else b"\n"
    bom = 3 if content.startswith(b"\xef\xbb\xbf") else 0
    text = line.text.encode()
    if line.after <= 0:
        return content[:bom] + text + end + content[bom:]
    if line.after <= len(ends):
        at = ends[line.after - 1]
        return content[:at] + text + end + content[at:]
    return content + end + text
