"""The recipes for CI services and other drivers, run as those would: refused what is bad, accepted what is good."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests import snippets
from tests.snippets import Snippet, Story

pytest.importorskip("termios", reason="stories are told on a Unix terminal")
pytestmark = pytest.mark.xdist_group("installation")
ALL = [snippet for page in snippets.pages() for snippet in snippets.read(page)]
ROOT_USER = "FROM node:22.11.0\nUSER root\n"
ENTRY = "# Changelog\n\n## Unreleased\n\n### Added\n\n- A shop.\n- A second page.\n"
# Every action that a page names, by the commit its version was tagged at (git rev-parse VERSION^{commit}).
ACTIONS = {
    "actions/checkout": ("3d3c42e5aac5ba805825da76410c181273ba90b1", "v7.0.1"),
    "github/codeql-action/upload-sarif": ("8aad20d150bbac5944a9f9d289da16a4b0d87c1e", "v4.36.2"),
}


def file(name: str) -> Snippet:
    """The snippet that is to be saved under this name."""
    return next(snippet for snippet in ALL if snippet.name == name)


def loaded(name: str) -> dict:
    """The same, read."""
    return YAML(typ="safe", pure=True).load(file(name).text)


class Proposal(Story):
    """A pull request: a branch off the main branch of an origin, with one commit that is good or bad."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        super().__init__(folder, "recipes", environment)
        snippets.clean_shop(self)
        self.git("clone", "-q", "--bare", ".", str(folder / "origin"))
        self.git("remote", "add", "origin", str(folder / "origin"))
        self.git("fetch", "-q", "origin")
        self.base = self.git("rev-parse", "HEAD").strip()
        self.git("switch", "-q", "-c", "proposal")

    def propose(self, *, good: bool) -> None:
        """Commit a change that all hooks accept, or one that two refuse."""
        self.git("reset", "-q", "--hard", self.base)
        files = {"page.html": "<p>Hello\n", "CHANGELOG.md": ENTRY} if good else {"Dockerfile": ROOT_USER}
        self.commit(files)

    def steps(self, lines: list[str]) -> tuple[int, str]:
        """Run the lines of a job, each in a shell that stops at the first error, until one fails."""
        shown = ""
        for line in lines:
            code, said = self.run(f"(set -eo pipefail\n{line}\n)")
            shown += said
            if code:
                return code, shown
        return 0, shown


@pytest.fixture
def proposal(tmp_path, request) -> Proposal:
    return Proposal(Path(os.path.realpath(tmp_path)), request.param)


on_github = pytest.mark.parametrize(
    "proposal", [{"GITHUB_ACTIONS": "true", "GITHUB_BASE_REF": "main", "CI": "true"}], indirect=True, ids=["github"]
)


def run_lines(job: dict) -> list[str]:
    """The shell lines of a GitHub job."""
    return [step["run"] for step in job["steps"] if "run" in step]


@on_github
def test_github_actions(proposal) -> None:
    hooks = run_lines(loaded(".github/workflows/guardrails.yml")["jobs"]["hooks"])
    proposal.propose(good=True)
    code, said = proposal.steps(hooks)
    assert code == 0, said
    proposal.propose(good=False)
    code, said = proposal.steps(hooks)
    assert code == 1
    assert re.search(r"(?m)^::error .*file=Dockerfile,line=2", said)
    assert "CHG101" in said
    sarif = run_lines(loaded(".github/workflows/code-scanning.yml")["jobs"]["sarif"])
    code, said = proposal.steps(sarif)
    assert code == 0, said
    reports = {path.stem: json.loads(path.read_text()) for path in (proposal.path / "sarif").iterdir()}
    assert {name: report["runs"][0]["tool"]["driver"]["name"] for name, report in reports.items()} == {
        name: name for name in reports
    }
    assert [result["ruleId"] for result in reports["no-root-dockerfile"]["runs"][0]["results"]] == ["USR001"]


@on_github
def test_a_clone_without_its_base_is_not_judged(proposal, tmp_path) -> None:
    """What the section promises of `fetch-depth: 0`."""
    proposal.propose(good=True)
    proposal.git("clone", "-q", "--depth", "1", f"file://{proposal.path}", str(tmp_path / "shallow"))
    code, said = proposal.run(f"cd {tmp_path}/shallow && changelog-required")
    assert code == 2
    assert "`fetch-depth: 0`" in said


def test_gitlab_ci(tmp_path) -> None:
    proposal = Proposal(Path(os.path.realpath(tmp_path)), {"GITLAB_CI": "true", "CI": "true"})
    proposal.environment["CI_MERGE_REQUEST_DIFF_BASE_SHA"] = proposal.base
    jobs = loaded(".gitlab-ci.yml")
    proposal.propose(good=True)
    code, said = proposal.steps(jobs["guardrails"]["script"])
    assert code == 0, said
    proposal.propose(good=False)
    code, said = proposal.steps(jobs["guardrails"]["script"])
    assert code == 1
    assert "USR001" in said
    assert "CHG101" in said
    code, said = proposal.steps(jobs["code-quality"]["script"])
    assert code == 0, said
    report = json.loads((proposal.path / jobs["code-quality"]["artifacts"]["reports"]["codequality"]).read_text())
    assert [row["check_name"].split()[0] for row in report] == ["USR001"]
    for job in jobs.values():
        assert job["variables"] == {"GIT_DEPTH": 0}


def test_pre_commit_ci(tmp_path) -> None:
    """All files, a shallow clone, no base and no network: files are judged, an entry cannot be asked for."""
    proposal = Proposal(Path(os.path.realpath(tmp_path)), {})
    for good in (True, False):
        proposal.propose(good=good)
        clone = tmp_path / f"clone-{good}"
        proposal.git("clone", "-q", "--depth", "1", f"file://{proposal.path}", str(clone))
        code, said = proposal.run(f"cd {clone} && pre-commit run --all-files")
        assert code == (0 if good else 1), said
        assert re.search(r"entry in the changelog\.+Passed", said)
        assert ("USR001" in said) is not good


def test_lefthook(tmp_path) -> None:
    proposal = Proposal(Path(os.path.realpath(tmp_path)), {"LEFTHOOK_OUTPUT": "execution,execution_out,summary"})
    proposal.commit({"lefthook.yml": file("lefthook.yml").text})
    assert proposal.run("lefthook validate")[0] == 0
    assert proposal.run("lefthook install")[0] == 0
    proposal.write("page.html", "<p>Hello\n")
    proposal.write("CHANGELOG.md", ENTRY)
    code, said = proposal.run("git commit -qm 'A second page'")
    assert code == 0, said
    proposal.write("Dockerfile", ROOT_USER)
    code, said = proposal.run("git commit -qm 'Let me in'")
    assert code == 1
    assert "USR001" in said
    assert "CHG101" in said


@on_github
def test_the_weekly_workflow(proposal) -> None:
    """Registries are asked by tests of the hook; here a stand-in finds the digest, and the pull request is opened."""
    jobs = loaded(".github/workflows/digests.yml")["jobs"]
    assert sorted(jobs) == ["fix", "verify"]
    origin = proposal.home / "origin"
    (fix,) = [line for line in run_lines(jobs["fix"]) if "--fix" in line]
    (request,) = [line for line in run_lines(jobs["fix"]) if "gh pr" in line]
    code, said = proposal.steps([*run_lines(jobs["verify"]), request])
    assert code == 0, said
    assert "pin-digests" not in proposal.git("-C", str(origin), "branch")
    pipx = proposal.home / "tools/pipx"
    digest = "sha256:" + "0" * 64
    pipx.write_text(f'#!/bin/sh\necho "$@" >> "$STAND_IN_LOG"\nsed -i "1s/$/@{digest}/" Dockerfile\nexit 1\n')
    code, said = proposal.steps([fix, request])
    assert code == 0, said
    assert proposal.git("-C", str(origin), "show", "pin-digests:Dockerfile").startswith(f"FROM node:22.11.0@{digest}")
    asked, opened = proposal.log.read_text().splitlines()
    assert asked.endswith("pinned-base-image --fix --policy digest")
    assert opened == "gh pr create --fill --head pin-digests"


@pytest.mark.parametrize("snippet", [pytest.param(one, id=one.name) for one in ALL if "uses:" in one.text])
def test_actions_are_pinned_by_commits_that_exist(snippet) -> None:
    used = re.findall(r"(?m)uses: (\S+)@(\S+) # (\S+)$", snippet.text)
    assert len(used) == snippet.text.count("uses:")
    for action, commit, version in used:
        assert ACTIONS[action] == (commit, version)


@pytest.mark.parametrize(
    "snippet", [pytest.param(one, id=one.name) for one in ALL if "uses: actions/checkout" in one.text]
)
def test_workflows_ask_for_no_more_than_they_need(snippet) -> None:
    workflow = loaded(snippet.name)
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        (checkout,) = [step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")]
        options = checkout.get("with", {})
        assert options.get("persist-credentials") is False or name == "fix"  # which pushes
        assert ("fetch-depth" in options) == ("digests" not in snippet.name)
