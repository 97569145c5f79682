"""Bindings that want one host port: PRT001, PRT002, PRT005."""

from __future__ import annotations

import posixpath

from guardrail_hooks.pattern import pattern
from guardrail_hooks.port_registry_conflict.intervals import Ports, as_text
from guardrail_hooks.port_registry_conflict.rules import POSSIBLE, SAME_HOST, SAME_PORT
from guardrail_hooks.port_registry_conflict.settings import ALTERNATIVE, DIRECTORY, REPOSITORY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from guardrail_hooks.core.finding import Finding, Rule
    from guardrail_hooks.port_registry_conflict.bindings import Binding
    from guardrail_hooks.port_registry_conflict.settings import Settings

    Intruders = Mapping[int, Sequence[Ports]]

BLOCK = 16  # ports per bucket
WIDE = 64 * BLOCK  # a range wider than this is kept apart
MOST_MET = 50  # other sides that are looked at for one binding
MOST_NAMED = 3  # other sides that one finding names
MEANT_LITERALLY = pattern(r"[][{}*?']")  # what a glob, or the shell around it, would take for something else
WORD_ENDS = "/-._"  # where a glob for two paths may cut them


class Shelf:
    """The bindings of one scope and protocol so far, found again by port."""

    __slots__ = ("blocks", "wide")

    def __init__(self) -> None:
        self.blocks: dict[int, list[tuple[int, Binding]]] = {}
        self.wide: list[tuple[int, Binding]] = []

    def near(self, ports: Ports) -> Iterator[tuple[int, Binding]]:
        """Earlier bindings, numbered, that may hold one of these ports; some come twice."""
        for row in self._rows(ports):
            yield from row

    def first(self, ports: Ports, is_wanted: Callable[[Binding], bool]) -> Binding | None:
        """The wanted binding with the lowest number that holds one of these ports."""
        found: tuple[int, Binding] | None = None
        for row in self._rows(ports):
            for number, other in row:
                if found and number >= found[0]:
                    break
                if other.ports and other.ports.common(ports) and is_wanted(other):
                    found = number, other
                    break
        return found[1] if found else None

    def _rows(self, ports: Ports) -> Iterator[list[tuple[int, Binding]]]:
        """Bindings that may hold one of these ports, in rows that rise by number."""
        first, last = ports.low // BLOCK, ports.high // BLOCK
        if last - first > len(self.blocks):
            for block, row in self.blocks.items():
                if first <= block <= last:
                    yield row
        else:
            for block in range(first, last + 1):
                yield self.blocks.get(block, [])
        yield self.wide

    def put(self, number: int, binding: Binding) -> None:
        """Keep a binding under its number."""
        assert binding.ports
        if binding.ports.size > WIDE:
            self.wide.append((number, binding))
            return
        for block in range(binding.ports.low // BLOCK, binding.ports.high // BLOCK + 1):
            self.blocks.setdefault(block, []).append((number, binding))


def find_clashes(
    bindings: Sequence[Binding],
    settings: Settings,
    intruders: Intruders,
    touched: Callable[[Iterable[str]], bool],
    hint: Callable[[Ports], str],
    variants: frozenset[frozenset[str]],
) -> Iterator[Finding]:
    """One finding per binding and rule, on the later of two bindings; bindings come in the order that counts.

    `intruders` holds the ports, by the binding's id, on which the registry has decided already. `hint(ports)` proposes
    another port. `variants` are pairs of projects that are not compared.
    """
    shelves: dict[tuple[str, str], Shelf] = {}
    unknown: dict[tuple[str, str, str], list[Binding]] = {}
    for number, binding in enumerate(bindings):
        if binding.ports is None:
            yield from _same_expression(binding, unknown, settings, touched)
            continue
        met = _Met()
        seen: set[int] = set()
        shelves_here = [shelves.setdefault((scope, binding.protocol), Shelf()) for scope in _scopes(binding, settings)]
        own = touched(binding.files)
        for shelf in shelves_here:
            for order, other in shelf.near(binding.ports):
                if met.is_full:
                    break
                if order in seen:
                    continue
                seen.add(order)
                common = _common(binding, other, settings)
                if (
                    common is None
                    or frozenset((binding.project, other.project)) in variants
                    or _is_settled(common, binding, other, intruders)
                ):
                    continue
                met.add(_rule(binding, other).code, order, other, common, is_touched=own or touched(other.files))
            shelf.put(number, binding)
        for code, others in met.told():
            yield _finding(code, binding, others, hint)


class _Met:
    """What is in the way of one binding, by rule."""

    __slots__ = ("is_full", "others", "touched")

    def __init__(self) -> None:
        self.is_full = False
        self.others: dict[str, list[tuple[int, Binding, Ports]]] = {}
        self.touched: set[str] = set()

    def add(self, code: str, order: int, other: Binding, common: Ports, *, is_touched: bool) -> None:
        """Note another side; enough of them are enough."""
        row = self.others.setdefault(code, [])
        row.append((order, other, common))
        if is_touched:
            self.touched.add(code)
            self.is_full = len(row) >= MOST_MET

    def told(self) -> Iterator[tuple[str, list[tuple[Binding, Ports]]]]:
        """The first other sides by rule, where one of the parties was named; who was named changes no message."""
        for code, row in sorted(self.others.items()):
            if code in self.touched:
                first = sorted(row, key=lambda one: one[0])[:MOST_NAMED]
                yield code, [(other, common) for _, other, common in first]


def _scopes(binding: Binding, settings: Settings) -> list[str]:
    """The names of everything whose bindings a binding is compared with."""
    if settings.scope == REPOSITORY:
        return ["repository"]
    scopes = [f"project {binding.project}"]
    if settings.scope == DIRECTORY:
        folders = (posixpath.dirname(binding.project), posixpath.dirname(binding.path))
        scopes += [f"folder {folder}" for folder in dict.fromkeys(folders)]
    return scopes


def _common(binding: Binding, other: Binding, settings: Settings) -> Ports | None:
    """The ports that two bindings cannot both have, None where they can live side by side."""
    assert binding.ports
    assert other.ports
    common = binding.ports.common(other.ports)
    if common is None or not _compete(binding, other, settings):
        return None
    return common


def _compete(binding: Binding, other: Binding, settings: Settings) -> bool:
    """Whether two bindings of one port and protocol ever meet on one host."""
    if binding.address and other.address and not binding.address.overlaps(other.address):
        return False
    if binding.project != other.project:
        if binding.origin == other.origin or binding.same_owner(other):
            return False
        path, another = binding.path, other.path
        if path == another and not binding.project.startswith(f"{path}#"):
            return False  # one Compose file as a part of two projects; each of the two is judged by itself
        if path != another and settings.are_alternatives(path, another):
            return False
    return not (
        settings.profiles == ALTERNATIVE
        and binding.profiles
        and other.profiles
        and binding.profiles.isdisjoint(other.profiles)
    )


def _is_settled(common: Ports, binding: Binding, other: Binding, intruders: Intruders) -> bool:
    """Whether the registry has named one of the two as the intruder on all these ports."""
    return any(ports.contains(common) for one in (binding, other) for ports in intruders.get(id(one), ()))


def _rule(binding: Binding, other: Binding) -> Rule:
    """The rule that a clash breaks."""
    if binding.is_pool or other.is_pool or binding.is_exposed or other.is_exposed:
        return POSSIBLE
    return SAME_PORT if binding.project == other.project else SAME_HOST


def _finding(code: str, binding: Binding, others: list[tuple[Binding, Ports]], hint: Callable[[Ports], str]) -> Finding:
    """The finding of one binding against the others that it clashes with."""
    if any(other.title == binding.title and other.service != binding.service for other, _ in others):
        # Two services that name their containers alike are told apart by their own names.
        binding = binding._replace(title=binding.service)
        others = [(other._replace(title=other.service), common) for other, common in others]
    first, _ = others[0]
    ports = [common for _, common in others]
    text = binding.port_text(as_text(ports))
    subject = f"{binding.title} {text} {' '.join(sorted({other.title for other, _ in others}))}"
    names = ", ".join(other.where for other, _ in others)
    label = f"also bound by '{first.title}'"
    fields = {"port": text, "owner": f"'{binding.title}'", "other": names, "free": hint(ports[0])}
    if code == SAME_PORT.code:
        message = None
        fields["apart"] = _apart(binding)
        if first.service == binding.service and first.project == binding.project:
            message = "host port {port} is bound twice by {owner}: here and at {again}"
            fields["again"] = f"{first.path}:{first.place.line}"
            fields["apart"] = ""
            label = "bound once already"
        return SAME_PORT.at(binding.place, subject=subject, message=message, label=label, **fields)
    if code == SAME_HOST.code:
        fields["glob"] = common_glob(binding.path, first.path)
        return SAME_HOST.at(binding.place, subject=subject, label=label, **fields)
    message, fix = _possible(binding, first)
    pool = first if first.is_pool else binding
    return POSSIBLE.at(
        binding.place, subject=subject, message=message, fix=fix, label=label, pool=str(pool.ports), **fields
    )


def _apart(binding: Binding) -> str:
    """What to do about services that never run together (compose-spec, 15-profiles.md), as the end of a sentence."""
    return f"; if the services never run together, give each a profile of its own, here `profiles: [{binding.service}]`"


def common_glob(one: str, other: str) -> str:
    """A short glob that two paths match: what they begin and end with, cut where a word ends."""
    start = posixpath.commonprefix([one, other])
    start = start[: max(start.rfind(mark) for mark in WORD_ENDS) + 1]
    rests = [one[len(start) :], other[len(start) :]]
    end = posixpath.commonprefix([rest[::-1] for rest in rests])[::-1]
    end = end[min((end.find(mark) for mark in WORD_ENDS if mark in end), default=len(end)) :]
    crosses = any("/" in rest[: len(rest) - len(end)] for rest in rests)
    return MEANT_LITERALLY.sub("?", start) + ("**" if crosses else "*") + MEANT_LITERALLY.sub("?", end)


def _possible(binding: Binding, other: Binding) -> tuple[str | None, str | None]:
    """The message and fix of a clash that may or may not happen."""
    if binding.is_exposed or other.is_exposed:
        return (
            "host port {port} of {owner}, and {other}, may clash: one of them is on the host's network and exposes it",
            "give one of them another port{free}",
        )
    if binding.is_pool and not other.is_pool:
        return "the pool {pool} of {owner} holds host port {port} of {other}, and the two may clash", None
    return None, None


def _same_expression(
    binding: Binding,
    unknown: dict[tuple[str, str, str], list[Binding]],
    settings: Settings,
    touched: Callable[[Iterable[str]], bool],
) -> Iterator[Finding]:
    """Different owners of one variable without a value want one port, whichever it is."""
    row = unknown.setdefault((binding.project, binding.expression, binding.protocol), [])
    for other in row:
        if (
            other.service != binding.service
            and _compete(binding, other, settings)
            and (touched(binding.files) or touched(other.files))
        ):
            yield SAME_PORT.at(
                binding.place,
                subject=f"{binding.title} {binding.expression}/{binding.protocol} {other.title}",
                port=f"{binding.expression}/{binding.protocol}",
                owner=f"'{binding.title}'",
                other=other.where,
                free="",
                apart=_apart(binding),
                label=f"also bound by '{other.title}'",
            )
            break
    row.append(binding)
