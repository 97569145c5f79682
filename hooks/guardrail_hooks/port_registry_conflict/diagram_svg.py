"""A chart as a stand-alone SVG picture: a bar for every range, and a chip for everything on it."""

from __future__ import annotations

from guardrail_hooks.core.printable import printable, without_tokens
from guardrail_hooks.port_registry_conflict.chart import CONFLICT, FREE, LISTED, RESERVED, STATES, STRAY, USED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.port_registry_conflict.chart import Band, Chart, Mark

WIDTH, MARGIN, INDENT = 960, 28, 20
BAR, CHIP, GAP = 20, 24, 6
LETTER = 7.0  # width of most letters at 12 px, in the widest of the fonts below
WIDTHS = {
    **dict.fromkeys("fijlrt.,:;'|!()[]/ ", 4.6),
    **dict.fromkeys("mwMW%@&", 11.2),
    **dict.fromkeys("ABCDEFGHIJKLNOPQRSTUVXYZ_", 8.4),
}
LONGEST = 44  # letters on a chip
# Fill, edge and text; for those who see no red, conflicts have a thick edge and reserved ports are hatched.
COLOURS = {
    USED: ("#2f6f8f", "#24566f", "#ffffff"),
    LISTED: ("#d7e8f0", "#7fa9bd", "#17333f"),
    RESERVED: ("#ece7dc", "#b8ad94", "#4d4636"),
    CONFLICT: ("#c8372d", "#7d1a13", "#ffffff"),
    STRAY: ("#e8963a", "#8f5310", "#2b1a05"),
    FREE: ("#ffffff", "#c9d1d6", "#5a6670"),
}
FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"


def draw_svg(chart: Chart) -> str:
    """The chart as the text of an SVG file."""
    body: list[str] = []
    y = 84.0
    for band in chart.bands:
        drawn, height = _band(band, y)
        body += drawn
        y += height
    height = int(y + 8)
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"',
        f' role="img" aria-label="{_text(chart.title)}" font-family="{FONT}">',
        "<defs>",
        '<pattern id="kept" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">',
        f'<rect width="6" height="6" fill="{COLOURS[RESERVED][0]}"/>',
        f'<line x1="0" y1="0" x2="0" y2="6" stroke="{COLOURS[RESERVED][1]}" stroke-width="2"/></pattern>',
        "</defs>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{MARGIN}" y="36" font-size="20" font-weight="600" fill="#17212b">{_text(chart.title)}</text>',
        *_legend(),
    ]
    return "\n".join([*head, *body, "</svg>"]) + "\n"


def _text(text: str) -> str:
    """A text for XML."""
    return (
        printable(without_tokens(text))
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
    )


def text_width(text: str) -> float:
    """About how wide a text is at 12 px, rather too wide than too narrow."""
    return sum(WIDTHS.get(letter, LETTER if letter.isascii() else 12.5) for letter in text)


def _fill(state: str) -> str:
    """How an area in a state is painted."""
    return "url(#kept)" if state == RESERVED else COLOURS[state][0]


def _legend() -> Iterator[str]:
    """What the colours mean."""
    x = float(MARGIN)
    for state in STATES:
        _, edge, _ = COLOURS[state]
        yield f'<rect x="{x:.0f}" y="51" width="14" height="14" rx="3" fill="{_fill(state)}" stroke="{edge}"/>'
        yield f'<text x="{x + 20:.0f}" y="63" font-size="12" fill="#3c4852">{state}</text>'
        x += 20 + text_width(state) + 24


def _band(band: Band, y: float) -> tuple[list[str], float]:
    """One range from `y` on, and its height."""
    left = MARGIN + INDENT * min(band.depth, 4)
    width = WIDTH - MARGIN - left
    title = _text(_short(band.title, 56)) or _text(band.range_text)
    counts = ", ".join(f"{band.count(state)} {state}" for state in STATES if band.count(state))
    out = [
        f'<text x="{left}" y="{y + 14:.0f}" font-size="14" font-weight="600" fill="#17212b">{title}'
        + (f'<tspan dx="8" font-weight="400" fill="#5a6670">{_text(band.range_text)}</tspan>' if band.title else "")
        + "</text>",
        f'<text x="{WIDTH - MARGIN}" y="{y + 14:.0f}" font-size="12" text-anchor="end" fill="#5a6670">{counts}</text>',
    ]
    top = y + 22
    _, edge, _ = COLOURS[FREE]
    out.append(f'<rect x="{left}" y="{top:.0f}" width="{width}" height="{BAR}" rx="3" fill="#f7f9fa" stroke="{edge}"/>')
    scale = width / band.extent.size
    for mark in sorted(band.marks, key=lambda one: (STATES.index(one.state) != 2, one.state == CONFLICT, one.ports)):
        x = left + max(0, mark.ports.low - band.extent.low) * scale
        stop = left + min(band.extent.size, mark.ports.high - band.extent.low + 1) * scale
        out.append(
            f'<rect x="{x:.1f}" y="{top:.0f}" width="{max(2.5, stop - x):.1f}" height="{BAR}"'
            f' fill="{_fill(mark.state)}"><title>{_text(_label(mark, 200))}</title></rect>'
        )
    top += BAR + 8
    chips, bottom = _chips(band, left, top)
    return out + chips, bottom - y + 22


def _chips(band: Band, left: int, top: float) -> tuple[list[str], float]:
    """A chip for every mark, in rows; and where the last row ends."""
    out: list[str] = []
    x, y = float(left), top
    for mark in band.marks:
        label = _label(mark, LONGEST)
        width = text_width(label) + 16
        if x + width > WIDTH - MARGIN and x > left:
            x, y = float(left), y + CHIP + GAP
        _, edge, ink = COLOURS[mark.state]
        thick = 2 if mark.state == CONFLICT else 1
        fill = COLOURS[mark.state][0]
        out.append(
            f'<g><rect x="{x:.1f}" y="{y:.0f}" width="{width:.1f}" height="{CHIP}" rx="5" fill="{fill}" stroke="{edge}"'
            f' stroke-width="{thick}"/><text x="{x + 8:.1f}" y="{y + 16:.0f}" font-size="12" fill="{ink}">'
            f"{_text(label)}</text>"
            f"<title>{_text(f'{mark.ports} {mark.text}: {mark.note or mark.state}')}</title></g>"
        )
        x += width + GAP
    return out, y + CHIP if band.marks else top


def _label(mark: Mark, longest: int) -> str:
    """The ports and the name of a mark."""
    return _short(f"{mark.ports} {mark.text}".strip(), longest)


def _short(text: str, longest: int) -> str:
    """A text cut to a length."""
    shown = printable(without_tokens(text))
    return shown if len(shown) <= longest else shown[: longest - 3].rstrip() + "..."
