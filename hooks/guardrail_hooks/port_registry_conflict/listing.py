"""`--list`: who has which port, by the registry and by the Compose files."""

from __future__ import annotations

from guardrail_hooks.core.printable import printable
from guardrail_hooks.port_registry_conflict.allocations import FOREIGN, judge
from guardrail_hooks.port_registry_conflict.intervals import Ports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.port_registry_conflict.actions import Desk

HEAD = ("PORT", "STATE", "REGISTERED TO", "LINE", "BOUND BY")


def list_ports(desk: Desk, wanted: Ports | None, form: str) -> str:
    """The list as a table, or (`--format json`) as one array."""
    rows = list(_rows(desk, wanted))
    if form == "json":
        import json

        return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"
    table = [HEAD]
    for row in rows:
        bound = row["bindings"]
        assert isinstance(bound, list)
        binders = ", ".join(f"{one['owner']} ({one['path']}:{one['line']})" for one in bound)
        line = f"{row['path']}:{row['line']}" if row["path"] else "-"
        cells = (row["port"], row["state"], row["owner"] or "-", line, binders or "-")
        table.append(tuple(printable(str(cell)) for cell in cells))  # type: ignore[arg-type]
    widths = [max(len(cells[column]) for cells in table) for column in range(len(HEAD))]
    return "".join("  ".join(text.ljust(width) for text, width in zip(cells, widths, strict=True)).rstrip() + "\n" for cells in table)


def _rows(desk: Desk, wanted: Ports | None) -> Iterator[dict[str, object]]:
    """One row per entry of the registry, per reservation, and per port that is bound without an entry."""
    registry = desk.registry
    bindings = [one for one in desk.survey.bindings if one.ports and (wanted is None or one.ports.common(wanted))]
    rows: list[tuple[Ports, dict[str, object]]] = []
    listed: set[int] = set()
    for entry in registry.allocations if registry else ():
        if wanted is None or entry.ports.common(wanted):
            mine = [one for one in bindings if one.ports and one.ports.common(entry.ports) and entry.serves(one.protocol)]
            listed.update(id(one) for one in mine if one.ports and entry.ports.contains(one.ports))
            foreign = [one for one in mine if not desk.matcher.means(entry, one.owner)]
            state = "conflict" if foreign else "used" if mine else entry.status if entry.status != "active" else "unused"
            text = str(entry.ports) + (f"/{'+'.join(entry.protocols)}" if entry.protocols else "")
            rows.append((entry.ports, _row(text, state, entry.title, entry.place.path, entry.place.line, mine)))
    for kept in registry.reservations if registry else ():
        if wanted is None or kept.ports.common(wanted):
            rows.append((kept.ports, _row(str(kept.ports), "reserved", None, kept.place.path, kept.place.line, [])))
    for binding in bindings:
        assert binding.ports
        if id(binding) not in listed:
            verdicts = judge(binding, registry, desk.matcher) if registry else []
            state = "conflict" if any(one.kind == FOREIGN for one in verdicts) else "unregistered" if registry else "used"
            rows.append((binding.ports, _row(binding.port_text(binding.ports), state, None, None, None, [binding])))
    if wanted and not rows:
        rows.append((wanted, _row(str(wanted), "free", None, None, None, [])))
    yield from (row for _, row in sorted(rows, key=lambda pair: (pair[0], str(pair[1]["port"]), str(pair[1]["path"]), pair[1]["line"] or 0)))


def _row(port: str, state: str, owner: str | None, path: str | None, line: int | None, bindings: list) -> dict[str, object]:  # type: ignore[type-arg]
    """One row."""
    bound = [{"owner": one.title, "path": one.place.path, "line": one.place.line, "port": one.port_text(one.ports)} for one in bindings]
    return {"port": port, "state": state, "owner": owner, "path": path, "line": line, "bindings": bound}
