"""Changes in memory, for verdicts that need no git."""

from __future__ import annotations

import hashlib
import os

from guardrail_hooks.changelog_required.cli import HOOK
from guardrail_hooks.changelog_required.docket import Docket
from guardrail_hooks.changelog_required.fragment_config import FILES, detect
from guardrail_hooks.changelog_required.ground import Ground
from guardrail_hooks.changelog_required.settings import Settings
from guardrail_hooks.changelog_required.verdict import Verdict
from guardrail_hooks.core.options import parse
from guardrail_hooks.core.raw import Change
from guardrail_hooks.core.situation import COMMIT, INDEX, Situation
from guardrail_hooks.core.snapshot import Entry


def entries(files) -> dict[str, Entry]:
    """The entries of a tree: a file is its content, or (mode, content)."""
    found = {}
    for path in sorted(files):
        mode, content = files[path] if isinstance(files[path], tuple) else ("100644", files[path])
        found[path] = Entry(mode, hashlib.sha1(as_bytes(content)).hexdigest())
    return found


def as_bytes(content) -> bytes:
    return content.encode() if isinstance(content, str) else content


def changes(old, new) -> list[Change]:
    """What differs between two trees."""
    before, after = entries(old), entries(new)
    paths = sorted(before.keys() | after.keys())
    return [Change(path, before.get(path), after.get(path)) for path in paths if before.get(path) != after.get(path)]


class Shelf:
    """Answers as git does for objects of these trees, by id, and for paths of the head or of a named tree."""

    def __init__(self, head, trees, named) -> None:
        self.asked: list[list[str]] = []
        self.contents: dict[str, bytes] = {}
        for tree in trees:
            for path, entry in entries(tree).items():
                content = tree[path][1] if isinstance(tree[path], tuple) else tree[path]
                self.contents[entry.oid] = as_bytes(content)
        for name, tree in {"": head, **named}.items():
            for path, entry in entries(tree).items():
                self.contents[f"{name}:{path}"] = self.contents[entry.oid]

    def read(self, names) -> list[tuple[str, bytes] | None]:
        wanted = [os.fsdecode(name) for name in names]
        if wanted:
            self.asked.append(wanted)
        return [("blob", self.contents[name]) if name in self.contents else None for name in wanted]


class InMemory(Ground):
    """The ground of a tree that is not in git."""

    __slots__ = ()

    def __init__(self, library, head, names) -> None:
        super().__init__(library, INDEX, names)
        self._whole = entries(head)


def verdict(base, head, *options, kind=COMMIT, theirs=(), named=None, name="") -> tuple[Verdict, Shelf]:
    """What judges a change from one tree to another; `theirs` are the trees that a merge brings in."""
    settings = Settings(parse("changelog-required", HOOK.options, options))
    named = named or {}
    library = Shelf(head, [base, head, *theirs, *named.values()], named)
    ground = InMemory(library, head, settings.names)
    situation = Situation(kind, name, INDEX, changes(base, head), ["theirs"] * len(theirs), "")
    parents = [{change.path: change for change in changes(tree, head)} for tree in theirs]
    found = detect(settings, ground.at_head(FILES), lambda: manifests(head))
    library.asked.clear()
    return Verdict(Docket(settings, situation, ground), found, "/nowhere", parents), library


def manifests(head) -> dict[str, bytes]:
    return {path: as_bytes(head[path]) for path in head if path.endswith("package.json")}


def judged(base, head, *options, **more) -> list[str]:
    """`CODE path:line subject` of each finding."""
    judging, _ = verdict(base, head, *options, **more)
    return [told(one) for one in judging.judge() if hasattr(one, "rule")]


def told(finding) -> str:
    place = finding.place
    return f"{finding.rule.code} {place.path}:{place.line} {finding.subject}"
