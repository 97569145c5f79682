"""News fragments: which tool, which files, which faults."""

from __future__ import annotations

import json

import pytest

TOWNCRIER = '[tool.towncrier]\ndirectory = "changes"\nfilename = "NEWS.md"\nignore = ["notes.md"]\n'
TYPES = TOWNCRIER + '[[tool.towncrier.type]]\ndirectory = "note"\nname = "Notes"\nshowcontent = false\n'
SECTIONS = TOWNCRIER + '[[tool.towncrier.section]]\npath = "web"\n'
PACKAGE = (
    '[tool.towncrier]\npackage = "shop"\npackage_dir = "src"\nfilename = "NEWS.md"\n'
    '[[tool.towncrier.section]]\npath = "web"\n'
)
CHANGIE = "changesDir: .changes\nunreleasedDir: unreleased\nkinds:\n- label: Fixed\n"
PACKAGES = {
    "package.json": '{"name":"root","private":true,"workspaces":["packages/*","!packages/x"]}',
    "packages/a/package.json": '{"name":"@x/a"}',
    "packages/b/package.json": '{"name":"@x/b"}',
    "packages/x/package.json": '{"name":"@x/x"}',
    "packages/a/i.js": "1",
    "packages/b/i.js": "1",
    "packages/x/i.js": "1",
}


def judge(scene, base: dict, changes: dict, *arguments: str) -> list[tuple[str, str, int]]:
    scene.repository.commit({"src/app.py": "x = 1\n", **base})
    scene.repository.stage({"src/app.py": "x = 2\n", **changes})
    return [(row["code"], row["path"], row["line"]) for row in scene.run(*arguments).rows]


@pytest.mark.parametrize(
    ("config", "fragment", "expected"),
    [
        pytest.param({"pyproject.toml": TOWNCRIER}, {"changes/1.bugfix.md": "Mend it.\n"}, [], id="towncrier"),
        pytest.param({"towncrier.toml": TOWNCRIER}, {"changes/1.bugfix.2.rst": "Mend it.\n"}, [], id="towncrier.toml"),
        pytest.param({"pyproject.toml": TOWNCRIER}, {"changes/1.misc.md": ""}, [], id="a type that shows nothing"),
        pytest.param({"pyproject.toml": TYPES}, {"changes/1.note.md": ""}, [], id="a type of its own without text"),
        pytest.param({"pyproject.toml": SECTIONS}, {"changes/web/1.doc.md": "Tell it.\n"}, [], id="a section's folder"),
        pytest.param(
            {"pyproject.toml": PACKAGE}, {"src/shop/web/newsfragments/1.doc": "Tell it.\n"}, [],
            id="a section's folder in a package",
        ),
        pytest.param(
            {"pyproject.toml": '[project]\nname = "shop"\n', "towncrier.toml": "[tool.towncrier]\n"},
            {"shop/newsfragments/1.doc": "Tell it.\n"}, [], id="the package that the project is called like",
        ),
        pytest.param(
            {"pyproject.toml": '[project]\nname = "shop"\n[tool.towncrier]\ndirectory = "news"\n'},
            {"news/1.doc": "Tell it.\n"}, [], id="a folder that is named, whatever the project is called",
        ),
        pytest.param(
            {"pyproject.toml": PACKAGE}, {"src/shop/newsfragments/1.doc": "Tell it.\n"}, [], id="a package's own folder"
        ),
        pytest.param(
            {"pyproject.toml": TOWNCRIER}, {"changes/deep/1.bugfix.md": "Mend it.\n"},
            [("CHG109", "changes/deep/1.bugfix.md", 1)], id="a nested one",
        ),
        pytest.param(
            {"pyproject.toml": TYPES}, {"changes/1.bugfix.md": "Mend it.\n"},
            [("CHG109", "changes/1.bugfix.md", 1)], id="a type that the project does not have",
        ),
        pytest.param(
            {"pyproject.toml": TOWNCRIER}, {"changes/notes.md": "Of no interest.\n"}, [("CHG108", "changes", 1)],
            id="an ignored file is no fragment",
        ),
        pytest.param(
            {"pyproject.toml": TOWNCRIER}, {"changes/1.bugfix.md": b"\xff\xfe"},
            [("CHG109", "changes/1.bugfix.md", 1)], id="no text",
        ),
        pytest.param(
            {"pyproject.toml": '[tool.towncrier]\npackage = "my.app"\npackage_dir = "src"\n'},
            {"src/my.app/newsfragments/1.doc": "Tell it.\n"}, [], id="the folder of a package, its dot kept",
        ),
        pytest.param({"pyproject.toml": "[tool.scriv]\n"}, {"changelog.d/a.md": "- It.\n"}, [], id="scriv"),
        pytest.param(
            {"pyproject.toml": "[tool.scriv]\n"}, {"changelog.d/a.rst": ".. A new entry\n..\n.. - It.\n"},
            [("CHG109", "changelog.d/a.rst", 1)], id="scriv's template in comments",
        ),
        pytest.param(
            {".changie.yaml": CHANGIE}, {".changes/unreleased/a.yaml": "kind: Mended\nbody: It.\n"},
            [("CHG109", ".changes/unreleased/a.yaml", 1)], id="a kind that changie does not know",
        ),
        pytest.param(
            {".changie.yaml": CHANGIE}, {".changes/unreleased/a.yaml": "kind: Fixed\nbody: TODO\n"},
            [("CHG109", ".changes/unreleased/a.yaml", 2)], id="a body that is a placeholder",
        ),
        pytest.param(
            {".changie.yaml": CHANGIE}, {".changes/unreleased/a.yaml": "kind: [\n"},
            [("CHG109", ".changes/unreleased/a.yaml", 2)], id="no YAML",
        ),
        pytest.param(
            {"releasenotes/config.yaml": ""}, {"releasenotes/notes/a.yaml": "---\nfixed:\n  - It.\n"},
            [("CHG109", "releasenotes/notes/a.yaml", 2)], id="a section that reno does not know",
        ),
        pytest.param(
            {"releasenotes/config.yaml": ""}, {"releasenotes/notes/a.yaml": "---\nfixes:\n  - TODO\n"},
            [("CHG109", "releasenotes/notes/a.yaml", 1)], id="a note that says nothing",
        ),
    ],
)  # fmt: skip
def test_fragments(scene, config, fragment, expected) -> None:
    assert judge(scene, config, fragment) == expected


def test_fragments_by_pattern(scene) -> None:
    pattern = "--fragments=notes/*.txt"
    assert judge(scene, {"a": "1"}, {}, pattern) == [("CHG108", "notes", 1)]
    scene.repository.stage({"notes/one.txt": " \n"})
    assert scene.run(pattern).found() == [("CHG109", "notes/one.txt")]
    scene.repository.stage({"notes/one.txt": "Say it.\n"})
    assert scene.run(pattern).found() == []


def test_a_fragment_style_without_configuration(scene) -> None:
    assert judge(scene, {}, {"news/1.bugfix": "It.\n"}, "--fragments=news/*", "--fragment-style=towncrier") == []


def test_a_link_is_no_fragment(scene) -> None:
    scene.repository.commit({"pyproject.toml": TOWNCRIER, "a": "1"})
    (scene.repository.path / "changes").mkdir()
    (scene.repository.path / "changes/1.bugfix.md").symlink_to("../a")
    scene.repository.stage({"a": "2"})
    assert scene.run().found() == [("CHG109", "changes/1.bugfix.md")]


def test_edited_words_of_a_fragment_count(scene) -> None:
    base = {"pyproject.toml": TOWNCRIER, "changes/1.bugfix.md": "Mend it.\n"}
    assert judge(scene, base, {"changes/1.bugfix.md": "Mend all of it.\n"}) == []
    scene.repository.stage({"changes/1.bugfix.md": "**Mend** it\n"})
    assert scene.run().found() == [("CHG108", "changes")]


CHANGESET = {".changeset/config.json": '{"ignore": ["@x/b"]}', **PACKAGES}


def test_every_changed_package_needs_a_changeset(scene) -> None:
    base = {**CHANGESET, ".changeset/config.json": "{}"}
    both = {
        "packages/a/i.js": "2",
        "packages/b/i.js": "2",
        ".changeset/one.md": '---\n"@x/a": patch\n---\n\nMend it.\n',
    }
    assert judge(scene, base, both) == [("CHG108", ".changeset", 1)]
    assert scene.run().rows[0]["message"].endswith("got no fragment for @x/b")


def test_ignored_packages_and_files_of_none_need_no_changeset(scene) -> None:
    assert judge(scene, CHANGESET, {"packages/b/i.js": "2", "packages/x/i.js": "2"}) == []


def test_a_release_of_changesets_passes(scene) -> None:
    base = {**CHANGESET, ".changeset/one.md": '---\n"@x/a": patch\n---\n\nMend it.\n'}
    log = "# @x/a\n\n## 1.0.1\n\n### Patch Changes\n\n- Mend it.\n"
    scene.repository.commit(base)
    (scene.repository.path / ".changeset/one.md").unlink()
    scene.repository.stage(
        {"packages/a/package.json": '{"name":"@x/a","version":"1.0.1"}', "packages/a/CHANGELOG.md": log}
    )
    assert scene.run().found(errors_only=True) == []


def test_beachball_wants_every_package_named_and_a_comment(scene) -> None:
    change = {"type": "patch", "comment": "Mend it.", "packageName": "@x/a"}
    base = {"beachball.config.js": "module.exports = {}\n", **PACKAGES}
    assert judge(scene, base, {"packages/a/i.js": "2", "change/a.json": json.dumps(change)}) == []
    scene.repository.stage({"packages/b/i.js": "2"})
    assert scene.run().found() == [("CHG108", "change")]
    grouped = {"changes": [change, {**change, "packageName": "@x/b", "type": "none", "comment": ""}]}
    scene.repository.stage({"change/a.json": json.dumps(grouped)})
    assert scene.run().found() == []
    scene.repository.stage({"change/a.json": json.dumps({**change, "comment": "TODO"})})
    assert ("CHG109", "change/a.json") in scene.run().found()


def test_an_audit_looks_at_the_fragments_that_wait(scene) -> None:
    scene.repository.commit({"pyproject.toml": TOWNCRIER, "changes/1.bugfix.md": " ", "changes/2.bugfix.md": "It.\n"})
    assert scene.run(committing=False).found() == [("CHG109", "changes/1.bugfix.md")]
