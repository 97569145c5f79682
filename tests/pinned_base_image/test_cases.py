"""The labelled cases, word for word."""

from __future__ import annotations

import json

import pytest
from guardrail_hooks.pinned_base_image.cli import HOOK
from guardrail_hooks.pinned_base_image.tags import POLICIES

from tests.verdicts import cases, expected, findings, lines, option_arguments

MALFORMED = {"PIN006", "PIN007", "PIN008"}


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in cases("pinned-dockerfile.yaml")])
def test_labelled_dockerfile(case) -> None:
    arguments = ["--policy", case["policy"], *option_arguments(case.get("options"))]
    assert lines(findings(HOOK, {"Dockerfile": case["dockerfile"]}, *arguments)) == expected(case), case["why"]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["ref"][:60]) for case in cases("pinned-references.yaml")])
def test_labelled_reference(case) -> None:
    text = "services:\n  a:\n    image: " + json.dumps(case["ref"].replace("$", "$$"), ensure_ascii=False) + "\n"
    for policy in POLICIES:
        codes = {one.rule.code for one in findings(HOOK, {"compose.yaml": text}, "--policy", policy)}
        if not case["valid"]:
            assert codes <= MALFORMED, case["why"]
            assert codes or "{{" in case["ref"], case["why"]
        elif case["kind"] == "digest-as-tag":
            assert codes == {"PIN007"}
        else:
            assert len(codes) == (policy not in case["passes"]), (policy, codes, case["why"])
            assert not codes & MALFORMED
