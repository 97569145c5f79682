"""Lint."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.core.options import Options
    from guardrail_hooks.mcp_config_guard.ledger import Ledger
    from guardrail_hooks.mcp_config_guard.survey import Key, Survey


class Linter:
    """All."""

    def __init__(self, head: Survey, options: Options, ledger: Ledger) -> None:
        self.head = head

    def findings(self, keys: set[Key], files: set[str]) -> Iterator[Finding]:
        """All."""
        yield from ()
