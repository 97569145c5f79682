"""All rules of mcp-config-guard in the order of their codes."""

from __future__ import annotations

from guardrail_hooks.mcp_config_guard.rules import (
    consent,
    control,
    execution,
    hidden,
    network,
    secrets,
    shape,
    supply,
)

RULES = (
    *shape.RULES,
    *secrets.RULES,
    *supply.RULES,
    *execution.RULES,
    *network.RULES,
    *consent.RULES,
    *hidden.RULES,
    *control.RULES,
)
