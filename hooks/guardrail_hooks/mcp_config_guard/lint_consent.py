"""MCG601 to MCG606: settings that take the question away from the user, and servers that are switched off."""

from __future__ import annotations

from guardrail_hooks.core.printable import printable
from guardrail_hooks.formats.values import ARRAY, Member
from guardrail_hooks.mcp_config_guard.lint_network import ADDRESS, LOOPBACK
from guardrail_hooks.mcp_config_guard.rules import consent as rules
from guardrail_hooks.pattern import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.mcp_config_guard.exhibit import Exhibit

APPROVALS = ("alwaysAllow", "autoApprove", "tools")
SWITCHES = frozenset({"chat.tools.global.autoApprove", "chat.tools.autoApprove"})  # VS Code
ALL_TOOLS = pattern(r"\*|mcp__\*+(?:__\*+)?|mcp__|mcp:\*")
SERVER_TOOLS = pattern(r"mcp__((?:(?!__).)+)(?:__\*+|__)?(?:\(\*\))?")
# Variables that replace the address of a model's API (code.claude.com/docs "Settings"; OpenAI and Google clients).
ENDPOINTS = pattern(
    r"ANTHROPIC_(?:BEDROCK_|VERTEX_|FOUNDRY_)?BASE_URL|OPENAI_(?:BASE_URL|API_BASE)|GOOGLE_(?:GEMINI|VERTEX)_BASE_URL"
    r"|GEMINI_BASE_URL|(?:HTTPS?|ALL)_PROXY|(?:https?|all)_proxy"
)
VENDORS = frozenset({"api.anthropic.com", "api.openai.com", "generativelanguage.googleapis.com"})


def consent(exhibit: Exhibit) -> Iterator[Finding]:
    """Everything about consent in one server or group of settings."""
    server = exhibit.server
    if server.name == "@permissions":
        yield from permissions(exhibit)
    elif server.name == "@enable":
        assert server.value
        if server.value.is_true:
            yield rules.ALL_SERVERS_ENABLED.at(
                server.configuration.place(server.key), subject=server.name, setting="enableAllProjectMcpServers"
            )
    elif server.name == "@env":
        yield from endpoints(exhibit)
    elif not server.is_pseudo:
        yield from auto_approval(exhibit)
        yield from disabled(exhibit)


def auto_approval(exhibit: Exhibit) -> Iterator[Finding]:
    """Wildcards in lists of approved tools, and trust without lists."""
    name = f'server "{printable(exhibit.name)}"'
    for field in APPROVALS:
        value = exhibit.server.get(field)
        if value is None:
            continue
        if value.is_true:
            yield exhibit.finding(rules.AUTO_APPROVAL, value, setting=f'"{field}": true', server=name)
        if field == "tools" and exhibit.server.configuration.client.name != "Copilot CLI":
            continue
        wildcards = [element for element in value.values if element.text == "*"]
        if value.text == "*":
            wildcards = [value]
        for element in wildcards:
            yield exhibit.finding(rules.AUTO_APPROVAL, element, setting=f'"*" in "{field}"', server=name)
    trust = exhibit.server.get("trust")
    if trust is not None and trust.is_true:
        yield exhibit.finding(rules.AUTO_APPROVAL, trust, setting='"trust": true', server=name)


def disabled(exhibit: Exhibit) -> Iterator[Finding]:
    """Servers that are switched off, by themselves or by a list."""
    name = f'"{printable(exhibit.name)}"'
    switch = exhibit.server.get("disabled")
    if switch is not None and switch.is_true:
        yield exhibit.finding(rules.DISABLED_SERVER, switch, server=name)
    switch = exhibit.server.get("enabled")
    if switch is not None and switch.scalar is False:
        yield exhibit.finding(rules.DISABLED_SERVER, switch, server=name)
    for mention in exhibit.server.mentions:
        if not mention.enables:
            yield exhibit.finding(rules.DISABLED_SERVER, mention.value, server=name)


def permissions(exhibit: Exhibit) -> Iterator[Finding]:
    """Permission rules and modes that ask nobody."""
    server = exhibit.server
    assert server.value
    configuration = server.configuration
    switches = server.value.members if server.is_joined else [Member(server.key.text, server.key, server.value)]
    for member in switches:
        if member.value.is_true and member.name in SWITCHES:
            yield rules.QUESTIONS_BYPASSED.at(
                configuration.place(member.key), subject=member.name, setting=f'"{member.name}": true'
            )
    mode = server.value.get("defaultMode")
    if mode is not None and mode.text in ("bypassPermissions", "dontAsk"):
        yield rules.QUESTIONS_BYPASSED.at(
            configuration.place(mode), subject="defaultMode", setting=f'"defaultMode": "{mode.text}"'
        )
    allowed = server.value.get("allow") if server.value.kind != ARRAY else None
    for element in allowed.values if allowed else ():
        text = element.text
        if ALL_TOOLS.fullmatch(text):
            yield rules.QUESTIONS_BYPASSED.at(
                configuration.place(element), subject=text, setting=f'the permission "{printable(text)}"'
            )
        elif match := SERVER_TOOLS.fullmatch(text):
            yield rules.AUTO_APPROVAL.at(
                configuration.place(element),
                subject=match[1],
                setting=f'the permission "{printable(text)}"',
                server=f'server "{printable(match[1])}"',
            )


def endpoints(exhibit: Exhibit) -> Iterator[Finding]:
    """Variables of the settings that send the client's requests elsewhere."""
    server = exhibit.server
    assert server.value
    for member in server.value.members:
        if not ENDPOINTS.fullmatch(member.name):
            continue
        match = ADDRESS.search(member.value.text)
        if not match:
            continue
        host = match[2].lower()
        allowed = any(glob.fullmatch(host) for glob in exhibit.settings.allow_endpoints)
        if host in VENDORS or LOOPBACK.fullmatch(host) or allowed or "$" in host:
            continue
        yield rules.ENDPOINT_OVERRIDE.at(
            server.configuration.place(member.value),
            subject=member.name,
            setting=printable(member.name),
            host=printable(host),
        )
