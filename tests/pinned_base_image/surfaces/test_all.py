"""What holds on every surface."""

from __future__ import annotations

import pytest
from guardrail_hooks.pinned_base_image.cli import HOOK
from guardrail_hooks.pinned_base_image.uses import OPT_IN, ImageUse, Surfaces
from hypothesis import given
from hypothesis import strategies as st

from tests.pinned_base_image.surfaces.reading import items, judged, marked, uses
from tests.pinned_base_image.surfaces.samples import FILES, IMAGE
from tests.verdicts import cases, findings

OPTED = [path for path in FILES if not items(path, FILES[path], Surfaces({}, False))]
VALUES = "image:\n  repository: example.com/acme/app\n  tag: 1.2.3\n"

COMPONENTS = st.from_regex(r"[a-z][a-z0-9]{0,5}(?:(?:[._]|__|--?)[a-z0-9]{1,4}){0,2}", fullmatch=True)
REFERENCES = st.builds(
    lambda host, path, tag, digest: f"{host}{'/'.join(path)}{tag}{digest}",
    st.sampled_from(["", "localhost:5000/", "r.example.com/"]),
    st.lists(COMPONENTS, min_size=1, max_size=3),
    st.sampled_from(["", ":1", ":latest", ":1.10", ":v2.0_x-y", ":A"]),
    st.sampled_from(["", "@sha256:" + "3f" * 32]),
)


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_reference_stands_where_it_is_written(path, end, mark) -> None:
    text = mark + FILES[path].replace("\n", end)
    (use,) = uses(path, text)
    assert use.resolved == IMAGE
    line = text.removeprefix("\ufeff").split(end)[use.span.line - 1]
    assert line[use.span.column - 1 :].lstrip('"').startswith(IMAGE)
    assert marked(path, text) == text.replace(IMAGE, f"{IMAGE}@")


@pytest.mark.parametrize("path", FILES)
@given(reference=REFERENCES)
def test_any_reference_is_read_and_can_be_extended(path, reference) -> None:
    text = FILES[path].replace(IMAGE, reference)
    (use,) = uses(path, text)
    assert use.resolved == reference
    assert marked(path, text) == FILES[path].replace(IMAGE, f"{reference}@")


@pytest.mark.parametrize("path", FILES)
def test_allow_comments_work(path) -> None:
    text = FILES[path].replace("1.2.3", "latest")
    lines = text.splitlines()
    (use,) = uses(path, text)
    leader = "//" if path.endswith(".json") else "#"
    lines.insert(use.span.line - 1, f"{leader} guardrail: allow[PIN002] our own mirror moves it")
    assert [place.rpartition(" ")[2] for place in judged(path, text)] == ["PIN002"]
    if path.startswith("inline/"):  # indented as the Dockerfile around it
        lines[use.span.line - 1] = " " * (use.span.column - 6) + lines[use.span.line - 1]
    assert judged(path, "\n".join(lines) + "\n") == []


@pytest.mark.parametrize("path", OPTED)
def test_surfaces_that_nobody_asked_for_are_silent(path) -> None:
    assert findings(HOOK, {path: FILES[path] + "]}"}, "--policy", "digest") == []


def test_which_surfaces_are_silent_by_default() -> None:
    assert set(FILES) - set(OPTED) == {
        path for path in FILES if any(part in path for part in ("ockerfile", "compose", "devcontainer", "bake"))
    }


@pytest.mark.parametrize("surface", OPT_IN)
def test_each_surface_can_be_asked_for_alone(surface) -> None:
    files = {**FILES, "chart/values.yaml": VALUES}
    alone = Surfaces({}, False, frozenset({surface}))
    assert {path for path in [*OPTED, "chart/values.yaml"] if items(path, files[path], alone)} == {
        "k8s": {"k8s/pod.yaml", "k8s/task.yaml"},
        "gha": {".github/workflows/ci.yml", "action.yml"},
        "gitlab": {".gitlab-ci.yml"},
        "helm": {"chart/values.yaml"},
        "quadlet": {"web.container"},
        "ci": {".circleci/config.yml", "azure-pipelines.yml", "bitbucket-pipelines.yml"},
    }[surface]


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=case["id"]) for case in cases("pinned-surfaces.yaml")],
)
def test_labelled_surface(case) -> None:
    asked = ["--surface", "all"] if case["scope"] in ("opt-in", "won't") else []
    for policy, places in case["expect"].items():
        found = findings(HOOK, {case["path"]: case["content"]}, "--policy", policy, *asked)
        found = [one for one in found if one.rule.code != "PIN013" or places]  # it stands whatever the policy
        assert sorted({f"{one.place.path}:{one.place.line}" for one in found}) == sorted(places), case["note"]


HOSTILE = {
    "nothing": lambda good: b"",
    "NUL bytes": lambda good: good + b"\0" * 5000,
    "invalid UTF-8": lambda good: good + b"# \xff\xfe\n",
    "UTF-16": lambda good: good.decode().encode("utf-16"),
    "CR": lambda good: good.replace(b"\n", b"\r"),
    "a line of 10 MB": lambda good: good + b"# " + b"x" * 10_000_000,
    "a value of 2 MB": lambda good: good.replace(b"1.2.3", b"x" * 2_000_000),
    "deep brackets": lambda good: good + b"z = " + b"[" * 100_000,
    "deep braces": lambda good: good + b"z: " + b"{a: " * 100_000,
    "deep templates": lambda good: good.replace(b"1.2.3", b"${a" * 50_000),
    "open templates": lambda good: good.replace(b"1.2.3", b"${{" * 50_000),
    "open parameters": lambda good: good.replace(b"1.2.3", b"<<" * 50_000),
    "half the file": lambda good: good[: len(good) // 2],
    "twice the file": lambda good: good + good,
    "random bytes": lambda good: bytes(range(256)) * 100 + good,
    "an alias of itself": lambda good: good + b"z: &z [*z, *z]\n",
    "other shapes": lambda good: good.replace(b": ", b": [{}, null, 1, ['x']] #"),
}


@pytest.mark.parametrize("path", [*FILES, "values.yaml", "kustomization.yaml"])
@pytest.mark.parametrize("content", HOSTILE)
def test_hostile_input(path, content) -> None:
    good = {**FILES, "values.yaml": VALUES, "kustomization.yaml": "images:\n- name: x\n  newTag: 1.2.3\n"}[path]
    raw = HOSTILE[content](good.encode())
    for one in findings(HOOK, {path: raw}, "--surface", "all", "--policy", "digest"):
        assert one.place.path == path
        assert 1 <= one.place.line <= raw.count(b"\n") + raw.count(b"\r") + 2


@pytest.mark.parametrize("path", [path for path in FILES if path.endswith((".yaml", ".yml"))])
@given(data=st.recursive(st.none() | st.integers() | st.text(max_size=4), lambda inner: st.lists(inner, max_size=3)))
def test_keys_may_hold_anything(path, data) -> None:
    """No shape of a file makes a surface stumble: every value is replaced by something else in turn."""
    lines = FILES[path].splitlines()
    for number, line in enumerate(lines):
        key, colon, _ = line.partition(": ")
        if colon:
            changed = [*lines[:number], f"{key}: {data!r}".replace("None", "~").replace("\\", ""), *lines[number + 1 :]]
            assert all(not isinstance(item, ImageUse) or item.written for item in items(path, "\n".join(changed)))
