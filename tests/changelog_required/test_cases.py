"""The labelled cases, word for word."""

from __future__ import annotations

import pytest

from tests.changelog_required.scenes import judge_case, place, save, stage
from tests.verdicts import cases


def compare(case, judged, *, errors_only: bool, path=None) -> None:
    """What a case expects is what was found: codes, paths, and lines where the case gives them."""
    rows = [row for row in judged.rows if row["severity"] == "error" or not errors_only]
    wanted = [] if case["expect"] == "ok" else list(case["expect"])
    left = list(rows)
    for one in wanted:
        where = None if one.get("path") == "-" else one.get("path", path)
        match = next(
            (
                row
                for row in left
                if (row["code"], row["path"]) == (one["code"], where) and one.get("line", row["line"]) == row["line"]
            ),
            None,
        )
        assert match, f"{one} is missing: {case['why']} (found {rows})"
        left.remove(match)
    assert not left, case["why"]


def index_of(repository) -> str:
    return repository.git("ls-files", "-s")


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in cases("changelog-require.yaml")])
def test_require(case, scene, tmp_path) -> None:
    runs = judge_case(case, scene, tmp_path)
    for judged in runs:
        if case["expect"] != "ok" and case["expect"][0]["code"].startswith("CHG0"):
            assert judged.code == 2
            assert not judged.rows
            assert len(judged.err.splitlines()) == 1
            assert judged.err.startswith("changelog-required: error: ")
            continue
        compare(case, judged, errors_only=True)
        assert judged.code == int(case["expect"] != "ok")
    for name in case.get("after", {}).get("worktree_has", []):
        assert (scene.repository.path / name).is_file()


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in cases("changelog-format.yaml")])
def test_format(case, scene) -> None:
    value = {"content_base64": case["content_base64"]} if "content_base64" in case else case["content"]
    place(scene.repository, case["path"], value)
    stage(scene.repository, [case["path"]])
    save(scene.repository, "base")
    options = ["--lint=file", f"--style={case['style']}", *case.get("options", [])]
    compare(case, scene.run(*options, committing=False), errors_only=False, path=case["path"])
