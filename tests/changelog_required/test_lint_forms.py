"""What the lint of a Keep a Changelog log takes for an entry, a release or a placeholder."""

from __future__ import annotations

import pytest
from guardrail_hooks.changelog_required.words import is_placeholder

LOG = (
    "# Changelog\n\n## Unreleased\n\n### Added\n\n- Export to CSV.\n\n"
    "## 1.0.0 - 2025-01-02\n\n### Added\n\n- First release.\n"
)


def found(scene, text: str) -> list[str]:
    scene.repository.commit({"CHANGELOG.md": text})
    rows = scene.run("--style=keepachangelog", "--lint=file", committing=False).rows
    return [f"{row['line']} {row['code']}" for row in rows]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("<details>", [], id="what folds text"),
        pytest.param("</details>", [], id="the end of what folds text"),
        pytest.param("<br/><br />", [], id="line breaks"),
        pytest.param("<description>", ["9 CHG317"], id="template text looks like a tag"),
        pytest.param("##2.0.0 - 2025-01-03", ["9 CHG301"], id="a heading without its blank is told once"),
        pytest.param("- {{ description }}", ["9 CHG317"], id="template text between two brackets"),
    ],
)
def test_lines_that_say_nothing(scene, line, expected) -> None:
    assert found(scene, LOG.replace("CSV.\n", f"CSV.\n\n{line}\n")) == expected


@pytest.mark.parametrize("text", ["{{ what }}", "[[what]]", "[#12](https://example.com/12)", "TODO(ann): tell", "n.a."])
def test_placeholders(text) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["[a] to [b]", "<b>Bold</b>", "[#12](https://example.com) Mended", "{a} and {b}"])
def test_words_between_brackets_are_no_placeholder(text) -> None:
    assert not is_placeholder(text)


@pytest.mark.parametrize("text", ["#12", "[#12](https://example.com/12)"])
def test_a_field_may_name_an_issue(text) -> None:
    assert not is_placeholder(text, answers=True)
    assert is_placeholder(text)


def test_a_date_without_a_dash_before_it(scene) -> None:
    scene.repository.commit({"CHANGELOG.md": LOG.replace("1.0.0 - ", "[1.0.0](https://example.com) ")})
    rows = scene.run("--style=keepachangelog", "--lint=file", committing=False).rows
    assert [row["message"] for row in rows] == ["no dash before the date in a release heading"]


class TestAReleaseAtTheLevelOfTheTitle:
    """`# 1.0.0` below `## Unreleased`."""

    LOG = LOG.replace("## 1.0.0", "# 1.0.0")

    def test_the_section_above_it_still_takes_entries(self, scene) -> None:
        scene.repository.commit({"CHANGELOG.md": self.LOG, "src/app.py": "1\n"})
        scene.repository.stage({"CHANGELOG.md": self.LOG.replace("CSV.\n", "CSV.\n- More.\n"), "src/app.py": "2\n"})
        assert scene.run().found() == []

    def test_it_is_a_second_title(self, scene) -> None:
        assert found(scene, self.LOG) == ["9 CHG202"]


def test_a_release_that_a_change_puts_above_the_section_for_changes_to_come(scene) -> None:
    scene.repository.commit({"CHANGELOG.md": LOG})
    text = LOG.replace("## Unreleased", "## 1.1.0 - 2025-02-03\n\n### Fixed\n\n- Mend it.\n\n## Unreleased")
    scene.repository.stage({"CHANGELOG.md": text})
    rows = scene.run().rows
    assert [(row["code"], row["line"], row["message"]) for row in rows] == [
        ("CHG313", 9, "Unreleased stands below a release (line 3)")
    ]
