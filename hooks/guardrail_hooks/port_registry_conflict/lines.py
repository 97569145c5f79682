"""Registry lines in the style of the file they go to, and where they belong."""

from __future__ import annotations

import re

from guardrail_hooks.formats.markdown_rows import split_lines
from guardrail_hooks.pattern import pattern
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from guardrail_hooks.port_registry_conflict.intervals import Ports
    from guardrail_hooks.port_registry_conflict.registry import Allocation, Registry, Reservation, Section

_BULLET = pattern(
    r"([ \t]*[-*+][ \t]+)((?:\*\*|__|`)?)(\d{1,5}(?:[-\u2013]\d{1,5})?(?:/\w+)?)((?:\*\*|__|`)?)"
    r"([ \t]*(?::|->|=>|\u2192|=|\||[-\u2013\u2014])[ \t]*)"
)
_NAME_BULLET = pattern(
    r"([ \t]*[-*+][ \t]+)((?:\*\*|__|`)?)([^\d\s].*?)((?:\*\*|__|`)?)([ \t]{0,40}(?::|->|=>|\u2192|=)[ \t]{0,40})\d"
)
DEFAULT_BULLET = ("- ", "", "", ": ")


class Line(namedtuple("Line", "path text after")):
    """A line to write: its file, its text without a line end, and the line number that it goes behind (0: first)."""

    __slots__ = ()
    path: str
    text: str
    after: int


def write_entry(
    path: str, text: str, registry: Registry, ports: Ports, service: str, protocol: str, section: Section | None
) -> Line:
    """The line that registers ports for a service, in the style of its neighbours and in its place."""
    lines = split_lines(text)
    rows = [row for row in registry.allocations if row.place.path == path]
    own = [row for row in rows if section is not None and _is_in(row, section)] or ([] if section else rows)
    before = max(
        (row for row in own if row.ports.low < ports.low), key=lambda row: (row.ports.low, row.place.line), default=None
    )
    model = before or (min(own, key=lambda row: row.ports.low) if own else None) or (rows[0] if rows else None)
    after = _after(lines, before, own, registry, section, path)
    names_protocols = any(row.protocols for row in registry.at(ports))
    written = f"{ports}/{protocol}" if protocol not in ("", "tcp") or (protocol and names_protocols) else str(ports)
    if path.endswith((".yaml", ".yml", ".json")):
        return Line(path, *_yaml_line(lines, written, service, model, after, path))
    if path.endswith(".env"):
        name = re.sub(r"\W+", "_", service).upper()
        return Line(path, f"{name}_PORT={ports.low}", after)
    sample = lines[model.place.line - 1] if model else ""
    return Line(path, _like(sample, lines, model, written, service), after)


def _is_in(row: Allocation | Reservation, section: Section) -> bool:
    """Whether a row stands in a section or in one below it."""
    return row.section is not None and (row.section is section or any(one is section for one in row.section.ancestors))


def _after(
    lines: Sequence[str],
    before: Allocation | None,
    own: Sequence[Allocation],
    registry: Registry,
    section: Section | None,
    path: str,
) -> int:
    """The number of the line that the new one goes behind."""
    if before:
        return _end_of(lines, before.place.line, path)
    if own:
        return min(row.place.line for row in own) - 1
    if section is not None and section.place.path == path:
        kept = [row.place.line for row in registry.reservations if row.place.path == path and _is_in(row, section)]
        if kept:
            return min(kept) - 1
        below = next((at for at in range(section.place.line, len(lines)) if lines[at].strip()), len(lines))
        is_empty = below == len(lines) or lines[below].lstrip().startswith("#")
        return section.place.line if is_empty else below
    last = len(lines)
    while last and not lines[last - 1].strip():
        last -= 1
    return last


def _end_of(lines: Sequence[str], line: int, path: str) -> int:
    """The last line of an entry: in YAML everything that is indented deeper belongs to it."""
    if not path.endswith((".yaml", ".yml")):
        return line
    indent = len(lines[line - 1]) - len(lines[line - 1].lstrip())
    end = at = line
    while at < len(lines):
        text = lines[at]
        if text.strip():
            if len(text) - len(text.lstrip()) <= indent:
                break
            end = at + 1
        at += 1
    return end


def _yaml_line(
    lines: Sequence[str], written: str, service: str, model: Allocation | None, after: int, path: str
) -> tuple[str, int]:
    """A line of a YAML or JSON registry."""
    if path.endswith(".json"):
        return f'    "{written}": {{"service": "{service}"}},', after
    sample = lines[model.place.line - 1] if model else "  "
    indent = sample[: len(sample) - len(sample.lstrip())]
    if model and not re.match(r"\s*[\"']?\d", sample):
        return f"{indent}{service}: {written}", after
    return f"{indent}{written}: {{service: {service}}}", after


def _like(sample: str, lines: Sequence[str], model: Allocation | None, written: str, service: str) -> str:
    """A Markdown line like the sample, for other ports and another service."""
    if sample.lstrip().startswith("|") or (model and "|" in sample and not _BULLET.match(sample)):
        return _table_row(sample, lines, model, written, service)
    if bullet := _BULLET.match(sample):
        lead, opening, _, closing, separator = bullet.groups()
        name = f"{service} ({service})" if model and model.ids and "-" in service else service
        return f"{lead}{opening}{written}{closing}{separator}{name}"
    if named := _NAME_BULLET.match(sample):
        lead, opening, _, closing, separator = named.groups()
        return f"{lead}{opening}{service}{closing}{separator}{written}"
    lead, opening, closing, separator = DEFAULT_BULLET
    return f"{lead}{opening}{written}{closing}{separator}{service}"


def _table_row(sample: str, lines: Sequence[str], model: Allocation | None, written: str, service: str) -> str:
    """A row of the sample's table, with the port and the service in their columns and the other cells empty."""
    from guardrail_hooks.port_registry_conflict.registry_markdown import columns_of

    assert model
    at = model.place.line - 1
    while at > 0 and "|" in lines[at - 1]:
        at -= 1
    head = lines[at]
    port_at, name_at, id_at = columns_of(head)
    cells = [cell.strip() for cell in sample.strip().strip("|").split("|")]
    new = ["" for _ in cells]
    for column, text in ((name_at, service), (id_at, service), (port_at, written)):
        if column is not None and column < len(new):
            new[column] = _wrapped(cells[column], text)
    outer = sample.lstrip().startswith("|")
    row = " | ".join(new)
    return f"| {row} |" if outer else row


def _wrapped(sample: str, text: str) -> str:
    """The text in the emphasis of the sample."""
    for mark in ("**", "__", "`"):
        if sample.startswith(mark) and sample.endswith(mark) and len(sample) > 2 * len(mark):
            return f"{mark}{text}{mark}"
    return text
