"""Shell patterns in `${x#p}`, `${x%p}` and `${x/p/r}`: `*`, `?` and the backslash, in linear or bounded time.

The results are those of BuildKit's `convertShellPatternToRegex` (shell/lex.go), which relies on Go's linear-time
regular expressions; Python's would take exponential time on a hostile pattern, so the matching is done by hand: a
pattern is a row of fixed parts between stars, and each part is searched for in turn.
"""

from __future__ import annotations

import re

from guardrail_hooks.formats.dockerfile.words import BadSubstitution

MAX_WORK = 10_000_000  # characters of pattern times characters of text

_GROUP = re.compile(r"\$(?:(\$)|(\w+)|\{(\w+)\})", re.ASCII)


def without_prefix(text: str, pattern: str, *, greedy: bool) -> str:
    """Remove the shortest or, if greedy, the longest prefix that matches."""
    found = _search(_parts(_tokens(pattern), text), text, 0, greedy=greedy, anchored=True)
    return text[found[1] :] if found else text


def without_suffix(text: str, pattern: str, *, greedy: bool) -> str:
    """Remove the shortest or, if greedy, the longest suffix that matches."""
    found = _search(_parts(_tokens(pattern)[::-1], text), text[::-1], 0, greedy=greedy, anchored=True)
    return text[: len(text) - found[1]] if found else text


def replaced(text: str, pattern: str, replacement: str, *, everywhere: bool, limit: int) -> str:
    """Replace the first match, or all of them. A result of more than `limit` characters is refused."""
    parts = _parts(_tokens(pattern), text)
    out: list[str] = []
    position = size = 0
    while found := _search(parts, text, position, greedy=True, anchored=False):
        start, end = found
        out.append(text[position:start])
        out.append(_filled(replacement, text[start:end]) if everywhere else replacement)
        size += len(out[-1])
        if size > limit:
            raise BadSubstitution(f"expands to more than {limit} characters")
        if everywhere and start == end:  # an empty match: Go steps over one character
            out.append(text[start : start + 1])
            end += 1
        position = end
        if not everywhere or position > len(text) or (position == len(text) and pattern):
            break
    return "".join(out) + text[position:]


def _tokens(pattern: str) -> list[str]:
    """Split a pattern into `*`, `?` and literal characters, the latter as two-character `=c`."""
    tokens: list[str] = []
    characters = iter(range(len(pattern)))
    for index in characters:
        char = pattern[index]
        if char != "\\":
            tokens.append(char if char in "*?" else "=" + char)
            continue
        following = pattern[index + 1 : index + 2]
        if following and following in "}/":
            continue
        if not following or following not in "*?\\":
            raise BadSubstitution(f"invalid pattern ({pattern}) in substitution: invalid escape '\\{following}'")
        tokens.append("=" + following)
        next(characters)
    return tokens


def _parts(tokens: list[str], text: str) -> list[re.Pattern[str]]:
    """Compile what stands between the stars. Refuses a pattern whose search in `text` would take too long."""
    if len(tokens) * len(text) > MAX_WORK:
        raise BadSubstitution("pattern and value are too long to be matched")
    parts = [""]
    for item in tokens:
        if item == "*":
            parts.append("")
        else:
            parts[-1] += "." if item == "?" else re.escape(item[1:])
    return [re.compile(part, re.DOTALL) for part in parts]


def _search(
    parts: list[re.Pattern[str]], text: str, start: int, *, greedy: bool, anchored: bool
) -> tuple[int, int] | None:
    """Find the leftmost match from `start` on: shortest or longest, as the stars are lazy or greedy."""
    head = parts[0].match(text, start) if anchored else parts[0].search(text, start)
    if head is None or len(parts) == 1:
        return head.span() if head else None
    end = head.end()
    last = head
    for part in parts[1:]:
        found = part.search(text, end)
        if found is None:
            return None
        last, end = found, found.end()
    if not greedy:
        return head.start(), end
    for position in range(len(text), last.start(), -1):  # the last part, as far right as it goes
        found = parts[-1].match(text, position)
        if found:
            return head.start(), found.end()
    return head.start(), end


def _filled(replacement: str, match: str) -> str:
    """Fill in Go's `$0` and `$name`: the pattern has no groups, so all but the whole match are empty."""

    def fill(found: re.Match[str]) -> str:
        if found[1]:
            return "$"
        return match if (found[2] or found[3]) == "0" else ""

    return _GROUP.sub(fill, replacement)
