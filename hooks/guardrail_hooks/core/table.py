"""Tables of text for a terminal."""

from __future__ import annotations

from guardrail_hooks.core.printable import columns, printable, without_tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def aligned(rows: Iterable[Sequence[str]]) -> str:
    """The rows as lines with their cells in columns; whatever a cell holds is safe to show and stays in its line."""
    table = [[printable(without_tokens(cell)) for cell in row] for row in rows]
    widths = [max(map(columns, column)) for column in zip(*table, strict=True)]
    lines = (
        "  ".join(cell + " " * (width - columns(cell)) for cell, width in zip(cells, widths, strict=True))
        for cells in table
    )
    return "".join(line.rstrip(" ") + "\n" for line in lines)
