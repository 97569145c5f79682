"""Bake files in HCL and JSON: contexts that are images, and Dockerfiles inside the file.

docs.docker.com/build/bake/reference. Tags, caches and outputs name what is made, not what is pulled. Variables and
functions are left alone: a tag behind them is judged, what they make is not.
"""

from __future__ import annotations

import re

from guardrail_hooks.formats.hcl import Object, Text
from guardrail_hooks.formats.interpolation import MISSING
from guardrail_hooks.formats.place import Malformed, Span
from guardrail_hooks.pattern import pattern
from guardrail_hooks.pinned_base_image.surfaces.embedded import Embedded, Run, escaped_places
from guardrail_hooks.pinned_base_image.uses import HOLE, ImageUse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from guardrail_hooks.formats.hcl import Block
    from guardrail_hooks.formats.source import Source
    from guardrail_hooks.formats.values import Value
    from guardrail_hooks.pinned_base_image.uses import Found, Surfaces

KEYS = rb"docker-image:|dockerfile-inline|\0"
CONTEXT = "docker-image://"
EMPTY = "scratch"  # the empty image is not pulled (BuildKit, frontend/dockerui/namedcontext.go)
VARIABLE = pattern(r"(\$?)\$\{([^}]{0,200})\}")


def uses(content: bytes, path: str, surfaces: Surfaces) -> Iterator[Found]:
    """Every image that the targets of a file are built on."""
    if re.search(KEYS, content):
        yield from (_json_uses if path.lower().endswith(".json") else _hcl_uses)(content, path, surfaces)


def _hcl_uses(content: bytes, path: str, surfaces: Surfaces) -> Iterator[Found]:
    """The images of a file in HCL."""
    from guardrail_hooks.formats.hcl import read

    try:
        hcl = read(content)
    except Malformed as problem:
        yield problem
        return
    for target in hcl.root.blocks:
        if target.kind == "target":
            yield from _target_uses(hcl.source, target, path, surfaces)
    if b"guardrail:" in content:
        yield from hcl.comments()


def _target_uses(source: Source, target: Block, path: str, surfaces: Surfaces) -> Iterator[Found]:
    """The images of one target in HCL."""
    attributes = dict(target.attributes)
    contexts, inline, given = (attributes.get(name) for name in ("contexts", "dockerfile-inline", "args"))
    for _, context in contexts.pairs if isinstance(contexts, Object) else ():
        if isinstance(context, Text):
            yield from _context_use(source, tuple(_hcl_runs(context)), context.end - 1)
    if isinstance(inline, Text):
        pairs = given.pairs if isinstance(given, Object) else ()
        arguments = {name: value.literal for name, value in pairs if isinstance(value, Text) and value.literal}
        whole = source.span(inline.start, inline.end)
        yield from _inline_uses(source, _hcl_runs(inline), whole, arguments, path, surfaces)


def _hcl_runs(text: Text) -> Iterator[Run]:
    """The runs of a text in HCL."""
    for piece in text.pieces:
        if piece.origin == MISSING:
            yield Run("", (piece.start,), piece.name)
        elif len(piece.text) == piece.end - piece.start:
            yield Run(piece.text, range(piece.start, piece.end), "")
        else:
            yield Run(piece.text, [piece.start] * len(piece.text), "")


def _json_uses(content: bytes, path: str, surfaces: Surfaces) -> Iterator[Found]:
    """The images of a file in JSON."""
    from guardrail_hooks.formats.jsonc import parse
    from guardrail_hooks.formats.source import decode

    try:
        source = decode(content)
        document = parse(source)
    except Malformed as problem:
        yield problem
        return
    for target in _members(document.root.get("target")):
        for context in _members(target.get("contexts")):
            yield from _context_use(source, tuple(_json_runs(source, context)), context.end - 1)
        inline, given = target.get("dockerfile-inline"), target.get("args")
        if inline is not None and inline.text:
            arguments = {one.name: one.value.text for one in (given.members if given else []) if one.value.text}
            whole = source.span(inline.start, inline.end)
            yield from _inline_uses(source, _json_runs(source, inline), whole, arguments, path, surfaces)
    if b"guardrail:" in content:
        yield from document.comments()


def _members(value: Value | None) -> Iterator[Value]:
    """The values of an object, or of all objects in an array (HCL's JSON form allows both)."""
    for one in [value, *value.values] if value is not None else []:
        yield from (member.value for member in one.members)


def _json_runs(source: Source, value: Value) -> Iterator[Run]:
    """The runs of a JSON string; it is a template as in HCL."""
    text, at = value.text, 0
    places = escaped_places(source.text, value.start + 1, value.end - 1, len(text))
    for match in VARIABLE.finditer(text):
        escaped = bool(match[1])
        yield Run(text[at : match.end(1)], places[at : match.end(1)], "")
        if not escaped:
            yield Run("", places[match.start() : match.end()], match[2].strip())
        at = match.end(1) + 1 if escaped else match.end()
        if escaped:
            yield Run(text[at : match.end()], places[at : match.end()], "")
            at = match.end()
    yield Run(text[at:], places[at:], "")


def _context_use(source: Source, runs: Sequence[Run], close: int) -> Iterator[ImageUse]:
    """The use of a context that is an image; `close` is where its text ends."""
    characters = [pair for run in runs for pair in ([(HOLE, run.places[0])] if run.name else run.pairs())]
    text = "".join(character for character, _ in characters)
    reference = text.removeprefix(CONTEXT)
    if not text.startswith(CONTEXT) or reference in ("", EMPTY):
        return
    start = characters[len(CONTEXT)][1]
    yield ImageUse(
        source.text[start:close],
        reference,
        source.span(start, close),
        "context",
        tuple(dict.fromkeys(run.name for run in runs if run.name)),
        (),
        "",
        None if text.endswith(HOLE) else source.byte_offset(characters[-1][1] + 1),
    )


def _inline_uses(
    source: Source, runs: Iterator[Run], whole: Span, given: dict[str, str], path: str, surfaces: Surfaces
) -> Iterator[Found]:
    """What a Dockerfile inside the file pulls; `given` are the arguments of its target."""
    arguments = {name: value for name, value in given.items() if "${" not in value}
    dockerfile = Embedded(runs, source, whole)
    yield from dockerfile.uses(path, surfaces._replace(build_args={**arguments, **surfaces.build_args}))
