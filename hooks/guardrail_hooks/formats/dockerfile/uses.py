"""What stages take from other stages and from images: `COPY --from=` and the `from=` of RUN mounts.

Follows BuildKit's `toCommand`, `detectRunMount` and `validateCircularDependency` (frontend/dockerfile/dockerfile2llb).
COPY knows stages by number and by name, mounts by name alone; names are compared without case, later stages count.
"""

from __future__ import annotations

import re

from guardrail_hooks.formats.dockerfile.stages import Use
from guardrail_hooks.formats.dockerfile.wording import quoted
from guardrail_hooks.formats.dockerfile.words import BadSubstitution, expand
from guardrail_hooks.formats.place import Malformed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from guardrail_hooks.formats.dockerfile.instructions import Flag, Instruction
    from guardrail_hooks.formats.dockerfile.stages import Stage
    from guardrail_hooks.formats.place import Span

_NUMBER = r"[+-]?[0-9]{1,18}\Z"  # strconv.Atoi
_NUMBER_START = "+-0123456789"


def connect(stages: Sequence[Stage], names: Mapping[str, Stage], escape: str) -> list[Malformed]:
    """Give every stage its uses and its consumers; returns what every build refuses about them.

    What a build refuses only when it comes to the stage is added to the problems of the stage.
    """
    problems: list[Malformed] = []
    for stage in stages:
        for step in stage.steps:
            instruction, onbuild = step.instruction, step.fired
            if instruction.trigger:
                instruction, onbuild = instruction.trigger, True
            for use in _uses(instruction, stages, names, escape, onbuild=onbuild, fired=step.fired):
                stage.uses.append(use)
                if onbuild and not step.fired:
                    continue  # it is for other builds to find out
                if use.stage and use.stage is not stage:
                    use.stage.consumers.append(stage.index)
                if reason := _refused(use):
                    (stage.problems if use.fired else problems).append(Malformed(reason, use.span))
    circle = _circle(stages)
    if circle:
        stage, span = circle
        problems.append(Malformed(f"circular dependency detected on stage: {stage.title}", span))
    else:
        for stage in stages:
            stage.problems += _too_early(stage)
    return problems


def _uses(
    instruction: Instruction, stages: Sequence[Stage], names: Mapping[str, Stage], escape: str, **when: bool
) -> Iterator[Use]:
    if instruction.keyword == "COPY":
        flag = instruction.flag("from")
        if flag and flag.value:
            text = flag.value
            variable = _is_variable(text, escape)
            stage = None if variable else names.get(text.lower())
            if _is_number(text):
                index = int(text)
                stage = stages[index] if 0 <= index < len(stages) else None
            yield Use("COPY", text, flag.value_span, instruction, stage, variable, **when)
    elif instruction.keyword == "RUN":
        for flag in instruction.flags:
            if flag.name == "mount":
                for text, span in mount_sources(flag):
                    variable = "$" in text[:-1]
                    stage = None if variable else names.get(text.lower())
                    yield Use("RUN", text, span, instruction, stage, variable, **when)


def _is_variable(text: str, escape: str) -> bool:
    """Whether expansion would change it in any way, as `--from=` is tested."""
    try:
        return expand(text, lambda _name: None, escape).text != text
    except BadSubstitution:
        return True


def mount_sources(flag: Flag) -> Iterator[tuple[str, Span]]:
    """Every `from` in the value of a `--mount`, with its place."""
    from guardrail_hooks.formats.dockerfile.mounts import BadFields, fields_of

    word = flag.value_word
    try:
        fields = fields_of(word.text)
    except BadFields:
        return
    exact = word.line.text.startswith(word.text, word.start)
    for field in fields:
        if field.key == "from" and field.value:
            yield field.value, word.part(field.start, field.end).span if exact else word.span


def is_stage_number(use: Use) -> bool:
    """Whether a `COPY --from=` names a stage by its number, there or not: never an image."""
    return use.kind == "COPY" and _is_number(use.text)


def _is_number(text: str) -> bool:
    return text[0] in _NUMBER_START and re.match(_NUMBER, text) is not None


def _refused(use: Use) -> str:
    if use.kind != "COPY":
        return ""
    if use.variable:
        remedy = "define a new stage with FROM using ARG from global scope as a workaround"
        return f"variable expansion is not supported for --from, {remedy}"
    if use.stage is None and is_stage_number(use):
        return f"invalid stage index {int(use.text)}"
    return ""


def _circle(stages: Sequence[Stage]) -> tuple[Stage, Span] | None:
    """Return a stage that takes files from itself, directly or through others, with the place of the last step."""
    done: set[int] = set()
    for root in stages:
        path = {root.index}
        stack = [(root, _taken(root))]
        while stack:
            stage, taken = stack[-1]
            step = None if stage.index in done else next(taken, None)
            if step is None:
                done.add(stage.index)
                path.discard(stage.index)
                stack.pop()
                continue
            source, span = step
            if source.index in path:
                return source, span
            if source.index not in done:
                path.add(source.index)
                stack.append((source, _taken(source)))
    return None


def _taken(stage: Stage) -> Iterator[tuple[Stage, Span]]:
    for use in stage.uses:
        if use.stage and not use.onbuild:
            yield use.stage, use.span


def _too_early(stage: Stage) -> Iterator[Malformed]:
    for use in stage.uses:
        if use.stage is None or use.stage.index < stage.index or (use.onbuild and not use.fired):
            continue
        if use.kind == "COPY":
            order = f"it needs to be defined before current stage {quoted(stage.title)}"
            yield Malformed(f"cannot copy from stage {quoted(use.text)}, {order}", use.span)
        else:
            order = "stage needs to be defined before current command"
            yield Malformed(f"cannot mount from stage {quoted(use.text)}, {order}", use.span)
