"""The options of the hook, read once."""

from __future__ import annotations

import re

from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.core.globs import compile_glob
from guardrail_hooks.port_registry_conflict.intervals import HIGHEST, LOWEST, Ports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from re import Pattern

    from guardrail_hooks.core.options import Options

# Copies that nobody starts: backups, archives, dependencies and virtual environments.
EXCLUDED = r"(^|/)(backups?|archives?|node_modules|vendor|\.?venv|site-packages)/"
FILE, DIRECTORY, REPOSITORY = "file", "dir", "repo"
ALTERNATIVE, TOGETHER = "alternative", "together"
SURFACES = ("kind", "kubernetes", "devcontainer", "quadlet")


class Settings:
    """What the command line decides."""

    __slots__ = (
        "aliases",
        "alternatives",
        "deny",
        "env_files",
        "exclude",
        "lowest",
        "profiles",
        "registries",
        "scope",
        "surfaces",
    )

    def __init__(self, options: Options) -> None:
        self.registries = list(_paths(options, "registry"))
        self.scope = options.value("scope")
        self.profiles = options.value("profiles")
        self.alternatives = [compile_glob(glob) for glob in options.values("alternatives")]
        self.exclude = _pattern(options.values("exclude") or [EXCLUDED])
        self.env_files = list(_paths(options, "env-file"))
        self.aliases = list(_aliases(options.values("aliases")))
        self.lowest = (
            _port(options.value("min-port"), f"--min-port {options.value('min-port')}")
            if options.given("min-port")
            else 0
        )
        self.deny = list(_ports(options.values("deny")))
        self.surfaces = frozenset(_surfaces(options.values("also")))

    def are_alternatives(self, one: str, other: str) -> bool:
        """Whether two files never run side by side."""
        return any(glob.fullmatch(one) and glob.fullmatch(other) for glob in self.alternatives)

    def excludes(self, path: str) -> bool:
        """Whether a file is left alone."""
        return self.exclude.search(path) is not None


def _paths(options: Options, name: str) -> Iterator[str]:
    """The files that an option names."""
    for path in options.values(name):
        if not path.strip():
            raise CannotJudge(f"--{name} names no file: write --{name} FILE")
        yield path.removeprefix("./")


def _pattern(texts: list[str]) -> Pattern[str]:
    try:
        return re.compile("|".join(f"(?:{text})" for text in texts))
    except re.error as error:
        raise CannotJudge(
            f"--exclude {texts[-1]}: no regular expression: {error}; write one as Python reads it"
        ) from None


def _aliases(texts: list[str]) -> Iterator[tuple[str, str]]:
    for text in ",".join(texts).split(","):
        name, equals, alias = text.partition("=")
        if equals and name.strip() and alias.strip():
            yield name.strip(), alias.strip()
        elif text.strip():
            raise CannotJudge(f"--aliases {text}: write it as NAME=NAME, for example pg=postgresql")


def is_number(text: str) -> bool:
    """Whether a text is a decimal number of a bearable length."""
    return text.isascii() and text.isdigit() and len(text) < 10


def _port(text: str, given: str) -> int:
    if is_number(text) and LOWEST <= int(text) <= HIGHEST:
        return int(text)
    raise CannotJudge(f"{given}: write a port from {LOWEST} to {HIGHEST}")


def _ports(texts: list[str]) -> Iterator[Ports]:
    for text in ",".join(texts).split(","):
        if text.strip():
            low, dash, high = text.strip().partition("-")
            given = f"--deny {text.strip()}"
            ports = Ports(_port(low, given), _port(high if dash else low, given))
            if ports.high < ports.low:
                raise CannotJudge(f"{given}: the range ends before it begins")
            yield ports


def _surfaces(texts: list[str]) -> Iterator[str]:
    for text in ",".join(texts).split(","):
        name = text.strip()
        if name in SURFACES:
            yield name
        elif name:
            raise CannotJudge(f"--also {name}: choose from {', '.join(SURFACES)}")
