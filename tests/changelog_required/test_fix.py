"""--fix writes drafts that cannot pass, never stages, and writes nothing twice."""

from __future__ import annotations

import pytest

from tests.end_to_end.test_changelog_required import BASE

RULE18 = ["--style=rule18", "--now=2025-09-02T10:00:00Z"]


@pytest.fixture
def changed(scene):
    """A project whose code changed and whose changelog did not."""
    scene.repository.commit({"CHANGELOG.md": BASE, "src/app.py": "x = 1\n"})
    scene.repository.stage({"src/app.py": "x = 2\n"})
    return scene


def test_a_draft_goes_under_the_type_that_is_there(changed) -> None:
    path = changed.repository.path / "CHANGELOG.md"
    path.write_text(BASE.replace("### Added", "### Changed", 1))
    changed.repository.commit()
    changed.repository.stage({"src/app.py": "x = 3\n"})
    before = changed.repository.git("ls-files", "-s")
    judged = changed.run("--fix")
    assert judged.found() == [("CHG101", "CHANGELOG.md")]
    assert "wrote a draft of the entry into CHANGELOG.md, line 7" in judged.err
    assert "### Changed\n\n- TODO: what changed, for whom\n- Export to CSV.\n" in path.read_text()
    assert changed.repository.git("ls-files", "-s") == before


def test_a_draft_brings_its_type(changed) -> None:
    changed.run("--fix")
    text = (changed.repository.path / "CHANGELOG.md").read_text()
    assert "## Unreleased\n\n### Changed\n\n- TODO: what changed, for whom\n\n### Added\n" in text


def test_a_second_run_writes_nothing(changed) -> None:
    changed.run("--fix")
    text = (changed.repository.path / "CHANGELOG.md").read_bytes()
    assert changed.run("--fix").err == ""
    assert (changed.repository.path / "CHANGELOG.md").read_bytes() == text


def test_a_draft_that_is_staged_does_not_pass(changed) -> None:
    changed.run("--fix")
    changed.repository.stage()
    assert changed.run("--fix").found(errors_only=True) == [("CHG105", "CHANGELOG.md")]


def test_line_ends_mark_and_mode_are_kept(changed) -> None:
    path = changed.repository.path / "CHANGELOG.md"
    path.write_bytes(b"\xef\xbb\xbf" + BASE.replace("\n", "\r\n").encode())
    path.chmod(0o640)
    changed.run("--fix")
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf# Changelog\r\n")
    assert content.count(b"\n") == content.count(b"\r\n")
    assert path.stat().st_mode & 0o777 == 0o640


def test_where_nothing_is_open_a_section_is_opened(scene) -> None:
    scene.repository.commit({"CHANGELOG.md": "# Changelog\n\n## 1.0.0 - 2025-01-02\n\n- First.\n", "a": "1"})
    scene.repository.stage({"a": "2"})
    scene.run("--fix")
    text = (scene.repository.path / "CHANGELOG.md").read_text()
    assert text.startswith(
        "# Changelog\n\n## [Unreleased]\n\n### Changed\n\n- TODO: what changed, for whom\n\n## 1.0.0"
    )


@pytest.mark.parametrize("template", ["keepachangelog", "rule18"])
def test_a_new_changelog_never_passes_as_it_is(scene, template) -> None:
    scene.repository.commit({"svc/a.py": "1"})
    scene.repository.stage({"svc/a.py": "2"})
    arguments = ["--fix", "--governing=own", f"--template={template}", *(RULE18 if template == "rule18" else [])]
    assert scene.run(*arguments).found() == [("CHG102", "svc/CHANGELOG.md")]
    scene.repository.stage()
    codes = {code for code, _ in scene.run(*arguments).found(errors_only=True)}
    assert "CHG105" in codes
    assert codes <= {"CHG105", "CHG407"}


def test_the_template_of_rule_18_is_complete(scene) -> None:
    scene.repository.commit({"svc/a.py": "1"})
    scene.repository.stage({"svc/a.py": "2"})
    scene.run("--fix", "--governing=own", *RULE18)
    text = (scene.repository.path / "svc/CHANGELOG.md").read_text()
    assert text.startswith("# CHANGELOG - svc\n\n## Directory Information\n- **Location**: `/svc`\n")
    assert "- **Owner**: ann@example.com\n- **Created**: 2025-09-02 10:00:00 UTC\n" in text
    assert (
        "### [2025-09-02 10:00:00 UTC] - Version 1.0.0 - [INITIAL] - [CREATION] - [Initial changelog]\n**Who**: ann"
        in text
    )
    for heading in (
        "Change Categories",
        "Dependencies and Integration Points",
        "Known Issues",
        "Metrics and Performance",
    ):
        assert f"\n## {heading}" in text


def test_a_rule_18_entry_goes_on_top_and_bumps_the_header(scene) -> None:
    scene.repository.commit({"svc/a.py": "1"})
    scene.repository.stage({"svc/a.py": "2"})
    scene.run("--fix", "--governing=own", *RULE18)
    path = scene.repository.path / "svc/CHANGELOG.md"
    path.write_text(path.read_text().replace("TODO", "well known"))
    scene.repository.commit()
    scene.repository.stage({"svc/a.py": "3"})
    later = ["--fix", "--governing=own", "--style=rule18", "--now=2025-09-03T10:00:00Z"]
    assert scene.run(*later).found() == [("CHG101", "svc/CHANGELOG.md")]
    text = path.read_text()
    assert "- **Last Updated**: 2025-09-03 10:00:00 UTC\n" in text
    new, old = text.index("### [2025-09-03 10:00:00 UTC] - Version 1.0.1"), text.index("### [2025-09-02 10:00:00 UTC]")
    assert new < old
    scene.repository.stage()
    assert ("CHG105", "svc/CHANGELOG.md") in scene.run(*later).found()
    path.write_text(path.read_text().replace("TODO", "well known").replace("[Component] - [TYPE]", "[API] - [PATCH]"))
    path.write_text(path.read_text().replace("[what was done]", "[Count to three]"))
    scene.repository.stage()
    assert scene.run(*later).found(errors_only=True) == []


def test_a_template_of_ones_own(scene, tmp_path) -> None:
    (tmp_path / "good").write_text("# {name}\n\n## Unreleased\n\n- TODO\n")
    (tmp_path / "bad").write_text("# {name}\n\n## Unreleased\n\n- Started this log.\n")
    scene.repository.commit({"svc/a.py": "1"})
    scene.repository.stage({"svc/a.py": "2"})
    judged = scene.run("--fix", f"--template={tmp_path / 'bad'}")
    assert judged.code == 2
    assert "its entry would pass the check" in judged.err
    assert not (scene.repository.path / "CHANGELOG.md").exists()
    scene.run("--fix", f"--template={tmp_path / 'good'}")
    assert (scene.repository.path / "CHANGELOG.md").read_text() == "# this project\n\n## Unreleased\n\n- TODO\n"
