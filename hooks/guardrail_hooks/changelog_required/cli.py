"""The command line of changelog-required."""

from __future__ import annotations

import os

from guardrail_hooks.changelog_required import waivers
from guardrail_hooks.changelog_required.docket import Docket
from guardrail_hooks.changelog_required.fragment_config import FILES, STYLES, detect
from guardrail_hooks.changelog_required.governing import MODES
from guardrail_hooks.changelog_required.ground import Ground, changelog_pathspecs
from guardrail_hooks.changelog_required.rules import RULES
from guardrail_hooks.changelog_required.settings import Settings
from guardrail_hooks.changelog_required.verdict import Verdict
from guardrail_hooks.changelog_required.versions import SCHEMES
from guardrail_hooks.changelog_required.waivers import Waiver
from guardrail_hooks.core import judge, raw
from guardrail_hooks.core import situation as situations
from guardrail_hooks.core.finding import CannotJudge, Finding
from guardrail_hooks.core.git import Library
from guardrail_hooks.core.options import FLAG, LIST, VALUE, Option
from guardrail_hooks.core.printable import printable
from guardrail_hooks.core.snapshot import Memory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from guardrail_hooks.core import allow
    from guardrail_hooks.core.options import Options
    from guardrail_hooks.core.raw import Change
    from guardrail_hooks.core.situation import Situation

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
    Option("governing", VALUE, "which changelog governs a file", choices=MODES, default="nearest"),
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
    Option("fragment-style", VALUE, "the tool they are for", choices=STYLES, group=FRAGMENTS),
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
    Option("versions", VALUE, "how versions are compared", choices=tuple(SCHEMES), default="semver", group=FORM),
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


def examine(options: Options, root: str) -> tuple[Items, Memory]:
    """Judge the change that is being made, pushed or proposed, or audit the tree."""
    settings = Settings(options)
    message = _message(options)
    library = Library()
    try:
        situation = situations.find_situation(root, base=options.value("base"), amend=options.value("amend") == "auto")
        if situation.kind == situations.NOTHING:
            return [], Memory({})
        if settings.per_commit and situation.span:
            return _each_commit(settings, situation.span, library, root)
        return _judge(settings, situation, library, root, message=message, fix=options.given("fix"))
    finally:
        library.close()


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


def _judge(
    settings: Settings, situation: Situation, library: Library, root: str, *, message: bytes | None, fix: bool
) -> tuple[Items, Memory]:
    """The findings about one situation, after waivers, and the texts they are about."""
    ground = Ground(library, situation.head, settings.names)
    docket = Docket(settings, situation, ground)
    kind = detect(settings, ground.at_head(FILES), lambda: _manifests(ground))
    if situation.kind == situations.AUDIT:
        from guardrail_hooks.changelog_required.audit import Audit

        verdict: Verdict = Audit(docket, kind, root, [])
        return list(verdict.judge()), Memory(verdict.texts)
    verdict = Verdict(docket, kind, root, _parents(settings, situation))
    found = list(verdict.judge())
    if any(_is_owed(item) for item in found):
        used, problems = _waivers(settings, situation, docket, message)
        for waiver in used:
            judge.tell(printable(f"{NAME}: waived by {waiver.source}: {waiver.reason}"))
        verdict.waived = bool(used) and not docket.excused
        found = [*problems, *(verdict.judge() if used else found)]
    if fix and any(_is_owed(item) for item in found):
        from guardrail_hooks.changelog_required.fix import write_drafts

        linked = {path: target for path, (target, _) in docket.changelogs.items()}
        write_drafts(settings, found, root, linked)
    return found, Memory(verdict.texts)


OWED = frozenset({"CHG101", "CHG102", "CHG103", "CHG105", "CHG106", "CHG108"})


def _is_owed(item: Finding | allow.Remark) -> bool:
    """Whether a finding is one that a waiver excuses."""
    return isinstance(item, Finding) and item.rule.code in OWED


def _waivers(
    settings: Settings, situation: Situation, docket: Docket, message: bytes | None
) -> tuple[list[Waiver], list[Finding]]:
    """The waivers that apply, and what is wrong with others. Those of a range's commits excuse paths of the docket."""
    waiver, problems = waivers.by_environment(settings)
    if waiver:
        return [waiver], problems
    used: list[Waiver] = []
    if situation.kind != situations.RANGE:
        if message is not None:
            _sort(waivers.by_message(settings, message), used, problems)
        name, email = os.environ.get("GIT_AUTHOR_NAME", ""), os.environ.get("GIT_AUTHOR_EMAIL", "")
        if not used and name and (bot := waivers.by_author(settings, name, email)):
            used.append(bot)
        return used[:1], [] if used else problems
    touched: dict[str, bool] = {}
    for commit in waivers.commits_of(situation.span):
        before = len(used)
        _sort(waivers.by_commit(settings, commit), used, problems)
        for path in commit.paths:
            touched[path] = touched.get(path, True) and len(used) > before
    docket.excused = frozenset(path for path, excused in touched.items() if excused)
    return used if docket.excused else [], problems


def _sort(found: Iterable[Waiver | Finding], used: list[Waiver], problems: list[Finding]) -> None:
    """Put waivers to waivers, and what is wrong with others to problems."""
    for item in found:
        if isinstance(item, Waiver):
            used.append(item)
        else:
            problems.append(item)


def _parents(settings: Settings, situation: Situation) -> list[dict[str, Change]]:
    """What a merge changes in changelogs against each further parent."""
    patterns = changelog_pathspecs(settings.names)
    return [{change.path: change for change in raw.staged_since(parent, *patterns)} for parent in situation.parents]


def _manifests(ground: Ground) -> dict[str, bytes | None]:
    """The package manifests of the head."""
    if ground.head == situations.INDEX:
        entries = ground.named(":(top,glob)**/package.json", ":(top)pnpm-workspace.yaml")
    else:
        names = ("package.json", "pnpm-workspace.yaml")
        entries = {path: entry for path, entry in ground.everything().items() if path.rpartition("/")[2] in names}
    wanted = {path: entry for path, entry in entries.items() if "node_modules/" not in path}
    ground.fetch([entry.oid for entry in wanted.values()], "a package.json")
    return {path: ground.content(entry.oid) for path, entry in wanted.items()}


def _each_commit(settings: Settings, span: str, library: Library, root: str) -> tuple[Items, Memory]:
    """The findings about every commit of a range by itself, told with the commit."""
    from guardrail_hooks.changelog_required.commits import raw_commits

    every: Items = []
    for commit, situation in raw_commits(span):
        used: list[Waiver] = []
        problems: list[Finding] = []
        _sort(waivers.by_commit(settings, commit), used, problems)
        found, _ = _judge(settings, situation, library, root, message=None, fix=False)
        if used and any(_is_owed(item) for item in found):
            judge.tell(printable(f"{NAME}: waived by {used[0].source}: {used[0].reason}"))
            found = [item for item in found if not _is_owed(item)]
        for item in [*problems, *found]:
            if isinstance(item, Finding):
                message = f"{item.message} (commit {commit.commit[:9]}, {commit.subject})"
                every.append(item._replace(message=message, subject=f"{item.subject} {commit.commit}"))
    return every, Memory({})


HOOK = judge.Hook(
    NAME,
    prefix="CHG",
    about="Refuses a change that no changelog speaks of: it looks for a new entry in words, not for a touched file, "
    "and guards the sections that are released. With a commit message as argument it also knows the waivers in it.",
    rules=RULES,
    options=OPTIONS,
    examine=examine,
    usage="[OPTION ...] [COMMIT_MESSAGE]",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the hook; its exit code."""
    return judge.main(HOOK, arguments)
