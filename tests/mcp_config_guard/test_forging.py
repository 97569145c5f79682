"""Every way to forge an approval that we could think of, with real keys: all are refused."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import pytest

from tests.mcp_config_guard.conftest import API, BOT, DOCS, GH, OWNER, servers

CHANGED = servers(docs=DOCS, gh=GH, api=API)


def add_api(repository) -> None:
    repository.become({".mcp.json": CHANGED})


def messages(repository) -> str:
    return repository.run()[1]


def test_an_honest_signature_passes(signed) -> None:
    add_api(signed)
    signed.approve("api", sign=OWNER)
    signed.stage()
    assert signed.codes() == []


def test_tampered_body(signed) -> None:
    add_api(signed)
    record = signed.approve("api", sign=OWNER)
    signed.edit(record, reason="Something else that sounds well reviewed")
    signed.stage()
    assert signed.codes() == ["MCG810"]
    assert "changed after signing" in messages(signed)


@pytest.mark.parametrize(
    ("signer", "namespace", "said"),
    [
        pytest.param(BOT, "mcp-config-guard", "its signer is not allowed", id="a key that nobody allowed"),
        pytest.param(OWNER, "git", "namespace", id="a signature of a git commit"),
        pytest.param("", "", "it has no signature", id="no signature at all"),
    ],
)
def test_other_signature(signed, signer, namespace, said) -> None:
    add_api(signed)
    record = signed.approve("api", sign=OWNER)
    Path(f"{record}.sig").unlink()
    if signer:
        signed.sign(record, signer, namespace)
    signed.stage()
    assert signed.codes() == ["MCG810"]
    assert said in messages(signed)


def test_signature_of_another_allowed_person(signed) -> None:
    signed.signers(OWNER, BOT)
    signed.commit(message="two signers, merged past the hook")
    add_api(signed)
    record = signed.approve("api", sign=OWNER)
    signed.sign(record, BOT)
    signed.stage()
    assert signed.codes() == ["MCG810"]
    assert f"does not match {OWNER}" in messages(signed)


def test_damaged_signature(signed) -> None:
    add_api(signed)
    record = signed.approve("api", sign=OWNER)
    Path(f"{record}.sig").write_text("-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n")
    signed.stage()
    assert signed.codes() == ["MCG810"]


def test_replay_of_an_earlier_approval(signed) -> None:
    base = servers(docs=DOCS, gh=GH)
    add_api(signed)
    record = signed.approve("api", sign=OWNER)
    body, signature = record.read_bytes(), Path(f"{record}.sig").read_bytes()
    signed.commit(message="api")
    signed.become({".mcp.json": base})
    signed.approve("api", sign=OWNER)
    signed.commit(message="no api after all")
    add_api(signed)
    copy = record.with_name(record.name.replace(".json", "0.json"))
    copy.write_bytes(body)
    Path(f"{copy}.sig").write_bytes(signature)
    signed.stage()
    assert signed.codes() == ["MCG809"]
    assert "repeats or skips a step" in messages(signed)


def test_fork_of_a_chain_and_its_mending(approved) -> None:
    approved.become({".mcp.json": servers(docs={**DOCS, "args": ["-y", "acme-docs@4.0.2"]}, gh=GH)})
    ours = approved.approve("docs")
    kept = ours.read_bytes()
    ours.unlink()
    approved.become({".mcp.json": servers(docs={**DOCS, "args": ["-y", "acme-docs@4.0.3"]}, gh=GH)})
    approved.approve("docs")
    ours.write_bytes(kept)
    approved.stage()
    assert approved.codes() == ["MCG809"]
    assert "approve different states" in messages(approved)
    approved.approve("docs", reason="Merge of both branches, reviewed by the owner")
    approved.stage()
    assert approved.codes() == []


def test_self_added_signer(signed) -> None:
    add_api(signed)
    signed.signers(OWNER, BOT)
    record = signed.approve("api", sign=OWNER)
    signed.edit(record, by=BOT)
    signed.sign(record, BOT)
    signed.stage()
    assert signed.codes() == ["MCG810", "MCG811"]


def test_self_added_signer_that_approves_itself(signed) -> None:
    signed.signers(OWNER, BOT)
    record = signed.approve("@signers", sign=OWNER)
    signed.edit(record, by=BOT)
    signed.sign(record, BOT)
    signed.stage()
    assert signed.codes() == ["MCG811"]


def test_downgrade_to_unsigned(signed) -> None:
    add_api(signed)
    signed.policy(mode="record")
    record = signed.approve("api", sign=OWNER)
    Path(f"{record}.sig").unlink()
    signed.stage()
    assert signed.codes() == ["MCG810", "MCG811"]
    assert "signed -> record" in messages(signed)


def test_widened_policy(approved) -> None:
    approved.policy(exclude=["**"])
    approved.become({".mcp.json": servers(docs=DOCS)})
    assert approved.codes() == ["MCG802", "MCG811"]


def test_edited_old_record(approved) -> None:
    record = next((approved.path / ".mcp-guard/approvals").glob("*.json"))
    approved.become({".mcp.json": servers(docs={**DOCS, "args": ["evil"]}, gh=GH)})
    honest = approved.approve("docs")
    after = json.loads(honest.read_text())["changes"][0]["after"]
    honest.unlink()
    body = json.loads(record.read_text())
    for one in body["changes"]:
        one["after"] = after if one["server"] == "docs" else one["after"]
    approved.edit(record, changes=body["changes"])
    approved.stage()
    assert approved.codes() == ["MCG803", "MCG809"]


def test_deleted_old_record(approved) -> None:
    next((approved.path / ".mcp-guard/approvals").glob("*.json")).unlink()
    approved.stage()
    assert approved.codes() == ["MCG809"]


def test_deleted_signature(signed) -> None:
    add_api(signed)
    record = signed.approve("api", sign=OWNER)
    signed.commit(message="api")
    Path(f"{record}.sig").unlink()
    signed.stage()
    assert signed.codes() == ["MCG809"]


def test_deleted_folder(approved) -> None:
    shutil.rmtree(approved.path / ".mcp-guard")
    approved.become({".mcp.json": servers(docs=DOCS)})
    assert approved.codes() == ["MCG802", "MCG809"]


def test_record_with_conflict_markers(approved) -> None:
    record = next((approved.path / ".mcp-guard/approvals").glob("*.json"))
    text = record.read_text()
    record.write_text(f"<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> other\n")
    approved.stage()
    assert approved.codes() == ["MCG809"]


def test_approval_for_another_server(approved) -> None:
    approved.become({".mcp.json": servers(docs={**DOCS, "args": ["x@1.0.0"]}, gh=GH)})
    record = approved.approve("docs")
    kept = record.read_bytes()
    record.unlink()
    approved.become({".mcp.json": servers(docs=DOCS, gh={"command": "./scripts/gh.sh", "args": ["--all"]})})
    record.write_bytes(kept)
    approved.stage()
    assert approved.codes() == ["MCG803", "MCG813"]


def test_approval_of_other_content(approved) -> None:
    approved.become({".mcp.json": servers(docs={**DOCS, "args": ["-y", "acme-docs@4.0.2"]}, gh=GH)})
    approved.approve("docs")
    approved.become({".mcp.json": servers(docs={**DOCS, "args": ["-y", "acme-docs@9.9.9"]}, gh=GH)})
    approved.stage()
    assert approved.codes() == ["MCG803"]


@pytest.mark.parametrize("until", ["20200101", "20300101"])
def test_expired_signer(approved, until) -> None:
    approved.signers(OWNER, options=f'namespaces="mcp-config-guard",valid-before="{until}"')
    approved.policy(mode="signed")
    approved.commit(message="sign from now on")
    add_api(approved)
    record = approved.approve("api", sign=OWNER)
    approved.edit(record, at="2019-06-01T00:00:00Z")  # dated back into the validity
    approved.sign(record, OWNER)
    approved.stage()
    assert approved.codes() == (["MCG810"] if until < time.strftime("%Y%m%d") else [])


def test_unsigned_record_that_changes_nothing_is_refused_too(signed) -> None:
    record = signed.approve("docs", accept=("MCG301",), sign=OWNER)
    Path(f"{record}.sig").unlink()
    signed.stage()
    assert signed.codes() == ["MCG810"]


def test_without_ssh_keygen_nothing_is_verified_and_nothing_passes(signed, monkeypatch, tmp_path) -> None:
    add_api(signed)
    signed.approve("api", sign=OWNER)
    signed.stage()
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "git").symlink_to(shutil.which("git"))
    monkeypatch.setenv("PATH", str(folder))
    assert signed.codes() == ["MCG810"]
    assert "ssh-keygen is not on PATH" in messages(signed)


def test_own_approval(approved, monkeypatch) -> None:
    approved.policy(require_second_person=True)
    approved.commit(message="four eyes")
    add_api(approved)
    approved.approve("api")
    approved.stage()
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", OWNER.upper())
    assert approved.codes() == ["MCG814"]
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "bob@example.com")
    assert approved.codes() == []


@pytest.mark.parametrize("name", ["MCG801", "MCG8", "MCG101", "MCG203"])
def test_no_option_lowers_a_fixed_rule(approved, name) -> None:
    code, out = approved.run("--severity", f"{name}=off")
    assert (code, out) == (2, "")
    assert f"--severity {name}=off" in approved.error
    code, out = approved.run("--allow", f"{name}*:**=a reason that sounds well")
    assert (code, out) == (2, "")


def test_a_wide_prefix_leaves_fixed_rules_alone(approved) -> None:
    approved.become({".mcp.json": servers(docs=DOCS)})
    assert approved.codes("--severity", "MCG=off") == ["MCG802"]


def test_trust_is_read_from_the_base_of_a_range(signed) -> None:
    base = signed.git("rev-parse", "HEAD").strip()
    signed.signers(OWNER, BOT)
    signed.commit(message="first the key")
    add_api(signed)
    record = signed.approve("api", sign=OWNER)
    signed.edit(record, by=BOT)
    signed.sign(record, BOT)
    signed.commit(message="then the server")
    os.environ["PRE_COMMIT_FROM_REF"], os.environ["PRE_COMMIT_TO_REF"] = base, "HEAD"
    try:
        assert signed.codes() == ["MCG810", "MCG811"]
    finally:
        del os.environ["PRE_COMMIT_FROM_REF"], os.environ["PRE_COMMIT_TO_REF"]
