"""A registry that knows every image and is never asked over a network."""

from __future__ import annotations

import hashlib

from guardrail_hooks.core import options
from guardrail_hooks.core.snapshot import Memory
from guardrail_hooks.pinned_base_image import cli
from guardrail_hooks.pinned_base_image.registry.client import INDEX_TYPES, Manifest
from guardrail_hooks.pinned_base_image.registry.outcome import NotFound, Trouble
from guardrail_hooks.pinned_base_image.uses import ImageUse


def digest_of(text: str) -> str:
    """The digest that the stub gives to `domain/path:tag`."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


class StubLookups:
    """Gives every tag a digest of its own; `missing` and `unreachable` are words in the paths of images without one."""

    def __init__(self, missing: str = "missing", unreachable: str = "unreachable") -> None:
        self.missing, self.unreachable = missing, unreachable
        self.asked: list[tuple[str, str, str]] = []

    def manifests(self, questions):
        return {question: self.answer(*question) for question in questions}

    def answer(self, domain: str, path: str, name: str):
        self.asked.append((domain, path, name))
        if self.missing in path:
            return NotFound(f"{domain} has no {name} in {path}")
        if self.unreachable in path:
            return Trouble(f"{domain} does not answer in time")
        return Manifest(name if ":" in name else digest_of(f"{domain}/{path}:{name}"), INDEX_TYPES[0])

    def children(self, questions):
        return {question: {} for question in questions}


def uses_in(path: str, content: bytes, *arguments: str) -> list[ImageUse] | None:
    """What a file pulls; None where it cannot be read."""
    found: list[ImageUse] = []
    read = options.parse("x", cli.HOOK.options, arguments)
    stream = cli.judged(Memory({path: content}), [path], read, lambda _path, use, _found: found.append(use))
    broken = [item for item in stream if getattr(getattr(item, "rule", None), "code", "") == "PIN900"]
    return None if broken else found
