"""CircleCI, Azure Pipelines, Bitbucket Pipelines."""

from __future__ import annotations

import pytest

from tests.pinned_base_image.surfaces.reading import judged, marked, pulled

CIRCLE, AZURE, BITBUCKET = ".circleci/config.yml", "azure-pipelines.yml", "bitbucket-pipelines.yml"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("jobs: {a: {docker: [{image: x:1}, {image: y}]}}\n", ["1:29 x:1", "1:43 y"], id="a job"),
        pytest.param("executors: {a: {docker: [{image: x}]}}\n", ["1:34 x"], id="an executor"),
        pytest.param("orbs: {o: {executors: {a: {docker: [{image: x}]}}}}\n", ["1:45 x"], id="an orb in the file"),
        pytest.param("orbs: {node: circleci/node@5}\njobs: {docker: {}}\n", [], id="an orb from elsewhere"),
        pytest.param("jobs: {a: {machine: {image: 'ubuntu-2204:current', docker_layer_caching: true}}}\n", [], id="vm"),
        pytest.param("jobs: {a: {docker: [{image: 'x:<< parameters.t >>'}]}}\n", ["1:29 x:?"], id="a parameter"),
        pytest.param(
            "jobs: {a: {docker: [{image: <<parameters.i>>:latest}]}}\n", ["1:29 ?:latest"], id="a tag behind one"
        ),
        pytest.param("x: &d [{image: x}]\njobs: {a: {docker: *d}, b: {docker: *d}}\n", ["1:16 x"], id="an anchor"),
    ],
)
def test_circleci(content, expected) -> None:
    assert pulled(CIRCLE, content) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("resources: {containers: [{container: c, image: x}]}\n", ["1:48 x"], id="a resource"),
        pytest.param("resources: {containers: [{container: c, type: ACR, image: x}]}\n", [], id="a registry of Azure"),
        pytest.param("jobs: [{job: a, container: x:1}]\n", ["1:28 x:1"], id="a job"),
        pytest.param("jobs: [{deployment: a, container: {image: x:1}}]\n", ["1:43 x:1"], id="a deployment"),
        pytest.param("stages: [{jobs: [{job: a, container: x}]}]\n", ["1:38 x"], id="in a stage"),
        pytest.param("container: x\nsteps: []\n", ["1:12 x"], id="the only job"),
        pytest.param("pool: {vmImage: ubuntu-latest}\ncontainer: ''\n", [], id="a machine"),
        pytest.param(
            "resources: {containers: [{container: c, image: x:1}]}\njobs: [{job: a, container: c}]\n",
            ["1:48 x:1"],
            id="the name of a resource",
        ),
        pytest.param("parameters: []\njobs: [{job: a, container: c}]\n", [], id="a name in a template"),
        pytest.param("parameters: []\njobs: [{job: a, container: c:1}]\n", ["2:28 c:1"], id="an image in a template"),
        pytest.param("jobs: [{job: a, container: '${{ parameters.c }}'}]\n", ["1:28 ?"], id="a parameter"),
        pytest.param("jobs: [{job: a, container: 'x:$(tag)'}]\n", ["1:28 x:?"], id="a variable"),
        pytest.param("jobs: [{job: a, steps: [{script: 'container: x'}]}]\n", [], id="a script"),
    ],
)
def test_azure(content, expected) -> None:
    assert pulled(AZURE, content) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("image: x\n", ["1:8 x"], id="of all steps"),
        pytest.param("image: {name: x:1, username: u}\n", ["1:15 x:1"], id="with settings"),
        pytest.param("pipelines: {default: [{step: {image: x}}]}\n", ["1:38 x"], id="a step"),
        pytest.param(
            "pipelines: {branches: {main: [{parallel: [{step: {image: x}}]}]}}\n", ["1:58 x"], id="steps side by side"
        ),
        pytest.param("definitions: {services: {db: {image: x}}}\n", ["1:38 x"], id="a service"),
        pytest.param(
            "definitions: {steps: [{step: &s {image: x}}]}\npipelines: {default: [{step: *s}]}\n", ["1:41 x"], id="once"
        ),
        pytest.param("pipelines: {default: [{step: {script: [{pipe: 'docker://x'}]}}]}\n", ["1:57 x"], id="a pipe"),
        pytest.param("pipelines: {default: [{step: {script: [{pipe: atlassian/x:1}]}}]}\n", [], id="a pipe by name"),
        pytest.param("pipelines: {default: [{step: {script: ['image: x']}}]}\n", [], id="a script"),
        pytest.param("image: $IMAGE\n", ["1:8 ?"], id="a variable"),
    ],
)
def test_bitbucket(content, expected) -> None:
    assert pulled(BITBUCKET, content) == expected


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (CIRCLE, "jobs: {a: {docker: [{image: 'x:1'}]}}\n"),
        (AZURE, "jobs: [{job: a, container: 'x:1'}]\n"),
        (BITBUCKET, "image: x:1\n"),
    ],
)
def test_where_a_digest_can_be_written(path, content) -> None:
    assert marked(path, content) == content.replace("x:1", "x:1@")
    assert judged(path, content.replace("x:1", "x:latest")) == [
        f"1:{content.index('x:1') + ('{' not in content or 0)} PIN002"
    ]
    assert judged(path, content + "]") != []


@pytest.mark.parametrize(
    "path",
    [
        "azure-pipelines.release.yml",
        "ci/azure-pipeline.yaml",
        ".azure/x.yml",
        ".azure-pipelines/a/b.yml",
        "azure-pipelines/a.yml",
    ],
)
def test_names_of_azure(path) -> None:
    assert pulled(path, "container: x\nsteps: []\n")
