"""The small texts of a registry: ports, ranges, names with ids in parentheses, states."""

from __future__ import annotations

import re

from guardrail_hooks.pattern import pattern
from guardrail_hooks.port_registry_conflict.intervals import HIGHEST, Ports
from guardrail_hooks.port_registry_conflict.names import bare_name, looks_like_id, looks_like_name, split_name
from guardrail_hooks.port_registry_conflict.registry import ACTIVE, EXTERNAL, HOST, PLANNED, RETIRED
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

DASH = r"[ \t]*(?:-|\u2010|\u2011|\u2012|\u2013|\u2014|\u2212|~|\.\.)[ \t]*"
PROTOCOL = r"(?:tcp|udp|sctp)"
# One port, `a-b`, `a+`, each with or without `/udp` or `/tcp+udp`; a leading zero belongs to a date or a time.
PORTS = (
    rf"(?P<low>(?!0\d)\d{{1,5}})(?:{DASH}(?P<high>(?!0\d)\d{{1,5}})|(?P<open>\+))?"
    rf"(?:/(?P<protocols>{PROTOCOL}(?:[/+,&]{PROTOCOL})*))?"
)
_PORTS = pattern(PORTS, re.IGNORECASE)
_BARE = (
    PORTS.replace("(?P<low>", "(?:")
    .replace("(?P<high>", "(?:")
    .replace("(?P<open>", "(?:")
    .replace("(?P<protocols>", "(?:")
)
# What stands at the beginning of a list item: ports, then a separator and the owner.
ENTRY = pattern(
    rf"(?:ports?[ \t]*(?::[ \t]*)?)?(?P<ports>{_BARE}(?:[ \t]*(?:,|/|&|and)[ \t]*{_BARE})*)(?![\d.])"
    rf"(?:[ \t]*[(\[](?P<protocol>{PROTOCOL}(?:[ \t]*[/+,&][ \t]*{PROTOCOL})*)[)\]])?"
    r"(?:[ \t]*(?::(?!\d)|->|=>|\u2192|\u27f6|=|\|)|[ \t]+[-\u2010-\u2014](?=[ \t]|$)|$)[ \t]*(?![ \t])(?P<text>.*)",
    re.IGNORECASE,
)
_NAME_FIRST = pattern(
    rf"(?P<text>[^\d\s:|=].*?)[ \t]{{0,40}}(?::|->|=>|\u2192|=|\|)[ \t]*(?:ports?[ \t]+)?"
    rf"(?P<ports>{_BARE}(?:[ \t]*(?:,|/|&|and)[ \t]*{_BARE})*)"
    rf"(?:[ \t]*[(\[](?P<protocol>{PROTOCOL})[)\]])?[ \t]*",
    re.IGNORECASE,
)
MOST_YEARS = 30  # a wider range around 2000 is one of ports
_JOINT = pattern(r"[ \t]{0,40}(?:,|&|\band\b|/(?=[ \t]{0,40}\d))[ \t]*", re.IGNORECASE)
# `8080:80` and `8080->80`: a host port and a container port. `12:30` at the beginning of an item is a time.
MAPPING = r"(?P<host>\d{1,5})[ \t]*(?::|->|\u2192)[ \t]*(?P<target>\d{1,5})(?P<protocol>/\w+)?"
_MAPPED = pattern(
    rf"(?!\d{{1,2}}:){MAPPING}(?![\d.])"
    r"[ \t]*(?::|->|=>|\u2192|=|\||[-\u2010-\u2014](?=[ \t]))[ \t]*(?![ \t])(?P<text>\D.*)"
)
_RESERVED = pattern(r"\W*reserved\b", re.IGNORECASE)
_FREE = pattern(r"\W*(?:free|available|unused|unassigned|unallocated|tbd|n/?a)\W*$", re.IGNORECASE)
_HEADING_RANGE = pattern(
    rf"[(\[](?:ports?:?[ \t]*)?(?P<list>{_BARE}(?:[ \t]*,[ \t]*{_BARE})*)[)\]]"
    rf"|(?:^|[:\u2013\u2014-][ \t]+|\bports?[ \t]+)(?P<bare>(?!0)\d{{4,5}}(?:{DASH}\d{{4,5}}|\+))(?![\d.-])",
    re.IGNORECASE,
)
_PARENTHESES = pattern(r"\(([^()]*)\)")
_STATES = (  # the first that fits decides
    (pattern(r"\b(?:deprecated|removed|retired|decommissioned|obsolete)\b", re.IGNORECASE), RETIRED),
    (
        pattern(r"\b(?:host[ -]service|not[ -]dockeri[sz]ed|runs on (?:the )?host|host process)\b", re.IGNORECASE),
        HOST,
    ),
    (pattern(r"(?:^|[(\[-])[ \t]*external(?:[ -](?:service|host))?[ \t]*(?:[)\]]|$)", re.IGNORECASE), EXTERNAL),
    (pattern(r"\b(?:planned|proposed|not (?:yet )?deployed)\b", re.IGNORECASE), PLANNED),
)


class Spelt(namedtuple("Spelt", "ports is_open protocols fault")):
    """A port or range as written; `fault` is a clause about an impossible one, else empty."""

    __slots__ = ()
    ports: Ports
    is_open: bool
    protocols: tuple[str, ...]
    fault: str


class Entry(namedtuple("Entry", "spelt text")):
    """The ports at the beginning of a list item, and the text behind them."""

    __slots__ = ()
    spelt: tuple[Spelt, ...]
    text: str


def spell(text: str, protocol: str = "") -> Spelt | None:
    """One port or range; None for another text."""
    match = _PORTS.fullmatch(text.strip())
    if not match:
        return None
    low = int(match["low"])
    high = HIGHEST if match["open"] else int(match["high"]) if match["high"] else low
    protocols = tuple(dict.fromkeys(re.findall(PROTOCOL, (match["protocols"] or protocol).lower())))
    fault = ""
    if not 1 <= low <= HIGHEST or high > HIGHEST:
        wrong = high if high > HIGHEST and 1 <= low <= HIGHEST else low
        fault = f"{wrong} is no port: ports go from 1 to {HIGHEST}"
    elif high < low:
        fault = f"the range {low}-{high} ends before it begins"
    return Spelt(Ports(low, high), bool(match["open"]), protocols, fault)


def spell_all(text: str, protocol: str = "") -> tuple[Spelt, ...]:
    """Ports joined by commas, slashes or `and`; nothing when any part is something else."""
    found = [spell(part, protocol) for part in _JOINT.split(text.strip()) if part]
    return tuple(one for one in found if one) if all(found) else ()


def read_entry(text: str) -> Entry | None:
    """A list item that begins with ports; None for one about something else (addresses, dates, prose)."""
    match = ENTRY.fullmatch(text)
    if not match:
        return None
    spelt = spell_all(match["ports"], match["protocol"] or "")
    return Entry(spelt, match["text"].strip()) if spelt else None


def read_mapped_entry(text: str) -> tuple[Entry, int] | None:
    """A list item that begins with a host port and its container port, and the latter."""
    match = _MAPPED.fullmatch(text)
    spelt = spell(match["host"] + (match["protocol"] or "")) if match else None
    return (Entry((spelt,), match["text"].strip()), int(match["target"])) if match and spelt else None


def read_name_first(text: str) -> Entry | None:
    """A list item `name: ports`, for registries that write all their items so."""
    match = _NAME_FIRST.fullmatch(text)
    if not match:
        return None
    spelt = spell_all(match["ports"], match["protocol"] or "")
    return Entry(spelt, match["text"].strip()) if spelt else None


def heading_ranges(text: str) -> Iterator[Spelt]:
    """The ranges that a heading names: `(10000-10099)`, `(12000+)`, `(Ports 8000-8099)`; years are none."""
    for match in _HEADING_RANGE.finditer(text):
        for part in (match["list"] or match["bare"]).split(","):
            spelt = spell(part)
            if spelt is None or (spelt.ports.low == spelt.ports.high and not match["list"]):
                continue
            years = 1990 <= spelt.ports.low <= 2100 and spelt.ports.high - spelt.ports.low <= MOST_YEARS
            if not years or "port" in match[0].lower():
                yield spelt


def heading_title(text: str) -> str:
    """A heading without its range and what follows."""
    match = _HEADING_RANGE.search(text)
    edges = " \t:-\u2013\u2014"
    return (text[: match.start()].strip(edges) or text[match.end() :].strip(edges)) if match else text.strip()


def is_reservation(text: str) -> bool:
    """Whether an entry keeps its ports for later."""
    return bool(_RESERVED.match(text))


def is_free(text: str) -> bool:
    """Whether an entry says that nobody has its ports."""
    return bool(_FREE.match(text))


def main_name(text: str) -> str:
    """The name at the beginning of an entry, with the first parentheses right behind it: `Kong (Proxy)`."""
    name, _ = split_name(text)
    return (bare_name(text) if state_of(name[len(bare_name(text)) :]) else name).strip() or text.strip()


def ids_in(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ids in parentheses that decide alone, and the single words that decide when such a service exists."""
    ids: list[str] = []
    hints: list[str] = []
    for inside in _PARENTHESES.findall(text):
        for part in inside.split(","):
            word = part.strip()
            if looks_like_id(word):
                ids.append(word)
            elif looks_like_name(word):
                hints.append(word)
    return tuple(dict.fromkeys(ids)), tuple(dict.fromkeys(hints))


def state_of(text: str, default: str = "") -> str:
    """The state that a text names, else the default."""
    return next((state for known, state in _STATES if known.search(text)), default)


def state_of_entry(text: str, default: str = ACTIVE) -> str:
    """The state that stands behind the name of an entry."""
    return state_of(text[len(bare_name(text)) :], default)
