"""Compose files of one folder that are several ways to run one stack, and so never run side by side."""

from __future__ import annotations

import posixpath
import re
from itertools import combinations

from guardrail_hooks.formats.compose import DEFAULT_NAMES, is_stack_file
from guardrail_hooks.formats.compose.services import BUILD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from guardrail_hooks.formats.compose.project import Project
    from guardrail_hooks.port_registry_conflict.bindings import Binding

    Pair = frozenset[str]

_FOR_TESTS = re.compile(
    r"(?i)[._-](?:tests?|testing|ci|e2e|examples?|samples?)[._-][^/]*$"
    r"|(?:^|/)(?:tests?|testing|\.?ci|e2e|examples?|samples?|buildkite)/"
)
# Deployment environments as people write them into file names; "local" is left out, it is laid over any of them.
_ENVIRONMENT = re.compile(
    r"(?i)(?:^|[._-])(?:(?P<development>dev|develop|development)|(?P<staging>stag(?:e|ing)|preprod|uat|qa)"
    r"|(?P<production>prod|production))[._-][^/]*$"
)


def find_variants(projects: Sequence[Project], bindings: Iterable[Binding]) -> frozenset[Pair]:
    """Pairs of projects in one folder that never run side by side.

    They repeat one another (a variant of a variant is one too), or one of them is meant for `docker stack deploy`, for
    tests, or as an example, or they are meant for different environments, or one is laid over a variant of the other.
    """
    bindings = list(bindings)
    alike = [*_same_bindings(bindings), *_same_images(projects, bindings), *_same_services(projects)]
    families = _families([*alike, *_default_names(projects)])
    pairs = {frozenset(two) for family in families for two in combinations(family, 2)}
    pairs.update(_overlays(projects, families))
    pairs.update(_rival_overlays(projects))
    folders: dict[str, set[str]] = {}
    for binding in bindings:
        folders.setdefault(posixpath.dirname(binding.project), set()).add(binding.project)
    for group in folders.values():
        pairs.update(_by_name(group))
    return frozenset(pairs)


def _same_bindings(bindings: Iterable[Binding]) -> Iterator[Pair]:
    """Projects that repeat two bindings, or more than half of what one of them binds.

    `docker-compose-mysql.yaml` and `docker-compose-postgres.yaml` both start `kafka` on 9092 and `connect` on 8083.
    """
    same: dict[object, set[str]] = {}
    sizes: dict[str, int] = {}
    for binding in bindings:
        sizes[binding.project] = sizes.get(binding.project, 0) + 1
        folder = posixpath.dirname(binding.project)
        key = (folder, binding.service, binding.protocol, binding.ports, binding.expression)
        same.setdefault(key, set()).add(binding.project)
    return _alike(same, sizes)


def _same_images(projects: Iterable[Project], bindings: Iterable[Binding]) -> Iterator[Pair]:
    """Projects that bind host ports for the same images, whatever they call their services: two, or more than half.

    `compose.yaml` starts `ollama` and `webui`, `compose-cpu.yaml` starts `ollama-cpu` and `webui-cpu` instead.
    """
    sources = {
        (project.path, service.name): service.source
        for project in projects
        for service in project.services
        if service.source is not None
    }
    same: dict[object, set[str]] = {}
    sizes: dict[str, int] = {}
    for binding in bindings:
        sizes[binding.project] = sizes.get(binding.project, 0) + 1
        source = sources.get((binding.project, binding.service))
        if source is not None and binding.ports:
            key = (posixpath.dirname(binding.project), _without_tag(source), binding.protocol, binding.ports)
            same.setdefault(key, set()).add(binding.project)
    return _alike(same, sizes)


def _same_services(projects: Iterable[Project]) -> Iterator[Pair]:
    """Projects that start two services of the same names, or more than half of what one starts, each in its own way.

    Files of one folder are one project to Compose unless they name it: what is started second takes over the
    containers of the first. A file that is laid over another one changes the tag of an image or where it comes from;
    it does not repeat the image, nor put another one in its place.
    """
    named: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    sizes: dict[str, int] = {}
    for project in projects:
        for service in project.services:
            sizes[project.path] = sizes.get(project.path, 0) + 1
            if service.source is not None and not service.source.startswith(BUILD):
                key = (posixpath.dirname(project.path), project.name, service.name)
                named.setdefault(key, []).append((project.path, service.source))
    same: dict[object, set[str]] = {}
    for where, rows in named.items():
        for (one, image), (other, another) in combinations(rows, 2):
            if image == another or _image_name(image) != _image_name(another):
                same[where, one, other] = {one, other}
    return _alike(same, sizes)


def _without_tag(image: str) -> str:
    """An image without its tag and digest; a build as it is."""
    return image if image.startswith(BUILD) else re.sub(r":[^/]*$", "", image.partition("@")[0])


def _image_name(image: str) -> str:
    """The last part of an image's name."""
    return posixpath.basename(_without_tag(image))


def _alike(same: Mapping[object, set[str]], sizes: Mapping[str, int]) -> Iterator[Pair]:
    """Pairs that have two things in common, or more than half of what one of them has."""
    for pair, count in _shared(same).items():
        if count > 1 or 2 * count > min(sizes[path] for path in pair):
            yield pair


def _shared(same: Mapping[object, set[str]]) -> dict[Pair, int]:
    """How many things every two projects have in common."""
    shared: dict[Pair, int] = {}
    for group in same.values():
        for two in combinations(sorted(group), 2):
            pair = frozenset(two)
            shared[pair] = shared.get(pair, 0) + 1
    return shared


def _families(pairs: Iterable[Pair]) -> list[list[str]]:
    """Everything that pairs connect, as groups."""
    family: dict[str, list[str]] = {}
    for pair in pairs:
        one, other = (family.setdefault(path, [path]) for path in sorted(pair))
        if one is not other:
            one += other
            family.update(dict.fromkeys(other, one))
    return list({id(group): group for group in family.values()}.values())


def _default_names(projects: Iterable[Project]) -> Iterator[Pair]:
    """Default names beside each other, of which Compose takes one."""
    folders: dict[str, list[str]] = {}
    for project in projects:
        folder, name = posixpath.split(project.path)
        if name in DEFAULT_NAMES:
            folders.setdefault(folder, []).append(project.path)
    return (frozenset(two) for names in folders.values() for two in combinations(names, 2))


def _overlays(projects: Iterable[Project], families: Iterable[Sequence[str]]) -> Iterator[Pair]:
    """A file that cannot run alone, and the files that it is not laid over.

    `compose.metrics.yaml` adds to services of `compose.yaml`, which alone says what their images are; it does not run
    with `compose_gpu.yaml`, which is another way to run the same stack. And of a folder of overlays for a file
    elsewhere, nothing says which are meant together.
    """
    folders: dict[str, list[Project]] = {}
    for project in projects:
        folders.setdefault(posixpath.dirname(project.path), []).append(project)
    for group in folders.values():
        complete = {project.path: set(_names(project, complete=True)) for project in group}
        anywhere = set().union(*complete.values())
        for project in group:
            path, added = project.path, set(_names(project, complete=False))
            if complete[path] and not added <= anywhere:
                yield from (frozenset((path, other)) for other in complete if other != path)
            elif added and (base := next((one for one in _bases(path) if added <= complete.get(one, set())), "")):
                family = next((one for one in families if base in one), ())
                if path not in family:
                    yield from (frozenset((path, other)) for other in family if other != base)


def _rival_overlays(projects: Iterable[Project]) -> Iterator[Pair]:
    """Two files that are laid over one service, and that put different images under one name.

    `compose-influxdb.yml` and `compose-prometheus.yml` both reconfigure `server` and bring a `grafana` of their own.
    """
    folders: dict[tuple[str, str], list[tuple[str, set[str], dict[str, str]]]] = {}
    for project in projects:
        if added := set(_names(project, complete=False)):
            sources = ((one.name, one.source) for one in project.services if one.source)
            images = {name: _image_name(source) for name, source in sources if not source.startswith(BUILD)}
            folders.setdefault((posixpath.dirname(project.path), project.name), []).append(
                (project.path, added, images)
            )
    for group in folders.values():
        for (path, added, images), (other, more, others) in combinations(group, 2):
            if not added.isdisjoint(more) and any(others.get(name, image) != image for name, image in images.items()):
                yield frozenset((path, other))


def _names(project: Project, *, complete: bool) -> Iterator[str]:
    """The services whose container is made of something, or those that say nothing about it."""
    return (service.name for service in project.services if (service.source is not None) is complete)


def _bases(path: str) -> Iterator[str]:
    """The files whose name a file's name extends by one word: `compose.yaml` for `compose.dev.yaml`."""
    stem = re.sub(r"[._-][^._/-]*$", "", posixpath.splitext(path)[0])
    return (stem + ending for ending in (".yaml", ".yml"))


def _by_name(paths: set[str]) -> Iterator[Pair]:
    """Files whose names say that they do not run together."""
    meant: dict[str, str] = {}
    for path in paths:
        if is_stack_file(path) or _FOR_TESTS.search(path):
            yield from (frozenset((path, other)) for other in paths if other != path)
        elif found := _ENVIRONMENT.search(posixpath.basename(path)):
            meant[path] = str(found.lastgroup)
    for one, other in combinations(meant, 2):
        if meant[one] != meant[other]:
            yield frozenset((one, other))
