"""Headings of releases, in every form that is met in practice: `[1.0.0] - 2025-01-02`, `v1.0 (2025-01-02)`, ..."""

from __future__ import annotations

import re

from guardrail_hooks.changelog_required.settings import BRANCHES, COMING
from guardrail_hooks.pattern import pattern
from guardrail_hooks.row import namedtuple

UNRELEASED, VERSION, DATED, OTHER = "unreleased", "version", "dated", "other"

LONGEST = 500  # characters of a heading that are read; no release has a longer name

INLINE = pattern(r"(?s)\[([^\]]*)\]\(([^)]*)\)(.*)")  # [1.0.0](https://...) - DATE
REFERENCE = pattern(r"\[([^\]]*)\](?:\[([^\]]*)\])?(.*)", re.DOTALL)  # [1.0.0] - DATE, [1.0.0][label] - DATE
NUMBERED = pattern(
    r"(?is)(?:[A-Za-z@][\w@/.-]*[ \t]+)?(?:(?:version|release)[ \t]+)?(?:([vV])\.?)?"
    r"(\d+\.\d(?:[-+.]?[0-9A-Za-z])*)(?=$|[ \t]*$|[ \t,:(/\u2013\u2014-])(.*)"
)
WHOLE = pattern(r"(?:(?:version|release)[ \t]+)?([vV])?\.?(\d(?:[-+.]?[0-9A-Za-z])*)", re.IGNORECASE)
ISO = pattern(r"\d{4}-\d\d-\d\d", re.ASCII)
MINUTE = pattern(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?(?: ?(?:UTC|Z))?)?", re.ASCII)
SEPARATED = pattern(r"[ \t]*(?:$|[-\u2013\u2014/(,:\[])")
YANKED = pattern(r"(?i)[\[(]?\byanked\b[\])]?[ \t]*")


class Title(namedtuple("Title", "kind key name label rest date yanked prefixed linked bracketed")):
    """What a heading says: its kind, its key (equal for spellings of the same release) and its parts.

    `name` is the version or word as written, `label` the link label it refers to, `rest` what follows the name without
    the yanked mark, `date` the ISO-like date found there, `yanked` the mark as written.
    """

    __slots__ = ()
    kind: str
    key: str
    name: str
    label: str
    rest: str
    date: str
    yanked: str
    prefixed: bool
    linked: bool
    bracketed: bool


def read_title(text: str, coming: tuple[str, ...] = COMING) -> Title:
    """Read a heading. `coming` are the names (lower case) of the section for changes to come."""
    plain = text[:LONGEST].replace("\\", "").strip()
    label, linked, bracketed = "", False, False
    if "](" in plain and (match := INLINE.fullmatch(plain)):
        name, rest, linked = match[1].strip(), match[3], True
    elif plain[:1] == "[" and (match := REFERENCE.fullmatch(plain)):
        name, rest, label, bracketed = match[1].strip(), match[3], (match[2] or match[1]).strip(), True
    else:
        return _unbracketed(plain, coming)
    if name.casefold() in coming:
        return _title(UNRELEASED, "unreleased", name, rest, label=label, linked=linked, bracketed=bracketed)
    if ISO.match(name):
        kind = DATED if MINUTE.fullmatch(name) else OTHER
        return _title(kind, name if kind == DATED else plain.casefold(), name, rest, bracketed=bracketed)
    if _is_plain(name):
        return _title(VERSION, name, name, rest, label=label, linked=linked, bracketed=bracketed)
    if match := WHOLE.fullmatch(name):
        return _title(
            VERSION, match[2].casefold(), match[2], rest, label=label, prefixed=bool(match[1]), linked=linked,
            bracketed=bracketed,
        )  # fmt: skip
    return _title(OTHER, plain.casefold(), plain, "")


def _is_plain(name: str) -> bool:
    """Whether a name is nothing but numbers between dots, as most versions are: no pattern is compiled for those."""
    return name.isascii() and all(number.isdigit() for number in name.split("."))


def _unbracketed(plain: str, coming: tuple[str, ...]) -> Title:
    """Read a heading that begins with no link."""
    folded = plain.casefold()
    for name in sorted(coming, key=len, reverse=True):
        if folded == name or (folded.startswith(name) and SEPARATED.match(plain[len(name) :])):
            return _title(UNRELEASED, "unreleased", plain[: len(name)], plain[len(name) :])
    if not any(character.isdigit() for character in plain):
        kind, key = (UNRELEASED, "unreleased") if folded in BRANCHES and coming == COMING else (OTHER, folded)
        return _title(kind, key, plain, "")
    if match := ISO.match(plain):
        return _title(DATED, match[0], match[0], plain[match.end() :])
    if "." in plain and _is_plain(plain):
        return _title(VERSION, plain, plain, "")
    if (match := NUMBERED.fullmatch(plain)) and SEPARATED.match(match[3]):
        return _title(VERSION, match[2].casefold(), match[2], match[3], prefixed=bool(match[1]))
    if (match := WHOLE.fullmatch(plain)) and match[1]:
        return _title(VERSION, match[2].casefold(), match[2], "", prefixed=True)
    return _title(OTHER, folded, plain, "")


def _title(
    kind: str,
    key: str,
    name: str,
    rest: str,
    *,
    label: str = "",
    prefixed: bool = False,
    linked: bool = False,
    bracketed: bool = False,
) -> Title:
    """A title with the yanked mark and the date taken out of what follows its name."""
    yanked = ""
    if "yanked" in rest.casefold() and (mark := YANKED.search(rest)):
        yanked = mark[0].strip()
        rest = f"{rest[: mark.start()].rstrip()} {rest[mark.end() :]}"
    if kind == DATED:  # of several entries of a day, each under a heading of its own, every one is a section
        key = " ".join((key, *rest.casefold().split()))
    found = ISO.search(rest)
    return Title(kind, key, name, label, rest.strip(), found[0] if found else "", yanked, prefixed, linked, bracketed)
