"""Command-line options as data, and the small parser that reads them.

`argparse` costs a third of a hook's budget to import, so one table per hook drives the parsing, the help and the
README. An option's value follows after a blank or `=`; an optional value only after `=`.
"""

from __future__ import annotations

import os

from guardrail_hooks.core.finding import CannotJudge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FLAG, VALUE, LIST, OPTIONAL = "flag", "value", "list", "optional"
SHORT = {"-h": "--help", "-V": "--version"}
FORMATS = ("text", "concise", "github", "gitlab", "json", "sarif")


class Option:
    """One option: its name without dashes, what it takes, and its help.

    `takes` is FLAG, VALUE (the last one wins), LIST (repeatable) or OPTIONAL (a value after `=`, or none). Everyday
    options come first in the help; the others are listed under their group.
    """

    __slots__ = ("choices", "default", "group", "help", "metavar", "name", "takes")

    def __init__(
        self,
        name: str,
        takes: str,
        help: str,  # noqa: A002  (the field's own term)
        *,
        metavar: str = "",
        choices: tuple[str, ...] = (),
        default: str = "",
        group: str = "",
    ) -> None:
        self.name = name
        self.takes = takes
        self.help = help
        self.metavar = metavar
        self.choices = choices
        self.default = default
        self.group = group

    @property
    def usage(self) -> str:
        """The option as the help shows it, such as `--policy default|hardened`."""
        value = self.metavar or "|".join(self.choices)
        if self.takes == FLAG:
            return f"--{self.name}"
        return f"--{self.name}[={value}]" if self.takes == OPTIONAL else f"--{self.name} {value}"


class Options:
    """What the command line said: values by option name, and the files."""

    __slots__ = ("_table", "_values", "files")

    def __init__(self, table: Iterable[Option], values: dict[str, list[str]], files: list[str]) -> None:
        self._table = {option.name: option for option in table}
        self._values = values
        self.files = files

    def given(self, name: str) -> bool:
        """Whether the option stands on the command line."""
        return name in self._values

    def value(self, name: str) -> str:
        """The last value given, or the option's default (an empty string where it has none)."""
        values = self._values.get(name)
        return values[-1] if values else self._table[name].default

    def values(self, name: str) -> list[str]:
        """All values given, in order."""
        return self._values.get(name, [])


EVERYDAY = ""
REPORTING = "reporting"
EXCEPTIONS = "exceptions"
ABOUT = "about the rules and this program"

COMMON = (
    Option("format", VALUE, "how findings are written (github by itself on GitHub Actions)", choices=FORMATS),
    Option("strict", FLAG, "warnings fail the run as well"),
    Option("severity", LIST, "set the level of a rule, or of all that begin so", metavar="CODE=error|warning|off"),
    Option(
        "allow",
        LIST,
        "excuse findings in files that cannot carry comments (globs)",
        metavar="'CODE:PATH[:SUBJECT]=reason'",
        group=EXCEPTIONS,
    ),
    Option(
        "list-allows",
        FLAG,
        "print every exception: place, reason, expiry, and who wrote it when",
        group=EXCEPTIONS,
    ),
    Option("explain", VALUE, "print the documentation of a rule", metavar="CODE", group=ABOUT),
    Option("list-rules", FLAG, "print every rule with its level", group=ABOUT),
    Option("version", FLAG, "print the version", group=ABOUT),
    Option("help", FLAG, "print this page", group=ABOUT),
)
FILE_HOOK = (
    Option("new-only", FLAG, "report only what the base does not have"),
    Option("base", VALUE, "the commit to compare with, for --new-only", metavar="REF"),
)


def parse(program: str, table: Sequence[Option], arguments: Sequence[str]) -> Options:
    """Read the command line. Raises `CannotJudge` for what the table does not know."""
    known = {option.name: option for option in table}
    values: dict[str, list[str]] = {}
    files: list[str] = []
    waiting = iter([SHORT.get(argument, argument) for argument in arguments])
    for argument in waiting:
        if argument == "--":
            files.extend(waiting)
            break
        if not argument.startswith("--"):
            if argument.startswith("-") and len(argument) > 1 and not os.path.lexists(argument):
                raise CannotJudge(f"unknown option {argument}; {program} --help shows them all")
            files.append(argument)
            continue
        name, equals, value = argument[2:].partition("=")
        option = known.get(name)
        if option is None:
            raise CannotJudge(f"unknown option --{name}{_nearest(name, known)}; {program} --help shows them all")
        if option.takes == FLAG and equals:
            raise CannotJudge(f"--{name} takes no value")
        if option.takes in (VALUE, LIST) and not equals:
            following = next(waiting, None)
            if following is None:
                raise CannotJudge(f"--{name} needs a value: {option.usage}")
            value = following
        if option.choices and (value or option.takes != OPTIONAL) and option.takes != FLAG:
            _check_choice(option, value)
        values.setdefault(name, []).append(value)
    return Options(table, values, files)


def _check_choice(option: Option, value: str) -> None:
    """Raise `CannotJudge` for a value that the option does not know."""
    if value not in option.choices:
        raise CannotJudge(f"--{option.name} {value}: choose one of {', '.join(option.choices)}")


def _nearest(name: str, known: Iterable[str]) -> str:
    """A hint at the option that was probably meant."""
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), n=1)
    return f" (did you mean --{near[0]}?)" if near else ""


def help_page(program: str, about: str, usage: str, table: Sequence[Option], width: int = 80) -> str:
    """The help: the everyday options on one screen first, the rest in named groups below."""
    groups: dict[str, list[Option]] = {EVERYDAY: []}
    for option in table:
        groups.setdefault(option.group, []).append(option)
    lines = [f"usage: {program} {usage}", "", *_wrap(about, width, "")]
    for group, options in groups.items():
        lines += ["", f"{group}:" if group else "options:"]
        for option in options:
            lines += _entry(option, width)
    return "\n".join(lines) + "\n"


def _entry(option: Option, width: int) -> list[str]:
    """One option in the help: usage in the left column, text on the right or below."""
    left = f"  {option.usage}"
    text = option.help + (f" (default: {option.default})" if option.default else "")
    lines = _wrap(text, width, " " * 28)
    if len(left) < 27:
        lines[0] = left.ljust(28) + lines[0].lstrip()
        return lines
    return [left, *lines]


def _wrap(text: str, width: int, indent: str) -> list[str]:
    """Text in lines of at most `width` characters."""
    lines, line = [], indent
    for word in text.split():
        if line.strip() and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = indent
        line += word if line == indent else f" {word}"
    return [*lines, line]
