"""Two runs on the same tree give identical bytes, whatever the arguments' order, the locale, the zone, the terminal."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Repository
from tests.reports.scene import FORMATS, HOOKS, files, run

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = Path(sys.executable).parent
# What a shell, a CI service or a driver may set, and none of it may matter.
SURROUNDINGS = {
    "plain": {},
    "C": {
        "LC_ALL": "C",
        "TZ": "Asia/Tokyo",
        "COLUMNS": "40",
        "PYTHONHASHSEED": "1",
        "PYTHONIOENCODING": "latin-1",
        "FORCE_COLOR": "1",
        "CLICOLOR_FORCE": "1",
        "NO_COLOR": "",
        "TERM": "xterm-256color",
    },
    "de": {
        "LC_ALL": "de_DE.UTF-8",
        "LANGUAGE": "de",
        "TZ": "America/New_York",
        "COLUMNS": "300",
        "PYTHONHASHSEED": "2",
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "core.quotePath",
        "GIT_CONFIG_VALUE_0": "true",
        "GIT_CONFIG_KEY_1": "diff.renames",
        "GIT_CONFIG_VALUE_1": "copies",
        "GIT_PAGER": "cat",
        "TERM": "dumb",
    },
    # Where this locale is not installed it is C, which is another encoding as well without PYTHONUTF8.
    "tr": {"LC_ALL": "tr_TR.ISO-8859-9", "PYTHONUTF8": "0", "PYTHONIOENCODING": "utf-16", "TZ": "UTC-14"},
}
# Every format in one process, parted by lines that no format has; a console script but for that.
PROBE = """
import sys
from guardrail_hooks.core import judge
judge.insist_on_utf_8()
from guardrail_hooks.{module}.cli import main
for style in {formats}:
    sys.stdout.flush()
    code = main(["--format", style])
    sys.stdout.flush()
    sys.stdout.buffer.write(b"\\n=====%d\\n" % code)
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Repository:
    """The example shop with one of each fault, committed; nothing is staged, so everything is judged."""
    with pytest.MonkeyPatch.context() as patch:
        for role in ("AUTHOR", "COMMITTER"):
            patch.setenv(f"GIT_{role}_NAME", "Ann Author")
            patch.setenv(f"GIT_{role}_EMAIL", "ann@example.com")
        repository = Repository(tmp_path_factory.mktemp("shop") / "repository")
        shutil.copytree(ROOT / "examples/acme/before", repository.path, dirs_exist_ok=True)
        odd = {"Dockerfile": "FROM caf\u00e9\nFROM node\n", "compose.yaml": "services: {\u00fc: {image: x}}\n"}
        repository.commit({f"caf\u00e9/{name}": text for name, text in odd.items()})
    return repository


def told(repository: Repository, hook: str, surroundings: dict[str, str], out) -> bytes:
    """All that a hook says in all formats, in its own process."""
    code = PROBE.format(module=HOOKS[hook], formats=FORMATS)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=repository.path,
        env={**os.environ, **surroundings},
        stdout=out or subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=True,
    )
    if out:
        out.seek(0)
        return out.read()
    return done.stdout


@pytest.mark.parametrize("hook", HOOKS)
def test_surroundings_do_not_matter(shop, hook, tmp_path) -> None:
    plain = told(shop, hook, {}, None)
    assert plain.count(b"\n=====1\n") == len(FORMATS)
    with (tmp_path / "out").open("w+b") as file:
        assert told(shop, hook, {}, file) == plain
    for name, surroundings in SURROUNDINGS.items():
        assert told(shop, hook, surroundings, None) == plain, name


def test_a_console_script_reads_paths_as_utf_8_whatever_the_locale(shop) -> None:
    path = "caf\u00e9/Dockerfile"
    for name in ("plain", "tr"):
        code, out, _ = script(shop, "no-root-dockerfile", [path], name)
        assert code == 1
        assert out.startswith(f"{path}:2:6: USR002 ".encode())


def script(repository: Repository, hook: str, arguments: list[str], name: str) -> tuple[int, bytes, bytes]:
    """Run a console script in some surroundings."""
    environment = {**os.environ, **SURROUNDINGS[name]}
    done = subprocess.run([SCRIPTS / hook, *arguments], cwd=repository.path, env=environment, capture_output=True)
    return done.returncode, done.stdout, done.stderr


FILE_HOOKS = ("no-root-dockerfile", "pinned-base-image", "port-registry-conflict")


@pytest.mark.parametrize("style", FORMATS)
@pytest.mark.parametrize("hook", FILE_HOOKS)
def test_the_order_of_arguments_does_not_matter(hostile, monkeypatch, hook, style) -> None:
    paths = [path for path in files() if path.endswith(("ockerfile", ".yaml", ".md"))]
    plain = run(monkeypatch, hook, "--format", style, "--", *paths)
    assert plain[0] == 1
    shuffled = [*paths, *paths[:3], *(f"./{path}" for path in paths[3:5]), str(hostile.path / paths[0])]
    for seed in range(2):
        random.Random(seed).shuffle(shuffled)
        assert run(monkeypatch, hook, f"--format={style}", "--", *shuffled) == plain
    (hostile.path / "src").is_dir()
    monkeypatch.chdir(hostile.path / "src")
    assert run(monkeypatch, hook, "--format", style, "--", *(f"../{path}" for path in paths)) == plain


@pytest.mark.parametrize("hook", ["no-root-dockerfile", "pinned-base-image"])
def test_a_split_run_says_the_same(hostile, monkeypatch, hook) -> None:
    paths = sorted(path for path in files() if path.endswith(("ockerfile", "compose.yaml")))
    for style in ("text", "concise", "github"):
        whole = run(monkeypatch, hook, "--format", style, "--", *paths)[1]
        assert "".join(run(monkeypatch, hook, "--format", style, "--", path)[1] for path in paths) == whole


LISTS = [
    ("no-root-dockerfile", ["--list", "--format=json"]),
    ("no-root-dockerfile", ["--list-allows"]),
    ("no-root-dockerfile", ["--explain", "USR002"]),
    ("pinned-base-image", ["--list"]),
    ("pinned-base-image", ["--list=sbom"]),
    ("port-registry-conflict", ["--list"]),
    ("port-registry-conflict", ["--diagram=md"]),
    ("port-registry-conflict", ["--export-yaml"]),
    ("mcp-config-guard", ["status"]),
]


@pytest.mark.parametrize(("hook", "arguments"), LISTS, ids=[f"{hook} {words[0]}" for hook, words in LISTS])
def test_lists_and_pictures(shop, hook, arguments) -> None:
    plain = script(shop, hook, arguments, "plain")
    assert script(shop, hook, arguments, "tr") == plain
    assert plain[2] == b""
