"""The pages say what the code says: tables, anchors, links, options, codes and numbers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from guardrail_hooks import __version__
from guardrail_hooks.core import allow, change, judge
from guardrail_hooks.core.finding import ADDRESS
from guardrail_hooks.mcp_config_guard import people, records
from guardrail_hooks.pinned_base_image import cli as pinned
from guardrail_hooks.pinned_base_image import listing
from guardrail_hooks.pinned_base_image.registry import enquiry
from guardrail_hooks.pinned_base_image.registry.transport import is_loopback
from guardrail_hooks.pinned_base_image.uses import OPT_IN
from ruamel.yaml import YAML

from tests import readme, snippets
from tests.snippets import FENCE

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [page.relative_to(ROOT).as_posix() for page in snippets.pages()]
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
    """Of this project; the manifest repository of an organisation has versions of its own."""
    assert set(re.findall(rf"(?m)repo: {re.escape(ADDRESS)}\n *rev: (\S+)$", README)) == {f"v{__version__}"}


def test_the_changelog_has_an_open_section() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert changelog.startswith("# Changelog\n")
    assert "\n## [Unreleased]\n" in changelog


def anchors(page: Path) -> set[str]:
    """What a link can lead to within a page: its headings, as GitHub names them, and its anchors."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    headings = {
        re.sub(r"[^\w -]", "", line).strip().lower().replace(" ", "-") for line in re.findall(r"(?m)^#+ (.*)$", text)
    }
    return headings | set(re.findall(r'<a id="([^"]+)">', text))


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page) -> None:
    """Links within the repository lead to a file that is tracked, and to a heading or anchor in it."""
    text = FENCE.sub("", (ROOT / page).read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?://", target):
            continue
        name, _, anchor = target.partition("#")
        file = (ROOT / page).parent / name if name else ROOT / page
        assert file.is_file(), target
        assert not anchor or anchor in anchors(file), target


def test_every_page_is_linked_from_the_readme() -> None:
    assert {page for page in PAGES if page != "README.md"} <= set(re.findall(r"\]\((docs/[^)#]+)", README))


@pytest.mark.parametrize("page", PAGES)
def test_what_users_install_straight_from_git_is_the_version(page) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert set(re.findall(r"guardrail-hooks@(v[\w.]+)", text)) <= {f"v{__version__}"}
    assert set(re.findall(r"github\.com/[\w-]+/guardrail-hooks", text)) <= {ADDRESS.removeprefix("https://")}


# Nothing below may pass because nothing was looked at: options, codes and numbers that the pages name in prose. What
# stands in fences is run (tests/test_snippets.py), what stands in tables between marks is generated (above).


def prose(page: str) -> str:
    """A page without its fences and without what is generated."""
    return readme.BLOCK.sub("", FENCE.sub("", (ROOT / page).read_text(encoding="utf-8")))


def options_by_hook() -> dict[str, set[str]]:
    """All options of each hook, and of its commands for people."""
    found = {name: {option.name for option in readme.hook(name).options} for name in HOOKS}
    found["mcp-config-guard"] |= {option.name for table in people.TABLES.values() for option in table}
    return found


# Flags of Dockerfile instructions, which tests/pinned_base_image/test_cases.py has.
FLAGS = {"from", "mount"}
# Options of other programs, with the command whose help has them.
FOREIGN = {
    "all-files": ("pre-commit", "run", "--help"),
    "hook-stage": ("pre-commit", "run", "--help"),
    "no-verify": ("git", "commit", "-h"),
}


@pytest.mark.parametrize("page", PAGES)
def test_options_that_a_page_names_exist(page) -> None:
    """In the section or on the page of a hook they are options of that hook."""
    known = options_by_hook()
    for part in re.split(r"(?m)^(?=## )", prose(page)):
        title = part.removeprefix("## ").partition("\n")[0]
        owner = title if title in HOOKS else Path(page).stem if Path(page).stem in HOOKS else None
        for name in set(re.findall(r"(?<![\w-])--([a-z][a-z-]*)", part)) - FLAGS - FOREIGN.keys():
            assert name in (known[owner] if owner else set().union(*known.values())), f"--{name} in {title}"


@pytest.mark.parametrize("name", FOREIGN)
def test_options_of_other_programs_exist(name) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(FOREIGN[name], env={**os.environ, "PATH": path}, capture_output=True, text=True)
    said = done.stdout + done.stderr
    assert f"--{name}" in said.replace("--[no-]", "--no-") + said
    assert any(f"--{name}" in (ROOT / page).read_text(encoding="utf-8") for page in PAGES)


@pytest.mark.parametrize("hook", HOOKS)
def test_every_option_stands_in_the_readme(hook) -> None:
    tables = snippets.section(hook) + snippets.section("Options of every hook")
    assert [one.name for one in readme.hook(hook).options if f"--{one.name}" not in tables] == []


@pytest.mark.parametrize("page", PAGES)
def test_codes_that_a_page_names_are_those_of_rules(page) -> None:
    rules = {rule.code for name in [*HOOKS, "allow"] for rule in readme.rules_of(name)}
    named = set(re.findall(r"\b[A-Z]{3}\d{3}\b", (ROOT / page).read_text(encoding="utf-8")))
    assert named - rules <= {"PRT401", "PRT402"}  # which the next test has


@pytest.mark.parametrize(("registry", "code"), [("missing.md", "PRT401"), ("empty.md", "PRT402")])
def test_codes_of_runs_that_end_without_a_verdict(repository, capfd, registry, code) -> None:
    repository.stage({"compose.yaml": "services: {}\n", "empty.md": "nothing\n"})
    hook = readme.hook("port-registry-conflict")
    assert judge.main(hook, ["--registry", registry, "compose.yaml"]) == judge.CANNOT_JUDGE
    assert f"({code})" in capfd.readouterr().err


def test_the_speed_that_the_readme_shows_is_within_the_budgets() -> None:
    assert readme.speed()
    for what, row in readme.speed().items():
        assert 1 < row["measured"] <= row["budget"], what


PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
PICTURE = (ROOT / "docs/refused-commit.svg").read_text(encoding="utf-8")
ASKING = [option for option in pinned.OPTIONS if option.group == pinned.DIGESTS]
STYLES = next(option.choices for option in readme.hook("changelog-required").options if option.name == "style")
CHANGE_HOOKS = [name for name in HOOKS if readme.hook(name).examine]
ORGANISATION = [one.name for one in snippets.read(ROOT / "README.md") if one.section.startswith("One configuration")]
# Every number that a page names in prose, in figures or in words, with enough of its sentence to be found, and what
# makes it true: a condition, the test that has it, or why it is no claim.
NUMBERS: dict[str, dict[str, bool | str]] = {
    "README.md": {
        "Five pre-commit hooks": len(HOOKS) == 5,
        "three of the five hooks": (PICTURE.count(">Failed<"), len(HOOKS)) == (3, 5),
        "Python 3.10 or newer": 'requires-python = ">=3.10"' in PYPROJECT,
        "prek.j178.dev": "an address",
        "`k8s`": "k8s" in OPT_IN,
        "The lower six": len(OPT_IN) == 6 and all(f"\n| `{name}` | " in README for name in OPT_IN),
        "These three ask": len(ASKING) == 3,
        "Rule 18": "rule18" in STYLES,
        "a port that two": "tests/port_registry_conflict/test_cases.py",
        "with exit code 2": judge.CANNOT_JUDGE == 2,
        "the exit code is 2": judge.CANNOT_JUDGE == 2,
        "fifteen characters": records.SHORTEST_REASON == 15,
        "two words and ten characters": (allow.FEWEST, allow.SHORTEST) == (2, 10),
        "| 0 | nothing": judge.CLEAN == 0,
        "| 1 | an error": judge.FAILED == 1,
        "| 2 | the hook": judge.CANNOT_JUDGE == 2,
        "`fetch-depth: 0`": "`fetch-depth: 0`" in change.DEEPEN,
        "guardrail-hooks@v0.1.0": __version__ == "0.1.0",
        "two hundred repositories": "any number",
        "It needs two": len(set(ORGANISATION) - {".pre-commit-config.yaml"}) == 2,
        "each of the two hundred": "any number",
        "The other two": len(CHANGE_HOOKS) == 2,
        **{f"{number}. ": "the number of a step" for number in range(1, 6)},
    },
    "docs/changelog-required.md": {
        "Rule 18": "rule18" in STYLES,
        "--style rule18 --template rule18": "rule18" in STYLES,
        "exit code 2": judge.CANNOT_JUDGE == 2,
    },
    "docs/mcp-config-guard.md": {
        "guardrail-hooks@v0.1.0": __version__ == "0.1.0",
        "id_ed25519_sk": "the name that ssh-keygen gives such a key",
        "Two branches": "tests/mcp_config_guard/test_people.py",
    },
    "docs/pinned-base-image.md": {
        "CycloneDX 1.6": 'specVersion": "1.6"' in Path(listing.__file__).read_text(encoding="utf-8"),
        "Three options": len(ASKING) == 3,
        "`tag@sha256:...`": "the name of the algorithm",
        "exit code 1": judge.FAILED == 1,
        "exit code is 2": judge.CANNOT_JUDGE == 2,
        "`127.0.0.0/8`": is_loopback("127.255.255.254") and not is_loopback("126.255.255.255"),
        "`[::1]`": is_loopback("::1"),
        "four at a time": enquiry.PARALLEL == 4,
        "`429`": "tests/pinned_base_image/registry/test_verify.py",
    },
    "docs/port-registry-conflict.md": {
        "`- **10000**: PostgreSQL (Database)`": "tests/port_registry_conflict/test_registry_markdown.py",
        "`- 10002-10003: core/neo4j`": "tests/port_registry_conflict/test_registry_markdown.py",
        "`- 53/udp: dns`": "tests/port_registry_conflict/test_registry_markdown.py",
        "`- 8080 -> web`": "tests/port_registry_conflict/test_registry_markdown.py",
        "`(10000-10099)` and `(12000+)`": "tests/port_registry_conflict/test_registry_markdown.py",
        "`10000: {service: ..., container: ...}`": "tests/port_registry_conflict/test_registry_yaml.py",
        "`WEB_PORT=8080`": "tests/port_registry_conflict/test_registry_yaml.py",
    },
}
# A page that tells what happened once, in one repository at one commit: its figures are a record, not a claim.
RECORDS = {"docs/adopting-a-large-repository.md"}
NUMBER = re.compile(
    r"\d+|\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|hundred|thousand)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("page", sorted(set(PAGES) - RECORDS))
def test_every_number_of_a_page_is_accounted_for(page) -> None:
    text = re.sub(r"\b[A-Z]{3}\d{3}\b|python3", "", prose(page))
    for words in sorted(NUMBERS.get(page, {}), key=len, reverse=True):
        assert words in text, f"{page} does not say {words!r} any more"
        text = text.replace(words, "")
    assert [line for line in text.splitlines() if NUMBER.search(line)] == []


@pytest.mark.parametrize(
    ("page", "words"), [pytest.param(page, words, id=f"{page}: {words}") for page in NUMBERS for words in NUMBERS[page]]
)
def test_every_number_is_true(page, words) -> None:
    reason = NUMBERS[page][words]
    assert reason
    if isinstance(reason, str) and reason.startswith("tests/"):
        assert (ROOT / reason).is_file()


def test_a_number_that_nobody_checks_is_found() -> None:
    assert NUMBER.search("takes 3 minutes")
    assert NUMBER.search("Seven of them")
    assert not NUMBER.search("often enough")
