"""Drafts in logs of every kind: none passes the check, and none is written twice."""

from __future__ import annotations

import pytest

NOW = "--now=2025-09-02T10:00:00Z"
RELEASED = "1.0 (2025-01-01)\n----------------\n\n- First.\n"
TITLE = "Changes\n=======\n\n"
COMMON = "# Changelog\n\nhttps://common-changelog.org\n\n## 1.0.0 - 2025-01-02\n\n### Added\n\n- First\n"
STUB = "- TODO: what changed, for whom\n"


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        pytest.param(
            "CHANGES.rst",
            TITLE + RELEASED,
            f"{TITLE}Unreleased\n----------\n\n{STUB}\n\n{RELEASED}",
            id="no open section",
        ),
        pytest.param(
            "CHANGES.rst",
            f"{TITLE}----------------\n{RELEASED}",
            f"{TITLE}----------\nUnreleased\n----------\n\n{STUB}\n\n----------------\n{RELEASED}",
            id="titles with lines above them",
        ),
        pytest.param(
            "CHANGES.rst",
            f"{TITLE}1.1 (unreleased)\n----------------\n\nFeatures\n~~~~~~~~\n\n- One.\n\n{RELEASED}",
            f"{TITLE}1.1 (unreleased)\n----------------\n\nFeatures\n~~~~~~~~\n\n{STUB}- One.\n\n{RELEASED}",
            id="an open section with entries",
        ),
        pytest.param(
            "CHANGES.rst",
            f"{TITLE}1.1 (unreleased)\n----------------\n\n{RELEASED}",
            f"{TITLE}1.1 (unreleased)\n----------------\n\n{STUB}\n{RELEASED}",
            id="an open section without entries",
        ),
        pytest.param("CHANGES.txt", "All changes.\n", f"All changes.\n\n{STUB}", id="no release"),
        pytest.param(
            "CHANGES.rst",
            "",
            "Changelog\n=========\n\nAll notable changes to this project are written down here, newest first.\n\n"
            f"Unreleased\n----------\n\n{STUB}",
            id="nothing, in reStructuredText",
        ),
        pytest.param(
            "CHANGELOG.md",
            COMMON,
            COMMON.replace("## 1.0.0", f"## 1.0.1 - 2025-09-02\n\n### Changed\n\n{STUB}\n## 1.0.0"),
            id="Common Changelog has no Unreleased",
        ),
    ],
)
def test_drafts(scene, path, before, after) -> None:
    scene.repository.commit({path: before, "src/app.py": "x = 1\n"})
    scene.repository.stage({"src/app.py": "x = 2\n"})
    options = (f"--changelog={path}", NOW)
    scene.run("--fix", *options)
    assert (scene.repository.path / path).read_text() == after
    assert scene.run("--fix", *options).err == ""
    assert (scene.repository.path / path).read_text() == after
    scene.repository.stage()
    assert scene.run(*options).found(errors_only=True) == [("CHG105", path)]


@pytest.mark.parametrize("path", ["CHANGELOG.md", "CHANGES.rst", "news.txt"])
@pytest.mark.parametrize("base", [None, "", " \n\n"], ids=["missing", "empty", "blank"])
@pytest.mark.parametrize("template", ["keepachangelog", "rule18"])
def test_the_draft_of_a_whole_log_does_not_pass(scene, path, base, template) -> None:
    scene.repository.commit({"src/app.py": "x = 1\n", **({} if base is None else {path: base})})
    scene.repository.stage({"src/app.py": "x = 2\n"})
    options = (f"--changelog={path}", f"--template={template}", NOW)
    scene.run("--fix", *options)
    text = (scene.repository.path / path).read_text()
    assert text.startswith(("# ", "Changelog\n"))
    scene.repository.stage()
    assert ("CHG105", path) in scene.run(*options).found()


def test_the_words_that_stand_above_every_log_are_no_entry(scene) -> None:
    scene.repository.commit({"src/app.py": "x = 1\n"})
    words = (
        "# Changelog\n\nAll notable changes to this project will be documented in this file.\n\n"
        "The format is based on [Keep a Changelog](https://keepachangelog.com/en/1.1.0/),\n"
        "and this project adheres to [Semantic Versioning](https://semver.org/spec/v2.0.0.html).\n"
    )
    scene.repository.stage({"src/app.py": "x = 2\n", "CHANGELOG.md": words})
    assert scene.run().found() == [("CHG103", "CHANGELOG.md"), ("CHG204", "CHANGELOG.md")]
    scene.repository.stage({"CHANGELOG.md": f"{words}\nThe export writes TSV.\n"})
    assert scene.run().found() == []


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("CHANGELOG.md", COMMON, "a new heading `## X.Y.Z - YYYY-MM-DD` above line 5"),
        ("CHANGES.rst", TITLE + RELEASED, "a new heading `Unreleased` above line 4"),
    ],
)
def test_what_to_type_where_no_section_is_open(scene, path, text, expected) -> None:
    scene.repository.commit({path: text, "src/app.py": "x = 1\n"})
    scene.repository.stage({"src/app.py": "x = 2\n"})
    assert expected in scene.run(f"--changelog={path}").rows[0]["fix"]
