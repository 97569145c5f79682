"""Which change is judged, by whose policy, how much of it, and what a run leaves behind."""

from __future__ import annotations

import json
import os

import pytest

from tests.mcp_config_guard.conftest import API, DEVELOPER, DOCS, GH, OWNER, SCRIPT, servers
from tests.started import Started

CHANGED = servers(docs={**DOCS, "args": ["-y", "acme-docs@4.0.2"]}, gh=GH)
FLOATING = {"command": "npx", "args": ["-y", "acme-docs"]}
GATE = "repos:\n- repo: https://example.com/hooks\n  rev: v1\n  hooks:\n  - id: mcp-config-guard\n"


@pytest.fixture
def started(monkeypatch):
    """The programs that were started."""
    return Started(monkeypatch)


def commands_of(repository, started, *arguments) -> list[str]:
    started.forget()
    repository.run(*arguments)
    assert started.left() == []
    return started.commands


def test_file_names_are_refused_with_what_to_set(guarded) -> None:
    code, out = guarded.run("a.json", "b.json")
    assert (code, out) == (2, "")
    assert guarded.error == (
        "mcp-config-guard: error: a.json: this hook judges the whole change and takes no file names; "
        "set pass_filenames: false, as its manifest does\n"
    )


def test_a_base_that_is_not_there_leaves_no_process_behind(guarded, started) -> None:
    guarded.commit({".mcp.json": servers(docs=DOCS)})
    assert guarded.run("--base", "nowhere") == (2, "")
    assert "--base nowhere is not in this clone" in guarded.error
    assert started.left() == []


def test_a_commit_of_nothing_is_not_judged(guarded, monkeypatch, started) -> None:
    guarded.commit({".mcp.json": servers(docs=FLOATING)})
    assert guarded.found() != []
    monkeypatch.setenv("GIT_INDEX_FILE", str(guarded.path / ".git/index"))
    assert guarded.run() == (0, "")
    assert started.left() == []


def test_a_range_is_judged_as_its_head_has_it_whatever_is_staged(approved, monkeypatch) -> None:
    approved.commit({".mcp.json": CHANGED}, message="unapproved")
    approved.commit({".mcp.json": servers(docs=DOCS, gh=GH)}, message="back again")
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", "HEAD~2")
    monkeypatch.setenv("PRE_COMMIT_TO_REF", "HEAD~1")
    assert approved.found() == ["MCG803 .mcp.json:3 docs"]
    monkeypatch.setenv("PRE_COMMIT_TO_REF", "HEAD")
    approved.stage({".mcp.json": CHANGED})
    assert approved.found() == []


def test_the_only_file_may_be_the_one_that_goes(guarded) -> None:
    guarded.commit({".mcp.json": servers(docs=DOCS), "a.txt": "x"})
    guarded.git("rm", "-q", ".mcp.json")
    assert guarded.found() == ["MCG808 .mcp.json:1 .mcp.json"]


def test_the_hooks_own_entry_is_guarded_without_any_server(guarded) -> None:
    guarded.commit({".pre-commit-config.yaml": GATE})
    guarded.stage({".pre-commit-config.yaml": "repos: []\n"})
    assert guarded.found() == ["MCG811 .pre-commit-config.yaml:1 @gate"]


def test_a_file_named_on_the_command_line_is_linted_and_not_controlled(guarded) -> None:
    guarded.commit({"a.txt": "x"})
    guarded.stage({"tools/mcp.conf": servers(docs=FLOATING)})
    assert guarded.found() == []
    assert guarded.found("--extra-file=tools/*.conf") == ["MCG301 tools/mcp.conf:7 docs"]
    guarded.commit()
    assert guarded.found("--extra-file=tools/*.conf") == ["MCG301 tools/mcp.conf:7 docs"]
    guarded.stage({"a.txt": "y"})
    assert guarded.found("--extra-file=tools/*.conf") == []


def test_a_file_named_on_the_command_line_beside_those_that_are_known(guarded) -> None:
    guarded.policy(extra_files=["own/*.conf"])
    guarded.commit({"own/mcp.conf": servers(own=FLOATING), ".mcp.json": servers(docs=FLOATING)})
    linted = [row for row in guarded.found("--extra-file=tools/*.conf") if not row.startswith("MCG8")]
    assert linted == ["MCG301 .mcp.json:7 docs", "MCG301 own/mcp.conf:7 own"]
    guarded.stage({"tools/mcp.conf": servers(more=FLOATING), "own/mcp.conf": servers(own={**FLOATING, "cwd": "x"})})
    linted = [row for row in guarded.found("--extra-file=tools/*.conf") if not row.startswith("MCG8")]
    assert linted == ["MCG301 own/mcp.conf:7 own", "MCG301 tools/mcp.conf:7 more"]


AWAY = servers(docs={"command": "/srv/app/run.sh"}, gh={"command": "/opt/app/run.sh"})


def test_a_place_of_deployment_on_the_command_line_adds_to_those_of_the_policy(guarded) -> None:
    guarded.policy(root_aliases=["/srv/app"])
    guarded.become({".mcp.json": AWAY, "run.sh": SCRIPT})
    guarded.commit()
    every = [row for row in guarded.found() if not row.startswith("MCG8")]
    assert every == ["MCG405 .mcp.json:7 gh"]
    assert [row for row in guarded.found("--root-aliases=/opt/app") if not row.startswith("MCG8")] == []


def test_a_policy_counts_from_the_change_that_makes_the_folder(guarded) -> None:
    guarded.commit({"vendor/.mcp.json": servers(docs=DOCS)})
    guarded.policy(exclude=["vendor/**"])
    guarded.stage({"vendor/.mcp.json": servers(docs=FLOATING)})
    assert guarded.found() == []


def test_a_policy_of_the_base_decides_about_the_change(approved) -> None:
    approved.policy(exclude=["vendor/**"])
    approved.stage({"vendor/.mcp.json": servers(docs=DOCS)})
    assert approved.found() == ["MCG811 .mcp-guard/policy.json:1 @policy", "MCG801 vendor/.mcp.json:3 docs"]


def test_an_audit_names_what_is_approved_and_not_there(approved) -> None:
    approved.commit({".mcp.json": servers(docs=DOCS)}, message="past the hook")
    assert approved.found() == ["MCG802 .mcp.json:2 gh"]


def test_an_audit_names_what_is_approved_though_no_file_is_left(approved) -> None:
    (approved.path / ".mcp.json").unlink()
    approved.commit(message="past the hook")
    assert approved.found() == ["MCG808 .mcp.json:1 .mcp.json"]


def test_a_file_that_cannot_be_read_is_told_in_an_audit_and_in_the_change_that_brings_it(guarded) -> None:
    guarded.stage({".mcp.json": '{"mcpServers": '})
    assert guarded.found() == ["MCG101 .mcp.json:1 .mcp.json"]
    guarded.commit()
    assert guarded.found() == ["MCG101 .mcp.json:1 .mcp.json"]


def test_an_audit_names_protected_files_that_are_not_on_record(approved) -> None:
    approved.policy(protect=["tools/*"])
    approved.commit({"tools/a.py": "1\n"}, message="past the hook")
    assert approved.found() == ["MCG806 tools/a.py:1 tools/a.py"]


def test_an_audit_without_records_names_servers_once(guarded) -> None:
    guarded.commit({".mcp.json": servers(docs=DOCS, api=API)})
    assert guarded.found() == ["MCG815 .mcp-guard/approvals:1 .mcp-guard/approvals"]


def test_an_approval_in_stock_counts_though_its_server_is_not_touched(approved) -> None:
    approved.become({".mcp.json": CHANGED})
    approved.approve("docs")
    approved.git("checkout", "HEAD", "--", ".mcp.json")
    approved.stage({"a.txt": "y"})
    assert approved.found() == ["MCG813 .mcp.json:3 docs"]


def test_only_what_is_touched_is_linted_but_files_are_as_a_whole(guarded) -> None:
    guarded.commit({".mcp.json": servers(docs=FLOATING, gh=FLOATING)})
    guarded.stage({".mcp.json": servers(docs=FLOATING, gh={**FLOATING, "cwd": "x"})})
    assert guarded.found() == ["MCG803 .mcp.json:10 gh", "MCG301 .mcp.json:14 gh"]
    remarked = "// both float\n" + servers(docs=FLOATING, gh=FLOATING)
    guarded.stage({".mcp.json": remarked})
    assert guarded.found() == ["MCG103 .mcp.json:1 .mcp.json"]
    guarded.commit()
    guarded.stage({"sub/.mcp.json": "// none\n" + servers()})
    assert guarded.found() == ["MCG103 sub/.mcp.json:1 sub/.mcp.json"]


def test_a_changed_script_is_linted_with_the_server_that_runs_it(approved) -> None:
    script = "#!/bin/sh\nexec npx -y acme-gh\n"
    approved.become({"scripts/gh.sh": {"mode": "100755", "content": script}})
    assert approved.found() == ["MCG301 .mcp.json:11 gh", "MCG806 scripts/gh.sh:1 gh"]


@pytest.fixture
def by_two(approved):
    """Approvals by a second person, and a range of three commits by three people that brings a server."""
    approved.policy(require_second_person=True)
    approved.commit(message="four eyes")
    return approved


def test_no_author_of_a_range_may_approve_it(by_two, monkeypatch) -> None:
    base = by_two.git("rev-parse", "HEAD").strip()
    by_two.write(".mcp.json", CHANGED)
    by_two.git("commit", "-qam", "by the owner", f"--author=Alice <{OWNER.upper()}>")
    by_two.approve("docs")
    by_two.git("add", "-A")
    by_two.git("commit", "-qm", "approved", f"--author=Dev <{DEVELOPER}>")
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", base)
    monkeypatch.setenv("PRE_COMMIT_TO_REF", "HEAD")
    assert by_two.codes() == ["MCG814"]
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", "HEAD~1")
    assert by_two.codes() == []


def test_the_author_of_the_commit_in_the_making_is_who_git_says(by_two, monkeypatch) -> None:
    by_two.become({".mcp.json": CHANGED})
    by_two.approve("docs")
    by_two.stage()
    monkeypatch.delenv("GIT_AUTHOR_EMAIL")
    by_two.git("config", "user.email", OWNER.upper())
    assert by_two.codes() == ["MCG814"]
    by_two.git("config", "user.email", "bob@example.com")
    assert by_two.codes() == []


def test_an_author_that_git_tells_is_not_asked_for_again(by_two, started) -> None:
    by_two.become({".mcp.json": CHANGED})
    assert "var" not in commands_of(by_two, started)


def raw_commit(repository, message: str) -> str:
    """A commit of what is staged, as an importer may write it: its author's address is no UTF-8."""
    tree, parent = repository.git("write-tree").strip(), repository.git("rev-parse", "HEAD").strip()
    people = b"author Odd <\xe4@example.com> 1 +0000\ncommitter Odd <\xe4@example.com> 1 +0000\n"
    raw = f"tree {tree}\nparent {parent}\n".encode() + people + f"\n{message}\n".encode()
    path = repository.path.parent / "commit"
    path.write_bytes(raw)
    return repository.git("hash-object", "-t", "commit", "-w", str(path)).strip()


def test_authors_whose_address_is_no_text(by_two, monkeypatch) -> None:
    by_two.become({".mcp.json": CHANGED})
    by_two.approve("docs")
    by_two.stage()
    by_two.git("config", "user.email", os.fsdecode(b"\xe4@example.com"))
    with monkeypatch.context() as patch:
        patch.delenv("GIT_AUTHOR_EMAIL")
        assert by_two.codes() == []
    odd = raw_commit(by_two, "upgrade")
    with monkeypatch.context() as patch:
        patch.setenv("PRE_COMMIT_FROM_REF", "HEAD")
        patch.setenv("PRE_COMMIT_TO_REF", odd)
        assert by_two.codes() == []
    by_two.git("reset", "-q", "--hard")
    by_two.commit({"a.txt": "x"})
    by_two.git("merge", "-q", "--no-ff", "--no-commit", odd)
    assert by_two.codes() == []


def test_who_is_merged_may_not_approve_the_merge(by_two) -> None:
    by_two.git("checkout", "-q", "-b", "side")
    by_two.write(".mcp.json", CHANGED)
    by_two.git("commit", "-qam", "upgrade", f"--author=Alice <{OWNER}>")
    by_two.git("checkout", "-q", "main")
    by_two.commit({"a.txt": "x"})
    by_two.git("merge", "-q", "--no-ff", "--no-commit", "side")
    by_two.approve("docs")
    by_two.stage()
    assert by_two.codes() == ["MCG814"]


def test_the_author_of_ones_own_branch_may_approve_what_others_bring(by_two) -> None:
    by_two.git("checkout", "-q", "-b", "side")
    by_two.write(".mcp.json", CHANGED)
    by_two.git("commit", "-qam", "upgrade", "--author=Bob <bob@example.com>")
    by_two.git("checkout", "-q", "main")
    by_two.write("a.txt", "x")
    by_two.git("add", "-A")
    by_two.git("commit", "-qm", "other", f"--author=Alice <{OWNER}>")
    by_two.git("merge", "-q", "--no-ff", "--no-commit", "side")
    by_two.approve("docs")
    by_two.stage()
    assert by_two.codes() == []


ALLOWED = """\
{
  "servers": {
    // guardrail: allow[MCG301] reviewed weekly by the owner
    "docs": {"command": "npx", "args": ["-y", "acme-docs"]},
    "gh": {
      "command": "npx",
      "args": ["-y", "acme-gh"] // guardrail: allow[MCG301] reviewed weekly as well
    }
  }
}
"""


def lint_of(repository, text: str) -> list[str]:
    repository.stage({".vscode/mcp.json": text})
    return [row for row in repository.found() if not row.startswith("MCG8")]


def test_comments_of_servers_that_are_not_judged_are_not_called_unused(guarded) -> None:
    above = "ALW002 .vscode/mcp.json:3 allow[MCG301] reviewed weekly by the owner"
    behind = "ALW002 .vscode/mcp.json:7 allow[MCG301] reviewed weekly as well"
    guarded.commit({".vscode/mcp.json": ALLOWED})
    assert lint_of(guarded, ALLOWED.replace('"acme-docs"', '"acme-docs", "--all"')) == []
    assert lint_of(guarded, ALLOWED.replace('"acme-gh"', '"acme-gh", "--all"')) == []
    assert lint_of(guarded, ALLOWED.replace("acme-docs", "acme-docs@4.0.1")) == [above]
    assert lint_of(guarded, ALLOWED.replace("acme-gh", "acme-gh@1.0.0")) == [behind]
    both = ALLOWED.replace("acme-gh", "acme-gh@1.0.0").replace("acme-docs", "acme-docs@4.0.1")
    guarded.commit({".vscode/mcp.json": both})
    assert [row for row in guarded.found() if not row.startswith("MCG8")] == [above, behind]


@pytest.fixture
def pinned(guarded):
    """A server that runs nothing of the repository, approved."""
    guarded.commit({".mcp.json": servers(docs=DOCS)})
    guarded.approve()
    guarded.commit(message="approve")
    return guarded


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({}, id="an audit"),
        pytest.param({"a.txt": "y"}, id="a commit of other things"),
        pytest.param({".mcp.json": servers(docs=DOCS, api=API)}, id="a server"),
        pytest.param({".mcp-guard/policy.json": '{"version": 1}'}, id="the policy"),
    ],
)
def test_everything_is_read_from_one_process(pinned, started, files) -> None:
    pinned.stage(files)
    assert commands_of(pinned, started) == ["ls-files", "diff-index", "cat-file"]


def test_scripts_of_all_servers_are_read_from_one_process_for_each_side(guarded, started) -> None:
    wrappers = {f"scripts/{name}.sh": {"mode": "100755", "content": f"#!/bin/sh\n# {name}\n"} for name in "abc"}
    definitions = servers(**{name: {"command": f"./scripts/{name}.sh"} for name in "abc"})
    guarded.become({".mcp.json": definitions, **wrappers})
    guarded.commit()
    guarded.approve()
    guarded.commit(message="approve")
    assert commands_of(guarded, started) == ["ls-files", "diff-index", "cat-file", "cat-file"]
    guarded.stage({"other.txt": "x"})
    assert commands_of(guarded, started) == ["ls-files", "diff-index", "cat-file", "cat-file"]
    changed = {path: one | {"content": one["content"] + "exit\n"} for path, one in wrappers.items()}
    guarded.become(changed)
    both_sides_and_the_records = ["cat-file", "cat-file", "cat-file"]
    assert commands_of(guarded, started) == ["ls-files", "diff-index", "cat-file", *both_sides_and_the_records]


def test_a_range_does_not_look_at_the_index(pinned, started, monkeypatch) -> None:
    pinned.commit({".mcp.json": servers(docs=DOCS, api=API)}, message="unapproved")
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", "HEAD~1")
    monkeypatch.setenv("PRE_COMMIT_TO_REF", "HEAD")
    assert sorted(commands_of(pinned, started)) == ["cat-file", "diff-tree", "ls-tree"]


def test_a_repository_without_servers_costs_no_reading(guarded, started) -> None:
    guarded.commit({"a.txt": "x", ".pre-commit-config.yaml": GATE})
    assert commands_of(guarded, started) == ["ls-files", "diff-index"]
    guarded.stage({"a.txt": "y"})
    assert commands_of(guarded, started) == ["ls-files", "diff-index"]


def test_the_record_of_an_audit_is_a_list_of_findings_in_the_order_of_files(guarded) -> None:
    guarded.commit({"b/.mcp.json": servers(x=FLOATING), "a/.mcp.json": servers(x=FLOATING)})
    rows = json.loads(guarded.run("--format", "json")[1])
    assert [row["path"] for row in rows] == [".mcp-guard/approvals", "a/.mcp.json", "b/.mcp.json"]
