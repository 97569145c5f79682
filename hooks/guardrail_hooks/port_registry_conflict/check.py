"""The check: a tree, the paths that were named, the options; findings and comments come out."""

from __future__ import annotations

import posixpath

from guardrail_hooks.core import allow
from guardrail_hooks.core.finding import CannotJudge, Place
from guardrail_hooks.core.snapshot import LINK, Commit, Unreadable
from guardrail_hooks.formats.file_names import is_compose
from guardrail_hooks.port_registry_conflict.registry_names import may_be_registry
from guardrail_hooks.port_registry_conflict.settings import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.core.options import Options
    from guardrail_hooks.core.snapshot import Tree


ENV = ".env"


def concerns(path: str) -> bool:
    """Whether a file has a part in what this hook judges."""
    return is_compose(path) or may_be_registry(path) or posixpath.basename(path) == ENV


def check(tree: Tree, paths: Sequence[str], options: Options) -> Iterator[Finding | allow.Remark]:
    """Judge the named files of a tree together with the files they share a host with."""
    settings = Settings(options)
    named = frozenset(settings.registries)
    require_named(tree, settings)
    if not any(_matters(path, settings, named) for path in paths):
        return
    from guardrail_hooks.port_registry_conflict.judgement import Judgement
    from guardrail_hooks.port_registry_conflict.registries import find_registry
    from guardrail_hooks.port_registry_conflict.survey import Survey

    registry = find_registry(tree, settings.registries, passed=paths, is_base=isinstance(tree, Commit))
    if not options.files:  # nobody named them: a link is a second name of a file, or leads nowhere
        entries = tree.entries()
        paths = [path for path in paths if path in entries and entries[path].mode != LINK]
    whole = not options.files or (registry is not None and not set(registry.paths).isdisjoint(paths))
    survey = Survey(tree, paths, settings, registry.variables if registry else {}, whole=whole)
    judgement = Judgement(survey, registry, whole=whole)
    findings = sorted(set(judgement.findings()), key=lambda one: (one.place, one.rule.code))
    yield from findings
    yield from _remarks(tree, findings, paths, {*(registry.paths if registry else ()), *survey.surfaces.paths})


def _matters(path: str, settings: Settings, named: frozenset[str]) -> bool:
    """Whether a file has a part in what is judged with these options."""
    if concerns(path) or path in named or path in settings.env_files:
        return True
    if not settings.surfaces:
        return False
    from guardrail_hooks.port_registry_conflict.surfaces import concerns_surface

    return concerns_surface(path, settings)


def require_named(tree: Tree, settings: Settings) -> None:
    """Fail when a file that an option names is missing, even if nothing else is to be judged.

    In the base of a comparison it may not have existed yet.
    """
    if isinstance(tree, Commit):
        return
    for path in settings.registries:
        if not tree.has(path):
            raise CannotJudge(f"port registry {path} does not exist: correct --registry, or create the file (PRT401)")
    for path in settings.env_files:
        if not tree.has(path):
            raise CannotJudge(f"env file {path} does not exist: correct --env-file, or create the file")


def _remarks(
    tree: Tree, findings: Sequence[Finding], paths: Iterable[str], read: Container[str]
) -> Iterator[allow.Remark]:
    """The comments of the named files, and those of other files that excuse a finding there.

    `read` are files that are judged whatever their names.
    """
    lines: dict[str, set[int]] = {}
    for finding in findings:
        lines.setdefault(finding.place.path or "", set()).add(finding.place.line)
    named = set(paths)
    for path in sorted(named | set(lines)):
        if path not in lines and not (is_compose(path) or path in read or posixpath.basename(path) == ENV):
            continue
        try:
            content = tree.read(path)
        except Unreadable:
            continue
        if allow.MARK not in content:
            continue
        from guardrail_hooks.formats.place import Malformed
        from guardrail_hooks.port_registry_conflict.remarks import comments_of

        here = lines.get(path, ())
        try:
            comments = comments_of(path, content)
        except Malformed:
            continue
        for comment in comments:
            if path in named or any(comment.first <= line <= comment.last for line in here):
                place = Place(path, *comment.span)
                yield allow.Remark(place, comment.text, comment.first, comment.last, comment.disables)
