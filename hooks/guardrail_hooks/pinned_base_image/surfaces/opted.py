"""Which file belongs to a surface that is read only where `--surface` names it, by the file's name."""

from __future__ import annotations

from guardrail_hooks.formats.file_names import is_compose
from guardrail_hooks.pattern import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guardrail_hooks.pinned_base_image.uses import Reader

YAML = pattern(r"(?i)\.ya?ml$")
WORKFLOW = pattern(r"(^|/)\.(?:github|gitea|forgejo)/workflows/[^/]+\.ya?ml$|(^|/)action\.ya?ml$")
GITLAB = pattern(r"(?:^|[/.-])\.?gitlab-ci(?:[.-][^/]*)?\.ya?ml$|(^|/)\.gitlab(?:-ci|/ci)/.*\.ya?ml$")
HELM = pattern(r"(?:^|[/._-])values(?:[._-][^/]*)?\.ya?ml$")
QUADLET = pattern(r"\.(?:container|image)$")
CIRCLE = pattern(r"(^|/)\.circleci/[^/]+\.ya?ml$")
AZURE = pattern(
    r"(^|/)[^/]*azure-pipelines?[^/]*\.ya?ml$"
    r"|(^|/)(?:\.?azure-pipelines?|\.azure|\.azure-devops|\.?azuredevops)/.*\.ya?ml$"
)
BITBUCKET = pattern(r"(^|/)bitbucket-pipelines\.ya?ml$")
# The `files:` of a driver's configuration that hands over all of them.
FILES = (r"\.ya?ml$", r"\.(?:container|image)$")


def opted_reader(path: str, opted: frozenset[str]) -> Reader | None:
    """The reader of the opted surface that a file belongs to."""
    if "quadlet" in opted and QUADLET.search(path):
        from guardrail_hooks.pinned_base_image.surfaces import quadlet

        return quadlet.uses
    if not YAML.search(path):
        return None
    if "gha" in opted and WORKFLOW.search(path):
        from guardrail_hooks.pinned_base_image.surfaces import github

        return github.uses
    if "gitlab" in opted and GITLAB.search(path):
        from guardrail_hooks.pinned_base_image.surfaces import gitlab

        return gitlab.uses
    if "ci" in opted and (reader := _other_ci(path)):
        return reader
    if "helm" in opted and HELM.search(path) and not _is_template(path):
        from guardrail_hooks.pinned_base_image.surfaces import helm

        return helm.uses
    if "k8s" in opted:
        from guardrail_hooks.pinned_base_image.surfaces import kubernetes

        return kubernetes.uses_or_compose if is_compose(path) else kubernetes.uses
    return None


def _other_ci(path: str) -> Reader | None:
    """The reader of a CI system that shares the name `ci`."""
    if CIRCLE.search(path):
        from guardrail_hooks.pinned_base_image.surfaces import circleci

        return circleci.uses
    if AZURE.search(path):
        from guardrail_hooks.pinned_base_image.surfaces import azure

        return azure.uses
    if BITBUCKET.search(path):
        from guardrail_hooks.pinned_base_image.surfaces import bitbucket

        return bitbucket.uses
    return None


def _is_template(path: str) -> bool:
    """Whether a file lies among the templates of a chart."""
    return "/templates/" in f"/{path}"
