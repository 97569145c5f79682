"""What registries say about the images of this run, each question asked once."""

from __future__ import annotations

import os

from guardrail_hooks.core.judge import tell
from guardrail_hooks.pinned_base_image.registry.client import Client
from guardrail_hooks.pinned_base_image.registry.docker_config import load
from guardrail_hooks.pinned_base_image.registry.enquiry import Enquiry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from guardrail_hooks.pinned_base_image.registry.client import Manifest
    from guardrail_hooks.pinned_base_image.registry.outcome import NotFound, Trouble

    Question = tuple[str, str, str]  # domain, path, tag or digest
    Named = Manifest | NotFound | Trouble
    Children = dict[str, str] | NotFound | Trouble

PROGRAM = "pinned-base-image"


class Lookups:
    """The way to the registries, with the credentials that Docker keeps."""

    __slots__ = ("_client", "_enquiry")

    def __init__(self, client: Client | None = None, enquiry: Enquiry | None = None) -> None:
        if client is None:
            config = load(dict(os.environ), lambda note: tell(f"{PROGRAM}: {note}"))
            client = Client(config.credentials)
        self._client = client
        self._enquiry = enquiry or Enquiry(PROGRAM)

    def manifests(self, questions: Iterable[Question]) -> dict[Question, Named]:
        """What each tag or digest names."""
        return self._enquiry.answers(questions, lambda asked: self._client.manifest(*asked))

    def children(self, questions: Iterable[Question]) -> dict[Question, Children]:
        """The platforms of each index by the digest of their manifest."""
        return self._enquiry.answers(questions, lambda asked: self._client.children(*asked))


def report_trouble(troubles: Iterable[tuple[str, Trouble]], what: str) -> int:
    """Say on standard error which images (`what` is said of them) were in the way of which trouble; how many."""
    by_reason: dict[str, list[str]] = {}
    for image, trouble in troubles:
        by_reason.setdefault(str(trouble), []).append(image)
    for reason, images in sorted(by_reason.items()):
        known = sorted(set(images))
        names = ", ".join(known[:5]) + (f" and {len(known) - 5} more" if len(known) > 5 else "")
        tell(f"{PROGRAM}: {what}: {names}: {reason}")
    return len({image for images in by_reason.values() for image in images})
