"""The labelled cases, through real git repositories."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.mcp_config_guard.conftest import OWNER, REASON

CASES = Path(__file__).resolve().parents[1] / "cases"


def load(name: str) -> dict:
    return YAML(typ="safe", pure=True).load((CASES / name).read_text(encoding="utf-8"))


LINT, CHANGE = load("mcp-lint.yaml"), load("mcp-change.yaml")


def fits(wanted: dict, row: dict, path: str | None) -> bool:
    place = wanted.get("path", path)
    same = place is None or row["path"] == place or (place.endswith("approvals") and row["path"].startswith(place))
    names = (wanted.get("server") or "").split(", ")
    return (
        row["code"] == wanted["code"]
        and same
        and wanted.get("line") in (None, row["line"])
        and all(name in (row["subject"] or "") for name in names)
    )


def check(expect, rows: list[dict], path: str | None = None) -> None:
    left = list(rows)
    for wanted in [] if expect == "ok" else expect:
        found = next((row for row in left if fits(wanted, row, path)), None)
        assert found, f"missing {wanted} among {[(row['code'], row['path'], row['line']) for row in rows]}"
        left.remove(found)
    assert not left, [(row["code"], row["path"], row["line"], row["subject"]) for row in left]


def arguments(options: dict) -> list[str]:
    return [
        word
        for name, value in options.items()
        for one in (value if isinstance(value, list) else [value])
        for word in ([f"--{name}"] if one is True else [f"--{name}", str(one)])
    ]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in LINT["cases"]])
def test_lint(guarded, case) -> None:
    files = {**(case.get("files") or {}), case["path"]: {"mode": "100644", "content": case["content"]}}
    for path, entry in files.items():
        content = re.sub(r"\{\{(\w+)\}\}", lambda name: "".join(LINT["tokens"][name[1]]), entry["content"])
        guarded.place(path, entry | {"content": content})
    guarded.commit(message="base")
    code, out = guarded.run("--format", "json", *arguments(case.get("options") or {}))
    assert code in (0, 1), guarded.error
    check(case["expect"], [row for row in json.loads(out) if not row["code"].startswith("MCG8")], case["path"])
    for parts in LINT["tokens"].values():
        assert "".join(parts) not in out


def bend(guarded, what: str) -> None:
    records = sorted((guarded.path / ".mcp-guard/approvals").glob("*.json"))
    if named := re.search(r"record of (\S+) gets the head fingerprint", what):
        honest = guarded.approve(named[1])
        after = next(one["after"] for one in json.loads(honest.read_text())["changes"] if one["server"] == named[1])
        honest.unlink()
        body = json.loads(records[0].read_text())
        for one in body["changes"]:
            if one["server"] == named[1]:
                one["after"] = after
        guarded.edit(records[0], changes=body["changes"])
    else:
        assert "record file deleted" in what
        records[0].unlink()


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CHANGE["cases"]])
def test_change(guarded, case, monkeypatch) -> None:
    base, head = case["base"], case["head"]
    approvals = [] if case["approval"] == "none" else case["approval"]
    is_signed = case["mode"] == "signed"
    guarded.become(base)
    guarded.commit(message="base")
    if case["records_at_base"] == "approved":
        values = {key.replace("-", "_"): value for key, value in (case.get("options") or {}).items()}
        if {"protect", "root_aliases"} & values.keys():
            guarded.policy(**values)
        guarded.approve()
        if is_signed:
            guarded.policy(mode="signed", **values)
            guarded.signers(*case["signers_base"])
        guarded.commit(message="records")
    guarded.become(head, base)
    trust = {"signers_head", "head_mode"} & case.keys()
    files = {}
    for approval in approvals:
        if approval["change"] in ("signers", "policy"):
            guarded.signers(*case["signers_head"])
        if "approved_content" in approval:
            text = json.loads(head[approval["path"]]["content"])
            text["mcpServers"][approval["server"]] = approval["approved_content"]
            guarded.become({approval["path"]: json.dumps(text)})
        signer = approval.get("signed_by", "")
        person = approval["by"] if not is_signed or approval["by"] in case["signers_base"] else OWNER
        reason = approval["reason"] if len(approval["reason"]) >= 15 else REASON
        names = [approval["server"]] if approval.get("server") else []
        record = guarded.approve(*names, reason=reason, by=person, sign=person if is_signed else "")
        if person != approval["by"] or reason != approval["reason"]:
            guarded.edit(record, by=approval["by"], reason=approval["reason"])
        if is_signed:
            record.with_name(record.name + ".sig").unlink()
            if signer:
                guarded.sign(record, signer, "git" if "namespace" in approval.get("tamper", "") else "mcp-config-guard")
        for path in (record, record.with_name(record.name + ".sig")):
            if path.exists():
                files[path] = path.read_bytes()
                path.unlink()
        guarded.become(head)
    if "hand_edit" in case:
        bend(guarded, case["hand_edit"])
    for path, content in files.items():
        path.write_bytes(content)
    if "signers_head" in trust:
        guarded.signers(*case["signers_head"])
    if "head_mode" in trust:
        guarded.policy(mode=case["head_mode"])
    guarded.git("add", "-A", "-f")
    if case.get("run") == "all-files":
        guarded.git("commit", "-qm", "head")
    if "author" in case:
        monkeypatch.setenv("GIT_AUTHOR_EMAIL", case["author"])
    code, out = guarded.run("--format", "json")
    assert code in (0, 1), guarded.error
    named = set() if case["expect"] == "ok" else {one["code"] for one in case["expect"]}
    check(case["expect"], [row for row in json.loads(out) if row["code"].startswith("MCG8") or row["code"] in named])
