"""What is uploaded and what is installed from it: contents, metadata, reproducibility, and that it runs."""

from __future__ import annotations

import email
import hashlib
import os
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from email.message import Message
from pathlib import Path

import pytest
from guardrail_hooks import __version__
from guardrail_hooks.core.finding import ADDRESS

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "hooks/guardrail_hooks"
WHEELS = ROOT / ".venv/wheels"
SCRIPTS = sorted(re.findall(r'(?m)^([a-z-]+) = "guardrail_hooks\.', (ROOT / "pyproject.toml").read_text()))
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
OFFLINE = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(WHEELS)}
INFO = f"guardrail_hooks-{__version__}.dist-info"


def ours() -> set[str]:
    """Every file of the package, as wheels and sdists name it."""
    return {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def backend(tmp_path_factory) -> Path:
    """The build backend, unpacked from the wheels at hand."""
    folder = tmp_path_factory.mktemp("backend")
    installed = [*PIP, "install", "--target", folder, "hatchling"]
    subprocess.run(installed, check=True, env={**os.environ, **OFFLINE})
    return folder


def build(backend: Path, source: Path, target: Path, *wanted: str, **environment: str) -> list[Path]:
    """Build distributions (`sdist`, `wheel`) of a source tree; the files made."""
    chosen = [part for one in wanted for part in ("--target", one)]
    command = [sys.executable, "-m", "hatchling", "build", "--directory", target, *chosen]
    surroundings = {**os.environ, "PYTHONPATH": str(backend), **environment}
    subprocess.run(command, cwd=source, check=True, capture_output=True, env=surroundings)
    return sorted(target.iterdir())


def test_what_is_released(backend, tmp_path) -> None:
    """One test, because building takes seconds and each step needs the one before it."""
    wheel, sdist = build(backend, ROOT, tmp_path / "dist", "sdist", "wheel")
    assert wheel.name == f"guardrail_hooks-{__version__}-py3-none-any.whl"
    assert sdist.name == f"guardrail_hooks-{__version__}.tar.gz"

    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        metadata = email.message_from_bytes(archive.read(f"{INFO}/METADATA"))
        entry_points = archive.read(f"{INFO}/entry_points.txt").decode()
    records = {f"{INFO}/{name}" for name in ("METADATA", "WHEEL", "entry_points.txt", "licenses/LICENSE", "RECORD")}
    assert names == ours() | records
    assert {"guardrail_hooks/py.typed", "guardrail_hooks/port_registry_conflict/ports.schema.json"} <= names
    assert sorted(re.findall(r"(?m)^([a-z-]+) = ", entry_points)) == SCRIPTS
    examine(metadata)

    with tarfile.open(sdist) as archive:
        members = archive.getmembers()
        if sys.version_info >= (3, 12):
            archive.extraction_filter = tarfile.data_filter
        archive.extractall(tmp_path)
    top = f"guardrail_hooks-{__version__}"
    extra = {"PKG-INFO", "README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", ".pre-commit-hooks.yaml"}
    assert {one.name.removeprefix(f"{top}/") for one in members} == extra | {f"hooks/{name}" for name in ours()}
    assert all(one.isfile() and not one.mode & 0o022 for one in members)
    assert email.message_from_bytes((tmp_path / top / "PKG-INFO").read_bytes()).items() == metadata.items()

    # The same bytes from the sdist, in another place, at another time, of other permissions, in another time zone.
    for path in (tmp_path / top).rglob("*.py"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o600)
    again = build(backend, tmp_path / top, tmp_path / "again", "sdist", "wheel", TZ="Asia/Tokyo", LC_ALL="C")
    assert [digest(path) for path in again] == [digest(wheel), digest(sdist)]
    (dated,) = build(backend, ROOT, tmp_path / "dated", "wheel", SOURCE_DATE_EPOCH="1700000000")
    (once_more,) = build(backend, tmp_path / top, tmp_path / "once-more", "wheel", SOURCE_DATE_EPOCH="1700000000")
    assert digest(dated) == digest(once_more) != digest(wheel)


def examine(metadata: Message) -> None:
    """What the page of an index and an installer are told."""
    assert metadata["Name"] == "guardrail-hooks"
    assert metadata["Version"] == __version__
    assert metadata["Requires-Python"] == ">=3.10"
    assert metadata["License-Expression"] == "MIT"
    assert metadata["License-File"] == "LICENSE"
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert str(metadata.get_payload()).startswith("# guardrail-hooks\n")
    urls = dict(url.split(", ") for url in metadata.get_all("Project-URL", []))
    assert urls["Homepage"] == urls["Source"] == ADDRESS
    assert all(url.startswith(ADDRESS) for url in urls.values())
    needed = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    assert sorted(re.split(r"[>;]", line)[0] for line in needed) == [
        "dockerfile-parse", "identify", "ruamel-yaml", "tomli",
    ]  # fmt: skip


def test_it_installs_from_the_sdist_and_runs(backend, tmp_path, monkeypatch) -> None:
    wheel, sdist = build(backend, ROOT, tmp_path / "dist", "sdist", "wheel")
    # What `pip install` does with an sdist, with the backend that is here already: the same wheel as the one released.
    command = [*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path / "wheel", sdist]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": str(backend)})
    (made,) = (tmp_path / "wheel").iterdir()
    assert digest(made) == digest(wheel)
    home = tmp_path / "environment"
    venv.create(home, with_pip=False, symlinks=os.name != "nt")
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    installed = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", scripts / "python"]
    subprocess.run([*installed, "--quiet", "install", made], check=True, env={**os.environ, **OFFLINE})
    checked = subprocess.run([*installed, "check"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout
    (library,) = home.glob("Lib/site-packages" if os.name == "nt" else "lib/python*/site-packages")
    for name in ours():
        assert (library / name).read_bytes() == (PACKAGE.parent / name).read_bytes()

    shop = tmp_path / "shop"
    shop.mkdir()
    monkeypatch.chdir(shop)
    subprocess.run(["git", "init", "--quiet", "-b", "main"], check=True)
    (shop / "Dockerfile").write_text("FROM debian\n")
    (shop / "compose.yaml").write_text(
        "services:\n  a:\n    image: a:1.0.0\n    ports: ['80:80']\n  b:\n    image: a:1.0.0\n    ports: ['80:80']\n"
    )
    (shop / ".mcp.json").write_text('{"mcpServers": {"a": {"command": "npx", "args": ["-y", "some-server"]}}}\n')
    subprocess.run(["git", "add", "-A"], check=True)
    expected = {
        "changelog-required": "CHG", "mcp-config-guard": "MCG", "no-root-dockerfile": "USR",
        "pinned-base-image": "PIN", "port-registry-conflict": "PRT",
    }  # fmt: skip
    assert sorted(expected) == SCRIPTS
    for name, prefix in expected.items():
        told = subprocess.run([scripts / name, "--version"], capture_output=True, text=True)
        assert (told.returncode, told.stdout) == (0, f"{name} {__version__}\n"), told.stderr
        done = subprocess.run([scripts / name], capture_output=True, text=True)
        assert done.returncode == 1, done.stdout + done.stderr
        assert re.search(rf": {prefix}\d\d\d ", done.stdout)
        assert done.stderr == ""
