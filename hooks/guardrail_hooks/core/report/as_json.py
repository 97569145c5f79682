"""For programs: one array of objects, `[]` when clean. `findings.schema.json` beside this module describes it."""

from __future__ import annotations

from guardrail_hooks.core.encode import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from guardrail_hooks.core.finding import Finding


def write(findings: Sequence[Finding]) -> str:
    """The findings as a JSON array, one object per line."""
    rows = ",\n ".join(encode(_object(finding)) for finding in findings)
    return f"[{rows}]\n"


def _object(finding: Finding) -> dict[str, str | int | None]:
    """One finding; what is not known is null."""
    rule, place = finding.rule, finding.place
    return {
        "code": rule.code,
        "rule": rule.name,
        "severity": finding.severity,
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
        "message": finding.message,
        "subject": finding.subject,
        "fix": finding.fix or None,
        "docs": rule.docs,
    }
