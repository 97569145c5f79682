"""The words of the field's image tags. Numbers decide about a tag; these words only say what the numbers belong to.

Checked against every tag that docker-library/official-images listed from 2019 to 2026, and the sources per row.
"""

from __future__ import annotations


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


ARCHITECTURES = _words(
    "amd64 x64 i386 i686 arm arm64 aarch64 armhf armel armv5 armv6 armv6l armv7 armv7l armv8 arm32v5 arm32v6",
    "arm32v7 arm64v8 ppc64le s390x riscv64 mips64le loong64 loongarch64 multiarch 32bit 64bit",
)  # docker-library/bashbrew architectures, and the names of uname -m

CHANNELS = _words(
    # release channels
    "stable unstable oldstable oldoldstable testing sid experimental edge nightly daily weekly monthly canary",
    "beta alpha rc preview prerelease rolling rawhide tumbleweed cauldron sisyphus current lts lta mainline",
    "innovation next bleeding insiders insider snapshot snapshots ea tip head kitten",
    # branches
    "main master trunk develop development",
    # environments
    "prod production staging stage qa uat preprod sandbox",
)
LEADING_CHANNELS = _words(
    # flavours further back, as in `3.12-dev` or `11-devel`
    "dev devel test release releases old fresh legacy legacylts live demo default ci integration",
)
BRANCHES = _words(
    "main master trunk develop development dev head tip",
)
ENVIRONMENTS = _words(
    "prod production staging stage qa uat preprod sandbox live demo test integration",
)
NIGHTLIES = _words(
    "nightly daily snapshot snapshots canary edge bleeding rawhide unstable",
)

WORK_IN_PROGRESS = _words(
    "pr mr pull pullrequest",
)  # wherever they stand: api-pr-12
LEADING_WORK_IN_PROGRESS = _words(
    "feature feat fix bugfix hotfix issue ticket task chore topic branch wip tmp temp dependabot renovate",
    "revert user refs experiment spike poc",
)
BUILD_COUNTERS = _words(
    "b bld build ci run job pipeline jenkins buildnumber rev revision",
)
COMMIT_WORDS = _words(
    "sha git commit rev",
)
VERSION_WORDS = _words(
    "ver version rel release open",
)

CODENAMES = _words(
    # wiki.debian.org/DebianReleases
    "wheezy jessie stretch buster bullseye bookworm trixie forky duke",
    # wiki.ubuntu.com/Releases
    "precise trusty utopic vivid wily xenial yakkety zesty artful bionic cosmic disco eoan focal groovy",
    "hirsute impish jammy kinetic lunar mantic noble oracular plucky questing resolute stonking",
)
SYSTEMS = _words(
    "alpine debian ubuntu fedora centos rhel ubi redhat rocky rockylinux alma almalinux oraclelinux ol al amzn",
    "amazonlinux amazon photon mariner azurelinux windows sac windowsservercore servercore nanoserver ltsc busybox",
    "wolfi opensuse suse sles leap arch archlinux stream distroless linux nd",
)
RUNTIMES = _words(
    "javaee microprofile webprofile springboot jsc hadoop hive spark",
    "jdk jre jvm java openjdk temurin adoptopenjdk corretto amazoncorretto zulu liberica semeru sapmachine",
    "graal graalvm ibmjava openj hotspot python py cpython pypy php node nodejs npm yarn ruby rb jruby go",
    "golang rust perl scala otp erlang elixir dotnet mono swift gcc clang llvm cuda cudnn cu rocm tensorrt",
    "openssl libressl maven gradle sbt tomcat jetty nginx apache mysql mariadb postgres pg",
)

VARIANTS = _words(
    # docker-library/official-images, distroless, Chainguard, Docker's hardened images
    "slim full minimal minimized mini micro tiny lite light base core debug shell nonroot root rootless static",
    "standalone headless headful generic native musl glibc uclibc scratch fpm cli zts cgi fastcgi dind git",
    "builder build runtime sdk devel dev curl scm backports multilib management plugins perl otel alloy fips",
    "ssl tls unprivileged embedded enterprise community developer ce ee oss pro free gpu cpu browsers desktop",
    "server client agent worker init with and",
)

FLAVOURS = SYSTEMS | RUNTIMES | CODENAMES | VARIANTS

TECHNICAL_WORDS = _words(
    "k8s k3s k0s e2e s3 ec2 x11 i18n l10n a11y o11y ipv4 ipv6 h264 h265 mp3 mp4 utf8 base64 md5 sha1 sha256",
    "oauth2 http2 web3 log4j neo4j v8 d3 p2p b2b",
)  # names that end in a digit which counts nothing
