"""What a user gets who names this repository: the driver clones it, builds its environment, and runs the hooks."""

from __future__ import annotations

import pytest

from tests.end_to_end.conftest import DRIVERS_HOME, ROOT, demo


@pytest.fixture
def installed(consumer):
    repository, tag = demo.hook_repository(DRIVERS_HOME)
    consumer.commit({".pre-commit-config.yaml": demo.configuration(repository, tag)})
    return consumer


@pytest.mark.xdist_group("installation")
def test_every_hook_runs_from_the_manifest_alone(installed) -> None:
    entry = "# Changelog\n\n## Unreleased\n\n### Added\n\n- A readme.\n"
    installed.stage({"readme.txt": "nothing of interest\n", "CHANGELOG.md": entry})
    code, said = installed.run("--all-files", "--verbose")
    assert code == 0, said
    for name in demo.hook_ids():
        assert f"- hook id: {name}" in said or "(no files to check)" in said


@pytest.mark.xdist_group("installation")
def test_the_example_is_refused_before_and_accepted_after(installed) -> None:
    demo.copy_example("before", installed.path)
    installed.stage()
    code, said = installed.run()
    assert code == 1
    assert demo.broken_promises(said, demo.faults(demo.hook_ids())) == []
    demo.copy_example("after", installed.path)
    installed.stage()
    code, said = installed.run()
    assert code == 0, said


def test_the_demo_configuration_is_that_of_the_readme() -> None:
    assert demo.configuration(ROOT, "v1").startswith(
        f"repos:\n- repo: {ROOT.as_posix()}\n  rev: v1\n  hooks:\n  - id: "
    )
