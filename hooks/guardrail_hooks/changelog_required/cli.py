"""The command line of changelog-required."""

from __future__ import annotations

from guardrail_hooks.changelog_required.rules import RULES
from guardrail_hooks.changelog_required.settings import FRAGMENT_STYLES, GOVERNING, SCHEMES, Settings
from guardrail_hooks.core import judge
from guardrail_hooks.core import situation as situations
from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.core.options import FLAG, LIST, VALUE, Option
from guardrail_hooks.core.snapshot import Memory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from guardrail_hooks.core import allow
    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.core.options import Options

    Items = list[Finding | allow.Remark]

NAME = "changelog-required"
COUNTED = "which changes ask for an entry"
WHERE = "which changelog governs"
ENTRY = "what counts as an entry"
FRAGMENTS = "news fragments"
WAIVED = "waivers"
FORM = "the form of the changelog"
CHANGE = "which change is judged"

OPTIONS = (
    Option("changelog", LIST, "name of changelogs, in any case (default: CHANGELOG.md)", metavar="NAME"),
    Option("governing", VALUE, "which changelog governs a file", choices=GOVERNING, default="nearest"),
    Option("exempt", LIST, "paths that need no entry; ! takes back in, the last match wins", metavar="GLOB"),
    Option(
        "style",
        VALUE,
        "the form of changelogs",
        choices=("auto", "keepachangelog", "common", "rule18", "free"),
        default="auto",
    ),
    Option("fix", FLAG, "write a draft of the missing entry or changelog (still fails: words are yours)"),
    Option("only", LIST, "only these paths need an entry", metavar="GLOB", group=COUNTED),
    Option(
        "exempt-preset",
        LIST,
        "well-known paths that need no entry: vendored,generated,locks (the default), docs, tests, ci; or none",
        metavar="NAME[,NAME]",
        group=COUNTED,
    ),
    Option("exempt-types", LIST, "kinds of files that need no entry, by identify", metavar="TAG[,TAG]", group=COUNTED),
    Option("count-mode-changes", FLAG, "a changed executable bit needs an entry", group=COUNTED),
    Option("map", LIST, "govern a part of the tree by another file", metavar="'GLOB=PATH'", group=WHERE),
    Option("accept-ancestor", FLAG, "an entry in a changelog further up serves", group=WHERE),
    Option("unreleased", LIST, "name of the section for changes to come", metavar="NAME", group=ENTRY),
    Option(
        "entry",
        VALUE,
        "whether another wording of an old entry counts (default: edited; added for Rule 18)",
        choices=("edited", "added"),
        group=ENTRY,
    ),
    Option(
        "released",
        VALUE,
        "whether released sections may change",
        choices=("frozen", "free"),
        default="frozen",
        group=ENTRY,
    ),
    Option("fragments", VALUE, "files that are news fragments", metavar="GLOB", group=FRAGMENTS),
    Option("fragment-style", VALUE, "the tool they are for", choices=FRAGMENT_STYLES, group=FRAGMENTS),
    Option("no-skip", FLAG, "allow no waivers", group=WAIVED),
    Option(
        "exempt-author", VALUE, "authors who need no entry (default: the usual bots)", metavar="REGEX", group=WAIVED
    ),
    Option("accept-trailer", LIST, "values of `Changelog:` trailers that serve", metavar="WORD[,WORD]", group=WAIVED),
    Option(
        "lint",
        VALUE,
        "lint nothing, new lines, or whole files",
        choices=("off", "new", "file"),
        default="new",
        group=FORM,
    ),
    Option("versions", VALUE, "how versions are compared", choices=SCHEMES, default="semver", group=FORM),
    Option("types", LIST, "the types of changes", metavar="TYPE[,TYPE]", group=FORM),
    Option("require-fields", LIST, "the fields of a Rule 18 entry", metavar="FIELD[,FIELD]", group=FORM),
    Option("future-skew", VALUE, "how far a stamp may be ahead", metavar="DURATION", default="5m", group=FORM),
    Option("max-age", VALUE, "how old the stamp of a new entry may be", metavar="DURATION", group=FORM),
    Option("now", VALUE, "the time to compare with, for tests", metavar="STAMP", group=FORM),
    Option("template", VALUE, "what --fix writes: keepachangelog, rule18, or a file", metavar="NAME", group=FORM),
    Option("base", VALUE, "judge everything since this commit", metavar="REF", group=CHANGE),
    Option("per-commit", FLAG, "judge each commit of a range by itself", group=CHANGE),
    Option(
        "amend",
        VALUE,
        "compare an amendment with HEAD's parent",
        choices=("auto", "never"),
        default="auto",
        group=CHANGE,
    ),
    Option(
        "on-merge", VALUE, "whether a merge needs an entry", choices=("skip", "check"), default="skip", group=CHANGE
    ),
)

# Rules about a change: what excuses it is of no use from the next commit on, and may stay.
PASSING = frozenset({"CHG101", "CHG103", "CHG104", "CHG105", "CHG106", "CHG107", "CHG108"})


def examine(options: Options, root: str) -> tuple[Items, Memory]:
    """Judge the change that is being made, pushed or proposed, or audit the tree."""
    settings = Settings(options)
    message = _message(options)
    if options.given("list-allows"):  # all of them, whatever is staged
        situation = situations.Situation(situations.AUDIT, "", situations.INDEX, [], [], "")
    else:
        situation = situations.find_situation(root, base=options.value("base"), amend=options.value("amend") == "auto")
    if situation.kind == situations.NOTHING or _is_irrelevant(settings, situation, root):
        return [], Memory({})
    from guardrail_hooks.changelog_required.run import run  # what a commit that asks for nothing need not load

    return run(settings, situation, root, message=message, fix=options.given("fix"))


def _is_irrelevant(settings: Settings, situation: situations.Situation, root: str) -> bool:
    """Whether every changed file is exempt, and none is a changelog or a fragment."""
    if situation.kind not in (situations.COMMIT, situations.AMEND) or settings.maps or settings.fragments:
        return False
    from guardrail_hooks.changelog_required.exempt import Exemptions

    exemptions = Exemptions(settings)
    names = {name.casefold() for name in settings.names}
    if not all(
        change.path.rpartition("/")[2].casefold() not in names and exemptions.cover(change.path)
        for change in situation.changes
    ):
        return False
    if settings.has_default_exemptions:
        return True
    from guardrail_hooks.changelog_required.fragment_config import may_hold_fragments

    return not may_hold_fragments(root)  # Markdown may be exempt, and a fragment none the less


def _message(options: Options) -> bytes | None:
    """The commit message, where the hook runs at commit-msg."""
    if not options.files:
        return None
    if len(options.files) > 1:
        raise CannotJudge("the one argument without dashes is a commit message; set `pass_filenames: false`")
    try:
        with open(options.files[0], "rb") as file:
            return file.read(1 << 20)
    except OSError as error:
        reason = (error.strerror or "unknown error").lower()
        raise CannotJudge(
            f"{options.files[0]} is no commit message to read ({reason}): set `pass_filenames: false`"
        ) from None


HOOK = judge.Hook(
    NAME,
    prefix="CHG",
    about="Refuses a change that no changelog speaks of: it looks for a new entry in words, not for a touched file, "
    "and guards the sections that are released. With a commit message as argument it also knows the waivers in it.",
    rules=RULES,
    options=OPTIONS,
    examine=examine,
    unreached=lambda _: PASSING,
    usage="[OPTION ...] [COMMIT_MESSAGE]",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the hook; its exit code."""
    return judge.main(HOOK, arguments)
