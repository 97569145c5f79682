"""Quadlet units of Podman: `Image` of `.container` and `.image` files.

docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html; the syntax is that of systemd.syntax(7): a backslash at
the end continues a line, `#` and `;` begin comments, and of an option that is given twice the last counts.
"""

from __future__ import annotations

from guardrail_hooks.formats.place import Malformed
from guardrail_hooks.formats.source import decode
from guardrail_hooks.pattern import pattern
from guardrail_hooks.pinned_base_image.uses import HOLE, ImageUse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.formats.source import Source
    from guardrail_hooks.pinned_base_image.uses import Found, Surfaces

LARGEST = 1024 * 1024  # bytes, as of YAML
SECTIONS = frozenset({"Container", "Image"})
UNITS = (".image", ".build")  # an image that another unit pulls or builds
BUILT = "localhost/"  # where podman puts what it builds: podman-build(1), --tag
OTHER_TRANSPORT = pattern(r"(?:oci|oci-archive|docker-archive|docker-daemon|dir|containers-storage|sif):")
DOCKER = "docker://"
LINE = pattern(r"[^\r\n]+")
LINE_BREAKS = ("", "\n", "\r", "\r\n")
SECTION = pattern(r"\[([^\]]*)\][ \t]*")
IMAGE = pattern(r"Image[ \t]*=[ \t]*([^ \t](?:.*[^ \t])?)?[ \t]*")
SPECIFIER = pattern(r"%[A-Za-z]|\$\{?\w+\}?")


def uses(content: bytes, path: str, surfaces: Surfaces) -> Iterator[Found]:  # noqa: ARG001 (what every surface takes)
    """The image that a unit runs or pulls."""
    if b"Image" not in content and b"\0" not in content:
        return
    try:
        source = decode(content)
    except Malformed as problem:
        yield problem
        return
    if len(content) > LARGEST:
        yield source.too_large(len(content), LARGEST)
        return
    comments: list[tuple[int, int]] = []
    found = None
    for start, end in _settings(source, comments):
        match = IMAGE.fullmatch(source.text, start, end)
        if match:
            found = match
    if found and found[1] and (use := _use(source, found.start(1), found.end(1))):
        yield use
    if b"guardrail:" in content:
        from guardrail_hooks.formats.line_comments import attach

        yield from attach(source, comments)


def _settings(source: Source, comments: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The lines of the sections that name an image, without their ends; comments are noted on the way."""
    wanted = continued = False
    end = 0
    for match in LINE.finditer(source.text):
        line, start = match[0], match.start()
        if source.text[end:start] not in LINE_BREAKS:  # an empty line continues nothing
            continued = False
        end = match.end()
        bare = line.strip(" \t")
        begin = start + len(line) - len(line.lstrip(" \t"))
        if bare.startswith(("#", ";")):
            comments.append((begin, start + len(line)))
            continue
        if not continued and (section := SECTION.fullmatch(bare)):
            wanted = section[1] in SECTIONS
        elif not continued and wanted:
            yield begin, start + len(line)
        continued = line.endswith("\\")


def _use(source: Source, start: int, end: int) -> ImageUse | None:
    """The use of the image that a setting names, None for what is not pulled from a registry."""
    if source.text[start] == source.text[end - 1] == '"' and end - start > 1:  # podman takes one pair of quotes away
        start, end = start + 1, end - 1
    written = source.text[start:end]
    if written.startswith(DOCKER):
        start += len(DOCKER)
        written = source.text[start:end]
    if not written or written.endswith(UNITS) or written.startswith(BUILT) or OTHER_TRANSPORT.match(written):
        return None
    missing = tuple(dict.fromkeys(SPECIFIER.findall(written)))
    resolved = SPECIFIER.sub(HOLE, written)
    place = None if resolved.endswith(HOLE) else source.byte_offset(end)
    return ImageUse(written, resolved, source.span(start, end), "Image", missing, (), "", place)
