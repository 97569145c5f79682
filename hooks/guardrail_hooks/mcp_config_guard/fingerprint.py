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
    from guardrail_hooks.mcp_config_guard.clients import Client

VERSION = "v1:sha256:"
TOOL_LISTS = frozenset(
    {"alwaysAllow", "autoApprove", "enabled_tools", "disabled_tools", "disabledTools", "includeTools", "excludeTools"}
    | {"tools", "allow", "deny", "ask", "allowedHttpHookUrls", "httpHookAllowedEnvVars", "additionalDirectories"}
)
# Fields that a client has under a name of its own. The usual name changes places with it: there it is a field that the
# client does not know, and means nothing.
OWN_NAMES = {
    "opencode": {"environment": "env", "env": "environment"},
    "Goose": {"cmd": "command", "command": "cmd", "envs": "env", "env": "envs", "uri": "url", "url": "uri"},
}
TWO_FORMS = {"Cline": ("transportType", "type"), "Windsurf": ("serverUrl", "url"), "Zed": ("", "")}  # both are read
EMPTY_DEFAULTS: dict[str, Plain] = {"args": [], "env": {}, "headers": {}}
OWN_MODULE = "_sha2" if sys.version_info >= (3, 12) else "_sha256"  # missing where Python was built without it
NEEDS_ESCAPE = pattern(r'["\\\x00-\x1f]')


def normalise(fields: dict[str, Plain], client: Client | None = None) -> dict[str, Plain]:
    """The one form of a server that all spellings share which mean the same to its client.

    What only another client understands is left as it is: renaming a field to it switches the field off.
    """
    names = OWN_NAMES.get(client.name, {}) if client else {}
    body: dict[str, Plain] = {}
    for name, value in (_flattened(fields, client) if client else fields).items():
        if name.startswith("_"):
            continue
        is_set = name in TOOL_LISTS and isinstance(value, list)
        body[names.get(name, name)] = _as_set(value) if is_set and isinstance(value, list) else value
    if client and client.command_list:  # opencode: a command line in one list, and nothing else is understood
        command = body.get("command")
        if isinstance(command, list) and command and isinstance(command[0], str) and "args" not in body:
            body["command"], body["args"] = command[0], command[1:]
        elif "command" in body:
            body["command"] = [command]
    for name, nothing in EMPTY_DEFAULTS.items():
        if name in body and body[name] == nothing:
            del body[name]
    if body.get("disabled") is False:
        del body["disabled"]
    if body.get("enabled") is True:
        del body["enabled"]
    if body.get("type") == "stdio" and "command" in body:
        del body["type"]
    return body


def _flattened(fields: dict[str, Plain], client: Client) -> dict[str, Plain]:
    """The fields with what a client reads in two forms in one of them.

    Nested transports and the former name of the type (Cline), command objects (older Zed), `serverUrl` (Windsurf).
    """
    if client.name not in TWO_FORMS:
        return fields
    transport, command = fields.get("transport"), fields.get("command")
    if client.name == "Cline" and isinstance(transport, dict) and not transport.keys() & fields.keys():
        fields = {name: value for name, value in fields.items() if name != "transport"} | transport
    if client.name == "Zed" and isinstance(command, dict) and "path" in command:
        rest = {name: value for name, value in command.items() if name != "path"}
        fields = {**fields, "command": command["path"], **rest} if not rest.keys() & fields.keys() else fields
    former, name = TWO_FORMS[client.name]
    if former in fields and name not in fields:
        fields = {(name if field == former else field): value for field, value in fields.items()}
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
