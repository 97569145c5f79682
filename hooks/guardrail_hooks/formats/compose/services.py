"""The services of one Compose document: what a service binds, before `extends` and override files are applied."""

from __future__ import annotations

from guardrail_hooks.formats import yaml_nodes
from guardrail_hooks.formats.compose.addresses import ALL_IPV4, Address
from guardrail_hooks.formats.compose.nodes import RESET, Field, fields, is_null, items, tag_of, text_of
from guardrail_hooks.formats.compose.port_syntax import BadPort, PublishedPort, parse_expose, parse_long, parse_short
from guardrail_hooks.formats.compose.variables import interpolate, is_unknown, unknown_in
from guardrail_hooks.formats.place import Span
from guardrail_hooks.pattern import pattern
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from guardrail_hooks.formats.yaml_nodes import Node, Yaml

BUILD = "build "  # no image holds a blank
INVALID, UNRESOLVED, BASE_60 = "invalid", "unresolved", "base-60"
# YAML 1.1, type int, base 60: digits and colons, every part behind a colon below 60.
# What Jinja, Go's text/template, cookiecutter, and ERB or EJS fill in; no port mapping holds any of it.
TEMPLATE = pattern(r"\{\{|\{%|<%")
_BASE_60 = pattern(r"[1-9][0-9]*(?::[0-5]?[0-9])+")


class Trouble(namedtuple("Trouble", "kind path span what entry files")):
    """Something wrong with a Compose file: `invalid`, `unresolved`, `base-60` or `unreadable`.

    `entry` is the text that it is about, `what` one clause; `files` are the paths that have a part in it.
    """

    __slots__ = ()
    kind: str
    path: str
    span: Span | None
    what: str
    entry: str
    files: tuple[str, ...]


class Entry(namedtuple("Entry", "port host path span origin text unknown")):
    """One entry of `ports` (or of `expose`), with the place to blame and the place where it is written.

    `host` is the host part with its variables filled in as far as they are known; `unknown` names the parts that are
    not known: `host`, `address`, `target`.
    """

    __slots__ = ()
    port: PublishedPort
    host: str
    path: str
    span: Span
    origin: tuple[str, Span]
    text: str
    unknown: frozenset[str]

    @property
    def key(self) -> tuple[object, ...]:
        """What Compose merges entries by: address, host ports, container ports, protocol.

        No address is all of IPv4 to it (compose-go, override/uncity.go).
        """
        port = self.port
        address = port.address or ALL_IPV4
        return (address, port.target_low, port.target_high, port.low, port.high, port.protocol, self.host)

    @property
    def line(self) -> tuple[object, ...] | None:
        """What the ports of a range are merged by, one by one, as Compose takes it apart first; None where it does not.

        Two ranges with the same of it lead each of their common host ports to one container port.
        """
        port = self.port
        if port.is_random or port.is_pool or self.unknown:
            return None
        return (port.address or ALL_IPV4, port.target_low - port.low, port.protocol)

    def cut(self, low: int, high: int) -> Entry:
        """The entry for some of its host ports."""
        port, shift = self.port, low - self.port.low
        target = port.target_low + shift
        return self._replace(port=port._replace(low=low, high=high, target_low=target, target_high=target + high - low))


class Change(namedtuple("Change", "tag values")):
    """What a document says about a list of entries: its `!reset` or `!override` tag (or none), and the entries."""

    __slots__ = ()
    tag: str
    values: tuple[Entry, ...]


class Names(namedtuple("Names", "tag values")):
    """What a document says about a list of names: its tag as in `Change`, and the names."""

    __slots__ = ()
    tag: str
    values: tuple[str, ...]


NOBODY = Names("", ())


class Extends(namedtuple("Extends", "service file span")):
    """The service that a service builds on, and its file (empty: the same one)."""

    __slots__ = ()
    service: str
    file: str
    span: Span


class Service(
    namedtuple(
        "Service",
        "name path span tag container_name network_mode profiles copies ports expose extends files source",
    )
):
    """A service as one document or several merged ones describe it.

    Values are None where nothing is said and empty after `!reset`. `files` are the paths that had a part in it.
    `source` is what its container is made of: the image, or `build CONTEXT DOCKERFILE`; None where nothing is said.
    """

    __slots__ = ()
    name: str
    path: str
    span: Span
    tag: str
    container_name: str | None
    network_mode: str | None
    profiles: Names
    copies: int | None
    ports: Change
    expose: Change
    extends: Extends | None
    files: tuple[str, ...]
    source: str | None


class Reader:
    """Reads the services of one file; what is wrong with their entries gathers in `troubles`."""

    __slots__ = ("path", "span", "troubles", "variables")

    def __init__(self, path: str, yaml: Yaml, variables: Mapping[str, str]) -> None:
        self.path = path
        self.span = yaml.span
        self.variables = variables
        self.troubles: list[Trouble] = []

    def services(self, root: Node) -> Iterator[Service]:
        """The services of a document, in order."""
        listed = fields(root).get("services")
        for name, field in fields(listed.value if listed else None).items():
            yield self._service(name, field)

    def _service(self, name: str, field: Field) -> Service:
        node = field.value
        found = fields(node)
        deploy = fields(found["deploy"].value) if "deploy" in found else {}
        copies = self._number(deploy.get("replicas"))
        return Service(
            name,
            self.path,
            self.span(field.lent or field.key),
            tag_of(node),
            self._text(found.get("container_name")),
            self._text(found.get("network_mode")),
            self._profiles(found.get("profiles")),
            copies if copies is not None else self._number(found.get("scale")),
            self._entries(found.get("ports"), field.lent, exposes=False),
            self._entries(found.get("expose"), field.lent, exposes=True),
            self._extends(found.get("extends")),
            (self.path,),
            self._source(found),
        )

    def _source(self, found: Mapping[str, Field]) -> str | None:
        """What the container is made of."""
        if "image" in found or "build" not in found:
            return self._text(found.get("image"))
        build = fields(found["build"].value)
        context = self._text(build.get("context") if build else found["build"])
        return f"{BUILD}{context or '.'} {self._text(build.get('dockerfile')) or 'Dockerfile'}"

    def _text(self, field: Field | None) -> str | None:
        """A text with its variables filled in; empty after `!reset`."""
        if field is None:
            return None
        if tag_of(field.value) == RESET:
            return ""
        text = text_of(field.value)
        return None if text is None else interpolate(text, self.variables).text

    def _number(self, field: Field | None) -> int | None:
        text = self._text(field)
        return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None

    def _profiles(self, field: Field | None) -> Names:
        if field is None:
            return NOBODY
        tag = tag_of(field.value)
        texts = (text_of(item) for item in items(field.value) if tag != RESET)
        return Names(tag, tuple(interpolate(text, self.variables).text for text in texts if text is not None))

    def _extends(self, field: Field | None) -> Extends | None:
        if field is None or tag_of(field.value) == RESET:
            return None
        span = self.span(field.lent or field.key)
        if yaml_nodes.mapping(field.value):
            inner = fields(field.value)
            service = self._text(inner.get("service")) or ""
            return Extends(service, self._text(inner.get("file")) or "", span)
        name = self._text(field)
        return Extends(name, "", span) if name else None

    def _entries(self, field: Field | None, lent: Node | None, *, exposes: bool) -> Change:
        """The entries of `ports` or `expose`."""
        if field is None:
            return Change("", ())
        tag = tag_of(field.value)
        if tag == RESET:
            return Change(RESET, ())
        blame = lent or field.lent
        if yaml_nodes.sequence(field.value) is None and not exposes and not is_null(field.value):
            what = "'ports' must be a list"
            self._trouble(INVALID, self.span(blame or field.value), what, text_of(field.value) or "it")
        found = []
        for item in items(field.value):
            through = blame or (None if item.target is item else field.key)
            place = self.span(through) if through else None
            entry = self._exposed(item.target, place) if exposes else self._entry(item.target, place)
            if entry:
                found.append(entry)
        return Change(tag, tuple(found))

    def _trouble(self, kind: str, span: Span, what: str, entry: str) -> None:
        self.troubles.append(Trouble(kind, self.path, span, what, entry, (self.path,)))

    def _entry(self, node: Node, blame: Span | None) -> Entry | None:
        """One entry of `ports` in either syntax."""
        if isinstance(node, yaml_nodes.Mapping):
            return self._long(node, blame)
        own = self.span(node)
        span = blame or own
        text = text_of(node)
        if text is None or not isinstance(node, yaml_nodes.Scalar):
            what = "a list inside the list" if isinstance(node, yaml_nodes.Sequence) else "the entry is empty"
            self._trouble(INVALID, span, what, "it")
            return None
        if node.style == yaml_nodes.PLAIN and _BASE_60.fullmatch(text):
            self._trouble(BASE_60, span, str(_sixty(text)), text)
        if TEMPLATE.search(text):
            self._trouble(UNRESOLVED, span, "a template fills it in", text)
            return None
        filled = interpolate(text, self.variables)
        if filled.fault:
            self._trouble(INVALID, span, filled.fault, text)
            return None
        if not filled.text and "$" in text:
            self._trouble(UNRESOLVED, span, "nothing is left of it, and Compose refuses an empty entry", text)
            return None
        parts = filled.text.split(":")
        unknown = (
            frozenset(
                name
                for name, part in zip(
                    ("target", "host", "address"), (parts[-1], *parts[-2:-1], ":".join(parts[:-2])), strict=False
                )
                if is_unknown(part)
            )
            if is_unknown(filled.text)
            else frozenset()
        )
        if unknown:
            self._trouble(UNRESOLVED, span, _no_value(filled.text), text)
        if len(parts) == 1 and unknown:
            return None
        host = parts[-2] if len(parts) > 1 else ""
        try:
            port = parse_short(_stand_in(parts, unknown))
        except BadPort as bad:
            self._trouble(INVALID, span, str(bad), text)
            return None
        if "address" in unknown:
            port = port._replace(address=_unknown_address(":".join(parts[:-2])))
        return Entry(port, host, self.path, span, (self.path, own), text, unknown)

    def _long(self, node: yaml_nodes.Mapping, blame: Span | None) -> Entry | None:
        """One entry of `ports` in long syntax, placed at its `published`."""
        found = fields(node)
        published = found.get("published")
        if published and not published.lent:
            own = Span(*self.span(published.key)[:2], *self.span(published.value)[2:])
        elif node.pairs and not node.flow:
            own = self.span(node.pairs[0][0])
        else:
            own = self.span(node)
        span = blame or own
        texts: dict[str, str] = {}
        for name, field in found.items():
            value = self._text(field)
            if value is None and not name.startswith("x-") and not is_null(field.value):
                self._trouble(INVALID, span, f"the field {name!r} holds no text", name)
                return None
            texts[name] = value or ""
            if TEMPLATE.search(texts[name]):
                self._trouble(UNRESOLVED, span, "a template fills it in", texts[name])
                return None
        entry = texts.get("published") or texts.get("target") or next(iter(texts), "it")
        unknown = frozenset(
            part
            for part, name in (("host", "published"), ("target", "target"), ("address", "host_ip"))
            if is_unknown(texts.get(name, ""))
        )
        if unknown:
            self._trouble(UNRESOLVED, span, _no_value(" ".join(texts.values())), entry)
            if "host" in unknown:
                host = texts["published"]
                texts["published"] = ""
            if "target" in unknown:
                texts["target"] = "1"
            address = texts.get("host_ip", "")
            if "address" in unknown:
                texts["host_ip"] = ""
        if "host" not in unknown:
            host = texts.get("published", "")
        try:
            port = parse_long(texts)
        except BadPort as bad:
            self._trouble(INVALID, span, str(bad), entry)
            return None
        if "address" in unknown:
            port = port._replace(address=_unknown_address(address))
        return Entry(port, host, self.path, span, (self.path, own), entry, unknown)

    def _exposed(self, node: Node, blame: Span | None) -> Entry | None:
        """One entry of `expose`; what it says matters on the host's network only, so it is never refused."""
        text = text_of(node)
        if text is None:
            return None
        filled = interpolate(text, self.variables).text
        own = self.span(node)
        try:
            return Entry(parse_expose(filled), filled, self.path, blame or own, (self.path, own), text, frozenset())
        except BadPort:
            return None


def _no_value(text: str) -> str:
    """Which variables of a filled-in text have no value."""
    names = unknown_in(text)
    return f"{', '.join(names)} {'has' if len(names) == 1 else 'have'} no value"


def _stand_in(parts: list[str], unknown: frozenset[str]) -> str:
    """The entry in short syntax with something harmless in place of what is not known."""
    container, host, address = parts[-1], "".join(parts[-2:-1]), ":".join(parts[:-2])
    if "target" in unknown:
        container = host if host and "host" not in unknown else "1"
    if "host" in unknown:
        host = ""
    if "address" in unknown:
        address = ""
    return ":".join([*([address] if address else []), *([host] if host or address else []), container])


def _unknown_address(text: str) -> Address:
    """An address that overlaps itself and "all addresses", and nothing else."""
    return Address(0, int.from_bytes(text.encode(), "big"))


def _sixty(text: str) -> int:
    """The number that YAML 1.1 makes of a text to base 60."""
    number = 0
    for part in text.split(":"):
        number = number * 60 + int(part)
    return number
