"""Lint of servers: every rule from MCG101 to MCG703 that is about one of them, or about a script that they run."""

from __future__ import annotations

from guardrail_hooks.core.git import run_git
from guardrail_hooks.core.globs import compile_glob
from guardrail_hooks.mcp_config_guard.exhibit import Exhibit, Settings
from guardrail_hooks.mcp_config_guard.lint_consent import consent
from guardrail_hooks.mcp_config_guard.lint_execution import execution
from guardrail_hooks.mcp_config_guard.lint_hidden import hidden
from guardrail_hooks.mcp_config_guard.lint_network import network
from guardrail_hooks.mcp_config_guard.lint_scripts import in_scripts
from guardrail_hooks.mcp_config_guard.lint_secrets import secret_sources, secrets
from guardrail_hooks.mcp_config_guard.lint_shape import server_shape
from guardrail_hooks.mcp_config_guard.lint_supply import piped_into_shell, supply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.core.options import Options
    from guardrail_hooks.mcp_config_guard.ledger import Ledger
    from guardrail_hooks.mcp_config_guard.survey import Key, Survey


class Linter:
    """The lint of one tree."""

    __slots__ = ("_ignored", "governed", "ledger", "settings", "survey")

    def __init__(self, survey: Survey, options: Options, ledger: Ledger, governed: Survey | None = None) -> None:
        """What is linted; `governed` is the same tree as approvals see it, where options add something to it."""
        self.survey = survey
        self.governed = governed or survey
        self.ledger = ledger
        self.settings = Settings(
            survey.policy,
            [compile_glob(glob, crossing=True) for glob in options.values("trusted-packages")],
            options.given("require-digest"),
            [compile_glob(glob.lower()) for glob in options.values("allow-http-hosts")],
            [compile_glob(glob.lower()) for glob in options.values("allow-endpoints")],
        )
        self._ignored: dict[str, bool] = {}

    def findings(self, keys: Collection[Key]) -> Iterator[Finding]:
        """The findings of these servers; accepted ones are left out."""
        servers = [self.survey.servers[key] for key in sorted(keys) if key in self.survey.servers]
        exhibits = [Exhibit(server, self.survey, self.settings) for server in servers]
        self.survey.prefetch_scripts((server.path, server.name) for server in servers)
        for exhibit in exhibits:
            accepted = self.accepted((exhibit.server.path, exhibit.name))
            for finding in self.of_server(exhibit):
                if finding.rule.code not in accepted or not finding.rule.allowable:
                    yield finding
        for finding, users in in_scripts(exhibits, self.survey, self.settings):
            by_all = all(finding.rule.code in self.accepted(user) for user in users)
            if not by_all or not finding.rule.allowable:
                yield finding

    def of_server(self, exhibit: Exhibit) -> Iterator[Finding]:
        """The findings of one server."""
        if exhibit.server.is_defined:
            yield from server_shape(exhibit)
        yield from secrets(exhibit)
        yield from secret_sources(exhibit)
        graver = [*supply(exhibit), *piped_into_shell(exhibit)]
        yield from graver
        places = {(finding.place.line, finding.place.column) for finding in graver}
        configuration = exhibit.server.configuration
        taken = {id(value) for value in exhibit.values if configuration.place(value)[1:3] in places}
        yield from execution(exhibit, self.is_ignored, taken)
        yield from network(exhibit)
        yield from consent(exhibit)
        yield from hidden(exhibit)

    def accepted(self, key: Key) -> frozenset[str]:
        """The codes that the last approval of a server accepts, as long as the server is as it was approved."""
        end = self.ledger.chain(key).end
        if end is None or not end.accept or end.state != self.governed.state(key):
            return frozenset()
        return frozenset(end.accept)

    def is_ignored(self, path: str) -> bool:
        """Whether .gitignore covers a path: build output that nobody commits."""
        if path not in self._ignored:
            code, _, _ = run_git("check-ignore", "--no-index", "--", path)
            self._ignored[path] = code == 0
        return self._ignored[path]
