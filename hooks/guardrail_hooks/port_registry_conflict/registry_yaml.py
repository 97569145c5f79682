"""A registry in YAML or JSON: the canonical form, nested sections with port keys, and maps from names to ports."""

from __future__ import annotations

import re

from guardrail_hooks.core.finding import Place
from guardrail_hooks.formats import yaml_nodes
from guardrail_hooks.formats.compose.nodes import Field, duplicates, fields, items, text_of
from guardrail_hooks.formats.place import Malformed
from guardrail_hooks.pattern import pattern
from guardrail_hooks.port_registry_conflict import registry_text as spelling
from guardrail_hooks.port_registry_conflict.intervals import Ports
from guardrail_hooks.port_registry_conflict.registry import (
    ACTIVE,
    PORT,
    STATUSES,
    TEXT,
    UNREAD,
    Allocation,
    Fault,
    Registry,
    Reservation,
    Section,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from guardrail_hooks.formats.place import Span
    from guardrail_hooks.formats.yaml_nodes import Node, Yaml
    from guardrail_hooks.port_registry_conflict.registry_text import Spelt

RANGE_MAPS = ("ranges", "port_ranges", "port-ranges", "portRanges")
SERVICE_FIELDS = ("service", "name", "app", "application", "owner")
ID_FIELDS = ("container", "container_name", "id")
TARGET_FIELDS = ("target", "internal_port", "container_port", "internal", "containerPort", "targetPort")
HOST_FIELDS = ("host_port", "hostPort", "port", "external_port", "published", "host")
NOTE_FIELDS = ("description", "purpose", "note", "notes", "comment")
# Parts of a registry file that talk about ports without giving any away.
NOT_ALLOCATIONS = pattern(
    r"(?i)(?:^|[_-])(?:migrations?|conflicts?|metadata|rules?|version|history|discrepanc\w*|available|free|total|count"
    r"|examples?)(?:$|[_-])|^x-"
)
DEEPEST = 50  # names on the way to a port, and parents of a range; nobody writes more than five
RESERVED = pattern(r"(?i)^reserved")


def read_yaml_registry(path: str, content: bytes) -> Registry:
    """The registry that a YAML or JSON file writes down."""
    registry = Registry()
    registry.paths.append(path)
    try:
        yaml = yaml_nodes.read(content)
    except Malformed as problem:
        registry.faults.append(Fault(UNREAD, _place(path, problem.span), str(problem)))
        return registry
    for root in yaml.documents:
        _Reading(path, yaml, registry).document(root)
    registry.allocations.sort(key=lambda row: (row.place.line, row.place.column))
    return registry


def _place(path: str, span: Span) -> Place:
    return Place(path, *span)


class _Reading:
    """One document while it is read."""

    __slots__ = ("path", "registry", "sections", "seen", "yaml")

    def __init__(self, path: str, yaml: Yaml, registry: Registry) -> None:
        self.path = path
        self.yaml = yaml
        self.registry = registry
        self.sections: dict[str, Section] = {}
        self.seen: set[int] = set()

    def is_new(self, node: Node) -> bool:
        """Whether a part is met for the first time: an alias may lead back to it."""
        known = id(node.target) in self.seen
        self.seen.add(id(node.target))
        return not known

    def document(self, root: Node) -> None:
        """Read ranges first, then everything that allocates ports."""
        for first, key in duplicates(root):
            if spelling.spell(key.text) is None:
                what = f"the key {key.text!r} is here twice (first on line {self.yaml.span(first).line})"
                self.registry.faults.append(Fault(TEXT, self._at(key), what))
        top = fields(root)
        for name in RANGE_MAPS:
            if name in top:
                self._ranges(top[name].value)
        self.registry.aliases.update(self._texts(top.get("aliases")))
        for item in items(top["deny"].value) if "deny" in top else ():
            if spelt := spelling.spell(text_of(item) or ""):
                self.registry.deny.append(spelt.ports)
        flat = all(yaml_nodes.scalar(field.value) is not None for field in top.values())
        for name, field in top.items():
            if name in (*RANGE_MAPS, "aliases", "deny", "version", "hosts") or NOT_ALLOCATIONS.search(name):
                continue
            if flat:
                self._named_port((name,), field, None)
            elif name == "ports":
                self._section(field.value, None, ())
            elif RESERVED.match(name):
                self._reserved(field.value)
            elif self._is_record(field.value):
                self._record(field.value, None, (name,), field.key)
            else:
                self._section(field.value, self.sections.get(name), (name,))

    def _at(self, node: Node) -> Place:
        return _place(self.path, self.yaml.span(node))

    def _texts(self, field: Field | None) -> dict[str, str]:
        """A mapping of texts."""
        found = fields(field.value) if field else {}
        return {key: text for key, inner in found.items() if (text := text_of(inner.value)) is not None}

    def _fault(self, place: Place, what: str) -> None:
        self.registry.faults.append(Fault(PORT, place, what))

    def _ranges(self, node: Node) -> None:
        """Named ranges; a parent may come after its child."""
        parents: dict[str, str] = {}
        for name, field in fields(node).items():
            section, parent, reserved = self._range(name, field)
            if section is None:
                continue
            self.sections[name] = section
            parents[name] = parent
            if reserved:
                parents[name] = f"!{parent}"
        done: dict[str, Section] = {}

        def settle(name: str, above: tuple[str, ...]) -> Section:
            """The section with its parent filled in."""
            if name in done:
                return done[name]
            parent = parents[name].removeprefix("!")
            known = parent in self.sections and parent not in (*above, name) and len(above) < DEEPEST
            around = settle(parent, (*above, name)) if known else None
            done[name] = self.sections[name]._replace(parent=around)
            return done[name]

        for name in list(self.sections):
            section = settle(name, ())
            if parents[name].startswith("!"):
                for ports in section.ranges:
                    text = f"{name} (reserved)"
                    self.registry.reservations.append(Reservation(ports, text, section.parent, section.place, False))
            self.registry.sections.append(section)
        self.sections = done

    def _range(self, name: str, field: Field) -> tuple[Section | None, str, bool]:
        """One named range: `{from, to}`, `{range: [a, b]}`, `[a, b]` or `a-b`; with its parent and reservation."""
        inner = fields(field.value)
        at = field.key
        texts = {key: text_of(one.value) or "" for key, one in inner.items()}
        pair = [texts.get(key, "") for key in ("from", "to")]
        if not all(pair):
            pair = [texts.get("start", texts.get("min", "")), texts.get("end", texts.get("max", ""))]
        holder = inner["range"].value if "range" in inner else field.value
        if not all(pair):
            at = inner["range"].key if "range" in inner else field.key
            pair = [text_of(item) or "" for item in items(holder)]
        elif "from" in inner:
            at = field.key
        text = "-".join(pair) if len(pair) == 2 and all(pair) else text_of(holder) or ""
        spelt = spelling.spell(text)
        place = self._at(at)
        if spelt is None:
            if text:
                self._fault(place, f"{text!r} is no range of ports")
            return None, "", False
        if spelt.fault:
            self._fault(place, spelt.fault)
            return None, "", False
        is_open = spelt.is_open or texts.get("open") == "true"
        section = Section(texts.get("title") or name, (spelt.ports,), is_open, False, None, place)
        return section, texts.get("parent", ""), texts.get("reserved") == "true"

    def _reserved(self, node: Node) -> None:
        """A part named `reserved...`: ranges or ports that are kept; every entry takes its ports out."""
        waiting = [node]
        while waiting:
            node = waiting.pop()
            if not self.is_new(node):
                continue
            pair = [text_of(item) or "" for item in items(node)]
            if len(pair) == 2 and all(pair):
                spelt = spelling.spell("-".join(pair))
            else:
                spelt = spelling.spell(text_of(node) or "")
                waiting += [field.value for name, field in fields(node).items() if name != "count"]
                waiting += items(node)
            if spelt and not spelt.fault:
                self.registry.reservations.append(Reservation(spelt.ports, "reserved", None, self._at(node), True))

    def _section(self, node: Node, section: Section | None, path: tuple[str, ...]) -> None:
        """A mapping of port keys or of names; `path` are the names on the way to it."""
        if len(path) > DEEPEST or not self.is_new(node):
            return
        for item in items(node):
            self._record(item, section, path)
        self._all_keys(node, section)
        for name, field in fields(node).items():
            if spelling.spell(name) is not None or NOT_ALLOCATIONS.search(name):
                continue
            if yaml_nodes.scalar(field.value) is not None:
                self._named_port((*path, name), field, section)
            elif RESERVED.match(name):
                self._reserved(field.value)
            elif self._is_record(field.value):
                self._record(field.value, section, (*path, name), field.key)
            else:
                self._section(field.value, self.sections.get(name, section), (*path, name))

    def _all_keys(self, node: Node, section: Section | None) -> None:
        """Every port key of a mapping, repeated ones too."""
        mapping = yaml_nodes.mapping(node)
        for key, value in mapping.keyed() if mapping else ():
            spelt = spelling.spell(key.text)
            if spelt is None:
                continue
            if spelt.fault:
                self._fault(self._at(key), spelt.fault)
                continue
            self._port_key(key, spelt, value, section)

    def _port_key(self, key: Node, spelt: Spelt, value: Node, section: Section | None) -> None:
        """`10000: {service: ...}`, or `8080: web`."""
        found = fields(value)
        texts = {name: text_of(field.value) or "" for name, field in found.items()}
        if "also" in found:
            texts["also"] = ",".join(text_of(item) or "" for item in items(found["also"].value))
        text = text_of(value)
        if text is not None:
            texts = {"service": text}
        if spelling.is_reservation(texts.get("service", "")):
            self.registry.reservations.append(Reservation(spelt.ports, texts["service"], section, self._at(key), True))
            return
        self._allocate(spelt, texts, section, self._at(key), "", texts.get("range", ""))

    def _is_record(self, node: Node) -> bool:
        """Whether a mapping describes one allocation: it has a field for the host's port."""
        found = fields(node)
        named = any(name in found for name in (*TARGET_FIELDS, *SERVICE_FIELDS, *ID_FIELDS, "protocol", "description"))
        return any(name in found and text_of(found[name].value) for name in HOST_FIELDS) and (named or len(found) == 1)

    def _record(self, node: Node, section: Section | None, path: tuple[str, ...], key: Node | None = None) -> None:
        """`grafana: {host_port: 3000, container_port: 3000, protocol: tcp}`, or the same as an item of a list."""
        found = fields(node)
        texts = {name: text_of(field.value) or "" for name, field in found.items()}
        name = next((name for name in HOST_FIELDS if texts.get(name)), "")
        if not name:
            if found:
                self._section(node, section, path)
            return
        place = self._at(found[name].key)
        spelt = spelling.spell(texts[name], texts.get("protocol", ""))
        if spelt is None:
            return
        if spelt.fault:
            self._fault(place, spelt.fault)
            return
        own = path[-1] if key is not None else ""
        self._allocate(spelt, {"service": own, **texts} if own else texts, section, place, own, texts.get("range", ""))

    def _named_port(self, path: tuple[str, ...], field: Field, section: Section | None) -> None:
        """`grafana: 3000`; the names on the way to it may be the service's (`neo4j: {bolt: 10003}`)."""
        text = text_of(field.value)
        spelts = spelling.spell_all(text) if text else ()
        for spelt in spelts:
            if spelt.fault:
                self._fault(self._at(field.key), spelt.fault)
                continue
            inner = path[1:] if len(path) > 1 else path
            name = " ".join(part.replace("_", "-") for part in inner)
            self.registry.allocations.append(
                Allocation(spelt.ports, spelt.protocols, name, (), (), ACTIVE, None, section, self._at(field.key), "")
            )

    def _allocate(
        self, spelt: Spelt, texts: Mapping[str, str], section: Section | None, place: Place, name: str, range_name: str
    ) -> None:
        """One allocation from the fields of a record."""
        service = next((texts[field] for field in SERVICE_FIELDS if texts.get(field)), name)
        containers = [texts[field] for field in ID_FIELDS if texts.get(field)]
        note = next((texts[field] for field in NOTE_FIELDS if texts.get(field)), "")
        names = (service, *containers, *texts.get("also", "").split(","))
        ids = [text for text in names if re.fullmatch(r"[a-z0-9][\w.-]*", text)]
        more, hints = spelling.ids_in(service)
        ids += more
        target = next((texts[field] for field in TARGET_FIELDS if texts.get(field)), "")
        status = texts.get("status", "").lower()
        protocols = spelt.protocols or ((texts["protocol"].lower(),) if texts.get("protocol") else ())
        title = service or (containers[0] if containers else note)
        self.registry.allocations.append(
            Allocation(
                Ports(*spelt.ports),
                tuple(part for part in re.split(r"[/+, ]+", "/".join(protocols)) if part in ("tcp", "udp", "sctp")),
                title,
                tuple(dict.fromkeys(ids)),
                () if ids else hints,
                status if status in STATUSES else spelling.state_of(status, ACTIVE),
                int(target) if target.isascii() and target.isdigit() and len(target) < 6 else None,
                self.sections.get(range_name, section),
                place,
                note if note != title else "",
            )
        )
