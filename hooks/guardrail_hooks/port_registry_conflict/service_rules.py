"""One service or file at a time: PRT003, PRT004, and what cannot be read or resolved (PRT301 to PRT304)."""

from __future__ import annotations

from guardrail_hooks.core.finding import start_of
from guardrail_hooks.formats.compose import is_stack_file
from guardrail_hooks.formats.compose.project import MISSING, UNREADABLE
from guardrail_hooks.formats.compose.services import BASE_60, INVALID
from guardrail_hooks.port_registry_conflict import rules
from guardrail_hooks.port_registry_conflict.bindings import HOST, place_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.formats.compose.project import Project
    from guardrail_hooks.formats.compose.services import Entry, Service, Trouble
    from guardrail_hooks.port_registry_conflict.survey import Survey

LONGEST = 60  # characters of an entry that a message repeats


def find_faults(survey: Survey, touched: Callable[[Iterable[str]], bool]) -> Iterator[Finding]:
    """The findings that need no second party."""
    for trouble in survey.troubles():
        if touched(trouble.files):
            yield _finding(trouble)
    for project, service in survey.services():
        if touched((*service.files, *project.env_files)):
            yield from _host_network(service)
            yield from _copies(project, service)


def _finding(trouble: Trouble) -> Finding:
    """A trouble as the finding of its rule."""
    place = place_of(trouble.path, trouble.span) if trouble.span else start_of(trouble.path)
    entry = trouble.entry if len(trouble.entry) <= LONGEST else trouble.entry[: LONGEST - 3] + "..."
    shown = "an entry" if entry == "it" else f"'{entry}'"
    if trouble.kind in (UNREADABLE, MISSING):
        remedy = "correct the file: `docker compose config` names the same fault"
        if trouble.kind == MISSING:
            remedy = "create the file, or delete the include"
        elif trouble.span is None:
            remedy = "put a regular file there, or leave the path out: --exclude 'REGEX'"
        return rules.UNREADABLE.at(place, subject=trouble.what, what=trouble.what, remedy=remedy)
    if trouble.kind == INVALID:
        return rules.INVALID.at(place, subject=f"{entry} {trouble.what}", entry=shown, what=trouble.what)
    if trouble.kind == BASE_60:
        return rules.BASE_60.at(place, subject=entry, entry=entry, number=trouble.what)
    remedy = "give the variable a value in .env beside the file, or a default: ${NAME:-8080}"
    if "is not there" in trouble.what or "has no service" in trouble.what or "lies outside" in trouble.what:
        remedy = "correct the path or the name; the service's own ports are checked all the same"
    elif "template" in trouble.what:
        remedy = "check the filled-in file, or leave this one out: --exclude 'REGEX'"
    return rules.UNRESOLVED.at(
        place,
        subject=f"{entry} {trouble.what}",
        entry=shown,
        what=trouble.what,
        remedy=remedy,
    )


def _host_network(service: Service) -> Iterator[Finding]:
    """`ports` of a service on the host's network, at its first entry."""
    if service.network_mode == HOST and service.ports.values:
        entry = service.ports.values[0]
        title = service.container_name or service.name
        yield rules.HOST_NETWORK.at(place_of(entry.path, entry.span), subject=title, owner=f"'{title}'")


def _copies(project: Project, service: Service) -> Iterator[Finding]:
    """More copies than host ports for them."""
    copies = service.copies or 0
    if copies < 2 or service.network_mode == HOST:
        return
    title = service.container_name or service.name
    for entry in service.ports.values:
        port = entry.port
        offered = port.high - port.low + 1 if port.is_pool else 1
        if port.is_random or copies <= offered or _is_balanced(project, entry):
            continue
        text = f"{port.low}-{port.high}" if port.high > port.low else str(port.low)
        message = None
        if port.is_pool:
            message = "{owner} asks for {copies} copies but offers only the host ports {port}"
        yield rules.COPIES.at(
            place_of(entry.path, entry.span), subject=f"{title} {text}/{port.protocol}", message=message,
            owner=f"'{title}'", copies=copies, port=f"{text}/{port.protocol}",
        )  # fmt: skip


def _is_balanced(project: Project, entry: Entry) -> bool:
    """Whether the swarm balances the copies behind one port (ingress mode: written, or the default of stack files)."""
    return entry.port.mode == "ingress" or (is_stack_file(project.path) and not entry.port.mode)
