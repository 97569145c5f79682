"""What compose files pull besides the images of services, which the cases and test_verdicts.py cover."""

from __future__ import annotations

import pytest
from guardrail_hooks.pinned_base_image.uses import Surfaces

from tests.pinned_base_image.surfaces.reading import items, judged, marked, pulled, uses

PATH = "compose.yaml"
BUILD = "services:\n  a:\n    build:\n      "


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(BUILD + "additional_contexts: {b: 'docker-image://x:1'}\n", ["4:48 x:1"], id="a context"),
        pytest.param(BUILD + "additional_contexts: ['b=docker-image://x:1']\n", ["4:47 x:1"], id="a context in a list"),
        pytest.param(BUILD + "additional_contexts: ['docker-image://x:1']\n", [], id="a context without a name"),
        pytest.param(BUILD + "additional_contexts: {b: ./b, c: 'service:d', e: 'oci-layout://f'}\n", [], id="others"),
        pytest.param(BUILD + "additional_contexts: {b: 'docker-image://scratch'}\n", [], id="the empty image"),
        pytest.param(BUILD + "additional_contexts: {b: 'docker-image://'}\n", [], id="nothing"),
        pytest.param(BUILD + "additional_contexts: {b: 'docker-image://x:${T:-1}'}\n", ["4:48 x:1"], id="a default"),
        pytest.param(BUILD + "additional_contexts: {b: 'docker-image://${R}/x:1'}\n", ["4:48 ?/x:1"], id="a variable"),
        pytest.param(BUILD + "tags: ['docker-image://x']\n      cache_from: ['x:latest']\n", [], id="tags and caches"),
        pytest.param("services: {a: {volumes: [{type: image, source: x:1}]}}\n", ["1:48 x:1"], id="a volume"),
        pytest.param("services: {a: {volumes: [{type: bind, source: x}, y:/y]}}\n", [], id="other volumes"),
        pytest.param(
            "services:\n  a: {build: ., image: x}\n  b: {volumes: [{type: image, source: x}]}\n",
            [],
            id="a volume of what is built here",
        ),
        pytest.param(
            "services: {a: {build: ., volumes: [{type: image, source: x}]}}\n", ["1:58 x"], id="built with one"
        ),
    ],
)
def test_other_images(content, expected) -> None:
    assert pulled(PATH, content) == expected


@pytest.mark.parametrize(
    ("inline", "expected"),
    [
        pytest.param(
            "|\n        FROM x:1\n        COPY --from=y /a /b\n", ["5:14 x:1", "6:21 y"], id="a literal block"
        ),
        pytest.param("|-\n\n        # a comment\n        FROM x\n", ["7:14 x"], id="blank lines and comments"),
        pytest.param("|2\n          FROM x\n", ["5:16 x"], id="an indentation indicator"),
        pytest.param(">\n        FROM x\n\n        COPY --from=y /a /b\n", ["5:14 x", "7:21 y"], id="a folded block"),
        pytest.param('"FROM x\\nCOPY --from=y /a /b\\n"\n', ["4:32 x", "4:47 y"], id="escapes on one line"),
        pytest.param("'FROM x'\n", ["4:32 x"], id="single quotes"),
        pytest.param("FROM x\n", ["4:31 x"], id="no quotes"),
        pytest.param(
            "'FROM x\n\n        COPY --from=y /a /b'\n", ["4:26 x", "4:26 y"], id="folded quotes have no places"
        ),
        pytest.param("|\n        FROM ${B:-x:1}\n", ["5:19 x:1"], id="a default of compose"),
        pytest.param("|\n        FROM ${B}\n", ["5:14 ?"], id="a variable of compose"),
        pytest.param("|\n        ARG B=x:1\n        FROM $$B\n", ["6:14 x:1"], id="a variable of the Dockerfile"),
        pytest.param("|\n        FROM x AS b\n        FROM b\n", ["5:14 x"], id="stages"),
    ],
)
def test_dockerfiles_inside(inline, expected) -> None:
    found = uses(PATH, BUILD + "dockerfile_inline: " + inline)
    assert [f"{use.span.line}:{use.span.column} {use.resolved}".replace("\0", "?") for use in found] == expected


def test_arguments_of_the_build_reach_the_dockerfile_inside() -> None:
    text = BUILD + "args: {B: 'x:2', C: '${C:-y}'}\n      dockerfile_inline: |\n        ARG B=x:1\n        FROM $$B\n"
    assert [use.resolved for use in uses(PATH, text)] == ["x:2"]
    assert [use.resolved for use in uses(PATH, text.replace("{B: 'x:2'", "['B=x:3'").replace("-y}'}", "-y}']")
                                         .replace("C: '", "'C="))] == ["x:3"]  # fmt: skip
    assert [use.resolved for use in uses(PATH, text, Surfaces({"B": "x:4"}, False))] == ["x:4"]


def test_an_anchored_dockerfile_is_read_once() -> None:
    text = "x: &b\n  dockerfile_inline: |\n    FROM x\nservices: {a: {build: *b}, b: {build: *b}}\n"
    assert [use.span.line for use in uses(PATH, text)] == [3]


def test_line_ends_and_byte_order_marks() -> None:
    text = "\ufeff" + (BUILD + "dockerfile_inline: |\n        FROM x:1\n").replace("\n", "\r\n")
    (use,) = uses(PATH, text)
    assert use.span[:2] == (5, 14)


def test_what_is_wrong_inside_stands_at_its_place() -> None:
    inside = BUILD + "dockerfile_inline: |\n        FROM x:1\n        "
    assert judged(PATH, inside + "FORM x\n") == ["6:9 PIN900"]
    assert judged(PATH, inside + "FROM y # the base\n") == ["6:16 PIN012"]


def test_allow_comments_inside_and_around() -> None:
    reason = "guardrail: allow[PIN001] the vendor has no tags"
    assert judged(PATH, BUILD + f"dockerfile_inline: |\n        # {reason}\n        FROM x\n") == []
    assert judged(PATH, BUILD + f"# {reason}\n      dockerfile_inline: |\n        FROM x\n") == []
    assert judged(PATH, BUILD + f"dockerfile_inline: |\n        # {reason}\n        FROM x:1\n") == ["5:9 ALW002"]
    assert judged(PATH, BUILD + f"additional_contexts:\n        b: docker-image://x # {reason}\n") == []


def test_where_a_digest_can_be_written() -> None:
    text = (
        "services:\n  a: {image: 'x:1'}\n  b: {image: \"${I:-y:2}\"}\n  c: {image: 'z:${T:-3}'}\n  d: {image: '${U}'}\n"
        "  e: {image: >-\n    v:4}\n  f:\n    build: {additional_contexts: ['b=docker-image://w:5']}\n"
    )
    expected = text.replace("x:1", "x:1@").replace("y:2", "y:2@").replace("T:-3", "T:-3@").replace("w:5", "w:5@")
    assert marked(PATH, text.replace("e: {image: >-\n    v:4}", "e:\n    image: >-\n      v:4")) == expected.replace(
        "e: {image: >-\n    v:4}", "e:\n    image: >-\n      v:4@"
    )


def test_a_template_that_is_no_yaml_yet_is_left_alone() -> None:
    assert items(PATH, "services:\n{% for s in all %}\n  {{ s }}: {image: x}\n{% endfor %}\n") == []
    assert judged(PATH, "services: {a: {image: x, command: '{{.Name}}'\n") == ["2:1 PIN900"]


def test_what_compose_refuses() -> None:
    assert judged(PATH, "services: {a: {image: 'x:${T'}}\n") == ["1:23 PIN008"]
    assert judged(PATH, "services: {a: {image: 'x:${{ t }}'}}\n") == []


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        pytest.param("{image: !reset null}", [], id="an image that is gone"),
        pytest.param("{image: !reset nginx:latest}", [], id="whatever its value says"),
        pytest.param("{image: !override nginx:latest}", ["2:24 PIN002"], id="one that takes the place of another"),
        pytest.param("{build: !reset null, image: acme/app:latest}", ["2:34 PIN002"], id="a build that is gone"),
        pytest.param("{build: !reset {}, image: acme/app:latest}", ["2:32 PIN002"], id="with any value"),
        pytest.param("{build: !override {context: .}, image: acme/app:latest}", [], id="another build"),
    ],
)
def test_the_tags_of_merging(service, expected) -> None:
    assert judged("compose.prod.yaml", f"services:\n  a: {service}\n") == expected


@pytest.mark.parametrize(
    ("built", "used", "expected"),
    [
        pytest.param("acme/app", "acme/app:latest", [], id="the tag that is meant"),
        pytest.param("acme/app:latest", "docker.io/acme/app", [], id="the registry that is meant"),
        pytest.param("acme/app:${T:-main}", "acme/app:main", [], id="a default"),
        pytest.param("acme/app:${T}", "acme/app:${T}", [], id="a variable, word for word"),
        pytest.param("acme/app:dev", "acme/app:latest", ["3:14 PIN002"], id="another tag"),
        pytest.param("acme/app:${T}", "acme/app:latest", ["3:14 PIN002"], id="a tag that is not known"),
        pytest.param("ghcr.io/acme/app", "acme/app", ["3:14 PIN001"], id="another registry"),
    ],
)
def test_an_image_that_the_file_builds_however_it_is_written(built, used, expected) -> None:
    text = f"services:\n  a: {{build: ., image: '{built}'}}\n  b: {{image: '{used}'}}\n"
    assert judged("compose.yaml", text) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"services: {a: {build: .}}\n", [], id="nothing that is pulled"),
        pytest.param(b"services: {a: {build: \xff}}\n", ["1:23 PIN900"], id="not UTF-8"),
        pytest.param("services: {a: {build: .}}\n".encode("utf-16"), ["1:1 PIN900"], id="UTF-16"),
        pytest.param(b"services: {a: {build: \0}}\n", ["1:23 PIN900"], id="a control character"),
        pytest.param(b"#" * 1024 * 1025, ["1:1 PIN900"], id="too large"),
    ],
)
def test_a_file_without_images_has_to_be_text(content, expected) -> None:
    assert judged("compose.yaml", content) == expected
