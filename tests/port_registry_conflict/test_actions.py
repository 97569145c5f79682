"""`--suggest`, `--register`, `--list`, `--export-yaml` and `--diagram` on real files."""

from __future__ import annotations

import json
import os
import xml.etree.ElementTree as ET

import pytest
from guardrail_hooks.port_registry_conflict.cli import main

COMPOSE = """\
services:
  web:
    image: acme/web:1
    ports: ["8000:80"]
  rogue:
    image: acme/rogue:1
    ports: ["8001:80", "8003:81"]
  stray:
    image: acme/stray:1
    ports: ["12000:1"]
"""
BULLETS = """\
# Ports

## Shop (8000-8009)
- **8000**: web
- **8001**: api
- **8008-8009**: Reserved for later

## Databases (5400-5409)

## Notes
"""


@pytest.fixture
def shop(repository):
    repository.stage({"PORTS.md": BULLETS, "compose.yaml": COMPOSE})
    return repository


def run(capfdbinary, *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    code = main(list(arguments))
    out, err = capfdbinary.readouterr()
    return code, out.decode(), err.decode()


def test_the_lowest_port_that_nobody_has(shop, capfdbinary) -> None:
    code, out, _ = run(capfdbinary, "--suggest", "mailer", "--section", "shop", "--count", "2")
    assert code == 0
    assert out == (
        "8002 is free in 'Shop' (8000-8009)\n  PORTS.md:6: - **8002**: mailer\n"
        "8004 is free in 'Shop' (8000-8009)\n  PORTS.md:6: - **8004**: mailer\n"
    )


def test_the_section_of_the_services_own_entries(shop, capfdbinary) -> None:
    _, out, err = run(capfdbinary, "--suggest", "web")
    assert out.startswith("8002 is free in 'Shop'")
    assert err == "'web' is registered already: 8000 (PORTS.md:4)\n"


def test_an_empty_section_gets_its_first_line(shop, capfdbinary) -> None:
    _, out, _ = run(capfdbinary, "--register", "postgres", "--section", "Databases")
    assert out == "PORTS.md:9: - **5400**: postgres\n"
    text = (shop.path / "PORTS.md").read_text()
    assert text == BULLETS.replace("(5400-5409)\n", "(5400-5409)\n- **5400**: postgres\n")


def test_several_lines_are_written_in_order(shop, capfdbinary) -> None:
    run(capfdbinary, "--register", "mailer", "--section", "Shop", "--count", "2")
    text = (shop.path / "PORTS.md").read_text()
    assert "- **8001**: api\n- **8002**: mailer\n- **8004**: mailer\n- **8008-8009**" in text


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--suggest", "x", "--section", "Nowhere"], "no such section; choose from 'Shop', 'Databases'"),
        (["--suggest", "x", "--section", "Shop", "--count", "7"], "only 5 free port(s) left in 'Shop'"),
        (["--suggest", "x", "--count", "many"], "write a number"),
        (["--suggest", "x", "--count", "\u00b2"], "write a number"),
        (["--suggest", " "], "--suggest web"),
        (["--register", "a\nb"], "--register web"),
        (["--list=70000"], "write a port or a range"),
        (["--list=\u00b2"], "write a port or a range"),
        (["--list=" + "1" * 5000], "write a port or a range"),
        (["--list", "--deny", "1-"], "--deny 1-: write a port"),
        (["--list", "--deny", "10-5"], "--deny 10-5: the range ends before it begins"),
        (["--list", "--min-port", "0"], "--min-port 0: write a port"),
        (["--list", "--env-file", "gone.env"], "gone.env does not exist"),
        (["--list", "--registry", ""], "--registry names no file"),
        (["--diagram=png"], "choose one of svg, md"),
    ],
)
def test_what_cannot_be_done(shop, capfdbinary, arguments, says) -> None:
    code, out, err = run(capfdbinary, *arguments)
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1


def test_without_a_registry(repository, capfdbinary) -> None:
    repository.stage({"compose.yaml": COMPOSE})
    code, _, err = run(capfdbinary, "--suggest", "x")
    assert code == 2
    assert "create PORTS.md" in err
    assert run(capfdbinary, "--list=8000")[1].endswith("8000/tcp  used   -              -     web (compose.yaml:4)\n")


def test_every_other_byte_stays(repository, capfdbinary) -> None:
    content = b"\xef\xbb\xbf# P\r\n\r\n- 8000: a   \r\n\ttab\r\n- 8002: b"
    repository.stage({"PORTS.md": content})
    os.chmod(repository.path / "PORTS.md", 0o640)
    run(capfdbinary, "--register", "c")
    after = (repository.path / "PORTS.md").read_bytes()
    assert after == content.replace(b"a   \r\n", b"a   \r\n- 8001: c\r\n")
    assert (repository.path / "PORTS.md").stat().st_mode & 0o777 == 0o640
    assert [name for name in os.listdir(repository.path) if name.startswith(".port-registry")] == []
    run(capfdbinary, "--register", "d")
    assert (repository.path / "PORTS.md").read_bytes() == after + b"\r\n- 8003: d"


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        (
            "PORTS.md",
            "| Port | Service | Container |\n|---|---|---|\n| **80** | a | `a-1` |\n",
            "| **81** | new | `new` |",
        ),
        ("PORTS.md", "- 80 -> a\n", "- 81 -> new"),
        ("PORTS.md", "* `80` - a\n", "* `81` - new"),
        ("PORTS.md", "- a: 80\n", "- new: 81"),
        ("ports.yaml", "ports:\n  80: {service: a}\n", "81: {service: new}"),
        ("ports.yaml", "core:\n  80:\n    service: a\n    target: 1\n", "81: {service: new}"),
        ("ports.yaml", "core:\n  a: 80\n", "new: 81"),
        ("ports.env", "A_PORT=80\n", "NEW_PORT=81"),
    ],
)
def test_the_line_is_in_the_files_own_style_and_is_read_again(repository, capfdbinary, path, text, line) -> None:
    repository.stage({path: text})
    code, out, _ = run(capfdbinary, "--register", "new")
    assert code == 0
    assert out.partition(": ")[2] == f"{line}\n"
    _, listed, _ = run(capfdbinary, "--list=81", "--format", "json")
    (row,) = json.loads(listed)
    assert (row["state"], row["owner"].split()[0]) == ("unused", "new")


def test_the_list(shop, capfdbinary) -> None:
    _, out, _ = run(capfdbinary, "--list")
    assert [line.split()[:2] for line in out.splitlines()[1:]] == [
        ["8000", "used"],
        ["8001", "conflict"],
        ["8003/tcp", "unregistered"],
        ["8008-8009", "reserved"],
        ["12000/tcp", "unregistered"],
    ]
    _, out, _ = run(capfdbinary, "--list=8001", "--format", "json")
    assert json.loads(out) == [
        {
            "port": "8001",
            "state": "conflict",
            "owner": "api",
            "path": "PORTS.md",
            "line": 5,
            "bindings": [{"owner": "rogue", "port": "8001/tcp", "path": "compose.yaml", "line": 7}],
        }
    ]
    assert run(capfdbinary, "--list=8005")[1].splitlines()[1].split()[:2] == ["8005", "free"]


def test_the_export(shop, capfdbinary) -> None:
    _, out, _ = run(capfdbinary, "--export-yaml")
    assert "  8000: {service: web, range: shop}\n" in out
    assert "  reserved-1: {from: 8008, to: 8009, parent: shop, reserved: true" in out


def test_the_picture(shop, capfdbinary) -> None:
    _, out, _ = run(capfdbinary, "--diagram")
    picture = ET.fromstring(out)
    texts = ["".join(node.itertext()) for node in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert "8000 web" in texts
    assert "8001 api / rogue" in texts
    assert "12000 stray" in texts
    assert "Shop8000-8009" in texts
    assert "1 used, 2 reserved, 1 not registered, 1 in conflict, 5 free" in texts
    width = float(picture.get("width"))
    for box in picture.iter("{http://www.w3.org/2000/svg}rect"):
        assert float(box.get("x", 0)) + float(box.get("width")) <= width


def test_the_picture_is_safe_to_show(repository, capfdbinary) -> None:
    repository.stage({"PORTS.md": "## A (1-99) <b>&\n- 80: <script>alert(1)</script> \u202e\"x'\n"})
    _, out, _ = run(capfdbinary, "--diagram")
    ET.fromstring(out)
    assert "<script" not in out
    assert "\u202e" not in out


def test_the_map_in_markdown(shop, capfdbinary) -> None:
    _, out, _ = run(capfdbinary, "--diagram=md")
    assert "    8000 [#!.?....==] 8009\n" in out
    assert "| 8001 | **in conflict** | api / rogue | 'rogue' at compose.yaml:7 |" in out
