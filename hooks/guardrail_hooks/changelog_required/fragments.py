"""News fragments: what a kind of fragments is, and whether a change brought one."""

from __future__ import annotations

import posixpath
from collections import Counter

from guardrail_hooks.changelog_required.rules_entry import BAD_FRAGMENT
from guardrail_hooks.changelog_required.words import is_placeholder, words
from guardrail_hooks.core.finding import Place
from guardrail_hooks.formats import markdown
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.core.raw import Change

REGULAR = ("100644", "100755")
TEMPLATES = (".jinja", ".jinja2", ".j2", ".tmpl", ".template")


class Fault(namedtuple("Fault", "line problem how")):
    """What is wrong with a fragment: its line, the clause that follows its path, and what to do."""

    __slots__ = ()
    line: int
    problem: str
    how: str


class Kind:
    """One kind of fragments, in one folder. What differs between tools is overridden."""

    __slots__ = ("folder", "news", "tool")

    def __init__(self, tool: str, folder: str, news: tuple[str, ...] = ()) -> None:
        self.tool = tool
        self.folder = folder
        self.news = news

    def owns(self, path: str) -> bool:
        """Whether a path lies in the folder, so that a change of it asks for no fragment."""
        return path.startswith(f"{self.folder}/")

    def is_candidate(self, path: str) -> bool:
        """Whether a file of the folder is meant as a fragment: no dot file, no README, no template."""
        name = posixpath.basename(path)
        folded = name.casefold()
        is_template = folded.endswith(TEMPLATES) or folded.lstrip("_").startswith("template")
        return not (name.startswith(".") or folded.startswith("readme") or is_template)

    def is_direct(self, path: str) -> bool:
        """Whether the tool looks into the folder of this file."""
        return posixpath.dirname(path) == self.folder

    def fault(self, path: str, text: str) -> Fault | None:
        """What is wrong with a fragment."""
        return self.blank(text, posixpath.splitext(path)[1])

    def blank(self, text: str, ending: str) -> Fault | None:
        """The fault of a fragment that says nothing."""
        if says_something(text, ending):
            return None
        return Fault(1, "says nothing: it is blank, commented out, or a placeholder", "write a sentence for readers")

    def covers(self, text: str) -> frozenset[str] | None:
        """The packages that a fragment names; None when it speaks for everything."""
        del text
        return None

    def owed(self, paths: Iterable[str]) -> list[str]:
        """The packages that need a fragment for these changed files; one nameless one where there are no packages."""
        return [""] if any(True for _ in paths) else []

    def is_of(self, path: str, owed: Iterable[str]) -> bool:
        """Whether a changed file asks for the fragments that are owed."""
        del path, owed
        return True

    def advice(self) -> str:
        """What to type for a fragment."""
        return f"write a file in {self.folder}/ with a sentence for readers"


def says_something(text: str, ending: str = ".md") -> bool:
    """Whether a text holds an item or paragraph that is no placeholder."""
    if ending == ".rst":
        from guardrail_hooks.formats import restructured

        document = restructured.scan(text)
    else:
        document = markdown.scan(text)
    return any(not is_placeholder(item.text) for item in document.items(1, len(document.lines)))


class Brought(namedtuple("Brought", "faults covered everything deleted")):
    """What a change did in the folder: findings, packages covered (or `everything`), and whether it deleted any."""

    __slots__ = ()
    faults: list[Finding]
    covered: frozenset[str]
    everything: bool
    deleted: bool


def brought(kind: Kind, changes: Iterable[Change], read: Callable[[str], bytes | None]) -> Brought:
    """What a change brought. `read` gives the content of an object id.

    A fragment whose words another one had before the change (a renamed one) brings nothing.
    """
    mine = [change for change in changes if kind.owns(change.path) and kind.is_candidate(change.path)]
    before: Counter[str] = Counter()
    for change in mine:
        if change.old and change.old.mode in REGULAR:
            before[_said(read(change.old.oid))] += 1
    faults: list[Finding] = []
    covered: set[str] = set()
    everything = False
    for change in mine:
        if change.new is None:
            continue
        content = read(change.new.oid) if change.new.mode in REGULAR else b""
        said = _said(content)
        fault = fault_of(kind, change.path, change.new.mode, content)
        if fault:
            faults.append(finding(change.path, fault))
        elif before[said] > 0:
            before[said] -= 1
            continue
        names = kind.covers(markdown.decode(content or b"") or "")
        everything = everything or names is None
        covered |= names or frozenset()
    deleted = any(change.new is None for change in mine)
    return Brought(faults, frozenset(covered), everything, deleted)


def fault_of(kind: Kind, path: str, mode: str, content: bytes | None) -> Fault | None:
    """What is wrong with a file of the folder that is meant as a fragment."""
    if mode not in REGULAR:
        return Fault(1, "is a link", "replace it by a regular file")
    if not kind.is_direct(path):
        return Fault(1, f"lies deeper than {kind.tool} looks", f"move it directly into {kind.folder}/")
    text = markdown.decode(content or b"")
    if text is None:
        return Fault(1, "is not UTF-8 text", "save it as UTF-8")
    return kind.fault(path, text)


def finding(path: str, fault: Fault) -> Finding:
    """The finding about a faulty fragment."""
    place = Place(path, fault.line, 1, fault.line, 1)
    return BAD_FRAGMENT.at(place, subject=fault.problem, problem=f"this fragment {fault.problem}", how=fault.how)


def _said(content: bytes | None) -> str:
    return words(markdown.decode(content or b"") or "")


def audit(kind: Kind, entries: Iterable[tuple[str, str, bytes | None]]) -> Iterator[Finding]:
    """Findings about the fragments of a tree: path, mode and content of each file."""
    for path, mode, content in entries:
        if kind.owns(path) and kind.is_candidate(path) and (fault := fault_of(kind, path, mode, content)):
            yield finding(path, fault)
