"""no-root-dockerfile beside hadolint's DL3002 and checkov's CKV_DOCKER_3 and CKV_DOCKER_8, file by file."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from pathlib import Path

from guardrail_hooks.formats.file_names import is_dockerfile

from tests.differential import peers
from tests.differential.account import BOTH, US, Account, Verdict
from tests.differential.trees import trees

LITERAL_ROOT = re.compile(r"(?i)^USER\s+(root|0)(:\S*)?\s*$")

HADOLINT = {
    "root in a stage that is not delivered": Verdict(
        "peer", US, "the image is the last stage (docs.docker.com, Multi-stage builds); a builder may be root"
    ),
    "no USER at all": Verdict(
        "ours",
        US,
        "without USER the base image's user runs, which is root unless it says otherwise; DL3002 asks for a USER",
    ),
    "root inherited from another stage": Verdict(
        "ours", US, "FROM of a stage takes over its USER (Dockerfile reference, USER); DL3002 looks at each stage alone"
    ),
    "root by another spelling": Verdict(
        "ours", US, "variables, quotes, uid 0 in other forms and Windows administrators are root as well"
    ),
    "hadolint cannot read the file": Verdict(
        "ours", US, "DL1000 on a file that the official parser accepts: here-documents, `<< EOF`, escapes"
    ),
    "a file that docker build refuses": Verdict("peer", BOTH, "reported as USR900 instead, before any user is judged"),
    "root that the build needs again": Verdict("peer", US, "the stage's last USER is another one"),
}
CHECKOV = {
    "no USER on a base that has one": Verdict(
        "peer",
        US,
        "the base image's own user runs (distroless `nonroot`, `nginx-unprivileged`); CKV_DOCKER_3 asks for any USER",
    ),
    "a stage without content to run": Verdict(
        "peer", US, "`FROM scratch` without a command is an artifact, nothing runs"
    ),
    "USER in a builder only": Verdict(
        "ours", US, "CKV_DOCKER_3 takes any USER of the file, also of a stage left behind"
    ),
    "root by another spelling": Verdict(
        "ours", US, "CKV_DOCKER_8 knows the word root alone: not 0, root:root, quotes, variables"
    ),
    "root inherited from another stage": Verdict("ours", US, "the last USER of the file is not that of the last stage"),
    "root in a stage that is not delivered": Verdict(
        "peer", US, "CKV_DOCKER_8 takes the file's last USER, whatever its stage"
    ),
    "a file that docker build refuses": Verdict("peer", BOTH, "reported as USR900 instead, before any user is judged"),
    "a file that docker build refuses, passed": Verdict("ours", US, "USR900: the build fails"),
    "a base image that nothing is known of": Verdict(
        "ours",
        BOTH,
        "USER is there but in another stage, or comes from the base: USR003 asks to say what the base's user is",
    ),
}


def _facts(tree: Path, paths: list[str]) -> tuple[dict[str, list[dict]], dict[str, list[dict]]]:
    """Our findings and our list of stages, by path."""
    findings: dict[str, list[dict]] = {}
    for row in peers.ours("no-root-dockerfile", tree, paths):
        findings.setdefault(row["path"], []).append(row)
    stages: dict[str, list[dict]] = {}
    for row in peers.ours("no-root-dockerfile", tree, paths, "--list"):
        stages.setdefault(row["path"], []).append(row)
    return findings, stages


def _our_class(tree: Path, path: str, finding: dict, stages: list[dict]) -> str:
    """Why we alone report a file."""
    if finding["code"] in ("USR002", "USR003"):
        return "no USER at all"
    judged = next((one for one in stages if one["judged"]), None)
    decided = judged["decided_by"] if judged else None
    if judged and decided and decided["line"] < judged["line"]:
        return "root inherited from another stage"
    text = decided["instruction"] if decided else ""
    return "unexplained" if LITERAL_ROOT.match(text) else "root by another spelling"


def hadolint(sources: Iterable[Path], home: Path, scratch: Path) -> Account:
    """Compare the files in which somebody runs as root."""
    account = Account("no-root-dockerfile and hadolint DL3002", HADOLINT)
    tool = peers.program(home, "hadolint")
    for tree, paths in trees(sources, is_dockerfile, scratch):
        account.repositories += 1
        findings, stages = _facts(tree, paths)
        theirs: dict[str, set[int]] = {}
        unread: set[str] = set()
        for at in range(0, len(paths), peers.CHUNK):
            command = [tool, "--no-fail", "--disable-ignore-pragma", "-f", "json", *paths[at : at + peers.CHUNK]]
            for row in peers.read(command, tree) or ():
                if row["code"] == "DL3002":
                    theirs.setdefault(row["file"], set()).add(row["line"])
                elif row["code"] == "DL1000":
                    unread.add(row["file"])
        for path in paths:
            where = f"{tree.name}: {path}"
            mine = [row for row in findings.get(path, ()) if row["code"].startswith("USR00")]
            refused = any(row["code"] == "USR900" for row in findings.get(path, ()))
            lines = theirs.get(path, set())
            if bool(mine) == bool(lines):
                account.agree(reported=bool(lines))
            elif mine:
                kind = (
                    "hadolint cannot read the file" if path in unread else _our_class(tree, path, mine[0], stages[path])
                )
                account.differ(kind, where)
            elif refused:
                account.differ("a file that docker build refuses", where)
            else:
                last = max((one["line"] for one in stages.get(path, ())), default=0)
                inner = all(line < last for line in lines)
                account.differ("root in a stage that is not delivered" if inner else "unexplained", where)
    return account


def is_checkov_dockerfile(path: str) -> bool:
    """The names that checkov takes for Dockerfiles."""
    name = posixpath.basename(path)
    return is_dockerfile(path) and (name.startswith("Dockerfile") or name.lower().endswith(".dockerfile"))


def checkov_results(
    tool: Path, tree: Path, framework: str, checks: str
) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Failed and passed checks by path."""
    command: list[str | Path] = [tool, "-d", ".", "--framework", framework, "--check", checks, "-o", "json"]
    found = peers.read([*command, "--compact", "--skip-download", "--soft-fail"], tree)
    failed: dict[str, set[str]] = {}
    passed: dict[str, set[str]] = {}
    for report in found if isinstance(found, list) else [found or {}]:
        results = report.get("results", {})
        for rows, into in ((results.get("failed_checks", ()), failed), (results.get("passed_checks", ()), passed)):
            for row in rows:
                into.setdefault(row["file_path"].lstrip("/"), set()).add(row["check_id"])
    return failed, passed


def checkov(sources: Iterable[Path], home: Path, scratch: Path) -> Account:
    """Compare the files in which somebody runs as root, or in which no user is given."""
    account = Account("no-root-dockerfile and checkov CKV_DOCKER_3, CKV_DOCKER_8", CHECKOV)
    tool = peers.program(home, "checkov")
    for tree, paths in trees(sources, is_checkov_dockerfile, scratch):
        account.repositories += 1
        findings, stages = _facts(tree, paths)
        failed, passed = checkov_results(tool, tree, "dockerfile", "CKV_DOCKER_3,CKV_DOCKER_8")
        for path in paths:
            where = f"{tree.name}: {path}"
            mine = [row for row in findings.get(path, ()) if row["code"].startswith("USR00")]
            refused = any(row["code"] == "USR900" for row in findings.get(path, ()))
            theirs = path in failed
            if path not in failed and path not in passed:
                account.leave_out("checkov did not read the file")
            elif bool(mine) == theirs:
                account.agree(reported=theirs)
            elif refused:
                account.differ(f"a file that docker build refuses{'' if theirs else ', passed'}", where)
            elif mine:
                kind = _our_class(tree, path, mine[0], stages[path])
                if kind == "no USER at all":
                    kind = (
                        "USER in a builder only"
                        if mine[0]["code"] == "USR002"
                        else "a base image that nothing is known of"
                    )
                elif kind == "unexplained" and mine[0]["code"] == "USR001":
                    kind = "root by another spelling"  # `USER 0` and `USER root:root` are literal, and pass checkov
                account.differ(kind, where)
            else:
                account.differ(_checkov_class(failed[path], stages.get(path, [])), where)
    return account


def _checkov_class(failed: set[str], stages: list[dict]) -> str:
    """Why checkov alone reports a file."""
    judged = next((one for one in stages if one["judged"]), stages[-1] if stages else None)
    if judged is None:
        return "unexplained"
    if "CKV_DOCKER_8" in failed and judged["root"] is not True:
        return "root in a stage that is not delivered"
    if judged["chain"][-1] == "scratch":
        return "a stage without content to run"
    return "no USER on a base that has one" if judged["root"] is False else "unexplained"
