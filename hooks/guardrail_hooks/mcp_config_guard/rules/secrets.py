"""Rules about secrets in configurations and wrapper scripts. A value is never printed: its kind and length are."""

from __future__ import annotations

from guardrail_hooks.core.finding import Rule

REVOKE = "revoke it now, it is in the repository's history; then write a reference such as ${{NAME}}"

KNOWN_TOKEN = Rule(
    "MCG201",
    "known-token",
    allowable=False,
    fixed=True,
    summary="a value in the published form of a vendor's token",
    message="{where} holds {kind} ({shown})",
    fix=REVOKE,
    what="Reports values with the prefix and length of tokens that vendors document, in any field, in arguments, "
    "settings and wrapper scripts. Examples from the vendors' documentation and bodies of one repeated character are "
    "placeholders.",
    why="Everybody who can read the repository, now or later, can use it. No reason makes a live token harmless, so "
    "this rule knows no exception.",
    bad='{"mcpServers": {"git": {"command": "git-server", "env": {"TOKEN": "<a real token>"}}}}\n',
    good='{"mcpServers": {"git": {"command": "git-server", "env": {"TOKEN": "${GITHUB_TOKEN}"}}}}\n',
    references=("https://owasp.org/www-project-mcp-top-10/",),
)
LITERAL_SECRET = Rule(
    "MCG202",
    "literal-secret",
    secret=True,
    summary="a random-looking literal in a field that is named for a secret",
    message="{where} looks like a secret written out ({shown})",
    fix=REVOKE + "; or, if it is no secret: mcp-config-guard approve --server {server} --accept MCG202 --reason '...'",
    what="Reports literals of twelve characters and more, with mixed classes and high entropy, in environment "
    "variables, headers, flags and fields whose name says key, token, secret or password. Placeholders, references, "
    "paths, addresses, numbers and identifiers are left alone.",
    why="A secret in a configuration is shared with everybody who can read the repository.",
    bad='{"mcpServers": {"docs": {"url": "https://docs.example.com/mcp", "headers": {"X-Api-Key": "<random>"}}}}\n',
    good='{"mcpServers": {"docs": {"url": "https://docs.example.com/mcp", "headers": {"X-Api-Key": "${KEY}"}}}}\n',
)
SECRET_IN_URL = Rule(
    "MCG203",
    "secret-in-url",
    secret=True,
    allowable=False,
    fixed=True,
    summary="a password or key inside an address",
    message="{where} holds a password or key inside an address ({shown})",
    fix="revoke it now; then pass it in an environment variable or header, by reference: ${{NAME}}",
    what="Reports user names with passwords in addresses and connection strings, and secret query parameters.",
    why="Addresses end up in logs, process lists and error messages besides the repository.",
    bad='{"mcpServers": {"db": {"command": "db-server", "args": ["postgresql://app:<password>@db.example.com/app"]}}}\n',
    good='{"mcpServers": {"db": {"command": "db-server", "args": ["postgresql://app:${PW}@db.example.com/app"]}}}\n',
)
SECRET_DEFAULT = Rule(
    "MCG204",
    "secret-default",
    secret=True,
    allowable=False,
    fixed=True,
    summary="a reference with a literal secret as its default",
    message="{where} falls back to a secret written out ({shown})",
    fix="revoke it now, then leave the default away: ${{{name}}}",
    what="Reports `${NAME:-default}` whose default is a token or a literal secret.",
    why="The reference looks careful, and the secret stands beside it.",
    bad='{"mcpServers": {"git": {"command": "git-server", "env": {"TOKEN": "${TOKEN:-<a real token>}"}}}}\n',
    good='{"mcpServers": {"git": {"command": "git-server", "env": {"TOKEN": "${TOKEN}"}}}}\n',
)
EXPOSED_SECRET_SOURCE = Rule(
    "MCG205",
    "exposed-secret-source",
    severity="warning",
    summary="a tracked environment file, or a prompt for a secret that shows what is typed",
    message="{what}",
    fix="{remedy}",
    what="Reports an `envFile` that git tracks, and inputs that ask for a secret without `password: true`.",
    why="An environment file in git is a secret in git; an input without `password` shows the secret on the screen and "
    "keeps it in plain text.",
    bad='{"servers": {"docs": {"type": "stdio", "command": "docs-server", "envFile": "${workspaceFolder}/.env"}}}\n',
    good="# .gitignore\n.env\n",
    references=("https://code.visualstudio.com/docs/copilot/reference/mcp-configuration",),
)
RULES = (KNOWN_TOKEN, LITERAL_SECRET, SECRET_IN_URL, SECRET_DEFAULT, EXPOSED_SECRET_SOURCE)
