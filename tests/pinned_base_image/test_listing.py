"""`--list`: text, JSON and CycloneDX."""

from __future__ import annotations

import json

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from guardrail_hooks.core import judge
from guardrail_hooks.pinned_base_image.cli import HOOK

DIGEST = "sha256:" + "3f" * 32
FILES = {
    "Dockerfile": f"# syntax=docker/dockerfile:1\nFROM debian:12.7@{DIGEST} AS base\nFROM base\nFROM $OUTSIDE\n",
    "compose.yaml": (
        "services:\n  a: {image: Redis}\n  b: {image: 'r.example.com:5000/x/y:1.2'}\n  c: {build: ., image: c}\n"
    ),
    "pod.yaml": "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: debian}]}\n",
    "broken/compose.yaml": "services: {a: {image: x\n",
}


@pytest.fixture
def shop(repository):
    repository.commit(FILES)
    return repository


def listed(capfdbinary, *arguments: str) -> tuple[str, str]:
    """Run the hook in this process: standard output and standard error; it always passes."""
    capfdbinary.readouterr()
    assert judge.main(HOOK, arguments) == 0
    out, err = capfdbinary.readouterr()
    return out.decode(), err.decode()


def test_text(shop, capfdbinary) -> None:
    out, err = listed(capfdbinary, "--list")
    assert out.splitlines() == [
        "Dockerfile:1    floating  docker.io/docker/dockerfile:1",
        f"Dockerfile:2    digest    docker.io/library/debian:12.7@{DIGEST}",
        "Dockerfile:4    unknown   $OUTSIDE",
        "compose.yaml:2  invalid   Redis",
        "compose.yaml:3  floating  r.example.com:5000/x/y:1.2",
    ]
    problem = "expected ',' or '}' in a flow mapping, but found the end of the file"
    assert err == f"pinned-base-image: broken/compose.yaml:2: {problem}\n"


@pytest.mark.parametrize("arguments", [["--list", "--format", "json"], ["--list=json"]])
def test_json(shop, capfdbinary, arguments) -> None:
    rows = json.loads(listed(capfdbinary, *arguments)[0])
    assert rows[1] == {
        "path": "Dockerfile",
        "line": 2,
        "column": 6,
        "role": "FROM",
        "written": f"debian:12.7@{DIGEST}",
        "image": "docker.io/library/debian",
        "tag": "12.7",
        "digest": DIGEST,
        "reference": f"docker.io/library/debian:12.7@{DIGEST}",
        "kind": "digest",
        "class": "digest",
    }
    assert [row["class"] for row in rows] == ["floating", "digest", "unknown", "invalid", "floating"]
    assert {row["reference"] for row in rows if row["class"] in ("unknown", "invalid")} == {None}


def test_surfaces_and_files_that_are_named(shop, capfdbinary) -> None:
    out, _ = listed(capfdbinary, "--list", "--surface", "k8s")
    assert "pod.yaml:3      none      docker.io/library/debian:latest" in out.splitlines()
    assert listed(capfdbinary, "--list", "--surface", "k8s", "pod.yaml")[0].count("\n") == 1
    assert listed(capfdbinary, "--list", "pod.yaml")[0] == ""


def test_a_bill_of_materials_is_valid(shop, capfdbinary) -> None:
    out, _ = listed(capfdbinary, "--list=sbom", "--surface", "all")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(out) is None
    bom = json.loads(out)
    assert (bom["bomFormat"], bom["specVersion"]) == ("CycloneDX", "1.6")
    assert [component["bom-ref"] for component in bom["components"]] == [
        "docker.io/docker/dockerfile:1",
        f"docker.io/library/debian:12.7@{DIGEST}",
        "docker.io/library/debian:latest",
        "r.example.com:5000/x/y:1.2",
    ]
    pinned = bom["components"][1]
    assert (pinned["type"], pinned["name"], pinned["version"]) == ("container", "docker.io/library/debian", DIGEST)
    assert pinned["purl"] == (
        f"pkg:oci/debian@{DIGEST.replace(':', '%3A')}?repository_url=docker.io%2Flibrary%2Fdebian&tag=12.7"
    )
    assert pinned["evidence"]["occurrences"] == [{"location": "Dockerfile", "line": 2, "additionalContext": "FROM"}]


def test_a_bill_of_an_empty_repository_is_valid(repository, capfdbinary) -> None:
    repository.commit({"readme.md": "x"})
    out, _ = listed(capfdbinary, "--list=sbom")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(out) is None
    assert listed(capfdbinary, "--list") == ("", "")


def test_the_same_image_in_two_places_is_one_component(repository, capfdbinary) -> None:
    repository.commit({"Dockerfile": "FROM x:1\n", "compose.yaml": "services: {a: {image: 'docker.io/library/x:1'}}\n"})
    (component,) = json.loads(listed(capfdbinary, "--list=sbom")[0])["components"]
    assert [place["location"] for place in component["evidence"]["occurrences"]] == ["Dockerfile", "compose.yaml"]


def test_the_list_is_the_same_whatever_the_order_of_the_arguments(shop, capfdbinary) -> None:
    one = listed(capfdbinary, "--list", "compose.yaml", "Dockerfile")
    assert one == listed(capfdbinary, "--list", "Dockerfile", "compose.yaml")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--list=xml"], "--list xml: choose one of text, json, sbom"),
        (["--surface", "k8s,helmet"], "--surface k8s,helmet: name some of k8s, gha, gitlab, helm, quadlet, ci"),
        (["--surface", ""], "--surface : name some of"),
    ],
)
def test_what_cannot_be_understood(shop, capfdbinary, arguments, complaint) -> None:
    capfdbinary.readouterr()
    assert judge.main(HOOK, [*arguments, "--list"] if "--list" not in arguments[0] else arguments) == 2
    out, err = capfdbinary.readouterr()
    assert out == b""
    assert complaint in err.decode()
    assert err.count(b"\n") == 1


def test_without_files_the_surfaces_in_force_are_judged(shop, capfdbinary) -> None:
    capfdbinary.readouterr()
    judge.main(HOOK, ["--format", "concise"])
    assert b"pod.yaml" not in capfdbinary.readouterr()[0]
    judge.main(HOOK, ["--format", "concise", "--surface", "gha,k8s"])
    assert b"pod.yaml:3:29: PIN001" in capfdbinary.readouterr()[0]
