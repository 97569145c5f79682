"""What the program says about its own rules: `--explain` and `--list-rules`."""

from __future__ import annotations

import os
import sys

from guardrail_hooks.core.finding import CannotJudge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from guardrail_hooks.core.finding import Rule

WIDTH, NARROWEST, WIDEST = 80, 40, 100  # columns; longer lines than 100 are hard to read
BOLD, PLAIN = "\x1b[1m", "\x1b[0m"
COMMENT = (
    "Write it directly above what is found, as a comment of the file's own kind (`#`, `//` or `<!-- -->`). For a file "
    "that cannot carry comments: `--allow '{code}:PATH=who reviewed it and why'`."
)


def explain(rules: Sequence[Rule], code: str, *, width: int = WIDTH, colour: bool = False) -> str:
    """The documentation of one rule, by code or name. Raises `CannotJudge` for one that does not exist."""
    rule = next((rule for rule in rules if code.upper() == rule.code or code == rule.name), None)
    if rule is None:
        raise CannotJudge(f"--explain {code}: no such rule; --list-rules shows them all")
    headings = (f"{BOLD}{text}{PLAIN}" if colour and is_heading else text for text, is_heading in _page(rule, width))
    return "\n".join(headings) + "\n"


def terminal_width() -> int:
    """The width to write for: that of the terminal where standard output is one, else 80."""
    if not sys.stdout.isatty():
        return WIDTH
    try:
        return min(max(os.get_terminal_size(sys.stdout.fileno()).columns or WIDTH, NARROWEST), WIDEST)
    except OSError:
        return WIDTH


def _page(rule: Rule, width: int) -> Iterator[tuple[str, bool]]:
    """The lines of a rule's documentation, and which of them are headings."""
    level = {"off": "off by default", "error": "error", "warning": "warning"}[rule.severity]
    title = f"{rule.code} {rule.name} ({level})"
    yield title, True
    yield "=" * len(title), True
    for heading, lines in _sections(rule, width):
        yield "", False
        yield heading, True
        yield from ((line, False) for line in lines)
    yield "", False
    yield rule.docs, False


def _sections(rule: Rule, width: int) -> Iterator[tuple[str, list[str]]]:
    """The sections of a rule's documentation: heading and lines."""
    yield "What it does", _filled(rule.what, width)
    yield "Why is this bad?", _filled(rule.why, width)
    for heading, example in (("Example", rule.bad), ("Use instead", rule.good)):
        if example:
            yield heading, [f"    {line}".rstrip() for line in example.rstrip("\n").split("\n")]
    if rule.options:
        yield "Options", _filled(rule.options, width)
    if rule.allowable:
        form = f"    # guardrail: allow[{rule.code}] until=2027-01-31 who reviewed it and why"
        yield "Exceptions", [form, *_filled(COMMENT.format(code=rule.code), width)]
    else:
        yield "Exceptions", ["This rule cannot be excused."]
    if rule.references:
        yield "References", list(rule.references)


def _filled(text: str, width: int) -> list[str]:
    """Paragraphs in lines of at most this width, with blank lines between them."""
    from textwrap import wrap

    lines: list[str] = []
    for part in text.split("\n\n"):
        lines += [*([""] if lines else []), *wrap(part, width, break_long_words=False, break_on_hyphens=False)]
    return lines


def table(rules: Iterable[Rule], levels: Mapping[str, str]) -> str:
    """Every rule in a line: code, level, name and summary."""
    from guardrail_hooks.core.table import aligned

    return aligned((rule.code, levels[rule.code], rule.name, rule.summary) for rule in rules)
