"""What is fuzzed, and what must hold for any input: one function per reader, from bytes to nothing.

A target returns when its reader accepted the input or refused it with the exception that its documentation names, and
raises for everything else. `seeds` are real inputs out of the labelled cases, `words` are what the format is made of.
"""

from __future__ import annotations

import ipaddress
import json
import re
import sys
import warnings
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

from guardrail_hooks.formats.place import Comment, Malformed, Span
from ruamel.yaml import YAML

tomllib = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
CASES = Path(__file__).resolve().parent.parent / "cases"

Target = namedtuple("Target", "check seeds words")
TARGETS: dict[str, Target] = {}


class Broken(AssertionError):
    """An invariant that does not hold."""


def hold(truth: object, what: object) -> None:
    """Fail unless an invariant holds."""
    if not truth:
        raise Broken(what)


def target(
    seeds: Callable[[], Iterable[bytes]], words: str = ""
) -> Callable[[Callable[[bytes], None]], Callable[[bytes], None]]:
    """Register a target; `words` are parted by blanks, with Python's escapes."""

    def register(check: Callable[[bytes], None]) -> Callable[[bytes], None]:
        tokens = [word.encode().decode("unicode_escape").encode("latin-1") for word in words.split()]
        TARGETS[check.__name__] = Target(check, seeds, tokens)
        return check

    return register


@cache
def _case_files() -> tuple[tuple[str, bytes], ...]:
    """Every (path, content) that the labelled cases hold."""

    def walk(node: object) -> Iterator[tuple[str, bytes]]:
        if isinstance(node, list):
            for item in node:
                yield from walk(item)
        if not isinstance(node, dict):
            return
        if isinstance(node.get("content"), str) and isinstance(node.get("path"), str):
            yield node["path"], node["content"].encode()
        if isinstance(node.get("dockerfile"), str):
            yield "Dockerfile", node["dockerfile"].encode()
        if isinstance(node.get("ref"), str):
            yield "reference", node["ref"].encode()
        for key, value in node.items():
            if isinstance(value, str) and ("." in str(key) or "/" in str(key)):
                yield str(key), value.encode()
            elif isinstance(value, dict) and isinstance(value.get("content"), str):
                yield str(key), value["content"].encode()
            yield from walk(value)

    found: dict[bytes, str] = {}
    for file in sorted(CASES.glob("*.yaml")):
        for path, content in walk(YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))):
            found.setdefault(content, path)
    return tuple((path, content) for content, path in found.items())


def files(form: str) -> Callable[[], Iterator[bytes]]:
    """Seeds: the contents of the case files whose path matches, and of those the cases themselves are written in."""

    def seeds() -> Iterator[bytes]:
        for path, content in _case_files():
            if re.search(form, path, re.IGNORECASE):
                yield content

    return seeds


def given(*texts: str) -> Callable[[], Iterator[bytes]]:
    """Seeds that are written out."""
    return lambda: (text.encode() for text in texts)


def both(*sources: Callable[[], Iterable[bytes]]) -> Callable[[], Iterator[bytes]]:
    """Several sources of seeds."""
    return lambda: (seed for source in sources for seed in source())


def text_of(data: bytes) -> str:
    """Any input as text."""
    return data.decode("utf-8", "replace")


def inside(span: Span, lines: list[str], what: object = "") -> None:
    """A span lies in the text: its ends in order, on lines that exist, at most one behind their last characters."""
    line, column, end_line, end_column = span
    hold(1 <= line <= end_line <= len(lines), ("line", span, len(lines), what))
    hold(1 <= column <= len(lines[line - 1]) + 1, ("column", span, what))
    hold(1 <= end_column <= len(lines[end_line - 1]) + 1, ("end column", span, what))
    hold((line, column) <= (end_line, end_column), ("order", span, what))


def lines_of(data: bytes) -> list[str]:
    """The lines of a file as an editor counts them: CR, LF and CRLF end one. With their ends, which have places too."""
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    return re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)


def refused(problem: Malformed, data: bytes) -> None:
    """A refusal is one printable clause with a place in the file."""
    hold(str(problem) and str(problem).isprintable(), ("message", str(problem)))
    if data[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff") or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        hold(problem.span == (1, 1, 1, 1), ("place of a foreign encoding", problem.span))
        return
    line, column, end_line, end_column = problem.span
    inside(Span(line, column, end_line, column if line == end_line else end_column), lines_of(data), str(problem))


def comments(found: Iterable[Comment], lines: list[str]) -> None:
    """Comments lie in the file, in order, and speak for lines of it or for none."""
    last = (0, 0)
    for comment in found:
        inside(comment.span, lines, comment)
        hold(comment.span[:2] >= last, ("order of comments", comment))
        last = comment.span[:2]
        hold(comment.first > comment.last or comment.last <= len(lines), ("spoken for", comment, len(lines)))
        hold(comment.first >= 0, ("spoken for", comment))


# The readers of formats/


@target(
    both(files(r"dockerfile"), given("# escape=`\nFROM a AS b\nRUN <<E\nx\nE\nCOPY --from=b . .\n")),
    r"FROM ARG ENV USER RUN COPY --from= --chown= --mount=type=bind,from= ADD ONBUILD HEALTHCHECK CMD ENTRYPOINT SHELL"
    r" AS \n \\\n \r\n << <<- <<E \nE\n EOF # #\x20escape=` #\x20syntax= #\x20check= ${ :- :+ :? ## %% // $ \" ' `"
    r" [\"a\"] scratch root :latest @sha256: \xef\xbb\xbf \x20 \t --platform=$BUILDPLATFORM LABEL VOLUME EXPOSE"
    r" WORKDIR",
)
def dockerfile(data: bytes) -> None:
    """Reads any bytes; every span is in the file; the same instructions as the official parser."""
    from guardrail_hooks.formats.dockerfile import read

    from tests.formats.dockerfile.official import NotComparable, disagreements

    content = read(data, build_args={"A": "1", "V": "x:y"})
    hold(content.problems or content.stages, "neither a stage nor a problem")
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    lines = text.split("\n") if len(data) <= 250_000 else [""]
    for problem in (*content.problems, *content.stage_problems):
        hold(str(problem).isprintable(), ("message", str(problem)))
        inside(problem.span, lines, str(problem))
    for instruction in content.instructions:
        inside(instruction.span, lines, instruction.keyword)
        start, end = content.byte_range(instruction.span)
        hold(0 <= start <= end <= len(data), ("bytes", start, end))
        for word in instruction.words:
            inside(word.span, lines, word.text)
            hold(instruction.first <= word.span.line <= instruction.last, ("word outside", word.text))
        for flag in instruction.flags:
            inside(flag.span, lines, flag.word.text)
            inside(flag.value_span, lines, flag.word.text)
    comments(content.comments, lines)
    for stage in content.stages:
        hold(stage.chain[-1].base.stage is None, "a chain without an end")
        for use in stage.uses:
            inside(use.span, lines, use.text)
        if stage.user:
            inside(stage.user.word.span, lines, stage.user.text)
    try:
        found = disagreements(data)
    except NotComparable:
        return
    hold(not found, found)


@target(
    given("a", "$A", "${A:-b}", "'$A'\"$A\"\\$A", "${A##*/}", "${A/x/y}", "${A//x/$B}", "${B:?m}", '${A:+${B:-"c d"}}'),
    r"$ ${ } :- - :+ + :? ? # ## % %% / // ' \" \\ ` * ? A B U \\} $A ${A ${B:- \xef\xbb\xbf",
)
def dockerfile_words(data: bytes) -> None:
    """Raises nothing but BadSubstitution; literal pieces stand where they say; what has no special sign is itself."""
    from guardrail_hooks.formats.dockerfile.words import BadSubstitution, Value, expand

    values = {"A": Value("x/y.x"), "B": Value("")}
    text = text_of(data)
    for escape in "\\`":
        for quotes in (True, False):
            try:
                found = expand(text, values.get, escape, quotes=quotes)
            except BadSubstitution as problem:
                hold(str(problem).isprintable(), ("message", str(problem)))
                continue
            hold("".join(piece.text for piece in found.pieces) == found.text, ("pieces", found.text))
            for piece in found.pieces:
                if piece.start >= 0:
                    hold(text[piece.start : piece.end] == piece.text, ("literal", piece.text, piece.start, piece.end))
            hold(found.missing <= found.unset | {""} or found.missing <= found.unset | found.used, "missing")
            hold(not found.used & found.unset, ("used and unset", found.used, found.unset))
            if not set(text) & set("\\`'\"$\ufeff"):
                hold(found.text == text, ("plain", found.text))


@target(
    both(
        files(r"\.ya?ml$"),
        given("a: &x [1, {b: c}]\nd: *x\n<<: *x\n", "- |\n  a\n   b\n- >-\n  c\n\n  d\n", "%TAG ! !x\n---\n!a b"),
    ),
    r"\n \n\x20\x20 :\x20 -\x20 ?\x20 # \x20# [ ] { } , & * ! !! | > |- >+ |2 ' \" \\ <<: --- ... %YAML\x201.2"
    r" %TAG ~ null"
    r" \r \r\n \t \xef\xbb\xbf \xc2\x85 \xe2\x80\xa8 &a *a : - \\\n \\u00e9 \\x41 services: image: ports: \"8080:80\"",
)
def yaml(data: bytes) -> None:
    """Refuses with Malformed or gives nodes in their places; the same tree as ruamel.yaml where both read it."""
    from guardrail_hooks.formats import yaml_nodes, yaml_places

    try:
        found = yaml_nodes.read(data)
    except Malformed as problem:
        refused(problem, data)
        return
    text, lines = found.source.text, lines_of(data)
    for root in found.documents:
        for node in yaml_nodes.walk(root):
            hold(0 <= node.start <= node.end <= len(text), ("stretch", node.start, node.end))
            inside(found.span(node), lines)
            if isinstance(node, yaml_nodes.Mapping):
                hold(sum(1 for _ in yaml_nodes.duplicate_keys(node)) < max(1, len(node.pairs)), "duplicates")
                for entry in yaml_nodes.entries(node):
                    hold(yaml_nodes.lookup(node, entry.key.text), ("lookup", entry.key.text))
            if isinstance(node, yaml_nodes.Scalar):
                if node.style == "" and not set(text[node.start : node.end]) & set("\r\n\x85\u2028\u2029"):
                    hold(text[node.start : node.end] == node.text, ("plain", node.text))
                for index in {0, len(node.text) // 2, max(len(node.text) - 1, 0)}:
                    at = yaml_places.offset_of(found.source, node, index)
                    if (
                        at is not None and index < len(node.text) and node.text[index] not in " \n\x85\u2028\u2029"
                    ):  # may be folded
                        hold(text[at : at + 1] == node.text[index], ("offset", node.text, index, at))
    comments(found.comments(), lines)
    theirs = _ruamel(text)
    if theirs is not None:
        hold([_tree(root, 0) for root in found.documents] == theirs, ("ruamel.yaml reads", theirs))


def _ruamel(text: str) -> list[object] | None:
    """The trees that ruamel.yaml composes, None where it refuses or takes characters for line breaks that are none."""
    from ruamel.yaml.error import YAMLError
    from ruamel.yaml.nodes import MappingNode, ScalarNode

    def tree(node: object, depth: int) -> object:
        if depth > 40:
            raise RecursionError
        if isinstance(node, ScalarNode):
            return node.value
        if isinstance(node, MappingNode):
            return tuple((tree(key, depth + 1), tree(value, depth + 1)) for key, value in node.value)
        return [tree(item, depth + 1) for item in node.value]

    if set(text) & set("\x85\u2028\u2029\ufeff") or "\t:" in text:  # a tab ends its plain scalars, section 7.3.3 not
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return [tree(node, 0) for node in YAML(typ="safe", pure=True).compose_all(text)]
        except (YAMLError, RecursionError, ValueError, OverflowError, TypeError, IndexError, AttributeError):
            return None


def _tree(node: object, depth: int) -> object:
    from guardrail_hooks.formats import yaml_nodes

    node = node.target
    if isinstance(node, yaml_nodes.Scalar):
        return node.text
    if isinstance(node, yaml_nodes.Sequence):
        return [_tree(item, depth + 1) for item in node.items]
    return tuple((_tree(key, depth + 1), _tree(value, depth + 1)) for key, value in node.pairs)


@target(
    files(r"\.ya?ml$"),
    r"\n :\x20 -\x20 [ ] { } , & * ! !! | > ' \" <<: --- ~ null true 0x1 1e3 .inf .nan 2001-01-01 1:30 !!set"
    r" !!omap !!binary",
)
def yaml_values(data: bytes) -> None:
    """YAML as values and as plain configuration: Malformed or values in their places."""
    from guardrail_hooks.formats import plain_yaml, yaml_values

    try:
        plain_yaml.load(text_of(data))
    except Malformed as problem:
        hold(problem.span.line >= 1, problem.span)
    try:
        found = yaml_values.parse(data)
    except Malformed as problem:
        refused(problem, data)
        return
    values(found, data)


def values(document: object, data: bytes) -> None:
    """All values of a document lie in the text, keys before what they hold."""
    lines, size = lines_of(data), len(document.text)
    waiting = [document.root]
    while waiting:
        value = waiting.pop()
        hold(0 <= value.start <= value.end <= size, ("stretch", value.kind, value.start, value.end, size))
        for member in value.members:
            hold(0 <= member.key.start <= member.key.end <= size, ("key", member.name))
            waiting.append(member.value)
        waiting += value.values
    for one in document.root.strings():
        inside(document.span(one.start, one.end), lines, one.text)
    comments(document.comments(), lines)


def _no_constant(name: str) -> object:
    raise ValueError(name)


@target(
    both(files(r"\.json$"), given('{"a": [1, -0.5e3, "\\u00e9\\ud83d\\ude00", true, null], // x\n /* y */ "b": {},}')),
    r"{ } [ ] , : \" \\ \\u // /* */ true false null - . e E 0 1 \n \r \t \\ud83d\\ude00 \\ud800 NaN Infinity"
    r" \xef\xbb\xbf \x7f \xc2\xa0",
)
def jsonc(data: bytes) -> None:
    """Agrees with `json` wherever that accepts, and once comments and trailing commas are blanked."""
    from guardrail_hooks.formats import jsonc
    from guardrail_hooks.formats.source import decode
    from guardrail_hooks.formats.values import DEEPEST

    try:
        source = decode(data)
    except Malformed as problem:
        refused(problem, data)
        return
    try:
        theirs = repr(json.loads(source.text, parse_constant=_no_constant))
    except (ValueError, RecursionError):
        theirs = None
    try:
        document = jsonc.parse(source)
    except Malformed as problem:
        refused(problem, data)
        deep = "nested more than" in str(problem) and source.text.count("[") + source.text.count("{") > DEEPEST
        hold(theirs is None or deep or "too many digits" in str(problem), ("only json accepts", str(problem)))
        return
    values(document, data)
    blanked = list(source.text)
    for note in document.notes:
        blanked[note.start : note.end] = " " * (note.end - note.start)
    for comma in document.commas:
        hold(source.text[comma] == ",", ("comma", comma))
        blanked[comma] = " "
    theirs = repr(json.loads("".join(blanked), parse_constant=_no_constant))
    hold(repr(document.root.plain()) == theirs, ("json reads", theirs))


@target(
    both(
        files(r"\.toml$"),
        given(
            '[a.b]\nc.d = 1\n"e f" = [1, 2,] # x\n[[g]]\nh = {i = "j", k.l = 1979-05-27 07:32:00Z}\n',
            "a = \"\"\"x\ny\\\n  z\"\"\"\nb = '''q'''\nc = inf\nd = 0x1F\ne = 07:32:00.5\nf = -nan\n",
        ),
    ),
    r"[ ] [[ ]] = . , { } # \" ' \"\"\" ''' \\ \n \r\n true false inf nan 0x 0o 0b 1e5 1979-05-27 T07:32:00 Z"
    r" \\u00e9 \t a b",
)
def toml(data: bytes) -> None:
    """The same values as tomllib's, and Malformed exactly where that refuses or for nesting."""
    from guardrail_hooks.formats import plain_toml, toml_keys
    from guardrail_hooks.formats.source import decode

    plain_toml.table(text_of(data), "a", "b")
    try:
        source = decode(data)
    except Malformed as problem:
        refused(problem, data)
        return
    try:
        theirs = tomllib.loads(source.text)
    except (ValueError, RecursionError):
        theirs = None
    try:
        document = toml_keys.parse(source)
    except Malformed as problem:
        refused(problem, data)
        hold(theirs is None or "nested" in str(problem), ("only tomllib accepts", str(problem)))
        return
    hold(theirs is not None, "only toml_keys accepts")
    hold(repr(document.root.plain()) == repr(_dated(theirs)), ("tomllib reads", theirs))
    values(document, data)


def _dated(value: object) -> object:
    """Dates and times as text."""
    if isinstance(value, dict):
        return {key: _dated(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_dated(one) for one in value]
    return value if isinstance(value, str | int | float) else str(value)


@target(
    both(
        files(r"\.hcl$"),
        given(
            'variable "A" { default = "x" }\n'
            'target "b" {\n  tags = ["${A}:1", "c"] # d\n  args = { E = <<F\n g\nF\n  }\n}\n',
            'group "default" { targets = [for t in x : t] }\na = b ? "c" : d(1)\ne = "$${f} %{ if g }h%{ endif }"\n',
        ),
    ),
    r"target variable group { } [ ] ( ) = , \" \\ ${ } %{ $${ <<E <<-E \nE\n \n # // /* */ for in : => ? ..."
    r" \\u00e9 null true",
)
def hcl(data: bytes) -> None:
    """Malformed or texts whose pieces stand in the file."""
    from guardrail_hooks.formats import hcl

    try:
        found = hcl.read(data)
    except Malformed as problem:
        refused(problem, data)
        return
    text, lines = found.source.text, lines_of(data)

    def value(one: object) -> None:
        if isinstance(one, hcl.Text):
            hold(0 <= one.start <= one.end <= len(text), ("text", one.start, one.end))
            at = one.start
            for piece in one.pieces:
                hold(at <= piece.start <= piece.end <= one.end, ("piece", piece))
                at = piece.end
        elif isinstance(one, hcl.Tuple):
            for item in one.items:
                value(item)
        elif isinstance(one, hcl.Object):
            for _, item in one.pairs:
                value(item)

    def block(one: object) -> None:
        for _, item in one.attributes:
            value(item)
        for inner in one.blocks:
            block(inner)

    block(found.root)
    comments(found.comments(), lines)


MARKDOWN = (
    r"# ## ###\x20 -\x20 *\x20 1.\x20 +\x20 ``` ~~~ <!-- --> --- === > | |-|-| [ ]: ]( \n \n\n \x20\x20\x20\x20"
    r" \t \r\n ~~ ` "
    r" [Unreleased] [1.0.0] \x20-\x202025-01-02 <<<<<<< ======= >>>>>>> guardrail:\x20allow[CHG101] 8080"
    r" 8000-8099 reserved [x]\x20 YANKED"
)


@target(files(r"\.(md|markdown)$"), MARKDOWN)
def markdown(data: bytes) -> None:
    """Any text is some Markdown; headings, items and comments lie in it, in order."""
    from guardrail_hooks.formats import markdown

    text = markdown.decode(data)
    if text is None:
        return
    _scanned(markdown.scan(text), text)


def _scanned(document: object, text: str) -> None:
    count = len(document.lines)
    hold(document.lines == re.split("\r\n|\r|\n", text), "lines")
    hold(len(document.kinds) == count, "a kind for every line")
    last = 0
    for heading in document.headings:
        hold(1 <= heading.line <= count and 1 <= heading.level <= 6, heading)
        hold(heading.line > last, ("order", heading))
        last = heading.line
        hold(document.lines[heading.line - 1][heading.column - 1 :].startswith(heading.text), ("text", heading))
    last = 0
    for item in document.items(1, count):
        hold(last < item.line <= item.last <= count, ("item", item))
        hold(1 <= item.column <= len(document.lines[item.line - 1]) + 1, ("column", item))
        last = max(item.line, item.last)
    for line in (*document.links.values(), *document.conflicts):
        hold(1 <= line <= count, ("line", line))
    if document.unclosed:
        hold(1 <= document.unclosed[0] <= count, ("unclosed", document.unclosed))
    comments(document.comments(), document.lines)


@target(both(files(r"\.md$"), given("| a | b |\n|---|---|\n| `1` | x \\| y |\n")), MARKDOWN)
def markdown_rows(data: bytes) -> None:
    """Rows, items, headings and comments lie in the text; blanking keeps lines and columns."""
    from guardrail_hooks.formats import markdown_rows as rows

    text = text_of(data)
    lines = rows.split_lines(text)
    shown = rows.visible_lines(text)
    hold(len(shown) == len(lines), "lines")
    for seen, line in zip(shown, lines, strict=True):
        hold(seen == "" or len(seen) == len(line), ("columns", seen, line))
        hold(all(one in (" ", other) for one, other in zip(seen, line, strict=False)), ("blanked", seen, line))
    last = 0
    for block in rows.read_blocks(text):
        hold(last < block.line <= len(lines), ("line", block))
        last = block.line
        line = shown[block.line - 1]
        for piece in block.cells if isinstance(block, rows.Row) else (block,):
            hold(1 <= piece.column <= len(line) + 1, ("column", piece))
            if not isinstance(block, rows.Row):
                hold(line[piece.column - 1 :].startswith(piece.text), ("text", piece))
            rows.plain(piece.text)
    comments(rows.read_comments(text), lines)


@target(
    both(files(r"\.(rst|txt)$"), given("Changes\n=======\n\n1.0\n---\n\n- a\n\n.. note\n   b\n\n====\nT\n====\n")),
    r"=== --- ~~~ *** ..\x20 \n \n\n -\x20 \x20\x20 \r\n <<<<<<< ======= >>>>>>> 1.0.0 (2025-01-02)",
)
def restructured(data: bytes) -> None:
    """Any text is some reStructuredText; headings lie in it."""
    from guardrail_hooks.formats import markdown, restructured

    text = markdown.decode(data)
    if text is not None:
        _scanned(restructured.scan(text), text)


@target(
    both(files(r"\.(md|rst)$")),
    MARKDOWN
    + r" ### Change\x20History Added Fixed 2025-01-02\x2010:00:00\x20UTC **Version**: common-changelog keepachangelog"
    r" v1.2.3-rc.1+b 2025.01 Unreleased",
)
def changelog(data: bytes) -> None:
    """A log of any style: its releases lie in order, their items inside them; titles and versions read anything."""
    from guardrail_hooks.changelog_required import entries, fragments, log, packages, stamps, versions
    from guardrail_hooks.changelog_required.headings import COMING
    from guardrail_hooks.changelog_required.texts import open_section

    for style in log.STYLES:
        for path in ("CHANGELOG.md", "CHANGES.rst"):
            one = log.Log(path, data, style, COMING)
            for release in one.releases:
                hold(1 <= release.heading.line < release.first, ("first", release))
                hold(release.last <= len(one.document.lines), ("last", release))
                for _, item in one.items(release):
                    hold(release.heading.line <= item.line <= len(one.document.lines), ("item", item))
                for key in (versions.semver_key, versions.pep440_key, versions.calver_key):
                    key(release.title.name)
            one.all_items()
            entries.open_releases(one)
            hold(not entries.written(one, one, added_only=True).entries, "a log brings nothing new beside itself")
            open_section(one)
    text = text_of(data)
    for ending in (".md", ".rst", ".yaml"):
        fragments.says_something(text, ending)
    packages.as_mapping(data)
    packages.workspaces_of(data, text)
    stamps.day_number(text[:40])
    stamps.seconds(text[:40])


@target(
    both(
        files(r"\.(sh|bash)$"),
        given(
            "#!/bin/sh\nset -e\nA=1 exec npx -y \"$X\" 'b c' $(d `e`) <<E | f && g\nh\nE\nif x; then y; fi # z\n",
            'cd "$(dirname "$0")" && . ./lib.sh\ncase $1 in a) b;; esac\nf() { g "${h:-$(i)}"; } 2>&1 >/dev/null\n',
        ),
    ),
    r"\n ; ;; & && | || |& ( ) { } $( $(( )) ` ' \" \\ \\\n <<E <<-E <<< > >> 2>&1 # if then fi for do done"
    r" case esac ${ } $'",
)
def shell(data: bytes) -> None:
    """Any text is read; commands have words, and lines of the script."""
    from guardrail_hooks.formats.shell import commands
    from guardrail_hooks.mcp_config_guard.invocations import inline_program, invocations, script_argument, shell_line

    text = text_of(data)
    count = text.count("\n") + 1
    for command in commands(text):
        hold(command.words or command.assignments, "an empty command")
        hold(1 <= command.line <= count, ("line", command.line, count))
        for one in invocations(command.words):
            for read in (inline_program, script_argument, shell_line):
                read(one)


@target(
    files(r"^reference$"),
    r"docker.io/ library/ localhost :latest @sha256: :5000 / // . _ __ - -- : @ [::1] sha256 https://"
    r" 3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f A 1.2.3-alpine",
)
def image_reference(data: bytes) -> None:
    """InvalidReference with its stretch, or parts that make up the text again and read the same when canonical."""
    from guardrail_hooks.formats.image_reference import InvalidReference, parse
    from guardrail_hooks.pinned_base_image.tag_advice import behaviour, exact_form
    from guardrail_hooks.pinned_base_image.tags import POLICIES, classify

    text = text_of(data)
    try:
        found = parse(text)
    except InvalidReference as problem:
        hold(str(problem).isprintable(), str(problem))
        hold(0 <= problem.start <= problem.end <= len(text), (problem.start, problem.end))
        return
    tail = f":{found.tag}" if found.tag else ""
    hold(text == text[: found.name_end] + tail + (f"@{found.digest}" if found.digest else ""), found)
    for part, span in ((found.tag, found.tag_span), (found.digest, found.digest_span)):
        hold((part is None) == (span is None) and (span is None or text[span[0] : span[1]] == part), found)
    if found.domain:
        again = parse(found.canonical)
        hold((again.name, again.tag, again.digest) == (found.name, found.tag, found.digest), (found, again))
        hold(parse(found.familiar).name == found.name, ("familiar", found.familiar))
    tag = classify(found)
    passed = [tag.passes(policy) for policy in POLICIES]
    hold(passed == sorted(passed, reverse=True), ("a stricter policy passes more", passed))
    behaviour(found, tag)
    exact_form(found, tag)


@target(
    given("$A ${B:-c$D} $$ ${E:?f} ${G+h{i}j}", "${A", "$", "a${B-}c", "${A:-${B:-${C}}}"),
    r"$ ${ } $$ :- - :? ? :+ + { A B ${A:- $A \n",
)
def interpolation(data: bytes) -> None:
    """A fault, or pieces in order whose stretches tile what they came from."""
    from guardrail_hooks.formats.interpolation import LITERAL, interpolate

    text = text_of(data)
    for known in ({}, {"A": "1", "B": ""}):
        found = interpolate(text, known)
        if found.fault:
            hold(not found.pieces, "pieces beside a fault")
            continue
        at = 0
        for piece in found.pieces:
            hold(at <= piece.start < piece.end <= len(text), ("piece", piece))
            at = piece.end
            if piece.origin == LITERAL and piece.text != "$":
                hold(text[piece.start : piece.end] == piece.text, ("literal", piece))
        if "$" not in text:
            hold(found.text == text or "\n" in text or "\r" in text, ("plain", found.text))
        hold(sum(len(piece.text) for piece in found.pieces) == len(found.text), "text")
        if found.text:
            hold(found.piece_at(0) and found.piece_at(len(found.text)) is None, "piece_at")


@target(
    both(files(r"\.env"), given("A=1\nexport B = 'x y' # z\nC=\"a\\n${A}\"\nD: e\n#F=1\nG='multi\nline'\n")),
    r"= : \n export\x20 ' \" # \x20# $ ${ } \\ \\n A= \r\n \xef\xbb\xbf :- _",
)
def dotenv(data: bytes) -> None:
    """Any text is read; assignments have names, and lines of the file in order."""
    from guardrail_hooks.formats.dotenv import read_env, read_env_lines

    text = text_of(data)
    rows = read_env_lines(text, {"A": "known"})
    last = 0
    for name, _, line in rows:
        hold(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", name), name)
        hold(last < line <= len(lines_of(text.encode())), (line, last))
        last = line
    hold(set(read_env(text)) == {name for name, _, _ in rows}, "names")


SPLIT = b"\n%%%%\n"


@target(
    lambda: (SPLIT.join(list(one.values())[:4]) for one in _ports_cases()),
    r"services:\n ports: \n image: -\x20 \"8080:80\" 127.0.0.1: [::1]: /udp target: published: host_ip:"
    r" protocol: mode: extends: file:"
    r" include: network_mode:\x20host deploy: replicas: expose: ${ :- } &a *a <<: !reset !override profiles:"
    r" name: \n%%%%\n \n\x20\x20 scale: 80-90",
)
def compose(data: bytes) -> None:
    """A project of up to four files (compose, override, .env, included) is judged; findings lie inside the files."""
    from guardrail_hooks.port_registry_conflict.cli import HOOK

    names = ("compose.yaml", "compose.override.yaml", ".env", "sub/compose.yaml")
    parts = dict(zip(names, data.split(SPLIT), strict=False))
    _judged(HOOK, parts)
    _judged(HOOK, parts, "--list")


@cache
def _ports_cases() -> tuple[dict[str, bytes], ...]:
    cases = YAML(typ="safe", pure=True).load((CASES / "ports.yaml").read_text(encoding="utf-8"))["cases"]
    return tuple({path: text.encode() for path, text in case["files"].items()} for case in cases)


def _judged(hook: object, parts: dict[str, bytes], *arguments: str) -> None:
    """A file hook on files in memory: no exception but CannotJudge, findings and remarks in the files."""
    from guardrail_hooks.core import allow, options
    from guardrail_hooks.core.finding import CannotJudge
    from guardrail_hooks.core.snapshot import Memory

    read = options.parse(hook.name, hook.options, [one for one in arguments if one != "--list"])
    tree = Memory(parts)
    try:
        if "--list" in arguments:
            return
        found = list(hook.check(tree, sorted(parts), read))
    except CannotJudge as problem:
        hold("\n" not in str(problem), str(problem))
        return
    lines = {path: lines_of(content) for path, content in parts.items()}
    for one in found:
        if one.place.path in lines:
            place = Span(one.place.line, one.place.column, one.place.end_line, one.place.end_column)
            inside(place, lines[one.place.path], one)
        if isinstance(one, allow.Remark):
            hold(one.first > one.last or one.last <= len(lines[one.place.path]), one)


@target(
    given(
        "80",
        "8080:80",
        "127.0.0.1:8000-8009:8000-8009/udp",
        "[::1]:80:80",
        "::1:80:80/tcp",
        "0080:80",
        "65536:1",
        "1-0:1",
    ),
    r": - / . [ ] :: tcp udp sctp 65535 65536 0 127.0.0.1 ::ffff:1.2.3.4 fe80::1 %",
)
def ports(data: bytes) -> None:
    """BadPort or a port in range that is written the way it was read; addresses as `ipaddress` reads them."""
    from guardrail_hooks.formats.compose.addresses import read_address
    from guardrail_hooks.formats.compose.port_syntax import (
        HIGHEST,
        BadPort,
        parse_expose,
        parse_long,
        parse_short,
        write_short,
    )

    text = text_of(data)
    for parse in (parse_short, parse_expose, _long(parse_long)):
        try:
            port = parse(text)
        except BadPort:
            continue
        hold(0 <= port.low <= port.high <= HIGHEST and port.target_low <= port.target_high <= HIGHEST, port)
        if parse is parse_short:
            written = write_short(port, text.rpartition("/")[0].rsplit(":", 2)[0] if port.address else "")
            if "0" not in (text[:1], str(port.low)):
                again = parse_short(written if port.address is None else text)
                hold(again == port or "[" in text, (again, port))
    address = read_address(text)
    try:
        theirs = ipaddress.ip_address(text)
    except ValueError:
        hold(address is None, ("only read_address accepts", text))
        return
    if "%" in text:
        hold(address is None, ("a zone", text))
        return
    mapped = theirs.ipv4_mapped if theirs.version == 6 else None
    theirs = mapped or theirs
    hold(address == (theirs.version, int(theirs)), (address, theirs))


def _long(parse: Callable[[dict[str, str]], object]) -> Callable[[str], object]:
    def read(text: str) -> object:
        names = ("target", "published", "host_ip", "protocol", "mode")
        return parse(dict(zip(names, text.split(","), strict=False)))

    return read


PATHS = (
    "kind.yaml", "k8s/app.yaml", ".devcontainer/devcontainer.json", "web.container", "web.image", "web.pod",
    ".github/workflows/a.yml", ".gitlab-ci.yml", "azure-pipelines.yml", ".circleci/config.yml",
    "bitbucket-pipelines.yml", "charts/a/values.yaml", "docker-bake.hcl", "docker-bake.json", "compose.yaml",
    "action.yml", "README.md", "Dockerfile.j2",
)  # fmt: skip


@target(
    lambda: (
        bytes([number]) + content for number in range(6) for path, content in _case_files() if _is_like(path, number)
    ),
    r"extraPortMappings: hostPort: nodePort: containerPort: kind:\x20Cluster apiVersion: appPort forwardPorts"
    r" PublishPort= [Container]"
    r" spec: template: containers: ports: \n \x20\x20 -\x20 : [ ] { } \" , // /* */ \\ &a\x20 *a 8080:80 \x00 \x01 \x02"
    r" \x03 \x04 \x05",
)
def binders(data: bytes) -> None:
    """Files other than Compose's that bind ports; the first byte chooses the kind of file."""
    from guardrail_hooks.formats.binders import FILES, read_binders

    if not data:
        return
    path, content = PATHS[data[0] % 6], data[1:]
    try:
        lines = lines_of(content)
        for bound in read_binders(path, content, FILES):
            inside(bound.span, lines, bound)
            hold(0 <= bound.low <= bound.high <= 65535, bound)
    except Malformed as problem:
        refused(problem, content)


def _is_like(path: str, number: int) -> bool:
    """Whether the content of a case file may be read under one of PATHS."""
    return path.rpartition(".")[2] == PATHS[number].rpartition(".")[2]


@target(
    lambda: (
        bytes([number]) + content
        for number in range(len(PATHS))
        for path, content in _case_files()
        if _is_like(path, number)
    ),
    r"image: container: services: docker:// \n \x20\x20 -\x20 : Image= [Container] \" ' ${{ }} ${ } $ | > jobs:"
    r" steps: uses: repository: tag:"
    r" digest: @sha256: :latest \\ # guardrail:\x20allow[PIN002] pool: vmImage: resources: { } [ ] , &a\x20 *a FROM\x20"
    r" RUN <<E ```dockerfile",
)
def surfaces(data: bytes) -> None:
    """Every place that names images: uses lie in the file, what is written stands there, edits only add a digest."""
    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.formats.source import decode
    from guardrail_hooks.pinned_base_image.surfaces import reader_of
    from guardrail_hooks.pinned_base_image.uses import OPT_IN, ImageUse, Surfaces

    if not data:
        return
    path, content = PATHS[data[0] % len(PATHS)], data[1:]
    offered = Surfaces({"A": "1"}, False, frozenset(OPT_IN))
    reader = reader_of(path, offered)
    if reader is None:
        return
    lines = lines_of(content)
    for found in reader(content, path, offered):
        if isinstance(found, Malformed):
            refused(found, content)
        elif isinstance(found, ImageUse):
            inside(found.span, lines, found)
            if found.end is not None:
                hold(0 <= found.end <= len(content), ("end", found))
                decode(content[: found.end])
        elif isinstance(found, Finding):
            inside(Span(*found.place[1:]), lines, found)
        else:
            inside(found.span, lines, found)


REGISTRIES = ("PORTS.md", "ports.yaml", "ports.json", "ports.env", "docs/PORTS.txt")


@target(
    lambda: (
        bytes([number]) + content
        for number, path in enumerate(REGISTRIES)
        for name, content in _case_files()
        if name.rpartition(".")[2] == path.rpartition(".")[2] and (number == 0 or "port" in name.lower())
    ),
    MARKDOWN
    + r" ports: services: range: reserved: name: status: start: end: WEB_PORT= /udp tcp 8080:\x20web - \xe2\x80\x93"
    r" (retired) { } , : \" &a\x20 *a",
)
def registries(data: bytes) -> None:
    """A port registry of any format: rows lie in the file, in order, with ports in range."""
    from guardrail_hooks.port_registry_conflict.registries import read_registry
    from guardrail_hooks.port_registry_conflict.registry_rules import find_contradictions

    if not data:
        return
    path, content = REGISTRIES[data[0] % len(REGISTRIES)], data[1:]
    registry = read_registry(path, content)
    lines = lines_of(content)
    for row in (*registry.allocations, *registry.reservations):
        inside(Span(*row.place[1:]), lines, row)
        hold(0 <= row.ports.low <= row.ports.high <= 65535, row)
    for fault in registry.faults:
        inside(Span(*fault.place[1:]), lines, fault)
    for finding in find_contradictions(registry):
        inside(Span(*finding.place[1:]), lines, finding)


CLIENTS = (
    ".mcp.json",
    ".codex/config.toml",
    ".vscode/settings.json",
    ".continue/mcpServers/a.yaml",
    ".vscode/mcp.json",
    ".config/goose/config.yaml",
)


@target(
    both(lambda: (bytes([CLIENTS.index(path)]) + content for path, content in _case_files() if path in CLIENTS)),
    r"mcpServers servers command args env url headers type stdio http { } [ ] \" , : npx -y bash -c ${input: }"
    r" \\u200b // \n ="
    r" [mcp_servers.a] enabledMcpjsonServers enableAllProjectMcpServers inputs password cwd @latest http://"
    r" sudo docker run \x00 \x01 \x03",
)
def mcp_configurations(data: bytes) -> None:
    """An MCP configuration of any client is read and linted; findings lie in the file."""
    from guardrail_hooks.core import options
    from guardrail_hooks.core.snapshot import Memory
    from guardrail_hooks.mcp_config_guard.cli import HOOK
    from guardrail_hooks.mcp_config_guard.ledger import read_ledger
    from guardrail_hooks.mcp_config_guard.lint import Linter
    from guardrail_hooks.mcp_config_guard.lint_files import file_findings
    from guardrail_hooks.mcp_config_guard.policy import Policy
    from guardrail_hooks.mcp_config_guard.survey import Survey

    class Offline(Linter):
        """A linter that asks no git."""

        def is_ignored(self, path: str) -> bool:
            return path.startswith("dist/")

    if not data:
        return
    path, content = CLIENTS[data[0] % len(CLIENTS)], data[1:]
    tree, policy = Memory({path: content, "a.sh": b"#!/bin/sh\nexec npx -y a\n"}), Policy()
    survey = Survey(tree, policy)
    hold(path in survey.configurations, ("no client", path))
    lines = lines_of(content)
    configuration = survey.configurations[path]
    if configuration.problem:
        refused(configuration.problem, content)
    linter = Offline(survey, options.parse(HOOK.name, HOOK.options, []), read_ledger(None, tree, policy, frozenset()))
    for found in (*file_findings([path], survey), *linter.findings(set(survey.servers))):
        if found.place.path == path:
            inside(Span(*found.place[1:]), lines, found)


RECORD = (
    '{"version": 1, "at": "2025-01-02T03:04:05Z", "by": "a@example.org", "reason": "adds the docs server, SEC-1", '
    '"changes": [{"path": ".mcp.json", "server": "docs", "kind": "add", "seq": 1, "before": null, "after": "v1:'
    + "0" * 64
    + '", "scripts": {"a.sh": {"mode": "100755", "sha256": "x"}}, "accept": ["MCG101"], "was": "", "merges": [null]}]}'
)


@target(
    given(
        RECORD,
        RECORD.replace("add", "change"),
        "-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAQ==\n-----END SSH SIGNATURE-----\n",
    ),
    r"{ } [ ] \" , : null 1 2 version at by reason changes path server kind seq before after scripts accept was"
    r" merges add change remove v1:",
)
def mcp_records(data: bytes) -> None:
    """Malformed or a record whose chains can be built; signatures and signers are taken apart without a crash."""
    from guardrail_hooks.core.snapshot import Memory
    from guardrail_hooks.mcp_config_guard import signatures
    from guardrail_hooks.mcp_config_guard.policy import read_policy
    from guardrail_hooks.mcp_config_guard.records import APPROVALS, chains, read_record

    signatures._taken_apart(data)
    list(signatures._keys(data))
    from guardrail_hooks.core.finding import CannotJudge
    from guardrail_hooks.mcp_config_guard.guard_files import POLICY

    try:
        read_policy(Memory({POLICY: data}))
    except CannotJudge as problem:
        hold("\n" not in str(problem), str(problem))
    try:
        record = read_record(Memory({f"{APPROVALS}/a.json": data}), "a.json")
    except Malformed as problem:
        hold(str(problem).isprintable(), str(problem))
        return
    chains([record])


# Readers of core/ and of the registry client


@target(
    given(":000000 100644 0 1 A\0a b\n\0", ":100644 000000 1 0 D\0x\0:100755 120000 1 2 T\0y\0"),
    r"\x00 :000000 100644 100755 120000 160000 A M D T U \x20 \n",
)
def raw_diff(data: bytes) -> None:
    """What git tells of paths with any characters comes back as it was."""
    import os

    from guardrail_hooks.core.raw import all_added, joined, read_raw

    modes = (b"000000", b"100644", b"100755", b"120000", b"160000")
    wanted = []
    out = b""
    for number, part in enumerate(data.split(b"\0")):
        if not part[2:]:
            continue
        old, new = modes[part[0] % 5], modes[part[1] % 5]
        one, other = b"%040x" % number, b"%064x" % (number + 1)
        out += b":%b %b %b %b M\0%b\0" % (old, new, one, other, part[2:])
        wanted.append(
            (
                os.fsdecode(part[2:]),
                None if old == modes[0] else (old.decode(), one.decode()),
                None if new == modes[0] else (new.decode(), other.decode()),
            )
        )
    found = list(read_raw(out))
    hold([tuple(change) for change in found] == wanted, (found, wanted))
    hold(len(joined(found, ())) <= len(found), "joined")
    undone = [change._replace(old=change.new, new=change.old) for change in reversed(joined(found, ()))]
    hold(joined(joined(found, ()), undone) == [], "a change taken back is none")
    hold(len(list(all_added([(change.path, change.new) for change in found]))) == len(found), "added")


@target(
    given(
        "guardrail: allow[USR001] binds raw sockets, SEC-42",
        "USR*:docker/**:a b=why not, says SEC-1",
        "guardrail: allow[USR001,USR002] until=2030-01-01 two words here",
    ),
    r"guardrail: allow[ ] until= 2030-01-01 , USR001 ALW002 = : ** * \n \x20",
)
def allow(data: bytes) -> None:
    """Any comment is an exemption or none; a grant is refused with CannotJudge; nothing is excused twice."""
    from guardrail_hooks.core.allow import Remark, read_exemption, read_grant, settle
    from guardrail_hooks.core.finding import CannotJudge, Place
    from guardrail_hooks.no_root_dockerfile.rules import RULES

    text = text_of(data)
    place = Place("Dockerfile", 1, 1, 1, 2)
    remark = Remark(place, text, 1, 2, "")
    exemption = read_exemption(remark)
    if exemption:
        hold(all(code == code.strip() and code for code in exemption.codes), exemption.codes)
    rule = next(one for one in RULES if one.allowable)
    left = list(settle([], [remark], program="x", prefix="USR", rules=RULES, silent=frozenset(), today="2025-01-01"))
    hold(len(left) <= 1, left)
    hold(rule.code not in [one.rule.code for one in left], left)
    try:
        read_grant(text, RULES)
    except CannotJudge as problem:
        hold(str(problem), "no words")


@target(
    given("**/a*.py\0x/ab.py", "[!a-c]?/**\0d/e/f", "a[/]b\0a/b", "[]-a]\0]", "**\0", "a/**/b\0a/b"),
    r"* ** ? [ ] ! ^ - / \\ . a b \x00 **/ /** [a-z] [!a]",
)
def globs(data: bytes) -> None:
    """Every glob compiles; a plain star never crosses a slash, and `**` matches all that `*` does."""
    from guardrail_hooks.core.globs import compile_glob

    glob, _, path = text_of(data[:200]).partition("\0")
    for crossing in (False, True):
        found = compile_glob(glob, crossing=crossing)
        matched = found.fullmatch(path)
        if not set(glob) & set("*?["):
            hold(bool(matched) == (glob == path), (glob, path))
        if "**" not in glob and not crossing and matched:
            hold(path.count("/") == glob.count("/") or "[" in glob, ("slashes", glob, path))
    if compile_glob(glob).fullmatch(path):
        hold(compile_glob(glob, crossing=True).fullmatch(path), ("crossing matches less", glob, path))
    hold(compile_glob("**").fullmatch(path), path)


@target(
    given(
        'Bearer realm="https://auth.example.org/token",service="r",scope="repository:a/b:pull"',
        'Basic realm="a \\"b\\"", Digest x=y, Negotiate abc==',
        '{"auths": {"https://r.example.org/v1/": {"auth": "dTpw"}}, "credHelpers": {}, "credsStore": 1}',
        '{"manifests": [{"digest": "sha256:0", "platform": {"os": "linux", "architecture": "arm64"}}]}',
        "Wed, 21 Oct 2015 07:28:00 GMT",
    ),
    r"Bearer\x20 Basic\x20 realm= service= scope= \" \\ , = == { } [ ] : auths credHelpers credsStore auth"
    r" identitytoken manifests platform sha256: 120 GMT",
)
def registry_client(data: bytes) -> None:
    """Headers, Docker's configuration and answers of a registry: read, or refused with Trouble."""
    import hashlib
    from email.message import Message

    from guardrail_hooks.pinned_base_image.registry import client, outcome
    from guardrail_hooks.pinned_base_image.registry.auth import Login
    from guardrail_hooks.pinned_base_image.registry.challenge import challenges
    from guardrail_hooks.pinned_base_image.registry.docker_config import DockerConfig

    text = text_of(data)
    for challenge in challenges([text]):
        hold(challenge.scheme == challenge.scheme.lower(), challenge)
    told: list[str] = []
    config = DockerConfig(data, "config.json", told.append)
    if '"cred' not in text:  # a helper program would be started
        for host in ("docker.io", "r.example.org", text[:30]):
            config.credentials(host)
    headers = Message()
    for name in ("Content-Type", "Docker-Content-Digest", "Retry-After", "WWW-Authenticate"):
        headers[name] = text.replace("\n", " ").replace("\r", " ")
    answer = namedtuple("answer", "status headers body")(200, headers, data)
    hold(0 <= client._seconds(answer) <= 86_400, "seconds")
    digest = f"sha256:{hashlib.sha256(data).hexdigest()}"

    class Answered(client.Client):
        """A client whose registry always gives this answer."""

        def _ask(self, *_: object) -> object:
            return answer

    asked = Answered(lambda _host: None)
    for name in ("1.0", digest):
        for call in (asked.manifest, asked.children):
            if call == asked.children and name == "1.0":
                continue
            try:
                call("r.example.org", "a/b", name)
            except (outcome.Trouble, outcome.NotFound) as problem:
                hold(str(problem).isprintable(), str(problem))
    silent = namedtuple("transport", "send")(lambda *_, **__: answer)
    try:
        Login("r.example.org", lambda _host: None, silent).answer("a/b", answer)
    except outcome.Trouble as problem:
        hold(str(problem).isprintable(), str(problem))
