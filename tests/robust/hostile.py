#!/usr/bin/env python3
"""Hostile input for every hook on every surface that it reads, judged by whole processes with their real entries.

Each run must end by itself with exit code 0, 1 with findings at places that exist, or 2 with one line; without a
traceback, within one second of processor time and 200 MB. The suite runs the main surface of each hook
(tests/test_bad_input.py); this script runs all of them, 2,600 processes in about ten minutes:
`.venv/bin/python tests/robust/hostile.py [-k TEXT]`.
"""

from __future__ import annotations

import argparse
import atexit
import base64
import functools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, TypeVar

SCRIPTS = Path(sys.executable).parent
Case = TypeVar("Case")
SECONDS, MEGABYTES, PATIENCE = 1.0, 200, 60
# The superuser without the power over other people's files: bound by the mode bits, like everybody else.
MIGHT = "-dac_override,-dac_read_search"
MERE_OWNER = ["/usr/bin/setpriv", f"--inh-caps={MIGHT}", f"--bounding-set={MIGHT}"]
DEEP = 100_000

YAML, JSON, TOML, MARKDOWN, DOCKERFILE, HCL, LINES = "yaml", "json", "toml", "markdown", "dockerfile", "hcl", "lines"


def some(cases: Sequence[Case], every: int) -> Sequence[Case]:
    """One of so many cases for the suite; all of them where ROBUST=all is set, as for a release."""
    return cases if os.environ.get("ROBUST") == "all" else cases[::every]


class Surface(NamedTuple):
    """A kind of file that a hook reads: the hook, the path, something good to begin with, its format, the options.

    `beside` are other files that make the hook read it; `staged` hooks read the index instead of the disk.
    """

    hook: str
    path: str
    good: str
    format: str
    options: tuple[str, ...] = ()
    beside: tuple[tuple[str, str], ...] = ()
    is_staged: bool = False
    is_named: bool = True
    is_required: bool = False  # what cannot be read is a finding or no verdict, never a pass

    @property
    def name(self) -> str:
        return " ".join((self.hook, *self.options, self.path))


COMPOSE = "services:\n  a:\n    image: acme/a:1.0.0\n    ports: ['8080:80']\n"
PORTS = "# Ports\n\n- 8080: a\n"
DOCKER = "FROM debian:12.7\nRUN useradd app\nUSER 1000\n"
LOG = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- Something that is new here.\n"
SERVERS = '{"mcpServers": {"docs": {"command": "npx", "args": ["-y", "acme-docs@4.0.1"]}}}\n'
CONTEXT_SERVERS = SERVERS.replace("mcpServers", "context_servers")
VS_CODE = SERVERS.replace("mcpServers", "servers")
SCRIPT = "#!/bin/sh\nexec npx -y acme@1.0.0\n"
POD = "apiVersion: v1\nkind: Pod\nspec: {containers: [{ports: [{hostPort: 1}]}]}\n"
RULE18 = "# CHANGELOG\n\n### 2025-01-01 00:00:00 UTC - Version 1.0.0 - A - B - C\n"
WRAPPED = '{"mcpServers": {"a": {"command": "./scripts/a.sh"}}}\n'
RECORD = (
    '{"version": 1, "at": "2026-01-01T00:00:00Z", "by": "a@b.c", "reason": "a reason that is long", "changes": []}\n'
)
KEPT = (".mcp-guard/policy.json", '{\n  "mode": "record",\n  "version": 1\n}\n')
SERVED = (".mcp.json", SERVERS)

MAIN = (
    Surface("no-root-dockerfile", "Dockerfile", DOCKER, DOCKERFILE, is_required=True),
    Surface("pinned-base-image", "compose.yaml", COMPOSE, YAML, is_required=True),
    Surface("port-registry-conflict", "compose.yaml", COMPOSE, YAML, beside=(("PORTS.md", PORTS),), is_required=True),
    Surface("changelog-required", "CHANGELOG.md", LOG, MARKDOWN, is_staged=True, is_named=False, is_required=True),
    Surface("mcp-config-guard", ".mcp.json", SERVERS, JSON, is_staged=True, is_named=False, is_required=True),
)
ALL = ("--surface", "all")


def pinned(path: str, good: str, kind: str, *options: str) -> Surface:
    return Surface("pinned-base-image", path, good, kind, options)


def registry(path: str, good: str, kind: str, *options: str) -> Surface:
    return Surface("port-registry-conflict", path, good, kind, options, (("compose.yaml", COMPOSE),))


def logged(path: str, good: str, kind: str, *options: str) -> Surface:
    return Surface(
        "changelog-required", path, good, kind, options, (("CHANGELOG.md", LOG), ("a.py", "1\n")), True, False
    )


def guarded(path: str, good: str, kind: str, *beside: tuple[str, str]) -> Surface:
    return Surface("mcp-config-guard", path, good, kind, (), beside, True, False)


MORE = (
    pinned("Dockerfile", DOCKER, DOCKERFILE),
    pinned(".devcontainer/devcontainer.json", '{"image": "acme/a:1.0.0"}\n', JSON),
    pinned("docker-bake.hcl", 'target "a" { contexts = { b = "docker-image://acme/a:1" } }\n', HCL),
    pinned("docker-bake.json", '{"target": {"a": {"contexts": {"b": "docker-image://acme/a:1"}}}}\n', JSON),
    pinned("k8s/a.yaml", "apiVersion: v1\nkind: Pod\nspec:\n  containers: [{image: acme/a:1}]\n", YAML, *ALL),
    pinned(".github/workflows/ci.yml", "jobs:\n  a:\n    container: acme/a:1\n", YAML, *ALL),
    pinned(".gitlab-ci.yml", "a:\n  image: acme/a:1\n", YAML, *ALL),
    pinned("values.yaml", "image:\n  repository: acme/a\n  tag: 1.0.0\n", YAML, *ALL),
    pinned("a.container", "[Container]\nImage=acme/a:1\n", LINES, *ALL),
    pinned(".circleci/config.yml", "jobs:\n  a:\n    docker: [{image: acme/a:1}]\n", YAML, *ALL),
    pinned("azure-pipelines.yml", "jobs:\n- job: a\n  container: acme/a:1\n", YAML, *ALL),
    pinned("bitbucket-pipelines.yml", "image: acme/a:1\n", YAML, *ALL),
    registry("PORTS.md", PORTS, MARKDOWN),
    registry("ports.yaml", "ports:\n  8080: a\n", YAML),
    registry("ports.json", '{"ports": {"8080": "a"}}\n', JSON),
    registry("ports.env", "A_PORT=8080\n", LINES),
    registry("PORTS.md", PORTS, MARKDOWN, "--list"),
    registry(".env", "A=8080\n", LINES),
    Surface(
        "port-registry-conflict", "more.yaml", COMPOSE, YAML, (), (("compose.yaml", "include: [more.yaml]\n"),)
    ),
    registry("kind.yaml", "kind: Cluster\nnodes:\n- extraPortMappings:\n  - hostPort: 1\n", YAML, "--also", "kind"),
    registry("k.yaml", POD, YAML, "--also", "kubernetes"),
    registry(".devcontainer/devcontainer.json", '{"forwardPorts": [1]}\n', JSON, "--also", "devcontainer"),
    registry("a.container", "[Container]\nPublishPort=1:1\n", LINES, "--also", "quadlet"),
    logged("a.py", "1\n", LINES),
    logged("CHANGELOG.md", LOG.replace("[Unreleased]", "[1.0.0] - 2025-01-01"), MARKDOWN, "--lint", "file"),
    logged("CHANGELOG.md", RULE18, MARKDOWN, "--style", "rule18"),
    logged("pyproject.toml", '[tool.towncrier]\ndirectory = "news"\n', TOML),
    logged(".changie.yaml", "changesDir: .changes\n", YAML),
    logged(".changeset/config.json", "{}\n", JSON),
    logged(".changeset/a.md", '---\n"a": patch\n---\n\nText of it.\n', MARKDOWN),
    logged("package.json", '{"name": "a", "workspaces": ["packages/*"]}\n', JSON),
    logged("setup.cfg", "[scriv]\nformat = md\n", LINES),
    logged("releasenotes/notes/a.yaml", "fixes:\n- Text of it.\n", YAML),
    logged("CHANGELOG.md", LOG, MARKDOWN, "--fix"),
    guarded(".cursor/mcp.json", SERVERS, JSON),
    guarded(".vscode/mcp.json", VS_CODE, JSON),
    guarded(".codex/config.toml", '[mcp_servers.docs]\ncommand = "npx"\n', TOML),
    guarded(".continue/mcpServers/a.yaml", "mcpServers:\n- name: a\n  command: npx\n", YAML),
    guarded(".zed/settings.json", CONTEXT_SERVERS, JSON),
    guarded(".gemini/settings.json", SERVERS, JSON),
    guarded(".claude/settings.json", '{"enableAllProjectMcpServers": true}\n', JSON),
    guarded("opencode.json", '{"mcp": {"a": {"type": "local", "command": ["npx"]}}}\n', JSON),
    guarded(".roo/mcp.json", SERVERS, JSON),
    guarded("scripts/a.sh", SCRIPT, LINES, (".mcp.json", WRAPPED)),
    guarded("package.json", '{"dependencies": {"acme-docs": "1"}}\n', JSON, SERVED),
    guarded(".mcp-guard/policy.json", KEPT[1], JSON, SERVED),
    guarded(".mcp-guard/approvals/20260101T000000Z-a-added-0000.json", RECORD, JSON, SERVED, KEPT),
    guarded(".mcp-guard/allowed_signers", "a@b.c ssh-ed25519 AAAA\n", LINES, SERVED, KEPT),
    guarded(".pre-commit-config.yaml", "repos: []\n", YAML, SERVED, KEPT),
    guarded("prek.toml", "repos = []\n", TOML, SERVED, KEPT),
)  # fmt: skip


def bomb(good: bytes) -> bytes:
    """Aliases that multiply to 9 to the power of 30."""
    return good + b"a0: &a0 [x, x]\n" + b"".join(
        b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 30)
    )  # fmt: skip


def merges(good: bytes) -> bytes:
    """Merge keys that multiply."""
    return good + b"m0: &m0 {k0: 1}\n" + b"".join(
        b"m%d: &m%d\n  <<: [%s]\n  k%d: 1\n" % (n, n, b", ".join([b"*m%d" % (n - 1)] * 9), n) for n in range(1, 20)
    )  # fmt: skip


def chain(_: bytes) -> bytes:
    """Stages that are built from one another."""
    return b"FROM a:1 AS s0\n" + b"".join(b"FROM s%d AS s%d\n" % (n, n + 1) for n in range(8000))


def behind(mark: bytes, times: int = DEEP, lead: bytes = b"") -> Callable[[bytes], bytes]:
    return lambda good: good + lead + mark * times


# Name: how it is made of something good; whether it can never be read; the formats it is for (all when empty).
CONTENTS: dict[str, tuple[Callable[[bytes], bytes], bool, tuple[str, ...]]] = {
    "good": (lambda good: good, False, ()),
    "empty": (lambda good: b"", False, ()),
    "blanks": (lambda good: b" \n\t\n" * 1000, False, ()),
    "NUL alone": (lambda good: b"\0" * 5000, True, ()),
    "NUL behind": (lambda good: good + b"\0" * 5000, False, ()),
    "NUL inside": (lambda good: good[: len(good) // 2] + b"\0" + good[len(good) // 2 :], False, ()),
    "invalid UTF-8": (lambda good: good + b"# \xff\xfe\n", False, ()),
    "invalid UTF-8 first": (lambda good: b"\xc3(" + good, False, ()),
    "surrogates": (lambda good: good + b"\xed\xa0\x80\n", False, ()),
    "UTF-16 LE with mark": (lambda good: b"\xff\xfe" + good.decode().encode("utf-16-le"), True, ()),
    "UTF-16 BE with mark": (lambda good: b"\xfe\xff" + good.decode().encode("utf-16-be"), True, ()),
    "UTF-16 LE": (lambda good: good.decode().encode("utf-16-le"), True, ()),
    "UTF-16 BE": (lambda good: good.decode().encode("utf-16-be"), True, ()),
    "UTF-32": (lambda good: good.decode().encode("utf-32"), True, ()),
    "byte order mark": (lambda good: b"\xef\xbb\xbf" + good, False, ()),
    "two byte order marks": (lambda good: b"\xef\xbb\xbf" * 2 + good, False, ()),
    "CR": (lambda good: good.replace(b"\n", b"\r"), False, ()),
    "CRLF": (lambda good: good.replace(b"\n", b"\r\n"), False, ()),
    "CR CR LF": (lambda good: good.replace(b"\n", b"\r\r\n"), False, ()),
    "other line ends": (lambda good: good.replace(b"\n", "\u2028\x85\x0b".encode()), False, ()),
    "no final newline": (lambda good: good.rstrip(), False, ()),
    "cut off": (lambda good: good[: len(good) * 2 // 3], False, ()),
    "a comment of 10 MB": (lambda good: good + b"# " + b"x" * 10_000_000, False, ()),
    "a value of 10 MB": (lambda good: good.rstrip() + b"x" * 10_000_000, False, ()),
    "a million lines": (lambda good: good + b"\n" * 1_000_000, False, ()),
    "a million lines, CR LF": (lambda good: good + b"\r\n" * 500_000, False, ()),
    "a million comment lines": (lambda good: good + b"#\n" * 500_000, False, ()),
    "a line of a megabyte": (lambda good: good.rstrip() + b"x" * 1_000_000, False, ()),
    "words of a megabyte": (lambda good: good.rstrip() + b"x " * 500_000, False, ()),
    "random bytes": (lambda good: bytes(range(256)) * 100, True, ()),
    "deep brackets": (behind(b"[", lead=b"z: "), False, ()),
    "deep braces": (behind(b"{", lead=b"z: "), False, ()),
    "deep closed brackets": (lambda good: good + b"z: " + b"[" * 50_000 + b"]" * 50_000 + b"\n", False, ()),
    "deep objects": (lambda good: b'{"a":' * DEEP + b"1" + b"}" * DEEP, False, (JSON, YAML, MARKDOWN)),
    "deep arrays": (lambda good: b"[" * DEEP + b"]" * DEEP, False, (JSON, YAML, TOML)),
    "deep arrays inside": (behind(b"[", lead=b', "z": '), False, (JSON,)),
    "comments without end": (behind(b"/*", 50_000), False, (JSON, HCL)),
    "quotes without end": (behind(b'"\\"', 50_000), False, ()),
    "deep blocks": (lambda good: good + b"".join(b" " * n + b"a:\n" for n in range(1300)), False, (YAML, MARKDOWN)),
    "deep dashes": (behind(b"- ", lead=b"z:\n "), False, (YAML, MARKDOWN)),
    "a hundred thousand items": (behind(b"- x\n", lead=b"z:\n"), False, (YAML, MARKDOWN)),
    "a scalar of a million lines": (lambda good: good + b"z: x" + b"\n" * 1_000_000 + b"  x\n", False, (YAML,)),
    "a quoted million lines": (lambda good: good + b'z: "' + b"\n" * 1_000_000 + b'"\n', False, (YAML,)),
    "a block of a million lines": (lambda good: good + b"z: |\n" + b"\n" * 1_000_000, False, (YAML,)),
    "a list of a million lines": (lambda good: good + b"z: [" + b"\n" * 1_000_000 + b"]\n", False, (YAML,)),
    "brackets in turn": (lambda good: good + b"z: [" + (b"[" * 190 + b"]" * 190 + b",") * 200 + b"]\n", False, (YAML,)),
    "deep keys": (behind(b"? ", lead=b"\n"), False, (YAML,)),
    "aliases that multiply": (bomb, False, (YAML,)),
    "merges that multiply": (merges, False, (YAML,)),
    "an alias of itself": (lambda good: good + b"z: &z [*z, *z]\n", False, (YAML,)),
    "many tags and anchors": (behind(b"!!a &b ", 30_000, b"z: "), False, (YAML,)),
    "many documents": (behind(b"---\na: 1\n", 20_000), False, (YAML,)),
    "deep tables": (lambda good: good + b"[" + b".".join([b"a"] * 50_000) + b"]\n", False, (TOML,)),
    "deep TOML values": (behind(b"[", lead=b"\nz = "), False, (TOML,)),
    "deep TOML braces": (behind(b"{a=", lead=b"\nz = "), False, (TOML,)),
    "many tables": (lambda good: good + b"".join(b"[t%d.u]\n" % n for n in range(20_000)), False, (TOML,)),
    "deep quotes": (behind(b"> ", lead=b"\n"), False, (MARKDOWN,)),
    "deep items": (lambda good: good + b"".join(b"  " * n + b"- a\n" for n in range(1000)), False, (MARKDOWN, YAML)),
    "emphasis": (behind(b"**a_*", 100_000, b"\n- "), False, (MARKDOWN,)),
    "links": (behind(b"[a](", 100_000, b"\n- "), False, (MARKDOWN,)),
    "angles": (behind(b"<!-- ", 100_000, b"\n"), False, (MARKDOWN,)),
    "fences": (behind(b"```\n~~~\n", 50_000, b"\n"), False, (MARKDOWN,)),
    "tables": (behind(b"| a ", 100_000, b"\n| port |\n|---|\n"), False, (MARKDOWN,)),
    "headings": (behind(b"## [1.0.0] - 2025-01-01\n\n", 20_000, b"\n"), False, (MARKDOWN,)),
    "deep defaults": (behind(b"${A:-", lead=b"\nARG A="), False, (DOCKERFILE, LINES, YAML, HCL)),
    "continued lines": (behind(b"\\\n", lead=b"RUN a "), False, (DOCKERFILE, LINES)),
    "heredocs": (behind(b"RUN <<A <<B\nA\nB\n", 5000), False, (DOCKERFILE, LINES)),
    "many stages": (lambda good: b"".join(b"FROM a%d AS s%d\n" % (n, n) for n in range(10_000)), False, (DOCKERFILE,)),
    "stages in a chain": (chain, False, (DOCKERFILE,)),
    "deep commands": (behind(b"$(", lead=b"\nexec "), False, (LINES, DOCKERFILE)),
    "blocks without end": (behind(b"a {\n", 50_000), False, (HCL,)),
    "a large number": (lambda good: good.replace(b"1", b"1" * 5000), False, ()),
    "bidi": (lambda good: good.replace(b"a", "\u202ea\u2066\x1b[31m".encode()), False, ()),
}  # fmt: skip


# What the suite runs, of each kind one.
SHORT = (
    "empty", "NUL alone", "invalid UTF-8", "UTF-16 LE with mark", "UTF-16 BE with mark", "UTF-16 LE", "UTF-16 BE",
    "byte order mark", "CR", "CRLF", "a value of 10 MB", "random bytes", "deep brackets", "deep objects", "deep dashes",
    "deep quotes", "deep defaults", "aliases that multiply", "merges that multiply", "bidi",
)  # fmt: skip


class Outcome(NamedTuple):
    """What became of a run: exit code (negative for a signal), output, processor seconds, peak megabytes."""

    code: int
    out: bytes
    err: bytes
    seconds: float
    megabytes: float


def environment() -> dict[str, str]:
    """No driver, no CI service, no git settings; what the tests pin as well."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")
    fixed = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for role in ("AUTHOR", "COMMITTER"):
        fixed |= {f"GIT_{role}_NAME": "A", f"GIT_{role}_EMAIL": "a@b.c"}
    return {name: os.environ[name] for name in kept if name in os.environ} | fixed


RUNNER = """
import base64, json, os, sys, time
for line in sys.stdin:
    task = json.loads(line)
    argv = [base64.b64decode(word) for word in task["argv"]]
    out, err = (os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC) for path in task["files"])
    pid = os.fork()
    if not pid:
        os.chdir(task["folder"])
        for source, target in ((os.open(os.devnull, os.O_RDONLY), 0), (out, 1), (err, 2)):
            os.dup2(source, target)
        try:
            os.execvpe(argv[0], argv, task["environment"])
        finally:
            os._exit(127)
    deadline = time.monotonic() + task["patience"]
    ended = 0
    while not ended:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if not ended:
            time.sleep(0.002)
            if time.monotonic() > deadline:
                os.kill(pid, 9)
    os.close(out)
    os.close(err)
    done = os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    print(json.dumps(done), flush=True)
"""


class Runner:
    """A small process that starts others: the peak memory of a child begins with that of its parent."""

    def __init__(self) -> None:
        self._folder = tempfile.mkdtemp()
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-c", RUNNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        atexit.register(self.close)

    def close(self) -> None:
        """End it."""
        self._process.communicate()
        shutil.rmtree(self._folder, ignore_errors=True)

    def run(self, arguments: list[str | bytes], folder: str | os.PathLike[str], environment: dict[str, str]) -> Outcome:
        """Run a program to its end, or to the end of patience."""
        assert self._process.stdin
        assert self._process.stdout
        files = [os.path.join(self._folder, name) for name in ("out", "err")]
        task = {
            "argv": [base64.b64encode(os.fsencode(word)).decode() for word in arguments],
            "folder": os.fspath(folder),
            "environment": environment,
            "files": files,
            "patience": PATIENCE,
        }
        print(json.dumps(task), file=self._process.stdin, flush=True)
        code, seconds, megabytes = json.loads(self._process.stdout.readline())
        out, err = (Path(name).read_bytes() for name in files)
        return Outcome(code, out, err, seconds, megabytes)


@functools.cache
def runner() -> Runner:
    """The one runner of this process."""
    return Runner()


def start(arguments: list[str | bytes], folder: str | os.PathLike[str], **more: str) -> Outcome:
    """Run a program with a pinned environment."""
    return runner().run(arguments, folder, environment() | more)


def problems(done: Outcome, root: Path, *, seconds: float = SECONDS) -> Iterator[str]:
    """Everything that is wrong about a run."""
    if done.code not in (0, 1, 2):
        yield f"exit code {done.code}"
    if b"Traceback" in done.err or b"internal error" in done.err:
        yield f"it broke: {done.err[-300:].decode(errors='replace')}"
    if done.code == 2 and (done.out or done.err.count(b"\n") != 1 or b": error: " not in done.err):
        yield f"no one line for exit code 2: {done.out[:100]!r} {done.err[:300]!r}"
    if done.seconds > seconds:
        yield f"{done.seconds:.2f} s"
    if done.megabytes > MEGABYTES:
        yield f"{done.megabytes:.0f} MB"
    if done.code in (0, 1) and done.out:
        try:
            findings = json.loads(done.out)
        except ValueError:
            return
        if done.code == 1 and not findings:
            yield "exit code 1 without a finding"
        for finding in findings if isinstance(findings, list) else ():
            yield from misplaced(finding, root)


def misplaced(finding: dict, root: Path) -> Iterator[str]:
    """What is wrong about the place of a finding: it must lie inside its file."""
    first, last = (finding["line"], finding["column"]), (finding["end_line"], finding["end_column"])
    if first[0] is None:
        return
    place = f"{finding['code']} {finding['path']}:{first[0]}:{first[1]}-{last[0]}:{last[1]}"
    if first[0] < 1 or first[1] < 1 or last < first:
        yield f"no place: {place}"
    path = root / (finding["path"] or "")
    try:
        if finding["path"] is None or path.is_symlink() or not path.is_file() or path.stat().st_size > 50_000_000:
            return
    except OSError:  # a configured folder whose name is too long for any file
        return
    content = path.read_bytes().replace(b"\r\n", b"\n")
    ways = (content.split(b"\n"), content.replace(b"\r", b"\n").split(b"\n"))  # CR alone is no line end to every format
    if not any(is_inside(lines, first) and is_inside(lines, last) for lines in ways):
        yield f"place outside of the file ({len(ways[1])} lines): {place}"


def is_inside(lines: list[bytes], place: tuple[int, int]) -> bool:
    """Whether a line exists, and a column in it; the end may stand one behind, a byte order mark may count."""
    line, column = place
    return line <= len(lines) and column <= len(lines[line - 1].decode("utf-8", "replace")) + 2


def make_folder(path: Path) -> None:
    path.mkdir()


def make_loop(path: Path) -> None:
    path.symlink_to(path.name)


def make_long_loop(path: Path) -> None:
    path.symlink_to("loop-a")
    (path.parent / "loop-a").symlink_to("loop-b")
    (path.parent / "loop-b").symlink_to("loop-a")


def make_link_out(path: Path) -> None:
    path.symlink_to("/etc/hostname")


def make_dangling(path: Path) -> None:
    path.symlink_to("nowhere")


def make_endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def make_git_link(path: Path) -> None:
    path.symlink_to(os.path.relpath(find_git(path) / "config", path.parent))


def find_git(path: Path) -> Path:
    return next(folder / ".git" for folder in path.parents if (folder / ".git").is_dir())


def make_link_to_folder(path: Path) -> None:
    path.symlink_to(".")


def make_socket(path: Path) -> None:
    here = os.getcwd()
    os.chdir(path.parent)  # the name of a socket has at most a hundred bytes
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def make_nothing(path: Path) -> None:
    """The file was deleted between listing and reading."""


def make_sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(10_000_000_000)


KINDS: tuple[Callable[[Path], None], ...] = (
    make_folder, make_loop, make_long_loop, make_link_out, make_dangling, make_endless, make_git_link,
    make_link_to_folder, os.mkfifo, make_socket, make_nothing, make_sparse,
)  # fmt: skip


class Ground:
    """A repository for many runs, one after the other."""

    def __init__(self, folder: Path) -> None:
        self.path = folder
        folder.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")
        (folder / "README").write_text("x\n")
        self.git("add", "-A")
        self.git("commit", "-qm", "base")

    def git(self, *arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=self.path, env=environment(), check=True, capture_output=True)

    def clean(self) -> None:
        self.git("reset", "-q", "--hard")
        self.git("clean", "-qffdx")

    def place(self, surface: Surface) -> Path:
        """Put down what stands beside the file of a surface; the path of the file."""
        for path, content in surface.beside:
            self._make_room(path).write_text(content)
        return self._make_room(surface.path)

    def _make_room(self, path: str) -> Path:
        """Nothing at a path, in a folder; git leaves a FIFO where it is, and writing to it would never end."""
        target = self.path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        return target

    def judge(self, surface: Surface, *, stage: bool = True) -> Outcome:
        """Run the hook of a surface."""
        if surface.is_staged and stage:
            self.git("-c", "core.autocrlf=false", "add", "-Af")
        named = [path for path, _ in surface.beside] if not surface.is_staged and surface.beside else []
        files = ["--", *dict.fromkeys([*named, surface.path])] if surface.is_named else []
        report = [] if {"--fix", "--list"} & set(surface.options) else ["--format", "json"]
        return start([str(SCRIPTS / surface.hook), *surface.options, *report, *files], self.path)


def content_cases(surface: Surface) -> Iterator[tuple[str, bytes, bool]]:
    """Name, content, and whether that content can never be read, for a surface."""
    for name, (make, is_broken, formats) in CONTENTS.items():
        if not formats or surface.format in formats:
            yield name, make(surface.good.encode()), is_broken


def judge_content(ground: Ground, surface: Surface, content: bytes, *, is_broken: bool, seconds: float) -> list[str]:
    """What is wrong about the run of a hook on a content."""
    ground.place(surface).write_bytes(content)
    done = ground.judge(surface)
    found = list(problems(done, ground.path, seconds=seconds))
    if is_broken and surface.is_required and done.code == 0:
        found.append("what cannot be read has passed")
    return found


def judge_kind(ground: Ground, surface: Surface, make: Callable[[Path], None], *, seconds: float) -> list[str]:
    """What is wrong about the run of a hook on something that is no readable file."""
    make(ground.place(surface))
    stage = make not in (make_folder, os.mkfifo, make_socket, make_nothing, make_sparse)
    done = ground.judge(surface, stage=stage)
    found = list(problems(done, ground.path, seconds=seconds))
    if surface.is_required and not surface.is_staged and done.code == 0:
        found.append("what is no file has passed")
    return found


def main() -> int:
    """Run everything; 1 when something is wrong."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("-k", default="", metavar="TEXT", help="only runs whose name contains it")
    given = options.parse_args()
    runs, wrong = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        ground = Ground(Path(folder) / "repository")
        for surface in (*MAIN, *MORE):
            for name, content, is_broken in content_cases(surface):
                if given.k in f"{surface.name}: {name}":
                    runs += 1
                    for problem in judge_content(ground, surface, content, is_broken=is_broken, seconds=SECONDS):
                        wrong += 1
                        print(f"{surface.name}: {name}: {problem}", flush=True)
            for make in KINDS:
                if given.k in f"{surface.name}: {make.__name__}":
                    runs += 1
                    ground.clean()
                    for problem in judge_kind(ground, surface, make, seconds=SECONDS):
                        wrong += 1
                        print(f"{surface.name}: {make.__name__}: {problem}", flush=True)
            ground.clean()
    print(f"{runs} runs, {wrong} problems")
    return 1 if wrong else 0


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        sys.exit(main())
