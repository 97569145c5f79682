"""MCG101 to MCG112: what a client cannot read, or reads otherwise than its author meant."""

from __future__ import annotations

from guardrail_hooks.core.finding import Place
from guardrail_hooks.core.printable import printable, without_secrets
from guardrail_hooks.formats.values import ARRAY, BOOLEAN, NULL, NUMBER, OBJECT, STRING
from guardrail_hooks.mcp_config_guard.invocations import INTERPRETERS, PREFIXES, program_name
from guardrail_hooks.mcp_config_guard.references import REFERENCE, REFERENCE_INSIDE, starts_with_reference
from guardrail_hooks.mcp_config_guard.rules import shape as rules
from guardrail_hooks.mcp_config_guard.servers import PSEUDO, Configuration, Server
from guardrail_hooks.pattern import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.formats.values import Value
    from guardrail_hooks.mcp_config_guard.exhibit import Exhibit
    from guardrail_hooks.mcp_config_guard.survey import Survey

TRANSPORT_FIELDS = ("command", "cmd", "httpUrl", "url", "serverUrl", "uri", "tcp")
REMOTE_TYPES = frozenset({"http", "sse", "streamable-http", "streamableHttp", "streamable_http", "ws", "remote"})
LOCAL_TYPES = frozenset({"stdio", "local"})
# Fields of an entry that only switches a server of another file on or off (profiles of Codex, overrides of opencode).
SWITCHES = frozenset(
    {"enabled", "disabled", "tools", "enabled_tools", "disabled_tools", "disabledTools", "alwaysAllow", "autoApprove"}
    | {"startup_timeout_sec", "tool_timeout_sec", "required", "timeout", "trust", "includeTools", "excludeTools"}
)
RUNNERS = frozenset({"npx", "npm", "pnpm", "yarn", "bunx", "uv", "uvx", "pipx", "docker", "podman", "deno", "go"})
ALIASES = {
    "environment": "env", "environments": "env", "envs": "env", "arguments": "args", "cmd": "command",
    "executable": "command", "uri": "url", "endpoint": "url", "header": "headers", "directory": "cwd",
}  # fmt: skip
CONTAINER_NAMES = ("mcpServers", "servers", "mcp_servers", "mcp-servers", "mcpservers", "context_servers", "mcpServer")
SCHEME = pattern(r"([A-Za-z][A-Za-z0-9+.-]*):")
AUTHORITY_END = pattern(r"[/?#]")
PORT = pattern(r":([^:\]]*)$")
INPUT = pattern(r"\$\{input:([^{}]*)\}")


def shape(configuration: Configuration, survey: Survey) -> Iterator[Finding]:
    """The shape of one file, apart from its servers."""
    path = configuration.path
    if configuration.problem:
        problem = configuration.problem
        yield rules.UNPARSEABLE.at(Place(path, *problem.span), subject=path, problem=printable(str(problem)))
        return
    document = configuration.document
    assert document
    yield from duplicates(configuration)
    if configuration.client.strict:
        fields = {"subject": path, "client": configuration.client.name}
        for note in document.notes:
            yield rules.COMMENT_IN_STRICT.at(configuration.at(note.start, note.end), what="a comment", **fields)
        for comma in document.commas:
            yield rules.COMMENT_IN_STRICT.at(configuration.at(comma, comma + 1), what="a trailing comma", **fields)
    yield from containers(configuration)
    yield from names(configuration)
    yield from listed_names(configuration, survey)


def duplicates(configuration: Configuration) -> Iterator[Finding]:
    """Keys that stand twice; in files that hold much else, only in what concerns servers."""
    document = configuration.document
    assert document
    if configuration.client.shared:
        tops = {path[0] for path in configuration.client.containers}
        tops |= {path[0] for _, path in PSEUDO.get(configuration.client.settings, ())}
        tops |= {"enabledMcpjsonServers", "disabledMcpjsonServers", "mcp"}
        members = [member for member in document.root.members if member.name in tops]
        waiting = [(member.value, "") for member in members]
        groups = [([member for member in document.root.members if member.name in tops], "")]
    else:
        waiting, groups = [(document.root, "")], []
    servers = {id(server.value): server.name for server in configuration.servers.values()}
    while waiting:
        value, owner = waiting.pop()
        owner = servers.get(id(value), owner)
        groups.append((value.members, owner))
        waiting += [(member.value, owner) for member in value.members]
        waiting += [(element, owner) for element in value.values]
    for group, owner in groups:
        first: dict[str, Value] = {}
        for member in group:
            if member.name in first:
                yield rules.DUPLICATE_KEY.at(
                    configuration.place(member.key),
                    subject=owner or member.name,
                    name=printable(member.name),
                    first=configuration.place(first[member.name]).line,
                )
            elif len(group) > 1:
                first[member.name] = member.key
    for container in configuration.containers:
        seen: dict[str, int] = {}
        for element in container.value.values:
            name = element.get("name")
            if name is None or not name.text:
                continue
            if name.text in seen:
                yield rules.DUPLICATE_KEY.at(
                    configuration.place(name), subject=name.text, name=printable(name.text), first=seen[name.text]
                )
            seen.setdefault(name.text, configuration.place(name).line)


def containers(configuration: Configuration) -> Iterator[Finding]:
    """Where servers stand, and whether the client looks there."""
    client, document = configuration.client, configuration.document
    assert document
    root, path = document.root, configuration.path
    if root.kind != OBJECT:
        expected = client.containers[0][0] if client.containers else "an object"
        yield rules.WRONG_CONTAINER.at(
            configuration.place(root),
            subject=path,
            client=client.name,
            wanted=expected,
            found="a file that is no object",
        )
        return
    for container in configuration.containers:
        wanted_kind = ARRAY if client.list_of else OBJECT
        if container.value.kind not in (wanted_kind, OBJECT if client.syntax == "yaml" else wanted_kind):
            what = "a list of servers" if client.list_of else "an object of servers"
            example = f'"{container.name}": [...]' if client.list_of else f'"{container.name}": {{"name": {{...}}}}'
            yield rules.WRONG_TYPE.at(
                configuration.place(container.value),
                subject=path,
                field=f'"{container.name}"',
                wanted=what,
                example=example,
            )
    if not client.containers or client.suffix == "":
        return
    wanted = client.containers[0]
    if len(wanted) > 1:
        return
    right = root.get(wanted[0]) is not None
    for member in root.members:
        if member.name == wanted[0] or member.value.kind not in (OBJECT, ARRAY):
            continue
        known = member.name in CONTAINER_NAMES and not (client.shared and member.name == "servers")
        if not known and (right or not is_near(member.name, wanted[0], 2)):
            continue
        if member.value.kind == ARRAY and not client.list_of and not member.value.values:
            continue
        mild = client.suffix == ".mcp.json" and member.name == "servers" and not right
        finding = rules.WRONG_CONTAINER.at(
            configuration.place(member.key),
            subject=path,
            client=client.name,
            wanted=wanted[0],
            found=f'"{printable(member.name)}"',
        )
        yield finding._replace(severity="warning") if mild else finding
        return


def names(configuration: Configuration) -> Iterator[Finding]:
    """Names that cannot be told apart or typed."""
    folded: dict[str, str] = {}
    for name, server in configuration.servers.items():
        if not server.is_defined:
            continue
        problem = ""
        if not name:
            problem = "is empty"
        elif name != name.strip():
            problem = "has blanks at its edges"
        elif folded.get(name.casefold(), name) != name:
            problem = f'differs from "{printable(folded[name.casefold()])}" only by case'
        folded.setdefault(name.casefold(), name)
        if problem:
            place = configuration.place(server.key)
            yield rules.BAD_NAME.at(place, subject=name, name=f'"{printable(name)}"', problem=problem)


def listed_names(configuration: Configuration, survey: Survey) -> Iterator[Finding]:
    """Names in lists that no server of the project has."""
    if not any(server.mentions for server in configuration.servers.values()):
        return
    if configuration.client.settings == "claude":
        where = configuration.folder + ".mcp.json"
        other = survey.configurations.get(where)
        known = {name for name, server in other.servers.items() if server.is_defined} if other else set()
        if other is not None and other.problem:
            return
    else:
        where = configuration.path
        known = {name for name, server in configuration.servers.items() if server.is_defined}
    for name, server in configuration.servers.items():
        for mention in server.mentions:
            if name not in known:
                yield rules.UNKNOWN_REFERENCE.at(
                    configuration.place(mention.value),
                    subject=name,
                    what="server",
                    name=f'"{printable(name)}"',
                    where=printable(where),
                )


def server_shape(exhibit: Exhibit) -> Iterator[Finding]:
    """The shape of one server."""
    server = exhibit.server
    value, client = server.value, server.configuration.client
    assert value
    if value.kind != OBJECT:
        yield wrong(exhibit, value, f'server "{printable(server.name)}"', "an object", '{"command": "...", "args": []}')
        return
    yield from transports(exhibit, value)
    yield from types(exhibit, value)
    yield from fields(exhibit, value)
    kind = value.get("type") or value.get("transportType")
    transport = kind.text if kind is not None and kind.kind == STRING else ""
    if kind is not None and transport and transport not in client.transports and not starts_with_reference(transport):
        known, said = ", ".join(sorted(client.transports)), printable(without_secrets(transport))
        yield exhibit.finding(rules.UNKNOWN_TRANSPORT, kind, client=client.name, transport=said, known=known)
    for url in exhibit.urls():
        problem = url_problem(url.text)
        if problem:
            yield exhibit.finding(rules.BAD_URL, url, problem=problem)
    yield from undefined_inputs(exhibit)


def wrong(exhibit: Exhibit, value: Value, field: str, wanted: str, example: str) -> Finding:
    """A value of the wrong type."""
    return exhibit.finding(rules.WRONG_TYPE, value, field=field, wanted=wanted, example=example)


def transports(exhibit: Exhibit, value: Value) -> Iterator[Finding]:
    """None, two, or the wrong way to reach a server."""
    server = exhibit.server
    nested = value.get("transport")
    holder = nested if nested is not None and nested.kind == OBJECT else value
    present = [member for member in holder.members if member.name in TRANSPORT_FIELDS and member.value.kind != NULL]
    present = [member for member in present if member.value.kind != STRING or member.value.text]
    kind = (holder.get("type") or value.get("transportType")) if holder is not value else value.get("type")
    type_ = kind.text if kind else ""
    place = server.configuration.place(server.key)
    name = printable(server.name)
    source = value.get("source")
    if not present:
        extension = source is not None and source.text == "extension"
        plain = {member.name for member in value.members if not member.name.startswith("_")}
        elsewhere = type_ in ("builtin", "platform", "frontend", "inline_python", "sdk")
        if (elsewhere or extension or plain <= SWITCHES) and value.members:
            return
        if value.get("settings") and server.configuration.client.name == "Zed":
            return
        wanted = '"url"' if type_ in REMOTE_TYPES else '"command"' if type_ in LOCAL_TYPES else '"command" or "url"'
        yield rules.NO_TRANSPORT.at(place, subject=server.name, server=name, wanted=wanted)
        return
    found = [member.name for member in present]
    commands = [field for field in found if field in ("command", "cmd")]
    addresses = [field for field in found if field not in ("command", "cmd")]
    if type_ in REMOTE_TYPES and not addresses:
        yield rules.NO_TRANSPORT.at(place, subject=server.name, server=name, wanted='"url"')
    elif type_ in LOCAL_TYPES and not commands:
        yield rules.NO_TRANSPORT.at(place, subject=server.name, server=name, wanted='"command"')
    elif len(set(found)) > 1 and not ({"url", "serverUrl"} >= set(found)):
        first = present[0]
        second = next(member for member in present[1:] if member.name != first.name)
        yield exhibit.finding(rules.TWO_TRANSPORTS, second.key, first=first.name, second=second.name, server=name)


def types(exhibit: Exhibit, value: Value) -> Iterator[Finding]:
    """Fields of the wrong type."""
    client = exhibit.server.configuration.client
    for member in value.members:
        found, field = member.value, f'"{member.name}"'
        if value.get(member.name) is not found:
            continue
        if member.name in ("command", "cmd"):
            yield from command_type(exhibit, found)
        elif member.name == "args":
            if found.kind != ARRAY:
                yield wrong(exhibit, found, field, "a list of strings", '"args": ["--stdio"]')
            for element in found.values:
                if element.kind != STRING:
                    yield wrong(exhibit, element, "an argument", "a string", "it in double quotes")
        elif member.name in ("env", "environment", "envs", "headers", "http_headers"):
            if found.kind != OBJECT:
                yield wrong(exhibit, found, field, "an object of strings", f'{field}: {{"NAME": "value"}}')
            allowed = {STRING, NUMBER, NULL} if client.name == "VS Code" and member.name == "env" else {STRING}
            if client.syntax == "yaml":
                allowed = {STRING, NUMBER, BOOLEAN, NULL}
            for inner in found.members:
                if inner.value.kind not in allowed:
                    what = f"the value of {printable(inner.name)}"
                    yield wrong(exhibit, inner.value, what, "a string", "it in double quotes")
        elif member.name in ("url", "httpUrl", "serverUrl", "uri", "cwd", "envFile", "type", "headersHelper"):
            if found.kind != STRING:
                yield wrong(exhibit, found, field, "a string", "it in double quotes")
        elif member.name in ("disabled", "enabled", "trust") and found.kind != BOOLEAN:
            yield wrong(exhibit, found, field, "true or false", f"{field}: false")


def command_type(exhibit: Exhibit, command: Value) -> Iterator[Finding]:
    """A command of the wrong type, or a whole command line in one string."""
    client = exhibit.server.configuration.client
    if client.command_list:
        if command.kind != ARRAY:
            yield wrong(exhibit, command, '"command"', "a list of strings", '"command": ["npx", "-y", "..."]')
        for element in command.values:
            if element.kind != STRING:
                yield wrong(exhibit, element, "a word of the command", "a string", "it in double quotes")
        return
    if command.kind == OBJECT and client.name == "Zed":
        return
    if command.kind != STRING:
        yield wrong(exhibit, command, '"command"', "a string", '"command": "npx", "args": ["-y", "..."]')
    elif is_command_line(command.text):
        first = command.text.strip().partition(" ")[0]
        example = f'"command": "{printable(first)}" and the other words in "args"'
        yield wrong(exhibit, command, '"command"', "one program without its arguments", example)


def is_command_line(text: str) -> bool:
    """Whether a command holds arguments too: no shell takes it apart."""
    words = text.split()
    if len(words) < 2:
        return bool(words) and text != text.strip()
    first = program_name(words[0])
    if first in INTERPRETERS | RUNNERS | PREFIXES.keys() or first == "python":
        return True
    if not any(slash in words[0] for slash in "/\\"):
        return not REFERENCE.match(words[0])
    return any(word.startswith("-") for word in words[1:])


def fields(exhibit: Exhibit, value: Value) -> Iterator[Finding]:
    """Fields that nearly are ones that the client knows."""
    client = exhibit.server.configuration.client
    present = {member.name for member in value.members}
    for member in value.members:
        name = member.name
        if name in client.fields or name.startswith("_") or not name:
            continue
        near = next(
            (ALIASES[alias] for alias in ALIASES if alias == name or is_near(name, alias, 2 if len(name) > 6 else 0)),
            "",
        )
        if near not in client.fields or near in present:
            near = next(
                (known for known in sorted(client.fields - present) if is_near(name, known, 2 if len(name) > 4 else 1)),
                "",
            )
        if near:
            yield exhibit.finding(
                rules.MISSPELT_FIELD, member.key, field=printable(name), client=client.name, near=near
            )


def is_near(one: str, other: str, most: int) -> bool:
    """Whether two names differ, by case alone or by at most so many letters put in, left out, changed or swapped."""
    if one == other or abs(len(one) - len(other)) > most:
        return False
    if one.casefold() == other.casefold():
        return True
    if len(one) < 3:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        after = [at]
        for to, wanted in enumerate(other, 1):
            cost = min(row[to] + 1, after[to - 1] + 1, row[to - 1] + (letter != wanted))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == wanted:
                cost = min(cost, before[to - 2] + 1)
            after.append(cost)
        before, row = row, after
        if min(row) > most:
            return False
    return row[-1] <= most


def url_problem(text: str) -> str:
    """What is wrong with an address; empty where nothing is, or where what matters comes from elsewhere."""
    if (
        not text
        or starts_with_reference(text.strip())
        or REFERENCE_INSIDE.search(text.split("?", maxsplit=1)[0])
        or "<" in text
    ):
        return ""
    if text != text.strip() or any(character.isspace() for character in text):
        return "a blank"
    scheme = SCHEME.match(text)
    if not scheme or "://" not in text:
        return "no https:// at the beginning"
    if scheme[1].lower() not in ("http", "https", "ws", "wss"):
        return f'the scheme "{printable(scheme[1])}"'
    rest = text[scheme.end() :].lstrip("/")
    host = AUTHORITY_END.split(rest, maxsplit=1)[0].rsplit("@", 1)[-1]
    if not host.split(":")[0] and not host.startswith("["):
        return "no host"
    port = PORT.search(host)
    if port and port[1] and not (port[1].isdigit() and int(port[1]) < 65536):
        return f'the port "{printable(port[1])}"'
    return ""


def undefined_inputs(exhibit: Exhibit) -> Iterator[Finding]:
    """References to inputs that the file does not define (VS Code)."""
    server = exhibit.server
    document = server.configuration.document
    if document is None or "${input:" not in document.text or server.configuration.client.name != "VS Code":
        return
    assert server.value
    ids = set(input_ids(server))
    for text in server.value.strings():
        for match in INPUT.finditer(text.text):
            if match[1] not in ids:
                yield exhibit.finding(
                    rules.UNKNOWN_REFERENCE,
                    text,
                    what="input",
                    name=f'"{printable(match[1])}"',
                    where='"inputs" of this file',
                )


def inputs(configuration: Configuration) -> Iterator[Value]:
    """The inputs that a file defines."""
    assert configuration.document
    holders = [configuration.document.root]
    for name in ("mcp", "settings"):
        inner = holders[-1].get(name) or configuration.document.root.get(name)
        if inner is not None:
            holders.append(inner)
    for holder in holders:
        found = holder.get("inputs")
        yield from found.values if found else ()


def input_ids(server: Server) -> Iterator[str]:
    """The names of the inputs that a server's file defines."""
    for value in inputs(server.configuration):
        name = value.get("id")
        if name is not None:
            yield name.text
