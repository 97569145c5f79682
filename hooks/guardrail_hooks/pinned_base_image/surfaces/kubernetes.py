"""Kubernetes manifests: the containers of pod specs in objects of any kind, image volumes, kustomize, Tekton, Argo.

Pod specs: kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1. Kustomizations:
kubectl.docs.kubernetes.io/references/kustomize/kustomization/images. ConfigMaps and Secrets hold text, not objects.
"""

from __future__ import annotations

import re

from guardrail_hooks.formats.interpolation import LITERAL, Piece
from guardrail_hooks.formats.yaml_nodes import Mapping, Sequence, scalar
from guardrail_hooks.pattern import pattern
from guardrail_hooks.pinned_base_image.surfaces.in_yaml import holes, items, read_images, string, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.formats.yaml_nodes import Node
    from guardrail_hooks.pinned_base_image.surfaces.in_yaml import Fill, Images
    from guardrail_hooks.pinned_base_image.uses import Found, ImageUse, Surfaces

KEYS = rb"\bimages?\b"
# Every object has both at its top (kubernetes.io/docs/concepts/overview/working-with-objects, "Required fields").
VERSION = rb"(?m)^(?:\xef\xbb\xbf)?[{\[ \t-]*[\"']?apiVersion[\"']?[ \t]*:"
KIND = rb"[\"']?kind[\"']?[ \t]*:"
OUTER_KIND = rb"(?m)^kind:[ \t]*[\"']?(\w+)"  # schemas are the largest of all manifests, and hold no image
KUSTOMIZATION = pattern(r"(^|/)kustomization\.ya?ml$")
# Go templates (Helm and others) and Jinja; other double braces, as in Argo's workflows, are plain text.
TEMPLATE = (
    rb"\{\{-|-\}\}|\{%|\{\{\s*(?:[.$]|/\*|(?:if|else|end|range|with|define|block|template|include|tpl|toYaml|printf)\b)"
)
# Values that something fills in before a pod starts: shells, OpenShift and Flux, Tekton, Argo.
HOLES = pattern(
    r"\$\{[^}]{0,200}\}|\$\([^)]{0,200}\)|\$[A-Za-z_]\w*|\{\{[^}]{0,200}\}\}|<[A-Za-z][^>]{0,200}>|@[A-Z][A-Z0-9_]*@"
)
TEXT_KINDS = frozenset({"ConfigMap", "Secret", "CustomResourceDefinition"})  # a schema has no images, only examples
CONTAINERS = frozenset({"containers", "initContainers", "ephemeralContainers"})
# Keys that hold containers in the objects of one API group only.
GROUP_LISTS = {
    "tekton.dev": frozenset({"steps", "sidecars"}),  # tekton.dev/docs/pipelines/tasks
    "argoproj.io": frozenset({"sidecars"}),  # argo-workflows.readthedocs.io/en/latest/fields, Template
}
GROUP_CONTAINERS = {"tekton.dev": frozenset({"stepTemplate"}), "argoproj.io": frozenset({"container", "script"})}
NONE: frozenset[str] = frozenset()
NOT_PULLED = ("ko://",)  # ko.build: an import path that is built
INJECTED = frozenset({"auto"})  # istio.io/latest/docs/setup/additional-setup/gateway: replaced at admission


def uses_or_compose(content: bytes, path: str, surfaces: Surfaces) -> Iterator[Found]:
    """The images of a file that is named like a compose file, and may be a manifest all the same."""
    if _is_manifest(content):
        return uses(content, path, surfaces)
    from guardrail_hooks.pinned_base_image.surfaces import compose

    return compose.uses(content, path, surfaces)


def uses(content: bytes, path: str, surfaces: Surfaces) -> Iterator[Found]:  # noqa: ARG001 (what every surface takes)
    """Every image that the objects of a file run, mount or are set to."""
    if not (KUSTOMIZATION.search(path) or _is_manifest(content)):
        return iter(())
    if b"{{" in content and "/templates/" in f"/{path}":
        return iter(())
    if re.search(TEMPLATE, content) or set(re.findall(OUTER_KIND, content)) == {b"CustomResourceDefinition"}:
        return iter(())
    return read_images(content, KEYS, _document_uses)


def _is_manifest(content: bytes) -> bool:
    """Whether the bytes look like Kubernetes objects."""
    return re.search(VERSION, content) is not None and re.search(KIND, content) is not None


def _document_uses(images: Images, root: Mapping) -> Iterator[ImageUse]:
    """The images of one document."""
    version, kind = _text(root, "apiVersion"), _text(root, "kind")
    if kind in ("Kustomization", "Component") or not (version or root.get("items")):
        flux = value(root, "spec", "images") if version.startswith("kustomize.toolkit.fluxcd.io/") else None
        for node in items(flux or value(root, "images")):
            yield from _replaced_image(images, node)
    else:
        yield from _object_uses(images, root, version.partition("/")[0])


def _object_uses(images: Images, root: Mapping, group: str) -> Iterator[ImageUse]:
    """The images of an object and of all objects in it, in document order; aliases are met at their anchors."""
    fill = holes(HOLES)
    waiting: list[tuple[Node, str]] = [(root, group)]
    while waiting:
        node, group = waiting.pop()
        if isinstance(node, Sequence):
            waiting += [(item, group) for item in reversed(node.items)]
        if not isinstance(node, Mapping):
            continue
        if version := _text(node, "apiVersion"):
            if _text(node, "kind") in TEXT_KINDS:
                continue
            group = version.partition("/")[0]
        for key, held in node.keyed():
            yield from _containers(images, key.text, held, group, fill)
        waiting += [(held, group) for _, held in reversed(node.pairs)]


def _containers(images: Images, key: str, held: Node, group: str, fill: Fill) -> Iterator[ImageUse]:
    """The images of the containers or volumes that a key holds."""
    if key in CONTAINERS or key in GROUP_LISTS.get(group, NONE):
        for item in items(held):
            yield from _image_use(images, value(item, "image"), key, fill)
    elif key in GROUP_CONTAINERS.get(group, NONE):
        yield from _image_use(images, value(held, "image"), key, fill)
    elif key == "volumes":
        for item in items(held):
            yield from _image_use(images, value(item, "image", "reference"), "volume", fill)


def _image_use(images: Images, node: Node | None, role: str, fill: Fill) -> Iterator[ImageUse]:
    """The use of an image that the cluster pulls."""
    image = string(node)
    if image is not None and image.text not in INJECTED and not image.text.startswith(NOT_PULLED):
        yield from images.use(image, role, fill)


def _replaced_image(images: Images, node: Node) -> Iterator[ImageUse]:
    """What an entry of a kustomization's `images` sets, at the tag or digest that it writes."""
    name = string(value(node, "newName")) or string(value(node, "name"))
    tag, digest = scalar(value(node, "newTag")), string(value(node, "digest"))
    decisive = digest or tag
    if name is None or decisive is None or decisive.is_null or not decisive.text:
        return
    text = name.text + (f":{tag.text}" if tag and tag.text else "") + (f"@{digest.text}" if digest else "")
    use = images.made_of(decisive, [Piece(decisive.text, 0, len(decisive.text), LITERAL, "")], "images")
    if (id(decisive), text) not in images.seen:
        images.seen.add((id(decisive), text))
        yield use._replace(resolved=text, end=None)


def _text(node: Mapping, key: str) -> str:
    """The text of a key, empty where it has none."""
    found = scalar(node.get(key))
    return found.text if found else ""
