"""How many images could not be verified: counted as they are written, each once."""

from __future__ import annotations

from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.formats.place import Span
from guardrail_hooks.pinned_base_image.policy import Policy
from guardrail_hooks.pinned_base_image.registry.outcome import Trouble
from guardrail_hooks.pinned_base_image.uses import plain_use
from guardrail_hooks.pinned_base_image.verify import FAIL_CLOSED, Verifier

DIGEST = "sha256:" + "3f" * 32
OTHER = "sha256:" + "a0" * 32


class Silent:
    """Registries that do not answer, each digest for a reason of its own."""

    def manifests(self, questions):
        return {question: Trouble(f"no answer about {question[2]}") for question in questions}

    def children(self, questions):
        return {question: Trouble("no answer") for question in questions}


def doubt(*references: str) -> str:
    verifier = Verifier(Policy("version", [], []), FAIL_CLOSED, Silent())
    for line, text in enumerate(references, 1):
        verifier.note("Dockerfile", plain_use(text, Span(line, 6, line, 6 + len(text)), "FROM"), ())
    (found,) = verifier.findings()
    assert isinstance(found, CannotJudge)
    return str(found)


def test_one_image_by_two_names() -> None:
    text = doubt(f"nginx:1.27.3@{DIGEST}", f"docker.io/library/nginx:1.27.3@{DIGEST}")
    assert text == "2 of 2 images could not be verified: see above, and run it again"


def test_one_image_with_two_digests() -> None:
    text = doubt(f"nginx:1.27.3@{DIGEST}", f"nginx:1.27.3@{OTHER}")
    assert text == "1 of 1 images could not be verified: see above, and run it again"
