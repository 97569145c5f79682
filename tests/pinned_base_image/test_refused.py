"""What builds refuse: one finding for it, at its place, in words that say what to type next."""

from __future__ import annotations

import pytest
from guardrail_hooks.pinned_base_image.cli import HOOK

from tests.verdicts import findings, places

DIGEST = "sha256:" + "3f" * 32


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        pytest.param("FROM a:1\nCOPY --from=5 / /\n", ["2:13 PIN900"], id="a number is a stage, never an image"),
        pytest.param("FROM a:1\nCOPY --from=-1 / /\n", ["2:13 PIN900"], id="whatever its sign"),
        pytest.param("FROM a:1\nONBUILD COPY --from=1 / /\n", [], id="of another build behind ONBUILD"),
        pytest.param("FROM a:1\nRUN --mount=from=0,target=/x y\n", ["2:18 PIN001"], id="mounts know no numbers"),
        pytest.param("FROM nginx latest\n", ["1:1 PIN900"], id="two words"),
        pytest.param("FROM nginx AS\n", ["1:1 PIN900"], id="AS without a name"),
        pytest.param("FROM nginx AT x\n", ["1:1 PIN900"], id="three words without AS"),
        pytest.param("FROM ${{ x }}\n", ["1:1 PIN900"], id="a template's variable"),
        pytest.param("FROM nginx AS 1x\n", ["1:6 PIN001", "1:15 PIN900"], id="a bad name for a stage hides no image"),
        pytest.param(
            "FROM a:1\nRUN --mount=type=bind,from=$X,target=/x \\\n  --mount=from=${Y},target=/y z\n",
            ["2:28 PIN008"],
            id="the variable of a mount, not the whole RUN",
        ),
        pytest.param(
            "FROM a:1 AS b\nONBUILD RUN --mount=from=$X,target=/x y\nFROM b\n",
            ["2:26 PIN008"],
            id="once where a trigger fires in the same file",
        ),
    ],
)  # fmt: skip
def test_one_finding(dockerfile, expected) -> None:
    assert sorted(places(findings(HOOK, {"Dockerfile": dockerfile}))) == sorted(expected)


@pytest.mark.parametrize("flag", ["COPY --from=$X a b", "RUN --mount=type=bind,from=$X,target=/x y"])
def test_a_variable_that_is_not_expanded_needs_a_stage(flag) -> None:
    (found,) = findings(HOOK, {"Dockerfile": f"FROM a:1\n{flag}\n"})
    assert found.message == '"$X" is no image reference: builds expand no variables here'
    assert found.fix == "give it a stage: write `FROM $X AS <stage>` above, and <stage> here"


def test_a_variable_that_compose_cannot_read() -> None:
    (found,) = findings(HOOK, {"compose.yaml": 'services: {a: {image: "x:${T"}}\n'})
    assert found.message == '"x:${T" is no image reference: "${T" is not closed by "}"'
    assert found.fix == "write variables as ${NAME} or ${NAME:-default}, and a dollar sign as $$"


@pytest.mark.parametrize(
    ("dockerfile", "arguments", "message"),
    [
        pytest.param(
            "ARG V=3.12.7\nFROM python:$V\n",
            ["--policy", "digest"],
            'image "python:$V", which is "python:3.12.7" (V=3.12.7 on line 1), has no digest: it can be pushed again',
            id="PIN005",
        ),
        pytest.param(
            "ARG N=Python\nFROM $N:3\n",
            [],
            '"$N:3", which is "Python:3" (N=Python on line 1), is no image reference: the repository name',
            id="PIN008",
        ),
        pytest.param(
            f"ARG N=python\nFROM $N@{DIGEST}\n",
            ["--severity", "PIN010=error"],
            f'image "$N@{DIGEST}", which is "python@{DIGEST}" (N=python on line 1), has a digest but no tag',
            id="PIN010",
        ),
    ],
)
def test_what_a_variable_comes_to_is_told_in_a_sentence(dockerfile, arguments, message) -> None:
    (found,) = findings(HOOK, {"Dockerfile": dockerfile}, *arguments)
    assert found.message.startswith(message)


@pytest.mark.parametrize(
    ("path", "dockerfile"),
    [
        pytest.param("template.Dockerfile", "FROM a:1\nCOPY --from=$X a b\n", id="by name"),
        pytest.param("Dockerfile.tmpl.dev", "FROM a:1\nRUN --mount=from=$X,target=/x y\n", id="by a part of the name"),
        pytest.param("Dockerfile", "FROM a:1\nCOPY --from=${{x}} a b\n", id="by what stands there"),
        pytest.param("Dockerfile", "FROM a:1\nCOPY --from={{x}} a b\n", id="by what stands there, without a variable"),
    ],
)
def test_a_template_is_no_invalid_reference(path, dockerfile) -> None:
    assert findings(HOOK, {path: dockerfile}) == []
