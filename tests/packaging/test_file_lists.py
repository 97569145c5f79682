"""What each hook is handed by the real drivers, in a repository that holds every name of the list."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.end_to_end.conftest import Consumer, manifest
from tests.packaging.names import BINARY_BY_ENDING, DOCKERFILE, NAMES, NOBODY, PIN, PRT, USR

RECORDER = Path(__file__).parent / "recorder.py"
FILE_HOOKS = (USR, PIN, PRT)
# What a file holds and is, where that decides.
KINDS = {
    "kinds/Dockerfile": ("", DOCKERFILE),
    "kinds/Dockerfile-crlf": ("FROM a\r\n", DOCKERFILE),
    "kinds/Dockerfile.latin": (b"# caf\xe9\nFROM a\n", DOCKERFILE),
    "kinds/app.dockerfile": (b"FROM a\n\x00\x01\x02", NOBODY),  # bytes that are no text, under a name nobody knows
    "kinds/compose.yaml": (b"\x00\x01\x02", (PIN, PRT)),  # the same under a name that says text
    "kinds/.env": (b"\x00GITCRYPT\x00", NOBODY),
}


@pytest.fixture
def everything(tmp_path) -> Consumer:
    """A repository with every name, and for each id of the manifest a stand-in that writes down what it is handed."""
    consumer = Consumer(tmp_path / "consumer", "pre-commit")
    if consumer.git("config", "core.ignorecase", check=False).strip() == "true":
        pytest.skip("this file system cannot hold two names that differ in case alone")
    for path in NAMES:
        consumer.write(path, "nothing to see\n")
    for path, (content, _) in KINDS.items():
        consumer.write(path, content)
    for name in BINARY_BY_ENDING:
        consumer.write(f"binary/{name}", "FROM a\n")
    (consumer.path / "kinds/Dockerfile-crlf").chmod(0o755)
    (consumer.path / "kinds/link.Dockerfile").symlink_to("Dockerfile")
    (consumer.path / "kinds/lost.Dockerfile").symlink_to("nowhere")
    hooks = []
    for entry in manifest():
        words = [sys.executable, str(RECORDER), str(tmp_path / "log"), entry["id"]]
        hooks.append({**entry, "language": "system", "entry": shlex.join(words)})
    with (consumer.path / ".pre-commit-config.yaml").open("w") as file:
        YAML(typ="safe", pure=True).dump({"repos": [{"repo": "local", "hooks": hooks}]}, file)
    consumer.commit()
    return consumer


def test_every_hook_gets_the_files_it_is_about_and_no_other(everything, tmp_path) -> None:
    """Both drivers in one test, because the repository takes longer to make than they take to run."""
    for driver in ("pre-commit", "prek"):
        starts: dict[str, list[list[str]]] = {}
        for stage in (["manual"], ["commit-msg", "--commit-msg-filename", ".git/COMMIT_EDITMSG"]):
            code, said = everything.call(driver, "run", "--all-files", "--hook-stage", *stage)
            assert code == 0, said
        for line in (tmp_path / "log").read_text().splitlines():
            name, *files = json.loads(line)
            starts.setdefault(name, []).append(files)
        (tmp_path / "log").unlink()
        for name in FILE_HOOKS:
            wanted = [path for path, hooks in NAMES.items() if name in hooks]
            wanted += [path for path, (_, hooks) in KINDS.items() if name in hooks]
            got = [path for files in starts.pop(name) for path in files]
            if driver == "prek":  # 0.4.0 hands these over, 0.4.1 does not
                got = [path for path in got if not path.startswith("binary/")]
            elif name in DOCKERFILE:
                wanted += [f"binary/{path}" for path in BINARY_BY_ENDING]
            assert sorted(got) == sorted(wanted), (driver, name)
        assert starts == {
            "changelog-required": [[]],  # these look for themselves, and start once
            "mcp-config-guard": [[]],
            "mcp-config-approve": [[]],
            "changelog-required-msg": [[".git/COMMIT_EDITMSG"]],
        }, driver
