"""YAML node trees: structure as ruamel.yaml's own composer has it, exact places, and refusals instead of crashes."""

from __future__ import annotations

import subprocess
import sys
import warnings

import pytest
from guardrail_hooks.formats.place import Malformed, Span
from guardrail_hooks.formats.yaml_nodes import (
    Alias,
    Mapping,
    Node,
    Scalar,
    Sequence,
    Yaml,
    duplicate_keys,
    entries,
    lookup,
    mapping,
    read,
    scalar,
    sequence,
    walk,
)
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML, YAMLError
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode


def load(text: str) -> Yaml:
    return read(text.encode())


def root(text: str) -> Node:
    (node,) = load(text).documents
    return node


def plain(node: Node) -> object:
    """The tree as nested tuples and lists, aliases shown as their name."""
    if isinstance(node, Alias):
        return f"*{node.anchor}"
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    assert isinstance(node, Mapping)
    return tuple((plain(key), plain(value)) for key, value in node.pairs)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="an empty file has no document"),
        pytest.param("# only a comment\n", [], id="nor has a comment"),
        pytest.param("---\n", [""], id="an empty document is null"),
        pytest.param("--- # c\n...\n---\na\n", ["", "a"], id="several documents"),
        pytest.param("a\n...\nb\n", ["a", "b"], id="a bare document behind an end marker"),
        pytest.param("...\na\n", ["a"], id="an end marker ends nothing"),
        pytest.param("%YAML 1.1\n---\np: 22:22\n", [(("p", "22:22"),)], id="a version changes no text"),
        pytest.param("%YAML 1.3\n---\na: 1\n", [(("a", "1"),)], id="not even an unknown one"),
        pytest.param("%TAG !e! tag:x,1:\n---\n!e!a b\n", ["b"], id="a tag directive"),
        pytest.param("a: 1\na: 2\n", [(("a", "1"), ("a", "2"))], id="duplicate keys are kept"),
        pytest.param("a:\n- 1\n- 2\n", [(("a", ["1", "2"]),)], id="a sequence that is not indented"),
        pytest.param("- - 1\n  - 2\n-\n", [[["1", "2"], ""]], id="sequences in sequences"),
        pytest.param("a:\nb: c\n", [(("a", ""), ("b", "c"))], id="a missing value"),
        pytest.param("? a\n: b\n? c\n", [(("a", "b"), ("c", ""))], id="explicit keys"),
        pytest.param(": a\n", [(("", "a"),)], id="a missing key"),
        pytest.param("{a: 1, b, c: }\n", [(("a", "1"), ("b", ""), ("c", ""))], id="flow mapping"),
        pytest.param("[a: 1, b, ]\n", [[(("a", "1"),), "b"]], id="flow sequence with a pair"),
        pytest.param('{"a":1,"b":[2]}\n', [(("a", "1"), ("b", ["2"]))], id="JSON"),
        pytest.param("a: &x [1]\nb: *x\n", [(("a", ["1"]), ("b", "*x"))], id="alias"),
        pytest.param("&x a: *x\n", [(("a", "*x"),)], id="anchored key"),
        pytest.param("&x 1\n---\n&x 2\n", ["1", "2"], id="anchors belong to their document"),
        pytest.param("- &x 1\n- &x 2\n- *x\n", [["1", "2", "*x"]], id="the same anchor twice"),
        pytest.param("a: !reset null\nb: !override\n  - 1\n", [(("a", "null"), ("b", ["1"]))], id="local tags"),
        pytest.param(
            "image: {{ .Values.image }}\n", [(("image", (((((".Values.image", ""),), ""),))),)], id="a template"
        ),
        pytest.param("a: 1\t# c\n", [(("a", "1"),)], id="a tab before a comment"),
        pytest.param("a:\tb\n", [(("a", "b"),)], id="a tab behind a colon"),
        pytest.param("a: b\tc\n", [(("a", "b\tc"),)], id="a tab inside"),
        pytest.param("a: b\n\t\nc: d\n", [(("a", "b"), ("c", "d"))], id="a line of a tab"),
        pytest.param("\t# c\na: b\n", [(("a", "b"),)], id="a tab before a comment of its own line"),
        pytest.param("a: |\t# c\n  b\n", [(("a", "b\n"),)], id="a tab in the header of a block scalar"),
        pytest.param("%YAML 1.2 # c\n---\na\n", ["a"], id="a comment behind a directive"),
        pytest.param("a: 'it''s'\nb: \"\\x41\\ud83d\\ude00\"\n", [(("a", "it's"), ("b", "A\U0001f600"))], id="escapes"),
        pytest.param('"\\ud800"', ["\ufffd"], id="half a character"),
        pytest.param("a: |\n  x\n\n  y\n\n", [(("a", "x\n\ny\n"),)], id="literal"),
        pytest.param("a: >-\n  x\n  y\n\n  z\n", [(("a", "x y\nz"),)], id="folded"),
        pytest.param("a: |2\n   x\n", [(("a", " x\n"),)], id="indentation indicator"),
        pytest.param(
            "a: |\n \n   \n    x\n", [(("a", "\n\nx\n"),)], id="blank lines first, with fewer blanks than text"
        ),
        pytest.param("a: |\n    \nb: c\n", [(("a", ""), ("b", "c"))], id="nothing but a blank line"),
        pytest.param(
            "a: b\n  \tc\n\t\n  d\n", [(("a", "b c\nd"),)], id="tabs behind the indentation of a plain scalar"
        ),
        pytest.param("a: b\n---\nc\n...\nd", [(("a", "b"),), "c", "d"], id="document markers end a plain scalar"),
        pytest.param("# c\u2028a: 1\n", [(("a", "1"),)], id="a separator ends a comment, as in libyaml"),
        pytest.param("a: b\u2028  c\n", [(("a", "b\u2028c"),)], id="and folds a plain scalar"),
        pytest.param("a:#b\n", ["a:#b"], id="a colon in a word"),
        pytest.param("a: b#c d# e #f\n", [(("a", "b#c d# e"),)], id="number signs in words"),
        pytest.param("a: b:c d\n", [(("a", "b:c d"),)], id="colons in words"),
        pytest.param("[a\n b,\n\n c # d\n]\n", [["a b", "c"]], id="words on lines in brackets"),
        pytest.param("a\n  b\n\n  c # d\n", ["a b\nc"], id="words on lines"),
        pytest.param("a: b\n\n\nc: d\n", [(("a", "b"), ("c", "d"))], id="blank lines behind a value"),
        pytest.param("- 'a'\t# b\n- [\t\tc\t,\t]\t\n", [["a", ["c"]]], id="tabs behind a scalar, and in brackets"),
        pytest.param(
            "a: |-\n  b\nc: >+\n  d\n\ne: |+1\n  f\n",
            [(("a", "b"), ("c", "d\n\n"), ("e", " f\n"))],
            id="headers of block scalars",
        ),
        pytest.param("a: |\n  # b\n # c\nd: e\n", [(("a", "# b\n"), ("d", "e"))], id="a comment behind a body"),
        pytest.param("a: |\n\n\n  b\n", [(("a", "\n\nb\n"),)], id="blank lines at the start of a body"),
        pytest.param("- |\n a\n- >\n b\n c\n   d\n e\n", [["a\n", "b c\n  d\ne\n"]], id="bodies in a list"),
        pytest.param("--- |\n  a\n...\n--- b\n", ["a\n", "b"], id="a body behind a document's mark"),
        pytest.param("--- # a\nb: c\n", [(("b", "c"),)], id="a comment behind it"),
        pytest.param("a: ---b\n", [(("a", "---b"),)], id="dashes in a word"),
        pytest.param("---a\n", ["---a"], id="at the start of a line"),
        pytest.param("a\n---b\n", ["a ---b"], id="or in a scalar of two lines"),
        pytest.param(
            "a: 0o14\nb: 8022:22\nc: yes\nd: 1.10\n",
            [(("a", "0o14"), ("b", "8022:22"), ("c", "yes"), ("d", "1.10"))],
            id="nothing is resolved",
        ),
    ],
)
def test_structure(text, expected):
    assert [plain(node) for node in load(text).documents] == expected


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("bom", ["", "\ufeff"], ids=["no mark", "mark"])
def test_places_do_not_depend_on_line_breaks_or_mark(break_, bom):
    text = 'services:\n  web: &w\n    image: "nginx"  # c\n    command: |\n      a\n      b\n  db: *w\n'.replace(
        "\n", break_
    )
    yaml = load(bom + text)
    services = mapping(mapping(yaml.documents[0]).get("services"))
    web = services.get("web")
    assert yaml.span(web) == Span(3, 5, 6, 8)
    assert yaml.span(mapping(web).get("image")) == Span(3, 12, 3, 19)
    assert yaml.span(mapping(web).get("command")) == Span(4, 14, 6, 8)
    assert scalar(mapping(web).get("command")).text == "a\nb\n"
    alias = services.get("db")
    assert yaml.span(alias) == Span(7, 7, 7, 9)
    assert alias.target is web


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a: b", ["a: b", "a", "b"], id="plain"),
        pytest.param("a: 'b c' # d", ["a: 'b c'", "a", "'b c'"], id="quoted, with its quotes"),
        pytest.param("!t &x a: !!str &y b", ["!t &x a: !!str &y b", "a", "b"], id="without tag and anchor"),
        pytest.param(
            "- [1, {x: y}] #", ["- [1, {x: y}]", "[1, {x: y}]", "1", "{x: y}", "x", "y"], id="flow, with brackets"
        ),
        pytest.param("a:\n  b:\n  - c\n\n\n", ["a:\n  b:\n  - c", "a", "b:\n  - c", "b", "- c", "c"], id="block"),
        pytest.param("a: |+\n  b\n\n# c\n", ["a: |+\n  b", "a", "|+\n  b"], id="block scalar ends with its content"),
        pytest.param("a: x\n  y\nb:", ["a: x\n  y\nb:", "a", "x\n  y", "b", ""], id="over two lines"),
        pytest.param("- &x 1\n- *x", ["- &x 1\n- *x", "1", "*x"], id="alias, with its star"),
    ],
)
def test_stretches(text, expected):
    assert [text[node.start : node.end] for node in walk(root(text))] == expected


def test_tags_anchors_and_styles_are_kept_as_written():
    yaml = load("- !reset &x a\n- !!int '1'\n- !<tag:y> \"2\"\n- |\n  3\n- >\n  4\n- &y !t\n")
    found = [(node.tag, node.anchor, node.style) for node in walk(yaml.documents[0]) if isinstance(node, Scalar)]
    assert found == [
        ("!reset", "x", ""),
        ("!!int", "", "'"),
        ("!<tag:y>", "", '"'),
        ("", "", "|"),
        ("", "", ">"),
        ("!t", "y", ""),
    ]


def test_a_pair_in_brackets_is_a_mapping_of_its_own():
    (pair,) = sequence(root("!t [? &x !u a : b]")).items
    assert isinstance(pair, Mapping)
    assert (pair.flow, pair.tag, pair.anchor) == (True, "", "")


@pytest.mark.parametrize(
    ("text", "is_null"),
    [("a:", True), ("a: ~", True), ("a: null", True), ("a: ''", False), ("a: !!str", False), ("a: none", False)],
)
def test_null(text, is_null):
    assert scalar(mapping(root(text)).get("a")).is_null is is_null


def test_accessors_follow_aliases_and_say_none_for_the_rest():
    top = mapping(root("a: &x {k: v}\nb: *x\nc: &y [1]\nd: *y\ne: &z s\nf: *z\n"))
    assert mapping(top.get("b")) is top.get("a")
    assert sequence(top.get("d")) is top.get("c")
    assert scalar(top.get("f")) is top.get("e")
    assert (mapping(top.get("c")), sequence(top.get("e")), scalar(top.get("a"))) == (None, None, None)
    assert (mapping(None), sequence(None), scalar(None), top.get("g")) == (None, None, None, None)


def test_of_duplicate_keys_the_last_is_got_and_all_are_told():
    yaml = load("a: 1\nb: 2\na: 3\n<<: {}\n<<: {}\na: 4\n")
    top = mapping(yaml.documents[0])
    assert scalar(top.get("a")).text == "4"
    assert [(first.text, yaml.span(later).line) for first, later in duplicate_keys(top)] == [
        ("a", 3),
        ("<<", 5),
        ("a", 6),
    ]


def merged(text: str, name: str) -> list[tuple[str, object, str | None]]:
    top = mapping(mapping(root(text)).get(name))
    return [(key.text, plain(value), text[via.start : via.end] if via else None) for key, value, via in entries(top)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("x: {a: 1}", [("a", "1", None)], id="no merge"),
        pytest.param("b: &b {a: 1, c: 2}\nx: {<<: *b, a: 3}", [("a", "3", None), ("c", "2", "*b")], id="own key wins"),
        pytest.param(
            "b: &b {a: 1}\nc: &c {a: 2, d: 3}\nx: {<<: [*b, *c]}",
            [("a", "1", "[*b, *c]"), ("d", "3", "[*b, *c]")],
            id="the earlier one wins",
        ),
        pytest.param(
            "b: &b {a: 1}\nc: &c {<<: *b, d: 2}\nx: {<<: *c}",
            [("d", "2", "*c"), ("a", "1", "*c")],
            id="through two merges",
        ),
        pytest.param("x: {<<: {a: 1}}", [("a", "1", "{a: 1}")], id="a mapping in place"),
        pytest.param("x: {a: 1, a: 2, <<: {a: 3}}", [("a", "1", None), ("a", "2", None)], id="duplicates stay"),
        pytest.param("x: {<<: 1, '<<': 2, a: 3}", [("a", "3", None)], id="what cannot be merged"),
        pytest.param("x: &x {<<: *x, a: 1}", [("a", "1", None)], id="a mapping that merges itself"),
        pytest.param(
            "b: &b {p: 1}\nx: {<<: [*b], <<: {q: 2}}", [("p", "1", "[*b]"), ("q", "2", "{q: 2}")], id="two merge keys"
        ),
    ],
)
def test_merges(text, expected):
    expected = [row for row in expected if row[0] != "<<"]
    found = [row for row in merged(text, "x") if row[0] != "<<"]
    assert found == expected


def test_lookup():
    text = "b: &b {p: 1, q: 2, q: 3}\nx: {<<: *b, p: 4, p: 5}\n"
    top = mapping(mapping(root(text)).get("x"))
    assert [(entry.value.text, entry.via is None) for name in "pq" if (entry := lookup(top, name))] == [
        ("5", True),
        ("3", False),
    ]
    assert lookup(top, "r") is None


def test_a_merge_bomb_costs_no_more_than_its_text():
    levels = 2_000
    lines = ["a0: &a0 {k: v}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 5)}], k{n}: v}}" for n in range(1, levels)]
    top = mapping(root("\n".join(lines) + "\n"))
    assert len(list(entries(mapping(top.get(f"a{levels - 1}"))))) == levels


def test_an_alias_bomb_is_walked_once():
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    assert sum(1 for _ in walk(root("\n".join(lines)))) == 1 + 2 * 9 + 1 + 8 * 9


def test_a_cycle_is_walked_once():
    top = root("&a [*a, &b {*b : *a}]")
    assert [type(node).__name__ for node in walk(top)] == ["Sequence", "Alias", "Mapping", "Alias", "Alias"]
    assert top.items[0].target is top


@pytest.mark.parametrize(
    ("text", "message", "span"),
    [
        pytest.param(
            "a: [1,\nb: 2\n",
            "expected ',' or ']' in a flow sequence, but found the end of the file",
            (3, 1, 3, 1),
            id="bracket",
        ),
        pytest.param(
            'a: ["1" b]\n', "expected ',' or ']' in a flow sequence, but found a scalar", (1, 9, 1, 10), id="comma"
        ),
        pytest.param("a: b: c\n", "mapping values are not allowed here", (1, 5, 1, 6), id="two colons"),
        pytest.param("a: 1\n b: 2\n", "mapping values are not allowed here", (2, 3, 2, 4), id="more indentation"),
        pytest.param(
            "a: |0\n b\n",
            "expected indentation indicator in the range 1-9, but found 0 while scanning a block scalar",
            (1, 5, 1, 6),
            id="no indentation",
        ),
        pytest.param(
            "a: |x\n b\n",
            "expected chomping or indentation indicators, but found 'x' while scanning a block scalar",
            (1, 5, 1, 6),
            id="no indicator",
        ),
        pytest.param(
            "a: 'b' c\n",
            "expected a key or less indentation, but found a scalar",
            (1, 8, 1, 9),
            id="text behind a quote",
        ),
        pytest.param("a: ]\n", 'expected a value, but found "]"', (1, 4, 1, 5), id="a bracket that closes nothing"),
        pytest.param(
            "{a: [1}\n", "expected ',' or ']' in a flow sequence, but found \"}\"", (1, 7, 1, 8), id="the wrong bracket"
        ),
        pytest.param(
            "{a: 1, b: 2]\n",
            "expected ',' or '}' in a flow mapping, but found \"]\"",
            (1, 12, 1, 13),
            id="the wrong brace",
        ),
        pytest.param(
            "%TAG !a! b\n%TAG !a! c\n---\n", "duplicate %TAG !a! directive", (2, 1, 2, 2), id="a handle twice"
        ),
        pytest.param(
            "a: b\n...\n%YAML 1.2\nc\n",
            "expected '---', but found a scalar",
            (4, 1, 4, 2),
            id="a directive in the middle",
        ),
        pytest.param(
            "a:\n   b: 1\n  c: 2\n",
            "expected a key or less indentation, but found a new mapping",
            (3, 3, 3, 4),
            id="less",
        ),
        pytest.param(
            "a:\n  - b\n  c: d\n", 'expected a "-" or less indentation, but found a key', (3, 3, 3, 4), id="no dash"
        ),
        pytest.param(
            "a: 'b\nc: d\n",
            "found unexpected end of stream while scanning a quoted scalar",
            (1, 4, 1, 5),
            id="open quote",
        ),
        pytest.param(
            "a: 1\nEOF\nb: 2\n", "could not find expected ':' while scanning a simple key", (2, 1, 2, 2), id="no colon"
        ),
        pytest.param("a: *b\n", "the alias *b has no anchor", (1, 4, 1, 5), id="undefined alias"),
        pytest.param("&a 1\n---\n*a\n", "the alias *a has no anchor", (3, 1, 3, 2), id="anchor of another document"),
        pytest.param(
            "a: *\u202eb\n", "the alias *\\u202eb has no anchor", (1, 4, 1, 5), id="a name that is not printable"
        ),
        pytest.param("a: !x!y b\n", "the tag handle !x! is not declared", (1, 4, 1, 5), id="tag handle"),
        pytest.param(
            "a: |\n    \n  b\n",
            "found a blank line deeper than the text while scanning a block scalar",
            (3, 1, 3, 2),
            id="blank line",
        ),
        pytest.param("a: @b\n", "found character '@' that cannot start any token", (1, 4, 1, 5), id="reserved"),
        pytest.param(
            "\ta: b\n", "found character '\\t' that cannot start any token", (1, 1, 1, 2), id="tab as indentation"
        ),
        pytest.param("a: x\x00y\n", "the control character U+0000 is not allowed", (1, 5, 1, 6), id="NUL"),
        pytest.param("\u00e9\x1b[0m\n", "the control character U+001B is not allowed", (1, 2, 1, 3), id="escape"),
        pytest.param("%YAML 2.0\n---\n", "YAML 2.0 is not known", (1, 1, 1, 2), id="version"),
        pytest.param("%YAML 1.2\n%YAML 1.2\n---\n", "duplicate %YAML directive", (2, 1, 2, 2), id="two versions"),
        pytest.param(
            "%YAML 1.2\na\n", "expected '---', but found a scalar", (2, 1, 2, 2), id="directive without document"
        ),
        pytest.param(
            "a\n... b\n", "expected a line break behind '...', but found a scalar", (2, 5, 2, 6), id="end marker"
        ),
        pytest.param("[a]\nb\n", "expected '---', but found a scalar", (2, 1, 2, 2), id="two roots"),
        pytest.param("- [a,,b]\n", 'expected a value, but found ","', (1, 6, 1, 7), id="no value"),
        pytest.param('"\\UFFFFFFFF"', "this escape or number is out of range", (1, 4, 1, 5), id="no such character"),
    ],
)
def test_refused(text, message, span):
    with pytest.raises(Malformed) as caught:
        load(text)
    assert (str(caught.value), tuple(caught.value.span)) == (message, span)


def test_nesting_up_to_200_levels_is_read_and_no_deeper():
    assert load("[" * 200 + "]" * 200).documents
    assert load("\n".join(" " * n + "a:" for n in range(200))).documents
    for text in ("[" * 201, "[" * 100_000, "{a: " * 100_000, "- " * 100_000, "? " * 100_000, "[a: " * 100_000):
        with pytest.raises(Malformed, match=r"^nested deeper than 200 levels$") as caught:
            load(text)
        assert caught.value.span.line == 1


def test_a_file_over_1_mb_is_refused_before_it_is_scanned():
    assert load("#" * (1024 * 1024)).documents == []
    with pytest.raises(Malformed, match=r"^the file has 1,048,577 bytes, at most 1,048,576 are read$") as caught:
        load("[" * (1024 * 1024 + 1))
    assert caught.value.span == Span(1, 1, 1, 2)


@pytest.mark.parametrize(
    "text",
    ["'" + "a " * 250_000, "a: b\n" * 100_000, "[" + "a, " * 150_000, "a" * 500_000, " " * 500_000, "&a " * 150_000],
    ids=["open quote", "many keys", "open bracket", "one word", "blanks", "anchors"],
)
def test_hostile_length(text):
    error = refusal(text.encode())
    assert error is None or str(error).isprintable()


def refusal(data: bytes) -> Malformed | None:
    try:
        read(data)
    except Malformed as error:
        return error
    return None


# ruamel.yaml's own composer as the oracle, where it is right.


def as_ruamel_composes(text: str) -> list[object] | None:
    def tree(node: object) -> object:
        if isinstance(node, ScalarNode):
            return node.value
        if isinstance(node, MappingNode):
            return tuple((tree(key), tree(value)) for key, value in node.value)
        return [tree(item) for item in node.value]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the same anchor twice
        try:
            return [tree(node) for node in YAML(typ="safe", pure=True).compose_all(text)]
        except MarkedYAMLError as error:
            # It takes a blank line with fewer blanks than the text for an error; section 8.1.1.1 does not.
            assume("more indented follow up line" not in str(error))
            return None
        except (YAMLError, RecursionError):
            return None


def expanded(node: Node, depth: int = 0) -> object:
    if depth > 50:
        raise RecursionError
    node = node.target
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [expanded(item, depth + 1) for item in node.items]
    assert isinstance(node, Mapping)
    return tuple((expanded(key, depth + 1), expanded(value, depth + 1)) for key, value in node.pairs)


def documents(text: str) -> list[object] | None:
    try:
        return [expanded(node) for node in load(text).documents]
    except (Malformed, RecursionError):
        return None


PIECES = (
    *(
        "a",
        "b: ",
        "- ",
        "-",
        "\n",
        "\n  ",
        "\n    ",
        "  ",
        " ",
        "# c",
        "#",
        ": ",
        ":",
        "? ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        ",",
    ),
    *(
        '"x"',
        "'y'",
        '"a\\\n b"',
        "|\n  t\n",
        ">-\n  t\n  u\n",
        "&a ",
        "*a",
        "!t ",
        "!!str ",
        "---\n",
        "key",
        "x y",
        "é",
    ),
    *("<<: *a", '"', "'", "|", ">", "%YAML 1.2\n---\n", "\r\n", "\r", "|2\n   z\n", "k:\n  - v\n", "a: b\n", "- c\n"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@settings(max_examples=1_000)
def test_agrees_with_the_composer_of_ruamel(text):
    error = refusal(text.encode())
    # The other way round it reads what that section calls an error.
    assume(error is None or "a blank line deeper than the text" not in str(error))
    assert documents(text) == as_ruamel_composes(text)


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_raises_nothing_but_malformed(data):
    if error := refusal(data):
        assert str(error).isprintable()
        assert error.span.line >= 1
        return
    yaml = read(data)
    for node in (node for document in yaml.documents for node in walk(document)):
        assert 0 <= node.start <= node.end <= len(yaml.source.text)


SCALARS = st.sampled_from(
    [
        "a",
        "x y",
        "1.10",
        "8022:22",
        "'it''s'",
        '"q\\n"',
        "|\n{i}  lit\n{i}  two",
        ">-\n{i}  fold\n{i}  ed",
        "*anchor",
        "~",
    ]
)
TREES = st.recursive(
    SCALARS,
    lambda children: st.tuples(st.sampled_from(["map", "seq"]), st.lists(children, min_size=1, max_size=3)),
    max_leaves=8,
)


def render(tree: object, indent: str = "") -> str:
    if isinstance(tree, str):
        return tree.replace("{i}", indent)
    kind, children = tree
    deeper = indent + "  "
    if kind == "seq":
        return "".join(f"\n{indent}- {render(child, deeper)}" for child in children)
    return "".join(f"\n{indent}k{n}: {render(child, deeper)}" for n, child in enumerate(children))


@given(TREES, st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["", "\ufeff"]))
def test_plain_text_stands_at_its_span_whatever_the_line_breaks(tree, break_, bom):
    text = f"top: &anchor x\nbody: {render(tree, '  ')}\n"
    expected = documents(text)
    assert expected is not None
    yaml = load(bom + text.replace("\n", break_))
    assert [expanded(node) for node in yaml.documents] == expected
    for node in (node for document in yaml.documents for node in walk(document)):
        if isinstance(node, Scalar) and node.style == "":
            assert yaml.source.text[node.start : node.end] == node.text
        line, column, *_ = yaml.span(node)
        assert yaml.source.lines[line - 1] + column - 1 == node.start


def test_nothing_heavy_is_imported_before_a_file_is_read():
    heavy = {"ruamel.yaml", "typing", "dataclasses", "enum", "logging", "pathlib"}
    code = f"import sys; import guardrail_hooks.formats.yaml_nodes; print(sorted({heavy!r} & set(sys.modules)))"
    bare = "import sys, re; " + code.partition("; ")[2].replace("import guardrail_hooks.formats.yaml_nodes; ", "")
    assert run(code).strip() in ("[]", run(bare).strip())


def run(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


READ = """
from guardrail_hooks.formats.place import Malformed
from guardrail_hooks.formats.yaml_nodes import read
read(b"a: 1")
"""
REFUSE = """
for data in (b"a: @", b"*a", b"a: \\x00"):
    try:
        read(data)
    except Malformed as error:
        print(error)
"""


@pytest.mark.parametrize("first", ["", "import ruamel.yaml\n"], ids=["alone", "ruamel.yaml imported before"])
def test_the_package_is_whole_for_everybody_else(first):
    load_it = "import ruamel.yaml\nprint(ruamel.yaml.YAML(typ='safe').load('a: 1'))"
    assert run(f"{first}{READ}{REFUSE}{load_it}{REFUSE}").splitlines() == [
        *(refused := run(f"{READ}{REFUSE}").splitlines()),
        "{'a': 1}",
        *refused,
    ]
    assert len(refused) == 3


def test_no_more_of_the_package_is_imported_than_the_scanner():
    names = "import sys\nprint([name for name in sys.modules if name.startswith('ruamel.')])"
    assert run(f"{READ}{names}") == "[]"


def test_without_the_short_cut_the_package_is_imported_as_usual():
    refuse_it = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name == "ruamel.yaml.scanner" and not hasattr(sys.modules["ruamel.yaml"], "__file__"):
            raise ImportError(name)
sys.meta_path.insert(0, Refuse())
"""
    assert run(f"{refuse_it}{READ}print('ruamel.yaml.main' in sys.modules)") == "True"
