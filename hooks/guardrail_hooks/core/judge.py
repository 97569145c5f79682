"""A hook's life: options -> snapshot -> findings -> allow -> new-only -> report -> exit code."""

from __future__ import annotations

import os
import sys
import time

from guardrail_hooks import __version__
from guardrail_hooks.core import allow
from guardrail_hooks.core import options as opts
from guardrail_hooks.core.finding import CannotJudge, Finding, by_place, severities
from guardrail_hooks.core.git import find_root
from guardrail_hooks.core.snapshot import Commit, Tree, WorkTree, list_index, relative_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import NoReturn

    from guardrail_hooks.core.finding import Rule
    from guardrail_hooks.core.options import Option, Options

    Stream = Iterable["Finding | allow.Remark | CannotJudge"]
    Check = Callable[[Tree, Sequence[str], Options], Stream]
    Examine = Callable[[Options, str], tuple[Stream, Tree]]
    Action = Callable[[Options, str], int]

CLEAN, FAILED, CANNOT_JUDGE, INTERRUPTED = 0, 1, 2, 130


class Hook:
    """One hook as data: its name, its rules and options, and the functions that do its work.

    A file hook gives `check(tree, paths, options)`: pure, it yields findings and the comments that may hold allow
    comments; `concerns(path)` tells which tracked files it reads when none is named; where options decide that,
    `concerns_with(options)` gives the function instead. A change hook gives `examine(options, root)`: the stream, and
    the tree that excerpts are taken from. `policy(options)` returns levels that a policy option sets by code,
    `unreached(options)` the codes that a policy keeps from ever being found. `actions` maps an option to what is done
    instead of a check, such as `--list`. `rules` may be a function, for a run without findings to do without them. A
    `CannotJudge` that is yielded instead of raised is a doubt: it ends a run that found nothing else.
    """

    __slots__ = (
        "_rules",
        "about",
        "actions",
        "check",
        "concerns",
        "concerns_with",
        "examine",
        "name",
        "options",
        "policy",
        "prefix",
        "unreached",
        "usage",
    )

    def __init__(
        self,
        name: str,
        *,
        prefix: str,
        about: str,
        rules: tuple[Rule, ...] | Callable[[], tuple[Rule, ...]],
        options: tuple[Option, ...],
        check: Check | None = None,
        concerns: Callable[[str], bool] | None = None,
        concerns_with: Callable[[Options], Callable[[str], bool]] | None = None,
        examine: Examine | None = None,
        policy: Callable[[Options], Mapping[str, str]] | None = None,
        unreached: Callable[[Options], frozenset[str]] | None = None,
        actions: Mapping[str, Action] | None = None,
        usage: str = "[OPTION ...] [FILE ...]",
    ) -> None:
        self.name = name
        self.prefix = prefix
        self.about = about
        self._rules = rules
        shared = opts.COMMON[:3] + (opts.FILE_HOOK if check else ()) + opts.COMMON[3:]
        self.options = options + shared
        self.check = check
        self.concerns = concerns
        self.concerns_with = concerns_with
        self.examine = examine
        self.policy = policy
        self.unreached = unreached
        self.actions = actions or {}
        self.usage = usage

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The hook's own rules."""
        if callable(self._rules):
            self._rules = self._rules()
        return self._rules

    @property
    def all_rules(self) -> tuple[Rule, ...]:
        """The hook's own rules and those of the allow comments."""
        return self.rules + allow.RULES


def main(hook: Hook, arguments: Sequence[str] | None = None) -> int:
    """Run a hook and return its exit code. No exception and no traceback leaves this function.

    Without arguments it is a console script: it reads the command line, and ends the process.
    """
    if arguments is not None:
        return guarded(hook.name, lambda: run(hook, arguments))
    insist_on_utf_8()
    return leave(guarded(hook.name, lambda: run(hook, sys.argv[1:])))


def insist_on_utf_8() -> None:
    """Start over where a locale makes Python read paths in another encoding: every run says the same of them."""
    if sys.getfilesystemencoding() != "utf-8" and "utf8" not in sys.orig_argv[:3]:
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606  (no shell)


def leave(code: int) -> NoReturn:
    """End the process at once: taking the interpreter apart costs a tenth of a run, and nothing is left to be done."""
    os._exit(code)


def guarded(name: str, work: Callable[[], int]) -> int:
    """Do a program's work and return its exit code; whatever it raises becomes one line and an exit code."""
    try:
        code = work()
        put("", flush=True)
    except CannotJudge as problem:
        code = _complain(name, str(problem))
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on: leave quietly
        code = FAILED
    except (MemoryError, RecursionError) as problem:
        code = _complain(name, f"the input is too large or nested too deeply ({type(problem).__name__})")
    except Exception as problem:  # a defect of ours must not pass as a verdict, nor greet anybody with a traceback
        where = problem.__traceback__
        while where and where.tb_next:
            where = where.tb_next
        spot = f"{os.path.basename(where.tb_frame.f_code.co_filename)}:{where.tb_lineno}" if where else "?"
        code = _complain(
            name,
            f"internal error, {type(problem).__name__} at {spot}: {problem}; report it with the input that caused it",
        )
    return code


def _complain(name: str, problem: str) -> int:
    """Say in one line on standard error why there is no verdict."""
    tell(f"{name}: error: {problem}")
    return CANNOT_JUDGE


def tell(line: str) -> None:
    """One line on standard error, in UTF-8; whatever input it quotes, it is safe to be shown.

    It is lost where nobody can be told.
    """
    from guardrail_hooks.core.printable import printable, without_tokens

    try:
        sys.stderr.flush()
        sys.stderr.buffer.write(printable(without_tokens(line)).encode() + b"\n")
        sys.stderr.buffer.flush()
    except (OSError, AttributeError):  # closed: Python has no stream then
        return


def put(text: str | bytes, *, flush: bool = False) -> None:
    """Text on standard output, in UTF-8 whatever the locale; bytes as they are.

    Raises `CannotJudge` where it cannot be written.
    """
    if not text and sys.stdout is None:
        return
    try:
        sys.stdout.buffer.write(text if isinstance(text, bytes) else text.encode("utf-8", "backslashreplace"))
        if flush:
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = (error.strerror or "unknown error").lower()
        raise CannotJudge(f"standard output cannot be written: {reason}") from None
    except AttributeError:
        raise CannotJudge("standard output is closed: run it with one, or send it to /dev/null") from None


def run(hook: Hook, arguments: Sequence[str]) -> int:
    """Do what the command line asks for. Raises `CannotJudge`."""
    options = opts.parse(hook.name, hook.options, arguments)
    if page := _about(hook, options):
        put(page)
        return CLEAN
    levels = None
    if hook.policy or options.given("severity"):
        levels = severities(hook.all_rules, hook.policy(options) if hook.policy else {}, options.values("severity"))
    grants = [allow.read_grant(text, hook.all_rules) for text in options.values("allow")]
    if options.given("base") and hook.check and not options.given("new-only"):
        raise CannotJudge("--base goes with --new-only")
    if options.given("base") and not options.value("base"):
        raise CannotJudge("--base is empty: name a branch, a tag or a commit, or leave it out")
    root = find_root()
    for name, action in hook.actions.items():
        if options.given(name):
            return action(options, root)
    if options.given("list-allows"):
        from guardrail_hooks.core.allowed import list_allows

        stream, _ = _stream(hook, options, root)
        put(list_allows((item for item in stream if isinstance(item, allow.Remark)), grants, hook.prefix, options))
        return CLEAN
    return sentence(Court(hook, options, levels, grants), root)


def sentence(court: Court, root: str) -> int:
    """Judge the files of the command line, report what was found, and give the exit code. Raises `CannotJudge`."""
    hook, options = court.hook, court.options
    if hook.check and options.given("new-only"):
        findings, tree = _new_findings(court, hook.check, root)
    else:
        stream, tree = _stream(hook, options, root)
        findings = court.settle(stream)
    strict = options.given("strict")
    code = FAILED if any(strict or finding.severity == "error" for finding in findings) else CLEAN
    if court.doubts and code == CLEAN:
        raise court.doubts[0]
    if findings or options.value("format") in ("json", "sarif", "gitlab"):
        from guardrail_hooks.core.report import report

        put(report(hook, findings, tree, options.value("format")))
    return code


def _about(hook: Hook, options: Options) -> str:
    """The page that the command line asks for instead of a run, if it asks for one."""
    if options.given("help"):
        return opts.help_page(hook.name, hook.about, hook.usage, hook.options)
    if options.given("version"):
        return f"{hook.name} {__version__}\n"
    if options.given("explain") or options.given("list-rules"):
        from guardrail_hooks.core import explain

        if options.given("explain"):
            from guardrail_hooks.core.report import wants_colour

            width = explain.terminal_width()
            return explain.explain(hook.all_rules, options.value("explain"), width=width, colour=wants_colour())
        policy = hook.policy(options) if hook.policy else {}
        return explain.table(hook.all_rules, severities(hook.all_rules, policy, options.values("severity")))
    return ""


class Court:
    """Turns what a check yields into the findings that count: allow comments, `--allow`, levels, order.

    `levels` by code; None where every rule has its own.
    """

    __slots__ = ("doubts", "grants", "hook", "levels", "options", "today")

    def __init__(
        self, hook: Hook, options: Options, levels: Mapping[str, str] | None, grants: list[allow.Grant]
    ) -> None:
        self.hook = hook
        self.options = options
        self.levels = levels
        self.doubts: list[CannotJudge] = []
        self.today = time.strftime("%Y-%m-%d", time.gmtime())
        self.grants = [grant for grant in grants if not self._has_ended(grant)]

    def _has_ended(self, grant: allow.Grant) -> bool:
        ended = bool(grant.until) and grant.until < self.today
        if ended:
            said = f"an --allow ended on {grant.until} and excuses nothing any more: {grant.reason}"
            tell(f"{self.hook.name}: {said}")
        return ended

    def level(self, rule: Rule) -> str:
        """The level of a rule in this run."""
        return rule.severity if self.levels is None else self.levels[rule.code]

    def silent(self) -> frozenset[str]:
        """The codes that this run finds nothing of, whatever the files hold."""
        off = frozenset(rule.code for rule in self.hook.all_rules if self.level(rule) == "off")
        return off | (self.hook.unreached(self.options) if self.hook.unreached else frozenset())

    def _severity(self, finding: Finding) -> str:
        """The level of a finding; a milder case of a rule keeps its own while nobody sets that of the rule."""
        level = self.level(finding.rule)
        if level != finding.rule.severity or finding.severity == finding.rule.severity:
            return level
        named = any(text.startswith(f"{finding.rule.code}=") for text in self.options.values("severity"))
        return level if named else str(finding.severity)

    def settle(self, stream: Stream) -> list[Finding]:
        """The findings that remain, with their levels, sorted."""
        findings: list[Finding] = []
        remarks: list[allow.Remark] = []
        for item in stream:
            if isinstance(item, allow.Remark):
                remarks.append(item)
            elif isinstance(item, CannotJudge):
                self.doubts.append(item)
            elif self.level(item.rule) != "off" and not any(grant.covers(item) for grant in self.grants):
                findings.append(item)
        if remarks:
            findings = list(
                allow.settle(
                    findings,
                    remarks,
                    program=self.hook.name,
                    prefix=self.hook.prefix,
                    rules=self.hook.rules,
                    silent=self.silent(),
                    today=self.today,
                )
            )
        levelled = (finding._replace(severity=self._severity(finding)) for finding in findings)
        return sorted((finding for finding in levelled if finding.severity != "off"), key=by_place)


def _stream(hook: Hook, options: Options, root: str) -> tuple[Stream, Tree]:
    """What the hook's own function yields for this command line, and the tree it was found in."""
    if hook.examine:
        return hook.examine(options, root)
    assert hook.check
    tree = WorkTree(root)
    return hook.check(tree, named_or_all(hook, options, tree), options), tree


def named_or_all(hook: Hook, options: Options, tree: WorkTree) -> list[str]:
    """The files of the command line, relative to the root; with none named, all tracked files the hook is about."""
    if options.files:
        return sorted({relative_path(tree.root, name) for name in options.files})
    concerns = hook.concerns_with(options) if hook.concerns_with else hook.concerns
    assert concerns
    return [path for path in tree.paths() if concerns(path)]


def _new_findings(court: Court, check: Check, root: str) -> tuple[list[Finding], Tree]:
    """Findings of the work tree that the base does not have, as a multiset of (code, path, subject).

    Exact renames are followed: a finding of a file that the base holds under another name, byte for byte, is old.
    """
    from guardrail_hooks.core.change import base_for_new_only

    tree = WorkTree(root)
    base = Commit(base_for_new_only(court.options.value("base")))
    paths = named_or_all(court.hook, court.options, tree)
    findings = court.settle(check(tree, paths, court.options))
    if not findings:
        return [], tree
    names = dict(_names_in_base(paths, base))
    base_paths = [names[path] for path in paths if path in names]
    base.prefetch(base_paths)
    new_names = {old: new for new, old in names.items()}
    old: dict[tuple[str, str | None, str], int] = {}
    for finding in court.settle(check(base, base_paths, court.options)):
        path = finding.place.path
        key = (finding.rule.code, new_names.get(path, path) if path else path, finding.subject)
        old[key] = old.get(key, 0) + 1
    return list(_without(findings, old)), tree


def _without(findings: Iterable[Finding], old: dict[tuple[str, str | None, str], int]) -> Iterator[Finding]:
    """The findings that `old` does not account for."""
    for finding in findings:
        key = (finding.rule.code, finding.place.path, finding.subject)
        if old.get(key, 0):
            old[key] -= 1
        else:
            yield finding


def _names_in_base(paths: Sequence[str], base: Tree) -> Iterator[tuple[str, str]]:
    """Each path with its name in the base: the same, or that of a vanished file with the same content."""
    entries = base.entries()
    unknown = [path for path in paths if path not in entries]
    yield from ((path, path) for path in paths if path in entries)
    if not unknown:
        return
    index = list_index()
    vanished: dict[str, list[str]] = {}
    for path, entry in entries.items():
        if path not in index:
            vanished.setdefault(entry.oid, []).append(path)
    for path in unknown:
        if path in index and (twins := vanished.get(index[path].oid)):
            yield path, twins.pop(0)
