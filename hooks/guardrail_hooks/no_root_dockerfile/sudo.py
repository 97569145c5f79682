"""Programs that are started through sudo."""

from __future__ import annotations

import re

from guardrail_hooks.no_root_dockerfile.executed import SHELLS, base_name, script_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guardrail_hooks.formats.dockerfile.instructions import Instruction

TAKES_VALUE = frozenset({"-u", "-g", "-h", "-p", "-C", "-r", "-t", "-T", "-U", "-D", "-R"})  # sudo(8)


def without_sudo(program: Instruction) -> str:
    """The command of an ENTRYPOINT or CMD without the sudo it starts with; empty when it does not."""
    words = [word.text for word in program.words]
    if not program.json:
        return _in_shell(words[0]) if words else ""
    if words and base_name(words[0]) in SHELLS:
        script = script_of(words[1:])
        return _in_shell(script) if script else ""
    rest = _stripped(words)
    return "[" + ", ".join(f'"{word}"' for word in rest) + "]" if rest else ""


def _in_shell(text: str) -> str:
    """The same for a shell command."""
    words = text.split()
    while words and (words[0] == "exec" or re.match(r"[A-Za-z_]\w*=", words[0])):
        words = words[1:]
    return " ".join(_stripped(words))


def _stripped(words: list[str]) -> list[str]:
    """The words behind sudo and its options; none when the first word is not sudo."""
    if not words or base_name(words[0].strip("\"'")) != "sudo":
        return []
    at = 1
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in TAKES_VALUE else 1
    return words[at:] or ["<program>"]
