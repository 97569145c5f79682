"""What a written port registry says, whatever its format: allocations, sections, reservations."""

from __future__ import annotations

from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from guardrail_hooks.core.finding import Place
    from guardrail_hooks.port_registry_conflict.intervals import Ports

ACTIVE, PLANNED, HOST, EXTERNAL, RETIRED = "active", "planned", "host", "external", "retired"
PORT, TEXT, UNREAD = "port", "text", "unread"
STATUSES = (ACTIVE, PLANNED, HOST, EXTERNAL, RETIRED)
NARROW = 64  # ports of a row that are noted one by one
UNBINDABLE = frozenset({HOST, EXTERNAL, RETIRED})  # no container may bind such a port


class Section(namedtuple("Section", "title ranges is_open is_range parent place")):
    """A part of a registry: a heading, or a named range.

    `ranges` is empty for a heading that names none; `is_open` says that the range was written `12000+`; `is_range`
    that it stands in a table or list of ranges and holds no entries of its own. `parent` is the enclosing section.
    """

    __slots__ = ()
    title: str
    ranges: tuple[Ports, ...]
    is_open: bool
    is_range: bool
    parent: Section | None
    place: Place

    @property
    def ranged(self) -> Section | None:
        """This section, or the nearest one around it, that names a range."""
        section: Section | None = self
        while section and not section.ranges:
            section = section.parent
        return section

    @property
    def ancestors(self) -> Iterator[Section]:
        """The sections around this one, from the inside out."""
        section = self.parent
        while section:
            yield section
            section = section.parent

    @property
    def range_text(self) -> str:
        """The range as its author wrote it."""
        return ", ".join(f"{ports.low}+" if self.is_open else str(ports) for ports in self.ranges)

    def contains(self, ports: Ports) -> bool:
        """Whether a range of this section holds all these ports."""
        return any(own.contains(ports) for own in self.ranges)


class Allocation(namedtuple("Allocation", "ports protocols name ids hints status target section place note")):
    """One line of the registry that gives ports to a service.

    `protocols` is empty where none is named. `name` is what the author calls the service, `note` a description besides.
    `ids` are names that decide alone (a container column, an id in parentheses, the fields of a YAML record); `hints`
    decide when a service of that name exists. `target` is the container port, None where none is given.
    """

    __slots__ = ()
    ports: Ports
    protocols: tuple[str, ...]
    name: str
    ids: tuple[str, ...]
    hints: tuple[str, ...]
    status: str
    target: int | None
    section: Section | None
    place: Place
    note: str

    def serves(self, protocol: str) -> bool:
        """Whether the allocation covers this protocol."""
        return not self.protocols or protocol in self.protocols

    @property
    def title(self) -> str:
        """What messages call the owner."""
        return self.name or (self.ids[0] if self.ids else "?")


class Reservation(namedtuple("Reservation", "ports text section place takes_any")):
    """Ports that are kept for later.

    Entries of the reservation's own section take their ports out of it; with `takes_any`, every entry does.
    """

    __slots__ = ()
    ports: Ports
    text: str
    section: Section | None
    place: Place
    takes_any: bool


class Fault(namedtuple("Fault", "kind place what")):
    """Something that is wrong with the registry's own text.

    `kind` is PORT (an impossible one, PRT204), TEXT (PRT301), or UNREAD (PRT301, and nothing of the file was read).
    """

    __slots__ = ()
    kind: str
    place: Place
    what: str


class Registry:
    """Everything that one or several registry files say."""

    __slots__ = (
        "_by_port",
        "_indexed",
        "_wide",
        "aliases",
        "allocations",
        "deny",
        "faults",
        "paths",
        "reservations",
        "sections",
        "variables",
    )

    def __init__(self) -> None:
        self._indexed = 0
        self._by_port: dict[int, list[int]] = {}
        self._wide: list[int] = []
        self.paths: list[str] = []
        self.sections: list[Section] = []
        self.allocations: list[Allocation] = []
        self.reservations: list[Reservation] = []
        self.faults: list[Fault] = []
        self.aliases: dict[str, str] = {}
        self.deny: list[Ports] = []
        self.variables: dict[str, str] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing was recognised."""
        return not (self.allocations or self.reservations)

    @property
    def unread(self) -> Fault | None:
        """Why a file of the registry could not be read at all; then nobody knows what is registered."""
        return next((fault for fault in self.faults if fault.kind == UNREAD), None)

    @property
    def text(self) -> str:
        """How messages name the registry."""
        return " or ".join(self.paths)

    def add(self, other: Registry) -> None:
        """Take in another file."""
        self.paths += other.paths
        self.sections += other.sections
        self.allocations += other.allocations
        self.reservations += other.reservations
        self.faults += other.faults
        self.aliases.update(other.aliases)
        self.deny += other.deny
        self.variables.update(other.variables)

    def at(self, ports: Ports) -> list[Allocation]:
        """The allocations that hold any of these ports, in the order of the files."""
        if ports.size > NARROW:
            return [allocation for allocation in self.allocations if allocation.ports.common(ports)]
        if self._indexed != len(self.allocations):
            self._index()
        numbers = {number for number in self._wide if self.allocations[number].ports.common(ports)}
        for port in range(ports.low, ports.high + 1):
            numbers.update(self._by_port.get(port, ()))
        return [self.allocations[number] for number in sorted(numbers)]

    def _index(self) -> None:
        """Note which allocations hold which port, for a registry that is read to its end."""
        self._by_port, self._wide, self._indexed = {}, [], len(self.allocations)
        for number, allocation in enumerate(self.allocations):
            if allocation.ports.size > NARROW:
                self._wide.append(number)
                continue
            for port in range(allocation.ports.low, allocation.ports.high + 1):
                self._by_port.setdefault(port, []).append(number)

    def reserved(self, ports: Ports) -> Reservation | None:
        """The first reservation that holds any of these ports."""
        return next((row for row in self.reservations if row.ports.common(ports)), None)

    def section_of(self, ports: Ports) -> Section | None:
        """The smallest closed range around these ports, else the last open one that begins below them."""
        around = [section for section in self.sections if section.contains(ports)]
        closed = [section for section in around if not section.is_open]
        if closed:
            return min(closed, key=lambda section: _width(section, ports))
        return max(around, key=lambda section: section.ranges[0].low) if around else None

    def taken(self) -> Iterator[Ports]:
        """Every port that is allocated, reserved or denied."""
        yield from (allocation.ports for allocation in self.allocations)
        yield from (row.ports for row in self.reservations)
        yield from self.deny


def _width(section: Section, ports: Ports) -> int:
    """How wide the range of the section around these ports is."""
    return min(own.size for own in section.ranges if own.contains(ports))


def settle_ranges(registry: Registry, ranges: Sequence[Allocation], open_rows: Mapping[Place, bool]) -> None:
    """Decide which range rows allocate every port they hold and which only declare a range, and file them.

    A row declares a range when it is written `11000+`, equals the range of a section, or holds entries of others.
    """
    headed = {ports for section in registry.sections for ports in section.ranges}
    singles = registry.allocations + [row for row in ranges if not open_rows.get(row.place)]
    for row in ranges:
        inside = (other for other in singles if other.ports != row.ports and row.ports.contains(other.ports))
        if open_rows.get(row.place) or row.ports in headed or any(not same_identity(row, other) for other in inside):
            registry.sections.append(
                Section(row.name, (row.ports,), bool(open_rows.get(row.place)), True, None, row.place)
            )
        else:
            registry.allocations.append(row)
    registry.allocations.sort(key=lambda row: (row.place.line, row.place.column))


def same_identity(one: Allocation, other: Allocation) -> bool:
    """Whether two rows speak of one service, so that one of them is a summary of the other."""
    from guardrail_hooks.port_registry_conflict.names import bare_name, significant, squash

    ids, others = {squash(name) for name in one.ids}, {squash(name) for name in other.ids}
    if ids and others:
        return bool(ids & others)
    name, another = bare_name(one.name), bare_name(other.name)
    if squash(name) == squash(another):
        return True
    words, more = significant(name), significant(another)
    return bool(words and more) and (words <= more or more <= words)
