"""README.md and CHANGELOG.md say what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from guardrail_hooks import __version__
from guardrail_hooks.core import allow
from guardrail_hooks.core.finding import ADDRESS
from ruamel.yaml import YAML

from tests import readme

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MANIFEST = YAML(typ="safe", pure=True).load((ROOT / ".pre-commit-hooks.yaml").read_text())
HOOKS = sorted({entry["entry"].split()[0] for entry in MANIFEST})


def test_the_tables_are_up_to_date() -> None:
    assert readme.written(README) == README, "run python3 tests/readme.py"


@pytest.mark.parametrize("entry", [pytest.param(entry, id=entry["id"]) for entry in MANIFEST])
def test_every_id_stands_in_the_readme(entry) -> None:
    assert f"- id: {entry['id']}\n" in README


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_has_its_tables(name) -> None:
    assert f"<!-- rules: {name} -->" in README
    assert f"<!-- options: {name} -->" in README


@pytest.mark.parametrize("name", [*HOOKS, "allow"])
def test_the_address_that_findings_print_leads_to_an_anchor(name) -> None:
    for rule in readme.rules_of(name):
        assert rule.docs == f"{ADDRESS}#{rule.anchor}"
        assert README.count(f'<a id="{rule.anchor}"></a>') == 1


def test_codes_and_names_are_unique() -> None:
    rules = [rule for name in HOOKS for rule in readme.rules_of(name)] + list(allow.RULES)
    assert len({rule.code for rule in rules}) == len({rule.name for rule in rules}) == len(rules)


@pytest.mark.parametrize("name", [*HOOKS, "allow"])
def test_every_rule_is_documented(name) -> None:
    for rule in readme.rules_of(name):
        assert re.fullmatch(r"[A-Z]{3}\d{3}", rule.code)
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
        assert rule.what.endswith(".")
        assert rule.why.endswith(".")
        assert rule.summary == rule.summary.rstrip(".")
        assert (rule.summary + rule.message + (rule.fix or "")).isascii()


def test_the_revision_that_users_copy_is_the_version() -> None:
    assert set(re.findall(r"(?m)^\s*rev: (\S+)$", README)) == {f"v{__version__}"}


def test_the_changelog_has_an_open_section() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert changelog.startswith("# Changelog\n")
    assert "\n## [Unreleased]\n" in changelog


def test_links_within_the_readme_lead_somewhere() -> None:
    headings = {
        re.sub(r"[^\w -]", "", line).strip().lower().replace(" ", "-") for line in re.findall(r"(?m)^#+ (.*)$", README)
    }
    anchors = headings | set(re.findall(r'<a id="([^"]+)">', README))
    assert set(re.findall(r"\]\(#([^)]+)\)", README)) <= anchors


def test_what_users_install_straight_from_git_is_the_version() -> None:
    assert set(re.findall(r"guardrail-hooks@(v[\w.]+)", README)) == {f"v{__version__}"}


def test_the_weekly_workflow_can_be_copied() -> None:
    block = next(text for text in re.findall(r"(?s)```yaml\n(.*?)```", README) if "name: digests" in text)
    jobs = YAML(typ="safe", pure=True).load(block)["jobs"]
    assert sorted(jobs) == ["fix", "verify"]
    for action, note in re.findall(r"(?m)uses: (\S+)(.*)$", block):
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action)
        assert re.fullmatch(r" # v[\d.]+", note)
    known = {option.name for option in readme.options_of("pinned-base-image")}
    for line in re.findall(r"(?m)pinned-base-image (--.*)$", block):
        assert set(re.findall(r"--([a-z-]+)", line)) <= known
