"""Rule 18 entries: `### [2025-09-02 10:00:00 UTC] - Version 1.1.0 - [Component] - [TYPE] - [text]` and fields."""

from __future__ import annotations

from guardrail_hooks.changelog_required.settings import FIELDS
from guardrail_hooks.formats.markdown import BULLET
from guardrail_hooks.pattern import pattern
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.formats.markdown import Document

# Rule 18 lists eight types, Rule 19 adds SECURITY, the rulebook's script writes CREATION.
TYPES = ("MAJOR", "MINOR", "PATCH", "HOTFIX", "REFACTOR", "DOCS", "TEST", "CONFIG", "SECURITY", "CREATION")
# Longer names, from Rule 19 and from logs that are kept by it.
ALIASES = {
    "who made the change": "Who",
    "why it was changed": "Why",
    "what was changed": "What",
    "potential impact": "Impact",
    "potential impact or dependencies": "Impact",
    "impact analysis": "Impact",
    "impact assessment": "Impact",
    "testing and validation": "Validation",
    "validation and testing": "Validation",
    "testing": "Validation",
    "validation results": "Validation",
    "testing results": "Validation",
    "test results": "Validation",
    "related": "Related Changes",
    "rollback planning": "Rollback",
    "rollback plan": "Rollback",
    "rollback procedure": "Rollback",
} | {field.casefold(): field for field in FIELDS}
FIELD = pattern(r"[ \t]*(?:[-*+][ \t]+)?\*\*([^*:]*[^*: \t])[ \t]*(?::\*\*|\*\*[ \t]*:)[ \t]*(.*)")
# A version has a digit, or is the template's; "Version History" is none.
VERSIONED = pattern(r"(?i)version[ \t]+v?((?=[^\s\[\]]*\d|x\.|[{$<])[^\s\[\]]+)")
STAMPED = pattern(r"\d{4}-\d\d-\d\d\b.*|.*\bYYYY\b.*|\d{4}-\d{1,2}-\d{1,2}.*|\d{1,2}[/.]\d{1,2}[/.]\d{4}.*")
# Times in the forms of countries and clocks; only beside a version, for other titles may begin with one as well.
LOOSE = pattern(
    r"(?i)\d{4}[/.]\d{1,2}[/.]\d{1,2}.*|\d{8}(?:T?\d{4,6}Z?)?|\d{10}|"
    r"(?:[a-z]+,? )?(?:\d{1,2}[a-z]{0,2} )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[., ].*\d{4}.*"
)
BARE = pattern(r"v?(\d+\.\d+(?:[-+.][0-9A-Za-z]+)*)")  # Rule 19 writes `[SemVer]`
LONG_DASH = pattern(r" [\u2013\u2014] ")
TEMPLATES = ("yyyy-mm-dd", "x.y.z", "[component]", "[change type]", "[brief description]", "[type]", "[description]")


class EntryTitle(namedtuple("EntryTitle", "stamp version component type text stamp_first")):
    """The parts of an entry's heading as written; empty where one is missing."""

    __slots__ = ()
    stamp: str
    version: str
    component: str
    type: str
    text: str
    stamp_first: bool


class Field(namedtuple("Field", "name line value")):
    """A field of an entry: its name in Rule 18's words, its line, and its value with the lines below it."""

    __slots__ = ()
    name: str
    line: int
    value: str


def parts_of(text: str) -> list[str]:
    """The parts of a heading between ` - `, without their brackets; dashes inside brackets part nothing.

    Long dashes part a heading that has no other.
    """
    if " - " not in text and LONG_DASH.search(text):
        text = LONG_DASH.sub(" - ", text)
    parts, at = [], 0
    while at < len(text):
        end, depth = at, 0
        while end < len(text) and (depth or text[end : end + 3] != " - "):
            depth += {"[": 1, "]": -1}.get(text[end], 0)
            depth = max(depth, 0)
            end += 1
        part = text[at:end].strip()
        if part[:1] == "[" and part[-1:] == "]" and part.count("[") == 1:
            part = part[1:-1].strip()
        parts.append(part)
        at = end + 3
    return parts


def read_entry(text: str) -> EntryTitle | None:
    """Read an entry's heading in any form that occurs; None for a heading that is no entry at all."""
    parts = parts_of(text.strip())
    versioned = VERSIONED.search(text) is not None
    if not parts or not (versioned or STAMPED.fullmatch(parts[0])):
        return None
    stamp = version = ""
    stamp_first = False
    rest = []
    for at, part in enumerate(parts):
        match = VERSIONED.match(part)
        if not stamp and at < 2 and (STAMPED.fullmatch(part) or (versioned and LOOSE.fullmatch(part))):
            stamp, stamp_first = part, not version
        elif at == 1 and stamp and not versioned and (bare := BARE.fullmatch(part)):
            version = bare[1]
        elif not version and match and at < 2:
            version = match[1]
            if tail := part[match.end() :].strip(" :"):
                rest.append(tail)
        else:
            rest.append(part)
    component = kind = ""
    if len(rest) >= 3:
        component, kind, *rest = rest
    elif len(rest) == 2 and rest[0].isupper() and rest[0].isalpha():
        kind, *rest = rest
    elif len(rest) == 2 and rest[1].upper() in TYPES:
        component, kind = rest
        rest = []
    return EntryTitle(stamp, version, component, kind, " - ".join(rest), stamp_first)


def field_named(label: str) -> str:
    """The field that a label names, in Rule 18's words; empty for any other text."""
    return ALIASES.get(label.strip("*: \t").casefold(), "")


def fields_of(document: Document, first: int, last: int) -> Iterator[Field]:
    """The fields of an entry, in order; a value may go on below its label, as text, list or code.

    A label is bold text, or a heading of its own. A list item with a name of the same field is part of its value.
    """
    headings = {one.line: one.text for one in document.headings if first <= one.line <= last}
    name, line, value = "", 0, [""]
    for number in range(first, last + 1):
        text = document.lines[number - 1]
        match = FIELD.match(text) if "**" in text and document.kinds[number - 1] == 0 else None
        label, rest = (match[1], match[2]) if match else (headings.get(number, ""), "")
        known = field_named(label)
        if known and (known != name or not BULLET.match(text.lstrip())):  # its parts may be called alike (Rule 19)
            if name:
                yield Field(name, line, " ".join(value).strip())
            name, line, value = known, number, [rest]
        elif name and text.strip():
            value.append(text.strip())
    if name:
        yield Field(name, line, " ".join(value).strip())


def heading_of(stamp: str, version: str, component: str, kind: str, text: str) -> str:
    """An entry's heading in the written form; what is missing stands there to be filled in."""
    parts = (component or "Component", kind or "TYPE", text or "what was done")
    return f"### [{stamp}] - Version {version or 'X.Y.Z'} - " + " - ".join(f"[{part}]" for part in parts)
