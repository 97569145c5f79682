"""The value of `RUN --mount=` and `RUN --device=`: one line of comma-separated `key=value` fields.

Follows BuildKit, `instructions/commands_runmount.go`, `commands_rundevice.go` and its single-line CSV reader.
"""

from __future__ import annotations

from collections import namedtuple

from ..place import Malformed
from .wording import did_you_mean, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..place import Span

_TRUE = frozenset({"1", "t", "T", "true", "TRUE", "True"})  # Go, strconv.ParseBool
_FALSE = frozenset({"0", "f", "F", "false", "FALSE", "False"})


class Field(namedtuple("Field", "key value start end")):
    """One field: lower-case key, value (None without `=`), and the stretch of the whole text the value takes."""

    __slots__ = ()
    key: str
    value: str | None
    start: int
    end: int


class BadFields(Exception):
    """A text that is not one line of comma-separated values; `str(error)` is the official reader's reason."""


def fields_of(text: str) -> list[Field]:
    """Split the value of a flag into its fields. Raises BadFields."""
    if not text:
        raise BadFields("EOF")
    out: list[Field] = []
    position = 0
    while True:
        start = position
        if text[start : start + 1] == '"':
            raw, position = _quoted_field(text, start)
        else:
            comma = text.find(",", start)
            position = comma if comma >= 0 else len(text)
            raw = text[start:position]
            bare = raw.find('"')
            if bare >= 0:
                raise BadFields(f'parse error on line 1, column {start + bare + 1}: bare " in non-quoted-field')
        key, equals, value = raw.partition("=")
        exact = text.startswith(raw, start)
        first = start + len(key) + 1 if equals and exact else start
        out.append(Field(key.lower(), value if equals else None, first, position))
        if position >= len(text):
            return out
        position += 1


def _quoted_field(text: str, start: int) -> tuple[str, int]:
    out: list[str] = []
    position = start + 1
    while True:
        end = text.find('"', position)
        if end < 0:
            column = position + 1
            raise BadFields(f'parse error on line 1, column {column}: extraneous or missing " in quoted-field')
        out.append(text[position:end])
        position = end + 1
        following = text[position : position + 1]
        if following == '"':
            out.append('"')
            position += 1
        elif following in ("", ","):
            return "".join(out), position
        else:
            column = position
            raise BadFields(f'parse error on line 1, column {column}: extraneous or missing " in quoted-field')


def check_mount_sources(text: str, span: Span) -> None:
    """Raise Malformed for what is refused in a mount before its variables are known."""
    try:
        fields = fields_of(text)
    except BadFields as error:
        raise Malformed(f"failed to parse csv mounts: {error}", span) from error
    for field in fields:
        dollar = field.value.find("$") if field.key == "from" and field.value else -1
        if field.value and 0 <= dollar < len(field.value) - 1:
            raise Malformed("'from' doesn't support variable expansion, define alias stage instead", span)


def check_device(text: str, span: Span) -> None:
    """Raise Malformed for what is refused in a device."""
    try:
        fields = fields_of(text)
    except BadFields as error:
        raise Malformed(f"failed to parse csv devices: {error}", span) from error
    name = ""
    for field in fields:
        whole = field.key if field.value is None else f"{field.key}={field.value}"
        if field.value is None:
            if field.key != "required":
                if name:
                    raise Malformed(f"invalid field '{shown(whole)}' must be a key=value pair", span)
                name = whole
        elif field.key == "name":
            if name:
                raise Malformed(f"device name already set to {shown(name)}", span)
            name = field.value
        elif field.key == "required":
            if field.value not in _TRUE | _FALSE:
                raise Malformed(f"invalid value for required: {shown(field.value)}", span)
        elif name:
            hint = did_you_mean(field.key, ("name", "required"), case_sensitive=True)
            raise Malformed(f"unexpected key '{shown(field.key)}' in '{shown(whole)}'{hint}", span)
        else:
            name = whole
