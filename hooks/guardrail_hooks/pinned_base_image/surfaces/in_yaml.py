"""What the surfaces in YAML have in common: reading a file, and turning scalars into uses with places."""

from __future__ import annotations

import re

from guardrail_hooks.formats.interpolation import DEFAULT, LITERAL, MISSING, Piece
from guardrail_hooks.formats.place import Malformed
from guardrail_hooks.formats.yaml_nodes import Mapping, Scalar, lookup, mapping, read, scalar, sequence
from guardrail_hooks.formats.yaml_places import offset_of
from guardrail_hooks.pattern import pattern
from guardrail_hooks.pinned_base_image.uses import HOLE, ImageUse, Origin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from re import Pattern

    from guardrail_hooks.formats.place import Span
    from guardrail_hooks.formats.yaml_nodes import Node, Yaml
    from guardrail_hooks.pinned_base_image.uses import Found

    Fill = Callable[[str], Sequence[Piece]]
    Walk = Callable[["Images", Mapping], Iterator[Found]]

# What YAML 1.2's core schema does not read as a string (section 10.3.2).
NO_STRING = pattern(
    r"~|null|Null|NULL|true|True|TRUE|false|False|FALSE|[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|"
)
NUMBER = pattern(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
LONGEST_NUMBER = 40
EXPONENTIAL = 1e21  # where programs begin to print an exponent
# A line that begins with a template's instruction: what is broken then is no YAML yet.
TEMPLATE_LINE = rb"(?m)^[ \t]*(?:-[ \t]+)?(?:\{\{|\{%|<%)"


class Images:
    """The images of one file: each node that names one is given once, however many aliases lead to it."""

    __slots__ = ("seen", "yaml")

    def __init__(self, yaml: Yaml) -> None:
        self.yaml = yaml
        self.seen: set[tuple[int, str]] = set()

    def use(self, node: Node | None, role: str, fill: Fill | None = None, prefix: str = "") -> Iterator[ImageUse]:
        """The use of the image that a node names behind a prefix; nothing for anything but a string of that form."""
        found = string(node)
        if found is None or not found.text.startswith(prefix) or found.text == prefix:
            return
        pieces = fill(found.text) if fill else (Piece(found.text, 0, len(found.text), LITERAL, ""),)
        yield from self.once(found, behind(pieces, len(prefix)), role, len(prefix))

    def once(self, node: Scalar, pieces: Sequence[Piece], role: str, start: int = 0) -> Iterator[ImageUse]:
        """The use that the pieces of a scalar make, unless the same came before."""
        use = self.made_of(node, pieces, role, start)
        key = (id(node), use.resolved)
        if key not in self.seen:
            self.seen.add(key)
            yield use

    def made_of(self, node: Scalar, pieces: Sequence[Piece], role: str, start: int = 0) -> ImageUse:
        """The use that the pieces of `node.text[start:]` make."""
        resolved = "".join(HOLE if piece.origin == MISSING else piece.text for piece in pieces)
        missing = tuple(dict.fromkeys(piece.name for piece in pieces if piece.origin == MISSING))
        last = next((piece for piece in reversed(pieces) if piece.text or piece.origin == MISSING), None)
        end = self.byte(node, last.end) if last and last.origin in (LITERAL, DEFAULT) else None
        return ImageUse(
            node.text[start:],
            resolved,
            self.span(node, start, len(node.text)),
            role,
            missing,
            tuple(self._origins(node, pieces)),
            "",
            end,
        )

    def span(self, node: Scalar, start: int, end: int) -> Span:
        """Where `node.text[start:end]` stands; the whole node, quotes included, if that is all or not written so."""
        source = self.yaml.source
        if not start:
            return self.yaml.span(node)
        first, last = offset_of(source, node, start), offset_of(source, node, end)
        return self.yaml.span(node) if first is None or last is None else source.span(first, last)

    def byte(self, node: Scalar, index: int) -> int | None:
        """Where `node.text[index]` stands in the bytes of the file, None where it is not written as such."""
        offset = offset_of(self.yaml.source, node, index)
        return None if offset is None else self.yaml.source.byte_offset(offset)

    def _origins(self, node: Scalar, pieces: Sequence[Piece]) -> Iterator[Origin]:
        """The defaults among the pieces, one for each variable."""
        texts: dict[str, str] = {}
        places: dict[str, int] = {}
        for piece in pieces:
            if piece.origin == DEFAULT:
                texts[piece.name] = texts.get(piece.name, "") + piece.text
                places.setdefault(piece.name, piece.start)
        source = self.yaml.source
        for name, text in texts.items():
            offset = offset_of(source, node, places[name])
            yield Origin(name, text, source.line(node.start if offset is None else offset))


def read_images(content: bytes, keys: bytes, walk: Walk) -> Iterator[Found]:
    """What `walk` yields for the mapping of every document, and the comments.

    A file in which `keys` finds nothing is not even parsed; one that is broken because it is a template is left alone.
    """
    if not re.search(keys, content) and b"\0" not in content:  # NUL: not UTF-8, so not seen by the pattern
        return
    try:
        yaml = read(content)
    except Malformed as problem:
        if not re.search(TEMPLATE_LINE, content):
            yield problem
        return
    images = Images(yaml)
    for document in yaml.documents:
        root = mapping(document)
        if root is not None:
            yield from walk(images, root)
    if b"guardrail:" in content:
        yield from yaml.comments()


def behind(pieces: Sequence[Piece], count: int) -> tuple[Piece, ...]:
    """The pieces without the first characters of what they make."""
    rest = []
    for piece in pieces:
        cut = min(count, len(piece.text))
        count -= cut
        if not cut:
            rest.append(piece)
        elif cut < len(piece.text):
            as_written = len(piece.text) == piece.end - piece.start
            rest.append(piece._replace(text=piece.text[cut:], start=piece.start + (cut if as_written else 0)))
    return tuple(rest)


def holes(variable: Pattern[str]) -> Fill:
    """A filling that takes every match for a value that the file does not give."""

    def fill(text: str) -> Iterator[Piece]:
        at = 0
        for match in variable.finditer(text):
            if match.start() > at:
                yield Piece(text[at : match.start()], at, match.start(), LITERAL, "")
            yield Piece("", match.start(), match.end(), MISSING, match[0])
            at = match.end()
        if at < len(text):
            yield Piece(text[at:], at, len(text), LITERAL, "")

    return lambda text: tuple(fill(text))


def string(node: Node | None) -> Scalar | None:
    """The scalar that a node is or stands for, if YAML reads it as a string."""
    found = scalar(node)
    if found is None or (
        not found.style and (found.tag in ("", "!!int", "!!float") and NO_STRING.fullmatch(found.text))
    ):
        return None
    return found


def number_text(text: str) -> str:
    """A plain number as programs print it that read it from YAML: `1.10` is 1.1, `1.0` is 1, `010` is eight.

    `text` itself for anything else. Octal without `o` is YAML 1.1, which Go's readers keep to.
    """
    if len(text) > LONGEST_NUMBER or not NUMBER.fullmatch(text):
        return text
    digits = text.lstrip("+-")
    if digits.isdigit():
        octal = len(digits) > 1 and digits[0] == "0" and not set(digits) & {"8", "9"}
        return str(int(text, 8 if octal else 10))
    if digits[:2] in ("0o", "0x"):
        return str(int(text, 0))
    made = float(text)
    return str(int(made)) if made.is_integer() and abs(made) < EXPONENTIAL else repr(made)


def value(node: Node | None, *names: str) -> Node | None:
    """The value at a path of keys, merge keys followed."""
    for name in names:
        inside = mapping(node)
        entry = lookup(inside, name) if inside else None
        node = entry.value if entry else None
    return node


def items(node: Node | None) -> Sequence[Node]:
    """The items of a sequence, none of anything else."""
    found = sequence(node)
    return found.items if found else ()


def values(node: Node | None) -> Iterator[Node]:
    """The values of a mapping, none of anything else."""
    found = mapping(node)
    return (entry for _, entry in found.keyed()) if found else iter(())
