"""Which user an image runs as, and which line decides it."""

from __future__ import annotations

from guardrail_hooks.no_root_dockerfile.accounts import PRIVILEGED_NAMES, accounts_with_uid_0, is_root, user_part
from guardrail_hooks.no_root_dockerfile.executed import shell_text
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from re import Pattern

    from guardrail_hooks.formats.dockerfile import Dockerfile, Instruction
    from guardrail_hooks.formats.dockerfile.stages import Stage, User
    from guardrail_hooks.formats.dockerfile.words import Lookup
    from guardrail_hooks.formats.image_reference import Reference
    from guardrail_hooks.no_root_dockerfile.bases import Base

ROOT, NOT_ROOT, UNKNOWN, FROM_BASE, ARTIFACT = "root", "not root", "unknown", "from base", "artifact"
ANYTHING = "?" * 64  # stands for a value that nobody knows: nothing that a file writes down removes or replaces it
# What a Windows base is called where the table of bases does not know it: Microsoft's own tag names.
WINDOWS_NAMES = ("nanoserver", "servercore", "windowsservercore", "ltsc20", "/windows")


class Globs(namedtuple("Globs", "nonroot root")):
    """What the command line says of base images: globs over names, with or without tag."""

    __slots__ = ()
    nonroot: Sequence[Pattern[str]]
    root: Sequence[Pattern[str]]


class Verdict(namedtuple("Verdict", "kind user text variable", defaults=("",))):
    """The user that a stage runs as.

    `kind` is ROOT, NOT_ROOT, UNKNOWN (nothing is known of the base), FROM_BASE (only the base can set the `variable`)
    or ARTIFACT (files on scratch, nothing to run). `user` is the deciding USER, None where the base decides; `text` the
    user as the image will have it, empty where it is not known.
    """

    __slots__ = ()
    kind: str
    user: User | None
    text: str
    variable: str


def judge(stage: Stage, globs: Globs, dockerfile: Dockerfile) -> Verdict:
    """The verdict on one stage. What is known of base images is looked up only where it matters."""
    origin = stage.chain[-1]
    user = stage.user
    if user is None:
        return _without_user(stage, origin, globs)
    if "$" in user.word.text and not origin.base.scratch:
        user = _with_base(stage, user, globs, dockerfile)
        if not user_part(user.text) and (variable := _wanting(stage, user, globs, dockerfile)):
            return Verdict(FROM_BASE, user, "", variable)
    text = user.text
    windows = user_part(text).rpartition("\\")[2].lower() in PRIVILEGED_NAMES or "\\" in text
    windows = windows and runs_windows(origin, globs)
    name = user_part(text)
    created = () if name.isdigit() else accounts_with_uid_0(scripts(reversed(stage.chain)), about=name)
    root = is_root(text, windows=windows, created=created)
    return Verdict(ROOT if root else NOT_ROOT, user, text)


def _with_base(stage: Stage, user: User, globs: Globs, dockerfile: Dockerfile) -> User:
    """The USER in effect, with the variables that the base image is known to set."""
    base = base_knowledge(stage.chain[-1], globs)
    if base is None or not base.environment:
        return user
    return dockerfile.stages_with(lambda _: base.environment.get)[stage.index].user or user


def _wanting(stage: Stage, user: User, globs: Globs, dockerfile: Dockerfile) -> str:
    """The variable that an empty USER waits for: a base image that sets it would give it a value. Empty without one.

    An official image that sets no user is not suspected of setting what the file itself sets, out of reach of USER.
    """
    base = base_knowledge(stage.chain[-1], globs)
    known = base.environment if base else {}
    own = names_set(dockerfile) if base and base.settled else frozenset()
    supplied: set[str] = set()

    def outside(name: str) -> str | None:
        if name in known or name in own:
            return known.get(name)
        supplied.add(name)
        return ANYTHING

    then = dockerfile.stages_with(lambda _: outside)[stage.index].user
    if then is None or not user_part(then.text):
        return ""
    return min(supplied & (user.expansion.missing | user.expansion.unset) or supplied)


def names_set(dockerfile: Dockerfile) -> frozenset[str]:
    """The variables that the file sets anywhere."""
    written = (instruction.trigger or instruction for instruction in dockerfile.instructions)
    return frozenset(
        pair.name for instruction in written if instruction.keyword in ("ARG", "ENV") for pair in instruction.pairs
    )


def _without_user(stage: Stage, origin: Stage, globs: Globs) -> Verdict:
    """The verdict where no stage of the chain has a USER: the external base decides."""
    if origin.base.scratch and not program(stage):
        return Verdict(ARTIFACT, None, "")
    base = base_knowledge(origin, globs)
    if base is None:
        return Verdict(UNKNOWN, None, "")
    root = is_root(base.user, windows=base.family == "windows")
    return Verdict(ROOT if root else NOT_ROOT, None, base.user or "root")


def program(stage: Stage) -> Instruction | None:
    """What the file says that the image starts: its ENTRYPOINT, else its CMD; an empty one says nothing."""
    return next((one for one in (stage.entrypoint, stage.command) if one and one.words), None)


def scripts(stages: Iterable[Stage]) -> Iterator[tuple[str, Lookup]]:
    """What RUN executes in these stages: shell text, and the variables that it sees."""
    for stage in stages:
        for step in stage.steps:
            if step.instruction.keyword == "RUN":
                yield shell_text(step.instruction), step.scope.get


def base_reference(origin: Stage) -> Reference | None:
    """The external base image of a stage, None where it is not an image reference or chosen outside the file."""
    from guardrail_hooks.formats.image_reference import InvalidReference, parse

    if not origin.base.resolved:
        return None
    try:
        return parse(origin.base.image)
    except InvalidReference:
        return None


def base_knowledge(origin: Stage, globs: Globs) -> Base | None:
    """What is known of the external base image: from the command line, else from the table."""
    from guardrail_hooks.no_root_dockerfile.bases import SCRATCH, Base, known_base

    if origin.base.scratch:
        return SCRATCH
    reference = base_reference(origin)
    if reference is None:
        return None
    tag = reference.tag or ("" if reference.digest else "latest")
    known = known_base(reference.name, tag)
    names = {name + suffix for name in (reference.name, reference.familiar) for suffix in ("", f":{tag}")}
    family = known.family if known else ""
    if _any_matches(globs.root, names):
        return Base("root", {}, family, "", "--root-base")
    if _any_matches(globs.nonroot, names):
        return Base("an unprivileged user", {}, family, "", "--nonroot-base")
    return known


def _any_matches(patterns: Sequence[Pattern[str]], names: set[str]) -> bool:
    """Whether a glob matches one of the names."""
    return any(pattern.fullmatch(name) is not None for pattern in patterns for name in names)


def runs_windows(origin: Stage, globs: Globs) -> bool:
    """Whether the image is a Windows container."""
    if origin.platform and origin.platform.text.lower().startswith("windows"):
        return True
    base = base_knowledge(origin, globs)
    if base and base.family:
        return base.family == "windows"
    return any(name in origin.base.image.lower() for name in WINDOWS_NAMES)


def links(stage: Stage) -> list[str]:
    """The stages from this one down, and the external base image as it resolves."""
    last = stage.chain[-1].base
    return [*(part.title for part in stage.chain), last.image if last.resolved else last.word.text]


def chain_text(stage: Stage) -> str:
    """The named stages and the external base image, as in `run <- base <- debian:12`."""
    named = [part.name for part in stage.chain if part.name]
    return " <- ".join([*named, links(stage)[-1]])
