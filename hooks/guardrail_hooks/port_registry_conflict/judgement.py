"""Everything there is to say about the files that matter; imported only when one of them was named."""

from __future__ import annotations

from guardrail_hooks.port_registry_conflict.clashes import find_clashes
from guardrail_hooks.port_registry_conflict.service_rules import find_faults
from guardrail_hooks.port_registry_conflict.settings import DIRECTORY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.port_registry_conflict.intervals import Ports
    from guardrail_hooks.port_registry_conflict.registry import Registry
    from guardrail_hooks.port_registry_conflict.suggest import Adviser
    from guardrail_hooks.port_registry_conflict.survey import Survey


class Judgement:
    """One run: the files that were read, the registry, and whether everything is to be told or only what was named."""

    __slots__ = ("_adviser", "intruders", "registry", "survey", "whole")

    def __init__(self, survey: Survey, registry: Registry | None, *, whole: bool) -> None:
        self.survey = survey
        self.registry = registry
        self.whole = whole
        self._adviser: Adviser | None = None
        # The ports, by the id of a binding, that the registry gives to somebody else.
        self.intruders: dict[int, list[Ports]] = {}

    def findings(self) -> Iterator[Finding]:
        """All findings, one of them possibly more than once."""
        survey = self.survey
        yield from find_faults(survey, self.touches)
        yield from (finding for path, finding in survey.surfaces.faults if self.touches((path,)))
        if self.registry:
            if not self.registry.unread:
                yield from self._against_registry(self.registry)
            yield from self._registry_itself(self.registry)
        yield from self._denied()
        yield from find_clashes(
            survey.bindings,
            survey.settings,
            self.intruders,
            self.touches,
            self.hint,
            self._variants(),
        )

    def _variants(self) -> frozenset[frozenset[str]]:
        """Pairs of projects that never run side by side; a repository with a registry means one host for all."""
        survey = self.survey
        if self.registry or survey.settings.scope != DIRECTORY or len({one.project for one in survey.bindings}) < 2:
            return frozenset()
        from guardrail_hooks.port_registry_conflict.variants import find_variants

        return find_variants(survey.projects, survey.bindings)

    def touches(self, files: Iterable[str]) -> bool:
        """Whether one of the parties was named."""
        return self.whole or self.survey.touches(files)

    def adviser(self) -> Adviser:
        """Who proposes ports; made when first asked, because the answer needs every Compose file of the tree."""
        if self._adviser is None:
            from guardrail_hooks.port_registry_conflict.suggest import Adviser

            self._adviser = Adviser(self.survey, self.registry)
        return self._adviser

    def hint(self, ports: Ports) -> str:
        """`, for example 8081`."""
        return self.adviser().hint(ports)

    def _against_registry(self, registry: Registry) -> Iterator[Finding]:
        """Bindings that the registry has something against."""
        from guardrail_hooks.port_registry_conflict.allocations import FOREIGN, find_strangers, judge
        from guardrail_hooks.port_registry_conflict.names import Matcher

        survey = self.survey
        matcher = Matcher(registry.allocations, [*registry.aliases.items(), *survey.settings.aliases], survey.knows)
        for binding in survey.bindings:
            verdicts = judge(binding, registry, matcher)
            self.intruders[id(binding)] = [one.ports for one in verdicts if one.kind == FOREIGN]
            if verdicts and self.touches(binding.files):
                yield from find_strangers(binding, verdicts, registry, matcher, self.adviser())

    def _registry_itself(self, registry: Registry) -> Iterator[Finding]:
        """What is wrong with the registry, when it was named; it must be readable in any case."""
        if self.whole:
            from guardrail_hooks.port_registry_conflict.registry_rules import find_contradictions, find_stale

            yield from find_contradictions(registry)
            yield from find_stale(registry, self.survey.bindings)
        elif fault := registry.unread or (registry.faults[0] if registry.is_empty and registry.faults else None):
            from guardrail_hooks.port_registry_conflict.registries import refuse_unread

            refuse_unread(fault)

    def _denied(self) -> Iterator[Finding]:
        """Bindings below `--min-port` or on a deny list."""
        lowest = self.survey.settings.lowest
        deny = [*self.survey.settings.deny, *(self.registry.deny if self.registry else ())]
        if lowest or deny:
            from guardrail_hooks.port_registry_conflict.allocations import find_denied

            for binding in self.survey.bindings:
                if self.touches(binding.files):
                    yield from find_denied(binding, lowest, deny, self.hint)
