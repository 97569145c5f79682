"""The import of ruamel.yaml: the scanner alone, and nothing of it left behind."""

from __future__ import annotations

import sys

import pytest
from guardrail_hooks.formats import yaml_import
from guardrail_hooks.formats.source import Source

OURS = ("guardrail_hooks.formats.yaml_composer", "guardrail_hooks.formats.yaml_scanner")


def of_ruamel() -> list[str]:
    return [name for name in sys.modules if name == "ruamel.yaml" or name.startswith("ruamel.yaml.")]


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The modules that are loaded, ruamel.yaml and what uses it left out as in a new process."""
    import ruamel

    monkeypatch.delattr(ruamel, "yaml", raising=False)
    for name in [*of_ruamel(), *OURS]:
        monkeypatch.delitem(sys.modules, name, raising=False)
    return set(sys.modules)


def test_nothing_of_the_package_stays_and_nothing_else_goes(loaded):
    compose = yaml_import.composer()
    assert of_ruamel() == []
    assert loaded | set(OURS) <= set(sys.modules)
    (root,) = compose(Source("a: [b]\n")).documents
    assert (root.start, root.end) == (0, 6)
    from ruamel.yaml import YAML

    assert YAML(typ="safe", pure=True).load("a: 1") == {"a": 1}, "anybody else's import is what it always was"


@pytest.mark.usefixtures("loaded")
def test_a_package_that_is_loaded_already_is_used():
    import ruamel.yaml

    yaml_import.composer()
    assert sys.modules["ruamel.yaml"] is ruamel.yaml
    assert sys.modules["guardrail_hooks.formats.yaml_scanner"].Scanner is sys.modules["ruamel.yaml.scanner"].Scanner


@pytest.mark.usefixtures("loaded")
def test_an_arrangement_that_is_not_known_is_imported_whole(monkeypatch):
    monkeypatch.setattr(yaml_import, "_without_init", lambda _path: type(sys)("ruamel.yaml"))
    compose = yaml_import.composer()
    assert hasattr(sys.modules["ruamel.yaml"], "YAML")
    assert len(compose(Source("a\n---\nb\n")).documents) == 2
