"""What excuses a change from its entry: a reason in the environment or in a trailer, fixups, and bots."""

from __future__ import annotations

import os
import re

from guardrail_hooks.changelog_required.rules_entry import WAIVER
from guardrail_hooks.core.finding import Place, start_of
from guardrail_hooks.core.git import git
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.changelog_required.commits import Logged
    from guardrail_hooks.changelog_required.settings import Settings
    from guardrail_hooks.core.finding import Finding

VARIABLE = "CHANGELOG_SKIP"
MESSAGE = "COMMIT_EDITMSG"  # where findings about a commit message stand
TRAILER = r"(?im)^changelog[ \t]*:"
NONE = r"(?is)none\b[ \t:-]*\(?(.*?)\)?"
REFUSED = frozenset({"1", "true", "yes", "on", "y"})
FOLDED = ("fixup!", "squash!", "amend!")
# The accounts of services that open pull requests by themselves, by exact name.
BOTS = frozenset(
    {
        *("dependabot[bot]", "dependabot-preview[bot]", "renovate[bot]", "renovate-bot", "pre-commit-ci[bot]"),
        *("github-actions[bot]", "pyup-bot", "snyk-bot", "greenkeeper[bot]", "depfu[bot]", "imgbot[bot]"),
        *("allcontributors[bot]", "mergify[bot]", "kodiakhq[bot]", "web-flow", "weblate", "scala-steward"),
        *("deepsource-autofix[bot]", "restyled-io[bot]", "sourcery-ai[bot]", "gitlab-dependency-update-bot"),
    }
)


class Waiver(namedtuple("Waiver", "source reason")):
    """A waiver that was used: where it stands, and its reason."""

    __slots__ = ()
    source: str
    reason: str


def is_reason(text: str) -> bool:
    """Whether a waiver's reason is one: two words at least."""
    words = [word for word in text.split() if any(character.isalpha() for character in word)]
    return len(words) >= 2 and text.strip().casefold() not in REFUSED


def by_environment(settings: Settings) -> tuple[Waiver | None, list[Finding]]:
    """The waiver of the environment, or what is wrong with it."""
    text = os.environ.get(VARIABLE, "").strip()
    if not text:
        return None, []
    problem, how = "", f"run `{VARIABLE}='why no reader needs to know' git commit`, or write the entry"
    if settings.no_skip:
        problem, how = "the project allows no waivers (--no-skip)", "unset it and write the entry"
    elif not is_reason(text):
        problem = f"{text!r} is no reason: two words at least"
    if not problem:
        return Waiver(VARIABLE, text), []
    return None, [WAIVER.at(start_of(None), subject=VARIABLE, problem=problem, how=how)]


def by_author(settings: Settings, name: str, email: str) -> Waiver | None:
    """The waiver of an author that is a bot."""
    pattern = settings.exempt_author
    if settings.no_skip or pattern is False:
        return None
    whole = f"{name} <{email}>"
    if pattern is None:
        return Waiver(f"author {name}", "a bot") if name in BOTS else None
    exempt = pattern.fullmatch(name) or pattern.fullmatch(email) or pattern.fullmatch(whole)
    return Waiver(f"author {name}", "exempt by --exempt-author") if exempt else None


def by_subject(settings: Settings, subject: str) -> Waiver | None:
    """The waiver of a commit that will be folded into another."""
    if settings.no_skip or not subject.startswith(FOLDED):
        return None
    return Waiver(f"subject {subject!r}", "it will be folded into another commit")


def by_trailer(settings: Settings, values: list[str], place: Place, subject: str) -> Iterator[Waiver | Finding]:
    """What the `Changelog:` trailers of a message ask for: a waiver, or what is wrong with it."""
    for value in values:
        match = re.fullmatch(NONE, value.strip())
        if not match:
            if value.strip().casefold() in settings.accept_trailers:
                yield Waiver("trailer", f"Changelog: {value.strip()}")
            continue
        how = "write `Changelog: none (why no reader needs to know)`, or write the entry"
        if settings.no_skip:
            problem, how = "the project allows no waivers (--no-skip)", "take the trailer out and write the entry"
        elif not is_reason(match[1]):
            problem = "`Changelog: none` needs a reason of two words at least"
        else:
            yield Waiver("trailer", f"Changelog: {value.strip()}")
            continue
        yield WAIVER.at(place, subject=subject, problem=problem, how=how)


def by_message(settings: Settings, message: bytes) -> Iterator[Waiver | Finding]:
    """What a commit message asks for. git itself reads the trailers: it knows comments and scissors."""
    text = message.decode("utf-8", "replace")
    subject = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    if waiver := by_subject(settings, subject.strip()):
        yield waiver
    if not re.search(TRAILER, text):
        return
    rows = git("interpret-trailers", "--parse", stdin=message).decode("utf-8", "replace").splitlines()
    values = [row.partition(":")[2] for row in rows if row.partition(":")[0].strip().casefold() == "changelog"]
    line = text.count("\n", 0, [*re.finditer(TRAILER, text)][-1].start()) + 1
    place = Place(MESSAGE, line, 1, line, 1)
    yield from by_trailer(settings, values, place, "Changelog trailer")


def by_commit(settings: Settings, commit: Logged) -> Iterator[Waiver | Finding]:
    """What excuses one commit of a range."""
    short = f"commit {commit.commit[:9]}"
    for waiver in (by_subject(settings, commit.subject), by_author(settings, commit.name, commit.email)):
        if waiver:
            yield Waiver(f"{short}, {waiver.source}", waiver.reason)
    for found in by_trailer(settings, commit.trailers, start_of(None), short):
        yield Waiver(f"{short}, {found.source}", found.reason) if isinstance(found, Waiver) else found
