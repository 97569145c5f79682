#!/usr/bin/env python3
"""Set up what the test suite needs, then run it.

Makes .venv beside this checkout when it is missing or out of date, installs this project with its test extra, and runs
pytest there, all cores at work. Every argument goes on to pytest: `python3 tests/run.py -k pinned -x`. After the first
run no network is needed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
SCRIPTS = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
WHEELS = ENVIRONMENT / "wheels"
STAMP = ENVIRONMENT / "installed-for"
REQUIREMENTS = (
    "import importlib.metadata as m\n"
    "print(*(r for r in m.requires('guardrail-hooks') or [] if 'extra ==' not in r), sep='\\n')"
)


def ensure_environment() -> None:
    """Create the virtual environment and install into it, unless it already fits this pyproject.toml.

    The wheels that a driver needs to install the hooks are kept as well, so that later runs work offline.
    """
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text() == wanted:
        return
    if sys.version_info < (3, 10):
        sys.exit(f"Python 3.10 or newer is needed, this is {sys.version.split()[0]}")
    print(f"setting up {ENVIRONMENT} (once; takes about a minute)", flush=True)
    if not PYTHON.exists():
        venv.create(ENVIRONMENT, with_pip=True)
    (ENVIRONMENT / ".gitignore").write_text("*\n")
    pip = [PYTHON, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--editable", f"{ROOT}[test]"], check=True)
    listed = subprocess.run([PYTHON, "-c", REQUIREMENTS], check=True, capture_output=True, text=True)
    subprocess.run([*pip, "download", "--dest", WHEELS, "hatchling", *listed.stdout.splitlines()], check=True)
    STAMP.write_text(wanted)


def main() -> int:
    """Run pytest on the whole suite, or on what the arguments choose."""
    ensure_environment()
    command = [str(PYTHON), "-m", "pytest", "-n", "auto", *sys.argv[1:]]
    print("running", " ".join(["pytest", *command[3:]]), "in", ROOT, flush=True)
    return subprocess.run(command, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
