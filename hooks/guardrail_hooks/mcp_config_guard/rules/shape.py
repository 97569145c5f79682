"""Rules about the shape of a configuration: what a client cannot read, or reads otherwise than its author believes."""

from __future__ import annotations

from guardrail_hooks.core.finding import Rule

MCP = "https://modelcontextprotocol.io/docs/develop/connect-local-servers"
CLAUDE = "https://code.claude.com/docs/en/mcp"

UNPARSEABLE = Rule(
    "MCG101",
    "unparseable-configuration",
    allowable=False,
    fixed=True,
    summary="a configuration that no client can read",
    message="the file cannot be read: {problem}",
    fix="mend the syntax here; the client ignores every server of a file that it cannot read",
    what="Reports a JSON, TOML or YAML file that its format refuses, is not UTF-8, or is too large to judge.",
    why="A client that cannot read the file starts without any of its servers, mostly without a word, and a checker "
    "that skips it would let everything in it pass.",
    bad='{"mcpServers": {"docs": {"command": "docs-server" "args": []}}}\n',
    good='{"mcpServers": {"docs": {"command": "docs-server", "args": []}}}\n',
    references=("https://www.rfc-editor.org/rfc/rfc8259", "https://toml.io/en/v1.0.0"),
)
DUPLICATE_KEY = Rule(
    "MCG102",
    "duplicate-key",
    allowable=False,
    fixed=True,
    summary="a key that stands twice in one object, so that the first is silently lost",
    message='"{name}" is defined twice, first in line {first}: the first one is silently lost',
    fix="delete one of the two, or give it another name",
    what="Reports a key that appears more than once in the same object, compared after unescaping.",
    why="Every JSON parser keeps the last value and says nothing. Two servers renamed to the same name by a "
    "search-and-replace are one server afterwards.",
    bad='{"mcpServers": {"docs": {"command": "a"}, "docs": {"command": "b"}}}\n',
    good='{"mcpServers": {"docs": {"command": "a"}, "search": {"command": "b"}}}\n',
    references=("https://www.rfc-editor.org/rfc/rfc8259#section-4",),
)
COMMENT_IN_STRICT = Rule(
    "MCG103",
    "comment-in-strict-json",
    severity="warning",
    summary="a comment or trailing comma in a file that the client reads as strict JSON",
    message="{what} in a file that {client} reads as strict JSON",
    fix="delete it; put remarks into a key that begins with an underscore",
    what="Reports comments and trailing commas in files whose client uses a strict JSON parser.",
    why="The client refuses the whole file, and with it every server.",
    bad='{"mcpServers": {"docs": {"command": "docs-server"},}}\n',
    good='{"mcpServers": {"docs": {"command": "docs-server", "_note": "owned by the docs team"}}}\n',
)
WRONG_CONTAINER = Rule(
    "MCG104",
    "wrong-container",
    summary="servers under a key that the client does not read",
    message='{client} reads servers from "{wanted}", not from {found}',
    fix='rename the key to "{wanted}"',
    what="Reports a file whose outermost value is no object, or whose servers stand under a misspelt key or under that "
    "of another client.",
    why="The client finds no servers and says nothing. `.mcp.json` with `servers` is what Visual Studio reads and "
    "Claude Code does not: that is a warning, and its servers are checked all the same.",
    bad='{"mcpServer": {"docs": {"command": "docs-server"}}}\n',
    good='{"mcpServers": {"docs": {"command": "docs-server"}}}\n',
    references=(CLAUDE, "https://learn.microsoft.com/visualstudio/ide/mcp-servers"),
)
NO_TRANSPORT = Rule(
    "MCG105",
    "missing-transport",
    summary="a server with neither a command nor an address, or without the one its type needs",
    message='server "{server}" has no {wanted}: it can never start',
    fix="add {wanted}, or remove the server if its owner agrees",
    what="Reports a server without a way to reach it, and one whose `type` asks for the other way.",
    why="The entry looks like a server in review and is none.",
    bad='{"mcpServers": {"docs": {"type": "http", "command": "docs-server"}}}\n',
    good='{"mcpServers": {"docs": {"type": "http", "url": "https://docs.example.com/mcp"}}}\n',
    references=(MCP,),
)
TWO_TRANSPORTS = Rule(
    "MCG106",
    "two-transports",
    summary="a server with both a command and an address",
    message='server "{server}" has both "{first}" and "{second}": clients differ in which one they use',
    fix="keep the one that is meant",
    what="Reports a server that names two ways to reach it.",
    why="What is reviewed is not what runs: which of the two counts depends on the client and its version.",
    bad='{"mcpServers": {"docs": {"command": "docs-server", "url": "https://docs.example.com/mcp"}}}\n',
    good='{"mcpServers": {"docs": {"url": "https://docs.example.com/mcp", "type": "http"}}}\n',
)
WRONG_TYPE = Rule(
    "MCG107",
    "wrong-type",
    summary="a value of a type that the client does not accept",
    message="{field} must be {wanted}",
    fix="write {example}",
    what="Reports containers, servers, commands, arguments, environments and headers of the wrong type, and a whole "
    "command line written into `command`.",
    why="Clients drop such a server or start something else: no shell splits the words of `command`.",
    bad='{"mcpServers": {"docs": {"command": "uv run docs-server"}}}\n',
    good='{"mcpServers": {"docs": {"command": "uv", "args": ["run", "docs-server"]}}}\n',
    references=(CLAUDE,),
)
UNKNOWN_TRANSPORT = Rule(
    "MCG108",
    "unknown-transport",
    severity="warning",
    summary="a transport type that the client does not know",
    message='{client} knows no transport "{transport}"',
    fix="use one of {known}",
    what="Reports a `type` that is not among the transports of the client.",
    why="The server is skipped or started in another way than meant.",
    bad='{"mcpServers": {"docs": {"type": "websocketz", "url": "https://docs.example.com/mcp"}}}\n',
    good='{"mcpServers": {"docs": {"type": "http", "url": "https://docs.example.com/mcp"}}}\n',
)
MISSPELT_FIELD = Rule(
    "MCG109",
    "misspelt-field",
    severity="warning",
    summary="a field whose name nearly matches one that the client knows",
    message='"{field}" is no field of {client}, which reads "{near}"',
    fix='rename it to "{near}"; keys that begin with an underscore are never taken for fields',
    what="Reports fields that are one or two letters from a known one. Other unknown fields are left alone.",
    why="An environment that never reaches the server, or an allow-list that nobody reads, fails silently.",
    bad='{"mcpServers": {"docs": {"command": "docs-server", "enviroment": {"MODE": "ro"}}}}\n',
    good='{"mcpServers": {"docs": {"command": "docs-server", "env": {"MODE": "ro"}}}}\n',
)
BAD_NAME = Rule(
    "MCG110",
    "bad-server-name",
    severity="warning",
    summary="a server name that is empty, has blanks at its edges, or differs from another only by case",
    message="server name {name} {problem}",
    fix="choose a name that can be told apart and typed",
    what="Reports empty names, names with blanks at the beginning or end, names reserved for settings, and names that "
    "differ from another only by case.",
    why="People approve servers by name; names that look alike are how one server passes for another.",
    bad='{"mcpServers": {"docs ": {"command": "docs-server"}}}\n',
    good='{"mcpServers": {"docs": {"command": "docs-server"}}}\n',
)
BAD_URL = Rule(
    "MCG111",
    "malformed-url",
    summary="an address that no client can connect to",
    message="{problem} in the address of server {server}",
    fix="write an https:// address with a host name",
    what="Reports addresses without a host, with blanks, or with a scheme other than http and https.",
    why="The server can never be reached, or something other than the network is.",
    bad='{"mcpServers": {"docs": {"type": "http", "url": "file:///etc/passwd"}}}\n',
    good='{"mcpServers": {"docs": {"type": "http", "url": "https://docs.example.com/mcp"}}}\n',
)
UNKNOWN_REFERENCE = Rule(
    "MCG112",
    "unknown-reference",
    severity="warning",
    summary="a reference to an input or a server that is not defined",
    message="{what} {name} is not defined in {where}",
    fix="define it there, or mend the spelling here",
    what="Reports `${input:x}` without an input `x`, and names in lists of enabled, disabled, allowed or excluded "
    "servers that no server of the project has.",
    why="A list that names a server which no longer exists neither enables nor disables anything, and a new server of "
    "that name would inherit the decision.",
    bad='{"servers": {"docs": {"command": "docs-server", "args": ["${input:token}"]}}}\n',
    good='{"inputs": [{"type": "promptString", "id": "token", "password": true}],\n'
    ' "servers": {"docs": {"command": "docs-server", "args": ["${input:token}"]}}}\n',
)
RULES = (
    UNPARSEABLE, DUPLICATE_KEY, COMMENT_IN_STRICT, WRONG_CONTAINER, NO_TRANSPORT, TWO_TRANSPORTS, WRONG_TYPE,
    UNKNOWN_TRANSPORT, MISSPELT_FIELD, BAD_NAME, BAD_URL, UNKNOWN_REFERENCE,
)  # fmt: skip
