"""The projects of a tree: which files are read together, in which order they count, and everything they bind."""

from __future__ import annotations

import posixpath
import re

from guardrail_hooks.core.snapshot import LINK, SUBMODULE, Unreadable
from guardrail_hooks.formats.compose import DEFAULT_NAMES, OVERRIDE_NAMES
from guardrail_hooks.formats.compose.project import Library, Project, override_of
from guardrail_hooks.formats.file_names import is_compose
from guardrail_hooks.port_registry_conflict.bindings import Binding, bindings_of
from guardrail_hooks.port_registry_conflict.check import ENV
from guardrail_hooks.port_registry_conflict.settings import DIRECTORY, REPOSITORY, Settings
from guardrail_hooks.port_registry_conflict.sources import make_library, missing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.core.snapshot import Tree
    from guardrail_hooks.formats.compose.services import Service, Trouble
    from guardrail_hooks.port_registry_conflict.chosen import Chosen
    from guardrail_hooks.port_registry_conflict.surfaces import Surfaces

NO_FILES = frozenset({LINK, SUBMODULE})
# What makes a file read another one.
REFERS = re.compile(rb"include|extends")


class Survey:
    """The Compose files of a tree, read as far as they matter.

    `whole` asks for all of them. `passed` are the paths on the command line.
    """

    __slots__ = (
        "_all",
        "_order",
        "bindings",
        "chosen",
        "files",
        "library",
        "passed",
        "projects",
        "settings",
        "surfaces",
        "tree",
        "whole",
    )

    def __init__(
        self, tree: Tree, passed: Iterable[str], settings: Settings, defaults: Mapping[str, str], *, whole: bool
    ) -> None:
        self.tree = tree
        self.settings = settings
        self.passed = frozenset(passed)
        self.whole = whole or settings.scope == REPOSITORY
        # A symbolic link is a second name of a file that is read anyway, or leads out of the repository or nowhere.
        entries = tree.entries()
        tracked = {path for path, entry in entries.items() if is_compose(path) and entry.mode not in NO_FILES}
        named = {path for path in self.passed if is_compose(path)}
        files = {path for path in tracked | named if not settings.excludes(path)}
        envs = _env_files(entries, self.passed, settings)
        tree.prefetch(sorted(files | envs.intersection(entries)))
        self.chosen = tuple(self._chosen(envs))
        self.files = sorted(files.union(*(one.paths for one in self.chosen)))
        self.surfaces = _surfaces(tree, self.passed, settings)
        judged = None if whole else self.passed
        self.library: Library = make_library(tree, settings, defaults, judged)
        self.projects = self._projects(self.files if self.whole else self._needed())
        self._order: dict[str, int] = {}
        self.bindings = self._bindings(self.projects)
        self._all: tuple[Project, ...] | None = self.projects if self.whole else None

    def touches(self, files: Iterable[str]) -> bool:
        """Whether any of these files was named on the command line."""
        return not self.passed.isdisjoint(files)

    def everything(self) -> list[Binding]:
        """What all Compose files of the tree bind."""
        if self._all is None:
            self._all = self._projects(self.files)
        return self.bindings if self._all is self.projects else self._bindings(self._all)

    def knows(self, name: str) -> bool:
        """Whether any Compose file of the tree has a service or container of this name."""
        if self._all is None:
            word = name.encode()
            if not any(word in self._content(path) for path in self.files):
                return False
            self._all = self._projects(self.files)
        return any(
            name in (service.name, service.container_name) for project in self._all for service in project.services
        )

    def rank(self, path: str | None) -> int:
        """Where a file stands in the order that decides which of two bindings came later."""
        return self._order.get(path or "", len(self._order))

    def _chosen(self, envs: Iterable[str]) -> Iterator[Chosen]:
        """What env files make one project."""
        for env in sorted(envs):
            content = self._content(env)
            if b"COMPOSE_FILE" in content:
                from guardrail_hooks.port_registry_conflict.chosen import read_chosen

                yield from read_chosen(self.tree, env, content, self.settings)

    def _content(self, path: str) -> bytes:
        try:
            return self.tree.read(path)
        except Unreadable:
            return b""

    def _needed(self) -> list[str]:
        """The files that may share a project or a folder with those on the command line."""
        folders = {posixpath.dirname(path) for path in self.passed if path.endswith(ENV)}
        if not self.passed.isdisjoint(self.settings.env_files):
            return self.files
        folders |= {posixpath.dirname(path) for path in self.surfaces.paths if path in self.passed}
        core = {path for path in self.files if path in self.passed or posixpath.dirname(path) in folders}
        core |= {path for one in self.chosen if one.env in self.passed for path in one.paths}
        core = self._with_chosen(core | {path for one in self.chosen for path in self.passed.intersection(one.paths)})
        if not core:
            return []
        referring = {path: content for path in self.files if REFERS.search(content := self._content(path))}
        core = _with_referrers(core, referring)
        if self.settings.scope == DIRECTORY:
            folders = {posixpath.dirname(path) for path in core}
            core |= {path for path in self.files if posixpath.dirname(path) in folders}
        else:
            core |= set(_companions(core, self.files))
        return sorted(self._with_chosen(_with_referrers(core, referring)))

    def _with_chosen(self, paths: set[str]) -> set[str]:
        """The files, and all that an env file makes one project with one of them."""
        return paths.union(*(one.paths for one in self.chosen if not paths.isdisjoint(one.paths)))

    def _projects(self, paths: Iterable[str]) -> tuple[Project, ...]:
        """The projects of files: override files go with their base, included files with their includer."""
        here = set(paths)
        chosen = [one for one in self.chosen if not here.isdisjoint(one.paths)]
        here -= {path for one in chosen for path in one.paths}
        overrides = {path: override_of(path, self.files) for path in here}
        paired = set(overrides.values()) & here
        rows: list[tuple[tuple[str, ...], str | None]] = [(one.paths, one.folder) for one in chosen]
        for path in here - paired:
            over = overrides[path]
            rows.append(((path, over) if over in paired else (path,), None))
        loaded = [
            self.library.project(*row, home=home) for row, home in sorted(rows, key=lambda row: _by_name(row[0][0]))
        ]
        included = {path for targets in self.library.included.values() for path in targets}
        roots = [project for project in loaded if project.path not in included]
        reached = {path for project in roots for path in project.files}
        for project in loaded:  # files that include one another in a circle
            if project.path in included and project.path not in reached:
                roots.append(project)
                reached.update(project.files)
        return tuple(roots)

    def _bindings(self, projects: Iterable[Project]) -> list[Binding]:
        """What projects bind, in the order in which it counts."""
        templates = frozenset(
            (path, name)
            for path, name in self.library.templates
            if posixpath.basename(path) not in DEFAULT_NAMES + OVERRIDE_NAMES
        )
        found: dict[object, Binding] = {}
        for project in projects:
            for binding in bindings_of(project, templates):
                found.setdefault((*binding[1:],), binding)
        found.update((binding, binding) for binding in self.surfaces.bindings)
        self._order = self._ranks({binding.path for binding in found.values()})
        return sorted(found.values(), key=lambda binding: (self.rank(binding.place.path), binding.place))

    def _ranks(self, paths: set[str]) -> dict[str, int]:
        """Default names first, then override files, then the others.

        What is included comes before its includer, and what an env file names in the order in which it does.
        """
        ranks: dict[str, int] = {}
        before: dict[str, list[str]] = {}
        for one in self.chosen:
            for path, following in zip(one.paths, one.paths[1:], strict=False):
                before.setdefault(following, []).append(path)

        def visit(path: str, above: tuple[str, ...]) -> None:
            """Number a file after those that it includes."""
            if path in ranks or path in above:
                return
            for target in (*before.get(path, ()), *self.library.included.get(path, ())):
                visit(target, (*above, path))
            ranks[path] = len(ranks)

        for path in sorted(paths | set(self.library.included), key=_by_name):
            visit(path, ())
        return ranks

    def troubles(self) -> list[Trouble]:
        """Everything that is wrong with the files themselves, each once."""
        found = [trouble for project in self.projects for trouble in project.troubles]
        found += [trouble for one in self.chosen for trouble in one.troubles]
        named = (path for path in self.files if path in self.passed)
        found += [missing(path, "does not exist") for path in named if not self.tree.has(path)]
        return list(dict.fromkeys(found))

    def services(self) -> list[tuple[Project, Service]]:
        """Every service of every project."""
        return [(project, service) for project in self.projects for service in project.services]


def _env_files(entries: Iterable[str], passed: Iterable[str], settings: Settings) -> set[str]:
    """The env files that may say which files are one project: the repository's, and those beside what was named."""
    if settings.env_files:
        return set(settings.env_files)
    found = {path for path in entries if path.endswith(ENV) and posixpath.basename(path) == ENV}
    return found | {posixpath.join(posixpath.dirname(path), ENV) for path in passed}


class NoSurfaces:
    """Nothing: no further files were asked for."""

    __slots__ = ()
    bindings: tuple[Binding, ...] = ()
    faults: tuple[tuple[str, Finding], ...] = ()
    paths: tuple[str, ...] = ()


def _surfaces(tree: Tree, passed: Iterable[str], settings: Settings) -> Surfaces | NoSurfaces:
    """What further files bind, as far as `--also` asks for them."""
    if not settings.surfaces:
        return NoSurfaces()
    from guardrail_hooks.port_registry_conflict.surfaces import Surfaces

    return Surfaces(tree, passed, settings)


def _by_name(path: str) -> tuple[int, bytes]:
    """Compose's default names first, then override files, then the others in byte order."""
    name = posixpath.basename(path)
    kind = 0 if name in DEFAULT_NAMES else 1 if name in OVERRIDE_NAMES else 2
    return kind, path.encode("utf-8", "surrogateescape")


def _with_referrers(paths: set[str], referring: Mapping[str, bytes]) -> set[str]:
    """The files, and all that may include or extend one of them."""
    found = set(paths)
    fresh = paths
    while fresh:
        names = [posixpath.basename(path).encode("utf-8", "surrogateescape") for path in fresh]
        fresh = {
            path
            for path, content in referring.items()
            if path not in found and (b"$" in content or any(name in content for name in names))
        }
        found |= fresh
    return found


def _companions(paths: Iterable[str], files: Iterable[str]) -> Iterable[str]:
    """The base and override files that belong to others."""
    here = set(files)
    for path in paths:
        folder = posixpath.dirname(path)
        for name in (*DEFAULT_NAMES, *OVERRIDE_NAMES):
            if posixpath.basename(path) in (*DEFAULT_NAMES, *OVERRIDE_NAMES) and posixpath.join(folder, name) in here:
                yield posixpath.join(folder, name)
