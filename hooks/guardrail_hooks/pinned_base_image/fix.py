"""`--fix` and `--diff`: digests for the images that the policy refuses for want of one."""

from __future__ import annotations

import os
from functools import partial

from guardrail_hooks.core.allow import read_grant
from guardrail_hooks.core.finding import CannotJudge, severities
from guardrail_hooks.core.judge import CLEAN, FAILED, Court, named_or_all, put, sentence, tell
from guardrail_hooks.core.printable import printable, without_secrets
from guardrail_hooks.core.replace import NotReplaced, replace_content
from guardrail_hooks.core.snapshot import Memory, WorkTree
from guardrail_hooks.formats.image_reference import InvalidReference, parse
from guardrail_hooks.pinned_base_image.edits import Pin, insertion, obstacle, pinned
from guardrail_hooks.pinned_base_image.lookups import PROGRAM, Lookups
from guardrail_hooks.pinned_base_image.registry.outcome import NotFound, Trouble
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.core.judge import Hook
    from guardrail_hooks.core.options import Options
    from guardrail_hooks.core.snapshot import Tree
    from guardrail_hooks.formats.image_reference import Reference
    from guardrail_hooks.pinned_base_image.cli import Judged
    from guardrail_hooks.pinned_base_image.edits import Reading
    from guardrail_hooks.pinned_base_image.uses import ImageUse

MENDED = frozenset({"PIN001", "PIN002", "PIN003", "PIN004", "PIN005"})  # what a digest puts right


class Change(namedtuple("Change", "path old new pins")):
    """A file that gets digests: what it holds, what it will hold, and the pins that make the difference."""

    __slots__ = ()
    path: str
    old: bytes
    new: bytes
    pins: list[Pin]


class Fixer:
    """One run of `--fix` or `--diff`. `judged(tree, paths, options, watch)` is the hook's own reading and judging."""

    __slots__ = ("_hook", "_judged", "_lookups", "_options", "_root", "court", "failed")

    def __init__(self, hook: Hook, judged: Judged, options: Options, root: str, lookups: Lookups | None = None) -> None:
        self._hook = hook
        self._judged = judged
        self._options = options
        self._root = root
        self._lookups = lookups
        levels = severities(hook.all_rules, {}, options.values("severity"))
        grants = [read_grant(text, hook.all_rules) for text in options.values("allow")]
        self.court = Court(hook, options, levels, grants)
        self.failed = False

    def changes(self) -> Iterator[Change]:
        """What would be changed, file by file. Says on standard error what is left as it is, and why."""
        tree = WorkTree(self._root)
        wanted = self._refused_uses(tree)
        digests = self._digests([use for uses in wanted.values() for use in uses])
        written: set[str] = set()
        for path, uses in wanted.items():
            real = os.path.realpath(os.path.join(self._root, path))
            if real in written:  # a link to a file that has its turn already
                continue
            written.add(real)
            content = tree.read(path)
            pins = []
            for use in uses:
                found = digests.get(use.resolved, "")
                if isinstance(found, Pinnable):
                    pins.append(Pin(use, insertion(found.reference, found.digest)))
                else:
                    self._left(path, use, ("" if use.is_open else obstacle(content, use)) or found)
            new, done, refused = pinned(content, pins, partial(self._read, path))
            for pin, reason in refused:
                self._left(path, pin.use, reason)
            if done:
                yield Change(path, content, new, done)

    def _refused_uses(self, tree: WorkTree) -> dict[str, list[ImageUse]]:
        """The uses by path that are findings for want of a digest; what is allowed or off is none."""
        options = self._options
        known: dict[tuple[object, str], list[ImageUse]] = {}

        def watch(_path: str, use: ImageUse, found: Sequence[Finding]) -> None:
            for finding in found:
                known.setdefault((finding.place, finding.subject), []).append(use)

        stream = self._judged(tree, named_or_all(self._hook, options, tree), options, watch)
        wanted: dict[str, list[ImageUse]] = {}
        for finding in self.court.settle(stream):
            self.failed = self.failed or finding.severity == "error" or options.given("strict")
            path = finding.place.path
            if path and finding.rule.code in MENDED:
                wanted.setdefault(path, []).extend(known.pop((finding.place, finding.subject), []))
        return wanted

    def _digests(self, uses: Sequence[ImageUse]) -> dict[str, Pinnable | str]:
        """The digest of every reference, or the reason why there is none."""
        references: dict[str, Reference] = {}
        reasons: dict[str, Pinnable | str] = {}
        for use in uses:
            if use.is_open:
                names = ", ".join(use.missing)
                hint = ", --build-arg does" if use.role == "FROM" else ""
                reasons[use.resolved] = f"this file gives no value to {names}{hint}"
                continue
            try:
                references[use.resolved] = parse(use.resolved)
            except InvalidReference as problem:
                reasons[use.resolved] = str(problem)
        if not references:
            return reasons
        lookups = self._lookups or Lookups()
        questions = {text: (one.domain, one.path, one.tag or "latest") for text, one in references.items()}
        answers = lookups.manifests(questions.values())
        for text, question in questions.items():
            answer = answers[question]
            if isinstance(answer, NotFound | Trouble):
                reasons[text] = str(answer)
            else:
                reasons[text] = Pinnable(references[text], answer.digest)
        return reasons

    def _read(self, path: str, content: bytes) -> Reading:
        """What a file pulls when it holds this; None where it cannot be read."""
        uses: list[ImageUse] = []
        tree: Tree = Memory({path: content})
        found = self._judged(tree, [path], self._options, lambda _path, use, _found: uses.append(use))
        broken = any(getattr(getattr(item, "rule", None), "code", "") == "PIN900" for item in found)
        return None if broken else uses

    def _left(self, path: str, use: ImageUse, reason: str) -> None:
        tell(f'{PROGRAM}: left as it is: {path}:{use.span.line}: "{use.written}": {reason}')


class Pinnable(namedtuple("Pinnable", "reference digest")):
    """A reference and the digest that its tag has now."""

    __slots__ = ()
    reference: Reference
    digest: str


def fix(hook: Hook, judged: Judged, options: Options, root: str, lookups: Lookups | None = None) -> int:
    """Write digests, list them, and report what is left to a person. The exit code."""
    refuse_new_only(options, "--fix")
    fixer = Fixer(hook, judged, options, root, lookups)
    lines = []
    for change in fixer.changes():
        try:
            replace_content(os.path.join(root, change.path), change.old, change.new)
        except NotReplaced as reason:
            tell(f"{PROGRAM}: left as it is: {change.path} {reason}")
            continue
        lines += [f"{change.path}:{_line(change, pin)}: pinned {pin.resolved}" for pin in change.pins]
    say = tell if options.value("format") in MACHINES else _put_line
    for line in dict.fromkeys(lines):
        say(printable(line))
    left = sentence(fixer.court, root)  # of what stands there now
    return FAILED if lines else left


def diff(hook: Hook, judged: Judged, options: Options, root: str, lookups: Lookups | None = None) -> int:
    """Print what `--fix` would change as a unified diff, and write nothing. The exit code."""
    refuse_new_only(options, "--diff")
    fixer = Fixer(hook, judged, options, root, lookups)
    changed = False
    for change in fixer.changes():
        from guardrail_hooks.pinned_base_image.unified import unified_diff

        changed = True
        _put_diff(unified_diff(change.path, change.old, change.new))
    return FAILED if changed or fixer.failed else CLEAN


def refuse_new_only(options: Options, name: str) -> None:
    """Raise `CannotJudge` for a combination that means nothing."""
    if options.given("new-only"):
        raise CannotJudge(f"{name} does not go with --new-only: name the files to work on instead")


MACHINES = frozenset({"json", "sarif", "gitlab", "github"})


def _line(change: Change, pin: Pin) -> int:
    """The line that the digest stands on."""
    return change.old.count(b"\n", 0, pin.use.end) + 1


def _put_line(line: str) -> None:
    put(f"{line}\n")


def _put_diff(content: bytes) -> None:
    """A diff as it is, for a program to apply; on a terminal what could mislead is escaped."""
    import sys

    if sys.stdout is not None and sys.stdout.isatty():
        lines = content.decode("utf-8", "surrogateescape").split("\n")
        content = "\n".join(printable(without_secrets(line.removesuffix("\r"))) for line in lines).encode()
    put(content)
