"""Every snippet of README.md and docs/*.md does what the page says."""

from __future__ import annotations

import json
import os
import re
from importlib.util import find_spec
from pathlib import Path

import jsonschema
import pytest
from guardrail_hooks.no_root_dockerfile.cli import HOOK
from pre_commit.clientlib import load_config, load_manifest
from ruamel.yaml import YAML

from tests import picture, snippets, verdicts
from tests.snippets import ROOT

pytest.importorskip("termios", reason="stories are told on a Unix terminal")
STORIES = snippets.stories()
ALL = [snippet for page in snippets.pages() for snippet in snippets.read(page)]
CHECKS = ("no-root-dockerfile", "pinned-base-image", "changelog-required", "port-registry-conflict")
DRIVEN = {("README.md", "Start"), ("README.md", "mcp-config-guard"), ("README.md", "prek")}
# What check-jsonschema brings, found without importing it: some of its versions use what is deprecated by now.
VENDORED = Path(find_spec("check_jsonschema").submodule_search_locations[0]) / "builtin_schemas/vendor"
# Files whose form others decide: the schema that check-jsonschema brings for them.
SCHEMAS = {
    "github-workflows": re.compile(r"\.github/workflows/.*"),
    "gitlab-ci": re.compile(r"\.gitlab-ci\.yml"),
    "compose-spec": re.compile(r"(.*/)?compose\.yaml"),
}


def key_of(story: tuple[str, str]) -> str:
    return " ".join(story).replace(" ", "-")


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(os.path.realpath(tmp_path))


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(key, id=key_of(key), marks=[pytest.mark.xdist_group("installation")] if key in DRIVEN else [])
        for key in STORIES
    ],
)
def test_a_section_can_be_followed(key, folder) -> None:
    assert key in snippets.SCENES, f"nobody runs the snippets of {key}: give it a scene in tests/snippets.py"
    story, texts = snippets.told(key, STORIES[key], folder)
    for snippet, now in texts:
        assert now == snippet.text, (
            f"{snippet.place} shows something else: .venv/bin/python tests/snippets.py rewrites it"
        )
    if key[1] in CHECKS:  # the section ends with an exception, so everything in it is accepted
        assert story.run(key[1]) == (0, "")


def test_every_scene_and_every_other_test_has_its_snippets() -> None:
    assert set(snippets.SCENES) == set(STORIES)
    assert {(one.page, one.section, one.language) for one in ALL} >= set(snippets.ELSEWHERE)


@pytest.mark.parametrize("name", sorted(set(snippets.ELSEWHERE.values())))
def test_the_other_tests_exist(name) -> None:
    file, _, function = name.partition("::")
    assert f"\ndef {function}(" in (ROOT / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", SCHEMAS)
def test_files_of_others_have_the_form_that_others_want(kind) -> None:
    schema = json.loads((VENDORED / f"{kind}.json").read_text("utf-8"))
    validator = jsonschema.validators.validator_for(schema, jsonschema.Draft7Validator)(schema)
    files = [one for one in ALL if one.language == "yaml" and SCHEMAS[kind].fullmatch(one.name)]
    assert files
    for snippet in files:
        assert list(validator.iter_errors(YAML(typ="safe", pure=True).load(snippet.text))) == [], snippet.place
    assert not validator.is_valid({"jobs": 1, "services": 1})


def test_configurations_are_ones_that_pre_commit_accepts(tmp_path) -> None:
    read = {".pre-commit-config.yaml": load_config, ".pre-commit-hooks.yaml": load_manifest}
    seen = []
    for snippet in ALL:
        if snippet.name in read:
            (tmp_path / snippet.name).write_text(snippet.text)
            read[snippet.name](tmp_path / snippet.name)
            seen.append(snippet.name)
    assert set(seen) == set(read)


@pytest.mark.parametrize("page", snippets.pages(), ids=lambda page: page.name)
def test_a_reader_sees_which_file_a_snippet_is(page) -> None:
    """The name behind a fence's language is not shown to readers: it stands in the section, or in the snippet."""
    text = page.read_text(encoding="utf-8")
    for snippet in snippets.read(page):
        seen = text[: snippet.start + len(snippet.text)].rpartition(f" {snippet.name}\n{snippet.text[:20]}")[0]
        section = seen.rpartition(f"# {snippet.section}\n")[2]
        assert not snippet.name or f"`{snippet.name}`" in section or snippet.text.startswith(f"# {snippet.name}\n"), (
            snippet.place
        )


def test_no_yaml_is_left_unchecked() -> None:
    """A yaml snippet is a list of hooks, or a file whose form another test checks."""
    forms = [*SCHEMAS.values(), re.compile(r"\.pre-commit-(config|hooks)\.yaml|ports\.yaml|lefthook\.yml")]
    for snippet in ALL:
        if snippet.language == "yaml" and not snippet.hooks:
            assert any(form.fullmatch(snippet.name) for form in forms), snippet.place


def test_our_own_hooks_find_nothing_in_what_people_copy(folder) -> None:
    """Workflows and pipelines are judged as if they stood in a repository, by every surface."""
    for number, snippet in enumerate(ALL):
        if snippet.name.startswith((".github/", ".gitlab-ci")):
            repository = snippets.Story(folder / str(number), "copied")
            repository.write(snippet.name, snippet.text)
            assert repository.run(f"pinned-base-image --surface all --policy exact {snippet.name}") == (0, "")


@pytest.mark.xdist_group("installation")
def test_a_stranger_gets_from_the_readme_to_a_refused_commit() -> None:
    """The first snippet and the section Start lead there, and the picture shows just that."""
    assert STORIES["README.md", "Start"][0].line > ALL[0].line
    assert ALL[0].name == ".pre-commit-config.yaml"
    shown = picture.refused_commit()
    assert shown.count("Failed") == 3
    assert picture.drawn(shown) == picture.PICTURE.read_text(encoding="utf-8"), "run .venv/bin/python tests/picture.py"


def test_the_picture_is_small_and_its_text_is_text() -> None:
    drawn = picture.PICTURE.read_text(encoding="utf-8")
    assert len(drawn) < 16_384
    assert not re.search(r"<(script|image|foreignObject|path)|https?://(?!github\.com/guardrail|www\.w3\.org)", drawn)
    assert "prefers-color-scheme: dark" in drawn
    assert "USR002" in re.sub("<[^>]+>", "", drawn)


def test_a_picture_breaks_lines_where_a_terminal_would() -> None:
    long = "x" * (picture.COLUMNS + 1)
    assert [len(row) for row in picture.rows(f"\x1b[31m{long}\x1b[0m\n\n")] == [picture.COLUMNS, 1, 0]
    assert picture.cells("\x1b[1;41ma\x1b[mb") == [("a", ("bold", "", "failed")), ("b", ("", "", ""))]
    assert "&lt;a&amp;&gt;" in picture.drawn("<a&>\n")
    with pytest.raises(KeyError):  # a colour that the picture would lose
        picture.cells("\x1b[33ma")


def test_the_example_of_an_exception_is_one() -> None:
    comment = next(one.text for one in ALL if one.section == "Exceptions")
    files = {"Dockerfile": snippets.until_later(comment) + "FROM alpine:3.20.3\n"}
    assert verdicts.findings(HOOK, files) == []


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        pytest.param("a\n", "a\n", True, id="the same"),
        pytest.param("a\n", "b\n", False, id="another"),
        pytest.param("a\n", "a\nb\n", False, id="more"),
        pytest.param("a\n...\n", "a\nb\nc\n", True, id="any lines"),
        pytest.param("...\nc\n", "a\nb\nc\n", True, id="any lines before"),
        pytest.param("a...\n", "ab\n", False, id="three dots within a line are three dots"),
    ],
)
def test_what_counts_as_shown(shown, printed, same) -> None:
    assert snippets.agrees(shown, printed) is same


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        pytest.param("$ a\n", [("a", "")], id="nothing shown"),
        pytest.param("$ a\nb\n\nc\n$ d\n", [("a", "b\n\nc\n"), ("d", "")], id="shown lines, blank ones too"),
        pytest.param("$ a \\\n  b\nc\n", [("a \\\n  b", "c\n")], id="a command on two lines"),
    ],
)
def test_commands_and_what_they_show(text, pairs) -> None:
    assert snippets.commands(text) == pairs


def test_a_snippet_that_lies_is_found(folder) -> None:
    """The machinery itself: wrong output, a wrong verdict, a diff that does not fit, a hook with a wrong option."""
    story = snippets.Story(folder, "lies")
    story.commit({"Dockerfile": "FROM node:22.11.0\n"})

    def lie(text: str) -> snippets.Snippet:
        return snippets.find(f"## lies\n\n{text}\n", "page.md")[0]

    output = lie("```console\n$ echo a\nb\n```")
    assert story.tell(output) == "$ echo a\na\n"
    broken = lie("```console\n$ echo \\\n  a\nb\n```")
    assert story.tell(broken) == "$ echo \\\n  a\na\n"
    for text in (
        "```console\n$ no-root-dockerfile\n```",
        "```console\n$ true\nDockerfile:1:6: USR002 no\n...\n```",
        "```diff Dockerfile\n-FROM debian\n+FROM node\n```",
        "```yaml\n- id: no-root-dockerfile\n  args: [--nonsense]\n```",
        "```yaml\n- something: else\n```",
        "```dockerfile\nFROM node\n```",
    ):
        with pytest.raises(AssertionError):
            story.tell(lie(text))
    with pytest.raises(KeyError):
        story.tell(lie("```yaml\n- id: no-such-hook\n```"))


def test_stand_ins_never_pass_what_they_do_not_know(folder) -> None:
    story = snippets.Story(folder, "stand-ins")
    assert story.run("pipx frobnicate")[0] == 64
    assert story.run("pip download guardrail-hooks")[0] == 1
    assert story.run("pipx run --spec nowhere no-root-dockerfile --version")[0] == 0
    assert story.run("uvx --from nowhere no-root-dockerfile --version")[0] == 0
    assert json.dumps(story.run("gh pr create")) == '[0, ""]'
    assert story.log.read_text() == "gh pr create\n"
