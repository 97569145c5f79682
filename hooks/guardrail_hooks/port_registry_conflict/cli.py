"""The command line of port-registry-conflict."""

from __future__ import annotations

from guardrail_hooks.core import judge
from guardrail_hooks.core.options import FLAG, LIST, OPTIONAL, VALUE, Option
from guardrail_hooks.port_registry_conflict.check import check, concerns
from guardrail_hooks.port_registry_conflict.rules import RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from guardrail_hooks.core.options import Options

COMPARED, REGISTRY = "what is compared", "working with the registry"
OPTIONS = (
    Option("registry", LIST, "the port registry (repeatable); found by its name when it is called PORTS.md, "
           "PortRegistry.md, ports.yaml or alike, in the root, docs/, config/ or IMPORTANT/", metavar="FILE"),
    Option("suggest", VALUE, "print the lowest free ports for a service, and the registry line", metavar="SERVICE"),
    Option("register", VALUE, "write that line into the registry", metavar="SERVICE"),
    Option("list", OPTIONAL, "print who has which port (or one port)", metavar="PORT"),
    Option("diagram", OPTIONAL, "print a map of the ranges", choices=("svg", "md"), default="svg"),
    Option("scope", VALUE, "which files share a host: one project, one folder, or the whole repository",
           choices=("file", "dir", "repo"), default="dir", group=COMPARED),
    Option("profiles", VALUE, "services of different profiles", choices=("alternative", "together"),
           default="alternative", group=COMPARED),
    Option("alternatives", LIST, "files that never run side by side (repeatable)", metavar="GLOB", group=COMPARED),
    Option("exclude", LIST, "leave files alone whose path matches (repeatable); backups, archives and dependencies "
           "unless given", metavar="REGEX", group=COMPARED),
    Option("env-file", LIST, "read variables from this file, not from .env beside the Compose file (repeatable)",
           metavar="FILE", group=COMPARED),
    Option("also", LIST, "further files that bind host ports: kind, kubernetes, devcontainer, quadlet",
           metavar="NAME[,NAME]", group=COMPARED),
    Option("aliases", LIST, "two names of one service (repeatable)", metavar="NAME=NAME", group=REGISTRY),
    Option("min-port", VALUE, "report host ports below (PRT104)", metavar="N", group=REGISTRY),
    Option("deny", LIST, "report these host ports (PRT104)", metavar="PORT[,PORT]", group=REGISTRY),
    Option("section", VALUE, "with --suggest and --register: the section to look in", metavar="NAME", group=REGISTRY),
    Option("count", VALUE, "with --suggest and --register: how many ports", metavar="N", default="1", group=REGISTRY),
    Option("export-yaml", FLAG, "print the registry in its canonical YAML form", group=REGISTRY),
)  # fmt: skip


def action(name: str) -> Callable[[Options, str], int]:
    """An action that is imported when it is asked for."""

    def run(options: Options, root: str) -> int:
        """Do what the option asks for."""
        from guardrail_hooks.port_registry_conflict import actions

        return actions.run(name, options, root)

    return run


HOOK = judge.Hook(
    "port-registry-conflict",
    prefix="PRT",
    about="Checks the host ports that Compose files bind: against each other, and against the repository's written "
    "port registry.",
    rules=RULES,
    options=OPTIONS,
    check=check,
    concerns=concerns,
    actions={name: action(name) for name in ("suggest", "register", "list", "export-yaml", "diagram")},
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the hook; the exit code."""
    return judge.main(HOOK, arguments)
