"""One hostile repository for all tests of what is printed; none of them changes it."""

from __future__ import annotations

import os

import pytest

from tests.conftest import Repository
from tests.reports import scene


@pytest.fixture(scope="session")
def hostile_repository(tmp_path_factory) -> Repository:
    """The repository, made once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        patch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
        for role in ("AUTHOR", "COMMITTER"):
            patch.setenv(f"GIT_{role}_NAME", "Ann Author")
            patch.setenv(f"GIT_{role}_EMAIL", "ann@example.com")
            patch.setenv(f"GIT_{role}_DATE", "2026-02-03T12:00:00Z")
        repository = Repository(tmp_path_factory.mktemp("hostile") / "repository")
        scene.build(repository)
    return repository


@pytest.fixture
def hostile(hostile_repository, monkeypatch) -> Repository:
    """The repository as the current folder."""
    monkeypatch.chdir(hostile_repository.path)
    return hostile_repository
