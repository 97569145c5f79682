"""Every format of every hook against the schema of those who read it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path
from urllib.parse import unquote

import pytest
from jsonschema import Draft4Validator, Draft202012Validator

from tests.reports.scene import FOLDER, HOOKS, files, run

DATA = Path(__file__).resolve().parent.parent / "data"
SARIF = Draft4Validator(
    json.loads((DATA / "sarif-2.1.0-rtm.5.json").read_text()), format_checker=Draft4Validator.FORMAT_CHECKER
)
FINDINGS = Draft202012Validator(
    json.loads(resources.files("guardrail_hooks.core.report").joinpath("findings.schema.json").read_text())
)
KEYS = [
    "code",
    "rule",
    "severity",
    "path",
    "line",
    "column",
    "end_line",
    "end_column",
    "message",
    "subject",
    "fix",
    "docs",
]
# What GitLab's parser asks of a degradation ("Code Quality report format").
DEGRADATIONS = Draft202012Validator(
    {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": {"type": "string", "minLength": 1},
                "check_name": {"type": "string", "minLength": 1},
                "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": {"type": "string", "minLength": 1, "not": {"pattern": r"^(\./|/)"}},
                        "lines": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": {
                                "begin": {"type": "integer", "minimum": 1},
                                "end": {"type": "integer", "minimum": 1},
                            },
                        },
                    },
                },
            },
        },
    }
)
# docs.github.com, "SARIF support for code scanning": what is refused or cut beyond these.
RUNS, RESULTS, RULES, DESCRIPTION, NAME = 20, 25_000, 25_000, 1024, 255
CLEAN = {"a.txt": "nothing to judge\n"}


@pytest.fixture(params=["hostile", "clean", "no file"])
def situation(request, monkeypatch):
    """A repository in which everything is wrong, one in which nothing is, and a finding that is about no file."""
    if request.param == "hostile":
        return request.getfixturevalue("hostile")
    repository = request.getfixturevalue("repository")
    repository.commit(CLEAN)
    if request.param == "no file":
        repository.commit({"CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n"})
        repository.stage({"a.py": "x = 1\n"})
        monkeypatch.setenv("CHANGELOG_SKIP", "short")
    return repository


@pytest.mark.parametrize("hook", HOOKS)
def test_json(situation, monkeypatch, hook) -> None:
    _, out, _ = run(monkeypatch, hook, "--format", "json")
    findings = json.loads(out)
    FINDINGS.validate(findings)
    assert all(list(finding) == KEYS for finding in findings)


def test_the_schemas_are_schemas_and_ours_refuse_what_is_not_there() -> None:
    Draft4Validator.check_schema(SARIF.schema)
    Draft202012Validator.check_schema(FINDINGS.schema)
    assert list(FINDINGS.schema["$defs"]["finding"]["properties"]) == KEYS
    texts = {"code": "USR001", "rule": "a-b", "severity": "error", "message": "m", "subject": "s", "docs": "https://x"}
    good = dict.fromkeys(KEYS, 1) | texts | {"path": None, "fix": None}
    FINDINGS.validate([good])
    for broken in ({"code": "USR1"}, {"severity": "off"}, {"line": 0}, {"message": ""}, {"path": ""}, {"docs": "x"}):
        assert not FINDINGS.is_valid([good | broken])
    for key in KEYS:
        assert not FINDINGS.is_valid([{name: value for name, value in good.items() if name != key}])


@pytest.mark.parametrize("hook", HOOKS)
def test_sarif(situation, monkeypatch, hook) -> None:
    _, out, _ = run(monkeypatch, hook, "--format", "sarif")
    log = json.loads(out)
    SARIF.validate(log)
    (only,) = log["runs"]
    rules = only["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules) <= RULES
    for rule in rules:
        assert len(rule["shortDescription"]["text"]) <= DESCRIPTION
        assert len(rule["fullDescription"]["text"]) <= DESCRIPTION
        assert len(rule["name"]) <= NAME
        assert rule["help"]["text"]
        assert rule["help"]["markdown"].count("~~~~") in (0, 2, 4)
        assert rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
    assert len(only["results"]) <= RESULTS
    prints = [result["partialFingerprints"]["guardrailSubject/v1"] for result in only["results"]]
    assert len(set(prints)) == len(prints)
    for result in only["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("warning", "error")
        assert result["message"]["text"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["artifactLocation"]["uriBaseId"] in only["originalUriBaseIds"]
        assert re.fullmatch(r"(?:[A-Za-z0-9_.~/-]|%[0-9A-F]{2})+", place["artifactLocation"]["uri"])
        unquote(place["artifactLocation"]["uri"], errors="strict")
        region = place["region"]
        assert min(region.values()) >= 1
        assert (region["endLine"], region["endColumn"]) >= (region["startLine"], region["startColumn"])


@pytest.mark.parametrize("hook", HOOKS)
def test_sarif_identity_survives_lines_above_and_is_that_of_gitlab(repository, monkeypatch, hook) -> None:
    def prints(style: str) -> list[str]:
        told = json.loads(run(monkeypatch, hook, "--format", style)[1])
        if style == "gitlab":
            return sorted(issue["fingerprint"] for issue in told)
        return sorted(result["partialFingerprints"]["guardrailSubject/v1"] for result in told["runs"][0]["results"])

    plain = {path: text for path, text in files().items() if FOLDER not in path and "broken" not in path}
    repository.commit(plain)
    before = prints("sarif")
    assert before == prints("gitlab")
    above = {
        "Dockerfile": "# a\n",
        ".mcp.json": "\n\n",
        "compose.yaml": "# a\n\n",
        "PortRegistry.md": "\n\n",
    }
    repository.commit({path: above.get(path, "") + text for path, text in plain.items()})
    assert set(before) <= set(prints("sarif"))


@pytest.mark.parametrize("hook", HOOKS)
def test_gitlab(situation, monkeypatch, hook) -> None:
    _, out, _ = run(monkeypatch, hook, "--format", "gitlab")
    issues = json.loads(out)
    DEGRADATIONS.validate(issues)
    prints = [issue["fingerprint"] for issue in issues]
    assert len(set(prints)) == len(prints)


def test_gitlab_reports_of_all_hooks_can_be_put_together(hostile, monkeypatch) -> None:
    prints = [
        issue["fingerprint"] for hook in HOOKS for issue in json.loads(run(monkeypatch, hook, "--format", "gitlab")[1])
    ]
    assert len(set(prints)) == len(prints) > 50


@pytest.mark.parametrize("style", ["gitlab", "json"])
@pytest.mark.parametrize("hook", ["no-root-dockerfile", "pinned-base-image"])
def test_what_a_driver_splits_adds_up_to_the_whole(hostile, monkeypatch, hook, style) -> None:
    paths = [path for path in files() if path.endswith(("ockerfile", "compose.yaml"))]
    whole = json.loads(run(monkeypatch, hook, "--format", style, "--", *paths)[1])
    parts = [json.loads(run(monkeypatch, hook, "--format", style, "--", path)[1]) for path in paths]
    assert sorted(map(json.dumps, whole)) == sorted(json.dumps(one) for part in parts for one in part)


def test_what_is_no_file_is_called_by_its_name(repository, monkeypatch) -> None:
    repository.commit({"CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n"})
    repository.stage({"a.py": "x = 1\n"})
    monkeypatch.setenv("CHANGELOG_SKIP", "short")
    hook = "changelog-required"
    assert run(monkeypatch, hook)[1].startswith("CHANGELOG_SKIP: CHG110 ")
    assert run(monkeypatch, hook, "--format", "github")[1].startswith("::error title=CHG110 ")
    assert json.loads(run(monkeypatch, hook, "--format", "gitlab")[1])[0]["location"]["path"] == "CHANGELOG_SKIP"
    (result, *_) = json.loads(run(monkeypatch, hook, "--format", "sarif")[1])["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "CHANGELOG_SKIP"
    assert json.loads(run(monkeypatch, hook, "--format", "json")[1])[0]["path"] is None


READER = shutil.which("sarif", path=str(Path(sys.executable).parent)) or shutil.which("sarif")


@pytest.mark.skipif(not READER, reason="sarif-tools is not installed (pip install sarif-tools)")
def test_a_reader_accepts_it(hostile, monkeypatch, tmp_path) -> None:
    found = 0
    for hook in HOOKS:
        _, out, _ = run(monkeypatch, hook, "--format", "sarif")
        (tmp_path / f"{hook}.sarif").write_text(out)
        found += len(json.loads(out)["runs"][0]["results"])
    empty = {"version": "2.1.0", "runs": []}
    (tmp_path / "empty.sarif").write_text(json.dumps(empty))
    all_files = sorted(str(path) for path in tmp_path.glob("*-*.sarif"))

    def read(*arguments: str) -> str:
        done = subprocess.run([READER, *arguments], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    summary = read("summary", *all_files)
    counts = re.findall(r"(?m)^(error|warning|note): (\d+)$", summary)
    assert sum(int(count) for _, count in counts) == found
    assert read("ls", *all_files).count(".sarif") >= len(HOOKS)
    difference = read("diff", str(tmp_path / "empty.sarif"), all_files[2])
    assert "USR001" in difference
    assert "all levels: +0 +0" in read("diff", all_files[2], all_files[2])
    csv = tmp_path / "all.csv"
    read("csv", "-o", str(csv), *all_files)
    assert csv.read_text().count("USR001") >= 2
