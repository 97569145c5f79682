"""The files of the repository that a server runs: its wrapper, what that sources and starts, and scripts in arguments.

Symbolic links are followed inside the repository, shell scripts through `source`, `.`, `exec` and interpreters with
literal paths or the usual idioms for the script's own folder. What cannot be followed is listed.
"""

from __future__ import annotations

from guardrail_hooks.core.snapshot import LINK, SUBMODULE, Unreadable
from guardrail_hooks.formats import shell
from guardrail_hooks.formats.values import OBJECT, STRING, Value
from guardrail_hooks.mcp_config_guard.fingerprint import digest
from guardrail_hooks.mcp_config_guard.invocations import (
    SHELLS,
    folder_options,
    invocations,
    script_argument,
    shell_line,
)
from guardrail_hooks.mcp_config_guard.paths import OUTSIDE, follow, resolve
from guardrail_hooks.pattern import pattern
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from guardrail_hooks.core.snapshot import Entry, Tree
    from guardrail_hooks.mcp_config_guard.servers import Server

DEEPEST = 5  # scripts that run scripts
LARGEST = 1 << 20  # bytes of a shell script that are read; larger ones are reported, not skipped
SHELL_SUFFIXES = (".sh", ".bash", ".zsh", ".ksh")
SHEBANG = pattern(r"#![^\n]*\b(?:ba|z|da|k|a)?sh\b")
SOURCE_FILE = r"\$\{?(?:0|BASH_SOURCE(?:\[0\])?)\}?"
SELF = rf'(?:{SOURCE_FILE}|\$\((?:readlink -f|realpath)(?: --)? "?{SOURCE_FILE}"?\))'
DIRNAME = (
    rf'(?:\$\(\s*dirname(?: --)? "?{SELF}"?\s*\)|`dirname(?: --)? "?{SELF}"?`'
    r"|\$\{(?:0|BASH_SOURCE(?:\[0\])?)%/\*\})"
)
OWN_FOLDER = pattern(
    rf'\$\(\s*cd(?: -P)?(?: --)? "?{DIRNAME}(?P<below>[^"\s&;]*)"?\s*'
    rf"(?:>\s*/dev/null(?:\s+2>&1)?\s*)?(?:&&|;)\s*pwd(?: -P)?\s*\)|{DIRNAME}"
)
SEPARATORS = pattern(r"[\s:=]+")
OWN = "\x01"  # stands for the script's own folder in a text
VARIABLE = pattern(r"\$\{([A-Za-z_]\w*)(?::?[-=]([^{}]*))?\}|\$([A-Za-z_]\w*)")
MOST_FOLDERS = 8  # that one script is taken to change to
# Variables whose value names code that is loaded.
LOADERS = frozenset({"NODE_OPTIONS", "BASH_ENV", "ENV", "PYTHONSTARTUP", "LD_PRELOAD", "RUBYOPT", "PERL5OPT"})


class Script(namedtuple("Script", "path mode oid")):
    """One file or link that a server depends on."""

    __slots__ = ()
    path: str
    mode: str
    oid: str


class Mention(namedtuple("Mention", "word line folders is_shell")):
    """A word of a shell text that names a file to be run: as written, and with each folder changed to in front.

    `is_shell` tells that a shell reads it, whatever its name is.
    """

    __slots__ = ()
    word: str
    line: int
    folders: tuple[str, ...]
    is_shell: bool

    @property
    def candidates(self) -> list[str]:
        """What the word may mean, the likeliest first."""
        is_relative = self.word[:1] not in ("/", "~", "$", OWN)
        return [f"{folder}/{self.word}" for folder in self.folders if is_relative] + [self.word]


class Scripts:
    """What a server runs from the repository.

    `files` by path, links included; `named` the scalar of the configuration that leads to each; `shells` the shell
    scripts with their text; `unfollowed` what could not be followed, in words.
    """

    __slots__ = ("files", "named", "shells", "unfollowed")

    def __init__(self) -> None:
        self.files: dict[str, Script] = {}
        self.named: dict[str, Value] = {}
        self.shells: dict[str, str] = {}
        self.unfollowed: list[str] = []


class Follower:
    """Follows the scripts of servers through one tree."""

    __slots__ = ("aliases", "links", "tree")

    def __init__(self, tree: Tree, aliases: Sequence[str]) -> None:
        self.tree = tree
        self.aliases = aliases
        self.links = LinkTexts(tree)

    def scripts_of(self, server: Server) -> Scripts:
        """Everything a server runs from the repository."""
        found = Scripts()
        bases = self.bases(server)
        for text, value, is_shell in candidates(server):
            self.add(text, value, bases, found, 0, is_shell=is_shell)
        return found

    def bases(self, server: Server) -> list[str]:
        """The folders that a server's relative paths may start from, the likeliest first."""
        folder = server.configuration.folder
        bases: list[str] = []
        working = server.get("cwd")
        words = [value.text for value in command_values(server)]
        named = [working.text] if working else []
        named += [folder_text for _, folder_text in folder_options(words)]
        for text in named:
            path = resolve(text, folder, self.aliases)
            if path is not None and path != OUTSIDE:
                bases.append(path + "/" if path else "")
        return list(dict.fromkeys([*bases, folder, ""]))

    def locate(self, text: str, bases: Sequence[str]) -> tuple[str, list[str], str | None] | None:
        """A text as a tracked file: the path as named, the links on the way, and the file at the end."""
        for base in bases:
            path = resolve(text, base, self.aliases)
            if not path or path == OUTSIDE:
                continue
            links, end = follow(path, self.tree.entries(), self.links)
            if end is not None or links:
                return path, links, end
        return None

    def add(
        self, text: str, value: Value, bases: Sequence[str], found: Scripts, depth: int, *, is_shell: bool = False
    ) -> bool:
        """Add the file that a text names, and what it runs; whether there is one."""
        located = self.locate(text, bases)
        if located is None:
            return False
        path, links, end = located
        entries = self.tree.entries()
        for link in links:
            found.files.setdefault(link, Script(link, *entries[link]))
            found.named.setdefault(link, value)
        if end is None or (end in found.files and (end in found.shells or not is_shell)):
            return True
        found.files[end] = Script(end, *entries[end])
        found.named.setdefault(end, value)
        if depth < DEEPEST:
            self.read_shell(path, end, value, bases, found, depth, is_shell=is_shell)
        else:
            found.unfollowed.append(f"{end}: nested too deeply")
        return True

    def read_shell(
        self, path: str, end: str, value: Value, bases: Sequence[str], found: Scripts, depth: int, *, is_shell: bool
    ) -> None:
        """Follow what a shell script runs."""
        try:
            raw = self.tree.read(end)
        except Unreadable:
            return
        if not is_shell and not looks_like_shell(end, raw):
            return
        if len(raw) > LARGEST:
            found.unfollowed.append(f"{end}: {len(raw)} bytes are too many to read")
            return
        text = raw.decode("utf-8", "replace")
        found.shells[end] = text
        own = [folder_of(path), folder_of(end)]
        for mention in mentioned(text):
            is_found = False
            for word in mention.candidates:
                here, where = (word.replace(OWN, "./", 1).replace(".//", "./"), own) if OWN in word else (word, bases)
                is_found |= self.add(here, value, where, found, depth + 1, is_shell=mention.is_shell)
            lost = f"{end}:{mention.line}: {mention.word}"
            if not is_found and not all(map(is_literal, mention.candidates)) and lost not in found.unfollowed:
                found.unfollowed.append(lost)


class LinkTexts(dict[str, bytes]):
    """The texts of symbolic links by path, read on demand."""

    __slots__ = ("tree",)

    def __init__(self, tree: Tree) -> None:
        super().__init__()
        self.tree = tree

    def __missing__(self, path: str) -> bytes:
        """Read one link."""
        text = self.tree.read_link(path)
        self[path] = text
        return text


def folder_of(path: str) -> str:
    """The folder of a path, with a closing slash unless it is the root."""
    return path.rsplit("/", 1)[0] + "/" if "/" in path else ""


def is_literal(word: str) -> bool:
    """Whether a word names a fixed path that merely is not tracked."""
    return "$" not in word and "`" not in word


def looks_like_shell(path: str, raw: bytes) -> bool:
    """Whether a file is a shell script, by its name or its first line."""
    return path.endswith(SHELL_SUFFIXES) or bool(SHEBANG.match(raw[:200].decode("utf-8", "replace")))


def command_values(server: Server) -> list[Value]:
    """The words of a server's command line with their places."""
    command = server.get("command", "cmd")
    arguments = server.get("args")
    words = [] if command is None else command.values or [command]
    if command is not None and command.kind == OBJECT:  # older Zed
        path, inner = command.get("path"), command.get("args")
        words = [path] if path else []
        arguments = inner or arguments
    words = words + (arguments.values if arguments else [])
    return [word for word in words if word.kind == STRING]


def candidates(server: Server) -> Iterator[tuple[str, Value, bool]]:
    """Every text of a server that may name a file it runs or is started with, and whether a shell reads that file."""
    if server.is_pseudo:
        for value in _helper_values(server):
            for mention in mentioned(value.text):
                yield from ((word, value, mention.is_shell) for word in mention.candidates)
        return
    values = command_values(server)
    for value in values:
        yield value.text, value, False
        name, equals, rest = value.text.partition("=")
        if equals and name.startswith("-"):
            yield rest, value, False
    for invocation in invocations([value.text for value in values]):
        if invocation.program not in SHELLS:
            continue
        script = script_argument(invocation)
        if script is not None:
            yield invocation.words[script], values[invocation.anchors[script]], True
        line = None if invocation.nested else shell_line(invocation)
        if line is not None:
            for mention in mentioned(invocation.words[line]):
                yield from ((word, values[invocation.anchors[line]], mention.is_shell) for word in mention.candidates)
    for name in ("envFile", "headersHelper"):
        field = server.get(name)
        if field and field.text:
            for word in [field.text] if name == "envFile" else field.text.split():
                yield word, field, False
    environment = server.get("env", "environment", "envs")
    for member in environment.members if environment else ():
        if member.name in LOADERS:
            for word in SEPARATORS.split(member.value.text):
                yield word, member.value, False


def _helper_values(server: Server) -> Iterator[Value]:
    """Command lines among settings: hooks and credential helpers."""
    if server.value is not None and server.name in ("@hooks", "@helpers"):
        document = server.configuration.document
        assert document
        yield from server.value.strings()


def mentioned(text: str) -> Iterator[Mention]:
    """The files that a shell text sources, starts or gives to an interpreter.

    The script's own folder is written as `OWN`. Which branch of a script changes its folder is not known, so every
    folder that it changes to counts from there on.
    """
    known: dict[str, str] = {}
    folders: list[str] = []
    for command in shell.commands(text):
        for name, value in command.assignments:
            known[name] = expand(value, known)
        if command.words and command.words[0] in ("export", "local", "readonly", "declare"):
            for word in command.words[1:]:
                if match := shell.ASSIGNMENT.fullmatch(word):
                    known[match[1]] = expand(match[2], known)
        words = [expand(word, known) for word in command.words]
        inputs = [expand(word, known) for word in command.inputs]
        for word, below, is_shell in _run_words(words, inputs):
            yield Mention(word, command.line, (*below, *folders), is_shell)
        if words and words[0] in ("cd", "pushd") and len(folders) < MOST_FOLDERS:
            target = next((word for word in words[1:] if not word.startswith(("-", "+"))), "")
            is_relative = target[:1] not in ("/", "~", "$", OWN)
            inner = [f"{folder}/{target}" for folder in folders[:1] if is_relative]
            folders = list(dict.fromkeys([*inner, *([target] if target else []), *folders]))


def _run_words(words: Sequence[str], inputs: Sequence[str], depth: int = 0) -> Iterator[tuple[str, list[str], bool]]:
    """The words of one command that name what it runs, the folders that its options name, and whether a shell reads it.

    `inputs` are the files it reads from, which are programs to a shell.
    """
    if not words or depth > DEEPEST:
        return
    if words[0] in ("source", ".") and len(words) > 1:
        yield words[1], [], True
        return
    if words[0] in ("eval", "trap"):  # a trap's signals are no commands, and name no files
        for command in shell.commands(" ".join(words[1:]) if words[0] == "eval" else "".join(words[1:2])):
            yield from _run_words(command.words, command.inputs, depth + 1)
        return
    for invocation in invocations(words):
        if "/" in invocation.words[0] or OWN in invocation.words[0]:
            yield invocation.words[0], [], False
        is_shell = invocation.program in SHELLS
        script = script_argument(invocation)
        if script is not None:
            yield invocation.words[script], [folder for _, folder in folder_options(invocation.words)], is_shell
        if is_shell and not invocation.nested:
            yield from ((file, [], True) for file in inputs)
            line = shell_line(invocation)
            for mention in mentioned(invocation.words[line]) if line is not None else ():
                yield mention.word, list(mention.folders), mention.is_shell


def expand(text: str, known: Mapping[str, str]) -> str:
    """A word with the script's own folder and known variables put in."""
    text = OWN_FOLDER.sub(lambda match: OWN + (match["below"] or ""), text)
    text = VARIABLE.sub(lambda match: known.get(match[1] or match[3], match[2] or match.group()), text)
    return OWN_FOLDER.sub(lambda match: OWN + (match["below"] or ""), text) if "dirname" in text else text


def state_of(scripts: Scripts, tree: Tree) -> dict[str, dict[str, str]]:
    """The files as a record holds them: mode and SHA-256 of the blob, or of a link's text."""
    return {path: file_state(script, tree) for path, script in sorted(scripts.files.items())}


def file_state(script: Script | Entry, tree: Tree, path: str = "") -> dict[str, str]:
    """One file as a record holds it."""
    where = script.path if isinstance(script, Script) else path
    if script.mode == SUBMODULE:
        return {"mode": script.mode, "sha256": f"commit {script.oid}"}
    try:
        content = tree.read_link(where) if script.mode == LINK else tree.read(where)
    except Unreadable as problem:
        return {"mode": script.mode, "sha256": f"unreadable: {problem}"}
    return {"mode": script.mode, "sha256": digest(content)}
