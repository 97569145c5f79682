"""What is found inside the shell scripts that servers run: one finding per script and rule, for all its servers."""

from __future__ import annotations

from guardrail_hooks.core.printable import printable
from guardrail_hooks.formats import shell
from guardrail_hooks.mcp_config_guard.invocations import invocations
from guardrail_hooks.mcp_config_guard.lint_supply import depends_on, judged, piped
from guardrail_hooks.mcp_config_guard.packages import fetches
from guardrail_hooks.mcp_config_guard.rules import secrets, shape, supply
from guardrail_hooks.mcp_config_guard.scripts import expand
from guardrail_hooks.mcp_config_guard.tokens import known_token, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from guardrail_hooks.core.finding import Finding, Rule
    from guardrail_hooks.mcp_config_guard.exhibit import Exhibit, Settings
    from guardrail_hooks.mcp_config_guard.survey import Key, Survey

    Hit = tuple[Rule, int, dict[str, str]]


def in_scripts(exhibits: Sequence[Exhibit], survey: Survey, settings: Settings) -> Iterator[tuple[Finding, set[Key]]]:
    """The findings inside scripts, each with the servers that run the script."""
    users: dict[str, list[Exhibit]] = {}
    for exhibit in exhibits:
        scripts = survey.scripts((exhibit.server.path, exhibit.name))
        for path in scripts.shells:
            users.setdefault(path, []).append(exhibit)
        for path in scripts.unfollowed:
            if path.endswith("too many to read"):
                users.setdefault(path, []).append(exhibit)
    for path, owners in sorted(users.items()):
        keys = {(owner.server.path, owner.name) for owner in owners}
        names = sorted({name for _, name in keys})
        first = owners[0]
        scripts = survey.scripts((first.server.path, first.name))
        script, _, trouble = path.partition(": ")
        value = scripts.named[script]
        place = first.server.configuration.place(value)
        if trouble:
            yield shape.UNPARSEABLE.at(place, subject=", ".join(names), problem=printable(f"script {path}")), keys
            continue
        hits: dict[str, list[Hit]] = {}
        for hit in script_hits(scripts.shells[path], survey, settings):
            hits.setdefault(hit[0].code, []).append(hit)
        for group in hits.values():
            rule, line, fields = group[0]
            others = len({hit[1] for hit in group}) - 1
            more = f" (and {others} more)" if others else ""
            where = f" ({printable(path)} line {line}{more})"
            fields = {
                "more": where,
                "where": f"{printable(path)} line {line}{more}",
                "server": printable(names[0]),
                **fields,
            }
            yield rule.at(place, subject=", ".join(names), message=None, fix=None, label="", **fields), keys


def script_hits(text: str, survey: Survey, settings: Settings) -> Iterator[Hit]:
    """What is wrong in one shell script, in the order of its lines; comments run nothing."""
    known: dict[str, str] = {}
    code_lines: dict[int, str] = {}
    for command in shell.commands(text):
        for name, value in command.assignments:
            known[name] = expand(value, known)
            yield from _token(value, command.line)
        for word in command.words:
            yield from _token(word, command.line)
        code_lines.setdefault(command.line, "")
        for invocation in invocations([expand(word, known) for word in command.words]):
            for fetch in fetches(invocation):
                problem = judged(fetch, settings)
                local = fetch.runner in ("npx", "npm exec") and "@" not in fetch.text[1:]
                if problem and not (local and depends_on(fetch.name, "", survey)):
                    yield problem[0], command.line, problem[1]
    yield from _piped_lines(text, code_lines)


def _token(word: str, line: int) -> Iterator[Hit]:
    """A token in a word of a script."""
    token = known_token(word)
    if token:
        yield secrets.KNOWN_TOKEN, line, {"kind": token[0], "shown": shown(token[1])}


def _piped_lines(text: str, code_lines: dict[int, str]) -> Iterator[Hit]:
    """Lines that run what they download; continued lines are one."""
    pending, start = "", 0
    for number, row in enumerate(text.splitlines(), 1):
        if not pending:
            start = number
        pending += row
        if pending.endswith("\\"):
            pending = pending[:-1] + " "
            continue
        line, pending = pending, ""
        if start in code_lines and (what := piped(_without_comment(line))):
            yield supply.PIPED_INTO_SHELL, start, {"what": what}


def _without_comment(line: str) -> str:
    """A line up to its comment; a `#` inside a word or quotes begins none."""
    quote = ""
    for at, character in enumerate(line):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == "#" and (at == 0 or line[at - 1].isspace()):
            return line[:at]
    return line
