"""Which port is free, and the registry line to write for it."""

from __future__ import annotations

from guardrail_hooks.core.snapshot import Unreadable
from guardrail_hooks.port_registry_conflict.intervals import ANY_PORT, HIGHEST, Ports, as_text, first_gaps, union

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from guardrail_hooks.port_registry_conflict.bindings import Binding
    from guardrail_hooks.port_registry_conflict.lines import Line
    from guardrail_hooks.port_registry_conflict.registry import Allocation, Registry, Section
    from guardrail_hooks.port_registry_conflict.survey import Survey

MOST_HOMES = 5  # ports that a message lists as the owner's own


class Adviser:
    """Proposes ports that are not allocated, not reserved, not denied and not bound by any tracked Compose file."""

    __slots__ = ("_bound", "_survey", "_taken", "registry")

    def __init__(self, survey: Survey, registry: Registry | None) -> None:
        self._survey = survey
        self.registry = registry
        self._bound: list[Binding] | None = None
        self._taken: list[Ports] | None = None

    @property
    def bound(self) -> list[Binding]:
        """What all tracked Compose files bind."""
        if self._bound is None:
            self._bound = self._survey.everything()
        return self._bound

    def taken(self) -> list[Ports]:
        """Every port that somebody has, keeps or denies, whichever the protocol."""
        if self._taken is None:
            self._taken = [binding.ports for binding in self.bound if binding.ports]
            self._taken += self._survey.settings.deny
            if self.registry:
                self._taken += self.registry.taken()
            self._taken = union(self._taken)
        return self._taken

    def free(self, within: Ports, *, count: int = 1, size: int = 1) -> list[Ports]:
        """The lowest free runs of ports in an interval."""
        lowest = max(within.low, self._survey.settings.lowest)
        if lowest > within.high:
            return []
        return list(first_gaps(Ports(lowest, within.high), self.taken(), count=count, size=size))

    def hint(self, ports: Ports) -> str:
        """`, for example 8081`, or nothing where nothing is free."""
        section = self.registry.section_of(ports) if self.registry else None
        found = self._in_section(section, ports.size) if section else []
        if not found and ports.high < HIGHEST:
            found = self.free(Ports(ports.high + 1, HIGHEST), size=ports.size)
        return f", for example {found[0]}" if found else ""

    def _in_section(self, section: Section, size: int) -> list[Ports]:
        """The lowest free ports of a section."""
        for ports in section.ranges:
            if found := self.free(ports, size=size):
                return found
        return []

    def is_free(self, ports: Ports, binding: Binding) -> bool:
        """Whether nobody but the binding's owner has these ports."""
        registry = self.registry
        if registry and any(taken.common(ports) for taken in registry.taken()):
            return False
        return self.rival(ports, binding) is None

    def rival(self, ports: Ports, binding: Binding) -> Binding | None:
        """The first binding of another owner that has one of these ports."""
        for other in self.bound:
            if other.ports and other.ports.common(ports) and not other.same_owner(binding):
                return other
        return None

    def elsewhere(self, binding: Binding, ports: Ports, homes: Sequence[Allocation]) -> str:
        """What to do about ports that are somebody else's."""
        move = self._move(binding, ports, homes)
        vacant = self._vacant(binding, homes)
        return f"publish {vacant}, where '{binding.title}' is registered; or {move}" if vacant else move

    def _vacant(self, binding: Binding, homes: Sequence[Allocation]) -> str:
        """The ports that are registered to the owner and that it does not bind yet."""
        mine = [other.ports for other in self.bound if other.ports and other.same_owner(binding)]
        left = [row.ports for row in homes if not any(row.ports.common(ports) for ports in mine)]
        return as_text(left[:MOST_HOMES])

    def _move(self, binding: Binding, ports: Ports, homes: Sequence[Allocation]) -> str:
        """Which port to publish instead, and the line that registers it."""
        assert self.registry
        section = self.registry.section_of(homes[0].ports if homes else ports)
        found = self._in_section(section, ports.size) if section else []
        which = "the next free port" if ports.size == 1 else "the next free ports"
        where = ""
        if section and found:
            where = f"{which} in '{section.title}' ({section.range_text})" if section.title else which
        elif ports.high < HIGHEST:
            section, found = None, self.free(Ports(ports.high + 1, HIGHEST), size=ports.size)
            where = which
        if not found:
            return f"publish another port, and register it in {self.registry.text}"
        return f"publish {found[0]}, {where}, and {self.add(binding, found[0], section)}"

    def add(self, binding: Binding, ports: Ports, section: Section | None = None) -> str:
        """The line to write for ports, and where; the section is that of the ports unless it is given."""
        assert self.registry
        line = self.line(ports, binding.service, binding.protocol, section or self.registry.section_of(ports))
        text = line.text.strip() if line else f"{ports}: {binding.service}"
        return f"add the line `{text}` to {line.path if line else self.registry.text}"

    def line_or_other(
        self, binding: Binding, ports: Sequence[Ports], homes: Sequence[Allocation], *, may_stay: bool
    ) -> str:
        """What to do about ports that nobody has: the line to add when they are free, else the next free port."""
        assert self.registry
        first = ports[0]
        section = self.registry.section_of(first)
        inside = f" in '{section.title}' ({section.range_text})" if section and section.title else ""
        vacant = self._vacant(binding, homes)
        if may_stay or self.is_free(first, binding):
            add = self.add(binding, first, section)
            start = add if may_stay else f"{first} is free{inside}: {add}"
            return start + (f", or publish {vacant}" if vacant else "")
        rival = self.rival(first, binding)
        taken = f"{first} is taken by {rival.where if rival else 'another service'}"
        if vacant:
            return f"publish {vacant}, where '{binding.title}' is registered; {taken}"
        return f"{taken}: {self._move(binding, first, homes)}"

    def line(self, ports: Ports, service: str, protocol: str, section: Section | None) -> Line | None:
        """The registry line for a service, in the style of the file."""
        assert self.registry
        path = (section.place.path if section else None) or self.registry.paths[0]
        try:
            content = self._survey.tree.read(path)
        except Unreadable:
            return None
        from guardrail_hooks.port_registry_conflict.lines import write_entry

        return write_entry(
            path, content.decode("utf-8-sig", "replace"), self.registry, ports, service, protocol, section
        )


def sections_named(registry: Registry, name: str) -> Iterator[Section]:
    """The sections that a name means: the whole title, else any that holds it; ranges last."""
    folded = name.casefold()
    ranged = [section for section in registry.sections if section.ranges]
    exact = [section for section in ranged if section.title.casefold() == folded or section.range_text == name]
    yield from exact or (section for section in ranged if folded in section.title.casefold())


def section_for(homes: Iterable[Allocation], registry: Registry) -> Section | None:
    """The section of a service: that of its own entries, else the first one with a range."""
    for row in homes:
        section = registry.section_of(row.ports)
        if section:
            return section
    return None


def anywhere(registry: Registry) -> Ports:
    """Where to look when no section is meant: from the lowest allocated port on."""
    lows = [row.ports.low for row in registry.allocations]
    return Ports(min(lows), HIGHEST) if lows else ANY_PORT
