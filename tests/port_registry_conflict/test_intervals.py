"""Interval arithmetic against sets of numbers."""

from __future__ import annotations

from itertools import pairwise

from guardrail_hooks.core.finding import Place
from guardrail_hooks.port_registry_conflict.intervals import Ports, as_text, first_gaps, union, without
from guardrail_hooks.port_registry_conflict.registry import NARROW, Allocation, Registry
from hypothesis import given
from hypothesis import strategies as st

LAST = 60
intervals = st.tuples(st.integers(1, LAST), st.integers(1, LAST)).map(lambda pair: Ports(min(pair), max(pair)))
lists = st.lists(intervals, max_size=8)


def numbers(rows) -> set[int]:
    """All ports of some intervals."""
    return {port for row in rows for port in range(row.low, row.high + 1)}


@given(intervals, intervals)
def test_common_ports(one, other) -> None:
    common = one.common(other)
    assert numbers([common] if common else []) == numbers([one]) & numbers([other])
    assert one.contains(other) == (numbers([other]) <= numbers([one]))


@given(lists)
def test_union_is_sorted_disjoint_and_joined(rows) -> None:
    joined = union(rows)
    assert numbers(joined) == numbers(rows)
    assert all(one.high + 1 < other.low for one, other in pairwise(joined))


@given(intervals, lists)
def test_what_remains(interval, taken) -> None:
    rest = list(without(interval, taken))
    assert numbers(rest) == numbers([interval]) - numbers(taken)
    assert rest == sorted(rest)


@given(intervals, lists, st.integers(1, 4), st.integers(1, 5))
def test_the_lowest_free_runs(interval, taken, count, size) -> None:
    found = list(first_gaps(interval, union(taken), count=count, size=size))
    free = numbers([interval]) - numbers(taken)
    assert all(numbers([gap]) <= free and gap.size == size for gap in found)
    expected, low = [], interval.low
    while len(expected) < count and low + size - 1 <= interval.high:
        run = set(range(low, low + size))
        if run <= free:
            expected.append(low)
            low += size
        else:
            low += 1
    assert [gap.low for gap in found] == expected


def test_text() -> None:
    assert as_text([Ports(8002, 8005), Ports(8000, 8000), Ports(8006, 8006)]) == "8000, 8002-8006"


wide_intervals = st.tuples(st.integers(1, 3 * NARROW), st.integers(0, 2 * NARROW)).map(
    lambda pair: Ports(pair[0], sum(pair))
)


@given(st.lists(wide_intervals, max_size=12), st.lists(wide_intervals, max_size=4), wide_intervals)
def test_allocations_are_found_again_by_port(first, more, asked) -> None:
    registry = Registry()
    for rows in (first, more):  # a registry that grows is indexed anew
        for ports in rows:
            line = len(registry.allocations) + 1
            place = Place("PORTS.md", line, 1, line, 1)
            registry.allocations.append(Allocation(ports, (), "a", (), (), "active", None, None, place, ""))
        found = registry.at(asked)
        assert found == [row for row in registry.allocations if numbers([row.ports]) & numbers([asked])]
