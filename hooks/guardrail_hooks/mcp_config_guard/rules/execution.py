"""Rules about what a server executes, and with which powers."""

from __future__ import annotations

from guardrail_hooks.core.finding import Rule

INLINE_PROGRAM = Rule(
    "MCG401",
    "inline-program",
    severity="warning",
    summary="a program written into the arguments",
    message="{program} runs a program that is written into the configuration",
    fix="put it into a script of the repository and name that",
    what="Reports `-c`, `-e` and the like of shells and interpreters.",
    why="A program inside a string is neither linted nor tested, and hard to review.",
    bad='{"mcpServers": {"docs": {"command": "python3", "args": ["-c", "import docs; docs.serve()"]}}}\n',
    good='{"mcpServers": {"docs": {"command": "python3", "args": ["tools/docs_server.py"]}}}\n',
)
LOADER_VARIABLE = Rule(
    "MCG402",
    "loader-variable",
    summary="an environment variable that loads code into the process",
    message="{name} loads code into {server} before it starts",
    fix="remove it; start what it loads as a program that can be reviewed",
    what="Reports LD_PRELOAD, DYLD_*, BASH_ENV, PYTHONSTARTUP, PERL5OPT, RUBYOPT, JAVA_TOOL_OPTIONS, GIT_SSH_COMMAND "
    "and NODE_OPTIONS with flags that load code. Memory flags and a PYTHONPATH inside the repository are fine.",
    why="The command line looks harmless while something else runs inside it.",
    bad='{"mcpServers": {"docs": {"command": "docs-server", "env": {"LD_PRELOAD": "./hook.so"}}}}\n',
    good='{"mcpServers": {"docs": {"command": "docs-server"}}}\n',
)
MISSING_SCRIPT = Rule(
    "MCG403",
    "missing-script",
    summary="a script that is not in the repository",
    message='"{path}" is not in the repository{hint}',
    fix="add the script (`git add`), or mend the path",
    what="Reports wrappers, scripts, helpers and hooks with a path inside the repository that git does not track. "
    "Paths that .gitignore covers are build output and left alone.",
    why="The server cannot start for anybody else, and whoever creates the file decides what it does.",
    bad='{"mcpServers": {"docs": {"command": "scripts/mcp/no-such-file.sh"}}}\n',
    good='{"mcpServers": {"docs": {"command": "scripts/mcp/docs.sh"}}}\n',
)
NOT_EXECUTABLE = Rule(
    "MCG404",
    "script-not-executable",
    summary="a command that is tracked without the executable bit or without an interpreter line",
    message='"{path}" {problem}: it cannot be started directly',
    fix="{remedy}",
    what="Reports scripts that stand in `command` itself. Scripts given to an interpreter need neither.",
    why="The server does not start, which looks like a removed server.",
    bad="$ git ls-files -s scripts/docs.sh\n100644 ... scripts/docs.sh\n",
    good="$ git update-index --chmod=+x scripts/docs.sh\n",
)
MACHINE_PATH = Rule(
    "MCG405",
    "machine-specific-path",
    severity="warning",
    summary="a path that exists on one machine only",
    message='"{path}" is a path of one machine',
    fix="{remedy}",
    what="Reports absolute paths of commands, scripts and folders outside the folders of the system, and paths below "
    "somebody's home. Paths under a declared root alias lead into the repository.",
    why="The configuration works for its author alone, and the file it names is under nobody's review.",
    bad='{"mcpServers": {"docs": {"command": "/home/jo/bin/docs-server"}}}\n',
    good='{"mcpServers": {"docs": {"command": "./scripts/docs.sh"}}}\n',
    options="`--root-aliases DIR` (or `root_aliases` in the policy) declares where the repository is deployed.",
)
OUTSIDE_REPOSITORY = Rule(
    "MCG406",
    "code-outside-repository",
    summary="code from a temporary folder or from beyond the repository",
    message='"{path}" {problem}',
    fix="move the code into the repository, or install it as a pinned package",
    what="Reports commands and scripts in folders that everybody may write to, and paths or links that climb out of "
    "the repository.",
    why="Somebody else can put the program there.",
    bad='{"mcpServers": {"docs": {"command": "/tmp/docs-server"}}}\n',
    good='{"mcpServers": {"docs": {"command": "./scripts/docs.sh"}}}\n',
)
CONTAINER_ESCAPE = Rule(
    "MCG407",
    "container-escape",
    summary="a container option that gives the host away",
    message="{option} gives the container {power}",
    fix="leave it out; mount or allow only what the server needs",
    what="Reports --privileged, the Docker socket, the namespaces of the host, dangerous capabilities, switched off "
    "confinement, and the host's whole file system as a mount.",
    why="The container stops being a boundary: what runs in it is root on the host.",
    bad='{"mcpServers": {"git": {"command": "docker", "args": ["run", "--privileged", "acme/mcp:1.4.0"]}}}\n',
    good='{"mcpServers": {"git": {"command": "docker", "args": ["run", "-i", "--rm", "acme/mcp:1.4.0"]}}}\n',
    references=("https://docs.docker.com/engine/security/",),
)
WHOLE_DISK = Rule(
    "MCG408",
    "whole-disk",
    summary="a server that may read a whole home or disk",
    message="{option} opens {what} to the server",
    fix='name the folder that it needs, such as "."',
    what="Reports a home as a mount, and `/`, a home or a drive as the folder of a file system server.",
    why="A home holds keys, tokens and mail; an agent that is talked into reading them will.",
    bad='{"mcpServers": {"fs": {"command": "npx",\n'
    '  "args": ["-y", "@modelcontextprotocol/server-filesystem@1.0.0", "/"]}}}\n',
    good='{"mcpServers": {"fs": {"command": "npx",\n'
    '  "args": ["-y", "@modelcontextprotocol/server-filesystem@1.0.0", "."]}}}\n',
)
DANGER_FLAG = Rule(
    "MCG409",
    "danger-flag",
    summary="a flag that switches off what protects its user",
    message="{flag} switches off {what}",
    fix="leave it out",
    what="Reports flags that their vendors call dangerous, and flags that approve everything.",
    why="One prompt injection is then enough.",
    bad='{"mcpServers": {"agent": {"command": "acme-agent", "args": ["mcp", "--dangerously-skip-permissions"]}}}\n',
    good='{"mcpServers": {"agent": {"command": "acme-agent", "args": ["mcp"]}}}\n',
)
RUNS_AS_ROOT = Rule(
    "MCG410",
    "root-command",
    summary="a server that is started as root",
    message="{program} starts the server as root",
    fix="start it as the user; give it the one right that it needs",
    what="Reports sudo, doas, su, pkexec, runas and gsudo in front of a server.",
    why="Every tool call then runs with all rights on the machine.",
    bad='{"mcpServers": {"docs": {"command": "sudo", "args": ["docs-server"]}}}\n',
    good='{"mcpServers": {"docs": {"command": "docs-server"}}}\n',
)
RULES = (
    INLINE_PROGRAM, LOADER_VARIABLE, MISSING_SCRIPT, NOT_EXECUTABLE, MACHINE_PATH, OUTSIDE_REPOSITORY,
    CONTAINER_ESCAPE, WHOLE_DISK, DANGER_FLAG, RUNS_AS_ROOT,
)  # fmt: skip
