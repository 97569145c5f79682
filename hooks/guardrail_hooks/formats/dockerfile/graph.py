"""From instructions to stages: the way a build walks through a Dockerfile, short of pulling an image.

Follows BuildKit, `frontend/dockerfile/dockerfile2llb/convert.go`.
"""

from __future__ import annotations

from guardrail_hooks.formats.dockerfile.scopes import Definition, Scope, global_scope
from guardrail_hooks.formats.dockerfile.stages import Base, Stage, Step, User
from guardrail_hooks.formats.dockerfile.uses import connect
from guardrail_hooks.formats.dockerfile.validators import check
from guardrail_hooks.formats.dockerfile.wording import quoted, shown
from guardrail_hooks.formats.dockerfile.words import BadSubstitution, Expansion, Value, ValueRequired, expand, is_plain
from guardrail_hooks.formats.place import Malformed, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from guardrail_hooks.formats.dockerfile.instructions import Flag, Instruction, Word
    from guardrail_hooks.formats.dockerfile.scopes import Outside, View

    Environment = Callable[[Stage], Outside]

MAX_STEPS = 20_000  # instructions and definitions of all stages, triggers as often as they fire
MAX_EXPANDED = 8_000_000  # characters of all expanded words

_NONE: frozenset[str] = frozenset()
_NOTHING = Expansion("", (), _NONE, _NONE, _NONE)
_EXPANDED = frozenset({"ADD", "COPY", "EXPOSE", "LABEL", "STOPSIGNAL", "VOLUME", "WORKDIR"})  # commands.go, Expand
_EXPANDED_FLAGS = frozenset({"chown", "chmod", "checksum"})
_OF_THE_IMAGE = frozenset({"ENV", "base"})  # what a stage gets from the image it is built on, over any ARG
_OUTSIDE_ENVIRONMENT = frozenset({"BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"})  # nonEnvArgs


class _Exhausted(Exception):
    """The file asks for more work than any real one does."""


class Graph:
    """The stages of a file, and what is refused of it.

    `scope` holds the arguments before the first FROM; `names` are the stages by lower-case name, the last of several.
    `problems` is what every build refuses; what is refused while a stage is built stands in the stage's own `problems`.
    `environment` gives for a stage with an external base image what is known of the variables that image sets.
    """

    __slots__ = (
        "_build_args",
        "_environment",
        "_escape",
        "_expanded",
        "_problems",
        "_steps",
        "names",
        "problems",
        "scope",
        "stages",
    )

    def __init__(
        self,
        instructions: Iterable[Instruction],
        escape: str,
        build_args: Mapping[str, str],
        environment: Environment | None = None,
    ) -> None:
        self.problems: list[Malformed] = []
        self.stages: list[Stage] = []
        self.names: dict[str, Stage] = {}
        self._problems = self.problems
        self._escape = escape
        self._build_args = build_args
        self._environment = environment
        self._expanded = 0
        self._steps = 0
        before, bodies = _bodies(instructions)
        self.scope = global_scope(build_args, _name(bodies[-1][0]) if bodies else "")
        try:
            for instruction in before:
                self._define_arguments(instruction, self.scope, None)
            for body in bodies:
                self._build(body)
        except _Exhausted as error:
            self.problems.append(Malformed(str(error), Span(1, 1, 1, 1)))
        self.problems += connect(self.stages, self.names, escape)

    def _build(self, body: list[Instruction]) -> None:
        start = body[0]
        word = start.words[0]
        expansion = self._expand(word, self.scope.view())
        if expansion and not expansion.text and not expansion.missing:
            self._refuse(f"base name ({shown(word.text)}) should not be blank", word)
        below = self.names.get(expansion.text) if expansion else None
        self._count_steps(len(below.scope.hidden) if below else 0)
        stage = Stage(len(self.stages), start, Base(word, expansion, below), self._platform(start), _name(start))
        self.stages.append(stage)
        if stage.name:
            self.names[stage.name] = stage
        self._problems = stage.problems
        if below:
            below.consumers.append(stage.index)
            for trigger in below.triggers:
                self._fire(stage, trigger)
        elif self._environment:
            stage.scope.outside = self._environment(stage)
        for instruction in body[1:]:
            self._run(stage, instruction, fired=False)
        self._problems = self.problems

    def _platform(self, start: Instruction) -> Expansion | None:
        flag = start.flag("platform")
        if flag is None or not flag.value:
            return None
        from guardrail_hooks.formats.dockerfile.values import platform_refused

        expansion = self._expand(flag.value_word, self.scope.view())
        if expansion and not expansion.missing:
            if not expansion.text:
                self._refuse(f"empty platform value from expression {shown(flag.value)}", flag.value_word)
            elif reason := platform_refused(expansion.text):
                self._refuse(f"failed to parse platform {shown(flag.value)}: {reason}", flag.value_word)
        return expansion

    def _fire(self, stage: Stage, trigger: Instruction) -> None:
        """Run a trigger of the base; only now does a build look at it."""
        problem = check(trigger)
        if problem:
            stage.problems.append(problem)
        else:
            self._run(stage, trigger, fired=True)

    def _run(self, stage: Stage, instruction: Instruction, *, fired: bool) -> None:
        self._count_steps(1)
        scope = stage.scope.view()
        stage.steps.append(Step(instruction, scope, fired))
        keyword = instruction.keyword
        if keyword == "ARG":
            self._define_arguments(instruction, stage.scope, self.scope.view())
        elif keyword == "ENV":
            self._define_environment(instruction, stage.scope)
        elif keyword == "USER":
            word = instruction.words[0]
            expansion = self._expand(word, scope)
            stage.user = User(expansion.text if expansion else word.text, expansion or _NOTHING, word, instruction)
        elif keyword == "ENTRYPOINT":
            stage.entrypoint = instruction
            if not stage.sets_command:
                stage.command = None
        elif keyword == "CMD":
            stage.command = instruction
            stage.sets_command = True
        elif keyword == "SHELL":
            stage.shell = instruction
        elif keyword == "ONBUILD" and instruction.trigger:
            stage.triggers.append(instruction.trigger)
        elif keyword == "RUN":
            for flag in instruction.flags:
                if flag.name == "mount":
                    self._check_mount(flag, scope)
        elif keyword in _EXPANDED:
            self._expand_all(instruction, scope)

    def _define_arguments(self, instruction: Instruction, scope: Scope, outer: View | None) -> None:
        """Carry out ARG: one after the other, so that a default may use an argument of the same line."""
        for pair in instruction.pairs:
            name, word = pair.name, pair.value
            self._count_steps(1)
            given = self._build_args.get(name)
            if given is not None:
                value: Value | None = Value(given, definition=Definition(name, "build-arg", instruction, None))
            elif word is None:
                value = outer.get(name) if outer else None
            else:
                value = self._value(word, scope.view(), Definition(name, "ARG", instruction, word))
            if value and not (outer and name in _OUTSIDE_ENVIRONMENT):
                hidden = scope.view().get(name) if outer else None
                if hidden and isinstance(hidden.definition, Definition) and hidden.definition.kind in _OF_THE_IMAGE:
                    scope.hidden[name] = hidden
                scope.define(name, value)

    def _define_environment(self, instruction: Instruction, scope: Scope) -> None:
        """Carry out ENV: every value of the line sees the variables from before the line."""
        seen = scope.view()
        for name_word, word in zip(instruction.words[::2], instruction.words[1::2], strict=True):
            self._count_steps(1)
            name = self._expand(name_word, seen)
            value = self._value(word, seen, Definition(name.text if name else "", "ENV", instruction, word))
            if name and value:
                scope.define(name.text, value)
                scope.hidden.pop(name.text, None)

    def _value(self, word: Word, scope: View, definition: Definition) -> Value | None:
        expansion = self._expand(word, scope)
        if expansion is None:
            return None
        return Value(expansion.text, expansion.pieces, expansion.missing, definition)

    def _expand_all(self, instruction: Instruction, scope: View) -> None:
        """Expand every word of an instruction that only matters for being refused or not."""
        flags = {
            flag.name: self._expand(flag.value_word, scope)
            for flag in instruction.flags
            if flag.name in _EXPANDED_FLAGS
        }
        if instruction.keyword in ("ADD", "COPY"):
            for heredoc in instruction.heredocs:
                if heredoc.expand:
                    self._expand_text(heredoc.text, scope, "\\", instruction.span, quotes=False)
        if flags or "://" in instruction.value or instruction.keyword in ("EXPOSE", "STOPSIGNAL", "VOLUME"):
            from guardrail_hooks.formats.dockerfile.values import judge

            words = [self._expand(word, scope) for word in instruction.words]
            for reason, word in judge(instruction, words, flags):
                self._refuse(reason, word)
            return
        for word in instruction.words:
            if not is_plain(word.text):
                self._expand(word, scope)

    def _check_mount(self, flag: Flag, scope: View) -> None:
        from guardrail_hooks.formats.dockerfile.mounts import BadFields, Refused, check_mount, fields_of

        word = flag.value_word
        fields = []
        try:
            for field in fields_of(word.text):
                expansion = self._expand_text(field.value or "", scope, self._escape, word.span)
                if expansion is None or expansion.missing:
                    return
                fields.append(field._replace(value=None if field.value is None else expansion.text))
            check_mount(fields)
        except BadFields:
            return
        except Refused as error:
            self._refuse(str(error), word)

    def _expand(self, word: Word, scope: View) -> Expansion | None:
        return self._expand_text(word.text, scope, self._escape, word)

    def _expand_text(
        self, text: str, scope: View, escape: str, place: Word | Span, *, quotes: bool = True
    ) -> Expansion | None:
        """Expand a word; None, and a problem, if that is refused. A value the caller must give is a missing one."""
        try:
            expansion = expand(text, scope.get, escape, quotes=quotes)
        except ValueRequired as error:
            required = frozenset({error.name})
            return Expansion("", (), _NONE, required, required)
        except BadSubstitution as error:
            self._refuse(f"failed to process {quoted(text)}: {error}", place)
            return None
        self._expanded += len(expansion.text)
        if self._expanded > MAX_EXPANDED:
            raise _Exhausted(f"variables expand to more than {MAX_EXPANDED} characters")
        return expansion

    def _count_steps(self, number: int) -> None:
        self._steps += number
        if self._steps > MAX_STEPS:
            raise _Exhausted(f"more than {MAX_STEPS} build steps")

    def _refuse(self, reason: str, place: Word | Span) -> None:
        self._problems.append(Malformed(reason, place if isinstance(place, Span) else place.span))


def _bodies(instructions: Iterable[Instruction]) -> tuple[list[Instruction], list[list[Instruction]]]:
    """Split the file at its FROMs: the ARGs before the first, and FROM with what follows it for every stage."""
    before: list[Instruction] = []
    bodies: list[list[Instruction]] = []
    for instruction in instructions:
        if instruction.keyword == "FROM" and instruction.words:
            bodies.append([instruction])
        elif bodies:
            bodies[-1].append(instruction)
        elif instruction.keyword == "ARG":
            before.append(instruction)
    return before, bodies


def _name(start: Instruction) -> str:
    words = start.words
    return words[2].text.lower() if len(words) == 3 and words[1].text.lower() == "as" else ""
