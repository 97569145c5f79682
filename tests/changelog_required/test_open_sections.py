"""What projects call the section for changes to come."""

from __future__ import annotations

import pytest
from guardrail_hooks.changelog_required.headings import OTHER, UNRELEASED, read_title


@pytest.mark.parametrize(
    "name",
    [
        "Unreleased",
        "main / unreleased",
        "main / (unreleased)",
        "Master (unreleased)",
        "Main",
        "develop",
        "HEAD",
        "Upcoming Release",
        "Next",
    ],
)
def test_an_entry_in_it_counts(scene, name) -> None:
    log = f"## {name}\n\n* [FEATURE] Export to CSV.\n\n## 1.0.0 / 2025-01-02\n\n* First release.\n"
    scene.repository.commit({"CHANGELOG.md": log, "src/app.py": "x = 1\n"})
    scene.repository.stage({"src/app.py": "x = 2\n", "CHANGELOG.md": log.replace("CSV.\n", "CSV.\n* More.\n")})
    assert scene.run("--lint=off").found() == []


@pytest.mark.parametrize("text", ["Main features", "Main - what is new", "Master plan", "Head of engineering"])
def test_other_headings_with_the_name_of_a_branch(text) -> None:
    assert read_title(text).kind == OTHER


def test_a_branch_is_none_where_the_project_names_the_section(scene) -> None:
    assert read_title("Main", ("soon",)).kind == OTHER
    assert read_title("Soon", ("soon",)).kind == UNRELEASED


def test_a_release_that_is_on_top_by_a_deletion_brings_nothing_new(scene) -> None:
    log = "# Changelog\n\n## Unreleased\n\n- Export to CSV.\n\n## 1.0.0\n\n- First release.\n"
    scene.repository.commit({"CHANGELOG.md": log, "src/app.py": "x = 1\n"})
    text = log.replace("## Unreleased\n\n- Export to CSV.\n\n", "")
    scene.repository.stage({"src/app.py": "x = 2\n", "CHANGELOG.md": text})
    assert scene.run("--lint=off").found() == [("CHG103", "CHANGELOG.md")]
    scene.repository.stage({"CHANGELOG.md": f"{text}- Export to TSV.\n"})
    assert "CHG103" not in [code for code, _ in scene.run("--lint=off").found()]
