"""Trees and approval records in memory, for what needs no git."""

from __future__ import annotations

import hashlib
import json

from guardrail_hooks.core.snapshot import LINK, Entry, Memory, link_target
from guardrail_hooks.mcp_config_guard.policy import read_policy
from guardrail_hooks.mcp_config_guard.survey import Survey

OWNER = "alice@example.com"
REASON = "State reviewed by the owner for this test"
APPROVALS = ".mcp-guard/approvals"
RECORD_MODE = '{"version": 1, "mode": "record"}\n'


class Shelf(Memory):
    """A tree whose entries tell modes and contents apart, as git's do: a file is its text, or (mode, text)."""

    __slots__ = ("_modes",)

    def __init__(self, files) -> None:
        pairs = {path: file if isinstance(file, tuple) else ("100644", file) for path, file in files.items()}
        super().__init__({path: text for path, (_, text) in pairs.items()})
        self._modes = {path: mode for path, (mode, _) in pairs.items()}

    def read(self, path: str) -> bytes:
        while self._modes.get(path) == LINK:
            path = link_target(path, super().read(path))
        return super().read(path)

    def read_link(self, path: str) -> bytes:
        return super().read(path)

    def _list(self):
        return {
            path: Entry(self._modes[path], hashlib.sha1(content or b"").hexdigest())
            for path, content in self._contents.items()
        }


def change(files, server, *, path=".mcp.json", seq=1, before=None, kind="added", **more) -> dict:
    """The entry of a record that approves a server as it stands in these files; `before` are the files of before."""
    state = _state(files, path, server)
    entry = {"path": path, "server": server, "kind": kind, "seq": seq, "after": state.fingerprint}
    entry["before"] = _state(before, path, server).fingerprint if before is not None else None
    entry["scripts"] = state.scripts
    return entry | more


def _state(files, path, server):
    tree = Shelf(files)
    return Survey(tree, read_policy(tree)).state((path, server))


def record(*changes, by=OWNER, reason=REASON, at="2026-01-02T03:04:05Z") -> str:
    """The text of a record."""
    return json.dumps({"version": 1, "at": at, "by": by, "reason": reason, "changes": changes}, indent=2) + "\n"


def kept(files, **records) -> dict:
    """The same files with a guard that holds these records by name."""
    named = {f"{APPROVALS}/{name}.json": text for name, text in records.items()}
    return {**files, ".mcp-guard/policy.json": RECORD_MODE, **named}
