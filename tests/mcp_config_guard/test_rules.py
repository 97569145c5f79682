"""The examples in the documentation of every rule: the bad one breaks the rule, the good one does not."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from guardrail_hooks.core import explain
from guardrail_hooks.mcp_config_guard.cli import HOOK

from tests.mcp_config_guard.conftest import DEVELOPER, DOCS, GH, OWNER, SCRIPT, servers

RULES = {rule.code: rule for rule in HOOK.rules}
# What examples leave out on purpose; put together here, so that no scanner takes this file for a leak.
SECRETS = {
    "<a real token>": "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "<random>": "q7Xz" + "T2mV9pLk4RwB8sYd",
    "<password>": "q7Xz" + "T2mV9pLk",
}
PYTHON_SERVER = {"mode": "100644", "content": "print()\n"}
BESIDE = {
    "MCG205": {".env": "TOKEN=x\n"},
    "MCG304": {"scripts/kit.sh": SCRIPT},
    "MCG305": {".mcp-guard/policy.json": '{"version": 1, "allowed_packages": ["acme-*"]}\n'},
    "MCG401": {"tools/docs_server.py": PYTHON_SERVER},
    "MCG403": {"scripts/mcp/docs.sh": SCRIPT},
    "MCG405": {"scripts/docs.sh": SCRIPT},
    "MCG406": {"scripts/docs.sh": SCRIPT},
    "MCG506": {".mcp-guard/policy.json": '{"version": 1, "allowed_hosts": ["docs.example.com"]}\n'},
    "MCG602": {".mcp.json": servers(docs=DOCS)},
}
SHOWN_AS_COMMANDS = {"MCG404"}
LINT = sorted(code for code in RULES if code < "MCG8" and code not in SHOWN_AS_COMMANDS)


def tree_of(code: str, example: str) -> dict:
    """The repository that an example describes."""
    for mark, value in SECRETS.items():
        example = example.replace(mark, value)
    root = example.split('"')[1]
    if root in ("servers", "inputs"):
        path = ".vscode/mcp.json"
    elif root.startswith("mcpServer"):
        path = ".mcp.json"
    else:
        path = ".claude/settings.json"
    return {**BESIDE.get(code, {}), path: example}


def found(repository, tree: dict, before=()) -> set[str]:
    """The codes of an audit of a repository."""
    repository.become(tree, before)
    repository.git("commit", "-qm", "as shown")
    return {row.split()[0] for row in repository.found()}


@pytest.mark.parametrize("code", LINT)
def test_examples_of_lint(guarded, code) -> None:
    rule = RULES[code]
    bad = tree_of(code, rule.bad)
    assert code in found(guarded, bad)
    if code == "MCG205":  # the good example is what keeps the file out of git
        good = {".gitignore": rule.good.partition("\n")[2], **{path: bad[path] for path in bad if path != ".env"}}
    else:
        good = tree_of(code, rule.good)
    assert code not in found(guarded, good, bad)


def test_example_of_the_executable_bit(guarded) -> None:
    rule = RULES["MCG404"]
    bad = {".mcp.json": servers(docs={"command": "./scripts/docs.sh"}), "scripts/docs.sh": SCRIPT["content"]}
    assert "MCG404" in found(guarded, bad)
    listed = guarded.git("ls-files", "-s", "scripts/docs.sh").split()
    assert rule.bad.splitlines()[1].split() == [listed[0], "...", listed[-1]]
    guarded.git(*rule.good.split()[2:])
    guarded.git("commit", "-qm", "executable")
    assert "MCG404" not in {row.split()[0] for row in guarded.found()}


CHANGES = {
    "MCG801": {".mcp.json": servers(docs=DOCS, gh=GH, api={"type": "http", "url": "https://api.example.com/mcp"})},
    "MCG802": {".mcp.json": servers(gh=GH)},
    "MCG803": {".mcp.json": servers(docs={**DOCS, "args": ["-y", "acme-docs@4.0.2"]}, gh=GH)},
    "MCG804": {".mcp.json": servers(docs={**DOCS, "disabled": True}, gh=GH)},
    "MCG805": {".mcp.json": servers(handbook=DOCS, gh=GH)},
    "MCG806": {"scripts/gh.sh": {"mode": "100755", "content": "#!/bin/sh\nexec npx -y acme-gh@1.0.1\n"}},
    "MCG807": {"scripts/gh.sh": {"mode": "100644", "content": SCRIPT["content"]}},
    "MCG808": {".mcp.json": None},
    "MCG811": {".mcp-guard/policy.json": '{"version": 1, "mode": "record", "exclude": ["**"]}\n'},
}


@pytest.mark.parametrize("code", sorted(CHANGES))
def test_a_change_is_refused_until_it_is_approved(approved, code) -> None:
    for path, content in CHANGES[code].items():
        if content is None:
            (approved.path / path).unlink()
        else:
            approved.place(path, content)
    approved.stage()
    assert approved.codes() == [code]
    approved.approve()
    approved.stage()
    assert approved.codes() == []
    assert "mcp-config-approve" in RULES[code].good


def record_of(repository):
    """The one record there is."""
    return next((repository.path / ".mcp-guard/approvals").glob("*.json"))


def test_example_of_an_edited_record(approved) -> None:
    approved.edit(record_of(approved), reason="Another reason that sounds well reviewed")
    approved.stage()
    assert approved.codes() == ["MCG809"]
    words = RULES["MCG809"].good.split()[2:]
    approved.git(*words)
    assert approved.codes() == []


def test_examples_of_approvals_that_do_not_count(approved) -> None:
    approved.become(CHANGES["MCG803"])
    record = approved.approve("docs")
    approved.edit(record, reason="update")
    approved.stage()
    assert approved.codes() == ["MCG812"]
    record.unlink()
    approved.stage()
    approved.approve("docs")
    approved.stage()
    assert approved.codes() == []


def test_example_of_a_signature(signed) -> None:
    signed.become(CHANGES["MCG803"])
    record = signed.approve("docs")
    signed.stage()
    assert signed.codes() == ["MCG810"]
    signed.sign(record, OWNER)
    signed.stage()
    assert signed.codes() == []


def test_example_of_a_needless_approval(approved) -> None:
    approved.become(CHANGES["MCG803"])
    approved.approve("docs")
    approved.git("checkout", "HEAD", "--", ".mcp.json")
    approved.stage()
    assert approved.codes() == ["MCG813"]
    approved.git("reset", "-q", "--hard")
    assert approved.codes() == []


def test_example_of_an_approval_of_ones_own(approved) -> None:
    approved.policy(require_second_person=True)
    approved.commit(message="two people")
    approved.become(CHANGES["MCG803"])
    record = approved.approve("docs", by=DEVELOPER)
    approved.stage()
    assert approved.codes() == ["MCG814"]
    record.unlink()
    approved.stage()
    approved.approve("docs", by=OWNER)
    approved.stage()
    assert approved.codes() == []


def test_example_of_servers_without_records(approved) -> None:
    shutil.rmtree(approved.path / ".mcp-guard")
    approved.commit(message="nothing is recorded")
    assert approved.codes() == ["MCG815"]
    approved.approve()
    approved.commit(message="recorded")
    assert approved.codes() == []


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_rule_explains_itself(code) -> None:
    page = explain.explain(HOOK.all_rules, code)
    assert page.startswith(code)
    assert RULES[code].bad.strip().splitlines()[0] in page
    assert not re.search(r"\{\w+\}", RULES[code].what + RULES[code].why)
    if RULES[code].good.startswith("{") and code != "MCG103":
        json.loads(RULES[code].good)
