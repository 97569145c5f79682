r"""Text between `$'` and `'`: POSIX.1-2024, "Shell Command Language", 2.2.4, with bash's `\E`, `\?`, `\u` and `\U`.

dash does not know it yet; ksh, bash, zsh and busybox do.
"""

from __future__ import annotations

from guardrail_hooks.pattern import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Match

BODY = pattern(r"(?s)(?:[^'\\]|\\.)*")
ESCAPE = pattern(
    r"(?s)\\(?:(?P<octal>[0-7]{1,3})|x(?P<hex>[0-9A-Fa-f]{1,2})|u(?P<short>[0-9A-Fa-f]{1,4})"
    r"|U(?P<long>[0-9A-Fa-f]{1,8})|c(?P<control>\\\\|.)|(?P<plain>.))"
)
PLAIN = {"a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
THEMSELVES = frozenset("\"'\\?")
LAST = 0x10FFFF  # code points; bash writes larger ones as bytes that no text has


def end_of(text: str, at: int) -> int:
    """The offset of the quote that closes, or the end of the text where it is missing; `at` is behind the opening."""
    body = BODY.match(text, at)
    return body.end() if body else at


def unquoted(body: str) -> str:
    """What stands for the text between the quotes. A NUL ends it, as it ends a word."""
    whole = ESCAPE.sub(_character, body).partition("\0")[0]
    return whole.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")


def _character(escape: Match[str]) -> str:
    """The character that an escape stands for; an unknown escape stands for itself."""
    if plain := escape["plain"]:
        return PLAIN.get(plain) or (plain if plain in THEMSELVES else escape[0])
    if control := escape["control"]:
        return chr(ord(control[0]) & 0x1F) if control != "?" else "\x7f"
    if octal := escape["octal"]:
        return _byte(int(octal, 8) & 0xFF)
    if digits := escape["hex"]:
        return _byte(int(digits, 16))
    number = int(escape["short"] or escape["long"], 16)
    return escape[0] if number > LAST or 0xD800 <= number <= 0xDFFF else chr(number)


def _byte(number: int) -> str:
    """A byte, above ASCII as the part of a character that it may be."""
    return chr(number) if number < 0x80 else bytes((number,)).decode("ascii", "surrogateescape")
