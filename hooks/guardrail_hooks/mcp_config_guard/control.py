"""Change control: findings about what is not approved, and about approvals that cannot stand."""

from __future__ import annotations

from guardrail_hooks.core.finding import Place, start_of
from guardrail_hooks.core.printable import printable
from guardrail_hooks.mcp_config_guard import pending as kinds
from guardrail_hooks.mcp_config_guard.guard_files import APPROVALS, POLICY
from guardrail_hooks.mcp_config_guard.ledger import DELETED, EDITED, OWN, REASONLESS, UNSIGNED
from guardrail_hooks.mcp_config_guard.pending import Pending, ScriptChange, pending_servers, pending_trust, with_renames
from guardrail_hooks.mcp_config_guard.policy import read_policy
from guardrail_hooks.mcp_config_guard.records import TRUST_ROOTS
from guardrail_hooks.mcp_config_guard.rules import control as rules
from guardrail_hooks.mcp_config_guard.survey import PROTECTED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from guardrail_hooks.core.finding import Finding, Rule
    from guardrail_hooks.mcp_config_guard.ledger import Ledger, Refusal
    from guardrail_hooks.mcp_config_guard.survey import Key, Survey

SERVER_RULES = {
    kinds.ADDED: rules.ADDED,
    kinds.REMOVED: rules.REMOVED,
    kinds.MODIFIED: rules.CHANGED,
    kinds.ENABLED: rules.CHANGED,
    kinds.DISABLED: rules.DISABLED,
    kinds.RENAMED: rules.RENAMED,
}
SHOWN = 3  # fields of a change that a message lists
PSEUDO = {
    "@permissions": "the permission group",
    "@hooks": "the group of hooks",
    "@enable": "the switch for all servers",
    "@env": "the environment of the settings",
    "@helpers": "the group of credential helpers",
    "@signers": "the list of allowed signers",
    "@policy": "the policy",
    "@gate": "the entry of mcp-config-guard",
    PROTECTED: "the protected file",
}


class Control:
    """The comparison of one change, or of one tree with its records."""

    __slots__ = ("base", "base_name", "head", "ledger")

    def __init__(self, ledger: Ledger, base: Survey | None, head: Survey, base_name: str) -> None:
        self.ledger = ledger
        self.base = base
        self.head = head
        self.base_name = base_name

    def findings(self, touched: Collection[Key]) -> Iterator[Finding]:
        """Everything to report: about the record files, the trust root, and the servers touched."""
        yield from self.damages()
        if not self.ledger.wiped:
            yield from self.trust()
        yield from self.servers(touched)

    def damages(self) -> Iterator[Finding]:
        """What is wrong with the record files themselves."""
        source = self.base_name
        if self.ledger.wiped:
            yield rules.RECORDS_BROKEN.at(
                start_of(APPROVALS),
                subject=APPROVALS,
                problem="the folder .mcp-guard was deleted, and with it every approval",
                remedy=f"put it back: git checkout {source} -- .mcp-guard",
            )
            return
        for damage in self.ledger.damages:
            servers = ", ".join(damage.servers)
            name = printable(damage.path)
            said = {
                EDITED: f"record {name} was edited; records are append-only"
                + (f" (concerns {servers})" if servers else ""),
                DELETED: f"record {name} was deleted; records are append-only",
            }.get(damage.kind, f"{name} is no approval record: {damage.detail}")
            place = start_of(APPROVALS if damage.kind == DELETED else damage.path)
            remedy = (
                f"put it back: git checkout {source} -- {quoted(damage.path)}"
                if damage.kind in (EDITED, DELETED)
                else "resolve the conflict so that each record keeps its own file, or delete this one and approve again"
            )
            yield rules.RECORDS_BROKEN.at(place, subject=servers or damage.path, problem=said, remedy=remedy)

    def trust(self) -> Iterator[Finding]:
        """Changes of what decides whom to trust."""
        base = self.base.tree if self.base else None
        problem = read_policy(self.head.tree).problem
        if problem:
            yield rules.TRUST_ROOT.at(
                Place(POLICY, *problem.span),
                subject="@policy",
                message="the policy cannot be used, so nothing in it counts: {problem}",
                fix="mend it, or put it back: {undo}. " + rules.AGENT,
                problem=printable(str(problem)),
                undo=self.undo(POLICY),
            )
        for item in pending_trust(self.ledger, base, self.head.tree):
            path, name = item.key
            if problem and path == POLICY:
                continue
            refusals = self.ledger.refused.get(item.key, [])
            summary = brief(item.summary)
            if refusals:
                summary += f" (its approval does not count: {said_of(refusals[0])})"
            yield rules.TRUST_ROOT.at(
                start_of(path),
                subject=name,
                what=PSEUDO[name],
                summary=summary,
                undo=self.undo(path),
                init="",
            )

    def servers(self, touched: Collection[Key]) -> Iterator[Finding]:
        """Servers and protected files that are not as approved, or whose approvals do not count."""
        keys = sorted(set(touched) | {key for key in self.ledger.refused if key[1] not in TRUST_ROOTS})
        open_keys = []
        for key in keys:
            settled = list(self.irregular(key))
            yield from settled
            if not settled and not self.is_in_stock(key):
                open_keys.append(key)
        items = with_renames(pending_servers(open_keys, self.ledger, self.base, self.head))
        yield from self.deleted_files(items)
        yield from self.scripts(items)
        for item in items:
            if item.kind != kinds.SCRIPT and not self.is_file_gone(item):
                yield self.server(item)
        for key in keys:
            if self.is_in_stock(key) and key not in self.ledger.refused:
                yield from self.needless(key)

    def irregular(self, key: Key) -> Iterator[Finding]:
        """Approvals of a server that do not count, and chains that are broken: they stand for the change itself."""
        for refusal in self.ledger.refused.get(key, ())[:1]:
            yield self.refusal(refusal)
        if key in self.ledger.refused:
            return
        chain = self.ledger.chain(key)
        names = printable(", ".join(sorted({entry.record for entry in (*chain.ends, *chain.loose)})))
        if chain.is_forked:
            yield rules.RECORDS_BROKEN.at(
                start_of(APPROVALS),
                subject=key[1],
                problem=f"the approvals of {thing(key)} fork: {names} approve different states",
                remedy=f"have the owner approve the merged state: {rules.APPROVE}",
            )
        elif self.ledger.fresh.get(key) and chain.state != self.head.state(key):
            stale = [entry for entry in self.ledger.fresh[key] if not self.extends(key, entry.record)]
            if stale and not self.is_unchanged(key):
                names = printable(", ".join(sorted({entry.record for entry in stale})))
                yield rules.RECORDS_BROKEN.at(
                    start_of(APPROVALS),
                    subject=key[1],
                    problem=f"{names} does not continue the approvals of {thing(key)}: it repeats or skips a step",
                    remedy=f"delete it and have the owner approve the present state: {rules.APPROVE}",
                )

    def extends(self, key: Key, record: str) -> bool:
        """Whether a fresh record adds to the base's chain of a server."""
        known = self.ledger.base_chains.get(key)
        chain = self.ledger.chain(key)
        seq = known.seq if known else 0
        return any(link.record == record and link.seq > seq for link in chain.links)

    def refusal(self, refusal: Refusal) -> Finding:
        """An approval that does not count."""
        key, record = refusal.entry.key, printable(refusal.record.name)
        place = self.place(key)
        fields = {"thing": thing(key), "record": record, "server": quoted(key[1])}
        if refusal.why == UNSIGNED:
            return rules.SIGNATURE_REFUSED.at(place, subject=key[1], problem=refusal.problem, **fields)
        if refusal.why == REASONLESS:
            return rules.NO_REASON.at(place, subject=key[1], **fields)
        assert refusal.why == OWN
        return rules.OWN_APPROVAL.at(place, subject=key[1], by=printable(refusal.record.by), **fields)

    def is_unchanged(self, key: Key) -> bool:
        """Whether base and head have a server in the same state."""
        return self.base is not None and self.base.state(key) == self.head.state(key)

    def is_in_stock(self, key: Key) -> bool:
        """Whether the change approves something about a server that it does not change."""
        if not self.ledger.fresh.get(key) or not self.is_unchanged(key):
            return False
        before = self.ledger.base_chains.get(key)
        if before is None or not before.links:
            return self.ledger.chain(key).state != self.head.state(key)
        end, old = self.ledger.chain(key).end, before.end
        if end is None or end.state != self.head.state(key):
            return True
        return before.state == end.state and old is not None and set(old.accept) == set(end.accept)

    def needless(self, key: Key) -> Iterator[Finding]:
        """Approvals of what did not change."""
        records = sorted({entry.record for entry in self.ledger.fresh[key]})
        yield rules.NEEDLESS.at(self.place(key), subject=key[1], record=printable(", ".join(records)), thing=thing(key))

    def is_file_gone(self, item: Pending) -> bool:
        """Whether a server went with its whole file."""
        path = item.key[0]
        is_there = path in self.head.configurations or self.head.tree.has(path)
        return item.kind in (kinds.REMOVED, kinds.DISABLED) and not is_there

    def deleted_files(self, items: Sequence[Pending]) -> Iterator[Finding]:
        """Whole configuration files that are gone, once each."""
        files: dict[str, list[str]] = {}
        for item in items:
            if self.is_file_gone(item):
                files.setdefault(item.key[0], []).append(item.key[1])
        for path, names in sorted(files.items()):
            count = f"{len(names)} server{'s' if len(names) > 1 else ''}"
            shown = printable(", ".join(sorted(names)))
            yield rules.FILE_DELETED.at(
                start_of(path), subject=path, count=count, names=shown, undo=self.undo(path), init=self.init()
            )

    def scripts(self, items: Sequence[Pending]) -> Iterator[Finding]:
        """Changed scripts, once each, with the servers that run them."""
        users: dict[ScriptChange, list[str]] = {}
        for item in items:
            if item.kind != kinds.SCRIPT:
                continue
            if item.key[1] == PROTECTED:
                self.add_protected(item, users)
            for change in item.scripts:
                users.setdefault(change, []).append(item.key[1])
        for change, servers in sorted(users.items()):
            yield self.script(change, sorted(set(servers)))

    def add_protected(self, item: Pending, users: dict[ScriptChange, list[str]]) -> None:
        """Count a protected file among the changed scripts, unless a server's change of it is there already."""
        path = item.key[0]
        what = "deleted" if not self.head.tree.has(path) else "changed" if item.before.fingerprint else "added"
        if not any(change.path == path for change in users):
            users.setdefault(ScriptChange(path, what), [])

    def script(self, change: ScriptChange, servers: list[str]) -> Finding:
        """One changed script."""
        named = printable(", ".join(f'"{server}"' for server in servers))
        users = f"a script of {named}" if servers else "a protected file"
        rule: Rule = rules.SCRIPT_CHANGED if change.what in ("changed", "added") else rules.SCRIPT_GONE
        how = {
            "changed": "changed",
            "added": "added",
            "deleted": "was deleted",
            "mode": "has another file mode",
            "link": "is a link to another place now",
        }[change.what]
        return rule.at(
            start_of(change.path),
            subject=", ".join(servers) or change.path,
            users=users,
            changed=how,
            undo=self.undo(change.path),
            init=self.init(),
        )

    def server(self, item: Pending) -> Finding:
        """One server whose entry is not the approved one."""
        path, name = item.key
        broken = self.head.configurations.get(path)
        how = " (the file can no longer be read)" if broken and broken.problem else ""
        return SERVER_RULES[item.kind].at(
            self.place(item.key),
            subject=name,
            thing=thing(item.key),
            server=printable(name),
            was=printable(item.was),
            how=how,
            summary=brief(item.summary) or "it differs from the approved state",
            undo=self.undo(path),
            init=self.init(),
        )

    def place(self, key: Key) -> Place:
        """Where a server stands in the head; for one that is gone, where its file's servers begin."""
        path = key[0]
        server = self.head.servers.get(key)
        if server:
            return server.configuration.place(server.key)
        configuration = self.head.configurations.get(path)
        if configuration and configuration.containers:
            return configuration.place(configuration.containers[0].key)
        return start_of(path)

    def undo(self, path: str) -> str:
        """The command that puts a file back."""
        path = self.base.file(path) if self.base else self.head.file(path)
        name = quoted(path)
        if self.base is None:
            return f"git log -- {name} shows its history"
        if not self.base.tree.has(path):
            return f"git rm -r --cached -- {name}"
        return f"git checkout {self.base_name} -- {name}"

    def init(self) -> str:
        """What else is to be said where no records are kept yet."""
        return (
            "" if self.ledger.is_kept else " (the first run is init: it records the present state, trust on first use)"
        )

    def adoption(self) -> Iterator[Finding]:
        """An audit of servers that nobody recorded."""
        names = sorted({name for (_, name), server in self.head.servers.items() if server.is_defined})
        if not names or self.ledger.is_kept:
            return
        shown = printable(", ".join(names[:10])) + (", ..." if len(names) > 10 else "")
        count = "1 server stands" if len(names) == 1 else f"{len(names)} servers stand"
        yield rules.NO_RECORDS.at(start_of(APPROVALS), subject=APPROVALS, count=count, names=shown)


def thing(key: Key) -> str:
    """A server or group of settings in words."""
    path, name = key
    if name in PSEUDO:
        return f"{PSEUDO[name]} in {printable(path)}" if name != PROTECTED else f"{PSEUDO[name]} {printable(path)}"
    return f'server "{printable(name)}"'


def said_of(refusal: Refusal) -> str:
    """Why an approval does not count, in a few words."""
    return refusal.problem or {REASONLESS: "it gives no reason", OWN: "it is the author's own"}[refusal.why]


def brief(summary: Iterable[str]) -> str:
    """The first few lines of a summary."""
    lines = list(summary)
    more = f" and {len(lines) - SHOWN} more" if len(lines) > SHOWN else ""
    return "; ".join(lines[:SHOWN]) + more


def quoted(path: str) -> str:
    """A path as one word of a shell."""
    plain = all(character.isalnum() or character in "._-/@+:," for character in path) and path[:1] != "-"
    return printable(path) if plain and path else "'" + printable(path).replace("'", "'\\''") + "'"
