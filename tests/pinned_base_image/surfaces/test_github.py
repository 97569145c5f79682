from __future__ import annotations

import pytest

from tests.pinned_base_image.surfaces.reading import judged, marked, pulled

WORKFLOW = ".github/workflows/ci.yml"
JOB = "jobs:\n  a:\n    "


def matrix(rows: str, image: str) -> str:
    return f"{JOB}strategy:\n      matrix:\n        {rows}\n    container: {image}\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(JOB + "container: x:1\n", ["3:16 x:1"], id="a container"),
        pytest.param(JOB + "container: {image: x:1}\n", ["3:24 x:1"], id="a container with settings"),
        pytest.param(JOB + "container: ''\n", [], id="no container"),
        pytest.param(JOB + "services: {a: x, b: {image: y:2}}\n", ["3:19 x", "3:33 y:2"], id="services"),
        pytest.param(JOB + "services: {a: ''}\n", [], id="a service that is switched off"),
        pytest.param(JOB + "runs-on: ubuntu-latest\n", [], id="a runner"),
        pytest.param(JOB + "steps: [{uses: 'docker://x:1'}]\n", ["3:30 x:1"], id="a step"),
        pytest.param(JOB + "steps: [{uses: actions/checkout@v4}]\n", [], id="an action"),
        pytest.param(JOB + "steps: [{run: docker pull docker://x}]\n", [], id="a shell"),
        pytest.param(JOB + "container: 'r/x:${{ github.sha }}'\n", ["3:16 r/x:?"], id="an expression"),
        pytest.param(
            JOB + "container: '${{ env.R }}/x:latest'\n", ["3:16 ?/x:latest"], id="a tag behind an expression"
        ),
        pytest.param(matrix("i: [x:1, y]", "${{ matrix.i }}"), ["5:13 x:1", "5:18 y"], id="a matrix"),
        pytest.param(
            matrix("v: [3.10, '3.10']", "python:${{matrix.v}}"), ["5:13 python:3.1", "5:19 python:3.10"], id="n"
        ),
        pytest.param(matrix("v: [lts]", "node:${{ matrix.v }}-slim"), ["5:13 node:lts-slim"], id="a part of the tag"),
        pytest.param(matrix("i: [x]", "${{ matrix.i }}:latest"), ["6:16 ?:latest"], id="a name without the tag"),
        pytest.param(matrix("i: [x]", "${{ matrix.j }}"), ["6:16 ?"], id="a name that is not there"),
        pytest.param(matrix("i: ${{ fromJSON(x) }}", "${{ matrix.i }}"), ["6:16 ?"], id="a matrix from outside"),
        pytest.param(matrix("c: [{i: x:1}, {}]", "${{ matrix.c.i }}"), ["5:17 x:1"], id="a matrix of mappings"),
        pytest.param(matrix("include: [{i: x:1}]", "${{ matrix.i }}"), ["5:23 x:1"], id="what a matrix includes"),
        pytest.param(matrix("i: ['${{ env.A }}']", "${{ matrix.i }}"), ["5:13 ?"], id="an expression in a matrix"),
        pytest.param(
            matrix("{o: [a], v: [1, 2]}", "${{ matrix.o }}:${{ matrix.v }}"), ["5:22 ?:1", "5:25 ?:2"], id="two lists"
        ),
        pytest.param(
            JOB
            + "strategy: {matrix: {i: [x]}}\n    container: '${{ matrix.i }}'\n    services: {a: '${{ matrix.i }}'}\n",
            ["3:29 x"],
            id="a list that is used twice",
        ),
        pytest.param(
            JOB + "strategy: {matrix: {i: [x]}}\n    steps: [{uses: 'docker://${{ matrix.i }}'}]\n",
            ["3:29 x"],
            id="a step from a matrix",
        ),
    ],
)
def test_workflows(content, expected) -> None:
    assert pulled(WORKFLOW, content) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("runs: {using: docker, image: 'docker://x:1'}\n", ["1:40 x:1"], id="an image"),
        pytest.param("runs: {using: docker, image: Dockerfile}\n", [], id="a Dockerfile"),
        pytest.param("runs:\n  steps:\n  - uses: docker://x\n", ["3:20 x"], id="a step"),
    ],
)
@pytest.mark.parametrize("path", ["action.yml", "action.yaml", ".github/actions/setup/action.yml"])
def test_actions(path, content, expected) -> None:
    assert pulled(path, content) == expected


@pytest.mark.parametrize(
    "path", [".github/ci.yml", "workflows/ci.yml", ".github/workflows/sub/ci.yml", "my-action.yml"]
)
def test_other_names(path) -> None:
    assert pulled(path, JOB + "container: x:1\n") == []


def test_where_a_digest_can_be_written() -> None:
    text = JOB + "container: x:1\n    steps: [{uses: 'docker://y'}]\n"
    assert marked(WORKFLOW, text) == text.replace("x:1", "x:1@").replace("//y", "//y@")
    text = matrix("i: [x:1]", "${{ matrix.i }}")
    assert marked(WORKFLOW, text) == text.replace("x:1", "x:1@")
    text = matrix("i: ['1']", "x:${{ matrix.i }}")
    assert marked(WORKFLOW, text) == text


def test_verdicts() -> None:
    assert judged(WORKFLOW, JOB + "# guardrail: allow[PIN001] the vendor has no tags\n    container: x\n") == []
    assert judged(WORKFLOW, JOB + "container: x\n") == ["3:16 PIN001"]
    assert judged(WORKFLOW, JOB + "container: x: y\n") == ["3:17 PIN900"]
