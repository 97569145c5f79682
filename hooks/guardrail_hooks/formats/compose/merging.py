"""How Compose merges two descriptions of one service (compose-spec, 13-merge.md)."""

from __future__ import annotations

from guardrail_hooks.formats.compose.nodes import OVERRIDE, RESET
from guardrail_hooks.formats.compose.services import NOBODY, Change, Entry, Names, Service

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from guardrail_hooks.formats.place import Span


def merge_into(services: dict[str, Service], service: Service) -> None:
    """Merge a service over what an earlier document or file said of it."""
    if service.tag == RESET:
        services.pop(service.name, None)
        return
    base = services.get(service.name)
    services[service.name] = merged(base, service) if base and service.tag != OVERRIDE else service


def merged(base: Service, over: Service) -> Service:
    """Two descriptions of a service as one: the later one's values win, lists of ports are appended."""
    return over._replace(
        path=base.path,
        span=base.span,
        container_name=_later(base.container_name, over.container_name),
        network_mode=_later(base.network_mode, over.network_mode),
        profiles=_more_names(base.profiles, over.profiles),
        copies=base.copies if over.copies is None else over.copies,
        ports=_appended(base.ports, over.ports),
        expose=_appended(base.expose, over.expose),
        extends=None,
        files=tuple(dict.fromkeys((*base.files, *over.files))),
        source=_later(base.source, over.source),
    )


def inherited(base: Service, over: Service, span: Span) -> Service:
    """A service that `extends` another one; what it inherits is blamed on its own `extends`.

    Compose adds its profiles to those of the base. Here they replace them: people give a base that is never to run a
    profile that nobody switches on, and all that extend it would seem to run together by that.
    """

    def lent(change: Change) -> Change:
        return Change("", tuple(entry._replace(path=over.path, span=span) for entry in change.values))

    profiles = NOBODY if over.profiles.values else base.profiles
    return merged(
        base._replace(
            profiles=profiles,
            name=over.name,
            path=over.path,
            span=over.span,
            ports=lent(base.ports),
            expose=lent(base.expose),
        ),
        over,
    )


def _later(base: str | None, over: str | None) -> str | None:
    """The later text where there is one."""
    return base if over is None else over


def _more_names(base: Names, over: Names) -> Names:
    """Two lists of names as one."""
    if over.tag in (RESET, OVERRIDE):
        return Names("", over.values)
    return Names(base.tag, tuple(dict.fromkeys(base.values + over.values)))


def _appended(base: Change, over: Change) -> Change:
    """Two lists of entries; what both have is kept once, where it was first."""
    if over.tag in (RESET, OVERRIDE):
        return Change("", over.values)
    if not base.values or not over.values:
        return Change(base.tag, base.values + over.values)
    known = {entry.key for entry in base.values}
    published = _published(base.values)
    more = [part for entry in over.values if entry.key not in known for part in _beyond(entry, published)]
    return Change(base.tag, (*base.values, *more))


def _published(entries: Iterable[Entry]) -> dict[object, list[tuple[int, int]]]:
    """The host ports of entries as disjoint ranges in rising order, by what they are merged by."""
    rows: dict[object, list[tuple[int, int]]] = {}
    for entry in sorted(entries, key=lambda entry: entry.port.low):
        if entry.line is None:
            continue
        row = rows.setdefault(entry.line, [])
        low, high = entry.port.low, entry.port.high
        if row and low <= row[-1][1]:
            row[-1] = (row[-1][0], max(high, row[-1][1]))
        else:
            row.append((low, high))
    return rows


def _beyond(entry: Entry, published: Mapping[object, Sequence[tuple[int, int]]]) -> Iterator[Entry]:
    """What an entry publishes that is not published yet."""
    taken = published.get(entry.line) if entry.line else None
    if not taken:
        yield entry
        return
    from bisect import bisect

    low, high = entry.port.low, entry.port.high
    for first, last in taken[max(0, bisect(taken, (low, high)) - 1) :]:
        if first > high:
            break
        if low < first:
            yield entry.cut(low, first - 1)
        low = max(low, last + 1)
    if low <= high:
        yield entry.cut(low, high)
