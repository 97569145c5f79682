"""What a hook may start, open, write and follow: proved in processes of their own, with sentinels outside.

The suite runs a part of the tables; `ROBUST=all pytest tests/robust` runs all of them.
"""

from __future__ import annotations

import ast
import json
import os
import sys
from pathlib import Path

import pytest

from tests.robust import hostile
from tests.robust.hostile import MAIN, MORE, SCRIPTS, Surface, some

PACKAGE = Path(__file__).resolve().parents[2] / "hooks/guardrail_hooks"
SURFACES = {surface.hook: surface for surface in MAIN}
SENTINEL = "zQ8sentinel"


@pytest.fixture
def ground(tmp_path):
    return hostile.Ground(tmp_path / "repository")


# What no module of the package calls: shells, evaluation, and readers that make objects of what they read.
FORBIDDEN = {
    "os.system", "os.popen", "os.execv", "os.execve", "os.execvp", "os.execvpe", "os.spawnl", "os.spawnv", "os.fork",
    "os.startfile", "eval", "exec", "compile", "pickle.load", "pickle.loads", "marshal.loads", "yaml.load",
    "yaml.unsafe_load", "shelve.open", "ctypes.CDLL", "subprocess.call", "subprocess.check_output", "tempfile.mktemp",
    "socket.socket", "urllib.request.urlopen", "os.putenv", "importlib.import_module",
}  # fmt: skip
# Who may start a process, and who may speak to the network.
STARTING = {"core/process.py", "core/git.py"}
NETWORK = {"http", "http.client", "ssl", "socket", "urllib.request"}


def sources() -> list[tuple[str, ast.Module]]:
    return [(path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text())) for path in PACKAGE.rglob("*.py")]


def test_no_shell_no_evaluation() -> None:
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func)
                if (path, name) != ("core/judge.py", "os.execv"):  # this program itself, started over
                    assert name not in FORBIDDEN, f"{path}:{node.lineno} {name}"
                assert not any(word.arg == "shell" for word in node.keywords), f"{path}:{node.lineno}"
                if name.startswith(("subprocess.", "os.posix_spawn")):
                    assert path in STARTING, f"{path}:{node.lineno} {name}"
                if name.endswith("YAML") or name == "yaml":
                    assert all(ast.unparse(word.value) in ("'safe'", "True", "False") for word in node.keywords)


def test_the_network_is_reached_from_one_folder() -> None:
    for path, tree in sources():
        for node in ast.walk(tree):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            if NETWORK & set(names):
                assert path.startswith("pinned_base_image/registry/"), f"{path}:{node.lineno}"


# Refuses, in the process of a hook, everything that it has no business to do, and tells what was refused.
WATCH = """
import os, sys
allowed = {"git", "ssh-keygen"}
root = os.path.realpath(os.getcwd())
temporary = os.environ.get("GUARDRAIL_WRITES", "").split(":")
told = []
def watch(event, arguments):
    bad = ""
    if event in ("subprocess.Popen", "os.posix_spawn"):
        program = os.path.basename(os.fsdecode(arguments[0]))
        bad = "" if program in allowed else f"{event} {program}"
    elif event.startswith(("socket.", "urllib.", "http.client", "ftplib", "smtplib")) or event in (
        "os.system", "os.exec", "os.fork", "os.forkpty", "os.spawn", "pty.spawn", "os.kill", "os.putenv",
        "os.remove", "os.rename", "os.chmod", "os.chown", "os.mkdir", "os.rmdir", "os.link", "os.symlink",
        "os.truncate", "ctypes.dlopen", "shutil.rmtree", "tempfile.mkstemp", "tempfile.mkdtemp",
    ):
        where = [os.path.realpath(os.fsdecode(one)) for one in arguments if isinstance(one, (str, bytes))]
        if event.startswith("socket.") or not where or not all(
            one.startswith(tuple(os.path.realpath(place) for place in temporary if place)) for one in where
        ):
            bad = f"{event} {arguments}"
    elif event == "open" and isinstance(arguments[0], (str, bytes)):
        path, mode, flags = arguments
        path = os.path.realpath(os.fsdecode(path))
        if (flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and path != os.devnull:
            if not any(place and path.startswith(os.path.realpath(place)) for place in temporary):
                bad = f"write {path}"
        elif f"{path}/".startswith(os.environ["GUARDRAIL_SENTINEL"] + "/"):
            bad = f"read {path}"
    if bad:
        told.append(bad)
        raise RuntimeError(bad)
sys.dont_write_bytecode = True
module = sys.argv[1]
sys.argv = sys.argv[2:]
main = __import__(f"guardrail_hooks.{module}.cli", fromlist=["main"]).main
sys.addaudithook(watch)
code = main(sys.argv[1:])
if told:
    sys.stderr.write("REFUSED " + repr(told))
os._exit(99 if told else code)
"""


def watched(folder: Path, hook: str, *arguments: str, **environment: str) -> hostile.Outcome:
    """Run a hook that is watched."""
    module = hook.replace("-", "_")
    environment.setdefault("GUARDRAIL_SENTINEL", "/nowhere")
    return hostile.start([sys.executable, "-c", WATCH, module, hook, *arguments], folder, **environment)


@pytest.mark.parametrize("surface", [*MAIN, *some(MORE, 4)], ids=lambda surface: surface.name)
def test_only_git_is_started_and_nothing_is_written(ground, surface) -> None:
    ground.place(surface).write_text(surface.good)
    ground.git("add", "-Af")
    options = [option for option in surface.options if option != "--fix"]
    done = watched(ground.path, surface.hook, *options, *(["--", surface.path] if surface.is_named else []))
    assert done.code in (0, 1), done.err


def test_the_watch_sees_what_it_shall(ground) -> None:
    ground.place(SURFACES["changelog-required"]).write_text("# Changelog\n\n## [Unreleased]\n")
    (ground.path / "a.py").write_text("1")
    ground.git("add", "-A")
    done = watched(ground.path, "changelog-required", "--fix")
    assert done.code == 99
    assert b"write" in done.err
    done = watched(ground.path, "changelog-required", "--fix", GUARDRAIL_WRITES=str(ground.path))
    assert done.code == 1, done.err
    assert b"TODO" in (ground.path / "CHANGELOG.md").read_bytes()


# A file outside the repository is named in every way that a reader might follow; `OUT` stands for it.
WAYS = (
    "../outside/",
    "sub/../../outside/",
    "{absolute}/",
    "link/",
    "sub/link/",
    "file://{absolute}/",
    "~/../{absolute}/",
)
READERS = {
    "compose extends": (
        "port-registry-conflict",
        "compose.yaml",
        "services:\n  a:\n    extends: {file: OUTout.yaml, service: a}\n    ports: ['1:1']\n",
    ),
    "compose include": ("port-registry-conflict", "compose.yaml", "include: [OUTout.yaml]\nservices: {}\n"),
    "compose long include": (
        "port-registry-conflict",
        "compose.yaml",
        "include:\n- path: [OUTout.yaml]\n  env_file: OUTout.env\n  project_directory: OUT\n",
    ),
    "compose env_file": (
        "port-registry-conflict",
        "compose.yaml",
        "services:\n  a:\n    env_file: [OUTout.env]\n    ports: ['${P:-1}:1']\n",
    ),
    "images by extends": (
        "pinned-base-image",
        "compose.yaml",
        "services:\n  a:\n    extends: {file: OUTout.yaml, service: a}\n    image: x\n",
    ),
    "a build": (
        "pinned-base-image",
        "compose.yaml",
        "services:\n  a:\n    build: {context: OUT, dockerfile: OUTDockerfile}\n    image: x\n",
    ),
    "gitlab include": (
        "pinned-base-image",
        ".gitlab-ci.yml",
        "include: [{local: OUTout.yaml}]\na: {image: x, extends: .b}\n",
    ),
    "a wrapper": (
        "mcp-config-guard",
        ".mcp.json",
        '{"mcpServers": {"a": {"command": "OUTrun.sh", "envFile": "OUTout.env", "cwd": "OUT"}}}',
    ),
    "an argument": (
        "mcp-config-guard",
        ".mcp.json",
        '{"mcpServers": {"a": {"command": "bash", "args": ["OUTrun.sh"]}}}',
    ),
    "towncrier": (
        "changelog-required",
        "pyproject.toml",
        '[tool.towncrier]\ndirectory = "OUT"\nfilename = "OUTNEWS.md"\n',
    ),
    "changie": ("changelog-required", ".changie.yaml", "changesDir: OUT\nchangelogPath: OUTNEWS.md\n"),
    "scriv": ("changelog-required", "setup.cfg", "[scriv]\nfragment_directory = OUT\nchangelog = OUTNEWS.md\n"),
    "workspaces": ("changelog-required", "package.json", '{"name": "a", "workspaces": ["OUT*"]}\n'),
    "a from line": (
        "no-root-dockerfile",
        "Dockerfile",
        "# syntax=OUTout\nFROM a:1\nCOPY OUTpasswd /etc/passwd\nUSER app\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", some(WAYS, 3))
@pytest.mark.parametrize("reader", READERS)
def test_nothing_outside_is_opened(ground, reader, way) -> None:
    hook, path, content = READERS[reader]
    outside = ground.path.parent / "outside"
    outside.mkdir()
    for name, text in {
        "out.yaml": f"services: {{a: {{image: {SENTINEL}, ports: ['{SENTINEL}:1']}}}}\n",
        "out.env": f"P={SENTINEL}\n",
        "run.sh": f"#!/bin/sh\nexec npx {SENTINEL}\n",
        "Dockerfile": f"FROM {SENTINEL}\n",
        "NEWS.md": f"# {SENTINEL}\n",
    }.items():
        (outside / name).write_text(text)
    (ground.path / "sub").mkdir()
    (ground.path / "link").symlink_to("../outside")
    (ground.path / "sub/link").symlink_to(outside)
    where = way.format(absolute=outside)
    target = ground.path / path
    target.write_text(content.replace("OUT", where))
    (ground.path / "a.py").write_text("1\n")
    ground.git("add", "-Af")
    surface = ["--surface", "all"] if hook == "pinned-base-image" else []
    named = ["--", path] if hook not in ("changelog-required", "mcp-config-guard") else []
    done = watched(ground.path, hook, *surface, *named, GUARDRAIL_SENTINEL=str(outside))
    assert done.code in (0, 1, 2), done.err
    assert SENTINEL.encode() not in done.out + done.err


def test_a_draft_is_not_written_behind_a_link_that_leads_outside(ground) -> None:
    outside = ground.path.parent / "outside"
    outside.mkdir()
    (ground.path / "sub").mkdir()
    (ground.path / "sub/a.py").write_text("1\n")
    ground.git("add", "-A")
    (ground.path / "sub/a.py").unlink()
    (ground.path / "sub").rmdir()
    (ground.path / "sub").symlink_to(outside)
    done = hostile.start([str(SCRIPTS / "changelog-required"), "--fix", "--map", "sub/**=sub/LOG.md"], ground.path)
    assert done.code == 1
    assert b"outside the repository" in done.err
    assert list(outside.iterdir()) == []


DASHES = [
    "--upload-pack=touch ran",
    "-x",
    "--output=ran",
    "--help",
    "-",
    "--",
    "-O/ran",
    "--exec=touch ran",
    "a\nb",
]


@pytest.mark.parametrize("name", some(DASHES, 5))
@pytest.mark.parametrize("hook", SURFACES)
def test_references_that_look_like_options(ground, hook, name) -> None:
    surface = SURFACES[hook]
    ground.place(surface).write_text(surface.good)
    ground.git("add", "-Af")
    new_only = ["--new-only"] if surface.is_named else []
    ways: list[tuple[list[str], dict[str, str]]] = [([*new_only, f"--base={name}"], {})]
    ways += [(new_only, {"PRE_COMMIT_FROM_REF": name, "PRE_COMMIT_TO_REF": "HEAD"})]
    ways += [(new_only, {"PRE_COMMIT_FROM_REF": "HEAD", "PRE_COMMIT_TO_REF": name})]
    ways += [(new_only, {variable: name}) for variable in ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "GITHUB_BASE_REF")]
    for arguments, variables in ways:
        done = hostile.start([str(SCRIPTS / hook), "--format", "json", *arguments], ground.path, **variables)
        assert list(hostile.problems(done, ground.path, seconds=5)) == []
        assert done.code == 2, (arguments, variables, done)
    assert not [entry for entry in ground.path.rglob("*ran*") if ".git" not in entry.parts]


def test_registries_keys_and_people_that_look_like_options(ground) -> None:
    ground.place(SURFACES["port-registry-conflict"]).write_text(hostile.COMPOSE)
    (ground.path / "-x.md").write_text(hostile.PORTS)
    ground.git("add", "-A")
    done = hostile.start([str(SCRIPTS / "port-registry-conflict"), "--registry=-x.md", "compose.yaml"], ground.path)
    assert done.code == 0, done
    ground.clean()
    record = json.dumps(
        {
            "version": 1, "at": "2026-01-01T00:00:00Z", "by": "-Oprint-pubkey", "reason": "long enough to be one",
            "changes": [{"path": ".mcp.json", "server": "docs", "kind": "added", "seq": 1, "before": None}],
        }
    )  # fmt: skip
    files = {
        ".mcp.json": hostile.SERVERS,
        ".mcp-guard/policy.json": '{"mode": "signed", "version": 1}\n',
        ".mcp-guard/allowed_signers": "-Oprint-pubkey ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==\n* cert-authority -x\n",
        ".mcp-guard/approvals/-x.json": record,
        ".mcp-guard/approvals/20260101T000000Z-docs-added-0000.json": record,
        ".mcp-guard/approvals/20260101T000000Z-docs-added-0000.json.sig": "-----BEGIN SSH SIGNATURE-----\nU1NI\n",
    }
    for path, content in files.items():
        (ground.path / path).parent.mkdir(parents=True, exist_ok=True)
        (ground.path / path).write_text(content)
    ground.git("add", "-A")
    ground.git("commit", "-qm", "guard")
    (ground.path / ".mcp.json").write_text(hostile.SERVERS.replace("4.0.1", "4.0.2"))
    ground.git("add", "-A")
    done = hostile.start([str(SCRIPTS / "mcp-config-guard"), "--format", "json"], ground.path)
    assert list(hostile.problems(done, ground.path, seconds=5)) == []
    assert done.code == 1
    for key in ("-x", "-Y", "--help"):
        done = hostile.start([str(SCRIPTS / "mcp-config-guard"), "approve", f"--sign={key}"], ground.path)
        assert done.code == 2


def test_surfaces_are_all_of_the_suite() -> None:
    assert {surface.hook for surface in (*MAIN, *MORE)} == {path.name for path in SCRIPTS.iterdir()} & {
        "no-root-dockerfile", "pinned-base-image", "port-registry-conflict", "changelog-required", "mcp-config-guard"
    }  # fmt: skip
    assert isinstance(MAIN[0], Surface)
    assert os.path.isdir(PACKAGE)
