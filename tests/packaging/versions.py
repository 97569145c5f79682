#!/usr/bin/env python3
"""Run the tests with the lowest or the newest versions that pyproject.toml allows, on any Python.

python3 tests/packaging/versions.py lowest                       this Python, the lowest direct dependencies
python3 tests/packaging/versions.py newest --python python3.13   another Python, the newest of everything
python3 tests/packaging/versions.py lowest -- -k yaml -x         what stands behind -- goes to pytest (default: all)

The commit that is checked out is cloned into a scratch folder and set up there by tests/run.py, like on a machine that
has never seen it; `--keep FOLDER` leaves the clone in that folder and uses it again. Exit code: that of pytest.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BOUND = re.compile(r'"([A-Za-z0-9._-]+)(?:\[[a-z-]+\])?>=([0-9.]+)[;"]')


def lowest(project: str) -> list[str]:
    """The requirements of pyproject.toml, its build system included, each held at its lower bound."""
    wanted = re.findall(r"(?ms)^(?:requires|dependencies|test) = \[(.*?)\](?= #|$)", project)
    return [f"{name}=={bound}" for block in wanted for name, bound in BOUND.findall(block)]


def clone(folder: Path) -> None:
    """Bring a clone of what is committed here to a folder, or up to date there."""
    if not folder.exists():
        subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
        return
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True)
    subprocess.run(["git", "fetch", "--quiet", ROOT, head.stdout.strip()], cwd=folder, check=True)
    subprocess.run(["git", "checkout", "--quiet", "--detach", head.stdout.strip()], cwd=folder, check=True)


def run(python: str, folder: Path, constraints: list[str], arguments: list[str]) -> int:
    """Set up the clone with these constraints and run its tests; the exit code."""
    held = folder / ".git" / "lowest.txt"
    held.write_text("".join(f"{line}\n" for line in constraints))
    environment = {**os.environ, "PATH": os.pathsep.join([str(Path(python).parent), os.environ["PATH"]])}
    if constraints:
        environment |= {"PIP_CONSTRAINT": str(held), "PIP_BUILD_CONSTRAINT": str(held)}
    done = subprocess.run([python, "tests/run.py", "--collect-only", "-q", "-q"], cwd=folder, env=environment)
    if done.returncode:
        return done.returncode
    listed = [folder / ".venv/bin/python", "-m", "pip", "--disable-pip-version-check", "list"]
    subprocess.run(listed, env=environment)
    return subprocess.run([python, "tests/run.py", *arguments], cwd=folder, env=environment).returncode


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description="Run the tests with the lowest or newest dependencies.")
    parser.add_argument("which", choices=["lowest", "newest"])
    parser.add_argument("--python", default=sys.executable, help="the interpreter (default: this one)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the clone stays")
    parser.epilog = "What stands behind -- goes to pytest."
    ours, arguments = sys.argv[1:], []
    if "--" in ours:
        ours, arguments = ours[: ours.index("--")], ours[ours.index("--") + 1 :]
    options = parser.parse_args(ours)
    python = shutil.which(options.python)
    if python is None:
        parser.error(f"--python {options.python}: no such program")
    constraints = lowest((ROOT / "pyproject.toml").read_text(encoding="utf-8")) if options.which == "lowest" else []
    with tempfile.TemporaryDirectory(prefix="versions-") as scratch:
        folder = options.keep.absolute() if options.keep else Path(scratch) / "clone"
        clone(folder)
        return run(python, folder, constraints, arguments)


if __name__ == "__main__":
    sys.exit(main())
