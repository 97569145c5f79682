"""Nothing of a configuration is ever executed or fetched, and nothing expensive is loaded."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mcp_config_guard.conftest import API, DOCS, GH, OWNER, SCRIPT, servers
from tests.test_diet import NEVER

SENTINELS = ("npx", "uvx", "node", "bash", "sh", "docker", "python", "curl", "acme-mcp", "deno", "env", "sudo")
PROBE = """
import os, sys
names = []
spawn = os.posix_spawnp
def recorded(program, *rest, **more):
    names.append(os.path.basename(os.fsdecode(program)))
    return spawn(program, *rest, **more)
os.posix_spawnp = recorded
for name in ("system", "popen", "execv", "execve", "fork", "posix_spawn", "spawnv"):
    setattr(os, name, None)
before = set(sys.modules)
sys.argv = sys.argv[1:]
from guardrail_hooks.mcp_config_guard.cli import main
code = main(sys.argv[1:])
print(code, ",".join(names) or "-", *sorted(set(sys.modules) - before), file=sys.stderr)
"""


@pytest.fixture
def trap(guarded, monkeypatch):
    """Programs on PATH that leave a mark when they are started, and a socket that must not be used."""
    folder = guarded.path.parent / "trap"
    folder.mkdir()
    mark = guarded.path.parent / "was-run"
    for name in SENTINELS:
        (folder / name).write_text(f"#!/bin/sh\necho {name} >>{mark}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return mark


def probe(repository, *arguments: str) -> tuple[int, list[str], set[str]]:
    """Run the hook in a process of its own: exit code, programs started, modules loaded."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, "mcp-config-guard", *arguments],
        cwd=repository.path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    code, names, *modules = done.stderr.splitlines()[-1].split()
    return int(code), [] if names == "-" else names.split(","), set(modules)


def test_no_command_of_a_configuration_is_started(guarded, trap, monkeypatch) -> None:
    monkeypatch.setattr(socket, "socket", None)
    definitions = {name: {"command": name, "args": ["-c", "touch ran"]} for name in SENTINELS}
    wrapper = {"mode": "100755", "content": "#!/bin/sh\n$(touch ran)\nnpx acme\n. ./other.sh\n"}
    guarded.become(
        {
            ".mcp.json": servers(**definitions, own={"command": "./w.sh"}, api={**API, "headersHelper": "./w.sh"}),
            ".claude/settings.json": json.dumps({"hooks": {"Stop": [{"hooks": [{"command": "./w.sh; touch ran"}]}]}}),
            "w.sh": wrapper,
            "other.sh": "touch ran\n",
        }
    )
    assert guarded.run()[0] == 1
    guarded.commit(message="all")
    assert guarded.run()[0] == 1
    guarded.approve()
    guarded.stage()
    guarded.run()
    assert not trap.exists()
    assert not (guarded.path / "ran").exists()


def test_only_git_and_ssh_keygen_are_started(signed) -> None:
    signed.become({".mcp.json": servers(docs=DOCS, gh=GH, api=API)})
    signed.approve("api", sign=OWNER)
    signed.stage()
    code, names, _ = probe(signed)
    assert code == 0
    assert set(names) == {"git", "ssh-keygen"}


def test_a_commit_without_servers_costs_two_git_processes_and_no_parser(guarded) -> None:
    guarded.commit({"a.txt": "x\n"})
    guarded.stage({"a.txt": "y\n"})
    code, names, modules = probe(guarded)
    assert (code, names) == (0, ["git", "git"])
    assert not (NEVER | {"json", "tomllib", "ruamel", "ruamel.yaml"}) & modules
    assert not {name for name in modules if name.startswith("guardrail_hooks.formats")}


def test_an_unrelated_commit_beside_servers_loads_no_parser_but_ours(approved) -> None:
    approved.stage({"a.txt": "y\n"})
    code, names, modules = probe(approved)
    assert code == 0
    assert len(names) <= 5
    assert not (NEVER | {"json", "tomllib", "ruamel", "ruamel.yaml"}) & modules


def test_one_json_file_loads_nothing_expensive(guarded) -> None:
    guarded.commit({"a.txt": "x\n"})
    guarded.become({".mcp.json": servers(docs=DOCS)})
    code, names, modules = probe(guarded)
    assert code == 1
    assert set(names) == {"git"}
    assert not (NEVER - {"hashlib"} | {"json", "tomllib", "ruamel.yaml"}) & modules


def test_a_deletion_alone_is_judged(approved) -> None:
    approved.git("rm", "-q", ".mcp.json")
    assert approved.found() == ["MCG808 .mcp.json:1 .mcp.json"]


def test_a_wrapper_behind_a_linked_folder_is_followed(guarded) -> None:
    guarded.become(
        {
            ".mcp.json": servers(a={"command": "./bin/run.sh"}),
            "bin": {"mode": "120000", "content": "scripts/mcp"},
            "scripts/mcp/run.sh": {
                "mode": "100755",
                "content": '#!/bin/bash\nD="$(cd "$(dirname "$0")" && pwd)"\n. "$D/lib.sh"\n',
            },
            "scripts/mcp/lib.sh": "exec npx -y acme@1.0.0\n",
        }
    )
    guarded.commit(message="base")
    guarded.approve()
    guarded.commit(message="approved")
    guarded.become({"scripts/mcp/lib.sh": "exec npx -y acme@6.6.6\n"})
    assert guarded.found() == ["MCG806 scripts/mcp/lib.sh:1 a"]
    guarded.git("reset", "-q", "--hard")
    (guarded.path / "bin").unlink()
    guarded.become({"other/run.sh": SCRIPT, "bin": {"mode": "120000", "content": "other"}})
    assert [row.split()[0] for row in guarded.found() if "MCG8" in row] == ["MCG807"]


def test_a_secret_is_shown_nowhere(guarded) -> None:
    token = "ghp" + "_" + "A1b2C3d4" * 5
    password = "N0t-" + "a-Real" + "-Pa55w0rd"
    for name, env in (("one", token), ("two", token[::-1])):
        value = {**DOCS, "env": {"TOKEN": env}, "headers": {"X-Api-Key": env}}
        url = {"type": "http", "url": f"https://bot:{password}@api.example.com/mcp"}
        guarded.become({".mcp.json": servers(docs=value, api=url, **{name: API})})
        for style in ("text", "concise", "json", "sarif", "github", "gitlab"):
            code, out = guarded.run("--format", style)
            assert code == 1
            assert token[:8] not in out + guarded.error
            assert token[::-1][:12] not in out + guarded.error
            assert password not in out + guarded.error
        record = guarded.approve(accept=("MCG202",))
        assert token not in Path(record).read_text()
        assert password not in Path(record).read_text()
        guarded.commit(message=name)
