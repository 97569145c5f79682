#!/usr/bin/env python3
"""Run all hooks of this repository on this repository, as it is committed, under a real driver.

python3 tests/packaging/own_hooks.py                      every file, and what the last commit changed
python3 tests/packaging/own_hooks.py --base origin/main   every file, and what changed since the branch left main
python3 tests/packaging/own_hooks.py --driver prek        the same with the other driver

They run in a scratch clone without examples/acme, and as .github/guardrails.yaml configures them. The driver is looked
for beside this Python, then on the PATH. Exit code 1 when a hook refuses something.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = "examples/acme"
STAGES = ("manual", "commit-msg")  # between them every id of the manifest runs


def git(*arguments: str, cwd: Path) -> str:
    """Run git; what it prints."""
    done = subprocess.run(["git", *arguments], cwd=cwd, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def without_examples(folder: Path, commit: str, *parents: str) -> str:
    """A commit like another one, but without the examples; its id."""
    git("read-tree", commit, cwd=folder)
    git("rm", "-r", "-q", "--cached", "--ignore-unmatch", EXAMPLES, cwd=folder)
    message = git("log", "-1", "--format=%B", commit, cwd=folder)
    on = [part for parent in parents for part in ("-p", parent)]
    return git("commit-tree", *on, "-m", message, git("write-tree", cwd=folder), cwd=folder)


def configuration(text: str, repository: Path, revision: str) -> str:
    """The configuration with a real repository and revision in it."""
    return text.replace("repo: .\n  rev: HEAD\n", f"repo: {repository.as_posix()}\n  rev: {revision}\n")


def runs(configured: Path, base: str, head: str) -> list[list[str]]:
    """The arguments of the driver, for one run after another."""
    made = []
    for stage in STAGES:
        message = ["--commit-msg-filename", ".git/message"] if stage == "commit-msg" else []
        made.append(["run", "--config", str(configured), "--hook-stage", stage, *message, "--all-files"])
    between = ["--from-ref", base, "--to-ref", head]
    return [*made, ["run", "--config", str(configured), *between]]


def main() -> int:
    """Clone, configure, run."""
    parser = argparse.ArgumentParser(description="Run all hooks of this repository on this repository.")
    parser.add_argument("--base", default="HEAD~1", help="judge what changed since it forked from here")
    parser.add_argument("--driver", choices=["pre-commit", "prek"], default="pre-commit")
    options = parser.parse_args()
    near = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    driver = shutil.which(options.driver, path=near)
    if driver is None:
        parser.error(f"{options.driver} is not installed: python3 -m pip install {options.driver}")
    base = git("merge-base", options.base, "HEAD", cwd=ROOT)
    with tempfile.TemporaryDirectory(prefix="own-hooks-") as scratch:
        folder = Path(scratch) / "clone"
        git("clone", "--quiet", "--shared", "--no-checkout", str(ROOT), str(folder), cwd=ROOT)
        git("config", "user.name", "Nobody", cwd=folder)
        git("config", "user.email", "nobody@example.com", cwd=folder)
        judged_base = without_examples(folder, base)
        head = without_examples(folder, "HEAD", judged_base)
        git("reset", "--quiet", "--hard", head, cwd=folder)
        (folder / ".git/message").write_text(git("log", "-1", "--format=%B", cwd=folder) + "\n")
        configured = Path(scratch) / "guardrails.yaml"
        configured.write_text(configuration((folder / ".github/guardrails.yaml").read_text(), folder, head))
        return max(subprocess.run([driver, *one], cwd=folder).returncode for one in runs(configured, judged_base, head))


if __name__ == "__main__":
    sys.exit(main())
