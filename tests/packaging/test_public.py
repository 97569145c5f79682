"""What the public side of the repository promises: workflows, forms and documents."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.packaging import versions

ROOT = Path(__file__).resolve().parents[2]
GITHUB = ROOT / ".github"
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
WORKFLOWS = sorted(GITHUB.glob("workflows/*.yml"))
DOCUMENTS = sorted(GITHUB.glob("*.md"))
SCRIPTS = re.findall(r'(?m)^([a-z-]+) = "guardrail_hooks\.', PROJECT)


def load(path: Path) -> dict:
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


def steps(workflow: dict) -> list[dict]:
    return [step for job in workflow["jobs"].values() for step in job.get("steps", [])]


TESTS = load(GITHUB / "workflows/tests.yml")
RELEASE = load(GITHUB / "workflows/release.yml")


def test_every_action_is_pinned_by_commit_with_its_version_beside_it() -> None:
    seen: dict[str, set[str]] = {}
    for path in WORKFLOWS:
        for used in re.findall(r"(?m)^\s*-? ?uses: (.*)$", path.read_text(encoding="utf-8")):
            if used.startswith("$/"):  # this repository, at the commit that runs
                assert (ROOT / used.removeprefix("$/")).is_file()
                continue
            pinned = re.fullmatch(r"([\w-]+/[\w-]+)@([0-9a-f]{40} # v\d+\.\d+\.\d+)", used)
            assert pinned, used
            seen.setdefault(pinned[1], set()).add(pinned[2])
    assert len(seen) > 4
    assert {name: len(pins) for name, pins in seen.items() if len(pins) != 1} == {}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_nothing_is_permitted_that_a_job_does_not_ask_for(path) -> None:
    workflow = load(path)
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        writes = {scope for scope, level in job["permissions"].items() if level != "read"}
        assert writes == ({"id-token", "attestations"} if name == "publish" else set()), name
        assert "timeout-minutes" in job or "uses" in job
    for step in steps(workflow):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False
        assert "${{" not in step.get("run", "")  # what a stranger may choose never becomes part of a script
    assert "secrets." not in path.read_text(encoding="utf-8")


def test_nothing_is_published_that_was_not_tested_and_built_here() -> None:
    jobs = RELEASE["jobs"]
    assert [jobs["build"]["needs"], jobs["publish"]["needs"]] == ["tests", "build"]
    assert jobs["publish"]["environment"] == "pypi"
    assert "workflow_call" in TESTS["on"]
    made, taken = (
        step["with"] for step in steps(RELEASE) if re.match("actions/(up|down)load-artifact@", step.get("uses", ""))
    )
    assert (made["name"], made["path"]) == (taken["name"], taken["path"])


def test_the_pythons_that_are_promised_are_those_that_are_tested() -> None:
    promised = re.findall(r"Programming Language :: Python :: (3\.\d+)", PROJECT)
    matrix = TESTS["jobs"]["tests"]["strategy"]["matrix"]
    assert matrix["python"] == promised == sorted(promised, key=lambda version: int(version[2:]))
    assert matrix["unproven"] == [False]
    assert all(more["unproven"] for more in matrix["include"])
    assert f'requires-python = ">={promised[0]}"' in PROJECT
    assert f'python_version = "{promised[0]}"' in PROJECT
    assert f'target-version = "py{promised[0].replace(".", "")}"' in PROJECT
    edges = [promised[0], promised[-1]]
    assert TESTS["jobs"]["dependencies"]["strategy"]["matrix"]["python"] == edges
    given = {step.get("with", {}).get("python-version") for step in steps(TESTS) + steps(RELEASE)}
    assert given == {None, "${{ matrix.python }}", promised[-1]}


def test_every_requirement_has_a_lower_bound_that_the_lowest_run_holds() -> None:
    held = versions.lowest(PROJECT)
    blocks = re.findall(r"(?ms)^(?:requires|dependencies|test) = \[(.*?)\](?= #|$)", PROJECT)
    named = [name for block in blocks for name in re.findall(r'"([\w.-]+)[^"]*"', block)]
    assert [line.partition("==")[0] for line in held] == named
    assert len(blocks) == 3
    assert "ruamel.yaml==" in " ".join(held)


def test_workflows_are_free_of_known_weaknesses() -> None:
    zizmor = Path(sys.executable).parent / "zizmor"
    if not zizmor.exists():
        pytest.skip("zizmor is part of the lint extra, which is not installed")
    command = [zizmor, "--offline", "--no-progress", "--quiet", "--persona", "auditor", GITHUB]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_forms_name_the_hooks_and_labels_are_those_of_github() -> None:
    forms = [load(path) for path in sorted((GITHUB / "ISSUE_TEMPLATE").glob("f*.yml"))]
    assert [form["labels"] for form in forms] == [["enhancement"], ["bug"]]
    choices = [part["attributes"].get("options", []) for form in forms for part in form["body"]]
    assert sorted(SCRIPTS) in [sorted(options) for options in choices]
    for form in forms:
        identifiers = [part["id"] for part in form["body"]]
        assert len(set(identifiers)) == len(identifiers)


@pytest.mark.parametrize("path", [*DOCUMENTS, *WORKFLOWS], ids=lambda path: path.name)
def test_files_that_are_named_exist(path) -> None:
    text = path.read_text(encoding="utf-8")
    named = re.findall(r"(?<![\w/-])((?:tests|hooks|examples|\.ci|\.github)/[\w./-]*\w)", text)
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_documents_speak_of_options_that_exist() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    for script in re.findall(r"python3? tests/([\w/]+\.py)[^\n`]* (--[a-z-]+)", text):
        assert f'"{script[1]}"' in (ROOT / "tests" / script[0]).read_text(encoding="utf-8"), script
