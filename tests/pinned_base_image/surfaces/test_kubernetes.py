from __future__ import annotations

import pytest
from guardrail_hooks.pinned_base_image.uses import Surfaces

from tests.pinned_base_image.surfaces.reading import judged, marked, pulled

POD = "apiVersion: v1\nkind: Pod\nspec:\n  "
TASK = "apiVersion: tekton.dev/v1\nkind: Task\nspec:\n  "
WORKFLOW = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec:\n  templates:\n  - "


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(POD + "containers: [{image: x:1}]\n", ["4:24 x:1"], id="containers"),
        pytest.param(POD + "initContainers:\n  - image: 'x:1'\n", ["5:12 x:1"], id="containers that run first"),
        pytest.param(POD + "ephemeralContainers: [{image: x}]\n", ["4:33 x"], id="containers that come later"),
        pytest.param(POD + "volumes: [{image: {reference: x:2}}]\n", ["4:33 x:2"], id="an image as a volume"),
        pytest.param(POD + "volumes: [{rbd: {image: foo}}]\n", [], id="an image of a block device is none"),
        pytest.param(POD + "containers: [{image: 12}]\n", [], id="a number"),
        pytest.param(POD + "containers: [{image: }]\n", [], id="nothing"),
        pytest.param(POD + "containers: {image: x}\n", [], id="no list"),
        pytest.param(POD + "containers: [{name: image, env: [{name: I, value: x:latest}]}]\n", [], id="environment"),
        pytest.param(POD + "containers: [{image: auto}]\n", [], id="injected by Istio"),
        pytest.param(POD + "containers: [{image: 'ko://example.com/cmd/app'}]\n", [], id="built by ko"),
        pytest.param(
            POD + "containers: [{image: '${REG}/x:latest'}]\n", ["4:24 ?/x:latest"], id="filled in by a shell"
        ),
        pytest.param(POD + "containers: [{image: 'a/@PROJECT@/x'}]\n", ["4:24 a/?/x"], id="filled in by sed"),
        pytest.param(POD + "containers: [{image: '<image>'}]\n", ["4:24 ?"], id="to be filled in by hand"),
        pytest.param(
            POD + "containers: [&c {image: x}]\n  initContainers: [*c]\n", ["4:27 x"], id="an anchored container once"
        ),
        pytest.param(
            POD + "x: &i x:1\n  containers: [{image: *i}, {image: *i}]\n", ["4:9 x:1"], id="an anchored text once"
        ),
        pytest.param(
            "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  containers: [{image: x}]\n"
            "- apiVersion: v1\n  kind: Pod\n  spec: {containers: [{image: y}]}\n",
            ["9:31 y"],
            id="a list of objects, a Secret among them",
        ),
        pytest.param(
            "items:\n- apiVersion: v1\n  kind: Pod\n  spec: {containers: [{image: y}]}\n",
            ["4:31 y"],
            id="a list without a head",
        ),
        pytest.param("apiVersion: v1\nkind: ConfigMap\ncontainers: [{image: x}]\n", [], id="ConfigMaps hold text"),
        pytest.param(
            "apiVersion: a/v1\nkind: CustomResourceDefinition\nspec: {example: {containers: [{image: x}]}}\n",
            [],
            id="schemas hold examples",
        ),
        pytest.param(
            "kind: CustomResourceDefinition\napiVersion: a/v1\n---\n" + POD + "containers: [{image: x}]\n",
            ["7:24 x"],
            id="a schema, and a pod behind it",
        ),
        pytest.param(TASK + "steps: [{image: x:1}]\n", ["4:19 x:1"], id="Tekton steps"),
        pytest.param(TASK + "sidecars: [{image: x:1}]\n", ["4:22 x:1"], id="Tekton sidecars"),
        pytest.param(TASK + "stepTemplate: {image: x:1}\n", ["4:25 x:1"], id="a template of Tekton steps"),
        pytest.param(TASK + "steps: [{image: $(params.image)}]\n", ["4:19 ?"], id="Tekton parameters"),
        pytest.param(POD + "steps: [{image: x:1}]\n", [], id="steps of something else"),
        pytest.param(WORKFLOW + "container: {image: x:1}\n", ["5:24 x:1"], id="an Argo container"),
        pytest.param(WORKFLOW + "script: {image: 'x:{{inputs.tag}}'}\n", ["5:21 x:?"], id="an Argo script"),
        pytest.param(POD + "container: {image: x:1}\n", [], id="a container of something else"),
        pytest.param(POD + "containers: [{image: '{{ .Values.image }}'}]\n", [], id="a Helm template"),
        pytest.param(
            POD + "{{- if .Values.x }}\n  containers: [{image: x}]\n{{- end }}\n", [], id="broken by a template"
        ),
        pytest.param("name: x\ncontainers: [{image: x}]\n", [], id="no object of Kubernetes"),
        pytest.param("text: |\n  apiVersion: v1\n  kind: Pod\n", [], id="an object inside a text"),
    ],
)
def test_objects(content, expected) -> None:
    assert pulled("deploy/app.yaml", content) == expected


KUSTOMIZATION = "images:\n- name: a/x\n  "


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(KUSTOMIZATION + "newTag: v1\n", ["3:11 a/x:v1"], id="a tag"),
        pytest.param(KUSTOMIZATION + "newTag: '1.10'\n", ["3:11 a/x:1.10"], id="a tag in quotes"),
        pytest.param(KUSTOMIZATION + "newName: b/y\n  newTag: v1\n", ["4:11 b/y:v1"], id="another name"),
        pytest.param(KUSTOMIZATION + "newName: b/y\n", [], id="the tag is that of the manifest"),
        pytest.param(KUSTOMIZATION + "digest: sha256:ab\n", ["3:11 a/x@sha256:ab"], id="a digest"),
        pytest.param(KUSTOMIZATION + "newTag: v1\n  digest: sha256:ab\n", ["4:11 a/x:v1@sha256:ab"], id="both"),
        pytest.param(KUSTOMIZATION + "newTag: ''\n", [], id="an empty tag"),
        pytest.param("images: x\n", [], id="no list"),
        pytest.param(
            "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages: [{name: x, newTag: t}]\n",
            ["3:28 x:t"],
            id="a component",
        ),
        pytest.param(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: {images: [{name: x, newTag: t}]}\n",
            ["3:35 x:t"],
            id="of Flux",
        ),
    ],
)
def test_kustomizations(content, expected) -> None:
    assert pulled("base/kustomization.yaml", content) == expected


def test_a_manifest_may_be_named_like_a_compose_file() -> None:
    manifest = POD + "containers: [{image: x}]\n"
    assert pulled("full-stack.yaml", manifest) == ["4:24 x"]
    assert pulled("full-stack.yaml", manifest, Surfaces({}, False)) == []
    assert pulled("full-stack.yaml", "services: {a: {image: x}}\n") == ["1:23 x"]


def test_where_a_digest_can_be_written() -> None:
    text = POD + "containers: [{image: 'x:1'}, {image: \"\u00fc/y\"}, {image: '${V}'}]\n"
    assert marked("a.yaml", text) == text.replace("x:1", "x:1@").replace("\u00fc/y", "\u00fc/y@")
    assert marked("kustomization.yaml", KUSTOMIZATION + "newTag: v1\n") == KUSTOMIZATION + "newTag: v1\n"


def test_verdicts() -> None:
    text = POD + "containers:\n  - image: x # guardrail: allow[PIN001] the vendor has no tags\n  - image: y:latest\n"
    assert judged("a.yaml", text) == ["6:12 PIN002"]
    assert judged("a.yaml", POD + "containers: [{image: x}\n") == ["5:1 PIN900"]
    assert judged("a.yaml", "a: [\n") == []
