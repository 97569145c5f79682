"""Changes that say nothing by themselves, and names that git would take for options."""

from __future__ import annotations

import pytest
from guardrail_hooks.changelog_required.texts import quoted

LOG = "# Changelog\n\n## Unreleased\n\n- Export to CSV.\n"


@pytest.mark.parametrize(
    ("options", "expected"), [((), []), (("--count-mode-changes",), ["CHG101"])], ids=["by default", "modes count"]
)
def test_other_line_ends_and_another_mode(scene, options, expected) -> None:
    scene.repository.commit({"CHANGELOG.md": LOG, "run.sh": b"a\r\nb\r\n"})
    (scene.repository.path / "run.sh").chmod(0o755)
    scene.repository.stage({"run.sh": b"a\nb\n"})
    assert [code for code, _ in scene.run(*options).found()] == expected


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("CHANGELOG.md", "CHANGELOG.md"),
        ("-x/CHANGELOG.md", "./-x/CHANGELOG.md"),
        ("-x y/CHANGELOG.md", "'./-x y/CHANGELOG.md'"),
        ("it's/CHANGELOG.md", "'it'\\''s/CHANGELOG.md'"),
    ],
)
def test_a_path_to_type(path, shown) -> None:
    assert quoted(path) == shown
