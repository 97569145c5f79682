"""From instructions to stages: the way a build walks through a Dockerfile, short of pulling an image.

Follows BuildKit, `frontend/dockerfile/dockerfile2llb/convert.go`.
"""

from __future__ import annotations

import re

from ..place import Malformed, Span
from .mounts import BadFields, fields_of
from .scopes import Definition, Scope, global_scope
from .stages import Base, Stage, Step, Use, User
from .validators import check_instruction
from .wording import quoted
from .words import BadSubstitution, Expansion, Value, ValueRequired, expand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .instructions import Flag, Instruction, Word
    from .scopes import View

MAX_STEPS = 100_000  # instructions of all stages, triggers as often as they fire
MAX_EXPANDED = 16_000_000  # characters of all expanded words

_NONE: frozenset[str] = frozenset()
_NOTHING = Expansion("", (), _NONE, _NONE, _NONE)
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}\Z")  # strconv.Atoi
_OUTSIDE_ENVIRONMENT = frozenset({"BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"})  # nonEnvArgs
_EXPANDED = frozenset({"ADD", "COPY", "LABEL", "STOPSIGNAL", "VOLUME", "WORKDIR"})  # every word, one by one
_EXPANDED_FLAGS = frozenset({"chown", "chmod", "checksum"})


class _Exhausted(Exception):
    """The file asks for more work than any real one does."""


class Graph:
    """The stages of a file, and what is refused in them.

    `scope` holds the arguments before the first FROM. Instructions that are refused by themselves take no part.
    """

    __slots__ = ("_build_args", "_escape", "_expanded", "_names", "_steps", "problems", "scope", "stages")

    def __init__(self, instructions: Iterable[Instruction], escape: str, build_args: Mapping[str, str]) -> None:
        self.problems: list[Malformed] = []
        self.stages: list[Stage] = []
        self._escape = escape
        self._build_args = build_args
        self._names: dict[str, Stage] = {}
        self._expanded = 0
        self._steps = 0
        before, bodies = _bodies(instructions)
        target = _name(bodies[-1][0]) if bodies else ""
        self.scope = global_scope(build_args, target)
        try:
            for instruction in before:
                self._define_arguments(instruction, self.scope, None)
            for body in bodies:
                self._build(body)
            self._connect()
        except _Exhausted as error:
            self.problems.append(Malformed(str(error), Span(1, 1, 1, 1)))

    def find(self, name: str) -> Stage | None:
        """Return the stage that COPY and mounts mean by a name, in whatever case; the last of several."""
        return self._names.get(name.lower())

    def _build(self, body: list[Instruction]) -> None:
        start = body[0]
        word = start.words[0]
        globals_ = self.scope.view()
        expansion = self._expand(word, globals_)
        flag = start.flag("platform")
        platform = self._expand(flag.value_word, globals_) if flag else None
        below = self._names.get(expansion.text) if expansion else None
        stage = Stage(len(self.stages), start, Base(word, expansion, below), platform, _name(start))
        self.stages.append(stage)
        if stage.name:
            self._names[stage.name] = stage
        if below:
            below.consumers.append(stage)
            for trigger in below.triggers:
                self._fire(stage, trigger)
        for instruction in body[1:]:
            self._run(stage, instruction, fired=False)

    def _fire(self, stage: Stage, trigger: Instruction) -> None:
        """Run a trigger of the base; only now does a build look at it."""
        try:
            check_instruction(trigger)
        except Malformed as error:
            self.problems.append(error)
            return
        self._run(stage, trigger, fired=True)

    def _run(self, stage: Stage, instruction: Instruction, *, fired: bool) -> None:
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise _Exhausted(f"more than {MAX_STEPS} build steps")
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
        if keyword in _EXPANDED:
            self._expand_words(instruction, scope)

    def _define_arguments(self, instruction: Instruction, scope: Scope, outer: View | None) -> None:
        """Carry out ARG: one after the other, so that a default may use an argument of the same line."""
        for name, word, _ in instruction.pairs:
            given = self._build_args.get(name)
            if given is not None:
                value: Value | None = Value(given, definition=Definition(name, "build-arg", instruction, None))
            elif word is None:
                value = outer.get(name) if outer else None
            else:
                value = self._value(word, scope.view(), Definition(name, "ARG", instruction, word))
            if value and not (outer and name in _OUTSIDE_ENVIRONMENT):
                scope.define(name, value)

    def _define_environment(self, instruction: Instruction, scope: Scope) -> None:
        """Carry out ENV: every value of the line sees the variables from before the line."""
        seen = scope.view()
        for name_word, word in zip(instruction.words[::2], instruction.words[1::2], strict=True):
            name = self._expand(name_word, seen)
            value = self._value(word, seen, Definition(name.text if name else "", "ENV", instruction, word))
            if name and value:
                scope.define(name.text, value)

    def _value(self, word: Word, scope: View, definition: Definition) -> Value | None:
        expansion = self._expand(word, scope)
        if expansion is None:
            return None
        return Value(expansion.text, expansion.pieces, expansion.missing, definition)

    def _expand_words(self, instruction: Instruction, scope: View) -> None:
        for word in instruction.words:
            self._expand(word, scope)
        for flag in instruction.flags:
            if flag.name in _EXPANDED_FLAGS:
                self._expand(flag.value_word, scope)
        if instruction.keyword in ("ADD", "COPY"):
            for heredoc in instruction.heredocs:
                if heredoc.expand:
                    self._expand_text(heredoc.text, scope, "\\", instruction.span, quotes=False)

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
            span = place if isinstance(place, Span) else place.span
            self.problems.append(Malformed(f"failed to process {quoted(text)}: {error}", span))
            return None
        self._expanded += len(expansion.text)
        if self._expanded > MAX_EXPANDED:
            raise _Exhausted(f"variables expand to more than {MAX_EXPANDED} characters")
        return expansion

    def _connect(self) -> None:
        """Find out what each stage takes from where; names of later stages count, as in a build."""
        for stage in self.stages:
            for step in stage.steps:
                instruction, onbuild = step.instruction, step.fired
                if instruction.trigger:
                    instruction, onbuild = instruction.trigger, True
                for use in self._uses(instruction, onbuild=onbuild, fired=step.fired):
                    stage.uses.append(use)
                    if use.stage and (step.fired or not onbuild) and use.stage is not stage:
                        use.stage.consumers.append(stage)

    def _uses(self, instruction: Instruction, *, onbuild: bool, fired: bool) -> Iterator[Use]:
        if instruction.keyword == "COPY":
            flag = instruction.flag("from")
            if flag and flag.value:
                yield self._copy(instruction, flag, flag.value, onbuild=onbuild, fired=fired)
        elif instruction.keyword == "RUN":
            for flag in instruction.flags:
                if flag.name == "mount":
                    yield from self._mounts(instruction, flag, onbuild=onbuild, fired=fired)

    def _copy(self, instruction: Instruction, flag: Flag, text: str, *, onbuild: bool, fired: bool) -> Use:
        try:
            variable = expand(text, _unset, self._escape).text != text
        except BadSubstitution:
            variable = True
        stage = None
        if variable:
            if fired or not onbuild:
                message = "variable expansion is not supported for --from"
                remedy = "define a new stage with FROM using ARG from global scope as a workaround"
                self.problems.append(Malformed(f"{message}, {remedy}", flag.value_span))
        elif _NUMBER.match(text):
            index = int(text)
            if 0 <= index < len(self.stages):
                stage = self.stages[index]
            elif fired or not onbuild:
                self.problems.append(Malformed(f"invalid stage index {index}", flag.value_span))
        else:
            stage = self.find(text)
        return Use("COPY", text, flag.value_span, instruction, stage, variable, onbuild, fired)

    def _mounts(self, instruction: Instruction, flag: Flag, *, onbuild: bool, fired: bool) -> Iterator[Use]:
        word = flag.value_word
        try:
            fields = fields_of(word.text)
        except BadFields:
            return
        exact = word.line.text.startswith(word.text, word.start)
        for field in fields:
            if field.key == "from" and field.value:
                span = word.part(field.start, field.end).span if exact else word.span
                variable = "$" in field.value[:-1]
                stage = None if variable else self.find(field.value)
                yield Use("RUN", field.value, span, instruction, stage, variable, onbuild, fired)


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


def _unset(_name: str) -> None:
    return None
