"""The rules of mcp-config-guard, one module per group of codes."""

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
