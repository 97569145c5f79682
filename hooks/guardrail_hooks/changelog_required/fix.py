"""--fix: drafts of missing changelogs and entries in the work tree. Nothing is staged, no draft passes the check."""

from __future__ import annotations

import os
import posixpath

from guardrail_hooks.changelog_required import stamps, templates, texts
from guardrail_hooks.changelog_required.entries import open_releases, written
from guardrail_hooks.changelog_required.headings import OTHER
from guardrail_hooks.changelog_required.log import COMMON, FREE, HISTORY, KEEPACHANGELOG, RULE18, Log
from guardrail_hooks.changelog_required.rules_entry import NO_CHANGELOG, NO_ENTRY, NO_WORDS
from guardrail_hooks.changelog_required.words import is_placeholder
from guardrail_hooks.core.finding import CannotJudge, Finding
from guardrail_hooks.core.git import run_git
from guardrail_hooks.core.judge import tell
from guardrail_hooks.core.printable import printable
from guardrail_hooks.core.replace import NotReplaced, create_content, replace_content
from guardrail_hooks.core.snapshot import Unreadable, WorkTree
from guardrail_hooks.formats.markdown import BULLET, UNDERLINE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from guardrail_hooks.changelog_required.settings import Settings


def write_drafts(settings: Settings, findings: Iterable[object], root: str, linked: dict[str, str]) -> None:
    """Write a draft for each missing changelog and entry. `linked` are the files that changelogs lead to."""
    tree = WorkTree(root)
    for finding in findings:
        if not isinstance(finding, Finding) or finding.rule not in (NO_CHANGELOG, NO_ENTRY, NO_WORDS):
            continue
        path = linked.get(finding.place.path or "", finding.place.path or "")
        try:
            content = tree.read(path)
        except Unreadable:
            if finding.rule is NO_CHANGELOG and not tree.has(path):
                draft = new_changelog(settings, path)
                try:
                    create_content(root, path, draft.encode())
                except NotReplaced as reason:
                    _left(path, reason)
                    continue
                tell(printable(f"changelog-required: wrote a draft of {path}: fill in its TODOs and stage it"))
            continue
        if finding.rule is NO_CHANGELOG:
            continue
        try:
            line = _insert(settings, root, path, content)
        except NotReplaced as reason:
            _left(path, reason)
            continue
        if line:
            place = f"{path}, line {line}"
            tell(printable(f"changelog-required: wrote a draft of the entry into {place}: fill it in and stage it"))


def _left(path: str, reason: NotReplaced) -> None:
    """Say that no draft was written."""
    tell(printable(f"changelog-required: no draft was written: {path} {reason}"))


def new_changelog(settings: Settings, path: str) -> str:
    """The text of a new changelog. Raises `CannotJudge` for a template that would pass the check by itself."""
    folder = posixpath.dirname(path)
    name = posixpath.basename(folder) or "this project"
    kind = settings.template or (RULE18 if settings.style == RULE18 else KEEPACHANGELOG)
    now, author = stamps.written(settings.now), author_of()
    if kind in (KEEPACHANGELOG, RULE18) and not Log(path, b"", settings.style, settings.coming).is_markdown:
        return templates.RESTRUCTURED.format(name=name)
    if kind == KEEPACHANGELOG:
        return templates.KEEPACHANGELOG.format(name=name)
    if kind == RULE18:
        entry = templates.ENTRY.format(
            now=now, version="1.0.0", component="INITIAL", type="CREATION", text="Initial changelog", author=author
        )
        return templates.RULE18.format(name=name, location=folder, author=author, now=now, entry=entry)
    try:
        with open(kind, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError):
        raise CannotJudge(f"--template {kind}: choose keepachangelog, rule18, or a UTF-8 file that exists") from None
    for key, value in (("{name}", name), ("{now}", now), ("{author}", author), ("{directory}", folder or ".")):
        text = text.replace(key, value)
    if written(Log(path, text.encode(), settings.style, settings.coming), None, added_only=False).satisfies:
        raise CannotJudge(f"--template {kind}: its entry would pass the check; write `- TODO` in its place")
    return text


def author_of() -> str:
    """The address of the author by git's configuration."""
    code, out, _ = run_git("var", "GIT_AUTHOR_IDENT")
    ident = out.decode("utf-8", "replace")
    return ident.partition("<")[2].partition(">")[0] or "TODO" if code == 0 else "TODO"


def _insert(settings: Settings, root: str, path: str, content: bytes) -> int:
    """Put a draft of an entry into a changelog on disk; its line, 0 when one stands there already.

    Raises `NotReplaced`.
    """
    log = Log(path, content, settings.style, settings.coming)
    if log.text is None:
        return 0
    if not log.text.strip():
        return _replace_blank(settings, root, path, content)
    lines = log.document.lines
    if log.style == RULE18:
        at, stub = _rule18_stub(settings, log)
    elif log.is_markdown:
        at, stub = _plain_stub(settings, log)
    else:
        at, stub = _restructured_stub(log)
    if not stub:
        return 0
    changed = [*lines[:at], *stub, *lines[at:]]
    if log.style == RULE18:
        now = stamps.written(settings.now)
        changed = [f"{line.partition(':')[0]}: {now}" if "**Last Updated**:" in line else line for line in changed]
    end = "\r\n" if b"\r\n" in content else "\n"
    mark = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
    replace_content(os.path.join(root, path), content, mark + end.join(changed).encode())
    return at + 1 + next(offset for offset, line in enumerate(stub) if "TODO" in line or line.startswith("###"))


def _replace_blank(settings: Settings, root: str, path: str, content: bytes) -> int:
    """Put the draft of a new changelog into a file that holds nothing; the line of its first TODO."""
    draft = new_changelog(settings, path)
    replace_content(os.path.join(root, path), content, draft.encode())
    return next((number for number, line in enumerate(draft.split("\n"), 1) if "TODO" in line), 1)


def _rule18_stub(settings: Settings, log: Log) -> tuple[int, list[str]]:
    """Where a draft goes in a Rule 18 log (after how many lines), and its lines; none when the newest is a draft."""
    from guardrail_hooks.changelog_required.rule18 import fields_of

    if log.releases:
        newest = log.releases[0]
        fields = fields_of(log.document, newest.first, newest.last)
        if any(field.name == "What" and is_placeholder(field.value) for field in fields):
            return 0, []
        at = newest.heading.line - 1
    else:
        headings = [heading for heading in log.document.headings if heading.text.casefold().startswith(HISTORY)]
        if not headings:
            return 0, []
        at = headings[0].line
    entry = templates.ENTRY.format(
        now=stamps.written(settings.now),
        version=texts.next_version(log, settings),
        component="Component",
        type="TYPE",
        text="what was done",
        author=author_of(),
    )
    lines = entry.split("\n")
    return (at, lines) if log.releases else (at, ["", *lines[:-1]])


def _plain_stub(settings: Settings, log: Log) -> tuple[int, list[str]]:
    """Where a draft goes in any other log, and its lines; none when the open section holds one."""
    lines = log.document.lines
    opened = open_releases(log, is_base=True)
    if not opened:
        first = next((release for release in log.releases if release.title.kind != OTHER), None)
        if first is None:
            headings = [] if log.style == FREE else ["## [Unreleased]", "", "### Changed", ""]
            return _at_the_end(lines, *headings)
        if any(is_placeholder(item.text) for _, item in log.items(first)):
            return 0, []
        marks = "#" * first.heading.level
        name = "[Unreleased]"
        if log.style == COMMON:  # has no Unreleased: what is written down is released
            name = f"{texts.next_version(log, settings)} - {stamps.written(settings.now)[:10]}"
        return first.heading.line - 1, [f"{marks} {name}", "", f"{marks}# Changed", "", templates.STUB, ""]
    release = opened[0]
    if any(is_placeholder(item.text) for _, item in log.items(release)):
        return 0, []
    types = [heading for heading in log.document.headings if release.first <= heading.line <= release.last]
    changed = next((heading for heading in types if heading.text == "Changed"), None)
    if changed:
        at = changed.line
        while at < release.last and not lines[at].strip():
            at += 1
        return at, [templates.STUB]
    items = log.items(release)
    if items and not types and BULLET.match(lines[items[0][1].line - 1].lstrip()):
        return items[0][1].line - 1, [templates.STUB]
    at = release.heading.line + (
        1 if log.document.kinds[release.heading.line : release.heading.line + 1] == b"\x02" else 0
    )
    marks = "#" * (release.heading.level + 1)
    return at, ["", f"{marks} Changed", "", templates.STUB]


def _at_the_end(lines: list[str], *headings: str) -> tuple[int, list[str]]:
    """A draft below everything else; none when one stands there."""
    at = len(lines) - (1 if lines and not lines[-1] else 0)
    return at, [] if templates.STUB in lines else ["", *headings, templates.STUB]


def _restructured_stub(log: Log) -> tuple[int, list[str]]:
    """Where a draft goes in a reStructuredText log, and its lines; none when the open section holds one."""
    document = log.document
    first = next((release for release in log.releases if release.title.kind != OTHER), None)
    if first is None:
        return _at_the_end(document.lines)
    opened = open_releases(log, is_base=True)
    if not opened:
        at = first.heading.line - 1
        mark = document.lines[at + 1][0]
        is_overlined = at > 0 and document.kinds[at - 1] == UNDERLINE and document.lines[at - 1][0] == mark
        title = ["Unreleased", mark * len("Unreleased")]
        if is_overlined:
            at, title = at - 1, [mark * len("Unreleased"), *title]
        return at, [*title, "", templates.STUB, "", ""]
    items = log.items(opened[0])
    if any(is_placeholder(item.text) for _, item in items):
        return 0, []
    if items and BULLET.match(document.lines[items[0][1].line - 1].lstrip()):
        return items[0][1].line - 1, [templates.STUB]
    return opened[0].heading.line + 1, ["", templates.STUB]
