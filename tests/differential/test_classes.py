"""The smallest example of every class in which another tool judges otherwise, with our verdict (see README.md here)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from guardrail_hooks.no_root_dockerfile.cli import HOOK as ROOT
from guardrail_hooks.pinned_base_image.cli import HOOK as PINNED
from guardrail_hooks.port_registry_conflict.cli import HOOK as PORTS

from tests import verdicts

SCRIPTS = Path(sys.executable).parent
DIGEST = "sha256:" + "0a" * 32


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("FROM debian:12 AS a\nUSER root\nFROM debian:12\nUSER 1\n", [], id="root in a builder"),
        pytest.param("FROM debian:12\nCMD x\n", ["1:6 USR002"], id="no USER at all"),
        pytest.param("FROM debian:12 AS a\nUSER 0\nFROM a\nCMD x\n", ["2:6 USR001"], id="root inherited"),
        pytest.param("FROM debian:12\nARG U=root\nUSER $U\n", ["3:6 USR001"], id="root by a variable"),
        pytest.param('FROM debian:12\nUSER "root"\n', ["2:6 USR001"], id="root in quotes"),
        pytest.param("FROM debian:12\nUSER 00\n", ["2:6 USR001"], id="uid 0 with another zero"),
        pytest.param("FROM debian:12\nRUN << EOF\nx\nEOF\nUSER root\n", ["5:6 USR001"], id="behind a here-document"),
        pytest.param("FROM gcr.io/distroless/base:nonroot\n", [], id="no USER on a base that has one"),
        pytest.param("FROM scratch\nCOPY a /\n", [], id="scratch without a command"),
        pytest.param("FROM debian:12 AS a\nUSER 1\nFROM debian:12\nCMD x\n", ["3:6 USR002"], id="USER in a builder"),
        pytest.param("FROM debian:12\nENV A\nUSER root\n", ["2:1 USR900"], id="a file that docker build refuses"),
    ],
)  # fmt: skip
def test_users(text, expected) -> None:
    assert verdicts.places(verdicts.findings(ROOT, {"Dockerfile": text})) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("ARG T=latest\nFROM debian:$T\n", ["2:6 PIN002"], id="a variable"),
        pytest.param("FROM debian:12\nCOPY --from=acme/x:latest a b\n", ["2:13 PIN002"], id="COPY --from"),
        pytest.param("FROM acme/x:latest-slim\n", ["1:6 PIN002"], id="a variant of latest"),
        pytest.param("FROM reg:5000/acme/x\n", ["1:6 PIN001"], id="the colon of a port"),
        pytest.param("FROM debian:12 AS Build\nFROM build\n", [], id="a stage in other letters"),
        pytest.param(f"ARG B=debian:12@{DIGEST}\nFROM $B\n", [], id="a variable with a digest"),
        pytest.param("FROM debian:12\nFROM alpine:latest\n", ["2:6 PIN002"], id="an image behind the first"),
        pytest.param("ARG B\nFROM $B\n", [], id="a variable that nothing sets"),
    ],
)
def test_images(text, expected) -> None:
    assert verdicts.places(verdicts.findings(PINNED, {"Dockerfile": text}, "--policy", "no-latest")) == expected


WORKFLOW = "on: push\njobs:\n  a:\n    runs-on: x\n    container: {}\n    steps: []\n"


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        pytest.param("node", ["5:16 PIN001"], id="no tag"),
        pytest.param("${{ matrix.image }}", [], id="an expression"),
        pytest.param("''", [], id="no container"),
    ],
)
def test_images_of_workflows(image, expected) -> None:
    files = {".github/workflows/a.yml": WORKFLOW.replace("{}", image)}
    found = verdicts.findings(PINNED, files, "--policy", "no-latest", "--surface", "gha")
    assert verdicts.places(found) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param("ports: ['80']", "ports: ['80']", [], id="container ports alone"),
        pytest.param("{profiles: [x], ports: ['80:1']}", "{profiles: [y], ports: ['80:1']}", [], id="profiles"),
        pytest.param("ports: ['127.0.0.1:80:1']", "ports: ['127.0.0.2:80:1']", [], id="addresses"),
        pytest.param("ports: ['80:1/udp']", "ports: ['80:1']", [], id="protocols"),
        pytest.param("{scale: 0, ports: ['80:1']}", "ports: ['80:1']", [], id="no copies"),
        pytest.param("ports: ['${P:-80}:1']", "ports: ['80:1']", ["PRT001"], id="a variable"),
        pytest.param("&a {ports: ['80:1']}", "{<<: *a}", ["PRT001"], id="a merge key"),
        pytest.param("ports: ['80:1']", "extends: a", ["PRT001"], id="extends"),
        pytest.param("ports: ['80:1', '80:2']", "{}", ["PRT001"], id="one service twice"),
        pytest.param("ports: ['80-81:1-2']", "ports: [{target: 1, published: 081}]", ["PRT001"], id="another writing"),
        pytest.param("ports: ['80:1']", "{unknown_key: 1, ports: ['80:1']}", ["PRT001"], id="an unknown key"),
    ],
)
def test_ports(one, other, expected) -> None:
    services = "".join(
        f"  {name}: {text if text[0] in '{&' else '{' + text + '}'}\n" for name, text in (("a", one), ("b", other))
    )
    found = verdicts.findings(PORTS, {"compose.yaml": f"services:\n{services}"}, "--severity", "PRT3=off")
    assert [row.rule.code for row in found] == expected


TOWNCRIER = '[tool.towncrier]\ndirectory = "news"\nfilename = "NEWS.rst"\n'


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"a.py": "2\n"}, ["CHG108"], id="no fragment"),
        pytest.param({"a.py": "2\n", "news/1.bugfix.rst": "Mend it.\n"}, [], id="a fragment"),
        pytest.param({"uv.lock": "2\n"}, [], id="only a lock"),
        pytest.param({"a.py": "2\n", "news/1.bogus.rst": "Mend it.\n"}, ["CHG109"], id="no type of its own"),
    ],
)
def test_changelogs(changes, expected, repository) -> None:
    repository.commit({"a.py": "1\n", "uv.lock": "1\n", "pyproject.toml": TOWNCRIER, "NEWS.rst": "News\n====\n"})
    repository.stage(changes)
    command = [SCRIPTS / "changelog-required", "--format", "json"]
    done = subprocess.run(command, cwd=repository.path, capture_output=True, check=False)
    assert [row["code"] for row in json.loads(done.stdout)] == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        pytest.param("API_KEY", "your-api-key-here", [], id="a placeholder"),
        pytest.param("API_KEY", "${API_KEY}", [], id="a reference"),
        pytest.param("COMMIT", "0a1b2c3d" * 5, [], id="a hash"),
        pytest.param("AGENT_TOKEN", "0a7c3e91b5" * 4, ["MCG202"], id="as long as a hash, but named for a secret"),
        pytest.param("X", "gs" + "k_" + "A1b2" * 10, ["MCG201"], id="a published form"),
    ],
)
def test_secrets(name, value, expected, repository) -> None:
    servers = {"mcpServers": {"a": {"command": "a", "env": {name: value}}}}
    repository.stage({".mcp.json": json.dumps(servers)})
    command = [SCRIPTS / "mcp-config-guard", "--format", "json"]
    done = subprocess.run(command, cwd=repository.path, capture_output=True, check=False)
    assert [row["code"] for row in json.loads(done.stdout) if row["code"].startswith("MCG2")] == expected
