#!/usr/bin/env python3
"""Show what a user sees: the example repository acme under the real pre-commit with our hooks.

Sets up what it needs (once), makes a scratch git repository from `examples/acme/before`, and tries to commit it: the
hooks refuse. Then it copies `examples/acme/after` over it and commits again: accepted. Exits 0 when every hook refused
the first and none the second. Arguments go on to `pre-commit run`, for instance `--verbose` or the id of one hook.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from run import ENVIRONMENT, SCRIPTS, WHEELS, ensure_environment  # noqa: E402  (found by the line above)

DEMO = ENVIRONMENT / "demo"
AUTHOR = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Ann Author"), ("EMAIL", "ann@example.com"))
}


def driver_environment(home: Path) -> dict[str, str]:
    """The environment of a driver that installs hooks from the wheels at hand and knows no other settings."""
    foreign = ("PRE_COMMIT", "PREK", "GITHUB_", "GITLAB_", "CI_", "BITBUCKET_", "SYSTEM_", "GIT_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return environment | AUTHOR | {
        "PATH": os.pathsep.join([str(SCRIPTS), environment.get("PATH", "")]),
        "PRE_COMMIT_HOME": str(home / "pre-commit"),
        "PREK_HOME": str(home / "prek"),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(WHEELS),
        "UV_OFFLINE": "1",
        "UV_NO_INDEX": "1",
        "UV_FIND_LINKS": str(WHEELS),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
    }  # fmt: skip


def git(*arguments: str, cwd: Path, environment: dict[str, str] | None = None, check: bool = True) -> str:
    """Run git in a folder and return what it prints."""
    environment = environment or {**os.environ, **AUTHOR, "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(["git", *arguments], cwd=cwd, env=environment, capture_output=True, text=True)
    if check and done.returncode:
        raise SystemExit(f"git {' '.join(arguments)} failed: {done.stderr}")
    return done.stdout


def hook_repository(home: Path) -> tuple[Path, str]:
    """This checkout, uncommitted work included, as a repository of its own that a driver can clone; its path and tag.

    The tag names the content, so a driver installs it once per state of the checkout.
    """
    listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).split("\0")
    needed = ("hooks/", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
    files = sorted(name for name in listed if name.startswith(needed) and (ROOT / name).is_file())
    content = hashlib.sha256()
    for name in files:
        content.update(name.encode() + b"\0" + (ROOT / name).read_bytes() + b"\0")
    tag = f"v0.0.{int(content.hexdigest()[:12], 16)}"
    path = home / f"guardrail-hooks-{tag}"
    if not (path / ".git").exists():
        home.mkdir(parents=True, exist_ok=True)
        scratch = home / f"making-{os.getpid()}"
        shutil.rmtree(scratch, ignore_errors=True)
        for name in files:
            target = scratch / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)
        git("init", "-q", "-b", "main", cwd=scratch)
        git("add", "-A", "-f", cwd=scratch)
        git("commit", "-q", "-m", tag, cwd=scratch)
        git("tag", tag, cwd=scratch)
        try:
            scratch.rename(path)
        except OSError:  # another process was faster
            shutil.rmtree(scratch)
    return path, tag


def hook_ids() -> list[str]:
    """The ids of the hooks that run at the pre-commit stage."""
    manifest = (ROOT / ".pre-commit-hooks.yaml").read_text()
    entries = re.split(r"(?m)^- id: ", manifest)[1:]
    return [entry.split("\n", 1)[0] for entry in entries if "stages: [pre-commit" in entry]


def configuration(repository: Path, tag: str) -> str:
    """The `.pre-commit-config.yaml` that a user writes, with this checkout as the source."""
    hooks = "".join(f"  - id: {name}\n" for name in hook_ids())
    return f"repos:\n- repo: {repository.as_posix()}\n  rev: {tag}\n  hooks:\n{hooks}"


def run_hooks(scratch: Path, environment: dict[str, str], arguments: list[str]) -> tuple[int, str]:
    """What `pre-commit run` says about the staged files."""
    command = ["pre-commit", "run", "--color", "never", *arguments]
    print(f"\n$ {' '.join(command[:2])}", flush=True)
    done = subprocess.run(
        command, cwd=scratch, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    print(done.stdout, flush=True)
    return done.returncode, done.stdout


def copy_example(state: str, scratch: Path) -> None:
    """Replace the files of the scratch repository by those of the example."""
    for entry in scratch.iterdir():
        if entry.name not in (".git", ".pre-commit-config.yaml"):
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    shutil.copytree(ROOT / "examples/acme" / state, scratch, dirs_exist_ok=True)


def main() -> int:
    """Refused, mended, accepted."""
    ensure_environment()
    environment = driver_environment(DEMO)
    repository, tag = hook_repository(DEMO)
    scratch = DEMO / "acme"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    git("init", "-q", "-b", "main", cwd=scratch, environment=environment)
    (scratch / ".pre-commit-config.yaml").write_text(configuration(repository, tag))
    arguments = sys.argv[1:]

    print("A shop commits its services (examples/acme/before):")
    copy_example("before", scratch)
    git("add", "-A", cwd=scratch, environment=environment)
    refused, said = run_hooks(scratch, environment, arguments)
    chosen = [name for name in hook_ids() if not set(arguments) & set(hook_ids()) or name in arguments]
    silent = [name for name in chosen if f"- hook id: {name}\n- exit code: 1\n" not in said]

    print("The same files, mended as the messages say (examples/acme/after):")
    copy_example("after", scratch)
    git("add", "-A", cwd=scratch, environment=environment)
    accepted, _ = run_hooks(scratch, environment, arguments)

    for name in silent:
        print(f"not as promised: {name} did not refuse examples/acme/before")
    if accepted:
        print("not as promised: examples/acme/after was refused")
    if not (silent or accepted) and refused:
        print(f"As promised: all {len(chosen)} hooks refused the first commit and accepted the second.")
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
