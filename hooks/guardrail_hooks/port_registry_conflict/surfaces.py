"""Further files that bind host ports, behind `--also`: kind, Kubernetes, dev containers, Podman quadlets."""

from __future__ import annotations

import posixpath
import re

from guardrail_hooks.core.finding import Place
from guardrail_hooks.core.snapshot import LINK, SUBMODULE, Unreadable
from guardrail_hooks.formats.binders import FILES, read_binders
from guardrail_hooks.formats.file_names import is_compose
from guardrail_hooks.formats.place import Malformed
from guardrail_hooks.port_registry_conflict.bindings import Binding
from guardrail_hooks.port_registry_conflict.intervals import Ports
from guardrail_hooks.port_registry_conflict.names import Owner
from guardrail_hooks.port_registry_conflict.rules import INVALID, UNREADABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.core.snapshot import Tree
    from guardrail_hooks.formats.binders import Bound
    from guardrail_hooks.port_registry_conflict.settings import Settings


class Surfaces:
    """The bindings of further files, and what is wrong with those files; read once."""

    __slots__ = ("bindings", "faults", "paths")

    def __init__(self, tree: Tree, passed: Iterable[str], settings: Settings) -> None:
        self.bindings: list[Binding] = []
        self.faults: list[tuple[str, Finding]] = []
        self.paths = list(surface_paths(tree, passed, settings)) if settings.surfaces else []
        for path in self.paths:
            self._read(tree, path, settings)

    def _read(self, tree: Tree, path: str, settings: Settings) -> None:
        try:
            content = tree.read(path)
        except Unreadable:
            return
        try:
            for bound in read_binders(path, content, settings.surfaces):
                self._add(path, bound)
        except Malformed as problem:
            self.faults.append((path, _unreadable(Place(path, *problem.span), str(problem))))

    def _add(self, path: str, bound: Bound) -> None:
        """Keep one binding, or say what is wrong with it."""
        place = Place(path, *bound.span)
        if bound.fault:
            finding = INVALID.at(
                place, subject=f"{bound.text} {bound.fault}", entry=f"'{bound.text}'", what=bound.fault
            )
            self.faults.append((path, finding))
            return
        self.bindings.append(
            Binding(
                f"{path}#{bound.scope}",
                bound.owner,
                "",
                bound.owner,
                Owner((bound.owner,), frozenset()),
                frozenset(),
                Ports(bound.low, bound.high),
                bound.protocol,
                bound.address,
                "",
                Ports(bound.target, bound.target + bound.high - bound.low) if bound.target else None,
                False,
                False,
                place,
                (path, bound.span),
                (path,),
            )
        )


def surface_paths(tree: Tree, passed: Iterable[str], settings: Settings) -> Iterator[str]:
    """The files that the chosen surfaces may be written in, in byte order."""
    patterns = [re.compile(FILES[name]) for name in sorted(settings.surfaces)]
    tracked = {path for path, entry in tree.entries().items() if entry.mode not in (LINK, SUBMODULE)}
    for path in sorted(tracked | set(passed)):
        if not settings.excludes(path) and not is_compose(path) and any(pattern.search(path) for pattern in patterns):
            yield path


def concerns_surface(path: str, settings: Settings) -> bool:
    """Whether a path may hold one of the chosen surfaces."""
    return any(re.search(FILES[name], path) for name in settings.surfaces) and bool(posixpath.basename(path))


def _unreadable(place: Place, what: str) -> Finding:
    """The finding about a file that is no YAML or JSON."""
    return UNREADABLE.at(place, subject=what, what=what, remedy="correct the file, or leave it out with --exclude")
