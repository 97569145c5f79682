"""The manifest: what drivers read of us, and which files they hand over."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from guardrail_hooks.core import judge
from guardrail_hooks.core.options import parse
from guardrail_hooks.core.snapshot import Memory
from guardrail_hooks.formats import file_names
from guardrail_hooks.port_registry_conflict.registry_names import NAMES as REGISTRY_NAMES
from identify import identify
from pre_commit.clientlib import MANIFEST_HOOK_DICT
from ruamel.yaml import YAML

from tests.packaging.names import DOCKERFILE, NAMES, NOBODY, PIN, PRT, REGISTRIES, USR

ROOT = Path(__file__).resolve().parent.parent
ENTRIES = YAML(typ="safe", pure=True).load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
BY_ID = {entry["id"]: entry for entry in ENTRIES}
FILE_HOOKS = (USR, PIN, PRT)
IDS = {*FILE_HOOKS, "changelog-required", "changelog-required-msg", "mcp-config-guard", "mcp-config-approve"}
SCRIPTS = dict(
    re.findall(r'(?m)^([a-z-]+) = "(guardrail_hooks\.[a-z_]+\.cli):main"$', (ROOT / "pyproject.toml").read_text())
)
# Of the keys a driver knows, those that mean the same in pre-commit and in prek and that we have a use for.
KEYS = {
    "id", "name", "description", "entry", "language", "stages", "types", "files", "always_run", "pass_filenames",
    "require_serial",
}  # fmt: skip


def test_ids_are_unique_and_those_that_users_have_in_their_configurations() -> None:
    assert len(BY_ID) == len(ENTRIES)
    assert BY_ID.keys() == IDS


def test_keys_are_known_to_the_driver() -> None:
    assert {item.key for item in MANIFEST_HOOK_DICT.items if hasattr(item, "key")} >= KEYS
    for entry in ENTRIES:
        assert entry.keys() <= KEYS
        assert entry.keys() >= {"id", "name", "description", "entry", "language", "stages"}


def test_entries_are_console_scripts_of_this_package_and_every_script_is_an_entry() -> None:
    assert {entry["entry"].split()[0] for entry in ENTRIES} == SCRIPTS.keys()
    for module in SCRIPTS.values():
        assert callable(importlib.import_module(module).main)
    for entry in ENTRIES:
        assert entry["language"] == "python"


def test_all_hooks_share_one_environment_and_follow_the_users_python() -> None:
    for entry in ENTRIES:
        assert not {"language_version", "additional_dependencies", "minimum_pre_commit_version"} & entry.keys()


def test_stages_keep_a_hook_from_running_at_commit_msg() -> None:
    for name in SCRIPTS:
        assert BY_ID[name]["stages"] == ["pre-commit", "pre-merge-commit", "pre-push", "manual"]
    assert BY_ID["changelog-required-msg"]["stages"] == ["commit-msg"]
    assert BY_ID["mcp-config-approve"]["stages"] == ["manual"]


def test_hooks_that_must_see_deletions_always_run() -> None:
    for name, entry in BY_ID.items():
        assert entry.get("always_run", False) == (name not in FILE_HOOKS)
        assert ("files" in entry) == (name in FILE_HOOKS)
        assert entry.get("pass_filenames", True) == (name in {*FILE_HOOKS, "changelog-required-msg"})


@pytest.mark.parametrize("name", FILE_HOOKS)
def test_file_hooks_take_any_text_file_with_the_right_name(name) -> None:
    assert BY_ID[name]["types"] == ["text"]


def test_identify_knows_too_few_dockerfiles_by_name() -> None:
    assert "dockerfile" not in identify.tags_from_filename("app.dockerfile")


def test_the_pattern_of_the_manifest_is_that_of_the_code() -> None:
    assert BY_ID[USR]["files"] == file_names.DOCKERFILE
    others = (file_names.COMPOSE, file_names.DEVCONTAINER, file_names.BAKE)
    together = "|".join([file_names.DOCKERFILE, *(other.removeprefix("(?i)") for other in others)])
    assert BY_ID[PIN]["files"] == together


def test_the_names_are_many_and_of_every_kind() -> None:
    assert len(NAMES) > 3000
    assert {hooks: list(NAMES.values()).count(hooks) > 20 for hooks in set(NAMES.values())} == dict.fromkeys(
        [DOCKERFILE, (PIN, PRT), (PIN,), (PRT,), NOBODY], True
    )
    assert set(REGISTRIES) == set(REGISTRY_NAMES)


@pytest.mark.parametrize("name", FILE_HOOKS)
def test_the_pattern_takes_these_names_and_no_other(name) -> None:
    taken = re.compile(BY_ID[name]["files"])
    assert [path for path, hooks in NAMES.items() if (taken.search(path) is not None) != (name in hooks)] == []


@pytest.mark.parametrize("name", FILE_HOOKS)
def test_a_run_without_a_driver_looks_at_the_same_files(name) -> None:
    """What the driver hands over and what the hook itself looks for when no file is named must not differ."""
    hook = importlib.import_module(SCRIPTS[name]).HOOK
    found = judge.named_or_all(hook, parse(name, hook.options, []), Memory(dict.fromkeys(NAMES, "")))
    assert set(found) == {path for path, hooks in NAMES.items() if name in hooks}


@pytest.mark.parametrize("driver", ["pre-commit", "prek"])
def test_the_driver_accepts_the_manifest(driver) -> None:
    program = Path(sys.executable).parent / driver
    done = subprocess.run(
        [program, "validate-manifest", ROOT / ".pre-commit-hooks.yaml"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
