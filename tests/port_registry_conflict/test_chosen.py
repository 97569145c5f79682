"""COMPOSE_FILE and COMPOSE_PROFILES in the env file beside the Compose file."""

from __future__ import annotations

import pytest
from guardrail_hooks.port_registry_conflict.cli import HOOK

from tests import verdicts

WEB = "services:\n  web: {image: acme/web:1, ports: ['8080:80']}\n"
API = "services:\n  api: {image: acme/api:1, ports: ['8080:81']}\n"
TOOLS = "services:\n  tools: {image: acme/tools:1, ports: ['8080:82']}\n"


def found(files, *arguments) -> list[str]:
    """Findings as `CODE path:line`."""
    return [f"{one.rule.code} {one.place.path}:{one.place.line}" for one in verdicts.findings(HOOK, files, *arguments)]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"b.compose.yml": WEB, "a.compose.yml": API, ".env": "COMPOSE_FILE=b.compose.yml:a.compose.yml\n"},
            ["PRT001 a.compose.yml:2"],
            id="one project, in its order",
        ),
        pytest.param(
            {"b.compose.yml": WEB, "a.compose.yml": API, ".env": "COMPOSE_FILE='b.compose.yml;a.compose.yml'\n"},
            ["PRT001 a.compose.yml:2"],
            id="separated as on Windows",
        ),
        pytest.param(
            {
                "b.compose.yml": WEB,
                "a.compose.yml": API,
                ".env": "COMPOSE_PATH_SEPARATOR=,\nCOMPOSE_FILE=b.compose.yml,a.compose.yml\n",
            },
            ["PRT001 a.compose.yml:2"],
            id="separated as the file says",
        ),
        pytest.param(
            {
                "x/compose.yaml": WEB,
                "y/more.yaml": "services:\n  web: {ports: !override ['9090:80']}\n",
                "x/admin.compose.yaml": API,
                ".env": "COMPOSE_FILE=x/compose.yaml:y/more.yaml\n",
            },
            [],
            id="files of other folders and names",
        ),
        pytest.param(
            {
                "x/compose.yaml": "services:\n  web: {image: a, ports: ['${P}:80', '${Q}:81']}\n",
                "x/.env": "Q=2\nP=3\n",
                ".env": "COMPOSE_FILE=x/compose.yaml\nP=2\n",
            },
            ["PRT001 x/compose.yaml:2"],
            id="variables of both folders, those of where Compose is run win",
        ),
        pytest.param(
            {"compose.yaml": WEB, "compose.override.yaml": API, ".env": "COMPOSE_FILE=compose.yaml\n"},
            ["PRT002 compose.override.yaml:2"],
            id="an override file that is not chosen is a file of its own",
        ),
        pytest.param(
            {"compose.yaml": WEB, "compose.override.yaml": API, ".env": "# COMPOSE_FILE=compose.yaml\n"},
            ["PRT001 compose.override.yaml:2"],
            id="a comment chooses nothing",
        ),
        pytest.param({"compose.yaml": WEB, ".env": "COMPOSE_FILE=\n"}, [], id="nothing chosen"),
        pytest.param(
            {"compose.yaml": WEB, ".env": "A=1\nCOMPOSE_FILE=compose.yaml:gone.yaml:/etc/x.yaml\n"},
            ["PRT303 .env:2"] * 2,
            id="files that are not there, or elsewhere",
        ),
        pytest.param(
            {
                "compose.yaml": WEB,
                "a/compose.yaml": API,
                "vendor/compose.yaml": TOOLS,
                ".env": "COMPOSE_FILE=compose.yaml:a/compose.yaml:vendor/compose.yaml\n",
            },
            ["PRT001 a/compose.yaml:2"],
            id="excluded files stay excluded",
        ),
        pytest.param(
            {"compose.yaml": WEB, "a/compose.yaml": API, "a/.env": "COMPOSE_FILE=compose.yaml:../compose.yaml\n"},
            ["PRT001 compose.yaml:2"],
            id="paths start where the env file lies",
        ),
    ],
)
def test_chosen_files(files, expected) -> None:
    assert found(files) == expected


@pytest.mark.parametrize("path", [".env", "x/a.yml", "z/compose.yaml"])
def test_naming_any_part_checks_the_project(path) -> None:
    files = {
        "x/a.yml": WEB,
        "z/compose.yaml": API,
        "q/compose.yaml": "services:\n  q: {image: a, ports: ['1:1', '1:2']}\n",
        ".env": "COMPOSE_FILE=x/a.yml:z/compose.yaml\n",
    }
    expected = [] if path == "x/a.yml" else ["PRT001 z/compose.yaml:2"]  # the hook is not called for such a name alone
    assert found(files, path) == expected


def test_an_env_file_that_was_named_chooses_from_the_root() -> None:
    files = {"x/compose.yaml": WEB, "y/compose.yaml": API, "prod/e.env": "COMPOSE_FILE=x/compose.yaml:y/compose.yaml\n"}
    assert found(files) == []
    assert found(files, "--env-file", "prod/e.env") == ["PRT001 y/compose.yaml:2"]


PROFILES = """\
services:
  a: {image: x/a, profiles: [a], ports: ["80:80"]}
  b: {image: x/b, profiles: [b], ports: ["80:80"]}
"""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("", [], id="none"),
        pytest.param("a", [], id="one of the two"),
        pytest.param("a, b", ["PRT001 compose.yaml:3"], id="both"),
        pytest.param("'*'", ["PRT001 compose.yaml:3"], id="all"),
        pytest.param("c", [], id="another one"),
    ],
)
def test_profiles_that_are_switched_on_together(value, expected) -> None:
    assert found({"compose.yaml": PROFILES, ".env": f"COMPOSE_PROFILES={value}\n"}) == expected
