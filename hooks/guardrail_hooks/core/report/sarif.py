"""SARIF 2.1.0 for code-scanning pages."""

from __future__ import annotations

import json
import os
from urllib.parse import quote

from guardrail_hooks import __version__
from guardrail_hooks.core.finding import ADDRESS
from guardrail_hooks.core.printable import printable
from guardrail_hooks.core.report.fingerprint import fingerprints

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from guardrail_hooks.core.finding import Finding, Rule
    from guardrail_hooks.core.judge import Hook

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "off": "none"}


def write(hook: Hook, findings: Sequence[Finding]) -> str:
    """One run with every rule of the hook and a result per finding."""
    rules = hook.all_rules
    numbers = {rule.code: number for number, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": hook.name,
                "version": __version__,
                "semanticVersion": __version__,
                "informationUri": ADDRESS,
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "the repository root"}}},
        "results": [
            _result(finding, numbers[finding.rule.code], fingerprint)
            for finding, fingerprint in zip(findings, fingerprints(findings), strict=True)
        ],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, object]:
    """A reportingDescriptor (section 3.49)."""
    examples = "".join(
        f"\n\n{heading}:\n\n```\n{text.rstrip()}\n```"
        for heading, text in (("Bad", rule.bad), ("Good", rule.good))
        if text
    )
    return {
        "id": rule.code,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": f"{rule.what} {rule.why}"},
        "help": {
            "text": f"{rule.what} {rule.why}",
            "markdown": f"{rule.what}\n\n{rule.why}{examples}",
        },
        "helpUri": rule.docs,
        "defaultConfiguration": {"level": LEVELS[rule.severity], "enabled": rule.severity != "off"},
    }


def _result(finding: Finding, number: int, fingerprint: str) -> dict[str, object]:
    """A result (section 3.27)."""
    place = finding.place
    text = printable(finding.message) + (f"\nfix: {printable(finding.fix)}" if finding.fix else "")
    result: dict[str, object] = {
        "ruleId": finding.rule.code,
        "ruleIndex": number,
        "level": LEVELS[finding.severity],
        "message": {"text": text},
        "partialFingerprints": {"guardrailSubject/v1": fingerprint},
    }
    if place.path is not None:
        uri = quote(os.fsencode(place.path))
        region = {
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": max(place.end_column, place.column if place.end_line == place.line else 1),
        }
        location = {"artifactLocation": {"uri": uri, "uriBaseId": "SRCROOT"}, "region": region}
        result["locations"] = [{"physicalLocation": location}]
    return result
