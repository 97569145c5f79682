"""A changelog as data: its style, its releases, and the items of each."""

from __future__ import annotations

from guardrail_hooks.changelog_required import headings
from guardrail_hooks.changelog_required.words import FINAL, words
from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.formats import markdown
from guardrail_hooks.pattern import pattern
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.changelog_required.headings import Title
    from guardrail_hooks.formats.markdown import Document, Heading, Item

KEEPACHANGELOG, COMMON, RULE18, FREE, AUTO = "keepachangelog", "common", "rule18", "free", "auto"
STYLES = (AUTO, KEEPACHANGELOG, COMMON, RULE18, FREE)
LARGEST = 8 * 1024 * 1024  # bytes of a changelog; the longest known ones have two
ENTRY = "entry"  # a release of a Rule 18 log: every entry has a version and a stamp of its own
SIX = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")  # https://keepachangelog.com/en/1.1.0/
FOUR = ("Changed", "Added", "Removed", "Fixed")  # https://common-changelog.org
HISTORY = ("change history", "history", "historical", "archive")
TEMPLATE = ("directory information", "change history")
# What logs say of themselves, by the example of https://keepachangelog.com/en/1.1.0/.
PREAMBLE = pattern(r"(?i)all notable changes\b|the format is based on\b|(?:and )?this project adheres to\b")


class Release(namedtuple("Release", "heading title first last")):
    """A section of the log: its heading, what that says, and the lines of its body."""

    __slots__ = ()
    heading: Heading
    title: Title
    first: int
    last: int


class Log:
    """A scanned changelog. `text` is None when the file is no text at all."""

    __slots__ = ("_items", "document", "is_markdown", "path", "releases", "style", "text")

    def __init__(self, path: str, content: bytes, style: str, coming: tuple[str, ...]) -> None:
        if len(content) > LARGEST:
            raise CannotJudge(
                f"{path} has {len(content)} bytes, too many to judge (at most {LARGEST}): move old releases out"
            )
        self.path = path
        self.text = markdown.decode(content)
        self.is_markdown = not path.lower().endswith((".rst", ".txt"))
        self.document = _scan(self.text or "", is_markdown=self.is_markdown)
        self._items: dict[int, list[tuple[str, Item]]] = {}
        levels = [(heading, headings.read_title(heading.text, coming)) for heading in self.document.headings]
        self.style = _detect(self.document, levels) if style == AUTO else style
        if not self.is_markdown and style == AUTO:
            self.style = FREE
        if self.style == RULE18:
            self.releases = list(_entries(self.document, levels))
        else:
            self.releases = list(_releases(self.document, levels, deep=self.style == FREE))

    def items(self, release: Release) -> list[tuple[str, Item]]:
        """The items of a release with their words; a Rule 18 entry is one item."""
        found = self._items.get(release.first)
        if found is None:
            if release.title.kind == ENTRY:
                heading = release.heading
                parts = [item.text for item in self.document.items(release.first, release.last)]
                # paragraphs may join and part: punctuation at their ends says nothing
                said = " ".join(word.rstrip(FINAL) for part in (heading.text, *parts) for word in words(part).split())
                found = [(said, markdown.Item(heading.line, heading.column, heading.text, release.last))]
            else:
                items = self.document.items(release.first, release.last)
                found = [(words(item.text), item) for item in items]
            self._items[release.first] = found
        return found

    def all_items(self) -> list[tuple[str, Item]]:
        """Every item below the title, for logs without any release; what a log says of itself is none."""
        first = self.document.headings[0].line + 1 if self.document.headings else 1
        items = self.document.items(first, len(self.document.lines))
        return [(words(item.text), item) for item in items if not PREAMBLE.match(item.text)]


def _scan(text: str, *, is_markdown: bool) -> Document:
    """Read a changelog by its kind of file."""
    if is_markdown:
        return markdown.scan(text)
    from guardrail_hooks.formats import restructured

    return restructured.scan(text)


def _detect(document: Document, levels: list[tuple[Heading, Title]]) -> str:
    """The style of a log, by its headings of level 2; where they say nothing, by the text before them."""
    second = [(heading, title) for heading, title in levels if heading.level == 2]
    if any(heading.text.casefold().startswith(TEMPLATE) for heading, _ in second):
        return RULE18
    releases = [title for _, title in second if title.kind in (headings.VERSION, headings.UNRELEASED)]
    if not releases:
        return FREE
    opening = " ".join(document.lines[: second[0][0].line]).casefold()
    if "common-changelog.org" in opening or "common changelog" in opening:
        return COMMON
    if "keepachangelog" in opening or "keep a changelog" in opening:
        return KEEPACHANGELOG
    known = unknown = 0
    for heading, _ in levels:
        if heading.level == 3:
            if heading.text.strip("* :").capitalize() in SIX:
                known += 1
            else:
                unknown += 1
    plain = sum(1 for title in releases if title.kind == headings.VERSION and title.name.count(".") < 2)
    return FREE if (unknown > known and unknown > 2) or 2 * plain > len(releases) else KEEPACHANGELOG


def _releases(document: Document, levels: list[tuple[Heading, Title]], *, deep: bool) -> Iterator[Release]:
    """The sections from the first release on; a section ends where the next begins, or at a heading above it.

    In a `deep` log minor releases may stand one level below major ones. So may all where one took the title's level.
    """
    known = [heading.level for heading, title in levels if title.kind != headings.OTHER]
    if not known:
        return
    top = min(known)
    begins = [
        (heading, title)
        for heading, title in levels
        if heading.level <= top
        or ((deep or top == 1) and title.kind in (headings.VERSION, headings.UNRELEASED) and heading.level == top + 1)
    ]
    for at, (heading, title) in enumerate(begins):
        last = begins[at + 1][0].line - 1 if at + 1 < len(begins) else len(document.lines)
        if heading.level >= top and not (title.kind == headings.OTHER and heading.level < top):
            yield Release(heading, title, heading.line + 1, last)


def _entries(document: Document, levels: list[tuple[Heading, Title]]) -> Iterator[Release]:
    """The entries of a Rule 18 log, wherever they stand: those that read as one, and all others of the history."""
    from guardrail_hooks.changelog_required.rule18 import field_named, parts_of, read_entry

    inside = False
    for at, (heading, title) in enumerate(levels):
        entry = read_entry(heading.text) if heading.level in (2, 3) else None
        shaped = entry is not None and bool(entry.version or entry.stamp)
        if heading.level <= 2 and not shaped:
            inside = heading.level == 2 and heading.text.casefold().startswith(HISTORY)
        elif shaped or (inside and heading.level == 3 and not field_named(heading.text)):
            last = len(document.lines)
            for below, _ in levels[at + 1 :]:
                if below.level < 3 or (below.level == 3 and not field_named(below.text)):
                    last = below.line - 1
                    break
            # a stamp alone is no name: two entries may have been written in the same minute
            key = (
                f"{entry.version} {entry.stamp}" if entry and entry.version else words(" ".join(parts_of(heading.text)))
            )
            yield Release(heading, title._replace(kind=ENTRY, key=key.casefold()), heading.line + 1, last)
