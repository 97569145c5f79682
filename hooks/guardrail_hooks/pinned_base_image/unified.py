"""A unified diff of bytes, as `git apply` and `patch` read it."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

ESCAPES = {ord("\t"): "\\t", ord("\n"): "\\n", ord('"'): '\\"', ord("\\"): "\\\\"}


def unified_diff(path: str, old: bytes, new: bytes) -> bytes:
    """The difference between two contents of a file; lines end with LF alone, so that CR stays part of them."""
    import difflib

    before, after = (list(_lines(content.decode("utf-8", "surrogateescape"))) for content in (old, new))
    lines = difflib.unified_diff(before, after, _name("a", path), _name("b", path))
    out = [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines]
    return "".join(out).encode("utf-8", "surrogateescape")


def _lines(text: str) -> Iterator[str]:
    """The lines with their ends."""
    lines = text.split("\n")
    yield from (f"{line}\n" for line in lines[:-1])
    if lines[-1]:
        yield lines[-1]


def _name(side: str, path: str) -> str:
    """A file name as git writes it in a diff: quoted where it holds what would end it, a tab behind a blank."""
    name = f"{side}/{path}"
    if any(ord(character) < 32 or character in '"\\\x7f' for character in name):
        quoted = "".join(
            chr(byte) if 32 <= byte < 127 and byte not in ESCAPES else ESCAPES.get(byte, f"\\{byte:03o}")
            for byte in os.fsencode(name)
        )
        return f'"{quoted}"'
    return f"{name}\t" if " " in name else name
