"""`--list`: who has which port, by the registry and by the Compose files."""

from __future__ import annotations

from guardrail_hooks.core.table import aligned
from guardrail_hooks.port_registry_conflict.allocations import FOREIGN, judge
from guardrail_hooks.port_registry_conflict.registry import ACTIVE
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from guardrail_hooks.core.finding import Place
    from guardrail_hooks.port_registry_conflict.actions import Desk
    from guardrail_hooks.port_registry_conflict.bindings import Binding
    from guardrail_hooks.port_registry_conflict.intervals import Ports
    from guardrail_hooks.port_registry_conflict.registry import Allocation

HEAD = ("PORT", "STATE", "REGISTERED TO", "LINE", "BOUND BY")
USED, UNUSED, CONFLICT, UNREGISTERED, RESERVED, FREE = "used", "unused", "conflict", "unregistered", "reserved", "free"


class Row(namedtuple("Row", "ports port state owner place bindings")):
    """One line of the list; `port` is the text of the ports, `owner` and `place` are the registry's (or None)."""

    __slots__ = ()
    ports: Ports
    port: str
    state: str
    owner: str | None
    place: Place | None
    bindings: Sequence[Binding]

    @property
    def line(self) -> str:
        """Where the registry says so."""
        return f"{self.place.path}:{self.place.line}" if self.place else ""


def list_ports(desk: Desk, wanted: Ports | None, form: str) -> str:
    """The list as a table, or (`--format json`) as one array."""
    rows = sorted(_rows(desk, wanted), key=lambda row: (row.ports, row.port, row.line, row.state))
    if wanted and not rows:
        rows = [Row(wanted, str(wanted), FREE, None, None, ())]
    if form == "json":
        from guardrail_hooks.core.encode import encode

        return encode([_as_object(row) for row in rows], indent=2) + "\n"
    return aligned([HEAD, *(_cells(row) for row in rows)])


def _cells(row: Row) -> tuple[str, ...]:
    """A row of the table."""
    bound = ", ".join(f"{one.title} ({one.place.path}:{one.place.line})" for one in row.bindings)
    return tuple(text or "-" for text in (row.port, row.state, row.owner or "", row.line, bound))


def _as_object(row: Row) -> dict[str, object]:
    """A row as JSON."""
    return {
        "port": row.port,
        "state": row.state,
        "owner": row.owner,
        "path": row.place.path if row.place else None,
        "line": row.place.line if row.place else None,
        "bindings": [
            {"owner": one.title, "port": one.port_text(one.ports), "path": one.place.path, "line": one.place.line}
            for one in row.bindings
            if one.ports
        ],
    }


def _rows(desk: Desk, wanted: Ports | None) -> Iterator[Row]:
    """One row per entry of the registry, per reservation, and per port that is bound without an entry."""
    registry = desk.registry
    bindings = [one for one in desk.survey.bindings if one.ports and (wanted is None or one.ports.common(wanted))]
    listed: set[int] = set()
    for entry in registry.allocations if registry else ():
        if wanted is None or entry.ports.common(wanted):
            row = _entry_row(desk, entry, bindings)
            listed.update(id(one) for one in row.bindings if one.ports and entry.ports.contains(one.ports))
            yield row
    for kept in registry.reservations if registry else ():
        if wanted is None or kept.ports.common(wanted):
            yield Row(kept.ports, str(kept.ports), RESERVED, None, kept.place, ())
    for binding in bindings:
        if binding.ports and id(binding) not in listed:
            state = UNREGISTERED if registry else USED
            if registry and any(one.kind == FOREIGN for one in judge(binding, registry, desk.matcher)):
                state = CONFLICT
            yield Row(binding.ports, binding.port_text(binding.ports), state, None, None, (binding,))


def _entry_row(desk: Desk, entry: Allocation, bindings: Sequence[Binding]) -> Row:
    """The row of an entry of the registry."""
    mine = [one for one in bindings if one.ports and one.ports.common(entry.ports) and entry.serves(one.protocol)]
    state = USED if mine else UNUSED if entry.status == ACTIVE else entry.status
    if any(not desk.matcher.means(entry, one.owner) for one in mine):
        state = CONFLICT
    text = str(entry.ports) + (f"/{'+'.join(entry.protocols)}" if entry.protocols else "")
    return Row(entry.ports, text, state, entry.title, entry.place, mine)
