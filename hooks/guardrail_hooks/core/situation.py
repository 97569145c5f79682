"""Which change is being judged, as data: an ordinary commit, an amendment, a merge, a replay, a range, or no change.

Nothing is guessed from file names on the command line: drivers never pass deletions. What counts is what git and the
driver tell through the environment, the git folder and, where it can be read, the command line of the git process.
"""

from __future__ import annotations

import os

from guardrail_hooks.core import change, raw
from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.core.git import GitFailed, git, is_shallow, merge_base, resolve_commit, run_git
from guardrail_hooks.core.snapshot import list_index
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from guardrail_hooks.core.raw import Change

COMMIT, AMEND, MERGE, REPLAY, REVERT, RANGE, AUDIT, NOTHING = (
    "commit",
    "amend",
    "merge",
    "replay",
    "revert",
    "range",
    "audit",
    "nothing",
)
INDEX = ""  # the head of a change that is not committed yet
# Options of `git commit` whose value is the next word: git-commit(1).
TAKING_VALUES = frozenset({b"--message", b"--file", b"--template", b"--author", b"--date", b"--trailer", b"--cleanup"})


class Situation(namedtuple("Situation", "kind base head changes parents span")):
    """The change: its kind, the names of base and head, and the raw entries between them.

    `head` is INDEX or a commit. `base` is a commit, or empty for the empty tree and in an audit. `parents` are the
    commits that a merge brings in beside HEAD. `span` is the `A..B` of a range's commits, else empty.
    """

    __slots__ = ()
    kind: str
    base: str
    head: str
    changes: list[Change]
    parents: list[str]
    span: str


def judges_commits() -> bool:
    """Whether the driver names a commit as head, so that the index does not matter."""
    return change.refs_from_driver() is not None or bool(os.environ.get("PRE_COMMIT_REMOTE_NAME"))


def find_situation(
    root: str, *, base: str = "", amend: bool = True, meanwhile: Callable[[], None] | None = None
) -> Situation:
    """The change to be judged. `base` is the commit that the user names; `amend` allows to look for an amendment.

    `meanwhile` is done while git compares the index, where it does so.

    Raises `CannotJudge` where a base is named (by the user, the driver or a CI service) and cannot be resolved.
    """
    refs = change.refs_from_driver()
    if base:
        head = refs[1] if refs else INDEX
        return _range(base, head, told_by="--base")
    if refs:
        return _range(*refs, told_by="base")
    if os.environ.get("PRE_COMMIT_REMOTE_NAME"):
        pushed = os.environ.get("PRE_COMMIT_TO_REF") or "HEAD"
        return Situation(AUDIT, "", pushed, [], [], "")
    committing = "GIT_INDEX_FILE" in os.environ
    ci = None if committing else _ci_branch()
    if ci:
        return _range(ci[1], INDEX, told_by=ci[0])
    return _in_the_making(root, committing=committing, amend=amend, meanwhile=meanwhile)


def _in_the_making(root: str, *, committing: bool, amend: bool, meanwhile: Callable[[], None] | None) -> Situation:
    """The commit that is being made, or an audit where nothing is staged and nobody commits."""
    try:
        changes = raw.staged_since("HEAD", meanwhile=meanwhile)
    except GitFailed:
        if run_git("rev-parse", "--verify", "--quiet", "HEAD")[0] == 0:
            raise
        changes = raw.all_added(list_index().items())
        return Situation(COMMIT if changes else AUDIT, "", INDEX, changes, [], "")
    folder = git_folder(root)
    parents = _merged_heads(folder)
    if parents:
        return Situation(MERGE, "HEAD", INDEX, changes, parents, "")
    if not changes:
        return Situation(NOTHING if committing else AUDIT, "HEAD", INDEX, [], [], "")
    if any(os.path.lexists(os.path.join(folder, name)) for name in ("rebase-merge", "rebase-apply")):
        return Situation(REPLAY, "HEAD", INDEX, changes, [], "")
    for name, kind in (("CHERRY_PICK_HEAD", REPLAY), ("REVERT_HEAD", REVERT)):
        if os.path.lexists(os.path.join(folder, name)):
            return Situation(kind, "HEAD", INDEX, changes, [], "")
    if amend and committing and (amended := _amended(changes)):
        return amended
    return Situation(COMMIT, "HEAD", INDEX, changes, [], "")


def git_folder(root: str) -> str:
    """The git folder of this work tree, where merges and rebases leave their state."""
    named = os.environ.get("GIT_DIR", "")
    path = os.path.abspath(named) if named else os.path.join(root, ".git")
    if os.path.isdir(path):
        return path
    try:
        with open(path, "rb") as file:
            target = os.fsdecode(file.read(4096).partition(b"gitdir:")[2].strip())
    except OSError:
        return path
    return os.path.normpath(os.path.join(os.path.dirname(path), target))


def _merged_heads(folder: str) -> list[str]:
    """The commits that a merge brings in.

    MERGE_HEAD does not exist yet at pre-merge-commit; there git tells them by variables named after the commits.
    """
    try:
        with open(os.path.join(folder, "MERGE_HEAD"), encoding="ascii") as file:
            return file.read().split()
    except (OSError, ValueError):
        action = os.environ.get("GIT_REFLOG_ACTION", "")
        if not action.startswith(("merge", "pull")):
            return []
        return sorted(name[len("GITHEAD_") :] for name in os.environ if name.startswith("GITHEAD_"))


def _amended(staged: list[Change]) -> Situation | None:
    """The amendment of HEAD, if that is what is being made.

    At `git commit --amend` the staged difference is against HEAD, not against its parent. git exports the author to
    hooks, and an amendment keeps HEAD's to the second; the command line of the git process decides where it is known.
    """
    told = _told_by_command_line()
    if told is False or (told is None and "GIT_AUTHOR_DATE" not in os.environ):
        return None
    form = "--format=%P%x00%an%x00%ae%x00%ad"
    out = git("diff-tree", "--root", "--always", "--date=raw", form, *raw.FORM, "HEAD", "--")
    parents, name, email, date, rest = out.split(b"\0", 4)
    if told is None:
        variables = ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_DATE")
        here = [os.environb.get(os.fsencode(variable), b"") for variable in variables]
        if [name, email, date] != [*here[:2], here[2].removeprefix(b"@")]:
            return None
    if b" " in parents:  # a merge that is amended brings nothing of its own
        return Situation(REPLAY, "HEAD", INDEX, staged, [], "")
    if not parents and b"\nparent " in git("cat-file", "commit", "HEAD").partition(b"\n\n")[0]:
        raise CannotJudge(f"an amendment needs HEAD's parent, which this shallow clone lacks: {change.DEEPEN}")
    changes = raw.joined(raw.read_raw(rest.lstrip(b"\n")), staged)
    return Situation(AMEND, parents.decode(), INDEX, changes, [], "")


def _told_by_command_line() -> bool | None:
    """Whether the git process above us was started with `--amend`; None where that cannot be known."""
    process = os.getppid()
    for _ in range(12):
        try:
            with open(f"/proc/{process}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
            with open(f"/proc/{process}/stat", "rb") as file:
                parent = int(file.read().rpartition(b")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            return None
        if os.path.basename(words[0]) == b"git":
            rest = iter(words[1:])
            command = next((word for word in rest if not _is_global(word, rest)), b"")
            # an alias may hide the option: only the command's own name is proof
            return is_amendment(rest) if command == b"commit" else None
        process = parent
    return None


def is_amendment(words: Iterable[bytes]) -> bool:
    """Whether the words behind `git commit` ask for an amendment; messages and paths may look as if they did."""
    before = b""
    for word in words:
        if word == b"--":
            return False
        is_value = _takes_the_next(before)
        if len(word) > 3 and b"--amend".startswith(word) and not is_value:
            return True
        before = b"" if is_value else word
    return False


def _takes_the_next(word: bytes) -> bool:
    """Whether the value of an option of `git commit` is the next word, as in `-am TEXT`."""
    if word[:1] != b"-" or word[:2] == b"--":
        return word in TAKING_VALUES
    taking = next((at for at, letter in enumerate(word) if letter in b"mFCctSu"), 0)
    return taking == len(word) - 1 and word[-1:] not in b"-Su"


def _is_global(word: bytes, rest: Iterator[bytes]) -> bool:
    """Whether a word stands before git's subcommand; the value of an option that takes one is skipped."""
    if word in (b"-C", b"-c", b"--git-dir", b"--work-tree", b"--namespace", b"--exec-path"):
        next(rest, None)
    return word.startswith(b"-")


def _ci_branch() -> tuple[str, str] | None:
    """The base that a CI service names: the variable and the first name of it that this clone may know."""
    for variable in (*change.CI_COMMITS, *change.CI_BRANCHES):
        if name := os.environ.get(variable, ""):
            return variable, name
    return None


def _range(old: str, new: str, *, told_by: str) -> Situation:
    """The change from where `old` and `new` meet to `new` (INDEX: to what is staged)."""
    names = [old]
    if told_by in change.CI_BRANCHES:
        name = old.removeprefix("refs/heads/")
        names = [f"refs/remotes/origin/{name}", name]
    for name in names:
        found = None if name.startswith("-") or new.startswith("-") else _meet(name, new)
        if found is not None:
            base, changes = found
            return Situation(RANGE, base, new, changes, [], f"{name}..{new or 'HEAD'}")
    if resolve_commit(names[-1]) is None:
        raise CannotJudge(f"{told_by} {old} is not in this clone: {change.DEEPEN}")
    raise CannotJudge(f"head {new or 'HEAD'} is not in this clone: {change.DEEPEN}")


def _meet(old: str, new: str) -> tuple[str, list[Change]] | None:
    """A name of the base and the difference; None where a name is unknown. One process where git can do it in one."""
    if new == INDEX:
        command = ("diff-index", "--cached", "--ita-invisible-in-index", *raw.FORM[1:], "--merge-base", old, "--")
    else:
        command = ("diff-tree", *raw.FORM, "--merge-base", old, new, "--")
    code, out, _ = run_git(*command)
    if code == 0:
        return old, list(raw.read_raw(out))
    first, second = resolve_commit(old), resolve_commit(new or "HEAD")
    if first is None or second is None:
        return None
    base = merge_base(first, second)
    if base is None and is_shallow():
        raise CannotJudge(f"this shallow clone does not reach where {old} and {new or 'HEAD'} meet: {change.DEEPEN}")
    base = base or first
    return base, raw.staged_since(base) if new == INDEX else raw.changed_between(base, second)
