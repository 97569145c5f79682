"""What GitHub's runner sees when a driver runs the hooks: every finding as a command that it recognises."""

from __future__ import annotations

import pytest

from tests.core.test_reports import read_command

FILES = {
    "a b/Dockerfile": "FROM debian:latest\nUSER root\n",
    "c,d:e%/Dockerfile": "# 100%\nFROM node AS \u00fc\nUSER root\n",
    "compose.yaml": "services:\n  a: {image: redis, ports: ['8080:80']}\n  b: {image: redis, ports: ['8080:81']}\n",
}
HOOKS = ("no-root-dockerfile", "pinned-base-image", "port-registry-conflict")


@pytest.mark.parametrize("colour", ["auto", "always"])
def test_the_runner_recognises_every_annotation(consumer, colour) -> None:
    consumer.configure(*HOOKS)
    consumer.commit(FILES)
    code, said = consumer.run("--all-files", "--color", colour, GITHUB_ACTIONS="true", CI="true")
    assert code == 1
    lines = [line for line in said.splitlines() if line.lstrip().startswith("::")]
    found = [read_command(line) for line in lines]
    assert {name for name, _, _ in found} == {"error"}
    places = {(properties["file"], properties["line"], properties["title"].split()[0]) for _, properties, _ in found}
    assert {
        ("a b/Dockerfile", "1", "PIN002"),
        ("a b/Dockerfile", "2", "USR001"),
        ("c,d:e%/Dockerfile", "2", "PIN001"),
        ("c,d:e%/Dockerfile", "2", "USR900"),
        ("compose.yaml", "3", "PRT001"),
    } <= places
    assert said.count("::error ") == len(found)
    for _, properties, data in found:
        assert data.startswith(f"{properties['file']}:{properties['line']}:{properties['col']}: ")
        assert data.split("\n")[-1].startswith("docs: https://")
