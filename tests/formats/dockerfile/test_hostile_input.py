"""Whatever the bytes are, the reader comes back with a structure."""

from __future__ import annotations

import random

import pytest
from guardrail_hooks.formats.dockerfile import MAX_SIZE, read
from hypothesis import given
from hypothesis import strategies as st

from tests.formats.dockerfile.generated import dockerfiles, noise


def survives(content: bytes) -> None:
    dockerfile = read(content, build_args={"A": "1"})
    assert dockerfile.problems or dockerfile.stages
    for stage in dockerfile.stages[-1:]:
        assert stage.chain[-1].base.stage is None
    for problem in [*dockerfile.problems, *dockerfile.stage_problems]:
        assert str(problem).isprintable()
        assert problem.span.line >= 1
        assert problem.span.column >= 1
    for comment in dockerfile.comments:
        assert comment.first > comment.last or comment.first <= comment.last <= content.count(b"\n") + 1


@given(st.binary(max_size=500))
def test_any_bytes(content):
    survives(content)


@given(noise.map(str.encode) | dockerfiles().map(str.encode))
def test_bytes_that_look_like_a_dockerfile(content):
    survives(content)


@given(dockerfiles(), st.sampled_from(["utf-16", "utf-32", "latin-1"]))
def test_other_encodings(text, encoding):
    survives(text.encode(encoding, "replace"))


def continued(lead: bytes, unit: bytes, size: int = 240_000) -> bytes:
    """One instruction of many lines, none longer than the official parser allows."""
    piece = unit * (60_000 // len(unit))
    return b"FROM a\n" + lead + b"\\\n".join([piece] * (size // len(piece))) + b"\n"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"FROM a\nRUN " + b"x" * 10_000_000, id="a line of ten megabytes"),
        pytest.param(b"\0" * 10_000_000, id="ten megabytes of nothing"),
        pytest.param(b"\n" * MAX_SIZE, id="blank lines"),
        pytest.param(b"\r" * MAX_SIZE, id="carriage returns"),
        pytest.param(b"#\n" * (MAX_SIZE // 2), id="comments"),
        pytest.param(random.Random(0).randbytes(MAX_SIZE), id="random bytes"),
        pytest.param(b"FROM a\nUSER " + b"${a:-" * 100_000 + b"}" * 100_000, id="100,000 nested substitutions"),
        pytest.param(continued(b"USER ", b"${a:-"), id="nested substitutions over several lines"),
        pytest.param(continued(b"USER ", b'"${a:-'), id="with quotes between"),
        pytest.param(continued(b"USER ", b"$."), id="dollars that mean nothing"),
        pytest.param(continued(b"ARG x=1 ", b"a=$a "), id="arguments"),
        pytest.param(continued(b"ENV a=", b'"\'"'), id="quotes"),
        pytest.param(continued(b"RUN ", b"<<A "), id="here-documents"),
        pytest.param(continued(b"RUN ", b"<"), id="almost here-documents"),
        pytest.param(continued(b"RUN ", b"["), id="nested arrays"),
        pytest.param(continued(b"RUN ", b"--mount=from=x,target=/x "), id="mounts"),
        pytest.param(continued(b"RUN --mount=", b"from=x,"), id="fields of a mount"),
        pytest.param(b"FROM a\n" + b"ENV A=$A$A\n" * 10_000, id="a value that doubles with every line"),
        pytest.param(b"FROM a AS b\n" + b"ONBUILD USER x\n" * 500 + b"FROM b\n" * 500, id="triggers in many stages"),
        pytest.param(b"FROM a\n" + b"ONBUILD " * 8_000 + b"\n", id="ONBUILD ONBUILD ONBUILD"),
        pytest.param(b"FROM a AS b\n" + b"FROM b AS b\n" * 10_000, id="a chain of ten thousand stages"),
        pytest.param(
            b"FROM a\nENV A=" + b"a" * 30_000 + b"\nUSER ${A#" + b"*a" * 15_000 + b"b}\n", id="stars in a pattern"
        ),
        pytest.param(
            b"FROM a\nENV A=" + b"a" * 60_000 + b"\nUSER ${A//a/" + b"b" * 5_000 + b"}\n", id="a replacement that grows"
        ),
        pytest.param(b"# escape=" + b" " * 60_000 + b"x\nFROM a\n", id="blanks in a directive"),
        pytest.param(b'{"a":' * 40_000, id="nested JSON"),
        pytest.param(b"FROM a\nCOPY --from=" + b"9" * 60_000 + b" a b\n", id="a very high number"),
        pytest.param(b"FROM a\nHEALTHCHECK --interval=" + b"1h" * 30_000 + b" CMD x\n", id="a very long duration"),
    ],
)
def test_hostile_file(content):
    survives(content)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b'FROM a:1\nADD ${A/\xe9\\"/} b\n', id="in a pattern"),
        pytest.param(b"# escape=\xe9\nFROM a:1\n", id="as the escape token"),
    ],
)
def test_a_reason_shows_bytes_that_are_no_text_as_escapes(content) -> None:
    dockerfile = read(content)
    (problem,) = (*dockerfile.problems, *dockerfile.stage_problems)
    assert str(problem).isprintable()
    assert "\\xe9" in str(problem)
