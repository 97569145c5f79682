"""Dockerfiles: FROM, COPY --from, RUN --mount from=, their ONBUILD forms, and `# syntax=`."""

from __future__ import annotations

from guardrail_hooks.core.finding import Place
from guardrail_hooks.formats.dockerfile import read
from guardrail_hooks.formats.dockerfile.scopes import sources
from guardrail_hooks.formats.dockerfile.uses import is_stage_number, mount_sources
from guardrail_hooks.formats.dockerfile.words import BadSubstitution, Value, expand
from guardrail_hooks.formats.image_reference import InvalidReference, parse
from guardrail_hooks.formats.place import Span
from guardrail_hooks.pattern import pattern
from guardrail_hooks.pinned_base_image import rules
from guardrail_hooks.pinned_base_image.surfaces.insertion import Insertions
from guardrail_hooks.pinned_base_image.uses import FRONTEND, HOLE, ImageUse, Origin, plain_use

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.formats.dockerfile import Dockerfile
    from guardrail_hooks.formats.dockerfile.instructions import Instruction
    from guardrail_hooks.formats.dockerfile.scopes import View
    from guardrail_hooks.formats.dockerfile.stages import Stage, Use
    from guardrail_hooks.formats.place import Comment, Malformed
    from guardrail_hooks.pinned_base_image.uses import Surfaces

COMMIT = pattern(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
GIT_SOURCE = pattern(r"(?:git@|git://|ssh://)|https?://[^#?]+\.git(?:[#?]|$)")
"""What BuildKit takes for a git repository in ADD (docs.docker.com/reference/dockerfile/#add)."""
VARIABLE_IN_MOUNT = "'from' doesn't support variable expansion"  # BuildKit, instructions/commands_runmount.go
TEMPLATE_OPTION = "${templateOption:"  # containers.dev/implementors/templates: filled in before anything is built
REFUSED = "builds expand no variables here"


def uses(content: bytes, path: str, surfaces: Surfaces) -> Iterator[ImageUse | Finding | Malformed | Comment]:
    """Everything that a Dockerfile pulls, and what is wrong with the file itself."""
    dockerfile = read(content, build_args=surfaces.build_args)
    commented = {instruction.first for instruction in dockerfile.instructions if _comment(instruction)}
    refused = {use.span for stage in dockerfile.stages for use in stage.uses if use.variable}
    refused.update(stage.base.word.span for stage in dockerfile.stages if stage.base.expansion is None)
    for problem in (*dockerfile.problems, *dockerfile.stage_problems):
        if str(problem).startswith(VARIABLE_IN_MOUNT):
            yield from _refused_mount(problem, dockerfile)
        elif problem.span.line not in commented and problem.span not in refused and TEMPLATE_OPTION not in str(problem):
            yield problem
            break
    yield from dockerfile_uses(dockerfile, path, commented, Insertions(content, dockerfile, surfaces.edits))
    if b"guardrail:" in content:
        yield from dockerfile.comments


def _refused_mount(problem: Malformed, dockerfile: Dockerfile) -> Iterator[ImageUse]:
    """The variables of a mount for which the frontend refuses the RUN; those behind ONBUILD are uses of their stage."""
    instruction = next(one for one in dockerfile.instructions if one.first <= problem.span.line <= one.last)
    for flag in instruction.flags:
        if flag.name == "mount" and flag.value_span == problem.span:
            for text, span in mount_sources(flag):
                if "$" in text[:-1]:
                    yield _variable_use(text, "RUN --mount from", span, instruction)


def dockerfile_uses(
    dockerfile: Dockerfile, path: str, commented: set[int], insertions: Insertions
) -> Iterator[ImageUse | Finding]:
    """What a Dockerfile pulls, in the order of its lines."""
    if syntax := dockerfile.syntax:
        end = insertions.behind(syntax.value, syntax.span)
        yield plain_use(syntax.value, syntax.span, FRONTEND)._replace(end=end)
    for instruction in dockerfile.instructions:
        if instruction.first in commented and (comment := _comment(instruction)):
            yield rules.COMMENT_ON_FROM.at(
                Place(path, *comment[1]),
                subject=instruction.value,
                comment=f'"{comment[0]}"',
                label="not a comment here",
            )
        yield from _remote_add(instruction.trigger or instruction, path)
    for stage in dockerfile.stages:
        pulls = not stage.base.stage and not stage.base.scratch and _is_whole(stage.instruction)
        if pulls and stage.instruction.first not in commented:
            yield _base_use(stage, dockerfile)._replace(end=insertions.behind_base(stage))
        for use in stage.uses:
            if use.stage or use.fired or is_stage_number(use):
                continue
            if use.text != "scratch":  # the empty image is not pulled
                yield _copied_use(use)._replace(end=None if use.variable else insertions.behind(use.text, use.span))


def _is_whole(instruction: Instruction) -> bool:
    """Whether a FROM is one that builds accept, so that its first word is what is pulled."""
    words = instruction.words
    return len(words) == 1 or (len(words) == 3 and words[1].text.lower() == "as")


def _comment(instruction: Instruction) -> tuple[str, tuple[int, int, int, int]] | None:
    """The trailing comment of a FROM: its text and span."""
    if instruction.keyword != "FROM":
        return None
    for number, word in enumerate(instruction.words):
        if number and word.text.startswith("#"):
            last = instruction.words[-1].span
            span = word.span
            return instruction.line.text[word.start :].rstrip(), (
                span.line,
                span.column,
                last.end_line,
                last.end_column,
            )
    return None


def _base_use(stage: Stage, dockerfile: Dockerfile) -> ImageUse:
    """The image that a FROM pulls."""
    base, span = stage.base, _on_first_line(stage.base.word.span, stage.instruction)
    if base.expansion is None:
        if TEMPLATE_OPTION in base.word.text:
            return ImageUse(base.word.text, HOLE, span, "FROM", (TEMPLATE_OPTION,), (), "")
        return ImageUse(base.word.text, base.word.text, span, "FROM", (), (), "its variables cannot be expanded")
    scope = dockerfile.graph.scope.view()
    resolved, missing = base.expansion.text, base.expansion.missing
    used = base.expansion.used
    if used and not missing and not is_reference(resolved):  # an empty default leaves the value to whoever builds
        missing = frozenset(name for name in used if (value := scope.get(name)) and not value.text)
    if missing:
        try:
            resolved = expand(base.word.text, lambda name: _value_or_hole(name, scope, missing), dockerfile.escape).text
        except BadSubstitution:
            resolved = HOLE
    return ImageUse(base.word.text, resolved, span, "FROM", tuple(sorted(missing)), tuple(_origins(stage)), "")


def _value_or_hole(name: str, scope: View, missing: frozenset[str]) -> Value | None:
    """The value of a variable, `HOLE` for one of those that lack it."""
    return Value(HOLE) if name in missing else scope.get(name)


def is_reference(text: str) -> bool:
    """Whether a text is an image reference."""
    try:
        parse(text)
    except InvalidReference:
        return False
    return True


def _origins(stage: Stage) -> Iterator[Origin]:
    """The ARG defaults that a base image is made of, each once."""
    expansion = stage.base.expansion
    seen: set[str] = set()
    for source in sources(expansion, stage.base.word) if expansion else ():
        definition = source.definition
        if definition and definition.word and definition.name not in seen:
            seen.add(definition.name)
            word = definition.word
            yield Origin(definition.name, word.text, word.line.place(word.start)[0])


def _copied_use(use: Use) -> ImageUse:
    """The image that a `COPY --from` or the `from=` of a mount pulls."""
    role = "RUN --mount from" if use.kind == "RUN" else "COPY --from"
    if use.variable:
        return _variable_use(use.text, role, use.span, use.instruction)
    return plain_use(use.text, _on_first_line(use.span, use.instruction), role)


def _variable_use(text: str, role: str, span: Span, instruction: Instruction) -> ImageUse:
    """A variable where builds expand none."""
    remedy = f"give it a stage: write `FROM {text} AS <stage>` above, and <stage> here"
    return ImageUse(text, text, _on_first_line(span, instruction), role, (), (), REFUSED, None, remedy)


def _on_first_line(span: Span, instruction: Instruction) -> Span:
    """The span, or the beginning of the instruction where the span stands on a later line."""
    first = instruction.first
    return span if span.line == first else Span(first, 1, first, 1)


def _remote_add(instruction: Instruction, path: str) -> Iterator[Finding]:
    """Findings on sources of an ADD that nothing fixes."""
    if instruction.keyword != "ADD" or instruction.flag("checksum"):
        return
    for word in instruction.words[:-1]:
        source = word.text.strip("\"'")
        if GIT_SOURCE.match(source):
            reference = source.partition("#")[2].partition(":")[0]
            if COMMIT.fullmatch(reference) or "$" in source:
                continue
            remedy = f"name a full commit id: {source.partition('#')[0]}#<40 hex digits>"
        elif source.startswith(("http://", "https://")):
            remedy = "add its checksum: ADD --checksum=sha256:<64 hex digits> ..."
        else:
            continue
        yield rules.UNPINNED_REMOTE_ADD.at(
            Place(path, *_on_first_line(word.span, instruction)), subject=source, source=f'"{source}"', remedy=remedy
        )
