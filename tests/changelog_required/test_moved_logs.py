"""A changelog that moves to another folder leaves the files of the old one without a log, unless it moves up."""

from __future__ import annotations

import pytest

LOG = "# Changelog\n\n## Unreleased\n\n- Export to CSV.\n\n## 1.0.0 - 2025-01-02\n\n- First release.\n"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("CHANGELOG.md", "docs/CHANGELOG.md", [("CHG106", "CHANGELOG.md")], id="down"),
        pytest.param("pkg/CHANGELOG.md", "lib/CHANGELOG.md", [("CHG106", "pkg/CHANGELOG.md")], id="aside"),
        pytest.param("pkg/CHANGELOG.md", "pk/CHANGELOG.md", [("CHG106", "pkg/CHANGELOG.md")], id="to a like name"),
        pytest.param("pkg/CHANGELOG.md", "CHANGELOG.md", [], id="up"),
        pytest.param("pkg/CHANGELOG.md", "pkg/changelog.md", [], id="to another spelling"),
    ],
)
def test_a_log_that_moves(scene, old, new, expected) -> None:
    scene.repository.commit({old: LOG, "pkg/app.py": "x = 1\n"})
    (scene.repository.path / old).unlink()
    scene.repository.stage({new: LOG})
    assert scene.run("--lint=off").found() == expected


def test_a_log_that_moves_with_all_its_files(scene) -> None:
    scene.repository.commit({"CHANGELOG.md": LOG, "pkg/CHANGELOG.md": LOG.replace("CSV", "TSV"), "pkg/app.py": "1\n"})
    scene.repository.git("mv", "pkg", "lib")
    found = scene.run("--lint=off").found()
    assert found == [("CHG101", "CHANGELOG.md"), ("CHG103", "lib/CHANGELOG.md")]
