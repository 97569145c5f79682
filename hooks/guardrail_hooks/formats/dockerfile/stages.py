"""What a stage of a Dockerfile is: its base, its user, its steps, and what it takes from elsewhere."""

from __future__ import annotations

from guardrail_hooks.formats.dockerfile.scopes import Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from guardrail_hooks.formats.dockerfile.instructions import Instruction, Word
    from guardrail_hooks.formats.dockerfile.scopes import View
    from guardrail_hooks.formats.dockerfile.words import Expansion
    from guardrail_hooks.formats.place import Malformed, Span


class Base:
    """What a stage is built on: `word` as written, its expansion (None if it cannot be expanded), a stage or None."""

    __slots__ = ("expansion", "stage", "word")

    def __init__(self, word: Word, expansion: Expansion | None, stage: Stage | None) -> None:
        self.word = word
        self.expansion = expansion
        self.stage = stage

    @property
    def image(self) -> str:
        """The image reference as a build expands it; empty for a stage."""
        return "" if self.stage or not self.expansion else self.expansion.text

    @property
    def scratch(self) -> bool:
        """Whether it is the empty image."""
        return self.image == "scratch"

    @property
    def resolved(self) -> bool:
        """Whether the file alone decides what it is."""
        expansion = self.expansion
        return bool(self.stage or (expansion and expansion.text and not expansion.missing))


class User:
    """A USER in effect: its expanded text, the expansion, the argument as written, and the instruction.

    `instruction` is the one behind ONBUILD where a trigger set it.
    """

    __slots__ = ("expansion", "instruction", "text", "word")

    def __init__(self, text: str, expansion: Expansion, word: Word, instruction: Instruction) -> None:
        self.text = text
        self.expansion = expansion
        self.word = word
        self.instruction = instruction


class Use:
    """`COPY --from=` (kind `COPY`) or the `from=` of a RUN mount (kind `RUN`).

    `text` is the stage or image as written, `span` its place. `stage` is the stage it names; None for an image.
    `variable` says that it holds what a build would have to expand, which builds refuse. `onbuild` says that it stands
    behind ONBUILD; such a use is listed at the stage that declares it and, `fired`, at every stage it fires in.
    """

    __slots__ = ("fired", "instruction", "kind", "onbuild", "span", "stage", "text", "variable")

    def __init__(
        self,
        kind: str,
        text: str,
        span: Span,
        instruction: Instruction,
        stage: Stage | None,
        variable: bool,
        onbuild: bool,
        fired: bool,
    ) -> None:
        self.kind = kind
        self.text = text
        self.span = span
        self.instruction = instruction
        self.stage = stage
        self.variable = variable
        self.onbuild = onbuild
        self.fired = fired


class Step:
    """One instruction a stage executes, with the variables it sees. `fired`: an ONBUILD trigger of the base."""

    __slots__ = ("fired", "instruction", "scope")

    def __init__(
        self,
        instruction: Instruction,
        scope: View,
        fired: bool,
    ) -> None:
        self.instruction = instruction
        self.scope = scope
        self.fired = fired


class Stage:
    """One stage.

    `name` is lower-cased, empty without AS; `alias` is the name as written. `user`, `entrypoint`, `command` and `shell`
    are what is in effect at its end, taken over from a base stage where it sets none itself; None where the external
    base image decides. `consumers` are the numbers of the stages that build on it or take files from it: stages that
    held each other would stay in memory until they are searched for. `problems` is what the official frontend refuses
    when it builds the stage, and leaves alone when it does not.
    """

    __slots__ = (
        "alias",
        "base",
        "command",
        "consumers",
        "entrypoint",
        "index",
        "instruction",
        "name",
        "platform",
        "problems",
        "scope",
        "sets_command",
        "shell",
        "steps",
        "triggers",
        "user",
        "uses",
    )

    def __init__(self, index: int, instruction: Instruction, base: Base, platform: Expansion | None, name: str) -> None:
        self.index = index
        self.instruction = instruction
        self.base = base
        self.platform = platform
        self.name = name
        self.alias: Word | None = instruction.words[2] if name else None
        self.steps: list[Step] = []
        self.triggers: list[Instruction] = []
        self.uses: list[Use] = []
        self.consumers: list[int] = []
        self.problems: list[Malformed] = []
        below = base.stage
        self.scope: Scope = Scope(below.scope.view() if below else None)
        self.user: User | None = below.user if below else None
        self.entrypoint: Instruction | None = below.entrypoint if below else None
        self.command: Instruction | None = below.command if below else None
        self.shell: Instruction | None = below.shell if below else None
        self.sets_command = False

    @property
    def title(self) -> str:
        """Its name, or `stage-2` as builds call the third stage where it has none."""
        return self.name or f"stage-{self.index}"

    @property
    def chain(self) -> tuple[Stage, ...]:
        """This stage, the stage it is built on, and so on down to the one with an external base."""
        out = [self]
        while out[-1].base.stage:
            out.append(out[-1].base.stage)
        return tuple(out)


def reached(stages: Iterable[Stage]) -> Iterator[Stage]:
    """The stages that a build of these goes through: themselves, what they are built on, and what they take from."""
    waiting = list(stages)
    seen: set[int] = set()
    while waiting:
        stage = waiting.pop()
        if stage.index not in seen:
            seen.add(stage.index)
            yield stage
            waiting += [use.stage for use in stage.uses if use.stage and (use.fired or not use.onbuild)]
            waiting += [stage.base.stage] if stage.base.stage else []
