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
        "8080 is taken by 'api' at b/compose.yml:3; the next free port in 'Shop' (8000-8099) is 8000: "
        "publish and register that"
    )
