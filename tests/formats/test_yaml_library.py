"""ruamel.yaml is imported in parts, and whole for whoever wants it whole."""

from __future__ import annotations

import subprocess
import sys

PARTS = "from guardrail_hooks.formats import yaml_nodes; yaml_nodes.read(b'a: 1'); import sys; "


def run(code: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_reading_imports_no_loader_and_no_dumper() -> None:
    assert (
        run(PARTS + "print('ruamel.yaml.main' in sys.modules, 'ruamel.yaml.constructor' in sys.modules)")
        == "False False"
    )


def test_the_whole_package_can_still_be_imported() -> None:
    whole = "from ruamel.yaml import YAML; print(YAML(typ='safe', pure=True).load('a: [1, 2]'))"
    assert run(PARTS + whole) == "{'a': [1, 2]}"


def test_a_package_that_is_there_already_is_used() -> None:
    assert run("import ruamel.yaml as whole; " + PARTS + "print(sys.modules['ruamel.yaml'] is whole)") == "True"
