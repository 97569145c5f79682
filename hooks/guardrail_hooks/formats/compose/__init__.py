"""Compose files: which files they are, what their services bind, and where each binding is written."""

from __future__ import annotations

import re

# Docker Compose's and Swarm's own names, and the ways people qualify them: `docker-compose.prod.yml`,
# `app.compose.yaml`, `portainer-stack.yml`.
COMPOSE_FILE = (
    r"(?i)(^|/)(?:[^/]*[._-])?(?:docker-)?compose(?:[._-][^/]*)?\.ya?ml$"
    r"|(^|/)[^/]*[._-]?stack[^/]*\.ya?ml$"
)
# compose-go, cli/options.go: DefaultFileNames and DefaultOverrideFileNames, in the order of preference.
DEFAULT_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
OVERRIDE_NAMES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)

_COMPOSE = re.compile(COMPOSE_FILE)
_STACK = re.compile(r"(?i)(^|/)[^/]*[._-]?stack[^/]*\.ya?ml$")


def is_compose_file(path: str) -> bool:
    """Whether a path names a Compose or stack file."""
    return _COMPOSE.search(path) is not None


def is_stack_file(path: str) -> bool:
    """Whether a path names a file for `docker stack deploy`."""
    return _STACK.search(path) is not None
