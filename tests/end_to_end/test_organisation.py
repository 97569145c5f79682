"""An organisation's manifest repository, made from the README's snippets, under the real pre-commit."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from tests import snippets
from tests.end_to_end.conftest import DRIVERS_HOME, ROOT, Consumer, demo

MANIFEST, PROJECT, CONFIGURATION = [
    snippet
    for snippet in snippets.read(ROOT / "README.md")
    if snippet.section == "One configuration for many repositories"
]
PUBLIC = "git+https://github.com/guardrail-hooks/guardrail-hooks@v0.1.0"


def manifest_repository(home: Path) -> Path:
    """The manifest repository, with this checkout as its dependency and two tags; made once per content."""
    hooks, tag = demo.hook_repository(home)
    assert PUBLIC in PROJECT.text
    files = {
        MANIFEST.name: MANIFEST.text,
        PROJECT.name: PROJECT.text.replace(PUBLIC, f"git+{hooks.as_uri()}@{tag}"),
    }
    path = home / f"organisation-{hashlib.sha256(repr(files).encode()).hexdigest()[:12]}"
    if not path.exists():
        scratch = Path(f"{path}-making")
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        demo.git("init", "-q", "-b", "main", cwd=scratch)
        for name, text in files.items():
            (scratch / name).write_text(text)
        demo.git("add", "-A", cwd=scratch)
        demo.git("commit", "-q", "-m", "The guardrails of acme", cwd=scratch)
        demo.git("tag", "v1.0.0", cwd=scratch)
        demo.git("commit", "-q", "--allow-empty", "-m", "Another argument", cwd=scratch)
        demo.git("tag", "v1.1.0", cwd=scratch)
        scratch.rename(path)
    return path


@pytest.mark.xdist_group("installation")
def test_a_repository_with_two_hooks_of_the_manifest_repository(tmp_path) -> None:
    manifest = manifest_repository(DRIVERS_HOME)
    consumer = Consumer(tmp_path / "consumer", "pre-commit")
    public = "https://git.acme.example/platform/guardrails"
    assert public in CONFIGURATION.text
    old = "FROM debian:12.7\n"
    consumer.commit(
        {CONFIGURATION.name: CONFIGURATION.text.replace(public, manifest.as_posix()), "old.dockerfile": old}
    )
    consumer.install()

    # The arguments of the entry count: this base is one that the organisation declares, the entry is asked for.
    consumer.stage({"Dockerfile": "FROM registry.acme.example/platform/runtime:4.2.1\n"})
    code, said = consumer.try_commit()
    assert code == 1
    assert "CHG102" in said
    assert "USR" not in said
    consumer.stage({"CHANGELOG.md": "# Changelog\n\n## Unreleased\n\n### Added\n\n- A service.\n"})
    code, said = consumer.try_commit()
    assert code == 0, said

    # A base of somebody else is root's business; the one that was there before is not new; a waiver is none.
    consumer.stage({"Dockerfile": "FROM debian:12.7\n"})
    code, said = consumer.call("git", "commit", "-m", "change", CHANGELOG_SKIP="not worth an entry")
    assert code == 1
    assert "Dockerfile:1:6: USR002" in said
    assert "old.dockerfile" not in said
    assert "CHG110" in said

    code, said = consumer.call("pre-commit", "autoupdate")
    assert code == 0, said
    assert "rev: v1.1.0" in (consumer.path / CONFIGURATION.name).read_text()
