"""Image references by the grammar of `github.com/distribution/reference`, which Docker, BuildKit and containerd share.

`reference = name [":" tag] ["@" digest]`, `name = [domain "/"] path`; a name without a domain is Docker Hub's.
"""

from __future__ import annotations

from guardrail_hooks.pattern import pattern
from guardrail_hooks.row import namedtuple

# The official host pattern repeats a group per label. This one repeats only character classes and refuses the pairs
# that no two labels can form: the same language, without a backtracking record for every label of a hostile name.
_DOMAIN = pattern(r"(?:(?!.*(?:\.[.-]|-\.))[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[A-Fa-f0-9:]+\])(?::[0-9]+)?")
_COMPONENT = r"[a-z0-9]+(?:(?:__|[._]|-+)[a-z0-9]+)*"
_PATH = pattern(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_TAG = pattern(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_HEX = pattern(r"[0-9a-f]+")
_IMAGE_ID = pattern(r"[0-9a-f]{64}")
_TRAP_DIGITS = pattern(r"[0-9A-Fa-f]{32,}")  # 32 digits: where the grammar's digest begins
_FOREIGN = pattern(r"[^A-Za-z0-9_.:/@\[\]-]")
_SCHEME = pattern(r"[A-Za-z][A-Za-z0-9+.-]*://")

HUB = "docker.io"
_HUB_LEGACY = "index.docker.io"
_OFFICIAL = "library/"
_PATH_MAX = 255
_TAG_MAX = 128
DIGEST_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}  # opencontainers/go-digest, algorithm.go


class InvalidReference(ValueError):
    """Text that is no image reference: `str(error)` is one clause, `text[start:end]` is what it speaks of."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.start = start
        self.end = end


class MalformedDigest(InvalidReference):
    """A well-formed name, an optional tag and an "@", with something behind it that is not a digest."""


class Reference(namedtuple("Reference", "text domain path tag digest name_end tag_span digest_span")):
    """A reference taken apart and normalised; `text` is what was written.

    `domain` is empty only for a name such as `foo_bar.com/app`, as in the reference implementation. The spans are
    (start, end) offsets in `text`, without the ":" or "@"; `name_end` is where the name ends in `text`, so that
    `text[:name_end]` is the name as written.
    """

    __slots__ = ()
    text: str
    domain: str
    path: str
    tag: str | None
    digest: str | None
    name_end: int
    tag_span: tuple[int, int] | None
    digest_span: tuple[int, int] | None

    @property
    def name(self) -> str:
        """The canonical name, `docker.io/library/python`: what registries, policies and comparisons mean."""
        return f"{self.domain}/{self.path}" if self.domain else self.path

    @property
    def familiar(self) -> str:
        """The short name that Docker shows, `python`: without Docker Hub's domain and its `library/`.

        Not so where that would be something else: the reference implementation shows `docker.io/quay.io/app` as
        `quay.io/app`, which is another image, and may show 64 hex digits, which are an image id.
        """
        head, slash, _ = self.path.partition("/")
        if self.domain != HUB or (slash and ("." in head or head == "localhost")):
            return self.name
        short = self.path.removeprefix(_OFFICIAL)
        if "/" in short:
            return self.path
        return self.name if _IMAGE_ID.fullmatch(short) else short

    @property
    def canonical(self) -> str:
        """The whole reference on its canonical name, tag and digest included as far as they are written."""
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.name}{tag}{digest}"

    @property
    def is_digest_as_tag(self) -> bool:
        """Whether this is `sha256:<64 hex>`: meant as a digest, but read as a tag of an image called sha256."""
        if self.digest or self.path.rpartition("/")[2] not in DIGEST_LENGTHS:
            return False
        return _TRAP_DIGITS.fullmatch(self.tag or "") is not None


def parse(text: str) -> Reference:
    """Take a reference apart. Linear in the length of the text.

    Raises MalformedDigest when only the digest is wrong, InvalidReference when the name or the tag is.
    """
    if _IMAGE_ID.fullmatch(text):
        raise InvalidReference("64 hex digits alone are an image id, not a name", 0, len(text))
    head, at, digest = text.partition("@")
    domain, rest = _split_domain(head)
    path, colon, tag = rest.partition(":")
    if not _DOMAIN.fullmatch(domain):  # then the grammar can only read it as the first component of the path
        domain, path = "", f"{domain}/{path}"
    name_end = len(head) - len(colon) - len(tag)
    if len(path) > _PATH_MAX or not _PATH.fullmatch(path):
        raise InvalidReference(_name_fault(head, name_end, domain, path), 0, name_end or len(text))
    if colon and not _TAG.fullmatch(tag):
        raise InvalidReference(_tag_fault(tag), name_end, len(head))
    digest_start = len(head) + len(at)
    if at and (fault := _digest_fault(digest)):
        raise MalformedDigest(fault, digest_start if digest else len(head), len(text))
    return Reference(
        text,
        domain,
        path,
        tag or None,
        digest or None,
        name_end,
        (name_end + 1, len(head)) if colon else None,
        (digest_start, len(text)) if at else None,
    )


def _split_domain(head: str) -> tuple[str, str]:
    """Domain and remainder, by the rule of `normalize.go`: what makes the first component a domain."""
    first, slash, remainder = head.partition("/")
    if not slash:
        return HUB, f"{_OFFICIAL}{head}"
    if first == _HUB_LEGACY:
        first = HUB
    if "." not in first and ":" not in first and first != "localhost" and first.lower() == first:
        return HUB, head
    if first == HUB and "/" not in remainder:
        return HUB, f"{_OFFICIAL}{remainder}"
    return first, remainder


def _digest_fault(digest: str) -> str:
    """Why this is not a digest, empty if it is one: a registered algorithm and exactly its lower-case hex digits."""
    algorithm, colon, digits = digest.partition(":")
    length = DIGEST_LENGTHS.get(algorithm)
    if length == len(digits) and _HEX.fullmatch(digits):
        return ""
    if not digest:
        return 'nothing follows the "@"'
    if not colon and _HEX.fullmatch(digest.lower()):
        return 'the digest lacks its algorithm, write "@sha256:" and 64 hex digits'
    if not colon:
        return f'{_quoted(digest)} is no digest, write "@sha256:" and 64 hex digits'
    if length is None:
        return f"{_quoted(algorithm)} is not a digest algorithm, images are pinned by sha256"
    if not _HEX.fullmatch(digits.lower()):
        return f"{_quoted(digits)} is no {algorithm} digest, that is {length} hex digits"
    if len(digits) != length:
        return f"the digest has {len(digits)} hex digits, {algorithm} has {length}"
    return "the hex digits of a digest are lower case"


def _name_fault(head: str, name_end: int, domain: str, path: str) -> str:
    """Why `head[:name_end]` is no name."""
    if not name_end:
        return "the image name is missing"
    if scheme := _SCHEME.match(head):
        return f"{_quoted(scheme[0])} is not part of an image reference"
    name = head[:name_end]
    if foreign := _FOREIGN.search(name):
        return f"{_described(foreign[0])} is not allowed in an image name"
    if "//" in f"/{name}/":
        return f"{_quoted(name)} has an empty path component"
    if not domain:
        return f"{_quoted(name.partition('/')[0])} is no registry host"
    if "[" in name and "/" not in name:
        return f"{_quoted(head)} is a registry without a repository"
    repository = path if name.endswith(path) else name
    if path.lower() != path:
        return f"the repository name {_quoted(repository)} must be lower case"
    if len(path) > _PATH_MAX:
        return f"the repository path has {len(path)} characters, the limit is {_PATH_MAX}"
    return f"{_quoted(repository)} is no repository name"


def _tag_fault(tag: str) -> str:
    """Why this is no tag."""
    if not tag:
        return 'nothing follows the ":"'
    algorithm, colon, _ = tag.partition(":")
    if colon and algorithm in DIGEST_LENGTHS:
        return f'a digest follows an "@", write "@{algorithm}:"'
    if foreign := _FOREIGN.search(tag):
        return f"{_described(foreign[0])} is not allowed in a tag"
    if colon:
        return f"{_quoted(tag)} is two tags, a reference has one"
    if tag[0] in ".-":
        return f'a tag may not begin with "{tag[0]}"'
    if len(tag) > _TAG_MAX:
        return f"the tag has {len(tag)} characters, the limit is {_TAG_MAX}"
    return f"{_quoted(tag)} is no tag"


def _described(character: str) -> str:
    return "white space" if character.isspace() else _quoted(character)


def _quoted(text: str) -> str:
    """Input as a message may show it: on one line, without control characters, and not too long."""
    short = text if len(text) <= 40 else f"{text[:40]}..."
    return '"' + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in short) + '"'
