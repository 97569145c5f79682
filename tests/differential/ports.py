"""port-registry-conflict beside DCLint's no-duplicate-exported-ports, and beside brute force on plain files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from guardrail_hooks.formats.file_names import is_compose
from guardrail_hooks.port_registry_conflict.cli import HOOK

from tests import verdicts
from tests.differential import brute_force, peers
from tests.differential.account import BOTH, UNEXPLAINED, US, Account, Verdict
from tests.differential.trees import trees

LARGEST = 20_000  # bytes of a file for brute force

DCLINT = {
    "container ports alone": Verdict(
        "peer", US, "an entry without a host port gets a free one (compose-spec, ports, short syntax)"
    ),
    "services of different profiles": Verdict("peer", BOTH, "alternatives unless --profiles together is given"),
    "distinct addresses or protocols": Verdict(
        "peer", US, "127.0.0.1 and 127.0.0.2, tcp and udp are different sockets"
    ),
    "a service without copies": Verdict("peer", US, "replicas: 0 starts nothing"),
    "a variable": Verdict(
        "ours", US, "defaults and .env are filled in; two services with one unresolved variable want one port"
    ),
    "an anchor, merge key, extends or include": Verdict(
        "ours", US, "what Compose merges is bound (compose-spec, 10, 13 and 14)"
    ),
    "one service twice": Verdict(
        "ours", US, "the second binding of a port fails, whoever wants it; items must be unique (compose-spec)"
    ),
    "a range or another writing": Verdict("ours", US, "ranges share a port, `0080` is 80, long and short syntax mix"),
    "a file that is no Compose file to DCLint": Verdict(
        "ours", US, "a tab, an unknown tag or key elsewhere stops DCLint's reading"
    ),
}
ORACLE: dict[str, Verdict] = {}


def wanted(message: str) -> set[str]:
    """The host ports that a message of PRT001 starts with."""
    found = re.match(r"host port (\S+(?:, \d\S*)*)/(tcp|udp|sctp)", message)
    return {f"{port}/{found[2]}" for port in found[1].split(", ")} if found else set()


def dclint(sources: Iterable[Path], home: Path, scratch: Path) -> Account:
    """Compare file by file, each on its own."""
    account = Account("port-registry-conflict and DCLint no-duplicate-exported-ports", DCLINT)
    tool = peers.program(home, "dclint")
    for tree, paths in trees(sources, is_compose, scratch):
        account.repositories += 1
        mine: dict[str, list[dict]] = {}
        broken = set()
        for row in peers.ours("port-registry-conflict", tree, paths, "--scope", "file"):
            if row["code"] == "PRT001":
                mine.setdefault(row["path"], []).append(row)
            elif row["code"] == "PRT301":
                broken.add(row["path"])
        theirs: dict[str, list[str]] = {}
        read = set()
        for at in range(0, len(paths), peers.CHUNK):
            for row in peers.read([tool, "-f", "json", *paths[at : at + peers.CHUNK]], tree) or ():
                path = Path(row["filePath"])
                name = path.relative_to(tree).as_posix() if path.is_absolute() else path.as_posix()
                rules = [one["rule"] for one in row["messages"]]
                if "invalid-yaml" not in rules and "invalid-schema" not in rules:
                    read.add(name)
                for one in row["messages"]:
                    if one["rule"] == "no-duplicate-exported-ports":
                        theirs.setdefault(name, []).append(one["message"])
        for path in paths:
            where = f"{tree.name}: {path}"
            if path in broken:
                account.leave_out("no YAML")
            elif (path in mine) == (path in theirs):
                account.agree(reported=path in mine)
            elif path in mine:
                account.differ(_our_class(tree / path, mine[path][0], is_read=path in read), where)
            else:
                account.differ(_their_class(tree, path, theirs[path][0]), where)
    return account


def _our_class(file: Path, row: dict, *, is_read: bool) -> str:
    """Why we alone report a file."""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    other = re.search(r"(?: and by '[^']*' at |: here and at )\S+:(\d+)", row["message"])
    texts = [lines[row["line"] - 1], lines[int(other[1]) - 1] if other and int(other[1]) <= len(lines) else ""]
    if "bound twice by" in row["message"]:
        return "one service twice"
    if any("$" in text for text in texts):
        return "a variable"
    if any(re.search(r"<<|\*|extends|include", text) for text in texts):
        return "an anchor, merge key, extends or include"
    return "a range or another writing" if is_read else "a file that is no Compose file to DCLint"


def _their_class(tree: Path, path: str, message: str) -> str:
    """Why DCLint alone reports a file."""
    if any(
        row["code"] == "PRT001" for row in peers.ours("port-registry-conflict", tree, [path], "--profiles", "together")
    ):
        return "services of different profiles"
    text = (tree / path).read_text(encoding="utf-8", errors="replace")
    port = re.search(r'"(\d+)', message)
    entries = re.findall(rf"(?m)^\s*-\s*['\"]?([^'\"\n#]*\b{port[1]}\b[^'\"\n#]*)", text) if port else []
    if entries and not any(":" in entry for entry in entries):
        return "container ports alone"
    if re.search(r"replicas:\s*0|scale:\s*0", text):
        return "a service without copies"
    if any("/udp" in entry or entry.count(":") > 1 for entry in entries):
        return "distinct addresses or protocols"
    return UNEXPLAINED


def oracle(sources: Iterable[Path], home: Path, scratch: Path) -> Account:
    """Compare the ports that more than one service of a file wants with those that brute force finds."""
    del home
    account = Account("port-registry-conflict and brute force", ORACLE)
    for tree, paths in trees(sources, lambda path: is_compose(path) or path.endswith(".env"), scratch):
        account.repositories += 1
        for path in filter(is_compose, paths):
            content = (tree / path).read_bytes()
            env = tree / Path(path).parent / ".env"
            variables = env.read_bytes() if env.is_file() else b""
            try:
                expected = brute_force.clashes(content, variables)
            except brute_force.NotPlain as reason:
                account.leave_out(str(reason))
                continue
            files = {path: content, f"{path.rpartition('/')[0]}/.env".lstrip("/"): variables}
            found = verdicts.findings(HOOK, files, "--scope", "file", path)
            ours = brute_force.expand(
                port for one in found if one.rule.code == "PRT001" for port in wanted(one.message)
            )
            if ours == expected:
                account.agree(reported=bool(expected))
            else:
                account.differ(
                    f"{UNEXPLAINED}: ours {sorted(ours)}, brute force {sorted(expected)}", f"{tree.name}: {path}"
                )
    return account
