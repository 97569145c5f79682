"""The manifest: what drivers read of us, and which files they hand over."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from guardrail_hooks.formats import file_names
from identify import identify
from pre_commit.clientlib import MANIFEST_HOOK_DICT
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
ENTRIES = YAML(typ="safe", pure=True).load((ROOT / ".pre-commit-hooks.yaml").read_text())
BY_ID = {entry["id"]: entry for entry in ENTRIES}
FILE_HOOKS = {"no-root-dockerfile", "pinned-base-image", "port-registry-conflict"}
SCRIPTS = re.findall(r'(?m)^([a-z-]+) = "(guardrail_hooks\.[a-z_]+\.cli):main"$', (ROOT / "pyproject.toml").read_text())

DOCKERFILES = (
    "Dockerfile", "Dockerfile.dev", "a/Dockerfile-dev", "Dockerfile_dev", "dockerfile", "DOCKERFILE", "app.dockerfile",
    "app.Dockerfile", "Dockerfile.php", "Containerfile", "containerfile.arm",
    "a.Containerfile", "Dockerfile.minimal",
    "deep/er/Dockerfile.test.v2", "sp ace/Dockerfile", "\u00fc/Dockerfile", ".docker/Dockerfile",
)  # fmt: skip
NO_DOCKERFILES = (
    "Dockerfile.j2", "Dockerfile.md", "Dockerfile.dockerignore", ".dockerignore", "Dockerfile.tmpl", "Dockerfile.txt",
    "mydockerfile", "Dockerfiles/readme", "Dockerfile.go", "docker/README", "dockerfile.bak", "Dockerfile.in",
    "x.dockerfile.erb", "dockerfiles", "Dockerfile/readme", "Dockerfile.template", "Dockerfile~",
    "Dockerfile-template", "update-dockerfile.sh", "scan-dockerfile.yml", "src/dockerfile.py",
    "dockerfile_functions.sh",
    "2023_08_11_add_dockerfile_to_table.php", "dockerfile.js", "Dockerfile.lock.yml", "sh_to_dockerfile_run.sh",
)  # fmt: skip
COMPOSE_FILES = (
    "compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose-backend.yml", "docker-compose.network-fix.yml",
    "deploy/compose.prod.yaml", "acme.docker-compose.yml", "portainer-stack.yml", "monitoring/stack.yaml",
    "COMPOSE.YAML",
)  # fmt: skip
NO_COMPOSE_FILES = ("compose.json", "composer.yaml", "values.yaml", "docker-composed.yml", "compose.yaml.j2", "a.yml")

DEVCONTAINERS = (
    "devcontainer.json", ".devcontainer.json", ".devcontainer/devcontainer.json", ".devcontainer/a/devcontainer.json",
)  # fmt: skip
BAKE_FILES = (
    "docker-bake.hcl", "docker-bake.json", "docker-bake.override.hcl", "a/docker-bake.dev.json", "x.docker-bake.hcl",
)  # fmt: skip
NO_IMAGES = (
    "devcontainer.jsonc", "mydevcontainer.json", "devcontainer-feature.json", "devcontainer.json.j2", "main.hcl",
    "docker-baked.hcl", "docker-bake.yaml", "docker-bake.hcl.tmpl", "package.json", "deploy.yaml",
    ".github/workflows/ci.yml", "values.yaml", "web.container",
)  # fmt: skip


def test_ids_are_unique() -> None:
    assert len(BY_ID) == len(ENTRIES)


def test_keys_are_known_to_the_driver() -> None:
    known = {item.key for item in MANIFEST_HOOK_DICT.items if hasattr(item, "key")}
    assert {key for entry in ENTRIES for key in entry} <= known


def test_entries_are_console_scripts_of_this_package() -> None:
    scripts = dict(SCRIPTS)
    for entry in ENTRIES:
        assert entry["entry"].split()[0] in scripts
        assert entry["language"] == "python"
    assert set(scripts) <= set(BY_ID)


def test_all_hooks_share_one_environment_and_follow_the_users_python() -> None:
    for entry in ENTRIES:
        assert not {"language_version", "additional_dependencies", "minimum_pre_commit_version"} & entry.keys()


def test_stages_keep_a_hook_from_running_at_commit_msg() -> None:
    for name, entry in BY_ID.items():
        if name in {script for script, _ in SCRIPTS}:
            assert entry["stages"] == ["pre-commit", "pre-merge-commit", "pre-push", "manual"]


@pytest.mark.parametrize("name", sorted(FILE_HOOKS & BY_ID.keys()))
def test_file_hooks_take_any_text_file_with_the_right_name(name) -> None:
    assert BY_ID[name]["types"] == ["text"]


def takes(name: str, path: str) -> bool:
    """Whether the driver hands a text file of that name to the hook."""
    return re.search(BY_ID[name]["files"], path) is not None


@pytest.mark.parametrize("path", DOCKERFILES)
def test_dockerfiles_are_taken(path) -> None:
    assert takes("no-root-dockerfile", path)
    assert takes("pinned-base-image", path)
    assert file_names.is_dockerfile(path)


@pytest.mark.parametrize("path", [*NO_DOCKERFILES, *COMPOSE_FILES])
def test_other_files_are_not_taken_for_dockerfiles(path) -> None:
    assert not takes("no-root-dockerfile", path)
    assert not file_names.is_dockerfile(path)


@pytest.mark.parametrize("path", COMPOSE_FILES)
def test_compose_files_are_taken(path) -> None:
    assert takes("pinned-base-image", path)
    assert file_names.is_compose(path)


@pytest.mark.parametrize("path", [*NO_DOCKERFILES, *NO_COMPOSE_FILES])
def test_other_files_are_left_alone(path) -> None:
    assert not takes("pinned-base-image", path)
    assert not file_names.is_compose(path)


@pytest.mark.parametrize("path", DEVCONTAINERS)
def test_development_containers_are_taken(path) -> None:
    assert takes("pinned-base-image", path)
    assert file_names.is_devcontainer(path)


@pytest.mark.parametrize("path", BAKE_FILES)
def test_bake_files_are_taken(path) -> None:
    assert takes("pinned-base-image", path)
    assert file_names.is_bake(path)


@pytest.mark.parametrize("path", NO_IMAGES)
def test_what_is_read_on_request_alone_is_not_taken(path) -> None:
    assert not takes("pinned-base-image", path)


def test_identify_knows_too_few_dockerfiles_by_name() -> None:
    assert "dockerfile" not in identify.tags_from_filename("app.dockerfile")


def test_the_pattern_of_the_manifest_is_that_of_the_code() -> None:
    assert BY_ID["no-root-dockerfile"]["files"] == file_names.DOCKERFILE
    others = (file_names.COMPOSE, file_names.DEVCONTAINER, file_names.BAKE)
    together = "|".join([file_names.DOCKERFILE, *(other.removeprefix("(?i)") for other in others)])
    assert BY_ID["pinned-base-image"]["files"] == together


@pytest.mark.parametrize("driver", ["pre-commit", "prek"])
def test_the_driver_accepts_the_manifest(driver) -> None:
    program = Path(sys.executable).parent / driver
    done = subprocess.run(
        [program, "validate-manifest", ROOT / ".pre-commit-hooks.yaml"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
