"""Rules, and the findings they make."""

from __future__ import annotations

from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

ADDRESS = "https://github.com/guardrail-hooks/guardrail-hooks"
LEVELS = ("error", "warning", "off")


class CannotJudge(Exception):
    """The hook cannot come to a verdict: exit 2. The text is one line that ends with what to do."""


class Place(namedtuple("Place", "path line column end_line end_column")):
    """Where something stands: a path relative to the repository root (None: no file at all), and a span in it.

    Lines and columns start at 1 and count characters; the end column is exclusive.
    """

    __slots__ = ()
    path: str | None
    line: int
    column: int
    end_line: int
    end_column: int


def start_of(path: str | None) -> Place:
    """The first character of a file, for findings about the file as a whole or about one that is missing."""
    return Place(path, 1, 1, 1, 1)


class Finding(namedtuple("Finding", "rule place message subject fix label severity")):
    """Something that a rule found.

    `subject` is the stable identity of what is wrong; it does not move when lines are added above. `fix` says what to
    type next (None: nothing to propose). `label` is written beside the marked text of the excerpt.
    """

    __slots__ = ()
    rule: Rule
    place: Place
    message: str
    subject: str
    fix: str | None
    label: str
    severity: str


class Rule:
    """A rule as data: its code and name, its default severity, and everything that is said of it anywhere.

    `message` and `fix` are templates for `str.format`; the documentation fields are Markdown. A rule that is not
    `allowable` cannot be excused by a comment or by `--allow`; the level of a `fixed` rule cannot be changed. What
    a `secret` rule marks is a secret, which no excerpt shows.
    """

    __slots__ = (
        "allowable",
        "bad",
        "code",
        "fix",
        "fixed",
        "good",
        "message",
        "name",
        "options",
        "references",
        "secret",
        "severity",
        "summary",
        "what",
        "why",
    )

    def __init__(
        self,
        code: str,
        name: str,
        *,
        summary: str,
        message: str,
        what: str,
        why: str,
        bad: str = "",
        good: str = "",
        fix: str | None = None,
        options: str = "",
        references: tuple[str, ...] = (),
        severity: str = "error",
        allowable: bool = True,
        fixed: bool = False,
        secret: bool = False,
    ) -> None:
        self.code = code
        self.name = name
        self.severity = severity
        self.summary = summary
        self.message = message
        self.fix = fix
        self.what = what
        self.why = why
        self.bad = bad
        self.good = good
        self.options = options
        self.references = references
        self.allowable = allowable
        self.fixed = fixed
        self.secret = secret

    @property
    def anchor(self) -> str:
        """The rule's anchor in the README, such as `usr001-root-final-user`."""
        return f"{self.code.lower()}-{self.name}"

    @property
    def docs(self) -> str:
        """The address of the rule's documentation."""
        return f"{ADDRESS}#{self.anchor}"

    def at(
        self,
        place: Place,
        *,
        subject: str,
        message: str | None = None,
        fix: str | None = None,
        label: str = "",
        **fields: object,
    ) -> Finding:
        """A finding of this rule; `message` and `fix` replace the rule's own templates, `fields` fill them in.

        A milder case of the rule may be given another severity; it counts while nobody sets the rule's level.
        """
        template = self.fix if fix is None else fix
        return Finding(
            self,
            place,
            (message or self.message).format_map(fields),
            subject,
            template and template.format_map(fields),
            label,
            self.severity,
        )


def by_place(finding: Finding) -> tuple[bool, str, int, int, str, str, str]:
    """Sort key: null paths first, then path, line, column, code; message and subject make the order total."""
    place = finding.place
    return (
        place.path is not None,
        place.path or "",
        place.line,
        place.column,
        finding.rule.code,
        finding.message,
        finding.subject,
    )


def severities(rules: tuple[Rule, ...], policy: Mapping[str, str], overrides: list[str]) -> dict[str, str]:
    """The level of every rule by code: its default, then the policy's, then each `CODE=LEVEL` in order.

    CODE is a code or the beginning of several; among several, fixed rules keep their level. Raises `CannotJudge` for
    one that no rule has, for one that names fixed rules only, and for an unknown level.
    """
    fixed = {rule.code for rule in rules if rule.fixed}
    levels = {rule.code: policy.get(rule.code, rule.severity) for rule in rules}
    for override in overrides:
        code, _, level = override.partition("=")
        if level not in LEVELS:
            raise CannotJudge(f"--severity {override}: write CODE=error, CODE=warning or CODE=off")
        matching = [known for known in levels if code and known.startswith(code)]
        if not matching:
            raise CannotJudge(f"--severity {override}: no rule {code}; --list-rules shows them all")
        if fixed.issuperset(matching):
            raise CannotJudge(f"--severity {override}: the level of {matching[0]} cannot be changed; leave it out")
        for known in matching:
            if known not in fixed:
                levels[known] = level
    return levels
