"""What the README and docs/mcp-config-guard.md say beyond what can be followed there step by step."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from guardrail_hooks.core.snapshot import Memory
from guardrail_hooks.mcp_config_guard import clients
from guardrail_hooks.mcp_config_guard.cli import SUBCOMMANDS
from guardrail_hooks.mcp_config_guard.policy import KNOWN, read_policy
from ruamel.yaml import YAML

from tests.mcp_config_guard.conftest import DOCS, GH, SCRIPT, servers
from tests.mcp_config_guard.terminal import talk
from tests.snippets import about, commands, find

ROOT = Path(__file__).resolve().parent.parent.parent
SECTION = about("mcp-config-guard")
BLOCKS = find(SECTION, "mcp-config-guard")
MANIFEST = {
    entry["id"]: entry for entry in YAML(typ="safe", pure=True).load((ROOT / ".pre-commit-hooks.yaml").read_text())
}
(IN_CI,) = [one.text for one in BLOCKS if one.section == "In CI" and one.language == "console"]
BINARIES = Path(sys.executable).parent
CONFIGURATION = """\
repos:
- repo: local
  hooks:
  - id: mcp-config-guard
    name: guard
    language: system
    entry: {entry}
    always_run: true
    pass_filenames: false
  - id: mcp-config-approve
    name: approve
    language: system
    entry: {approve}
    always_run: true
    pass_filenames: false
    stages: [manual]
"""


@pytest.fixture
def project(guarded, monkeypatch):
    """Two servers under the hook, as a team has them on the first day."""
    monkeypatch.setenv("PATH", os.pathsep.join([str(BINARIES), os.environ["PATH"]]))
    entries = {
        "entry": f"{BINARIES}/{MANIFEST['mcp-config-guard']['entry']}",
        "approve": f"{BINARIES}/{MANIFEST['mcp-config-approve']['entry']}",
    }
    guarded.become(
        {
            ".mcp.json": servers(docs=DOCS, github=GH),
            "scripts/gh.sh": SCRIPT,
            ".pre-commit-config.yaml": CONFIGURATION.format(**entries),
        }
    )
    guarded.git("commit", "-qm", "servers")
    return guarded


def shell(repository, line: str) -> tuple[int, str]:
    """Run one command line of the README on a terminal, answering what it asks; exit code and everything shown."""
    environment = {
        "GIT_EDITOR": "true",
        "PRE_COMMIT_COLOR": "never",
        "PRE_COMMIT_HOME": str(repository.path.parent / "p"),
    }
    return talk(["bash", "-c", line], repository.path, None, environment)


def test_ci_runs_the_configuration_of_the_base(project, tmp_path) -> None:
    project.approve()
    project.commit(message="approve")
    origin = tmp_path / "origin"
    project.git("clone", "-q", "--bare", ".", str(origin))
    project.git("remote", "add", "origin", str(origin))
    branch = project.git("branch", "--show-current").strip()
    project.git("checkout", "-q", "-b", "tidy")
    project.git("rm", "-q", ".pre-commit-config.yaml")
    project.become({".mcp.json": servers(docs=DOCS)})
    project.git("commit", "-qm", "Clean up")
    lines = [line.replace("/tmp/base.yaml", str(tmp_path / "base.yaml")) for line, _ in commands(IN_CI)]
    lines = [re.sub(r"\borigin(/| )main\b", rf"origin\g<1>{branch}", line) for line in lines]
    for line in lines[:-1]:
        code, shown = shell(project, line)
        assert code == 0, shown
    code, shown = shell(project, lines[-1])
    assert code == 1
    assert 'MCG802 server "github" was removed' in shown
    assert "MCG811" in shown


def test_the_policy_is_one() -> None:
    block = next(one.text for one in BLOCKS if one.language == "json")
    assert set(json.loads(block)) == KNOWN
    policy = read_policy(Memory({".mcp-guard/policy.json": block}))
    assert policy.problem is None
    assert policy.root_aliases == ["/opt/acme"]


def test_the_allow_comment_excuses_its_server(guarded) -> None:
    block = next(one.text for one in BLOCKS if one.language == "jsonc")
    guarded.become({".vscode/mcp.json": block})
    guarded.git("commit", "-qm", "servers")
    assert [row.split()[0] for row in guarded.found()] == ["MCG815"]
    guarded.become({".vscode/mcp.json": re.sub(r"(?m)^ *//.*\n", "", block)})
    guarded.git("commit", "-qm", "no comment")
    assert "MCG301" in {row.split()[0] for row in guarded.found()}


@pytest.mark.parametrize("line", re.findall(r"(?m)^\| `(mcp-config-guard [^`]*)` \|", SECTION))
def test_the_command_lines_of_the_table(approved, line) -> None:
    word, *rest = shlex.split(line)[1:]
    assert word in SUBCOMMANDS
    code, out = approved.run(word, "--help")
    assert code == 0
    for option in (part for part in rest if part.startswith("--")):
        assert option in out


def test_every_client_that_is_named_is_read() -> None:
    sentence = SECTION.partition("It reads the files of ")[2].partition(", from the index")[0]
    named = set(re.split(r", | and ", " ".join(sentence.split())))
    assert {name for name in named if not any(client.name.startswith(name) for client in every_client())} == set()


def every_client() -> tuple:
    """All rows of the table of clients."""
    return (*clients.CLIENTS, clients.CONTINUE)


def test_codeowners_line() -> None:
    assert re.search(r"(?m)^/\.mcp-guard/ @\S+$", SECTION)


def test_the_tools_of_the_examples_are_here() -> None:
    assert shutil.which("pre-commit", path=str(BINARIES))
    assert subprocess.run([BINARIES / "mcp-config-guard", "--version"], check=True, capture_output=True).stdout
