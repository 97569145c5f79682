"""An identity of a finding that stays the same while lines move."""

from __future__ import annotations

from hashlib import sha256

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from guardrail_hooks.core.finding import Finding


def fingerprints(findings: Sequence[Finding]) -> Iterator[str]:
    """For each finding the SHA-256 of code, path and subject, and of a counter where these repeat."""
    seen: dict[str, int] = {}
    for finding in findings:
        identity = "\0".join((finding.rule.code, finding.place.path or "", finding.subject))
        seen[identity] = number = seen.get(identity, 0) + 1
        text = identity if number == 1 else f"{identity}\0{number}"
        yield sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
