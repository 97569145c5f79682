"""Programs that are started through sudo."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guardrail_hooks.formats.dockerfile.instructions import Instruction

SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh"})
TAKES_VALUE = frozenset({"-u", "-g", "-h", "-p", "-C", "-r", "-t", "-T", "-U", "-D", "-R"})  # sudo(8)


def without_sudo(program: Instruction) -> str:
    """The command of an ENTRYPOINT or CMD without the sudo it starts with; empty when it does not."""
    words = [word.text for word in program.words]
    if program.json:
        if len(words) > 2 and _base(words[0]) in SHELLS and words[1] == "-c":
            return _in_shell(words[2])
        rest = _stripped(words)
        return "[" + ", ".join(f'"{word}"' for word in rest) + "]" if rest else ""
    return _in_shell(words[0]) if words else ""


def _in_shell(text: str) -> str:
    """The same for a shell command."""
    words = text.split()
    return " ".join(_stripped(words[1:] if words[:1] == ["exec"] else words))


def _stripped(words: list[str]) -> list[str]:
    """The words behind sudo and its options; none when the first word is not sudo."""
    if not words or _base(words[0]) != "sudo":
        return []
    at = 1
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in TAKES_VALUE else 1
    return words[at:] or ["<program>"]


def _base(word: str) -> str:
    return word.rpartition("/")[2]
