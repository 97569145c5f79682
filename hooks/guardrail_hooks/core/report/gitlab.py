"""GitLab code quality: an array of issues with fingerprints that survive moved lines."""

from __future__ import annotations

import json

from guardrail_hooks.core.printable import printable
from guardrail_hooks.core.report.fingerprint import fingerprints

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from guardrail_hooks.core.finding import Finding

LEVELS = {"error": "major", "warning": "minor"}


def write(findings: Sequence[Finding]) -> str:
    """The findings as a code quality report."""
    issues = [
        {
            "description": f"{finding.rule.code} {printable(finding.message)}"
            + (f"; fix: {printable(finding.fix)}" if finding.fix else ""),
            "check_name": f"{finding.rule.code} {finding.rule.name}",
            "fingerprint": fingerprint,
            "severity": LEVELS[finding.severity],
            "location": {
                "path": finding.place.path or "",
                "lines": {"begin": finding.place.line, "end": finding.place.end_line},
            },
        }
        for finding, fingerprint in zip(findings, fingerprints(findings), strict=True)
    ]
    return json.dumps(issues, indent=2) + "\n"
