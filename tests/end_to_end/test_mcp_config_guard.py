"""The guard under real drivers: every way in which a commit comes about, and approving through the manual stage."""

from __future__ import annotations

import json

import pytest
from ruamel.yaml import YAML

from tests.end_to_end.conftest import SCRIPTS, manifest
from tests.mcp_config_guard.conftest import API, DOCS, GH, SCRIPT, servers
from tests.mcp_config_guard.terminal import talk

REASON = "Reviewed with the owner of the servers"


@pytest.fixture
def shop(consumer):
    """Two approved servers, the guard installed."""
    configure(consumer)
    consumer.write("scripts/gh.sh", SCRIPT["content"]).chmod(0o755)
    consumer.commit({".mcp.json": servers(docs=DOCS, gh=GH)})
    consumer.install("pre-commit", "pre-merge-commit", "pre-push")
    code, shown = approve(consumer)
    assert code == 0, shown
    code, said = consumer.try_commit()
    assert code != 0
    consumer.git("add", "-A")
    code, said = consumer.try_commit()
    assert code == 0, said
    return consumer


def configure(consumer) -> None:
    entries = []
    for entry in manifest():
        if entry["id"].startswith("mcp-config"):
            words = entry["entry"].split()
            local = {**entry, "entry": " ".join([str(SCRIPTS / words[0]), *words[1:]]), "language": "system"}
            entries.append(local)
    assert [entry["id"] for entry in entries] == ["mcp-config-guard", "mcp-config-approve"]
    with (consumer.path / ".pre-commit-config.yaml").open("w") as file:
        YAML(typ="safe", pure=True).dump({"repos": [{"repo": "local", "hooks": entries}]}, file)
    consumer.commit(message="configure the driver")


def approve(consumer, reason: str = REASON) -> tuple[int, str]:
    command = [str(SCRIPTS / consumer.driver), "run", "mcp-config-approve", "--hook-stage", "manual"]
    environment = {**consumer.environment, "MCP_APPROVE_REASON": reason}
    return talk(command, consumer.path, None, environment)


def refused(said: str, code: str) -> bool:
    return f" {code} " in said


def test_approval_through_the_manual_stage(shop) -> None:
    shop.write(".mcp.json", servers(docs=DOCS, gh=GH, api=API))
    shop.git("add", "-A")
    code, said = shop.try_commit()
    assert code != 0
    assert refused(said, "MCG801")
    assert "MCP_APPROVE_REASON=" in said
    code, shown = approve(shop)
    assert code == 0, shown
    assert 'added server "api"' in shown
    assert "wrote .mcp-guard/approvals/" in shown
    shop.git("add", "-A")
    code, said = shop.try_commit()
    assert code == 0, said
    newest = max((shop.path / ".mcp-guard/approvals").glob("*api*.json"))
    assert json.loads(newest.read_text())["reason"] == REASON
    code, shown = approve(shop)
    assert code == 0, shown
    assert "separated by blanks" not in shown


def test_a_deletion_alone_is_refused(shop) -> None:
    shop.git("rm", "-q", ".mcp.json")
    code, said = shop.try_commit()
    assert code != 0
    assert refused(said, "MCG808")


def test_commit_all(shop) -> None:
    shop.write("scripts/gh.sh", SCRIPT["content"].replace("1.0.0", "6.6.6"))
    code, said = shop.try_commit("-a")
    assert code != 0
    assert refused(said, "MCG806")


def test_a_renamed_file_is_a_deletion_and_additions(shop) -> None:
    (shop.path / ".cursor").mkdir()
    shop.git("mv", ".mcp.json", ".cursor/mcp.json")
    code, said = shop.try_commit()
    assert code != 0
    assert refused(said, "MCG808")
    assert refused(said, "MCG801")


def test_a_merge_brings_its_approvals_along(shop) -> None:
    shop.git("checkout", "-q", "-b", "theirs")
    shop.write(".mcp.json", servers(docs=DOCS, gh=GH, api=API))
    shop.git("add", "-A")
    assert approve(shop)[0] == 0
    shop.git("add", "-A")
    assert shop.try_commit()[0] == 0
    shop.git("checkout", "-q", "main")
    shop.git("commit", "-q", "--allow-empty", "--no-verify", "-m", "ours")
    code, said = shop.call("git", "merge", "--no-ff", "-m", "merge", "theirs")
    assert code == 0, said


def test_a_merge_of_what_nobody_approved_is_refused(shop) -> None:
    shop.git("checkout", "-q", "-b", "theirs")
    shop.commit({".mcp.json": servers(docs=DOCS, gh={"command": "evil"})})
    shop.git("checkout", "-q", "main")
    shop.git("commit", "-q", "--allow-empty", "--no-verify", "-m", "ours")
    code, said = shop.call("git", "merge", "--no-ff", "-m", "merge", "theirs")
    assert code != 0
    assert refused(said, "MCG803")


def test_a_linked_work_tree(shop, tmp_path) -> None:
    shop.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    (tmp_path / "side/.mcp.json").write_text(servers(docs=DOCS))
    shop.call("git", "add", "-A", cwd=tmp_path / "side")
    code, said = shop.try_commit(cwd=tmp_path / "side")
    assert code != 0
    assert refused(said, "MCG802")


def test_a_range(shop) -> None:
    base = shop.git("rev-parse", "HEAD").strip()
    shop.commit({".mcp.json": servers(docs=DOCS)})
    shop.commit({"other.txt": "x"})
    code, said = shop.run("mcp-config-guard", "--from-ref", base, "--to-ref", "HEAD")
    assert code != 0
    assert refused(said, "MCG802")
    assert shop.run("mcp-config-guard", "--from-ref", "HEAD~1", "--to-ref", "HEAD")[0] == 0
    code, said = shop.run("mcp-config-guard", "--all-files")
    assert code != 0
    assert refused(said, "MCG802")


def test_a_push(shop, tmp_path) -> None:
    shop.git("init", "-q", "--bare", str(tmp_path / "remote"))
    shop.git("remote", "add", "origin", str(tmp_path / "remote"))
    code, said = shop.call("git", "push", "origin", "main")
    assert code == 0, said
    shop.commit({".mcp.json": servers(docs=DOCS)})
    code, said = shop.call("git", "push", "origin", "main")
    assert code != 0
    assert refused(said, "MCG802")


def test_a_commit_without_servers_passes(consumer) -> None:
    configure(consumer)
    consumer.install()
    consumer.stage({"a.txt": "x"})
    code, said = consumer.try_commit()
    assert code == 0, said
