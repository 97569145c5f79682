"""IP addresses as Go's `net.ParseIP` reads them, without the cost of importing `ipaddress`."""

from __future__ import annotations

from guardrail_hooks.pattern import pattern
from guardrail_hooks.row import namedtuple

_BYTE = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = pattern(rf"{_BYTE}(?:\.{_BYTE}){{3}}")
_GROUP = pattern(r"[0-9A-Fa-f]{1,4}")
_MAPPED = 0xFFFF << 32  # ::ffff:0:0/96, which Go treats as IPv4


class Address(namedtuple("Address", "family number")):
    """An address: its family (4 or 6) and its number; number 0 stands for all addresses of the family."""

    __slots__ = ()
    family: int
    number: int

    def overlaps(self, other: Address) -> bool:
        """Whether a socket on one of the two keeps the other from being opened."""
        return self.family == other.family and (self.number == other.number or 0 in (self.number, other.number))


ALL_IPV4 = Address(4, 0)


def read_address(text: str) -> Address | None:
    """The address that a text writes, None for anything else (names, zones, leading zeros)."""
    if _IPV4.fullmatch(text):
        return Address(4, _ipv4(text))
    number = _ipv6(text) if ":" in text else None
    if number is None:
        return None
    return Address(4, number & 0xFFFFFFFF) if number >> 32 == _MAPPED >> 32 else Address(6, number)


def _ipv4(text: str) -> int:
    """The number of a dotted address."""
    number = 0
    for part in text.split("."):
        number = number << 8 | int(part)
    return number


def _ipv6(text: str) -> int | None:
    """The number of an IPv6 address (RFC 4291, section 2.2), None where the text is none."""
    head, gap, tail = text.partition("::")
    if gap and "::" in tail:
        return None
    before, after = _groups(head, last=not gap), _groups(tail, last=True)
    if before is None or after is None:
        return None
    missing = 8 - len(before) - len(after)
    if missing < 1 if gap else missing != 0:
        return None
    number = 0
    for group in (*before, *[0] * missing, *after):
        number = number << 16 | group
    return number


def _groups(text: str, *, last: bool) -> list[int] | None:
    """The 16-bit groups of one side of `::`; the last two may be written as an IPv4 address."""
    if not text:
        return []
    groups: list[int] = []
    parts = text.split(":")
    for at, part in enumerate(parts):
        if _GROUP.fullmatch(part):
            groups.append(int(part, 16))
        elif last and at == len(parts) - 1 and _IPV4.fullmatch(part):
            number = _ipv4(part)
            groups += [number >> 16, number & 0xFFFF]
        else:
            return None
    return groups
