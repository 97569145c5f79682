"""What is said about a tag, and the exact form that is proposed instead."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.image_reference import parse
from guardrail_hooks.pinned_base_image.tag_advice import behaviour, exact_form
from guardrail_hooks.pinned_base_image.tags import classify
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("node", "has no tag, so latest is pulled, which moves with every release"),
        ("nginx:latest", "moves with every release, on average 14 times a year"),
        ("ghcr.io/acme/api:latest", "moves with every release"),
        ("python:3.12", "moves at every patch release, on average 11 times a year"),
        ("node:20-alpine", "moves at every minor and patch release, on average 8 times a year"),
        ("acme/api:1.2", "moves at every patch release"),
        (
            "ubuntu:22.04",
            "names a release line, which is rebuilt in place: ubuntu:22.04 moved 36 times in three years",
        ),
        (
            "debian:bookworm-slim",
            "names a release line, which is rebuilt in place: debian:12.5 moved 5 times in 121 days",
        ),
        ("fedora:40", "names a release line, which is rebuilt in place, on average 8 times a year"),
        ("acme/base:bookworm", "names a release line, which is rebuilt in place"),
        ("nginx:alpine", "names a flavour and no version, so it moves with every release, on average 15 times a year"),
        ("gcr.io/distroless/static-debian12:nonroot", "comes without versions and moves with every build"),
        ("cgr.dev/chainguard/python:latest-dev", "comes without versions and moves with every build"),
        ("acme/api:stable", "is a channel and moves with every release, across major versions"),
        ("acme/api:main", "is a branch and moves with every push"),
        ("acme/api:production", "is an environment and moves with every deployment"),
        ("acme/api:nightly", "is a development channel and moves with every build"),
        ("acme/api:pr-12", "is work in progress and moves with every commit"),
        ("acme/api:wubble", "holds no version, so the next push moves it"),
        ("acme/api:1.0.0-SNAPSHOT", "is pushed again until that version is released"),
        (
            "python:3.12.4",
            "can be pushed again, as 19 % of the version tags of official images were within three years",
        ),
        ("ubuntu:jammy-20240808", "carries a date and is not known to move, but only a digest cannot"),
        ("eclipse-temurin:21_35-jdk", "carries a build number and is not known to move, but only a digest cannot"),
        ("acme/api:sha-4f2c9d1", "moves when its commit is built again"),
        ("acme/api@sha256:" + "0" * 64, "cannot move"),
        ("sha256:" + "0" * 64, "is a tag of an image called sha256, not a digest"),
    ],
)
def test_behaviour(text, expected):
    reference = parse(text)
    assert behaviour(reference, classify(reference)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("node", "node:<x.y.z>", id="nothing is known, all is missing"),
        pytest.param("reg:5000/a/b", "reg:5000/a/b:<x.y.z>", id="the name stays as written"),
        pytest.param("node:20-alpine", "node:20.<y>.<z>-alpine", id="the flavour stays"),
        pytest.param("python:3.12-slim", "python:3.12.<z>-slim", id="only the patch is missing"),
        pytest.param("traefik:v3.0", "traefik:v3.0.<z>", id="the v stays"),
        pytest.param("example/app:1.2.x", "example/app:1.2.<z>", id="the wildcard goes"),
        pytest.param("example/app:1.x", "example/app:1.<y>.<z>", id="so does that of the minor version"),
        pytest.param("python:3.13-rc-slim", "python:3.13.<z>-slim", id="so does the pre-release"),
        pytest.param("envoyproxy/envoy:v1.30-latest", "envoyproxy/envoy:v1.30.<z>", id="so does latest"),
        pytest.param("acme/app:Release-1.4", "acme/app:Release-1.4.<z>", id="the case stays"),
        pytest.param("nginx:latest", "nginx:<x.y.z>", id="latest is replaced"),
        pytest.param("eclipse-mosquitto:latest-openssl", "eclipse-mosquitto:<x.y.z>-openssl", id="in its place"),
        pytest.param("x/y:arm64-latest", "x/y:arm64-<x.y.z>", id="behind an architecture"),
        pytest.param("x/y:my-latest", "x/y:<x.y.z>", id="words that nobody knows go"),
        pytest.param("nginx:stable-alpine", "nginx:<x.y.z>-alpine", id="the channel goes, the flavour stays"),
        pytest.param("acme/api:main", "acme/api:<x.y.z>", id="the branch goes"),
        pytest.param("acme/api:pr-12", "acme/api:<x.y.z>", id="the pull request goes"),
        pytest.param("nginx:alpine", "nginx:<x.y.z>-alpine", id="a version in front of the flavour"),
        pytest.param("node:iron-slim", "node:20.<y>.<z>-slim", id="the line of Node.js has a number"),
        pytest.param("ubuntu:22.04", "ubuntu:jammy-YYYYMMDD", id="Ubuntu dates its codenames"),
        pytest.param("ubuntu:noble", "ubuntu:noble-YYYYMMDD", id="by codename"),
        pytest.param("ubuntu", "ubuntu:<codename>-YYYYMMDD", id="without one"),
        pytest.param("debian:12-slim", "debian:bookworm-YYYYMMDD-slim", id="so does Debian"),
        pytest.param("debian:12.5", "debian:bookworm-YYYYMMDD", id="whose point releases move too"),
        pytest.param("debian:stable-slim", "debian:<codename>-YYYYMMDD-slim", id="a channel has no codename"),
        pytest.param("alpine:3.20", "alpine:3.20.<z>", id="Alpine has patch releases"),
        pytest.param("alpine:edge", "alpine:YYYYMMDD", id="but edge has dates"),
        pytest.param("archlinux:base-devel", "archlinux:base-devel-YYYYMMDD.0.<build>", id="a rolling system"),
        pytest.param("amazonlinux:2023", "amazonlinux:2023.<n>.YYYYMMDD.<n>", id="a system named for a year"),
        pytest.param("rockylinux:9", "rockylinux:<x.y>.YYYYMMDD", id="a dated point release"),
        pytest.param("almalinux:9.4", "almalinux:9.4-YYYYMMDD", id="dated in another way"),
        pytest.param("postgres:16-alpine", "postgres:16.<y>-alpine", id="two parts are all"),
        pytest.param("postgres", "postgres:<x.y>", id="from nothing"),
        pytest.param("postgres:v16", "postgres:v16.<y>", id="with a v"),
        pytest.param("eclipse-temurin:21-jdk", "eclipse-temurin:21.<y>.<z>_<build>-jdk", id="Java has builds"),
        pytest.param("eclipse-temurin:8-jdk", "eclipse-temurin:8u<n>-b<n>-jdk", id="and Java 8 has updates"),
        pytest.param("minio/minio", "minio/minio:RELEASE.YYYY-MM-DDThh-mm-ssZ", id="a scheme of its own"),
        pytest.param(
            "registry.access.redhat.com/ubi9/ubi:9.4", "registry.access.redhat.com/ubi9/ubi:9.4-<build>", id="Red Hat"
        ),
        pytest.param(
            "mcr.microsoft.com/windows/nanoserver:1809",
            "mcr.microsoft.com/windows/nanoserver:10.0.<build>.<revision>",
            id="Windows",
        ),
        pytest.param(
            "mcr.microsoft.com/mssql/server:2022-latest", "mcr.microsoft.com/mssql/server:2022-CU<n>-<system>", id="SQL"
        ),
        pytest.param("acme/app:1.0.0-SNAPSHOT", "acme/app:1.0.0", id="the release that the snapshot precedes"),
        pytest.param("fedora:40", "", id="Fedora has no finer tag"),
        pytest.param("gcr.io/distroless/static:nonroot", "", id="distroless has no versions"),
        pytest.param("acme/base:bookworm", "", id="an unknown image's scheme is unknown"),
        pytest.param("postgis/postgis:16-3.4", "", id="and so is one of two versions"),
        pytest.param("python:3.12.4", "", id="nothing is more exact but a digest"),
        pytest.param("sha256:" + "0" * 64, "", id="a trap is not made better by a tag"),
    ],
)
def test_exact_form(text, expected):
    reference = parse(text)
    assert exact_form(reference, classify(reference)) == expected


TAGS = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,30}", fullmatch=True)
NAMES = st.sampled_from(
    [
        "node",
        "ubuntu",
        "debian",
        "postgres",
        "eclipse-temurin",
        "acme/app",
        "minio/minio",
        "registry.redhat.io/a",
        "fedora",
    ]
)


@given(NAMES, st.none() | TAGS)
def test_advice_is_one_printable_line_and_its_form_is_exact_once_filled_in(name, tag):
    reference = parse(f"{name}:{tag}" if tag else name)
    found = classify(reference)
    assert behaviour(reference, found).isprintable()
    form = exact_form(reference, found)
    if not form:
        return
    for placeholder, value in {
        "<x.y.z>": "1.2.3",
        "<x.y>": "11.2",
        "YYYYMMDD": "20240808",
        "<codename>": "trixie",
        "YYYY-MM-DDThh-mm-ssZ": "2024-07-16T23-46-41Z",
        "<build>": "1234",
        "<y>": "4",
        "<z>": "5",
        "<n>": "412",
    }.items():
        form = form.replace(placeholder, value)
    if len(form) < 120:
        assert classify(parse(form)).passes("exact"), form
