"""How strictly an image is judged: the policy, and what is said for single images."""

from __future__ import annotations

from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.core.globs import compile_glob
from guardrail_hooks.pinned_base_image.tags import POLICIES
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from re import Pattern

    from guardrail_hooks.formats.image_reference import Reference


class Policy(namedtuple("Policy", "default rules allowed")):
    """The policy for every image, those for single images (the last match wins), and images that are exempt."""

    __slots__ = ()
    default: str
    rules: Sequence[tuple[Pattern[str], str]]
    allowed: Sequence[Pattern[str]]

    def exempts(self, reference: Reference) -> bool:
        """Whether the image is exempt from every policy."""
        names = names_of(reference)
        return any(pattern.fullmatch(name) for pattern in self.allowed for name in names)

    def of(self, reference: Reference) -> str:
        """The policy for one image."""
        names = names_of(reference) if self.rules else ()
        for pattern, policy in reversed(self.rules):
            if any(pattern.fullmatch(name) for name in names):
                return policy
        return self.default


def names_of(reference: Reference) -> tuple[str, ...]:
    """The names that globs are matched with: canonical and familiar, with and without the tag."""
    tag = f":{reference.tag or 'latest'}"
    names = (reference.name, reference.familiar)
    return (*names, *(name + tag for name in names))


def read_rules(given: Sequence[str]) -> Iterator[tuple[Pattern[str], str]]:
    """The rules of `--rule 'GLOB=policy'`. Raises `CannotJudge` for anything else."""
    for text in given:
        glob, equals, policy = text.rpartition("=")
        if not (glob and equals) or policy not in POLICIES:
            raise CannotJudge(f"--rule {text}: write it as 'GLOB=policy', with one of {', '.join(POLICIES)}")
        yield compile_glob(glob, crossing=True), policy
