"""Which change is being judged: references from the driver, CI variables, or the commit in the making."""

from __future__ import annotations

import os

from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.core.git import git, is_shallow, merge_base, resolve_commit, run_git

DEEPEN = (
    "fetch the history first: `fetch-depth: 0` for actions/checkout, `GIT_DEPTH: 0` on GitLab, `git fetch --unshallow`"
)
# The base of a proposed change as CI services tell it: a commit, or the name of a branch.
CI_COMMITS = ("CI_MERGE_REQUEST_DIFF_BASE_SHA",)  # GitLab: predefined variables
CI_BRANCHES = (
    "GITHUB_BASE_REF",  # GitHub Actions: default environment variables
    "BITBUCKET_PR_DESTINATION_BRANCH",  # Bitbucket Pipelines: default variables
    "SYSTEM_PULLREQUEST_TARGETBRANCH",  # Azure Pipelines: predefined variables
)


def refs_from_driver() -> tuple[str, str] | None:
    """The two references of `--from-ref`/`--to-ref` or of a push, as pre-commit and prek export them."""
    for first, second in (("PRE_COMMIT_FROM_REF", "PRE_COMMIT_TO_REF"), ("PRE_COMMIT_ORIGIN", "PRE_COMMIT_SOURCE")):
        old, new = os.environ.get(first, ""), os.environ.get(second, "")
        if old and new:
            return old, new
    return None


def require_commit(name: str, *, told_by: str) -> str:
    """The full id of a commit. Raises `CannotJudge` with what to do where this clone lacks it."""
    commit = resolve_commit(name)
    if commit is None:
        raise CannotJudge(f"{told_by} {name} is not in this clone: {DEEPEN}")
    return commit


def base_of_range(old: str, new: str) -> str:
    """The base of `old..new`: their merge base, or `old` itself where they share no history. Full commit ids."""
    first = require_commit(old, told_by="base")
    second = require_commit(new, told_by="head")
    return merge_base(first, second) or first


def base_from_ci() -> str | None:
    """The base commit that a CI service names, None where none does.

    Raises `CannotJudge` when one is named and this clone lacks it or the history that leads there.
    """
    for variable in CI_COMMITS:
        if name := os.environ.get(variable, ""):
            return require_commit(name, told_by=variable)
    for variable in CI_BRANCHES:
        if name := os.environ.get(variable, "").removeprefix("refs/heads/"):
            commit = resolve_commit(f"refs/remotes/origin/{name}") or resolve_commit(name)
            if commit is None:
                raise CannotJudge(f"{variable} {name} is not in this clone: {DEEPEN}")
            return _meeting_point(commit, f"{variable} {name}")
    return None


def base_by_name(name: str) -> str:
    """The base commit that `--base` names: where it and HEAD meet, or itself where they never did."""
    return _meeting_point(require_commit(name, told_by="--base"), f"--base {name}")


def _meeting_point(commit: str, name: str) -> str:
    """The merge base of a commit and HEAD. Raises `CannotJudge` where a shallow clone hides it."""
    head = resolve_commit("HEAD")
    if head is None or head == commit:
        return commit
    meeting = merge_base(commit, head)
    if meeting is None and is_shallow():
        raise CannotJudge(f"this shallow clone does not reach where {name} and HEAD meet: {DEEPEN}")
    return meeting or commit


def base_for_new_only(named: str) -> str:
    """The commit whose findings are old: `--base`, the driver's references, CI variables, HEAD, or HEAD's parent.

    HEAD is the base while the index or the work tree differs from it; a clean checkout is compared with HEAD's first
    parent. An empty string stands for the empty tree: all of a first push is new. Raises `CannotJudge` rather than pass
    blindly.
    """
    if named:
        return base_by_name(named)
    if refs := refs_from_driver():
        return base_of_range(*refs)
    if os.environ.get("PRE_COMMIT_REMOTE_NAME"):
        return ""
    if base := base_from_ci():
        return base
    head = resolve_commit("HEAD")
    if head is None:
        return ""
    if run_git("diff-index", "--quiet", "--ignore-submodules=none", "HEAD", "--")[0] and _really_differs():
        return head
    if parent := resolve_commit("HEAD^1"):
        return parent
    if is_shallow():
        raise CannotJudge(f"--new-only needs HEAD's parent, which this shallow clone lacks: {DEEPEN}")
    return ""


def _really_differs() -> bool:
    """Whether a difference from HEAD is one of content: file times alone (a fresh copy) do not count."""
    return bool(
        git("diff", "--no-ext-diff", "--no-textconv", "--name-only", "-z", "--ignore-submodules=none", "HEAD", "--")
    )
