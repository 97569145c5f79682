"""The demo keeps its promises, and says so when it does not."""

from __future__ import annotations

import os

import pytest

from tests.end_to_end.conftest import DRIVERS_HOME, demo

SAID = """\
no image is latest............Failed
- hook id: pinned-base-image
- exit code: 1

compose.yaml:3:5: PIN002 image "redis:latest" moves
  3 | redis:latest
  fix: write redis:7.4.1, see a.txt:1:1
no image runs as root.........Passed
"""


@pytest.mark.parametrize(
    ("promised", "broken"),
    [
        pytest.param({"pinned-base-image": {"PIN002"}}, [], id="kept"),
        pytest.param({"pinned-base-image": {"PIN001", "PIN002"}}, ["PIN001 was not reported"], id="one less"),
        pytest.param({"pinned-base-image": set()}, ["PIN002 was reported"], id="one more"),
        pytest.param(
            {"no-root-dockerfile": {"USR001"}},
            ["pinned-base-image refused it", "no-root-dockerfile did not refuse it", "USR001 was not reported"],
            id="another hook",
        ),
    ],
)
def test_a_broken_promise_is_told(promised, broken) -> None:
    assert demo.broken_promises(SAID, promised) == broken
    indented = "".join(f"  {line}" if "PIN002" in line else line for line in SAID.splitlines(keepends=True))
    assert demo.broken_promises(indented, promised) == broken


def test_the_tour_visits_every_hook() -> None:
    assert sorted(one.hook for one in demo.TOUR) == sorted(demo.hook_ids()) == sorted(demo.BEFORE)


@pytest.mark.skipif(os.name == "nt", reason="approvals need a POSIX terminal")
@pytest.mark.xdist_group("installation")
def test_every_commit_of_the_tour_is_refused_mended_and_accepted(tmp_path, capfd) -> None:
    assert demo.tour(tmp_path / "acme", DRIVERS_HOME, demo.hook_ids(), []) == []
    shown = capfd.readouterr().out
    assert shown.count("# Refused.") == shown.count("# Accepted:") == len(demo.TOUR)
    for one in demo.TOUR:
        assert shown.count(f"- hook id: {one.hook}\n") == 1
        assert shown.count(f"$ git commit --quiet -m '{one.message}'") == 2


@pytest.mark.xdist_group("installation")
def test_arguments_go_on_to_the_driver(tmp_path, capfd) -> None:
    chosen = ["changelog-required"]
    assert demo.tour(tmp_path / "acme", DRIVERS_HOME, chosen, [*chosen, "--verbose"]) == []
    shown = capfd.readouterr().out
    assert shown.count("- hook id: changelog-required\n- duration: ") == 3
    assert "no image runs as root" not in shown


@pytest.mark.xdist_group("installation")
def test_a_tour_that_is_not_refused_fails(tmp_path, monkeypatch) -> None:
    (one,) = (one for one in demo.TOUR if one.hook == "pinned-base-image")
    monkeypatch.setattr(demo, "TOUR", (one._replace(staged=one.mended[:0], mended=one.staged),))
    broken = demo.tour(tmp_path / "acme", DRIVERS_HOME, [one.hook], [one.hook])
    assert f"{one.message}: the mended commit was refused" in broken
