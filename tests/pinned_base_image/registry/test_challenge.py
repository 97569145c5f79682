"""The WWW-Authenticate parser."""

from __future__ import annotations

import time

import pytest
from guardrail_hooks.pinned_base_image.registry.challenge import challenges
from hypothesis import given
from hypothesis import strategies as st

TOKEN_CHARACTERS = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
TOKENS = st.text(TOKEN_CHARACTERS, min_size=1, max_size=12)


def read(*headers: str) -> list[tuple[str, dict[str, str]]]:
    return [tuple(challenge) for challenge in challenges(headers)]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param(
            'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull"',
            [
                (
                    "bearer",
                    {
                        "realm": "https://auth.docker.io/token",
                        "service": "registry.docker.io",
                        "scope": "repository:a/b:pull",
                    },
                )
            ],
            id="Docker Hub",
        ),
        pytest.param(
            'Bearer realm="x",scope="repository:a/b:pull,push"',
            [("bearer", {"realm": "x", "scope": "repository:a/b:pull,push"})],
            id="a comma inside quotes",
        ),
        pytest.param('Basic realm="a \\"b\\" \\\\c"', [("basic", {"realm": 'a "b" \\c'})], id="escapes"),
        pytest.param("basic REALM = x , charset=UTF-8", [("basic", {"realm": "x", "charset": "UTF-8"})], id="blanks"),
        pytest.param(
            'Basic realm="x", Bearer realm="y",service=z',
            [("basic", {"realm": "x"}), ("bearer", {"realm": "y", "service": "z"})],
            id="two challenges in one field",
        ),
        pytest.param(
            "Negotiate, NTLM TlRM==, Basic realm=x",
            [("negotiate", {}), ("ntlm", {}), ("basic", {"realm": "x"})],
            id="schemes with nothing or a token behind them",
        ),
        pytest.param('Bearer realm="x",realm="y"', [("bearer", {"realm": "x"})], id="the first of two counts"),
        pytest.param("Basic", [("basic", {})], id="a scheme alone"),
        pytest.param("", [], id="nothing"),
        pytest.param(" , ,", [], id="gaps"),
        pytest.param('="x"', [], id="no scheme"),
    ],
)
def test_challenges(header, expected) -> None:
    assert read(header) == expected


def test_several_fields() -> None:
    assert read("Negotiate", 'Basic realm="x"') == [("negotiate", {}), ("basic", {"realm": "x"})]


@st.composite
def written(draw):
    """Challenges, and one of the ways to write them."""
    made, fields = [], []
    for _ in range(draw(st.integers(1, 4))):
        names = draw(st.lists(TOKENS.map(str.lower), min_size=1, max_size=4, unique=True))
        values = {
            name: draw(st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=12))
            for name in names
        }
        scheme = draw(TOKENS)
        made.append((scheme.lower(), values))
        blank = st.sampled_from(["", " ", "\t"])
        parameters = []
        for name, value in values.items():
            bare = value and set(value) <= set(TOKEN_CHARACTERS) and draw(st.booleans())
            quoted = value if bare else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
            parameters.append(f"{name}{draw(blank)}={draw(blank)}{quoted}")
        fields.append(f"{scheme} " + f"{draw(blank)},{draw(blank)}".join(parameters))
    return made, ", ".join(fields)


@given(written())
def test_what_was_written_is_read(case) -> None:
    made, header = case
    assert read(header) == made


@given(st.text())
def test_anything_is_read_without_an_error(header) -> None:
    for scheme, parameters in read(header):
        assert scheme == scheme.lower()
        assert all(name == name.lower() for name in parameters)


@pytest.mark.parametrize(
    "header",
    [
        pytest.param('Basic realm="' + "\\" * 200_000, id="escapes without an end"),
        pytest.param("Basic " + "a=" * 100_000, id="half parameters"),
        pytest.param("a" * 200_000, id="one long scheme"),
        pytest.param("a " * 100_000, id="schemes without commas"),
        pytest.param('Basic a="b' * 20_000, id="quotes without an end"),
        pytest.param(", " * 100_000, id="gaps"),
    ],
)
def test_hostile_fields_cost_little(header) -> None:
    started = time.process_time()
    read(header)
    assert time.process_time() - started < 2
