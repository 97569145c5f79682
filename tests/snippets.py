#!/usr/bin/env python3
"""Run the snippets of README.md and docs/*.md, section by section, as a reader would.

A section is a story: its snippets are told from top to bottom in one scratch repository. What a fence says decides what
is done with it:

* a language and a file name (`dockerfile services/api/Dockerfile`): the file is written and staged;
* `diff` and a file name: the file is edited, as it stands or, failing that, as it was committed;
* `console`: what follows `$ ` is run in bash on a terminal of its own; what is shown below must be what is printed.
  A line of three dots stands for any lines. A command fails exactly when it shows a finding or a refused hook;
* `yaml` without a name: a list of hooks as it stands in `.pre-commit-config.yaml`, which the driver must accept, and
  whose arguments the hooks must.

Tools that would use the network are replaced (`STAND_INS`): pipx and uvx run the programs of this checkout instead.

    .venv/bin/python tests/snippets.py           rewrite what the commands show, where it has changed
    .venv/bin/python tests/snippets.py --check   exit 1 when something would be rewritten
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from ruamel.yaml import YAML  # noqa: E402  (found by the line above)

_spec = importlib.util.spec_from_file_location("demo", ROOT / "examples/demo.py")
assert _spec
assert _spec.loader
demo = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(demo)

FENCE = re.compile(r"(?ms)^(?P<indent> *)```(?P<language>[\w-]+)(?: (?P<name>\S+))?\n(?P<text>.*?)^(?P=indent)```$")
HEADING = re.compile(r"(?m)^#{2,3} (.+)$")
FINDING = re.compile(r"(?m)^\S.*: [A-Z]{3}\d{3} |\.Failed$")
HOMES = ROOT / ".venv/drivers"

# What a reader's machine has and a test must not use, and what the test does instead.
STAND_INS = {
    "pipx": 'case "$1" in\n'
    "install) exit 0 ;;\n"
    'run) shift; [ "$1" = --spec ] && shift 2; exec "$@" ;;\n'
    "*) exit 64 ;;\nesac\n",
    "uvx": '[ "$1" = --from ] && shift 2\nexec "$@"\n',
    "pip": '[ "$1" = install ]\n',
    "gh": 'echo "gh $*" >> "$STAND_IN_LOG"\n',
}


class Snippet(NamedTuple):
    """A fenced block: its page and section, what its fence says, its text, and where it starts in the page."""

    page: str
    section: str
    language: str
    name: str
    text: str
    start: int
    line: int

    @property
    def place(self) -> str:
        """Where a reader finds it."""
        return f"{self.page}:{self.line}"

    @property
    def hooks(self) -> list[dict]:
        """The hooks of a list of hooks, as in `.pre-commit-config.yaml`; none where it is something else."""
        if self.language != "yaml" or self.name:
            return []
        read = YAML(typ="safe", pure=True).load(self.text)
        return read if isinstance(read, list) and all("id" in entry for entry in read) else []


def pages() -> list[Path]:
    """The pages whose snippets are run."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def without_fences(text: str) -> str:
    """A page whose fences are blank, character by character: a `#` in them is no heading."""
    return FENCE.sub(lambda fence: re.sub(r"[^\n]", " ", fence[0]), text)


def section(title: str) -> str:
    """A section of the README."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    starts = [heading.start() for heading in re.finditer(r"(?m)^## ", without_fences(text))]
    (start,) = [start for start in starts if text.startswith(f"## {title}\n", start)]
    return text[start : min((other for other in starts if other > start), default=len(text))]


def about(hook: str) -> str:
    """All that is said of a hook: its section of the README, then its page."""
    page = ROOT / f"docs/{hook}.md"
    return section(hook) + (page.read_text(encoding="utf-8") if page.exists() else "")


def read(page: Path) -> list[Snippet]:
    """The snippets of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return list(find(text, page.relative_to(ROOT).as_posix()))


def find(text: str, page: str) -> list[Snippet]:
    """The snippets of a text."""
    headings = [(heading.start(), heading[1]) for heading in HEADING.finditer(without_fences(text))]
    found = []
    for fence in FENCE.finditer(text):
        section = next((name for start, name in reversed(headings) if start < fence.start()), "")
        indent = len(fence["indent"])
        body = "".join(line[indent:] if line.strip() else line for line in fence["text"].splitlines(keepends=True))
        place = fence.start("text"), text.count("\n", 0, fence.start()) + 1
        found.append(Snippet(page, section, fence["language"], fence["name"] or "", body, *place))
    return found


def commands(text: str) -> list[tuple[str, str]]:
    """The command lines of a console snippet, each with what is shown below it."""
    return re.findall(r"(?m)^\$ (.*(?:(?<=\\)\n.*)*)\n((?:(?!\$ ).*(?:\n|\Z))*)", text)


def agrees(shown: str, printed: str) -> bool:
    """Whether a snippet shows what was printed; a line of three dots stands for any lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line.rstrip()) + r"[ ]*\n" for line in shown.splitlines()
    )
    return re.fullmatch(pattern, printed if printed.endswith("\n") or not printed else printed + "\n") is not None


class Story:
    """A section that is being told: a scratch folder, an environment, and what the commands printed."""

    def __init__(self, folder: Path, section: str, environment: dict[str, str] | None = None) -> None:
        self.home = folder
        self.path = folder / "repository"
        self.section = section
        self.log = folder / "log"
        tools = folder / "tools"
        tools.mkdir(parents=True)
        for name, script in STAND_INS.items():
            (tools / name).write_text(f"#!/bin/sh\n{script}")
            (tools / name).chmod(0o755)
        inherited = demo.driver_environment(HOMES)
        self.environment = {
            **inherited,
            "PATH": os.pathsep.join([str(tools), inherited["PATH"]]),
            "HOME": str(folder),
            "NO_COLOR": "1",
            "PRE_COMMIT_COLOR": "never",
            "TERM": "xterm",
            "LC_ALL": "C.UTF-8",
            "GIT_EDITOR": "true",
            "GIT_PAGER": "cat",
            "GIT_AUTHOR_DATE": "2026-11-21T12:00:00Z",
            "GIT_COMMITTER_DATE": "2026-11-21T12:00:00Z",
            "STAND_IN_LOG": str(self.log),
            **(environment or {}),
        }
        for name in ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "CHANGELOG_SKIP", "MCP_APPROVE_REASON", "PYTHONPATH"):
            if name not in (environment or {}):
                self.environment.pop(name, None)
        self.path.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str) -> str:
        """Run git in the repository; what it prints."""
        done = subprocess.run(["git", *arguments], cwd=self.path, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, f"git {' '.join(arguments)}: {done.stderr}"
        return done.stdout

    def write(self, name: str, text: str) -> None:
        """Write a file and stage it."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(until_later(localised(text)), encoding="utf-8")
        if text.startswith("#!"):
            file.chmod(0o755)
        self.git("add", "-A")

    def commit(self, files: dict[str, str] | None = None) -> None:
        """Write files and commit everything, unjudged."""
        for name, text in (files or {}).items():
            self.write(name, text)
        self.git("add", "-A")
        self.git("commit", "-q", "--no-verify", "--allow-empty", "-m", "So far")

    def edit(self, name: str, diff: str) -> None:
        """Change a file as a diff without line numbers shows it."""
        old = "".join(line[1:] for line in diff.splitlines(keepends=True) if line[0] in " -")
        new = "".join(line[1:] for line in diff.splitlines(keepends=True) if line[0] in " +")
        text = (self.path / name).read_text(encoding="utf-8")
        if text.count(old) != 1:
            text = self.git("show", f"HEAD:{name}")
        assert text.count(old) == 1, f"{self.section}: the diff of {name} fits in {text.count(old)} places"
        self.write(name, text.replace(old, new))

    def run(self, command: str, *, raw: bool = False) -> tuple[int, str]:
        """Run a command line on a terminal, where the last one left off; its exit code and all it shows.

        Questions for names are answered with the names that are shown. `raw` keeps escape sequences.
        """
        from tests.mcp_config_guard.terminal import talk  # terminals of this kind are Unix's

        state = self.home / "folder"
        script = f"{command}\ncode=$?; pwd > {state}; exit $code"
        where = Path(state.read_text().strip()) if state.exists() else self.path
        code, printed = talk(["bash", "-c", script], where, None, self.environment, limit=300)
        return code, printed if raw else presentable(printed)

    def tell(self, snippet: Snippet) -> str:
        """Do what a snippet says; its text as it should be. Raises AssertionError where something else happens."""
        if snippet.language == "console":
            return self.type(snippet)
        if snippet.language == "diff":
            self.edit(snippet.name, snippet.text)
        elif snippet.hooks:
            self.configure(snippet)
        else:
            assert snippet.name, f"{snippet.place}: a {snippet.language} snippet without a file name"
            where = self.home / "folder"
            if where.exists():
                self.path = Path(where.read_text().strip())
            self.write(snippet.name, snippet.text)
        return snippet.text

    def type(self, snippet: Snippet) -> str:
        """Type the commands of a console snippet; the snippet with what they really show."""
        text = []
        for command, shown in commands(snippet.text):
            code, printed = self.run(command)
            dotted = bool(re.search(r"(?m)^ *\.\.\.$", shown))
            if dotted:
                assert agrees(shown, printed), f"{snippet.place}: {command}\n{printed}"
            now = shown if dotted or not shown else printed
            failed = bool(FINDING.search(shown))
            assert bool(code) == failed or (shown and now != shown), (
                f"{snippet.place}: {command} ended with {code}\n{printed}"
            )
            text.append(f"$ {command}\n{now}")
        return "".join(text)

    def configure(self, snippet: Snippet) -> None:
        """Have the driver accept a list of hooks, and the hooks their arguments."""
        from pre_commit.clientlib import load_config

        file = self.home / "config.yaml"
        file.write_text(json.dumps({"repos": [{"repo": "https://x.example", "rev": "v1.0", "hooks": snippet.hooks}]}))
        load_config(file)
        entries = {entry["id"]: entry["entry"] for entry in manifest()}
        for hook in snippet.hooks:
            if " " in entries[hook["id"]]:  # a command, not a check
                continue
            arguments = [part for part in hook.get("args", []) if not part.startswith(("--fix", "--verify"))]
            done = subprocess.run(
                [entries[hook["id"]], *arguments, "--list-rules"],
                env=self.environment,
                cwd=self.path,
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, f"{snippet.place}: {done.stderr}"


def manifest() -> list[dict]:
    """The entries of the manifest."""
    return YAML(typ="safe", pure=True).load((ROOT / ".pre-commit-hooks.yaml").read_text())


def localised(text: str) -> str:
    """A configuration that names the public repository, with this checkout in its place."""
    address = re.compile(r"repo: https://github\.com/guardrail-hooks/guardrail-hooks\n( *)rev: v[\d.]+")
    if not address.search(text):
        return text
    repository, tag = demo.hook_repository(HOMES)
    return address.sub(rf"repo: {repository.as_posix()}\n\g<1>rev: {tag}", text)


def presentable(printed: str) -> str:
    """What a terminal showed, without what differs from run to run: ids of commits."""
    printed = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", printed)
    printed = re.sub(r"(?m)^\[(\S+(?: \(root-commit\))?) [0-9a-f]{7,}\]", r"[\1 0123abc]", printed)
    printed = re.sub(r"[ \t]+$", "", printed, flags=re.MULTILINE).rstrip("\n")
    return printed + "\n" if printed else ""


def until_later(text: str) -> str:
    """Exceptions whose end never comes, so that the tests do not age with the examples."""
    return re.sub(r"(guardrail: allow\[[^\]]*\] until=)\d{4}-\d\d-\d\d", r"\g<1>2999-12-31", text)


def nothing_yet(story: Story) -> None:
    """An empty repository."""


def new_folder(story: Story) -> None:
    """The reader's home: the story makes its repository itself."""
    story.path = story.home


def clean_shop(story: Story) -> None:
    """A repository that obeys all hooks, configured as the first snippet of the README says."""
    story.commit(
        {
            ".pre-commit-config.yaml": read(ROOT / "README.md")[0].text,
            "Dockerfile": "FROM node:22.11.0\nUSER node\n",
            "CHANGELOG.md": "# Changelog\n\n## Unreleased\n\n### Added\n\n- A shop.\n",
        }
    )


def export_without_entry(story: Story) -> None:
    """A changed file beside a changelog, and the hook as git's own."""
    story.commit(
        {"CHANGELOG.md": "# Changelog\n\n## Unreleased\n### Added\n- Export to CSV.\n", "src/export.py": "1\n"}
    )
    story.write("src/export.py", "2\n")
    hook = story.path / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexec changelog-required\n")
    hook.chmod(0o755)


def two_servers(story: Story) -> None:
    """A repository with two MCP servers and a wrapper, before anybody guards them."""
    story.commit(
        {
            ".mcp.json": """\
{
  "mcpServers": {
    "github": {"command": "./scripts/gh.sh"},
    "docs": {"command": "npx", "args": ["-y", "acme-docs@4.0.1"]}
  }
}
""",
            "scripts/gh.sh": "#!/bin/sh\nexec npx -y acme-gh@1.0.0\n",
            ".pre-commit-config.yaml": "repos:\n- repo: https://github.com/guardrail-hooks/guardrail-hooks\n"
            "  rev: v0.1.0\n  hooks:\n  - id: mcp-config-guard\n  - id: mcp-config-approve\n",
        }
    )


def guarded_servers(story: Story) -> None:
    """The same, once they are approved."""
    two_servers(story)
    code, said = story.run("mcp-config-guard approve --reason 'State reviewed by the platform team'")
    assert code == 0, said
    story.commit()


def old_shop(story: Story) -> None:
    """A repository full of findings: the shop of the examples, as it is before anybody looks."""
    shutil.copytree(ROOT / "examples/acme/before", story.path, dirs_exist_ok=True)
    story.commit()


# How each section begins. A section that is missing here is nobody's: a test says so.
SCENES = {
    ("README.md", "Start"): new_folder,
    ("README.md", "no-root-dockerfile"): nothing_yet,
    ("README.md", "pinned-base-image"): nothing_yet,
    ("README.md", "changelog-required"): export_without_entry,
    ("README.md", "port-registry-conflict"): nothing_yet,
    ("README.md", "mcp-config-guard"): two_servers,
    ("README.md", "prek"): clean_shop,
    ("README.md", "Command line"): clean_shop,
    ("README.md", "Adopting on a repository full of findings"): nothing_yet,
    ("docs/pinned-base-image.md", "What is pulled"): nothing_yet,
    ("docs/pinned-base-image.md", "Digests"): nothing_yet,
    ("docs/adopting-a-large-repository.md", "The steps"): old_shop,
    ("docs/adopting-a-large-repository.md", "The configuration of the example"): nothing_yet,
    ("docs/changelog-required.md", "News fragments"): export_without_entry,
    ("docs/changelog-required.md", "Rule 18"): export_without_entry,
    ("docs/changelog-required.md", "Waivers"): export_without_entry,
    ("docs/port-registry-conflict.md", "Where it is, and its forms"): nothing_yet,
    ("docs/port-registry-conflict.md", "More than a check"): nothing_yet,
    ("docs/mcp-config-guard.md", "Approving"): guarded_servers,
}
# Snippets that are no part of a story, or want more than a story can give: by section and language, the test that
# runs them.
ELSEWHERE = {
    ("README.md", "", "yaml"): "tests/test_snippets.py::test_a_stranger_gets_from_the_readme_to_a_refused_commit",
    ("README.md", "Exceptions", "text"): "tests/test_snippets.py::test_the_example_of_an_exception_is_one",
    ("README.md", "GitHub Actions", "yaml"): "tests/test_recipes.py::test_github_actions",
    ("README.md", "GitLab CI", "yaml"): "tests/test_recipes.py::test_gitlab_ci",
    ("README.md", "lefthook", "yaml"): "tests/test_recipes.py::test_lefthook",
    ("docs/pinned-base-image.md", "Once a week, in CI", "yaml"): "tests/test_recipes.py::test_the_weekly_workflow",
    ("docs/changelog-required.md", "Waivers", "text"): "tests/changelog_required/test_readme.py::test_waivers",
    ("docs/mcp-config-guard.md", "The policy", "json"): "tests/mcp_config_guard/test_readme.py::test_the_policy_is_one",
    ("docs/mcp-config-guard.md", "In CI", "console"): (
        "tests/mcp_config_guard/test_readme.py::test_ci_runs_the_configuration_of_the_base"
    ),
    ("docs/mcp-config-guard.md", "In CI", "text"): "tests/mcp_config_guard/test_readme.py::test_codeowners_line",
    **{
        ("README.md", "One configuration for many repositories", language): (
            "tests/end_to_end/test_organisation.py::test_a_repository_with_two_hooks_of_the_manifest_repository"
        )
        for language in ("yaml", "toml")
    },
}


def stories() -> dict[tuple[str, str], list[Snippet]]:
    """The snippets that stories tell, by page and section."""
    told: dict[tuple[str, str], list[Snippet]] = {}
    for page in pages():
        for snippet in read(page):
            if (snippet.page, snippet.section, snippet.language) not in ELSEWHERE:
                told.setdefault((snippet.page, snippet.section), []).append(snippet)
    return told


def told(key: tuple[str, str], snippets: list[Snippet], folder: Path) -> tuple[Story, list[tuple[Snippet, str]]]:
    """Tell a story; it, and its snippets with their text as it should be."""
    story = Story(folder, key[1])
    SCENES[key](story)
    texts = []
    for number, snippet in enumerate(snippets):
        if key == ("README.md", "Start") and number == 1:  # `the snippet above` is the first of the page
            story.tell(read(ROOT / "README.md")[0])
        texts.append((snippet, story.tell(snippet)))
    return story, texts


def main() -> int:
    """Tell all stories, and rewrite what the commands show."""
    changed = False
    for page in pages():
        text = page.read_text(encoding="utf-8")
        edits = []
        for key, snippets in stories().items():
            if key[0] != page.relative_to(ROOT).as_posix():
                continue
            with tempfile.TemporaryDirectory() as folder:
                _, texts = told(key, snippets, Path(os.path.realpath(folder)))
            edits += [(snippet, now) for snippet, now in texts if now != snippet.text]
        for snippet, now in sorted(edits, key=lambda edit: -edit[0].start):
            text = text[: snippet.start] + now + text[snippet.start + len(snippet.text) :]
            print(f"{snippet.place}: the commands show something else now")
            changed = True
        if "--check" not in sys.argv[1:]:
            page.write_text(text, encoding="utf-8")
    return int(changed and "--check" in sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
