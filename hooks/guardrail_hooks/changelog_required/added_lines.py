"""Which lines a change adds: the greedy difference of Eugene Myers, on what common beginnings and ends leave over."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

FARTHEST = 800  # differing lines that are told apart exactly; beyond that, all of the middle counts as new


def added_lines(old: Sequence[str], new: Sequence[str]) -> frozenset[int]:
    """The numbers (from 1) of the lines of `new` that `old` does not have in this order."""
    start = 0
    shorter = min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[len(old) - 1 - end] == new[len(new) - 1 - end]:
        end += 1
    before, after = old[start : len(old) - end], new[start : len(new) - end]
    if not before or not after:
        return frozenset(range(start + 1, start + 1 + len(after)))
    kept = _kept(before, after)
    return frozenset(start + 1 + at for at in range(len(after)) if at not in kept)


def _kept(old: Sequence[str], new: Sequence[str]) -> set[int]:
    """The indexes of `new` on a longest way of equal lines; none when the two differ in too many lines."""
    ends = {1: 0}  # how far each diagonal (old index - new index) reaches
    trace: list[dict[int, int]] = []
    for steps in range(min(len(old) + len(new), FARTHEST) + 1):
        trace.append(dict(ends))
        for diagonal in range(-steps, steps + 1, 2):
            down = diagonal == -steps or (diagonal != steps and ends[diagonal - 1] < ends[diagonal + 1])
            at = ends[diagonal + 1] if down else ends[diagonal - 1] + 1
            while at < len(old) and at - diagonal < len(new) and old[at] == new[at - diagonal]:
                at += 1
            ends[diagonal] = at
            if at >= len(old) and at - diagonal >= len(new):
                return _walk_back(trace, len(old), len(new))
    return set()


def _walk_back(trace: list[dict[int, int]], at: int, other: int) -> set[int]:
    """The indexes of the new side that are on the way found."""
    kept: set[int] = set()
    for steps in range(len(trace) - 1, -1, -1):
        ends, diagonal = trace[steps], at - other
        down = diagonal == -steps or (diagonal != steps and ends[diagonal - 1] < ends[diagonal + 1])
        previous = diagonal + 1 if down else diagonal - 1
        before = ends[previous]
        while at > before and other > before - previous:
            at -= 1
            other -= 1
            kept.add(other)
        at, other = before, before - previous
    return kept
