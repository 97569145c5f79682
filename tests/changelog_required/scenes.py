"""Situations of git, made for the labelled cases in a real repository and judged in this process."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import stat
from pathlib import Path

from guardrail_hooks.changelog_required.cli import HOOK
from guardrail_hooks.core import judge

from tests.conftest import Repository


def place(repository: Repository, path: str, value) -> None:
    """Put one entry of a case on disk; a submodule goes into the index."""
    target = repository.path / path
    if isinstance(value, str) and (link := re.fullmatch(r"\(gitlink (\w*)\)", value)):
        target.mkdir(parents=True, exist_ok=True)
        oid = ((link[1] or "a") * 40)[:40]
        repository.git("update-index", "--add", "--cacheinfo", f"160000,{oid},{path}")
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_symlink() or target.exists():
        target.unlink()
    if isinstance(value, str) and value.startswith("-> "):
        target.symlink_to(value[3:])
    elif isinstance(value, dict):
        target.write_bytes(
            base64.b64decode(value["content_base64"]) if "content_base64" in value else value["content"].encode()
        )
    else:
        target.write_bytes(value.encode())


def stage(repository: Repository, paths) -> None:
    """Stage these paths, deletions included; submodules are staged already."""
    for path in paths:
        if not (repository.path / path).is_dir() or (repository.path / path).is_symlink():
            repository.git("add", "-A", "-f", "--", path, GIT_LITERAL_PATHSPECS="1")


def remove(repository: Repository, path: str) -> None:
    """Delete a file and the folders it leaves empty."""
    target = repository.path / path
    target.unlink()
    while (target := target.parent) != repository.path and not any(target.iterdir()):
        target.rmdir()


def write_tree(repository: Repository, tree, before=()) -> None:
    """Make work tree and index equal to a tree."""
    gone = [path for path in before if path not in tree]
    for path in gone:
        remove(repository, path)
    for path, value in tree.items():
        place(repository, path, value)
    stage(repository, [*gone, *tree])


def apply(repository: Repository, changes) -> list[str]:
    """Carry out and stage the operations of a case; the paths touched."""
    touched = []
    for change in changes:
        kind, path, to = change["op"], change["path"], change.get("to", "")
        touched += [path, to] if kind == "rename" else [path]
        if kind in ("add", "modify"):
            place(repository, path, change if "content_base64" in change else change["content"])
        elif kind == "delete":
            remove(repository, path)
        elif kind == "rename":
            content = change.get("content", (repository.path / path).read_text())
            remove(repository, path)
            place(repository, to, content)
        elif kind == "chmod":
            (repository.path / path).chmod(int(change["mode"], 8))
        elif kind == "symlink":
            place(repository, path, f"-> {to}")
        else:
            place(repository, path, f"(gitlink {to})")
    stage(repository, touched)
    return touched


def save(repository: Repository, message: str, author: str = "") -> str:
    """Commit what is staged."""
    who = [f"--author={author}"] if author else []
    repository.git("commit", "-q", "--no-verify", "--allow-empty", "-m", message, *who)
    return repository.git("rev-parse", "HEAD").strip()


class Judged:
    """One run: exit code, findings and what was said on standard error."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.err = err
        self.rows = json.loads(out) if out.strip() else []

    def found(self, *, errors_only: bool = False) -> list[tuple]:
        """(code, path) of each finding."""
        rows = [row for row in self.rows if row["severity"] == "error" or not errors_only]
        return [(row["code"], row["path"]) for row in rows]


class Scene:
    """Makes situations and runs the hook in them."""

    def __init__(self, repository: Repository, monkeypatch, capfd) -> None:
        self.repository = repository
        self.monkeypatch = monkeypatch
        self.capfd = capfd
        self.committing = True

    def run(self, *arguments: str, committing: bool = True, **environment: str) -> Judged:
        """Run the hook here as git runs it, or (not committing) as a driver does by hand."""
        with self.monkeypatch.context() as patch:
            patch.chdir(self.repository.path)
            if committing:
                patch.setenv("GIT_INDEX_FILE", self.repository.git("rev-parse", "--git-path", "index").strip())
            for name, value in environment.items():
                patch.setenv(name, value)
            self.capfd.readouterr()
            code = judge.main(HOOK, ["--format", "json", *arguments])
        out, err = self.capfd.readouterr()
        return Judged(code, out, err)

    def amend(self, *arguments: str, **environment: str) -> Judged:
        """Run the hook as git runs it for an amendment: with HEAD's author."""
        name, email, date = self.repository.git("log", "-1", "--date=raw", "--format=%an%n%ae%n%ad").splitlines()
        author = {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": email, "GIT_AUTHOR_DATE": f"@{date}"}
        return self.run(*arguments, **author, **environment)

    def leave(self, case) -> None:
        """Unstaged text, names without content, and the state of a stopped operation."""
        for path, value in case.get("worktree", {}).items():
            place(self.repository, path, value)
        if names := case.get("intent_to_add"):
            self.repository.git("add", "-N", "--", *names)
        if state := case.get("state", ""):
            target = self.repository.path / ".git" / state
            if state.startswith("rebase-"):
                target.mkdir()
            else:
                target.write_text(self.repository.git("rev-parse", "HEAD"))


def base_of(case, repository: Repository) -> None:
    """The base of a case at HEAD; an unborn branch for an empty one."""
    if case["base"]:
        write_tree(repository, case["base"])
        save(repository, "base")


def judge_case(case, scene: Scene, tmp_path: Path) -> list[Judged]:
    """Make the situation of a case and run the hook in it."""
    repository, mode, options = scene.repository, case["mode"], case.get("options", [])
    if case.get("outside_git"):
        shutil.rmtree(repository.path / ".git")
        return [scene.run(*options, committing=False, GIT_CEILING_DIRECTORIES=str(tmp_path))]
    base_of(case, repository)
    if mode == "merge":
        return judge_merge(case, scene)
    if mode in ("range", "all-files"):
        return [judge_range(case, scene, tmp_path)]
    if mode == "amend":
        write_tree(repository, case["head"], case["base"])
        save(repository, "head")
    if "/worktrees/" in case.get("env", {}).get("GIT_INDEX_FILE", ""):
        repository.git("worktree", "add", "-q", "-b", "wt", str(tmp_path / "wt"))
        repository.path = tmp_path / "wt"
    apply(repository, case["changes"])
    scene.leave(case)
    environment = {key: value for key, value in case.get("env", {}).items() if "<gitdir>" not in value}
    if "author" in case:
        environment["GIT_AUTHOR_NAME"] = case["author"].partition(" <")[0]
    if "stale_editmsg" in case:
        (repository.path / ".git/COMMIT_EDITMSG").write_text(case["stale_editmsg"])
    if mode == "commit-msg":
        (tmp_path / "message").write_text(case["message"])
        options = [*options, str(tmp_path / "message")]
    return [(scene.amend if mode == "amend" else scene.run)(*options, **environment)]


def judge_merge(case, scene: Scene) -> list[Judged]:
    """A merge, as git shows it at pre-merge-commit and at the commit that ends it."""
    repository, options = scene.repository, case.get("options", [])
    for branch in ("theirs", "ours"):
        repository.git("checkout", "-q", *(["-b", "theirs"] if branch == "theirs" else ["main"]))
        if case.get(branch):
            apply(repository, case[branch])
            save(repository, branch)
    repository.git("merge", "-q", "--no-ff", "--no-commit", "theirs", check=False)
    write_tree(repository, case.get("result", {}))
    scene.leave(case)
    runs = [scene.run(*options)]
    head = repository.path / ".git/MERGE_HEAD"
    theirs = head.read_text().strip()
    head.unlink()
    runs.append(scene.run(*options, GIT_REFLOG_ACTION="merge theirs", **{f"GITHEAD_{theirs}": "theirs"}))
    return runs


def judge_range(case, scene: Scene, tmp_path: Path) -> Judged:
    """A branch `feature` on top of `main`, between two references or as all files."""
    repository = scene.repository
    base = repository.git("rev-parse", "HEAD").strip()
    if steps := case.get("commits", []):
        repository.git("checkout", "-q", "-b", "feature")
        for step in steps:
            apply(repository, step["changes"])
            save(repository, step["message"], step.get("author", ""))
    for step in case.get("base_branch_commits", []):
        repository.git("checkout", "-q", "main")
        apply(repository, step["changes"])
        save(repository, step["message"])
        repository.git("checkout", "-q", "feature")
    environment = {key: value.replace("<base>", base) for key, value in case.get("env", {}).items()}
    if case["mode"] == "range":
        old = base if "shallow" in case else "main"
        environment |= {"PRE_COMMIT_FROM_REF": old, "PRE_COMMIT_TO_REF": repository.git("rev-parse", "feature").strip()}
    elif environment:
        repository.git("update-ref", "refs/remotes/origin/main", base)
    if case.get("stage") == "pre-push":
        environment["PRE_COMMIT_REMOTE_NAME"] = "origin"
    if "shallow" in case:
        clone = tmp_path / "clone"
        repository.git(
            "clone", "-q", f"--depth={case['shallow']}", "--branch=feature", repository.path.as_uri(), str(clone)
        )
        repository.path = clone
    scene.leave(case)
    return scene.run(*case.get("options", []), committing=False, **environment)


def make_writable(path: Path) -> None:
    """Undo what a test did to permissions."""
    os.chmod(path, stat.S_IRWXU)
