"""Real drivers on real repositories.

Most tests run the hooks as `repo: local` with the entries, patterns and stages of the real manifest, straight from this
environment; the tests of installation clone this checkout and let the driver build its environment from it.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.conftest import Repository

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("demo", ROOT / "examples/demo.py")
assert _spec
assert _spec.loader
demo = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(demo)

SCRIPTS = Path(sys.executable).parent
DRIVERS_HOME = ROOT / ".venv/drivers"


def manifest() -> list[dict]:
    """The entries of the manifest."""
    return YAML(typ="safe", pure=True).load((ROOT / ".pre-commit-hooks.yaml").read_text())


class Consumer(Repository):
    """A user's repository with a driver installed."""

    def __init__(self, path: Path, driver: str) -> None:
        super().__init__(path)
        self.driver = driver
        self.environment = {**demo.driver_environment(DRIVERS_HOME), "PRE_COMMIT_NO_CONCURRENCY": "1"}
        self.environment["PATH"] = os.pathsep.join([str(SCRIPTS), os.environ["PATH"]])

    def configure(self, *hooks: str, **options: list[str]) -> None:
        """Write a configuration with these hooks of the manifest, run from this environment, and commit it."""
        entries = []
        for entry in manifest():
            if entry["id"] in hooks:
                words = entry["entry"].split()
                local = {**entry, "entry": " ".join([str(SCRIPTS / words[0]), *words[1:]]), "language": "system"}
                local["args"] = options.get(entry["id"].replace("-", "_"), [])
                entries.append(local)
        with (self.path / ".pre-commit-config.yaml").open("w") as file:
            YAML(typ="safe", pure=True).dump({"repos": [{"repo": "local", "hooks": entries}]}, file)
        self.commit(message="configure the driver")

    def install(self, *types: str) -> None:
        """Install the driver's git hooks."""
        chosen = [part for name in types or ("pre-commit",) for part in ("--hook-type", name)]
        done = self.call(self.driver, "install", *chosen)
        assert done[0] == 0, done[1]

    def call(self, *command: str, cwd: Path | None = None, **environment: str) -> tuple[int, str]:
        """Run a program here; its exit code and all it says."""
        done = subprocess.run(
            command,
            cwd=cwd or self.path,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        return done.returncode, done.stdout.decode("utf-8", "surrogateescape")

    def run(self, *arguments: str, **environment: str) -> tuple[int, str]:
        """Run the driver."""
        return self.call(self.driver, "run", *arguments, **environment)

    def try_commit(self, *arguments: str, cwd: Path | None = None) -> tuple[int, str]:
        """Commit with the driver's git hooks in place."""
        return self.call("git", "commit", "-m", "change", *arguments, cwd=cwd)


@pytest.fixture(params=["pre-commit", "prek"])
def consumer(request: pytest.FixtureRequest, tmp_path: Path) -> Consumer:
    """A user's repository, once for each driver."""
    return Consumer(tmp_path / "consumer", request.param)
