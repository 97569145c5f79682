"""Exceptions: allow comments with a reason and an end date, and `--allow` for files that carry no comments."""

from __future__ import annotations

from guardrail_hooks.core.finding import CannotJudge, Place, Rule
from guardrail_hooks.core.globs import compile_glob
from guardrail_hooks.pattern import pattern
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from re import Pattern

    from guardrail_hooks.core.finding import Finding

MARK = b"guardrail:"  # what a file must contain for its comments to matter
DIRECTIVE = pattern(r"(?s)guardrail:\s*allow\[([^\]]*)\](.*)")
UNTIL = pattern(r"(?<!\S)until=(\S*)\s*")
DATE = pattern(r"([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
BROKEN_INPUT = "900"  # how the code of every hook's rule about input that it cannot read ends
SHORTEST, FEWEST = 10, 2  # characters and words of a reason

RULES = (
    Rule(
        "ALW001",
        "reason-missing",
        allowable=False,
        summary="an allow comment without a reason, or with one of less than two words and ten characters",
        message="the exception for {codes} gives no reason",
        fix="say why and who reviewed it, in two words at least: `guardrail: allow[{codes}] <reason>`",
        what="Reports an allow comment whose reason is missing or too short.",
        why="The reason is where the review is written down; an exception without one cannot be judged later.",
        bad="# guardrail: allow[USR001]\nUSER root\n",
        good="# guardrail: allow[USR001] binds raw sockets, reviewed in SEC-42\nUSER root\n",
    ),
    Rule(
        "ALW002",
        "unused-allow",
        allowable=False,
        summary="an allow comment that excuses nothing",
        message="the exception for {codes} excuses nothing",
        fix="delete it, or move it to the line of the finding or directly above it",
        what="Reports an allow comment that no finding needed.",
        why="An exception that outlived its finding would silently excuse the next one.",
        bad="# guardrail: allow[USR001] binds raw sockets, reviewed in SEC-42\nUSER app\n",
        good="USER app\n",
    ),
    Rule(
        "ALW003",
        "expired-allow",
        allowable=False,
        summary="an allow comment whose end date has passed, or is no date",
        message="the exception for {codes} {ended}",
        fix="mend what it excuses, or have it reviewed again and write a new date: until=YYYY-MM-DD",
        what="Reports an allow comment after its `until=` date (UTC; the date itself still counts).",
        why="An end date is a promise to look again.",
        bad="# guardrail: allow[USR001] until=2001-01-01 until the migration is done\nUSER root\n",
        good="# guardrail: allow[USR001] until=2999-01-01 until the migration is done\nUSER root\n",
    ),
    Rule(
        "ALW004",
        "unknown-allow",
        allowable=False,
        summary="an allow comment for a rule that does not exist or cannot be excused",
        message="{codes} {problem}",
        fix="name a code that {program} --list-rules shows",
        what="Reports an allow comment with an unknown code of this hook's prefix, or with one that cannot be excused.",
        why="A misspelt code excuses nothing, and its author believes it does.",
        bad="# guardrail: allow[USR999] reviewed by the platform team\nUSER root\n",
        good="# guardrail: allow[USR001] reviewed by the platform team\nUSER root\n",
    ),
    Rule(
        "ALW005",
        "allow-above-directive",
        allowable=False,
        summary="an allow comment that disables a parser directive by standing above it",
        message="this comment turns `{directive}` below into a plain comment",
        fix="move the comment below the directive: parser directives must come first in the file",
        what="Reports an allow comment above `# syntax=`, `# escape=` or `# check=`.",
        why="Docker reads parser directives only before the first comment; the comment changes how the file is built.",
        bad="# guardrail: allow[USR002] one-shot migration job, SEC-7\n# escape=`\nFROM debian:12\n",
        good="# escape=`\n# guardrail: allow[USR002] one-shot migration job, SEC-7\nFROM debian:12\n",
        references=("https://docs.docker.com/reference/dockerfile/#parser-directives",),
    ),
)
REASON, UNUSED, EXPIRED, UNKNOWN, ABOVE_DIRECTIVE = RULES


class Remark(namedtuple("Remark", "place text first last disables")):
    """A comment handed over by a hook: its place, its text without the leader, and the lines it speaks for.

    A finding is covered when its line lies in first..last (inclusive). `disables` is the parser directive that the
    comment disables, else empty.
    """

    __slots__ = ()
    place: Place
    text: str
    first: int
    last: int
    disables: str


class Exemption(namedtuple("Exemption", "codes reason until remark")):
    """An allow comment as read: all its codes, its reason, its end date as written (None: none)."""

    __slots__ = ()
    codes: tuple[str, ...]
    reason: str
    until: str | None
    remark: Remark


class Grant(namedtuple("Grant", "code path subject reason until")):
    """One `--allow`: globs for code, path and subject, and why. Rules that cannot be excused are none of its codes."""

    __slots__ = ()
    code: Pattern[str]
    path: Pattern[str]
    subject: Pattern[str]
    reason: str
    until: str

    def covers(self, finding: Finding) -> bool:
        """Whether this grant excuses the finding."""
        return bool(
            finding.rule.allowable
            and self.code.fullmatch(finding.rule.code)
            and self.path.fullmatch(finding.place.path or "")
            and self.subject.fullmatch(finding.subject)
        )


def read_exemption(remark: Remark) -> Exemption | None:
    """The exemption that a comment asks for; None for a comment about something else."""
    match = DIRECTIVE.fullmatch(remark.text.strip())
    if not match:
        return None
    codes = tuple(code.strip() for code in match[1].split(",") if code.strip())
    until, reason = _without_until(match[2].strip())
    return Exemption(codes, reason, until, remark) if codes else None


def _without_until(text: str) -> tuple[str | None, str]:
    """The end date that a reason comes with, before or behind it, and the reason alone."""
    found = UNTIL.search(text) if "until=" in text else None
    return (found[1], (text[: found.start()] + text[found.end() :]).strip()) if found else (None, text)


def is_date(text: str) -> bool:
    """Whether a text is a day of the calendar, written YYYY-MM-DD."""
    match = DATE.fullmatch(text)
    if not match:
        return False
    year, month, day = map(int, match.groups())
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return day <= (28 + leap if month == 2 else 30 if month in (4, 6, 9, 11) else 31)


def is_reason(text: str) -> bool:
    """Whether a text is reason enough: two words and ten characters."""
    return len(text) >= SHORTEST and sum(1 for word in text.split() if any(map(str.isalnum, word))) >= FEWEST


def read_grant(text: str, codes: Iterable[Rule]) -> Grant:
    """The grant of one `--allow 'CODE:PATH[:SUBJECT]=reason'`. Raises `CannotJudge` for anything else."""
    target, equals, reason = text.partition("=")
    code, colon, rest = target.partition(":")
    path, _, subject = rest.partition(":")
    if not (equals and colon and code and path):
        raise CannotJudge(f"--allow {text}: write it as 'CODE:PATH=reason' or 'CODE:PATH:SUBJECT=reason'")
    until, reason = _without_until(reason.strip())
    if until is not None and not is_date(until):
        raise CannotJudge(f"--allow {target}: until={until} is no date: write until=YYYY-MM-DD")
    if not is_reason(reason):
        raise CannotJudge(f"--allow {target}: give a reason of two words and ten characters at least after the =")
    matching = [rule for rule in codes if compile_glob(code).fullmatch(rule.code)]
    if not matching:
        raise CannotJudge(f"--allow {target}: no rule {code}; --list-rules shows them all")
    if not any(rule.allowable for rule in matching):
        raise CannotJudge(f"--allow {target}: {matching[0].code} cannot be excused")
    anything = compile_glob("**")
    return Grant(
        compile_glob(code),
        compile_glob(path),
        compile_glob(subject, crossing=True) if subject else anything,
        reason,
        until or "",
    )


def settle(
    findings: Iterable[Finding],
    remarks: Iterable[Remark],
    *,
    program: str,
    prefix: str,
    rules: Sequence[Rule],
    silent: frozenset[str],
    today: str,
) -> Iterator[Finding]:
    """The findings that no allow comment excuses, and what is wrong with the allow comments themselves.

    `silent` holds the codes that are switched off or that the policy does not reach: an exception for one of them is
    not unused, nor is one in a file that cannot be judged. `today` is the UTC date as `YYYY-MM-DD`. At most one finding
    per comment, in the order ALW005, ALW004, ALW003, ALW001, ALW002.
    """
    allowable = {rule.code for rule in rules if rule.allowable}
    known = {rule.code for rule in (*rules, *RULES)}
    valid: dict[str | None, list[tuple[Exemption, list[str], set[str]]]] = {}
    for remark in remarks:
        exemption = read_exemption(remark)
        own = [code for code in exemption.codes if code.upper().startswith((prefix, "ALW"))] if exemption else []
        if exemption is None or not own:
            continue
        codes = ",".join(own)
        subject = f"allow[{codes}] {exemption.reason}"
        place = remark.place
        if remark.disables:
            yield ABOVE_DIRECTIVE.at(place, subject=subject, directive=remark.disables)
        elif wrong := [code for code in own if code not in allowable]:
            problem = "cannot be excused" if wrong[0] in known else "is no rule of this hook"
            yield UNKNOWN.at(place, subject=subject, codes=wrong[0], problem=problem, program=program)
        elif exemption.until is not None and not (is_date(exemption.until) and exemption.until >= today):
            known_day = is_date(exemption.until)
            ended = f"ended on {exemption.until}" if known_day else f"ends at {exemption.until!a}, no date"
            yield EXPIRED.at(place, subject=subject, codes=codes, ended=ended)
        elif not is_reason(exemption.reason):
            yield REASON.at(place, subject=subject, codes=codes)
        else:
            valid.setdefault(place.path, []).append((exemption, own, set()))
    unjudged: set[str | None] = set()
    for finding in findings:
        excused = False
        if finding.rule.code.endswith(BROKEN_INPUT):
            unjudged.add(finding.place.path)
        for exemption, own, used in valid.get(finding.place.path, ()):
            if finding.rule.code in own and exemption.remark.first <= finding.place.line <= exemption.remark.last:
                used.add(finding.rule.code)
                excused = True
        if not excused:
            yield finding
    for exemption, own, used in (row for path, rows in valid.items() if path not in unjudged for row in rows):
        if idle := [code for code in own if code not in used and code not in silent]:
            codes = ",".join(idle)
            yield UNUSED.at(exemption.remark.place, subject=f"allow[{codes}] {exemption.reason}", codes=codes)
