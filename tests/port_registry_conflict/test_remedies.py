"""What the messages tell people to type must work when it is typed."""

from __future__ import annotations

import re

import pytest
from guardrail_hooks.core.globs import compile_glob
from guardrail_hooks.port_registry_conflict.clashes import common_glob
from guardrail_hooks.port_registry_conflict.cli import HOOK
from hypothesis import given
from hypothesis import strategies as st

from tests import verdicts

WEB = "services:\n  web:\n    ports: ['8080:80']\n"
API = "services:\n  api:\n    ports: ['8080:81']\n"
paths = st.lists(st.text("abc.-_'[*{", min_size=1, max_size=4), min_size=1, max_size=4).map("/".join)


@pytest.mark.parametrize(
    ("one", "other", "glob"),
    [
        pytest.param("compose.web.yml", "compose.api.yml", "compose.*.yml", id="a word between dots"),
        pytest.param("ops/compose-local.yml", "ops/compose-lab.yml", "ops/compose-*.yml", id="no cut within a word"),
        pytest.param("docker-compose.yml", "docker-compose.lab.yml", "docker-compose.*", id="an override file"),
        pytest.param("a/compose.yaml", "b/c/compose.yaml", "**/compose.yaml", id="two folders"),
        pytest.param("it's/compose.a.yml", "it's/compose.b.yml", "it?s/compose.*.yml", id="a quote in a name"),
    ],
)
def test_the_glob_for_alternatives(one, other, glob) -> None:
    assert common_glob(one, other) == glob


@given(paths, paths)
def test_the_glob_for_alternatives_matches_both(one, other) -> None:
    glob = compile_glob(common_glob(one, other))
    assert glob.fullmatch(one)
    assert glob.fullmatch(other)


@pytest.mark.parametrize("names", [("ops/compose-a.yml", "ops/compose-b.yml"), ("compose.yml", "lab-compose.yml")])
def test_the_alternatives_that_the_message_proposes_settle_it(names) -> None:
    files = dict(zip(names, (WEB, API), strict=True))
    (clash,) = verdicts.findings(HOOK, files)
    assert clash.rule.code == "PRT002"
    glob = re.search(r"--alternatives '([^']+)'", clash.fix)[1]
    assert verdicts.findings(HOOK, files, "--alternatives", glob) == []


REGISTRY = "# Ports\n\n## Shop (8000-8099)\n- 8001: api\n- 8002: web\n"


def test_a_taken_port_names_who_has_it_and_where_the_service_belongs() -> None:
    files = {"PORTS.md": REGISTRY, "a/compose.yml": WEB, "b/compose.yml": API}
    fixes = {one.place.path: one.fix for one in verdicts.findings(HOOK, files) if one.rule.code == "PRT101"}
    assert fixes == {
        "a/compose.yml": "publish 8002, where 'web' is registered; 8080 is taken by 'api' at b/compose.yml:3",
        "b/compose.yml": "publish 8001, where 'api' is registered; 8080 is taken by 'web' at a/compose.yml:3",
    }


def test_a_taken_port_of_an_unknown_service_names_the_next_free_one() -> None:
    files = {"PORTS.md": "# Ports\n\n## Shop (8000-8099)\n- 8001: mailer\n", "a/compose.yml": WEB, "b/compose.yml": API}
    fixes = [one.fix for one in verdicts.findings(HOOK, files) if one.rule.code == "PRT101"]
    assert fixes[0] == (
        "8080 is taken by 'api' at b/compose.yml:3: publish 8000, the next free port in 'Shop' (8000-8099), and add "
        "the line `- 8000: web` to PORTS.md"
    )


OWNED = "# Ports\n\n## Shop (8000-8005)\n- **8000**: api\n- **8001**: web\n\n## Tiny (9000-9000)\n- 9000: mailer\n"


@pytest.mark.parametrize(
    ("ports", "fix"),
    [
        pytest.param(
            ["8000:80"],
            "publish 8001, where 'web' is registered; or publish 8002, the next free port in 'Shop' (8000-8005), and "
            "add the line `- **8002**: web` to PORTS.md",
            id="its own port is vacant",
        ),
        pytest.param(
            ["8001:80", "8000:80"],
            "publish 8002, the next free port in 'Shop' (8000-8005), and add the line `- **8002**: web` to PORTS.md",
            id="it has its own port already",
        ),
        pytest.param(
            ["8001:80", "9000:80"],
            "publish 8002, the next free port in 'Shop' (8000-8005), and add the line `- **8002**: web` to PORTS.md",
            id="it moves to its own section",
        ),
    ],
)
def test_a_port_of_another_service_says_what_to_type(ports, fix) -> None:
    compose = f"services:\n  web:\n    ports: {ports}\n"
    (found,) = verdicts.findings(HOOK, {"PORTS.md": OWNED, "compose.yaml": compose}, "compose.yaml")
    assert (found.rule.code, found.fix) == ("PRT102", fix)


def test_a_full_section_says_what_lies_behind_it() -> None:
    compose = "services:\n  new:\n    ports: ['9000:80']\n"
    (found,) = verdicts.findings(HOOK, {"PORTS.md": OWNED, "compose.yaml": compose}, "compose.yaml")
    assert found.fix == "publish 9001, the next free port, and add the line `- 9001: new` to PORTS.md"


def test_a_missing_protocol_says_what_to_type() -> None:
    files = {"PORTS.md": "- 53/udp: dns\n", "compose.yaml": "services:\n  dns:\n    ports: ['53:53']\n"}
    (found,) = verdicts.findings(HOOK, files, "compose.yaml")
    assert found.fix == "add the line `- 53/tcp: dns` to PORTS.md, or publish udp: end the mapping with '/udp'"


@pytest.mark.parametrize(
    ("path", "registry"),
    [
        ("PORTS.md", OWNED),
        ("PORTS.md", "| Port | Service | Container |\n|---|---|---|\n| 8000 | api | `acme-api` |\n"),
        ("PORTS.md", "- 8000: api (acme-api)\n- 8003/udp: dns\n"),
        ("ports.yaml", "ports:\n  8000: {service: api}\n"),
        ("ports.json", '{"ports": {\n    "8000": {"service": "api"},\n    "8009": {"service": "x"}\n}}\n'),
        ("ports.env", "API_PORT=8000\n"),
    ],
)
@pytest.mark.parametrize("protocol", ["", "/udp"])
def test_what_a_port_of_another_service_is_told_to_type_settles_it(path, registry, protocol) -> None:
    compose = f"services:\n  new-one:\n    ports: ['8000:80{protocol}']\n"
    (found,) = verdicts.findings(HOOK, {path: registry, "compose.yaml": compose}, "compose.yaml")
    free, line = re.search(r"publish (\d+), .*the line `(.*)` to", found.fix).groups()
    mended = {path: registry + "\n" + line + "\n", "compose.yaml": compose.replace("8000", free)}
    if path.endswith((".yaml", ".json")):
        indent = "  " if path.endswith(".yaml") else "    "
        lines = registry.splitlines(keepends=True)
        mended[path] = "".join([*lines[:2], f"{indent}{line}\n", *lines[2:]])
    elif "|" in registry:
        mended[path] = registry + line + "\n"
    assert verdicts.findings(HOOK, mended, "compose.yaml") == []


def test_services_that_never_run_together_are_told_how_to_say_so() -> None:
    files = {"compose.yaml": "services:\n  cpu: {ports: ['80:80']}\n  gpu: {ports: ['80:80']}\n"}
    (clash,) = verdicts.findings(HOOK, files)
    assert clash.fix == (
        "give one of them another host port, for example 81; if the services never run together, give each a profile "
        "of its own, here `profiles: [gpu]`"
    )
    said = "services:\n  cpu: {ports: ['80:80'], profiles: [cpu]}\n  gpu: {ports: ['80:80'], profiles: [gpu]}\n"
    assert verdicts.findings(HOOK, {"compose.yaml": said}) == []


def test_one_service_is_not_told_to_run_apart_from_itself() -> None:
    (clash,) = verdicts.findings(HOOK, {"compose.yaml": "services:\n  web: {ports: ['80:80', '80:81']}\n"})
    assert clash.fix == "give one of them another host port, for example 81"
