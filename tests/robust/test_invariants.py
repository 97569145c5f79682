"""What holds for every file hook whatever the files are, and for every reader whatever the bytes are."""

from __future__ import annotations

import re

import pytest
from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.core.snapshot import Index, WorkTree
from guardrail_hooks.formats import (
    binders,
    line_comments,
    plain_toml,
    plain_yaml,
    restructured,
    yaml_comments,
    yaml_nodes,
)
from guardrail_hooks.formats.place import Malformed
from guardrail_hooks.formats.source import decode
from guardrail_hooks.no_root_dockerfile.cli import HOOK as NO_ROOT
from guardrail_hooks.pinned_base_image.cli import HOOK as PINNED
from guardrail_hooks.port_registry_conflict.cli import HOOK as PORTS
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests import verdicts

HOOKS = {"no-root-dockerfile": NO_ROOT, "pinned-base-image": PINNED, "port-registry-conflict": PORTS}
DOCKERFILE_LINES = [
    "FROM debian:12.7", "FROM node", "FROM redis:latest AS b", "FROM b", "USER root", "USER 1000", "RUN useradd app",
    "USER app", "ARG A=1", "FROM x:$A", "COPY --from=nginx /a /b", "# a comment", "", "RUN sudo ls", "nonsense",
]  # fmt: skip
SERVICES = [
    "  a:\n    image: redis\n    ports: ['8080:80']", "  b:\n    image: x:1.2.3\n    ports: ['8080:81', '9000:9000']",
    "  c:\n    image: node:latest\n    ports: ['70000:1']", "  d:\n    build: .\n    ports:\n    - 8081-8083:1-3",
    "  e:\n    network_mode: host", "  f:\n    image: ''", "  # a comment", "",
]  # fmt: skip
DOCKERFILES = st.lists(st.sampled_from(DOCKERFILE_LINES), max_size=7).map(lambda lines: "\n".join(lines) + "\n")
COMPOSES = st.lists(st.sampled_from(SERVICES), max_size=4, unique=True).map(
    lambda services: "services:\n" + "\n".join(services) + "\n"
)
PROJECTS = st.fixed_dictionaries({"Dockerfile": DOCKERFILES, "b/Dockerfile": DOCKERFILES, "compose.yaml": COMPOSES,
                                  "b/compose.yaml": COMPOSES})  # fmt: skip
FEW = settings(max_examples=25)
EACH = pytest.mark.parametrize("name", HOOKS)


def reads(name: str, path: str) -> bool:
    return path.endswith("Dockerfile") if name == "no-root-dockerfile" else (
        name == "pinned-base-image" or path.endswith("yaml")
    )  # fmt: skip


def found(name: str, files: dict[str, str | bytes], *arguments: str) -> list:
    mine = {path: content for path, content in files.items() if reads(name, path) or path == "PORTS.md"}
    named = arguments or tuple(path for path in mine if path != "PORTS.md")
    return verdicts.findings(HOOKS[name], mine, *named)


def shown(findings: list) -> list:
    return [(one.rule.code, one.place, one.subject, one.message) for one in findings]


@EACH
@FEW
@given(files=PROJECTS, data=st.data())
def test_the_order_of_names_does_not_matter(name, files, data) -> None:
    paths = [path for path in files if reads(name, path)]
    order = data.draw(st.permutations(paths))
    assert shown(found(name, files, *order)) == shown(found(name, files, *paths))


@pytest.mark.parametrize("name", ["no-root-dockerfile", "pinned-base-image"])
@FEW
@given(files=PROJECTS)
def test_one_run_finds_what_a_run_for_each_file_finds(name, files) -> None:
    apart = [one for path in files if reads(name, path) for one in shown(found(name, files, path))]
    assert sorted(apart, key=str) == sorted(shown(found(name, files)), key=str)


@EACH
@FEW
@given(files=PROJECTS, end=st.sampled_from(["\r\n", "\n"]), mark=st.booleans(), final=st.booleans())
def test_line_ends_and_marks_do_not_matter(name, files, end, mark, final) -> None:
    def other(text: str) -> bytes:
        text = text if final else text.rstrip("\n")
        return (("\ufeff" if mark else "") + text.replace("\n", end)).encode()

    before = [(one.rule.code, one.place.path, one.place.line, one.subject) for one in found(name, files)]
    changed = {path: other(text) for path, text in files.items()}
    assume(final or all(text.strip() for text in files.values()))
    after = [(one.rule.code, one.place.path, one.place.line, one.subject) for one in found(name, changed)]
    assert after == before or any("900" in code or code == "PRT301" for code, *_ in before + after)


@EACH
@FEW
@given(files=PROJECTS, other=DOCKERFILES)
def test_what_has_nothing_to_do_with_it_changes_nothing(name, files, other) -> None:
    more = {**files, "README.md": "# Words about ports: 8080\n", "src/main.py": "FROM = 'node'\n"}
    paths = [path for path in files if reads(name, path)]
    assert shown(found(name, more, *paths)) == shown(found(name, files, *paths))


@EACH
@FEW
@given(files=PROJECTS)
def test_findings_lie_inside_their_files(name, files) -> None:
    for one in found(name, files):
        if one.place.path not in files:
            continue
        lines = files[one.place.path].split("\n")
        first, last = (one.place.line, one.place.column), (one.place.end_line, one.place.end_column)
        assert (1, 1) <= first <= last
        assert first[0] <= len(lines)
        assert first[1] <= len(lines[first[0] - 1]) + 1
        assert last[0] <= len(lines)
        assert last[1] <= len(lines[last[0] - 1]) + 2


@EACH
@FEW
@given(files=PROJECTS, data=st.data())
def test_an_allow_comment_takes_one_finding_away_and_adds_none(name, files, data) -> None:
    before = [one for one in found(name, files) if one.rule.allowable and one.place.path in files]
    assume(before)
    one = data.draw(st.sampled_from(before))
    lines = files[one.place.path].split("\n")
    at = one.place.line - 1
    assume(lines[at].strip() and not lines[at].lstrip().startswith("#"))
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    lines.insert(at, f"{indent}# guardrail: allow[{one.rule.code}] a reason that is long enough")
    after = found(name, {**files, one.place.path: "\n".join(lines)})

    def same_line(finding) -> bool:
        return finding.place.path == one.place.path and finding.place.line == one.place.line

    gone = [other for other in before if same_line(other) and other.rule is one.rule]
    old = sorted((other.rule.code, other.place.path, other.subject) for other in found(name, files))
    new = sorted((other.rule.code, other.place.path, other.subject) for other in after)
    expected = list(old)
    for other in gone:
        expected.remove((other.rule.code, other.place.path, other.subject))
    assert new == expected


@EACH
@settings(max_examples=5)
@given(files=PROJECTS)
def test_the_index_and_the_work_tree_agree(tmp_path_factory, name, files) -> None:
    from guardrail_hooks.core import options

    from tests.robust.hostile import Ground

    ground = Ground(tmp_path_factory.mktemp("agree") / "repository")
    for path, text in files.items():
        (ground.path / path).parent.mkdir(exist_ok=True)
        (ground.path / path).write_text(text)
    ground.git("add", "-A")
    hook = HOOKS[name]
    read = options.parse(hook.name, hook.options, [])
    paths = [path for path in files if reads(name, path)]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ground.path)
        disk, staged = (
            [str(item) for item in hook.check(tree, paths, read)] for tree in (WorkTree(str(ground.path)), Index())
        )
    assert disk == staged


YAML_TEXT = st.text(st.sampled_from(list("a:-[]{}*&!|> \n'\"#\t?,")), max_size=60)
ANYTHING = st.one_of(st.binary(max_size=80), YAML_TEXT.map(str.encode), st.text(max_size=40).map(str.encode))


@pytest.mark.parametrize("path", ["kind.yaml", ".devcontainer/devcontainer.json", "a.container", "k8s/a.yaml"])
@given(content=ANYTHING, lead=st.sampled_from([b"", b"PublishPort=", b'{"forwardPorts": ', b"kind: Pod\nhostPort: "]))
def test_binders_read_anything(path, content, lead) -> None:
    whole = lead + content
    try:
        bounds = list(binders.read_binders(path, whole, frozenset(binders.FILES)))
    except Malformed:
        return
    for bound in bounds:
        assert 1 <= bound.span.line <= whole.count(b"\n") + whole.count(b"\r") + 1
        assert bound.span.column >= 1


@given(text=st.one_of(YAML_TEXT, st.text(max_size=40)))
def test_plain_readers_read_anything(text) -> None:
    for read in (plain_yaml.load, lambda text: plain_toml.table(text, "a", "b")):
        try:
            value = read(text)
        except Malformed:
            continue
        assert value is None or isinstance(value, str | int | float | bool | list | dict)


@given(text=st.one_of(YAML_TEXT, st.text(max_size=60)))
def test_restructured_text_keeps_its_lines(text) -> None:
    document = restructured.scan(text)
    assert len(document.kinds) == len(document.lines)
    for heading in document.headings:
        assert 1 <= heading.line <= len(document.lines)


@given(content=ANYTHING)
def test_comments_lie_inside(content) -> None:
    try:
        yaml = yaml_nodes.read(content)
    except Malformed:
        return
    for comment in yaml_comments.attach(yaml):
        assert 1 <= comment.span.line <= len(yaml.source.lines) + 1
        assert comment.span.line <= comment.first or comment.last < comment.first  # nothing below it


@given(text=st.text(st.sampled_from("a#/ \n*;"), max_size=40))
def test_line_comments_stand_where_they_were_found(text) -> None:
    source = decode(text.encode())
    spans = [(match.start(), match.end()) for match in re.finditer("#[^\n]*", source.text)]
    comments = list(line_comments.attach(source, spans))
    assert len(comments) == len(spans)
    assert [comment.span.line for comment in comments] == [source.text.count("\n", 0, start) + 1 for start, _ in spans]


def test_a_hook_that_cannot_judge_is_the_only_other_way_out() -> None:
    assert issubclass(CannotJudge, Exception)
    with pytest.raises(CannotJudge):
        found("port-registry-conflict", {"compose.yaml": "services: {}\n"}, "--registry", "nowhere.md", "compose.yaml")
