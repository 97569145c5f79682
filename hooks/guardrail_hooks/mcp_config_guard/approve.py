"""Making an approval: what is pending in front of the person, and the record that they decide on."""

from __future__ import annotations

import os
import time

from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.core.git import git, resolve_commit
from guardrail_hooks.core.printable import printable
from guardrail_hooks.core.replace import NotReplaced, create_content, undisturbed
from guardrail_hooks.core.snapshot import LINK, Commit, Entry, Index, Tree, Unreadable, WorkTree
from guardrail_hooks.mcp_config_guard.clients import may_be_client
from guardrail_hooks.mcp_config_guard.control import thing
from guardrail_hooks.mcp_config_guard.guard_files import APPROVALS, CONFIGURATION, FOLDER, POLICY
from guardrail_hooks.mcp_config_guard.ledger import keeps_records, read_ledger
from guardrail_hooks.mcp_config_guard.pending import (
    RENAMED,
    Pending,
    in_full,
    pending_servers,
    pending_trust,
    with_renames,
)
from guardrail_hooks.mcp_config_guard.policy import read_policy
from guardrail_hooks.mcp_config_guard.records import TRUST_ROOTS
from guardrail_hooks.mcp_config_guard.servers import RESERVED
from guardrail_hooks.mcp_config_guard.survey import PROTECTED, Survey
from guardrail_hooks.pattern import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from guardrail_hooks.mcp_config_guard.records import Chain
    from guardrail_hooks.mcp_config_guard.survey import Key

SLUG = pattern(r"[^A-Za-z0-9._-]+")
DEFAULT_POLICY = '{\n  "mode": "record",\n  "version": 1\n}\n'


class Overlay(Tree):
    """What the next commit would hold if everything were added: staged content where a path is staged, else the disk.

    New files on disk are seen where they matter to this hook.
    """

    __slots__ = ("_base", "_disk", "_index", "_staged")

    def __init__(self, disk: WorkTree, base: Tree) -> None:
        super().__init__()
        self._disk = disk
        self._base = base
        self._index = Index()
        self._staged: set[str] = set()

    def _list(self) -> dict[str, Entry]:
        entries = dict(self._index.entries())
        before = self._base.entries()
        self._staged = {path for path in entries.keys() | before.keys() if entries.get(path) != before.get(path)}
        out = git("ls-files", "-z", "--modified", "--deleted", "--full-name", ":/")
        changed = {os.fsdecode(name) for name in out.split(b"\0") if name} - self._staged
        out = git("ls-files", "-z", "--others", "--exclude-standard", "--full-name", ":/")
        fresh = {os.fsdecode(name) for name in out.split(b"\0") if name} - self._staged
        fresh |= self._folder_files()
        for path in sorted(changed | {path for path in fresh if path.startswith(FOLDER) or may_be_client(path)}):
            entry = self._disk_entry(path)
            if entry is None:
                entries.pop(path, None)
            else:
                entries[path] = entry
        return dict(sorted(entries.items(), key=lambda item: os.fsencode(item[0])))

    def _folder_files(self) -> set[str]:
        """Files of `.mcp-guard` on disk, ignored or not."""
        found = set()
        for folder, _, names in os.walk(os.path.join(self._disk.root, FOLDER)):
            for name in names:
                path = os.path.relpath(os.path.join(folder, name), self._disk.root).replace(os.sep, "/")
                if path not in self._staged and path not in self._index.entries():
                    found.add(path)
        return found

    def _disk_entry(self, path: str) -> Entry | None:
        """A file on disk as an entry; its id is that which git would give it."""
        full = os.path.join(self._disk.root, path)
        if not os.path.lexists(full):
            return None
        if os.path.islink(full):
            self._contents[path] = os.fsencode(os.readlink(full))
            mode = LINK
        else:
            try:
                self._contents[path] = self._disk.read(path)
            except Unreadable:
                return None
            mode = "100755" if os.access(full, os.X_OK) else "100644"
        content = self._contents[path]
        return Entry(mode, git("hash-object", "--stdin", "--no-filters", stdin=content or b"").decode().strip())

    def read(self, path: str) -> bytes:
        """The content, links inside the repository followed."""
        entry = self.entries().get(path)
        if entry is None:
            raise Unreadable("does not exist")
        if path not in self._contents:
            return self._index.read(path)
        content = self._contents[path]
        if entry.mode == LINK:
            from guardrail_hooks.core.snapshot import link_target

            return self.read(link_target(path, content or b""))
        return content or b""

    def read_link(self, path: str) -> bytes:
        """The text of a link."""
        return self._contents[path] or b"" if path in self._contents else self._index.read_link(path)


class Draft:
    """The state in front of a person: the files as they would be committed, and what of them is approved."""

    __slots__ = ("base", "base_tree", "head", "head_tree", "ledger", "policy", "root")

    def __init__(self, root: str, base: str) -> None:
        self.root = root
        name = base or "HEAD"
        commit = resolve_commit(name)
        if base and commit is None:
            raise CannotJudge(f"--base {base} is not in this clone: fetch it first")
        self.base_tree: Tree = Commit(commit or "")
        current = self.base_tree if not base else Commit("HEAD")
        self.head_tree = Overlay(WorkTree(root), current)
        trusted = self.base_tree if keeps_records(self.base_tree) else self.head_tree
        self.policy = policy = read_policy(trusted)
        if problem := read_policy(self.head_tree).problem:
            raise CannotJudge(f"{POLICY} cannot be used: {problem}; mend it first")
        self.head = Survey(self.head_tree, policy)
        self.base = Survey(self.base_tree, policy, known=self.head)
        self.ledger = read_ledger(None, self.head_tree, policy, frozenset())

    @property
    def is_kept(self) -> bool:
        """Whether there are approval records already."""
        return bool(self.ledger.chains) or any(path.startswith(APPROVALS + "/") for path in self.head_tree.entries())

    def pending(self, servers: Sequence[str]) -> list[Pending]:
        """Everything that is not as approved, or only what concerns these servers."""
        keys = {key for key in self.ledger.chains if key[1] not in TRUST_ROOTS and self.head.governs(key)}
        keys |= set(self.head.servers)
        keys |= {(path, PROTECTED) for path in self.head.protected()}
        self.head.prefetch_scripts(keys)
        ledger = self.ledger
        ledger.is_kept = True
        items = with_renames(pending_servers(sorted(keys), ledger, self.base, self.head))
        items += self.gate() if not self.ledger.chains else []
        items += pending_trust(ledger, self.trusted, self.head_tree)
        if not servers:
            return items
        return [item for item in items if {item.key[1], item.was, *self.users(item)} & set(servers)]

    @property
    def trusted(self) -> Tree | None:
        """The tree that the trust root is compared with; None before there are records."""
        return self.base_tree if keeps_records(self.base_tree) else None

    def gate(self) -> Iterator[Pending]:
        """The hook's own entry, for the first record."""
        from guardrail_hooks.mcp_config_guard.pending import trust_states
        from guardrail_hooks.mcp_config_guard.survey import GONE

        state = trust_states("@gate", self.head_tree)
        if state != GONE:
            summary = ("the entry of this hook, as it stands",)
            yield Pending((CONFIGURATION, "@gate"), "gate", "", GONE, state, summary, ())

    def users(self, item: Pending) -> Iterator[str]:
        """The servers that run a protected file."""
        if item.key[1] != PROTECTED:
            return
        for key in self.head.servers:
            if item.key[0] in self.head.scripts(key).files:
                yield key[1]

    def unchanged(self, servers: Sequence[str]) -> list[Key]:
        """The servers that are as approved: their findings can be accepted without a change."""
        pending = {item.key for item in self.pending([])}
        return [
            key
            for key, server in sorted(self.head.servers.items(), key=lambda pair: pair[0])
            if key not in pending and (key[1] in servers if servers else server.is_defined)
        ]

    def described(self, items: Sequence[Pending]) -> Iterator[str]:
        """What is pending, in words."""
        for item in items:
            where = "" if item.key[1] in TRUST_ROOTS or item.key[1] == PROTECTED else f" in {printable(item.key[0])}"
            yield f"{item.kind} {thing(item.key)}{where if item.key[1] not in RESERVED else ''}"
            for line in in_full(item, self.base, self.head, self.trusted):
                yield f"  {line}"
            if item.key in self.head.servers:
                for line in self.head.scripts(item.key).unfollowed:
                    yield f"  not followed: {printable(line)}"


class Approval:
    """One record in the making."""

    __slots__ = ("accept", "by", "draft", "items", "reason", "unchanged")

    def __init__(
        self,
        draft: Draft,
        items: Sequence[Pending],
        unchanged: Sequence[Key],
        accept: Sequence[str],
        *,
        reason: str,
        by: str,
    ) -> None:
        self.draft = draft
        self.items = items
        self.unchanged = unchanged
        self.accept = accept
        self.reason = reason
        self.by = by

    def names(self) -> list[str]:
        """The names to be typed, each once."""
        names = [item.key[1] for item in self.items]
        return list(dict.fromkeys([*names, *(name for _, name in self.unchanged)]))

    def changes(self) -> Iterator[dict[str, object]]:
        """The entries of the record."""
        for item in self.items:
            chain = self.draft.ledger.chain(item.key)
            change = self.change(item.key, item.kind, chain, item.after.fingerprint, item.after.scripts)
            change["summary"] = list(item.summary)
            if item.kind == RENAMED:
                old = self.draft.ledger.chain((item.key[0], item.was))
                change |= {"was": item.was, "was_seq": old.seq + 1, "before": old.state.fingerprint}
            elif not chain.links:
                change["before"] = item.before.fingerprint if item.key[1] in TRUST_ROOTS else None
            yield change
        for key in self.unchanged:
            state = self.draft.head.state(key)
            change = self.change(key, "modified", self.draft.ledger.chain(key), state.fingerprint, state.scripts)
            change["summary"] = [f"accepts {', '.join(self.accept)}"]
            yield change

    def change(self, key: Key, kind: str, chain: Chain, after: str | None, scripts: object) -> dict[str, object]:
        """One entry that continues a chain, and joins its ends where it is forked."""
        entry: dict[str, object] = {
            "path": key[0],
            "server": key[1],
            "kind": kind,
            "seq": chain.seq + 1,
            "before": chain.state.fingerprint,
            "after": after,
        }
        if (chain.links and chain.end and chain.end.seq != chain.seq) or chain.is_forked:
            entry["merges"] = [end.after for end in chain.ends]
        if scripts:
            entry["scripts"] = scripts
        server = self.draft.head.servers.get(key)
        if self.accept and server is not None and after is not None:
            entry["accept"] = list(self.accept)
        return entry

    def write(self, key: str, *, first: bool) -> str:
        """Write the record, sign it where a key is given, and return its path."""
        from guardrail_hooks.core.encode import encode_readable
        from guardrail_hooks.core.printable import without_tokens
        from guardrail_hooks.mcp_config_guard.fingerprint import digest

        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        body = {
            "version": 1,
            "at": at,
            "by": self.by,
            "reason": without_tokens(self.reason),
            "changes": list(self.changes()),
        }
        data = (encode_readable(body) + "\n").encode()
        names = self.names()
        slug = SLUG.sub("-", names[0]).strip("-.")[:40] or "server"
        slug = f"{slug}-and-{len(names) - 1}-more" if len(names) > 1 else slug
        kind = self.items[0].kind if self.items else "accepted"
        slug = "init" if first else f"{slug}-{kind}"
        stamp = at.replace("-", "").replace(":", "")
        suffix = digest(data + os.urandom(16))[:4]
        path = f"{APPROVALS}/{stamp}-{slug}-{suffix}.json"
        files = {path: data}
        if key:
            from guardrail_hooks.mcp_config_guard.signatures import sign

            files = {path + ".sig": sign(data, key), path: data}
        if first and not os.path.lexists(os.path.join(self.draft.root, POLICY)):
            files = {POLICY: DEFAULT_POLICY.encode(), **files}
        written: list[str] = []
        with undisturbed():  # a signal in the middle waits until the record is whole
            try:
                for name, content in files.items():
                    create_content(self.draft.root, name, content)
                    written.append(name)
            except NotReplaced as reason:
                for done in written:
                    os.unlink(os.path.join(self.draft.root, done))
                raise CannotJudge(f"{name} {reason}: nothing was approved") from None
        return path
