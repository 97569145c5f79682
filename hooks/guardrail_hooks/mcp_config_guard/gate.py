"""The hook's own entry in `.pre-commit-config.yaml`: the pseudo-server `@gate`."""

from __future__ import annotations

from guardrail_hooks.core.snapshot import Unreadable
from guardrail_hooks.formats.place import Malformed
from guardrail_hooks.mcp_config_guard.guard_files import CONFIGURATION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guardrail_hooks.core.snapshot import Tree
    from guardrail_hooks.formats.values import Plain, Value

HOOK = "mcp-config-guard"
EVERYWHERE = ("default_stages", "default_install_hook_types")


def read_gate(tree: Tree) -> dict[str, Plain] | None:
    """What starts this hook: repository, revision and entry, and what the whole file says about stages.

    None where nothing starts it, which is also so for a file that cannot be read.
    """
    try:
        raw = tree.read(CONFIGURATION)
        if HOOK.encode() not in raw:
            return None
        from guardrail_hooks.formats.yaml_values import parse

        root = parse(raw).root
    except (Unreadable, Malformed):
        return None
    entries: list[Plain] = []
    repositories = root.get("repos")
    for repository in repositories.values if repositories else ():
        hooks = repository.get("hooks")
        for hook in hooks.values if hooks else ():
            if _text(hook, "id") == HOOK:
                entry: dict[str, Plain] = {
                    "repo": _text(repository, "repo"),
                    "rev": _text(repository, "rev"),
                    "hook": hook.plain(),
                }
                entries.append(entry)
    if not entries:
        return None
    gate: dict[str, Plain] = {"entries": entries}
    for name in EVERYWHERE:
        if value := root.get(name):
            gate[name] = value.plain()
    service = root.get("ci")
    skipped = service.get("skip") if service else None
    if skipped and any(element.text == HOOK for element in skipped.values):
        gate["ci.skip"] = True
    return gate


def _text(value: Value, name: str) -> str:
    """The text of a field."""
    found = value.get(name)
    return found.text if found else ""
