"""A run that has something to judge: from the situation to findings, by way of waivers."""

from __future__ import annotations

import os

from guardrail_hooks.changelog_required.docket import Docket
from guardrail_hooks.changelog_required.fragment_config import FILES, detect
from guardrail_hooks.changelog_required.ground import Ground, changelog_pathspecs
from guardrail_hooks.changelog_required.verdict import Verdict
from guardrail_hooks.core import judge, raw
from guardrail_hooks.core import situation as situations
from guardrail_hooks.core.finding import Finding
from guardrail_hooks.core.git import Library
from guardrail_hooks.core.snapshot import Memory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from guardrail_hooks.changelog_required.settings import Settings
    from guardrail_hooks.changelog_required.waivers import Waiver
    from guardrail_hooks.core import allow
    from guardrail_hooks.core.raw import Change
    from guardrail_hooks.core.situation import Situation

    Items = list[Finding | allow.Remark]

NAME = "changelog-required"


def run(
    settings: Settings, situation: Situation, root: str, *, message: bytes | None, fix: bool
) -> tuple[Items, Memory]:
    """The findings about a situation, or about each commit of a range, and the texts they are about."""
    library = Library()
    try:
        library.start()  # it gets ready while the index is listed
        if settings.per_commit and situation.span:
            return _each_commit(settings, situation.span, library, root)
        return _judge(settings, situation, library, root, message=message, fix=fix)
    finally:
        library.close()


def _judge(
    settings: Settings, situation: Situation, library: Library, root: str, *, message: bytes | None, fix: bool
) -> tuple[Items, Memory]:
    """The findings about one situation, after waivers, and the texts they are about."""
    ground = Ground(library, situation.head, settings.names)
    docket = Docket(settings, situation, ground)
    kind = detect(settings, ground.at_head(FILES), lambda: _manifests(ground))
    if situation.kind == situations.AUDIT:
        from guardrail_hooks.changelog_required.audit import Audit

        verdict: Verdict = Audit(docket, kind, root, [])
        return list(verdict.judge()), Memory(verdict.texts)
    verdict = Verdict(docket, kind, root, _parents(docket, situation))
    found = list(verdict.judge())
    if any(_is_owed(item) for item in found):
        used, problems = _waivers(settings, situation, docket, message)
        for waiver in used:
            _tell(waiver)
        verdict.waived = bool(used) and not docket.excused
        found = [*problems, *(verdict.judge() if used else found)]
    if fix and any(_is_owed(item) for item in found):
        from guardrail_hooks.changelog_required.fix import write_drafts

        linked = {path: target for path, (target, _) in docket.changelogs.items()}
        write_drafts(settings, found, root, linked)
    return found, Memory(verdict.texts)


def _tell(waiver: Waiver) -> None:
    """Say that a waiver was used."""
    judge.tell(f"{NAME}: waived by {waiver.source}: {waiver.reason}")


OWED = frozenset({"CHG101", "CHG102", "CHG103", "CHG105", "CHG106", "CHG108"})


def _is_owed(item: Finding | allow.Remark) -> bool:
    """Whether a finding is one that a waiver excuses."""
    return isinstance(item, Finding) and item.rule.code in OWED


def _waivers(
    settings: Settings, situation: Situation, docket: Docket, message: bytes | None
) -> tuple[list[Waiver], list[Finding]]:
    """The waivers that apply, and what is wrong with others. Those of a range's commits excuse paths of the docket."""
    from guardrail_hooks.changelog_required import waivers

    waiver, problems = waivers.by_environment(settings)
    if waiver:
        return [waiver], problems
    used: list[Waiver] = []
    if situation.kind != situations.RANGE:
        if situation.head != situations.INDEX:  # made already: not by who runs this
            return [], problems
        if message is not None:
            _sort(waivers.by_message(settings, message), used, problems)
        name, email = os.environ.get("GIT_AUTHOR_NAME", ""), os.environ.get("GIT_AUTHOR_EMAIL", "")
        if not used and name and (bot := waivers.by_author(settings, name, email)):
            used.append(bot)
        return used[:1], [] if used else problems
    from guardrail_hooks.changelog_required.commits import commits_of

    touched: dict[str, bool] = {}
    for commit in commits_of(situation.span):
        if commit.is_merge:
            continue
        before = len(used)
        _sort(waivers.by_commit(settings, commit), used, problems)
        for change in commit.changes:
            touched[change.path] = touched.get(change.path, True) and len(used) > before
    docket.excuse(frozenset(path for path, excused in touched.items() if excused))
    return used if docket.excused else [], problems


def _sort(found: Iterable[Waiver | Finding], used: list[Waiver], problems: list[Finding]) -> None:
    """Put waivers to waivers, and what is wrong with others to problems."""
    for item in found:
        if isinstance(item, Finding):
            problems.append(item)
        else:
            used.append(item)


def _parents(docket: Docket, situation: Situation) -> list[dict[str, Change]]:
    """What a merge changes in changelogs against each further parent."""
    if not situation.parents:
        return []
    targets = [target for target, _ in docket.changelogs.values()]
    patterns = changelog_pathspecs(docket.settings.names) + [f":(top,literal){target}" for target in targets]
    if situation.head == situations.INDEX:
        sides = [raw.staged_since(parent, *patterns) for parent in situation.parents]
    else:
        sides = [raw.changed_between(parent, situation.head, *patterns) for parent in situation.parents]
    return [{change.path: change for change in changes} for changes in sides]


def _manifests(ground: Ground) -> dict[str, bytes | None]:
    """The package manifests of the head."""
    if ground.head == situations.INDEX:
        entries = ground.named(":(top,glob)**/package.json", ":(top)pnpm-workspace.yaml")
    else:
        names = ("package.json", "pnpm-workspace.yaml")
        entries = {path: entry for path, entry in ground.everything().items() if path.rpartition("/")[2] in names}
    wanted = {path: entry for path, entry in entries.items() if "node_modules/" not in path}
    ground.fetch([entry.oid for entry in wanted.values()], "a package.json")
    return {path: ground.content(entry.oid) for path, entry in wanted.items()}


def _each_commit(settings: Settings, span: str, library: Library, root: str) -> tuple[Items, Memory]:
    """The findings about every commit of a range by itself, told with the commit."""
    from guardrail_hooks.changelog_required import waivers
    from guardrail_hooks.changelog_required.commits import commits_of, situation_of

    every: Items = []
    for commit in commits_of(span):
        used: list[Waiver] = []
        problems: list[Finding] = []
        found, _ = _judge(settings, situation_of(commit), library, root, message=None, fix=False)
        if any(_is_owed(item) for item in found):
            _sort(waivers.by_commit(settings, commit), used, problems)
        if used:
            _tell(used[0])
            found = [item for item in found if not _is_owed(item)]
        for item in [*problems, *found]:
            if isinstance(item, Finding):
                message = f"{item.message} (commit {commit.commit[:9]}, {commit.subject})"
                every.append(item._replace(message=message, subject=f"{item.subject} {commit.commit}"))
    return every, Memory({})
