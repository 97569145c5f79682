"""Which files are what, by their names."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.file_names import is_bake, is_compose, is_devcontainer, is_dockerfile, is_template


@pytest.mark.parametrize(
    "path",
    [
        *("Dockerfile", "a/Dockerfile", "dockerfile", "a/b/DOCKERFILE", "Containerfile", "app.Dockerfile"),
        ".dockerfile",
        *("Dockerfile.dev", "Dockerfile-dev", "Dockerfile_dev", "Dockerfile.d/Dockerfile", "containerfile.x"),
        "a\nb/Dockerfile",
        *("Dockerfile.ubuntu-22.04", "Dockerfile.jar", "x.containerfile"),
    ],
)
def test_dockerfiles(path) -> None:
    assert is_dockerfile(path)


@pytest.mark.parametrize(
    "path",
    [
        *("", "Dockerfile/a", "MyDockerfile", "Dockerfiles", "Dockerfile.dockerignore", "Dockerfile~", "Dockerfile.md"),
        *("Dockerfile.j2", "Dockerfile.template", "Dockerfile-tmpl", "Dockerfile.in", "dockerfile.py"),
        "dockerfile_test.go",
        *("Dockerfile.bak", "Dockerfile.orig", "docker-compose.yml", "docker.file"),
    ],
)
def test_no_dockerfiles(path) -> None:
    assert not is_dockerfile(path)


@pytest.mark.parametrize(
    "path",
    [
        "a.j2",
        "a/Dockerfile.template",
        "tpl.yaml",
        "a-tmpl",
        "x_JINJA2.yml",
        "c.gotmpl",
        "a.erb.yml",
        "mustache",
        "b.hbs",
    ],
)
def test_templates(path) -> None:
    assert is_template(path)


@pytest.mark.parametrize("path", ["", "templates/a", "atmpl.b", "j2b", "a.jinja3", "contemplate.yaml", "a.j2/b.yaml"])
def test_no_templates(path) -> None:
    assert not is_template(path)


@pytest.mark.parametrize(
    "path",
    [
        *("compose.yaml", "a/compose.yml", "docker-compose.yml", "docker-compose.dev.yml", "Docker-Compose_x.YAML"),
        *("dev.compose.yml", "my-docker-compose-x.yaml", "stack.yml", "a/b-stack.prod.yaml"),
    ],
)
def test_compose_files(path) -> None:
    assert is_compose(path)


@pytest.mark.parametrize(
    "path", ["compose.json", "compose/a.yml", "composer.yml", "xcompose.yml", "compose.yml.j2", ""]
)
def test_no_compose_files(path) -> None:
    assert not is_compose(path)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("devcontainer.json", True),
        (".devcontainer.json", True),
        (".devcontainer/x/devcontainer.json", True),
        ("adevcontainer.json", False),
        ("devcontainer.jsonc", False),
        ("devcontainer.json/a", False),
    ],
)
def test_development_containers(path, expected) -> None:
    assert is_devcontainer(path) is expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("docker-bake.hcl", True),
        ("a/docker-bake.override.json", True),
        ("ci.Docker-Bake_x.HCL", True),
        ("docker-bake.yaml", False),
        ("bake.hcl", False),
        ("xdocker-bake.hcl", False),
    ],
)
def test_bake_files(path, expected) -> None:
    assert is_bake(path) is expected
