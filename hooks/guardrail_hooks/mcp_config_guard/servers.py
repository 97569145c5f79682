"""A configuration file as the servers it defines, and the settings in it that act on servers."""

from __future__ import annotations

from guardrail_hooks.core.finding import Place
from guardrail_hooks.formats.place import Malformed, Span
from guardrail_hooks.formats.source import decode
from guardrail_hooks.formats.values import ARRAY, OBJECT, Document, Member, Value
from guardrail_hooks.mcp_config_guard.clients import JSON, TOML, Client, project_folder
from guardrail_hooks.mcp_config_guard.fingerprint import normalise
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.formats.values import Plain

LARGEST = 1 << 20  # bytes of a configuration; user files with a year of history stay below
# Settings that act on servers, by family: the pseudo-server that holds them and their key paths.
PSEUDO = {
    "claude": (
        ("@permissions", ("permissions",)),
        ("@hooks", ("hooks",)),
        ("@enable", ("enableAllProjectMcpServers",)),
        ("@env", ("env",)),
        ("@helpers", ("apiKeyHelper",)),
        ("@helpers", ("awsAuthRefresh",)),
        ("@helpers", ("awsCredentialExport",)),
        ("@helpers", ("otelHeadersHelper",)),
    ),
    "gemini": (
        ("@permissions", ("coreTools",)),
        ("@permissions", ("excludeTools",)),
        ("@permissions", ("tools", "allowed")),
        ("@permissions", ("autoAccept",)),
        ("@hooks", ("hooks",)),
        ("@hooks", ("mcpServerCommand",)),
        ("@hooks", ("mcp", "serverCommand")),
    ),
    "vscode": (
        ("@permissions", ("chat.tools.global.autoApprove",)),
        ("@permissions", ("chat.tools.autoApprove",)),
    ),
    "workspace": (
        ("@permissions", ("settings", "chat.tools.global.autoApprove")),
        ("@permissions", ("settings", "chat.tools.autoApprove")),
    ),
}
# Lists of server names, by family: key path, and whether being named switches a server on.
LISTS = {
    "claude": ((("enabledMcpjsonServers",), True), (("disabledMcpjsonServers",), False)),
    "gemini": (
        (("mcp", "allowed"), True),
        (("mcp", "excluded"), False),
        (("allowMCPServers",), True),
        (("excludeMCPServers",), False),
    ),
}
# What stands for something else than a server of that name: groups of settings, protected files, the trust root.
RESERVED = frozenset(
    {"@permissions", "@hooks", "@enable", "@env", "@helpers", "@script", "@signers", "@policy", "@gate"}
)
LISTED = "@listed"
ON, UNSAID, OFF = 2, 1, 0


class Mention(namedtuple("Mention", "list_name enables value")):
    """A server named in a list: the list, whether it enables, and the element."""

    __slots__ = ()
    list_name: str
    enables: bool
    value: Value


class Server:
    """One governed thing of a file: a server, a pseudo-server, or a server that only lists of this file name.

    `key` is where its name stands, `value` what is configured (None for one that is only listed), `body` the
    normalised form. `is_joined` tells that `value` was put together from several settings of one group.
    """

    __slots__ = ("body", "configuration", "is_joined", "key", "mentions", "name", "value")

    def __init__(
        self, configuration: Configuration, name: str, key: Value, value: Value | None, body: dict[str, Plain]
    ) -> None:
        self.configuration = configuration
        self.name = name
        self.key = key
        self.value = value
        self.body = body
        self.mentions: list[Mention] = []
        self.is_joined = False

    @property
    def path(self) -> str:
        """The file it stands in."""
        return self.configuration.path

    @property
    def is_pseudo(self) -> bool:
        """Whether this is a group of settings rather than a server."""
        return self.name in RESERVED

    @property
    def is_defined(self) -> bool:
        """Whether this is a server with a definition of its own."""
        return self.value is not None and not self.is_pseudo

    @property
    def state(self) -> int:
        """ON, OFF or UNSAID: what the file says about running it."""
        if self.body.get("disabled") is True or self.body.get("enabled") is False:
            return OFF
        if any(not mention.enables for mention in self.mentions):
            return OFF
        return ON if self.mentions else UNSAID

    def add(self, member: Member, field: dict[str, Plain]) -> None:
        """Take one more setting into a group: its values then stand together like members of one object."""
        assert self.value
        first = Member(self.key.text, self.key, self.value)
        members = [*(self.value.members if self.is_joined else [first]), member]
        start, end = min(one.key.start for one in members), max(one.value.end for one in members)
        self.value = Value(OBJECT, start, end, members=members)
        self.is_joined = True
        self.body.update(field)

    def get(self, *names: str) -> Value | None:
        """The value of the first of these fields that is there."""
        for name in names:
            if self.value and (found := self.value.get(name)):
                return found
        return None


class Configuration:
    """One file as read: its client, its text with places or what is wrong with it, and its servers in order."""

    __slots__ = ("client", "containers", "document", "folder", "path", "problem", "servers")

    def __init__(self, path: str, client: Client) -> None:
        self.path = path
        self.client = client
        self.folder = project_folder(path, client)
        self.document: Document | None = None
        self.problem: Malformed | None = None
        self.containers: list[Member] = []
        self.servers: dict[str, Server] = {}

    def place(self, value: Value) -> Place:
        """Where a value stands."""
        assert self.document
        return Place(self.path, *self.document.span(value.start, value.end))

    def at(self, start: int, end: int) -> Place:
        """The place of a stretch of text."""
        assert self.document
        return Place(self.path, *self.document.span(start, end))


def read_configuration(path: str, client: Client, raw: bytes) -> Configuration:
    """Read one file. What cannot be read leaves `problem` set and no servers."""
    configuration = Configuration(path, client)
    try:
        if len(raw) > LARGEST:
            raise Malformed(f"{len(raw)} bytes are too many to judge (at most {LARGEST})", Span(1, 1, 1, 1))
        blank = client.shared and client.syntax == JSON and not raw.strip()  # settings may be empty
        configuration.document = _parse(client.syntax, b"{}" if blank else raw)
    except Malformed as problem:
        configuration.problem = problem
        return configuration
    root = configuration.document.root
    for container in _containers(root, client):
        configuration.containers.append(container)
        for key, value in _definitions(container.value):
            fields = value.plain() if value.kind == OBJECT else {"": value.plain()}
            assert isinstance(fields, dict)
            if container.value.kind == ARRAY:
                fields = {name: field for name, field in fields.items() if name not in ("name", "id")}
            name = unreserved(key.text)
            server = Server(configuration, name, key, value, normalise(fields, client))
            configuration.servers.pop(name, None)
            configuration.servers[name] = server
    _read_settings(configuration, root)
    return configuration


def unreserved(name: str) -> str:
    """The name under which a server is governed: no server can pass for a group of settings or for the trust root."""
    return f"@{name}" if name[:1] == "@" and "@" + name.lstrip("@") in RESERVED else name


def _parse(syntax: str, raw: bytes) -> Document:
    """The document in a file's syntax; the parser is imported only when such a file is read."""
    if syntax == JSON:
        from guardrail_hooks.formats import jsonc

        return jsonc.parse(decode(raw))
    if syntax == TOML:
        from guardrail_hooks.formats import toml_keys

        return toml_keys.parse(decode(raw))
    from guardrail_hooks.formats import yaml_values

    return yaml_values.parse(raw)


def _at(root: Value, path: tuple[str, ...]) -> Member | None:
    """The member at a key path."""
    for name in path[:-1]:
        inner = root.get(name)
        if inner is None:
            return None
        root = inner
    return root.member(path[-1])


# A file of its own may spell the container as another client does: Visual Studio reads `servers` in `.mcp.json`.
OTHER_CONTAINERS = {".mcp.json": ("servers",)}


def _containers(root: Value, client: Client) -> Iterator[Member]:
    """The members that hold servers."""
    found = [member for path in client.containers if (member := _at(root, path))]
    if not found:
        found = [member for name in OTHER_CONTAINERS.get(client.suffix, ()) if (member := root.member(name))]
    if not found and client.suffix == ".mcp.json" and _is_bare_map(root):
        found = [Member("", Value("string", root.start, root.start + 1, ""), root)]
    yield from found


def _is_bare_map(root: Value) -> bool:
    """Whether the whole object is a map of servers, as in plugins of Claude Code."""
    return bool(root.members) and all(
        member.value.kind == OBJECT and any(member.value.get(name) for name in ("command", "url"))
        for member in root.members
    )


def _definitions(container: Value) -> Iterator[tuple[Value, Value]]:
    """Each server of a container: where its name stands, and its value."""
    for member in container.members:
        yield member.key, member.value
    for number, element in enumerate(container.values):
        name = element.get("name") or element.get("id")
        named = name if name and name.text else Value("string", element.start, element.start + 1, f"[{number}]")
        yield named, element


def _read_settings(configuration: Configuration, root: Value) -> None:
    """Add the pseudo-servers and what lists say about servers."""
    family = configuration.client.settings
    for name, path in PSEUDO.get(family, ()):
        member = _at(root, path)
        if member is None:
            continue
        field = {".".join(path): member.value.plain()}
        if group := configuration.servers.get(name):
            group.add(member, field)
        else:
            configuration.servers[name] = Server(configuration, name, member.key, member.value, field)
        if name == "@permissions" and isinstance(permissions := field.get("permissions"), dict):
            field["permissions"] = dict(normalise(permissions))
            configuration.servers[name].body.update(field)
    for path, enables in LISTS.get(family, ()):
        member = _at(root, path)
        for element in member.value.values if member else ():
            if not element.text:
                continue
            name = unreserved(element.text)
            server = configuration.servers.get(name)
            if server is None:
                server = configuration.servers[name] = Server(configuration, name, element, None, {})
            server.mentions.append(Mention(path[-1], enables, element))
            listed = server.body.get(LISTED)
            names = [*listed, path[-1]] if isinstance(listed, list) else [path[-1]]
            server.body[LISTED] = [*sorted({str(name) for name in names})]
