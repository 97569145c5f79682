"""What the README and docs/changelog-required.md say beyond what can be followed there step by step."""

from __future__ import annotations

from tests.snippets import ROOT, read

HOOKS = [
    hook for page in ("README.md", "docs/changelog-required.md") for one in read(ROOT / page) for hook in one.hooks
]
SNIPPETS = read(ROOT / "docs/changelog-required.md")


def arguments(word: str) -> list[str]:
    """The arguments of the example configuration that contains this word."""
    (found,) = [hook["args"] for hook in HOOKS if word in hook.get("args", [])]
    return found


def text(section: str, language: str) -> str:
    """The first snippet of a section in that language."""
    return next(one.text for one in SNIPPETS if (one.section, one.language) == (section, language))


def test_fragments_by_their_names(scene) -> None:
    scene.repository.commit({"a.py": "1"})
    scene.repository.stage({"a.py": "2"})
    assert scene.run("--fragments", "changes/*.md").found() == [("CHG108", "changes")]
    scene.repository.stage({"changes/1.bugfix.md": "Mend it.\n"})
    assert scene.run("--fragments", "changes/*.md").found() == []


def test_rule_18(scene) -> None:
    scene.repository.commit({"upload/a.py": "1"})
    scene.repository.stage({"upload/a.py": "2"})
    now = "--now=2025-09-02T10:01:00Z"
    assert scene.run(*arguments("rule18"), now).found() == [("CHG102", "upload/CHANGELOG.md")]
    scene.repository.stage({"upload/CHANGELOG.md": text("Rule 18", "markdown")})
    assert scene.run(*arguments("rule18"), now).found(errors_only=True) == []


def test_waivers(scene, tmp_path) -> None:
    scene.repository.commit({"CHANGELOG.md": "# Changelog\n\n## Unreleased\n", "a.py": "1"})
    scene.repository.stage({"a.py": "2"})
    message = tmp_path / "message"
    message.write_text("Mend a comment\n")
    assert scene.run(str(message)).found() == [("CHG101", "CHANGELOG.md")]
    message.write_text(text("Waivers", "text"))
    assert scene.run(str(message)).found() == []
    assert ("CHG110", "COMMIT_EDITMSG") in scene.run(str(message), "--no-skip").found()
