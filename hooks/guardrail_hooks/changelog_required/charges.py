"""The findings about entries that are owed and releases that were touched, with what to type next."""

from __future__ import annotations

import os
import posixpath

from guardrail_hooks.changelog_required import rules_entry as rules
from guardrail_hooks.changelog_required import texts
from guardrail_hooks.changelog_required.released import ADDED, LOST
from guardrail_hooks.changelog_required.rules_text import ENCODING
from guardrail_hooks.core.finding import Place, start_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from guardrail_hooks.changelog_required.fragments import Kind
    from guardrail_hooks.changelog_required.log import Log
    from guardrail_hooks.changelog_required.released import Difference
    from guardrail_hooks.changelog_required.settings import Settings
    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.core.raw import Change
    from guardrail_hooks.formats.markdown import Item

LONGEST = 60  # characters of an entry that are quoted


def deleted(path: str, base: str) -> Finding:
    """A changelog was deleted while its folder lives on."""
    folder = posixpath.dirname(path) or "the repository"
    return rules.DELETED.at(start_of(path), subject=path, path=path, folder=folder, base=base, name=texts.quoted(path))


def no_entry(path: str, log: Log | None, changes: Sequence[Change], settings: Settings, *, touched: bool) -> Finding:
    """A changelog was not touched, or touched without a word."""
    rule = rules.NO_WORDS if touched else rules.NO_ENTRY
    return rule.at(
        start_of(path),
        subject=path,
        path=path,
        how=texts.entry_to_write(path, log, settings),
        count=texts.counted(changes),
        files=texts.named(changes),
        where=texts.under(path),
    )


def no_text(path: str) -> Finding:
    """A changelog was touched that is no text, so that no entry can be read in it."""
    return ENCODING.at(start_of(path), subject=ENCODING.name, path=path)


def placeholder(path: str, item: Item) -> Finding:
    """The only new entry is a placeholder."""
    place = Place(path, item.line, item.column, item.line, item.column + len(item.text))
    text = item.text if len(item.text) <= LONGEST else f"{item.text[: LONGEST - 3]}..."
    return rules.PLACEHOLDER.at(place, subject=path, text=text, name=texts.quoted(path))


def no_changelog(path: str, problem: str, root: str) -> Finding:
    """A changelog that should govern does not exist, or is none."""
    folder, name = posixpath.dirname(path) or "this repository", texts.quoted(path)
    how = f"create it (`changelog-required --fix` writes a draft) with the entry, then `git add {name}`"
    if os.path.isdir(os.path.join(root, path)):
        problem = "is a folder"
    elif not problem and os.path.isfile(os.path.join(root, path)):
        problem = "exists on disk but is not staged"
        how = f"write the entry for this change into it, then `git add {name}`"
    problem = problem or "does not exist"
    return rules.NO_CHANGELOG.at(start_of(path), subject=path, path=path, folder=folder, problem=problem, how=how)


def difference(path: str, log: Log, found: Difference, base: str) -> Finding:
    """A released section is not what it was."""
    name = texts.quoted(path)
    place = Place(path, found.line, found.column, found.line, found.column)
    if found.kind == ADDED:
        how = f"move the line to {texts.open_section(log)}, then `git add {name}`"
        place = place._replace(end_column=found.column + len(found.text))
        return rules.MISFILED.at(place, subject=found.name, release=found.name, how=how)
    what = "lost its heading" if found.kind == LOST else "was altered"
    return rules.ALTERED.at(place, subject=found.name, release=found.name, what=what, base=base, name=name)


def no_fragment(kind: Kind, owed: Sequence[str], changes: Sequence[Change]) -> Finding:
    """Changed files without a fragment."""
    named = ", ".join(name for name in owed if name)
    return rules.NO_FRAGMENT.at(
        start_of(kind.folder),
        subject=named or kind.folder,
        count=texts.counted(changes),
        files=texts.named(changes),
        folder=kind.folder,
        which=f" for {named}" if named else "",
        how=f"{kind.advice()}, then `git add {texts.quoted(kind.folder)}`",
    )
