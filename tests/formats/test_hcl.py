from __future__ import annotations

import pytest
from guardrail_hooks.formats.hcl import DEEPEST, Block, Object, Other, Text, Tuple, read
from guardrail_hooks.formats.interpolation import LITERAL, MISSING
from guardrail_hooks.formats.place import Malformed
from hypothesis import given
from hypothesis import strategies as st


def value(expression: str):
    """The value of an attribute with this expression."""
    (attribute,) = read(f"a = {expression}\n".encode()).root.attributes
    return attribute[1]


def plain(found):
    """A value without its places."""
    if isinstance(found, Text):
        return found.literal
    if isinstance(found, Tuple):
        return [plain(item) for item in found.items]
    if isinstance(found, Object):
        return {key: plain(item) for key, item in found.pairs}
    return Other


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param('"x"', "x", id="a text"),
        pytest.param('""', "", id="an empty text"),
        pytest.param(r'"a\n\t\"\\\u00fc\U0001f600"', 'a\n\t"\\\u00fc\U0001f600', id="escapes"),
        pytest.param('"$ % $${x} %%{y} $x"', "$ % ${x} %{y} $x", id="signs that begin no template"),
        pytest.param('"a${b}"', None, id="a template"),
        pytest.param('"${f("}")}"', None, id="a text in a template"),
        pytest.param('"%{ if x }a%{ endif }"', None, id="a directive"),
        pytest.param("<<E\na\n b\nE", "a\n b\n", id="a here-document"),
        pytest.param("<<-E\n  a\n\n    b\n  E", "a\n\n  b\n", id="an indented one"),
        pytest.param("<<E\nE", "", id="an empty one"),
        pytest.param("[]", [], id="an empty list"),
        pytest.param('["a", "b",]', ["a", "b"], id="a list"),
        pytest.param('[\n"a",\n# c\n"b"\n]', ["a", "b"], id="a list on lines"),
        pytest.param('[<<E\na\nE\n, "b"]', ["a\n", "b"], id="a here-document in a list"),
        pytest.param("{}", {}, id="an empty object"),
        pytest.param('{a = "b", "c" : "d"}', {"a": "b", "c": "d"}, id="an object"),
        pytest.param('{\na = "b" # c\nd = "e"\n}', {"a": "b", "d": "e"}, id="an object on lines"),
        pytest.param('{ (x) = "a", b = "c" }', {"b": "c"}, id="a key that is an expression"),
        pytest.param('{ a-b.c = "d" }', {"a-b.c": "d"}, id="a key with signs"),
        pytest.param('{ a = <<E\nb\nE\nc = "d" }', {"a": "b\n", "c": "d"}, id="a here-document in an object"),
        pytest.param("1", Other, id="a number"),
        pytest.param("-1.5e3", Other, id="a negative number"),
        pytest.param("null", Other, id="null"),
        pytest.param("a.b[0].*.c", Other, id="a path"),
        pytest.param('f("a", ["b"], { c = "d" })', Other, id="a call"),
        pytest.param('a ? "b" : "c"', Other, id="a condition"),
        pytest.param('"a" == "b"', Other, id="a comparison"),
        pytest.param("(\n1 +\n2\n)", Other, id="brackets over lines"),
        pytest.param('[for x in y : "${x}" if x != ""]', Other, id="a loop"),
        pytest.param("{ for x in y : x => x... }", Other, id="a loop that groups"),
        pytest.param('["a"][0]', Other, id="an item of a list"),
        pytest.param('"$" ', "$", id="a dollar at the end"),
        pytest.param('"%%{a}$$x%x"', "%{a}$$x%x", id="signs of all kinds"),
        pytest.param('"${a}${b}"', None, id="two templates"),
        pytest.param('"\\U0010ffff\\u0000"', "\U0010ffff\0", id="the last character and the first"),
        pytest.param("<<-E\n    a\n  ${b}\n    E", None, id="a template in an indented here-document"),
        pytest.param("<<-E\n   a\n\t\n  b\nE", " a\n\nb\n", id="a line of blanks counts for nothing"),
        pytest.param("<<-E\n\n  \n E", "\n  \n", id="and keeps its blanks where there is no other"),
        pytest.param("<<-E\n  $ a\n    % b\nE", "$ a\n  % b\n", id="lines that begin with a sign"),
        pytest.param("<<-E\n  $${a}\n   b\nE", "${a}\n b\n", id="an escaped template behind blanks"),
        pytest.param("<<E\r\na\r\nE\r\n", "a\r\n", id="CRLF in a here-document"),
        pytest.param("<<E_1-x\na\n  E_1-x  \n", "a\n", id="what its name is made of, and blanks around it"),
        pytest.param("<<E\nE2\nE\n", "E2\n", id="a longer word ends nothing"),
        pytest.param("{a : [1], b = {c = 2}, }", {"a": [Other], "b": {"c": Other}}, id="values of all kinds"),
        pytest.param("{a = 1\nb = 2, c = 3\n\n}", {"a": Other, "b": Other, "c": Other}, id="commas and lines"),
        pytest.param('{"a${b}" = 1, c = 2}', {"c": Other}, id="a key with a template"),
        pytest.param('{1 = "a", b.c = "d"}', {"1": "a", "b.c": "d"}, id="numbers as keys"),
        pytest.param('[ "a" /* b */ , // c\n"d" # e\n]', ["a", "d"], id="comments between"),
        pytest.param("[for x in y : x]", Other, id="a loop alone"),
        pytest.param('[ forx, "a"]', [Other, "a"], id="a name that begins like one"),
        pytest.param('"a" /* b */ # c', "a", id="comments behind a value"),
        pytest.param('f(\n"a", # b\n"c"\n)', Other, id="a call over lines"),
        pytest.param("a[<<E\nb\nE\n]", Other, id="a here-document in an index"),
        pytest.param('x == "a" ? [1] : {}', Other, id="all in one"),
        pytest.param("!a && -b >= 1 % 2", Other, id="signs"),
        pytest.param("a.b.c", Other, id="a name in names"),
    ],
)
def test_expressions(expression, expected) -> None:
    assert plain(value(expression)) == expected


def test_blocks() -> None:
    text = 'x = 1\nvariable "A" {\n  default = "b"\n  validation { condition = A != "" }\n}\nlocals { }\nb c "d" {}'
    root = read(text.encode()).root
    assert [name for name, _ in root.attributes] == ["x"]
    assert [(block.kind, block.labels) for block in root.blocks] == [
        ("variable", ("A",)),
        ("locals", ()),
        ("b", ("c", "d")),
    ]
    assert [block.kind for block in root.blocks[0].blocks] == ["validation"]
    assert isinstance(root, Block)
    assert (root.kind, root.labels) == ("", ())


@pytest.mark.parametrize("expression", ['"x${a}y\\n$${b}"', "<<-E\n  x${a}\n  y\n  E"])
def test_pieces_know_where_they_stand(expression) -> None:
    source = f"a = {expression}\n"
    ((_, text),) = read(source.encode()).root.attributes
    assert source[text.start : text.end] == expression
    for piece in text.pieces:
        written = source[piece.start : piece.end]
        if piece.origin == MISSING:
            assert written == "${" + piece.name + "}"
        else:
            assert piece.origin == LITERAL
            assert written in (piece.text, "\\n", "$${")


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a = ", 1, 5, "the file ends where a value is expected"),
        ("a = \nb = 1", 1, 5, "the line ends where a value is expected"),
        ('a = "b\n', 1, 5, "a text that is not closed on its line"),
        ('a = "\\q"', 1, 6, "an unknown escape"),
        ('a = "\\ud800"', 1, 6, "an escape that is no character"),
        ("a = <<E\nb\n", 1, 5, 'the here-document "E" is not closed'),
        ("a = [1, 2", 1, 5, '"[" is not closed'),
        ("a = [1\nb", 1, 5, '"[" is not closed'),
        ("a = { b = 1", 1, 5, '"{" is not closed'),
        ('a = { b "c" }', 1, 9, '\'"\' where "=" is expected'),
        ("a = { = 1 }", 1, 7, "'=' where a key is expected"),
        ('a = { b = "c" ]', 1, 15, "']' is out of place"),
        ("a = (1", 1, 5, '"(" is not closed'),
        ("a = (1]", 1, 7, "']' is out of place"),
        ('a = "${b"', 1, 9, "a text that is not closed on its line"),
        ("a {\n  b = 1\n", 1, 1, 'the block "a" is not closed'),
        ("a\n", 1, 2, 'the line ends where "=" or "{" is expected'),
        ("= 1", 1, 1, "'=' where an attribute or a block is expected"),
        ("}", 1, 1, "'}' where an attribute or a block is expected"),
        ("a {} b {}", 1, 6, "'b' where the line should end"),
        ("/* a", 1, 1, "a comment that is not closed"),
        ("a = 1 /* b\n", 1, 7, "a comment that is not closed"),
        ("/*/", 1, 1, "a comment that is not closed"),
        ("a {", 1, 1, 'the block "a" is not closed'),
        ("a {\n  b {\n", 2, 3, 'the block "b" is not closed'),
        ("a = {", 1, 5, '"{" is not closed'),
        ("a = [", 1, 5, '"[" is not closed'),
        ("a = [[1]", 1, 5, '"[" is not closed'),
        ("a = {\nb = 1\n", 1, 5, '"{" is not closed'),
        ("a = [1 2", 1, 5, '"[" is not closed'),
        ("a == 1", 1, 3, '\'=\' where "=" or "{" is expected'),
        ("a b = 1", 1, 5, '\'=\' where "=" or "{" is expected'),
        ('a "b" c', 1, 8, 'the file ends where "=" or "{" is expected'),
        ("a = 1 }", 1, 7, "'}' where an attribute or a block is expected"),
        ("a {\n} }", 2, 3, "'}' where an attribute or a block is expected"),
        ("a = {b}", 1, 7, "'}' where \"=\" is expected"),
        ("a = {b = }", 1, 10, "'}' where a value is expected"),
        ("a = {b =\nc}", 1, 9, "the line ends where a value is expected"),
        ("a = [,]", 1, 6, "',' where a value is expected"),
        ("a = {(b = 1}", 1, 12, "'}' is out of place"),
        ("a = {(b", 1, 6, '"(" is not closed'),
        ('a = {"b', 1, 6, "a text that is not closed on its line"),
        ("a = f(1, [2)", 1, 12, "')' is out of place"),
        ('a = "\\u12"', 1, 6, "an unknown escape"),
        ('a = "\\U00110000"', 1, 6, "an escape that is no character"),
        ('a = "b\\udfff"', 1, 7, "an escape that is no character"),
        ('a = "${b', 1, 7, '"{" is not closed'),
        ("a = <<E\nb\nEE", 1, 5, 'the here-document "E" is not closed'),
        ("a = 'b'", 1, 5, '"\'" is out of place'),
        ("a = 1\n\u00e9 = @", 2, 5, "'@' is out of place"),
        ("a = \u20ac", 1, 5, "'\\u20ac' is out of place"),
        ("a = \u2028", 1, 5, "'\\u2028' is out of place"),
        ("a = ;", 1, 5, "';' is out of place"),
        ("\ufeffa = 'b'", 1, 5, '"\'" is out of place'),
    ],
)
def test_what_is_refused(text, line, column, message) -> None:
    with pytest.raises(Malformed) as caught:
        read(text.encode())
    assert (str(caught.value), caught.value.span[:2]) == (message, (line, column))


@pytest.mark.parametrize("raw", [b'a = "\xff"', b"\xff\xfea\0", b"a = \0"])
def test_bytes_that_are_no_text(raw) -> None:
    with pytest.raises(Malformed):
        read(raw)


@pytest.mark.parametrize("opening", ["[", "{a=", "(", '"${', "f("])
def test_depth_is_bounded(opening) -> None:
    with pytest.raises(Malformed, match=f"nested more than {DEEPEST} levels deep"):
        read(b"a = " + opening.encode() * 100_000)
    with pytest.raises(Malformed, match=f"nested more than {DEEPEST} levels deep"):
        read(b"a {\n" * 100_000)


def test_long_lines_take_no_time() -> None:
    assert plain(value('"' + "x" * 5_000_000 + '"')) == "x" * 5_000_000
    assert plain(value("[" + '"x", ' * 100_000 + "]")) == ["x"] * 100_000


def test_where_blocks_attributes_and_texts_stand() -> None:
    text = 'a = "b"\nc "d" e {\n  f = <<E\ng\nE\n  h = ["x"]\n}\n'
    found = read(text.encode())
    assert [text[start:end] for start, end in found.stretches] == ['a = "b"', "f = <<E\ng\nE"]
    ((_, b),) = found.root.attributes
    (block,) = found.root.blocks
    (_, f), (_, h) = block.attributes
    assert [text[one.start : one.end] for one in (b, f, h.items[0])] == ['"b"', "<<E\ng\nE", '"x"']
    assert (block.kind, block.labels) == ("c", ("d", "e"))


def test_names_of_attributes_and_labels() -> None:
    root = read('\u00e9-1_ = 1\na "b ${c}" {}\n\n\n# d\na = 1\na = 2'.encode()).root
    assert [name for name, _ in root.attributes] == ["\u00e9-1_", "a", "a"]
    assert [block.labels for block in root.blocks] == [("",)]


def test_nesting_up_to_a_hundred_brackets() -> None:
    assert read(b"a = " + b"[" * DEEPEST + b"]" * DEEPEST)
    assert read(b"a {\n" * DEEPEST + b"}\n" * DEEPEST)
    assert read(b"a = [" + b"[]," * 300 + b"]\n" + b"b {\n}\n" * 300 + b"c = f(1)\n" * 300)
    for text, place in (
        (b"a = " + b"[" * 101, (1, 105)),
        (b"a {\n" * 101, (101, 3)),
        (b"a = x" + b"(" * 101, (1, 106)),
    ):
        with pytest.raises(Malformed, match=r"^nested more than 100 levels deep$") as caught:
            read(text)
        assert caught.value.span[:2] == place


def test_stretches_of_comments() -> None:
    text = "# a\r\nb = [ // c\r\n 1, /* d\r\n */ 2]\r\n#e"
    assert [text[start:end] for start, end in read(text.encode()).comment_spans] == ["# a", "// c", "/* d\r\n */", "#e"]


def test_comments() -> None:
    text = '# one\n// two\na = "b" # three\n/* four\nfive */\nc = <<E\nd\nE\n\n# six\n\n'
    found = [(comment.text, comment.first, comment.last) for comment in read(text.encode()).comments()]
    assert found == [("one", 3, 3), ("two", 3, 3), ("three", 3, 3), ("four\nfive", 6, 8), ("six", 11, 0)]


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20)
VALUES = st.recursive(
    TEXTS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=12
)


def written(data) -> str:
    """Data as an expression."""
    if isinstance(data, list):
        return "[" + ", ".join(written(item) for item in data) + "]"
    if isinstance(data, dict):
        return "{" + ", ".join(f"{written(key)} = {written(item)}" for key, item in data.items()) + "}"
    escaped = data.replace("\\", "\\\\").replace('"', '\\"').replace("${", "$${").replace("%{", "%%{")
    return f'"{escaped}"'


@given(VALUES)
def test_what_is_written_is_read(data) -> None:
    assert plain(value(written(data))) == data


@given(st.text("ab=\"'${}[]()<EOT\n\\#/*,:-% ", max_size=60))
def test_any_text_is_read_or_refused_at_its_place(text) -> None:
    line, column = 1, 1
    try:
        read(text.encode())
    except Malformed as problem:
        line, column = problem.span[:2]
    lines = text.split("\n")
    assert 1 <= line <= len(lines)
    assert 1 <= column <= len(lines[line - 1]) + 1


def test_a_key_and_its_value_stand_on_one_line() -> None:
    assert read(b"x = {\n  a\n}\n".replace(b"a\n", b"a = 1\n")).root.attributes
    with pytest.raises(Malformed):
        read(b"x = {\n  a\n  = 1\n}\n")
