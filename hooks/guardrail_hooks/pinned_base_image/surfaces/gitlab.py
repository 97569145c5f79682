"""GitLab CI: `image` and `services` of jobs and of the whole file, variables of the file followed.

docs.gitlab.com/ci/yaml (`image`, `services`, `variables`, `extends`, `parallel:matrix`), docs.gitlab.com/ci/variables.
What a variable of the file decides is given where the variable is defined.
"""

from __future__ import annotations

from guardrail_hooks.formats.interpolation import LITERAL, MISSING, Piece
from guardrail_hooks.formats.yaml_nodes import Scalar, lookup, mapping, scalar
from guardrail_hooks.pattern import pattern
from guardrail_hooks.pinned_base_image.surfaces.in_yaml import (
    NUMBER,
    items,
    number_text,
    read_images,
    string,
    value,
)
from guardrail_hooks.pinned_base_image.uses import HOLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as Table

    from guardrail_hooks.formats.yaml_nodes import Mapping, Node
    from guardrail_hooks.pinned_base_image.surfaces.in_yaml import Images
    from guardrail_hooks.pinned_base_image.uses import Found, ImageUse, Surfaces

    Variables = dict[str, list[Scalar]]

KEYS = rb"image|services"
VARIABLE = pattern(r"\$\$|\$(?:\{(\w+)\}|(\w+)|\[\[(.{0,200}?)\]\])|%(\w+)%")
DEEPEST = 10  # variables in variables, and jobs that extend one another
# docs.gitlab.com/ci/yaml, "Global keywords" and "Header keywords": these are no jobs.
NO_JOBS = frozenset(
    {"default", "include", "stages", "variables", "workflow", "spec", "cache", "before_script", "after_script"}
)


def uses(content: bytes, path: str, surfaces: Surfaces) -> Iterator[Found]:  # noqa: ARG001 (what every surface takes)
    """Every image that the jobs of a file run in or beside."""
    return read_images(content, KEYS, _file_uses)


def _file_uses(images: Images, root: Mapping) -> Iterator[ImageUse]:
    """The images of one document; hidden jobs last, for what no job extends."""
    everywhere = _variables(root)
    for owner in (root, mapping(root.get("default"))):
        if owner is not None:
            yield from _job_uses(images, [owner], everywhere)
    jobs = {key.text: job for key, node in root.keyed() if key.text not in NO_JOBS and (job := mapping(node))}
    used: set[int] = set()
    for name in sorted(jobs, key=lambda name: name.startswith(".")):
        chain = list(_chain(name, jobs))
        if name.startswith(".") and id(jobs[name]) in used:
            continue
        used.update(id(job) for job in chain)
        variables = dict(everywhere)
        for job in reversed(chain):
            variables.update(_variables(job))
        yield from _job_uses(images, chain, variables)


def _chain(name: str, jobs: Table[str, Mapping]) -> Iterator[Mapping]:
    """A job and the jobs that it extends, the nearest first; of several the last one wins."""
    waiting, seen = [name], set[str]()
    while waiting and len(seen) < DEEPEST:
        name = waiting.pop()
        if name in jobs and name not in seen:
            seen.add(name)
            yield jobs[name]
            extends = lookup(jobs[name], "extends")
            listed = [extends.value, *items(extends.value)] if extends else []
            waiting += [one.text for node in listed if (one := scalar(node))]


def _variables(job: Mapping) -> Variables:
    """The variables of a job or of the file, each with the values that it can take."""
    found: Variables = {}
    owner = mapping(value(job, "variables"))
    for key, node in owner.keyed() if owner else ():
        one = scalar(value(node, "value") if mapping(node) else node)
        if one is not None and one.text and not one.is_null:
            found[key.text] = [one]
    for row in items(value(job, "parallel", "matrix")):
        columns = mapping(row)
        for key, node in columns.keyed() if columns else ():
            one = scalar(node)
            listed = [one] if one else [item for each in items(node) if (item := scalar(each))]
            found[key.text] = [*found.get(key.text, []), *listed]
    return found


def _job_uses(images: Images, chain: list[Mapping], variables: Variables) -> Iterator[ImageUse]:
    """The image and the services of a job, its own or those of the nearest job that it extends."""
    image = next((found for job in chain if (found := value(job, "image"))), None)
    yield from _use(images, image, "image", variables)
    services = next((found for job in chain if (found := value(job, "services"))), None)
    for service in items(services):
        yield from _use(images, service, "service", variables)


def _use(images: Images, node: Node | None, role: str, variables: Variables) -> Iterator[ImageUse]:
    """The use of an image: a string, or `name` of a mapping."""
    image = string(value(node, "name") if mapping(node) else node)
    if image is None or not image.text:
        return
    for place, text, is_whole in _decided(image, variables, 0):
        if (id(place), text) not in images.seen:
            images.seen.add((id(place), text))
            use = images.made_of(place, tuple(_pieces(place.text)), role)
            missing = use.missing or ((image.text,) if HOLE in text else ())
            yield use._replace(resolved=text, missing=missing, end=use.end if is_whole else None)


def _decided(node: Scalar, variables: Variables, depth: int) -> Iterator[tuple[Scalar, str, bool]]:
    """What a text can come to: the scalar that decides its end, the result, and whether that is all of the scalar."""
    pieces = list(_pieces(node.text))
    last = pieces[-1]
    if last.origin == MISSING and last.name in variables and depth < DEEPEST:
        front = "".join(_value(piece, variables, depth) for piece in pieces[:-1])
        for definition in variables[last.name]:
            for place, text, is_whole in _decided(definition, variables, depth + 1):
                yield place, front + text, is_whole and not front
    else:
        is_number = not node.style and NUMBER.fullmatch(node.text)
        text = number_text(node.text) if is_number else "".join(_value(piece, variables, depth) for piece in pieces)
        yield node, text, True


def _value(piece: Piece, variables: Variables, depth: int) -> str:
    """What a piece comes to; a hole where nothing or more than one thing gives it a value."""
    if piece.origin == LITERAL:
        return piece.text
    definitions = variables.get(piece.name, ())
    if len(definitions) != 1 or depth >= DEEPEST:
        return HOLE
    return "".join(_value(inner, variables, depth + 1) for inner in _pieces(definitions[0].text))


def _pieces(text: str) -> Iterator[Piece]:
    """A text as GitLab reads it: `$NAME`, `${NAME}`, `%NAME%`, `$$` for a dollar sign, `$[[ inputs.name ]]`."""
    at = 0
    for match in VARIABLE.finditer(text):
        if match.start() > at:
            yield Piece(text[at : match.start()], at, match.start(), LITERAL, "")
        name = next((group for group in match.groups() if group), "")
        origin = MISSING if name else LITERAL
        yield Piece("" if name else "$", match.start(), match.end(), origin, name)
        at = match.end()
    if at < len(text) or not text:
        yield Piece(text[at:], at, len(text), LITERAL, "")
