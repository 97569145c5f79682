from __future__ import annotations

import pytest
from guardrail_hooks.pinned_base_image.cli import HOOK
from guardrail_hooks.pinned_base_image.uses import HOLE

from tests.pinned_base_image.surfaces.reading import judged, marked, pulled, uses
from tests.verdicts import findings

PATH = ".devcontainer/devcontainer.json"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param('{"image": "x:1"}', ["1:11 x:1"], id="an image"),
        pytest.param('// {"image": "y"}\n{\n  "image": "x:1", // here\n}\n', ["3:12 x:1"], id="comments, a last comma"),
        pytest.param('{"image": ""}', [], id="nothing"),
        pytest.param('{"image": null}', [], id="null"),
        pytest.param('{"image": 1}', [], id="a number"),
        pytest.param('{"build": {"image": "x"}}', [], id="elsewhere"),
        pytest.param('{"features": {"ghcr.io/x/y:1": {}}, "dockerComposeFile": "image"}', [], id="features"),
        pytest.param('{"image": "x", "image": "y"}', ["1:25 y"], id="the last of two"),
        pytest.param('["image"]', [], id="no object"),
        pytest.param('{"image": "${localEnv:I:x}"}', ["1:11 x"], id="a default"),
        pytest.param('{"image": "${localEnv:I:r.io/x:1.2}"}', ["1:11 r.io/x"], id="a default ends at the next colon"),
        pytest.param('{"image": "x:${localEnv:T:1.2}"}', ["1:11 x:1.2"], id="the tag"),
        pytest.param('{"image": "x:${localEnv:T}"}', ["1:11 x:?"], id="no default"),
        pytest.param('{"image": "x:1-${templateOption:v}"}', ["1:11 x:1-?"], id="an option of a template"),
    ],
)
def test_images(content, expected) -> None:
    assert pulled(PATH, content) == expected


@pytest.mark.parametrize("path", ["devcontainer.json", ".devcontainer.json", ".devcontainer/a/devcontainer.json"])
def test_names(path) -> None:
    assert pulled(path, '{"image": "x"}')


@pytest.mark.parametrize("path", ["mydevcontainer.json", "devcontainer.jsonc", "devcontainer-feature.json"])
def test_other_names(path) -> None:
    assert not pulled(path, '{"image": "x"}')


def test_the_tag_that_a_default_loses() -> None:
    (finding,) = findings(HOOK, {PATH: '{"image": "${localEnv:IMG:acme/dev:1.2.3}"}'})
    assert finding.rule.code == "PIN001"
    assert finding.message.startswith('image "${localEnv:IMG:acme/dev:1.2.3}" is "acme/dev"')
    assert finding.fix == (
        'take the image out of the variable, for example "acme/dev:1.2.3": defaults of variables end at the next '
        "colon, so that one cannot hold a tag"
    )


def test_variables_are_named() -> None:
    (use,) = uses(PATH, '{"image": "${localEnv:R}/x:${containerEnv:T}"}')
    assert (use.resolved, use.missing) == (f"{HOLE}/x:{HOLE}", ("R", "${containerEnv:T}"))


def test_where_a_digest_can_be_written() -> None:
    assert marked(PATH, '{"name": "\u00fc", "image": "x:1"}') == '{"name": "\u00fc", "image": "x:1@"}'
    assert marked(PATH, '{"image": "${localEnv:I:x}"}') == '{"image": "${localEnv:I:x}"}'
    assert marked(PATH, '{"image": "${localEnv:R}/x:1"}') == '{"image": "${localEnv:R}/x:1@"}'


def test_verdicts() -> None:
    reason = "guardrail: allow[PIN001] the vendor has no tags"
    assert judged(PATH, f'{{\n  // {reason}\n  "image": "x"\n}}\n') == []
    assert judged(PATH, f'{{\n  "image": "x" // {reason}\n}}\n') == []
    assert judged(PATH, f'{{"image": "x:1"}} // {reason}\n') == ["1:18 ALW002"]
    assert judged(PATH, '{"image": "x"') == ["1:14 PIN900"]
    assert judged(PATH, '{"image": "x:1"}\n}') == ["2:1 PIN900"]
    assert judged(PATH, '{"name": }') == []
