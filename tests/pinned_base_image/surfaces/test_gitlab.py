from __future__ import annotations

import pytest

from tests.pinned_base_image.surfaces.reading import judged, marked, pulled

PATH = ".gitlab-ci.yml"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("image: x:1\n", ["1:8 x:1"], id="of all jobs"),
        pytest.param("image: {name: x:1, entrypoint: ['']}\n", ["1:15 x:1"], id="with settings"),
        pytest.param(
            "default: {image: x, services: [y, {name: z, alias: q}]}\n", ["1:18 x", "1:32 y", "1:42 z"], id="d"
        ),
        pytest.param("services: [docker:27-dind]\n", ["1:12 docker:27-dind"], id="services"),
        pytest.param("a: {image: x}\n", ["1:12 x"], id="of a job"),
        pytest.param("a: {variables: {image: x}}\n", [], id="a variable called image"),
        pytest.param("a: {script: ['image: x']}\n", [], id="a script"),
        pytest.param("include: {image: x}\nworkflow: {image: y}\n", [], id="keywords are no jobs"),
        pytest.param("a: {image: !reference [.b, image]}\n.b: {image: x}\n", ["2:13 x"], id="a reference"),
        pytest.param("variables: {I: x:1}\na: {image: $I}\n", ["1:16 x:1"], id="a variable"),
        pytest.param("variables: {I: {value: x:1}}\na: {image: '${I}'}\n", ["1:24 x:1"], id="a described variable"),
        pytest.param("variables: {T: 'lts'}\na: {image: 'node:$T'}\n", ["1:16 node:lts"], id="a tag"),
        pytest.param("variables: {T: 3.10}\na: {image: 'x:$T'}\n", ["1:16 x:3.1"], id="a number"),
        pytest.param("variables: {R: r.io}\na: {image: '$R/x:1'}\n", ["2:12 r.io/x:1"], id="a registry"),
        pytest.param("variables: {A: $B, B: x}\na: {image: $A}\n", ["1:23 x"], id="a variable in a variable"),
        pytest.param("variables: {A: $B, B: $A}\na: {image: $A}\n", ["1:23 ?"], id="variables in a circle"),
        pytest.param("variables: {I: x}\na: {image: $I, variables: {I: y}}\n", ["2:31 y"], id="the job's own wins"),
        pytest.param("variables: {I: ''}\na: {image: $I}\n", ["2:12 ?"], id="an empty variable"),
        pytest.param("a: {image: $CI_REGISTRY_IMAGE/x:latest}\n", ["1:12 ?/x:latest"], id="a tag behind a variable"),
        pytest.param("a: {image: '$$x'}\n", ["1:12 $x"], id="a dollar sign"),
        pytest.param("a: {image: 'x:$[[ inputs.tag ]]'}\n", ["1:12 x:?"], id="an input"),
        pytest.param("variables: {I: x}\na: {image: $I}\nb: {image: $I}\n", ["1:16 x"], id="one definition, two jobs"),
        pytest.param(
            "variables: {T: t}\na: {image: 'x:$T'}\nb: {image: 'y:$T'}\n",
            ["1:16 x:t", "1:16 y:t"],
            id="one tag, two images",
        ),
        pytest.param(
            ".a: {image: $I}\nb: {extends: .a, variables: {I: y}}\n", ["2:33 y"], id="a variable for an inherited image"
        ),
        pytest.param(".a: {image: $I}\n", ["1:13 ?"], id="a hidden job that nothing extends"),
        pytest.param("a: {extends: b, image: x}\nb: {extends: a}\n", ["1:24 x"], id="jobs that extend each other"),
        pytest.param(
            "a: {image: 'x:$V', parallel: {matrix: [{V: ['1', '2']}, {V: '3'}]}}\n",
            ["1:45 x:1", "1:50 x:2", "1:61 x:3"],
            id="a matrix",
        ),
        pytest.param("spec: {inputs: {image: {}}}\n---\na: {image: x}\n", ["3:12 x"], id="a header"),
    ],
)
def test_jobs(content, expected) -> None:
    assert pulled(PATH, content) == expected


@pytest.mark.parametrize("path", [".gitlab-ci.yml", "a/.gitlab-ci.yaml", "build.gitlab-ci.yml", ".gitlab/ci/a.yml"])
def test_names(path) -> None:
    assert pulled(path, "image: x\n")


@pytest.mark.parametrize("path", ["ci.yml", ".gitlab/issue.yml", "mygitlab-ci.yml", ".gitlab-ci.yml.j2"])
def test_other_names(path) -> None:
    assert not pulled(path, "image: x\n")


def test_where_a_digest_can_be_written() -> None:
    text = "variables: {I: 'x:1', T: t}\nimage: $I\na: {image: 'y:2'}\nb: {image: 'z:$T'}\n"
    assert marked(PATH, text) == text.replace("x:1", "x:1@").replace("y:2", "y:2@")


def test_verdicts() -> None:
    assert judged(PATH, "image: x # guardrail: allow[PIN001] the vendor has no tags\n") == []
    assert judged(PATH, "image: x:latest\n") == ["1:8 PIN002"]
    assert judged(PATH, "image: 'x\n") == ["1:8 PIN900"]
