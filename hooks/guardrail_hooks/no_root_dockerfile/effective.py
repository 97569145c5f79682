"""Which user an image runs as, and which line decides it."""

from __future__ import annotations

from guardrail_hooks.no_root_dockerfile.accounts import PRIVILEGED_NAMES, is_root, user_part
from guardrail_hooks.no_root_dockerfile.executed import shell_text
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from re import Pattern

    from guardrail_hooks.formats.dockerfile import Instruction
    from guardrail_hooks.formats.dockerfile.stages import Stage, User
    from guardrail_hooks.formats.dockerfile.words import Lookup
    from guardrail_hooks.formats.image_reference import Reference
    from guardrail_hooks.no_root_dockerfile.bases import Base
    from guardrail_hooks.no_root_dockerfile.ground import Ground

ROOT, NOT_ROOT, UNKNOWN, FROM_BASE, ARTIFACT = "root", "not root", "unknown", "from base", "artifact"
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


def judge(stage: Stage, ground: Ground) -> Verdict:
    """The verdict on one stage. What is known of base images is looked up only where it matters."""
    origin = stage.chain[-1]
    user = stage.user
    if user and "$" in user.word.text and not origin.base.scratch:
        user = ground.user_of(stage)
        if user and not user_part(user.text) and (variable := ground.variable_for(stage, user)):
            return Verdict(FROM_BASE, user, "", variable)
    if user is None:
        return _without_user(stage, origin, ground.globs)
    name = user_part(user.text)
    windows = ("\\" in user.text or name.lower() in PRIVILEGED_NAMES) and runs_windows(origin, ground.globs)
    root = is_root(user.text, windows=windows, created=() if name.isdigit() else ground.created(stage))
    return Verdict(ROOT if root else NOT_ROOT, user, user.text)


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


def scripts(stage: Stage) -> Iterator[tuple[str, Lookup]]:
    """What RUN executes in a stage, without those below it: shell text, and the variables that it sees."""
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
