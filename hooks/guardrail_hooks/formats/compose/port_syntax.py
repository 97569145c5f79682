"""The forms in which Compose writes a published port, read as docker/go-connections `nat.ParsePortSpec` does.

Short form: `[[ADDRESS:]HOST:]CONTAINER[/PROTOCOL]`; the last two colon fields are the ports, the rest is the address.
"""

from __future__ import annotations

from guardrail_hooks.formats.compose.addresses import Address, read_address
from guardrail_hooks.pattern import pattern
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

HIGHEST = 65535
PROTOCOLS = frozenset({"tcp", "udp", "sctp"})
# compose-spec, spec.md "Long syntax" of ports; `x-` fields are allowed besides.
LONG_FIELDS = frozenset({"target", "published", "host_ip", "protocol", "mode", "name", "app_protocol"})
MODES = frozenset({"host", "ingress"})
_NUMBER = pattern(r"[0-9]+")


class BadPort(ValueError):
    """A port that Compose refuses; the text is one clause about it."""


class PublishedPort(namedtuple("PublishedPort", "address low high target_low target_high protocol mode")):
    """One published port or range of ports.

    `address` is None when all addresses are meant; `low` is 0 when the engine picks a free port. With more host ports
    than container ports the host ports are a pool that the engine picks from.
    """

    __slots__ = ()
    address: Address | None
    low: int
    high: int
    target_low: int
    target_high: int
    protocol: str
    mode: str

    @property
    def is_random(self) -> bool:
        """Whether the engine picks any free port."""
        return not self.low

    @property
    def is_pool(self) -> bool:
        """Whether the engine picks one of several host ports."""
        return self.high - self.low > self.target_high - self.target_low


def read_port(text: str) -> int:
    """A port number as Go's `strconv.ParseUint(text, 10, 16)` reads it. Raises `BadPort`."""
    if not _NUMBER.fullmatch(text):
        raise BadPort(f"{text!r} is no port number" if text else "a port number is missing")
    digits = text.lstrip("0") or "0"
    if len(digits) > 5 or int(digits) > HIGHEST:
        raise BadPort(f"{text[:12]} is no port number: the highest is {HIGHEST}")
    return int(digits)


def read_range(text: str) -> tuple[int, int]:
    """A port or a range `LOW-HIGH`. Raises `BadPort`."""
    first, dash, second = text.partition("-")
    low = read_port(first)
    high = read_port(second) if dash else low
    if high < low:
        raise BadPort(f"the range {text} ends before it begins")
    return low, high


def read_protocol(text: str) -> str:
    """The protocol in lower case, `tcp` where none is written. Raises `BadPort`."""
    protocol = text.lower() or "tcp"
    if protocol not in PROTOCOLS:
        raise BadPort(f"{text!r} is no protocol: write tcp, udp or sctp")
    return protocol


def read_host_address(text: str) -> Address | None:
    """The address of a binding, with or without brackets; None for an empty one. Raises `BadPort`."""
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    if not bare:
        return None
    address = read_address(bare)
    if address is None:
        raise BadPort(f"{text!r} is no IP address, and the engine accepts nothing else")
    return address


def parse_short(text: str) -> PublishedPort:
    """An entry in short syntax. Raises `BadPort`."""
    fields = text.split(":")
    container, slash, protocol_text = fields[-1].partition("/")
    if not container:
        raise BadPort("the container port is missing")
    protocol = read_protocol(protocol_text if slash else "")
    host = fields[-2] if len(fields) > 1 else ""
    address = read_host_address(":".join(fields[:-2]))
    target_low, target_high = read_range(container)
    low, high = read_range(host) if host else (0, 0)
    if host and high - low != target_high - target_low and target_high != target_low:
        raise BadPort(f"the ranges {host} and {container} differ in length")
    return PublishedPort(address, low, high, target_low, target_high, protocol, "")


def parse_long(fields: Mapping[str, str]) -> PublishedPort:
    """An entry in long syntax, its values as text. Raises `BadPort`."""
    if unknown := [name for name in fields if name not in LONG_FIELDS and not name.startswith("x-")]:
        raise BadPort(f"{unknown[0]!r} is no field of a port: write {', '.join(sorted(LONG_FIELDS))}")
    if not fields.get("target"):
        raise BadPort("the field 'target' (the container port) is missing")
    mode = fields.get("mode", "")
    if mode and mode not in MODES:
        raise BadPort(f"{mode!r} is no mode: write host or ingress")
    target = read_port(fields["target"])
    published = fields.get("published", "")
    low, high = read_range(published) if published else (0, 0)
    protocol = read_protocol(fields.get("protocol", ""))
    return PublishedPort(read_host_address(fields.get("host_ip", "")), low, high, target, target, protocol, mode)


def parse_expose(text: str) -> PublishedPort:
    """An entry of `expose` under host networking: the port that the container listens on is the host's. `BadPort`."""
    port, slash, protocol_text = text.partition("/")
    low, high = read_range(port)
    return PublishedPort(None, low, high, low, high, read_protocol(protocol_text if slash else ""), "")


def write_short(port: PublishedPort, address_text: str = "") -> str:
    """The entry in short syntax; the address is given as text, because numbers have several spellings."""
    target = _range_text(port.target_low, port.target_high)
    protocol = "" if port.protocol == "tcp" else f"/{port.protocol}"
    host = _range_text(port.low, port.high) if port.low else ""
    if address_text:
        return f"{address_text}:{host}:{target}{protocol}"
    return f"{host}:{target}{protocol}" if host else f"{target}{protocol}"


def _range_text(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}-{high}"
