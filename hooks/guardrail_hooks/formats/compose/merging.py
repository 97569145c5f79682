"""How Compose merges two descriptions of one service (compose-spec, 13-merge.md)."""

from __future__ import annotations

from guardrail_hooks.formats.compose.nodes import OVERRIDE, RESET
from guardrail_hooks.formats.compose.services import Change, Entry, Service

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guardrail_hooks.formats.place import Span


def merge_into(services: dict[str, Service], service: Service) -> None:
    """Merge a service over what an earlier document or file said of it."""
    if service.tag == RESET:
        services.pop(service.name, None)
        return
    base = services.get(service.name)
    services[service.name] = merged(base, service) if base and service.tag != OVERRIDE else service


def merged(base: Service, over: Service) -> Service:
    """Two descriptions of a service as one: the later one's values win, lists of ports are appended."""
    return over._replace(
        path=base.path,
        span=base.span,
        container_name=_later(base.container_name, over.container_name),
        network_mode=_later(base.network_mode, over.network_mode),
        profiles=base.profiles if over.profiles is None else over.profiles,
        copies=base.copies if over.copies is None else over.copies,
        mode=_later(base.mode, over.mode),
        ports=_appended(base.ports, over.ports),
        expose=_appended(base.expose, over.expose),
        extends=None,
        files=tuple(dict.fromkeys((*base.files, *over.files))),
        source=_later(base.source, over.source),
    )


def inherited(base: Service, over: Service, span: Span) -> Service:
    """A service that `extends` another one; what it inherits is blamed on its own `extends`."""

    def lent(change: Change) -> Change:
        return Change("", tuple(entry._replace(path=over.path, span=span) for entry in change.values))

    return merged(
        base._replace(name=over.name, path=over.path, span=over.span, ports=lent(base.ports), expose=lent(base.expose)),
        over,
    )


def _later(base: str | None, over: str | None) -> str | None:
    """The later text where there is one."""
    return base if over is None else over


def _appended(base: Change, over: Change) -> Change:
    """Two lists of entries; an entry that both have is kept once, where it was first."""
    if over.tag in (RESET, OVERRIDE):
        return Change("", over.values)
    known = {entry.key for entry in base.values}
    more: tuple[Entry, ...] = tuple(entry for entry in over.values if entry.key not in known)
    return Change(base.tag, base.values + more)
