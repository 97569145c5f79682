"""The value of `RUN --mount=` and `RUN --device=`: one line of comma-separated `key=value` fields.

Follows BuildKit, `instructions/commands_runmount.go`, `commands_rundevice.go` and its single-line CSV reader.
"""

from __future__ import annotations

import re

from guardrail_hooks.formats.dockerfile.wording import did_you_mean, quoted, shown
from guardrail_hooks.formats.place import Malformed
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from guardrail_hooks.formats.place import Span

_BOOLEANS = frozenset({"1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False"})  # ParseBool
_OCTAL = r"[0-7]{1,11}\Z"
_DECIMAL = r"[0-9]{1,10}\Z"
_SIZE = r"(?i)\+?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+) ?(?:b|[kmgtp](?:b|ib)?)?\Z"

_TYPES = ("bind", "cache", "tmpfs", "secret", "ssh")
_SHARING = ("shared", "private", "locked")
_BARE = frozenset({"readonly", "ro", "readwrite", "rw"})
_KEYS = ("type", "from", "source", "target", "readonly", "id", "sharing", "required", "size", "mode", "uid", "gid")
_MORE_KEYS = ("src", "dst", "destination", "ro", "rw", "readwrite", "env")


class Field(namedtuple("Field", "key value start end")):
    """One field: lower-case key, value (None without `=`), and the stretch of the whole text the value takes."""

    __slots__ = ()
    key: str
    value: str | None
    start: int
    end: int

    @property
    def whole(self) -> str:
        """The field as it is quoted in messages."""
        return self.key if self.value is None else f"{self.key}={self.value}"


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
        whole = field.whole
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
            if field.value not in _BOOLEANS:
                raise Malformed(f"invalid value for required: {shown(field.value)}", span)
        elif name:
            hint = did_you_mean(field.key, ("name", "required"), case_sensitive=True)
            raise Malformed(f"unexpected key '{shown(field.key)}' in '{shown(whole)}'{hint}", span)
        else:
            name = whole


class Refused(Exception):
    """A mount that no build accepts; `str(error)` is the reason."""


def check_mount(fields: Iterable[Field]) -> None:
    """Raise Refused for what is refused in a mount whose values are expanded."""
    kind = "bind"
    given: dict[str, str] = {}
    for field in fields:
        key, value = _SAME.get(field.key, field.key), field.value
        if key == "required" and kind not in ("secret", "ssh"):
            raise Refused(f"unexpected key '{field.key}' for mount type '{kind}'")
        if value is None:
            if key not in _BARE and key != "required":
                raise Refused(f"invalid field '{shown(field.whole)}' must be a key=value pair")
            continue
        if key == "type":
            kind = value.lower()
            if kind not in _TYPES:
                hint = did_you_mean(value, _TYPES, case_sensitive=True)
                raise Refused(f"unsupported mount type {quoted(value)}{hint}")
        elif key == "size" and kind != "tmpfs":
            raise Refused(f"unexpected key '{field.key}' for mount type '{kind}'")
        _check_field(field, key, value)
        given[key] = value
    _check_together(kind, given)


_SAME = {"src": "source", "dst": "target", "destination": "target"}


def _check_field(field: Field, key: str, value: str) -> None:
    if field.key not in _KEYS + _MORE_KEYS:
        hint = did_you_mean(field.key, _KEYS + _MORE_KEYS, case_sensitive=True)
        raise Refused(f"unexpected key '{shown(field.key)}' in '{shown(field.whole)}'{hint}")
    if key in _BARE or key == "required":
        if value not in _BOOLEANS:
            raise Refused(f"invalid value for {key}: {shown(value)}")
    elif key == "size" and not re.match(_SIZE, value):
        raise Refused(f"invalid value for size: {shown(value)}")
    elif key == "sharing" and value.lower() not in _SHARING:
        hint = did_you_mean(value, _SHARING, case_sensitive=True)
        raise Refused(f"unsupported sharing value {quoted(value)}{hint}")
    elif key == "mode" and (not re.match(_OCTAL, value) or int(value, 8) >= 2**32):
        raise Refused(f"invalid value {shown(value)} for mode")
    elif key in ("uid", "gid") and (not re.match(_DECIMAL, value) or int(value) >= 2**32):
        raise Refused(f"invalid value {shown(value)} for {key}")


def _check_together(kind: str, given: Mapping[str, str]) -> None:
    if kind in ("bind", "tmpfs"):
        for key in ("mode", "uid", "gid"):
            if key in given:
                raise Refused(f'{key} not allowed for "{kind}" type mounts')
    if kind == "secret":
        if given.get("from"):
            raise Refused("secret mount should not have a from")
        if given.get("sharing"):
            raise Refused("secret mount should not define sharing")
        if not (given.get("source") or given.get("target") or given.get("id")):
            raise Refused("invalid secret mount. one of source, target required")
        if given.get("source") and given.get("id"):
            raise Refused("both source and id can't be set")
    if kind in ("bind", "tmpfs", "cache") and "/" in given.get("target", "") and not given["target"].strip("/"):
        raise Refused('invalid mount target "/"')
    if given.get("sharing") and kind != "cache":
        raise Refused(f"invalid cache sharing set for {kind} mount")
