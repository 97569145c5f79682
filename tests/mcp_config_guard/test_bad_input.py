"""Hostile input: a finding or a clear exit 2, never a crash, never a silent pass."""

from __future__ import annotations

import json
import os
import resource
import time

import pytest

from tests.mcp_config_guard.conftest import DOCS, servers

DEEP = "[" * 100_000
BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)


@pytest.mark.parametrize(
    ("path", "content", "code"),
    [
        pytest.param(".mcp.json", b'{"mcpServers": {"a\x00": {}}}', "MCG101", id="NUL"),
        pytest.param(".mcp.json", b'{"mcpServers": "\xff"}', "MCG101", id="invalid UTF-8"),
        pytest.param(".mcp.json", '{"mcpServers": {}}'.encode("utf-16"), "MCG101", id="UTF-16"),
        pytest.param(".mcp.json", b"\xef\xbb\xbf" + servers(a={}).encode(), "MCG105", id="BOM"),
        pytest.param(".mcp.json", servers(a={}).replace("\n", "\r").encode(), "MCG105", id="CR"),
        pytest.param(".mcp.json", servers(a={}).replace("\n", "\r\n").encode(), "MCG105", id="CRLF"),
        pytest.param(".mcp.json", b'{"mcpServers": {"a": "' + b"x" * 10_000_000 + b'"}}', "MCG101", id="10 MB line"),
        pytest.param(".mcp.json", f'{{"mcpServers": {DEEP}'.encode(), "MCG101", id="deep nesting"),
        pytest.param(".mcp.json", b"", "MCG101", id="empty"),
        pytest.param(".codex/config.toml", f"a = {DEEP}".encode(), "MCG101", id="deep TOML"),
        pytest.param(".codex/config.toml", b'\xff[mcp_servers.a]\ncommand = "x"\n', "MCG101", id="invalid TOML"),
        pytest.param(".continue/mcpServers/a.yaml", BOMB.encode(), "MCG101", id="alias bomb"),
        pytest.param(".continue/mcpServers/a.yaml", b"a: " + DEEP.encode(), "MCG101", id="deep YAML"),
        pytest.param(".continue/mcpServers/a.yaml", b"mcpServers: {a: [", "MCG101", id="broken YAML"),
    ],
)
def test_bytes(guarded, path, content, code) -> None:
    guarded.commit({path: content})
    begin = time.monotonic()
    found = guarded.found()
    assert code in {row.split()[0] for row in found}
    assert time.monotonic() - begin < 5  # a second on a machine that does nothing else
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 1 << 20


@pytest.mark.parametrize(
    ("target", "codes"),
    [
        pytest.param("/etc/passwd", {"MCG101"}, id="a link out of the repository"),
        pytest.param(".mcp.json", {"MCG101"}, id="a link to itself"),
        pytest.param("nowhere", {"MCG101"}, id="a link to nowhere"),
        pytest.param("real.json", {"MCG815"}, id="a link to a file that is fine"),
    ],
)
def test_links(guarded, target, codes) -> None:
    guarded.write("real.json", servers(docs=DOCS))
    (guarded.path / ".mcp.json").symlink_to(target)
    guarded.commit(message="link")
    assert {row.split()[0] for row in guarded.found()} == codes


def test_a_folder_and_a_fifo_where_a_file_should_be(guarded) -> None:
    (guarded.path / ".mcp.json").mkdir()
    guarded.write(".mcp.json/x", "y")
    (guarded.path / ".cursor").mkdir()
    os.mkfifo(guarded.path / ".cursor/mcp.json")
    guarded.commit(message="odd")
    assert guarded.found() == []


def test_a_submodule_named_like_a_client_file(guarded) -> None:
    guarded.git("update-index", "--add", "--cacheinfo", f"160000,{'a' * 40},.mcp.json")
    guarded.git("commit", "-qm", "submodule")
    assert guarded.found() == []


def test_what_is_only_on_disk_is_not_judged(approved) -> None:
    approved.write(".mcp.json", "{")
    approved.write(".cursor/mcp.json", "{")
    assert approved.found() == []


@pytest.mark.parametrize("name", ["a b", "-x", "x\ny", "\u00fc", "q\"'", "*"])
def test_unusual_folders(guarded, name) -> None:
    guarded.commit({f"{name}/.mcp.json": servers(a={"command": "./w.sh"})})
    assert {row.split()[0] for row in guarded.found()} == {"MCG403", "MCG815"}
    guarded.run()


def test_names_that_are_not_utf8(guarded) -> None:
    folder = os.fsencode(guarded.path) + b"/\xff"
    os.mkdir(folder)
    with open(folder + b"/.mcp.json", "w") as file:
        file.write(servers(a={"command": "./w.sh"}))
    guarded.commit(message="bytes")
    assert {json.loads(guarded.run("--format", "json")[1])[0]["code"]} <= {"MCG815", "MCG403"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "is not"),
        ('{"version": 2}', '"version" must be 1'),
        ('{"mode": "none"}', '"mode" must be'),
        ('{"x": 1}', "x"),
    ],
)
def test_a_policy_that_is_none_is_told(approved, content, said) -> None:
    approved.stage({".mcp-guard/policy.json": content})
    code, out = approved.run()
    assert code == 1
    assert "MCG811" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["file.json"], "takes no file names"),
        (["--base", "nowhere"], "is not in this clone"),
        (["approve", "x"], "takes no file names"),
        (["approve", "--nope"], "unknown option"),
        (["init", "--reason", "fix"], "give a reason"),
        (["approve", "--accept", "MCG201", "--reason", "long enough to be a reason"], "can never be accepted"),
        (["approve", "--accept", "MCG999", "--reason", "long enough to be a reason"], "no such rule"),
    ],
)
def test_wrong_use_is_told_in_one_line(guarded, arguments, said) -> None:
    guarded.commit({".mcp.json": servers(docs=DOCS)})
    code, out = guarded.run(*arguments)
    assert (code, out) == (2, "")
    assert said in guarded.error
    assert guarded.error.count("\n") == 1
