"""What a finding is called by: the name of its place, and an identity that stays the same while lines move."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from guardrail_hooks.core.finding import Finding


def place_name(finding: Finding) -> str:
    """The path; of what is no file (an environment variable) its own name."""
    return finding.subject if finding.place.path is None else finding.place.path


def fingerprints(findings: Sequence[Finding]) -> Iterator[str]:
    """For each finding the SHA-256 of code, path and subject, and of a counter where these repeat."""
    from hashlib import sha256

    seen: dict[str, int] = {}
    for finding in findings:
        identity = "\0".join((finding.rule.code, finding.place.path or "", finding.subject))
        seen[identity] = number = seen.get(identity, 0) + 1
        text = identity if number == 1 else f"{identity}\0{number}"
        yield sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
