"""Variables of a build: where each value comes from, and which values an instruction sees."""

from __future__ import annotations

from guardrail_hooks.formats.dockerfile.words import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from guardrail_hooks.formats.dockerfile.instructions import Instruction, Word
    from guardrail_hooks.formats.dockerfile.words import Expansion, Piece
    from guardrail_hooks.formats.place import Span

    Outside = Callable[[str], "str | None"]

MAX_CHAIN = 50  # stages on stages; beyond that a scope copies what it sees

# dockerfile2llb/platform.go, defaultArgs, for a build on and for linux/amd64: the same answer on every machine.
PLATFORM_ARGUMENTS = {
    "BUILDPLATFORM": "linux/amd64",
    "BUILDOS": "linux",
    "BUILDOSVERSION": "",
    "BUILDARCH": "amd64",
    "BUILDVARIANT": "",
    "TARGETPLATFORM": "linux/amd64",
    "TARGETOS": "linux",
    "TARGETOSVERSION": "",
    "TARGETARCH": "amd64",
    "TARGETVARIANT": "",
}


class Definition:
    """What gave a variable its value.

    `kind` is `ARG`, `ENV`, `build-arg` (the caller's), `platform` (predefined) or `base` (the external base image's).
    `instruction` is the ARG or ENV, None for what stands outside the file. `word` is the value as written there; None
    where the value does not stand in the file.
    """

    __slots__ = ("instruction", "kind", "name", "word")

    def __init__(self, name: str, kind: str, instruction: Instruction | None, word: Word | None) -> None:
        self.name = name
        self.kind = kind
        self.instruction = instruction
        self.word = word


class Source:
    """Consecutive characters of an expanded text and where they are written.

    `span` is None where they stand nowhere in the file: given by the caller, predefined, or cut out of a value by a
    pattern. `definition` is the innermost definition that holds them, None for the expanded word itself.
    """

    __slots__ = ("definition", "span", "text")

    def __init__(self, text: str, span: Span | None, definition: Definition | None) -> None:
        self.text = text
        self.span = span
        self.definition = definition


class Scope:
    """The variables of one stage, or of the part before the first FROM, in the order they are defined.

    It only grows, so that a view of it stays true: `values` has every value a name ever had with its position.
    `outside` tells the variables that the external base image sets, where they are known. `hidden` are the values of
    ENV that an ARG of the stage hides: a stage built on this one sees them again.
    """

    __slots__ = ("base", "depth", "hidden", "outside", "size", "values")

    def __init__(self, base: View | None = None) -> None:
        self.values: dict[str, list[tuple[int, Value]]] = {}
        self.size = 0
        self.base = base
        self.depth: int = base.scope.depth + 1 if base else 0
        self.hidden: dict[str, Value] = {}
        self.outside: Outside | None = base.scope.outside if base else None
        if base and self.depth > MAX_CHAIN:
            self.values = {name: [(0, value)] for name, value in base.items()}
            self.base, self.depth, self.size = None, 0, 1
        for name, value in base.scope.hidden.items() if base else ():
            self.define(name, value)

    def define(self, name: str, value: Value) -> None:
        """Set a variable from here on."""
        self.values.setdefault(name, []).append((self.size, value))
        self.size += 1

    def view(self) -> View:
        """Return the variables as they are now."""
        return View(self, self.size)


class View:
    """The variables as one instruction sees them."""

    __slots__ = ("scope", "size")

    def __init__(self, scope: Scope, size: int) -> None:
        self.scope = scope
        self.size = size

    def get(self, name: str) -> Value | None:
        """Return a variable's value, None if it has none here."""
        view: View | None = self
        while view:
            for position, value in reversed(view.scope.values.get(name, ())):
                if position < view.size:
                    return value
            view = view.scope.base
        text = self.scope.outside(name) if self.scope.outside else None
        return None if text is None else _given(name, "base", text)

    def items(self) -> Iterator[tuple[str, Value]]:
        """Yield every variable with its value."""
        names: set[str] = set()
        view: View | None = self
        while view:
            names.update(view.scope.values)
            view = view.scope.base
        for name in sorted(names):
            value = self.get(name)
            if value:
                yield name, value


def global_scope(build_args: Mapping[str, str], target: str) -> Scope:
    """Return the scope that a Dockerfile starts with: the predefined arguments for building the stage `target`."""
    scope = Scope()
    for name, value in _PLATFORM_VALUES.items():
        scope.define(name, value)
    scope.define("TARGETSTAGE", _given("TARGETSTAGE", "platform", target or "default"))
    for name in scope.values.keys() & build_args.keys():
        scope.define(name, _given(name, "build-arg", build_args[name]))
    return scope


def _given(name: str, kind: str, text: str) -> Value:
    """A value that stands nowhere in the file."""
    return Value(text, definition=Definition(name, kind, None, None))


_PLATFORM_VALUES = {name: _given(name, "platform", text) for name, text in PLATFORM_ARGUMENTS.items()}


def sources(expansion: Expansion, word: Word | None) -> Iterator[Source]:
    """Yield where every character of an expanded text is written. `word` is what was expanded, as written.

    Follows variables into their ARG and ENV, so that the default that decides can be named, or changed in place.
    """
    stack: list[tuple[Piece, Word | None, Definition | None]]
    stack = [(piece, word, None) for piece in reversed(expansion.pieces)]
    while stack:
        piece, within, definition = stack.pop()
        if piece.value is None:
            span = _span(within, piece) if within else None
            yield Source(piece.text, span, definition)
            continue
        inner = piece.value.definition
        assert inner is None or isinstance(inner, Definition)
        if not piece.value.pieces:
            yield Source(piece.text, None, inner)
            continue
        stack += [(part, inner.word if inner else None, inner) for part in reversed(piece.value.pieces)]


def _span(word: Word, piece: Piece) -> Span | None:
    start = word.start + piece.start
    exact = word.line.text.startswith(piece.text, start)  # not so where a flag lost its quotes
    return word.line.span(start, start + len(piece.text)) if exact else None
