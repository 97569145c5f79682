"""Digests written into a file: by byte range, nothing else changed, and the result read again before it counts."""

from __future__ import annotations

import re

from guardrail_hooks.formats.image_reference import parse
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from guardrail_hooks.formats.image_reference import Reference
    from guardrail_hooks.pinned_base_image.uses import ImageUse

    Reading = Sequence[ImageUse] | None  # what a file pulls, in order; None for a file that cannot be read
    Read = Callable[[bytes], Reading]


VARIABLE = "variables decide parts of it, and a digest would win over other values of theirs"
GOES_ON = re.compile(rb"[}\"']*[A-Za-z0-9_.:/@$-]")  # behind the end of a reference: it was not the end


class Pin(namedtuple("Pin", "use text")):
    """A use that gets a digest, and what is written behind its reference."""

    __slots__ = ()
    use: ImageUse
    text: str

    @property
    def resolved(self) -> str:
        """The reference as it will read."""
        return f"{self.use.resolved}{self.text}"


class Refused(namedtuple("Refused", "pin reason")):
    """A pin that is not written, and why (a clause)."""

    __slots__ = ()
    pin: Pin
    reason: str


def insertion(reference: Reference, digest: str) -> str:
    """What to write behind a reference: the digest, after the tag that updaters follow."""
    return f"@{digest}" if reference.tag else f":latest@{digest}"


def obstacle(content: bytes, use: ImageUse) -> str:
    """Why a digest cannot be written for this use, a clause; empty if it can.

    The digest must belong to what decides the tag: where a variable chooses a part of the tag and something else the
    rest, a digest would silently win over other values of that variable. A variable that chooses the name is another
    matter: mirrors have the same digest, and any other image fails loudly.
    """
    if use.end is None:
        return "no single place in this file decides this image alone"
    before = content[: use.end]
    last = use.resolved.rpartition("/")[2]
    name, _, tag = last.partition(":")
    literal = before.endswith((last.encode(), f":{tag}".encode()) if tag else last.encode())
    alone = bool(tag) and before.endswith(tag.encode())  # a tag with a place of its own: a default, or a key
    if (literal or (alone and (use.written == tag or f"{name}:$".encode() in content))) and not GOES_ON.match(
        content, use.end
    ):
        return ""
    return VARIABLE if "$" in use.written else "it is not written in one piece"


def apply(content: bytes, pins: Iterable[Pin]) -> bytes:
    """The content with the text of every pin behind its reference; two pins of one place write it once."""
    texts = {pin.use.end: pin.text for pin in pins if pin.use.end is not None}
    parts, position = [], 0
    for end in sorted(texts):
        parts += [content[position:end], texts[end].encode()]
        position = end
    return b"".join([*parts, content[position:]])


def pinned(content: bytes, pins: Sequence[Pin], read: Read) -> tuple[bytes, list[Pin], list[Refused]]:
    """The content with the digests that can be written without changing anything else, those pins, and the rest."""
    before = read(content)
    if before is None:
        return content, [], [Refused(pin, "the file cannot be read as a whole") for pin in pins]
    refused: list[Refused] = []
    groups: dict[int | None, list[Pin]] = {}
    for pin in pins:
        if reason := obstacle(content, pin.use):
            refused.append(Refused(pin, reason))
        else:
            groups.setdefault(pin.use.end, []).append(pin)
    places = []
    for group in groups.values():
        if len({pin.text for pin in group}) > 1:
            refused += [Refused(pin, "its default serves images that have other digests as well") for pin in group]
        else:
            places.append(group)
    good = list(_harmless(content, places, before, read))
    if good != [pin for group in places for pin in group] and not _is_harmless(content, good, before, read):
        good = []
    kept = set(map(id, good))
    refused += [
        Refused(pin, "more than this image would change") for group in places for pin in group if id(pin) not in kept
    ]
    return apply(content, good), good, refused


def _harmless(content: bytes, places: list[list[Pin]], before: Reading, read: Read) -> Iterator[Pin]:
    """The pins that change what they are for and nothing else; where some do, they are found by halving."""
    together = [pin for group in places for pin in group]
    if _is_harmless(content, together, before, read):
        yield from together
    elif len(places) > 1:
        middle = len(places) // 2
        yield from _harmless(content, places[:middle], before, read)
        yield from _harmless(content, places[middle:], before, read)


def _is_harmless(content: bytes, pins: Sequence[Pin], before: Reading, read: Read) -> bool:
    """Whether the file reads as before, but for the digests of these pins."""
    if not pins:
        return True
    after = read(apply(content, pins))
    if before is None or after is None or len(before) != len(after):
        return False
    wanted = {(pin.use.span, pin.use.role, pin.use.resolved): pin.resolved for pin in pins}
    for old, new in zip(before, after, strict=True):
        resolved = wanted.get((old.span, old.role, old.resolved), old.resolved)
        if (new.role, new.resolved, new.missing) != (old.role, resolved, old.missing):
            return False
    return all(parse(pin.resolved).digest for pin in pins)
