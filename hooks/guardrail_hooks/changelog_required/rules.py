"""The rules of changelog-required, by group."""

from __future__ import annotations

from guardrail_hooks.changelog_required import rules_entry, rules_releases, rules_rule18, rules_sections, rules_text

RULES = rules_entry.RULES + rules_text.RULES + rules_releases.RULES + rules_sections.RULES + rules_rule18.RULES
