"""What a comparison finds: agreements counted, disagreements sorted into classes, each with a written verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

US, PEER, BOTH, UNEXPLAINED = "we are right", "the peer is right", "both, in their own terms", "unexplained"


class Verdict(NamedTuple):
    """Who is right about a class of disagreements, and why; `alone` says who reports: `ours` or `peer`."""

    alone: str
    right: str
    why: str


class Account:
    """The counts of one comparison."""

    def __init__(self, name: str, verdicts: Mapping[str, Verdict]) -> None:
        self.name = name
        self.verdicts = verdicts
        self.repositories = 0
        self.compared = 0
        self.agreed: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()
        self.found: dict[str, list[str]] = {}

    def agree(self, *, reported: bool) -> None:
        """Both report, or both are silent."""
        self.compared += 1
        self.agreed["both report" if reported else "both are silent"] += 1

    def differ(self, kind: str, where: str) -> None:
        """One of the two reports; `kind` is a class, or a new one that nobody explained."""
        self.compared += 1
        self.found.setdefault(kind, []).append(where)

    def leave_out(self, why: str) -> None:
        """Something that cannot be compared."""
        self.left_out[why] += 1

    @property
    def unexplained(self) -> list[str]:
        """The classes without a verdict, and those in which the peer is right."""
        return [kind for kind in self.found if kind not in self.verdicts or self.verdicts[kind].right == PEER]

    def table(self, examples: int) -> str:
        """The account in Markdown."""
        lines = [f"## {self.name}", ""]
        counts = ", ".join(f"{what} {count}" for what, count in sorted(self.agreed.items()))
        lines.append(f"{self.repositories} repositories, {self.compared} places compared: {counts or 'none'}.")
        if self.left_out:
            lines.append("Not compared: " + ", ".join(f"{why} {count}" for why, count in self.left_out.items()) + ".")
        lines += ["", "| class | who reports | count | verdict | why |", "| --- | --- | --- | --- | --- |"]
        for kind, places in sorted(self.found.items(), key=lambda item: (-len(item[1]), item[0])):
            verdict = self.verdicts.get(kind, Verdict("?", UNEXPLAINED, "no verdict was written"))
            lines.append(f"| {kind} | {verdict.alone} | {len(places)} | {verdict.right} | {verdict.why} |")
        for kind, places in sorted(self.found.items()):
            lines += ["", f"{kind}:", *(f"  {place}" for place in places[:examples])] if examples else []
        return "\n".join(lines)
