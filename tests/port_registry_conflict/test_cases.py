"""Labelled cases: files, the names on the command line, and exactly what must be found."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.port_registry_conflict.cli import HOOK

from tests import verdicts

CASES = verdicts.cases("ports.yaml")
SCRIPT = Path(sys.executable).parent / "port-registry-conflict"
FATAL = {"PRT401", "PRT402"}


def arguments_of(case) -> list[str]:
    """The command line of a case."""
    registry = ["--registry", case["registry"]] if case.get("registry") else []
    options = []
    for name, value in (case.get("options") or {}).items():
        values = [f"{k}={v}" for k, v in value.items()] if isinstance(value, dict) else value
        for one in values if isinstance(values, list) else [values]:
            options += [f"--{name}", str(one)]
    return [*registry, *options, *case["staged"]]


def wanted(case) -> list[tuple[str, str, int]]:
    """What a case expects, as (code, path, line)."""
    return [] if case["expect"] == "ok" else sorted((e["code"], e["file"], e["line"]) for e in case["expect"])


def is_fatal(case) -> bool:
    """Whether the hook cannot judge the case."""
    return case["expect"] != "ok" and bool(FATAL & {e["code"] for e in case["expect"]})


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES])
def test_case_in_memory(case) -> None:
    if is_fatal(case):
        with pytest.raises(CannotJudge, match=case["registry"]):
            verdicts.findings(HOOK, case["files"], *arguments_of(case))
        return
    found = verdicts.findings(HOOK, case["files"], *arguments_of(case))
    assert sorted((one.rule.code, one.place.path, one.place.line) for one in found) == wanted(case), case["why"]
    for item in case["expect"] if case["expect"] != "ok" else ():
        there = [one for one in found if (one.rule.code, one.place.line) == (item["code"], item["line"])]
        for port in item["ports"]:
            assert any(str(port) in one.message for one in there), (port, [one.message for one in there])


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES[::6] if not is_fatal(case)])
def test_case_through_the_console_script(case, repository) -> None:
    repository.stage(case["files"])
    done = subprocess.run(
        [SCRIPT, "--format", "json", *arguments_of(case)], cwd=repository.path, capture_output=True, check=False
    )
    found = [(one["code"], one["path"], one["line"]) for one in json.loads(done.stdout)]
    assert sorted(found) == wanted(case)
    errors = any(one["severity"] == "error" for one in json.loads(done.stdout))
    assert done.returncode == int(errors), done.stderr
