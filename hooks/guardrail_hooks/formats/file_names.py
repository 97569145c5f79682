"""Which files are what, by their names. The manifest's `files:` patterns are these."""

from __future__ import annotations

import re

# Docker's and Podman's default names, alone, with a prefix or a suffix, in any case; templates, documents, ignore lists
# and editors' left-overs are none.
DOCKERFILE = (
    r"(?i)^(?!.*(?:ignore|~|\.(?:j2|jinja2?|tmpl|tpl|template|gotmpl|erb|em|in|mustache|hbs|md|rst|txt|adoc|html|pdf|png|svg"
    r"|go|bak|orig|rej|swp))$)(?:.*/)?(?:[^/]*[._-])?(?:docker|container)file(?:[._-][^/]*)?$"
)
# The compose-spec's default names and what people call their other compose and stack files.
COMPOSE = r"(?i)(^|/)(?:[^/]*[._-])?(?:docker-)?compose(?:[._-][^/]*)?\.ya?ml$|(^|/)[^/]*[._-]?stack[^/]*\.ya?ml$"


def is_dockerfile(path: str) -> bool:
    """Whether a path is named like a Dockerfile."""
    return re.search(DOCKERFILE, path) is not None


def is_compose(path: str) -> bool:
    """Whether a path is named like a compose file."""
    return re.search(COMPOSE, path) is not None
