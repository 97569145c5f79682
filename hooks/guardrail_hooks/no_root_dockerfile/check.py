"""The verdict on a Dockerfile."""

from __future__ import annotations

from guardrail_hooks.core.finding import Place
from guardrail_hooks.no_root_dockerfile import rules
from guardrail_hooks.no_root_dockerfile.accounts import is_numeric, is_windows_account
from guardrail_hooks.no_root_dockerfile.effective import (
    ARTIFACT,
    FROM_BASE,
    NOT_ROOT,
    ROOT,
    chain_text,
    judge,
    program,
)
from guardrail_hooks.no_root_dockerfile.ground import Ground
from guardrail_hooks.no_root_dockerfile.sudo import without_sudo
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.formats.dockerfile import Dockerfile
    from guardrail_hooks.formats.dockerfile.stages import Stage
    from guardrail_hooks.formats.place import Span
    from guardrail_hooks.no_root_dockerfile.effective import Globs, Verdict


class Settings(namedtuple("Settings", "hardened targets globs build_args")):
    """What is judged and how: all deliverable stages, or the stages named; base image globs; build arguments."""

    __slots__ = ()
    hardened: bool
    targets: frozenset[str]
    globs: Globs
    build_args: Mapping[str, str]


def check(dockerfile: Dockerfile, path: str, settings: Settings) -> Iterator[Finding]:
    """At most one finding per judged stage, at the instruction that decides its user."""
    stages = [] if dockerfile.problems else judged(dockerfile.stages, settings)
    if problem := next(iter(dockerfile.problems or dockerfile.problems_of(stages)), None):
        yield rules.INVALID_DOCKERFILE.at(Place(path, *problem.span), subject=str(problem), problem=problem)
        return
    ground = Ground(dockerfile, settings.globs)
    for stage in stages:
        yield from _judge(stage, path, ground)


def judged(stages: Sequence[Stage], settings: Settings) -> list[Stage]:
    """The stages to judge: those named, else every deliverable one when hardened, else the last.

    A file without any of the stages named is judged by its last.
    """
    named = [stage for stage in stages if {stage.name, str(stage.index)} & settings.targets]
    if named:
        return named
    if settings.hardened:
        return [stage for stage in stages if not stage.consumers]
    return [*stages[-1:]]


def phrase(stage: Stage, *, final: bool) -> str:
    """The stage as messages call it."""
    if final:
        return f'final stage "{stage.name}"' if stage.name else "the final stage"
    return f'stage "{stage.title}"'


def _judge(stage: Stage, path: str, ground: Ground) -> Iterator[Finding]:
    """The finding on one stage, if there is one."""
    verdict = judge(stage, ground)
    called, subject = phrase(stage, final=stage is ground.dockerfile.stages[-1]), stage.title
    if verdict.kind == NOT_ROOT:
        yield from _unprivileged(stage, verdict, path, called, subject)
    elif verdict.user:
        place = _place(path, verdict.user.word.span, verdict.user.instruction.first)
        written = verdict.user.word.text
        if verdict.kind == FROM_BASE:
            yield rules.USER_FROM_BASE_ENVIRONMENT.at(
                place, subject=subject, stage=called, user=written, chain=chain_text(stage), variable=verdict.variable
            )
        elif verdict.kind == ROOT:
            meaning = verdict.text or "nothing, which is root"
            user = written if "$" not in written or written == verdict.text else f"{written} is {meaning}"
            yield rules.ROOT_FINAL_USER.at(
                place,
                subject=subject,
                stage=called,
                user=user,
                fix=_advice(stage, verdict, ground),
                label="set here",
            )
    elif verdict.kind != ARTIFACT:
        yield _decided_by_base(stage, verdict, path, ground)


def _decided_by_base(stage: Stage, verdict: Verdict, path: str, ground: Ground) -> Finding:
    """The finding where no stage of the chain has a USER."""
    called, subject = phrase(stage, final=stage is ground.dockerfile.stages[-1]), stage.title
    origin = stage.chain[-1]
    place = _place(path, origin.base.word.span, origin.instruction.first)
    chain = chain_text(stage)
    if verdict.kind == ROOT:
        return rules.ROOT_BASE_IMAGE.at(
            place,
            subject=subject,
            stage=called,
            chain=chain,
            fix=_advice(stage, verdict, ground),
            label="runs as root",
        )
    base = chain.rpartition(" <- ")[2]
    return rules.UNKNOWN_BASE_USER.at(
        place, subject=subject, stage=called, chain=chain, base=base.partition("@")[0], label="user not known"
    )


def _unprivileged(stage: Stage, verdict: Verdict, path: str, called: str, subject: str) -> Iterator[Finding]:
    """What can still be wrong with an image that does not run as root."""
    started = program(stage)
    if started and (command := without_sudo(started)):
        yield rules.SUDO_ENTRYPOINT.at(
            _place(path, started.span, started.first),
            subject=subject,
            stage=called,
            user=verdict.text,
            instruction=started.keyword,
            command=command,
        )
    if verdict.user and not is_numeric(verdict.text) and not is_windows_account(verdict.text):
        place = _place(path, verdict.user.word.span, verdict.user.instruction.first)
        yield rules.NON_NUMERIC_USER.at(place, subject=subject, stage=called, user=verdict.text, number="10001")


def _advice(stage: Stage, verdict: Verdict, ground: Ground) -> str:
    """The fix line that fits the image, as a template without fields."""
    from guardrail_hooks.no_root_dockerfile.advice import advice

    return advice(stage, verdict, ground).replace("{", "{{").replace("}", "}}")


def _place(path: str, span: Span, first: int) -> Place:
    """The place of a value; its instruction's first line where the value stands on a later one."""
    if span.line == first:
        return Place(path, *span)
    return Place(path, first, 1, first, 1)
