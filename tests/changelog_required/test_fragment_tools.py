"""What the tools themselves do: which files they read, which words are theirs, which packages they ask about."""

from __future__ import annotations

import json
import os

import pytest

CHANGIE = (
    "changesDir: .changes\nunreleasedDir: unreleased\n"
    "kinds:\n- label: Fixed\n- label: Bumped\n  key: bump\n  skipBody: true\n"
)
RENO = {"releasenotes/config.yaml": "prelude_section_name: summary\n"}
NOTES = "releasenotes/notes/"
PENDING = ".changes/unreleased/"


def judge(scene, base: dict, changes: dict, *arguments: str) -> list[tuple[str, str]]:
    scene.repository.commit({"src/app.py": "x = 1\n", **base})
    scene.repository.stage(changes)
    return scene.run(*arguments).found(errors_only=True)


CODE = {"src/app.py": "x = 2\n"}


@pytest.mark.parametrize(
    ("config", "fragment", "expected"),
    [
        pytest.param({".changie.yaml": CHANGIE}, {f"{PENDING}a.yaml": "kind: Bumped\n"}, [], id="a kind without body"),
        pytest.param({".changie.yaml": CHANGIE}, {f"{PENDING}a.yaml": "kind: bump\n"}, [], id="its key"),
        pytest.param(
            {".changie.yaml": CHANGIE}, {f"{PENDING}a.yaml": "kind: Fixed\n"}, [("CHG109", f"{PENDING}a.yaml")],
            id="a kind with a body",
        ),
        pytest.param(
            {".changie.yaml": CHANGIE}, {f"{PENDING}a.yml": "kind: Fixed\nbody: Mend it.\n"},
            [("CHG109", f"{PENDING}a.yml")], id="changie reads .yaml alone",
        ),
        pytest.param(RENO, {f"{NOTES}a.yml": "fixes:\n- Mend it.\n"}, [("CHG109", f"{NOTES}a.yml")], id="so does reno"),
        pytest.param(RENO, {f"{NOTES}a.yaml": "summary: Mend it.\n"}, [], id="a prelude of another name"),
        pytest.param(
            RENO, {f"{NOTES}a.yaml": "prelude: Mend it.\n"}, [("CHG109", f"{NOTES}a.yaml")], id="then it has no other"
        ),
        pytest.param(
            RENO, {f"{NOTES}a.yaml": "fixes:\n  - |\n    Add normal bug fixes here, or remove this section.  All of\n"},
            [("CHG109", f"{NOTES}a.yaml")], id="the words of reno's template",
        ),
        pytest.param(
            {"pyproject.toml": '[tool.scriv]\nskip_fragments = "about*"\n'}, {"changelog.d/about.md": "Read this.\n"},
            [("CHG108", "changelog.d")], id="a file that scriv skips",
        ),
        pytest.param(
            {"pyproject.toml": '[tool.towncrier]\ndirectory = "news"\n[tool.towncrier.fragment.Feature]\n'},
            {"news/1.Feature.md": "Tell it.\n"}, [], id="a type of towncrier in capitals",
        ),
    ],
)  # fmt: skip
def test_what_the_tools_read(scene, config, fragment, expected) -> None:
    assert judge(scene, config, {**CODE, **fragment}) == expected


@pytest.mark.parametrize(
    ("config", "path"),
    [
        pytest.param({"pyproject.toml": '[tool.towncrier]\ndirectory = "news"\n'}, "NEWS.rst", id="towncrier"),
        pytest.param({"pyproject.toml": '[tool.scriv]\nchangelog = "CHANGES.md"\n'}, "CHANGES.md", id="scriv"),
        pytest.param({".changie.yaml": CHANGIE}, ".changes/v1.2.0.md", id="the text of a version"),
        pytest.param(
            {".changie.yaml": f"{CHANGIE}projects:\n- key: api\n  changelog: api/NEWS.md\n"},
            "api/NEWS.md",
            id="the log of a project",
        ),
    ],
)
def test_what_is_made_of_fragments_asks_for_none(scene, config, path) -> None:
    news = "# News\n\n## 1.0.0\n\n- First.\n"
    assert judge(scene, {**config, path: news.replace("First", "Frist")}, {path: news}) == []
    scene.repository.stage(CODE)
    assert [code for code, _ in scene.run().found()] == ["CHG108"]


@pytest.mark.parametrize("folder", ["news", "news/", "news/*", "news/*.md"])
@pytest.mark.parametrize("style", ["plain", "towncrier"])
def test_the_folder_of_fragments(scene, folder, style) -> None:
    options = (f"--fragments={folder}", f"--fragment-style={style}")
    assert judge(scene, {}, CODE, *options) == [("CHG108", "news")]
    scene.repository.stage({"news/1.bugfix.md": "Mend it.\n"})
    assert scene.run(*options).found() == []


PACKAGES = {
    "package.json": '{"name":"root","private":true,"workspaces":["packages/*"]}',
    "packages/a/package.json": '{"name":"a","version":"1.0.0"}',
    "packages/a/i.js": "1",
    "packages/own/package.json": '{"name":"own","version":"1.0.0","private":true}',
    "packages/own/i.js": "1",
    "packages/site/package.json": '{"name":"site","private":true}',
    "packages/site/i.js": "1",
}


@pytest.mark.parametrize("name", [".beachballrc", *(f"beachball.config.{ending}" for ending in ("cjs", "mjs", "ts"))])
def test_a_configuration_of_beachball(scene, name) -> None:
    assert judge(scene, {name: "{}", **PACKAGES}, {"packages/a/i.js": "2"}) == [("CHG108", "change")]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("beachball.config.js", "module.exports = {\n  changeDir: 'notes', // here\n}\n"),
        (".beachballrc.yaml", "changeDir: notes\n"),
        (".config/beachballrc.json", '{"changeDir": "notes"}'),
        ("package.json", '{"name":"root","workspaces":["packages/*"],"beachball":{"changeDir":"notes"}}'),
    ],
)
def test_the_folder_that_beachball_is_given(scene, path, content) -> None:
    assert judge(scene, {**PACKAGES, path: content}, {"packages/a/i.js": "2"}) == [("CHG108", "notes")]


@pytest.mark.parametrize(
    ("package", "beachball", "changesets"),
    [("a", True, True), ("own", False, True), ("site", False, False)],
    ids=["a published one", "a private one", "a private one without a version"],
)
def test_packages_that_are_not_published(scene, package, beachball, changesets) -> None:
    change = {f"packages/{package}/i.js": "2"}
    assert bool(judge(scene, {"beachball.config.js": "", **PACKAGES}, change)) is beachball
    scene.repository.commit({f"packages/{package}/i.js": "1", ".changeset/config.json": "{}"})
    scene.repository.stage(change)
    assert bool(scene.run().found()) is changesets


@pytest.mark.parametrize("value", [False, {"version": False}])
def test_private_packages_that_changesets_leaves_out(scene, value) -> None:
    base = {".changeset/config.json": json.dumps({"privatePackages": value}), **PACKAGES}
    assert judge(scene, base, {"packages/own/i.js": "2"}) == []


def test_a_package_that_tells_beachball_not_to_publish_it(scene) -> None:
    manifest = json.dumps({"name": "a", "version": "1.0.0", "beachball": {"shouldPublish": False}})
    base = {"beachball.config.js": "", **PACKAGES, "packages/a/package.json": manifest}
    assert judge(scene, base, {"packages/a/i.js": "2"}) == []


def test_the_files_that_count_for_changesets(scene) -> None:
    patterns = {"changedFilePatterns": ["**/*.js", "!test/**"]}
    base = {".changeset/config.json": json.dumps(patterns), **PACKAGES}
    assert judge(scene, base, {"packages/a/notes.txt": "2", "packages/a/test/i.js": "2"}) == []
    scene.repository.stage({"packages/a/src/i.js": "2"})
    assert scene.run().found() == [("CHG108", ".changeset")]


@pytest.mark.parametrize("options", [("--exempt-preset=docs",), ("--exempt=**/*.md",), ("--only=src/**",)])
def test_a_fragment_is_one_where_files_of_its_kind_are_exempt(scene, options) -> None:
    base = {"pyproject.toml": '[tool.towncrier]\ndirectory = "news"\n'}
    assert judge(scene, base, {"news/1.bugfixx.md": "Mend it.\n"}, *options) == [("CHG109", "news/1.bugfixx.md")]
    scene.repository.git("mv", "-f", "news/1.bugfixx.md", "news/1.bugfix.md")
    assert scene.run(*options).found() == []


def test_no_pipe_is_waited_for_where_nothing_is_staged_but_exempt_files(scene) -> None:
    scene.repository.commit({"README.md": "1\n"})
    os.mkfifo(scene.repository.path / "setup.cfg")
    scene.repository.stage({"README.md": "2\n"})
    assert scene.run("--exempt-preset=docs").found() == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('\n\n---\n"a": patch\n---\n\nMend it.\n', id="blank lines above"),
        pytest.param('---\n# why\n"a": patch # so\n---\n\nMend it.\n', id="comments"),
        pytest.param('---\n{"a": patch}\n---\n\nMend it.\n', id="braces"),
        pytest.param("---\n? a\n: patch\n---\n\nMend it.\n", id="a key of its own"),
    ],
)
def test_front_matter_is_yaml(scene, text) -> None:
    change = {"packages/a/i.js": "2", ".changeset/one.md": text}
    assert judge(scene, {".changeset/config.json": "{}", **PACKAGES}, change) == []


@pytest.mark.parametrize("text", ["---\n- a\n---\n\nMend it.\n", "---\n[\n---\n\nIt.\n", "---\na: patch\n\nMend it.\n"])
def test_front_matter_that_names_no_package(scene, text) -> None:
    change = {"packages/a/i.js": "2", ".changeset/one.md": text}
    found = judge(scene, {".changeset/config.json": "{}", **PACKAGES}, change)
    assert found == [("CHG108", ".changeset"), ("CHG109", ".changeset/one.md")]


def test_only_files_of_the_packages_that_are_owed_are_named(scene) -> None:
    scene.repository.commit({".changeset/config.json": "{}", "README.md": "1\n", **PACKAGES})
    scene.repository.stage({"packages/a/i.js": "2", "packages/site/i.js": "2", "README.md": "2\n"})
    message = scene.run().rows[0]["message"]
    assert message == "1 file changed (packages/a/i.js), but .changeset got no fragment for a"
