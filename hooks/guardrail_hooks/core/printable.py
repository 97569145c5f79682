"""Text that is safe to show: no control characters, no escape sequences, no bidi tricks, no secrets."""

from __future__ import annotations

from guardrail_hooks.pattern import pattern

# C0 and C1 controls, line and paragraph separators, bidi controls (Unicode TR 9), zero-width and tag characters,
# lone surrogates (bytes that were not UTF-8).
UNPRINTABLE = pattern(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)


def escape(character: str) -> str:
    """A visible ASCII form of one character."""
    number = ord(character)
    if 0xDC80 <= number <= 0xDCFF:
        return f"\\x{number - 0xDC00:02x}"
    if number < 0x100:
        return {"\t": "\\t", "\n": "\\n", "\r": "\\r"}.get(character, f"\\x{number:02x}")
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def printable(text: str) -> str:
    """The text with every character that could mislead a terminal or a reader shown as an escape."""
    if text.isprintable():  # true of nearly everything, and cheaper than compiling a pattern
        return text
    return UNPRINTABLE.sub(lambda match: escape(match.group()), text)


# Published prefixes of well-known tokens, assignments to names that hold secrets, and passwords in addresses.
TOKEN_PREFIXES = (
    *("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "sk-", "AKIA", "ASIA", "AIza", "ya29."),
    *("hf_", "npm_", "pypi-", "dckr_pat_", "dop_v1_", "SG.", "eyJ"),
)
SECRET_WORDS = ("pass", "secret", "token", "key", "credential")
TOKENS = pattern(
    r"(?:gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|sk-(?:ant-|proj-)?|AKIA|ASIA|AIza|ya29\.|hf_|npm_|pypi-|dckr_pat_|dop_v1_|SG\.|eyJ)"
    r"[A-Za-z0-9_.\-]{8,}"
)
ASSIGNED = pattern(
    r"(?i)((?:pass(?:word|wd|phrase)?|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?)[A-Z0-9_-]{0,32}"
    r"['\"]?\s{0,4}[:=]\s{0,4}['\"]?)([^\s'\"$,;<>{}\[\]()]{4,256})"
)
IN_ADDRESS = pattern(r"(://[^/\s:@'\"]{0,128}:)([^/\s@'\"$]{1,256})(?=@)")
STARS = "********"


def without_secrets(text: str) -> str:
    """The text with everything that looks like a secret value starred out."""
    if any(prefix in text for prefix in TOKEN_PREFIXES):
        text = TOKENS.sub(lambda match: match.group()[:4] + STARS, text)
    lower = text.lower()
    if any(word in lower for word in SECRET_WORDS):
        text = ASSIGNED.sub(lambda match: match.group(1) + STARS, text)
    if "://" in text and "@" in text:
        text = IN_ADDRESS.sub(lambda match: match.group(1) + STARS, text)
    return text
