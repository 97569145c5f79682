"""Forms of Rule 18 logs that people keep, and what is taken for an entry or a field by mistake."""

from __future__ import annotations

import pytest
from guardrail_hooks.changelog_required.rule18 import read_entry

HEAD = "# Changelog\n\n**Location**: `.`\n**Last Updated**: 2025-09-02 10:00:00 UTC\n\n## Change History\n\n"
ENTRY = "### [2025-09-02 10:00:00 UTC] - Version 1.1.0 - [Stream] - [PATCH] - [Stream uploads]\n"
FIELDS = (
    "**Who**: dana\n**Why**: uploads were cut off\n**What**: stream the body\n**Impact**: none\n"
    "**Validation**: load tests\n**Related Changes**: none\n**Rollback**: revert\n"
)


def codes(scene, text: str) -> list[str]:
    scene.repository.commit({"CHANGELOG.md": text})
    rows = scene.run("--style=rule18", "--now=2025-09-03T10:00:00Z", "--severity=CHG413=off", committing=False).rows
    return [f"{row['code']}:{row['line']}" for row in rows if row["severity"] == "error"]


@pytest.mark.parametrize("title", ["Version History", "Version History Format", "Version Control", "Versions"])
def test_a_heading_about_versions_is_no_entry(scene, title) -> None:
    assert read_entry(title) is None
    assert codes(scene, f"{HEAD}{ENTRY}{FIELDS}\n## {title}\n\n- Semantic versioning.\n") == []


@pytest.mark.parametrize(
    ("title", "version"),
    [("Version 1.1.0", "1.1.0"), ("Version v2", "2"), ("Version X.Y.Z", "X.Y.Z"), ("Version {version}", "{version}")],
)
def test_versions_and_their_templates(title, version) -> None:
    assert read_entry(f"[2025-09-02 10:00:00 UTC] - {title} - text").version == version


LONG = {
    "Who": "Who made the change",
    "Why": "Why it was changed",
    "What": "What was changed",
    "Impact": "Potential impact or dependencies",
    "Validation": "Test Results",
}


def test_the_longer_names_of_fields(scene) -> None:
    text = FIELDS
    for short, long in LONG.items():
        text = text.replace(f"**{short}**", f"**{long}**")
    assert codes(scene, f"{HEAD}{ENTRY}{text}") == []


@pytest.mark.parametrize("mark", ["{}", "{}:", "**{}**", "**{}:**"])
def test_fields_with_headings_of_their_own(scene, mark) -> None:
    text = ""
    for line in FIELDS.splitlines():
        name, _, value = line.replace("**", "").partition(": ")
        text += f"#### {mark.format(name)}\n\n- {value}\n\n"
    assert codes(scene, f"{HEAD}{ENTRY}{text}") == []


def test_fields_one_level_below_an_entry_of_level_two(scene) -> None:
    text = "".join(f"### {line.replace('**', '').replace(': ', chr(10) + chr(10))}\n" for line in FIELDS.splitlines())
    assert codes(scene, f"{HEAD}{ENTRY[1:]}{text}{ENTRY.replace('1.1.0', '1.0.0')}{FIELDS}") == []


def test_a_field_heading_without_words_is_empty(scene) -> None:
    text = FIELDS.replace("**Rollback**: revert\n", "\n#### Rollback\n")
    assert codes(scene, f"{HEAD}{ENTRY}{text}") == ["CHG407:16"]
