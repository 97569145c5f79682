"""Fingerprint v1: SHA-256 over the canonical JSON of a normalised server.

Canonical JSON: keys sorted by code point, no blanks, UTF-8, no Unicode normalisation. Normalised: what equals a
client's default is dropped, lists of tools are sets, the dialects of the clients are mapped to one form, and keys that
begin with an underscore are left out: they are how strict JSON carries comments.
"""

from __future__ import annotations

import sys

from guardrail_hooks.pattern import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Match

    from guardrail_hooks.formats.values import Plain

VERSION = "v1:sha256:"
TOOL_LISTS = frozenset(
    {"alwaysAllow", "autoApprove", "enabled_tools", "disabled_tools", "disabledTools", "includeTools", "excludeTools"}
    | {"tools", "allow", "deny", "ask", "allowedHttpHookUrls", "httpHookAllowedEnvVars", "additionalDirectories"}
)
EMPTY_DEFAULTS = ("args", "env", "headers")
# Spellings that mean the same as ours: opencode, Goose, Windsurf and Antigravity, Cline before its rename.
SAME_AS = {"environment": "env", "cmd": "command", "envs": "env", "uri": "url", "serverUrl": "url"}
OWN_MODULE = "_sha2" if sys.version_info >= (3, 12) else "_sha256"  # missing where Python was built without it
NEEDS_ESCAPE = pattern(r'["\\\x00-\x1f]')


def normalise(fields: dict[str, Plain]) -> dict[str, Plain]:
    """The one form of a server that all spellings with the same meaning share."""
    body: dict[str, Plain] = {}
    for name, value in _flattened(fields).items():
        if name.startswith("_"):
            continue
        meant = SAME_AS.get(name, name)
        is_set = name in TOOL_LISTS and isinstance(value, list)
        body[name if meant in fields else meant] = _as_set(value) if is_set and isinstance(value, list) else value
    command, arguments = body.get("command"), body.get("args", [])
    if isinstance(command, list) and command and isinstance(arguments, list):  # opencode: a command line in one list
        body["command"] = command[0]
        body["args"] = command[1:] + arguments
    for name in EMPTY_DEFAULTS:
        if body.get(name) in ([], {}):
            del body[name]
    if body.get("disabled") is False:
        del body["disabled"]
    if body.get("enabled") is True:
        del body["enabled"]
    if body.get("type") in ("stdio", "local") and "command" in body:
        del body["type"]
    return body


def _flattened(fields: dict[str, Plain]) -> dict[str, Plain]:
    """The fields with nested transports (Cline) and command objects (older Zed) taken apart."""
    transport, command = fields.get("transport"), fields.get("command")
    if isinstance(transport, dict) and not transport.keys() & fields.keys():
        fields = {name: value for name, value in fields.items() if name != "transport"} | transport
    if isinstance(command, dict) and "path" in command and not (command.keys() - {"path"}) & fields.keys():
        rest = {name: value for name, value in command.items() if name != "path"}
        fields = {**fields, "command": command["path"], **rest}
    if "transportType" in fields and "type" not in fields:
        fields = {("type" if name == "transportType" else name): value for name, value in fields.items()}
    return fields


def _as_set(values: list[Plain]) -> list[Plain]:
    """The values once each, in the order of their canonical forms."""
    return [value for _, value in sorted({canonical(value): value for value in values}.items())]


def canonical(value: Plain) -> str:
    """Canonical JSON."""
    if isinstance(value, str):
        if value.isprintable() and '"' not in value and "\\" not in value:
            return f'"{value}"'
        return f'"{NEEDS_ESCAPE.sub(_escape, value)}"'
    if isinstance(value, dict):
        return "{" + ",".join(f"{canonical(name)}:{canonical(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)


def _escape(match: Match[str]) -> str:
    """A character that JSON wants escaped."""
    character = match.group()
    return "\\" + character if character in '"\\' else f"\\u{ord(character):04x}"


def fingerprint(value: Plain) -> str:
    """The fingerprint of a normalised value."""
    return VERSION + digest(canonical(value).encode("utf-8", "surrogatepass"))


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal.

    hashlib loads OpenSSL, a fifth of what Python itself costs; the interpreter has the function in a module of its own.
    """
    try:
        hexadecimal: str = __import__(OWN_MODULE).sha256(content).hexdigest()
        return hexadecimal
    except ImportError:
        pass
    from hashlib import sha256

    return sha256(content).hexdigest()
