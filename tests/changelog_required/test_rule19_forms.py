"""Headings and fields as Rule 19 writes them, and times in the forms that people type."""

from __future__ import annotations

import pytest
from guardrail_hooks.changelog_required.rule18 import read_entry

HEAD = (
    "# Changelog\n\n## Directory Information\n\n- **Location**: `/opt/app`\n- **Purpose**: Receives files\n"
    "- **Owner**: dana@example.org\n- **Created**: 2025-08-01 09:00:00 UTC\n"
    "- **Last Updated**: 2025-09-02 10:00:00 UTC\n\n## Change History\n\n"
)
FIELDS = (
    "\n**Who**: dana\n**Why**: uploads were cut off\n**What**: stream the body\n**Impact**: none\n"
    "**Validation**: load tests\n**Related Changes**: none\n**Rollback**: revert\n\n"
)
NORM = "### [2025-09-02 10:00:00 UTC] - Version 1.1.0 - [Stream] - [PATCH] - [Stream uploads]"


def found(scene, *entries: str) -> list[tuple[str, int, str]]:
    scene.repository.commit({"CHANGELOG.md": HEAD + "".join(entries)})
    options = ("--style=rule18", "--now=2025-09-03T10:00:00Z", "--lint=file", "--severity=CHG413=off")
    rows = scene.run(*options, committing=False).rows
    return [(row["code"], row["line"], row["message"]) for row in rows]


@pytest.mark.parametrize("version", ["[1.1.0]", "1.1.0", "[v1.1.0]"])
def test_a_version_without_the_word(scene, version) -> None:
    title = NORM.replace("Version 1.1.0", version).replace(":00 UTC", ":00.123 UTC")
    assert read_entry(title.lstrip("# "))[:4] == ("2025-09-02 10:00:00.123 UTC", "1.1.0", "Stream", "PATCH")
    assert found(scene, title + FIELDS) == [("CHG414", 13, "this entry can be read, but the word Version is missing")]


def test_versions_without_the_word_are_compared(scene) -> None:
    above, below = (NORM.replace("Version 1.1.0", f"[{version}]") + FIELDS for version in ("1.1.0", "1.2.0"))
    assert [code for code, _, _ in found(scene, above, below)] == ["CHG409", "CHG414", "CHG414"]


@pytest.mark.parametrize("dash", ["\u2013", "\u2014"])
def test_long_dashes_set_parts_apart(scene, dash) -> None:
    title = NORM.replace(" - ", f" {dash} ")
    assert found(scene, title + FIELDS) == [
        ("CHG414", 13, "this entry can be read, but its parts are set apart by long dashes")
    ]


def test_a_long_dash_beside_others_is_text() -> None:
    assert read_entry("2025-09-02 10:00:00 UTC - Version 1.1.0 - Stream - PATCH - A \u2013 b")[4] == "A \u2013 b"


@pytest.mark.parametrize(
    "stamp",
    [
        "2025/09/02 10:00:00 UTC",
        "20250902T100000Z",
        "2025-09-02T10:00Z",
        "1756807200",
        "September 2, 2025 10:00:00 UTC",
        "2 Sep 2025 10:00:00 UTC",
        "Tue, 02 Sep 2025 10:00:00 GMT",
        "2025-09-02T10:00:00+00:00",
        "2025-09-02 10:00:00 utc",
    ],
)
def test_a_time_in_another_form_is_no_precise_one(scene, stamp) -> None:
    title = NORM.replace("2025-09-02 10:00:00 UTC", stamp)
    assert found(scene, title + FIELDS) == [("CHG403", 13, f"{stamp!r} is no precise UTC time")]


@pytest.mark.parametrize("title", ["March 2025 Metrics", "2025/09 Goals", "20250902", "1.1.0 - Notes"])
def test_other_headings_with_numbers_are_no_entries(title) -> None:
    assert read_entry(title) is None


def test_parts_of_a_field_may_be_called_like_the_field(scene) -> None:
    parts = {
        "**Impact**: none": "**Impact Analysis**:\n- **Impact Assessment**: none",
        "**Validation**: load tests": "**Testing and Validation**:\n- **Test Results**: all pass",
        "**Related Changes**: none": "**Cross-System Coordination**: none\n- **Related Changes**: none",
        "**Rollback**: revert": "**Rollback Planning**:\n- **Rollback Procedure**: revert",
    }
    text = FIELDS
    for short, long in parts.items():
        text = text.replace(short, long)
    assert found(scene, NORM + text) == []


def test_the_same_field_twice_is_read_twice(scene) -> None:
    text = FIELDS.replace("**Rollback**: revert", "**Rollback**:\n**Rollback**: revert")
    assert [(code, line) for code, line, _ in found(scene, NORM + text)] == [("CHG407", 20)]


@pytest.mark.parametrize("stamp", ["2025-09-03", "2025-09-03 09:00", "today"])
def test_a_header_that_a_change_makes_imprecise(scene, stamp) -> None:
    newer = NORM.replace("02 10:00:00", "03 09:00:00").replace("1.1.0", "1.2.0")
    scene.repository.commit({"CHANGELOG.md": HEAD + NORM + FIELDS, "app.py": "1\n"})
    head = HEAD.replace("Last Updated**: 2025-09-02 10:00:00 UTC", f"Last Updated**: {stamp}")
    scene.repository.stage({"CHANGELOG.md": head + newer + FIELDS + NORM + FIELDS, "app.py": "2\n"})
    rows = scene.run("--style=rule18", "--now=2025-09-03T10:00:00Z").rows
    assert [(row["code"], row["line"], row["message"]) for row in rows] == [
        ("CHG401", 3, "the header lacks a precise UTC time for Last Updated")
    ]
    assert rows[0]["fix"] == "write `- **Last Updated**: 2025-09-03 10:00:00 UTC`"


def test_a_header_that_a_change_leaves_alone(scene) -> None:
    newer = NORM.replace("02 10:00:00", "03 09:00:00").replace("1.1.0", "1.2.0")
    head = HEAD.replace("- **Owner**: dana@example.org\n", "")
    scene.repository.commit({"CHANGELOG.md": head + NORM + FIELDS, "app.py": "1\n"})
    scene.repository.stage({"CHANGELOG.md": f"{head}{newer}{FIELDS}{NORM}{FIELDS}", "app.py": "2\n"})
    rows = scene.run("--style=rule18", "--now=2025-09-03T10:00:00Z").rows
    assert [row["code"] for row in rows] == ["CHG410"]
