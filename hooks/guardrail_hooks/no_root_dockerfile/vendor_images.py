"""Base images outside the official library, from their Dockerfiles or documentation.

A row is in the table when the file at its source proves it. Images whose user changed have rows for the tags that are
proven; for what is not listed nothing is known, which asks for a USER and harms nobody.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    # tags (globs with `*`, separated by blanks), user (None: not settled), environment, family, account, source
    Row = tuple[str, str | None, Mapping[str, str], str, str, str]

GITHUB = "https://github.com/"
ADMINISTRATOR, WINDOWS_USER = "ContainerAdministrator", "ContainerUser"
APP = {"APP_UID": "1654"}
NOTEBOOK = {"NB_USER": "jovyan", "NB_UID": "1000", "NB_GID": "100"}

# common/variables.bzl (NONROOT = 65532) and static/static.bzl (USER_VARIANTS: nonroot in the tag, else user 0)
DISTROLESS_SOURCE = GITHUB + "GoogleContainerTools/distroless/blob/HEAD/static/static.bzl"
DISTROLESS: Sequence[Row] = (
    ("*nonroot*", "65532", {}, "distroless", "nonroot", DISTROLESS_SOURCE),
    ("*", "0", {}, "distroless", "nonroot", DISTROLESS_SOURCE),
)

# Nano Server steps down since 1709 (github.com/dotnet/dotnet-docker/issues/728); Server Core never does.
WINDOWS_SOURCE = "https://learn.microsoft.com/virtualization/windowscontainers/manage-containers/container-security"
SERVER_CORE: Sequence[Row] = (("*", ADMINISTRATOR, {}, "windows", WINDOWS_USER, WINDOWS_SOURCE),)
NANO_SERVER: Sequence[Row] = (
    ("sac2016* 10.0.14393* latest", None, {}, "windows", "", WINDOWS_SOURCE),
    ("*", WINDOWS_USER, {}, "windows", WINDOWS_USER, WINDOWS_SOURCE),
)

# src/runtime-deps/*/*/amd64/Dockerfile: ENV APP_UID from 8.0 on; chiseled and distroless images end with USER
# $APP_UID, in 6.0 and 7.0 with USER app. Nano Server images end with USER ContainerUser since 1709.
DOTNET_SOURCE = GITHUB + "dotnet/dotnet-docker/tree/HEAD/src/runtime-deps"
DOTNET: Sequence[Row] = (
    ("*sac2016*", None, {}, "windows", "", DOTNET_SOURCE),
    ("*nanoserver*", WINDOWS_USER, {}, "windows", WINDOWS_USER, DOTNET_SOURCE),
    ("*windowsservercore*", ADMINISTRATOR, {}, "windows", WINDOWS_USER, DOTNET_SOURCE),
    ("6.0*chiseled* 7.0*chiseled*", "app", {}, "distroless", "app", DOTNET_SOURCE),
    ("6.0*mariner2.0-distroless* 7.0*mariner2.0-distroless*", "app", {}, "distroless", "app", DOTNET_SOURCE),
    ("1.*distroless* 2.*distroless* 3.*distroless*", None, {}, "", "", DOTNET_SOURCE),
    ("5.*distroless* 6.*distroless* 7.*distroless*", None, {}, "", "", DOTNET_SOURCE),
    ("*chiseled* *distroless*", "1654", APP, "distroless", "$APP_UID", DOTNET_SOURCE),
    ("1.*alpine* 2.*alpine* 3.*alpine* 5.*alpine* 6.*alpine* 7.*alpine*", "", {}, "alpine", "", DOTNET_SOURCE),
    ("5.*mariner* 6.*mariner* 7.*mariner*", "", {}, "redhat", "", DOTNET_SOURCE),
    ("1.* 2.* 3.* 5.* 6.* 7.*", "", {}, "debian", "", DOTNET_SOURCE),
    ("*alpine*", "", APP, "alpine", "$APP_UID", DOTNET_SOURCE),
    ("*mariner* *azurelinux*", "", APP, "redhat", "$APP_UID", DOTNET_SOURCE),
    ("*", "", APP, "debian", "$APP_UID", DOTNET_SOURCE),
)
# Every tag is built on the distroless .NET images.
ASPIRE: Sequence[Row] = (
    ("*", "1654", APP, "distroless", "$APP_UID", GITHUB + "dotnet/dotnet-docker/tree/HEAD/src/aspire-dashboard"),
)
DOTNET_FRAMEWORK: Sequence[Row] = (
    ("*", ADMINISTRATOR, {}, "windows", WINDOWS_USER, GITHUB + "microsoft/dotnet-framework-docker/tree/HEAD/src"),
)

# images/docker-stacks-foundation/Dockerfile
JUPYTER: Sequence[Row] = (
    ("*", "1000", NOTEBOOK, "debian", "$NB_UID", GITHUB + "jupyter/docker-stacks/tree/HEAD/images"),
)
JUPYTER_STACKS = (
    "docker-stacks-foundation", "base-notebook", "minimal-notebook", "scipy-notebook", "r-notebook", "julia-notebook",
    "tensorflow-notebook", "pytorch-notebook", "datascience-notebook", "pyspark-notebook", "all-spark-notebook",
)  # fmt: skip

# mainline/debian/Dockerfile: ARG UID=101, USER $UID; by name (nginx) and as 1001 in the first releases.
UNPRIVILEGED_SOURCE = GITHUB + "nginx/docker-nginx-unprivileged"
NGINX_UNPRIVILEGED: Sequence[Row] = (
    ("*alpine*", "101", {}, "alpine", "nginx", UNPRIVILEGED_SOURCE),
    ("*", "101", {}, "debian", "nginx", UNPRIVILEGED_SOURCE),
)

# debian/Dockerfile: USER ${user}, jenkins by default, since 2014
JENKINS_SOURCE = GITHUB + "jenkinsci/docker"
JENKINS: Sequence[Row] = (
    ("*windows* *nanoserver* *servercore*", None, {}, "windows", "", JENKINS_SOURCE),
    ("*alpine*", "jenkins", {}, "alpine", "jenkins", JENKINS_SOURCE),
    ("*rhel* *ubi* *almalinux* *centos*", "jenkins", {}, "redhat", "jenkins", JENKINS_SOURCE),
    ("*", "jenkins", {}, "debian", "jenkins", JENKINS_SOURCE),
)
JENKINS_AGENT_SOURCE = GITHUB + "jenkinsci/docker-agent"
JENKINS_AGENT: Sequence[Row] = (
    ("*windows* *nanoserver* *servercore*", None, {}, "windows", "", JENKINS_AGENT_SOURCE),
    ("*alpine*", "jenkins", {}, "alpine", "jenkins", JENKINS_AGENT_SOURCE),
    ("*rhel* *ubi*", "jenkins", {}, "redhat", "jenkins", JENKINS_AGENT_SOURCE),
    ("*", "jenkins", {}, "debian", "jenkins", JENKINS_AGENT_SOURCE),
)

# The images are for development: they start as root, and devcontainer.json names the account as remoteUser.
DEVCONTAINERS_SOURCE = GITHUB + "devcontainers/images/tree/HEAD/src"
DEVCONTAINERS: Sequence[Row] = (
    ("*alpine*", "", {}, "alpine", "vscode", DEVCONTAINERS_SOURCE),
    ("*", "", {}, "debian", "vscode", DEVCONTAINERS_SOURCE),
)
DEVCONTAINERS_NODE: Sequence[Row] = (("*", "", {}, "debian", "node", DEVCONTAINERS_SOURCE),)

# Dockerfile: USER nobody since v2.0.0 of June 2017; Dockerfile.distroless: static-debian:nonroot
PROMETHEUS_SOURCE = GITHUB + "prometheus/prometheus/blob/HEAD/Dockerfile"
PROMETHEUS: Sequence[Row] = (
    ("*distroless*", "65532", {}, "distroless", "nonroot", PROMETHEUS_SOURCE),
    ("v0.* v1.*", None, {}, "", "", PROMETHEUS_SOURCE),
    ("*", "nobody", {}, "busybox", "nobody", PROMETHEUS_SOURCE),
)
NODE_EXPORTER_SOURCE = GITHUB + "prometheus/node_exporter/blob/HEAD/Dockerfile"
NODE_EXPORTER: Sequence[Row] = (("v1.* latest master main", "nobody", {}, "busybox", "nobody", NODE_EXPORTER_SOURCE),)
ALERTMANAGER_SOURCE = GITHUB + "prometheus/alertmanager/blob/HEAD/Dockerfile"
ALERTMANAGER_TAGS = (  # up to 0.15 there was no USER
    "v0.16* v0.17* v0.18* v0.19* v0.20* v0.21* v0.22* v0.23* v0.24* v0.25* v0.26* v0.27* v0.28* v0.29* v0.30* v0.31* "
    "v0.32* latest main"
)
ALERTMANAGER: Sequence[Row] = ((ALERTMANAGER_TAGS, "nobody", {}, "busybox", "nobody", ALERTMANAGER_SOURCE),)
PUSHGATEWAY_SOURCE = GITHUB + "prometheus/pushgateway/blob/HEAD/Dockerfile"
PUSHGATEWAY: Sequence[Row] = (("v1.* latest master main", "65534", {}, "busybox", "nobody", PUSHGATEWAY_SOURCE),)

# UBI images install packages without a USER before them: base/Dockerfile.ubi8 of confluentinc/common-docker, and
# ubi-micro's /etc/passwd in keycloak's quarkus/container/Dockerfile.
UBI: Sequence[Row] = (
    ("*", "", {}, "redhat", "", GITHUB + "confluentinc/common-docker/blob/HEAD/base/Dockerfile.ubi8"),
)
UBI_MICRO: Sequence[Row] = (
    ("*", "", {}, "redhat", "", GITHUB + "keycloak/keycloak/blob/22.0.11/quarkus/container/Dockerfile"),
)
S2I_PYTHON: Sequence[Row] = (("*", "1001", {}, "redhat", "1001", GITHUB + "sclorg/s2i-python-container"),)
S2I_NODEJS: Sequence[Row] = (("*", "1001", {}, "redhat", "1001", GITHUB + "sclorg/s2i-nodejs-container"),)
S2I_PYTHON_IMAGES = (
    "ubi8/python-36", "ubi8/python-312", "ubi8/python-312-minimal", "ubi9/python-39", "ubi9/python-312",
    "ubi9/python-312-minimal", "ubi9/python-314", "ubi9/python-314-minimal", "ubi10/python-312-minimal",
    "ubi10/python-314-minimal",
)  # fmt: skip
RED_HAT = ("registry.access.redhat.com", "registry.redhat.io")

# Dockerfile.python3.12 and the like on the branch of each runtime: no USER
LAMBDA: Sequence[Row] = (("*", "", {}, "redhat", "", GITHUB + "aws/aws-lambda-base-images"),)

# Base/Dockerfile: USER ${SEL_UID}, 1200; seluser by name up to 3.141
SELENIUM: Sequence[Row] = (("*", "1200", {}, "debian", "seluser", GITHUB + "SeleniumHQ/docker-selenium"),)
SELENIUM_IMAGES = (
    "base", "hub", "router", "distributor", "sessions", "session-queue", "event-bus", "node-base", "node-chrome",
    "node-chromium", "node-edge", "node-firefox", "node-docker", "standalone-chrome", "standalone-chromium",
    "standalone-edge", "standalone-firefox", "standalone-docker",
)  # fmt: skip
CYPRESS: Sequence[Row] = (
    ("*", "", {}, "debian", "", GITHUB + "cypress-io/cypress-docker-images/blob/HEAD/factory/factory.Dockerfile"),
)

# The image without a tail is a binary on scratch; the derived ones take their base's user, which for Docker's
# hardened images (dhi) is not root. docs.astral.sh/uv/guides/integration/docker/#available-images
UV_SOURCE = GITHUB + "astral-sh/uv/blob/HEAD/docs/guides/integration/docker.md"
UV: Sequence[Row] = (
    ("*dhi*", None, {}, "", "", UV_SOURCE),
    ("*alpine*", "", {}, "alpine", "", UV_SOURCE),
    ("*debian* *trixie* *bookworm* *bullseye* *buster*", "", {}, "debian", "", UV_SOURCE),
    ("0.* latest", "", {}, "scratch", "", GITHUB + "astral-sh/uv/blob/HEAD/Dockerfile"),
)

ELASTIC_SOURCE = GITHUB + "elastic/dockerfiles"
ELASTICSEARCH: Sequence[Row] = (
    ("8.* 9.*", "1000:0", {}, "", "elasticsearch", ELASTIC_SOURCE),
    ("6.8* 7.*", "", {}, "", "elasticsearch", ELASTIC_SOURCE),
)
KIBANA: Sequence[Row] = (("6.8* 7.* 8.* 9.*", "1000", {}, "", "kibana", ELASTIC_SOURCE),)
LOGSTASH: Sequence[Row] = (("6.8* 7.* 8.* 9.*", "1000", {}, "", "logstash", ELASTIC_SOURCE),)

# Runs as grafana since 5.1.0: grafana.com/docs/grafana/latest/setup-grafana/installation/docker, "Migrate to v5.1"
GRAFANA_SOURCE = "https://grafana.com/docs/grafana/v7.4/installation/docker/#migrate-to-v51-or-later"
GRAFANA: Sequence[Row] = (
    ("1.* 2.* 3.* 4.* 5.0*", None, {}, "", "", GRAFANA_SOURCE),
    ("*ubuntu*", "472", {}, "debian", "grafana", GRAFANA_SOURCE),
    ("*", "472", {}, "alpine", "grafana", GRAFANA_SOURCE),
)
COLLECTOR_SOURCE = GITHUB + "open-telemetry/opentelemetry-collector-releases/tree/HEAD/distributions"
COLLECTOR: Sequence[Row] = (("*", "10001", {}, "scratch", "10001", COLLECTOR_SOURCE),)
CONFLUENT: Sequence[Row] = (
    # The images moved from Debian and root to UBI 8 and appuser with 6.0.
    ("6.* 7.* 8.*", "appuser", {}, "redhat", "appuser", GITHUB + "confluentinc/common-docker"),
)
CONDA_SOURCE = GITHUB + "ContinuumIO/docker-images"
CONDA: Sequence[Row] = (
    ("*alpine* *nanoserver* *windows*", None, {}, "", "", CONDA_SOURCE),
    ("*", "", {}, "debian", "", CONDA_SOURCE),
)
BUILDKIT_SOURCE = GITHUB + "moby/buildkit/blob/HEAD/Dockerfile"
CUDA_SOURCE = GITHUB + "pytorch/pytorch/blob/HEAD/Dockerfile"  # installs packages on nvidia/cuda without a USER
CURL_SOURCE = GITHUB + "curl/curl-container/blob/HEAD/create_appliance_image.sh"
DENO_SOURCE = GITHUB + "denoland/deno_docker"
ENVOY_SOURCE = GITHUB + "envoyproxy/envoy/blob/HEAD/distribution/docker/Dockerfile-envoy"
KEYCLOAK_SOURCE = GITHUB + "keycloak/keycloak/blob/HEAD/quarkus/container/Dockerfile"
MICROMAMBA_SOURCE = GITHUB + "mamba-org/micromamba-docker"
QDRANT_SOURCE = GITHUB + "qdrant/qdrant/blob/HEAD/Dockerfile"

# Canonical name, or everything directly below a path: rows, of which the first that the tag fits decides.
IMAGES: Mapping[str, Sequence[Row]] = {
    "docker.elastic.co/elasticsearch/elasticsearch": ELASTICSEARCH,
    "docker.elastic.co/kibana/kibana": KIBANA,
    "docker.elastic.co/logstash/logstash": LOGSTASH,
    "docker.io/alpine/git": (("*", "", {}, "alpine", "", GITHUB + "alpine-docker/git/blob/HEAD/Dockerfile"),),
    "docker.io/apache/airflow": (
        ("2.* 3.* latest", "50000", {}, "debian", "airflow", GITHUB + "apache/airflow/blob/HEAD/Dockerfile"),
    ),
    "docker.io/apache/kafka": (
        ("*", "appuser", {}, "alpine", "appuser", GITHUB + "apache/kafka/blob/HEAD/docker/jvm/Dockerfile"),
    ),
    "docker.io/apache/spark": (("3.5* 4* latest", "spark", {}, "debian", "spark", GITHUB + "apache/spark-docker"),),
    "docker.io/astral/uv": UV,
    "docker.io/chromadb/chroma": (("*", "", {}, "debian", "", GITHUB + "chroma-core/chroma/blob/HEAD/Dockerfile"),),
    "docker.io/condaforge/mambaforge": (("*", "", {}, "debian", "", GITHUB + "conda-forge/miniforge-images"),),
    "docker.io/condaforge/miniforge3": (("*", "", {}, "debian", "", GITHUB + "conda-forge/miniforge-images"),),
    "docker.io/confluentinc/cp-base-new": CONFLUENT,
    "docker.io/confluentinc/cp-kafka": CONFLUENT,
    "docker.io/continuumio/anaconda3": CONDA,
    "docker.io/continuumio/miniconda3": CONDA,
    "docker.io/curlimages/curl": (
        (
            "*",
            "curl_user",
            {},
            "alpine",
            "curl_user",
            GITHUB + "curl/curl-container/blob/HEAD/create_appliance_image.sh",
        ),
    ),
    "docker.io/cypress/base": CYPRESS,
    "docker.io/cypress/browsers": CYPRESS,
    "docker.io/cypress/factory": CYPRESS,
    "docker.io/cypress/included": CYPRESS,
    "docker.io/denoland/deno": (
        ("bin*", "", {}, "scratch", "", DENO_SOURCE),
        ("*distroless*", "0", {}, "distroless", "nonroot", DENO_SOURCE),
        ("*alpine*", "", {}, "alpine", "deno", DENO_SOURCE),
        ("*", "", {}, "debian", "deno", DENO_SOURCE),
    ),
    "docker.io/envoyproxy/envoy": (
        ("*distroless*", "65532", {}, "distroless", "nonroot", ENVOY_SOURCE),
        ("v1.* latest*", "", {}, "debian", "envoy", ENVOY_SOURCE),
    ),
    "docker.io/fluent/fluent-bit": (
        ("*windows*", None, {}, "windows", "", GITHUB + "fluent/fluent-bit"),
        ("*debug*", "", {}, "debian", "", GITHUB + "fluent/fluent-bit/blob/HEAD/dockerfiles/Dockerfile"),
        ("*", "0", {}, "distroless", "nonroot", GITHUB + "fluent/fluent-bit/blob/HEAD/dockerfiles/Dockerfile"),
    ),
    "docker.io/grafana/grafana": GRAFANA,
    "docker.io/grafana/grafana-enterprise": GRAFANA,
    "docker.io/grafana/grafana-oss": GRAFANA,
    "docker.io/grafana/loki": (
        ("2.* 3.* latest main*", "10001", {}, "", "10001", GITHUB + "grafana/loki/blob/HEAD/cmd/loki/Dockerfile"),
    ),
    "docker.io/jenkins/agent": JENKINS_AGENT,
    "docker.io/jenkins/inbound-agent": JENKINS_AGENT,
    "docker.io/jenkins/jenkins": JENKINS,
    "docker.io/mambaorg/micromamba": (
        ("0.*", None, {}, "", "", MICROMAMBA_SOURCE),
        ("*fedora*", "mambauser", {"MAMBA_USER": "mambauser"}, "redhat", "$MAMBA_USER", MICROMAMBA_SOURCE),
        ("*alpine*", "mambauser", {"MAMBA_USER": "mambauser"}, "alpine", "$MAMBA_USER", MICROMAMBA_SOURCE),
        ("*", "mambauser", {"MAMBA_USER": "mambauser"}, "debian", "$MAMBA_USER", MICROMAMBA_SOURCE),
    ),
    "docker.io/minio/minio": (("*", "", {}, "redhat", "", GITHUB + "minio/minio/blob/HEAD/Dockerfile.release"),),
    "docker.io/moby/buildkit": (
        ("*rootless*", "1000:1000", {}, "alpine", "user", BUILDKIT_SOURCE),
        ("*ubuntu*", "", {}, "debian", "", BUILDKIT_SOURCE),
        ("*", "", {}, "alpine", "", BUILDKIT_SOURCE),
    ),
    "docker.io/nginxinc/nginx-unprivileged": NGINX_UNPRIVILEGED,
    "docker.io/nvidia/cuda": (
        ("*ubi* *centos* *rockylinux*", "", {}, "redhat", "", CUDA_SOURCE),
        ("*", "", {}, "debian", "", CUDA_SOURCE),
    ),
    "docker.io/ollama/ollama": (
        ("0.0.* 0.1.0*", None, {}, "", "", GITHUB + "ollama/ollama"),
        ("*", "", {}, "debian", "", GITHUB + "ollama/ollama/blob/HEAD/Dockerfile"),
    ),
    "docker.io/otel/opentelemetry-collector": COLLECTOR,
    "docker.io/otel/opentelemetry-collector-contrib": COLLECTOR,
    "docker.io/oven/bun": (
        ("*distroless*", None, {}, "", "", GITHUB + "oven-sh/bun/tree/HEAD/dockerhub"),
        ("*alpine*", "", {}, "alpine", "bun", GITHUB + "oven-sh/bun/tree/HEAD/dockerhub"),
        ("*", "", {}, "debian", "bun", GITHUB + "oven-sh/bun/tree/HEAD/dockerhub"),
    ),
    "docker.io/pgvector/pgvector": (
        ("*", "", {}, "debian", "postgres", GITHUB + "pgvector/pgvector/blob/HEAD/Dockerfile"),
    ),
    "docker.io/prom/alertmanager": ALERTMANAGER,
    "docker.io/prom/node-exporter": NODE_EXPORTER,
    "docker.io/prom/prometheus": PROMETHEUS,
    "docker.io/prom/pushgateway": PUSHGATEWAY,
    "docker.io/pytorch/pytorch": (("*", "", {}, "debian", "", GITHUB + "pytorch/pytorch/blob/HEAD/Dockerfile"),),
    "docker.io/qdrant/qdrant": (
        ("*unprivileged*", "1000:1000", {}, "debian", "qdrant", QDRANT_SOURCE),
        ("*", "0:0", {}, "debian", "", QDRANT_SOURCE),
    ),
    "docker.io/redhat/ubi8": UBI,
    "docker.io/redhat/ubi8-minimal": UBI,
    "docker.io/redhat/ubi8-micro": UBI_MICRO,
    "docker.io/redhat/ubi9": UBI,
    "docker.io/redhat/ubi9-minimal": UBI,
    "docker.io/redhat/ubi9-micro": UBI_MICRO,
    "docker.io/redhat/ubi10": UBI,
    "docker.io/redhat/ubi10-minimal": UBI,
    "docker.io/sonarsource/sonar-scanner-cli": (
        ("11* latest", "scanner-cli", {}, "redhat", "scanner-cli", GITHUB + "SonarSource/sonar-scanner-cli-docker"),
    ),
    "docker.io/tensorflow/tensorflow": (
        ("*", "", {}, "debian", "", GITHUB + "tensorflow/tensorflow/tree/HEAD/tensorflow/tools/dockerfiles"),
    ),
    "gcr.io/distroless/*": DISTROLESS,
    "ghcr.io/astral-sh/uv": UV,
    "ghcr.io/nginx/nginx-unprivileged": NGINX_UNPRIVILEGED,
    "ghcr.io/nginxinc/nginx-unprivileged": NGINX_UNPRIVILEGED,
    "mcr.microsoft.com/azurelinux/base/core": (
        ("*", "", {}, "redhat", "", GITHUB + "dotnet/dotnet-docker/blob/HEAD/src/aspire-dashboard/amd64/Dockerfile"),
    ),
    "mcr.microsoft.com/devcontainers/*": DEVCONTAINERS,
    "mcr.microsoft.com/devcontainers/javascript-node": DEVCONTAINERS_NODE,
    "mcr.microsoft.com/devcontainers/typescript-node": DEVCONTAINERS_NODE,
    "mcr.microsoft.com/devcontainers/universal": (("*", None, {}, "", "", DEVCONTAINERS_SOURCE),),
    "mcr.microsoft.com/dotnet/aspire-dashboard": ASPIRE,
    "mcr.microsoft.com/dotnet/aspnet": DOTNET,
    "mcr.microsoft.com/dotnet/runtime": DOTNET,
    "mcr.microsoft.com/dotnet/runtime-deps": DOTNET,
    "mcr.microsoft.com/dotnet/sdk": DOTNET,
    "mcr.microsoft.com/dotnet/framework/*": DOTNET_FRAMEWORK,
    "mcr.microsoft.com/dotnet/nightly/aspnet": DOTNET,
    "mcr.microsoft.com/dotnet/nightly/runtime": DOTNET,
    "mcr.microsoft.com/dotnet/nightly/runtime-deps": DOTNET,
    "mcr.microsoft.com/dotnet/nightly/sdk": DOTNET,
    "mcr.microsoft.com/playwright": (
        ("*", "", {}, "debian", "pwuser", GITHUB + "microsoft/playwright/blob/HEAD/utils/docker/Dockerfile.noble"),
    ),
    "mcr.microsoft.com/windows": SERVER_CORE,
    "mcr.microsoft.com/windows/nanoserver": NANO_SERVER,
    "mcr.microsoft.com/windows/server": SERVER_CORE,
    "mcr.microsoft.com/windows/servercore": SERVER_CORE,
    "public.ecr.aws/lambda/*": LAMBDA,
    "public.ecr.aws/nginx/nginx-unprivileged": NGINX_UNPRIVILEGED,
    "quay.io/keycloak/keycloak": (
        (
            "17.* 18.* 19.* 20.* 21.* 22.* 23.* 24.* 25.* 26.* latest nightly",
            "1000",
            {},
            "redhat",
            "keycloak",
            KEYCLOAK_SOURCE,
        ),
    ),
    "quay.io/minio/minio": (("*", "", {}, "redhat", "", GITHUB + "minio/minio/blob/HEAD/Dockerfile.release"),),
    "quay.io/nginx/nginx-unprivileged": NGINX_UNPRIVILEGED,
    "quay.io/prometheus/alertmanager": ALERTMANAGER,
    "quay.io/prometheus/node-exporter": NODE_EXPORTER,
    "quay.io/prometheus/prometheus": PROMETHEUS,
    "quay.io/prometheus/pushgateway": PUSHGATEWAY,
    **{f"{registry}/jupyter/{stack}": JUPYTER for registry in ("docker.io", "quay.io") for stack in JUPYTER_STACKS},
    **{
        f"docker.io/amazon/aws-lambda-{runtime}": LAMBDA
        for runtime in ("dotnet", "go", "java", "nodejs", "provided", "python", "ruby")
    },
    **{f"docker.io/selenium/{image}": SELENIUM for image in SELENIUM_IMAGES},
    **{f"{registry}/{ubi}": UBI for registry in RED_HAT for ubi in ("ubi8", "ubi9", "ubi10")},
    **{
        f"{registry}/{ubi}/{image}": UBI_MICRO if image == "ubi-micro" else UBI
        for registry in RED_HAT
        for ubi in ("ubi8", "ubi9", "ubi10")
        for image in ("ubi", "ubi-minimal", "ubi-micro")
    },
    **{f"{registry}/{image}": S2I_PYTHON for registry in RED_HAT for image in S2I_PYTHON_IMAGES},
    **{
        f"{registry}/{ubi}/nodejs-{version}{variant}": S2I_NODEJS
        for registry in RED_HAT
        for ubi in ("ubi8", "ubi9")
        for version in ("18", "20", "22", "24")
        for variant in ("", "-minimal")
    },
}
