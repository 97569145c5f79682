#!/usr/bin/env python3
"""Write the tables of README.md from the rules and options in the code, and from what the benchmark measured.

python3 tests/readme.py          rewrite README.md
python3 tests/readme.py --check  exit 1 when it is not up to date
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "hooks"))

from guardrail_hooks.core import allow, judge, options  # noqa: E402  (found by the line above)

BLOCK = re.compile(r"(?s)<!-- (rules|options|speed)(?:: ([a-z-]+))? -->\n.*?<!-- end -->")
SPEED = ROOT / "tests/bench/speed.json"  # written by tests/bench/bench.py: budgets and medians by what is measured


def hook(name: str) -> judge.Hook:
    """A hook by its name."""
    return importlib.import_module(f"guardrail_hooks.{name.replace('-', '_')}.cli").HOOK


def rules_of(name: str) -> tuple:
    """The rules of a hook, or those of the allow comments."""
    return allow.RULES if name == "allow" else hook(name).rules


def options_of(name: str) -> tuple:
    """The options of a hook alone, or those that all share."""
    if name == "common":
        return (*options.COMMON[:3], *options.FILE_HOOK, *options.COMMON[3:])
    shared = {option.name for option in options_of("common")}
    return tuple(option for option in hook(name).options if option.name not in shared)


def cell(text: str) -> str:
    """Text for a table cell."""
    return text.replace("|", r"\|")


def speed() -> dict[str, dict[str, float]]:
    """What the benchmark measured last, and the budgets, in multiples of `python -c pass`."""
    return json.loads(SPEED.read_text(encoding="utf-8"))


def table(kind: str, name: str) -> str:
    """One table."""
    if kind == "speed":
        rows = ["| a whole process | at most | measured |", "| --- | --- | --- |"]
        rows += [f"| {what} | {row['budget']:.1f} | {row['measured']:.1f} |" for what, row in speed().items()]
    elif kind == "rules":
        rows = ["| rule | level | what it reports |", "| --- | --- | --- |"]
        rows += [
            f'| <a id="{rule.anchor}"></a>`{rule.code}` {rule.name} | {rule.severity} | {cell(rule.summary)} |'
            for rule in rules_of(name)
        ]
    else:
        rows = ["| option | what it does |", "| --- | --- |"]
        for option in options_of(name):
            default = f" (default: `{option.default}`)" if option.default else ""
            rows.append(f"| `{cell(option.usage)}` | {cell(option.help)}{default} |")
    return "\n".join(rows)


def written(readme: str) -> str:
    """The README with all its tables written anew."""
    return BLOCK.sub(
        lambda block: f"{block[0].splitlines()[0]}\n{table(block[1], block[2] or '')}\n<!-- end -->", readme
    )


def main() -> int:
    """Rewrite or check."""
    path = ROOT / "README.md"
    readme = path.read_text(encoding="utf-8")
    if written(readme) == readme:
        return 0
    if "--check" in sys.argv[1:]:
        print("README.md is not up to date: run python3 tests/readme.py")
        return 1
    path.write_text(written(readme), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
