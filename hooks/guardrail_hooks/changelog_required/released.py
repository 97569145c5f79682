"""Whether released sections are as they were: an entry that a rebase or a merge drops into one is lost to readers."""

from __future__ import annotations

from collections import Counter

from guardrail_hooks.changelog_required.entries import open_releases
from guardrail_hooks.changelog_required.headings import OTHER, UNRELEASED
from guardrail_hooks.changelog_required.log import ENTRY
from guardrail_hooks.changelog_required.words import unexplained
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from guardrail_hooks.changelog_required.log import Log, Release
    from guardrail_hooks.formats.markdown import Heading, Item

ADDED, ALTERED, LOST = "added", "altered", "lost"


class Difference(namedtuple("Difference", "kind name line column text")):
    """How a released section differs: entries only added, altered in any other way, or its heading lost."""

    __slots__ = ()
    kind: str
    name: str
    line: int
    column: int
    text: str


class Section:
    """All parts of a log that tell of one release."""

    __slots__ = ("log", "parts")

    def __init__(self, log: Log) -> None:
        self.log = log
        self.parts: list[Release] = []

    @property
    def heading(self) -> Heading:
        """The first heading of the release."""
        return self.parts[0].heading

    def lines(self) -> list[str]:
        """Its text, with the heading where that belongs to the entry."""
        lines = self.log.document.lines
        return [line for part in self.parts for line in lines[part.first - 1 - _is_entry(part) : part.last]]

    def items(self) -> list[tuple[str, Item]]:
        """Its items with their words."""
        return [pair for part in self.parts for pair in self.log.items(part)]


def _is_entry(release: Release) -> bool:
    return bool(release.title.kind == ENTRY)


def differences(head: Log, bases: Sequence[Log], allowed: Sequence[Log] = ()) -> Iterator[Difference]:
    """What the head changes in sections that a base has released.

    With several bases (the parents of a merge) a section may be as any of them has it. `allowed` are further logs whose
    state of a section, be it absence, is as good (the parent of a commit that is being reverted).
    """
    here = _by_key(head, head.releases)
    frozen = [_by_key(base, _released(base)) for base in bases]
    others = [_by_key(log, log.releases) for log in allowed]
    for key in dict.fromkeys(key for releases in frozen for key in releases):
        olds = [releases[key] for releases in frozen if key in releases]
        new = here.get(key)
        if any(_is_equal(new, releases.get(key)) for releases in others):
            continue
        if new is None:
            yield _lost(head, olds[0])
        elif not any(_is_equal(new, old) for old in olds):
            yield min((_difference(new, old) for old in olds), key=lambda found: found[0])[1]


def _released(log: Log) -> list[Release]:
    """The releases of a log that are frozen."""
    opened = {release.first for release in open_releases(log, is_base=True)}
    found = [release for release in log.releases if release.first not in opened]
    return [
        release for release in found if release.title.kind not in (OTHER, UNRELEASED) and not _is_shapeless(release)
    ]


def _is_shapeless(release: Release) -> bool:
    """Whether a heading of a Rule 18 history is no entry, such as `### [Unreleased]`."""
    if release.title.kind != ENTRY:
        return False
    from guardrail_hooks.changelog_required.rule18 import read_entry

    return read_entry(release.heading.text) is None


def _by_key(log: Log, releases: Sequence[Release]) -> dict[str, Section]:
    """The sections of these releases by their keys."""
    found: dict[str, Section] = {}
    for release in releases:
        if release.title.kind != OTHER:
            found.setdefault(release.title.key, Section(log)).parts.append(release)
    return found


def _is_equal(new: Section | None, old: Section | None) -> bool:
    """Whether two sections say the same, whatever their layout and order."""
    if new is None or old is None:
        return new is old
    return new.lines() == old.lines() or _more_and_less(new, old) == ([], [])


def _more_and_less(new: Section, old: Section) -> tuple[list[str], list[str]]:
    """The words that a section has more, and less, than it had."""
    counts = Counter(said for said, _ in new.items())
    counts.subtract(Counter(said for said, _ in old.items()))
    more = [said for said, count in counts.items() for _ in range(count)]
    less = [said for said, count in counts.items() for _ in range(-count)]
    if more and less and not unexplained(more, less) and not unexplained(less, more):
        return [], []  # the same words in other lines
    return more, less


def _difference(new: Section, old: Section) -> tuple[int, Difference]:
    """How much, and in what way, a section differs from what it was."""
    more, less = _more_and_less(new, old)
    if not more:
        heading = new.heading
        return len(less), Difference(ALTERED, heading.text, heading.line, heading.column, less[0])
    said = frozenset(more)
    item = next(item for words, item in new.items() if words in said)
    kind = ALTERED if less else ADDED
    return len(more) + len(less), Difference(kind, new.heading.text, item.line, item.column, item.text)


def _lost(head: Log, old: Section) -> Difference:
    """A release that the head has not: told where its first entry stands now, else at the top."""
    known = {said for said, _ in old.items()}
    for release in head.releases:
        for said, item in head.items(release):
            if said in known:
                return Difference(LOST, old.heading.text, item.line, item.column, item.text)
    return Difference(LOST, old.heading.text, 1, 1, "")
