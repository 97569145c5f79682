"""The door to dockerfile-parse: it comes in without the standard library's logging."""

from __future__ import annotations

import logging
import sys
from io import BytesIO

import pytest
from guardrail_hooks.formats.dockerfile.library import dockerfile_parser


@pytest.fixture
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "dockerfile_parse"]:
        monkeypatch.delitem(sys.modules, name)


@pytest.mark.usefixtures("_fresh")
def test_without_logging(monkeypatch):
    monkeypatch.delitem(sys.modules, "logging")
    parser = dockerfile_parser()
    assert "logging" not in sys.modules
    read = parser(fileobj=BytesIO(b"FROM a:1\nLABEL b=c\n"))
    assert (read.baseimage, dict(read.labels)) == ("a:1", {"b": "c"}), "what it writes to its logger is lost"
    assert dockerfile_parser() is parser
    assert "logging" not in sys.modules


@pytest.mark.usefixtures("_fresh")
def test_with_logging_where_somebody_has_it_already():
    parser = dockerfile_parser()
    assert sys.modules["logging"] is logging
    assert parser(fileobj=BytesIO(b"FROM a:1\n")).baseimage == "a:1"
