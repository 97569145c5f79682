"""JSON that every reader takes: ASCII, no lone surrogates, no tokens, nothing that a CI service obeys in a log."""

from __future__ import annotations

import json

from guardrail_hooks.core.printable import UNPRINTABLE, escape, without_tokens
from guardrail_hooks.pattern import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Match

# An escaped backslash, a pair of surrogates, a lone one (a byte that was not UTF-8; RFC 8259, section 8.2), a command.
NOTABLE = pattern(
    r"\\\\|\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|\\u(?P<lone>d[89a-f][0-9a-f]{2})|(?P<command>(?<=##)|(?<=##vso))\["
)


def encode(value: object, indent: int | None = None) -> str:
    r"""A value as JSON text. Bytes that were not UTF-8 become the text `\xNN`."""
    text = "\n".join(map(without_tokens, json.dumps(value, indent=indent).split("\n")))
    return NOTABLE.sub(_told, text) if "\\ud" in text or "##" in text else text


def encode_readable(value: object) -> str:
    """A value as JSON for a file that people read: letters of all scripts stay, what could mislead is escaped."""
    text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)
    return "\n".join(UNPRINTABLE.sub(lambda match: json.dumps(match.group())[1:-1], line) for line in text.split("\n"))


def _told(match: Match[str]) -> str:
    """What takes the place of a match."""
    if lone := match["lone"]:
        return "\\" + escape(chr(int(lone, 16)))
    return match.group() if match["command"] is None else "\\u005b"
