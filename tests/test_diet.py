"""What a run may load and start: the budget of a hook in terms that do not depend on the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(sys.executable).parent
# Each costs as much as reading a file does, or more; none is needed to judge.
NEVER = {
    "argparse", "asyncio", "ctypes", "dataclasses", "hashlib", "http", "importlib.metadata", "inspect", "logging",
    "pathlib", "random", "socket", "ssl", "subprocess", "tempfile", "typing", "urllib", "unittest", "yaml",
}  # fmt: skip
PROBE = """
import sys
sys.argv = sys.argv[1:]
before = set(sys.modules)
from guardrail_hooks.{module}.cli import main
code = main(sys.argv[1:])
print(code, *sorted(set(sys.modules) - before), file=sys.stderr)
"""
COLLECTIONS = """
import gc
import guardrail_hooks.core
started = []
gc.callbacks.append(lambda phase, info: started.append(phase))
from guardrail_hooks.{module}.cli import main
main([])
assert not started, len(started)
"""
CLEAN = "FROM debian:12.7\nRUN useradd -u 10001 app\nUSER 10001\n"
COMPOSE = "services:\n  a:\n    image: redis:7.2.4\n"


@pytest.fixture
def shop(repository):
    repository.commit(
        {"Dockerfile": CLEAN, "compose.yaml": COMPOSE, "root.dockerfile": "FROM debian:12.7\nUSER root\n"}
    )
    return repository


def run(repository, module: str, *arguments: str, trace: Path | None = None) -> tuple[int, set[str]]:
    """Run a hook in a process of its own; its exit code and the modules it loaded."""
    environment = {**os.environ, "PATH": os.environ["PATH"]}
    if trace:
        environment["PATH"] = os.pathsep.join([str(trace), environment["PATH"]])
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(module=module), module, *arguments],
        cwd=repository.path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    code, *modules = done.stderr.splitlines()[-1].split()
    return int(code), set(modules)


@pytest.mark.parametrize("module", ["no_root_dockerfile", "pinned_base_image"])
@pytest.mark.parametrize(("file", "expected"), [("Dockerfile", 0), ("nowhere/Dockerfile", 1)])
def test_nothing_expensive_is_loaded(shop, module, file, expected) -> None:
    code, modules = run(shop, module, file)
    assert code == expected
    assert not NEVER & modules


def test_a_finding_loads_no_more_than_its_report(shop) -> None:
    code, modules = run(shop, "no_root_dockerfile", "root.dockerfile")
    assert code == 1
    assert not NEVER & modules


@pytest.mark.parametrize("module", ["changelog_required", "mcp_config_guard"])
def test_no_garbage_is_collected_while_modules_load(shop, module) -> None:
    shop.write(".mcp.json", '{"mcpServers": {"a": {"command": "npx", "args": ["-y", "a@1.0.0"]}}}\n')
    shop.git("add", ".mcp.json")
    subprocess.run([sys.executable, "-c", COLLECTIONS.format(module=module)], cwd=shop.path, check=True)


def test_a_clean_dockerfile_needs_no_table_of_base_images(shop) -> None:
    _, modules = run(shop, "no_root_dockerfile", "Dockerfile")
    assert "guardrail_hooks.no_root_dockerfile.bases" not in modules
    assert "guardrail_hooks.core.printable" not in modules


def test_dockerfiles_need_no_yaml_reader(shop) -> None:
    _, modules = run(shop, "pinned_base_image", "Dockerfile")
    assert not any(name.startswith("ruamel") for name in modules)


def test_compose_files_need_no_dockerfile_reader(shop) -> None:
    _, modules = run(shop, "pinned_base_image", "compose.yaml")
    assert "dockerfile_parse" not in modules
    assert any(name.startswith("ruamel") for name in modules)


@pytest.mark.parametrize("surface", [[], ["--surface", "all"]])
def test_bake_files_and_development_containers_need_neither(shop, surface) -> None:
    shop.write("docker-bake.hcl", 'target "a" { contexts = { b = "docker-image://x:1" } }\n')
    shop.write("devcontainer.json", '{"image": "x:1"}\n')
    _, modules = run(shop, "pinned_base_image", *surface, "docker-bake.hcl", "devcontainer.json")
    assert not any(name.startswith(("ruamel", "dockerfile_parse")) for name in modules)
    assert not NEVER & modules


def test_dockerfiles_need_no_yaml_reader_whatever_else_might_be_read(shop) -> None:
    _, modules = run(shop, "pinned_base_image", "--surface", "all", "Dockerfile")
    assert not any(name.startswith("ruamel") for name in modules)
    assert not NEVER & modules


def test_a_file_without_images_needs_neither(shop) -> None:
    shop.write("compose.yaml", "services:\n  a:\n    build: .\n")
    _, modules = run(shop, "pinned_base_image", "compose.yaml")
    assert not any(name.startswith(("ruamel", "dockerfile_parse")) for name in modules)


def counting_git(folder: Path) -> tuple[Path, Path]:
    """A git that writes down its first argument: the file it writes to, and the folder it lies in."""
    log, trace = folder / "log", folder / "bin"
    real = subprocess.run(["which", "git"], capture_output=True, text=True, check=True).stdout.strip()
    trace.mkdir()
    (trace / "git").write_text(f'#!/bin/sh\necho "$1" >> "{log}"\nexec "{real}" "$@"\n')
    (trace / "git").chmod(0o755)
    return log, trace


@pytest.mark.parametrize(
    ("module", "arguments", "started"),
    [
        ("no_root_dockerfile", ["Dockerfile", "root.dockerfile"], []),
        ("no_root_dockerfile", [], ["ls-files"]),
        ("pinned_base_image", ["Dockerfile", "compose.yaml"], []),
        ("no_root_dockerfile", ["--new-only", "Dockerfile"], ["rev-parse", "diff-index", "rev-parse", "rev-parse"]),
    ],
)
def test_processes_that_are_started(shop, tmp_path, module, arguments, started) -> None:
    log, trace = counting_git(tmp_path)
    run(shop, module, *arguments, trace=trace)
    assert (log.read_text().split() if log.exists() else []) == started


# What a run may load beside this package, by what it reads; accelerators (`_json`) come with what they speed up.
PATTERNS = {"re", "enum", "types", "operator", "keyword", "collections", "reprlib", "functools", "itertools", "copyreg"}
PATTERNS |= {"sre_compile", "sre_parse", "sre_constants"}  # modules of their own until Python 3.10
DOCKERFILES = PATTERNS | {"dockerfile_parse", "json", "contextlib", "shlex", "bisect"}
YAML = PATTERNS | {"ruamel", "datetime", "math", "warnings", "bisect", "contextlib"}
DEAR = "services:\n  a:\n    image: redis:7.2.4\n    ports: ['80:80']\n  b:\n    image: x:1.2.3\n    ports: ['80:81']\n"
SERVER = '{"mcpServers": {"a":\n{"command": "npx", "args": ["-y", "acme@1.2.3"], "env": {"TOKEN": "${TOKEN}"}}\n}}\n'
ENTRY = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- The first thing\n"


@pytest.mark.parametrize(
    ("module", "arguments", "staged", "code", "allowed", "started"),
    [
        pytest.param("no_root_dockerfile", ["Dockerfile"], {}, 0, DOCKERFILES, [], id="a clean Dockerfile"),
        pytest.param("no_root_dockerfile", ["root.dockerfile"], {}, 1, DOCKERFILES, [], id="root"),
        pytest.param("pinned_base_image", ["Dockerfile"], {}, 0, DOCKERFILES, [], id="a pinned base"),
        pytest.param("pinned_base_image", ["l.dockerfile"], {"l.dockerfile": "FROM a\n"}, 1,
                     DOCKERFILES, ["ls-files"], id="latest"),
        pytest.param("pinned_base_image", ["compose.yaml"], {}, 0, YAML, [], id="pinned services"),
        pytest.param("port_registry_conflict", ["compose.yaml"], {}, 0, PATTERNS, ["ls-files"], id="no port at all"),
        pytest.param(
            "port_registry_conflict", ["s.compose.yaml"], {"s.compose.yaml": DEAR}, 1, YAML, ["ls-files"], id="a clash"
        ),
        pytest.param("changelog_required", [], {"a.py": "2", "CHANGELOG.md": f"{ENTRY}- More\n"}, 0,
                     PATTERNS | {"bisect"}, ["diff-index", "ls-files", "cat-file"], id="an entry"),
        pytest.param(
            "changelog_required", [], {"a.py": "2"}, 1, PATTERNS, ["diff-index", "ls-files", "cat-file"], id="no entry"
        ),
        pytest.param("mcp_config_guard", [], {"a.py": "2"}, 0, set(), ["ls-files", "diff-index"], id="no server"),
        pytest.param(
            "mcp_config_guard", [], {".mcp.json": SERVER}, 1, {"bisect", "itertools"},
            ["ls-files", "diff-index", "cat-file"], id="an unapproved server",
        ),
    ],
)  # fmt: skip
def test_what_a_run_loads_and_starts(shop, tmp_path, module, arguments, staged, code, allowed, started) -> None:
    shop.commit({"a.py": "1", "CHANGELOG.md": ENTRY})
    shop.stage(staged)
    log, trace = counting_git(tmp_path)
    found, modules = run(shop, module, *arguments, trace=trace)
    foreign = {name.partition(".")[0] for name in modules} - {"guardrail_hooks", "__future__", "gc"}
    assert found == code
    assert {name for name in foreign if not name.startswith("_")} <= allowed
    assert sorted(log.read_text().split() if log.exists() else []) == sorted(started)
