"""`--export-yaml`: any registry in the canonical form, nothing lost."""

from __future__ import annotations

import re

from guardrail_hooks.core.printable import printable, without_tokens
from guardrail_hooks.port_registry_conflict.registry import ACTIVE, same_identity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.port_registry_conflict.registry import Allocation, Registry, Section

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*(?: [A-Za-z0-9_.-]+)*")
# Plain words that YAML 1.1 or 1.2 reads as something else than text.
_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"])


def export_yaml(registry: Registry) -> str:
    """The registry as the text of a canonical `ports.yaml`."""
    keys = dict(_section_keys(registry))
    lines = ["version: 1"]
    ranges = list(_ranges(registry, keys))
    lines += ["ranges:", *ranges] if ranges else []
    lines.append("ports:" if registry.allocations else "ports: {}")
    lines += _ports(registry, keys)
    if registry.aliases:
        lines.append("aliases:")
        lines += [f"  {quoted(name)}: {quoted(alias)}" for name, alias in sorted(registry.aliases.items())]
    if registry.deny:
        denied = ", ".join(str(port) for ports in registry.deny for port in range(ports.low, ports.high + 1))
        lines.append(f"deny: [{denied}]")
    return "\n".join(lines) + "\n"


def _ports(registry: Registry, keys: dict[int, str]) -> Iterator[str]:
    """The allocations; rows that repeat one add their names to it, and what contradicts one is kept as a comment."""
    rows: dict[str, Allocation] = {}
    repeated: list[str] = []
    for row in sorted(registry.allocations, key=lambda one: one.ports):
        for key in _port_keys(row):
            first = rows.setdefault(key, row)
            if first is row:
                continue
            if same_identity(first, row):
                rows[key] = first._replace(ids=tuple(dict.fromkeys((*first.ids, *row.ids))))
            else:
                place = printable(f"line {row.place.line} of {row.place.path}")
                repeated.append(f"  # {place} says besides: {key}: {_record(row, keys)}")
    yield from (f"  {key}: {_record(row, keys)}" for key, row in rows.items())
    yield from repeated


def _port_keys(row: Allocation) -> list[str]:
    """The key of an allocation, one per protocol where protocols are named."""
    return [f"{row.ports}/{protocol}" for protocol in row.protocols] or [str(row.ports)]


def _record(row: Allocation, keys: dict[int, str]) -> str:
    """The fields of an allocation in flow style."""
    ids = [name for name in row.ids if name != row.name]
    fields = [f"service: {quoted(row.name or row.title)}"]
    fields += [f"container: {quoted(ids[0])}"] if ids else []
    fields += [f"also: [{', '.join(map(quoted, ids[1:]))}]"] if ids[1:] else []
    fields += [f"target: {row.target}"] if row.target is not None else []
    section = row.section.ranged if row.section else None
    fields += [f"range: {keys[id(section)]}"] if section and id(section) in keys else []
    fields += [f"status: {row.status}"] if row.status != ACTIVE else []
    fields += [f"description: {quoted(row.note)}"] if row.note else []
    return "{" + ", ".join(fields) + "}"


def _section_keys(registry: Registry) -> Iterator[tuple[int, str]]:
    """A key for every section with a range, by its identity."""
    taken: set[str] = set()
    for section in registry.sections:
        if section.ranges:
            stem = re.sub(r"[^a-z0-9]+", "-", section.title.lower()).strip("-") or f"from-{section.ranges[0].low}"
            key, number = stem, 2
            while key in taken:
                key, number = f"{stem}-{number}", number + 1
            taken.add(key)
            yield id(section), key


def _ranges(registry: Registry, keys: dict[int, str]) -> Iterator[str]:
    """The ranges: sections, and what is reserved."""
    seen: set[tuple[object, ...]] = set()
    for section in registry.sections:
        for number, ports in enumerate(section.ranges):
            identity = (ports, section.title)
            if section.is_range and identity in seen:
                continue
            seen.add(identity)
            key = keys[id(section)] + (f"-part-{number + 1}" if number else "")
            parent = _parent(section, keys)
            fields = [f"from: {ports.low}", f"to: {ports.high}", *parent, *(["open: true"] if section.is_open else [])]
            fields += [f"title: {quoted(section.title)}"] if section.title and section.title != key else []
            yield f"  {key}: {{{', '.join(fields)}}}"
    for number, row in enumerate(registry.reservations, 1):
        around = row.section.ranged if row.section else None
        parent_field = [f"parent: {keys[id(around)]}"] if around and id(around) in keys else []
        fields = [f"from: {row.ports.low}", f"to: {row.ports.high}", *parent_field, "reserved: true"]
        fields += [f"title: {quoted(row.text)}"] if row.text else []
        yield f"  reserved-{number}: {{{', '.join(fields)}}}"


def _parent(section: Section, keys: dict[int, str]) -> list[str]:
    """The field that names the section around a section."""
    around = section.parent.ranged if section.parent else None
    return [f"parent: {keys[id(around)]}"] if around and id(around) in keys else []


def quoted(text: str) -> str:
    """A text as a YAML scalar for flow style."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    import json

    return printable(json.dumps(without_tokens(text), ensure_ascii=False))  # its escapes are those of YAML, too
