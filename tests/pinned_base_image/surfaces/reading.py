"""Read one file as the surface that its name belongs to."""

from __future__ import annotations

from guardrail_hooks.core.finding import Finding
from guardrail_hooks.formats.place import Malformed
from guardrail_hooks.pinned_base_image.cli import HOOK
from guardrail_hooks.pinned_base_image.surfaces import reader_of
from guardrail_hooks.pinned_base_image.uses import HOLE, OPT_IN, ImageUse, Surfaces

from tests.verdicts import findings, places

ALL = Surfaces({}, False, frozenset(OPT_IN))


def items(path: str, content: str | bytes, surfaces: Surfaces = ALL) -> list[object]:
    """Everything that the surface yields."""
    reader = reader_of(path, surfaces)
    return list(reader(content.encode() if isinstance(content, str) else content, path, surfaces)) if reader else []


def uses(path: str, content: str | bytes, surfaces: Surfaces = ALL) -> list[ImageUse]:
    """The images alone; nothing may be wrong with the file."""
    found = items(path, content, surfaces)
    assert not [item for item in found if isinstance(item, Finding | Malformed)]
    return [item for item in found if isinstance(item, ImageUse)]


def pulled(path: str, content: str, surfaces: Surfaces = ALL) -> list[str]:
    """Every image as `line:column resolved`, with ? for what is not known; what is written must stand there."""
    lines = content.removeprefix("\ufeff").splitlines()
    found = []
    for use in uses(path, content, surfaces):
        assert lines[use.span.line - 1][use.span.column - 1 :].lstrip("\"'").startswith(use.written)
        found.append(f"{use.span.line}:{use.span.column} {use.resolved.replace(HOLE, '?')}")
    return found


def marked(path: str, content: str) -> str:
    """The file with @ wherever a digest could be written."""
    raw = content.encode()
    for end in sorted({use.end for use in uses(path, content) if use.end is not None}, reverse=True):
        raw = raw[:end] + b"@" + raw[end:]
    return raw.decode()


def judged(path: str, content: str | bytes, *arguments: str) -> list[str]:
    """The findings as `line:column CODE`, all surfaces in force."""
    return places(findings(HOOK, {path: content}, "--surface", "all", *arguments))
