"""Run a file hook on files in memory, without git and without a process."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from guardrail_hooks.core import allow, options
from guardrail_hooks.core.finding import Finding, severities
from guardrail_hooks.core.judge import Court, Hook
from guardrail_hooks.core.snapshot import Memory
from ruamel.yaml import YAML

CASES = Path(__file__).resolve().parent / "cases"


def findings(hook: Hook, files: dict[str, bytes | str], *arguments: str) -> list[Finding]:
    """All findings on these files, each of them named on the command line unless the arguments name some."""
    read = options.parse(hook.name, hook.options, arguments)
    levels = severities(hook.all_rules, hook.policy(read) if hook.policy else {}, read.values("severity"))
    grants = [allow.read_grant(text, hook.all_rules) for text in read.values("allow")]
    assert hook.check
    return Court(hook, read, levels, grants).settle(hook.check(Memory(files), read.files or sorted(files), read))


def places(found: list[Finding]) -> list[str]:
    """Findings as `line:column CODE`."""
    return [f"{one.place.line}:{one.place.column} {one.rule.code}" for one in found]


def lines(found: list[Finding]) -> list[tuple[str, int]]:
    """Findings as (code, line), sorted."""
    return sorted((one.rule.code, one.place.line) for one in found)


@cache
def cases(name: str) -> list[dict[str, Any]]:
    """The labelled cases of a file."""
    return YAML(typ="safe", pure=True).load((CASES / name).read_text(encoding="utf-8"))["cases"]


def expected(case: dict[str, Any]) -> list[tuple[str, int]]:
    """What a case expects, as (code, line), sorted."""
    return [] if case["expect"] == "ok" else sorted((one["code"], one["line"]) for one in case["expect"])


def option_arguments(given: dict[str, Any] | None) -> list[str]:
    """Options of a case as arguments."""
    out: list[str] = []
    for name, value in (given or {}).items():
        if isinstance(value, bool):
            out += [f"--{name}"] if value else []
        elif isinstance(value, dict):
            out += [part for key, one in value.items() for part in (f"--{name}", f"{key}={one}")]
        else:
            out += [part for one in (value if isinstance(value, list) else [value]) for part in (f"--{name}", str(one))]
    return out
