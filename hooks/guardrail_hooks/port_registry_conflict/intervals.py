"""Arithmetic on port intervals: pairs of a lowest and a highest port, both inclusive. Nothing is ever expanded."""

from __future__ import annotations

from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LOWEST, HIGHEST = 1, 65535


class Ports(namedtuple("Ports", "low high")):
    """All ports from `low` to `high`."""

    __slots__ = ()
    low: int
    high: int

    def __str__(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low}-{self.high}"

    @property
    def size(self) -> int:
        """How many ports these are."""
        return self.high - self.low + 1

    def contains(self, other: Ports) -> bool:
        """Whether every port of the other interval is one of these."""
        return self.low <= other.low and other.high <= self.high

    def common(self, other: Ports) -> Ports | None:
        """The ports of both, None where there are none."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        return Ports(low, high) if low <= high else None


ANY_PORT = Ports(LOWEST, HIGHEST)


def union(intervals: Iterable[Ports]) -> list[Ports]:
    """The same ports as disjoint intervals in rising order, adjacent ones joined."""
    joined: list[Ports] = []
    for interval in sorted(intervals):
        if joined and interval.low <= joined[-1].high + 1:
            if interval.high > joined[-1].high:
                joined[-1] = Ports(joined[-1].low, interval.high)
        else:
            joined.append(interval)
    return joined


def without(interval: Ports, taken: Iterable[Ports]) -> Iterator[Ports]:
    """What remains of an interval when others are taken away, in rising order."""
    return _gaps(interval, union(taken))


def _gaps(interval: Ports, joined: Sequence[Ports]) -> Iterator[Ports]:
    """The same for intervals as `union` gives them; those below are not looked at."""
    from bisect import bisect_left

    low = interval.low
    at = max(bisect_left(joined, (low,)) - 1, 0)  # the one before may reach into the interval
    while at < len(joined) and (other := joined[at]).low <= interval.high:
        if other.low > low:
            yield Ports(low, other.low - 1)
        low = max(low, other.high + 1)
        at += 1
    if low <= interval.high:
        yield Ports(low, interval.high)


def is_taken(interval: Ports, joined: Sequence[Ports]) -> bool:
    """Whether any port of an interval is taken; what is taken comes as `union` gives it."""
    return next(_gaps(interval, joined), None) != interval


def first_gaps(interval: Ports, joined: Sequence[Ports], *, count: int = 1, size: int = 1) -> Iterator[Ports]:
    """The lowest `count` runs of `size` free ports in an interval; what is taken comes as `union` gives it."""
    for gap in _gaps(interval, joined):
        low = gap.low
        while low + size - 1 <= gap.high:
            if not count:
                return
            yield Ports(low, low + size - 1)
            low += size
            count -= 1


def as_text(intervals: Iterable[Ports]) -> str:
    """Ports for a message: `8000, 8002-8005`."""
    return ", ".join(str(interval) for interval in union(intervals))
