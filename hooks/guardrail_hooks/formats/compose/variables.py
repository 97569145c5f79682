"""Variables in Compose values, with those that have no value left standing as `${NAME}`."""

from __future__ import annotations

from guardrail_hooks.formats import interpolation
from guardrail_hooks.pattern import pattern
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_UNKNOWN = pattern(r"\$\{(\w+)\}")


class Resolved(namedtuple("Resolved", "text fault")):
    """A text with its variables filled in; `fault` is a clause about a `${` that Compose refuses, else empty.

    A variable without a value stays as `${NAME}`, whatever its operator was, so that it holds no colon.
    """

    __slots__ = ()
    text: str
    fault: str


def interpolate(text: str, variables: Mapping[str, str]) -> Resolved:
    """Fill in the variables of a text. The process environment is never asked."""
    if "$" not in text:
        return Resolved(text, "")
    filled = interpolation.interpolate(text, variables)
    if filled.fault:
        return Resolved(text, filled.fault)
    missing = interpolation.MISSING
    return Resolved("".join(f"${{{one.name}}}" if one.origin == missing else one.text for one in filled.pieces), "")


def unknown_in(text: str) -> list[str]:
    """The names of the variables without a value that a filled-in text still holds."""
    return list(dict.fromkeys(_UNKNOWN.findall(text)))


def is_unknown(text: str) -> bool:
    """Whether a filled-in text still holds a variable without a value."""
    return "${" in text and _UNKNOWN.search(text) is not None
