"""What the command line asks for, read and checked once."""

from __future__ import annotations

from guardrail_hooks.changelog_required import stamps
from guardrail_hooks.core.finding import CannotJudge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from re import Pattern
    from typing import Literal

    from guardrail_hooks.core.options import Options

DEFAULT_NAME = "CHANGELOG.md"
# What stands for the changes to come where no --unreleased names it.
COMING = (
    *("unreleased", "unreleased changes", "next", "next release", "upcoming", "upcoming release", "in progress"),
    "in development",
    # Prometheus and those who follow it, RuboCop
    *("main / unreleased", "main / (unreleased)", "main (unreleased)"),
    *("master / unreleased", "master / (unreleased)", "master (unreleased)"),
)
BRANCHES = frozenset({"main", "master", "develop", "trunk", "head"})  # alone, they stand for it as well
GOVERNING = ("nearest", "own", "root")
FRAGMENT_STYLES = ("towncrier", "scriv", "changie", "reno", "changesets", "beachball", "plain")
SCHEMES = ("semver", "pep440", "calver")
FIELDS = ("Who", "Why", "What", "Impact", "Validation", "Related Changes", "Rollback")  # Rule 18
PRESETS = ("vendored", "generated", "locks", "docs", "tests", "ci")
DEFAULT_PRESETS = ("vendored", "generated", "locks")


class Settings:
    """The options of a run. Durations are seconds, names of changelogs are kept as given."""

    __slots__ = (
        "accept_ancestor",
        "accept_trailers",
        "coming",
        "count_modes",
        "entry",
        "exempt",
        "exempt_author",
        "exempt_types",
        "fragment_style",
        "fragments",
        "future_skew",
        "governing",
        "lint",
        "maps",
        "max_age",
        "max_age_text",
        "names",
        "no_skip",
        "now",
        "on_merge",
        "only",
        "per_commit",
        "presets",
        "released",
        "required",
        "style",
        "template",
        "types",
        "versions",
        "written_coming",
    )

    def __init__(self, options: Options) -> None:
        self.names = tuple(options.values("changelog")) or (DEFAULT_NAME,)
        self.governing = options.value("governing")
        self.maps = [_map(text) for text in options.values("map")]
        self.accept_ancestor = options.given("accept-ancestor")
        self.only = options.values("only")
        self.exempt = options.values("exempt")
        self.presets = _presets(options)
        self.exempt_types = frozenset(split(options.values("exempt-types")))
        self.count_modes = options.given("count-mode-changes")
        self.coming = tuple(name.casefold() for name in options.values("unreleased")) or COMING
        self.written_coming = frozenset(self.coming if options.given("unreleased") else ("unreleased",))
        self.entry = options.value("entry")
        self.released = options.value("released")
        self.fragments = options.value("fragments")
        self.fragment_style = options.value("fragment-style")
        self.no_skip = options.given("no-skip")
        self.exempt_author = _author(options)
        self.accept_trailers = frozenset(word.casefold() for word in split(options.values("accept-trailer")))
        self.on_merge = options.value("on-merge")
        self.per_commit = options.given("per-commit")
        self.style = options.value("style")
        self.lint = options.value("lint")
        self.now = stamps.read_now(options.value("now"))
        self.future_skew = stamps.read_duration("future-skew", options.value("future-skew")) or 0
        self.max_age_text = options.value("max-age")
        self.max_age = stamps.read_duration("max-age", self.max_age_text)
        self.required = tuple(split(options.values("require-fields"))) or FIELDS
        self.types = tuple(split(options.values("types")))
        self.versions = options.value("versions")
        self.template = options.value("template")
        for name in self.required:
            if name not in FIELDS:
                raise CannotJudge(f"--require-fields {name}: choose from {', '.join(FIELDS)}")
        for name in self.names:
            if not name or "/" in name:
                raise CannotJudge(f"--changelog {name}: give a file name without folders; --map names other places")

    @property
    def has_default_exemptions(self) -> bool:
        """Whether only those paths are exempt that are so by default."""
        return self.presets <= set(DEFAULT_PRESETS) and not (self.exempt or self.exempt_types or self.only)


def split(values: Iterable[str]) -> list[str]:
    """The words of options that take several, separated by commas."""
    return [word.strip() for value in values for word in value.split(",") if word.strip()]


def _map(text: str) -> tuple[str, str]:
    """The two sides of `GLOB=PATH`."""
    glob, equals, target = text.partition("=")
    if not (equals and glob and target) or target.startswith(("/", "../")):
        raise CannotJudge(f"--map {text}: write it as 'GLOB=PATH', such as 'libs/{{name}}/**=notes/{{name}}.md'")
    if "{name}" in target and "{name}" not in glob:
        raise CannotJudge(f"--map {text}: {{name}} has to stand in the glob as well")
    return glob, target


def _presets(options: Options) -> frozenset[str]:
    """The presets of exempt paths."""
    if not options.given("exempt-preset"):
        return frozenset(DEFAULT_PRESETS)
    names = split(options.values("exempt-preset"))
    for name in names:
        if name not in (*PRESETS, "none"):
            raise CannotJudge(f"--exempt-preset {name}: choose from {', '.join(PRESETS)}, none")
    return frozenset(names) - {"none"}


def _author(options: Options) -> Pattern[str] | Literal[False] | None:
    """The pattern of exempt authors; None for the usual bots, False for nobody."""
    text = options.value("exempt-author")
    if not text:
        return False if options.given("exempt-author") else None
    import re

    try:
        return re.compile(text)
    except re.error as error:
        raise CannotJudge(f"--exempt-author {text}: no regular expression ({error})") from None
