"""Whole runs in real repositories: --new-only, trees that give the same verdict, what is loaded and started."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from guardrail_hooks.core import allow, options
from guardrail_hooks.core.finding import CannotJudge, Finding
from guardrail_hooks.core.snapshot import Commit, Index, Memory, WorkTree
from guardrail_hooks.port_registry_conflict.check import check
from guardrail_hooks.port_registry_conflict.cli import HOOK, main

from tests import verdicts

SCRIPT = Path(sys.executable).parent / "port-registry-conflict"
TWO = "services:\n  a:\n    ports: ['8080:80']\n  b:\n    ports: ['8080:81']\n"
FILES = {
    "compose.yaml": TWO,
    "x.compose.yml": "services:\n  c:\n    ports: ['${P}:80', '90:1']\n",
    ".env": "P=8080\n",
    "docs/PORTS.md": "- 8080: a\n- 90: d\n- 90: e\n",
}
NEVER = {
    "argparse",
    "asyncio",
    "dataclasses",
    "inspect",
    "logging",
    "pathlib",
    "socket",
    "subprocess",
    "tempfile",
    "typing",
}
PROBE = """
import sys
before = set(sys.modules)
from guardrail_hooks.port_registry_conflict.cli import main
code = main(sys.argv[1:])
print(code, *sorted(set(sys.modules) - before), file=sys.stderr)
"""


def run(repository, *arguments: str) -> tuple[int, list[str]]:
    """Exit code and concise lines of a run in this process; the repository is the current folder."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(out):
        code = main(["--format", "concise", *arguments])
    lines = out.buffer.getvalue().decode().splitlines()
    return code, [line.split(" ")[0] + line.split(" ")[1] for line in lines]


def test_every_kind_of_tree_gives_the_same_verdict(repository) -> None:
    repository.commit(FILES)
    read = options.parse("x", HOOK.options, sorted(FILES))
    trees = [WorkTree(str(repository.path)), Index(), Commit("HEAD"), Memory(FILES)]
    seen = [[one for one in check(tree, sorted(FILES), read) if isinstance(one, Finding)] for tree in trees]
    told = [[(one.rule.code, one.place, one.message, one.fix) for one in row] for row in seen]
    assert told[0]
    assert all(row == told[0] for row in told)


def test_old_findings_stay_silent_with_new_only(repository) -> None:
    repository.commit({"compose.yaml": TWO})
    repository.stage({"compose.yaml": "# moved\n" + TWO + "  c:\n    ports: ['9090:1', '9090:2']\n"})
    assert run(repository, "compose.yaml") == (1, ["compose.yaml:6:13:PRT001", "compose.yaml:8:23:PRT001"])
    assert run(repository, "--new-only", "compose.yaml") == (1, ["compose.yaml:8:23:PRT001"])


def test_a_registry_that_is_new_makes_its_findings_new(repository) -> None:
    repository.commit({"compose.yaml": "services:\n  a:\n    ports: ['8080:80']\n"})
    repository.stage({"reg.md": "- 1: x\n"})
    assert run(repository, "--new-only", "--registry", "reg.md", "compose.yaml") == (1, ["compose.yaml:3:13:PRT101"])


def test_an_exception_in_the_registry(repository) -> None:
    repository.stage(
        {"PORTS.md": "## A (100-199)\n- 90: x <!-- guardrail: allow[PRT202] kept for the old clients -->\n"}
    )
    assert run(repository, "PORTS.md") == (0, [])


@pytest.mark.parametrize(
    ("path", "content"),
    [
        pytest.param("PORTS.md", "\ufeff## A (100-199)\n- 90: x {}\n", id="behind a byte order mark"),
        pytest.param("ports.yaml", "ranges:\n  a: 100-199\nservices:\n  a:\n    x: 90 {}\n", id="in YAML"),
        pytest.param("ports.yml", "ranges:\n  a: 100-199\nservices:\n  a:\n    x: 90 {}\n", id="by its other name"),
    ],
)
def test_an_exception_in_a_registry_of_any_form(path, content) -> None:
    comment = "{} guardrail: allow[PRT202] kept for the old clients {}".format(
        *(("<!--", "-->") if ".md" in path else "# ")
    )
    assert [one.rule.code for one in verdicts.findings(HOOK, {path: content.format("")})] == ["PRT202"]
    assert verdicts.findings(HOOK, {path: content.format(comment)}) == []


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("compose.yaml", b"services: {a: {ports: [ # guardrail: allow[PRT301] it is a template\n"),
        ("PORTS.md", b"- 80: \xff <!-- guardrail: allow[PRT301] it is Latin-1 -->\n"),
    ],
)
def test_a_comment_in_a_file_that_cannot_be_read_excuses_nothing(path, content) -> None:
    named = ["--registry", path] if path.endswith(".md") else []
    assert [one.rule.code for one in verdicts.findings(HOOK, {path: content}, *named)] == ["PRT301"]


@pytest.mark.parametrize(
    ("path", "content", "codes"),
    [
        pytest.param(
            "PORTS.md", "- 80: a <!-- guardrail: allow[PRT202] kept for old clients -->\n", ["ALW002"], id="registry"
        ),
        pytest.param("app.yaml", "a: 1 # guardrail: allow[PRT001] kept for old clients\n", [], id="any other file"),
    ],
)
def test_an_exception_that_excuses_nothing(path, content, codes) -> None:
    files = {path: content, "compose.yaml": "services:\n  a:\n    ports: ['80:80']\n"}
    assert [one.rule.code for one in verdicts.findings(HOOK, files)] == codes


def test_an_exception_covers_the_line_below_and_no_more() -> None:
    one = "services:\n  a:\n    ports: ['80:1']\n"
    two = "services:\n  b:\n    # guardrail: allow[PRT002] never started together\n    ports: ['80:1']\n"
    assert verdicts.findings(HOOK, {"compose.yaml": one, "x.compose.yml": two}, "compose.yaml") == []
    three = {"compose.yaml": one, "x.compose.yml": two + "  c:\n    ports: ['80:2']\n"}
    assert {found.place.line for found in verdicts.findings(HOOK, three, "compose.yaml")} == {6}


def test_a_registry_that_is_named_must_be_there_whatever_else_was_named() -> None:
    for named in ("README.md", "compose.yaml"):
        with pytest.raises(CannotJudge, match=r"^port registry gone\.md does not exist: "):
            verdicts.findings(HOOK, {"README.md": "", "compose.yaml": TWO}, "--registry", "gone.md", named)
    assert (
        verdicts.findings(HOOK, {"README.md": "", "PORTS.md": "- 1: a\n"}, "--registry", "PORTS.md", "README.md") == []
    )


def test_an_exception_in_a_file_that_was_not_named(repository) -> None:
    two = "services:\n  b:\n    # guardrail: allow[PRT002] never started together\n    ports: ['8080:81']\n"
    repository.stage({"compose.yaml": "services:\n  a:\n    ports: ['8080:80']\n", "x.compose.yml": two})
    assert run(repository, "compose.yaml") == (0, [])
    assert run(repository, "x.compose.yml") == (0, [])
    repository.stage({"compose.yaml": "services:\n  a:\n    ports: ['8081:80']\n"})
    assert run(repository, "compose.yaml") == (0, [])
    assert run(repository, "x.compose.yml") == (1, ["x.compose.yml:3:5:ALW002"])


def test_a_linked_compose_file_is_no_second_stack(repository) -> None:
    repository.write("compose.yaml", "services:\n  a:\n    ports: ['1:1']\n")
    os.symlink("compose.yaml", repository.path / "x.compose.yml")
    os.symlink("nowhere", repository.path / "y.compose.yml")
    repository.stage({})
    assert run(repository) == (0, [])
    repository.stage({"z.compose.yml": "services:\n  z:\n    ports: ['1:1']\n"})
    assert run(repository) == (1, ["z.compose.yml:3:13:PRT002"])


@pytest.mark.parametrize("first", ["AAA.md", "a/compose.yaml"], ids=["another file", "a file that is not there"])
def test_an_exception_counts_whatever_is_named_before_its_file(first) -> None:
    allowed = TWO.replace("['8080:81']", "['8080:81'] # guardrail: allow[PRT001] never started together")
    told = verdicts.findings(HOOK, {"AAA.md": "", "compose.yaml": allowed}, first, "compose.yaml")
    assert "PRT001" not in [one.rule.code for one in told]


def test_a_missing_registry(repository) -> None:
    repository.stage({"compose.yaml": TWO, "empty.md": "# nothing\n"})
    for name, code in (("gone.md", "PRT401"), ("empty.md", "PRT402")):
        done = subprocess.run(
            [SCRIPT, "--registry", name, "compose.yaml"], cwd=repository.path, capture_output=True, text=True
        )
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert name in done.stderr
        assert code in done.stderr


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [(["compose.yaml"], 1), (["README.md"], 0), (["--registry", "docs/PORTS.md", "x.compose.yml"], 1)],
)
def test_what_a_run_loads_and_starts(repository, tmp_path, arguments, expected) -> None:
    repository.stage(FILES)
    real = subprocess.run(["which", "git"], capture_output=True, text=True, check=True).stdout.strip()
    log, trace = tmp_path / "log", tmp_path / "bin"
    trace.mkdir()
    (trace / "git").write_text(f'#!/bin/sh\necho "$1" >> "{log}"\nexec "{real}" "$@"\n')
    (trace / "git").chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments],
        cwd=repository.path,
        env={**os.environ, "PATH": f"{trace}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    code, *modules = done.stderr.splitlines()[-1].split()
    assert int(code) == expected
    assert not NEVER & set(modules)
    assert "ruamel.yaml.main" not in modules
    assert (log.read_text().split() if log.exists() else []) == ([] if "README.md" in arguments else ["ls-files"])
    if "README.md" in arguments:
        assert not any(name.startswith(("ruamel", "guardrail_hooks.formats.compose")) for name in modules)


def test_a_file_without_ports_is_not_parsed(repository) -> None:
    repository.stage({"compose.yaml": "services:\n  a:\n    image: acme/a:1\n"})
    done = subprocess.run(
        [sys.executable, "-c", PROBE, "compose.yaml"], cwd=repository.path, capture_output=True, text=True
    )
    assert not any(name.startswith("ruamel") for name in done.stderr.split())


def test_the_environment_of_the_process_does_not_matter(repository, monkeypatch) -> None:
    repository.stage({"compose.yaml": TWO.replace("8080:81", "${P:-9}:81")})
    monkeypatch.setenv("P", "8080")
    assert run(repository, "compose.yaml") == (0, [])


def test_remarks_are_comments_of_named_files_only() -> None:
    text = TWO + "# guardrail: allow[PRT001] because of the migration\n"
    read = options.parse("x", HOOK.options, ["other/compose.yaml"])
    tree = Memory({"compose.yaml": text, "other/compose.yaml": ""})
    assert not [one for one in check(tree, ["other/compose.yaml"], read) if isinstance(one, allow.Remark)]
