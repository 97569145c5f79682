"""Lint of files: what concerns a configuration as a whole, whichever of its servers are judged."""

from __future__ import annotations

from guardrail_hooks.mcp_config_guard.lint_shape import shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.mcp_config_guard.survey import Survey


def file_findings(paths: Iterable[str], survey: Survey) -> Iterator[Finding]:
    """The findings of those of the paths that hold configuration."""
    for path in sorted(survey.configurations.keys() & set(paths)):
        configuration = survey.configurations[path]
        yield from shape(configuration, survey)
        if configuration.client.name == "VS Code":
            from guardrail_hooks.mcp_config_guard.lint_secrets import open_inputs

            yield from open_inputs(configuration)
        if not all(name.isascii() for name in configuration.servers):
            from guardrail_hooks.mcp_config_guard.lint_hidden import confusable_names

            yield from confusable_names(configuration)
