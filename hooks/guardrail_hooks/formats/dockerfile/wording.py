"""How the official frontend words its refusals: Go's quoting and the "did you mean" of BuildKit's util/suggest."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_SHOWN = 80
_ESCAPES = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}


def shown(text: str) -> str:
    """Make a text of the file fit to be printed: control characters and invalid bytes escaped, cut if long."""
    cut = legible(text[:MAX_SHOWN])
    return cut + "..." if len(text) > MAX_SHOWN else cut


def legible(text: str) -> str:
    """Escape control characters and invalid bytes."""
    if text.isprintable():
        return text
    return "".join([char if char.isprintable() else _escaped(char) for char in text])


def quoted(text: str) -> str:
    """Quote a text as Go's %q does, cut if long."""
    return '"' + shown(text.replace("\\", "\\\\").replace('"', '\\"')) + '"'


def did_you_mean(text: str, options: Iterable[str], *, case_sensitive: bool) -> str:
    """Return ` (did you mean X?)` for the nearest option less than three edits away, else nothing."""
    wanted = text if case_sensitive else text.lower()
    best, distance = "", 3
    for option in sorted(options):
        candidate = option if case_sensitive else option.lower()
        if candidate == wanted:
            return ""
        edits = _edits(wanted, candidate, distance)
        if edits < distance:
            best, distance = candidate, edits
    if not best:
        return ""
    return f" (did you mean {best.upper() if not case_sensitive and text.isupper() else best}?)"


def _edits(a: str, b: str, limit: int) -> int:
    """Return the Levenshtein distance of two words, or `limit` if it is not below that."""
    if abs(len(a) - len(b)) >= limit:
        return limit
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, right in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (left != right))
    return row[-1]


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
