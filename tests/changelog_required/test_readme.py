"""The examples of README.md's section, run."""

from __future__ import annotations

import re

import pytest
from guardrail_hooks.changelog_required.cli import HOOK
from ruamel.yaml import YAML

from tests.readme import ROOT

SECTION = (
    (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## changelog-required\n")[2].partition("\n## ")[0]
)
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", SECTION, re.DOTALL)
BEFORE = "# Changelog\n\n## [Unreleased]\n### Added\n- Export to CSV.\n"
HEADER = """# CHANGELOG - upload

## Directory Information
- **Location**: `/upload`
- **Purpose**: Receives files
- **Owner**: dana@example.org
- **Created**: 2025-08-01 09:00:00 UTC
- **Last Updated**: 2025-09-02 10:00:00 UTC

## Change History

"""


def blocks(kind: str) -> list[str]:
    """The examples of one kind, in order."""
    return [text for name, text in BLOCKS if name == kind]


def arguments(number: int) -> list[str]:
    """The arguments of an example configuration."""
    return YAML(typ="safe", pure=True).load(blocks("yaml")[number])[0]["args"]


def patched(diff: str) -> str:
    """The changelog before, with the lines of an example difference."""
    gone = [line[1:] for line in diff.splitlines() if line.startswith("-")]
    new = [line[1:] for line in diff.splitlines() if line.startswith("+")]
    kept = [line for line in BEFORE.splitlines() if line not in gone]
    return "\n".join([*kept, *new]) + "\n"


@pytest.fixture
def project(scene):
    scene.repository.commit({"CHANGELOG.md": BEFORE, "src/export.py": "1"})
    scene.repository.stage({"src/export.py": "2"})
    return scene


def test_the_edit_that_says_nothing(project) -> None:
    project.repository.stage({"CHANGELOG.md": patched(blocks("diff")[0])})
    row = next(row for row in project.run(*arguments(0)).rows if row["severity"] == "error")
    shown = f"{row['path']}:{row['line']}:{row['column']}: {row['code']} {row['message']}\n  fix: {row['fix']}\n"
    assert shown == blocks("console")[0]


def test_the_edit_that_is_an_entry(project) -> None:
    project.repository.stage({"CHANGELOG.md": patched(blocks("diff")[1])})
    assert project.run(*arguments(0)).found(errors_only=True) == []


def test_fragments(scene) -> None:
    scene.repository.commit({"towncrier.toml": '[tool.towncrier]\ndirectory = "changes"\n', "a.py": "1"})
    scene.repository.stage({"a.py": "2"})
    assert scene.run(*arguments(1)).found() == [("CHG108", "changes")]
    assert scene.run(*arguments(1), "--fragments", "changes/*.md").found() == [("CHG108", "changes")]
    scene.repository.stage({"changes/1.bugfix.md": "Mend it.\n"})
    assert scene.run(*arguments(1)).found() == []


def test_rule_18(scene) -> None:
    scene.repository.commit({"upload/a.py": "1"})
    scene.repository.stage({"upload/a.py": "2"})
    now = "--now=2025-09-02T10:01:00Z"
    assert scene.run(*arguments(2), now).found() == [("CHG102", "upload/CHANGELOG.md")]
    scene.repository.stage({"upload/CHANGELOG.md": HEADER + blocks("markdown")[0]})
    assert scene.run(*arguments(2), now).found(errors_only=True) == []


def test_waivers(project, tmp_path) -> None:
    reason = re.search(r"CHANGELOG_SKIP='([^']+)'", blocks("console")[1])[1]
    assert project.run(CHANGELOG_SKIP=reason).found() == []
    (tmp_path / "message").write_text(blocks("text")[0])
    assert project.run(str(tmp_path / "message")).found() == []


def test_every_option_that_the_text_names_exists() -> None:
    text = SECTION.partition("<!-- options")[0]
    named = set(re.findall(r"`--([a-z-]+)", text)) | set(re.findall(r"\[?--([a-z-]+),", text))
    assert named <= {option.name for option in HOOK.options}
