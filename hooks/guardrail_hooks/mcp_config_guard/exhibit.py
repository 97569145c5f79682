"""One server in front of the rules: its words, variables and addresses, each with its place."""

from __future__ import annotations

from guardrail_hooks.core.printable import printable
from guardrail_hooks.formats.values import STRING
from guardrail_hooks.mcp_config_guard.invocations import invocations
from guardrail_hooks.mcp_config_guard.scripts import command_values
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from re import Pattern

    from guardrail_hooks.core.finding import Finding, Rule
    from guardrail_hooks.formats.values import Member, Value
    from guardrail_hooks.mcp_config_guard.invocations import Invocation
    from guardrail_hooks.mcp_config_guard.policy import Policy
    from guardrail_hooks.mcp_config_guard.servers import Server
    from guardrail_hooks.mcp_config_guard.survey import Survey

URL_FIELDS = ("url", "httpUrl", "serverUrl", "uri")
HEADER_FIELDS = ("headers", "http_headers")


class Settings(namedtuple("Settings", "policy trusted_packages require_digest allow_http_hosts allow_endpoints")):
    """What the options and the policy say about lint."""

    __slots__ = ()
    policy: Policy
    trusted_packages: list[Pattern[str]]
    require_digest: bool
    allow_http_hosts: list[Pattern[str]]
    allow_endpoints: list[Pattern[str]]


class Exhibit:
    """One server with everything that several rules look at, worked out once."""

    __slots__ = ("invocations", "server", "settings", "survey", "values", "words")

    def __init__(self, server: Server, survey: Survey, settings: Settings) -> None:
        self.server = server
        self.survey = survey
        self.settings = settings
        self.values: list[Value] = [] if server.is_pseudo else command_values(server)
        self.words = [value.text for value in self.values]
        self.invocations: list[Invocation] = list(invocations(self.words)) if self.words else []

    @property
    def name(self) -> str:
        """The server's name."""
        return self.server.name

    def finding(self, rule: Rule, value: Value, **fields: str) -> Finding:
        """A finding that stands on a scalar of this server."""
        fields.setdefault("server", printable(self.name))
        place = self.server.configuration.place(value)
        return rule.at(place, subject=self.name, message=None, fix=None, label="", **fields)

    def anchor(self, invocation: Invocation, at: int) -> Value:
        """The scalar that a word of an invocation stands in."""
        return self.values[invocation.anchors[at]]

    def environment(self) -> Iterator[Member]:
        """The variables set for the server."""
        for name in ("env", "environment", "envs"):
            found = self.server.get(name)
            for member in found.members if found else ():
                if member.value.kind == STRING:
                    yield member

    def headers(self) -> Iterator[Member]:
        """The headers sent to the server."""
        for name in HEADER_FIELDS:
            found = self.server.get(name)
            for member in found.members if found else ():
                if member.value.kind == STRING:
                    yield member

    def urls(self) -> Iterator[Value]:
        """The addresses of the server."""
        for name in URL_FIELDS:
            found = self.server.get(name)
            if found is not None and found.kind == STRING:
                yield found
