"""What stands without approval: the approved state of everything under guard compared with the tree."""

from __future__ import annotations

from guardrail_hooks.core.snapshot import LINK, Unreadable
from guardrail_hooks.mcp_config_guard.fingerprint import digest, fingerprint
from guardrail_hooks.mcp_config_guard.gate import read_gate
from guardrail_hooks.mcp_config_guard.guard_files import CONFIGURATION, POLICY, SIGNERS, read_own
from guardrail_hooks.mcp_config_guard.servers import OFF, RESERVED, Server
from guardrail_hooks.mcp_config_guard.summary import ALL, LONGEST, described, differences
from guardrail_hooks.mcp_config_guard.survey import GONE, PROTECTED, State, Survey
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from guardrail_hooks.core.snapshot import Tree
    from guardrail_hooks.formats.values import Plain
    from guardrail_hooks.mcp_config_guard.ledger import Ledger
    from guardrail_hooks.mcp_config_guard.survey import Key

ADDED, REMOVED, MODIFIED, DISABLED, ENABLED, RENAMED, SCRIPT = (
    "added",
    "removed",
    "modified",
    "disabled",
    "enabled",
    "renamed",
    "script",
)
TRUST = (("@signers", SIGNERS, "signers"), ("@policy", POLICY, "policy"), ("@gate", CONFIGURATION, "gate"))
WORDED = frozenset({ADDED, REMOVED, MODIFIED, DISABLED, ENABLED})  # kinds whose summary lists fields
JOINS = "joins approvals of different states"


class Pending(namedtuple("Pending", "key kind was before after summary scripts")):
    """One thing whose state is not the approved one.

    `kind` as in records; `summary` what changed, with long values cut (see `in_full`); `scripts` the changed files, for
    a server whose own entry is as approved.
    """

    __slots__ = ()
    key: Key
    kind: str
    was: str
    before: State
    after: State
    summary: tuple[str, ...]
    scripts: tuple[ScriptChange, ...]


class ScriptChange(namedtuple("ScriptChange", "path what")):
    """One file that a server runs, and what happened to it: `changed`, `added`, `deleted`, `mode` or `link`."""

    __slots__ = ()
    path: str
    what: str


def pending_servers(keys: Iterable[Key], ledger: Ledger, base: Survey | None, head: Survey) -> Iterator[Pending]:
    """Each of these servers and protected files whose state in the head is not the approved one."""
    for key in keys:
        approved = approved_state(key, ledger, base)
        found = head.state(key)
        if approved == found and not ledger.chain(key).is_forked:
            continue
        if approved == found:
            yield Pending(key, MODIFIED, "", approved, found, (JOINS,), ())
            continue
        if approved.fingerprint == found.fingerprint:
            changes = tuple(script_changes(approved, found, base, head))
            summary = tuple(f"{change.path}: {change.what}" for change in changes)
            yield Pending(key, SCRIPT, "", approved, found, summary, changes)
            continue
        kind = _kind(key, approved, found, base, head)
        yield Pending(key, kind, "", approved, found, tuple(_summary(key, kind, approved, base, head, LONGEST)), ())


def approved_state(key: Key, ledger: Ledger, base: Survey | None) -> State:
    """The approved state: what the records say, or the base's own state where none are kept."""
    if ledger.is_kept or base is None:
        return ledger.chain(key).state
    return base.state(key)


def _kind(key: Key, approved: State, found: State, base: Survey | None, head: Survey) -> str:
    """The kind of a change between two different states."""
    if key[1] == PROTECTED:
        return SCRIPT
    old = base.servers.get(key) if base else None
    new = head.servers.get(key)
    listed_only = (old or new) is not None and not any(
        server.is_defined or server.is_pseudo for server in (old, new) if server
    )
    if listed_only:  # named in a list of a settings file: what counts is whether it is on
        before, after = _standing(old), _standing(new)
        return DISABLED if after < before else ENABLED
    if approved.fingerprint is None:
        return ADDED
    if found.fingerprint is None:
        return REMOVED
    if old and new and _standing(new) != _standing(old):
        return DISABLED if _standing(new) < _standing(old) and (new.state == OFF or old.mentions) else ENABLED
    return MODIFIED


def _standing(server: Server | None) -> int:
    """Whether a server is on, off or not spoken of."""
    return 1 if server is None else server.state


def _summary(key: Key, kind: str, approved: State, base: Survey | None, head: Survey, most: int) -> Iterator[str]:
    """What changed, field by field, as far as the base tells."""
    old, new = base.body(key) if base else None, head.body(key)
    if key[1] == PROTECTED:
        known = "changed" if approved.fingerprint else "not on record yet"
        yield f"{key[0]}: {known if head.tree.has(key[0]) else 'deleted'}"
    elif kind == ADDED and new is not None:
        yield from described(new, most=most)
    elif old is not None and new is not None:
        yield from differences(old, new, most=most)
    elif old is not None:
        yield from (f"was {line}" for line in described(old, most=most))
    elif new is not None:
        yield from (f"now {line}" for line in described(new, most=most))


def script_changes(approved: State, found: State, base: Survey | None, head: Survey) -> Iterator[ScriptChange]:
    """The files that differ between two states of one server; what follows from a changed link or file is left out."""
    old, new = approved.scripts, found.scripts
    changes: list[ScriptChange] = []
    for path in sorted(old.keys() & new.keys()):
        before, after = old[path], new[path]
        if before == after:
            continue
        if LINK in (before["mode"], after["mode"]):
            changes.append(ScriptChange(path, "link"))
        elif before["sha256"] == after["sha256"]:
            changes.append(ScriptChange(path, "mode"))
        else:
            changes.append(ScriptChange(path, "changed"))
    entries = head.tree.entries()
    gone = [path for path in sorted(old.keys() - new.keys()) if path not in entries]
    changes += [ScriptChange(path, "deleted") for path in gone]
    earlier = base.tree.entries() if base else {}
    came = [path for path in sorted(new.keys() - old.keys()) if path not in earlier]
    if not changes or base:
        changes += [ScriptChange(path, "added") for path in came if not _explained(changes)]
    if not changes:  # referenced anew or no longer, though no file changed by itself
        changes += [ScriptChange(path, "added") for path in sorted(new.keys() - old.keys())]
        changes += [ScriptChange(path, "deleted") for path in sorted(old.keys() - new.keys())]
    yield from changes


def _explained(changes: list[ScriptChange]) -> bool:
    """Whether a changed link or script explains that other files are run now."""
    return any(change.what in ("link", "changed") for change in changes)


def with_renames(items: Iterable[Pending]) -> list[Pending]:
    """The same list, with a removal and an addition of equal bodies in one file joined to a renaming."""
    found = list(items)
    removed = {
        (item.key[0], item.before.fingerprint): item
        for item in found
        if item.kind == REMOVED and item.key[1] not in RESERVED
    }
    result: list[Pending] = []
    joined: set[Key] = set()
    for item in found:
        old = removed.pop((item.key[0], item.after.fingerprint), None) if item.kind == ADDED else None
        if old is None:
            result.append(item)
            continue
        joined.add(old.key)
        was, name = old.key[1], item.key[1]
        result.append(item._replace(kind=RENAMED, was=was, summary=(f"{was} -> {name}",)))
    return [item for item in result if item.key not in joined]


def trust_states(name: str, tree: Tree) -> State:
    """The state of the signers, the policy or the gate in a tree."""
    if name == "@gate":
        gate = read_gate(tree)
        return GONE if gate is None else State(fingerprint(gate))
    path = SIGNERS if name == "@signers" else POLICY
    try:
        content = read_own(tree, path)
    except Unreadable:
        return GONE
    if name == "@policy":
        from guardrail_hooks.formats.jsonc import parse
        from guardrail_hooks.formats.place import Malformed
        from guardrail_hooks.formats.source import decode

        try:
            return State(fingerprint(parse(decode(content)).root.plain()))
        except Malformed:
            pass
    return State("v1:sha256:" + digest(content))


def pending_trust(ledger: Ledger, base: Tree | None, head: Tree) -> Iterator[Pending]:
    """The parts of the trust root that differ from the base, or from the last approval of them, unapproved.

    Before the first record there is no trust to break: bootstrap is trust on first use.
    """
    for name, path, kind in TRUST:
        key = (path, name)
        chain = ledger.chain(key)
        if base is None and not chain.links:
            continue
        if base is not None:
            old, new = base.entries().get(path), head.entries().get(path)
            if old == new and (new is None or new.mode != LINK):
                continue
            if name != "@gate" and path not in base.entries() and not ledger.base_chains:
                continue  # the folder is being made
        found = trust_states(name, head)
        before = trust_states(name, base) if base is not None else chain.state
        if before == found or (name == "@gate" and before == GONE and not chain.links):
            continue
        approved = chain.links and chain.state == found
        if approved and (base is None or chain.seq > 1 or chain.links[0].before == before.fingerprint):
            continue
        yield Pending(key, kind, "", before, found, tuple(_trust_summary(name, base, head, LONGEST)), ())


def in_full(item: Pending, base: Survey, head: Survey, trusted: Tree | None) -> Iterator[str]:
    """The summary of one thing with nothing cut; `trusted` is the tree that the trust root is compared with."""
    name = item.key[1]
    if item.kind in WORDED and item.summary != (JOINS,):
        yield from _summary(item.key, item.kind, item.before, base, head, ALL)
    elif trusted is not None and any(name == root for root, _, _ in TRUST):
        yield from _trust_summary(name, trusted, head.tree, ALL)
    else:
        yield from item.summary


def _trust_summary(name: str, base: Tree | None, head: Tree, most: int) -> Iterator[str]:
    """What changed in the trust root."""
    if base is None:
        yield "differs from what was approved last"
    elif name == "@gate":
        yield from differences(read_gate(base), read_gate(head), most=most)
    elif name == "@policy":
        yield from _policy_summary(base, head, most)
    else:
        old, new = _lines(base), _lines(head)
        yield from (f"removed {line}" for line in old if line not in new)
        yield from (f"added {line}" for line in new if line not in old)


def _policy_summary(base: Tree, head: Tree, most: int) -> Iterator[str]:
    """The fields of the policy that differ."""
    sides = [_policy(base), _policy(head)]
    if None in sides:
        yield f"{POLICY}: {'deleted' if not head.has(POLICY) else 'added' if not base.has(POLICY) else 'unreadable'}"
    else:
        yield from differences(sides[0], sides[1], most=most)


def _policy(tree: Tree) -> Plain:
    """The policy as data; None where there is none to be read."""
    from guardrail_hooks.formats.jsonc import parse
    from guardrail_hooks.formats.place import Malformed
    from guardrail_hooks.formats.source import decode

    try:
        return parse(decode(read_own(tree, POLICY))).root.plain()
    except (Unreadable, Malformed):
        return None


def _lines(tree: Tree) -> list[str]:
    """The lines of an allowed_signers file, each key as `ssh-keygen -l` shows it."""
    try:
        text = read_own(tree, SIGNERS).decode("utf-8", "replace")
    except Unreadable:
        return []
    rows = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [" ".join(_key_print(word) for word in row) for row in rows]


def _key_print(word: str) -> str:
    """A public key as its fingerprint; any other word as it is."""
    from binascii import Error, a2b_base64, b2a_base64

    try:
        key = a2b_base64(word) if word.startswith("AAAA") else b""
    except Error:
        key = b""
    return "SHA256:" + b2a_base64(bytes.fromhex(digest(key))).decode().rstrip("=\n") if key else word
