"""SARIF 2.1.0 for code-scanning pages.

What GitHub adds to the standard ("SARIF support for code scanning"): every result has a location with an address, or
the whole file is refused; texts that describe a rule have at most 1,024 characters; allowed findings are left out, for
suppressions are not honoured. `primaryLocationLineHash` is left to its upload action, which warns of any other value.
"""

from __future__ import annotations

from urllib.parse import quote

from guardrail_hooks import __version__
from guardrail_hooks.core.encode import encode
from guardrail_hooks.core.finding import ADDRESS
from guardrail_hooks.core.printable import encodable, printable, without_tokens
from guardrail_hooks.core.report.naming import fingerprints, place_name

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
    return encode({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, object]:
    """A reportingDescriptor (section 3.49)."""
    text = "\n\n".join(part for part in (rule.what, rule.why, rule.options) if part)
    return {
        "id": rule.code,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": f"{rule.what} {rule.why}"},
        "help": {"text": f"{text}\n\n{rule.docs}", "markdown": f"{text}{_examples(rule)}\n\n{rule.docs}"},
        "helpUri": rule.docs,
        "defaultConfiguration": {"level": LEVELS[rule.severity], "enabled": rule.severity != "off"},
    }


def _examples(rule: Rule) -> str:
    """The bad and the good example as fenced blocks; examples may hold fences of their own."""
    pairs = (("Bad", rule.bad), ("Good", rule.good))
    return "".join(f"\n\n{heading}:\n\n~~~~\n{text.rstrip()}\n~~~~" for heading, text in pairs if text)


def _result(finding: Finding, number: int, fingerprint: str) -> dict[str, object]:
    """A result (section 3.27)."""
    place = finding.place
    text = printable(finding.message)
    if finding.fix:
        text += f"\nfix: {printable(finding.fix)}"
    uri = quote(
        encodable(without_tokens(place_name(finding)))
    )  # not the bytes of other encodings: readers decode it as UTF-8
    region = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": max(place.end_column, place.column if place.end_line == place.line else 1),
    }
    location = {"artifactLocation": {"uri": uri, "uriBaseId": "SRCROOT"}, "region": region}
    return {
        "ruleId": finding.rule.code,
        "ruleIndex": number,
        "level": LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {"guardrailSubject/v1": fingerprint},
    }
