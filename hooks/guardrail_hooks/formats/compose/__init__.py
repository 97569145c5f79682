"""Compose files: which files they are, what their services bind, and where each binding is written."""

from __future__ import annotations

from guardrail_hooks.pattern import pattern

# compose-go, cli/options.go: DefaultFileNames and DefaultOverrideFileNames, in the order of preference.
DEFAULT_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
OVERRIDE_NAMES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)

_STACK = pattern(r"(?i)(^|/)[^/]*[._-]?stack[^/]*\.ya?ml$")


def is_stack_file(path: str) -> bool:
    """Whether a path names a file for `docker stack deploy`."""
    return _STACK.search(path) is not None
