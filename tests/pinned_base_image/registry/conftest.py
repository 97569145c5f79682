"""A real registry with images in it, and the client that asks it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from guardrail_hooks.pinned_base_image.registry.client import Client

from tests.pinned_base_image.registry.layouts import make_layout
from tests.pinned_base_image.registry.servers import Registry, real_registry


class Layouts:
    """Two images: what a tag named first, and what it is moved to."""

    def __init__(self, folder: Path) -> None:
        self.first, self.second = folder / "first", folder / "second"
        self.digests = make_layout(self.first, "first")
        self.moved = make_layout(self.second, "second")


@pytest.fixture(scope="session")
def layouts(tmp_path_factory: pytest.TempPathFactory) -> Layouts:
    return Layouts(tmp_path_factory.mktemp("layouts"))


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory, layouts: Layouts) -> Iterator[Registry]:
    """A registry that anybody may read and write, with `library/tiny:1.2.3` (OCI) and `team/app:2.0` (Docker)."""
    with real_registry(tmp_path_factory.mktemp("registry")) as running:
        running.push(layouts.first, "library/tiny:1.2.3")
        running.push(layouts.first, "team/app:2.0", "--format", "v2s2")
        yield running


@pytest.fixture
def client() -> Client:
    """A client without credentials and with short pauses."""
    return Client(lambda host: None, request_limit=5, pauses=(0.01, 0.01))
