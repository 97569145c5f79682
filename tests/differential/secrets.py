"""mcp-config-guard's rules about secrets beside detect-secrets, on MCP configurations, line by line.

No value is ever printed: places and kinds are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from tests.differential import peers
from tests.differential.account import BOTH, UNEXPLAINED, US, Account, Verdict
from tests.differential.trees import trees

CODES = ("MCG201", "MCG202", "MCG203", "MCG204")
CONFIGURATION = re.compile(
    r"(?:^|/)(?:\.?mcp\.json|claude_desktop_config\.json|mcp_settings\.json"
    r"|\.(?:cursor|vscode|roo|kiro|amazonq|gemini|claude)/(?:[^/]+/)*(?:mcp|settings)\.json)$"
)
PLACEHOLDER = re.compile(
    r"(?i)your|xxx|\.\.\.|<|\$|\{\{|example|placeholder|change|replace|here|dummy|test|demo|sample|insert|fake|none|null|\*\*"
    r"|postgres:postgres|user:pass|:password@|root:root|admin:admin|12345|secret_?key$|local"
)

VERDICTS = {
    "a placeholder or a well-known default": Verdict(
        "peer", US, "`your-api-key`, `user:password@`: detect-secrets looks at the name of the key, not at the value"
    ),
    "a reference": Verdict("peer", US, "`${NAME}` and `${input:...}` are where a secret should come from, not one"),
    "a hash, an id or a path": Verdict(
        "peer", US, "random-looking, but it opens nothing: commit, digest, UUID, file name"
    ),
    "a file that no client can read": Verdict(
        "peer", BOTH, "MCG101 is told instead: JavaScript in the place of JSON, and alike"
    ),
    "no server's field": Verdict("peer", BOTH, "outside the servers of the file: a general scanner is the tool for it"),
    "a form that detect-secrets does not know": Verdict(
        "ours", US, "published forms of tokens that it has no plugin for"
    ),
    "a password in an address": Verdict(
        "ours", US, "keys in queries, and addresses that its BasicAuth plugin does not match"
    ),
    "a secret by the name of its field": Verdict(
        "ours", US, "headers, arguments and defaults that its keyword plugin leaves out"
    ),
}


def is_configuration(path: str) -> bool:
    """Whether a file is named like an MCP configuration."""
    return CONFIGURATION.search(path) is not None


def detect_secrets(sources: Iterable[Path], home: Path, scratch: Path) -> Account:
    """Compare line by line."""
    account = Account("mcp-config-guard (MCG201 to MCG204) and detect-secrets", VERDICTS)
    tool = peers.program(home, "detect-secrets")
    for tree, paths in trees(sources, is_configuration, scratch):
        account.repositories += 1
        mine: dict[tuple[str, int], str] = {}
        broken: set[str] = set()
        for row in peers.ours("mcp-config-guard", tree, []):
            if row["code"] in CODES and row["path"] in paths:
                mine[row["path"], row["line"]] = row["code"]
            elif row["code"] == "MCG101":
                broken.add(row["path"])
        theirs: dict[tuple[str, int], str] = {}
        found = peers.read([tool, "scan", "--all-files", *paths], tree) or {"results": {}}
        for path, rows in found["results"].items():
            for row in rows:
                theirs[path, row["line_number"]] = row["type"]
        lines = sum(len((tree / path).read_bytes().splitlines()) for path in paths)
        for path, line in sorted(mine.keys() | theirs.keys()):
            where = f"{tree.name}: {path}:{line}"
            if (path, line) in mine and (path, line) in theirs:
                account.agree(reported=True)
            elif (path, line) in mine:
                account.differ(_our_class(mine[path, line]), f"{where} {mine[path, line]}")
            else:
                kind = "a file that no client can read"
                if path not in broken:
                    kind = _their_class((tree / path).read_text(encoding="utf-8", errors="replace"), line)
                account.differ(kind, f"{where} {theirs[path, line]}")
            lines -= 1
        account.compared += lines
        account.agreed["both are silent"] += lines
    return account


def _our_class(code: str) -> str:
    if code == "MCG201":
        return "a form that detect-secrets does not know"
    return "a password in an address" if code == "MCG203" else "a secret by the name of its field"


def _their_class(text: str, line: int) -> str:
    """Why detect-secrets alone reports a line."""
    lines = text.splitlines()
    content = lines[line - 1] if line <= len(lines) else ""
    value = re.search(r'"([^"]*)"\s*,?\s*$', content)
    named = re.search(r'(?i)"[^"]*(?:token|secret|password|api_?key|authorization)"\s*:', content)
    shown = value[1] if value else content
    if re.search(r"\$\{|\$[A-Z_]|\{env:|\{\{", shown):
        return "a reference"
    if PLACEHOLDER.search(shown) or len(set(shown)) < 6:
        return "a placeholder or a well-known default"
    if not named and re.fullmatch(r"[0-9a-f]{8,64}|[0-9a-fA-F-]{36}|\S*@?sha\d+[:-]\S+|[\w./@:-]*/[\w./@:-]+", shown):
        return "a hash, an id or a path"
    if "mcpServers" not in text and '"servers"' not in text:
        return "no server's field"
    return UNEXPLAINED
