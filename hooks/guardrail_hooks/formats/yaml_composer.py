"""From tokens to nodes: the productions of YAML 1.2, chapters 7 to 9, over ruamel.yaml's tokens.

Going from the tokens straight to nodes leaves out its parser, resolver and composer, which take two thirds of the time
and resolve what must not be resolved. Imported by `yaml_nodes.read` alone.
"""

from __future__ import annotations

from guardrail_hooks.formats.yaml_nodes import Alias, Mapping, Node, Scalar, Sequence, Yaml
from guardrail_hooks.formats.yaml_scanner import MAX_DEPTH, MarkedYAMLError, ReaderError, TokenScanner, YAMLError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from guardrail_hooks.formats.place import Malformed
    from guardrail_hooks.formats.source import Source

_NO_ENTRY = frozenset(("-", "<block end>"))
_NO_INDENTLESS_ENTRY = frozenset(("-", "?", ":", "<block end>"))
_NO_BLOCK_PART = frozenset(("?", ":", "<block end>"))
_NO_CONTENT = frozenset(("<directive>", "<document start>", "<document end>", "<stream end>"))
_NAMES = {
    "<alias>": "an alias",
    "<anchor>": "an anchor",
    "<block end>": "less indentation",
    "<block mapping start>": "a new mapping",
    "<block sequence start>": "a new sequence",
    "<directive>": "a directive",
    "<document end>": "'...'",
    "<document start>": "'---'",
    "<scalar>": "a scalar",
    "<stream end>": "the end of the file",
    "<tag>": "a tag",
    "?": "a key",
}  # ruamel.yaml's ids of tokens in words; the other ids are the character itself


def compose(source: Source) -> Yaml:
    """All documents of a text. Raises Malformed."""
    composer = None
    try:
        composer = _Composer(source)
        return Yaml(source, composer.documents(), composer.scanner.comment_spans)
    except ReaderError as error:
        message = f"the control character U+{ord(source.text[error.position]):04X} is not allowed"
        raise source.malformed(message, error.position) from None
    except MarkedYAMLError as error:
        raise _marked(source, error) from None
    except (ValueError, OverflowError):  # chr() of an escape, int() of a version
        at = composer.scanner.reader.pointer if composer else 0
        raise source.malformed("this escape or number is out of range", at) from None
    except (YAMLError, IndexError, AssertionError, RecursionError) as error:
        at = composer.scanner.reader.pointer if composer else 0
        raise source.malformed(f"the scanner gives up: {type(error).__name__}", at) from None


def _marked(source: Source, error: MarkedYAMLError) -> Malformed:
    """The scanner's error at the place that is to be mended: where something begins that does not end."""
    unended = error.context == "while scanning a simple key" or "unexpected end" in (error.problem or "")
    marks = [error.context_mark, error.problem_mark] if unended else [error.problem_mark, error.context_mark]
    mark = next((mark for mark in marks if mark is not None), 0)
    context = "" if error.context == "while scanning for the next token" else error.context
    return source.malformed(" ".join(part for part in (error.problem, context) if part), mark)


class _Composer:
    """One pass over the tokens of a text, with one token in hand."""

    def __init__(self, source: Source) -> None:
        self.text = source.text
        self.scanner = TokenScanner(source.text)
        self.anchors: dict[str, Node] = {}
        self.handles: set[str] = set()
        self.depth = 0
        self.token: Any = self.scanner.get_token()
        self.kind: str = self.token.id

    def advance(self) -> Any:
        """The token in hand; the next one takes its place."""
        token = self.token
        self.token = self.scanner.get_token()
        self.kind = self.token.id
        return token

    def error(self, problem: str, at: int) -> MarkedYAMLError:
        return MarkedYAMLError(None, None, problem, at)

    def unexpected(self, expected: str) -> MarkedYAMLError:
        found = _NAMES.get(self.kind, f'"{self.kind}"')
        return self.error(f"expected {expected}, but found {found}", self.token.start_mark)

    def documents(self) -> list[Node]:
        self.advance()
        roots: list[Node] = []
        bare = True  # whether a document may begin without `---`
        while True:
            while self.kind == "<document end>":
                end = self.advance().end_mark
                bare = True
                if self.kind not in _NO_CONTENT and not self._is_break_between(end, self.token.start_mark):
                    raise self.unexpected("a line break behind '...'")
            if self.kind == "<stream end>":
                return roots
            self.anchors = {}
            self.handles = {"!", "!!"}
            directives = self._directives()
            if self.kind == "<document start>":
                end = self.advance().end_mark
            elif directives or not bare:
                raise self.unexpected("'---'")
            roots.append(self._empty(end) if self.kind in _NO_CONTENT else self.node(block=True))
            bare = False

    def _is_break_between(self, start: int, end: int) -> bool:
        return any(character in "\r\n" for character in self.text[start:end])

    def _directives(self) -> bool:
        """Read the directives in front of a document; whether there was one."""
        seen = set()
        while self.kind == "<directive>":
            token = self.advance()
            name = token.name if token.name != "TAG" else f"TAG {token.value[0]}"
            if name in seen and token.name in ("YAML", "TAG"):
                raise self.error(f"duplicate %{name} directive", token.start_mark)
            seen.add(name)
            if token.name == "YAML" and token.value[0] != 1:
                raise self.error(f"YAML {token.value[0]}.{token.value[1]} is not known", token.start_mark)
            if token.name == "TAG":
                self.handles.add(token.value[0])
        return bool(seen)

    def node(self, block: bool = False, indentless: bool = False) -> Node:
        """One node with its properties; `block` where a block collection may stand, `indentless` behind a key."""
        if self.kind == "<alias>":
            return self._alias()
        tag, anchor, end = self._properties()
        if self.kind == "<scalar>":
            return self._scalar(tag, anchor)
        if self.kind == "[":
            return self._flow_sequence(tag, anchor)
        if self.kind == "{":
            return self._flow_mapping(tag, anchor)
        if indentless and self.kind == "-":
            return self._block_sequence(tag, anchor, _NO_INDENTLESS_ENTRY)
        if block and self.kind == "<block sequence start>":
            return self._block_sequence(tag, anchor, _NO_ENTRY)
        if block and self.kind == "<block mapping start>":
            return self._block_mapping(tag, anchor)
        if tag or anchor:
            return self._empty(end, tag, anchor)
        raise self.unexpected("a value")

    def _alias(self) -> Alias:
        token = self.advance()
        if token.value not in self.anchors:
            raise self.error(f"the alias *{token.value} has no anchor", token.start_mark)
        return Alias(self.anchors[token.value], token.start_mark, token.end_mark)

    def _properties(self) -> tuple[str, str, int]:
        """Tag and anchor in front of a node, in any order, and where they end."""
        tag = anchor = ""
        end = self.token.start_mark
        while True:
            if self.kind == "<tag>" and not tag:
                token = self.advance()
                tag = self.text[token.start_mark : token.end_mark]
                handle = token.value[0]
                if handle is not None and handle not in self.handles:
                    raise self.error(f"the tag handle {handle} is not declared", token.start_mark)
            elif self.kind == "<anchor>" and not anchor:
                token = self.advance()
                anchor = token.value
            else:
                return tag, anchor, end
            end = token.end_mark

    def _empty(self, at: int, tag: str = "", anchor: str = "") -> Scalar:
        node = Scalar("", "", at, at, tag, anchor)
        self._note_anchor(node)
        return node

    def _note_anchor(self, node: Node) -> None:
        if node.anchor:
            self.anchors[node.anchor] = node

    def _scalar(self, tag: str, anchor: str) -> Scalar:
        token = self.advance()
        text, style, end = token.value, token.style or "", token.end_mark
        if style in ("|", ">"):
            end = self._end_of_body(token.start_mark, end)
        elif style == '"' and not text.isascii():  # JSON writes characters beyond the first plane as two escapes
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        node = Scalar(text, style, token.start_mark, end, tag, anchor)
        self._note_anchor(node)
        return node

    def _end_of_body(self, start: int, end: int) -> int:
        """Where the last line with content of a block scalar ends; the scanner goes on to the next token."""
        stop = start + len(self.text[start:end].rstrip(" \t\r\n"))
        while stop < end and self.text[stop] in " \t":
            stop += 1
        return stop

    def _begin(self, node: Node) -> None:
        self._note_anchor(node)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error(f"nested deeper than {MAX_DEPTH} levels", node.start)

    def _block_sequence(self, tag: str, anchor: str, ends: frozenset[str]) -> Sequence:
        """`- item` lines: between a start and an end token, or, behind a key of the same indentation, between none."""
        node = Sequence(False, self.token.start_mark, tag, anchor)
        self._begin(node)
        if ends is _NO_ENTRY:
            self.advance()
        while self.kind == "-":
            dash = self.advance()
            item = self._empty(dash.end_mark) if self.kind in ends else self.node(block=True)
            node.items.append(item)
            node.end = item.end
        if ends is _NO_ENTRY:
            self._end_block('a "-" or less indentation')
        self.depth -= 1
        return node

    def _block_mapping(self, tag: str, anchor: str) -> Mapping:
        node = Mapping(False, self.advance().start_mark, tag, anchor)
        self._begin(node)
        while self.kind in ("?", ":"):
            pair = self._pair(_NO_BLOCK_PART, block=True)
            node.pairs.append(pair)
            node.end = pair[1].end
        self._end_block("a key or less indentation")
        self.depth -= 1
        return node

    def _end_block(self, expected: str) -> None:
        if self.kind != "<block end>":
            raise self.unexpected(expected)
        self.advance()

    def _pair(self, ends: frozenset[str], block: bool = False) -> tuple[Node, Node]:
        """`key: value`, either of which may be empty."""
        at = self.token.start_mark
        if self.kind == "?":
            at = self.advance().end_mark
        key = self._empty(at) if self.kind in ends else self.node(block, indentless=block)
        if self.kind != ":":
            return key, self._empty(key.end)
        at = self.advance().end_mark
        return key, self._empty(at) if self.kind in ends else self.node(block, indentless=block)

    def _flow_sequence(self, tag: str, anchor: str) -> Sequence:
        node = Sequence(True, self.advance().start_mark, tag, anchor)
        self._begin(node)
        ends = frozenset((":", ",", "]"))
        while self.kind != "]":
            if node.items:
                self._comma("',' or ']' in a flow sequence")
            if self.kind == "?":
                single = Mapping(True, self.token.start_mark, "", "")
                self._begin(single)
                single.pairs.append(self._pair(ends))
                single.end = single.pairs[0][1].end
                self.depth -= 1
                node.items.append(single)
            elif self.kind != "]":
                node.items.append(self.node())
        node.end = self.advance().end_mark
        self.depth -= 1
        return node

    def _flow_mapping(self, tag: str, anchor: str) -> Mapping:
        node = Mapping(True, self.advance().start_mark, tag, anchor)
        self._begin(node)
        ends = frozenset((":", ",", "}"))
        while self.kind != "}":
            if node.pairs:
                self._comma("',' or '}' in a flow mapping")
            if self.kind in ("?", ":"):
                node.pairs.append(self._pair(ends))
            elif self.kind != "}":
                key = self.node()
                node.pairs.append((key, self._empty(key.end)))
        node.end = self.advance().end_mark
        self.depth -= 1
        return node

    def _comma(self, expected: str) -> None:
        if self.kind != ",":
            raise self.unexpected(expected)
        self.advance()
