"""What a surface hands over: an image reference in use, with its place and where its text comes from."""

from __future__ import annotations

from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.formats.place import Comment, Malformed, Span

HOLE = "\0"  # stands for the value of a variable that the file does not give
FRONTEND = "frontend"  # the role of `# syntax=`
OPT_IN = ("k8s", "gha", "gitlab", "helm", "quadlet", "ci")  # surfaces that are read only where `--surface` names them


class Origin(namedtuple("Origin", "name text line")):
    """A default that took part in the reference: the variable, its value, and the line that gives it."""

    __slots__ = ()
    name: str
    text: str
    line: int


class ImageUse(
    namedtuple(
        "ImageUse",
        "written resolved span role missing origins refused end remedy verdict",
        defaults=(None, "", None),
    )
):
    """One image that a build or a project would pull.

    `written` is the text in the file, `resolved` what it comes to, with `HOLE` where a variable of `missing` has no
    value. `role` says what the image is for (`FROM`, `COPY --from`, `image`, `FRONTEND`, ...). `origins` are the
    defaults behind it. `refused` is a reason for which a build refuses this place to hold what it holds, else empty.
    `end` is the byte offset in the file right behind the last character of the reference (inside quotes, in the
    default that supplies it), where a digest can be written; None where no digest can stand there.
    `remedy` is what to do where the usual advice would not help, else empty. `verdict` is a finding that the surface
    itself makes, in place of one on the tag.
    """

    __slots__ = ()
    written: str
    resolved: str
    span: Span
    role: str
    missing: tuple[str, ...]
    origins: tuple[Origin, ...]
    refused: str
    end: int | None
    remedy: str
    verdict: Finding | None

    @property
    def is_open(self) -> bool:
        """Whether a variable without a value takes part in it. A NUL that the file itself holds is no `HOLE`."""
        return bool(self.missing) and HOLE in self.resolved


def plain_use(text: str, span: Span, role: str) -> ImageUse:
    """A use whose text is the reference itself."""
    return ImageUse(text, text, span, role, (), (), "")


class Surfaces(namedtuple("Surfaces", "build_args include_built opted edits", defaults=(frozenset[str](), True))):
    """What surfaces are told by the command line.

    `opted` are those of `OPT_IN` that are in force. Without `edits` nobody is going to write: the `end` of a use may
    be left out.
    """

    __slots__ = ()
    build_args: dict[str, str]
    include_built: bool
    opted: frozenset[str]
    edits: bool


if TYPE_CHECKING:
    Found = ImageUse | Finding | Malformed | Comment
    Reader = Callable[[bytes, str, Surfaces], Iterator[Found]]
