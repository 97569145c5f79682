"""TOML with places."""

from __future__ import annotations

import sys

import pytest
from guardrail_hooks.formats import toml_keys
from guardrail_hooks.formats.place import Malformed
from guardrail_hooks.formats.source import Source
from hypothesis import given
from hypothesis import strategies as st

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TEXT = """\
# the team's servers
[mcp_servers.docs]
command = "npx" # pinned below
"quoted key" = 'x'
args = ["-y", # yes
  "acme@1.0.0",
]
env = { A = "1", B.C = 2 }

[mcp_servers.docs.http_headers]
X = \"\"\"several
lines\"\"\"
at = 1979-05-27 07:32:00
# the second
[[list]]
a = 1
[[list]]
a = 2.5
"""


def places(value, document, prefix="") -> dict[str, tuple[int, int]]:
    found = {}
    for member in value.members:
        found[prefix + member.name] = document.span(member.key.start, member.key.end)[:2]
        found |= places(member.value, document, f"{prefix}{member.name}.")
    return found


def test_keys_stand_where_they_are_written() -> None:
    document = toml_keys.parse(Source(TEXT))
    found = places(document.root, document)
    assert found["mcp_servers.docs"] == (2, 14)
    assert found["mcp_servers.docs.quoted key"] == (4, 1)
    assert found["mcp_servers.docs.env.B.C"] == (8, 20)
    assert found["mcp_servers.docs.http_headers.at"] == (13, 1)


def test_values_are_those_of_tomllib() -> None:
    wanted = tomllib.loads(TEXT)
    wanted["mcp_servers"]["docs"]["http_headers"]["at"] = "1979-05-27 07:32:00"
    assert toml_keys.parse(Source(TEXT)).root.plain() == wanted


def test_a_comment_above_a_table_speaks_for_the_table_and_what_continues_it() -> None:
    found = [(one.text, one.first, one.last) for one in toml_keys.parse(Source(TEXT)).comments()]
    assert found[0] == ("the team's servers", 2, 13)
    assert found[1] == ("pinned below", 3, 3)
    assert found[3] == ("the second", 15, 16)


@pytest.mark.parametrize(
    ("text", "place"),
    [('[a]\nb = "x\n', (2, 7)), ("a =\n", (1, 4)), ("a = 1\na = 2\n", (2, 6)), ("a = " + "[" * 100_000, (1, 1))],
)
def test_refusals_stand_at_their_place(text, place) -> None:
    with pytest.raises(Malformed) as caught:
        toml_keys.parse(Source(text))
    assert caught.value.span[0] in (place[0], place[0] + 1)


@given(st.text(alphabet="ab.=[]{}\"' \n#1,\\-_"))
def test_reads_whatever_tomllib_accepts_and_raises_nothing_but_malformed(text) -> None:
    try:
        wanted = tomllib.loads(text)
    except (ValueError, RecursionError):
        with pytest.raises(Malformed):
            toml_keys.parse(Source(text))
        return
    assert toml_keys.parse(Source(text)).root.plain() == wanted


def test_comments_in_arrays_and_the_extent_of_values() -> None:
    text = "# above\na = [ # open\n  1,\n  # two\n  [2,\n  3], {b = 4, c.d = [5]},\n]\n"
    document = toml_keys.parse(Source(text))
    found = [(one.text, one.first, one.last) for one in document.comments()]
    assert found == [("above", 2, 7), ("open", 2, 2), ("two", 5, 6)]
    (member,) = document.root.members
    _, pair, table = member.value.values
    assert [text[one.start : one.end] for one in (pair, table)] == ["[2,\n  3]", "{b = 4, c.d = [5]}"]
    assert text[member.value.start : member.value.end].endswith("},\n]")


def test_nesting_beyond_any_stack_is_refused() -> None:
    with pytest.raises(Malformed, match=r"^nested"):
        toml_keys.parse(Source("a = " + "[" * 100_000))
