"""Which files hold MCP configuration, and how each client reads them: one row per path suffix.

Evidence stands beside each row: the client's documentation, its source, or configurations that people committed.
A path is matched by whole trailing parts, in any folder.
"""

from __future__ import annotations

from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from re import Pattern

JSON, TOML, YAML = "json", "toml", "yaml"

STDIO = frozenset({"command", "args", "env", "cwd", "type", "description", "name", "timeout"})
REMOTE = frozenset({"url", "headers", "oauth"})
TRANSPORTS = frozenset({"stdio", "sse", "http", "streamable-http", "streamableHttp", "streamable_http"})


class Client(
    namedtuple("Client", "name suffix syntax containers fields transports strict shared settings command_list list_of")
):
    """One kind of file.

    `containers` are the key paths under which servers stand, the usual one first; `strict` says that the client
    refuses comments and trailing commas; `shared` that the file holds much else; `settings` names the family whose
    settings act on servers; `command_list` that the command line is one list; `list_of` that servers form a list.
    """

    __slots__ = ()
    name: str
    suffix: str
    syntax: str
    containers: tuple[tuple[str, ...], ...]
    fields: frozenset[str]
    transports: frozenset[str]
    strict: bool
    shared: bool
    settings: str
    command_list: bool
    list_of: bool

    @property
    def folder_depth(self) -> int:
        """How many folders the suffix itself stands for: `.cursor/mcp.json` belongs to the folder above `.cursor`."""
        return self.suffix.count("/")


def _row(
    name: str,
    suffix: str,
    containers: str,
    fields: Iterable[str] = (),
    *,
    syntax: str = JSON,
    transports: frozenset[str] = TRANSPORTS,
    strict: bool = False,
    shared: bool = False,
    settings: str = "",
    command_list: bool = False,
    list_of: bool = False,
) -> Client:
    """A row with what most clients have in common."""
    paths = tuple(tuple(path.split("/")) for path in containers.split()) if containers else ()
    known = STDIO | REMOTE | frozenset(fields)
    return Client(name, suffix, syntax, paths, known, transports, strict, shared, settings, command_list, list_of)


CLAUDE_FIELDS = ("headersHelper", "alwaysLoad")
ROO_FIELDS = ("disabled", "alwaysAllow", "watchPaths", "disabledTools")
KIRO_FIELDS = ("disabled", "autoApprove", "disabledTools", "env")
VSCODE_FIELDS = ("envFile", "dev", "gallery", "version", "sandboxEnabled", "sandbox")
GEMINI_FIELDS = ("httpUrl", "tcp", "trust", "includeTools", "excludeTools", "authProviderType", "extensionName")
CODEX_FIELDS = (
    "env_vars",
    "bearer_token_env_var",
    "http_headers",
    "env_http_headers",
    "enabled",
    "enabled_tools",
    "required",
    "disabled_tools",
    "startup_timeout_sec",
    "startup_timeout_ms",
    "tool_timeout_sec",
    "scopes",
    "tools",
)
CRUSH_FIELDS = ("disabled", "disabled_tools", "enabled_tools", "oauth_client_id", "oauth_client_secret")
VSCODE_TRANSPORTS = frozenset({"stdio", "http", "sse"})
CLAUDE_TRANSPORTS = frozenset({"stdio", "http", "sse", "ws", "streamable-http", "sdk"})
# Copilot's portable format, read from `.mcp.json` too, says "local" and lists its tools.
PORTABLE = CLAUDE_TRANSPORTS | {"local"}

CLIENTS = (
    # code.claude.com/docs "MCP"; VS Code and Copilot: code.visualstudio.com/docs/agents/reference/mcp-configuration;
    # Visual Studio reads the same name with "servers": learn.microsoft.com/visualstudio/ide/mcp-servers
    _row("Claude Code", ".mcp.json", "mcpServers", (*CLAUDE_FIELDS, "tools"), transports=PORTABLE, strict=True),
    # code.claude.com/docs "Plugins reference": servers inside the manifest
    _row("Claude Code plugin", ".claude-plugin/plugin.json", "mcpServers", CLAUDE_FIELDS, shared=True, strict=True),
    # code.claude.com/docs "Settings"
    _row("Claude Code", ".claude/settings.json", "", shared=True, settings="claude"),
    _row("Claude Code", ".claude/settings.local.json", "", shared=True, settings="claude"),
    _row("Claude Code", ".claude.json", "mcpServers", CLAUDE_FIELDS, shared=True, settings="claude"),
    # modelcontextprotocol.io/docs/develop/connect-local-servers
    _row("Claude Desktop", "claude_desktop_config.json", "mcpServers", strict=True),
    # cursor.com/docs/context/mcp
    _row("Cursor", ".cursor/mcp.json", "mcpServers", ("envFile", "auth", "disabled"), strict=True),
    # code.visualstudio.com/docs/copilot/reference/mcp-configuration
    _row("VS Code", ".vscode/mcp.json", "servers", VSCODE_FIELDS, transports=VSCODE_TRANSPORTS),
    _row(
        "VS Code",
        ".vscode/settings.json",
        "mcp/servers",
        VSCODE_FIELDS,
        transports=VSCODE_TRANSPORTS,
        shared=True,
        settings="vscode",
    ),
    # containers.dev "customizations"; the VS Code documentation, "Add an MCP server to a dev container"
    _row(
        "VS Code",
        ".devcontainer/devcontainer.json",
        "customizations/vscode/mcp/servers",
        VSCODE_FIELDS,
        transports=VSCODE_TRANSPORTS,
        shared=True,
    ),
    # developers.openai.com/codex/mcp
    _row("Codex", ".codex/config.toml", "mcp_servers", CODEX_FIELDS, syntax=TOML, shared=True),
    # google-gemini/gemini-cli, docs/tools/mcp-server.md and packages/cli/src/config/settings.ts
    _row("Gemini CLI", ".gemini/settings.json", "mcpServers", GEMINI_FIELDS, shared=True, settings="gemini"),
    _row("Gemini CLI extension", "gemini-extension.json", "mcpServers", GEMINI_FIELDS, shared=True),
    # qwenlm.github.io/qwen-code-docs/en/users/features/mcp
    _row("Qwen Code", ".qwen/settings.json", "mcpServers", GEMINI_FIELDS, shared=True, settings="gemini"),
    # opencode.ai/docs/mcp-servers
    *(
        _row(
            "opencode",
            suffix,
            "mcp",
            ("environment", "enabled"),
            transports=frozenset({"local", "remote"}),
            shared=True,
            command_list=True,
        )
        for suffix in ("opencode.json", "opencode.jsonc")
    ),
    # RooCodeInc/Roo-Code, src/services/mcp/McpHub.ts
    _row("Roo Code", ".roo/mcp.json", "mcpServers", ROO_FIELDS, strict=True),
    _row("Roo Code", "mcp_settings.json", "mcpServers", ROO_FIELDS, strict=True),
    # committed configurations; Kilo Code is a fork of Roo Code
    _row("Kilo Code", ".kilocode/mcp.json", "mcpServers", ROO_FIELDS),
    # cline/cline, src/services/mcp/schemas.ts
    _row(
        "Cline",
        "cline_mcp_settings.json",
        "mcpServers",
        ("disabled", "autoApprove", "transportType", "transport", "disabledTools"),
        strict=True,
    ),
    # kiro.dev/docs/mcp/configuration
    _row("Kiro", ".kiro/settings/mcp.json", "mcpServers", KIRO_FIELDS),
    # docs.aws.amazon.com/amazonq/latest/qdeveloper-ug/qdev-mcp.html; committed configurations
    _row("Amazon Q", ".amazonq/mcp.json", "mcpServers", KIRO_FIELDS),
    # jetbrains.com/help/junie/model-context-protocol-mcp.html
    _row("Junie", ".junie/mcp/mcp.json", "mcpServers", ("enabled",)),
    # continuedev/continue, packages/config-yaml/src/schemas/mcp
    _row(
        "Continue",
        ".continue/config.yaml",
        "mcpServers",
        ("apiKey", "requestOptions", "connectionTimeout", "sourceFile"),
        syntax=YAML,
        shared=True,
        list_of=True,
    ),
    # charmbracelet/crush, internal/config/config.go
    _row("Crush", "crush.json", "mcp", CRUSH_FIELDS, shared=True),
    _row("Crush", ".crush.json", "mcp", CRUSH_FIELDS, shared=True),
    # zed.dev/docs/ai/mcp
    _row("Zed", ".zed/settings.json", "context_servers", ("source", "settings", "enabled"), shared=True),
    # docs.factory.ai/factory-cli/configuration/mcp; committed configurations
    _row("Factory", ".factory/mcp.json", "mcpServers", ("disabled",)),
    # docs.windsurf.com/windsurf/cascade/mcp
    _row("Windsurf", ".codeium/windsurf/mcp_config.json", "mcpServers", ("serverUrl", "disabled", "disabledTools")),
    # antigravity.google/docs/mcp
    _row("Antigravity", ".gemini/antigravity/mcp_config.json", "mcpServers", ("serverUrl", "disabled")),
    # docs.github.com/copilot/how-tos/copilot-cli: "Adding MCP servers"
    _row("Copilot CLI", ".copilot/mcp-config.json", "mcpServers", ("tools",), transports=PORTABLE),
    # block.github.io/goose/docs/guides/config-files
    _row(
        "Goose",
        ".config/goose/config.yaml",
        "extensions",
        ("cmd", "envs", "env_keys", "uri", "enabled", "bundled"),
        syntax=YAML,
        transports=TRANSPORTS | {"builtin", "platform", "frontend", "inline_python"},
        shared=True,
    ),
    # the documentation names `.trae/mcp.json` for projects and the format of other editors
    _row("Trae", ".trae/mcp.json", "mcpServers"),
)
# continuedev/continue: every YAML or JSON file of the folder is a block of servers.
CONTINUE_FOLDER = ".continue/mcpServers/"
CONTINUE = _row(
    "Continue",
    CONTINUE_FOLDER + "*",
    "mcpServers",
    ("apiKey", "requestOptions", "connectionTimeout", "sourceFile"),
    syntax=YAML,
    list_of=True,
)
# code.visualstudio.com/docs/editing/workspaces/multi-root-workspaces: settings of the whole workspace
WORKSPACE = _row(
    "VS Code",
    "*.code-workspace",
    "settings/mcp/servers",
    VSCODE_FIELDS,
    transports=VSCODE_TRANSPORTS,
    shared=True,
    settings="workspace",
)
# A file that only the policy or --extra-file names is read in any of the usual forms.
EXTRA = _row(
    "extra file",
    "",
    "mcpServers servers mcp/servers mcp_servers",
    (*CLAUDE_FIELDS, *ROO_FIELDS, *VSCODE_FIELDS, *GEMINI_FIELDS, *CODEX_FIELDS, "autoApprove", "serverUrl"),
    transports=PORTABLE | TRANSPORTS,
)
BY_NAME: dict[str, list[Client]] = {}
for _client in CLIENTS:
    BY_NAME.setdefault(_client.suffix.rsplit("/", 1)[-1], []).append(_client)
# The last parts of folders in those suffixes: a link of that name stands for the folder.
FOLDERS = frozenset(
    part for suffix in (*(client.suffix for client in CLIENTS), CONTINUE_FOLDER) for part in suffix.split("/")[:-1]
)


def may_be_client(path: str) -> bool:
    """Whether `client_of` is worth asking: by the last part alone, for every path of a repository."""
    name = path[path.rfind("/") + 1 :]
    return name in BY_NAME or name.endswith(".code-workspace") or CONTINUE_FOLDER in path


def may_be_folder(path: str) -> bool:
    """Whether a path is named like a folder of client files, so that a link may stand there in its place."""
    return path[path.rfind("/") + 1 :] in FOLDERS


def client_of(path: str, extra: Iterable[Pattern[str]] = ()) -> Client | None:
    """The client that reads a path; None for a file that is no MCP configuration."""
    name = path.rsplit("/", 1)[-1]
    for client in BY_NAME.get(name, ()):
        if path == client.suffix or path.endswith("/" + client.suffix):
            return client
    if name.endswith(".code-workspace"):
        return WORKSPACE
    folder = path[: -len(name)]
    if (folder == CONTINUE_FOLDER or folder.endswith("/" + CONTINUE_FOLDER)) and name.endswith(
        (".yaml", ".yml", ".json")
    ):
        return CONTINUE._replace(syntax=JSON, list_of=False) if name.endswith(".json") else CONTINUE
    if any(glob.fullmatch(path) for glob in extra):
        syntax = TOML if name.endswith(".toml") else YAML if name.endswith((".yaml", ".yml")) else JSON
        return EXTRA._replace(syntax=syntax)
    return None


def project_folder(path: str, client: Client) -> str:
    """The folder that a client file's relative paths start from, with a closing slash unless it is the root."""
    parts = path.split("/")[:-1]
    depth = client.folder_depth if not client.suffix.startswith("*") else 0
    parts = parts[: len(parts) - depth] if depth else parts
    return "/".join(parts) + "/" if parts else ""
