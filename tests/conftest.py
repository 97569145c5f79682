"""What all tests share: a pinned environment and real git repositories."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(Path(__file__).resolve().parent.parent / ".venv/cache/hypothesis")
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# A gate says the same of the same commit every time; everybody else looks for new cases.
settings.register_profile("gate", settings.get_profile("default"), derandomize=True)
settings.load_profile("gate" if os.environ.get("CI") else "default")

FOREIGN = ("PRE_COMMIT", "PREK", "GITHUB_", "GITLAB_", "CI_", "BITBUCKET_", "SYSTEM_", "BUILD_", "GIT_")


@pytest.fixture(autouse=True)
def pinned_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No driver, no CI service, no git settings of the machine; a fixed author and time."""
    for name in list(os.environ):
        if name.startswith(FOREIGN) or name in ("CI", "NO_COLOR", "TF_BUILD", "CHANGELOG_SKIP"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Ann Author")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "ann@example.com")


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sockets are blocked in every test that does not ask for the network."""
    if "network" in request.keywords:
        return

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a test without the network marker opened a socket")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


class Repository:
    """A real git repository in a temporary folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str | bytes, check: bool = True, **environment: str) -> str:
        """Run git here and return its standard output."""
        done = subprocess.run(
            ["git", *arguments], cwd=self.path, env={**os.environ, **environment}, capture_output=True, check=False
        )
        if check and done.returncode:
            raise AssertionError(f"git {arguments}: {done.stderr.decode()}")
        return done.stdout.decode("utf-8", "surrogateescape")

    def write(self, path: str, content: str | bytes) -> Path:
        """Write a file; text is written byte for byte as UTF-8."""
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return file

    def stage(self, files: dict[str, str | bytes] | None = None) -> None:
        """Write files and stage everything."""
        for path, content in (files or {}).items():
            self.write(path, content)
        self.git("add", "-A")

    def commit(self, files: dict[str, str | bytes] | None = None, message: str = "change") -> str:
        """Write files, stage everything, commit, and return the commit's id."""
        self.stage(files)
        self.git("commit", "-q", "--allow-empty", "--no-verify", "-m", message)
        return self.git("rev-parse", "HEAD").strip()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A fresh repository that is the current folder."""
    made = Repository(tmp_path / "repository")
    monkeypatch.chdir(made.path)
    return made
