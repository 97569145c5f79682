"""The commits of a range with what each changes, from one git process."""

from __future__ import annotations

from guardrail_hooks.changelog_required.waivers import Logged
from guardrail_hooks.core import raw
from guardrail_hooks.core.git import git
from guardrail_hooks.core.situation import COMMIT, Situation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

FORM = "%x1e%H%x1f%P%x1f%an%x1f%ae%x1f%s%x1f%(trailers:key=Changelog,valueonly,unfold)%x1f"
PLAIN = ("--no-color", "--no-show-signature", "--no-notes", "--no-ext-diff", "--no-textconv")


def raw_commits(span: str) -> Iterator[tuple[Logged, Situation]]:
    """Each commit that is no merge, oldest first: its log record, and its change as a situation."""
    options = ("--reverse", "--no-merges", "--root", *PLAIN, *raw.FORM, f"--format={FORM}")
    out = git("log", *options, "--end-of-options", span, "--")
    for record in out.split(b"\x1e")[1:]:
        *parts, rest = record.split(b"\x1f", 6)
        commit, parent, name, email, subject, trailers = (part.decode("utf-8", "replace") for part in parts)
        rows = rest.lstrip(b"\0\n")
        changes = list(raw.read_raw(rows)) if rows else []
        values = [row for row in trailers.splitlines() if row.strip()]
        logged = Logged(commit, name, email, subject, values, [change.path for change in changes])
        yield logged, Situation(COMMIT, parent, commit, changes, [], "")
