"""pinned-base-image beside hadolint (DL3006, DL3007), checkov (CKV_DOCKER_7, CKV_K8S_14) and zizmor (unpinned-images).

All of these ask for a tag other than `latest`, so ours runs with `--policy no-latest`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from guardrail_hooks.formats.file_names import is_dockerfile

from tests.differential import peers
from tests.differential.account import BOTH, US, Account, Verdict
from tests.differential.trees import trees
from tests.differential.users import checkov_results, is_checkov_dockerfile

CODES = ("PIN001", "PIN002")
LATEST = re.compile(r":latest(?=[\s@]|$)")

HADOLINT = {
    "a variable": Verdict(
        "ours", US, "ARG defaults decide what is built without --build-arg (Dockerfile reference, ARG and FROM)"
    ),
    "COPY --from, a mount, or # syntax": Verdict("ours", US, "these pull an image as FROM does (Dockerfile reference)"),
    "a variant of latest": Verdict(
        "ours", US, "`latest-slim` moves with every release as `latest` does; DL3007 knows the word alone"
    ),
    "hadolint cannot read the file": Verdict("ours", US, "DL1000 on a file that the official parser accepts"),
    "latest from a registry with a port, or a path": Verdict(
        "ours", US, "reference grammar: the tag stands behind the last slash"
    ),
    "a stage in other letters": Verdict(
        "peer", US, "FROM of an earlier stage's name; names are folded to lower case (BuildKit, dockerfile2llb)"
    ),
    "a file that docker build refuses": Verdict("peer", BOTH, "reported as PIN900 instead"),
    "an image that is no reference": Verdict("peer", BOTH, "reported as PIN007 or PIN008 instead"),
    "a variable that the file does not set": Verdict(
        "peer", BOTH, "nothing says what is built: PIN009, which is off unless asked for"
    ),
}
CHECKOV = {
    **{kind: verdict for kind, verdict in HADOLINT.items() if not kind.startswith("hadolint")},
    "a registry with a port": Verdict("ours", US, "CKV_DOCKER_7 takes the colon of the port for that of a tag"),
    "a variable with a digest or a tag": Verdict(
        "peer", US, "CKV_DOCKER_7 does not resolve ARG: the default holds a version"
    ),
    "an image behind the first": Verdict("ours", US, "CKV_DOCKER_7 stops at its first image"),
}
KUBERNETES = {
    "a variant of latest": Verdict(
        "ours", US, "`server-latest` moves with every release; CKV_K8S_14 knows the word alone"
    ),
    "a kind or field that checkov leaves out": Verdict(
        "ours", US, "ephemeral containers, custom resources, image volumes"
    ),
    "a file that is no manifest": Verdict("peer", BOTH, "checkov reads what our surface's file names leave to others"),
    "a template": Verdict("peer", BOTH, "a value that a template engine fills in is not judged"),
    "an image that is no reference": Verdict(
        "peer", BOTH, "reported as PIN007 or PIN008 instead, such as upper-case names"
    ),
}
ZIZMOR = {
    "an expression": Verdict(
        "ours", BOTH, "a matrix or an input decides; every value that the file itself gives is judged"
    ),
    "a variant of latest": Verdict("ours", US, "`latest-slim` moves with every release as `latest` does"),
    "an expression that zizmor cannot read": Verdict(
        "peer", BOTH, "nothing in the file says what is pulled: PIN009, off unless asked"
    ),
    "an empty image": Verdict("peer", US, "`image: ''` starts no container (GitHub, workflow syntax)"),
}


def _ours(tree: Path, paths: list[str], *options: str) -> tuple[dict[tuple[str, int], dict], dict[str, set[str]]]:
    """Our findings about tags by place, and the other codes by path."""
    found: dict[tuple[str, int], dict] = {}
    others: dict[str, set[str]] = {}
    for row in peers.ours("pinned-base-image", tree, paths, "--policy", "no-latest", *options):
        if row["code"] in CODES:
            found[row["path"], row["line"]] = row
        else:
            others.setdefault(row["path"], set()).add(row["code"])
    return found, others


def _line(tree: Path, path: str, line: int) -> str:
    lines = (tree / path).read_text(encoding="utf-8", errors="replace").splitlines()
    return lines[line - 1].strip() if line <= len(lines) else ""


def _our_class(text: str, *, unread: bool) -> str:
    """Why we alone report a line of a Dockerfile."""
    if unread:
        return "hadolint cannot read the file"
    if not re.match(r"(?i)FROM\s", text):
        return "COPY --from, a mount, or # syntax"
    if "$" in text:
        return "a variable"
    if not LATEST.search(text) and re.search(r"latest", text):
        return "a variant of latest"
    return "latest from a registry with a port, or a path" if "/" in text else "unexplained"


def _peer_class(tree: Path, path: str, text: str, others: set[str]) -> str:
    """Why another tool alone reports a line of a Dockerfile."""
    if "PIN900" in others:
        return "a file that docker build refuses"
    if "$" in text:
        return "a variable that the file does not set"
    name = re.match(r"(?i)FROM\s+(?:--\S+\s+)*(\S+)", text)
    whole = (tree / path).read_text(encoding="utf-8", errors="replace")
    stages = {one.lower() for one in re.findall(r"(?im)^\s*FROM\s.*\sAS\s+(\S+)", whole)}
    if name and name[1].strip("'\"").lower() in stages:
        return "a stage in other letters"
    return "an image that is no reference" if others & {"PIN007", "PIN008"} else "unexplained"


def hadolint(sources: Iterable[Path], home: Path, scratch: Path) -> Account:
    """Compare line by line."""
    account = Account("pinned-base-image and hadolint DL3006, DL3007", HADOLINT)
    tool = peers.program(home, "hadolint")
    for tree, paths in trees(sources, is_dockerfile, scratch):
        account.repositories += 1
        mine, others = _ours(tree, paths)
        theirs: set[tuple[str, int]] = set()
        unread: set[str] = set()
        for at in range(0, len(paths), peers.CHUNK):
            command = [tool, "--no-fail", "--disable-ignore-pragma", "-f", "json", *paths[at : at + peers.CHUNK]]
            for row in peers.read(command, tree) or ():
                if row["code"] in ("DL3006", "DL3007"):
                    theirs.add((row["file"], row["line"]))
                elif row["code"] == "DL1000":
                    unread.add(row["file"])
        for path, line in sorted(mine.keys() | theirs):
            text = _line(tree, path, line)
            where = f"{tree.name}: {path}:{line}"
            if (path, line) in mine and (path, line) in theirs:
                account.agree(reported=True)
            elif (path, line) in mine:
                account.differ(_our_class(text, unread=path in unread), where)
            else:
                account.differ(_peer_class(tree, path, text, others.get(path, set())), where)
    return account


def checkov(sources: Iterable[Path], home: Path, scratch: Path) -> Account:
    """Compare file by file: CKV_DOCKER_7 tells one image of a file."""
    account = Account("pinned-base-image and checkov CKV_DOCKER_7", CHECKOV)
    tool = peers.program(home, "checkov")
    for tree, paths in trees(sources, is_checkov_dockerfile, scratch):
        account.repositories += 1
        mine, others = _ours(tree, paths)
        failed, passed = checkov_results(tool, tree, "dockerfile", "CKV_DOCKER_7")
        for path in paths:
            where = f"{tree.name}: {path}"
            lines = sorted(line for one, line in mine if one == path)
            if path not in failed and path not in passed:
                account.leave_out("checkov did not read the file")
            elif bool(lines) == (path in failed):
                account.agree(reported=bool(lines))
            elif lines:
                account.differ(_checkov_class([_line(tree, path, line) for line in lines]), where)
            else:
                whole = (tree / path).read_text(encoding="utf-8", errors="replace")
                texts = re.findall(r"(?im)^\s*FROM\s+(?:--\S+\s+)*\S+.*$", whole)
                kinds = [_peer_class(tree, path, text.strip(), others.get(path, set())) for text in texts]
                kind = next((one for one in kinds if one != "unexplained"), "unexplained")
                if kind == "a variable that the file does not set" and re.search(r"(?im)^\s*ARG\s+\w+=\S", whole):
                    kind = "a variable with a digest or a tag"
                account.differ(kind, where)
    return account


def _checkov_class(texts: list[str]) -> str:
    """Why checkov passes a file in which we report these lines."""
    kinds = [_our_class(text, unread=False) for text in texts]
    if any(re.search(r"^FROM\s+(?:--\S+\s+)*[^/\s]+:\d+/", text, re.IGNORECASE) for text in texts):
        return "a registry with a port"
    if "unexplained" in kinds or "latest from a registry with a port, or a path" in kinds:
        return "an image behind the first"
    return kinds[0]


def is_manifest(path: str) -> bool:
    """YAML that may hold Kubernetes objects."""
    return path.endswith((".yaml", ".yml")) and not path.startswith(".github/")


def kubernetes(sources: Iterable[Path], home: Path, scratch: Path) -> Account:
    """Compare the manifests that both read, file by file."""
    account = Account("pinned-base-image --surface k8s and checkov CKV_K8S_14", KUBERNETES)
    tool = peers.program(home, "checkov")
    for tree, paths in trees(sources, is_manifest, scratch):
        failed, passed = checkov_results(tool, tree, "kubernetes", "CKV_K8S_14")
        read = [path for path in paths if path in failed or path in passed]
        if not read:
            continue
        account.repositories += 1
        mine, others = _ours(tree, read, "--surface", "k8s")
        reported = {path for path, _ in mine}
        for path in read:
            where = f"{tree.name}: {path}"
            if (path in reported) == (path in failed):
                account.agree(reported=path in failed)
            elif path in reported:
                texts = [_line(tree, path, line) for one, line in mine if one == path]
                varied = all(re.search(r"\w-latest|latest-", text) for text in texts)
                account.differ("a variant of latest" if varied else "a kind or field that checkov leaves out", where)
            else:
                whole = (tree / path).read_text(encoding="utf-8", errors="replace")
                templated = "{{" in whole or re.search(r"image:\s*['\"]?\S*[$%<{]", whole)
                invalid = others.get(path, set()) & {"PIN007", "PIN008"}
                kind = "a template" if templated else "an image that is no reference" if invalid else "unexplained"
                account.differ(kind, where)
    return account


def is_workflow(path: str) -> bool:
    """Workflows and actions of GitHub."""
    return bool(re.search(r"^\.github/workflows/[^/]+\.ya?ml$|(^|/)action\.ya?ml$", path))


def zizmor(sources: Iterable[Path], home: Path, scratch: Path) -> Account:
    """Compare line by line what zizmor reports by default: no tag, and latest."""
    account = Account("pinned-base-image --surface gha and zizmor unpinned-images", ZIZMOR)
    tool = peers.program(home, "zizmor")
    for tree, paths in trees(sources, is_workflow, scratch):
        mine, _ = _ours(tree, paths, "--surface", "gha")
        found = peers.read([tool, "--offline", "--no-config", "--format", "json", *paths], tree)
        if found is None:
            account.leave_out("repositories in which zizmor gives up on a file")
            continue
        account.repositories += 1
        theirs: dict[tuple[str, int], str] = {}
        for row in found:
            if row["ident"] == "unpinned-images":
                for one in row["locations"]:
                    if one["symbolic"]["kind"] == "Primary":
                        place = one["concrete"]["location"]["end_point"]
                        path = one["symbolic"]["key"]["Local"]["verbatim_path"].removeprefix("./")
                        theirs[path, place["row"] + (1 if place["column"] else 0)] = one["concrete"]["feature"]
        for path, line in sorted(mine.keys() | theirs.keys()):
            where = f"{tree.name}: {path}:{line}"
            text = _line(tree, path, line)
            if (path, line) in mine and (path, line) in theirs:
                account.agree(reported=True)
            elif (path, line) in mine:
                variant = "latest" in text and not LATEST.search(text.rstrip("'\""))
                account.differ(
                    "an expression" if "${{" in text else "a variant of latest" if variant else "unexplained", where
                )
            else:
                dynamic = "${{" in theirs[path, line]
                empty = re.search(r"(image|container):\s*(''|\"\")?\s*$", text)
                kind = (
                    "an expression that zizmor cannot read" if dynamic else "an empty image" if empty else "unexplained"
                )
                account.differ(kind, where)
    return account
