"""Writing a line into the registry: every other byte stays, and the file is replaced in one step."""

from __future__ import annotations

import os
import re
import tempfile

from guardrail_hooks.core.finding import CannotJudge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guardrail_hooks.port_registry_conflict.lines import Line

_END = re.compile(rb"\r\n|\n|\r")


def insert_line(root: str, line: Line) -> None:
    """Put a line behind another one, with the file's own line ends. Raises `CannotJudge` when that is impossible."""
    full = os.path.realpath(os.path.join(root, line.path))
    try:
        with open(full, "rb") as file:
            content = file.read()
        replace(full, inserted(content, line))
    except OSError as error:
        reason = (error.strerror or "unknown error").lower()
        raise CannotJudge(f"cannot write {line.path}: {reason}; check its permissions") from None


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


def replace(path: str, content: bytes) -> None:
    """Replace a file's content in one step; its mode is kept. Raises `OSError`."""
    mode = os.stat(path).st_mode & 0o7777
    descriptor, name = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".port-registry-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
