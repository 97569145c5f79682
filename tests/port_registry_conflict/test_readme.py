"""What the manifest hands over, and that the documentation of every rule shows the rule."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from guardrail_hooks.core import explain
from guardrail_hooks.formats.file_names import COMPOSE
from guardrail_hooks.port_registry_conflict.cli import HOOK
from guardrail_hooks.port_registry_conflict.registry_names import FOLDERS, NAMES, may_be_registry
from guardrail_hooks.port_registry_conflict.rules import RULES
from ruamel.yaml import YAML

from tests import verdicts

ROOT = Path(__file__).resolve().parent.parent.parent
MANIFEST = YAML(typ="safe", pure=True).load((ROOT / ".pre-commit-hooks.yaml").read_text())
ENTRY = next(entry for entry in MANIFEST if entry["id"] == "port-registry-conflict")


@pytest.mark.parametrize("name", ["PORTS.md", "ports.yaml", "port-registry.json", "PortRegistry.md", "ports.env"])
def test_registries_are_handed_over(name) -> None:
    for folder in (*FOLDERS, "IMPORTANT", "IMPORTANT/deep/er"):
        path = f"{folder}/{name}".lstrip("/")
        assert may_be_registry(path)
        assert re.search(ENTRY["files"], path)
    assert name in NAMES
    assert not re.search(ENTRY["files"], f"vendor/{name}")


def test_the_manifest_takes_compose_files_and_their_variables() -> None:
    assert ENTRY["files"].startswith(COMPOSE)
    assert ENTRY["require_serial"] is True
    for path in ("compose.yaml", ".env", "app/.env", "portainer-stack.yml"):
        assert re.search(ENTRY["files"], path)
    for path in ("prod.env", "app.envrc", "README.md", "compose.yaml.j2", "src/ports.py", "exports.yaml"):
        assert not re.search(ENTRY["files"], path)


def tree_of(example: str) -> dict[str, str]:
    """The files that an example of a rule's documentation describes."""
    if not example.startswith(("#", "services")) or example.startswith("## "):
        return {"PORTS.md": example}
    files: dict[str, str] = {}
    path = "compose.yaml"
    for line in example.splitlines(keepends=True):
        if name := re.fullmatch(r"# ([\w.-]+\.(?:md|ya?ml))\n", line):
            path = name[1]
        elif line.startswith("# ") and path in ("PORTS.md", "ports.yaml"):
            files[path] = files.get(path, "") + line[2:]
        elif line.startswith("# --"):
            continue
        else:
            path = "compose.yaml" if path in ("PORTS.md", "ports.yaml") else path
            files[path] = files.get(path, "") + line
    return files


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.code) for rule in RULES])
def test_the_documentation_of_a_rule_shows_the_rule(rule) -> None:
    options = ["--severity", "PRT205=warning", *re.findall(r"--min-port \d+", rule.bad)]
    arguments = [part for option in options for part in option.split()]
    files = tree_of(rule.bad)
    if rule is RULES[16]:
        files["compose.yaml"] = "services:\n  web:\n    ports: ['8080:80']\n"
    codes = {one.rule.code for one in verdicts.findings(HOOK, files, *arguments)}
    assert rule.code in codes
    good = tree_of(rule.good)
    if rule.code == "PRT002":
        good = {**tree_of(rule.bad), **good}
    others = {one.rule.code for one in verdicts.findings(HOOK, good, *arguments)} - {"PRT205"}
    assert rule.code not in others
    assert explain.explain(HOOK.all_rules, rule.code)
