"""What people do: init, status, approve, log, on a real terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from guardrail_hooks.mcp_config_guard.approve import Draft

from tests.mcp_config_guard.conftest import API, BOT, DOCS, GH, OWNER, REASON, servers
from tests.mcp_config_guard.terminal import talk

PROGRAM = str(Path(sys.executable).parent / "mcp-config-guard")


@pytest.fixture
def person(guarded, monkeypatch):
    monkeypatch.setenv("GIT_COMMITTER_EMAIL", OWNER)
    guarded.commit({".mcp.json": servers(docs=DOCS)})
    return guarded


def say(repository, *arguments: str, answer: str | None = None, **environment: str) -> tuple[int, str]:
    return talk([PROGRAM, *arguments], repository.path, answer, environment)


def records(repository) -> list[dict]:
    folder = repository.path / ".mcp-guard/approvals"
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]


def test_init_then_approve_then_log(person) -> None:
    code, shown = say(person, "init", "--reason", REASON)
    assert code == 0, shown
    assert "first use: this trusts the present state" in shown
    person.commit(message="init")
    person.stage({".mcp.json": servers(docs=DOCS, api=API)})
    assert person.codes() == ["MCG801"]
    code, shown = say(person, "approve", MCP_APPROVE_REASON="Reviewed with the API team, ticket 12")
    assert code == 0, shown
    assert 'added server "api" in .mcp.json' in shown
    assert shown.splitlines()[-2] == "api"
    assert "git add .mcp-guard" in shown
    person.stage()
    assert person.codes() == []
    first, second = sorted(records(person), key=lambda one: one["reason"] != REASON)
    assert (first["by"], second["reason"]) == (OWNER, "Reviewed with the API team, ticket 12")
    code, out = person.run("log")
    assert code == 0
    assert f"{second['at']} {OWNER}: {second['reason']}" in out
    assert "  added api in .mcp.json" in out
    assert "api" not in person.run("log", "--server", "docs")[1]
    assert person.run("init", "--reason", REASON)[0] == 2


def test_the_first_approve_is_init(person) -> None:
    code, shown = say(person, "approve", "--reason", REASON)
    assert code == 0, shown
    assert [one["server"] for one in records(person)[0]["changes"]] == ["docs"]
    assert (person.path / ".mcp-guard/policy.json").exists()


@pytest.mark.parametrize("answer", ["", "yes", "doc", "docs api"])
def test_a_wrong_answer_approves_nothing(person, answer) -> None:
    code, shown = say(person, "init", "--reason", REASON, answer=answer)
    assert code == 2
    assert "the names do not match" in shown
    assert not (person.path / ".mcp-guard").exists()


def test_the_first_record_takes_all_by_their_number(person) -> None:
    person.commit({".mcp.json": servers(docs=DOCS, api=API)})
    code, shown = say(person, "init", "--reason", REASON, answer="all 3")
    assert code == 2
    assert "type `all 2`, or all of these names, separated by blanks:" in shown
    assert "nothing was approved: start again and type `all 2`, or api docs" in shown
    assert say(person, "init", "--reason", REASON, answer="all 2")[0] == 0
    assert [one["server"] for one in records(person)[0]["changes"]] == ["api", "docs"]


def test_later_approvals_take_names_only(approved) -> None:
    approved.write(".mcp.json", servers(docs={**DOCS, "args": ["-y", "acme-docs@4.0.2"]}))
    code, shown = say(approved, "approve", "--reason", REASON, answer="all 2")
    assert code == 2
    assert "type `all" not in shown


def test_the_first_record_does_not_call_protected_files_changed(person) -> None:
    policy = {"version": 1, "mode": "record", "protect": ["tools/**"]}
    person.commit({".mcp-guard/policy.json": json.dumps(policy), "tools/run.sh": "#!/bin/sh\n"})
    code, shown = say(person, "init", "--reason", REASON)
    assert code == 0, shown
    assert "tools/run.sh: not on record yet" in shown


@pytest.mark.parametrize(
    "reason", ["", "fix", "wip", "update mcp config", "Update the server config.", "..............."]
)
def test_a_reason_that_says_nothing_is_none(person, reason) -> None:
    code, shown = say(person, "init", "--reason", reason)
    assert code == 2
    assert "give a reason of fifteen characters" in shown


def test_without_a_terminal_nobody_approves(person) -> None:
    done = subprocess.run(
        [PROGRAM, "init", "--reason", REASON], cwd=person.path, capture_output=True, text=True, start_new_session=True
    )
    assert done.returncode == 2
    assert "no terminal: an approval is a person's decision" in done.stderr
    assert not (person.path / ".mcp-guard").exists()


def test_with_nothing_pending_nobody_is_asked(approved) -> None:
    code, out = approved.run("approve")
    assert (code, out) == (0, "nothing is pending\n")
    assert approved.run("status") == (0, "nothing is pending\n")


def test_status_shows_the_difference_of_what_is_only_on_disk(approved) -> None:
    approved.write(".mcp.json", servers(docs={**DOCS, "args": ["-y", "acme-docs@4.0.2"]}))
    code, out = approved.run("status")
    assert code == 1
    assert "args[1]: acme-docs@4.0.1 -> acme-docs@4.0.2" in out
    assert 'removed server "gh" in .mcp.json' in out


def test_status_lists_what_cannot_be_followed(approved) -> None:
    approved.stage({"scripts/gh.sh": '#!/bin/sh\n. "$LIB/common.sh"\n'})
    assert "not followed: scripts/gh.sh:2: $LIB/common.sh" in approved.run("status")[1]


def test_an_acceptance_is_bound_to_the_server(approved) -> None:
    floating = {"command": "npx", "args": ["-y", "acme-docs"]}
    approved.become({".mcp.json": servers(docs=floating, gh=GH)})
    approved.approve("docs")
    approved.stage()
    assert approved.found() == ["MCG301 .mcp.json:7 docs"]
    approved.approve("docs", accept=("MCG301",))
    approved.stage()
    assert approved.found() == []
    approved.commit(message="accepted")
    assert approved.found() == []
    approved.become({".mcp.json": servers(docs={**floating, "env": {"A": "b"}}, gh=GH)})
    assert approved.found() == ["MCG803 .mcp.json:3 docs", "MCG301 .mcp.json:7 docs"]


def test_an_old_finding_does_not_stop_other_work(guarded) -> None:
    guarded.commit({".mcp.json": servers(docs={"command": "npx", "args": ["acme"]}, gh={"command": "acme-gh"})})
    guarded.stage({"a.txt": "x"})
    assert guarded.found() == []
    guarded.stage({".mcp.json": servers(docs={"command": "npx", "args": ["acme"]})})
    assert guarded.found() == ["MCG802 .mcp.json:2 gh"]


def test_help_of_every_subcommand(guarded) -> None:
    for name in ("init", "status", "approve", "log"):
        code, out = guarded.run(name, "--help")
        assert code == 0
        assert out.startswith(f"usage: mcp-config-guard {name} ")


GATE = """\
repos:
- repo: https://example.com/hooks
  rev: v1
  hooks:
  - id: mcp-config-guard
"""


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param("repos: []\n", id="removed"),
        pytest.param(GATE.replace("v1", "v2"), id="another revision"),
        pytest.param(GATE + "    stages: [manual]\n", id="moved to another stage"),
        pytest.param(GATE + "    args: [--severity, MCG=off]\n", id="other arguments"),
        pytest.param(GATE + "ci:\n  skip: [mcp-config-guard]\n", id="skipped by the service"),
        pytest.param("repos: [", id="broken"),
    ],
)
def test_the_gate_guards_itself(guarded, changed) -> None:
    guarded.commit({".mcp.json": servers(docs=DOCS), ".pre-commit-config.yaml": GATE})
    guarded.approve()
    guarded.commit(message="init")
    guarded.stage({".pre-commit-config.yaml": GATE + "# a remark\n- repo: local\n  hooks: []\n"})
    assert guarded.codes() == []
    guarded.stage({".pre-commit-config.yaml": changed})
    assert guarded.found() == ["MCG811 .pre-commit-config.yaml:1 @gate"]
    guarded.approve("@gate")
    guarded.stage()
    assert guarded.found() == []


def test_policy_lists_make_everything_else_a_finding(guarded) -> None:
    guarded.policy(allowed_packages=["acme-*"], allowed_hosts=["*.example.com"])
    other = {"type": "http", "url": "https://api.example.net/mcp"}
    guarded.commit({".mcp.json": servers(docs=DOCS, x={"command": "npx", "args": ["other@1.0.0"]}, api=API, out=other)})
    found = [row for row in guarded.found() if not row.startswith("MCG8")]
    assert found == ["MCG305 .mcp.json:13 x", "MCG506 .mcp.json:22 out"]


def test_switching_to_signed_counts_from_the_first_signature_in_an_audit(signed) -> None:
    assert signed.codes() == []
    signed.become({".mcp.json": servers(docs=DOCS, gh=GH, api=API)})
    record = signed.approve("api", sign=OWNER)
    signed.commit(message="api")
    assert signed.codes() == []
    Path(f"{record}.sig").write_text("x")
    signed.commit(message="damaged past the hook")
    assert signed.codes() == ["MCG810"]
    assert os.path.exists(record)


def test_an_option_does_not_void_what_was_accepted(guarded) -> None:
    wrapper = {"mode": "100755", "content": "#!/bin/sh\nexec npx -y acme-gh\n"}
    guarded.become({".mcp.json": servers(gh={"command": "/opt/shop/scripts/gh.sh"}), "scripts/gh.sh": wrapper})
    guarded.approve(accept=("MCG301",))
    guarded.stage()
    assert guarded.found("--root-aliases", "/opt/shop") == []


def shown(repository) -> str:
    """What the person who approves is shown of all that is pending."""
    with repository.monkeypatch.context() as patch:
        patch.chdir(repository.path)
        draft = Draft(str(repository.path), "")
        return "\n".join(draft.described(draft.pending([])))


def test_nothing_is_cut_for_the_person_who_approves(approved) -> None:
    long = "--option " * 40
    approved.become({".mcp.json": servers(docs={**DOCS, "args": [long + "; curl evil.example"]}, gh=GH)})
    assert "; curl evil.example" in shown(approved)
    approved.approve()
    approved.commit()
    approved.become({".mcp.json": servers(docs={**DOCS, "args": ["x" + long + "; curl other.example"]}, gh=GH)})
    assert "; curl other.example" in shown(approved)
    approved.policy(exclude=[*("packages/one/of/many/**" for _ in range(20)), "everything/**"])
    assert "everything/**" in shown(approved)


def test_the_names_of_variables_are_shown_and_their_values_are_not(approved) -> None:
    hidden = {"env": {"NODE_OPTIONS": "--require ./x.js", "B": "c"}, "headers": {"X-Team": "docs"}}
    approved.become({".mcp.json": servers(docs=DOCS, gh=GH, new={"command": "x", **hidden})})
    text = shown(approved)
    assert "env: set (B, NODE_OPTIONS)" in text
    assert "headers: set (X-Team)" in text
    assert "--require" not in text
    approved.become({".mcp.json": servers(docs={**DOCS, **hidden}, gh=GH)})
    assert "env: added: set (B, NODE_OPTIONS)" in shown(approved)


def test_another_key_behind_the_same_comment_is_shown(signed) -> None:
    file = signed.path / ".mcp-guard/allowed_signers"
    line = file.read_text().rstrip()
    signed.commit({".mcp-guard/allowed_signers": f"{line} alice@laptop\n"}, message="merged past the hook")
    signed.key(BOT)
    other = (signed.keys / f"{BOT}.pub").read_text().split()[1]
    file.write_text(file.read_text().replace(line.split()[-1], other))
    added, removed = (
        next(row for row in shown(signed).splitlines() if row.startswith(f"  {what}")) for what in ("added", "removed")
    )
    assert added.removeprefix("  added") != removed.removeprefix("  removed")
    assert "SHA256:" in added
    assert other[-12:] not in added


def test_what_the_policy_no_longer_looks_after_is_not_missed(guarded) -> None:
    guarded.become({".mcp.json": servers(docs=DOCS), "examples/.mcp.json": servers(x=API), "lib/x": "1"})
    guarded.policy(protect=["lib/**"], extra_files=["conf/servers.json"])
    guarded.stage({"conf/servers.json": servers(y=API)})
    guarded.approve()
    guarded.commit()
    assert guarded.codes() == []
    guarded.policy(exclude=["examples/**"], protect=[], extra_files=[])
    guarded.approve()
    guarded.commit()
    assert guarded.codes() == []
    assert guarded.run("status") == (0, "nothing is pending\n")
    (guarded.path / ".mcp.json").unlink()
    guarded.commit(message="merged past the hook")
    assert guarded.codes() == ["MCG808"]


def test_without_a_key_nothing_is_written_where_the_policy_wants_signatures(signed) -> None:
    signed.become({".mcp.json": servers(docs=DOCS)})
    assert signed.run("approve", "--reason", "Not needed by anybody any more") == (2, "")
    assert "--sign ~/.ssh/<key>" in signed.error


def test_a_name_that_cannot_be_typed_is_typed_as_it_is_shown(person, monkeypatch) -> None:
    person.become({".mcp.json": servers(**{"a\u200bb": {"command": "x"}})})
    code, text = talk([PROGRAM, "init", "--reason", "State reviewed by the owner"], person.path, None, {})
    assert (code, "\\u200b" in text, "wrote .mcp-guard" in text) == (0, True, True)
