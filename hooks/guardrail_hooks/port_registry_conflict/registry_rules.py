"""The registry against itself: PRT201 to PRT205."""

from __future__ import annotations

from guardrail_hooks.port_registry_conflict.intervals import Ports, as_text
from guardrail_hooks.port_registry_conflict.registry import ACTIVE, PORT, same_identity
from guardrail_hooks.port_registry_conflict.rules import IMPOSSIBLE, OUTSIDE, OVERLAP, STALE, TWICE, UNREADABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from guardrail_hooks.core.finding import Finding, Place
    from guardrail_hooks.port_registry_conflict.bindings import Binding
    from guardrail_hooks.port_registry_conflict.registry import Allocation, Registry, Reservation, Section


def find_contradictions(registry: Registry) -> Iterator[Finding]:
    """Everything that is wrong with the registry alone."""
    for fault in registry.faults:
        if fault.kind == PORT:
            yield IMPOSSIBLE.at(fault.place, subject=fault.what, what=fault.what)
        else:
            remedy = "correct the file; the hook cannot read the rest of it reliably"
            yield UNREADABLE.at(fault.place, subject=fault.what, what=fault.what, remedy=remedy)
    yield from _twice(registry)
    yield from _outside(registry)
    yield from _overlapping(registry)


def _line(row: Allocation | Reservation | Section) -> str:
    return f"{row.place.path}:{row.place.line}"


def _twice(registry: Registry) -> Iterator[Finding]:
    """A port for two services, and an entry in a range that another section reserves."""
    earlier: list[Allocation] = []
    by_port: dict[int, list[Allocation]] = {}
    for row in registry.allocations:
        near = by_port.get(row.ports.low, []) if row.ports.size == 1 else earlier
        wide = (other for other in earlier if other.ports.size > 1) if row.ports.size == 1 else ()
        for other in (*near, *wide):
            common = row.ports.common(other.ports)
            if common and _share_protocol(row, other) and not same_identity(row, other):
                yield TWICE.at(
                    row.place, subject=f"{common} {row.title} {other.title}", port=str(common),
                    title=f"'{row.title}'", other=f"to '{other.title}' at {_line(other)}",
                )  # fmt: skip
                break
        earlier.append(row)
        if row.ports.size == 1:
            by_port.setdefault(row.ports.low, []).append(row)
        reservation = next((kept for kept in registry.reservations if _breaks(row, kept)), None)
        if reservation:
            yield TWICE.at(
                row.place, subject=f"{row.ports} {row.title} reserved", port=str(row.ports), title=f"'{row.title}'",
                other=f"reserved ({reservation.ports}) at {_line(reservation)}",
                fix="move the line into the section of the reserved range, or shorten that range",
            )  # fmt: skip


def _share_protocol(row: Allocation, other: Allocation) -> bool:
    """Whether two rows may mean the same port."""
    return not row.protocols or not other.protocols or not set(row.protocols).isdisjoint(other.protocols)


def _breaks(row: Allocation, kept: Reservation) -> bool:
    """Whether an entry lies in a range that another section reserves."""
    return not kept.takes_any and kept.ports.common(row.ports) is not None and _home(row) is not _home(kept)


def _home(row: Allocation | Reservation) -> Section | None:
    """The nearest section with a range, else the nearest at all."""
    section = row.section
    return (section.ranged or section) if section else None


def _outside(registry: Registry) -> Iterator[Finding]:
    """Entries outside their section's range, and sections outside their parent's."""
    rows: list[Allocation | Reservation] = [*registry.allocations, *registry.reservations]
    for row in rows:
        section = row.section.ranged if row.section else None
        if section and not section.contains(row.ports):
            yield _outside_finding(row.place, f"port {row.ports}", str(row.ports), section)
    for section in registry.sections:
        around = section.parent.ranged if section.parent else None
        if section.is_range or not section.ranges or around is None:
            continue
        if stray := [ports for ports in section.ranges if not around.contains(ports)]:
            yield _outside_finding(section.place, f"the section {section.range_text}", as_text(stray), around)


def _outside_finding(place: Place, what: str, port: str, section: Section) -> Finding:
    """The finding about something outside its section."""
    name = f"its section '{section.title}'" if section.title else "its section"
    return OUTSIDE.at(
        place, subject=f"{port} {section.title}", what=what, section=name, range=section.range_text,
        line=_line(section), port=port,
    )  # fmt: skip


def _overlapping(registry: Registry) -> Iterator[Finding]:
    """Sections beside each other that share ports; an open range (`12000+`) claims only what nobody else does."""
    sections = [section for section in registry.sections if section.ranges and not section.is_range]
    closed = [section for section in sections if not section.is_open]
    closed.sort(key=lambda section: (section.place.path or "", section.place.line))
    for at, section in enumerate(closed):
        shared: list[Ports] = []
        others: list[Section] = []
        for other in closed[:at]:
            common = _shared(section, other)
            if common and not _related(section, other):
                shared += common
                others.append(other)
        if others:
            names = ", ".join(f"{other.range_text} of '{other.title}' ({_line(other)})" for other in others)
            yield OVERLAP.at(
                section.place, subject=f"{section.title} {' '.join(other.title for other in others)}",
                range=section.range_text, section=f"'{section.title}'", other=names, port=as_text(shared),
            )  # fmt: skip


def _shared(section: Section, other: Section) -> list[Ports]:
    """The ports of both; sections of exactly the same range are one section in two parts of the file."""
    if section.ranges == other.ranges and section.title == other.title:
        return []
    return [common for one in section.ranges for another in other.ranges if (common := one.common(another))]


def _related(section: Section, other: Section) -> bool:
    """Whether one of two sections is inside the other."""
    return any(around is other for around in section.ancestors) or any(around is section for around in other.ancestors)


def find_stale(registry: Registry, bindings: Iterable[Binding]) -> Iterator[Finding]:
    """Active entries that nothing binds."""
    bound = [(binding.ports, binding.protocol) for binding in bindings if binding.ports]
    for row in registry.allocations:
        if row.status == ACTIVE and not any(
            ports.common(row.ports) and row.serves(protocol) for ports, protocol in bound
        ):
            yield STALE.at(row.place, subject=f"{row.ports} {row.title}", port=str(row.ports), title=f"'{row.title}'")
