"""Command lines as people write them: what they fetch is found behind options, wrappers and shells."""

from __future__ import annotations

import pytest
from guardrail_hooks.mcp_config_guard.invocations import invocations
from guardrail_hooks.mcp_config_guard.lint_execution import mount_source, option_power
from guardrail_hooks.mcp_config_guard.packages import fetches

from tests.mcp_config_guard.conftest import servers


def fetched(line: list[str]) -> list[str]:
    """What a command line fetches, as `word:name`, an exclamation mark behind what is pinned."""
    found = []
    for invocation in invocations(line):
        found += [f"{invocation.anchors[one.at]}:{one.name}{'!' if one.pinned else ''}" for one in fetches(invocation)]
    return found


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (["cmd", "/c", "npx -y pkg"], ["2:pkg"]),
        (["cmd.exe", "/d", "/s", "/c", "npx", "-y", "pkg"], ["6:pkg"]),
        (["cmd", "/c", "C:\\Tools\\npx.cmd -y pkg@1.2.3"], ["2:pkg!"]),
        (["bash", "-o", "pipefail", "-c", "npx pkg"], ["4:pkg"]),
        (["bash", "-euo", "pipefail", "-c", "npx pkg"], ["4:pkg"]),
        (["bash", "--rcfile", "x.sh", "-ic", "npx pkg"], ["4:pkg"]),
        (["bash", "-c", "--", "npx pkg"], ["3:pkg"]),
        (["sh", "+x", "-c", "npx pkg", "name"], ["3:pkg"]),
        (["bash", "run.sh", "-c", "npx pkg"], []),
        (["uv", "--quiet", "tool", "run", "pkg"], ["4:pkg"]),
        (["uv", "--directory", "x", "tool", "run", "pkg==1.0"], ["5:pkg!"]),
        (["pnpm", "--silent", "dlx", "pkg"], ["3:pkg"]),
        (["pnpm", "--package=pkg", "dlx", "bin"], ["1:pkg"]),
        (["pnpm", "--package", "pkg@1.0.0", "--package", "b", "dlx", "bin"], ["2:pkg!", "4:b"]),
        (["npm", "--yes", "exec", "pkg"], ["3:pkg"]),
        (["npm", "--prefix", "exec", "start"], []),
        (["pipx", "--verbose", "run", "pkg"], ["3:pkg"]),
        (["python", "-m", "pipx", "run", "pkg"], ["4:pkg"]),
        (["python3", "-m", "uv", "tool", "run", "pkg"], ["5:pkg"]),
        (["python", "-m", "server", "run", "pkg"], []),
        (["env", "-S", "npx pkg"], ["2:pkg"]),
        (["xargs", "-n", "1", "npx", "pkg"], ["4:pkg"]),
    ],
)
def test_what_is_fetched(line, wanted) -> None:
    assert fetched(line) == wanted


def test_a_mount_without_a_blank(guarded) -> None:
    guarded.become({".mcp.json": servers(s={"command": "docker", "args": ["run", "-v/:/host", "img:1"]})})
    assert "MCG407 .mcp.json:7 s" in guarded.found()
    assert (option_power("-v", "/srv/data:/data"), mount_source("-v", "/:/h")) == ("", "/")
