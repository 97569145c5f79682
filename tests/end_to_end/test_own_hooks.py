"""This repository obeys its own hooks, all of them, in the configuration that is used in public."""

from __future__ import annotations

import re

import pytest
from ruamel.yaml import YAML

from tests.end_to_end.conftest import DRIVERS_HOME, ROOT, Consumer, demo, manifest
from tests.packaging import own_hooks

TEXT = (ROOT / ".github/guardrails.yaml").read_text(encoding="utf-8")


def test_every_id_of_the_manifest_is_configured() -> None:
    (repository,) = YAML(typ="safe", pure=True).load(TEXT)["repos"]
    assert [hook["id"] for hook in repository["hooks"]] == [entry["id"] for entry in manifest()]
    assert "repo: /somewhere\n  rev: v1\n" in own_hooks.configuration(TEXT, own_hooks.Path("/somewhere"), "v1")


@pytest.mark.xdist_group("installation")
def test_this_repository_obeys_its_own_hooks(consumer: Consumer) -> None:
    hooks, tag = demo.hook_repository(DRIVERS_HOME)
    listed = consumer.call("git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard")[1]
    for name in listed.split("\0"):
        if name and not name.startswith(f"{own_hooks.EXAMPLES}/") and (ROOT / name).is_file():
            consumer.write(name, (ROOT / name).read_bytes())
    base = consumer.commit(message="everything but the examples")
    consumer.write(".git/message", "Add a module\n")
    configured = consumer.write(".git/guardrails.yaml", own_hooks.configuration(TEXT, hooks, tag))

    consumer.commit({"hooks/guardrail_hooks/new.py": "\n"})
    *everything, changes = own_hooks.runs(configured, base, "HEAD")
    code, said = consumer.call(consumer.driver, *changes)
    assert code == 1
    assert "CHANGELOG.md:1:1: CHG101 1 file changed in this repository (hooks/guardrail_hooks/new.py)" in said

    written = (consumer.path / "CHANGELOG.md").read_text(encoding="utf-8")
    entry = "## [Unreleased]\n\n### Security\n\n- There is a new module that closes a hole.\n"
    consumer.commit({"CHANGELOG.md": written.replace("## [Unreleased]\n", entry, 1)})
    ran: set[str] = set()
    for arguments in [*everything, changes]:
        code, said = consumer.call(consumer.driver, *arguments, "--verbose")
        assert code == 0, said
        ran |= set(re.findall(r"(?m)^- hook id: (\S+)$", said))
    silent = {entry["id"] for entry in manifest()} - ran
    assert silent <= {entry["id"] for entry in manifest() if "files" in entry}  # there may be no file for these
