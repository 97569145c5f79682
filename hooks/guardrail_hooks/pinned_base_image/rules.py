"""The rules of pinned-base-image."""

from __future__ import annotations

from guardrail_hooks.core.finding import Rule

REFERENCE_GRAMMAR = "https://pkg.go.dev/github.com/distribution/reference"
DIGEST_PINNING = "https://docs.docker.com/build/building/best-practices/#pin-base-image-versions"
DISTRIBUTION = "https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests"
SPEC = "https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests"

UNTAGGED_IMAGE = Rule(
    "PIN001",
    "untagged-image",
    summary="no tag and no digest: latest is pulled",
    message="image {written}{sentence}",
    what="Reports an image reference with neither a tag nor a digest.",
    why="Without a tag the newest image is pulled, so the same commit builds something else tomorrow.",
    bad="FROM node\n",
    good="FROM node:22.11.0\n",
    options="`--allow-image GLOB` exempts images, `--rule 'GLOB=policy'` sets a policy for some.",
    references=(REFERENCE_GRAMMAR, DIGEST_PINNING),
)
LATEST_TAG = Rule(
    "PIN002",
    "latest-tag",
    summary="the tag is latest, or a variant of it",
    message="image {written}{sentence}",
    what="Reports the tag `latest`, and any tag with the word latest and no version.",
    why="The tag names whatever was pushed last. Two builds of one commit need not agree.",
    bad="FROM nginx:latest\n",
    good="FROM nginx:1.27.2\n",
    options="`--allow-image GLOB` exempts images, `--rule 'GLOB=policy'` sets a policy for some.",
    references=(DIGEST_PINNING,),
)
FLOATING_TAG = Rule(
    "PIN003",
    "floating-tag",
    summary="the tag is a channel, a branch or a flavour, without any version",
    message="image {written}{sentence}",
    what=(
        "Reports tags that name a channel (`stable`, `lts`), a branch (`main`), an environment (`prod`) or a flavour "
        "(`alpine`, `slim`) and no version. Not under `--policy no-latest`."
    ),
    why="Such a tag crosses major versions without notice.",
    bad="FROM node:lts-alpine\n",
    good="FROM node:22.11.0-alpine\n",
    options="`--policy no-latest` accepts them; `--allow-image GLOB` exempts images that publish no versions.",
    references=(DIGEST_PINNING,),
)
PARTIAL_VERSION = Rule(
    "PIN004",
    "partial-version",
    summary="the tag gives only part of a version",
    message="image {written}{sentence}",
    what="Reports major, major.minor and release-series tags under `--policy exact` and `--policy digest`.",
    why="`python:3.12` is a different image after every patch release, and `ubuntu:22.04` after every rebuild.",
    bad="FROM python:3.12-slim\n",
    good="FROM python:3.12.7-slim\n",
    options="`--policy exact` or `--policy digest` switch it on.",
    references=(DIGEST_PINNING,),
)
NO_DIGEST = Rule(
    "PIN005",
    "no-digest",
    summary="only a digest pins an image",
    message="image {written}{meaning} has no digest: it {behaviour}",
    what="Reports references without a digest under `--policy digest`, `# syntax=` included.",
    why="Exact tags are pushed again too: of the X.Y.Z tags of 15 official images 19 % moved within three years.",
    bad="FROM python:3.12.7-slim\n",
    good="FROM python:3.12.7-slim@sha256:" + "3f" * 32 + "\n",
    options="`--policy digest` switches it on.",
    references=(DIGEST_PINNING, SPEC),
)
MALFORMED_DIGEST = Rule(
    "PIN006",
    "malformed-digest",
    summary="what follows the @ is no digest",
    message="image {written}{resolution}: {problem}",
    fix="copy the whole digest: `@sha256:` and 64 lower-case hex digits",
    what="Reports digests of the wrong length, with capitals, or of an unknown algorithm.",
    why="It looks pinned, and no engine can pull it.",
    bad="FROM debian@sha256:deadbeef\n",
    good="FROM debian:12.7@sha256:" + "3f" * 32 + "\n",
    references=(SPEC,),
)
DIGEST_AS_TAG = Rule(
    "PIN007",
    "digest-as-tag",
    summary="sha256:<hex> alone is a tag of an image called sha256",
    message="{written} is a tag of an image called {name}, not a digest",
    fix="write the image's name and an @ in front: NAME@{written}",
    what="Reports `sha256:<64 hex digits>` without a name.",
    why="It is read as image `docker.io/library/sha256` with a tag: whoever owns that name chooses your image.",
    bad="FROM sha256:" + "3f" * 32 + "\n",
    good="FROM debian:12.7@sha256:" + "3f" * 32 + "\n",
    references=(REFERENCE_GRAMMAR,),
)
INVALID_REFERENCE = Rule(
    "PIN008",
    "invalid-reference",
    summary="not an image reference",
    message="{written}{meaning} is no image reference: {problem}",
    fix="write it as [registry/]name:tag or [registry/]name:tag@sha256:<digest>, in lower case",
    what="Reports text that the engines' reference grammar refuses, and variables in `--from`, which builds refuse.",
    why="The build fails here, after everything above has run.",
    bad="FROM Debian:12.7\n",
    good="FROM debian:12.7\n",
    references=(REFERENCE_GRAMMAR,),
)
IMAGE_CHOSEN_OUTSIDE = Rule(
    "PIN009",
    "image-chosen-outside",
    severity="off",
    summary="a variable without a default decides what is pulled",
    message="image {written} is decided outside this file: {variables} without a default",
    fix="give {variable} a default that is pinned, or pass it to this hook: --build-arg {variable}=...",
    what="Reports references that depend on a variable to which the file gives no value. Off by default.",
    why="Nobody reading the file can tell what is built on.",
    bad="ARG BASE\nFROM ${BASE}\n",
    good="ARG BASE=debian:12.7\nFROM ${BASE}\n",
    options="`--severity PIN009=error` switches it on; `--build-arg NAME=VALUE` gives what your build passes.",
    references=("https://docs.docker.com/reference/build-checks/invalid-default-arg-in-from/",),
)
DIGEST_WITHOUT_TAG = Rule(
    "PIN010",
    "digest-without-tag",
    severity="off",
    summary="a digest without a tag, which updaters cannot follow",
    message="image {written}{meaning} has a digest but no tag, so updaters cannot follow it",
    fix="keep the tag before the digest: {name}:<tag>@{digest}",
    what="Reports references with a digest and no tag. Off by default.",
    why="Renovate and Dependabot follow the tag to find the next digest; without it the image stays as it is for ever.",
    bad="FROM debian@sha256:" + "3f" * 32 + "\n",
    good="FROM debian:12.7@sha256:" + "3f" * 32 + "\n",
    options="`--severity PIN010=error` switches it on.",
    references=("https://docs.renovatebot.com/docker/#digest-pinning",),
)
COMMENT_ON_FROM = Rule(
    "PIN012",
    "comment-on-from",
    summary="a trailing comment on FROM breaks the build",
    message="FROM takes no comment at its end: the build reads {comment} as its arguments",
    fix="move the comment to a line of its own above FROM",
    what="Reports a `#` behind the image of a FROM.",
    why="Dockerfile comments start a line. Behind FROM they are arguments, and the build refuses them.",
    bad="FROM debian:12.7 # the base\n",
    good="# the base\nFROM debian:12.7\n",
    references=("https://docs.docker.com/reference/dockerfile/#format",),
)
INCONSISTENT_DIGEST = Rule(
    "PIN011",
    "inconsistent-digest",
    summary="the same image and tag with different digests in one repository",
    message="image {image} has another digest here than in {first}",
    fix="write {digest} here as well, or bring both to the same digest",
    what=(
        "Reports a digest that differs from the one which the same image and tag have elsewhere in the tracked files "
        "that hold images, and names the first of these in the order of the paths."
    ),
    why="One of the two is out of date: what is tested is not what is shipped, and an update of one leaves the other.",
    bad="FROM debian:12.7@sha256:" + "3f" * 32 + "\nFROM debian:12.7@sha256:" + "a0" * 32 + "\n",
    good="FROM debian:12.7@sha256:"
    + "3f" * 32
    + "\n# and in another file\nFROM debian:12.7@sha256:"
    + "3f" * 32
    + "\n",
    references=(DIGEST_PINNING,),
)
NUMERIC_TAG = Rule(
    "PIN013",
    "numeric-tag",
    summary="a tag without quotes that is read as a number",
    message="tag {written} is the number {number}: the chart pulls {image}",
    fix='write it in quotes: "{written}"',
    what="Reports tags in the values of Helm charts that YAML reads as a number which is written otherwise.",
    why="`tag: 1.10` is 1.1 by the time a template sees it, so another image is pulled than the one in the file.",
    bad="image:\n  repository: acme/app\n  tag: 1.10\n",
    good='image:\n  repository: acme/app\n  tag: "1.10"\n',
    options="`--surface helm` reads values of charts.",
    references=("https://helm.sh/docs/chart_best_practices/values/#make-types-clear",),
)
UNPINNED_REMOTE_ADD = Rule(
    "PIN014",
    "unpinned-remote-add",
    severity="off",
    summary="ADD from git without a commit, or from http without a checksum",
    message="ADD fetches {source}, and nothing fixes what it gets",
    fix="{remedy}",
    what=(
        "Reports `ADD` of a git repository without a full commit id and of an http address without `--checksum`. Off "
        "by default."
    ),
    why="A branch, a tag and a download address can all serve something else tomorrow.",
    bad="FROM debian:12.7\nADD https://example.com/tool.tgz /opt/\n",
    good="FROM debian:12.7\nADD --checksum=sha256:" + "3f" * 32 + " https://example.com/tool.tgz /opt/\n",
    options="`--severity PIN014=error` switches it on.",
    references=("https://docs.docker.com/reference/dockerfile/#add---checksum",),
)
DIGEST_NOT_FOUND = Rule(
    "PIN020",
    "digest-not-found",
    summary="with `--verify`: the registry does not have the digest",
    message="image {written} is pinned to {digest}, which {repository} does not have",
    what="Reports digests that the registry does not know (any more). Needs `--verify`.",
    why="Registries collect images that no tag names. Nothing turns red until the next pull, which fails.",
    bad="FROM debian:12.7@sha256:" + "00" * 32 + "\n",
    good="FROM debian:12.7@sha256:" + "3f" * 32 + "\n",
    options="`--verify` switches it on; it asks the registries.",
    references=(DISTRIBUTION,),
)
MOVED_TAG = Rule(
    "PIN021",
    "moved-tag",
    summary="with `--verify`: the tag no longer names the digest beside it (a warning where tags move by design)",
    message="security: the exact tag of image {written} was pushed again: it now is {now}, not {digest}",
    fix="find out who pushed it and why before you trust it; once you do, write {new}",
    what=(
        "Reports references whose tag names another digest than the one written beside it, or none. An exact version "
        "that was pushed again is an error, for that is what an attack on a registry looks like; a tag that moves by "
        "design (`3.12`, `lts`) is a warning that an update is there. Needs `--verify`."
    ),
    why="A release that changes under its name is either a rebuild or somebody else's image.",
    bad="FROM python:3.12.7@sha256:" + "00" * 32 + "\n",
    good="FROM python:3.12.7@sha256:" + "3f" * 32 + "\n",
    options="`--verify` switches it on; `--severity PIN021=error` or `--strict` fails tags that move by design, too.",
    references=(DISTRIBUTION, DIGEST_PINNING),
)
PLATFORM_DIGEST = Rule(
    "PIN022",
    "platform-digest",
    summary="with `--verify`: the digest is that of one platform, not of the image for all",
    message="image {written} is pinned to the manifest of one platform{platform}, not to the index of all",
    fix="write {index}",
    what="Reports digests of a single platform's manifest where the tag names an index of several. Needs `--verify`.",
    why="On every other platform the pull fails, or the wrong architecture runs in emulation.",
    bad="FROM debian:12.7@sha256:" + "00" * 32 + "\n",
    good="FROM debian:12.7@sha256:" + "3f" * 32 + "\n",
    options="`--verify` switches it on; it asks the registries.",
    references=("https://github.com/opencontainers/image-spec/blob/main/image-index.md",),
)
INVALID_FILE = Rule(
    "PIN900",
    "invalid-file",
    allowable=False,
    summary="a file that cannot be read or parsed",
    message="{problem}",
    fix="mend it first: what it pulls cannot be judged before it parses",
    what="Reports Dockerfiles that the official frontend refuses, broken YAML, and files that cannot be read.",
    why="A hook that cannot judge never passes.",
    bad="FROM debian:12.7 base\n",
    good="FROM debian:12.7 AS base\n",
)

RULES = (
    UNTAGGED_IMAGE,
    LATEST_TAG,
    FLOATING_TAG,
    PARTIAL_VERSION,
    NO_DIGEST,
    MALFORMED_DIGEST,
    DIGEST_AS_TAG,
    INVALID_REFERENCE,
    IMAGE_CHOSEN_OUTSIDE,
    DIGEST_WITHOUT_TAG,
    INCONSISTENT_DIGEST,
    COMMENT_ON_FROM,
    NUMERIC_TAG,
    UNPINNED_REMOTE_ADD,
    DIGEST_NOT_FOUND,
    MOVED_TAG,
    PLATFORM_DIGEST,
    INVALID_FILE,
)
