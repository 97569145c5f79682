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
    ],
)
def test_an_exception_holds_where_the_finding_stands(path, content, arguments) -> None:
    assert verdicts.findings(HOOK, {path: content}, *arguments, path) == []
    without = content.replace("guardrail: allow", "guardrail, allow")
    assert len(verdicts.findings(HOOK, {path: without}, *arguments, path)) == 1
