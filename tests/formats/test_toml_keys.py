# ruff: noqa: E501  (tables of texts read better in one line each)
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
    ("text", "place", "message"),
    [
        ('[a]\nb = "x\n', (2, 7, 2, 8), "illegal character '\\n'"),
        ("a =\n", (1, 4, 1, 5), "invalid value"),
        ("a = 1\na = 2\n", (2, 6, 2, 7), "cannot overwrite a value"),
        ("[a]\n[a]\n", (2, 3, 2, 4), "cannot declare ('a',) twice"),
        ("a = [1, 2", (1, 10, 1, 10), "the file ends too early: unclosed array"),
        ("a", (1, 2, 1, 2), "the file ends too early: expected '=' after a key in a key/value pair"),
        ("a = " + "[" * 100_000, (1, 1, 1, 2), "nested too deeply"),
        ("a = " + "[" * 102 + "]" * 102, (1, 106, 1, 107), "nested more than 100 levels deep"),
    ],
)
def test_refusals_stand_at_their_place(text, place, message) -> None:
    with pytest.raises(Malformed) as caught:
        toml_keys.parse(Source(text))
    assert (tuple(caught.value.span), str(caught.value)) == (place, message)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a.b = 1\na.c = 2", {"a": {"b": 1, "c": 2}}, id="dotted keys"),
        pytest.param("[a]\nb = 1\n[a.c]\nd = 2", {"a": {"b": 1, "c": {"d": 2}}}, id="tables in tables"),
        pytest.param("[a.b]\n[a]\nc = 1", {"a": {"b": {}, "c": 1}}, id="in any order"),
        pytest.param("[[a]]\nb = 1\n[a.c]\n[[a]]\n[a.c]\nd = 1", {"a": [{"b": 1, "c": {}}, {"c": {"d": 1}}]}, id="lists of tables"),
        pytest.param("[[a.b]]\n[[a.b]]\nc.d = 1", {"a": {"b": [{}, {"c": {"d": 1}}]}}, id="below others"),
        pytest.param("a = {b.c = 1, b.d = {}}", {"a": {"b": {"c": 1, "d": {}}}}, id="dotted keys in inline tables"),
        pytest.param("a = [[1, 2], [], [{b = [3]}]]", {"a": [[1, 2], [], [{"b": [3]}]]}, id="lists"),
        pytest.param("\"a b\" . 'c.d' = 1", {"a b": {"c.d": 1}}, id="quoted keys, with blanks"),
        pytest.param('"\\u00e9" = "\\t\\\\"', {"\u00e9": "\t\\"}, id="escapes"),
        pytest.param("1-a_B = 0x1F", {"1-a_B": 31}, id="what bare keys are made of; a number of another base"),
        pytest.param("a = -1_000.5e-1", {"a": -100.05}, id="a number"),
        pytest.param("a = true\nb = false", {"a": True, "b": False}, id="booleans"),
        pytest.param("a = 07:32:00\nb = 1979-05-27T07:32:00Z", {"a": "07:32:00", "b": "1979-05-27 07:32:00+00:00"}, id="times are texts"),
        pytest.param("a = [1979-05-27 07:32:00, 1979-05-27]", {"a": ["1979-05-27 07:32:00", "1979-05-27"]}, id="in a list"),
        pytest.param("a = \"\"\"\nx\"\"y\\\n  z\"\"\"\"\"", {"a": 'x""yz""'}, id="long texts"),
        pytest.param("a = '''\nx''y\\''''", {"a": "x''y\\'"}, id="long texts as they are"),
        pytest.param("a = '''\r\nx\r\ny'''\r\nb = 1\r\n", {"a": "x\ny", "b": 1}, id="CRLF"),
        pytest.param("a='x#y'#z\nb=\"#\"", {"a": "x#y", "b": "#"}, id="signs in texts"),
        pytest.param("a = {b=1,c=[2,3,[4]],d={e=5}}", {"a": {"b": 1, "c": [2, 3, [4]], "d": {"e": 5}}}, id="no blanks"),
        pytest.param("", {}, id="nothing"),
    ],
)  # fmt: skip
def test_values(text, expected) -> None:
    assert toml_keys.parse(Source(text)).root.plain() == expected


def test_stretches() -> None:
    text = "[a]\nb.c = [1, 'x'] # d\n[[e]]\nf = {g = 2}\n"
    document = toml_keys.parse(Source(text))

    def written(value) -> str:
        return text[value.start : value.end]

    a, e = document.root.members
    assert (written(a.key), written(a.value)) == ("a", "a]\nb.c = [1, 'x']")
    (b,) = a.value.members
    (c,) = b.value.members
    assert [written(one) for one in (b.key, c.key, c.value, *c.value.values)] == ["b", "c", "[1, 'x']", "1", "'x'"]
    assert (written(e.key), written(e.value.values[0])) == ("e", "e]]\nf = {g = 2}")
    (f,) = e.value.values[0].members
    (g,) = f.value.members
    assert [written(one) for one in (f.key, f.value, g.key, g.value)] == ["f", "{g = 2}", "g", "2"]
    assert [
        (start, table is value)
        for (start, table), value in zip(document.headers, (a.value, e.value.values[0]), strict=True)
    ] == [(0, True), (23, True)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_comments_end_with_their_lines(end) -> None:
    text = end.join(["# a ", "b = 1 # c", "#", "", "# d"])
    document = toml_keys.parse(Source(text))
    assert [(note.text, text[note.start : note.end]) for note in document.notes] == [
        *[("a", "# a "), ("c", "# c"), ("", "#"), ("d", "# d")],
    ]
    assert [(one.text, one.first, one.last) for one in document.comments()] == [
        *[("a", 2, 2), ("c", 2, 2), ("", 4, 3), ("d", 6, 5)],
    ]


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


def test_nesting_up_to_a_hundred_levels() -> None:
    found = toml_keys.parse(Source("a = " + "[" * 101 + "]" * 101)).root.get("a")
    for _ in range(100):
        (found,) = found.values
    assert found.values == []
    with pytest.raises(Malformed, match=r"^nested more than 100 levels deep$"):
        toml_keys.parse(Source("a = " + "{a = " * 102 + "1" + "}" * 102))


def test_nesting_beyond_any_stack_is_refused() -> None:
    with pytest.raises(Malformed, match=r"^nested"):
        toml_keys.parse(Source("a = " + "[" * 100_000))
