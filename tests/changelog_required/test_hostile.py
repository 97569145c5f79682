"""Input that nobody writes in good faith: a finding or one clear line, never a crash, never a silent pass."""

from __future__ import annotations

import os
import time

import pytest

DEEP = "  " * 2000


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        pytest.param(b"", {"CHG201", "CHG103"}, id="an empty file"),
        pytest.param(b"\0" * 1000, {"CHG206"}, id="NUL bytes"),
        pytest.param(b"# Changelog\n\xff\xfe\n", {"CHG206"}, id="invalid UTF-8"),
        pytest.param("# Changelog\n".encode("utf-16"), {"CHG206"}, id="UTF-16"),
        pytest.param(b"\xef\xbb\xbf# Changelog\n\n## [Unreleased]\n\n### Added\n\n- Words.\n", set(), id="a BOM"),
        pytest.param(b"# Changelog\r\r## [Unreleased]\r\r### Added\r\r- Words.\r", set(), id="CR alone"),
        pytest.param(b"# Changelog\r\n\r\n## [Unreleased]\r\n\r\n### Added\r\n\r\n- Words.\r\n", set(), id="CRLF"),
        pytest.param(b"# " + b"a" * 4_000_000, {"CHG204", "CHG103"}, id="a line of 4 MB"),
        pytest.param(b"- " * 1_000_000, None, id="a million marks in a line"),
        pytest.param(b"<" * 3_000_000, None, id="three million angles"),
        pytest.param(b"## [1.0.0" + b"." * 1_000_000, None, id="a version without an end"),
        pytest.param(b"## 1." + b"1a" * 500_000 + b"!", None, id="a version that is almost one"),
        pytest.param("".join(f"{'  ' * at}- a\n" for at in range(2000)).encode(), None, id="deep nesting"),
        pytest.param(b"> " * 100_000 + b"a\n", None, id="a hundred thousand quotes"),
        pytest.param(b"[" * 200_000, None, id="brackets that never close"),
        pytest.param(b"```\n" * 100_001, None, id="a hundred thousand fences"),
        pytest.param(b"<!--\n" * 100_000, None, id="a hundred thousand comments"),
        pytest.param(b"a\n=\n" * 50_000, None, id="fifty thousand titles"),
        pytest.param(b"- a\n\n    ```\n" * 20_000, None, id="fences in list items"),
        pytest.param(b"".join(b"## 1.0.%d\n\n- a\n\n" % at for at in range(5000)), None, id="five thousand releases"),
    ],
)
def test_contents(scene, content, codes) -> None:
    scene.repository.commit({"a": "1"})
    scene.repository.stage({"a": "2", "CHANGELOG.md": content})
    start = time.process_time()
    judged = scene.run()
    assert time.process_time() - start < 5
    assert judged.code in (0, 1), judged.err
    if codes is not None:
        assert {code for code, _ in judged.found(errors_only=True)} == codes


def test_a_line_of_ten_megabytes_is_no_changelog(scene) -> None:
    scene.repository.commit({"a": "1"})
    scene.repository.stage({"a": "2", "CHANGELOG.md": b"# " + b"a" * 10_000_000})
    judged = scene.run()
    assert judged.code == 2
    assert "CHANGELOG.md has 10000002 bytes, too many to judge" in judged.err


def test_a_changelog_that_is_a_folder(scene) -> None:
    scene.repository.commit({"CHANGELOG.md/a": "1"})
    scene.repository.stage({"CHANGELOG.md/a": "2"})
    assert scene.run().found() == [("CHG102", "CHANGELOG.md")]


def test_links_in_a_circle(scene) -> None:
    (scene.repository.path / "CHANGELOG.md").symlink_to("b.md")
    (scene.repository.path / "b.md").symlink_to("CHANGELOG.md")
    scene.repository.commit({"a": "1"})
    scene.repository.stage({"a": "2"})
    assert scene.run().found() == [("CHG102", "CHANGELOG.md")]


def test_what_lies_on_disk_is_never_opened(scene) -> None:
    scene.repository.commit({"a": "1"})
    os.mkfifo(scene.repository.path / "CHANGELOG.md")
    (scene.repository.path / "a").write_text("2")
    scene.repository.git("add", "a")
    assert scene.run("--fix").found() == [("CHG102", "CHANGELOG.md")]


@pytest.mark.parametrize(
    "name", [b"\xff\xfe.py", b"a\nb.py", b"-n", b"a b'c\"d.py", b"\x1b[31m.py", "\u202e.py".encode()]
)
def test_names(scene, name) -> None:
    scene.repository.commit({"CHANGELOG.md": "# Changelog\n\n## Unreleased\n"})
    with open(os.path.join(os.fsencode(scene.repository.path), name), "wb") as file:
        file.write(b"1")
    scene.repository.git("add", "-A")
    judged = scene.run()
    assert judged.found() == [("CHG101", "CHANGELOG.md")]


def test_a_folder_whose_name_has_a_newline(scene) -> None:
    scene.repository.commit({"a\nb/CHANGELOG.md": "# Changelog\n\n## Unreleased\n", "a\nb/c": "1"})
    scene.repository.stage({"a\nb/c": "2"})
    assert scene.run().found() == [("CHG101", "a\nb/CHANGELOG.md")]
    scene.repository.stage({"a\nb/CHANGELOG.md": "# Changelog\n\n## Unreleased\n\n### Fixed\n\n- Words.\n"})
    assert scene.run().found() == []


@pytest.mark.parametrize(
    "config",
    [
        {"pyproject.toml": "[tool.towncrier\n"},
        {"pyproject.toml": "[tool.towncrier]\ndirectory = 7\n"},
        {".changie.yaml": "a: &a [*a, *a]\n"},
        {".changie.yaml": "[" * 5000},
        {"releasenotes/config.yaml": "\t\t:\n"},
        {".changeset/config.json": "[" * 5000},
        {".changeset/config.json": "{}", "package.json": "[]"},
        {"setup.cfg": "[scriv\n"},
        {"package.json": '{"beachball": 3}'},
    ],
    ids=lambda config: next(iter(config.values()))[:20],
)
def test_configurations_of_other_tools(scene, config) -> None:
    scene.repository.commit({**config, "a": "1"})
    scene.repository.stage({"a": "2"})
    assert scene.run().code in (0, 1)
