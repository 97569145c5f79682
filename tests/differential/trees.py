"""Scratch repositories made of the files of public ones that a comparison reads, with nothing of the rest on disk."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

REGULAR = (b"100644", b"100755")


def git(*arguments: str | Path, cwd: Path | None = None, given: bytes = b"") -> bytes:
    """What git prints."""
    quiet = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(["git", *arguments], cwd=cwd, input=given, capture_output=True, check=True, env=quiet).stdout


def git_directory(source: Path) -> Path:
    """The git directory of a checkout, of a bare repository, or of a snapshot that is called `repo` in its folder."""
    for path in (source / ".git", source / "repo" / ".git", source / "repo", source):
        if (path / "HEAD").is_file() and (path / "objects").is_dir():
            return path.resolve()
    raise SystemExit(f"{source}: no git directory; name a checkout, a bare repository, or its folder")


def name_of(source: Path) -> str:
    """A name for a source: `owner+name` for snapshots, else the folder's."""
    parts = [part for part in source.resolve().parts if part not in ("repo", ".git")]
    return parts[-1]


def trees(sources: Iterable[Path], wanted: Callable[[str], bool], scratch: Path) -> Iterator[tuple[Path, list[str]]]:
    """For each source a repository under `scratch` with the wanted files of HEAD, and their paths; none without any."""
    for source in sources:
        directory = git_directory(source)
        tree = scratch / name_of(source)
        rows = []
        for row in git("--git-dir", directory, "ls-tree", "-r", "-z", "HEAD").split(b"\0"):
            meta, _, path = row.partition(b"\t")
            try:
                if meta[:6] in REGULAR and wanted(path.decode()):
                    rows.append(row)
            except UnicodeDecodeError:
                continue
        if not rows:
            continue
        if not tree.exists():
            git("init", "--quiet", tree)
            (tree / ".git/objects/info/alternates").write_text(f"{directory / 'objects'}\n")
            git("update-index", "-z", "--index-info", cwd=tree, given=b"".join(row + b"\0" for row in rows))
            # Snapshots lack some large files; what is there is written all the same.
            subprocess.run(["git", "checkout-index", "--all", "--force"], cwd=tree, capture_output=True, check=False)
        paths = (row.partition(b"\t")[2].decode() for row in rows)
        if present := [path for path in paths if (tree / path).is_file()]:
            yield tree, present
