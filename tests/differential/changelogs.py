"""changelog-required beside `towncrier check`, commit by commit along the first parents of real histories."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.differential import peers
from tests.differential.account import BOTH, UNEXPLAINED, US, Account, Verdict
from tests.differential.trees import git, git_directory, name_of

COMMITS = 25  # of each history, newest first
MISSING = ("CHG101", "CHG102", "CHG103", "CHG108")
FRAGMENT = re.compile(
    r"(^|/)(changes|changelog\.d|changelog|news|newsfragments|CHANGES|docs/changelog|topfiles)/[^/]+$"
)

VERDICTS = {
    "only paths that need no entry": Verdict(
        "peer", BOTH, "locks and generated or vendored files are exempt; towncrier asks for a fragment for every file"
    ),
    "the news file itself": Verdict(
        "ours", BOTH, "towncrier takes any touch of the news file for a release; an entry in words is asked for here"
    ),
    "a fragment that is no fragment": Verdict(
        "ours", US, "the fragment is of a type that towncrier.toml does not list, is empty, or was deleted (CHG109)"
    ),
    "a fragment that was edited": Verdict(
        "ours", BOTH, "towncrier takes an edit of an old fragment for news of this change"
    ),
    "an unlisted name in the fragment's folder": Verdict(
        "peer", BOTH, "the other side reads the file's name differently"
    ),
    "a waiver": Verdict(
        "peer", US, "a bot's update, or a commit that says why it needs no entry, told on standard error"
    ),
}


def towncrier(sources: Iterable[Path], home: Path, scratch: Path) -> Account:
    """Compare the verdicts on each commit against its first parent."""
    account = Account("changelog-required and towncrier check", VERDICTS)
    tool = peers.program(home, "towncrier")
    for source in sources:
        tree = scratch / name_of(source)
        if not tree.exists():
            git("clone", "--quiet", "--shared", "--no-checkout", git_directory(source), tree)
        commits = git("rev-list", "--first-parent", f"--max-count={COMMITS + 1}", "HEAD", cwd=tree).decode().split()
        if len(commits) < 2:
            continue
        account.repositories += 1
        tip = commits[0]
        for commit, parent in itertools.pairwise(commits):
            where = f"{tree.name}: {commit[:12]}"
            subprocess.run(
                ["git", "checkout", "--quiet", "--force", commit], cwd=tree, capture_output=True, check=False
            )
            theirs = _towncrier(tool, tree, parent)
            mine, is_waived = _ours(tree, parent, commit)
            if theirs is None or mine is None:
                account.leave_out("no towncrier configuration, or a commit that one of the two cannot judge")
            elif bool(mine) == theirs:
                account.agree(reported=theirs)
            else:
                changed = git("diff", "--name-status", "--no-renames", parent, commit, cwd=tree).decode(
                    "utf-8", "replace"
                )
                account.differ("a waiver" if is_waived else _class(changed, mine), where)
        subprocess.run(["git", "checkout", "--quiet", "--force", tip], cwd=tree, capture_output=True, check=False)
    return account


def _towncrier(tool: Path, tree: Path, parent: str) -> bool | None:
    """Whether `towncrier check` refuses what is checked out, None where it cannot tell."""
    done = subprocess.run(
        [tool, "check", "--compare-with", parent], cwd=tree, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return False
    return True if "No new newsfragments found" in done.stdout + done.stderr else None


def _ours(tree: Path, parent: str, commit: str) -> tuple[list[str] | None, bool]:
    """The codes of ours that ask for an entry, None where it cannot judge; and whether a waiver was used."""
    refs = {"PRE_COMMIT_FROM_REF": parent, "PRE_COMMIT_TO_REF": commit}
    command = [peers.OURS / "changelog-required", "--format", "json"]
    done = subprocess.run(command, cwd=tree, env={**os.environ, **refs}, capture_output=True, check=False)
    if done.returncode not in (0, 1):
        return None, False
    codes = [row["code"] for row in json.loads(done.stdout) if row["code"] in (*MISSING, "CHG109")]
    return codes, b"waived by" in done.stderr


def _class(changed: str, mine: list[str]) -> str:
    """Why one of the two alone refuses a commit."""
    rows = [row.split("\t") for row in changed.splitlines()]
    added = [path for status, path in rows if status == "A" and FRAGMENT.search(path)]
    if mine:
        if "CHG109" in mine:
            return "a fragment that is no fragment"
        if added:
            return f"{UNEXPLAINED}: a fragment that is not known here"
        if any(FRAGMENT.search(path) for _, path in rows):
            return "a fragment that was edited"
        news = any(re.search(r"(?i)(news|change|history|release)[^/]*\.(rst|md|txt)$", path) for _, path in rows)
        return "the news file itself" if news else UNEXPLAINED
    return f"{UNEXPLAINED}: a fragment that towncrier does not know" if added else "only paths that need no entry"
