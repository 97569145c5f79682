"""PIN011: one digest per image and tag in the repository."""

from __future__ import annotations

import pytest
from guardrail_hooks.core import judge
from guardrail_hooks.core.snapshot import Memory
from guardrail_hooks.pinned_base_image.cli import HOOK
from guardrail_hooks.pinned_base_image.consistency import Pins
from guardrail_hooks.pinned_base_image.uses import Surfaces

from tests.verdicts import findings

OLD, NEW = "sha256:" + "a0" * 32, "sha256:" + "3f" * 32
FIRST = f"FROM debian:12.7@{OLD}\n"
OTHER = f"FROM debian:12.7@{NEW}\n"


def found(files: dict[str, str], *arguments: str) -> list[str]:
    return [
        f"{one.place.path}:{one.place.line} {one.message}"
        for one in findings(HOOK, files, *arguments)
        if one.rule.code == "PIN011"
    ]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"Dockerfile": FIRST, "b/Dockerfile": FIRST}, [], id="the same"),
        pytest.param({"Dockerfile": FIRST, "b/Dockerfile": OTHER}, ["b/Dockerfile:1"], id="another"),
        pytest.param({"Dockerfile": FIRST + OTHER + OTHER}, ["Dockerfile:2", "Dockerfile:3"], id="in one file"),
        pytest.param(
            {
                "Dockerfile": FIRST,
                "b/compose.yaml": f"services: {{a: {{image: docker.io/library/debian:12.7@{NEW}}}}}\n",
            },
            ["b/compose.yaml:1"],
            id="by its full name, in another format",
        ),
        pytest.param({"Dockerfile": FIRST, "b/Dockerfile": OTHER.replace("12.7", "12.8")}, [], id="another tag"),
        pytest.param({"Dockerfile": FIRST, "b/Dockerfile": OTHER.replace("debian", "x")}, [], id="another image"),
        pytest.param({"Dockerfile": FIRST, "b/Dockerfile": OTHER.replace(":12.7", "")}, [], id="no tag"),
        pytest.param({"Dockerfile": FIRST, "b/Dockerfile": "FROM debian:12.7\n"}, [], id="no digest"),
        pytest.param({"Dockerfile": FIRST, "b/Dockerfile": "FROM debian:12.7@sha256:1\n"}, [], id="a malformed digest"),
        pytest.param(
            {"Dockerfile": f"ARG T=12.7@{OLD}\nFROM debian:${{T}}\n", "b/Dockerfile": OTHER},
            ["b/Dockerfile:1"],
            id="ARG",
        ),
    ],
)
def test_digests(files, expected) -> None:
    assert [line.partition(" ")[0] for line in found(files)] == expected


def test_the_first_one_is_named() -> None:
    assert found({"Dockerfile": "\n" + FIRST, "b/Dockerfile": OTHER}) == [
        'b/Dockerfile:1 image "debian:12.7" has another digest here than in Dockerfile:2'
    ]


def test_exempt_images_are_left_alone() -> None:
    assert found({"Dockerfile": FIRST, "b/Dockerfile": OTHER}, "--allow-image", "debian") == []


def test_only_files_that_were_passed_are_reported_and_all_tracked_ones_compared() -> None:
    assert found({"a/Dockerfile": FIRST, "b/Dockerfile": OTHER}, "b/Dockerfile") != []
    assert found({"a/Dockerfile": FIRST, "b/Dockerfile": OTHER}, "a/Dockerfile") == []


def test_surfaces_in_force_are_compared() -> None:
    pod = f"apiVersion: v1\nkind: Pod\nspec: {{containers: [{{image: 'debian:12.7@{OLD}'}}]}}\n"
    files = {"a.yaml": pod, "b/Dockerfile": OTHER}
    assert found(files, "b/Dockerfile") == []
    assert found(files, "--surface", "k8s", "b/Dockerfile") != []


def test_digests_of_charts_have_a_key_of_their_own() -> None:
    values = f"image: {{repository: debian, tag: '12.7', digest: '{OLD}'}}\n"
    assert found({"values.yaml": values, "Dockerfile": OTHER}, "--surface", "helm", "values.yaml") != []


class Counting(Memory):
    """A tree that counts what is read."""

    __slots__ = ("reads",)

    def __init__(self, files: dict[str, str]) -> None:
        super().__init__(files)
        self.reads: list[str] = []

    def read(self, path: str) -> bytes:
        self.reads.append(path)
        return super().read(path)


def test_nothing_is_read_before_a_digest_is_met() -> None:
    tree = Counting({"Dockerfile": "FROM debian:12.7\n", "b/Dockerfile": OTHER})
    options = judge.opts.parse(HOOK.name, HOOK.options, [])
    list(HOOK.check(tree, ["Dockerfile"], options))
    assert tree.reads == ["Dockerfile"]
    assert Pins(tree, [], Surfaces({}, False)) is not None
    list(HOOK.check(tree, ["b/Dockerfile"], options))
    assert sorted(tree.reads) == ["Dockerfile", "Dockerfile", "b/Dockerfile", "b/Dockerfile"]
