"""The reference grammar: the labelled references, its edges, and agreement with a scanner written from the prose."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from guardrail_hooks.formats.image_reference import InvalidReference, MalformedDigest, Reference, parse
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

CASES = Path(__file__).parent.parent / "cases" / "pinned-references.yaml"
LABELLED = YAML(typ="safe", pure=True).load(CASES.read_text(encoding="utf-8"))["cases"]
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def parts(text: str) -> tuple[str, str, str | None, str | None] | None:
    try:
        reference = parse(text)
    except InvalidReference:
        return None
    return reference.domain, reference.path, reference.tag, reference.digest


@pytest.mark.parametrize("case", LABELLED, ids=lambda case: f"{case['ref'][:50]}: {case['why']}")
def test_labelled_reference(case):
    expected = (case["domain"], case["path"], case["tag"], case["digest"]) if case["valid"] else None
    assert parts(case["ref"]) == expected


@pytest.mark.parametrize(
    ("text", "domain", "path", "tag"),
    [
        pytest.param("test.com:5000", "docker.io", "library/test.com", "5000", id="without a slash it is name and tag"),
        pytest.param("a:5000/b", "a:5000", "b", None, id="a colon makes the first component a domain"),
        pytest.param("a.b/c", "a.b", "c", None, id="so does a dot"),
        pytest.param("Foo/bar", "Foo", "bar", None, id="so does an upper-case letter"),
        pytest.param("localhost/x/y:1", "localhost", "x/y", "1", id="so does the word localhost"),
        pytest.param("localhost", "docker.io", "library/localhost", None, id="localhost alone is an image"),
        pytest.param("docker.io/x", "docker.io", "library/x", None, id="official images have a namespace"),
        pytest.param("index.docker.io/a/b:c", "docker.io", "a/b", "c", id="the old name of Docker Hub"),
        pytest.param("foo_bar.com/x/y:1", "", "foo_bar.com/x/y", "1", id="no domain may hold an underscore"),
        pytest.param("a/b__c/d--e_f.g", "docker.io", "a/b__c/d--e_f.g", None, id="separators inside components"),
        pytest.param("reg:123456/x", "reg:123456", "x", None, id="ports are not range-checked"),
        pytest.param("[::1]/x", "[::1]", "x", None, id="an address in brackets without a port"),
        pytest.param("docker.io/" + "a" * 64, "docker.io", "library/" + "a" * 64, None, id="64 hex behind a domain"),
        pytest.param("a" * 64 + ":1", "docker.io", "library/" + "a" * 64, "1", id="64 hex with a tag"),
        pytest.param("x:" + "T" * 128, "docker.io", "library/x", "T" * 128, id="the longest tag"),
        pytest.param("x:_a.-B", "docker.io", "library/x", "_a.-B", id="a tag may begin with an underscore"),
        pytest.param("library/x", "docker.io", "library/x", None, id="the namespace is not doubled"),
    ],
)
def test_parts(text, domain, path, tag):
    assert parts(text) == (domain, path, tag, None)


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        pytest.param("", "the image name is missing", "", id="nothing"),
        pytest.param("@sha256:" + SHA256, "the image name is missing", "@sha256:" + SHA256, id="only a digest"),
        pytest.param(":1", "the image name is missing", ":1", id="only a tag"),
        pytest.param("Node:20", 'the repository name "Node" must be lower case', "Node", id="upper case"),
        pytest.param(
            "ghcr.io/A/b", 'the repository name "A/b" must be lower case', "ghcr.io/A/b", id="upper-case path"
        ),
        pytest.param("debian:", 'nothing follows the ":"', ":", id="empty tag"),
        pytest.param("debian:12+1", '"+" is not allowed in a tag', ":12+1", id="plus sign"),
        pytest.param("debian:12\n", "white space is not allowed in a tag", ":12\n", id="a trailing newline"),
        pytest.param(
            "de\u202ebian", '"\\u202e" is not allowed in an image name', "de\u202ebian", id="bidi, shown escaped"
        ),
        pytest.param(
            f"debian:sha256:{SHA256}",
            'a digest follows an "@", write "@sha256:"',
            f":sha256:{SHA256}",
            id="a digest behind a colon",
        ),
        pytest.param("a:1:2", '"1:2" is two tags, a reference has one', ":1:2", id="two tags"),
        pytest.param("a:-1", 'a tag may not begin with "-"', ":-1", id="leading dash"),
        pytest.param("a:" + "t" * 129, "the tag has 129 characters, the limit is 128", ":" + "t" * 129, id="long tag"),
        pytest.param(
            "https://x/a:1", '"https://" is not part of an image reference', "https://x/a", id="a URL is no reference"
        ),
        pytest.param("a//b", '"a//b" has an empty path component', "a//b", id="double slash"),
        pytest.param("/a", '"/a" has an empty path component', "/a", id="what an empty variable leaves behind"),
        pytest.param("a._b", '"a._b" is no repository name', "a._b", id="two kinds of separator"),
        pytest.param("a-.b/c", '"a-.b" is no registry host', "a-.b/c", id="a host label ends with a dash"),
        pytest.param("[::1]:5", '"[::1]:5" is a registry without a repository', "[", id="only a registry"),
        pytest.param(
            "r.io/" + "a" * 256,
            "the repository path has 256 characters, the limit is 255",
            "r.io/" + "a" * 256,
            id="path",
        ),
        pytest.param(SHA256, "64 hex digits alone are an image id, not a name", SHA256, id="an image id"),
        pytest.param(
            "Node@sha256:1", 'the repository name "Node" must be lower case', "Node", id="the name comes first"
        ),
    ],
)
def test_invalid_name_or_tag(text, message, at):
    with pytest.raises(InvalidReference) as caught:
        parse(text)
    error = caught.value
    assert (type(error), str(error), text[error.start : error.end]) == (InvalidReference, message, at)


@pytest.mark.parametrize(
    ("digest", "message"),
    [
        pytest.param("sha256:deadbeef", "the digest has 8 hex digits, sha256 has 64", id="truncated"),
        pytest.param(f"sha256:{SHA256}0", "the digest has 65 hex digits, sha256 has 64", id="one too many"),
        pytest.param(f"sha512:{SHA256}", "the digest has 64 hex digits, sha512 has 128", id="of another algorithm"),
        pytest.param(f"sha256:{SHA256.upper()}", "the hex digits of a digest are lower case", id="upper case"),
        pytest.param(
            f"md5:{SHA256[:32]}", '"md5" is not a digest algorithm, images are pinned by sha256', id="unknown algorithm"
        ),
        pytest.param(
            f"SHA256:{SHA256}",
            '"SHA256" is not a digest algorithm, images are pinned by sha256',
            id="algorithm in capitals",
        ),
        pytest.param(SHA256, 'the digest lacks its algorithm, write "@sha256:" and 64 hex digits', id="no algorithm"),
        pytest.param("3.13", '"3.13" is no digest, write "@sha256:" and 64 hex digits', id="a version"),
        pytest.param("sha256:<digest>", '"<digest>" is no sha256 digest, that is 64 hex digits', id="a placeholder"),
        pytest.param("sha256:", '"" is no sha256 digest, that is 64 hex digits', id="only an algorithm"),
        pytest.param(
            "sha256:" + SHA256 + "@" + SHA256,
            f'"{SHA256[:40]}..." is no sha256 digest, that is 64 hex digits',
            id="two",
        ),
    ],
)
@pytest.mark.parametrize("name", ["debian", "reg:5000/a/b:12"])
def test_malformed_digest(name, digest, message):
    with pytest.raises(MalformedDigest) as caught:
        parse(f"{name}@{digest}")
    assert (str(caught.value), caught.value.start, caught.value.end) == (
        message,
        len(name) + 1,
        len(f"{name}@{digest}"),
    )


def test_empty_digest_points_at_the_sign():
    with pytest.raises(MalformedDigest, match=r'^nothing follows the "@"$') as caught:
        parse("ubuntu:1@")
    assert (caught.value.start, caught.value.end) == (8, 9)


@pytest.mark.parametrize("length", [("sha256", 64), ("sha384", 96), ("sha512", 128)], ids=lambda pair: pair[0])
def test_registered_algorithms(length):
    algorithm, digits = length
    assert parse(f"a@{algorithm}:{'0' * digits}").digest == f"{algorithm}:{'0' * digits}"


@pytest.mark.parametrize(
    ("text", "trap"),
    [
        pytest.param(f"sha256:{SHA256}", True, id="a digest without a name"),
        pytest.param(f"sha256:{SHA256.upper()}", True, id="in capitals it is no better"),
        pytest.param("sha512:" + "0" * 128, True, id="sha512"),
        pytest.param(f"sha256:{SHA256[:63]}", True, id="and cut short it is still meant as one"),
        pytest.param(f"ghcr.io/acme/sha256:{SHA256}", True, id="a slash where the at sign belongs"),
        pytest.param("library/sha256", False, id="an image of that name"),
        pytest.param("sha256:1.0.0", False, id="a version of an image of that name"),
        pytest.param(f"acme/app:{SHA256}", False, id="a tag made of a hash"),
        pytest.param(f"sha256:{SHA256}@sha256:{SHA256}", False, id="with a digest nothing is left to chance"),
    ],
)
def test_digest_as_tag(text, trap):
    assert parse(text).is_digest_as_tag is trap


HUB = "docker.io/library/"


@pytest.mark.parametrize(
    ("text", "familiar", "name", "canonical"),
    [
        pytest.param("python:3", "python", "docker.io/library/python", "docker.io/library/python:3", id="official"),
        pytest.param(
            "library/python", "python", "docker.io/library/python", "docker.io/library/python", id="spelt out"
        ),
        pytest.param("acme/app:1", "acme/app", "docker.io/acme/app", "docker.io/acme/app:1", id="of an organisation"),
        pytest.param("library/a/b", "library/a/b", "docker.io/library/a/b", "docker.io/library/a/b", id="a deep path"),
        pytest.param(
            "docker.io/r.io/a", "docker.io/r.io/a", "docker.io/r.io/a", "docker.io/r.io/a", id="like another registry's"
        ),
        pytest.param(
            f"{SHA256}:1", f"{HUB}{SHA256}", f"{HUB}{SHA256}", f"{HUB}{SHA256}:1", id="like the id of an image"
        ),
        pytest.param("r.io/library/a", "r.io/library/a", "r.io/library/a", "r.io/library/a", id="another registry"),
        pytest.param("a_b.c/d:1", "a_b.c/d", "a_b.c/d", "a_b.c/d:1", id="no domain at all"),
        pytest.param(
            f"index.docker.io/a@sha256:{SHA256}",
            "a",
            "docker.io/library/a",
            f"docker.io/library/a@sha256:{SHA256}",
            id="a digest stays",
        ),
    ],
)
def test_names(text, familiar, name, canonical):
    reference = parse(text)
    assert (reference.familiar, reference.name, reference.canonical) == (familiar, name, canonical)


# A second reading of the same prose, written without regular expressions, to compare with.

LOWER = "abcdefghijklmnopqrstuvwxyz0123456789"
ALNUM = LOWER + LOWER[:26].upper()


def scan_path(text: str) -> bool:
    state = "separator"
    run = ""
    for char in text + "/":
        if char in LOWER:
            if run not in ("", ".", "_", "__", "/") and set(run) != {"-"}:
                return False
            state, run = "alphanumeric", ""
        elif char in "._-/":
            if state == "separator" and not run:
                return False
            state, run = "separator", run + char
        else:
            return False
    return run == "/"


def scan_host(text: str) -> bool:
    if text.startswith("["):
        inner, bracket, port = text[1:].partition("]")
        if not (bracket and inner) or not set(inner) <= set("0123456789abcdefABCDEF:"):
            return False
    else:
        inner, colon, port = text.partition(":")
        port = colon + port
        for label in inner.split("."):
            if not label or label[0] == "-" or label[-1] == "-" or not set(label) <= set(ALNUM + "-"):
                return False
    return not port or (port[0] == ":" and len(port) > 1 and set(port[1:]) <= set("0123456789"))


def scan(text: str) -> tuple[str, str, str | None, str | None] | None:
    if len(text) == 64 and set(text) <= set("0123456789abcdef"):
        return None
    domain, slash, rest = text.partition("/")
    if slash and (domain == "localhost" or set(domain) & set(".:") or domain != domain.lower()):
        domain = "docker.io" if domain == "index.docker.io" else domain
        if domain == "docker.io" and "/" not in rest.partition("@")[0]:
            rest = "library/" + rest
    else:
        domain, rest = "docker.io", text if slash else "library/" + text
    digest: str | None
    tag: str | None
    rest, sign, digest = rest.partition("@")
    if sign:
        algorithm, _, digits = digest.partition(":")
        size = {"sha256": 64, "sha384": 96, "sha512": 128}.get(algorithm)
        if size != len(digits) or not set(digits) <= set("0123456789abcdef"):
            return None
    path, sign, tag = rest.partition(":")
    if sign and not (0 < len(tag) <= 128 and tag[0] in ALNUM + "_" and set(tag) <= set(ALNUM + "_.-")):
        return None
    if not scan_host(domain):
        domain, path = "", f"{domain}/{path}"
    return (domain, path, tag or None, digest or None) if len(path) <= 255 and scan_path(path) else None


SEEDS = [case["ref"] for case in LABELLED if len(case["ref"]) < 200] + [
    "a.b-c/d_e/f__g:h.i-j",
    "[::1]:80/a",
    "localhost/a",
    "index.docker.io/a",
    "A/b",
    f"a@sha256:{SHA256}",
    "a" * 64,
]
PIECES = [*"abz09AZ._-/:@[]+ \n\u00e9\u0661", "__", "..", "--", "///", "sha256:", "docker.io/", SHA256, ":5000/"]


def mutated(number: int) -> str:
    """Deterministic: the same number gives the same string, so that a failure can be run again."""
    rng = random.Random(number)
    text = rng.choice(SEEDS)
    for _ in range(rng.randint(1, 3)):
        start = rng.randint(0, len(text))
        end = min(len(text), start + rng.choice([0, 0, 1, 1, 2, 8]))
        text = text[:start] + rng.choice(["", *PIECES]) + text[end:]
    return text


def test_agrees_with_the_scanner_on_mutated_references():
    compared = [(text, parts(text), scan(text)) for text in map(mutated, range(40_000))]
    assert [row for row in compared if row[1] != row[2]] == []
    accepted = sum(row[1] is not None for row in compared)
    assert 4_000 < accepted < 36_000, "the mutations must produce plenty of both kinds"


@given(st.text(st.sampled_from("ab0AZ._-/:@[]+ \n\u00e9"), max_size=40))
def test_agrees_with_the_scanner_on_arbitrary_text(text):
    assert parts(text) == scan(text)


def refusal(text: str) -> InvalidReference | None:
    try:
        parse(text)
    except InvalidReference as error:
        return error
    return None


@given(st.text(max_size=80))
def test_raises_nothing_but_invalid_reference(text):
    if error := refusal(text):
        assert 0 <= error.start <= error.end <= len(text)
        assert str(error).isprintable()


COMPONENT = st.from_regex(r"[a-z0-9]{1,4}((__|[._]|-{1,3})[a-z0-9]{1,4}){0,2}", fullmatch=True)
DOMAINS = st.from_regex(r"[A-Za-z0-9]{1,5}(-[A-Za-z0-9]{1,3})?(\.[a-z]{1,4}){1,2}(:[0-9]{1,5})?", fullmatch=True)
TAGS = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,12}", fullmatch=True)
DIGESTS = st.from_regex(r"sha256:[0-9a-f]{64}", fullmatch=True)


@given(st.none() | DOMAINS, st.lists(COMPONENT, min_size=1, max_size=4), st.none() | TAGS, st.none() | DIGESTS)
def test_round_trip(domain, components, tag, digest):
    path = "/".join(components)
    name = f"{domain}/{path}" if domain else path
    text = name + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")
    if parts(text) is None:  # 64 hex digits alone
        return
    reference = parse(text)
    assert (reference.tag, reference.digest) == (tag, digest)
    assert text[: reference.name_end] == name
    assert (text[slice(*reference.tag_span)] if reference.tag_span else None) == tag
    assert (text[slice(*reference.digest_span)] if reference.digest_span else None) == digest
    again = parse(reference.canonical)
    assert again._replace(text="", name_end=0, tag_span=None, digest_span=None) == reference._replace(
        text="", name_end=0, tag_span=None, digest_span=None
    )
    assert isinstance(again, Reference)
    assert parse(reference.familiar).name == reference.name


@pytest.mark.parametrize(
    "unit", ["a", "a.", "a/", "a-", "a__", "-", "a:", "@", "[", ".-", "A", ":"], ids=lambda unit: f"many {unit}"
)
@pytest.mark.parametrize("tail", ["", "/x", "!/x", "@sha256:"])
def test_hostile_length(unit, tail):
    error = refusal(unit * 200_000 + tail)
    assert len(str(error)) < 200
