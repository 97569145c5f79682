"""A chart as Markdown, for a wiki or a pull request."""

from __future__ import annotations

from guardrail_hooks.core.printable import printable, without_tokens
from guardrail_hooks.port_registry_conflict.chart import CONFLICT, FREE, LISTED, RESERVED, STATES, STRAY, USED
from guardrail_hooks.port_registry_conflict.intervals import Ports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.port_registry_conflict.chart import Band, Chart

CELLS = 50
SPECIAL = frozenset("\\|`[]*")  # what would start a link, an image, code or emphasis
SIGNS = {USED: "#", LISTED: "o", RESERVED: "=", STRAY: "?", CONFLICT: "!", FREE: "."}
STRONGEST_FIRST = (CONFLICT, STRAY, USED, LISTED, RESERVED)


def draw_markdown(chart: Chart) -> str:
    """The chart as a Markdown text: a bar and a table for every range."""
    return "\n".join(_lines(chart)) + "\n"


def _lines(chart: Chart) -> Iterator[str]:
    yield f"# {_cell(chart.title)}"
    yield ""
    yield ", ".join(f"`{SIGNS[state]}` {state}" for state in STATES)
    for band in chart.bands:
        yield ""
        title = _cell(band.title)
        yield f"{'#' * min(2 + band.depth, 6)} {title} ({band.range_text})" if title else f"## {band.range_text}"
        yield ""
        yield f"    {band.extent.low} [{_bar(band)}] {band.extent.high}"
        yield ""
        counts = [f"{band.count(state)} {state}" for state in STATES if band.count(state)]
        yield ", ".join(counts)
        if band.marks:
            yield ""
            yield "| Port | State | Service | Where |"
            yield "| ---: | --- | --- | --- |"
            for mark in band.marks:
                state = f"**{mark.state}**" if mark.state in (CONFLICT, STRAY) else mark.state
                yield f"| {mark.ports} | {state} | {_cell(mark.text)} | {_cell(mark.note)} |"


def _cell(text: str) -> str:
    """A text that keeps to its cell."""
    shown = printable(without_tokens(text)).replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"\\{letter}" if letter in SPECIAL else letter for letter in shown)


def _bar(band: Band) -> str:
    """The band in one line; a cell shows the most telling state of its ports."""
    cells = min(CELLS, band.extent.size)
    signs = []
    for cell in range(cells):
        low = band.extent.low + cell * band.extent.size // cells
        high = band.extent.low + (cell + 1) * band.extent.size // cells - 1
        here = {mark.state for mark in band.marks if mark.ports.common(Ports(low, high))}
        signs.append(SIGNS[next((state for state in STRONGEST_FIRST if state in here), FREE)])
    return "".join(signs)
