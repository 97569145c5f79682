"""What the program says about its own rules: `--explain` and `--list-rules`."""

from __future__ import annotations

from guardrail_hooks.core.finding import CannotJudge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from guardrail_hooks.core.finding import Rule

WIDTH = 80


def explain(rules: Sequence[Rule], code: str) -> str:
    """The documentation of one rule, by code or name. Raises `CannotJudge` for one that does not exist."""
    rule = next((rule for rule in rules if code.upper() == rule.code or code == rule.name), None)
    if rule is None:
        raise CannotJudge(f"--explain {code}: no such rule; --list-rules shows them all")
    return "\n".join(_page(rule)) + "\n"


def _page(rule: Rule) -> Iterator[str]:
    """The lines of a rule's documentation."""
    from textwrap import fill

    title = f"{rule.code} {rule.name}"
    level = {"off": "off by default", "error": "error", "warning": "warning"}[rule.severity]
    yield f"{title} ({level})"
    yield "=" * len(f"{title} ({level})")
    for heading, text in (("What it does", rule.what), ("Why is this bad?", rule.why)):
        yield from ("", heading, *(fill(part, WIDTH, break_long_words=False) for part in text.split("\n\n")))
    for heading, example in (("Example", rule.bad), ("Use instead", rule.good)):
        if example:
            yield from ("", heading, *(f"    {line}".rstrip() for line in example.rstrip("\n").split("\n")))
    if rule.options:
        yield from ("", "Options", fill(rule.options, WIDTH, break_long_words=False))
    yield from ("", "Exceptions")
    if rule.allowable:
        yield f"    # guardrail: allow[{rule.code}] until=2027-01-31 who reviewed it and why"
    else:
        yield "This rule cannot be excused."
    if rule.references:
        yield from ("", "References", *rule.references)
    yield from ("", rule.docs)


def table(rules: Iterable[Rule], levels: Mapping[str, str]) -> str:
    """Every rule in a line: code, level, name and summary."""
    rows = [(rule.code, levels[rule.code], rule.name, rule.summary) for rule in rules]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "".join(
        "  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[3]]) + "\n"
        for row in rows
    )
