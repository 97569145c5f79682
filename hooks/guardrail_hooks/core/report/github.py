"""GitHub workflow commands: annotations on the lines of a pull request.

The runner strips white space before it looks for `::`, so a driver that indents a hook's output does no harm.
"""

from __future__ import annotations

from guardrail_hooks.core.printable import printable
from guardrail_hooks.core.report.text import head

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from guardrail_hooks.core.finding import Finding


def write(findings: Sequence[Finding]) -> str:
    """One annotation per finding. The message repeats place and code, which the log would hide otherwise."""
    return "".join(_annotation(finding) + "\n" for finding in findings)


def _annotation(finding: Finding) -> str:
    """A workflow command for one finding."""
    place, rule = finding.place, finding.rule
    properties = {"title": f"{rule.code} {rule.name}"}
    if place.path is not None:
        properties = {
            "file": printable(place.path),
            "line": str(place.line),
            "endLine": str(place.end_line),
            "col": str(place.column),
            "endColumn": str(place.end_column),
            **properties,
        }
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    lines = [head(finding), *([f"fix: {printable(finding.fix)}"] if finding.fix else []), f"docs: {rule.docs}"]
    return f"::{finding.severity} {listed}::{_data(chr(10).join(lines))}"


def _data(text: str) -> str:
    """Escape a message (actions/toolkit, `escapeData`)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape a property (actions/toolkit, `escapeProperty`)."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
