"""Which files are what, by their names. The manifest's `files:` patterns are these."""

from __future__ import annotations

import re

# Docker's and Podman's default names, alone, behind a name and a dot, or before a suffix, in any case. Templates,
# documents, ignore lists, editors' left-overs, expected outputs and source files about Dockerfiles are none.
DOCKERFILE = (
    r"(?is)^(?!.*(?:ignore|~|[._-](?:template|tmpl|tpl)|\.(?:j2|jinja2?|gotmpl|erb|em|in|mustache|hbs|ncl|mdx?|rst|txt|adoc"
    r"|html|pdf|png|svg|clj|cs|dart|go|js|jsx|json|kt|lock|lua|ps1|py|rb|rs|sh|tf|toml|ts|tsx|xml|ya?ml"
    r"|golden|snap|diff|patch|bak|orig|rej|swp))$)"
    r"(?:.*/)?(?:(?:[^/]*\.)?(?:docker|container)file|(?:docker|container)file[._-][^/]*)$"
)
NAME = "Dockerfile"
# The compose-spec's default names and what people call their other compose and stack files.
COMPOSE = r"(?i)(^|/)(?:[^/]*[._-])?(?:docker-)?compose(?:[._-][^/]*)?\.ya?ml$|(^|/)[^/]*[._-]?stack[^/]*\.ya?ml$"
# containers.dev/implementors/spec, "devcontainer.json": the file and the folders it may lie in.
DEVCONTAINER = r"(^|/)\.?devcontainer\.json$"
# docs.docker.com/build/bake/reference, "File format": the default names, and what people make of them.
BAKE = r"(?i)(^|/)(?:[^/]*[._-])?docker-bake(?:[._-][^/]*)?\.(?:hcl|json)$"


def is_dockerfile(path: str) -> bool:
    """Whether a path is named like a Dockerfile."""
    return path == NAME or path.endswith("/" + NAME) or re.search(DOCKERFILE, path) is not None


def is_template(path: str) -> bool:
    """Whether a path is named like a template, so that what it holds is not final."""
    name = path.rpartition("/")[2]
    return (
        re.search(r"(?i)(?:^|[._-])(?:template|tmpl|tpl|gotmpl|j2|jinja2?|erb|mustache|hbs)(?:[._-]|$)", name)
        is not None
    )


def is_compose(path: str) -> bool:
    """Whether a path is named like a compose file."""
    return re.search(COMPOSE, path) is not None


def is_devcontainer(path: str) -> bool:
    """Whether a path is named like a development container's configuration."""
    return re.search(DEVCONTAINER, path) is not None


def is_bake(path: str) -> bool:
    """Whether a path is named like a bake file of buildx."""
    return re.search(BAKE, path) is not None
