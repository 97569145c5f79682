"""Whether a change wrote an entry: words that the open sections of the head have and those of the base have not."""

from __future__ import annotations

from guardrail_hooks.changelog_required.headings import DATED, OTHER, UNRELEASED, VERSION
from guardrail_hooks.changelog_required.log import ENTRY, RULE18
from guardrail_hooks.changelog_required.settings import COMING
from guardrail_hooks.changelog_required.words import is_edit, is_placeholder, unexplained
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from guardrail_hooks.changelog_required.log import Log, Release
    from guardrail_hooks.formats.markdown import Item


class Written(namedtuple("Written", "entries placeholders promoted")):
    """What a change wrote into open sections: real entries, placeholders, and whether it made a release of them."""

    __slots__ = ()
    entries: list[Item]
    placeholders: list[Item]
    promoted: bool

    @property
    def satisfies(self) -> bool:
        """Whether that is an entry."""
        return bool(self.entries) or self.promoted


def open_releases(log: Log, base: Log | None = None, *, is_base: bool = False) -> list[Release]:
    """The sections that take entries: for changes to come, undated on top, or (in a head) not in the base."""
    known = {release.title.key for release in base.releases} if base else set()
    sections = [release for release in log.releases if release.title.kind != OTHER]
    coming = any(release.title.kind == UNRELEASED for release in sections)
    first_entry = next((release.title.key for release in (base or log).releases if release.title.kind == ENTRY), "")
    today = sections[0].title.key if sections and sections[0].title.kind == DATED and not coming else ""
    found = []
    for at, release in enumerate(sections):
        title = release.title
        is_top = at == 0 and not coming
        if (
            title.kind == UNRELEASED
            or (title.kind == VERSION and _is_coming(title.rest))
            or (title.kind == VERSION and is_top and not title.date and not _has_digits(title.rest))
            or (title.kind == DATED and title.key == today)
            or (title.kind == ENTRY and title.key == first_entry)
            or (not is_base and title.key not in known)
        ):
            found.append(release)
    return found


def _is_coming(rest: str) -> bool:
    """Whether what follows a version says that it is not released: `1.1 (unreleased)`."""
    return bool(rest) and rest.strip(" ()[]-/,:").casefold() in COMING


def _has_digits(rest: str) -> bool:
    """Whether what follows a version may be a date in some other form."""
    return any(character.isdigit() for character in rest)


def written(head: Log, base: Log | None, *, added_only: bool) -> Written:
    """What the head's open sections say that the base's do not. `base` is None for a new changelog.

    With `added_only` another wording of an old entry is none.
    """
    here = open_releases(head, base)
    before = _before(base, here) if base else []
    items = _items(head, here) if head.releases or head.style == RULE18 else head.all_items()
    old = [said for said, _ in (_items(base, before) if base.releases else base.all_items())] if base else []
    known = set(old)
    fresh: dict[str, Item] = {}
    for said, item in items:
        if said not in known:
            fresh.setdefault(said, item)
    present = {said for said, _ in items}
    gone = [said for said in known if said not in present]
    entries: list[Item] = []
    placeholders: list[Item] = []
    for said in unexplained(list(fresh), gone):
        item = fresh[said]
        if _says_nothing(head, item):
            placeholders.append(item)
        elif not (added_only and _takes_place_of_another(said, gone)):
            entries.append(item)
    return Written(entries, placeholders, bool(base) and _is_promoted(head, base, here))


def _before(base: Log, here: Iterable[Release]) -> list[Release]:
    """The sections of the base that took entries, and those that do so only now: what they held is not new."""
    keys = {release.title.key for release in here}
    opened = {release.first for release in open_releases(base, is_base=True)}
    known = (release for release in base.releases if release.title.kind != OTHER)
    return [release for release in known if release.first in opened or release.title.key in keys]


def _items(log: Log, releases: Iterable[Release]) -> list[tuple[str, Item]]:
    return [pair for release in releases for pair in log.items(release)]


def _says_nothing(log: Log, item: Item) -> bool:
    """Whether an item is a placeholder; a Rule 18 entry is one when its What is."""
    if log.style != RULE18:
        return is_placeholder(item.text)
    release = next(release for release in log.releases if release.heading.line == item.line)
    from guardrail_hooks.changelog_required.rule18 import fields_of

    whats = [field for field in fields_of(log.document, release.first, release.last) if field.name == "What"]
    return any(field.value and is_placeholder(field.value) for field in whats)


def _takes_place_of_another(said: str, gone: list[str]) -> bool:
    """Whether an item is an old one in other words; each old one serves once."""
    for other in gone:
        if is_edit(said, other):
            gone.remove(other)
            return True
    return False


def _is_promoted(head: Log, base: Log | None, here: list[Release]) -> bool:
    """Whether the change makes a release: a version that the base has not, or has not dated, with an entry in it."""
    assert base
    opened = {release.first for release in here}
    dated = {release.title.key: release.title.date for release in base.releases if release.title.kind == VERSION}
    for release in head.releases:
        title = release.title
        if title.kind != VERSION or (title.key in dated and (dated[title.key] or not title.date)):
            continue
        if title.key not in dated and release.first not in opened:
            continue
        if any(not is_placeholder(item.text) for _, item in head.items(release)):
            return True
    return False
