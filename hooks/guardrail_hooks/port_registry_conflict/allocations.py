"""Bindings against the registry: PRT101, PRT102, PRT103, PRT105, PRT106, PRT107; and PRT104 against the deny list."""

from __future__ import annotations

from itertools import pairwise

from guardrail_hooks.port_registry_conflict.intervals import Ports, as_text, without
from guardrail_hooks.port_registry_conflict.registry import UNBINDABLE
from guardrail_hooks.port_registry_conflict.rules import (
    DENIED,
    NOT_FOR_CONTAINERS,
    PROTOCOL,
    RESERVED,
    TARGET,
    UNREGISTERED,
    WRONG_OWNER,
)
from guardrail_hooks.port_registry_conflict.suggest import MOST_HOMES
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.port_registry_conflict.bindings import Binding
    from guardrail_hooks.port_registry_conflict.names import Matcher
    from guardrail_hooks.port_registry_conflict.registry import Allocation, Registry, Reservation
    from guardrail_hooks.port_registry_conflict.suggest import Adviser

UNLISTED, FOREIGN, KEPT, UNFIT, UNNAMED, MISLED = "unlisted", "foreign", "kept", "unfit", "unnamed", "misled"


class Verdict(namedtuple("Verdict", "kind ports rows reservation target")):
    """What the registry says of some ports of a binding; `rows` are the allocations that it says so by."""

    __slots__ = ()
    kind: str
    ports: Ports
    rows: tuple[Allocation, ...]
    reservation: Reservation | None
    target: int | None


def judge(binding: Binding, registry: Registry, matcher: Matcher) -> list[Verdict]:
    """Everything that the registry has against a binding, in the order of the ports. Nothing is expanded."""
    verdicts: list[Verdict] = []
    ports = binding.ports
    if ports is None:
        return verdicts
    rows = registry.at(ports)
    for part in _parts(ports, (row.ports for row in rows)):
        here = tuple(row for row in rows if row.ports.contains(part))
        verdicts += _judge_part(binding, part, here, matcher)
    for gap in without(ports, (row.ports for row in rows)):
        kept = [row for row in registry.reservations if row.ports.common(gap)]
        for part in _parts(gap, (row.ports for row in kept)):
            reservation = next(row for row in kept if row.ports.contains(part))
            verdicts.append(Verdict(KEPT, part, (), reservation, None))
        verdicts += (Verdict(UNLISTED, part, (), None, None) for part in without(gap, (row.ports for row in kept)))
    return verdicts


def _parts(ports: Ports, covers: Iterable[Ports]) -> Iterator[Ports]:
    """The covered ports, cut wherever a cover begins or ends."""
    common = [part for cover in covers if (part := cover.common(ports))]
    cuts = sorted({part.low for part in common} | {part.high + 1 for part in common})
    for low, after in pairwise(cuts):
        part = Ports(low, after - 1)
        if any(cover.contains(part) for cover in common):
            yield part


def _judge_part(binding: Binding, part: Ports, rows: tuple[Allocation, ...], matcher: Matcher) -> Iterator[Verdict]:
    """What allocations that hold all of these ports say."""
    own = [row for row in rows if matcher.means(row, binding.owner)]
    serving = tuple(row for row in rows if row.serves(binding.protocol))
    mine = tuple(row for row in serving if row in own)
    if not mine:
        if serving:
            yield Verdict(FOREIGN, part, serving, None, None)
        elif own:
            yield Verdict(UNNAMED, part, tuple(own), None, None)
        else:
            yield Verdict(UNLISTED, part, (), None, None)
        return
    if all(row.status in UNBINDABLE for row in mine):
        yield Verdict(UNFIT, part, mine, None, None)
    target = binding.target_of(part.low)
    if target is not None and not binding.is_exposed and all(row.target not in (None, target) for row in mine):
        yield Verdict(MISLED, part, mine, None, target)


def find_strangers(
    binding: Binding, verdicts: Iterable[Verdict], registry: Registry, matcher: Matcher, adviser: Adviser
) -> Iterator[Finding]:
    """The findings of one binding; ports with the same fate share one."""
    groups: dict[tuple[object, ...], list[Verdict]] = {}
    for verdict in verdicts:
        alike = (verdict.kind, verdict.rows, verdict.reservation, verdict.kind == MISLED and verdict.ports)
        groups.setdefault(alike, []).append(verdict)
    homes = [row for row in registry.allocations if matcher.means(row, binding.owner)]
    for group in groups.values():
        yield _finding(binding, group, homes, registry, adviser)


def _finding(
    binding: Binding, verdicts: list[Verdict], homes: list[Allocation], registry: Registry, adviser: Adviser
) -> Finding:
    """One finding for ports that have the same fate."""
    verdict = verdicts[0]
    ports = [one.ports for one in verdicts]
    port = binding.port_text(as_text(ports))
    owner = f"'{binding.title}'"
    subject = f"{binding.title} {port}"
    first = verdict.rows[0] if verdict.rows else None
    line = f"{first.place.path}:{first.place.line}" if first else ""
    title = " and ".join(dict.fromkeys(f"'{row.title}'" for row in verdict.rows))
    at = binding.place
    if verdict.kind == FOREIGN:
        return WRONG_OWNER.at(
            at, subject=subject, port=port, title=title, line=line, owner=owner,
            remedy=adviser.elsewhere(binding, verdict.ports, homes), label=f"registered to {title}",
        )  # fmt: skip
    if verdict.kind == UNNAMED:
        named = "/".join(dict.fromkeys(protocol for row in verdict.rows for protocol in row.protocols))
        remedy = adviser.add(binding, verdict.ports)
        return PROTOCOL.at(
            at, subject=subject, port=port, owner=owner, protocols=named, line=line, remedy=remedy,
            first=named.partition("/")[0],
        )  # fmt: skip
    if verdict.kind == UNFIT and first:
        kinds = {"host": "a service of the host"}
        return NOT_FOR_CONTAINERS.at(
            at, subject=subject, port=port, status=kinds.get(first.status, first.status), line=line, owner=owner,
            free=adviser.hint(verdict.ports),
        )  # fmt: skip
    if verdict.kind == MISLED and first:
        return TARGET.at(
            at, subject=subject, port=port, owner=owner, target=verdict.target, line=line, wanted=first.target,
            low=verdict.ports.low,
        )  # fmt: skip
    if verdict.kind == KEPT and verdict.reservation:
        place = verdict.reservation.place
        return RESERVED.at(
            at, subject=subject, port=port, range=str(verdict.reservation.ports), line=f"{place.path}:{place.line}",
            owner=owner, remedy=adviser.line_or_other(binding, ports, homes, may_stay=True),
        )  # fmt: skip
    listed = as_text(row.ports for row in homes[:MOST_HOMES])
    known = f"; {owner} is registered on {listed}" if homes else ""
    return UNREGISTERED.at(
        at, subject=subject, port=port, owner=owner, registry=registry.text, homes=known,
        remedy=adviser.line_or_other(binding, ports, homes, may_stay=False),
    )  # fmt: skip


def find_denied(
    binding: Binding, lowest: int, deny: Iterable[Ports], hint: Callable[[Ports], str]
) -> Iterator[Finding]:
    """A binding below `--min-port` or on the deny list."""
    ports = binding.ports
    if ports is None:
        return
    owner = f"'{binding.title}'"
    if ports.low < lowest:
        low = Ports(ports.low, min(ports.high, lowest - 1))
        text = binding.port_text(low)
        denied = f"below --min-port {lowest}"
        yield DENIED.at(
            binding.place, subject=f"{binding.title} {text}", port=text, owner=owner, denied=denied, free=hint(low)
        )
        return
    for entry in deny:
        if common := ports.common(entry):
            text = binding.port_text(common)
            yield DENIED.at(
                binding.place, subject=f"{binding.title} {text}", port=text, owner=owner, denied="on the deny list",
                free=hint(common),
            )  # fmt: skip
            return
