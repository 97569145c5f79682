from __future__ import annotations

import pytest
from guardrail_hooks.pinned_base_image.cli import HOOK

from tests.pinned_base_image.surfaces.reading import judged, marked, pulled
from tests.verdicts import findings

IMAGE = "image:\n  repository: acme/app\n  "
DIGEST = "sha256:" + "3f" * 32


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(IMAGE + "tag: v1.2.3\n", ["3:8 acme/app:v1.2.3"], id="a tag"),
        pytest.param(IMAGE + "tag: ''\n", [], id="the version of the chart"),
        pytest.param(IMAGE + "tag:\n", [], id="no tag"),
        pytest.param(IMAGE + "pullPolicy: Always\n", [], id="no tag key"),
        pytest.param(IMAGE + "tag: 1.10\n", ["3:8 acme/app:1.1"], id="a number"),
        pytest.param(IMAGE + "tag: 16\n", ["3:8 acme/app:16"], id="a whole number"),
        pytest.param(IMAGE + "tag: true\n", [], id="a truth value"),
        pytest.param(
            IMAGE + "tag: v1\n  registry: r.example.com\n", ["3:8 r.example.com/acme/app:v1"], id="a registry"
        ),
        pytest.param(IMAGE + "tag: v1\n  registry: ''\n", ["3:8 acme/app:v1"], id="an empty registry"),
        pytest.param(IMAGE + f"tag: latest\n  digest: {DIGEST}\n", [f"4:11 acme/app:latest@{DIGEST}"], id="a digest"),
        pytest.param(IMAGE + f"tag: v1\n  sha: {DIGEST[7:]}\n", [f"4:8 acme/app:v1@{DIGEST}"], id="hex digits alone"),
        pytest.param(IMAGE + "tag: v1\n  digest: ''\n", ["3:8 acme/app:v1"], id="an empty digest"),
        pytest.param("a: {b: {repository: x, tag: t}}\n", ["1:29 x:t"], id="anywhere"),
        pytest.param("a: &i {repository: x, tag: t}\nb: *i\n", ["1:28 x:t"], id="an anchored image once"),
        pytest.param("a: &i {repository: x, tag: t}\nb:\n  <<: *i\n  tag: u\n", ["1:28 x:t", "4:8 x:u"], id="merged"),
        pytest.param("repository: https://example.com/x.git\ntag: main\n", [], id="a repository of sources"),
        pytest.param("repository: oci://example.com/charts\ntag: main\n", [], id="a repository of charts"),
        pytest.param("repository: ./x\ntag: main\n", [], id="a folder"),
        pytest.param("image: nginx:latest\n", [], id="no repository"),
    ],
)
def test_values(content, expected) -> None:
    assert pulled("chart/values.yaml", content) == expected


@pytest.mark.parametrize(
    "name", ["values.yaml", "values.yml", "values-prod.yaml", "prod-values.yaml", "values.prod.yaml"]
)
def test_names(name) -> None:
    assert pulled(f"chart/{name}", IMAGE + "tag: a\n")


@pytest.mark.parametrize("name", ["templates/values.yaml", "myvalues.yaml", "values.json"])
def test_other_names(name) -> None:
    assert not pulled(f"chart/{name}", IMAGE + "tag: a\n")


@pytest.mark.parametrize(
    ("tag", "number"),
    [
        ("1.10", "1.1"),
        ("1.0", "1"),
        ("1.", "1"),
        ("010", "8"),
        ("08", "8"),
        ("0x1F", "31"),
        ("1e3", "1000"),
        ("+1", "1"),
    ],
)
def test_numbers_that_are_written_otherwise(tag, number) -> None:
    (finding,) = findings(HOOK, {"values.yaml": IMAGE + f"tag: {tag}\n"}, "--surface", "helm", "--policy", "digest")
    assert (finding.rule.code, finding.place.line, finding.place.column) == ("PIN013", 3, 8)
    assert finding.message == f'tag {tag} is the number {number}: the chart pulls "acme/app:{number}"'
    assert finding.fix == f'write it in quotes: "{tag}"'


@pytest.mark.parametrize(
    "tag", ["1.1", "16", "'1.10'", '"1.10"', "!!str 1.10", "v1.10", "1.10.0", "2024-01-01", "1" * 50]
)
def test_numbers_that_stay_what_they_are(tag) -> None:
    assert judged("values.yaml", IMAGE + f"tag: {tag}\n", "--policy", "no-latest") == []


def test_where_a_digest_can_be_written() -> None:
    text = IMAGE + "tag: 'v1'\n"
    assert marked("values.yaml", text) == text.replace("v1", "v1@")


def test_verdicts() -> None:
    assert judged("values.yaml", IMAGE + "tag: latest # guardrail: allow[PIN002] our own mirror moves it\n") == []
    assert judged("values.yaml", IMAGE + "tag: latest\n") == ["3:8 PIN002"]
    assert judged("values.yaml", IMAGE + "tag: [\n") == ["4:1 PIN900"]
