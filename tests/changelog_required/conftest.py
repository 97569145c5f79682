"""Fixtures of the changelog-required tests."""

from __future__ import annotations

import pytest

from tests.changelog_required.scenes import Scene


@pytest.fixture
def scene(repository, monkeypatch, capfd) -> Scene:
    """A fresh repository, and the hook to run in it."""
    return Scene(repository, monkeypatch, capfd)
