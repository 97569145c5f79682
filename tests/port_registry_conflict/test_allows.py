"""Where an exception may be written: in every format that has comments."""

from __future__ import annotations

import pytest
from guardrail_hooks.port_registry_conflict.cli import HOOK

from tests import verdicts

WEB = "services:\n  web:\n    ports: ['8080:80']\n"
REASON = "started by hand only"


@pytest.mark.parametrize(
    ("path", "content", "arguments"),
    [
        pytest.param(
            "docker-compose.YML",
            WEB + f"  api:\n    ports:\n    - '8080:81'  # guardrail: allow[PRT001] {REASON}\n",
            (),
            id="Compose, whatever the case of its name",
        ),
        pytest.param(
            "ports.env",
            f"WEB_PORT=8080\nAPI_PORT=8080 # guardrail: allow[PRT201] {REASON}\n",
            (),
            id="a dotenv registry, behind the value",
        ),
        pytest.param(
            "ports.env",
            f"WEB_PORT=8080\r\n# guardrail: allow[PRT201] {REASON}\r\nAPI_PORT=8080\r\n",
            (),
            id="a dotenv registry, above the variable",
        ),
        pytest.param(
            ".env",
            f"# guardrail: allow[PRT303] {REASON}\nCOMPOSE_FILE=gone.yml\n",
            ("--severity", "PRT303=error"),
            id="an env file",
        ),
        pytest.param(
            ".devcontainer.json",
            f'{{\n  // guardrail: allow[PRT302] {REASON}\n  "appPort": ["80:80:80:80"]\n}}\n',
            ("--also", "devcontainer"),
            id="a development container, above",
        ),
        pytest.param(
            ".devcontainer.json",
            f'{{\n  "appPort": ["80:80:80:80"] /* guardrail: allow[PRT302] {REASON} */\n}}\n',
            ("--also", "devcontainer"),
            id="a development container, behind",
        ),
        pytest.param(
            "web.container",
            f"[Container]\n; guardrail: allow[PRT302] {REASON}\nPublishPort=80:80:80:80\n",
            ("--also", "quadlet"),
            id="a quadlet",
        ),
        pytest.param(
            "kind.yaml",
            f"kind: Cluster\nnodes:\n- extraPortMappings:\n  - hostPort: 70000 # guardrail: allow[PRT302] {REASON}\n",
            ("--also", "kind"),
            id="kind",
        ),
        pytest.param(
            "PORTS.md",
            f"- 80: web\n- 80: api <!-- guardrail: allow[PRT201] {REASON} -->\n",
            (),
            id="a Markdown registry",
        ),
    ],
)
def test_an_exception_holds_where_the_finding_stands(path, content, arguments) -> None:
    assert verdicts.findings(HOOK, {path: content}, *arguments, path) == []
    without = content.replace("guardrail: allow", "guardrail, allow")
    assert len(verdicts.findings(HOOK, {path: without}, *arguments, path)) == 1


@pytest.mark.parametrize(
    ("path", "content", "arguments"),
    [
        pytest.param("ports.env", f"# guardrail: allow[PRT201] {REASON}\nWEB_PORT=8080\n", (), id="dotenv"),
        pytest.param(
            "web.container",
            f"[Container]\n# guardrail: allow[PRT302] {REASON}\nPublishPort=80:80\n",
            ("--also", "quadlet"),
            id="a quadlet",
        ),
    ],
)
def test_an_exception_that_excuses_nothing_is_told(path, content, arguments) -> None:
    assert [one.rule.code for one in verdicts.findings(HOOK, {path: content}, *arguments, path)] == ["ALW002"]
