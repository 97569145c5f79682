"""Allow comments in changelogs, from the commit that adds them on."""

from __future__ import annotations

import pytest

LOG = (
    "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- Export to CSV.\n\n"
    "## 1.0.0 - 2025-01-02\n\n### Added\n\n- First.\n"
)
LINKED = f"{LOG}\n[Unreleased]: https://example.com\n"
NO_LINK = LOG.replace("## [", "<!-- guardrail: allow[CHG314] the release script adds the link -->\n## [")
REWORDED = LINKED.replace(
    "- First.", "<!-- guardrail: allow[CHG107] legal asked to reword it (LEGAL-1) -->\n- First public release."
)


@pytest.fixture(params=[(NO_LINK, NO_LINK), (LINKED, REWORDED)], ids=["a form", "a change"])
def allowed(request, scene):
    """A log with an exception that was of use in the commit that brought it."""
    base, text = request.param
    scene.repository.commit({"CHANGELOG.md": base, "src/app.py": "x = 1\n"})
    scene.repository.stage({"CHANGELOG.md": text})
    assert scene.run("--lint=file").found() == []
    scene.repository.commit()
    return scene, text


def test_an_exception_is_no_hindrance_to_later_commits(allowed) -> None:
    scene, text = allowed
    scene.repository.stage({"CHANGELOG.md": text.replace("CSV.\n", "CSV.\n- More.\n"), "src/app.py": "x = 2\n"})
    assert scene.run().found() == []


def test_an_exception_is_no_hindrance_to_an_audit(allowed) -> None:
    scene, _ = allowed
    assert scene.run(committing=False).found() == []


def test_an_exception_that_a_commit_adds_must_be_of_use(scene) -> None:
    scene.repository.commit({"CHANGELOG.md": LINKED})
    scene.repository.stage({"CHANGELOG.md": f"{NO_LINK}\n[Unreleased]: https://example.com\n"})
    assert scene.run().found() == [("ALW002", "CHANGELOG.md")]


def test_an_old_exception_must_be_of_use_to_an_audit(scene) -> None:
    scene.repository.commit({"CHANGELOG.md": f"{NO_LINK}\n[Unreleased]: https://example.com\n"})
    assert scene.run(committing=False).found() == [("ALW002", "CHANGELOG.md")]


def test_all_exceptions_are_listed_whatever_is_staged(allowed, capfd) -> None:
    scene, _ = allowed
    scene.repository.stage({"src/app.py": "x = 2\n"})
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(scene.repository.path)
        from guardrail_hooks.changelog_required.cli import main

        main(["--list-allows"])
    assert "CHANGELOG.md:" in capfd.readouterr().out
