"""Compose projects: a file with its override file, what it includes, and the services it extends.

Order of work as in compose-go's loader: interpolate, `extends`, merge the files, `include`.
"""

from __future__ import annotations

import posixpath

from guardrail_hooks.formats.compose import DEFAULT_NAMES, OVERRIDE_NAMES
from guardrail_hooks.formats.compose.merging import inherited, merge_into
from guardrail_hooks.formats.compose.nodes import fields, items, text_of
from guardrail_hooks.formats.compose.services import UNRESOLVED, Extends, Reader, Service, Trouble
from guardrail_hooks.formats.compose.variables import interpolate, is_unknown
from guardrail_hooks.formats.file_names import is_compose
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from guardrail_hooks.formats.place import Span
    from guardrail_hooks.formats.yaml_nodes import Node, Yaml

UNREADABLE, MISSING = "unreadable", "missing"
DEEPEST = 50  # includes within includes, and services that extend services


class File(namedtuple("File", "path yaml troubles is_skimmed")):
    """A file as read (None: nothing in it matters), and what is wrong with it as a whole.

    `is_skimmed` says that its services were left out because the file alone binds nothing.
    """

    __slots__ = ()
    path: str
    yaml: Yaml | None
    troubles: tuple[Trouble, ...]
    is_skimmed: bool

    def services(self, variables: Mapping[str, str], troubles: list[Trouble]) -> Iterator[dict[str, Service]]:
        """The services of each document by name; what is wrong with their entries is added to `troubles`."""
        if self.yaml is not None:
            for root in self.yaml.documents:
                reader = Reader(self.path, self.yaml, variables)
                yield {service.name: service for service in reader.services(root)}
                troubles += reader.troubles


class Include(namedtuple("Include", "paths folder env_files span text")):
    """One entry of `include`: its files, the folder their paths start from, and where it stands."""

    __slots__ = ()
    paths: tuple[str, ...]
    folder: str
    env_files: tuple[str, ...]
    span: Span
    text: str


class Project(namedtuple("Project", "path name services troubles files env_files active")):
    """A Compose project: its services after all merging, in the order in which they appear.

    `active` are the profiles that `COMPOSE_PROFILES` in an env file switches on; `*` stands for all.
    """

    __slots__ = ()
    path: str
    name: str
    services: tuple[Service, ...]
    troubles: tuple[Trouble, ...]
    files: tuple[str, ...]
    env_files: tuple[str, ...]
    active: frozenset[str]


class Library:
    """The files of a tree as Compose sees them, each read once.

    `open_file(path, alone)` gives a `File`, None where there is none; a file that is `alone` may be skimmed.
    `read_variables(path, known)` gives the variables of an env file, None where there is none. `env_files` replace the
    `.env` beside a file, `defaults` are variables that every file knows and any env file may replace. While projects
    are loaded, `included` and `templates` gather which files and services are parts of another project.
    """

    __slots__ = ("_defaults", "_files", "_open", "_variables", "env_files", "included", "templates")

    def __init__(
        self,
        open_file: Callable[[str, bool], File | None],
        read_variables: Callable[[str, Mapping[str, str]], dict[str, str] | None],
        env_files: Iterable[str] = (),
        defaults: Mapping[str, str] | None = None,
    ) -> None:
        self._defaults = dict(defaults or {})
        self._open = open_file
        self._variables = read_variables
        self._files: dict[str, File | None] = {}
        self.env_files = tuple(env_files)
        self.included: dict[str, list[str]] = {}  # by includer
        self.templates: set[tuple[str, str]] = set()

    def file(self, path: str, *, alone: bool = False) -> File | None:
        """A file by its path; `alone` when nothing is merged with it."""
        if path not in self._files:
            self._files[path] = self._open(path, alone)
        file = self._files[path]
        if file and file.is_skimmed and not alone:
            file = self._files[path] = self._open(path, False)
        return file

    def variables(self, paths: Iterable[str], known: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
        """The variables of env files on top of known ones, which win; and the files that were there."""
        variables = dict(self._defaults)
        found: list[str] = []
        for path in paths:
            more = self._variables(path, {**variables, **known})
            if more is not None:
                variables.update(more)
                found.append(path)
        return {**variables, **known}, tuple(found)

    def project(self, *paths: str, home: str | None = None) -> Project:
        """The project of a file and those laid over it; `home` is where Compose is run, if not beside the first."""
        folder = posixpath.dirname(paths[0])
        beside = dict.fromkeys((folder, folder if home is None else home))
        variables, env_files = self.variables(self.env_files or [posixpath.join(one, ".env") for one in beside], {})
        loading = _Loading(self, paths[0])
        services = loading.files(paths, folder, variables, ())
        return Project(
            paths[0],
            loading.name,
            tuple(services.values()),
            tuple(loading.troubles),
            tuple(dict.fromkeys(loading.paths)),
            env_files,
            frozenset(name.strip() for name in variables.get("COMPOSE_PROFILES", "").split(",")) - {""},
        )


class _Loading:
    """One project while it is loaded."""

    __slots__ = ("_circling", "_cycles", "library", "name", "paths", "root", "troubles")

    def __init__(self, library: Library, root: str) -> None:
        self.library = library
        self.root = root
        self.name = ""
        self.paths: list[str] = []
        self.troubles: list[Trouble] = []
        self._cycles: set[frozenset[object]] = set()
        self._circling: set[tuple[str, str]] = set()

    def files(
        self, paths: Sequence[str], folder: str, variables: Mapping[str, str], chain: tuple[str, ...]
    ) -> dict[str, Service]:
        """The services of files merged in order, with those of everything they include.

        `folder` is the project's: what the files name starts there, wherever they lie.
        """
        services: dict[str, Service] = {}
        includes: list[tuple[str, Include]] = []
        for path in paths:
            file = self.library.file(path, alone=len(paths) == 1 and not chain)
            if file is None:
                continue
            self.paths.append(path)
            self.troubles.extend(file.troubles)
            for found in file.services(variables, self.troubles):
                for service in found.values():
                    merge_into(services, self._extended(service, found, folder, variables, ()))
            if file.yaml is not None:
                self._note_name(file, variables)
                includes += ((path, include) for include in _includes(file.yaml))
        own = services
        services = {}
        for path, include in includes:
            for service in self._include(path, include, folder, variables, (*chain, path)).values():
                merge_into(services, service)
        for service in own.values():
            merge_into(services, service)
        return services

    def _note_name(self, file: File, variables: Mapping[str, str]) -> None:
        """Remember the name that the project's own file gives it."""
        for root in file.yaml.documents if file.yaml and file.path == self.root else ():
            if (field := fields(root).get("name")) and (text := text_of(field.value)):
                self.name = interpolate(text, variables).text

    def _extended(
        self,
        service: Service,
        siblings: Mapping[str, Service],
        folder: str,
        variables: Mapping[str, str],
        chain: tuple[Service, ...],
    ) -> Service:
        """The service with what it inherits."""
        extends = service.extends
        if extends is None or (service.path, service.name) in self._circling:
            return service
        chain = (*chain, service)
        base, where = self._base(service, extends, siblings, folder, variables)
        if base is None:
            return service
        links = [(link.path, link.name) for link in chain]
        if (base.path, base.name) in links or len(chain) > DEEPEST:
            what = f"'extends' goes on for more than {DEEPEST} services"
            members = chain
            if (base.path, base.name) in links:
                members = chain[links.index((base.path, base.name)) :]
                what = "'extends' leads in a circle: " + " -> ".join(link.name for link in (*members, members[0]))
            self._cycle(
                members[0] if len({link.path for link in members}) > 1 else min(members, key=lambda link: link.span),
                frozenset((link.path, link.name) for link in members),
                what,
            )
            self._circling.update((link.path, link.name) for link in members)
            return service
        resolved = self._extended(
            base, where, posixpath.dirname(base.path) if extends.file else folder, variables, chain
        )
        if (service.path, service.name) in self._circling:
            return service
        return inherited(resolved, service, extends.span)

    def _base(
        self,
        service: Service,
        extends: Extends,
        siblings: Mapping[str, Service],
        folder: str,
        variables: Mapping[str, str],
    ) -> tuple[Service | None, Mapping[str, Service]]:
        """The service that is extended, and its siblings."""
        where = siblings
        path = service.path
        if extends.file:
            target = within(folder, extends.file)
            file = self.library.file(target) if target and not is_unknown(extends.file) else None
            if file is None or target is None:
                self._unresolved(service.path, extends.span, why_missing(extends.file, target), extends.file)
                return None, siblings
            path = target
            self.paths.append(path)
            self.troubles.extend(file.troubles)
            troubles: list[Trouble] = []
            where = {name: found for row in file.services(variables, troubles) for name, found in row.items()}
            if not is_compose(path):
                self.troubles.extend(troubles)
        base = where.get(extends.service)
        if base is None:
            if path == service.path or not self._is_broken(path):
                what = f"{path} has no service {extends.service!r}"
                self._unresolved(service.path, extends.span, what, extends.service or "'extends'")
        elif path != service.path:
            self.library.templates.add((path, base.name))
            # What else stands there without an image is there to be extended too.
            self.library.templates.update((path, name) for name, one in where.items() if one.source is None)
        return base, where

    def _is_broken(self, path: str) -> bool:
        """Whether a file could not be read, which is told elsewhere."""
        file = self.library.file(path)
        return file is not None and bool(file.troubles)

    def _include(
        self, path: str, include: Include, folder: str, variables: Mapping[str, str], chain: tuple[str, ...]
    ) -> dict[str, Service]:
        """The services that one entry of `include` brings."""
        paths: list[str] = []
        for text in include.paths:
            filled = interpolate(text, variables).text
            if _is_remote(filled):
                return {}
            target = within(folder, filled)
            if target in chain:
                members = chain[chain.index(target) :]
                self._include_cycle(members, f"leads in a circle: {' -> '.join((*members, members[0]))}")
                return {}
            if len(chain) > DEEPEST:
                self._include_cycle(chain, f"goes on for more than {DEEPEST} files")
                return {}
            if not target or is_unknown(filled):
                self._unresolved(path, include.span, why_missing(filled, target), text)
            elif self.library.file(target) is None:
                if "$" in text:
                    self._unresolved(path, include.span, f"{target} is not there", text)
                else:
                    what = f"it is included by {path}:{include.span.line} and does not exist"
                    self.troubles.append(Trouble(MISSING, target, None, what, text, (path, target)))
            else:
                paths.append(target)
        if not paths:
            return {}
        self.library.included.setdefault(path, []).extend(paths)
        filled_home = interpolate(include.folder, variables).text
        home = within(folder, filled_home) if filled_home else posixpath.dirname(paths[0])
        env_texts = [interpolate(text, variables).text for text in include.env_files]
        env_paths = [within(folder, text) or "" for text in env_texts] or [posixpath.join(home or "", ".env")]
        more, _ = self.library.variables([env for env in env_paths if env], variables)
        return self.files(paths, home or "", more, chain)

    def _include_cycle(self, members: tuple[str, ...], what: str) -> None:
        """Report a circle of includes, or a chain without end, at the first service of its first file."""
        for member in members:
            file = self.library.file(member)
            for found in file.services({}, []) if file else ():
                for service in found.values():
                    self._cycle(service, frozenset(members), f"'include' {what}")
                    return

    def _cycle(self, service: Service, members: frozenset[object], what: str) -> None:
        """Report a circle once."""
        if members not in self._cycles:
            self._cycles.add(members)
            paths = tuple(dict.fromkeys(member[0] if isinstance(member, tuple) else str(member) for member in members))
            self.troubles.append(
                Trouble(UNREADABLE, service.path, service.span, what, service.name, tuple(sorted(paths)))
            )

    def _unresolved(self, path: str, span: Span, what: str, entry: str) -> None:
        self.troubles.append(Trouble(UNRESOLVED, path, span, what, entry, (path,)))


def _includes(yaml: Yaml) -> Iterator[Include]:
    """The entries of `include` in all documents of a file."""
    for root in yaml.documents:
        field = fields(root).get("include")
        for item in items(field.value) if field else ():
            text = text_of(item)
            if text is not None:
                yield Include((text,), "", (), yaml.span(item), text)
                continue
            inner = fields(item)
            if "path" in inner:
                paths = _texts(inner["path"].value)
                env_files = _texts(inner["env_file"].value) if "env_file" in inner else ()
                home = text_of(inner["project_directory"].value) if "project_directory" in inner else None
                yield Include(paths, home or "", env_files, yaml.span(inner["path"].value), ", ".join(paths))


def within(folder: str, text: str) -> str | None:
    """A path relative to a folder, relative to the root; None outside the repository."""
    if text.startswith("/"):
        return None
    path = posixpath.normpath(posixpath.join(folder, text))
    return None if path == ".." or path.startswith("../") else path


def why_missing(text: str, path: str | None) -> str:
    """Why a file cannot be found."""
    if is_unknown(text):
        return "a variable in its path has no value"
    return f"{path} is not there" if path else "it lies outside the repository"


def _is_remote(text: str) -> bool:
    """Whether an include names something that is fetched: an OCI artifact or a git repository."""
    return "://" in text or text.startswith(("oci:", "git@", "git:", "github.com/")) or ".git#" in text


def _texts(node: Node) -> tuple[str, ...]:
    """A text or a list of texts."""
    text = text_of(node)
    return (text,) if text is not None else tuple(inner for inner in map(text_of, items(node)) if inner is not None)


def override_of(path: str, paths: Iterable[str]) -> str:
    """The override file that Compose loads with a default file; empty where there is none."""
    folder, name = posixpath.split(path)
    here = set(paths)
    if name not in DEFAULT_NAMES:
        return ""
    if any(posixpath.join(folder, better) in here for better in DEFAULT_NAMES[: DEFAULT_NAMES.index(name)]):
        return ""
    found = (posixpath.join(folder, other) for other in OVERRIDE_NAMES)
    return next((other for other in found if other in here), "")
