"""Raw diff entries: what differs between two trees, told by plumbing that ignores the user's configuration."""

from __future__ import annotations

import os

from guardrail_hooks.core.git import garbled, git, output_of, start_git
from guardrail_hooks.core.snapshot import Entry
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

FORM = ("-r", "--raw", "-z", "--no-renames", "--no-abbrev", "--ignore-submodules=none")
ABSENT = ":000000"


class Change(namedtuple("Change", "path old new")):
    """One path that differs: its entry in the base and in the head, None where it is absent."""

    __slots__ = ()
    path: str
    old: Entry | None
    new: Entry | None


def read_raw(out: bytes) -> Iterator[Change]:
    """The changes of `--raw -z` output without renames: `:OLDMODE NEWMODE OLDID NEWID STATUS NUL PATH NUL`."""
    rows = os.fsdecode(out).split("\0")
    if rows[-1] or not len(rows) % 2:
        raise garbled("diff")
    row = tuple.__new__  # what the classes do once they have checked their arguments; there may be thousands
    told = iter(rows)
    for entry, path in zip(told, told, strict=False):
        try:
            old_mode, new_mode, old_id, new_id, _ = entry.split(" ")
        except ValueError:
            raise garbled("diff") from None
        old = None if old_mode == ABSENT else row(Entry, (old_mode[1:], old_id))
        new = None if new_mode == ABSENT[1:] else row(Entry, (new_mode, new_id))
        yield row(Change, (path, old, new))


def staged_since(base: str, *pathspecs: str, meanwhile: Callable[[], None] | None = None) -> list[Change]:
    """What the index changes against a commit. Raises `GitFailed` when the commit does not exist.

    `meanwhile` is done while git compares.
    """
    options = ("--cached", "--ita-invisible-in-index", *FORM[1:])
    comparing = start_git("diff-index", *options, base, "--", *pathspecs)
    if meanwhile:
        meanwhile()
    return list(read_raw(output_of(comparing, "diff-index")))


def changed_between(base: str, head: str, *pathspecs: str) -> list[Change]:
    """What differs between two tree-ishes. Raises `GitFailed` when one does not exist."""
    return list(read_raw(git("diff-tree", *FORM, base, head, "--", *pathspecs)))


def all_added(entries: Iterable[tuple[str, Entry]]) -> list[Change]:
    """Every entry as an addition: the difference from the empty tree."""
    return [Change(path, None, entry) for path, entry in entries]


def joined(first: Iterable[Change], second: Iterable[Change]) -> list[Change]:
    """One difference out of two that follow each other, without what the second takes back; sorted by path."""
    ends = {change.path: change for change in first}
    for change in second:
        before = ends.get(change.path)
        ends[change.path] = Change(change.path, before.old if before else change.old, change.new)
    return [ends[path] for path in sorted(ends) if ends[path].old != ends[path].new]
