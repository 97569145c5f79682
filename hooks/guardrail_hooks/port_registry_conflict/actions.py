"""What the hook does besides checking: `--suggest`, `--register`, `--list`, `--export-yaml`, `--diagram`."""

from __future__ import annotations

from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.core.judge import put, tell
from guardrail_hooks.core.printable import printable, without_tokens
from guardrail_hooks.core.snapshot import WorkTree
from guardrail_hooks.port_registry_conflict.check import require_named
from guardrail_hooks.port_registry_conflict.intervals import ANY_PORT, HIGHEST, LOWEST, Ports
from guardrail_hooks.port_registry_conflict.names import Matcher, Owner
from guardrail_hooks.port_registry_conflict.registries import find_registry, refuse_unread
from guardrail_hooks.port_registry_conflict.settings import Settings, is_number
from guardrail_hooks.port_registry_conflict.suggest import Adviser, anywhere, section_for, sections_named
from guardrail_hooks.port_registry_conflict.survey import Survey

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guardrail_hooks.core.options import Options
    from guardrail_hooks.port_registry_conflict.lines import Line
    from guardrail_hooks.port_registry_conflict.registry import Allocation, Registry, Section

DONE = 0


class Desk:
    """Everything that an action works with: the tree, its registry, and all that its Compose files bind."""

    __slots__ = ("adviser", "matcher", "options", "registry", "root", "settings", "survey")

    def __init__(self, options: Options, root: str) -> None:
        self.options = options
        self.root = root
        self.settings = Settings(options)
        tree = WorkTree(root)
        require_named(tree, self.settings)
        registry = find_registry(tree, self.settings.registries)
        if registry and registry.unread:
            refuse_unread(registry.unread)
        self.registry = registry
        self.survey = Survey(tree, (), self.settings, registry.variables if registry else {}, whole=True)
        self.adviser = Adviser(self.survey, registry)
        aliases = [*(registry.aliases.items() if registry else ()), *self.settings.aliases]
        self.matcher = Matcher(registry.allocations if registry else (), aliases, self.survey.knows)

    def need_registry(self) -> Registry:
        """The registry. Raises `CannotJudge` where there is none."""
        if self.registry is None:
            raise CannotJudge(
                "no port registry found: create PORTS.md with lines such as '- 8080: web', or give --registry FILE"
            )
        return self.registry


def run(name: str, options: Options, root: str) -> int:
    """Do what an option asks for; the exit code."""
    desk = Desk(options, root)
    if name in ("suggest", "register"):
        return _suggest(desk, options.value(name), writes=name == "register")
    if name == "list":
        from guardrail_hooks.port_registry_conflict.listing import list_ports

        put(list_ports(desk, _wanted(options.value("list")), options.value("format")))
        return DONE
    if name == "export-yaml":
        from guardrail_hooks.port_registry_conflict.export import export_yaml

        put(export_yaml(desk.need_registry()))
        return DONE
    from guardrail_hooks.port_registry_conflict.chart import read_chart

    chart = read_chart(desk.need_registry(), desk.survey.bindings, desk.matcher)
    if options.value("diagram") == "md":
        from guardrail_hooks.port_registry_conflict.diagram_markdown import draw_markdown

        put(draw_markdown(chart))
    else:
        from guardrail_hooks.port_registry_conflict.diagram_svg import draw_svg

        put(draw_svg(chart))
    return DONE


def _wanted(text: str) -> Ports | None:
    """The port of `--list=PORT`, None for all."""
    if not text:
        return None
    low, dash, high = text.partition("-")
    if not is_number(low) or (dash and not is_number(high)) or not LOWEST <= int(low) <= int(high or low) <= HIGHEST:
        raise CannotJudge(f"--list={text}: write a port or a range, for example --list=8080 or --list=8000-8099")
    return Ports(int(low), int(high or low))


def _suggest(desk: Desk, service: str, *, writes: bool) -> int:
    """Print free ports for a service with the lines that register them; write the lines if asked to."""
    registry = desk.need_registry()
    if not service.strip() or not service.isprintable():
        option = "--register" if writes else "--suggest"
        raise CannotJudge(f"name the service on one line, for example {option} web")
    owner = Owner((service,), frozenset())
    homes = [row for row in registry.allocations if desk.matcher.means(row, owner)]
    section = _section(desk, registry, homes)
    places = section.ranges if section else (anywhere(registry),)
    found = [ports for place in places for ports in desk.adviser.free(place, count=_count(desk.options))][
        : _count(desk.options)
    ]
    if len(found) < _count(desk.options):
        name = f"'{section.title}' ({section.range_text})" if section else f"{places[0]}"
        raise CannotJudge(f"only {len(found)} free port(s) left in {name}: widen the range, or name another --section")
    if homes:
        rows = ", ".join(f"{row.ports} ({row.place.path}:{row.place.line})" for row in homes)
        tell(f"'{service}' is registered already: {rows}")
    for ports in found:
        line = desk.adviser.line(ports, service, "", _same(desk.need_registry(), section))
        if line is None:
            raise CannotJudge(f"the port registry {registry.text} cannot be read: check its permissions")
        if writes:
            from guardrail_hooks.port_registry_conflict.register import insert_line

            insert_line(desk.root, line)
            put(printable(without_tokens(f"{line.path}:{line.after + 1}: {line.text.strip()}")) + "\n")
            desk = Desk(desk.options, desk.root)  # the lines below have moved
        else:
            put(_proposal(ports, line, section))
    return DONE


def _same(registry: Registry, section: Section | None) -> Section | None:
    """The section in a registry that was read again."""
    if section is None:
        return None
    return next(one for one in registry.sections if (one.title, one.ranges) == (section.title, section.ranges))


def _proposal(ports: Ports, line: Line, section: Section | None) -> str:
    """One proposal: the port, where, and the line to write."""
    where = f" in '{section.title}' ({section.range_text})" if section and section.title else ""
    return (
        printable(f"{ports} is free{where}")
        + "\n"
        + printable(without_tokens(f"  {line.path}:{line.after + 1}: {line.text.strip()}"))
        + "\n"
    )


def _section(desk: Desk, registry: Registry, homes: list[Allocation]) -> Section | None:
    """The section that `--section` names, else the one that the service is in, else the first one with a free port."""
    if name := desk.options.value("section"):
        section = next(sections_named(registry, name), None)
        if section is None:
            titles = ", ".join(
                dict.fromkeys(f"'{one.title or one.range_text}'" for one in registry.sections if one.ranges)
            )
            raise CannotJudge(
                f"--section {name}: no such section; choose from {titles or 'none: the registry names no ranges'}"
            )
        return section
    return section_for(homes, registry)


def _count(options: Options) -> int:
    """The number of `--count`."""
    text = options.value("count")
    if not is_number(text) or not 1 <= int(text) <= ANY_PORT.high:
        raise CannotJudge(f"--count {text}: write a number from 1 on")
    return int(text)
