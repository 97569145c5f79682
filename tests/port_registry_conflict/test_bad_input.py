"""Hostile input: a finding or a clear refusal, quickly, and never a traceback."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest
from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.port_registry_conflict.cli import HOOK

from tests import verdicts

SCRIPT = Path(sys.executable).parent / "port-registry-conflict"
GOOD = "services:\n  a:\n    image: acme/a:1\n    ports: ['8080:80']\n"
PORTS = b"services:\n  a:\n    ports: ['8080:80']\n"
BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)) + GOOD
MERGES = "".join(
    f"m{n}: &m{n}\n  <<: [{', '.join([f'*m{n - 1}'] * 8)}]\n  k{n}: 1\n" if n else "m0: &m0 {k0: 1}\n" for n in range(8)
)

HOSTILE = [
    pytest.param(b"", [], id="empty"),
    pytest.param(b"\xef\xbb\xbf" + PORTS, [], id="byte order mark"),
    pytest.param(PORTS.replace(b"\n", b"\r\n"), [], id="CRLF"),
    pytest.param(PORTS.replace(b"\n", b"\r"), [], id="CR"),
    pytest.param(b"services:\n  a: {ports: ['1:1'], image: \x00}\n", ["PRT301"], id="NUL"),
    pytest.param(b"# ports \xff\n" + PORTS, ["PRT301"], id="not UTF-8"),
    pytest.param(PORTS.decode().encode("utf-16"), ["PRT301"], id="UTF-16 with a mark"),
    pytest.param(b"ports: " + b"[" * 100_000, ["PRT301"], id="100,000 brackets"),
    pytest.param(b"ports:\n" + b"".join(b" " * n + b"-\n" for n in range(1, 1200)), ["PRT301"], id="deep indentation"),
    pytest.param(b"services:\n  a: {ports: ['" + b"1" * 900_000 + b":80']}\n", ["PRT302"], id="a long line"),
    pytest.param(b"ports: x\n" + b"#" * 10_000_000, ["PRT301"], id="10 MB"),
    pytest.param(BOMB.encode(), [], id="alias bomb"),
    pytest.param((MERGES + "services:\n  a: {<<: *m7, ports: ['80:80']}\n").encode(), [], id="merge bomb"),
    pytest.param(b"services: &s\n  a: {x: *s, ports: ['80:80']}\n", [], id="an alias of itself"),
    pytest.param(b"a: &a {<<: *a, ports: 1}\nservices: {b: *a}\n", ["PRT302"], id="a merge of itself"),
    pytest.param(b"%YAML 1.3\n---\n" + PORTS, [], id="a newer YAML"),
    pytest.param(b"services: [ports]\n", [], id="services is a list"),
    pytest.param(b"services: {a: ports, b: [ports], 1: {ports: }}\n", [], id="services are no mappings"),
    pytest.param(b"services: {a: {ports: {80: 80}}}\n", ["PRT302"], id="ports is a mapping"),
    pytest.param(b"services: {a: {ports: [[80], {80: 80}, ~, {}]}}\n", ["PRT302"] * 4, id="entries of all kinds"),
    pytest.param(b"services: {a: {ports: ['${A:-${B:-" + b"${C:-" * 500 + b"']}}\n", ["PRT302"], id="nested variables"),
    pytest.param(
        b"services: {a: {ports: ['8080:80'], deploy: {replicas: 99999999999999999999}}}\n", [], id="many copies"
    ),
    pytest.param(b"? {a: b}\n: c\nservices: {? [x] : 1, a: {ports: ['80:80']}}\n", [], id="keys that are no texts"),
    pytest.param("services:\n  a:\n    ports: ['\u202e8080:80']\n".encode(), ["PRT302"], id="bidi"),
    pytest.param(b"services:\n  a: {image: x\n", ["PRT301"], id="an open brace, and nothing else to judge"),
    pytest.param(b"services:\n\ta:\n\t\timage: x\n", ["PRT301"], id="tabs, and nothing else to judge"),
    pytest.param(b"services: {a: *b}\n", ["PRT301"], id="an unknown alias, and nothing else to judge"),
    pytest.param(b"a: " + b"[" * 100_000, ["PRT301"], id="100,000 brackets, and nothing else to judge"),
    pytest.param(b"# \xff\n", ["PRT301"], id="not UTF-8, and nothing else to judge"),
]


@pytest.mark.parametrize(("content", "codes"), HOSTILE)
def test_hostile_compose_files(content, codes) -> None:
    started = time.process_time()
    found = verdicts.findings(HOOK, {"compose.yaml": content})
    assert time.process_time() - started < 5  # a bound for a busy machine; the budget is one second
    assert [one.rule.code for one in found] == codes
    for one in found:
        assert one.place.line >= 1
        assert len(one.message) < 400


@pytest.mark.parametrize(
    "content",
    [
        b"- 80: a\n" + b"#" * 2_000_000,
        b"- 80: a\n" + b"<!-- " * 100_000,
        b"- 80: a\n" + b"- " * 300_000,
        b"- 80: a\n" + b"**" * 300_000 + b"\n",
        b"- 80: a\n| port |\n|---|\n" + b"|" * 500_000,
        b"- 80: a\n- 8" + b",8" * 200_000 + b"\n",
        b"- 80: a\n" + b"- 1-65535: x\n" * 3000,
        b"- 80: a\n# " + b"(1-2)" * 100_000 + b"\n",
        b"- 80: a\n- 81: " + b"(" * 200_000 + b"\n",
        b"- 80: a\n- " + b"~~x" * 100_000,
    ],
    ids=[
        "heading",
        "comments",
        "items",
        "emphasis",
        "table",
        "list of ports",
        "ranges",
        "headings",
        "parentheses",
        "struck",
    ],
)
def test_hostile_registries(content) -> None:
    started = time.process_time()
    verdicts.findings(HOOK, {"PORTS.md": content, "compose.yaml": GOOD.replace("8080", "80")}, "compose.yaml")
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "content", [b"A='" * 20_000, b'A="\n' * 20_000, b"A='x\n" * 20_001, b"\x00\xff=1\nP=1\n", b"P=${P}\n" * 5000]
)
def test_hostile_variables(content) -> None:
    files = {".env": content, "compose.yaml": GOOD.replace("8080", "${P:-8080}")}
    started = time.process_time()
    verdicts.findings(HOOK, files)
    assert time.process_time() - started < 5


def test_a_broken_registry_is_a_finding_or_no_verdict() -> None:
    files = {"reg.yaml": "ports: [", "compose.yaml": GOOD}
    found = verdicts.findings(HOOK, files, "--registry", "reg.yaml", "reg.yaml")
    assert [(one.rule.code, one.place.path) for one in found] == [("PRT301", "reg.yaml")]
    with pytest.raises(CannotJudge, match=r"reg\.yaml line 1"):
        verdicts.findings(HOOK, files, "--registry", "reg.yaml", "compose.yaml")


@pytest.mark.parametrize(
    ("path", "content"),
    [
        pytest.param("ports.yaml", b"ports: [", id="YAML"),
        pytest.param("PORTS.md", b"- 8080: a\xff\n", id="not UTF-8"),
        pytest.param("docs/ports.json", b'{"ports":', id="JSON"),
    ],
)
def test_a_broken_registry_that_was_found_by_its_name(path, content) -> None:
    files = {path: content, "compose.yaml": GOOD}
    assert [(one.rule.code, one.place.path) for one in verdicts.findings(HOOK, files)] == [("PRT301", path)]
    assert verdicts.findings(HOOK, files, "compose.yaml") == []  # it may be something else than a registry


def test_one_of_two_registries_is_broken() -> None:
    files = {"a.md": "- 80: x\n", "b.yaml": "ports: [", "compose.yaml": GOOD}
    named = ("--registry", "a.md", "--registry", "b.yaml")
    assert [one.rule.code for one in verdicts.findings(HOOK, files, *named, "b.yaml", "compose.yaml")] == ["PRT301"]
    with pytest.raises(CannotJudge, match=r"b\.yaml line 1"):
        verdicts.findings(HOOK, files, *named, "compose.yaml")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """The console script with bounded memory."""

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (600 * 1024 * 1024,) * 2)

    return subprocess.run(
        [SCRIPT, *arguments], cwd=folder, capture_output=True, text=True, timeout=60, preexec_fn=bound
    )


@pytest.mark.parametrize(
    ("make", "says"),
    [
        pytest.param(lambda path: path.mkdir(), "is a folder", id="folder"),
        pytest.param(os.mkfifo, "is not a regular file", id="pipe"),
        pytest.param(lambda path: path.symlink_to(path.name), "leads nowhere", id="link to itself"),
        pytest.param(lambda path: path.symlink_to("/etc/passwd"), "outside the repository", id="link out"),
        pytest.param(lambda path: None, "does not exist", id="vanished"),
    ],
)
def test_what_is_no_file(repository, make, says) -> None:
    make(repository.path / "compose.yaml")
    done = run(repository.path, "--format", "json", "compose.yaml")
    assert (done.returncode, done.stderr) == (1, "")
    (finding,) = json.loads(done.stdout)
    assert finding["code"] == "PRT301"
    assert says in finding["message"]
    assert finding["message"].startswith("this path ")
    assert finding["fix"] == "put a regular file there, or leave the path out: --exclude 'REGEX'"


def test_names_of_all_kinds(repository) -> None:
    names = [b"sp ace/compose.yaml", "\u00fc/compose.yaml".encode(), b"new\nline/compose.yaml", b"\xff/compose.yaml"]
    for number, name in enumerate(names):
        full = os.path.join(os.fsencode(repository.path), name)
        os.makedirs(os.path.dirname(full))
        with open(full, "w") as file:
            file.write(GOOD.replace("8080", str(70_000 + number)))
    repository.git("add", "-A")
    done = subprocess.run(
        [SCRIPT, "--format", "json", *map(os.fsdecode, names)], cwd=repository.path, capture_output=True
    )
    assert [one["code"] for one in json.loads(done.stdout)] == ["PRT302"] * 4
    assert subprocess.run([SCRIPT, "--format", "concise"], cwd=repository.path, capture_output=True).returncode == 1


def test_a_large_valid_file(repository) -> None:
    text = "services:\n" + "".join(f"  s{n}:\n    ports: ['{1 + n % 60000}:80']\n" for n in range(12_000))
    repository.stage({"compose.yaml": text})
    started = time.process_time()
    done = run(repository.path, "--format", "json", "compose.yaml")
    assert json.loads(done.stdout) == []
    assert time.process_time() - started < 1


def test_a_thousand_services_on_one_port(repository) -> None:
    text = "services:\n" + "".join(f"  s{n}:\n    ports: ['8080:80', '1-65535:1-65535/udp']\n" for n in range(3000))
    repository.stage({"compose.yaml": text})
    done = run(repository.path, "--format", "concise", "compose.yaml")
    assert done.stdout.count("PRT001") == 2 * 2999
