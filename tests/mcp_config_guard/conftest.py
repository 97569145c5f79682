"""What the tests of this hook share: repositories with approvals, made by the product itself."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from guardrail_hooks.mcp_config_guard import cli
from guardrail_hooks.mcp_config_guard.approve import Approval, Draft

from tests.conftest import Repository

REASON = "State reviewed by the owner for this test"
OWNER, DEVELOPER, BOT = "alice@example.com", "dev@example.com", "bot@example.com"


class Standard(io.TextIOWrapper):
    """A stream that keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    @property
    def text(self) -> str:
        return self.buffer.getvalue().decode()


class Guarded(Repository):
    """A repository under guard."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(path)
        self.monkeypatch = monkeypatch
        self.keys = path.parent / "keys"
        self.keys.mkdir()
        self.error = ""

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run the hook in this process; its exit code and standard output."""
        out, err = Standard(), Standard()
        with self.monkeypatch.context() as patch:
            patch.chdir(self.path)
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            code = cli.main(list(arguments))
        self.error = err.text
        return code, out.text

    def found(self, *arguments: str) -> list[str]:
        """Change control and lint as `CODE path:line subject`."""
        code, out = self.run("--format", "json", *arguments)
        assert code in (0, 1), self.error
        return [f"{row['code']} {row['path']}:{row['line']} {row['subject']}" for row in json.loads(out)]

    def codes(self, *arguments: str) -> list[str]:
        """The codes of change control alone, sorted."""
        return sorted(row.split()[0] for row in self.found(*arguments) if row.startswith("MCG8"))

    def place(self, path: str, entry) -> None:
        """Write a file of a case: text, or an object with content and mode."""
        mode, content = (entry["mode"], entry["content"]) if isinstance(entry, dict) else ("100644", entry)
        target = self.path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if mode == "120000":
            target.unlink(missing_ok=True)
            target.symlink_to(content)
            return
        target.write_bytes(content.encode())
        target.chmod(0o755 if mode == "100755" else 0o644)

    def become(self, tree: dict, before=()) -> None:
        """Make work tree and index equal to a tree."""
        for path in before:
            if path not in tree:
                (self.path / path).unlink()
        for path, entry in tree.items():
            self.place(path, entry)
        self.git("add", "-A", "-f")

    def approve(
        self, *servers: str, reason: str = REASON, by: str = OWNER, accept: tuple[str, ...] = (), sign: str = ""
    ) -> Path:
        """Approve what is pending, as a person would in the terminal; the record."""
        with self.monkeypatch.context() as patch:
            patch.chdir(self.path)
            draft = Draft(str(self.path), "")
            first = not draft.is_kept
            items = draft.pending(list(servers) if not first else [])
            unchanged = draft.unchanged(list(servers)) if accept and not first else []
            assert items or unchanged, "nothing is pending"
            approval = Approval(draft, items, unchanged, list(accept), reason=reason, by=by)
            return self.path / approval.write(str(self.key(sign)) if sign else "", first=first)

    def key(self, email: str) -> Path:
        """The private key of a person, made on first use."""
        path = self.keys / email
        if not path.exists():
            command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", email, "-f", str(path)]
            subprocess.run(command, check=True, capture_output=True)
        return path

    def signers(self, *people: str, options: str = 'namespaces="mcp-config-guard"') -> None:
        """Write allowed_signers."""
        rows = []
        for one in people:
            public = self.key(one).with_name(one + ".pub").read_text().split()[:2]
            rows.append(f"{one} {options} {' '.join(public)}\n")
        self.write(".mcp-guard/allowed_signers", "".join(rows))

    def policy(self, **values: object) -> None:
        """Set values of policy.json as its owner would."""
        path = self.path / ".mcp-guard/policy.json"
        old = json.loads(path.read_text()) if path.exists() else {"version": 1, "mode": "record"}
        self.write(".mcp-guard/policy.json", json.dumps(old | values, indent=2, sort_keys=True) + "\n")

    def edit(self, record: Path, **values: object) -> None:
        """Change a record in place."""
        body = json.loads(record.read_text()) | values
        record.write_text(json.dumps(body, indent=2, sort_keys=True) + "\n")

    def sign(self, record: Path, email: str, namespace: str = "mcp-config-guard") -> None:
        """Put another signature beside a record."""
        Path(f"{record}.sig").unlink(missing_ok=True)
        command = ["ssh-keygen", "-Y", "sign", "-f", str(self.key(email)), "-n", namespace, str(record)]
        subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def guarded(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", DEVELOPER)
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    return Guarded(Path(os.path.realpath(tmp_path)) / "repo", monkeypatch)


def servers(**definitions: object) -> str:
    """A `.mcp.json` with these servers."""
    return json.dumps({"mcpServers": definitions}, indent=2) + "\n"


DOCS = {"command": "npx", "args": ["-y", "acme-docs@4.0.1"]}
GH = {"command": "./scripts/gh.sh"}
API = {"type": "http", "url": "https://api.example.com/mcp"}
SCRIPT = {"mode": "100755", "content": "#!/bin/sh\nexec npx -y acme-gh@1.0.0\n"}


@pytest.fixture
def approved(guarded):
    """Two servers and a wrapper, committed and approved."""
    guarded.become({".mcp.json": servers(docs=DOCS, gh=GH), "scripts/gh.sh": SCRIPT})
    guarded.git("commit", "-qm", "servers")
    guarded.approve()
    guarded.commit(message="approve")
    return guarded


@pytest.fixture
def signed(approved):
    """The same in signed mode, with one signer."""
    approved.signers(OWNER)
    approved.policy(mode="signed")
    approved.commit(message="sign from now on")
    return approved
