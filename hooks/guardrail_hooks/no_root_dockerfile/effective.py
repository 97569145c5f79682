"""Which user an image runs as, and which line decides it."""

from __future__ import annotations

from collections import namedtuple

from guardrail_hooks.formats.dockerfile.words import BadSubstitution, Value, expand
from guardrail_hooks.formats.image_reference import InvalidReference, parse
from guardrail_hooks.no_root_dockerfile.accounts import accounts_with_uid_0, is_root, user_part
from guardrail_hooks.no_root_dockerfile.bases import Base, known_base

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from re import Pattern

    from guardrail_hooks.formats.dockerfile.stages import Stage, User
    from guardrail_hooks.formats.image_reference import Reference

ROOT, NOT_ROOT, UNKNOWN, FROM_BASE, ARTIFACT = "root", "not root", "unknown", "from base", "artifact"
SCRATCH = Base("", {}, "scratch", "", "https://docs.docker.com/build/building/base-images/#create-a-base-image")
# What a Windows base is called where the table of bases does not know it: Microsoft's own tag names.
WINDOWS_NAMES = ("nanoserver", "servercore", "windowsservercore", "ltsc20", "/windows")


class Globs(namedtuple("Globs", "nonroot root")):
    """What the command line says of base images: globs over names, with or without tag."""

    __slots__ = ()
    nonroot: Sequence[Pattern[str]]
    root: Sequence[Pattern[str]]


class Verdict(namedtuple("Verdict", "kind user base windows text")):
    """The user that a stage runs as.

    `kind` is ROOT, NOT_ROOT, UNKNOWN (nothing is known of the base), FROM_BASE (only the base can set the variable) or
    ARTIFACT (files on scratch, nothing to run). `user` is the deciding USER, None where the base decides; `text` the
    user as the image will have it, empty where it is not known. `base` is what is known of the external base image.
    """

    __slots__ = ()
    kind: str
    user: User | None
    base: Base | None
    windows: bool
    text: str


def judge(stage: Stage, globs: Globs) -> Verdict:
    """The verdict on one stage."""
    origin = stage.chain[-1]
    base = base_knowledge(origin, globs)
    windows = runs_windows(origin, base)
    user = stage.user
    if user is None:
        return _without_user(stage, base, windows)
    text = _text_in(user, base)
    if not user_part(text) and user.expansion.missing and not origin.base.scratch:
        return Verdict(FROM_BASE, user, base, windows, "")
    root = is_root(text, windows=windows, created=accounts_with_uid_0(scripts(stage)))
    return Verdict(ROOT if root else NOT_ROOT, user, base, windows, text)


def _without_user(stage: Stage, base: Base | None, windows: bool) -> Verdict:
    """The verdict where no stage of the chain has a USER: the external base decides."""
    if base is SCRATCH and not (stage.command or stage.entrypoint):
        return Verdict(ARTIFACT, None, base, windows, "")
    if base is None:
        return Verdict(UNKNOWN, None, base, windows, "")
    root = is_root(base.user, windows=windows)
    return Verdict(ROOT if root else NOT_ROOT, None, base, windows, base.user or "root")


def _text_in(user: User, base: Base | None) -> str:
    """The USER's value, with variables that the base image is known to set."""
    missing = user.expansion.missing
    if not missing or base is None or user.expansion.used or not missing <= base.environment.keys():
        return user.text
    values: Mapping[str, Value] = {name: Value(text) for name, text in base.environment.items()}
    try:
        return expand(user.word.text, values.get).text
    except BadSubstitution:
        return user.text


def scripts(stage: Stage) -> Iterator[str]:
    """Everything that RUN executes in the stage and in the stages below it."""
    for part in stage.chain:
        for step in part.steps:
            if step.instruction.keyword == "RUN":
                yield step.instruction.script


def base_reference(origin: Stage) -> Reference | None:
    """The external base image of a stage, None where it is not an image reference or chosen outside the file."""
    if not origin.base.resolved or origin.base.scratch:
        return None
    try:
        return parse(origin.base.image)
    except InvalidReference:
        return None


def base_knowledge(origin: Stage, globs: Globs) -> Base | None:
    """What is known of the external base image: from the command line, else from the table."""
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
    return any(pattern.fullmatch(name) for pattern in patterns for name in names)


def runs_windows(origin: Stage, base: Base | None) -> bool:
    """Whether the image is a Windows container."""
    if base and base.family:
        return base.family == "windows"
    platform = origin.platform.text if origin.platform else ""
    image = origin.base.image.lower()
    return platform.startswith("windows") or any(name in image for name in WINDOWS_NAMES)


def chain_text(stage: Stage) -> str:
    """The stages and the external base image, as in `run <- base <- debian:12`."""
    links = [part.title for part in stage.chain]
    last = stage.chain[-1].base
    return " <- ".join([*links, last.image if last.resolved else last.word.text])
