"""The labelled cases, word for word."""

from __future__ import annotations

import pytest
from guardrail_hooks.no_root_dockerfile.cli import HOOK

from tests.verdicts import cases, expected, findings, lines, option_arguments


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in cases("no-root-dockerfile.yaml")])
def test_labelled_case(case) -> None:
    arguments = ["--policy", case["policy"], *option_arguments(case.get("options"))]
    assert lines(findings(HOOK, {"Dockerfile": case["dockerfile"]}, *arguments)) == expected(case), case["why"]
