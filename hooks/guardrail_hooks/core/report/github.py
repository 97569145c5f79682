"""GitHub workflow commands: annotations on the lines of a pull request.

The runner strips white space before it looks for `::` (actions/runner, ActionCommand.cs, TryParseV2), so a driver that
indents a hook's output does no harm.
"""

from __future__ import annotations

from guardrail_hooks.core.printable import printable, without_tokens
from guardrail_hooks.core.report.text import head

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from guardrail_hooks.core.finding import Finding


def write(findings: Sequence[Finding]) -> str:
    """One annotation per finding. The message repeats place and code, which the log would hide otherwise."""
    return "".join(_annotation(finding) + "\n" for finding in findings)


def _annotation(finding: Finding) -> str:
    """A workflow command for one finding. The runner drops columns where the lines differ."""
    place, rule = finding.place, finding.rule
    properties: dict[str, str | int] = {}
    if place.path is not None:
        properties = {"file": printable(place.path), "line": place.line, "endLine": place.end_line}
        if place.line == place.end_line:
            properties |= {"col": place.column, "endColumn": max(place.column, place.end_column)}
    properties["title"] = f"{rule.code} {rule.name}"
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    fix = [f"fix: {printable(without_tokens(finding.fix))}"] if finding.fix else []
    return f"::{finding.severity} {listed}::{_data(chr(10).join([head(finding), *fix, f'docs: {rule.docs}']))}"


def _data(text: str) -> str:
    """Escape a message (actions/toolkit, `escapeData`)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape a property (actions/toolkit, `escapeProperty`)."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
