"""Globs over paths: `*` and `?` stop at `/`, `**` does not, `[...]` are classes."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Pattern


STAR, CROSSING, FOLDERS = "[^/]*", ".*", "(?:.*/)?"
WILD = frozenset({STAR, CROSSING, FOLDERS})


def translate(glob: str, *, crossing: bool = False) -> str:
    """The glob as a regular expression for `fullmatch`; with `crossing`, `*` and `?` cross `/` as well."""
    return "".join(_parts(glob, crossing=crossing))


def _parts(glob: str, *, crossing: bool) -> list[str]:
    """The regular expressions of the pieces of a glob: wildcards, and what stands for one character."""
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
                parts.append(FOLDERS)
                at += 1
            else:
                parts.append(CROSSING)
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
    return parts


def _committed(parts: list[str]) -> str:
    """The pieces as one expression that never goes back over a wildcard where it need not.

    Where another wildcard that can take more follows, the first place that fits is as good as any other; without this
    `*a*a*a*a*b` would try all combinations of places. A lookahead with a reference to it is how an expression says so
    before Python 3.11.
    """
    wild = [at for at, part in enumerate(parts) if part in WILD]
    if len(wild) < 2:
        return "".join(parts)
    out = "".join(parts[: wild[0]])
    opened = ""  # a crossing wildcard and what follows it, up to the next one
    for at, end in zip(wild, [*wild[1:], len(parts)], strict=True):
        run = "".join(parts[at:end])
        last = end == len(parts)
        if parts[at] == STAR and not last:
            name = f"star{at}"
            run = f"(?=(?P<{name}>[^/]*?{''.join(parts[at + 1 : end])}))(?P={name})"
        elif parts[at] != STAR:
            run = f"{'.*?' if parts[at] == CROSSING else '(?:.*?/)??'}{''.join(parts[at + 1 : end])}"
        if parts[at] != STAR and opened:
            out += f"(?=(?P<folders{at}>{opened}))(?P=folders{at})"
            opened = ""
        if opened or parts[at] != STAR:
            opened += run
        else:
            out += run
    return out + opened


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
        return re.compile(_committed(_parts(glob, crossing=crossing)), re.DOTALL)
    except re.error:
        return re.compile(re.escape(glob), re.DOTALL)
