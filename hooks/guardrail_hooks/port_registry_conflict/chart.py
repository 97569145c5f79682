"""What a diagram shows, before it is drawn: the ranges of the registry and what becomes of their ports."""

from __future__ import annotations

from guardrail_hooks.port_registry_conflict.allocations import KEPT, UNLISTED, judge
from guardrail_hooks.port_registry_conflict.intervals import HIGHEST, Ports, union, without
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from guardrail_hooks.port_registry_conflict.bindings import Binding
    from guardrail_hooks.port_registry_conflict.names import Matcher
    from guardrail_hooks.port_registry_conflict.registry import Registry

USED, LISTED, RESERVED, FREE = "used", "registered", "reserved", "free"
STRAY, CONFLICT = "not registered", "in conflict"
STATES = (USED, LISTED, RESERVED, STRAY, CONFLICT, FREE)
ELSEWHERE = "Outside all ranges"


class Mark(namedtuple("Mark", "ports state text note")):
    """Some ports in one state: what to write on them, and what to tell besides."""

    __slots__ = ()
    ports: Ports
    state: str
    text: str
    note: str


class Band(namedtuple("Band", "title range_text extent marks depth")):
    """One range: its title, the ports that its bar spans, and the marks on it in order."""

    __slots__ = ()
    title: str
    range_text: str
    extent: Ports
    marks: tuple[Mark, ...]
    depth: int

    def count(self, state: str) -> int:
        """How many ports of the band are in a state."""
        if state == FREE:
            return sum(gap.size for gap in without(self.extent, (mark.ports for mark in self.marks)))
        return sum(part.size for part in union(mark.ports for mark in self.marks if mark.state == state))


class Chart(namedtuple("Chart", "title bands")):
    """Everything to draw."""

    __slots__ = ()
    title: str
    bands: tuple[Band, ...]


def read_chart(registry: Registry, bindings: Sequence[Binding], matcher: Matcher) -> Chart:
    """The chart of a registry and of what Compose files bind."""
    marks = sorted(_marks(registry, bindings, matcher), key=lambda mark: (mark.ports, STATES.index(mark.state)))
    bands: list[Band] = []
    shown: set[tuple[Ports, ...]] = set()
    seen: set[int] = set()
    for section in sorted(registry.sections, key=lambda one: (one.ranges or (Ports(0, 0),), one.is_range)):
        if not section.ranges or section.ranges in shown:
            continue
        shown.add(section.ranges)
        inside = [mark for mark in marks if section.contains(mark.ports)]
        seen.update(id(mark) for mark in inside)
        low, high = section.ranges[0].low, section.ranges[-1].high
        if section.is_open:
            high = max([mark.ports.high for mark in inside if mark.ports.high < HIGHEST] or [low]) // 100 * 100 + 99
        extent = Ports(low, min(max(low, high), HIGHEST))
        depth = sum(1 for around in section.ancestors if around.ranges)
        bands.append(Band(section.title, section.range_text, extent, tuple(inside), depth))
    rest = [mark for mark in marks if id(mark) not in seen]
    bands += _without_section(rest)
    return Chart(
        f"Host ports: {registry.text}", tuple(sorted(bands, key=lambda band: (band.extent.low, -band.extent.high)))
    )


def _marks(registry: Registry, bindings: Sequence[Binding], matcher: Matcher) -> Iterator[Mark]:
    """The marks of all entries, reservations and bindings."""
    bound = [binding for binding in bindings if binding.ports]
    for row in dict.fromkeys((row.ports, row.name) for row in registry.allocations):
        ports, name = row
        rows = [one for one in registry.allocations if one.ports == ports]
        if (
            rows[0].name != name
            and any(rows[0].name == one.name for one in rows)
            and len({one.ids for one in rows}) == 1
        ):
            continue
        mine = [one for one in bound if one.ports and one.ports.common(ports)]
        strangers = [one for one in mine if not any(matcher.means(entry, one.owner) for entry in rows)]
        if strangers:
            names = " / ".join(dict.fromkeys([name, *(one.title for one in strangers)]))
            yield Mark(ports, CONFLICT, names, "; ".join(one.where for one in mine))
        elif mine:
            yield Mark(ports, USED, name, "; ".join(one.where for one in mine))
        else:
            yield Mark(ports, LISTED, name, rows[0].status)
    allocated = [row.ports for row in registry.allocations]
    for kept in registry.reservations:
        for part in without(kept.ports, allocated):
            yield Mark(part, RESERVED, "reserved", kept.text)
    strays: dict[Ports, list[Binding]] = {}
    for binding in bound:
        for verdict in judge(binding, registry, matcher):
            if verdict.kind in (UNLISTED, KEPT):
                strays.setdefault(verdict.ports, []).append(binding)
    for ports, binders in strays.items():
        names = " / ".join(dict.fromkeys(one.title for one in binders))
        several = len({one.title for one in binders}) > 1
        yield Mark(ports, CONFLICT if several else STRAY, names, "; ".join(one.where for one in binders))


def _without_section(marks: Iterable[Mark]) -> Iterator[Band]:
    """Bands for the ports outside all ranges: one for each thousand that has any."""
    groups: dict[int, list[Mark]] = {}
    for mark in marks:
        groups.setdefault(mark.ports.low // 1000, []).append(mark)
    for thousand, group in sorted(groups.items()):
        low = min(mark.ports.low for mark in group) // 100 * 100
        high = max(mark.ports.high for mark in group) // 100 * 100 + 99
        extent = Ports(max(low, 1), min(high, HIGHEST))
        yield Band(ELSEWHERE, f"{thousand * 1000 or 1}-{thousand * 1000 + 999}", extent, tuple(group), 0)
