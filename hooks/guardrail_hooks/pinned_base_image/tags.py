"""What a tag promises: the class of a reference, from the evidence in its tag.

Numbers are evidence (a date, a version, a commit, a build); words only say whose number it is. Where the evidence could
be read both ways, an image that is not known gets the benefit of the doubt.
"""

from __future__ import annotations

from guardrail_hooks.pattern import pattern
from guardrail_hooks.pinned_base_image import tag_words as words
from guardrail_hooks.pinned_base_image.publishers import (
    NAMED_LINES,
    has_two_part_releases,
    is_application,
    official_name,
    release_lines,
)
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guardrail_hooks.formats.image_reference import Reference

POLICIES = ("no-latest", "version", "exact", "digest")

_KINDS = {
    # kind: (class, how many of the policies, from the mildest, such a reference passes)
    "implicit-latest": ("none", 0),
    "latest": ("latest", 0),
    "digest-as-tag": ("exact", 0),
    "channel": ("floating", 1),
    "variant-only": ("floating", 1),
    "series": ("floating", 2),
    "major": ("floating", 2),
    "major-minor": ("floating", 2),
    "snapshot": ("floating", 2),
    "version": ("exact", 3),
    "date": ("exact", 3),
    "build": ("exact", 3),
    "commit": ("exact", 3),
    "digest": ("digest", 4),
}

_STAMP = pattern(
    r"(?<![0-9])20\d\d([-._]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?:(?:[01]\d|2[0-3])(?:[0-5]\d){0,2})?(?![0-9])"
)
_FULL_VERSION = pattern(
    r"v?\.?\d{1,5}(?:\.\d+){2,}(?![0-9])|[a-z]*\d+u\d+(?![0-9])"
)  # 8u412, jdk8u412: updates of Java 8
_WILDCARD = pattern(r"\d\.[x*](?![a-z0-9])")
_COMMIT = pattern(r"(?:sha|g)?(?=[0-9a-f]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{7,64}|[a-f]{7,8}")
_LATEST = pattern(r"(?<![a-z])latest\d*(?![a-z])")
_TOKEN = pattern(r"([a-z]*)\.?(\d+(?:\.\d+)*)(.*)")
_TICKET = pattern(r"[A-Z][A-Z0-9]+-[0-9]+(?![.0-9])")  # the key of an issue: PROJ-123
_SPLIT = pattern(r"[-_]+")
_REST = pattern(r"[a-z]{0,2}(?:[.\d].*)?|(?:alpha|beta)\d*")  # 19c, 12cr2, 1.x, 9.4.el9, but not 1password or 32bit
_GLUED_PRERELEASE = pattern(r"\.?(?:a|b|c|rc|alpha|beta|m|pre|dev)\.?\d+")
_PRERELEASE = pattern(r"(?:rc|alpha|beta|m|milestone|pre|preview|dev|ea)\.?\d+")
_OPEN_PRERELEASE = frozenset(("rc", "alpha", "beta", "ea"))
_REVISION = pattern(r"(?:r|ls|build)\d+|b\d\d+")  # Alpine, linuxserver.io, Jenkins; OpenJDK
_BUILD = pattern(r"\d{3,}(?:\.\d+)*")
_RELEASE = pattern(r"\d+(?:\.\d+)*")
_WINDOWS_HALF_YEAR = pattern(r"2\dh[12]")
_RED_HAT = frozenset(("registry.access.redhat.com", "registry.redhat.io", "registry.connect.redhat.com"))


class TagClass(namedtuple("TagClass", "kind evidence")):
    """How precisely a reference names its content, and the part of its tag that says so."""

    __slots__ = ()
    kind: str
    evidence: str

    @property
    def name(self) -> str:
        """The coarse class: none, latest, floating, exact or digest."""
        return _KINDS[self.kind][0]

    def passes(self, policy: str) -> bool:
        """Whether the policy accepts such a reference; a policy accepts all that a stricter one accepts."""
        return POLICIES.index(policy) < _KINDS[self.kind][1]


class _Token(namedtuple("_Token", "text word number rest before")):
    """A piece of a tag between dashes: its leading letters, their number, the rest, and the word before it."""

    __slots__ = ()
    text: str
    word: str
    number: str
    rest: str
    before: str


def classify(reference: Reference) -> TagClass:
    """The class of a reference, linear in the length of its tag."""
    if reference.digest:
        return TagClass("digest", reference.digest)
    if not reference.tag:
        return TagClass("implicit-latest", "")
    if reference.is_digest_as_tag:
        return TagClass("digest-as-tag", reference.tag)
    tag = reference.tag.lower()
    tokens = _tokens(tag)
    application = is_application(reference)
    return (
        _one_build(reference, tag, tokens)
        or _leading_number(reference, tag, tokens)
        or _work_or_build(reference.tag, tokens)
        or _latest_or_line(reference, tag, tokens)
        or _channel(tokens)
        or _number_behind_a_word(tokens, application)
        or _bare_words(tag, tokens, application)
    )


def _tokens(tag: str) -> list[_Token]:
    """The pieces of a lower-case tag, without those that only name an architecture."""
    tokens = []
    before = ""
    for piece in _SPLIT.split(tag.replace("x86_64", "amd64").replace("x86-64", "amd64")):
        head, dot, tail = piece.rpartition(".")
        text = head if dot and tail in words.ARCHITECTURES else piece
        if not text or text in words.ARCHITECTURES:
            continue
        match = _TOKEN.match(text)
        token = _Token(text, match[1], match[2], match[3], before) if match else _Token(text, text, "", "", before)
        tokens.append(token)
        if token.word not in ("", "and", "with"):
            before = token.word
    return tokens


def _one_build(reference: Reference, tag: str, tokens: list[_Token]) -> TagClass | None:
    """A date, a full version or a commit, wherever it stands: it is given to one build and not to the next."""
    stamp = _STAMP.search(tag) if "20" in tag else None
    if stamp and not _FULL_VERSION.match(tag):
        return TagClass("date", stamp[0])
    if stamp or not _is_unfinished(tag, tokens):
        for token in tokens:
            if version := _full_version(token, official_name(reference)):
                return TagClass("version", version)
    for token in tokens:
        for piece in token.text.split("."):
            if _COMMIT.fullmatch(piece) or (token.before in words.COMMIT_WORDS and piece.isdigit() and len(piece) > 5):
                return TagClass("commit", piece)
    return None


def _is_unfinished(tag: str, tokens: list[_Token]) -> bool:
    """`1.2.x`, `1.2.3-SNAPSHOT`: the name of all that will be pushed until, or after, a release."""
    return _WILDCARD.search(tag) is not None or any(token.text in ("snapshot", "nightly") for token in tokens[1:])


def _full_version(token: _Token, official: str) -> str:
    """The three or more numbers of `1.2.3`, `v1.2.3-rc1` or `ts2.15.2`, but not those of `alpine3.20.1`."""
    if match := _FULL_VERSION.match(token.text):
        return match[0]
    glued = token.number.count(".") > 1 and (token.word == official or not _is_flavour(token))
    return token.text if glued else ""


def _is_flavour(token: _Token) -> bool:
    """Whether this is a system or runtime, or its number: `jammy`, `php8.2`, the 21 of `temurin-21`."""
    owner = token.word or token.before
    return owner in words.SYSTEMS or owner in words.RUNTIMES or owner in words.CODENAMES


def _leading_number(reference: Reference, tag: str, tokens: list[_Token]) -> TagClass | None:
    """A version at the front that is not complete, or is completed by a build number or a pre-release."""
    if not tokens:
        return None
    first, *behind = tokens
    if first.text in words.VERSION_WORDS and behind:
        first, *behind = behind
    if not first.number or first.word not in ("", "v", *words.VERSION_WORDS) or not _REST.fullmatch(first.rest):
        return None
    parts = first.number.count(".") + 1
    if _is_unfinished(tag, tokens):
        kind = "snapshot" if not _WILDCARD.search(tag) else "major" if parts == 1 else "major-minor"
        return TagClass(kind, first.text)
    if _is_numbered_prerelease(first, behind):
        return TagClass("version", first.text)
    if _has_build_number(reference, tag, first, behind) or (parts == 1 and len(first.number) > 4):
        return TagClass("build", first.text)
    if _WINDOWS_HALF_YEAR.fullmatch(first.text):
        return TagClass("series", first.text)
    if parts == 1:
        return TagClass("major", first.text)
    return TagClass("version" if has_two_part_releases(reference, first.number) else "major-minor", first.text)


def _is_numbered_prerelease(first: _Token, behind: list[_Token]) -> bool:
    """`1.23rc2`, `19-beta3`, `27-ea-31`: pre-releases that come once, unlike `3.13-rc`."""
    if _GLUED_PRERELEASE.fullmatch(first.rest) or (behind and _PRERELEASE.fullmatch(behind[0].text)):
        return True
    return len(behind) > 1 and behind[0].text in _OPEN_PRERELEASE and behind[1].text.isdigit()


def _has_build_number(reference: Reference, tag: str, first: _Token, behind: list[_Token]) -> bool:
    """`21_35-jdk`, `9.4-1134`, `3.20-r2`; Red Hat's `1-77`; SQL Server's `2022-CU14`."""
    if any(_REVISION.fullmatch(token.text) for token in behind):
        return True
    if not behind or first.rest:
        return False
    if behind[0].text.isdigit() and f"{first.text}_{behind[0].text}" in tag:
        return True
    if reference.path.endswith("mssql/server"):
        return behind[0].word == "cu" and bool(behind[0].number)
    return (_RELEASE if reference.domain in _RED_HAT else _BUILD).fullmatch(behind[0].text) is not None


def _work_or_build(written: str, tokens: list[_Token]) -> TagClass | None:
    """Pull requests, issues and branches, whose numbers are no versions; then the counters of a build server."""
    for position, token in enumerate(tokens):
        if token.word in words.WORK_IN_PROGRESS or (not position and token.word in words.LEADING_WORK_IN_PROGRESS):
            return TagClass("channel", token.text)
    if (ticket := _TICKET.match(written)) and not _is_known_word(tokens[0]):
        return TagClass("channel", ticket[0].lower())
    for token in tokens:
        if not token.number.isdigit() or token.rest:
            continue
        digits = len(token.number)
        if token.word:
            counted = token.word in words.BUILD_COUNTERS and digits > 2
        else:
            long_after = token.before in words.CHANNELS or token.before in words.LEADING_CHANNELS
            counted = token.before in words.BUILD_COUNTERS or digits > 6 or (digits > 4 and long_after)
        if counted:
            return TagClass("build", token.text)
    return None


def _latest_or_line(reference: Reference, tag: str, tokens: list[_Token]) -> TagClass | None:
    """A version marked as one (`distroless-v1.30-latest`), the word latest, or the name of a release line."""
    for token in tokens:
        if token.word == "v" and "." in token.number:
            return TagClass("major-minor", token.text)
    if latest := _LATEST.search(tag):
        return TagClass("latest", latest[0])
    official = official_name(reference)
    lines = release_lines(reference, official)
    for token in tokens:
        if token.text in lines:
            return TagClass("series", token.text)
    if official in NAMED_LINES and tokens and not _is_known_word(tokens[0]):
        return TagClass("series", tokens[0].text)
    return None


def _is_known_word(token: _Token) -> bool:
    known = (words.CHANNELS, words.LEADING_CHANNELS, words.FLAVOURS, words.BUILD_COUNTERS, words.VERSION_WORDS)
    return any(token.word in table for table in known)


def _channel(tokens: list[_Token]) -> TagClass | None:
    """A channel, branch or environment; it beats a version that is not complete: `lts-debian-11`, `dev-17`."""
    for position, token in enumerate(tokens):
        if token.word in words.CHANNELS or (not position and token.word in words.LEADING_CHANNELS):
            return TagClass("channel", token.text)
    return None


def _number_behind_a_word(tokens: list[_Token], application: bool) -> TagClass | None:
    """`centos7`, `pg16`, `ubuntu-22.04`, `jammy`: a series, unless the number is that of an application's flavour."""
    for token in tokens:
        if application and _is_flavour(token):
            continue
        counts = token.number and token.text not in words.TECHNICAL_WORDS and _REST.fullmatch(token.rest)
        if counts or token.text in words.CODENAMES:
            return TagClass("series", token.text)
    return None


def _bare_words(tag: str, tokens: list[_Token], application: bool) -> TagClass:
    """Words without any evidence: the flavour of whatever is newest, or a branch that nobody has heard of."""
    if application or all(token.word in words.FLAVOURS for token in tokens):
        return TagClass("variant-only", tag)
    return TagClass("channel", tag)
