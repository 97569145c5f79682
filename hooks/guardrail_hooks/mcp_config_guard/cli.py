"""The hook's command line: the hook itself, and the subcommands for people."""

from __future__ import annotations

import sys

from guardrail_hooks.core import judge
from guardrail_hooks.core.judge import Hook
from guardrail_hooks.core.options import FLAG, LIST, VALUE, Option
from guardrail_hooks.mcp_config_guard.examine import examine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from guardrail_hooks.core.finding import Rule

WHAT = "what is linted"
OPTIONS = (
    Option("base", VALUE, "judge what changed since this commit", metavar="REF"),
    Option(
        "root-aliases", LIST, "where the repository is deployed: paths below it lead inside", metavar="DIR", group=WHAT
    ),
    Option("trusted-packages", LIST, "packages that may run unpinned (globs)", metavar="GLOB", group=WHAT),
    Option("require-digest", FLAG, "container images need a digest", group=WHAT),
    Option("allow-http-hosts", LIST, "hosts that may be reached over http (globs)", metavar="HOST", group=WHAT),
    Option("allow-endpoints", LIST, "gateways and package indexes that are yours (globs)", metavar="HOST", group=WHAT),
    Option("extra-file", LIST, "further files with MCP servers (globs)", metavar="GLOB", group=WHAT),
)


def rules() -> tuple[Rule, ...]:
    """All rules; a run takes those of the modules that find something."""
    from guardrail_hooks.mcp_config_guard.rules.every import RULES

    return RULES


HOOK = Hook(
    "mcp-config-guard",
    prefix="MCG",
    about="Guard MCP servers, their configurations and wrapper scripts: nothing about them changes without an approval "
    "on record, and nothing in them is dangerous or broken. Nothing is ever started or fetched. "
    "For people: init, status, approve, log (each with --help).",
    rules=rules,
    options=OPTIONS,
    examine=examine,
    usage="[init|status|approve|log] [OPTION ...]",
)
SUBCOMMANDS = frozenset({"init", "status", "approve", "log"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the hook, or the subcommand that is named first."""
    if arguments is None:
        judge.insist_on_utf_8()
    words = sys.argv[1:] if arguments is None else list(arguments)
    if words and words[0] in SUBCOMMANDS:
        from guardrail_hooks.mcp_config_guard.people import run

        code = judge.guarded(f"{HOOK.name} {words[0]}", lambda: run(words[0], words[1:]))
        return judge.leave(code) if arguments is None else code
    return judge.main(HOOK, arguments)
