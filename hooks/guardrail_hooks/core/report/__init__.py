"""Report formats: findings in, one string out."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.core.judge import Hook
    from guardrail_hooks.core.snapshot import Tree


def report(hook: Hook, findings: Sequence[Finding], tree: Tree, chosen: str) -> str:
    """The findings in the format chosen on the command line (empty: the one that fits the surroundings)."""
    style = chosen or ("github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text")
    if style in ("text", "concise"):
        from guardrail_hooks.core.report import text

        return text.write(findings, tree, excerpts=style == "text", colour=wants_colour())
    if style == "github":
        from guardrail_hooks.core.report import github

        return github.write(findings)
    if style == "gitlab":
        from guardrail_hooks.core.report import gitlab

        return gitlab.write(findings)
    if style == "json":
        from guardrail_hooks.core.report import as_json

        return as_json.write(findings)
    from guardrail_hooks.core.report import sarif

    return sarif.write(hook, findings)


def wants_colour() -> bool:
    """Whether standard output is a terminal that wants colour."""
    return (
        sys.stdout is not None
        and sys.stdout.isatty()
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM") != "dumb"
    )
