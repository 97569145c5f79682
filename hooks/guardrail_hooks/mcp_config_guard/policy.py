"""`.mcp-guard/policy.json`: what the owners decided. It is read from the base, so that a change cannot bend it."""

from __future__ import annotations

from guardrail_hooks.core.globs import compile_glob
from guardrail_hooks.core.snapshot import Unreadable
from guardrail_hooks.formats.jsonc import parse
from guardrail_hooks.formats.place import Malformed, Span
from guardrail_hooks.formats.source import decode
from guardrail_hooks.formats.values import ARRAY, BOOLEAN, OBJECT, STRING
from guardrail_hooks.mcp_config_guard.guard_files import POLICY, SIGNERS, read_own

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Pattern

    from guardrail_hooks.core.snapshot import Tree
    from guardrail_hooks.formats.values import Value

MODES = ("record", "signed")
LISTS = ("protect", "exclude", "extra_files", "root_aliases", "allowed_packages", "allowed_hosts")
KNOWN = frozenset({"version", "mode", "require_second_person", *LISTS})


class Policy:
    """The policy as read. `problem` is set where the file is no policy; the strictest reading then holds."""

    __slots__ = (
        "allowed_hosts",
        "allowed_packages",
        "exclude",
        "extra_files",
        "problem",
        "protect",
        "require_second_person",
        "root_aliases",
        "signed",
    )

    def __init__(self) -> None:
        self.signed = False
        self.require_second_person = False
        self.protect: list[Pattern[str]] = []
        self.exclude: list[Pattern[str]] = []
        self.extra_files: list[Pattern[str]] = []
        self.root_aliases: list[str] = []
        self.allowed_packages: list[Pattern[str]] = []
        self.allowed_hosts: list[Pattern[str]] = []
        self.problem: Malformed | None = None

    def excludes(self, path: str) -> bool:
        """Whether a path is none of this hook's business."""
        return any(glob.fullmatch(path) for glob in self.exclude)


def read_policy(tree: Tree) -> Policy:
    """The policy of a tree; the defaults where it has none."""
    policy = Policy()
    if not tree.has(POLICY):
        return policy
    try:
        _fill(policy, parse(decode(read_own(tree, POLICY))).root)
    except Unreadable as problem:
        policy.problem = Malformed(str(problem), Span(1, 1, 1, 1))
    except Malformed as problem:
        policy.problem = problem
    if policy.problem:
        policy.signed = tree.has(SIGNERS)
    return policy


def _fill(policy: Policy, root: Value) -> None:
    """Take over the fields. Raises `Malformed` for what no policy holds."""
    nowhere = Span(1, 1, 1, 1)
    if root.kind != OBJECT:
        raise Malformed("a policy is an object", nowhere)
    for name, value in ((member.name, member.value) for member in root.members):
        if name not in KNOWN and not name.startswith("_"):
            raise Malformed(f'unknown field "{name}"', nowhere)
        if name == "version" and value.scalar != 1:
            raise Malformed('"version" must be 1', nowhere)
        if name == "mode" and value.text not in MODES:
            raise Malformed('"mode" must be "record" or "signed"', nowhere)
        if name == "require_second_person" and value.kind != BOOLEAN:
            raise Malformed('"require_second_person" must be true or false', nowhere)
        if name in LISTS and (value.kind != ARRAY or any(element.kind != STRING for element in value.values)):
            raise Malformed(f'"{name}" must be a list of strings', nowhere)
    texts = {name: [element.text for element in found.values] for name in LISTS if (found := root.get(name))}
    mode, second = root.get("mode"), root.get("require_second_person")
    policy.signed = bool(mode) and mode is not None and mode.text == "signed"
    policy.require_second_person = second is not None and second.is_true
    policy.root_aliases = texts.get("root_aliases", [])
    policy.protect = [compile_glob(glob) for glob in texts.get("protect", ())]
    policy.exclude = [compile_glob(glob) for glob in texts.get("exclude", ())]
    policy.extra_files = [compile_glob(glob) for glob in texts.get("extra_files", ())]
    policy.allowed_packages = [compile_glob(glob) for glob in texts.get("allowed_packages", ())]
    policy.allowed_hosts = [compile_glob(glob, crossing=True) for glob in texts.get("allowed_hosts", ())]
