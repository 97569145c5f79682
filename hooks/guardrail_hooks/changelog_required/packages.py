"""Fragments about packages: changesets and beachball, where every changed package must be named."""

from __future__ import annotations

import json
import posixpath
import re

from guardrail_hooks.changelog_required.fragments import Fault, Kind, says_something
from guardrail_hooks.changelog_required.words import is_placeholder
from guardrail_hooks.core.globs import compile_glob

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

BUMPS = ("patch", "minor", "major", "none")
RELEASE = re.compile(
    r"""[ \t]*(?:"([^"]*)"|'([^']*)'|([^\s:"'#](?:[^:]*[^: \t])?))[ \t]*:[ \t]*"""
    r"""(?:["']?([\w-]+)["']?[ \t]*|["']{2}[ \t]*)?(?:#.*)?"""
)


class Workspace:
    """The packages of a repository: names by folder, and what each manifest says."""

    __slots__ = ("_by_folder", "_manifests")

    def __init__(self, manifests: Mapping[str, bytes | None], workspaces: Sequence[str]) -> None:
        self._by_folder: dict[str, str] = {}
        self._manifests: dict[str, Mapping[str, object]] = {}
        globs = [compile_glob(glob.removeprefix("./").rstrip("/")) for glob in workspaces if not glob.startswith("!")]
        hidden = [compile_glob(glob[1:].removeprefix("./").rstrip("/")) for glob in workspaces if glob.startswith("!")]
        for path, content in manifests.items():
            folder = posixpath.dirname(path)
            inside = any(glob.fullmatch(folder) for glob in globs) and not any(
                glob.fullmatch(folder) for glob in hidden
            )
            manifest = as_mapping(content)
            name = manifest.get("name")
            if isinstance(name, str) and (inside if globs else "node_modules" not in folder.split("/")):
                self._by_folder[folder] = name
                self._manifests[name] = manifest

    def names(self) -> frozenset[str]:
        """All names."""
        return frozenset(self._by_folder.values())

    def of(self, path: str) -> tuple[str, str]:
        """The package that a file belongs to, empty for one of none, and its path within the package."""
        folder = posixpath.dirname(path)
        while folder and folder not in self._by_folder:
            folder = posixpath.dirname(folder)
        return self._by_folder.get(folder, ""), path[len(folder) :].lstrip("/")

    def manifest(self, name: str) -> Mapping[str, object]:
        """What the manifest of a package says."""
        return self._manifests[name]


def as_mapping(content: bytes | None) -> Mapping[str, object]:
    """A JSON object, empty for anything else."""
    try:
        value = json.loads((content or b"").decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def workspaces_of(manifest: bytes | None, pnpm: str) -> list[str]:
    """The globs of a workspace, from package.json or pnpm-workspace.yaml."""
    value = as_mapping(manifest).get("workspaces")
    if isinstance(value, dict):
        value = value.get("packages")
    if pnpm:
        from guardrail_hooks.formats.place import Malformed
        from guardrail_hooks.formats.plain_yaml import load

        try:
            loaded = load(pnpm)
        except Malformed:
            loaded = None
        value = loaded.get("packages") if isinstance(loaded, dict) else value
    return _texts(value)


def _texts(value: object) -> list[str]:
    """The texts of a list, none for anything else."""
    return [str(item) for item in value] if isinstance(value, list) else []


class _Packaged(Kind):
    """Fragments that name packages."""

    __slots__ = ("_ignored", "_workspace")

    def __init__(self, tool: str, folder: str, workspace: Workspace, ignored: Iterable[str]) -> None:
        super().__init__(tool, folder)
        self._workspace = workspace
        self._ignored = [compile_glob(glob, crossing=True) for glob in ignored]

    def owed(self, paths: Iterable[str]) -> list[str]:
        """The packages of the changed files, without those that the configuration leaves out."""
        places = (self._workspace.of(path) for path in paths)
        names = {name for name, inside in places if name and self.matters(inside)}
        return sorted(
            name
            for name in names
            if not any(glob.fullmatch(name) for glob in self._ignored)
            and not self.is_unpublished(self._workspace.manifest(name))
        )

    def is_of(self, path: str, owed: Iterable[str]) -> bool:
        """Whether a changed file is one of these packages'."""
        name, inside = self._workspace.of(path)
        return name in owed and self.matters(inside)

    def matters(self, inside: str) -> bool:
        """Whether a changed file counts, by its path within its package."""
        return bool(inside)

    def is_unpublished(self, manifest: Mapping[str, object]) -> bool:
        """Whether the tool leaves a package out."""
        return manifest.get("private") is True

    def unknown(self, name: str, line: int) -> Fault | None:
        """The fault of a package that does not exist."""
        known = self._workspace.names()
        if name in known or not known:
            return None
        from difflib import get_close_matches

        near = get_close_matches(name, sorted(known), n=1)
        how = f"write {near[0]}" if near else f"name one of {', '.join(sorted(known)[:5])}"
        return Fault(line, f"names {name!r}, which is no package here", how)


class Changesets(_Packaged):
    """`.changeset/*.md`: front matter with a bump for each package, then a sentence."""

    __slots__ = ("_hidden", "_patterns", "_private_too")

    def __init__(self, config: bytes | None, workspace: Workspace) -> None:
        settings = as_mapping(config)
        super().__init__("changesets", ".changeset", workspace, _texts(settings.get("ignore")))
        patterns = _texts(settings.get("changedFilePatterns")) or ["**"]
        self._patterns = [compile_glob(text) for text in patterns if not text.startswith("!")]
        self._hidden = [compile_glob(text[1:]) for text in patterns if text.startswith("!")]
        private = settings.get("privatePackages")
        self._private_too = private is not False and (
            not isinstance(private, dict) or private.get("version") is not False
        )

    def matters(self, inside: str) -> bool:
        """Whether a file is one of `changedFilePatterns`."""
        return any(glob.fullmatch(inside) for glob in self._patterns) and not any(
            glob.fullmatch(inside) for glob in self._hidden
        )

    def is_unpublished(self, manifest: Mapping[str, object]) -> bool:
        """Private packages have versions as well, but for those without one and by `privatePackages`."""
        return super().is_unpublished(manifest) and not (self._private_too and manifest.get("version"))

    def is_candidate(self, path: str) -> bool:
        """Only Markdown files are collected."""
        return path.endswith(".md") and super().is_candidate(path)

    def fault(self, path: str, text: str) -> Fault | None:
        """Packages and bumps must be known, and a bump needs a sentence; an empty changeset is the tool's way out."""
        del path
        parts = _front_matter(text)
        if parts is None:
            how = 'start it with `---`, a line such as `"PACKAGE": patch`, and `---`'
            return Fault(1, "has no front matter", how)
        rows, body = parts
        for line, name, bump in rows:
            if not name or bump not in BUMPS:
                return Fault(line, f"has {bump or 'no bump'!r} for a bump", "write patch, minor or major")
            if fault := self.unknown(name, line):
                return fault
        if rows and not says_something(body):
            return Fault(
                1, "has no sentence below its front matter", "write a sentence for readers below the second `---`"
            )
        return None

    def covers(self, text: str) -> frozenset[str] | None:
        """The packages of the front matter; an empty one speaks for everything."""
        rows, _ = _front_matter(text) or ([(1, "", "")], "")
        return frozenset(name for _, name, _ in rows) if rows else None

    def advice(self) -> str:
        """What to type for a fragment."""
        return "run `npx changeset` (`npx changeset --empty` when nothing is to be released)"


def _front_matter(text: str) -> tuple[list[tuple[int, str, str]], str] | None:
    """The rows of a changeset (line, package, bump) and its text."""
    lines = text.replace("\r\n", "\n").split("\n")
    start = next((at for at, line in enumerate(lines) if line.strip()), 0)
    end = next((at for at in range(start + 1, len(lines)) if lines[at].strip() == "---"), 0)
    if lines[start].strip() != "---" or not end:
        return None
    rows: list[tuple[int, str, str]] = []
    for number, line in enumerate(lines[start + 1 : end], start + 2):
        if line.strip() and not line.lstrip().startswith("#"):
            match = RELEASE.fullmatch(line)
            name, bump = (match[1] or match[2] or match[3], match[4]) if match else ("", "")
            rows.append((number, name or "", bump or ""))
    if not all(name for _, name, _ in rows):  # in another form than the tool's own, or no YAML at all
        rows = _loaded("\n".join(lines[start + 1 : end]), start + 2) or rows
    return rows, "\n".join(lines[end + 1 :])


def _loaded(text: str, first: int) -> list[tuple[int, str, str]]:
    """The rows of a front matter that is read as YAML, all at its first line; none when it is no mapping."""
    from guardrail_hooks.formats.place import Malformed
    from guardrail_hooks.formats.plain_yaml import load

    try:
        value = load(text)
    except Malformed:
        return []
    return [(first, str(name), str(bump)) for name, bump in value.items()] if isinstance(value, dict) else []


class Beachball(_Packaged):
    """`change/*.json`: one change, or several in `changes`."""

    __slots__ = ()

    def __init__(self, folder: str, workspace: Workspace) -> None:
        super().__init__("beachball", folder, workspace, ())

    def is_unpublished(self, manifest: Mapping[str, object]) -> bool:
        """Private packages are, and those that say so themselves."""
        own = manifest.get("beachball")
        return super().is_unpublished(manifest) or (isinstance(own, dict) and own.get("shouldPublish") is False)

    def is_candidate(self, path: str) -> bool:
        """Only JSON files are collected."""
        return path.endswith(".json") and super().is_candidate(path)

    def fault(self, path: str, text: str) -> Fault | None:
        """Packages and types must be known, and a change needs a comment."""
        del path
        rows = _beachball_changes(text)
        if not rows:
            return Fault(1, "is no change file", "run `npx beachball change`")
        for row in rows:
            kind, comment = str(row.get("type") or ""), str(row.get("comment") or "")
            if kind not in (*BUMPS, "prerelease", "premajor", "preminor", "prepatch"):
                return Fault(
                    _line_of(text, "type"), f"is of unknown type {kind!r}", "write patch, minor, major or none"
                )
            if fault := self.unknown(str(row.get("packageName") or ""), _line_of(text, "packageName")):
                return fault
            if kind != "none" and is_placeholder(comment):
                return Fault(_line_of(text, "comment"), "has no comment", "write a sentence for readers in `comment`")
        return None

    def covers(self, text: str) -> frozenset[str] | None:
        """The packages that are named."""
        return frozenset(str(row.get("packageName") or "") for row in _beachball_changes(text))

    def advice(self) -> str:
        """What to type for a fragment."""
        return "run `npx beachball change`"


def _beachball_changes(text: str) -> list[Mapping[str, object]]:
    """The changes of a change file."""
    value = as_mapping(text.encode())
    rows = value.get("changes", [value] if value else [])
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _line_of(text: str, key: str) -> int:
    """The line of a key, 1 where it is missing."""
    at = text.find(f'"{key}"')
    return text.count("\n", 0, at) + 1 if at >= 0 else 1
