"""Verdicts beyond the labelled cases: positions, messages, fixes, policies for single images."""

from __future__ import annotations

import pytest
from guardrail_hooks.core import judge
from guardrail_hooks.pinned_base_image.cli import HOOK

from tests.verdicts import findings, places

DIGEST = "sha256:" + "3f" * 32


def found(files: str | dict[str, bytes | str], *arguments: str) -> list[str]:
    named = files if isinstance(files, dict) else {"Dockerfile": files}
    return places(findings(HOOK, named, *arguments))


def compose(image: str) -> dict[str, bytes | str]:
    return {"compose.yaml": f"services:\n  a:\n    image: {image}\n"}


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        pytest.param("FROM --platform=linux/amd64 debian:latest AS x\n", ["1:29 PIN002"], id="the image is marked"),
        pytest.param("FROM debian:12\nCOPY --link --from=nginx /a /b\n", ["2:20 PIN001"], id="the value of --from"),
        pytest.param(
            "FROM debian:12\nRUN --mount=type=bind,from=nginx,target=/n x\n", ["2:28 PIN001"], id="of a mount"
        ),
        pytest.param("# syntax=docker/dockerfile:latest\nFROM debian:12\n", ["1:10 PIN002"], id="of syntax"),
        pytest.param("FROM debian:12 AS a # b\n", ["1:21 PIN012"], id="a comment behind the stage name"),
        pytest.param("FROM debian:latest # b\n", ["1:20 PIN012"], id="a FROM that builds refuse has one finding"),
        pytest.param("FROM debian:12\nONBUILD COPY --from=nginx:latest /a /b\n", ["2:21 PIN002"], id="a trigger"),
        pytest.param("FROM a AS b\nFROM b\nCOPY --from=B / /\n", ["1:6 PIN001"], id="stages in any case in --from"),
        pytest.param("FROM a:1\nRUN --mount=from=scratch,target=/x y\n", [], id="the empty image is not pulled"),
        pytest.param("FROM {{ base }}\n", ["1:1 PIN900"], id="three words are no template that builds"),
        pytest.param("FROM {{base}}\n", [], id="a template is left alone"),
        pytest.param("ARG R\nFROM ${R}/x:latest\n", ["2:6 PIN002"], id="the tag behind an unknown registry"),
        pytest.param("ARG R\nFROM ${R}debian:12\n", [], id="a versioned tag behind an unknown prefix"),
        pytest.param("ARG I\nFROM $I:latest\n", ["2:6 PIN002"], id="the tag of an unknown image"),
        pytest.param("ARG T=\nFROM golang:${T}\n", [], id="an empty default leaves it to whoever builds"),
        pytest.param("ARG T=\nFROM golang${T}\n", ["2:6 PIN001"], id="but not where nothing is missing without it"),
        pytest.param("ARG T\nFROM golang$T\n", [], id="an unknown rest may be the tag"),
        pytest.param("ARG R\nFROM ${R}/x\n", [], id="an unknown registry and no tag in sight"),
        pytest.param("FROM debian:12\nRUN --mount=from=$X,target=/x y\n", ["2:18 PIN008"], id="a variable in a mount"),
        pytest.param("FROM x:1\nNOPE y\n", ["2:1 PIN900"], id="what the frontend refuses"),
        pytest.param("FROM debian:latest\nNOPE y\n", ["1:6 PIN002", "2:1 PIN900"], id="does not hide the rest"),
    ],
)
def test_dockerfiles(dockerfile, expected) -> None:
    assert found(dockerfile) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("services: {a: {image: x}}\n", ["1:23 PIN001"], id="flow style"),
        pytest.param("services:\n  a:\n    image: 'x:latest'\n", ["3:12 PIN002"], id="quotes are not part of it"),
        pytest.param("services:\n  a:\n    environment:\n      image: x\n", [], id="another key of that name"),
        pytest.param("x:\n  image: y\nservices:\n  a: {image: b:1}\n", [], id="outside services"),
        pytest.param("services:\n  a: &a {image: x}\n  b: *a\n", ["2:17 PIN001"], id="an anchored service, once"),
        pytest.param("x-a: &a {image: x}\nservices:\n  b: {<<: *a}\n", ["1:17 PIN001"], id="merged, where it stands"),
        pytest.param("x-a: &a {build: .}\nservices:\n  b: {<<: *a, image: x}\n", [], id="a merged build"),
        pytest.param(
            "services:\n  a: {build: ., image: x}\n  b: {extends: a, image: y}\n",
            [],
            id="an extended build, short form",
        ),
        pytest.param(
            "services:\n  a: {build: .}\n  b: {extends: {service: a}, image: y}\n",
            [],
            id="an extended build, long form",
        ),
        pytest.param("services:\n  a: {build: ., image: x}\n  b: {image: x}\n", [], id="what another service builds"),
        pytest.param("services:\n  a: {build: null, image: x}\n", ["2:27 PIN001"], id="a build of nothing"),
        pytest.param("services:\n  a: {image: '${I:-x:latest}'}\n", ["2:14 PIN002"], id="a default"),
        pytest.param("services:\n  a: {image: 'x:${T:?no tag}'}\n", [], id="a variable without a default"),
        pytest.param("services:\n  a: {image: '${R}/x:latest'}\n", ["2:14 PIN002"], id="the tag behind a registry"),
        pytest.param("services:\n  a: {image: 'x:$$T'}\n", ["2:14 PIN008"], id="a literal dollar sign"),
        pytest.param("services:\n  a: {image: [x]}\n", [], id="no scalar"),
        pytest.param("a: {image: x}\n", ["1:12 PIN001"], id="version 1"),
        pytest.param(
            "a: {image: x}\n---\nservices: {b: {image: y}}\n", ["1:12 PIN001", "3:23 PIN001"], id="two documents"
        ),
        pytest.param("services:\n  a: {image: x\n", ["3:1 PIN900"], id="broken YAML"),
        pytest.param("services: image\n", [], id="no mapping"),
    ],
)
def test_compose_files(content, expected) -> None:
    assert found({"docker-compose.yml": content}) == expected


def test_a_stack_file_without_services_is_something_else() -> None:
    assert found({"stack.yaml": "docker: {image: fpco/stack-build}\n"}) == []


def test_placeholders_in_a_template_are_left_alone() -> None:
    placeholder = "services: {a: {image: __REGISTRY__/x:__TAG__}}\n"
    assert found({"stack.template.yml": placeholder}) == []
    assert found({"stack.yml": placeholder}) == ["1:23 PIN008"]


def test_include_built() -> None:
    assert found({"compose.yml": "services:\n  a: {build: ., image: x}\n"}, "--include-built") == ["2:24 PIN001"]


def test_other_files_are_left_alone() -> None:
    assert found({"deploy.yaml": "services: {a: {image: x}}\n", "Earthfile": "FROM x\n", "a.sh": "FROM x\n"}) == []


class TestPolicies:
    @pytest.mark.parametrize(
        ("reference", "codes"),
        [
            ("node", ["PIN001"] * 4),
            ("node:latest", ["PIN002"] * 4),
            ("node:lts", ["", "PIN003", "PIN003", "PIN003"]),
            ("node:20", ["", "", "PIN004", "PIN004"]),
            ("node:20.1.2", ["", "", "", "PIN005"]),
            (f"node:lts@{DIGEST}", [""] * 4),
            ("node@sha256:3f", ["PIN006"] * 4),
            (DIGEST, ["PIN007"] * 4),
            ("Node:1", ["PIN008"] * 4),
        ],
    )
    def test_one_code_per_use_and_each_policy_refuses_more(self, reference, codes) -> None:
        for policy, code in zip(("no-latest", "version", "exact", "digest"), codes, strict=True):
            assert found(f"FROM {reference}\n", "--policy", policy) == ([f"1:6 {code}"] if code else [])

    def test_a_policy_for_some_images_the_last_match_winning(self) -> None:
        rules = ("--rule", "docker.io/library/*=digest", "--rule", "postgres:16*=version", "--rule", "mysql=exact")
        assert found("FROM redis:7.2.1\n", *rules) == ["1:6 PIN005"]
        assert found("FROM postgres:16\n", *rules) == []
        assert found("FROM postgres:15\n", *rules) == ["1:6 PIN004"]
        assert found("FROM mysql:8.0.30\n", *rules) == []
        assert found("FROM me/app:1\n", *rules) == []

    def test_exempt_images(self) -> None:
        assert found("FROM ghcr.io/me/a/b\n", "--allow-image", "ghcr.io/me/*") == []
        assert found("FROM nginx\n", "--allow-image", "nginx:latest") == []
        assert found("FROM nginx\n", "--allow-image", "nginx:1*") == ["1:6 PIN001"]

    @pytest.mark.parametrize("rule", ["x", "=exact", "x=", "x=never"])
    def test_a_rule_that_cannot_be_read_is_refused(self, repository, capfdbinary, rule) -> None:
        capfdbinary.readouterr()
        assert judge.main(HOOK, ["--rule", rule, "Dockerfile"]) == 2
        assert f"--rule {rule}: write it as 'GLOB=policy'" in capfdbinary.readouterr().err.decode()

    def test_an_exception_for_what_the_policy_does_not_reach_is_not_unused(self) -> None:
        file = "# guardrail: allow[PIN005] the digest is checked elsewhere\nFROM node:20.1.2\n"
        assert found(file) == []
        assert found(file, "--policy", "digest") == []
        assert found(file, "--rule", "redis=digest") == ["1:1 ALW002"]


class TestMessages:
    def said(self, files: str | dict[str, bytes | str], *arguments: str) -> tuple[str, str]:
        named = files if isinstance(files, dict) else {"Dockerfile": files}
        (one,) = findings(HOOK, named, *arguments)
        return one.message, one.fix or ""

    def test_how_such_tags_behave(self) -> None:
        assert self.said("FROM nginx:latest\n")[0].startswith('image "nginx:latest" moves with every release')
        assert "channel" in self.said("FROM node:lts\n")[0]

    def test_what_a_variable_comes_to_and_which_line_says_so(self) -> None:
        message, fix = self.said("ARG V=latest\nFROM golang:${V}\n")
        assert message.startswith('image "golang:${V}" is "golang:latest" (V=latest on line 1), which moves')
        assert "in the default on line 1" in fix

    def test_what_exactly_to_write(self) -> None:
        assert "write node:<x.y.z>" in self.said("FROM node\n")[1]
        assert "python:3.12.<z>-slim" in self.said("FROM python:3.12-slim\n", "--policy", "exact")[1]
        assert "@sha256:<digest>" in self.said("FROM python:3.12.1\n", "--policy", "digest")[1]

    def test_a_stage_that_is_not_there_is_named(self) -> None:
        _, fix = self.said({"Dockerfile": "FROM python:3.12\nCOPY --from=builder /app /app\n"})
        assert fix == "name a stage: none above is called builder; an image needs a tag, such as builder:<x.y.z>"
        _, fix = self.said({"Dockerfile": "FROM python:3.12\nCOPY --from=acme/builder /app /app\n"})
        assert fix.startswith("write acme/builder:<x.y.z>, or add the digest")

    def test_what_the_repository_uses_elsewhere_is_proposed(self) -> None:
        files = {"a/Dockerfile": "FROM node\n", "b/Dockerfile": f"FROM node:22.1.0@{DIGEST}\n"}
        assert self.said(files)[1] == f"write node:22.1.0@{DIGEST}, as elsewhere in this repository"

    def test_but_not_what_the_policy_refuses(self) -> None:
        files = {"a/Dockerfile": "FROM node\n", "b/Dockerfile": "FROM node:22\n"}
        found = findings(HOOK, files, "--policy", "exact")
        assert all("elsewhere" not in (one.fix or "") for one in found)


class TestBadInput:
    @pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml"])
    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(b"\xff\xfei\0m\0a\0g\0e\0", id="UTF-16"),
            pytest.param(b"image\0" * 100, id="NUL bytes"),
            pytest.param(b"image: \xff\xfe\n", id="not UTF-8"),
            pytest.param(b"image: " + b"[" * 100_000, id="deep nesting"),
            pytest.param(b"image: " + b"x" * 10_000_000, id="a 10 MB line"),
        ],
    )
    def test_hostile_bytes_are_a_finding(self, name, content) -> None:
        (one,) = findings(HOOK, {name: content})
        assert one.rule.code == "PIN900"

    def test_an_empty_dockerfile_is_invalid_and_an_empty_compose_file_is_nothing(self) -> None:
        assert found({"Dockerfile": ""}) == ["1:1 PIN900"]
        assert found({"compose.yaml": ""}) == []

    def test_aliases_that_multiply_cost_nothing(self) -> None:
        text = "a0: &a0 [image]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 30))
        assert found({"compose.yaml": text + "services:\n  a: {image: x}\n"}) == ["32:14 PIN001"]

    def test_what_cannot_be_read_is_a_finding(self, repository, capfdbinary) -> None:
        repository.commit()
        (repository.path / "compose.yaml").symlink_to("compose.yaml")
        capfdbinary.readouterr()
        assert judge.main(HOOK, ["--format", "concise", "compose.yaml", "gone/Dockerfile"]) == 1
        assert capfdbinary.readouterr().out.decode().splitlines() == [
            "compose.yaml:1:1: PIN900 compose.yaml is a link that leads nowhere",
            "gone/Dockerfile:1:1: PIN900 gone/Dockerfile does not exist",
        ]


def test_what_passes_in_a_template_is_refused_elsewhere() -> None:
    files: dict[str, bytes | str] = {"a.tpl.Dockerfile": "FROM Not/Valid\n", "b/Dockerfile": "FROM Not/Valid\n"}
    assert [one.place.path for one in findings(HOOK, files)] == ["b/Dockerfile"]


def test_every_use_of_a_floating_image_is_told() -> None:
    assert found("FROM debian:12 AS a\nFROM debian:12 AS b\nFROM nginx\nFROM nginx\n") == ["3:6 PIN001", "4:6 PIN001"]
