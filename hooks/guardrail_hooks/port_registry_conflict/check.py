"""The check: a tree, the paths that were named, the options; findings and comments come out."""

from __future__ import annotations

import posixpath

from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.core.snapshot import LINK, Commit
from guardrail_hooks.formats.file_names import is_compose
from guardrail_hooks.port_registry_conflict.registry_names import may_be_registry
from guardrail_hooks.port_registry_conflict.settings import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from guardrail_hooks.core import allow
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
    if not any(_matters(path, settings, named) for path in paths):
        _require(tree, settings)
        return
    from guardrail_hooks.port_registry_conflict.judgement import Judgement
    from guardrail_hooks.port_registry_conflict.registries import find_registry
    from guardrail_hooks.port_registry_conflict.survey import Survey

    registry = find_registry(tree, settings.registries, is_base=isinstance(tree, Commit))
    if not options.files:  # nobody named them: a link is a second name of a file, or leads nowhere
        entries = tree.entries()
        paths = [path for path in paths if path in entries and entries[path].mode != LINK]
    whole = not options.files or (registry is not None and not set(registry.paths).isdisjoint(paths))
    survey = Survey(tree, paths, settings, registry.variables if registry else {}, whole=whole)
    judgement = Judgement(survey, registry, whole=whole)
    findings = sorted(set(judgement.findings()), key=lambda one: (one.place, one.rule.code))
    yield from findings
    from guardrail_hooks.port_registry_conflict.remarks import find_remarks

    yield from find_remarks(tree, findings, paths, {*(registry.paths if registry else ()), *survey.surfaces.paths})


def _matters(path: str, settings: Settings, named: frozenset[str]) -> bool:
    """Whether a file has a part in what is judged with these options."""
    if concerns(path) or path in named or path in settings.env_files:
        return True
    if not settings.surfaces:
        return False
    from guardrail_hooks.port_registry_conflict.surfaces import concerns_surface

    return concerns_surface(path, settings)


def _require(tree: Tree, settings: Settings) -> None:
    """Fail when a named registry is missing, even if nothing else is to be judged."""
    if isinstance(tree, Commit):
        return
    for path in settings.registries:
        if not tree.has(path):
            raise CannotJudge(f"port registry {path} does not exist: correct --registry, or create the file (PRT401)")
