"""Shell text as simple commands (POSIX 1003.1, "Shell Command Language"): words with lines, without comments.

This is a reader, no interpreter: nothing is expanded. A word keeps its expansions as they are written (`$X`,
`${X:-y}`, `$(cmd)`) and loses its quotes; commands inside `$(...)` and backquotes are yielded as well, and those of a
here-document that a shell reads.
"""

from __future__ import annotations

from guardrail_hooks.formats import dollar_quotes
from guardrail_hooks.pattern import pattern
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

DEEPEST = 20  # levels of command substitution that are looked into
LONGEST_ARITHMETIC = 400  # characters; what is longer is taken for commands in two brackets
OPERATORS = pattern(r"&&|\|\||;;&?|;&|\|&|[;&|()]")
REDIRECTION = pattern(r"[0-9]*(?:<<<|<<-?|<>|>>|>\||[<>]&|&>>?|[<>])")
# Reserved words that stand before a command (section 2.4); what follows them is a command of its own.
RESERVED = frozenset(
    {"if", "then", "elif", "else", "while", "until", "do", "!", "{", "}", "time", "fi", "done", "esac"}
)
PLAIN = pattern(r"[^\\'\"`$<>;&|() \t\n]+")
PLAIN_IN_QUOTES = pattern(r"[^\\\"`$\n]+")
ASSIGNMENT = pattern(r"(?s)([A-Za-z_][A-Za-z0-9_]*)\+?=(.*)")


SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh", "ash"})


class Command(namedtuple("Command", "words line assignments inputs")):
    """One simple command: its words, the line it starts on, its variable assignments, the files that it reads from."""

    __slots__ = ()
    words: list[str]
    line: int
    assignments: list[tuple[str, str]]
    inputs: list[str]


def commands(text: str, line: int = 1, depth: int = 0) -> Iterator[Command]:
    """The simple commands of a script or of the argument of `sh -c`, in order."""
    return _Reader(text, line, depth).commands()


class _Reader:
    """Walks over the text once."""

    __slots__ = ("at", "depth", "heredocs", "inner", "inputs", "line", "text")

    def __init__(self, text: str, line: int, depth: int) -> None:
        self.text = text.replace("\r\n", "\n")
        self.line = line
        self.at = 0
        self.depth = depth
        self.heredocs: list[tuple[str, bool, list[str]]] = []
        self.inner: list[tuple[str, int]] = []
        self.inputs: list[str] = []

    def commands(self) -> Iterator[Command]:
        """Every simple command."""
        words: list[str] = []
        start = self.line
        while True:
            self.blanks()
            if not words:
                start = self.line
                if self.arithmetic():
                    continue
            operator = self.operator()
            if operator is None:
                if not self.redirection(words):
                    word = self.word()
                    if words or word not in RESERVED:
                        words.append(word)
                continue
            yield from self.inside()
            if words:
                yield _command(words, start, self.inputs)
            words, self.inputs = [], []
            if operator == "":
                return

    def inside(self) -> Iterator[Command]:
        """The commands of the substitutions met since the last command."""
        inner, self.inner = self.inner, []
        if self.depth < DEEPEST:
            for text, line in inner:
                yield from commands(text, line, self.depth + 1)

    def blanks(self) -> None:
        """Skip blanks, continued lines and comments."""
        text = self.text
        while self.at < len(text):
            character = text[self.at]
            if character in " \t":
                self.at += 1
            elif text.startswith("\\\n", self.at):
                self.at += 2
                self.line += 1
            elif character == "#":
                end = text.find("\n", self.at)
                self.at = len(text) if end < 0 else end
            else:
                return

    def operator(self) -> str | None:
        """The control operator here, if one is here; a newline is one, and the end of the text (an empty string)."""
        if self.at >= len(self.text):
            return ""
        if self.text[self.at] == "\n":
            self.at += 1
            self.line += 1
            self.skip_heredocs()
            return "\n"
        if REDIRECTION.match(self.text, self.at) and not self.text.startswith(("&&", "&;"), self.at):
            return None
        match = OPERATORS.match(self.text, self.at)
        if not match:
            return None
        self.at = match.end()
        return match.group()

    def arithmetic(self) -> bool:
        """Skip `((...))`, which holds no commands and whose `<<` begins no here-document."""
        text, start = self.text, self.at + 2
        if not text.startswith("((", self.at):
            return False
        end = text.find("))", start, start + LONGEST_ARITHMETIC)
        while end >= 0 and text.count("(", start, end) != text.count(")", start, end):
            end = text.find("))", end + 1, start + LONGEST_ARITHMETIC)
        if end < 0:
            return False
        self.line += text.count("\n", start, end)
        self.at = end + 2
        return True

    def redirection(self, words: list[str]) -> bool:
        """Skip a redirection of the command with these words; a process substitution is left to the words."""
        if self.text.startswith(("<(", ">("), self.at):
            return False
        match = REDIRECTION.match(self.text, self.at)
        if not match:
            return False
        self.at = match.end()
        self.blanks()
        line_end = self.at < len(self.text) and self.text[self.at] != "\n"
        target = self.word() if line_end else ""
        sign = match.group().lstrip("0123456789")
        if sign in ("<<", "<<-"):
            self.heredocs.append((target, sign == "<<-", words))
        elif sign == "<":
            self.inputs.append(target)
        return True

    def skip_heredocs(self) -> None:
        """Skip the here-documents that begin on the line after their redirection; what a shell reads is kept."""
        for delimiter, tabs, words in self.heredocs:
            start, line, body = self.at, self.line, self.at
            while self.at < len(self.text):
                end = self.text.find("\n", self.at)
                end = len(self.text) if end < 0 else end
                row = self.text[self.at : end]
                self.at = min(end + 1, len(self.text))
                self.line += 1
                if (row.lstrip("\t") if tabs else row) == delimiter:
                    break
                body = self.at
            if words and words[0].rpartition("/")[2] in SHELLS:
                self.inner.append((self.text[start:body], line))
        self.heredocs = []

    def word(self) -> str:
        """The word here, without its quotes."""
        parts: list[str] = []
        text = self.text
        while self.at < len(text):
            character = text[self.at]
            if character in " \t\n;&|)" or (character in "<>" and not text.startswith("(", self.at + 1)):
                break
            if character == "(" and not parts:
                break
            parts.append(self.part(character))
        if not parts and self.at < len(text):
            self.at += 1  # nothing that begins a word: step over it rather than stand still
        return "".join(parts)

    def part(self, character: str) -> str:
        """The next quoted or unquoted piece of a word."""
        text, start = self.text, self.at
        if plain := PLAIN.match(text, start):
            self.at = plain.end()
            return plain.group()
        if character == "\\":
            self.at += 2
            if text.startswith("\n", start + 1):
                self.line += 1
                return ""
            return text[start + 1 : start + 2]
        if character == "'":
            return self.until("'", start + 1)
        if character == '"':
            return self.double(start + 1)
        if character == "`" or text.startswith(("$(", "<(", ">("), start):
            return self.substitution(start)
        if text.startswith("${", start):
            self.at = self.balanced(start + 2, "{", "}")
            return self.text[start : self.at]
        if text.startswith("$'", start):
            end = dollar_quotes.end_of(text, start + 2)
            self.at = min(end + 1, len(text))
            self.line += text.count("\n", start, end)
            return dollar_quotes.unquoted(text[start + 2 : end])
        if text.startswith('$"', start):  # a text to be translated
            return self.double(start + 2)
        self.at += 1
        return character

    def until(self, quote: str, start: int) -> str:
        """The text up to a closing quote, or to the end where it is missing."""
        end = self.text.find(quote, start)
        end = len(self.text) if end < 0 else end
        self.at = min(end + 1, len(self.text))
        inside = self.text[start:end]
        self.line += inside.count("\n")
        return inside

    def double(self, start: int) -> str:
        """The text inside double quotes."""
        parts: list[str] = []
        self.at = start
        text = self.text
        while self.at < len(text) and text[self.at] != '"':
            character = text[self.at]
            if plain := PLAIN_IN_QUOTES.match(text, self.at):
                parts.append(plain.group())
                self.at = plain.end()
            elif character == "\\" and text[self.at + 1 : self.at + 2] in ("$", "`", '"', "\\", "\n"):
                parts.append(text[self.at + 1].replace("\n", ""))
                self.line += text[self.at + 1] == "\n"
                self.at += 2
            elif character == "`" or text.startswith("$(", self.at):
                parts.append(self.substitution(self.at))
            else:
                self.line += character == "\n"
                parts.append(character)
                self.at += 1
        self.at = min(self.at + 1, len(text))
        return "".join(parts)

    def substitution(self, start: int) -> str:
        """A command or process substitution as it is written; its commands are kept for later."""
        line = self.line
        if self.text[start] == "`":
            inside = self.until("`", start + 1)
        else:
            self.at = self.balanced(start + 2, "(", ")")
            inside = self.text[start + 2 : self.at - 1]
            self.line += inside.count("\n")
        if not inside.startswith("("):  # an arithmetic expansion holds no commands
            self.inner.append((inside, line))
        return self.text[start : self.at]

    def balanced(self, at: int, opening: str, closing: str) -> int:
        """The offset behind the bracket that closes, quotes respected."""
        text, waiting = self.text, [closing]  # what closes the brackets and double quotes that are open
        while at < len(text) and waiting:
            character = text[at]
            if character == "\\":
                at += 1
            elif character == waiting[-1]:
                waiting.pop()
            elif waiting[-1] == '"':
                if text.startswith("$(", at):
                    waiting.append(")")
                    at += 1
            elif character == opening:
                waiting.append(closing)
            elif character == '"' and opening == "(":
                waiting.append('"')
            elif opening == "(" and text.startswith("$'", at):
                at = dollar_quotes.end_of(text, at + 2)
            elif character == "'" and opening == "(":
                end = text.find("'", at + 1)
                at = end if end >= 0 else len(text)
            at += 1
        return min(at, len(text))


def _command(words: list[str], line: int, inputs: list[str]) -> Command:
    """A command with its leading assignments set apart."""
    assignments = []
    while words and (match := ASSIGNMENT.fullmatch(words[0])):
        assignments.append((match[1], match[2]))
        words = words[1:]
    return Command(words, line, assignments, inputs)
