"""The commits of a range with what each changes, from one git process."""

from __future__ import annotations

from guardrail_hooks.core import raw
from guardrail_hooks.core.git import git
from guardrail_hooks.core.situation import COMMIT, MERGE, Situation
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.core.raw import Change

# Fields end with NUL, the one character that neither a message nor a name nor a path can hold. A record begins with a
# lone slash, which no path can be.
START = b"/"
FIELDS = ("%H", "%P", "%an", "%ae", "%s", "%(trailers:key=Changelog,valueonly,unfold)")
FORM = f"%x00{START.decode()}%x00{'%x00'.join(FIELDS)}%x00"
PLAIN = ("--no-color", "--no-show-signature", "--no-notes", "--no-ext-diff", "--no-textconv", "--encoding=UTF-8")


class Logged(namedtuple("Logged", "commit parents name email subject trailers changes")):
    """A commit of a range: its id, parents, author, subject, `Changelog:` trailers and changes (a merge has none)."""

    __slots__ = ()
    commit: str
    parents: list[str]
    name: str
    email: str
    subject: str
    trailers: list[str]
    changes: list[Change]

    @property
    def is_merge(self) -> bool:
        """Whether it has several parents."""
        return len(self.parents) > 1


def commits_of(span: str) -> Iterator[Logged]:
    """The commits of a range, oldest first."""
    options = ("--reverse", "--root", *PLAIN, *raw.FORM, f"--format={FORM}")
    told = iter(git("log", *options, "--end-of-options", span, "--").split(b"\0"))
    word = next(told, None)
    while word is not None:
        if word != START:
            word = next(told, None)
            continue
        commit, parents, name, email, subject, trailers = (next(told).decode("utf-8", "replace") for _ in FIELDS)
        rows: list[bytes] = []
        while (word := next(told, None)) not in (START, None):
            if row := word.lstrip(b"\n") if not len(rows) % 2 else word:
                rows.append(row)
        changes = list(raw.read_raw(b"\0".join([*rows, b""]))) if rows else []
        values = [value for value in trailers.splitlines() if value.strip()]
        yield Logged(commit, parents.split(), name, email, subject, values, changes)


def situation_of(commit: Logged) -> Situation:
    """What one commit of a range changes, as a situation; a merge as against its first parent."""
    first, *others = commit.parents or [""]
    if others:
        changes = raw.changed_between(first, commit.commit)
        return Situation(MERGE, first, commit.commit, changes, others, "")
    return Situation(COMMIT, first, commit.commit, commit.changes, [], "")
