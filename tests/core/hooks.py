"""A small hook for the tests of the core: it reports the word `bad`."""

from __future__ import annotations

from guardrail_hooks.core import judge
from guardrail_hooks.core.allow import Remark
from guardrail_hooks.core.finding import CannotJudge, Place, Rule, start_of
from guardrail_hooks.core.options import FLAG, VALUE, Option
from guardrail_hooks.core.snapshot import Unreadable

BAD_WORD = Rule(
    "TST001",
    "bad-word",
    summary="the word bad",
    message='the word "{word}" is bad',
    fix="write `good`",
    what="Reports the word bad.",
    why="It is not good.",
    bad="bad\n",
    good="good\n",
)
POOR_WORD = Rule("TST002", "poor-word", severity="warning", summary="poor", message="poor", what="w", why="y")
ODD_WORD = Rule("TST003", "odd-word", severity="off", summary="odd", message="odd {{}}", what="w", why="y")
BROKEN = Rule("TST900", "broken", allowable=False, summary="broken", message="{problem}", what="w", why="y")
WORDS = {"bad": BAD_WORD, "poor": POOR_WORD, "odd": ODD_WORD}


def check(tree, paths, options):
    """Findings for every bad, poor and odd word; `#` begins a comment for the line below, ` # ` one for its own."""
    for path in paths:
        try:
            text = tree.read(path).decode("utf-8", "surrogateescape")
        except Unreadable as reason:
            yield BROKEN.at(start_of(path), subject="unreadable", problem=f"{path} {reason}")
            continue
        if "crash" in text:
            raise ValueError("crash\n\x1b[31m")
        for number, line in enumerate(text.split("\n"), 1):
            if line.startswith("#"):
                place = Place(path, number, 1, number, len(line) + 1)
                disables = "# syntax=x" if options.given("directive") else ""
                yield Remark(place, line[1:].strip(), number + 1, number + 1, disables)
                continue
            code, mark, comment = line.partition(" # ")
            if mark:
                place = Place(path, number, len(code) + 2, number, len(line) + 1)
                yield Remark(place, comment, number, number, "")
            if code == "doubtful":
                yield CannotJudge(f"line {number} is doubtful: write it again")
            for word, rule in WORDS.items():
                if word in code.split():
                    column = code.index(word) + 1
                    yield rule.at(
                        Place(path, number, column, number, column + len(word)), subject=code, word=word, label="here"
                    )


HOOK = judge.Hook(
    "test-hook",
    prefix="TST",
    about="Reports bad words.",
    rules=(BAD_WORD, POOR_WORD, ODD_WORD, BROKEN),
    options=(
        Option("directive", FLAG, "comments stand above a directive"),
        Option("policy", VALUE, "how strict", choices=("default", "hardened"), default="default"),
    ),
    check=check,
    concerns=lambda path: path.endswith(".txt"),
    policy=lambda options: {"TST003": "error"} if options.value("policy") == "hardened" else {},
)


def run(capfdbinary, *arguments: str) -> tuple[int, str, str]:
    """Run the hook in this process: exit code, standard output, standard error."""
    capfdbinary.readouterr()
    code = judge.main(HOOK, arguments)
    out, err = capfdbinary.readouterr()
    return code, out.decode("utf-8"), err.decode("utf-8")
