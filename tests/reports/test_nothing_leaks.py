"""No escape sequence, bidi control, command of a CI service or secret of the input is printed by any hook."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from ruamel.yaml import YAML

from tests.mcp_config_guard.terminal import talk
from tests.reports.scene import (
    ESCAPED,
    EVIL,
    FOLDER,
    FORMATS,
    HOOKS,
    LINE,
    PASSWORD,
    SECRETS,
    TOKEN,
    UNSAFE,
    build,
    commands,
    run,
)

REASON = f"a reason with {EVIL} and {TOKEN} in it"
OURS = re.compile("(?m)^::(?:error|warning) (?:file|title)=")
SCRIPTS = Path(sys.executable).parent


def assert_safe(text: str) -> None:
    """Nothing in a text is obeyed by a terminal or a CI service, and nothing in it is secret."""
    assert not UNSAFE.search(text), UNSAFE.search(text)
    for secret in SECRETS:
        assert secret not in text
    assert not commands(text)


@pytest.mark.parametrize("style", FORMATS)
@pytest.mark.parametrize("hook", HOOKS)
def test_findings(hostile, monkeypatch, hook, style) -> None:
    code, out, err = run(monkeypatch, hook, "--format", style, "--strict")
    assert code == 1
    assert ESCAPED.search(out)
    if style == "github":
        assert all(OURS.match(line) for line in out.splitlines())
        out = OURS.sub("", out)
    assert_safe(out)
    assert_safe(err)
    if style in ("gitlab", "json", "sarif"):
        json.dumps(json.loads(out), ensure_ascii=False).encode("utf-8")


CODES = {
    "changelog-required": "CHG3*",
    "mcp-config-guard": "MCG202",
    "no-root-dockerfile": "USR001",
    "pinned-base-image": "PIN00*",
    "port-registry-conflict": "PRT1*",
}
LISTS = [
    *((hook, ["--list-allows"]) for hook in HOOKS if hook != "mcp-config-guard"),
    *((hook, ["--list-allows", "--format", "json"]) for hook in HOOKS if hook != "mcp-config-guard"),
    *(
        (hook, ["--list-allows", "--allow", f"{code}:{EVIL}=some reason {EVIL} {TOKEN}"])
        for hook, code in CODES.items()
    ),
    ("no-root-dockerfile", ["--list", f"{FOLDER}/good.dockerfile"]),
    ("no-root-dockerfile", ["--list", "--format", "json", f"{FOLDER}/good.dockerfile"]),
    ("pinned-base-image", ["--list"]),
    ("pinned-base-image", ["--list", "--format", "json"]),
    ("pinned-base-image", ["--list=sbom"]),
    ("port-registry-conflict", ["--list"]),
    ("port-registry-conflict", ["--list=8080"]),
    ("port-registry-conflict", ["--list", "--format", "json"]),
    ("port-registry-conflict", ["--diagram"]),
    ("port-registry-conflict", ["--diagram=md"]),
    ("port-registry-conflict", ["--export-yaml"]),
    ("mcp-config-guard", ["status"]),
]


def test_a_name_that_is_refused_is_not_shown(hostile, monkeypatch) -> None:
    code, out, err = run(monkeypatch, "port-registry-conflict", "--suggest", EVIL)
    assert (code, out) == (2, "")
    assert err == "port-registry-conflict: error: name the service on one line, for example --suggest web\n"


@pytest.mark.parametrize(("hook", "arguments"), LISTS, ids=[f"{hook} {' '.join(words[:3])!a}" for hook, words in LISTS])
def test_lists_and_pictures(hostile, monkeypatch, hook, arguments) -> None:
    _, out, err = run(monkeypatch, hook, *arguments)
    assert ESCAPED.search(out), err
    assert_safe(out)
    assert_safe(err)
    if "json" in arguments or "--list=sbom" in arguments:
        json.dumps(json.loads(out), ensure_ascii=False).encode("utf-8")
    if arguments == ["--diagram"]:
        ElementTree.fromstring(out)
        assert "<script" not in out
    if arguments == ["--diagram=md"]:
        assert "<" not in out
        assert "[a](b)" not in out
    if arguments == ["--export-yaml"]:
        YAML(typ="safe", pure=True).load(out)


REFUSED = [
    [f"--{EVIL}"],
    [f"-{EVIL}"],
    [f"--format={EVIL}"],
    [f"--severity={EVIL}"],
    [f"--explain={EVIL}"],
    [f"--allow={EVIL}"],
    [f"--allow=X:{EVIL}={EVIL} {TOKEN}"],
    [f"--strict={EVIL}"],
]


@pytest.mark.parametrize("arguments", REFUSED, ids=[ascii(words[0][:12]) for words in REFUSED])
@pytest.mark.parametrize("hook", HOOKS)
def test_what_is_refused(hostile, monkeypatch, hook, arguments) -> None:
    code, out, err = run(monkeypatch, hook, *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert ESCAPED.search(err) or "takes no value" in err
    assert_safe(err)


OTHERS = [
    ("no-root-dockerfile", ["--new-only", f"--base={EVIL}"]),
    ("no-root-dockerfile", [f"/{EVIL}"]),
    ("no-root-dockerfile", [f"--policy={EVIL}"]),
    ("no-root-dockerfile", [f"--build-arg={EVIL}"]),
    ("no-root-dockerfile", ["--list", FOLDER, f"{FOLDER}/broken.dockerfile"]),
    ("pinned-base-image", [f"--rule={EVIL}"]),
    ("pinned-base-image", [f"--surface={EVIL}"]),
    ("pinned-base-image", ["--list", f"{FOLDER}/compose.broken.yaml"]),
    ("port-registry-conflict", [f"--registry={EVIL}"]),
    ("port-registry-conflict", [f"--list={EVIL}"]),
    ("port-registry-conflict", ["--suggest=x", "--section=nowhere"]),
    ("port-registry-conflict", ["--suggest=x", f"--count={EVIL}"]),
    ("port-registry-conflict", [f"--aliases={EVIL}"]),
    ("changelog-required", [f"--base={EVIL}"]),
    ("changelog-required", [f"--map={EVIL}"]),
    ("changelog-required", [f"--now={EVIL}"]),
    ("changelog-required", [f"--governing={EVIL}"]),
    ("changelog-required", [EVIL]),
    ("mcp-config-guard", [f"--base={EVIL}"]),
    ("mcp-config-guard", ["approve", EVIL]),
    ("mcp-config-guard", ["approve", f"--reason={REASON}", f"--{EVIL}"]),
    ("mcp-config-guard", ["approve", f"--accept={EVIL}"]),
    ("mcp-config-guard", ["status", f"--base={EVIL}"]),
    ("mcp-config-guard", ["status", f"--{EVIL}"]),
]


@pytest.mark.parametrize(
    ("hook", "arguments"), OTHERS, ids=[f"{hook} {ascii(' '.join(words))[:24]}" for hook, words in OTHERS]
)
def test_options_of_one_hook(hostile, monkeypatch, hook, arguments) -> None:
    _, out, err = run(monkeypatch, hook, *arguments)
    assert ESCAPED.search(err)
    assert_safe(out)
    assert_safe(err)


@pytest.mark.parametrize(
    ("variables", "arguments"),
    [
        ({"CHANGELOG_SKIP": f"{LINE}{EVIL} {TOKEN} words"}, []),
        ({"CHANGELOG_SKIP": EVIL.split()[0]}, []),
        ({"CHANGELOG_SKIP": EVIL.split()[0]}, ["--format=github"]),
        ({"PRE_COMMIT_FROM_REF": EVIL, "PRE_COMMIT_TO_REF": "HEAD"}, []),
        ({"PRE_COMMIT_FROM_REF": "HEAD", "PRE_COMMIT_TO_REF": f"-{EVIL}"}, []),
        ({"CI_MERGE_REQUEST_DIFF_BASE_SHA": EVIL}, []),
        ({"GITHUB_BASE_REF": EVIL}, []),
    ],
)
def test_what_comes_by_variables(repository, monkeypatch, variables, arguments) -> None:
    repository.commit({"CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n"})
    repository.stage({"a.py": "x = 1\n"})
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    _, out, err = run(monkeypatch, "changelog-required", *arguments)
    assert ESCAPED.search(out + err)
    assert_safe(OURS.sub("", out))
    assert_safe(err)


def test_what_is_typed_and_shown_when_an_approval_is_made(tmp_path, repository) -> None:
    build(repository)
    environment = {"MCP_APPROVE_REASON": REASON, "GIT_COMMITTER_EMAIL": "a\x1b[31m@example.com"}
    command = [str(SCRIPTS / "mcp-config-guard"), "approve"]
    code, shown = talk(command, repository.path, "no", environment)
    assert code == 2
    assert ESCAPED.search(shown.partition("reason:")[0])
    assert ESCAPED.search(shown.partition("reason:")[2])
    assert_safe(shown)


def test_what_a_record_and_the_log_say(hostile_repository, tmp_path, monkeypatch) -> None:
    from guardrail_hooks.mcp_config_guard.approve import Approval, Draft

    copy = tmp_path / "copy"
    subprocess.run(["cp", "-r", hostile_repository.path, copy], check=True)
    monkeypatch.chdir(copy)
    draft = Draft(str(copy), "")
    items = draft.pending([])
    path = copy / Approval(draft, items, [], [], reason=REASON, by=f"a{EVIL}@b").write("", first=True)
    record = path.read_bytes().decode("utf-8")
    assert ESCAPED.search(record)
    assert not UNSAFE.search(record.replace("\n", "").replace("##[add-mask]", "").replace("##vso[task", ""))
    summaries = json.dumps([change["summary"] for change in json.loads(record)["changes"]])
    assert_safe(summaries.replace("##[add-mask]", "").replace("##vso[task", ""))
    _, out, err = run(monkeypatch, "mcp-config-guard", "log")
    assert ESCAPED.search(out)
    assert_safe(out)
    assert_safe(err)
    text = (copy / ".mcp.json").read_text()
    (copy / ".mcp.json").write_text(
        text.replace("npx", "bunx").replace(PASSWORD, PASSWORD + "x").replace(TOKEN, TOKEN + "x")
    )
    os.rename(os.fsencode(path), os.fsencode(path)[:-5] + b"\x1b[31m.json")
    (path.parent / f"{EVIL.replace('/', '')}.json").write_text(f"{{{EVIL}")
    for arguments in (["status"], ["log"], []):
        _, out, err = run(monkeypatch, "mcp-config-guard", *arguments)
        assert ESCAPED.search(out + err)
        assert_safe(out)
        assert_safe(err)


def test_a_difference_on_a_terminal(hostile, monkeypatch) -> None:
    from guardrail_hooks.pinned_base_image.fix import _put_diff

    from tests.reports.scene import Standard

    raw = f"-{EVIL} password={PASSWORD}\r\n+{TOKEN}\n".encode() + b"\xff\n"
    for terminal in (False, True):
        out = Standard()
        monkeypatch.setattr(out, "isatty", lambda terminal=terminal: terminal, raising=False)
        monkeypatch.setattr(sys, "stdout", out)
        _put_diff(raw)
        told = out.buffer.getvalue()
        assert (told == raw) is not terminal
        if terminal:
            assert_safe(told.decode("utf-8"))
