"""Where a port registry is looked for."""

from __future__ import annotations

import posixpath

NAMES = (
    "PORTS.md",
    "ports.yaml",
    "ports.yml",
    "ports.json",
    "ports.env",
    "PortRegistry.md",
    "port-registry.md",
    "port-registry.yaml",
    "port-registry.yml",
    "port-registry.json",
)
FOLDERS = ("", "docs", "config")
DEEP_FOLDER = "IMPORTANT/"  # searched with everything below it


def may_be_registry(path: str) -> bool:
    """Whether a path is one of those that are looked for."""
    folder, name = posixpath.split(path)
    return name in NAMES and (folder in FOLDERS or path.startswith(DEEP_FOLDER))
