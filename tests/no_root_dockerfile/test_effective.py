"""The user that a stage runs as: who decides it, and the value as the image will have it."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats import dockerfile
from guardrail_hooks.no_root_dockerfile.effective import (
    ARTIFACT,
    FROM_BASE,
    NOT_ROOT,
    ROOT,
    UNKNOWN,
    Globs,
    judge,
)
from guardrail_hooks.no_root_dockerfile.ground import Ground


@pytest.mark.parametrize(
    ("text", "kind", "line", "user"),
    [
        pytest.param("FROM debian:12\nUSER app\n", NOT_ROOT, 2, "app", id="an instruction"),
        pytest.param("FROM debian:12\nARG WHO=app\nUSER $WHO:x\n", NOT_ROOT, 3, "app:x", id="with its variables"),
        pytest.param("FROM debian:12\n", ROOT, None, "root", id="a base that sets nobody"),
        pytest.param("FROM gcr.io/distroless/static:nonroot\n", NOT_ROOT, None, "65532", id="a base that sets one"),
        pytest.param("FROM acme/app:1\n", UNKNOWN, None, "", id="a base that nobody knows"),
        pytest.param("FROM acme/app:1\nUSER $WHO\n", FROM_BASE, 2, "", id="a variable of such a base"),
        pytest.param("FROM mcr.microsoft.com/dotnet/aspnet:8.0\nUSER $APP_UID\n", NOT_ROOT, 2, "1654", id="of another"),
        pytest.param("FROM scratch\nCOPY a /\n", ARTIFACT, None, "", id="files and nothing to run"),
        pytest.param(
            "FROM mcr.microsoft.com/windows/servercore:ltsc2022\n", ROOT, None, "ContainerAdministrator", id="Windows"
        ),
        pytest.param(
            "# escape=`\nFROM acme/servercore:1\nUSER corp\\Administrator\n",
            ROOT,
            3,
            "corp\\Administrator",
            id="an account there",
        ),
        pytest.param("FROM acme/app:1\nUSER Administrator\n", NOT_ROOT, 2, "Administrator", id="but not on Linux"),
    ],
)
def test_verdict(text, kind, line, user) -> None:
    file = dockerfile.read(text.encode())
    verdict = judge(file.stages[-1], Ground(file, Globs((), ())))
    assert (verdict.kind, verdict.text) == (kind, user)
    assert (verdict.user.word.span.line if verdict.user else None) == line
