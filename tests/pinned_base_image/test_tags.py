"""The tag classifier: every labelled reference, and tables of what the field's images really use, with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from guardrail_hooks.formats.image_reference import parse
from guardrail_hooks.pinned_base_image.tags import POLICIES, TagClass, classify
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

CASES = Path(__file__).parent.parent / "cases" / "pinned-references.yaml"
LABELLED = [
    case for case in YAML(typ="safe", pure=True).load(CASES.read_text(encoding="utf-8"))["cases"] if case["valid"]
]
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def kind(text: str) -> str:
    return classify(parse(text)).kind


@pytest.mark.parametrize("case", LABELLED, ids=lambda case: f"{case['ref'][:60]}: {case['why']}")
def test_labelled_reference(case):
    tag = classify(parse(case["ref"]))
    passed = [policy for policy in POLICIES if tag.passes(policy)]
    assert (tag.name, tag.kind, passed) == (case["tag_class"], case["kind"], case["passes"])


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        pytest.param(
            "nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04", "12.4.1", id="three parts lead, the rest is flavour"
        ),
        pytest.param("pytorch/pytorch:2.3.0-cuda12.1-cudnn8-runtime", "2.3.0", id="versions of libraries follow"),
        pytest.param("qdrant/qdrant:v1.9.0-unprivileged", "v1.9.0", id="with a v"),
        pytest.param("acme/app:v.1.2.3", "v.1.2.3", id="with a dot behind the v"),
        pytest.param("ollama/ollama:0.3.0-rocm", "0.3.0", id="major version zero"),
        pytest.param("acme/app:v1.2.3-rc.1", "v1.2.3", id="a numbered pre-release of semantic versioning"),
        pytest.param("chromadb/chroma:0.5.4.dev19", "0.5.4", id="a numbered development release of Python"),
        pytest.param("golang:1.23rc2-bookworm", "1.23rc2", id="a numbered pre-release of two parts"),
        pytest.param("golang:1.18beta1-bullseye", "1.18beta1", id="spelt out"),
        pytest.param("postgres:17beta2", "17beta2", id="a numbered pre-release of one part"),
        pytest.param("haproxy:3.5-dev5-alpine", "3.5", id="a numbered development release"),
        pytest.param("openjdk:27-ea-31-jdk", "27", id="early access, with its number apart"),
        pytest.param("openjdk:27-ea-31", "27", id="and nothing behind"),
        pytest.param("openjdk:8u342-jdk", "8u342", id="an update of Java 8"),
        pytest.param("adoptopenjdk:jdk8u202-b08-alpine", "jdk8u202", id="an update of Java 8, glued to its name"),
        pytest.param("bitnami/postgresql:16.3.0-debian-12-r14", "16.3.0", id="system and revision behind"),
        pytest.param("timescale/timescaledb:2.14.2-pg16", "2.14.2", id="the extension's version, then the database's"),
        pytest.param("timescale/timescaledb-ha:pg16.3-ts2.15.2-all", "ts2.15.2", id="glued to the product's own word"),
        pytest.param("centos:centos7.9.2009", "centos7.9.2009", id="glued to the system that the image is"),
        pytest.param("gitlab/gitlab-runner:alpine3.19-v17.2.0", "v17.2.0", id="behind the flavour"),
        pytest.param("gitlab/gitlab-runner-helper:x86_64-v17.2.0", "v17.2.0", id="behind an architecture"),
        pytest.param("apache/airflow:slim-2.9.2-python3.11", "2.9.2", id="behind a variant"),
        pytest.param("couchbase:enterprise-7.6.1", "7.6.1", id="behind an edition"),
        pytest.param("ibm-semeru-runtimes:open-jdk-25.0.3.0-jdk", "25.0.3.0", id="four parts, behind words"),
        pytest.param("amazon/aws-glue-libs:glue_libs_4.0.0_image_01", "4.0.0", id="between underscores"),
        pytest.param("confluentinc/cp-kafka:7.6.1.arm64", "7.6.1", id="an architecture behind a dot"),
        pytest.param("openwrt/rootfs:x86-64-23.05.3", "23.05.3", id="x86-64 is one architecture"),
        pytest.param("acme/app:latest-v1.2.3", "v1.2.3", id="a version beside the word latest"),
        pytest.param("acme/app:1.2.3-latest", "1.2.3", id="and before it"),
        pytest.param("acme/app:hotfix-1.2.3", "1.2.3", id="a branch named for one release"),
        pytest.param("ghcr.io/acme/app:2024.6.4", "2024.6.4", id="calendar versioning in three parts"),
        pytest.param("mcr.microsoft.com/windows/nanoserver:10.0.17763.6054", "10.0.17763.6054", id="a Windows build"),
        pytest.param("postgres:16.3-bookworm", "16.3", id="PostgreSQL releases have two parts since 10"),
        pytest.param("mirror.gcr.io/library/postgres:16.3", "16.3", id="on a mirror too"),
        pytest.param("dpage/pgadmin4:8.9", "8.9", id="so have pgAdmin's"),
        pytest.param("jenkins/jenkins:2.468-jdk17", "2.468", id="and the weekly ones of Jenkins"),
        pytest.param("registry.k8s.io/pause:3.9", "3.9", id="and those of the pause container"),
        pytest.param("nvcr.io/nvidia/pytorch:24.06-py3", "24.06", id="and NVIDIA's, which are months"),
    ],
)
def test_version(text, evidence):
    assert classify(parse(text)) == TagClass("version", evidence)


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        pytest.param("ubuntu:jammy-20240808", "20240808", id="behind a codename"),
        pytest.param("debian:bookworm-20240722-slim", "20240722", id="between words"),
        pytest.param("photon:5.0-20240707", "20240707", id="behind a version that is not complete"),
        pytest.param("rockylinux:9.20240722", "20240722", id="behind a dot"),
        pytest.param("jupyter/base-notebook:2023-10-20", "2023-10-20", id="with dashes"),
        pytest.param("acme/app:2023.10.20-x", "2023.10.20", id="with dots it is a version as well"),
        pytest.param("acme/app:2023_10_20", "2023_10_20", id="with underscores"),
        pytest.param("acme/app:v20240715", "20240715", id="glued to a letter"),
        pytest.param("acme/app:20240715143000", "20240715143000", id="to the second"),
        pytest.param("jellyfin/jellyfin:2024072205-unstable", "2024072205", id="to the hour, on a channel"),
        pytest.param("acme/app:20240715T143000Z", "20240715", id="ISO 8601"),
        pytest.param("acme/app:latest-20240715", "20240715", id="beside the word latest"),
        pytest.param("acme/app:pr-12-20240715", "20240715", id="of a pull request"),
        pytest.param("acme/app:1.2.x-20240715", "20240715", id="of a maintenance branch"),
    ],
)
def test_date(text, evidence):
    assert classify(parse(text)).evidence == evidence
    assert classify(parse(text)).name == "exact"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("acme/app:20241301", id="there is no month 13"),
        pytest.param("acme/app:20240732", id="nor a day 32"),
        pytest.param("acme/app:120240715", id="nine digits"),
    ],
)
def test_digits_that_are_no_date(text):
    assert kind(text) == "build"


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        pytest.param("acme/app:sha-4f2c9d1", "4f2c9d1", id="as docker/metadata-action writes it"),
        pytest.param("acme/app:sha-1234567", "1234567", id="of digits only, behind the word"),
        pytest.param("acme/app:sha-123456", "123456", id="of six digits"),
        pytest.param("acme/app:main.1a2b3c4", "1a2b3c4", id="behind a dot"),
        pytest.param("acme/app:main-1a2b3c4", "1a2b3c4", id="of a branch"),
        pytest.param("acme/app:pr-12-1a2b3c4", "1a2b3c4", id="of a pull request"),
        pytest.param("acme/app:main-gabcdef1", "gabcdef1", id="as git describe writes it"),
        pytest.param("acme/app:befacaad", "befacaad", id="of letters only"),
        pytest.param("acme/app:" + SHA256[:40], SHA256[:40], id="in full"),
        pytest.param("acme/app:1.2-1a2b3c4", "1a2b3c4", id="behind a version that is not complete"),
        pytest.param("acme/app:3fa85f64-5717-4562-b3fc-2c963f66afa6", "3fa85f64", id="a UUID is as unique"),
        pytest.param(
            "jenkins/inbound-agent:3256.v88a_f6e922152-1-jdk17", "f6e922152", id="an incremental version of Jenkins"
        ),
        pytest.param("gitlab/gitlab-runner-helper:x86_64-4f2c9d1a", "4f2c9d1a", id="behind an architecture"),
    ],
)
def test_commit(text, evidence):
    assert classify(parse(text)) == TagClass("commit", evidence)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("eclipse-temurin:21_35-jdk", id="a Java build"),
        pytest.param("ibm-semeru-runtimes:open-23_37-jdk", id="behind its publisher's word"),
        pytest.param("registry.access.redhat.com/ubi8/ubi:8.10-901.1716482497", id="a build with a time stamp"),
        pytest.param("acme/app:9.4-1134", id="a build number behind a version"),
        pytest.param("registry.access.redhat.com/ubi9/nodejs-20:1-59", id="Red Hat numbers every build"),
        pytest.param("acme/app:3.20-r2", id="a packaging revision"),
        pytest.param("bitnami/redis:7-debian-12-r5", id="a revision at the end"),
        pytest.param("mcr.microsoft.com/mssql/server:2022-CU14-ubuntu-22.04", id="a cumulative update of SQL Server"),
        pytest.param("ghcr.io/acme/llama:full-cuda-b5124", id="a build counter at the end"),
        pytest.param("acme/app:build-123", id="a build counter"),
        pytest.param("acme/app:build123", id="glued to its word"),
        pytest.param("acme/app:ci-77", id="a pipeline"),
        pytest.param("acme/app:CI-77", id="which is no key of an issue"),
        pytest.param("acme/app:main-12345", id="a counter too long for a major version"),
        pytest.param("acme/app:old-12345", id="nor is it one behind a channel that only leads"),
        pytest.param("acme/app:wubble-1234567", id="seven digits behind any word"),
        pytest.param("acme/app:1720000000", id="seconds since 1970"),
        pytest.param("acme/app:54321", id="five digits are no major version"),
    ],
)
def test_build(text):
    assert kind(text) == "build"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("neo4j:5-community", "major", id="edition behind"),
        pytest.param("docker/dockerfile:1-labs", "major", id="the frontend's channel"),
        pytest.param("example/app:1.x", "major", id="wildcard"),
        pytest.param("node:22-rc", "major", id="pre-releases without a number"),
        pytest.param("mcr.microsoft.com/mssql/server:2022-latest", "major", id="latest of a version"),
        pytest.param("mcr.microsoft.com/windows/nanoserver:1809", "major", id="a Windows release"),
        pytest.param("postgis/postgis:16-3.4", "major", id="two versions, none complete"),
        pytest.param("bitnami/postgresql:16-debian-12", "major", id="a system behind"),
        pytest.param("ibm-semeru-runtimes:open-21-jdk", "major", id="behind its publisher's word"),
        pytest.param("acme/app:2024-07", "major", id="a month moves as long as it lasts"),
        pytest.param("rabbitmq:3.13-management", "major-minor", id="variant behind"),
        pytest.param("ubuntu:24.04", "major-minor", id="a release of Ubuntu is rebuilt in place"),
        pytest.param("postgres:9.6", "major-minor", id="PostgreSQL releases had three parts before 10"),
        pytest.param("bitnami/postgresql:16.3", "major-minor", id="Bitnami's have three parts always"),
        pytest.param("ghcr.io/home-assistant/home-assistant:2024.6", "major-minor", id="calendar versioning"),
        pytest.param("public.ecr.aws/lambda/python:3.12", "major-minor", id="of another registry"),
        pytest.param("envoyproxy/envoy:distroless-v1.30-latest", "major-minor", id="marked with a v, behind a flavour"),
        pytest.param("acme/app:release-1.4", "major-minor", id="behind the word release"),
        pytest.param("example/app:1.2.3.x", "major-minor", id="a wildcard behind three parts"),
        pytest.param("acme/app:1.0.0-SNAPSHOT", "snapshot", id="Maven pushes snapshots again"),
        pytest.param("acme/app:1.0.0-nightly", "snapshot", id="and so does every nightly job"),
        pytest.param("mcr.microsoft.com/windows/servercore:ltsc2022", "series", id="a long-term Windows release"),
        pytest.param("mcr.microsoft.com/windows/servercore:20H2", "series", id="a half-yearly Windows release"),
        pytest.param("pgvector/pgvector:pg16", "series", id="the database's version is all there is"),
        pytest.param("public.ecr.aws/lambda/provided:al2023", "series", id="a system glued to its number"),
        pytest.param("quay.io/centos/centos:c9s", "series", id="a number between letters"),
        pytest.param("jupyter/base-notebook:python-3.11", "series", id="on an unknown image a runtime counts"),
        pytest.param("apache/airflow:slim-2.9", "series", id="the product's version, behind a variant"),
        pytest.param("wordpress:cli-2.10-php8.3", "series", id="on a known image only its own numbers count"),
        pytest.param("node:iron-alpine", "series", id="a line of Node.js has a name"),
        pytest.param("node:lts-iron", "series", id="which beats the channel"),
        pytest.param("traefik:mimolette", "series", id="so have those of Traefik"),
        pytest.param("ubuntu:zzyzx", "series", id="and of Ubuntu, whose next name nobody knows"),
        pytest.param("quay.io/openstack.kolla/nova-api:antelope-ubuntu-jammy", "series", id="and of OpenStack"),
        pytest.param("wordpress:php8.3-fpm-2.10", "series", id="which may stand behind others"),
        pytest.param("mcr.microsoft.com/windows/servercore:20H2-latest", "series", id="latest of a Windows release"),
        pytest.param("mcr.microsoft.com/mssql/server:2022-ubuntu22.04", "major", id="a system's number is no update"),
        pytest.param("acme/app:sha-12345", "series", id="five digits are too few for a commit"),
        pytest.param("acme/app:build12", "series", id="two digits glued to a counter may be a version"),
        pytest.param("acme/app:wubble-123456", "series", id="six digits behind any word"),
        pytest.param("acme/app:login-v2", "series", id="benefit of the doubt"),
    ],
)
def test_version_that_is_not_complete(text, expected):
    tag = classify(parse(text))
    assert tag.kind == expected
    assert tag.passes("version")
    assert not tag.passes("exact")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("nginx:mainline-alpine", id="release channel"),
        pytest.param("varnish:fresh", id="a publisher's own word"),
        pytest.param("acme/app:beta2", id="a channel with a number is still a channel"),
        pytest.param("acme/app:main-1234", id="and one with four digits behind it"),
        pytest.param("acme/app:staging2", id="an environment with a number too"),
        pytest.param("cimg/base:stable-22.04", id="a channel beats a version that is not complete"),
        pytest.param("acme/app:jammy-main", id="a branch built on a system"),
        pytest.param("ros:rolling", id="a rolling release line"),
        pytest.param("acme/app:PR-77", id="pull request in capitals"),
        pytest.param("acme/app:api-pr-77", id="pull request of a part"),
        pytest.param("acme/app:pr-12345", id="a long number of a pull request is no build"),
        pytest.param("acme/app:feature-12345", id="nor is one of a feature branch"),
        pytest.param("acme/app:PROJ-123", id="the key of an issue"),
        pytest.param("acme/app:dependabot-npm-react-18.2", id="a bot's branch"),
        pytest.param("acme/app:wubble", id="a word nobody knows"),
        pytest.param("acme/app:e2e", id="its digit counts nothing"),
        pytest.param("acme/app:1password", id="a name that begins with a digit"),
    ],
)
def test_channel(text):
    assert kind(text) == "channel"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("golang:nanoserver-1809", id="a Windows release under a language"),
        pytest.param("wordpress:php8.2-fpm-alpine", id="a runtime under an application"),
        pytest.param("gradle:jdk-21-and-22", id="two of them"),
        pytest.param("gradle:jdk-21-with-8", id="in other words"),
        pytest.param("flink:scala_2.12-java17", id="with an underscore"),
        pytest.param("sapmachine:jdk-ubuntu-jammy-22.04", id="a system twice"),
        pytest.param("ghcr.io/astral-sh/uv:python3.12-bookworm-slim", id="a known publisher outside the library"),
        pytest.param("jenkins/jenkins:jdk17", id="another"),
        pytest.param("public.ecr.aws/docker/library/python:bookworm", id="an official image on a mirror"),
        pytest.param("arm64v8/python:bookworm", id="an official image for one architecture"),
        pytest.param("dhi.io/python:alpine3.22", id="a hardened official image"),
        pytest.param("openwrt/rootfs:x86-64", id="an architecture that holds a dash"),
        pytest.param("openwrt/rootfs:x86_64", id="or an underscore"),
        pytest.param("redis:32bit", id="an architecture that holds a number"),
        pytest.param("rabbitmq:management", id="plug-ins"),
        pytest.param("neo4j:community", id="an edition"),
        pytest.param("ollama/ollama:rocm", id="a library"),
        pytest.param("influxdb:core", id="a word of an official image"),
    ],
)
def test_variant_only(text):
    assert kind(text) == "variant-only"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("timescale/timescaledb:latest-pg16", id="the number is another product's"),
        pytest.param("confluentinc/cp-kafka:latest-ubi8.arm64", id="with an architecture"),
        pytest.param("gitlab/gitlab-runner-helper:x86_64-latest", id="behind an architecture"),
        pytest.param("localai/localai:latest-aio-gpu-nvidia-cuda-12", id="a library's number behind"),
        pytest.param("acme/app:LaTeSt_dev", id="odd case"),
        pytest.param("acme/app:latest2", id="with a digit"),
        pytest.param("acme/app:not-latest", id="whatever stands before it"),
    ],
)
def test_latest(text):
    assert kind(text) == "latest"


def test_digest_decides_whatever_the_tag():
    tag = classify(parse(f"node:lts@sha256:{SHA256}"))
    assert tag == TagClass("digest", f"sha256:{SHA256}")
    assert all(map(tag.passes, POLICIES))


def test_no_tag_is_no_evidence():
    assert classify(parse("node")) == TagClass("implicit-latest", "")


def test_an_architecture_is_no_evidence():
    assert classify(parse("acme/app:7.arm64")) == TagClass("major", "7")


def test_a_digest_as_tag_passes_nothing():
    tag = classify(parse(f"sha256:{SHA256}"))
    assert (tag.name, tag.kind) == ("exact", "digest-as-tag")
    assert not any(map(tag.passes, POLICIES))


TAGS = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", fullmatch=True)
PIECES = (
    *("latest", "stable", "alpine3.20", "v2", "1.2", "1.2.3", "20240808", "1a2b3c4", "pr", "12", "jammy", "jdk21"),
    *("x86_64", "rc", "dev", "_", "-", ".", "x"),
)
WORDS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("-".join)
IMAGES = st.sampled_from(
    ["node", "ubuntu", "acme/app", "nvcr.io/nvidia/x", "registry.redhat.io/ubi9", "a/mssql/server"]
)


@given(IMAGES, TAGS | WORDS.filter(lambda text: text[0] not in "-."))
def test_every_tag_has_a_class(image, tag):
    found = classify(parse(f"{image}:{tag}"))
    passed = [found.passes(policy) for policy in POLICIES]
    assert passed == sorted(passed, reverse=True), "a reference that passes a policy passes every milder one"
    assert not found.passes("digest")
    assert found.evidence in tag.lower()


@given(IMAGES, st.integers(0, 40), st.integers(0, 99), st.integers(0, 99), st.sampled_from(["", "v"]))
def test_three_numbers_alone_are_exact(image, major, minor, patch, prefix):
    assert kind(f"{image}:{prefix}{major}.{minor}.{patch}") in ("version", "date")


@given(IMAGES, TAGS)
def test_latest_never_passes_by_itself(image, tag):
    if classify(parse(f"{image}:{tag}")).kind == "latest":
        assert "latest" in tag.lower()
