"""The verdict on one use in its words: what is said of variables, digests and remedies."""

from __future__ import annotations

import pytest
from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.pinned_base_image.cli import HOOK

from tests.verdicts import findings

DIGEST = "sha256:" + "3f" * 32
INSPECT = "`docker buildx imagetools inspect {}` prints the digest"


def told(dockerfile: str, *arguments: str) -> list[tuple[str, str, str]]:
    """Code, message and fix of every finding."""
    return [
        (one.rule.code, one.message, one.fix or "") for one in findings(HOOK, {"Dockerfile": dockerfile}, *arguments)
    ]


@pytest.mark.parametrize(
    ("dockerfile", "policy", "fix"),
    [
        pytest.param(
            "FROM debian\n",
            "digest",
            f"write debian:latest@sha256:<digest>; {INSPECT.format('debian:latest')}",
            id="the tag that is meant is written down with the digest",
        ),
        pytest.param(
            "FROM debian:12\n",
            "digest",
            f"write debian:12@sha256:<digest>; {INSPECT.format('debian:12')}",
            id="a tag stays as it is",
        ),
        pytest.param(
            "FROM me/app\n",
            "version",
            "write me/app:<x.y.z>, or add the digest: me/app:latest@sha256:<digest>",
            id="a version or the digest of what is pulled",
        ),
        pytest.param(
            "FROM me/app:latest\n",
            "version",
            "write me/app:<x.y.z>, or keep the tag and add the digest: me/app:latest@sha256:<digest>",
            id="a version instead of the tag",
        ),
        pytest.param(
            "ARG V=3\nFROM python:$V\n",
            "exact",
            "write 3.<y>.<z> in the default on line 1, or keep the tag and add the digest: 3@sha256:<digest>",
            id="where the default stands",
        ),
        pytest.param(
            "ARG V=3\nFROM python:$V\n",
            "digest",
            f"write 3@sha256:<digest> in the default on line 1; {INSPECT.format('python:3')}",
            id="the digest goes there too",
        ),
        pytest.param(
            "ARG I=python\nARG V=latest\nFROM $I:$V\n",
            "version",
            "write <x.y.z> in the default on line 2, or keep the tag and add the digest: latest@sha256:<digest>",
            id="of two defaults the last one",
        ),
        pytest.param(
            "ARG V=latest\nFROM nginx:$V-alpine\n",
            "version",
            "write <x.y.z> in the default on line 1, or keep the tag and add the digest: "
            "nginx:latest-alpine@sha256:<digest>",
            id="a part of the tag; the digest stands behind the whole",
        ),
        pytest.param(
            "ARG R=registry.example.com:5000\nFROM $R/app\n",
            "version",
            "write $R/app:<x.y.z>, or add the digest: $R/app:latest@sha256:<digest>",
            id="the default of the registry holds no tag",
        ),
        pytest.param(
            "ARG R=registry.example.com:5000\nFROM $R/app:3\n",
            "digest",
            f"write $R/app:3@sha256:<digest>; {INSPECT.format('registry.example.com:5000/app:3')}",
            id="a command has no variables",
        ),
        pytest.param(
            "ARG A=\nFROM ${A}busybox:uclibc\n",
            "version",
            "write ${A}busybox:<x.y.z>-uclibc, or keep the tag and add the digest: ${A}busybox:uclibc@sha256:<digest>",
            id="an empty default in front",
        ),
        pytest.param(
            "ARG I=me/app\nARG V\nFROM $I:${V:-latest}\n",
            "version",
            "write me/app:<x.y.z>, or keep the tag and add the digest: me/app:latest@sha256:<digest>",
            id="nor does that of the name",
        ),
        pytest.param(
            "ARG I='me/app:latest'\nFROM $I\n",
            "version",
            "write me/app:<x.y.z> in the default on line 1, or keep the tag and add the digest: "
            "me/app:latest@sha256:<digest>",
            id="a default in quotes",
        ),
        pytest.param(
            "ARG R\nFROM ${R}app:latest\n",
            "version",
            "write ${R}app:<x.y.z>, or keep the tag and add the digest: ${R}app:latest@sha256:<digest>",
            id="a prefix that is not known stays",
        ),
        pytest.param(
            "ARG R\nFROM $R/app:latest\nFROM app:1.2.3\n",
            "version",
            "write $R/app:<x.y.z>, or keep the tag and add the digest: $R/app:latest@sha256:<digest>",
            id="nor is it the image that stands elsewhere",
        ),
    ],
)
def test_the_remedy_says_what_to_write_and_where(dockerfile, policy, fix) -> None:
    ((_, _, said),) = told(dockerfile, "--policy", policy)
    assert said == fix


@pytest.mark.parametrize(
    ("dockerfile", "start"),
    [
        pytest.param(
            "ARG I=python\nFROM $I\n", '"$I" is "python" (the default on line 1), which has no tag', id="whole"
        ),
        pytest.param(
            "ARG I=python\nARG V=latest\nFROM $I:$V\n",
            '"$I:$V" is "python:latest" (I=python on line 1, V=latest on line 2), which moves',
            id="in parts",
        ),
        pytest.param("FROM $R@latest\n", '"$R@latest" is "...@latest": "latest" is no digest', id="with a hole"),
    ],
)
def test_a_reference_with_variables_is_told_with_what_it_comes_to(dockerfile, start) -> None:
    ((_, message, _),) = told(dockerfile)
    assert message.startswith(f"image {start}")


@pytest.mark.parametrize(
    ("dockerfile", "policy", "codes"),
    [
        pytest.param("FROM ${R}:5000/app\n", "version", [], id="the port of a registry is no tag"),
        pytest.param("FROM $R@latest\n", "version", ["PIN006"], id="what stands behind @ is a digest"),
        pytest.param("FROM $R/postgres:16.3\n", "exact", [], id="behind a registry stands the name itself"),
        pytest.param("FROM ${R}postgres:16.3\n", "exact", ["PIN004"], id="behind a prefix it is another name"),
        pytest.param("FROM ${R}debian:bookworm-slim\n", "version", [], id="an image that nobody knows: a release line"),
        pytest.param("FROM $I:pg16\n", "version", [], id="that of an application, perhaps"),
        pytest.param("FROM me/$I:jammy\n", "version", [], id="or of a system"),
        pytest.param("FROM bitnami/minideb:bookworm\n", "version", [], id="a system of a publisher of applications"),
        pytest.param("FROM $I:slim\n", "version", ["PIN003"], id="a flavour is a flavour of anything"),
        pytest.param("FROM $R:5000/debian:12\n", "version", [], id="a tag behind a port"),
        pytest.param("FROM $R:5000/debian:slim\n", "version", ["PIN003"], id="a flavour behind a port"),
        pytest.param("FROM $R-mirror/debian:latest\n", "version", ["PIN002"], id="a name behind a prefix"),
    ],
)
def test_what_is_judged_behind_a_variable(dockerfile, policy, codes) -> None:
    assert [code for code, _, _ in told(dockerfile, "--policy", policy)] == codes


def test_every_variable_that_nobody_gives_is_named() -> None:
    ((code, message, fix),) = told("FROM $A/$B\n", "--severity", "PIN009=error")
    assert code == "PIN009"
    assert "A, B" in message + fix


def test_a_digest_without_a_tag_is_told_where_that_is_asked_for() -> None:
    asked = ("--severity", "PIN010=error")
    assert told(f"FROM debian@{DIGEST}\n", *asked) == [
        (
            "PIN010",
            f'image "debian@{DIGEST}" has a digest but no tag, so updaters cannot follow it',
            f"keep the tag before the digest: debian:<tag>@{DIGEST}",
        )
    ]
    assert told(f"FROM debian:12@{DIGEST}\n", *asked) == []
    assert told("FROM debian:12.5\n", *asked) == []


def test_a_star_in_a_rule_crosses_slashes() -> None:
    assert [code for code, _, _ in told("FROM ghcr.io/me/team/app:1.2.3\n", "--rule", "ghcr.io/me/*=digest")] == [
        "PIN005"
    ]


def test_a_rule_with_an_unknown_policy_names_all_there_are() -> None:
    with pytest.raises(
        CannotJudge,
        match=r"^--rule debian=strict: write it as 'GLOB=policy', with one of no-latest, version, exact, digest$",
    ):
        told("FROM debian:12\n", "--rule", "debian=strict")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("values.yaml", "image: {repository: nginx, tag: latest}\n", id="values of a chart"),
        pytest.param(".gitlab-ci.yml", 'variables: {V: latest}\na: {image: "nginx:$V"}\n', id="a variable"),
        pytest.param("kustomization.yaml", "images: [{name: nginx, newTag: latest}]\n", id="a kustomization"),
    ],
)
def test_where_a_tag_stands_alone_a_tag_is_proposed(path, text) -> None:
    (found,) = findings(HOOK, {path: text}, "--surface", "all")
    assert found.fix == "write <x.y.z>, or keep the tag and add the digest: latest@sha256:<digest>"


def test_a_name_with_blanks_in_its_variables_stays_whole() -> None:
    text = "jobs: {a: {container: '${{ inputs.registry }}/app:latest'}}\n"
    (found,) = findings(HOOK, {".github/workflows/a.yml": text}, "--surface", "gha")
    name = "${{ inputs.registry }}/app"
    assert found.fix == f"write {name}:<x.y.z>, or keep the tag and add the digest: {name}:latest@sha256:<digest>"


def test_a_stage_that_is_not_there_may_have_a_dash_in_its_name() -> None:
    one = findings(HOOK, {"Dockerfile": "FROM alpine:3.20.3\nCOPY --from=my-builder /a /a\n"})[0]
    assert one.fix.startswith("name a stage: none above is called my-builder; an image needs a tag")


def test_what_is_no_reference_is_told_with_what_it_comes_to() -> None:
    one = findings(HOOK, {"Dockerfile": "ARG V=UP\nFROM $V/x/Y\n"})[0]
    assert (one.rule.code, one.subject) == ("PIN008", "FROM $V/x/Y")
    told = 'is no image reference: the repository name "x/Y" must be lower case'
    assert one.message == f'"$V/x/Y", which is "UP/x/Y" (V=UP on line 1), {told}'


def test_a_default_that_is_put_together_is_not_where_the_digest_goes() -> None:
    one = findings(HOOK, {"Dockerfile": "ARG A=1\nARG B=${A}.2\nFROM nginx:$B\n"}, "--policy", "digest")[0]
    assert one.fix.startswith("write nginx:1.2@sha256:<digest>; ")
