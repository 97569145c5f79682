"""What a run may load and start."""

from __future__ import annotations

import subprocess

import pytest

from tests.changelog_required.test_cases import index_of
from tests.end_to_end.test_changelog_required import BASE, ENTRY
from tests.test_diet import NEVER, run

HOOK = "guardrail_hooks.changelog_required"


@pytest.fixture
def project(repository, monkeypatch):
    repository.commit({"CHANGELOG.md": BASE, "src/app.py": "x = 1\n", "uv.lock": "1"})
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    return repository


def modules_of(project, *arguments: str, code: int = 0) -> set[str]:
    outcome, modules = run(project, "changelog_required", *arguments)
    assert outcome == code
    assert not NEVER & modules
    return modules


def test_a_commit_with_its_entry(project) -> None:
    project.stage({"src/app.py": "x = 2\n", "CHANGELOG.md": ENTRY})
    modules = modules_of(project)
    unwanted = ("fragments", "fragment_tools", "waivers", "texts", "charges", "rule18", "lint_rule18", "fix", "audit")
    assert not {f"{HOOK}.{name}" for name in unwanted} & modules
    assert not any(name.startswith(("ruamel", "identify", "tomllib", "difflib", "datetime")) for name in modules)


def test_nothing_relevant(project) -> None:
    project.stage({"uv.lock": "2"})
    modules = modules_of(project)
    assert not {f"{HOOK}.{name}" for name in ("run", "log", "verdict", "docket", "headings")} & modules


def test_a_finding(project) -> None:
    project.stage({"src/app.py": "x = 2\n"})
    modules_of(project, code=1)


def test_identify_is_loaded_where_types_are_asked_for(project) -> None:
    project.stage({"notes.md": "words\n"})
    modules = run(project, "changelog_required", "--exempt-types=markdown")[1]
    assert any(name.startswith("identify") for name in modules)


@pytest.fixture
def traced(project, tmp_path):
    """Counts the git processes of a run."""
    log, trace = tmp_path / "log", tmp_path / "bin"
    real = subprocess.run(["which", "git"], capture_output=True, text=True, check=True).stdout.strip()
    trace.mkdir()
    (trace / "git").write_text(f'#!/bin/sh\necho "$1" >> "{log}"\nexec "{real}" "$@"\n')
    (trace / "git").chmod(0o755)

    def started(*arguments: str) -> list[str]:
        log.unlink(missing_ok=True)
        run(project, "changelog_required", *arguments, trace=trace)
        return sorted(log.read_text().split())

    return started


def test_processes_of_a_commit(project, traced) -> None:
    assert traced() == ["diff-index"]
    project.stage({"uv.lock": "2"})
    assert traced() == ["diff-index"]
    project.stage({"src/app.py": "x = 2\n"})
    before = index_of(project)
    assert traced() == ["cat-file", "diff-index", "ls-files"]
    project.stage({"CHANGELOG.md": ENTRY})
    assert traced() == ["cat-file", "diff-index", "ls-files"]
    assert index_of(project) != before


def test_processes_of_an_amendment(project, traced, monkeypatch) -> None:
    project.commit({"src/app.py": "x = 2\n"})
    name, email, date = project.git("log", "-1", "--date=raw", "--format=%an%n%ae%n%ad").splitlines()
    monkeypatch.setenv("GIT_AUTHOR_NAME", name)
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", email)
    monkeypatch.setenv("GIT_AUTHOR_DATE", f"@{date}")
    project.stage({"src/app.py": "x = 3\n"})
    assert traced() == ["cat-file", "diff-index", "diff-tree", "ls-files"]


def test_processes_of_a_message(project, traced, tmp_path) -> None:
    project.stage({"src/app.py": "x = 2\n"})
    (tmp_path / "message").write_text("Mend\n\nChangelog: none (only a comment)\n")
    assert traced(str(tmp_path / "message")) == ["cat-file", "diff-index", "interpret-trailers", "ls-files"]


def test_processes_of_a_merge(project, traced) -> None:
    project.git("checkout", "-q", "-b", "side")
    project.commit({"src/app.py": "x = 2\n", "CHANGELOG.md": ENTRY})
    project.git("checkout", "-q", "main")
    project.commit({"other": "1"})
    project.git("merge", "-q", "--no-ff", "--no-commit", "side")
    assert traced() == ["cat-file", "diff-index", "diff-index", "ls-files"]


def test_processes_of_a_range(project, traced, monkeypatch) -> None:
    monkeypatch.delenv("GIT_INDEX_FILE")
    first = project.git("rev-parse", "HEAD").strip()
    project.commit({"src/app.py": "x = 2\n"})
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", first)
    monkeypatch.setenv("PRE_COMMIT_TO_REF", "HEAD")
    assert traced() == ["cat-file", "diff-tree", "log", "ls-tree"]


def test_processes_of_a_ci_run_and_an_audit(project, traced, monkeypatch) -> None:
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert traced() == ["cat-file", "diff-index", "ls-files", "ls-files"]
    project.git("checkout", "-q", "-b", "feature")
    project.commit({"src/app.py": "x = 2\n"})
    project.git("update-ref", "refs/remotes/origin/main", "main")
    monkeypatch.setenv("GITHUB_BASE_REF", "main")
    assert traced() == ["cat-file", "diff-index", "log", "ls-files"]
