"""A dotenv registry: `WEB_PORT=8080` gives port 8080 to `web`, and the variable to the Compose files."""

from __future__ import annotations

import re

from guardrail_hooks.core.finding import Place
from guardrail_hooks.formats.dotenv import read_env_lines
from guardrail_hooks.port_registry_conflict.intervals import Ports
from guardrail_hooks.port_registry_conflict.registry import ACTIVE, PORT, Allocation, Fault, Registry
from guardrail_hooks.port_registry_conflict.registry_text import spell

_SUFFIX = re.compile(r"(?i)_?(?:(?:host|external|published|public|exposed)_?)?ports?(?:_\d+)?$")
_INSIDE = re.compile(r"(?i)(?:^|_)(?:internal|container|target)_?port")


def read_env_registry(path: str, text: str) -> Registry:
    """The registry that a dotenv file writes down: every variable that is named after a port."""
    registry = Registry()
    registry.paths.append(path)
    for variable, value, line in read_env_lines(text):
        registry.variables[variable] = value
        place = Place(path, line, 1, line, len(variable) + 1)
        spelt = spell(value)
        if not spelt or _INSIDE.search(variable) or not re.search(r"(?i)port", variable):
            continue
        if spelt.fault:
            registry.faults.append(Fault(PORT, place, spelt.fault))
            continue
        name = _SUFFIX.sub("", variable).lower().replace("_", "-").strip("-") or variable.lower()
        registry.allocations.append(
            Allocation(Ports(*spelt.ports), spelt.protocols, name, (), (), ACTIVE, None, None, place, "")
        )
    return registry
