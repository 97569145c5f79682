"""Values of Helm charts: `repository` with `tag` or `digest`, wherever the three stand beside each other.

The convention of helm.sh/docs/chart_best_practices/values and of `helm create`; a `registry` beside them comes first.
Without a tag a chart takes its own `appVersion`.
"""

from __future__ import annotations

from guardrail_hooks.core.finding import Place
from guardrail_hooks.formats.interpolation import LITERAL, Piece
from guardrail_hooks.formats.yaml_nodes import Mapping, Scalar, scalar, walk
from guardrail_hooks.pattern import pattern
from guardrail_hooks.pinned_base_image import rules
from guardrail_hooks.pinned_base_image.surfaces.in_yaml import NUMBER, number_text, read_images, string, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.formats.yaml_nodes import Node
    from guardrail_hooks.pinned_base_image.surfaces.in_yaml import Images
    from guardrail_hooks.pinned_base_image.uses import Found, ImageUse, Surfaces

KEYS = rb"repository"
NO_IMAGE = pattern(r"[A-Za-z][A-Za-z0-9+.-]*://|git@|\.\.?/|/")  # charts, repositories of sources, folders
HEX = pattern(r"[0-9a-f]{64}")
ROLE = "tag"


def uses(content: bytes, path: str, surfaces: Surfaces) -> Iterator[Found]:  # noqa: ARG001 (what every surface takes)
    """Every image that the values of a chart name."""
    return read_images(content, KEYS, lambda images, root: _value_uses(images, root, path))


def _value_uses(images: Images, root: Mapping, path: str) -> Iterator[ImageUse]:
    """The images of one document."""
    for node in walk(root):
        repository = string(value(node, "repository")) if isinstance(node, Mapping) else None
        if repository is not None and repository.text and not NO_IMAGE.match(repository.text):
            yield from _use(images, node, repository.text, path)


def _use(images: Images, node: Node, repository: str, path: str) -> Iterator[ImageUse]:
    """The use of the image that a mapping describes, at its digest or else at its tag."""
    registry = string(value(node, "registry"))
    tag, digest = _given(value(node, "tag")), _given(value(node, "digest")) or _given(value(node, "sha"))
    decisive = digest or tag
    if decisive is None:
        return
    name = f"{registry.text}/{repository}" if registry and registry.text else repository
    number = "" if tag is None or tag.style or tag.tag == "!!str" else number_text(tag.text)
    text = name + (f":{number or tag.text}" if tag else "") + (f"@{_digest(digest.text)}" if digest else "")
    if (id(decisive), text) in images.seen:
        return
    images.seen.add((id(decisive), text))
    use = images.made_of(decisive, (Piece(decisive.text, 0, len(decisive.text), LITERAL, ""),), ROLE)
    verdict = None
    if tag is not None and not digest and number not in ("", tag.text):
        verdict = rules.NUMERIC_TAG.at(
            Place(path, *use.span),
            subject=f"{ROLE} {text}",
            written=tag.text,
            number=number,
            image=f'"{text}"',
            label="a number",
        )
    yield use._replace(resolved=text, end=None if digest else use.end, verdict=verdict)


def _given(node: Node | None) -> Scalar | None:
    """The string or number that a key holds, None where it holds nothing or a truth value."""
    found = scalar(node)
    if found is None or not found.text:
        return None
    return found if string(found) or NUMBER.fullmatch(found.text) else None


def _digest(text: str) -> str:
    """A digest, which some charts take without its algorithm."""
    return f"sha256:{text}" if HEX.fullmatch(text) else text
