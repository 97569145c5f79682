"""A NUL in the input is a character that no reference may hold, not a variable without a value."""

from __future__ import annotations

import pytest
from guardrail_hooks.pinned_base_image import listing
from guardrail_hooks.pinned_base_image.cli import HOOK

from tests.pinned_base_image.surfaces.reading import uses
from tests.verdicts import findings

NUL = [
    pytest.param("Dockerfile", "FROM nginx\0:1.2.3\n", id="FROM"),
    pytest.param("Dockerfile", "ARG V=1\0\nFROM nginx:$V\n", id="the default of an ARG"),
    pytest.param("Dockerfile", "# syntax=docker/dockerfile:1\0\nFROM scratch\n", id="the frontend"),
    pytest.param("Dockerfile", "FROM scratch\nCOPY --from=nginx:1\0 a b\n", id="COPY --from"),
    pytest.param("compose.yaml", 'services:\n  a:\n    image: "nginx:1\\0"\n', id="an escape in YAML"),
    pytest.param(".devcontainer.json", '{"image": "nginx:1\\u0000"}', id="an escape in JSON"),
    pytest.param("docker-bake.hcl", 'target "a" { contexts = { b = "docker-image://a\\u0000:1" } }', id="HCL"),
    pytest.param("values.yaml", 'image: {repository: nginx, tag: "1\\0"}\n', id="the values of a chart"),
    pytest.param("pod.yaml", 'apiVersion: v1\nkind: Pod\nspec: {containers: [{image: "a\\0:1"}]}\n', id="a pod"),
]


@pytest.mark.parametrize(("path", "text"), NUL)
def test_it_makes_a_reference_invalid(path, text) -> None:
    (found,) = findings(HOOK, {path: text}, "--surface", "all")
    assert found.rule.code == "PIN008"
    assert '"\\x00" is not allowed in' in found.message


def test_it_is_listed_as_invalid() -> None:
    (row,) = listing.rows(("Dockerfile", use) for use in uses("Dockerfile", "FROM nginx\0:1.2.3\n"))
    assert row["class"] == "invalid"


def test_a_variable_without_a_value_is_still_one() -> None:
    (found,) = findings(HOOK, {"Dockerfile": "ARG V\nFROM a\0:$V\n"}, "--severity", "PIN009=error")
    assert found.rule.code == "PIN009"
