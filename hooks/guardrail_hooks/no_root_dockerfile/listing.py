"""`--list`: for every file and stage the base chain, the effective user, and the line that decides it."""

from __future__ import annotations

from guardrail_hooks.core.table import aligned
from guardrail_hooks.no_root_dockerfile.check import judged
from guardrail_hooks.no_root_dockerfile.effective import ARTIFACT, FROM_BASE, ROOT, UNKNOWN, judge, links
from guardrail_hooks.no_root_dockerfile.ground import Ground

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from guardrail_hooks.formats.dockerfile import Dockerfile
    from guardrail_hooks.formats.dockerfile.stages import Stage
    from guardrail_hooks.no_root_dockerfile.check import Settings

NOT_KNOWN = {UNKNOWN, FROM_BASE}


def rows(files: Iterable[tuple[str, Dockerfile]], settings: Settings) -> Iterator[dict[str, object]]:
    """One row per stage: path, stage, line, chain, user and root (null: not known), decided_by, judged."""
    for path, dockerfile in files:
        chosen = judged(dockerfile.stages, settings)
        ground = Ground(dockerfile, settings.globs)
        for stage in dockerfile.stages:
            yield {"path": path, **_row(stage, ground), "judged": stage in chosen}


def _row(stage: Stage, ground: Ground) -> dict[str, object]:
    """What is said of one stage."""
    verdict = judge(stage, ground)
    origin = stage.chain[-1]
    deciding = verdict.user.instruction if verdict.user else origin.instruction
    return {
        "stage": stage.title,
        "line": stage.instruction.first,
        "chain": links(stage),
        "user": None if verdict.kind in NOT_KNOWN else verdict.text or "root",
        "root": None if verdict.kind in NOT_KNOWN else verdict.kind in (ROOT, ARTIFACT),
        "decided_by": {"line": deciding.first, "instruction": f"{deciding.keyword} {deciding.value}"},
    }


def as_text(listed: Iterable[dict[str, object]]) -> str:
    """The rows as aligned lines of text."""
    return aligned(_cells(row) for row in listed)


def _cells(row: dict[str, object]) -> tuple[str, str, str, str]:
    """Place, stage, user, and the rest of a row."""
    decided, chain = row["decided_by"], row["chain"]
    assert isinstance(decided, dict)
    assert isinstance(chain, list)
    user = "not known" if row["root"] is None else str(row["user"])
    if row["root"] and user != "root":
        user += " (root)"
    mark = "" if row["judged"] else " (not judged)"
    rest = f"{' <- '.join(chain)}  line {decided['line']}: {decided['instruction']}{mark}"
    return f"{row['path']}:{row['line']}", str(row["stage"]), user, rest
