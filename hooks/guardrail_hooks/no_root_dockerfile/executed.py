"""What RUN executes: its shell text, and the commands in it."""

from __future__ import annotations

import re
from itertools import pairwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from guardrail_hooks.formats.dockerfile.instructions import Instruction
    from guardrail_hooks.formats.dockerfile.words import Lookup, Value

SHELLS = frozenset({"sh", "bash", "ash", "dash", "ksh", "zsh"})
DEEPEST = 5  # substitutions in substitutions, and shells in shells, that are looked into
LONE_HEREDOC = r"\d*<<-?[\t\r ]*(\w+|\"[^\"]*\"|'[^']*')"
FED_SHELL = rf"(?:{LONE_HEREDOC}\s+)?(?:\S*/)?(?:{'|'.join(SHELLS)})\b[^;&|]*"
PRINTS = frozenset({"echo", "printf"})


def shell_text(run: Instruction) -> str:
    """The text of a RUN as the shell gets it (BuildKit, `dispatchRun`).

    A here-document alone is a script, and so is one that a shell reads; others are put back behind the command.
    """
    if run.json:
        return " ".join("'" + word.text.replace("'", "'\\''") + "'" for word in run.words)
    heredocs = run.heredocs
    if not heredocs:
        return run.script
    command = " ".join([word.text for word in run.words])
    if re.fullmatch(f"{LONE_HEREDOC}|{FED_SHELL}", command):
        return "\n".join([heredoc.text for heredoc in heredocs])
    return "\n".join([command, *[f"{heredoc.text}{heredoc.name}" for heredoc in heredocs]])


def shell_commands(script: str, variables: Lookup, depth: int = 0) -> Iterator[list[str]]:
    """The words of every simple command, variables expanded; what a shell in it is given with `-c` as well.

    A word with a variable that has no value is left as it is written.
    """
    from guardrail_hooks.formats.dockerfile.words import Value
    from guardrail_hooks.formats.shell import DEEPEST as DEEPEST_READ
    from guardrail_hooks.formats.shell import commands

    local: dict[str, Value] = {}

    def lookup(name: str) -> Value | None:
        return local.get(name) or variables(name)

    for command in commands(script, depth=DEEPEST_READ - DEEPEST):
        for name, value in command.assignments:
            local[name] = Value(_expanded(value, lookup))
        words = [_expanded(word, lookup) if "$" in word else word for word in command.words]
        if words[:1] == ["export"]:
            given = (word.partition("=") for word in words[1:])
            local.update((name, Value(value)) for name, equals, value in given if equals)
        if not words or base_name(words[0]) in PRINTS:
            continue
        yield words
        shell = next((at for at, word in enumerate(words) if base_name(word) in SHELLS), None)
        if shell is not None and depth < DEEPEST and (inner := script_of(words[shell + 1 :])):
            yield from shell_commands(inner, lookup, depth + 1)


def script_of(arguments: list[str]) -> str:
    """The script that a shell is given with `-c`, alone or among other letters (`-ec`); empty without one."""
    for option, following in pairwise(arguments):
        if not option.startswith("-"):
            return ""
        if "c" in option and not option.startswith("--"):
            return following
    return ""


def base_name(word: str) -> str:
    """A program's name without its folder."""
    return word.rpartition("/")[2]


def _expanded(word: str, lookup: Callable[[str], Value | None]) -> str:
    """A word with its variables expanded, or as it is where one has no value."""
    from guardrail_hooks.formats.dockerfile.words import BadSubstitution, expand

    try:
        expansion = expand(word, lookup, quotes=False)
    except BadSubstitution:
        return word
    return word if expansion.missing else expansion.text
