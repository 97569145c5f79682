"""Where the guard keeps its own files, relative to the repository."""

from __future__ import annotations

FOLDER = ".mcp-guard/"
POLICY = FOLDER + "policy.json"
SIGNERS = FOLDER + "allowed_signers"
APPROVALS = FOLDER + "approvals"
CONFIGURATION = ".pre-commit-config.yaml"  # where the hook's own entry stands
