"""What is proposed because the repository uses it already: images that something pulls, and nothing that looks so."""

from __future__ import annotations

import pytest
from guardrail_hooks.pinned_base_image import elsewhere
from guardrail_hooks.pinned_base_image.cli import HOOK

from tests.verdicts import findings

DIGEST = "sha256:" + "3f" * 32
LATEST = "services: {a: {image: redis:latest}}\n"


def proposed(files: dict[str, str], *arguments: str) -> str:
    """What the fix of the one finding says to write."""
    (found,) = findings(HOOK, {"compose.yaml": LATEST, **files}, *arguments, "compose.yaml")
    return (found.fix or "").removeprefix("write ")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("Dockerfile", "FROM redis:7.4.1\n", id="a base"),
        pytest.param("Dockerfile", 'FROM "redis:7.4.1" AS x\n', id="in quotes"),
        pytest.param("Dockerfile", "FROM docker.io/redis:7.4.1\n", id="by a longer name"),
        pytest.param("Dockerfile", "ARG B=redis:7.4.1\nFROM $B\n", id="in a default"),
        pytest.param("b/compose.yaml", "services: {a: {image: 'redis:7.4.1'}}\n", id="a service"),
        pytest.param("b/compose.yaml", "services: {a: {image: '${I:-redis:7.4.1}'}}\n", id="the default of a service"),
        pytest.param(".devcontainer.json", '{"image": "redis:7.4.1"}\n', id="a development container"),
    ],
)
def test_what_is_pulled_is_proposed(path, text) -> None:
    assert proposed({path: text}).removeprefix("docker.io/") == "redis:7.4.1, as elsewhere in this repository"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("b/compose.yaml", "services: {a: {image: x:1, command: wait redis:6379}}\n", id="a port"),
        pytest.param("b/compose.yaml", "services: {a: {image: x:1, environment: {R: redis:6379}}}\n", id="an address"),
        pytest.param("b/compose.yaml", "# redis:7.4.1 is broken\nservices: {a: {image: x:1}}\n", id="a comment"),
        pytest.param("b/compose.yaml", "services: {a: {build: ., image: redis:7.4.1}}\n", id="what is built"),
        pytest.param("Dockerfile", "FROM x:1\nRUN curl redis:6379 && echo redis:7.4.1\n", id="a command"),
        pytest.param("Dockerfile", "# FROM redis:7.4.1\nFROM x:1\n", id="an instruction that is commented out"),
        pytest.param("Dockerfile", "FROM reg.example.com/redis:7.4.1\n", id="another registry"),
        pytest.param("README.md", "FROM redis:7.4.1\n", id="a file without images"),
    ],
)  # fmt: skip
def test_what_only_looks_so_is_not(path, text) -> None:
    expected = "redis:<x.y.z>, or keep the tag and add the digest: redis:latest@sha256:<digest>"
    assert proposed({path: text}) == expected


def test_the_most_frequent_one_wins_and_of_equals_the_greatest() -> None:
    uses = "FROM redis:7.2.5\nFROM redis:7.4.1\nFROM redis:7.2.5\n"
    assert proposed({"Dockerfile": uses}).startswith("redis:7.2.5,")
    assert proposed({"Dockerfile": f"{uses}FROM redis:7.4.1\n"}).startswith("redis:7.4.1,")


def test_the_opted_surfaces_count_where_they_are_in_force() -> None:
    pod = {"pod.yaml": "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: redis:7.4.1}]}\n"}
    assert proposed(pod).startswith("redis:<x.y.z>,")
    assert proposed(pod, "--surface", "k8s") == "redis:7.4.1, as elsewhere in this repository"


def test_as_many_files_are_read_as_a_proposal_is_worth(monkeypatch) -> None:
    monkeypatch.setattr(elsewhere, "MOST", 2)
    pinned = {f"{name}/Dockerfile": "FROM redis:7.2.5\n" for name in "ab"}
    later = {f"{name}/Dockerfile": "FROM redis:7.4.1\n" for name in "cde"}
    unread = {"0/Dockerfile": "FROM x:1\nRUN curl rediss:6379\n"}
    assert proposed({**unread, **pinned, **later}).startswith("redis:7.2.5,")


def test_a_large_file_is_not_read_for_it() -> None:
    large = "FROM redis:7.4.1\n" + "RUN x\n" * (elsewhere.LARGEST // 6)
    assert proposed({"Dockerfile": large}).startswith("redis:<x.y.z>,")


@pytest.mark.parametrize(
    ("written", "used", "policy", "is_proposed"),
    [
        pytest.param("python:3.12", "python:3.12.7", "exact", True, id="the rest of the version"),
        pytest.param("python:3.12", "python:3.11.9", "exact", False, id="not another line"),
        pytest.param("python:3.1", "python:3.12.7", "exact", False, id="not one that begins with the same digits"),
        pytest.param("python:3.12-slim", "python:3.12.7-slim-bookworm", "exact", True, id="the flavour and more"),
        pytest.param("python:3.12-slim", "python:3.12.7", "exact", False, id="not without the flavour"),
        pytest.param("python:3.12.7", f"python:3.12.7@{DIGEST}", "digest", True, id="the digest of the version"),
        pytest.param("python:3.12.7", f"python:3.12.8@{DIGEST}", "digest", False, id="not that of another one"),
        pytest.param("acme/app:v1.2", "acme/app:1.2.3", "exact", True, id="with or without a v"),
        pytest.param("nginx:alpine", "nginx:1.27.3-alpine", "version", True, id="a version of the flavour"),
        pytest.param("nginx:alpine", "nginx:1.27.3", "version", False, id="not of none"),
        pytest.param("debian:bookworm-slim", "debian:bookworm-20241016-slim", "exact", True, id="the system"),
        pytest.param("debian:bookworm-slim", "debian:trixie-20241016-slim", "exact", False, id="not another one"),
        pytest.param("node:lts", "node:22.11.0-alpine", "version", True, id="any version of a channel"),
        pytest.param("node:latest", f"node@{DIGEST}", "version", True, id="a digest alone of latest"),
        pytest.param("node:22", f"node@{DIGEST}", "digest", False, id="not of a version: nobody knows which it is"),
    ],
)
def test_a_proposal_keeps_what_is_written(written, used, policy, is_proposed) -> None:
    files = {"Dockerfile": f"FROM {written}\n", "b/Dockerfile": f"FROM {used}\n"}
    (found,) = findings(HOOK, files, "--policy", policy, "Dockerfile")
    assert (found.fix == f"write {used}, as elsewhere in this repository") is is_proposed
