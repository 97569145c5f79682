"""What the tables say of base images, row by row where it surprises, and what must hold for every row."""

from __future__ import annotations

import re

import pytest
from guardrail_hooks.core.globs import compile_glob
from guardrail_hooks.formats.image_reference import parse
from guardrail_hooks.no_root_dockerfile.accounts import is_root
from guardrail_hooks.no_root_dockerfile.bases import ARCHITECTURES, LIBRARIES, OTHER_USER, fits, known_base
from guardrail_hooks.no_root_dockerfile.official_images import RELEASES, ROOT, SYSTEMS
from guardrail_hooks.no_root_dockerfile.vendor_images import IMAGES
from hypothesis import given
from hypothesis import strategies as st

FAMILIES = {"alpine", "debian", "redhat", "distroless", "busybox", "windows", "scratch", ""}
ROWS = [
    pytest.param(name, row, id=f"{name}:{row[0]}")
    for table in (RELEASES, IMAGES)
    for name, rows in table.items()
    for row in rows
]
USER = re.compile(r"|\$[A-Z_]+|[A-Za-z_][A-Za-z0-9_-]*(?::[a-z]+)?|[0-9]+(?::[0-9]+)?")


def of(reference):
    """What is known of a reference as it stands behind FROM."""
    image = parse(reference)
    return known_base(image.name, image.tag or ("" if image.digest else "latest"))


def runs_as(reference):
    """The user of a known base; `unknown` where the tables do not say."""
    base = of(reference)
    return base.user if base else "unknown"


@pytest.mark.parametrize(
    ("reference", "user"),
    [
        pytest.param("debian:12", "", id="an official image without USER is root"),
        pytest.param("python:3.12-slim", "", id="so is a language image"),
        pytest.param("docker.io/library/python:3.12", "", id="under its full name"),
        pytest.param("node:22-alpine", "", id="node ships an account and does not use it"),
        pytest.param("phpmyadmin:5.2.3-fpm", "root", id="a Dockerfile that returns to USER root"),
        pytest.param("gradle:8.14.5-jdk21", "root", id="gradle returns to root"),
        pytest.param("gradle:4.7-jdk8", "unknown", id="gradle's first releases did not"),
        pytest.param("haproxy:2.3-alpine", "", id="haproxy before 2.4 is left as it was"),
        pytest.param("haproxy:2.1", "", id="haproxy 2.1 is no 2.10"),
        pytest.param("haproxy:2.4.0", "haproxy", id="haproxy has a USER since 2.4"),
        pytest.param("haproxy:lts-alpine", "haproxy", id="and in its moving tags"),
        pytest.param("haproxy:3.0", "haproxy", id="and from 3 on"),
        pytest.param("elasticsearch:7.17.29", "", id="elasticsearch 7 starts as root"),
        pytest.param("elasticsearch:8.0.0", "1000:0", id="elasticsearch 8 does not"),
        pytest.param("elasticsearch:2.4", "unknown", id="older elasticsearch images were built elsewhere"),
        pytest.param("docker.elastic.co/elasticsearch/elasticsearch:9.2.0", "1000:0", id="the vendor's own registry"),
        pytest.param("kibana:7.17.0", "1000", id="kibana had a USER long before"),
        pytest.param("logstash:8.13.4", "1000", id="logstash too"),
        pytest.param("varnish:stable", "", id="varnish's stable line is root"),
        pytest.param("varnish:6.0.18", "", id="by its number, too"),
        pytest.param("varnish:7.6-alpine", "varnish", id="varnish 7.6 is not"),
        pytest.param("varnish", "varnish", id="nor the untagged one"),
        pytest.param("varnish:7.0", "unknown", id="the release between is not settled"),
        pytest.param("flink:1.20-java17", "", id="flink up to 2.1 starts as root"),
        pytest.param("flink:2.2.1", "flink", id="flink 2.2 does not"),
        pytest.param("influxdb:2", "", id="influxdb 2 is root"),
        pytest.param("influxdb:1.12-alpine", "influxdb", id="the newer 1.x releases are not"),
        pytest.param("influxdb:1.12-meta", "", id="but their meta nodes are"),
        pytest.param("influxdb:3-core", "influxdb3", id="influxdb 3 is not"),
        pytest.param("mariadb:11", "", id="mariadb on Ubuntu is root"),
        pytest.param("mariadb:11-ubi", "mysql", id="mariadb on UBI is not"),
        pytest.param("docker:28-dind", "", id="docker in docker is root"),
        pytest.param("docker:28-dind-rootless", "rootless", id="its rootless tags are not"),
        pytest.param("wordpress:php8.2-fpm", "", id="wordpress is root"),
        pytest.param("wordpress:cli-php8.2", "www-data", id="its command line is not"),
        pytest.param("memcached:1.6-alpine", "memcache", id="memcached never was"),
        pytest.param("solr:9", "8983", id="solr by number"),
        pytest.param("sonarqube:10.7-community", "sonarqube", id="sonarqube by name"),
        pytest.param("groovy:4-jdk17", "1000:1000", id="groovy by number and group"),
        pytest.param("jetty:12", "unknown", id="documentation and Dockerfiles of jetty disagree"),
        pytest.param("clickhouse:26.6-distroless", "unknown", id="a distroless variant may have a user of its own"),
        pytest.param("nginx:1.27-unprivileged", "unknown", id="so may an unprivileged one"),
        pytest.param("no-such-image:1", "unknown", id="an official name that is not in the table"),
        pytest.param("mycorp/runtime:4", "unknown", id="somebody's image"),
        pytest.param("registry.example.com/library/debian:12", "unknown", id="another registry's library"),
        pytest.param("registry.example.com/docker.io/library/debian:12", "unknown", id="a mirror nobody told of"),
    ],
)
def test_official_image(reference, user):
    assert runs_as(reference) == user


@pytest.mark.parametrize(
    ("reference", "user"),
    [
        pytest.param("gcr.io/distroless/static-debian12", "0", id="distroless without a tag is root"),
        pytest.param("gcr.io/distroless/java21-debian13:debug", "0", id="its debug tag too"),
        pytest.param("gcr.io/distroless/static:nonroot", "65532", id="nonroot is what it says"),
        pytest.param("gcr.io/distroless/cc-debian12:debug-nonroot-arm64", "65532", id="with a shell and a platform"),
        pytest.param("gcr.io/distroless/examples/app:nonroot", "unknown", id="nothing is known deeper in the path"),
        pytest.param("nginxinc/nginx-unprivileged:1.27-alpine", "101", id="nginx-unprivileged"),
        pytest.param("quay.io/nginx/nginx-unprivileged", "101", id="from Quay"),
        pytest.param("jenkins/jenkins:lts-jdk21", "jenkins", id="jenkins"),
        pytest.param("jenkins/jenkins:windowsservercore-ltsc2022", "unknown", id="jenkins on Windows is not settled"),
        pytest.param("quay.io/jupyter/scipy-notebook:2025-01-01", "1000", id="jupyter stacks"),
        pytest.param("jupyter/repo2docker", "unknown", id="jupyter's other images are no stacks"),
        pytest.param("mcr.microsoft.com/dotnet/aspnet:8.0", "", id=".NET ships an account and runs as root"),
        pytest.param("mcr.microsoft.com/dotnet/aspnet:8.0-jammy-chiseled-extra", "1654", id="chiseled does not"),
        pytest.param("mcr.microsoft.com/dotnet/runtime:9.0-azurelinux3.0-distroless", "1654", id="nor Azure Linux's"),
        pytest.param("mcr.microsoft.com/dotnet/aspnet:6.0-jammy-chiseled", "app", id="the first chiseled images"),
        pytest.param("mcr.microsoft.com/dotnet/runtime:5.0-cbl-mariner1.0-distroless", "unknown", id="no .NET 5"),
        pytest.param("mcr.microsoft.com/dotnet/sdk:8.0-nanoserver-ltsc2022", "ContainerUser", id=".NET on Nano Server"),
        pytest.param("mcr.microsoft.com/dotnet/core/sdk:2.1", "unknown", id="the .NET Core repositories"),
        pytest.param("mcr.microsoft.com/dotnet/framework/sdk:4.8", "ContainerAdministrator", id=".NET Framework"),
        pytest.param("mcr.microsoft.com/windows:ltsc2019", "ContainerAdministrator", id="Windows"),
        pytest.param("mcr.microsoft.com/windows/servercore:ltsc2022", "ContainerAdministrator", id="Server Core"),
        pytest.param("mcr.microsoft.com/windows/nanoserver:ltsc2022", "ContainerUser", id="Nano Server"),
        pytest.param("mcr.microsoft.com/windows/nanoserver:sac2016", "unknown", id="the first Nano Server was admin"),
        pytest.param("mcr.microsoft.com/devcontainers/python:3.12", "", id="development containers start as root"),
        pytest.param("mcr.microsoft.com/devcontainers/universal:2", "unknown", id="but for one that is not settled"),
        pytest.param("golang:1.22-nanoserver-ltsc2022", "ContainerUser", id="golang on Nano Server"),
        pytest.param("golang:1.22-windowsservercore", "ContainerAdministrator", id="golang on Server Core"),
        pytest.param("caddy:2-nanoserver", "unknown", id="Nano Server of an image that does not set it"),
        pytest.param("python:3.12-windowsservercore", "ContainerAdministrator", id="python on Server Core"),
        pytest.param("prom/prometheus:v3.0.0", "nobody", id="prometheus"),
        pytest.param("quay.io/prometheus/prometheus:v3.9.0-distroless", "65532", id="prometheus distroless"),
        pytest.param("prom/prometheus:v1.8.2", "unknown", id="prometheus 1"),
        pytest.param("prom/alertmanager:v0.2.1", "unknown", id="alertmanager 0.2 is no 0.20"),
        pytest.param("grafana/grafana:11.2.0", "472", id="grafana"),
        pytest.param("grafana/grafana:5.0.4", "unknown", id="grafana before 5.1"),
        pytest.param("moby/buildkit:v0.18.0", "", id="buildkit"),
        pytest.param("moby/buildkit:v0.18.0-rootless", "1000:1000", id="buildkit without root"),
        pytest.param("qdrant/qdrant:v1.12.0", "0:0", id="qdrant says root in numbers"),
        pytest.param("qdrant/qdrant:v1.12.0-unprivileged", "1000:1000", id="its unprivileged tags do not"),
        pytest.param("quay.io/keycloak/keycloak:26.0", "1000", id="keycloak"),
        pytest.param("quay.io/keycloak/keycloak:2.5.5.Final", "unknown", id="keycloak 2 is no 20"),
        pytest.param("registry.access.redhat.com/ubi9/ubi-minimal:9.4", "", id="UBI is root"),
        pytest.param("registry.access.redhat.com/ubi9", "", id="under its short name"),
        pytest.param("registry.access.redhat.com/ubi9/python-312", "1001", id="UBI's language images are not"),
        pytest.param("registry.access.redhat.com/ubi9/openjdk-21", "unknown", id="nor known where nobody looked"),
        pytest.param("public.ecr.aws/lambda/python:3.12", "", id="Lambda"),
        pytest.param("ghcr.io/astral-sh/uv:0.5", "", id="uv on scratch"),
        pytest.param("ghcr.io/astral-sh/uv:python3.12-bookworm-slim", "", id="uv with Python"),
        pytest.param("ghcr.io/astral-sh/uv:debian-dhi", "unknown", id="uv on a hardened image"),
        pytest.param("selenium/standalone-chrome:4.25.0", "1200", id="selenium"),
        pytest.param("envoyproxy/envoy:distroless-v1.31-latest", "65532", id="envoy distroless"),
        pytest.param("nvidia/cuda:12.4.1-runtime-ubuntu22.04", "", id="cuda"),
        pytest.param("ollama/ollama:0.5.4", "", id="ollama"),
    ],
)
def test_other_image(reference, user):
    assert runs_as(reference) == user


@pytest.mark.parametrize(
    "reference",
    [
        pytest.param("docker.io/amd64/debian:12", id="amd64"),
        pytest.param("arm64v8/debian:12", id="arm64v8"),
        pytest.param("public.ecr.aws/docker/library/debian:12", id="Amazon's mirror"),
        pytest.param("mirror.gcr.io/library/debian:12", id="Google's mirror"),
    ],
)
def test_the_same_image_elsewhere(reference):
    assert of(reference) == of("debian:12")
    assert of(reference) is not None


def test_windows_builds_of_official_images_are_not_taken_for_linux():
    assert runs_as("winamd64/golang:1.22") == "unknown"


@pytest.mark.parametrize(
    ("reference", "family", "account"),
    [
        pytest.param("alpine:3.20", "alpine", "", id="alpine"),
        pytest.param("python:3.12-alpine3.20", "alpine", "", id="a tag that names alpine"),
        pytest.param("python:3.12-slim-bookworm", "debian", "", id="a tag that names a Debian release"),
        pytest.param("node:22", "debian", "node", id="node"),
        pytest.param("node:22-alpine", "alpine", "node", id="node on alpine"),
        pytest.param("postgres:16", "debian", "postgres", id="postgres"),
        pytest.param("redis:7-alpine", "alpine", "redis", id="redis"),
        pytest.param("nginx:1.27", "debian", "nginx", id="nginx"),
        pytest.param("httpd:2.4", "debian", "www-data", id="httpd"),
        pytest.param("php:8.3-fpm-alpine", "alpine", "www-data", id="php"),
        pytest.param("mongo:8", "debian", "mongodb", id="mongo"),
        pytest.param("mysql:8.4", "redhat", "mysql", id="mysql stands on Oracle Linux"),
        pytest.param("ubuntu:22.04", "debian", "", id="ubuntu had no account"),
        pytest.param("ubuntu:24.04", "debian", "ubuntu", id="since 23.04 it has"),
        pytest.param("ubuntu", "debian", "ubuntu", id="latest too"),
        pytest.param("eclipse-temurin:21-jre-ubi9-minimal", "redhat", "", id="temurin on UBI"),
        pytest.param("eclipse-temurin:21-jre-noble", "debian", "", id="temurin on Ubuntu"),
        pytest.param("maven:3.9-amazoncorretto-17", "redhat", "", id="maven on Corretto"),
        pytest.param("maven:3.9-amazoncorretto-17-debian", "debian", "", id="Corretto on Debian"),
        pytest.param("nats:2", "scratch", "", id="nats is a binary on scratch"),
        pytest.param("nats:2-alpine", "alpine", "", id="nats on alpine"),
        pytest.param("busybox:1.37", "busybox", "", id="busybox"),
        pytest.param("gcr.io/distroless/static", "distroless", "nonroot", id="distroless"),
        pytest.param("mcr.microsoft.com/dotnet/aspnet:8.0-alpine", "alpine", "$APP_UID", id=".NET on alpine"),
        pytest.param("mcr.microsoft.com/dotnet/aspnet:6.0", "debian", "", id=".NET 6 has no account"),
        pytest.param("mcr.microsoft.com/dotnet/aspnet:10.0", "debian", "$APP_UID", id=".NET 10 is no .NET 1"),
        pytest.param("mcr.microsoft.com/windows/servercore:ltsc2022", "windows", "ContainerUser", id="Windows"),
        pytest.param("mcr.microsoft.com/devcontainers/base:alpine-3.20", "alpine", "vscode", id="devcontainers"),
        pytest.param("mcr.microsoft.com/devcontainers/typescript-node:22", "debian", "node", id="devcontainers, node"),
        pytest.param("mcr.microsoft.com/playwright:v1.49.0-noble", "debian", "pwuser", id="playwright"),
        pytest.param("nvidia/cuda:12.4.1-base-rockylinux9", "redhat", "", id="cuda on Rocky"),
    ],
)
def test_family_and_account(reference, family, account):
    base = of(reference)
    assert (base.family, base.account) == (family, account)


@pytest.mark.parametrize(
    ("reference", "environment"),
    [
        pytest.param("mcr.microsoft.com/dotnet/aspnet:8.0", {"APP_UID": "1654"}, id=".NET 8"),
        pytest.param("mcr.microsoft.com/dotnet/sdk", {"APP_UID": "1654"}, id="the latest .NET"),
        pytest.param("mcr.microsoft.com/dotnet/aspnet:7.0", {}, id=".NET 7"),
        pytest.param(
            "jupyter/base-notebook", {"NB_USER": "jovyan", "NB_UID": "1000", "NB_GID": "100"}, id="jupyter stacks"
        ),
        pytest.param("mambaorg/micromamba:2.0", {"MAMBA_USER": "mambauser"}, id="micromamba"),
        pytest.param("python:3.12", {}, id="none"),
    ],
)
def test_environment(reference, environment):
    assert of(reference).environment == environment


ADMINISTRATOR = "ContainerAdministrator"
DIGEST = "@sha256:" + "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


@pytest.mark.parametrize(
    ("name", "user", "family", "account"),
    [
        pytest.param("debian", "", "debian", "", id="every debian is a Debian that runs as root"),
        pytest.param("ubuntu", "", "debian", "", id="not every ubuntu has the account"),
        pytest.param("node", "", "", "node", id="node may be Debian or Alpine, and has the account"),
        pytest.param("golang", "", "", "", id="Windows is always written out"),
        pytest.param("memcached", "memcache", "", "memcache", id="every memcached has its user"),
        pytest.param("nginxinc/nginx-unprivileged", "101", "", "nginx", id="both variants agree on the user"),
        pytest.param(
            "mcr.microsoft.com/windows/servercore", "ContainerAdministrator", "windows", "ContainerUser", id="a"
        ),
    ],
)
def test_a_digest_alone_tells_what_every_tag_has(name, user, family, account):
    base = of(name + DIGEST)
    assert (base.user, base.family, base.account) == (user, family, account)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("gcr.io/distroless/static", id="may be nonroot"),
        pytest.param("mcr.microsoft.com/dotnet/aspnet", id="may be chiseled"),
        pytest.param("haproxy", id="may be older than its USER"),
        pytest.param("elasticsearch", id="may be a release that nobody looked at"),
        pytest.param("oven/bun", id="has a variant that is not settled"),
        pytest.param("mcr.microsoft.com/devcontainers/universal", id="is not settled at all"),
        pytest.param("no-such-image", id="is not in the table"),
    ],
)
def test_a_digest_alone_does_not_tell_what_tags_decide(name):
    assert of(name + DIGEST) is None


def test_a_tag_beside_a_digest_still_tells():
    assert runs_as("gcr.io/distroless/static:nonroot" + DIGEST) == "65532"


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_every_row(name, row):
    tags, user, environment, family, account, source = row
    assert tags.split()
    assert not re.search(r"[?\[\]{}]", tags), "only * is special"
    assert user is None or USER.fullmatch(user)
    assert family in FAMILIES
    assert USER.fullmatch(account)
    assert user is not None or not account, "an account of an image that is not settled"
    assert not account or not is_root(account, windows=family == "windows")
    assert all(value and variable.isupper() for variable, value in environment.items())
    assert not account.startswith("$") or account[1:] in environment
    assert source.startswith("https://")


@pytest.mark.parametrize("name", ROOT)
def test_every_official_root(name):
    user, family, account = ROOT[name]
    assert is_root(user, windows=False)
    assert family in FAMILIES - {"windows", "distroless"}
    assert USER.fullmatch(account)
    base = of(name)
    assert base.source.startswith("https://")
    assert (base.user, base.family, base.account) == (user, family, account)


@pytest.mark.parametrize("name", sorted({*ROOT, *RELEASES}))
def test_official_names_are_those_of_the_library(name):
    assert parse(name).name == f"docker.io/library/{name}"


@pytest.mark.parametrize("name", IMAGES)
def test_other_names_are_canonical(name):
    plain = name.removesuffix("/*") + ("/x" if name.endswith("/*") else "")
    assert parse(plain).name == plain
    assert not plain.startswith(LIBRARIES)
    assert plain.split("/")[1] not in ARCHITECTURES


def test_no_official_image_has_two_entries():
    assert not ROOT.keys() & RELEASES.keys()
    assert ROOT.keys() | RELEASES.keys() >= SYSTEMS


@pytest.mark.parametrize("table", [RELEASES, IMAGES], ids=["official", "other"])
def test_no_tag_glob_stands_behind_one_that_takes_all_its_tags(table):
    hidden = []
    for name, rows in table.items():
        before = []
        for tags, *_ in rows:
            for glob in tags.split():
                hidden += [
                    f"{name}: {glob} behind {earlier}" for earlier in before if fits(glob.replace("*", "~"), earlier)
                ]
            before += tags.split()
    assert not hidden


@pytest.mark.parametrize("word", OTHER_USER)
def test_a_variant_with_a_user_of_its_own_is_not_taken_for_the_plain_image(word):
    assert runs_as(f"python:3.12-{word}") == "unknown"


GLOBS = st.text("ab*", max_size=6)


@given(tag=st.text("ab", max_size=8), glob=GLOBS)
def test_tag_globs_are_the_path_globs_of_a_text_without_slashes(tag, glob):
    assert fits(tag, glob) == bool(compile_glob(glob, crossing=True).fullmatch(tag))


@given(name=st.text("abc:/.@*-", max_size=20), tag=st.text("ab.*-", max_size=8))
def test_any_text_has_an_answer(name, tag):
    assert known_base(name, tag) is None
