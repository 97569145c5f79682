#!/usr/bin/env python3
"""Show what a user sees: a day at the small shop of `examples/acme`, with git, the real pre-commit, and our hooks.

Sets up what it needs (once), then makes five commits in a scratch repository, one for each hook: what is staged, the
refusal in the hook's own words, what is typed to mend it, and the accepted commit. After that the shop as somebody
found it, with one of each fault (`examples/acme/before`), and as it is once they are mended (`examples/acme/after`).

Exits 0 when every commit was refused for exactly the promised rules and accepted once mended. Arguments go on to
`pre-commit run`: `python3 examples/demo.py mcp-config-guard --verbose` shows one hook only.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from run import ENVIRONMENT, SCRIPTS, WHEELS, ensure_environment  # noqa: E402  (found by the line above)

DEMO = ENVIRONMENT / "demo"
AUTHOR = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Ann Author"), ("EMAIL", "ann@example.com"))
}
FINDING = re.compile(r"(?m)^ *[^\s:][^:\n]*:\d+:\d+: ([A-Z]{3}\d{3}) .*")


class Edit(NamedTuple):
    """Words of a file of the shop, and what stands in their place afterwards."""

    path: str
    old: str
    new: str


class Visit(NamedTuple):
    """One commit: what is staged, the rules that refuse it, and what is typed then."""

    hook: str
    story: str
    message: str
    staged: tuple[Edit, ...]
    codes: tuple[str, ...]
    mended: tuple[Edit, ...]
    server: str = ""  # whose change its owner approves afterwards


SHOP_LOG, API_LOG, API = "CHANGELOG.md", "services/api/CHANGELOG.md", "services/api/Dockerfile"
FIRST_ADDED = "- A preview of the web front,"
FILTERED = "- Orders can be filtered by day: `GET /orders?day=2025-11-21`.\n"
TICKETS = """    "tickets": {
      "command": "./scripts/mcp/tickets.sh",
      "env": { "TICKETS_MODE": "read-only" }
    },
"""
TOUR = (
    Visit(
        "no-root-dockerfile",
        "Somebody needs root for one step of the build, and keeps it.",
        "Let the debugger in",
        (
            Edit(API, "compileall -q .\n", "compileall -q .\n\n# The debugger needs it.\nUSER root\n"),
            Edit(API, "USER root\n", "USER root\nRUN pip install --no-cache-dir debugpy==1.8.7\n"),
            Edit(API_LOG, FILTERED, f"{FILTERED}- A debugger is on board, for `docker compose exec`.\n"),
        ),
        ("USR001",),
        (Edit(API, "debugpy==1.8.7\n", "debugpy==1.8.7\nUSER api\n"),),
    ),
    Visit(
        "pinned-base-image",
        "The cache gets a successor, in whatever version is newest on the day of the pull.",
        "Use Valkey for the cache",
        (
            Edit("compose.yaml", "image: redis:7.4.1", "image: valkey/valkey:latest"),
            Edit(SHOP_LOG, "### Changed\n\n", "### Changed\n\n- The cache is Valkey.\n"),
        ),
        ("PIN002",),
        (Edit("compose.yaml", "valkey/valkey:latest", "valkey/valkey:8.0.1"),),
    ),
    Visit(
        "port-registry-conflict",
        "The office gets a status page, on a port that is somebody else's.",
        "Watch the shop with Uptime Kuma",
        (
            Edit(
                "compose.office.yaml",
                "services:\n",
                'services:\n  uptime:\n    image: louislam/uptime-kuma:1.23.15\n    ports: ["9001:3001"]\n',
            ),
            Edit(SHOP_LOG, FIRST_ADDED, f"- The office has a status page.\n{FIRST_ADDED}"),
        ),
        ("PRT102",),
        (
            Edit("compose.office.yaml", '"9001:3001"', '"9004:3001"'),
            Edit("PortRegistry.md", "- **9005-9006**", "- **9004**: Uptime\n- **9005-9006**"),
        ),
    ),
    Visit(
        "changelog-required",
        "Two parts of the shop change. One entry is filed under a release that is out, the other is missing.",
        "Serve larger pages",
        (
            Edit("services/api/shop/api.py", "PAGE = 50", "PAGE = 100"),
            Edit(API_LOG, "- `GET /orders`.\n", "- `GET /orders`.\n- A page holds 100 orders.\n"),
            Edit("services/web/src/index.html", "As of {{day}}.", "As of {{day}}, 100 orders to a page."),
        ),
        ("CHG101", "CHG104"),
        (
            Edit(API_LOG, "- `GET /orders`.\n- A page holds 100 orders.\n", "- `GET /orders`.\n"),
            Edit(API_LOG, "### Changed\n\n", "### Changed\n\n- A page holds 100 orders.\n"),
            Edit(SHOP_LOG, "### Changed\n\n", "### Changed\n\n- The shop window says how many orders a page holds.\n"),
        ),
    ),
    Visit(
        "mcp-config-guard",
        "An assistant tidies up: one MCP server takes any version from now on, another one is gone.",
        "Refresh the docs server",
        (
            Edit(".mcp.json", "acme-docs-mcp@4.0.1", "acme-docs-mcp@latest"),
            Edit(".mcp.json", TICKETS, ""),
            Edit(SHOP_LOG, "### Changed\n\n", "### Changed\n\n- The docs server knows the new handbook.\n"),
        ),
        ("MCG301", "MCG802", "MCG803"),
        (
            Edit(".mcp.json", "acme-docs-mcp@latest", "acme-docs-mcp@4.1.0"),
            Edit(".mcp.json", '    "files": {', TICKETS + '    "files": {'),
        ),
        server="docs",
    ),
)
BEFORE = {  # what the hooks find in examples/acme/before
    "no-root-dockerfile": "ALW001 ALW003 USR001 USR002 USR003 USR900",
    "pinned-base-image": "PIN001 PIN002 PIN003 PIN006 PIN012",
    "port-registry-conflict": "PRT001 PRT101 PRT102 PRT103 PRT201 PRT202 PRT302",
    "changelog-required": "CHG105 CHG203 CHG305 CHG308",
    "mcp-config-guard": "MCG102 MCG109 MCG202 MCG301 MCG302 MCG304 MCG403 MCG407 MCG501 MCG602 MCG603 MCG801",
}


def driver_environment(home: Path) -> dict[str, str]:
    """The environment of a driver that installs hooks from the wheels at hand and knows no other settings."""
    foreign = ("PRE_COMMIT", "PREK", "GITHUB_", "GITLAB_", "CI_", "BITBUCKET_", "SYSTEM_", "GIT_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return environment | AUTHOR | {
        "PATH": os.pathsep.join([str(SCRIPTS), environment.get("PATH", "")]),
        "PRE_COMMIT_HOME": str(home / "pre-commit"),
        "PREK_HOME": str(home / "prek"),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(WHEELS),
        "UV_OFFLINE": "1",
        "UV_NO_INDEX": "1",
        "UV_FIND_LINKS": str(WHEELS),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
    }  # fmt: skip


def git(*arguments: str, cwd: Path, environment: dict[str, str] | None = None, check: bool = True) -> str:
    """Run git in a folder and return what it prints."""
    environment = environment or {**os.environ, **AUTHOR, "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(["git", *arguments], cwd=cwd, env=environment, capture_output=True, text=True)
    if check and done.returncode:
        raise SystemExit(f"git {' '.join(arguments)} failed: {done.stderr}")
    return done.stdout


def hook_repository(home: Path) -> tuple[Path, str]:
    """This checkout, uncommitted work included, as a repository of its own that a driver can clone; its path and tag.

    The tag names the content, so a driver installs it once per state of the checkout.
    """
    listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).split("\0")
    needed = ("hooks/", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
    files = sorted(name for name in listed if name.startswith(needed) and (ROOT / name).is_file())
    content = hashlib.sha256()
    for name in files:
        content.update(name.encode() + b"\0" + (ROOT / name).read_bytes() + b"\0")
    tag = f"v0.0.{int(content.hexdigest()[:12], 16)}"
    path = home / f"guardrail-hooks-{tag}"
    if not (path / ".git").exists():
        home.mkdir(parents=True, exist_ok=True)
        scratch = home / f"making-{os.getpid()}"
        shutil.rmtree(scratch, ignore_errors=True)
        for name in files:
            target = scratch / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)
        git("init", "-q", "-b", "main", cwd=scratch)
        git("add", "-A", "-f", cwd=scratch)
        git("commit", "-q", "-m", tag, cwd=scratch)
        git("tag", tag, cwd=scratch)
        try:
            scratch.rename(path)
        except OSError:  # another process was faster
            shutil.rmtree(scratch)
    return path, tag


def hook_ids() -> list[str]:
    """The ids of the hooks that run at the pre-commit stage."""
    manifest = (ROOT / ".pre-commit-hooks.yaml").read_text()
    entries = re.split(r"(?m)^- id: ", manifest)[1:]
    return [entry.split("\n", 1)[0] for entry in entries if "stages: [pre-commit" in entry]


def configuration(repository: Path, tag: str, *more: str) -> str:
    """The `.pre-commit-config.yaml` that a user writes, with this checkout as the source."""
    hooks = "".join(f"  - id: {name}\n" for name in [*hook_ids(), *more])
    return f"repos:\n- repo: {repository.as_posix()}\n  rev: {tag}\n  hooks:\n{hooks}"


def copy_example(state: str, scratch: Path) -> None:
    """Replace the files of the scratch repository by those of the example."""
    for entry in scratch.iterdir():
        if entry.name not in (".git", ".pre-commit-config.yaml"):
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    shutil.copytree(ROOT / "examples/acme" / state, scratch, dirs_exist_ok=True)


def say(*lines: str) -> None:
    """Tell the reader something, marked as a shell marks a comment."""
    for line in lines:
        print(f"# {line}" if line else "", flush=True)


class Shop:
    """A scratch repository with the hooks installed, and whoever works in it."""

    def __init__(self, folder: Path, home: Path, arguments: list[str]) -> None:
        self.folder = folder
        self.environment = driver_environment(home)
        self.arguments = arguments
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")
        repository, tag = hook_repository(home)
        (folder / ".pre-commit-config.yaml").write_text(configuration(repository, tag, "mcp-config-approve"))

    def git(self, *arguments: str) -> str:
        """What git prints."""
        return git(*arguments, cwd=self.folder, environment=self.environment)

    def run(self, *command: str) -> tuple[int, str]:
        """Show a command and what comes of it; its exit code and all that it says."""
        print("$", " ".join(f"'{word}'" if " " in word else word for word in command), flush=True)
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        print(done.stdout.rstrip(), end="\n\n" if done.stdout.strip() else "\n", flush=True)
        return done.returncode, done.stdout

    def install(self) -> None:
        """Put the driver's git hook in place; one that passes the arguments on, where there are any."""
        self.run("pre-commit", "install", "--install-hooks")
        if self.arguments:
            hook = self.folder / ".git/hooks/pre-commit"
            words = " ".join(f"'{word}'" for word in self.arguments)
            hook.write_text(f"#!/bin/sh\nexec pre-commit run --color never {words}\n")

    def edit(self, edits: tuple[Edit, ...]) -> None:
        """Change files, stage them, and show how."""
        for path, old, new in edits:
            file = self.folder / path
            text = file.read_text()
            assert text.count(old) == 1, f"{path} holds {old!r} {text.count(old)} times"
            file.write_text(text.replace(old, new))
        for line in self.git("diff", "--unified=0").splitlines():
            if line.startswith("+++ "):
                print(line.removeprefix("+++ b/"))
            elif line[:1] in "+-" and not line.startswith("--- "):
                print(f"  {line}".rstrip())
        print(flush=True)
        self.git("add", "-A")

    def commit(self, message: str) -> tuple[bool, str]:
        """Try to commit; whether it was accepted, and what was said."""
        code, said = self.run("git", "commit", "--quiet", "-m", message)
        return code == 0, said

    def approve(self, server: str, reason: str) -> bool:
        """Approve the change of a server as its owner does, in a terminal; whether there is one."""
        try:
            import pty
        except ImportError:
            say("Approvals need a terminal as Linux and macOS have it: here the change is taken back instead.")
            self.git("checkout", "HEAD", "--", ".mcp.json")
            return False
        command = ["pre-commit", "run", "mcp-config-approve", "--hook-stage", "manual", "--color", "never"]
        print(f"$ MCP_APPROVE_REASON='{reason}' {' '.join(command[:5])}", flush=True)
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(self.folder)
            os.execvpe(command[0], command, {**self.environment, "MCP_APPROVE_REASON": reason})
        shown = b""
        while part := read_some(terminal):
            shown += part
            if prompt := re.search(rb"separated by blanks:\r\n([^\r\n]*)\r\n\Z", shown):
                answer = server if prompt[1].decode() == server else "nothing else"
                os.write(terminal, f"{answer}\n".encode())
        os.waitpid(child, 0)
        print(shown.decode().replace("\r", ""), flush=True)
        self.run("git", "add", ".mcp-guard")
        return True


def read_some(terminal: int) -> bytes:
    """What stands in a terminal; nothing once the last program has left it."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def broken_promises(said: str, promised: dict[str, set[str]]) -> list[str]:
    """What a refused run says otherwise than promised: the hooks that refuse, each with exactly its rules."""
    sections = dict(section.partition("\n")[::2] for section in said.split("- hook id: ")[1:])
    broken = [f"{hook} refused it" for hook in sections if hook not in promised and "- exit code: 1" in sections[hook]]
    for hook, codes in promised.items():
        found = set(FINDING.findall(sections.get(hook, "")))
        if "- exit code: 1" not in sections.get(hook, ""):
            broken.append(f"{hook} did not refuse it")
        broken += [f"{code} was not reported" for code in sorted(codes - found)]
        broken += [f"{code} was reported" for code in sorted(found - codes)]
    return broken


def faults(chosen: list[str]) -> dict[str, set[str]]:
    """What these hooks find in examples/acme/before."""
    return {hook: set(BEFORE[hook].split()) for hook in chosen}


def visit(shop: Shop, number: int, total: int, one: Visit) -> list[str]:
    """One commit, refused, mended and accepted; the promises that were broken."""
    print(flush=True)
    say(f"{number} of {total}: {one.hook}", one.story, "")
    shop.edit(one.staged)
    accepted, said = shop.commit(one.message)
    broken = ["it was accepted as it was"] if accepted else broken_promises(said, {one.hook: set(one.codes)})
    say("Refused. What the message asks for:", "")
    shop.edit(one.mended)
    if one.server:
        say(f'What is left is a change of "{one.server}". Whoever owns it looks at it and types its name:', "")
        shop.approve(one.server, "The handbook of 2026 needs 4.1.0, reviewed in SHOP-114")
    accepted, _ = shop.commit(one.message)
    say(f"Accepted: {shop.git('log', '--oneline', '-1').strip()}" if accepted else "Refused again.")
    if not accepted:
        broken.append("the mended commit was refused")
    return [f"{one.message}: {promise}" for promise in broken]


def tour(folder: Path, home: Path, chosen: list[str], arguments: list[str]) -> list[str]:
    """The five commits; the promises that were broken."""
    shop = Shop(folder, home, arguments)
    say("A small shop (examples/acme/after), git, and pre-commit with these hooks:", "")
    print((folder / ".pre-commit-config.yaml").read_text(), flush=True)
    shop.install()
    copy_example("after", folder)
    shop.git("add", "-A")
    broken = [] if shop.commit("The shop")[0] else ["the shop of examples/acme/after was refused"]
    visits = [one for one in TOUR if one.hook in chosen]
    for number, one in enumerate(visits, 1):
        broken += visit(shop, number, len(visits), one)
    return broken


def find_faults(folder: Path, home: Path, chosen: list[str], arguments: list[str]) -> list[str]:
    """The shop with one of each fault, and once they are mended; the promises that were broken."""
    shop = Shop(folder, home, arguments)
    print(flush=True)
    say("The shop as somebody found it (examples/acme/before), one of each fault; the first line of each message:", "")
    copy_example("before", folder)
    shop.git("add", "-A")
    _, said = run_hooks(shop, only_first_lines=True)
    broken = [f"examples/acme/before: {promise}" for promise in broken_promises(said, faults(chosen))]
    say("The same files, mended as the messages say (examples/acme/after):", "")
    copy_example("after", folder)
    shop.git("add", "-A")
    code, _ = run_hooks(shop)
    return broken + (["examples/acme/after was refused"] if code else [])


def run_hooks(shop: Shop, *, only_first_lines: bool = False) -> tuple[int, str]:
    """What `pre-commit run` says about the staged files."""
    command = ["pre-commit", "run", "--color", "never", *shop.arguments]
    print("$", " ".join([*command[:2], *shop.arguments]), flush=True)
    done = subprocess.run(
        command, cwd=shop.folder, env=shop.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    lines = done.stdout.splitlines()
    shown = [line for line in lines if FINDING.match(line) or line.endswith(("Passed", "Failed", "Skipped"))]
    print("\n".join(shown if only_first_lines else lines), end="\n\n", flush=True)
    return done.returncode, done.stdout


def main() -> int:
    """Refused, mended, accepted."""
    ensure_environment()
    arguments = sys.argv[1:]
    chosen = [name for name in hook_ids() if not set(arguments) & set(hook_ids()) or name in arguments]
    broken = tour(DEMO / "acme", DEMO, chosen, arguments) + find_faults(DEMO / "found", DEMO, chosen, arguments)
    if broken:
        print("\n".join(f"not as promised: {promise}" for promise in broken))
        return 1
    count = sum(map(len, faults(chosen).values()))
    say(
        f"As promised: {len(chosen)} commits refused, mended and accepted; {count} rules broken in the shop as it was "
        "found, none once it is mended."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
