"""What reading a Dockerfile costs a process: nothing is loaded that the file does not ask for."""

from __future__ import annotations

import subprocess
import sys

import pytest

PACKAGE = "guardrail_hooks.formats.dockerfile"


def loaded(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    return set(done.stdout.split())


def test_importing_the_reader_loads_no_parser():
    names = loaded(f"import {PACKAGE}")
    assert not names & {
        "dockerfile_parse",
        "json",
        "logging",
        "typing",
        "dataclasses",
        "pathlib",
        "subprocess",
        "enum34",
    }


@pytest.mark.parametrize(
    ("content", "extra"),
    [
        pytest.param("FROM a\nRUN b\nUSER c\n", set(), id="a plain file"),
        pytest.param("FROM a\nUSER $X\n", {"lexer"}, id="a variable"),
        pytest.param("FROM a\nRUN <<E\nE\n", {"lexer", "heredocs"}, id="a here-document"),
        pytest.param("FROM a\nENV X=a\nUSER ${X#a}\n", {"lexer", "patterns"}, id="a pattern"),
        pytest.param("FROM a\nRUN --mount=from=b c\n", {"mounts"}, id="a mount"),
        pytest.param("FROM a\nEXPOSE 80\n", {"values"}, id="a port"),
    ],
)
def test_modules_of_the_reader_are_loaded_on_demand(content, extra):
    names = loaded(f"from {PACKAGE} import read\nread({content.encode()!r}).stages")
    optional = {"comments", "heredocs", "lexer", "mounts", "patterns", "values"}
    assert {name for name in optional if f"{PACKAGE}.{name}" in names} == extra
    assert not names & {"typing", "dataclasses", "pathlib", "subprocess"}
