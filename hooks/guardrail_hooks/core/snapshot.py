"""A tree one can read: the work tree, the index, a commit, or plain memory.

All paths are relative to the repository root, with `/`; names that are not UTF-8 are held with surrogate escapes.
"""

from __future__ import annotations

import os
import stat

from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.core.git import garbled, git, objects, output_of, rows_of, start_git
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from guardrail_hooks.core.git import Library
    from guardrail_hooks.core.process import Program

LARGEST = 32 * 1024 * 1024  # bytes; nothing that a hook judges is larger, and memory is bounded
MOST_LINKS = 40  # the kernel's own bound on symbolic links in one path
LINK, SUBMODULE = "120000", "160000"
LIST_INDEX = ("ls-files", "-s", "-z", "--full-name", "--")


class Unreadable(Exception):
    """A path without readable content; the text completes the sentence `PATH ...`."""


class Entry(namedtuple("Entry", "mode oid")):
    """A tracked file: its mode as git writes it (`100644`, `100755`, `120000`, `160000`) and its object id."""

    __slots__ = ()
    mode: str
    oid: str


class Tree:
    """What all trees answer. Contents are read once and kept."""

    __slots__ = ("_contents", "_entries")

    def __init__(self) -> None:
        self._contents: dict[str, bytes | None] = {}
        self._entries: dict[str, Entry] | None = None

    def entries(self) -> Mapping[str, Entry]:
        """Every tracked file with its mode and id, in byte order of the paths."""
        if self._entries is None:
            self._entries = self._list()
        return self._entries

    def paths(self) -> Iterable[str]:
        """Every tracked file that has content of its own (no submodules)."""
        return [path for path, entry in self.entries().items() if entry.mode != SUBMODULE]

    def prefetch(self, paths: Iterable[str]) -> None:
        """Read these files in one go, where that is cheaper than one by one."""

    def read(self, path: str) -> bytes:
        """The content of a file, symbolic links inside the repository followed. Raises `Unreadable`."""
        raise NotImplementedError

    def read_link(self, path: str) -> bytes:
        """The text of a symbolic link. Raises `Unreadable`."""
        raise Unreadable(f"is no symbolic link: {path}")

    def has(self, path: str) -> bool:
        """Whether the tree has this file."""
        return path in self.entries()

    def _list(self) -> dict[str, Entry]:
        raise NotImplementedError


class Memory(Tree):
    """A tree made of a mapping from path to content, for tests and for what is not in git."""

    __slots__ = ()

    def __init__(self, files: Mapping[str, bytes | str]) -> None:
        super().__init__()
        for path in sorted(files):
            content = files[path]
            self._contents[path] = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content

    def read(self, path: str) -> bytes:
        """The content that the mapping holds."""
        content = self._contents.get(path)
        if content is None:
            raise Unreadable("does not exist")
        return content

    def _list(self) -> dict[str, Entry]:
        return {path: Entry("100644", "") for path in self._contents}


class WorkTree(Tree):
    """The files on disk; listed are those that git tracks."""

    __slots__ = ("_folders", "root")

    def __init__(self, root: str) -> None:
        super().__init__()
        self.root = root
        self._folders: dict[str, str] = {}

    def has(self, path: str) -> bool:
        """Whether the file is on disk, tracked or not."""
        return os.path.lexists(os.path.join(self.root, path))

    def read(self, path: str) -> bytes:
        """The file's bytes. Raises `Unreadable` for anything but a regular file inside the repository."""
        content = self._contents.get(path)
        if content is None:
            content = self._contents[path] = self._read(path)
        return content

    def read_link(self, path: str) -> bytes:
        """The text of a symbolic link on disk."""
        try:
            return os.fsencode(os.readlink(os.path.join(self.root, path)))
        except OSError as error:
            raise Unreadable(_reason(error, os.path.join(self.root, path))) from None

    def _read(self, path: str) -> bytes:
        full = os.path.join(self.root, path)
        real = self._real(full)
        if real != full and not (real + os.sep).startswith(self.root + os.sep):
            raise Unreadable("is a link to a place outside the repository")
        if "/.git/" in f"{real[len(self.root) :]}/".replace(os.sep, "/").lower():
            raise Unreadable("is a part of git's own folder")
        try:
            descriptor = os.open(real, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        except OSError as error:
            raise Unreadable(_reason(error, full)) from None
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise Unreadable("is a folder" if stat.S_ISDIR(status.st_mode) else "is not a regular file")
            if status.st_size > LARGEST:
                raise Unreadable(f"has {status.st_size} bytes, too many to judge (at most {LARGEST})")
            chunks = []
            while chunk := os.read(descriptor, 1 << 20):
                chunks.append(chunk)
            return b"".join(chunks)
        except OSError as error:
            raise Unreadable(_reason(error, full)) from None
        finally:
            os.close(descriptor)

    def _real(self, full: str) -> str:
        """The path with all symbolic links followed; those of a folder once for all its files."""
        if os.path.islink(full):
            return os.path.realpath(full)
        folder, name = os.path.split(full)
        if folder not in self._folders:
            below = folder.startswith(self.root + os.sep)
            self._folders[folder] = self._real(folder) if below else os.path.realpath(folder)
        return os.path.join(self._folders[folder], name)

    def _list(self) -> dict[str, Entry]:
        return list_index()


def _reason(error: OSError, full: str) -> str:
    """Why a file cannot be opened, in plain words."""
    if os.path.islink(full):
        return "is a link that leads nowhere"
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "does not exist"
    return f"cannot be read: {(error.strerror or 'unknown error').lower()}"


class Stored(Tree):
    """A tree whose contents are git objects."""

    __slots__ = ()

    def prefetch(self, paths: Iterable[str]) -> None:
        """Read these files with one git process."""
        entries = self.entries()
        wanted = [path for path in dict.fromkeys(paths) if path not in self._contents and path in entries]
        if not wanted:
            return
        names = [entries[path].oid.encode() for path in wanted]
        self._contents.update(zip(wanted, objects(names), strict=True))

    def missing(self, paths: Iterable[str]) -> Iterator[tuple[Stored, str, bytes]]:
        """Those of the paths that are not read yet: the tree that keeps them, the path, and the object's id."""
        entries = self.entries()
        for path in paths:
            if path not in self._contents and path in entries:
                yield self, path, entries[path].oid.encode()

    def keep(self, path: str, content: bytes | None) -> None:
        """Take over what was read for this tree."""
        self._contents[path] = content

    def read(self, path: str) -> bytes:
        """The file's bytes, links followed inside the tree."""
        for _ in range(MOST_LINKS):
            entry = self.entries().get(path)
            if entry is None:
                raise Unreadable("does not exist")
            if entry.mode == SUBMODULE:
                raise Unreadable("is a submodule")
            content = self._content(path)
            if entry.mode != LINK:
                return content
            path = link_target(path, content)
        raise Unreadable("is a link that leads nowhere")

    def read_link(self, path: str) -> bytes:
        """The text of a symbolic link."""
        entry = self.entries().get(path)
        if entry is None or entry.mode != LINK:
            raise Unreadable("is no symbolic link")
        return self._content(path)

    def _content(self, path: str) -> bytes:
        """The object of a tracked path, unfollowed."""
        if path not in self._contents:
            self.prefetch([path])
        content = self._contents[path]
        if content is None:
            raise Unreadable("is not in this clone")
        return content


def prefetch_together(library: Library, *wishes: tuple[Tree, Iterable[str]]) -> None:
    """Read files of several stored trees from one git process."""
    places: dict[bytes, list[tuple[Stored, str]]] = {}
    for tree, paths in wishes:
        if isinstance(tree, Stored):
            for owner, path, oid in tree.missing(paths):
                places.setdefault(oid, []).append((owner, path))
    for oid, found in zip(places, library.read(list(places)), strict=True):
        for owner, path in places[oid]:
            owner.keep(path, found[1] if found and found[0] == "blob" else None)


def link_target(path: str, link: bytes) -> str:
    """Where a symbolic link inside a tree leads. Raises `Unreadable` when that is outside the repository."""
    target = os.fsdecode(link)
    parts: list[str] = [] if target.startswith("/") else path.split("/")[:-1]
    for part in target.split("/"):
        if part == ".." and parts:
            parts.pop()
        elif part == "..":
            raise Unreadable("is a link to a place outside the repository")
        elif part not in ("", "."):
            parts.append(part)
    if target.startswith("/"):
        raise Unreadable("is a link to a place outside the repository")
    return "/".join(parts)


class Index(Stored):
    """What is staged: the tree that the commit in the making will have.

    `start` lets git list it while something else is done; where that list is not wanted after all, `stop` ends it.
    """

    __slots__ = ("_listing",)

    def __init__(self) -> None:
        super().__init__()
        self._listing: Program | None = None

    def start(self) -> None:
        """Let git begin to list the entries."""
        self._listing = start_git(*LIST_INDEX, ":/")

    def stop(self) -> None:
        """Let go of a list that nobody asked for."""
        if self._listing:
            self._listing.result()
            self._listing = None

    def _list(self) -> dict[str, Entry]:
        if not self._listing:
            return list_index()
        listing, self._listing = self._listing, None
        return _index_entries(output_of(listing, LIST_INDEX[0]))


class Listed(Stored):
    """A tree whose entries are known already, such as the one that a list of changes was made from.

    Contents that a `twin` has under the same name and id are read from there, so that each is read once.
    """

    __slots__ = ("_known", "_twin")

    def __init__(self, entries: Mapping[str, Entry], twin: Tree | None = None) -> None:
        super().__init__()
        self._known = dict(entries)
        self._twin = twin if isinstance(twin, Stored) else None

    def prefetch(self, paths: Iterable[str]) -> None:
        """Read these files with one git process, or with one more where the twin lacks them too."""
        wanted = list(paths)
        super().prefetch(path for path in wanted if not self._is_shared(path))
        if self._twin:
            self._twin.prefetch(path for path in wanted if self._is_shared(path))

    def missing(self, paths: Iterable[str]) -> Iterator[tuple[Stored, str, bytes]]:
        """Those of the paths that are not read yet; what the twin has too is the twin's."""
        wanted = list(paths)
        yield from super().missing(path for path in wanted if not self._is_shared(path))
        if self._twin:
            yield from self._twin.missing(path for path in wanted if self._is_shared(path))

    def _is_shared(self, path: str) -> bool:
        return self._twin is not None and self._twin.entries().get(path) == self._known.get(path)

    def _content(self, path: str) -> bytes:
        if self._twin and self._is_shared(path):
            return self._twin._content(path)  # noqa: SLF001  (a tree of the same kind)
        return super()._content(path)

    def _list(self) -> dict[str, Entry]:
        return self._known


class Commit(Stored):
    """The tree of a commit (or any tree-ish; the empty string is the empty tree)."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def _list(self) -> dict[str, Entry]:
        if not self.name:
            return {}
        entries = {}
        for row in rows_of(git("ls-tree", "-r", "-z", "--full-tree", self.name), "ls-tree"):
            if row:
                head, _, path = row.partition(b"\t")
                words = head.decode("ascii", "replace").split(" ")
                if len(words) != 3:
                    raise garbled("ls-tree")
                entries[os.fsdecode(path)] = Entry(words[0], words[2])
        return entries


def list_index(*pathspecs: str) -> dict[str, Entry]:
    """The entries of the index (of these pathspecs); of a conflicted file our side, else the first stage there is."""
    return _index_entries(git(*LIST_INDEX, *(pathspecs or (":/",))))


def _index_entries(listed: bytes) -> dict[str, Entry]:
    """The entries that `git ls-files -s -z` lists, one of each path."""
    entries: dict[str, Entry] = {}
    ours: set[str] = set()
    for row in rows_of(listed, LIST_INDEX[0]):
        if row:
            head, _, raw = row.partition(b"\t")
            words = head.decode("ascii", "replace").split(" ")
            if len(words) != 3:
                raise garbled("ls-files")
            mode, oid, stage = words
            path = os.fsdecode(raw)
            if stage in "02" or path not in entries:
                if path in ours:
                    continue
                entries[path] = Entry(mode, oid)
                if stage in "02":
                    ours.add(path)
    return entries


def relative_path(root: str, name: str) -> str:
    """A path from the command line, relative to the root and with `/`. Raises `CannotJudge` outside the repository.

    Symbolic links are not followed, but for the folders above the root.
    """
    folder, base = os.path.split(os.path.abspath(name))
    full = os.path.join(folder, base)
    if not full.startswith(root + os.sep):
        full = os.path.join(os.path.realpath(folder), base)
    if not full.startswith(root + os.sep):
        if full == root:
            return "."
        raise CannotJudge(f"{name} is outside the repository {root}: name files of this repository only")
    relative = full[len(root) + 1 :]
    return relative if os.sep == "/" else relative.replace(os.sep, "/")
