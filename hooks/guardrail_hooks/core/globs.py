"""Globs over paths: `*` and `?` stop at `/`, `**` does not, `[...]` are classes."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Pattern


def translate(glob: str, *, crossing: bool = False) -> str:
    """The glob as a regular expression for `fullmatch`; with `crossing`, `*` and `?` cross `/` as well."""
    import re

    one = "." if crossing else "[^/]"
    parts: list[str] = []
    at = 0
    while at < len(glob):
        character = glob[at]
        at += 1
        if character == "*":
            stars = 1
            while at < len(glob) and glob[at] == "*":
                at += 1
                stars += 1
            if stars == 1:
                parts.append(f"{one}*")
            elif glob[at : at + 1] == "/" and (not parts or parts[-1] == "/"):
                parts.append("(?:.*/)?")
                at += 1
            else:
                parts.append(".*")
        elif character == "?":
            parts.append(one)
        elif character == "[" and (end := glob.find("]", at + 1 + (glob[at : at + 1] in "!^"))) >= 0:
            negated = glob[at] in "!^"
            inside = _members(glob[at + negated : end])
            stop = "" if crossing else "/"
            parts.append(f"[^{stop}{inside}]" if negated else f"(?!/)[{inside}]" if stop else f"[{inside}]")
            at = end + 1
        else:
            parts.append("/" if character == "/" else re.escape(character))
    return "".join(parts)


def _members(text: str) -> str:
    """The inside of a class, with every character escaped but the dash of a range such as `a-z`."""
    import re

    parts = []
    for at, character in enumerate(text):
        ranging = character == "-" and 0 < at < len(text) - 1 and text[at - 1 : at + 2].count("-") == 1
        parts.append("-" if ranging else re.escape(character))
    return "".join(parts)


def compile_glob(glob: str, *, crossing: bool = False) -> Pattern[str]:
    """The compiled glob, to be used with `fullmatch`. A broken class is taken literally."""
    import re  # here, so that a run without globs does without it

    try:
        return re.compile(translate(glob, crossing=crossing), re.DOTALL)
    except re.error:
        return re.compile(re.escape(glob), re.DOTALL)
