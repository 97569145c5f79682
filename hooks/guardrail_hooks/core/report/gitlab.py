"""GitLab code quality: an array of issues with fingerprints that survive moved lines."""

from __future__ import annotations

from guardrail_hooks.core.encode import encode
from guardrail_hooks.core.printable import printable
from guardrail_hooks.core.report.naming import fingerprints, place_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from guardrail_hooks.core.finding import Finding

LEVELS = {"error": "major", "warning": "minor"}  # of info, minor, major, critical, blocker


def write(findings: Sequence[Finding]) -> str:
    """The findings as a code quality report (GitLab documentation, "Code Quality report format")."""
    issues = [
        {
            "description": _description(finding),
            "check_name": f"{finding.rule.code} {finding.rule.name}",
            "fingerprint": fingerprint,
            "severity": LEVELS[finding.severity],
            "location": {
                "path": place_name(finding),
                "lines": {"begin": finding.place.line, "end": finding.place.end_line},
            },
        }
        for finding, fingerprint in zip(findings, fingerprints(findings), strict=True)
    ]
    return encode(issues, indent=2) + "\n"


def _description(finding: Finding) -> str:
    """Message and fix in a line."""
    text = f"{finding.rule.code} {finding.message}" + (f"; fix: {finding.fix}" if finding.fix else "")
    return printable(text)
