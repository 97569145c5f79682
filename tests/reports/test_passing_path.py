"""What is needed to report is not loaded by a run that has nothing to report."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.reports.scene import HOOKS

PROBE = """
import sys
from guardrail_hooks.{module}.cli import main
assert main([]) == 0
print(*sys.modules)
"""
FOR_REPORTS = ("core.report", "core.encode", "core.table", "core.explain", "core.allowed")
FILES = {
    "CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- The shop opens.\n\n[Unreleased]: https://example.com\n",
    "Dockerfile": "FROM debian:12.7\nUSER 10001\n",
    "compose.yaml": "services:\n  a: {image: 'redis:7.2.4', ports: ['8080:80']}\n",
    "PortRegistry.md": "# Ports\n\n- **8080**: a\n",
}


@pytest.mark.parametrize("hook", HOOKS)
def test_nothing_of_the_reports_is_loaded(repository, hook) -> None:
    repository.commit(FILES)
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(module=HOOKS[hook])], cwd=repository.path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    loaded = done.stdout.split()
    assert not [name for name in loaded if name.startswith(tuple(f"guardrail_hooks.{part}" for part in FOR_REPORTS))]
    assert "unicodedata" not in loaded
    if hook != "mcp-config-guard":  # it looks for tokens, and words its findings with what keeps them safe
        assert "guardrail_hooks.core.printable" not in loaded
