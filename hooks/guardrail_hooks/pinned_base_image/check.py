"""The verdict on one image reference: at most one finding about how it is pinned, with the most specific code."""

from __future__ import annotations

from guardrail_hooks.core.finding import Place
from guardrail_hooks.formats.file_names import is_template
from guardrail_hooks.formats.image_reference import InvalidReference, MalformedDigest, parse
from guardrail_hooks.pattern import pattern
from guardrail_hooks.pinned_base_image import rules
from guardrail_hooks.pinned_base_image.tag_advice import behaviour, exact_form
from guardrail_hooks.pinned_base_image.tags import classify
from guardrail_hooks.pinned_base_image.uses import FRONTEND, HOLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from guardrail_hooks.core.finding import Finding, Rule
    from guardrail_hooks.formats.image_reference import Reference
    from guardrail_hooks.pinned_base_image.policy import Policy
    from guardrail_hooks.pinned_base_image.tags import TagClass
    from guardrail_hooks.pinned_base_image.uses import ImageUse

    Elsewhere = Callable[[Reference, str], str]

TEMPLATE = pattern(r"\{\{|\}\}|<%|%>|\$\{\{|@@|\{%|\$\{templateOption:")
# Frontends whose authors recommend the major tag (docs.docker.com/build/buildkit/frontend).
OFFICIAL_FRONTENDS = frozenset({"docker.io/docker/dockerfile", "docker.io/docker/dockerfile-upstream"})
KINDS = {  # the kinds of tags.py by rule
    "implicit-latest": rules.UNTAGGED_IMAGE,
    "latest": rules.LATEST_TAG,
    "channel": rules.FLOATING_TAG,
    "variant-only": rules.FLOATING_TAG,
    "digest-as-tag": rules.DIGEST_AS_TAG,
}

TAKES_STAGES = ("COPY --from", "RUN --mount from")
LABELS = {
    "PIN001": "no tag",
    "PIN002": "moves",
    "PIN003": "no version",
    "PIN004": "part of a version",
    "PIN005": "no digest",
}


def check(use: ImageUse, path: str, policy: Policy, elsewhere: Elsewhere) -> Iterator[Finding]:
    """The finding on one use, if there is one.

    `elsewhere(reference, policy)` gives a reference to the same image that the repository uses in another place and
    that satisfies the policy, or an empty string.
    """
    if use.verdict:
        yield use.verdict
        return
    place = Place(path, *use.span)
    if use.refused:
        if not _is_template(use.resolved, path):
            yield _at(rules.INVALID_REFERENCE, use, place, fix=_literal(use.remedy) or None, problem=use.refused)
        return
    if not use.is_open:
        yield from _judge(use, use.resolved, place, policy, elsewhere)
        return
    found = _tag_finding(use, use.resolved.rpartition(HOLE)[2], place, policy)
    if found:
        yield found
    elif not TEMPLATE.search(use.written):
        names = ", ".join(use.missing)
        yield _at(rules.IMAGE_CHOSEN_OUTSIDE, use, place, variables=names, variable=use.missing[0])


def _tag_finding(use: ImageUse, tail: str, place: Place, policy: Policy) -> Finding | None:
    """What is wrong with the tag behind a variable that the file does not give, if a tag stands there at all."""
    last = tail.rpartition("/")[2]
    if ":" not in last and "@" not in last:
        return None
    # Behind a variable without a slash stands the rest of a name that is not known, so not that of an official image.
    text = tail[1:] if tail.startswith("/") else f"x{tail}" if "/" in tail else f"x/x{tail}"
    shown = use.written if use.written.endswith(tail) else _resolved(use)
    return next(_judge(use, text, place, policy, lambda _reference, _policy: "", shown), None)


def _judge(
    use: ImageUse, text: str, place: Place, policy: Policy, elsewhere: Elsewhere, shown: str = ""
) -> Iterator[Finding]:
    """The finding on a reference whose text is known; `shown` is what a remedy calls it, if not so."""
    try:
        reference = parse(text)
    except InvalidReference as problem:
        if not _is_template(text, place.path or ""):
            rule = rules.MALFORMED_DIGEST if isinstance(problem, MalformedDigest) else rules.INVALID_REFERENCE
            yield _at(rule, use, place, problem=problem)
        return
    if not policy.exempts(reference):
        level = policy.of(reference)
        if shown := shown or _as_written(use, reference):
            reference = reference._replace(text=shown, name_end=len(shown) - len(text) + reference.name_end)
        yield from _pinned(use, reference, place, level, elsewhere)


def _is_template(text: str, path: str) -> bool:
    """Whether something else fills the text in before anything reads it as a reference."""
    return TEMPLATE.search(text) is not None or is_template(path)


def _as_written(use: ImageUse, reference: Reference) -> str:
    """The text in the file, where variables give only what stands before the tag, or before the end of the name."""
    end = reference.text[reference.name_end :] or reference.path.rpartition("/")[2]
    return use.written if "$" in use.written and use.written.endswith(end) else ""


def _pinned(use: ImageUse, reference: Reference, place: Place, policy: str, elsewhere: Elsewhere) -> Iterator[Finding]:
    """The finding on a valid reference under one policy."""
    tag = classify(reference)
    if tag.passes(policy) or (policy != "digest" and _is_official_frontend(use, reference, tag)):
        if reference.digest and not reference.tag:
            name = reference.text[: reference.name_end]
            yield _at(rules.DIGEST_WITHOUT_TAG, use, place, name=name, digest=reference.digest)
        return
    rule = KINDS.get(tag.kind) or _incomplete(use, reference, tag)
    if rule is rules.DIGEST_AS_TAG:
        yield _at(rule, use, place, name=reference.familiar)
        return
    moves, resolution = behaviour(reference, tag), _resolution(use)
    yield _at(
        rule,
        use,
        place,
        behaviour=moves,
        sentence=f"{resolution}, which {moves}" if resolution else f" {moves}",
        fix=_literal(use.remedy or _remedy(use, reference, tag, policy, elsewhere(reference, policy))),
        label=LABELS.get(rule.code, ""),
    )


def _is_official_frontend(use: ImageUse, reference: Reference, tag: TagClass) -> bool:
    """Whether this is a versioned tag of a frontend whose authors recommend the major tag."""
    return use.role == FRONTEND and reference.name in OFFICIAL_FRONTENDS and tag.passes("version")


def _incomplete(use: ImageUse, reference: Reference, tag: TagClass) -> Rule:
    """The rule for a tag with a version: partial, or complete without a digest."""
    if tag.passes("exact") or _is_official_frontend(use, reference, tag):
        return rules.NO_DIGEST
    return rules.PARTIAL_VERSION


def _remedy(use: ImageUse, reference: Reference, tag: TagClass, policy: str, known: str) -> str:
    """What to write instead, and where."""
    if use.role in TAKES_STAGES and use.written.replace("-", "_").isidentifier() and tag.kind == "implicit-latest":
        # nobody means docker.io/library/builder
        return f"name a stage: none above is called {use.written}; an image needs a tag, such as {use.written}:<x.y.z>"
    if known:
        return "write {}{}, as elsewhere in this repository".format(*_to_write(use, reference, known))
    named = reference.text if reference.tag else f"{reference.text}:latest"
    pinned = f"{named}@sha256:<digest>"
    exact = exact_form(reference, tag) if policy != "digest" else ""
    if exact:
        keep = "keep the tag and add the digest" if reference.tag else "add the digest"
        text, where = _to_write(use, reference, exact)
        return f"write {text}{where}, or {keep}: {_to_write(use, reference, pinned)[0]}"
    text, where = _to_write(use, reference, pinned)
    asked = named if use.is_open else f"{use.resolved}{'' if reference.tag else ':latest'}"
    return f"write {text}{where}; `docker buildx imagetools inspect {asked}` prints the digest"


def _to_write(use: ImageUse, reference: Reference, wanted: str) -> tuple[str, str]:
    """What to write so that the reference becomes `wanted`, and where.

    A part of it, where the tag stands alone (a variable of a pipeline, the values of a chart) or a default decides it.
    """
    resolved = _resolved(use)
    if reference.text != resolved:  # the tag is written where it is used
        return wanted, ""
    if use.written == reference.tag:
        return wanted.removeprefix(resolved.removesuffix(use.written)), ""
    for origin in reversed(use.origins):
        text = origin.text.strip("\"'")
        if not text or text not in resolved:  # a default that is put together itself
            continue
        front, _, behind = resolved.rpartition(text)
        decides = len(resolved) - len(behind) > reference.name_end if reference.tag else not behind
        if decides and wanted.startswith(front) and wanted.endswith(behind):
            return wanted[len(front) : len(wanted) - len(behind)], f" in the default on line {origin.line}"
    return wanted, ""


def _at(rule: Rule, use: ImageUse, place: Place, fix: str | None = None, label: str = "", **fields: object) -> Finding:
    """A finding of this rule on a use."""
    resolution = _resolution(use)
    return rule.at(
        place,
        subject=f"{use.role} {use.written}",
        message=None,
        fix=fix,
        label=label,
        written=f'"{use.written}"',
        resolution=resolution,
        meaning=f", which{resolution}," if resolution else "",
        **fields,
    )


def _resolution(use: ImageUse) -> str:
    """What a reference with variables comes to, and where the defaults stand."""
    resolved = _resolved(use)
    if resolved == use.written:
        return ""
    places = ", ".join(
        f"the default on line {origin.line}"
        if origin.text == resolved
        else f"{origin.name}={origin.text} on line {origin.line}"
        for origin in use.origins
    )
    return f' is "{resolved}"' + (f" ({places})" if places else "")


def _resolved(use: ImageUse) -> str:
    """What a reference comes to, as it is shown."""
    return use.resolved.replace(HOLE, "...") if use.is_open else use.resolved


def _literal(text: str) -> str:
    """Text that goes through `str.format` unchanged."""
    return text.replace("{", "{{").replace("}", "}}")
