"""Compare the Dockerfile reader with the official parser over real files.

    python -m tests.differential.dockerfiles [--all-versions] PATH...

Each PATH is a folder, a git directory (`.git`, or a bare repository), or a single file. In a folder every file named
like a Dockerfile is taken, in a git directory those of HEAD (with --all-versions those of every commit). Files with the
same content are compared once, template files are left out by their names. What is compared, and which differences of
the binding's older version are known, is said in tests/formats/dockerfile/official.py.

Prints one line per source with its counts, every disagreement, what was refused by whom and why, and totals. The exit
code is 1 if there was a disagreement or a traceback.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import dockerfile
from guardrail_hooks.formats.dockerfile import read
from guardrail_hooks.formats.file_names import is_dockerfile

from tests.formats.dockerfile.official import NotComparable, disagreements, official


def files_of(path: Path, *, all_versions: bool) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every Dockerfile of a source."""
    if path.is_file():
        yield path.name, path.read_bytes()
    elif (path / "HEAD").is_file() and (path / "objects").is_dir():
        yield from _of_git(path, all_versions=all_versions)
    else:
        for file in sorted(path.rglob("*")):
            name = file.relative_to(path).as_posix()
            if is_dockerfile(name) and file.is_file() and not file.is_symlink():
                yield name, file.read_bytes()


def _of_git(path: Path, *, all_versions: bool) -> Iterator[tuple[str, bytes]]:
    def git(*arguments: str, given: bytes = b"") -> bytes:
        return subprocess.run(
            ["git", "--git-dir", path, *arguments], input=given, capture_output=True, check=True
        ).stdout

    names: dict[bytes, str] = {}
    if all_versions:
        for row in git("log", "--all", "--raw", "-z", "--no-renames", "--no-abbrev", "--format=").split(b"\0:"):
            meta, _, name = row.lstrip(b":").partition(b"\0")
            fields = meta.split()
            if len(fields) == 5 and fields[1] in (b"100644", b"100755"):
                names[fields[3]] = name.rstrip(b"\0").decode("utf-8", "replace")
    else:
        for row in git("ls-tree", "-r", "-z", "HEAD").split(b"\0"):
            meta, _, name = row.partition(b"\t")
            if meta.startswith((b"100644", b"100755")):
                names[meta.split()[2]] = name.decode("utf-8", "replace")
    wanted = {oid: name for oid, name in names.items() if is_dockerfile(name)}
    answer = git("cat-file", "--batch", given=b"".join(oid + b"\n" for oid in wanted))
    position = 0
    for oid, name in wanted.items():
        end = answer.index(b"\n", position)
        fields = answer[position:end].split()
        position = end + 1
        if fields[1] == b"missing":
            continue
        size = int(fields[2])
        yield f"{name} ({oid[:10].decode()})", answer[position : position + size]
        position += size + 1


def verdict_of(content: bytes) -> tuple[str, str]:
    """Who refuses a file, and the reasons."""
    ours = read(content)
    mine = str(ours.problems[0]) if ours.problems else ""
    try:
        official(content, ours)
    except dockerfile.GoParseError as error:
        return ("refused by both" if mine else "refused by the official parser alone"), f"{_class(str(error))}"
    if mine:
        return "refused by the reader alone (a later step of the frontend refuses it)", _class(mine)
    return "accepted by both", ""


def _class(reason: str) -> str:
    """A reason without the words of the file."""
    return re.sub(r'"[^"]*"|(?<=: ).*|\d+', "...", reason)


def main() -> int:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--all-versions", action="store_true", help="every version in the history of a git directory")
    parser.add_argument("paths", nargs="+", type=Path)
    options = parser.parse_args()
    seen: set[str] = set()
    totals: Counter[str] = Counter()
    classes: Counter[tuple[str, str]] = Counter()
    for path in options.paths:
        counts: Counter[str] = Counter()
        for name, content in files_of(path, all_versions=options.all_versions):
            counts["files"] += 1
            digest = hashlib.sha256(content).hexdigest()
            if digest in seen:
                continue
            seen.add(digest)
            counts["distinct"] += 1
            try:
                found = disagreements(content)
                verdict = verdict_of(content)
                dockerfile_read = read(content)
                _ = dockerfile_read.stages, dockerfile_read.stage_problems, dockerfile_read.comments
            except NotComparable:
                counts["not comparable (NUL or not UTF-8)"] += 1
                continue
            except Exception:
                counts["tracebacks"] += 1
                print(f"{path}: {name}")
                traceback.print_exc()
                continue
            counts[verdict[0]] += 1
            classes[verdict] += bool(verdict[1])
            if found:
                counts["disagreements"] += 1
                print(f"{path}: {name}", *found, sep="\n  ")
        totals += counts
        print(f"{path}: {counts['files']} files, {counts['distinct']} new")
    print("\nrefusals:")
    for (verdict, reason), count in sorted(classes.items(), key=lambda item: (item[0][0], -item[1])):
        if count:
            print(f"  {count:5} {verdict}: {reason}")
    print("\ntotals:")
    for what, count in totals.items():
        print(f"  {count:6} {what}")
    return 1 if totals["disagreements"] or totals["tracebacks"] else 0


if __name__ == "__main__":
    sys.exit(main())
