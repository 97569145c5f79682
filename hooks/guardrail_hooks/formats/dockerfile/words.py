"""Word expansion: variables, quotes and escapes, as the official frontend expands them before a build.

A port of the rules of BuildKit's `frontend/dockerfile/shell/lex.go`: `$x ${x} ${x:-d} ${x-d} ${x:+a} ${x+a} ${x:?e}
${x?e} ${x#p} ${x##p} ${x%p} ${x%%p} ${x/p/r} ${x//p/r}`, single and double quotes, the escape token, all nested.
"""

from __future__ import annotations

import re
from collections import namedtuple

from .directives import SPACE
from .patterns import BadPattern, replaced, without_prefix, without_suffix

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Lookup = Callable[[str], "Value | None"]

MAX_DEPTH = 100  # nested ${...}; far beyond any file written by a person, far below Python's recursion limit
MAX_LENGTH = 65_536  # characters of one expanded word: `ENV A=$A$A` doubles with every line

_SPECIAL = re.compile(r"""[\\`'"$]""")
_PLAIN = {stop: re.compile(rf"""[^\\`'"$<{stop}]+""") for stop in ("", "}", "/")}
_IN_DOUBLE_QUOTES = re.compile(r"""[^\\`"$]+""")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?![^\x00-\x7f])")
_NONE: frozenset[str] = frozenset()
_SPECIAL_PARAMETERS = frozenset("@*#?-$!0")  # POSIX 2.5.2, isSpecialParam


class BadSubstitution(Exception):
    """A word that cannot be expanded; `str(error)` is the official frontend's reason."""


class ValueRequired(BadSubstitution):
    """`${name:?message}` of a variable without a value: the build asks for one from outside."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name


class Piece(namedtuple("Piece", "text start end value")):
    """Some consecutive characters of an expanded word and where they come from.

    `start` and `end` are indexes into the source word where the text stands literally; -1 where it does not.
    `value` is the variable's value that supplied the text, None for text of the word itself.
    """

    __slots__ = ()
    text: str
    start: int
    end: int
    value: Value | None


class Value:
    """The value of a variable: its text, and what it was made of.

    `pieces` are the pieces of the expanded definition. `missing` are the variables without a value on which the text
    depends. `definition` is whatever the caller wants to find again: the place that supplied the value.
    """

    __slots__ = ("definition", "missing", "pieces", "text")

    def __init__(
        self,
        text: str,
        pieces: tuple[Piece, ...] = (),
        missing: frozenset[str] = frozenset(),
        definition: object = None,
    ) -> None:
        self.text = text
        self.pieces = pieces
        self.missing = missing
        self.definition = definition


class Expansion(namedtuple("Expansion", "text pieces used unset missing")):
    """An expanded word.

    `used` are the variables it mentions that have a value and `unset` those that have none, whether or not that made
    a difference. `missing` are the variables whose absence left a hole in the text, directly or through the value of
    another variable: with `missing` empty the text is what every build of this file sees.
    """

    __slots__ = ()
    text: str
    pieces: tuple[Piece, ...]
    used: frozenset[str]
    unset: frozenset[str]
    missing: frozenset[str]


def expand(word: str, lookup: Lookup, escape: str = "\\", *, quotes: bool = True) -> Expansion:
    """Expand one word. `lookup` gives a variable's value or None; `quotes=False` leaves quotes alone (here-documents).

    Raises BadSubstitution with the frontend's reason.
    """
    start = word.startswith("\ufeff")  # a byte order mark: Go's text/scanner, under the official lexer, drops it
    if _SPECIAL.search(word) is None:
        text = word[start:]
        piece = (Piece(text, int(start), len(word), None),) if text else ()
        return Expansion(text, piece, _NONE, _NONE, _NONE)
    lexer = _Lexer(word, lookup, escape)
    lexer.position = int(start)
    lexer.quotes = quotes
    pieces = _merged(lexer.run())
    text = "".join([piece.text for piece in pieces])
    return Expansion(text, pieces, frozenset(lexer.used), frozenset(lexer.unset), frozenset(lexer.missing))


def split_words(line: str, *, raw: bool) -> list[str]:
    """Split a line into shell words the way here-documents are looked for: nothing set, variables left standing.

    With `raw`, quotes and escapes stay in the words. A line that cannot be lexed raises BadSubstitution.
    """
    lexer = _Lexer(line.removeprefix("\ufeff"), _nothing, "\\")
    lexer.keep_unset = True
    lexer.raw_quotes = lexer.raw_escapes = raw
    lexer.words = []
    lexer.run()
    lexer.end_word()
    return lexer.words


def _merged(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Join neighbours that stand side by side in the source word, so that a reference is one piece where it can be."""
    out: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        last = out[-1] if out else None
        if last and last.value is None and piece.value is None and last.end == piece.start:
            out[-1] = Piece(last.text + piece.text, last.start, piece.end, None)
        else:
            out.append(piece)
    return tuple(out)


def _nothing(_name: str) -> None:
    return None


class _Lexer:
    """One pass over one word. The method names follow lex.go, so that the two can be read side by side."""

    __slots__ = (
        "buffer",
        "depth",
        "escape",
        "in_word",
        "keep_unset",
        "length",
        "lookup",
        "missing",
        "position",
        "quotes",
        "raw_escapes",
        "raw_quotes",
        "source",
        "unset",
        "used",
        "words",
    )

    def __init__(self, source: str, lookup: Lookup, escape: str) -> None:
        self.source = source
        self.lookup = lookup
        self.escape = escape
        self.position = 0
        self.depth = 0
        self.length = 0
        self.quotes = True
        self.keep_unset = False
        self.raw_quotes = False
        self.raw_escapes = False
        self.used: set[str] = set()
        self.unset: set[str] = set()
        self.missing: set[str] = set()
        self.words: list[str] | None = None
        self.buffer: list[str] = []
        self.in_word = False

    def run(self) -> list[Piece]:
        return self.process_stop_on("", self.raw_escapes)

    def peek(self) -> str:
        return self.source[self.position : self.position + 1]

    def process_stop_on(self, stop: str, raw_escapes: bool) -> list[Piece]:
        """Lex up to the character `stop`, or to the end of the word where `stop` is empty."""
        if self.depth > MAX_DEPTH:
            raise BadSubstitution(f"substitution nested more than {MAX_DEPTH} deep")
        self.depth += 1
        outer_raw, self.raw_escapes = self.raw_escapes, raw_escapes
        # The official lexer shares one buffer for the words of every level: a nested ${} drops what stands before it.
        outer_words, outer_in_word = self.words, self.in_word
        self.buffer = []
        self.in_word = False
        if stop:
            self.words = None
        out: list[Piece] = []
        source = self.source
        plain = _PLAIN[stop]
        while self.position < len(source):
            start = self.position
            char = source[start]
            if char == stop:
                self.position += 1
                break
            if char == "$":
                pieces = self.process_dollar()
                out += pieces
                self.add_spaced("".join([piece.text for piece in pieces]))
            elif char == "<" and self.words is not None:
                text = self.process_possible_heredoc()
                out.append(Piece(text, start, self.position, None))
                self.add_raw(text)
            elif char in "'\"" and self.quotes:
                quoted = self.process_single_quote() if char == "'" else self.process_double_quote()
                out += quoted
                self.add_raw("".join([piece.text for piece in quoted]))
            elif char == self.escape:
                self.position += 2
                text = source[start : start + 2] if self.raw_escapes else source[start + 1 : start + 2]
                self.position = min(self.position, len(source))
                if text:
                    out.append(Piece(text, self.position - len(text), self.position, None))
                    self.add_raw(text)
            else:
                run = plain.match(source, start)
                text = run[0] if run else char
                self.position += len(text)
                out.append(Piece(text, start, self.position, None))
                self.add_spaced(text)
        else:
            if stop:
                raise BadSubstitution(f"unexpected end of statement while looking for matching {stop}")
        if stop:
            self.words, self.in_word, self.buffer = outer_words, outer_in_word, []
        self.raw_escapes = outer_raw
        self.depth -= 1
        return out

    def process_single_quote(self) -> list[Piece]:
        start = self.position
        end = self.source.find("'", start + 1)
        if end < 0:
            raise BadSubstitution("unexpected end of statement while looking for matching single-quote")
        self.position = end + 1
        inner = Piece(self.source[start + 1 : end], start + 1, end, None)
        return [Piece(self.source[start : end + 1], start, end + 1, None)] if self.raw_quotes else [inner]

    def process_double_quote(self) -> list[Piece]:
        source = self.source
        out: list[Piece] = []
        if self.raw_quotes:
            out.append(Piece('"', self.position, self.position + 1, None))
        self.position += 1
        while self.position < len(source):
            start = self.position
            char = source[start]
            if char == '"':
                self.position += 1
                if self.raw_quotes:
                    out.append(Piece('"', start, start + 1, None))
                return out
            if char == "$":
                out += self.process_dollar()
                continue
            if char == self.escape:
                following = source[start + 1 : start + 2]
                escaped = bool(following) and following in '"$' + char
                self.position += 1 + escaped
                # Before any other character the escape token is text; at the end of the word it is nothing.
                text = (following if escaped else char) if following else ""
                if self.raw_escapes:
                    text = char + text
                if text:
                    out.append(Piece(text, self.position - len(text), self.position, None))
                continue
            plain = _IN_DOUBLE_QUOTES.match(source, start)
            text = plain[0] if plain else char
            self.position += len(text)
            out.append(Piece(text, start, self.position, None))
        raise BadSubstitution("unexpected end of statement while looking for matching double-quote")

    def process_dollar(self) -> list[Piece]:
        start = self.position
        self.position += 1
        if self.peek() != "{":
            name = self.process_name()
            if not name:
                return [Piece("$", start, start + 1, None)]
            value = self.get(name)
            if value is None and self.keep_unset:
                return [Piece("$" + name, start, self.position, None)]
            return self.plain(name, value)
        self.position += 1
        if self.peek() == "":
            raise BadSubstitution("syntax error: missing '}'")
        if self.peek() in "{}:":
            raise BadSubstitution("syntax error: bad substitution")
        name = self.process_name()
        modifier = self.peek()
        self.position += 1
        if modifier == "}":
            value = self.get(name)
            if value is None and self.keep_unset:
                return [Piece(self.source[start : self.position], start, self.position, None)]
            return self.plain(name, value)
        if modifier == "/":
            return self.replacement(name, start)
        if modifier and modifier in ":+-?#%":
            return self.modified(name, modifier, start)
        if not modifier:
            raise BadSubstitution("syntax error: missing '}'")
        raise BadSubstitution(f"unsupported modifier ({modifier}) in substitution")

    def modified(self, name: str, modifier: str, start: int) -> list[Piece]:
        """Handle `${name:-word}` and its kin, from behind the first modifier character."""
        null_is_unset = modifier == ":"
        operator = modifier
        if null_is_unset:
            operator = self.peek()
            self.position += 1
            modifier += operator
        pattern = operator in ("#", "%")
        if null_is_unset and pattern:
            raise BadSubstitution(f"unsupported modifier ({modifier}) in substitution")
        word = self.until("}", raw_escapes=pattern, missing="'}'")
        text = "".join([piece.text for piece in word])
        value = self.get(name)
        if value is None and self.keep_unset:
            kept = f"${{{name}{modifier}{text}}}"
            return [Piece(kept, start, self.position, None)]
        unset = value is None or (null_is_unset and not value.text)
        if operator == "-":
            return word if unset or value is None else self.plain(name, value)
        if operator == "+":
            return [] if unset else word
        if operator == "?":
            if unset or value is None:
                default = "is not allowed to be unset" if value is None else "is not allowed to be empty"
                raise ValueRequired(name, text or default)
            return self.plain(name, value)
        if not pattern:
            raise BadSubstitution(f"unsupported modifier ({modifier}) in substitution")
        greedy = text.startswith(operator)
        trim = without_prefix if operator == "#" else without_suffix
        return self.computed(name, value, lambda whole: trim(whole, text[greedy:], greedy=greedy), text[greedy:])

    def replacement(self, name: str, start: int) -> list[Piece]:
        """Handle `${name/pattern/text}` and `${name//pattern/text}`, from behind the first slash."""
        everywhere = self.peek() == "/"
        self.position += everywhere
        pattern = "".join([piece.text for piece in self.until("/", raw_escapes=True, missing="'/' in ${}")])
        text = "".join([piece.text for piece in self.until("}", raw_escapes=True, missing="'}'")])
        value = self.get(name)
        if value is None and self.keep_unset:
            return [Piece(f"${{{name}/{pattern}/{text}}}", start, self.position, None)]
        return self.computed(name, value, lambda whole: replaced(whole, pattern, text, everywhere=everywhere), pattern)

    def until(self, stop: str, *, raw_escapes: bool, missing: str) -> list[Piece]:
        try:
            return self.process_stop_on(stop, raw_escapes)
        except BadSubstitution as error:
            if self.position >= len(self.source):
                raise BadSubstitution(f"syntax error: missing {missing}") from error
            raise

    def get(self, name: str) -> Value | None:
        value = self.lookup(name)
        (self.unset if value is None else self.used).add(name)
        return value

    def plain(self, name: str, value: Value | None) -> list[Piece]:
        """Give the text of a variable, or the hole that its absence leaves."""
        if value is None:
            self.missing.add(name)
            return []
        self.missing |= value.missing
        self.length += len(value.text)
        if self.length > MAX_LENGTH:
            raise BadSubstitution(f"expands to more than {MAX_LENGTH} characters")
        return [Piece(value.text, -1, -1, value)] if value.text else []

    def computed(self, name: str, value: Value | None, change: Callable[[str], str], pattern: str) -> list[Piece]:
        whole = value.text if value else ""
        self.plain(name, value)
        try:
            text = change(whole)
        except BadPattern as error:
            raise BadSubstitution(f"invalid pattern ({pattern}) in substitution: {error}") from error
        self.length += len(text)
        if self.length > MAX_LENGTH:
            raise BadSubstitution(f"expands to more than {MAX_LENGTH} characters")
        derived = Value(text, (), value.missing, value.definition) if value else Value(text)
        return [Piece(text, -1, -1, derived)] if text else []

    def process_name(self) -> str:
        """Read a variable's name: letters, digits and underscores, a number, or one special parameter."""
        match = _NAME.match(self.source, self.position)
        if match:
            self.position = match.end()
            return match[0]
        source, start = self.source, self.position
        end = start
        if source[start : start + 1].isdecimal():
            while source[end : end + 1].isdecimal():
                end += 1
        elif source[start : start + 1] in _SPECIAL_PARAMETERS:
            end += 1
        else:
            while end < len(source) and (source[end].isalpha() or source[end].isdecimal() or source[end] == "_"):
                end += 1
        self.position = end
        return source[start:end]

    def process_possible_heredoc(self) -> str:
        start = self.position
        self.position += 1
        if self.peek() != "<":
            return "<"
        self.position += 1
        while self.peek() and self.peek() in "\t\r ":
            self.position += 1
        return self.source[start : self.position]

    def add_spaced(self, text: str) -> None:
        """Add unquoted text to the words: blanks end a word."""
        if self.words is None:
            return
        first = True
        for part in _SPACES.split(text):
            if not first and self.in_word:
                self.end_word()
            first = False
            if part:
                self.add_raw(part)

    def add_raw(self, text: str) -> None:
        if self.words is not None:
            self.in_word = True
            if text:
                self.buffer.append(text)

    def end_word(self) -> None:
        if self.words is not None and self.buffer:
            self.words.append("".join(self.buffer))
            self.buffer = []
            self.in_word = False


_SPACES = re.compile(f"[{re.escape(SPACE)}]+")
