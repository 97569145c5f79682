"""`--verify`: whether the digests in use exist, and whether the tags beside them still name them."""

from __future__ import annotations

from guardrail_hooks.core.finding import CannotJudge, Place
from guardrail_hooks.formats.image_reference import InvalidReference, parse
from guardrail_hooks.pinned_base_image import rules
from guardrail_hooks.pinned_base_image.lookups import Lookups, report_trouble
from guardrail_hooks.pinned_base_image.registry.outcome import NotFound, Trouble
from guardrail_hooks.pinned_base_image.tags import classify
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from guardrail_hooks.core.finding import Finding, Rule
    from guardrail_hooks.formats.image_reference import Reference
    from guardrail_hooks.pinned_base_image.lookups import Children, Named, Question
    from guardrail_hooks.pinned_base_image.policy import Policy
    from guardrail_hooks.pinned_base_image.registry.client import Manifest
    from guardrail_hooks.pinned_base_image.uses import ImageUse

FAIL_CLOSED = "fail-closed"
# What is said where the usual words of PIN021, about an exact tag that was pushed again, would be wrong.
FOLLOWED = {
    "message": "the tag of image {written} has moved on: it now is {now}",
    "fix": "nothing is wrong with the build; to follow the tag, write {new}",
}
DELETED_EXACT = {
    "message": "security: the exact tag of image {written} does not exist any more, while {digest} does",
    "fix": "find out why it was deleted before you trust the image; then pin another tag: <tag>@sha256:<digest>",
}
DELETED = {
    "message": "the tag of image {written} does not exist any more, while {digest} does",
    "fix": "nothing is wrong with the build, but no update will come; pin another tag: <tag>@sha256:<digest>",
}


class Pinned(namedtuple("Pinned", "path use reference")):
    """A use with a digest."""

    __slots__ = ()
    path: str
    use: ImageUse
    reference: Reference

    @property
    def digest_question(self) -> Question:
        """What to ask about the digest."""
        return self.reference.domain, self.reference.path, self.reference.digest or ""

    @property
    def tag_question(self) -> Question:
        """What to ask about the tag."""
        return self.reference.domain, self.reference.path, self.reference.tag or ""


class Verifier:
    """Collects the uses with a digest, then asks for all of them at once."""

    __slots__ = ("_fail_closed", "_lookups", "_pinned", "_policy")

    def __init__(self, policy: Policy, mode: str, lookups: Lookups | None = None) -> None:
        self._policy = policy
        self._fail_closed = mode == FAIL_CLOSED
        self._lookups = lookups
        self._pinned: list[Pinned] = []

    def note(self, path: str, use: ImageUse, _found: Sequence[Finding]) -> None:
        """Remember a use, if it has a digest and is not exempt."""
        if "@" not in use.resolved or use.is_open or use.refused:
            return
        try:
            reference = parse(use.resolved)
        except InvalidReference:
            return
        if reference.digest and not self._policy.exempts(reference):
            self._pinned.append(Pinned(path, use, reference))

    def findings(self) -> Iterator[Finding | CannotJudge]:
        """What is wrong with the digests; what could not be found out is said on standard error."""
        if not self._pinned:
            return
        lookups = self._lookups or Lookups()
        questions = [one.digest_question for one in self._pinned]
        questions += [one.tag_question for one in self._pinned if one.reference.tag]
        answers = lookups.manifests(questions)
        platforms = lookups.children(
            (*one.tag_question[:2], tag.digest) for one in self._pinned if (tag := _newer_index(one, answers))
        )
        troubles: list[tuple[str, Trouble]] = []
        for one in self._pinned:
            verdict = _verdict(one, answers, platforms)
            if isinstance(verdict, Trouble):
                troubles.append((_tagged(one), verdict))
            elif verdict:
                yield verdict
        count = report_trouble(troubles, "not verified")
        if count and self._fail_closed:
            yield CannotJudge(
                f"{count} of {len({_tagged(one) for one in self._pinned})} images could not be verified:"
                " see above, and run it again"
            )


def _newer_index(one: Pinned, answers: dict[Question, Named]) -> Manifest | None:
    """The index that the tag names, where the digest is that of a single platform's manifest."""
    own = answers[one.digest_question]
    tag = answers.get(one.tag_question)
    if isinstance(own, NotFound | Trouble) or own.is_index or tag is None or isinstance(tag, NotFound | Trouble):
        return None
    return tag if tag.is_index else None


def _verdict(
    one: Pinned, answers: dict[Question, Named], platforms: dict[Question, Children]
) -> Finding | Trouble | None:
    """The finding on one use, the trouble in the way of it, or None."""
    own = answers[one.digest_question]
    if isinstance(own, Trouble):
        return own
    tag = answers.get(one.tag_question)
    if isinstance(own, NotFound):
        return _missing(one, tag)
    if tag is None:
        return None
    if isinstance(tag, Trouble):
        return tag
    if isinstance(tag, NotFound):
        return _moved(one, None)
    if tag.digest == one.reference.digest:
        return None
    inside = platforms.get((*one.tag_question[:2], tag.digest), {})
    if isinstance(inside, Trouble):
        return inside
    if not isinstance(inside, NotFound) and one.reference.digest in inside:
        platform = inside[one.reference.digest]
        return _at(
            rules.PLATFORM_DIGEST,
            one,
            platform=f" ({platform})" if platform else "",
            index=f"{_tagged(one)}@{tag.digest}",
        )
    return _moved(one, tag)


def _missing(one: Pinned, tag: Named | None) -> Finding:
    """The digest is not there."""
    if tag is None or isinstance(tag, NotFound | Trouble):
        remedy = (
            f"take a digest that exists: `docker buildx imagetools inspect {_tagged(one)}` prints the one of its tag"
        )
        if tag is None:
            remedy = f"choose a tag of {one.reference.familiar} and pin its digest: TAG@sha256:<digest>"
    else:
        remedy = f"write {_tagged(one)}@{tag.digest}, which is what the tag names now"
    return _at(rules.DIGEST_NOT_FOUND, one, fix=remedy)


def _moved(one: Pinned, tag: Manifest | None) -> Finding:
    """The tag names something else, or nothing any more."""
    exact = classify(one.reference._replace(digest=None)).passes("exact")
    if tag is None:
        finding = _at(rules.MOVED_TAG, one, **(DELETED_EXACT if exact else DELETED))
    else:
        now = {"now": tag.digest, "new": f"{_tagged(one)}@{tag.digest}"}
        finding = _at(rules.MOVED_TAG, one, **now, **({} if exact else FOLLOWED))
    return finding if exact else finding._replace(severity="warning")


def _tagged(one: Pinned) -> str:
    """The reference as it reads without the digest."""
    return one.reference.text.partition("@")[0]


def _at(rule: Rule, one: Pinned, *, message: str | None = None, fix: str | None = None, **fields: object) -> Finding:
    return rule.at(
        Place(one.path, *one.use.span),
        subject=f"{one.use.role} {one.use.written}",
        message=message,
        fix=fix,
        label="",
        written=f'"{_tagged(one)}"',
        digest=one.reference.digest,
        repository=one.reference.name,
        **fields,
    )
