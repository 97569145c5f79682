from __future__ import annotations

import json

import pytest

from tests.pinned_base_image.surfaces.reading import judged, marked, pulled, uses

HCL, JSON = "docker-bake.hcl", "docker-bake.json"


def target(body: str) -> str:
    return f'target "app" {{\n  {body}\n}}\n'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(target('contexts = { b = "docker-image://x:1" }'), ["2:36 x:1"], id="a context"),
        pytest.param(target('contexts = { "b" : "docker-image://x:1", }'), ["2:38 x:1"], id="quoted key, colon, comma"),
        pytest.param(target('contexts = {\n b = "docker-image://x"\n c = "target:d"\n}'), ["3:22 x"], id="lines"),
        pytest.param(target('contexts = { b = "docker-image://x:${T}" }'), ["2:36 x:?"], id="a variable"),
        pytest.param(
            target('contexts = { b = "docker-image://${R}/x:latest" }'), ["2:36 ?/x:latest"], id="a tag behind"
        ),
        pytest.param(target('contexts = { b = "${B}" }'), [], id="a variable alone"),
        pytest.param(target('contexts = { b = X ? "docker-image://x" : "docker-image://y" }'), [], id="a condition"),
        pytest.param(target('contexts = { b = format("docker-image://%s", X) }'), [], id="a function"),
        pytest.param(target('contexts = { for k in L : k => "docker-image://x" }'), [], id="a loop"),
        pytest.param(target('contexts = { b = "docker-image://scratch" }'), [], id="the empty image"),
        pytest.param(target('contexts = { b = "docker-image://" }'), [], id="nothing"),
        pytest.param(target('tags = ["docker-image://x"]\n  cache-from = ["docker-image://x"]'), [], id="tags, caches"),
        pytest.param('group "default" { contexts = { b = "docker-image://x" } }\n', [], id="a group"),
        pytest.param('variable "B" { default = "docker-image://x" }\n', [], id="a default"),
        pytest.param('# "docker-image://x"\n/* docker-image://y */ // docker-image://z\n', [], id="comments"),
    ],
)
def test_contexts_in_hcl(content, expected) -> None:
    assert pulled(HCL, content) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param('"FROM x:1\\nCOPY --from=y /a /b\\n"', ["2:29 x:1", "2:46 y"], id="a text with escapes"),
        pytest.param("<<EOT\nFROM x:1\n  COPY --from=y /a /b\nEOT", ["3:6 x:1", "4:15 y"], id="a here-document"),
        pytest.param("<<-EOT\n    FROM x:1\n      USER u\n\n  EOT", ["3:10 x:1"], id="an indented here-document"),
        pytest.param("<<EOT\nARG B=x:1\nFROM $${B}\nEOT", ["4:6 x:1"], id="a variable of the Dockerfile"),
        pytest.param("<<EOT\nFROM ${B}\nEOT", ["3:6 ?"], id="a variable of bake"),
        pytest.param('<<EOT\nFROM x:${f("}", 1)}-alpine\nEOT', ["3:6 x:?-alpine"], id="a function of bake"),
        pytest.param("<<EOT\r\nFROM x:1\r\nEOT\r", ["3:6 x:1"], id="line ends of Windows"),
        pytest.param("X", [], id="a variable"),
    ],
)
def test_dockerfiles_in_hcl(value, expected) -> None:
    found = uses(HCL, target(f"dockerfile-inline = {value}"))
    assert [f"{use.span.line}:{use.span.column} {use.resolved}".replace("\0", "?") for use in found] == expected


def test_arguments_of_the_target_reach_the_dockerfile_inside() -> None:
    body = 'args = { B = "x:2", C = "${D}" }\n  dockerfile-inline = "ARG B=x:1\\nFROM $B"'
    assert [use.resolved for use in uses(HCL, target(body))] == ["x:2"]
    bake = {"target": {"a": {"args": {"B": "x:2", "C": "${D}"}, "dockerfile-inline": "ARG B=x:1\nFROM $B"}}}
    assert [use.resolved for use in uses(JSON, json.dumps(bake))] == ["x:2"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param('{"target": {"a": {"contexts": {"b": "docker-image://x:1"}}}}', ["1:53 x:1"], id="a context"),
        pytest.param(
            '{"target": [{"a": {"contexts": {"b": "docker-image://x"}}}]}', ["1:54 x"], id="a list of targets"
        ),
        pytest.param('{"target": {"a": {"contexts": {"b": "docker-image://${R}/x"}}}}', ["1:53 ?/x"], id="a variable"),
        pytest.param('{"target": {"a": {"contexts": {"b": "./x"}, "tags": ["docker-image://x"]}}}', [], id="others"),
        pytest.param('{"contexts": {"b": "docker-image://x"}}', [], id="no target"),
        pytest.param('["docker-image://x"]', [], id="no object"),
    ],
)
def test_contexts_in_json(content, expected) -> None:
    assert pulled(JSON, content) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('"FROM x:1\\nCOPY --from=y /a /b"', ["1:46 x:1", "1:63 y"], id="escapes"),
        pytest.param('"FROM \\u0078:1"', ["1:46 x:1"], id="an escaped letter"),
        pytest.param('"ARG B=x\\nFROM $${B}"', ["1:55 x"], id="a variable of the Dockerfile"),
        pytest.param('"FROM ${B}"', ["1:46 ?"], id="a variable of bake"),
        pytest.param('"# \\ud83d\\ude00\\nFROM x"', ["1:40 x"], id="beyond the basic plane, no places"),
    ],
)
def test_dockerfiles_in_json(text, expected) -> None:
    found = uses(JSON, '{"target": {"a": {"dockerfile-inline": ' + text + "}}}")
    assert [f"{use.span.line}:{use.span.column} {use.resolved}".replace("\0", "?") for use in found] == expected


@pytest.mark.parametrize(
    "path", ["docker-bake.override.hcl", "docker-bake.dev.hcl", "release.docker-bake.hcl", "a/docker-bake.hcl"]
)
def test_names(path) -> None:
    assert pulled(path, target('contexts = { b = "docker-image://x" }'))


@pytest.mark.parametrize("path", ["docker-baked.hcl", "main.hcl", "docker-bake.hcl.tmpl", "docker-bake.yaml"])
def test_other_names(path) -> None:
    assert not pulled(path, target('contexts = { b = "docker-image://x" }'))


def test_where_a_digest_can_be_written() -> None:
    text = target('contexts = { b = "docker-image://x:1" } # \u00fc\n  dockerfile-inline = "# \u00fc\\nFROM y"')
    assert marked(HCL, text).replace("y@", "y") == text.replace("x:1", "x:1@")
    text = '{"\u00fc": 1, "target": {"a": {"contexts": {"b": "docker-image://x:1", "c": "docker-image://x:${T}"}}}}'
    assert marked(JSON, text) == text.replace("x:1", "x:1@")


def test_verdicts() -> None:
    reason = "guardrail: allow[PIN001] the vendor has no tags"
    context = 'contexts = { b = "docker-image://x" }'
    assert judged(HCL, target(context)) == ["2:36 PIN001"]
    assert judged(HCL, target(f"{context} # {reason}")) == []
    assert judged(HCL, target(f"{context} // {reason}")) == []
    assert judged(HCL, target(f"{context} /* {reason} */")) == []
    assert judged(HCL, target(f"# {reason}\n  # more\n  {context}")) == []
    assert judged(HCL, target(f"# {reason}\n\n  {context}")) == ["2:3 ALW002", "4:36 PIN001"]
    assert judged(HCL, target(f"# {reason}\n  dockerfile-inline = <<EOT\nFROM x\nEOT")) == []
    assert judged(HCL, target(f"dockerfile-inline = <<EOT\n# {reason}\nFROM x\nEOT")) == []
    assert judged(HCL, target(f"{context}\n  tags = [")) == ["4:1 PIN900"]
    assert judged(JSON, '{"target": {"a": {"contexts": {"b": "docker-image://x"}}}') == ["1:58 PIN900"]
    lines = '{"target": {"a": {"contexts": {\n// ' + reason + '\n"b": "docker-image://x"}}}}'
    assert judged(JSON, lines) == []
