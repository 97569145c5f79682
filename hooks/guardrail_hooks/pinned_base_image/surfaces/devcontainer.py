"""Development containers: `image` of devcontainer.json (containers.dev/implementors/json_reference)."""

from __future__ import annotations

from guardrail_hooks.formats.place import Malformed
from guardrail_hooks.pattern import pattern
from guardrail_hooks.pinned_base_image.uses import HOLE, ImageUse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from re import Match

    from guardrail_hooks.formats.values import Document, Value
    from guardrail_hooks.pinned_base_image.uses import Found, Surfaces

VARIABLE = pattern(r"\$\{(.{0,200}?)\}")
ENDS_VARIABLE = pattern(r"\$\{[^}]{0,200}\}$")
ENVIRONMENT = ("localEnv", "env")
LOST_TAG = (
    "take the image out of the variable, for example {written}: defaults of variables end at the next colon, "
    "so that one cannot hold a tag"
)


def uses(content: bytes, path: str, surfaces: Surfaces) -> Iterator[Found]:  # noqa: ARG001 (what every surface takes)
    """The image that a development container runs."""
    if b'"image"' not in content and b"\0" not in content and b"\\u" not in content:
        return
    from guardrail_hooks.formats.jsonc import parse
    from guardrail_hooks.formats.source import decode

    try:
        source = decode(content)
        document = parse(source)
    except Malformed as problem:
        yield problem
        return
    image = document.root.get("image")
    if image is not None and image.text:
        yield _use(document, image, source.byte_offset(image.end - 1))
    if b"guardrail:" in content:
        yield from document.comments()


def _use(document: Document, image: Value, end: int) -> ImageUse:
    """The use of the image, with the defaults of variables as the command line tool fills them in."""
    missing: list[str] = []
    lost: list[str] = []

    def fill(variable: Match[str]) -> str:
        parts = variable[1].split(":")  # devcontainers/cli, src/spec-common/variableSubstitution.ts
        if parts[0] in ENVIRONMENT and len(parts) > 2:
            lost.extend(parts[3:])
            return parts[2]
        missing.append(parts[1] if parts[0] in ENVIRONMENT and len(parts) > 1 else variable[0])
        return HOLE

    resolved = VARIABLE.sub(fill, image.text)
    return ImageUse(
        image.text,
        resolved,
        document.span(image.start, image.end),
        "image",
        tuple(dict.fromkeys(missing)),
        (),
        "",
        end if not ENDS_VARIABLE.search(image.text) else None,
        LOST_TAG.format(written=f'"{resolved}:{lost[0]}"') if lost else "",
    )
