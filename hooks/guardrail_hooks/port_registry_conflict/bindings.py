"""What binds which host port for whom: the one shape that all sources of bindings give."""

from __future__ import annotations

from guardrail_hooks.core.finding import Place
from guardrail_hooks.port_registry_conflict.intervals import Ports
from guardrail_hooks.port_registry_conflict.names import Owner, common_prefixes, words
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.formats.compose.addresses import Address
    from guardrail_hooks.formats.compose.project import Project
    from guardrail_hooks.formats.compose.services import Entry, Service
    from guardrail_hooks.formats.place import Span

HOST = "host"


class Binding(
    namedtuple(
        "Binding",
        "project service container title owner profiles ports protocol address expression targets is_pool is_exposed"
        " place origin files",
    )
):
    """One host port, or one range, that a service binds.

    `title` is the owner in messages (the container's name, else the service's). `ports` is None while `expression`
    holds a variable without a value. `targets` are the container ports, None when unknown. `is_exposed` marks ports
    that are only documented (`expose` on the host's network). `origin` is where the entry is written, which differs
    from `place` when it was inherited. `files` are the paths that have a part in it.
    """

    __slots__ = ()
    project: str
    service: str
    container: str
    title: str
    owner: Owner
    profiles: frozenset[str]
    ports: Ports | None
    protocol: str
    address: Address | None
    expression: str
    targets: Ports | None
    is_pool: bool
    is_exposed: bool
    place: Place
    origin: tuple[str, Span]
    files: tuple[str, ...]

    @property
    def path(self) -> str:
        """The file that the place is in."""
        return self.place.path or ""

    @property
    def where(self) -> str:
        """`'web' at compose.yaml:4`."""
        return f"'{self.title}' at {self.path}:{self.place.line}"

    def port_text(self, ports: Ports | str) -> str:
        """`8080/tcp`."""
        return f"{ports}/{self.protocol}"

    def target_of(self, port: int) -> int | None:
        """The container port behind a host port, None when it is unknown."""
        if self.targets is None or self.ports is None:
            return None
        return self.targets.low if self.targets.size == 1 else self.targets.low + port - self.ports.low

    def same_owner(self, other: Binding) -> bool:
        """Whether both belong to one service, described in two files; a second file may leave out the name."""
        if self.title == other.title:
            return True
        return self.service == other.service and not (self.container and other.container)


def place_of(path: str, span: Span) -> Place:
    """A span of a file as a place."""
    return Place(path, *span)


def bindings_of(project: Project, skipped: frozenset[tuple[str, str]] = frozenset()) -> Iterator[Binding]:
    """Everything that the services of a project bind.

    `skipped` names services (path, name) that only serve as a base for others. A service with no copies binds nothing,
    and one on the host's network binds what it exposes.
    """
    services = [service for service in project.services if service.copies != 0]
    prefixes = project_prefixes(project)
    for service in services:
        if (service.path, service.name) in skipped:
            continue
        exposes = service.network_mode == HOST
        entries = (service.expose if exposes else service.ports).values
        if entries:
            owner = owner_of(project, service, prefixes)
            for entry in entries:
                if not (entry.port.is_random and "host" not in entry.unknown):
                    yield _binding(project, service, owner, entry, exposes)


def project_prefixes(project: Project) -> frozenset[str]:
    """The words that a project puts before the names of its containers."""
    names = [service.container_name or service.name for service in project.services]
    found = set(common_prefixes(names))
    for service in project.services:
        container = service.container_name or ""
        for joint in ("-", "_"):
            if container.endswith(joint + service.name):
                found.update(words(container[: -len(service.name)])[:1])
    if project.name:
        found.update(words(project.name)[:1])
    return frozenset(found - {service.name.lower() for service in project.services})


def owner_of(project: Project, service: Service, prefixes: frozenset[str]) -> Owner:
    """Who a service is, by all its names."""
    names = [service.container_name, service.name]
    if project.name and not service.container_name:
        names += [f"{project.name}{joint}{service.name}{end}" for joint in "-_" for end in ("", f"{joint}1")]
    return Owner(tuple(dict.fromkeys(name for name in names if name)), prefixes)


def _profiles(project: Project, service: Service) -> frozenset[str]:
    """The profiles of a service; those that are switched on together count as one another's."""
    own = frozenset(service.profiles.values)
    if own and "*" in project.active:
        return own | {"*"}
    return own if own.isdisjoint(project.active) else own | project.active


def _binding(project: Project, service: Service, owner: Owner, entry: Entry, exposes: bool) -> Binding:
    """The binding of one entry."""
    port = entry.port
    known = "host" not in entry.unknown
    return Binding(
        project.path,
        service.name,
        service.container_name or "",
        service.container_name or service.name,
        owner,
        _profiles(project, service),
        Ports(max(port.low, 1), port.high) if known else None,
        port.protocol,
        port.address,
        "" if known else entry.host,
        None if "target" in entry.unknown else Ports(port.target_low, port.target_high),
        known and port.is_pool and "target" not in entry.unknown,
        exposes,
        place_of(entry.path, entry.span),
        entry.origin,
        tuple(dict.fromkeys((*service.files, entry.path, entry.origin[0], *project.env_files))),
    )
