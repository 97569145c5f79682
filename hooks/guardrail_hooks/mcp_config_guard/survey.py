"""Everything in one tree that is under guard: servers, the scripts they run, protected files, the gate itself."""

from __future__ import annotations

from guardrail_hooks.core.snapshot import LINK, SUBMODULE, Listed, Unreadable
from guardrail_hooks.mcp_config_guard.clients import client_of, may_be_client, may_be_folder
from guardrail_hooks.mcp_config_guard.fingerprint import canonical, fingerprint
from guardrail_hooks.mcp_config_guard.guard_files import FOLDER
from guardrail_hooks.mcp_config_guard.paths import OUTSIDE, resolve
from guardrail_hooks.mcp_config_guard.scripts import Follower, Scripts, candidates, file_state, state_of
from guardrail_hooks.mcp_config_guard.servers import Configuration, Server, read_configuration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from guardrail_hooks.core.raw import Change
    from guardrail_hooks.core.snapshot import Tree
    from guardrail_hooks.formats.values import Plain
    from guardrail_hooks.mcp_config_guard.clients import Client
    from guardrail_hooks.mcp_config_guard.policy import Policy

    Key = tuple[str, str]
    ScriptStates = Mapping[str, Mapping[str, str]]

PROTECTED = "@script"  # the pseudo-server of a protected file


class State:
    """What is under guard of one thing: its fingerprint (None: it does not exist), and the files it runs."""

    __slots__ = ("fingerprint", "scripts")

    def __init__(self, print_: str | None, scripts: ScriptStates | None = None) -> None:
        self.fingerprint = print_
        self.scripts = scripts or {}

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, State)
            and self.fingerprint == other.fingerprint
            and {path: dict(state) for path, state in self.scripts.items()}
            == {path: dict(state) for path, state in other.scripts.items()}
        )

    __hash__ = None  # type: ignore[assignment]  # compared by value, and mutable inside


GONE = State(None)


def earlier_tree(head: Tree, changes: Iterable[Change]) -> Tree:
    """The base tree: the head's entries with every change taken back, without another look at git."""
    entries = dict(head.entries())
    for change in changes:
        if change.old is None:
            entries.pop(change.path, None)
        else:
            entries[change.path] = change.old
    return Listed(entries, head)


class Survey:
    """One tree, read with one policy."""

    __slots__ = ("_linked", "_scripts", "_states", "configurations", "follower", "policy", "servers", "tree")

    def __init__(self, tree: Tree, policy: Policy, known: Survey | None = None) -> None:
        """Read the configuration files of a tree; those that another survey has read unchanged are shared."""
        self.tree = tree
        self.policy = policy
        self.follower = Follower(tree, policy.root_aliases)
        self.configurations: dict[str, Configuration] = {}
        self.servers: dict[Key, Server] = {}
        self._scripts: dict[Key, Scripts] = {}
        self._states: dict[Key, State] = {}
        entries, others = tree.entries(), known.tree.entries() if known else {}
        self._linked = dict(self._behind_links()) if any(map(may_be_folder, entries)) else {}
        for path in (*client_paths(entries, policy), *self._linked):
            self.configurations[path] = Configuration(path, _client(path, policy))
        for path in list(self.configurations):
            same = path in entries and entries[path] == others.get(path) and entries[path].mode != LINK
            if known and same and path in known.configurations:
                self.configurations[path] = known.configurations[path]
        tree.prefetch(self.file(path) for path, found in self.configurations.items() if found.document is None)
        for path in list(self.configurations):
            self._read(path)

    def _behind_links(self) -> Iterator[tuple[str, str]]:
        """The client files behind linked folders, and the tracked file of each."""
        from guardrail_hooks.mcp_config_guard.linked import linked_files

        found = linked_files(self.tree, self.follower.links)
        yield from ((path, end) for path, end in found if not self.policy.excludes(path))

    def file(self, path: str) -> str:
        """The tracked file that holds a configuration: itself, or what stands behind a linked folder."""
        return self._linked.get(path, path)

    def _read(self, path: str) -> None:
        """Read one configuration file, unless it is read already."""
        configuration = self.configurations[path]
        if configuration.document is not None:
            self.servers.update({(path, name): server for name, server in configuration.servers.items()})
            return
        entry = self.tree.entries().get(self.file(path))
        if entry is None or entry.mode == SUBMODULE:
            del self.configurations[path]
            return
        client = self.configurations[path].client
        try:
            raw = self.tree.read(self.file(path))
        except Unreadable as problem:
            raw = b""
            configuration = read_configuration(path, client, raw)
            if configuration.problem:
                configuration.problem.args = (str(problem),)
        else:
            configuration = read_configuration(path, client, raw)
        self.configurations[path] = configuration
        for name, server in configuration.servers.items():
            self.servers[path, name] = server

    def prefetch_scripts(self, keys: Iterable[Key]) -> None:
        """Read the scripts of many servers with few git processes."""
        entries = self.tree.entries()
        wanted: set[str] = set()
        for key in keys:
            server = self.servers.get(key)
            if server is None or key in self._scripts:
                continue
            bases = self.follower.bases(server)
            for text, _, _ in candidates(server):
                for base in bases:
                    path = resolve(text, base, self.policy.root_aliases)
                    if path and path != OUTSIDE and path in entries:
                        wanted.add(path)
                        break
        self.tree.prefetch(sorted(wanted))
        targets = [end for path in sorted(wanted) if entries[path].mode == LINK and (end := self._target(path))]
        self.tree.prefetch(targets)

    def _target(self, link: str) -> str | None:
        """Where a link leads inside the tree."""
        located = self.follower.locate(link, [""])
        return located[2] if located else None

    def scripts(self, key: Key) -> Scripts:
        """What a server runs from the repository."""
        if key not in self._scripts:
            server = self.servers.get(key)
            self._scripts[key] = self.follower.scripts_of(server) if server else Scripts()
        return self._scripts[key]

    def script_entries(self, key: Key) -> dict[str, tuple[str, str]]:
        """The files a server runs with their modes and object ids, cheap to compare."""
        return {path: (script.mode, script.oid) for path, script in self.scripts(key).files.items()}

    def body(self, key: Key) -> dict[str, Plain] | None:
        """The normalised form of a server, None where there is none."""
        server = self.servers.get(key)
        return server.body if server else None

    def differs(self, other: Survey, key: Key) -> bool:
        """Whether a server's own entry is another one elsewhere; to Python 1, 1.0 and true are the same."""
        one, two = self.servers.get(key), other.servers.get(key)
        if one is two:
            return False
        return one is None or two is None or canonical(one.body) != canonical(two.body)

    def state(self, key: Key) -> State:
        """The state of a server or a protected file in this tree."""
        if key not in self._states:
            self._states[key] = self._state(key)
        return self._states[key]

    def _state(self, key: Key) -> State:
        path, name = key
        if name == PROTECTED:
            entry = self.tree.entries().get(path)
            if entry is None or not self.protects(path):
                return GONE
            return State(fingerprint(dict(file_state(entry, self.tree, path))))
        body = self.body(key)
        return GONE if body is None else State(fingerprint(body), state_of(self.scripts(key), self.tree))

    def protects(self, path: str) -> bool:
        """Whether a protect glob covers a path."""
        return not path.startswith(FOLDER) and any(glob.fullmatch(path) for glob in self.policy.protect)

    def governs(self, key: Key) -> bool:
        """Whether the policy has this hook look after a server or file, wherever its records come from."""
        path, name = key
        if name == PROTECTED:
            return self.protects(path) or not self.tree.has(path)
        return client_of(path, self.policy.extra_files) is not None and not self.policy.excludes(path)

    def protected(self) -> list[str]:
        """Everything tracked that a protect glob covers, submodules included."""
        if not self.policy.protect:
            return []
        return [path for path in self.tree.entries() if self.protects(path)]


def client_paths(paths: Iterable[str], policy: Policy) -> list[str]:
    """The paths among these that hold MCP configuration and are not excluded."""
    globs = policy.extra_files
    return [
        path
        for path in paths
        if (may_be_client(path) or globs) and client_of(path, globs) is not None and not policy.excludes(path)
    ]


def _client(path: str, policy: Policy) -> Client:
    """The client of a path that is known to have one."""
    client = client_of(path, policy.extra_files)
    assert client
    return client
