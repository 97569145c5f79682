"""One pass over one word: quotes, escapes and substitutions, character by character.

A port of `shellWord` in BuildKit's `frontend/dockerfile/shell/lex.go`. The method names follow it, so that the two can
be read side by side.
"""

from __future__ import annotations

import re

from guardrail_hooks.formats.dockerfile.words import BadSubstitution, Piece, Value, ValueRequired

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guardrail_hooks.formats.dockerfile.heredocs import WordList
    from guardrail_hooks.formats.dockerfile.words import Lookup

MAX_DEPTH = 100  # nested ${...}; far beyond any file written by a person, far below Python's recursion limit
MAX_LENGTH = 65_536  # characters of one expanded word: `ENV A=$A$A` doubles with every line

_PLAIN = {stop: re.compile(rf"""[^\\`'"$<{stop}]+""") for stop in ("", "}", "/")}
_IN_DOUBLE_QUOTES = re.compile(r"""[^\\`"$]+""")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SPECIAL_PARAMETERS = frozenset("@*#?-$!0")  # POSIX 2.5.2, isSpecialParam


class Lexer:
    """One pass over one word. The method names follow lex.go, so that the two can be read side by side."""

    __slots__ = (
        "depth",
        "escape",
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
        self.words: WordList | None = None

    def run(self) -> list[Piece]:
        """Lex the whole word."""
        return self._process_stop_on("", self.raw_escapes)

    def _peek(self) -> str:
        return self.source[self.position : self.position + 1]

    def _process_stop_on(self, stop: str, raw_escapes: bool) -> list[Piece]:
        """Lex up to the character `stop`, or to the end of the word where `stop` is empty."""
        if self.depth > MAX_DEPTH:
            raise BadSubstitution(f"substitution nested more than {MAX_DEPTH} deep")
        self.depth += 1
        outer_raw, self.raw_escapes = self.raw_escapes, raw_escapes
        words = self.words
        if stop and words is not None:
            words.forget()
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
                pieces = self._process_dollar()
                out += pieces
                self._add_spaced("".join([piece.text for piece in pieces]))
            elif char == "<" and self.words is not None:
                self._add_raw(self._process_possible_heredoc())
            elif char in "'\"" and self.quotes:
                quoted = self._process_single_quote() if char == "'" else self._process_double_quote()
                out += quoted
                self._add_raw("".join([piece.text for piece in quoted]))
            elif char == self.escape:
                self.position += 2
                text = source[start : start + 2] if self.raw_escapes else source[start + 1 : start + 2]
                self.position = min(self.position, len(source))
                if text:
                    out.append(Piece(text, self.position - len(text), self.position, None))
                    self._add_raw(text)
            else:
                run = plain.match(source, start)
                text = run[0] if run else char
                self.position += len(text)
                out.append(Piece(text, start, self.position, None))
                self._add_spaced(text)
        else:
            if stop:
                raise BadSubstitution(f"unexpected end of statement while looking for matching {stop}")
        self.words = words
        self.raw_escapes = outer_raw
        self.depth -= 1
        return out

    def _process_single_quote(self) -> list[Piece]:
        start = self.position
        end = self.source.find("'", start + 1)
        if end < 0:
            raise BadSubstitution("unexpected end of statement while looking for matching single-quote")
        self.position = end + 1
        inner = Piece(self.source[start + 1 : end], start + 1, end, None)
        return [Piece(self.source[start : end + 1], start, end + 1, None)] if self.raw_quotes else [inner]

    def _process_double_quote(self) -> list[Piece]:
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
                out += self._process_dollar()
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

    def _process_dollar(self) -> list[Piece]:
        start = self.position
        self.position += 1
        if self._peek() != "{":
            name = self._process_name()
            if not name:
                return [Piece("$", start, start + 1, None)]
            value = self._get(name)
            if value is None and self.keep_unset:
                return [Piece("$" + name, start, self.position, None)]
            return self._plain(name, value)
        self.position += 1
        if self._peek() == "":
            raise BadSubstitution("syntax error: missing '}'")
        if self._peek() in "{}:":
            raise BadSubstitution("syntax error: bad substitution")
        name = self._process_name()
        modifier = self._peek()
        self.position += 1
        if modifier == "}":
            value = self._get(name)
            if value is None and self.keep_unset:
                return [Piece(self.source[start : self.position], start, self.position, None)]
            return self._plain(name, value)
        if modifier == "/":
            return self._replacement(name, start)
        if modifier and modifier in ":+-?#%":
            return self._modified(name, modifier, start)
        if not modifier:
            raise BadSubstitution("syntax error: missing '}'")
        raise BadSubstitution(f"unsupported modifier ({modifier}) in substitution")

    def _modified(self, name: str, modifier: str, start: int) -> list[Piece]:
        """Handle `${name:-word}` and its kin, from behind the first modifier character."""
        null_is_unset = modifier == ":"
        operator = modifier
        if null_is_unset:
            operator = self._peek()
            self.position += 1
            modifier += operator
        pattern = operator in ("#", "%")
        if null_is_unset and pattern:
            raise BadSubstitution(f"unsupported modifier ({modifier}) in substitution")
        word = self._until("}", raw_escapes=pattern, missing="'}'")
        text = "".join([piece.text for piece in word])
        value = self._get(name)
        if value is None and self.keep_unset:
            kept = f"${{{name}{modifier}{text}}}"
            return [Piece(kept, start, self.position, None)]
        unset = value is None or (null_is_unset and not value.text)
        if operator == "-":
            return word if unset or value is None else self._plain(name, value)
        if operator == "+":
            return [] if unset else word
        if operator == "?":
            if unset or value is None:
                default = "is not allowed to be unset" if value is None else "is not allowed to be empty"
                raise ValueRequired(name, text or default)
            return self._plain(name, value)
        if not pattern:
            raise BadSubstitution(f"unsupported modifier ({modifier}) in substitution")
        from guardrail_hooks.formats.dockerfile.patterns import without_prefix, without_suffix

        greedy = text.startswith(operator)
        trim = without_prefix if operator == "#" else without_suffix
        return self._computed(name, value, trim(value.text if value else "", text[greedy:], greedy=greedy))

    def _replacement(self, name: str, start: int) -> list[Piece]:
        """Handle `${name/pattern/text}` and `${name//pattern/text}`, from behind the first slash."""
        everywhere = self._peek() == "/"
        self.position += everywhere
        pattern = "".join([piece.text for piece in self._until("/", raw_escapes=True, missing="'/' in ${}")])
        text = "".join([piece.text for piece in self._until("}", raw_escapes=True, missing="'}'")])
        value = self._get(name)
        if value is None and self.keep_unset:
            return [Piece(f"${{{name}/{pattern}/{text}}}", start, self.position, None)]
        from guardrail_hooks.formats.dockerfile.patterns import replaced

        whole = value.text if value else ""
        return self._computed(name, value, replaced(whole, pattern, text, everywhere=everywhere, limit=MAX_LENGTH))

    def _until(self, stop: str, *, raw_escapes: bool, missing: str) -> list[Piece]:
        try:
            return self._process_stop_on(stop, raw_escapes)
        except BadSubstitution as error:
            if self.position >= len(self.source):
                raise BadSubstitution(f"syntax error: missing {missing}") from error
            raise

    def _get(self, name: str) -> Value | None:
        value = self.lookup(name)
        (self.unset if value is None else self.used).add(name)
        return value

    def _plain(self, name: str, value: Value | None) -> list[Piece]:
        """Give the text of a variable, or the hole that its absence leaves."""
        if value is None:
            self.missing.add(name)
            return []
        self.missing |= value.missing
        return self._supplied(value)

    def _computed(self, name: str, value: Value | None, text: str) -> list[Piece]:
        """Give what a pattern made of a variable's text."""
        if value is None:
            self.missing.add(name)
            return self._supplied(Value(text))
        self.missing |= value.missing
        return self._supplied(Value(text, (), value.missing, value.definition))

    def _supplied(self, value: Value) -> list[Piece]:
        self.length += len(value.text)
        if self.length > MAX_LENGTH:
            raise BadSubstitution(f"expands to more than {MAX_LENGTH} characters")
        return [Piece(value.text, -1, -1, value)] if value.text else []

    def _process_name(self) -> str:
        """Read a variable's name: letters, digits and underscores, a number, or one special parameter."""
        match = _NAME.match(self.source, self.position)
        if match and self.source[match.end() : match.end() + 1].isascii():
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

    def _process_possible_heredoc(self) -> str:
        start = self.position
        self.position += 1
        if self._peek() != "<":
            return "<"
        self.position += 1
        while self._peek() and self._peek() in "\t\r ":
            self.position += 1
        return self.source[start : self.position]

    def _add_spaced(self, text: str) -> None:
        if self.words is not None:
            self.words.add_spaced(text)

    def _add_raw(self, text: str) -> None:
        if self.words is not None:
            self.words.add_raw(text)
