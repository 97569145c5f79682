"""Dockerfile reading equal to the official parser's: bytes in, structure out.

`read(content)` is all a hook calls. The way in has four steps, a module each: `normalise` (bytes to logical lines),
`instructions` (dockerfile-parse on the normal form), `graph` (stages, variables, users) and `comments`. What is refused
is told in the words of the official frontend, BuildKit's, whose source decides wherever documentation is silent.
"""

from __future__ import annotations

from guardrail_hooks.formats.dockerfile.directives import Directive, syntax_directive
from guardrail_hooks.formats.dockerfile.graph import Graph
from guardrail_hooks.formats.dockerfile.instructions import Flag, Instruction, Pair, Word, read_instructions
from guardrail_hooks.formats.dockerfile.normalise import Heredoc, Normalised
from guardrail_hooks.formats.dockerfile.scopes import Definition, Source, sources
from guardrail_hooks.formats.dockerfile.stages import Base, Stage, Step, Use, User, reached
from guardrail_hooks.formats.dockerfile.validators import check
from guardrail_hooks.formats.dockerfile.words import Expansion, Value, expand
from guardrail_hooks.formats.place import Comment, Malformed, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from guardrail_hooks.formats.dockerfile.graph import Environment

__all__ = [
    "Base",
    "Comment",
    "Definition",
    "Directive",
    "Dockerfile",
    "Expansion",
    "Flag",
    "Heredoc",
    "Instruction",
    "Malformed",
    "Pair",
    "Source",
    "Span",
    "Stage",
    "Step",
    "Use",
    "User",
    "Value",
    "Word",
    "expand",
    "read",
    "sources",
]

MAX_SIZE = 250_000  # bytes; the largest of 8,917 public Dockerfiles has 29,300
MAX_PROBLEMS = 100  # a file that is no Dockerfile at all has one in every line


def read(content: bytes, *, build_args: Mapping[str, str] | None = None) -> Dockerfile:
    """Read a Dockerfile. `build_args` are what `docker build --build-arg` would be given.

    Never raises for what the file holds: what is wrong with it is in `problems` and `stage_problems`.
    """
    return Dockerfile(content, build_args or {})


class Dockerfile:
    """A Dockerfile, read.

    `instructions` are all of them in the order of the file, refused ones included as far as they could be taken apart.
    `problems` is what the official frontend refuses while it parses, one per instruction at most, in the order of the
    file; `refused` tells for an instruction which of them is its own. A file with MAX_PROBLEMS of them is not read on.
    `directives` are the parser directives in force, `syntax` is the frontend image a build loads, `escape` the escape
    token. Stages and comments are read when first asked for.
    """

    __slots__ = (
        "_build_args",
        "_comments",
        "_content",
        "_graph",
        "_normalised",
        "directives",
        "escape",
        "instructions",
        "problems",
        "refused",
        "syntax",
    )

    def __init__(self, content: bytes, build_args: Mapping[str, str]) -> None:
        self._content = content
        self._build_args = build_args
        self._comments: tuple[Comment, ...] | None = None
        self._graph: Graph | None = None
        too_large = len(content) > MAX_SIZE
        self._normalised = normalised = Normalised(b"" if too_large else content)
        self.directives = tuple(normalised.directives)
        self.escape = normalised.escape
        self.syntax = syntax_directive(normalised.source)
        self.instructions: list[Instruction] = []
        self.refused: dict[Instruction, Malformed] = {}
        if too_large:
            problems = [Malformed(f"file is larger than {MAX_SIZE} bytes", Span(1, 1, 1, 1))]
        else:
            problems = [*normalised.problems, *self._read_instructions()]
        self.problems = tuple(sorted(problems, key=lambda problem: problem.span[:2])[:MAX_PROBLEMS])

    def _read_instructions(self) -> Iterator[Malformed]:
        staged = misplaced = False
        for instruction, found in read_instructions(self._normalised):
            self.instructions.append(instruction)
            problem = found or check(instruction)
            staged = staged or instruction.keyword == "FROM"
            if problem is None and not staged and not misplaced and instruction.keyword != "ARG":
                misplaced = True
                problem = Malformed("no build stage in current context", instruction.span)
            if problem is not None:
                self.refused[instruction] = problem
                yield problem
                if len(self.refused) == MAX_PROBLEMS:
                    return
        if self.refused or self._normalised.problems:
            return
        if not self.instructions:
            message = "file with no instructions" if self._content else "the Dockerfile cannot be empty"
            yield Malformed(message, Span(1, 1, 1, 1))
        elif not staged:
            yield Malformed("dockerfile contains no stages to build", self.instructions[-1].span)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The build stages, in the order of the file."""
        return tuple(self.graph.stages)

    @property
    def stage_problems(self) -> tuple[Malformed, ...]:
        """What the official frontend refuses as it expands variables and connects stages, in the order of the file."""
        return self.problems_of(self.graph.stages)

    def problems_of(self, stages: Iterable[Stage]) -> tuple[Malformed, ...]:
        """The same, for a build of these stages alone: others are read, but no build gets to what is wrong in them."""
        found = [*self.graph.problems, *(problem for stage in reached(stages) for problem in stage.problems)]
        return tuple(sorted(found, key=lambda problem: problem.span[:2])[:MAX_PROBLEMS])

    def stages_with(self, environment: Environment) -> tuple[Stage, ...]:
        """The build stages once more, with what is known of the variables that external base images set."""
        return tuple(Graph(self._usable(), self.escape, self._build_args, environment).stages)

    @property
    def graph(self) -> Graph:
        """The stages and how they hang together."""
        if self._graph is None:
            self._graph = Graph(self._usable(), self.escape, self._build_args)
        return self._graph

    def _usable(self) -> list[Instruction]:
        return [one for one in self.instructions if one not in self.refused or one.keyword == "FROM"]

    @property
    def comments(self) -> tuple[Comment, ...]:
        """Every comment, with the lines it speaks for."""
        if self._comments is None:
            from guardrail_hooks.formats.dockerfile.comments import read_comments

            self._comments = tuple(read_comments(self._normalised))
        return self._comments

    def line(self, number: int) -> str:
        """Return a line of the file, without its end and without a byte order mark."""
        return self._normalised.source[number - 1]

    def offset(self, line: int, column: int) -> int:
        """Return where a place stands in the bytes of the file."""
        source = self._normalised.source
        before = sum(len(text.encode("utf-8", "surrogateescape")) + 1 for text in source[: line - 1])
        inside = source[line - 1][: column - 1] if line <= len(source) else ""
        return 3 * self._normalised.bom + before + len(inside.encode("utf-8", "surrogateescape"))

    def byte_range(self, span: Span) -> tuple[int, int]:
        """Return the bytes `[start:end]` of the file that a span covers."""
        return self.offset(span.line, span.column), self.offset(span.end_line, span.end_column)
