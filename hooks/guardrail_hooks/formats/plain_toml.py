"""A table of a TOML file as plain values."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def table(text: str, *names: str) -> Mapping[str, object] | None:
    """The table of that dotted name; None where there is none, or where the text is no TOML."""
    from importlib import import_module

    reader = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        found: object = reader.loads(text)
    except (ValueError, RecursionError):  # TOMLDecodeError is a ValueError
        return None
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else None
