"""A Markdown registry: headings with ranges, list items and tables, as people write them by hand."""

from __future__ import annotations

import re

from guardrail_hooks.core.finding import Place
from guardrail_hooks.formats.markdown_rows import Heading, Item, Row, column_of, plain, read_blocks
from guardrail_hooks.port_registry_conflict import registry_text as spelling
from guardrail_hooks.port_registry_conflict.registry import (
    ACTIVE,
    PORT,
    STATUSES,
    Allocation,
    Fault,
    Registry,
    Reservation,
    Section,
    settle_ranges,
)
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from guardrail_hooks.port_registry_conflict.registry_text import Spelt

# Column headings in lower case without punctuation, the most telling first.
HOST_COLUMNS = ("host port", "host ports", "external port", "external ports", "published port", "published ports",
                "public port", "public ports", "port host", "ports host", "external", "published",
                "host")  # fmt: skip
PORT_COLUMNS = (*HOST_COLUMNS, "port", "ports", "port number", "port no", "port mapping", "port mappings",
                "tcp port", "udp port")  # fmt: skip
RANGE_COLUMNS = ("range", "port range", "ports range", "range of ports", "port ranges")
TARGET_COLUMNS = ("container port", "internal port", "target port", "target", "internal", "container ports")
ID_COLUMNS = ("container", "container name", "container id", "container names")
NAME_COLUMNS = ("service", "service name", "services", "name", "application", "app", "component", "server", "project",
                "used by", "owner", "assigned to", "service category", "category", "group", "purpose",
                "description")  # fmt: skip
NOTE_COLUMNS = ("description", "purpose", "notes", "note", "usage", "use", "comment")
PROTOCOL_COLUMNS = ("protocol", "proto", "protocols", "type")
STATUS_COLUMNS = ("status", "state")
_NOTHING = frozenset({"", "-", "--", "\u2013", "\u2014", "n/a", "none"})


class _Context(namedtuple("_Context", "path registry ranges opens")):
    """What is being filled while a file is read."""

    __slots__ = ()
    path: str
    registry: Registry
    ranges: list[Allocation]
    opens: dict[Place, bool]


def read_markdown(path: str, text: str) -> Registry:
    """The registry that a Markdown text writes down."""
    registry = Registry()
    registry.paths.append(path)
    context = _Context(path, registry, [], {})
    section: Section | None = None
    levels: list[tuple[int, Section]] = []
    state = ACTIVE
    by_name: list[tuple[Item, Section | None, str]] = []
    for block in read_blocks(text):
        if isinstance(block, Heading):
            while levels and levels[-1][0] >= block.level:
                levels.pop()
            section = _section(context, block, levels[-1][1] if levels else None)
            levels.append((block.level, section))
            state = spelling.state_of_entry(plain(block.text))
        elif isinstance(block, Item):
            place = _place(path, block.line, block.column, block.text)
            if mapped := spelling.read_mapped_entry(plain(block.text)):
                _file(context, mapped[0], section, place, state, target=mapped[1])
            elif entry := spelling.read_entry(plain(block.text)):
                _file(context, entry, section, place, state)
            else:
                by_name.append((block, section, state))
        else:
            _read_row(context, block, section, state)
    if not (registry.allocations or registry.reservations or context.ranges):
        for item, around, level in by_name:
            if entry := spelling.read_name_first(plain(item.text)):
                _file(context, entry, around, _place(path, item.line, item.column, item.text), level)
    settle_ranges(registry, context.ranges, context.opens)
    return registry


def _place(path: str, line: int, column: int, text: str) -> Place:
    """The place of an item or cell."""
    return Place(path, line, column, line, column + len(text))


def _section(context: _Context, heading: Heading, parent: Section | None) -> Section:
    """The section that a heading opens."""
    text = plain(heading.text)
    place = _place(context.path, heading.line, heading.column, heading.text)
    spelt = list(spelling.heading_ranges(text))
    for one in spelt:
        if one.fault:
            context.registry.faults.append(Fault(PORT, place, one.fault))
    good = [one for one in spelt if not one.fault]
    section = Section(
        spelling.heading_title(text),
        tuple(one.ports for one in good),
        any(one.is_open for one in good),
        False,
        parent,
        place,
    )
    context.registry.sections.append(section)
    return section


def _file(
    context: _Context,
    entry: spelling.Entry,
    section: Section | None,
    place: Place,
    state: str,
    *,
    target: int | None = None,
) -> None:
    """Put an entry where it belongs: allocations, reservations, or ranges to be settled later."""
    if spelling.is_free(entry.text):
        return
    ids, hints = spelling.ids_in(entry.text)
    name = spelling.main_name(entry.text)
    status = spelling.state_of_entry(entry.text, state)
    for spelt in entry.spelt:
        _file_ports(
            context,
            spelt,
            Allocation(
                spelt.ports, spelt.protocols, name, ids, hints, status, target, section, place, _note(entry.text, name)
            ),
            entry.text,
        )


def _note(text: str, name: str) -> str:
    """What an entry says besides the name."""
    return text[len(name) :].strip(" \t-\u2013\u2014") if text.startswith(name) else ""


def _file_ports(context: _Context, spelt: Spelt, row: Allocation, text: str) -> None:
    """File one port or range of an entry."""
    registry = context.registry
    if spelt.fault:
        registry.faults.append(Fault(PORT, row.place, spelt.fault))
    elif spelling.is_reservation(text):
        registry.reservations.append(Reservation(spelt.ports, text, row.section, row.place, False))
    elif not text and (spelt.is_open or spelt.ports.size > 1):
        registry.sections.append(Section("", (spelt.ports,), spelt.is_open, True, None, row.place))
    elif spelt.is_open or spelt.ports.size > 1:
        context.ranges.append(row)
        context.opens[row.place] = context.opens.get(row.place, False) or spelt.is_open
    else:
        registry.allocations.append(row)


def _read_row(context: _Context, row: Row, section: Section | None, state: str) -> None:
    """One row of a table that has a column of ports or ranges."""
    head = [_column_name(text) for text in row.head]
    port_at = column_of(head, PORT_COLUMNS)
    range_at = column_of(head, RANGE_COLUMNS) if port_at is None else None
    at = port_at if port_at is not None else range_at
    if at is None or at >= len(row.cells):
        return
    texts = [plain(cell.text) for cell in row.cells]

    def cell(wanted: Iterable[str]) -> str:
        """The first filled cell of these columns."""
        for name in wanted:
            for column, text in enumerate(texts):
                if column != at and column < len(head) and head[column] == name and text.lower() not in _NOTHING:
                    return text
        return ""

    spelt, target = _row_ports(texts[at], cell(PROTOCOL_COLUMNS))
    if target is None and (written := spelling.spell(cell(TARGET_COLUMNS))):
        target = written.ports.low
    place = _place(context.path, row.line, row.cells[at].column, row.cells[at].text)
    container = cell(ID_COLUMNS)
    name = cell(NAME_COLUMNS) or container
    if not spelt or spelling.is_free(name):
        return
    if range_at is not None and not spelling.is_reservation(name):
        for one in spelt:
            _declare(context, one, name, section, place)
        return
    ids, hints = spelling.ids_in(name)
    names = tuple(part.strip() for part in re.split(r"[,/]", container) if part.strip())
    status = _row_state(cell(STATUS_COLUMNS), spelling.state_of_entry(name, state))
    note = next((text for text in (cell((column,)) for column in NOTE_COLUMNS) if text and text != name), "")
    for one in spelt:
        protocols = one.protocols
        owner = Allocation(one.ports, protocols, spelling.main_name(name), names or ids, () if names else hints, status,
                           target if one.ports.size == 1 else None, section, place, note)  # fmt: skip
        _file_ports(context, one, owner, name or "?")


def _row_ports(text: str, protocol: str) -> tuple[tuple[Spelt, ...], int | None]:
    """The ports of a cell; `8080:80` and `8080->80` give a host port and a container port."""
    bare = re.sub(r"\([^()]*\)", "", text)
    bare = re.sub(r"<br[ \t]*/?>", ",", bare).strip()
    if mapping := re.fullmatch(spelling.MAPPING, bare):
        return spelling.spell_all(mapping["host"] + (mapping["protocol"] or ""), protocol), int(mapping["target"])
    return spelling.spell_all(bare, protocol), None


def _row_state(text: str, default: str) -> str:
    """The state that a status cell names."""
    folded = text.lower().strip()
    return folded if folded in STATUSES else spelling.state_of(text, default)


def _declare(context: _Context, spelt: Spelt, name: str, section: Section | None, place: Place) -> None:
    """A row of a table of ranges."""
    if spelt.fault:
        context.registry.faults.append(Fault(PORT, place, spelt.fault))
    elif spelt.is_open or spelt.ports.size > 1:
        context.registry.sections.append(Section(name, (spelt.ports,), spelt.is_open, True, section, place))


def _column_name(head: str) -> str:
    """The heading of a column in lower case, without punctuation; `Port(s)` is `ports`."""
    return re.sub(r"[^a-z0-9]+", " ", plain(head).lower().replace("(s)", "s")).strip()


def columns_of(head: str) -> tuple[int | None, int | None, int | None]:
    """Where a table's head has its ports, its services and its containers."""
    names = [_column_name(text) for text in head.strip().strip("|").split("|")]
    return column_of(names, PORT_COLUMNS), column_of(names, NAME_COLUMNS), column_of(names, ID_COLUMNS)
