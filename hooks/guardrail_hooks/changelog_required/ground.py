"""The trees that are judged: what the head holds, and contents by object id or path, each read once."""

from __future__ import annotations

import os
import re

from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.core.git import GitFailed, git
from guardrail_hooks.core.situation import INDEX
from guardrail_hooks.core.snapshot import Entry, list_index

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from guardrail_hooks.core.git import Library
    from guardrail_hooks.core.raw import Change


ROW = r"(\d{6}) \w+ (\w+)\t([^\0]+)\0"  # of `ls-tree -z`


class Ground:
    """Reads the head of a change, and any object."""

    __slots__ = ("_contents", "_library", "_listed", "_names", "_whole", "head")

    def __init__(self, library: Library, head: str, names: tuple[str, ...]) -> None:
        self.head = head
        self._library = library
        self._names = names
        self._contents: dict[str, bytes | None] = {}
        self._whole: Mapping[str, Entry] | None = None
        self._listed: bytes | None = None

    def everything(self) -> Mapping[str, Entry]:
        """Every tracked file of the head."""
        if self._whole is None:
            if self.head == INDEX:
                self._whole = list_index()
            else:
                rows = re.findall(ROW, os.fsdecode(self._listing()))
                self._whole = {path: Entry(mode, oid) for mode, oid, path in rows}
        return self._whole

    def _listing(self) -> bytes:
        """What git lists of a commit."""
        if self._listed is None:
            self._listed = git("ls-tree", "-r", "-z", "--full-tree", self.head)
        return self._listed

    def changelogs(self) -> dict[str, Entry]:
        """The files of the head that are called like a changelog."""
        if self._whole is None and self.head == INDEX:
            return self.named(*changelog_pathspecs(self._names))
        if self._whole is None:  # most of a large tree need not be read
            rows = _rows_of(os.fsdecode(self._listing()), self._names)
            return {path: Entry(mode, oid) for mode, kind, oid, path in rows if kind == "blob"}
        names_here = {name.casefold() for name in self._names}
        every = self._whole.items()
        return {path: entry for path, entry in every if path.rpartition("/")[2].casefold() in names_here}

    def named(self, *pathspecs: str) -> dict[str, Entry]:
        """The files of the index that match these pathspecs."""
        return list_index(*pathspecs)

    def has_files_in(self, folder: str) -> bool:
        """Whether the head still has files in a folder."""
        start = f"{folder}/" if folder else ""
        return any(path.startswith(start) for path in self.everything())

    def entry(self, path: str) -> Entry | None:
        """One file of the head."""
        if self._whole is None and self.head == INDEX:
            return self.named(f":(top,literal){path}").get(path)
        return self.everything().get(path)

    def at_head(self, paths: Iterable[str]) -> dict[str, bytes | None]:
        """The contents of files of the head by path, None for those it does not have."""
        wanted = [path for path in paths if "\n" not in path]
        found = self._read([os.fsencode(f"{self.head}:{path}") for path in wanted], "its configuration")
        return dict(zip(wanted, found, strict=True))

    def fetch(self, oids: Iterable[str], what: str) -> None:
        """Read these objects in one go; `what` names them should they be missing."""
        wanted = list(dict.fromkeys(oid for oid in oids if oid not in self._contents))
        self._contents.update(zip(wanted, self._read([oid.encode() for oid in wanted], what), strict=True))

    def content(self, oid: str) -> bytes | None:
        """The content of an object, None where this clone does not have it."""
        if oid not in self._contents:
            self.fetch([oid], "a changed file")
        return self._contents[oid]

    def by_name(self, name: str) -> bytes | None:
        """The content of an object by any name, such as `REVERT_HEAD^:CHANGELOG.md`."""
        return self._read([os.fsencode(name)], name)[0] if "\n" not in name else None

    def _read(self, names: list[bytes], what: str) -> list[bytes | None]:
        try:
            found = self._library.read(names)
        except GitFailed:
            raise CannotJudge(
                f"this partial clone lacks the old text of {what}: run `git fetch --refetch --no-filter`, then again"
            ) from None
        return [answer[1] if answer and answer[0] == "blob" else None for answer in found]

    def differs_in_lines_only_at_their_ends(self, change: Change) -> bool:
        """Whether a change is one of line ends alone (CRLF to LF, or back), whatever the executable bit is."""
        if not change.old or not change.new or not change.old.mode[:3] == change.new.mode[:3] == "100":
            return False
        try:
            self.fetch([change.old.oid, change.new.oid], change.path)
        except CannotJudge:
            return False  # what cannot be compared has changed
        old, new = self._contents[change.old.oid], self._contents[change.new.oid]
        if old is None or new is None or (b"\r" not in old and b"\r" not in new) or b"\0" in new:
            return False
        return _unix(old) == _unix(new)


def _rows_of(listing: str, names: Iterable[str]) -> Iterator[tuple[str, str, str, str]]:
    """Mode, kind, object id and path of the files of these names, in any case, in what `ls-tree -z` lists.

    Searched for by name instead of row by row: a tree has thousands of files and a few changelogs.
    """
    folded = listing.lower()
    if len(folded) != len(listing):  # a letter that is two in lower case: its row is no changelog's, but shifts all
        folded = "".join(letter if len(letter.lower()) > 1 else letter.lower() for letter in listing)
    for name in dict.fromkeys(name.lower() for name in names):
        for before in ("/", "\t"):
            at = folded.find(f"{before}{name}\0")
            while at >= 0:
                end = at + len(name) + 1
                head, _, path = listing[listing.rfind("\0", 0, at) + 1 : end].partition("\t")
                mode, kind, oid = head.split(" ")
                yield mode, kind, oid, path
                at = folded.find(f"{before}{name}\0", end)


def _unix(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _literal(name: str) -> str:
    """A name for a glob pathspec."""
    return "".join(f"\\{character}" if character in "*?[\\" else character for character in name)


def changelog_pathspecs(names: Iterable[str]) -> list[str]:
    """Pathspecs for files of these names in any folder and any case."""
    return [f":(top,icase,glob)**/{_literal(name)}" for name in names]
