"""What a command line really runs: wrappers such as `env`, `cmd /c` and `bash -c` seen through."""

from __future__ import annotations

from guardrail_hooks.formats import shell
from guardrail_hooks.pattern import pattern
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DEEPEST = 5  # shells inside shells
ASSIGNMENT = pattern(r"(?s)([A-Za-z_][A-Za-z0-9_]*)=(.*)")
SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh", "ash", "fish"})
POWERSHELLS = frozenset({"powershell", "pwsh"})
ROOT_COMMANDS = frozenset({"sudo", "doas", "su", "pkexec", "runas", "gsudo"})
# Commands that run the rest of their line: how many plain words they take first, and options with a value.
PREFIXES: dict[str, tuple[int, frozenset[str]]] = {
    "env": (0, frozenset({"-u", "--unset", "-C", "--chdir"})),
    "sudo": (0, frozenset({"-u", "--user", "-g", "--group", "-h", "--host", "-p", "--prompt", "-C", "-D", "-T"})),
    "doas": (0, frozenset({"-u", "-C"})),
    "pkexec": (0, frozenset({"--user"})),
    "gsudo": (0, frozenset({"-u"})),
    "command": (0, frozenset()),
    "exec": (0, frozenset({"-a"})),
    "nohup": (0, frozenset()),
    "time": (0, frozenset()),
    "setsid": (0, frozenset()),
    "caffeinate": (0, frozenset()),
    "nice": (0, frozenset({"-n", "--adjustment"})),
    "stdbuf": (0, frozenset({"-i", "-o", "-e"})),
    "timeout": (1, frozenset({"-s", "--signal", "-k", "--kill-after"})),
    "xvfb-run": (0, frozenset({"-s", "--server-args", "-n", "--server-num"})),
    "winpty": (0, frozenset()),
    "ionice": (0, frozenset({"-c", "--class", "-n", "--classdata"})),
    "chrt": (1, frozenset()),
    "taskset": (1, frozenset()),
    "flock": (1, frozenset({"-w", "--timeout", "-E", "--conflict-exit-code"})),
    "tini": (0, frozenset({"-e", "-p"})),
    "dumb-init": (0, frozenset({"-r", "--rewrite"})),
    "gosu": (1, frozenset()),
    "su-exec": (1, frozenset()),
    "unbuffer": (0, frozenset()),
    "xargs": (0, frozenset({"-n", "-P", "-I", "-d", "-L", "-s", "-E", "-a"})),
}
WITHOUT_CASE = SHELLS | POWERSHELLS | PREFIXES.keys()
# Programs that run what follows after `--`, named with the words that must come first.
RUN_AFTER_DASHES = frozenset(
    {"dotenvx", "dotenv", "doppler", "op", "infisical", "aws-vault", "mise", "envchain", "rtx"}
)
INTERPRETERS = frozenset(
    {"node", "nodejs", "tsx", "ts-node", "bun", "ruby", "perl", "php", "lua", "Rscript", "java"} | SHELLS
)
# Options of interpreters that take the next word as their value.
WITH_VALUE = {
    "node": frozenset({"-r", "--require", "--import", "--loader", "--env-file", "-C", "--conditions"}),
    "tsx": frozenset({"--tsconfig", "--env-file", "-r", "--require", "--import"}),
    "ts-node": frozenset({"-P", "--project", "-r", "--require", "-O"}),
    "python": frozenset({"-W", "-X"}),
    "bun": frozenset({"--env-file", "-r", "--preload", "--cwd"}),
    "java": frozenset({"-cp", "-classpath", "--class-path"}),
}
INLINE = {
    "node": frozenset({"-e", "--eval", "-p", "--print", "-pe"}),
    "bun": frozenset({"-e", "--eval", "-p", "--print"}),
    "python": frozenset({"-c"}),
    "ruby": frozenset({"-e"}),
    "perl": frozenset({"-e", "-E"}),
    "php": frozenset({"-r"}),
    "deno": frozenset({"eval"}),
    "lua": frozenset({"-e"}),
    "Rscript": frozenset({"-e"}),
    "osascript": frozenset({"-e"}),
}
UV_RUN_VALUES = frozenset(
    {"--with", "--with-editable", "--with-requirements", "--python", "-p", "--directory", "--project", "--env-file"}
    | {"--extra", "--group", "--package", "--index", "--default-index", "--index-url", "-i", "--extra-index-url"}
    | {
        "--only-group",
        "--no-group",
        "--no-extra",
        "--find-links",
        "-f",
        "--config-file",
        "--cache-dir",
        "-m",
        "--module",
    }
)
FOLDER_OPTIONS = frozenset({"--directory", "--project", "--cwd", "--prefix", "-C", "--dir"})


class Invocation(namedtuple("Invocation", "words anchors assignments wrappers nested")):
    """One program with its arguments.

    `anchors` tells for each word which word of the outer command line it stands in; `assignments` are variables set on
    the way (name, value, anchor); `wrappers` the programs seen through, with their anchors; `nested` whether a shell
    line holds it.
    """

    __slots__ = ()
    words: list[str]
    anchors: list[int]
    assignments: list[tuple[str, str, int]]
    wrappers: list[tuple[str, int]]
    nested: bool

    @property
    def program(self) -> str:
        """The program's name without folder and Windows suffix."""
        return program_name(self.words[0]) if self.words else ""


def program_name(word: str) -> str:
    """The last part of a program's path, without `.exe`, `.cmd` and the like; any Python is `python`."""
    name = word.replace("\\", "/").rsplit("/", 1)[-1]
    lower = name.lower()
    for suffix in (".exe", ".cmd", ".bat", ".ps1"):
        if lower.endswith(suffix):
            name, lower = name[: -len(suffix)], lower[: -len(suffix)]
    if lower == "py" or (
        lower.startswith(("python", "pypy"))
        and not lower.removeprefix("python").removeprefix("pypy").strip("0123456789.")
    ):
        return "python"
    return "node" if lower == "nodejs" else lower if lower in WITHOUT_CASE else name


def invocations(words: Sequence[str], depth: int = 0) -> Iterator[Invocation]:
    """What a command line runs: the program behind all wrappers, and every command of a shell line."""
    yield from _unwrapped(list(words), list(range(len(words))), depth, nested=False)


def _unwrapped(words: list[str], anchors: list[int], depth: int, *, nested: bool) -> Iterator[Invocation]:
    """See through wrappers one after the other."""
    assignments: list[tuple[str, str, int]] = []
    wrappers: list[tuple[str, int]] = []
    while words:
        name = program_name(words[0])
        if name == "env":
            words, anchors = _split(words, anchors)
        elif name == "cmd":
            words, anchors = _split_line(words, anchors)
        taken = _wrapper_length(name, words, anchors, assignments)
        if not taken or taken >= len(words):
            break
        wrappers.append((name, anchors[0]))
        words, anchors = words[taken:], anchors[taken:]
    if not words:
        return
    invocation = Invocation(words, anchors, assignments, wrappers, nested)
    yield invocation
    line = shell_line(invocation)
    if line is not None and depth < DEEPEST:
        for command in shell.commands(words[line]):
            if command.words:
                inner = command.words
                yield from _unwrapped(inner, [anchors[line]] * len(inner), depth + 1, nested=True)


def _split(words: list[str], anchors: list[int]) -> tuple[list[str], list[int]]:
    """The command line of `env -S 'a b' c` as words of their own (GNU coreutils, "env invocation")."""
    for at, word in enumerate(words[1:3], 1):
        held = word in ("-S", "--split-string") and at + 1 < len(words)
        text = words[at + 1] if held else word.removeprefix("--split-string=")
        if held or text != word:
            inner = [one for command in shell.commands(text) for one in command.words]
            behind = at + 1 + held
            return ["env", *inner, *words[behind:]], [anchors[0], *[anchors[at + held]] * len(inner), *anchors[behind:]]
        if not word.startswith("-"):
            break
    return words, anchors


def _split_line(words: list[str], anchors: list[int]) -> tuple[list[str], list[int]]:
    """The command line of `cmd /c "a b"` as words of their own; a backslash escapes nothing there."""
    last = words[-1].split()
    if len(last) < 2 or len(words) < 3 or words[-2].lower() not in ("/c", "/k"):
        return words, anchors
    return [*words[:-1], *last], [*anchors[:-1], *[anchors[-1]] * len(last)]


def _wrapper_length(name: str, words: list[str], anchors: list[int], assignments: list[tuple[str, str, int]]) -> int:
    """How many words a wrapper at the front takes; 0 where the first word is no wrapper."""
    if name == "cmd":
        switches = [at for at, word in enumerate(words[1:4], 1) if word.lower() in ("/c", "/k")]
        return switches[0] + 1 if switches else 0
    if name == "python" and words[1:2] == ["-m"] and words[2:3] in (["pipx"], ["uv"]):
        return 2
    if name in RUN_AFTER_DASHES and "--" in words[1:]:
        return words.index("--") + 1
    if name == "wsl":
        at = 1
        while at < len(words) and words[at] in ("-e", "--exec", "--"):
            at += 1
        return at
    if name not in PREFIXES:
        return 0
    plain, with_value = PREFIXES[name]
    at = 1
    while at < len(words):
        word = words[at]
        if word == "--":
            at += 1
            break
        if word in with_value:
            at += 2
        elif word.startswith("-"):
            at += 1
        elif name in ("env", "sudo") and (match := ASSIGNMENT.fullmatch(word)):
            assignments.append((match[1], match[2], anchors[at]))
            at += 1
        elif plain:
            plain -= 1
            at += 1
        else:
            break
    return at


def shell_line(invocation: Invocation) -> int | None:
    """The word that holds a shell line (`bash -c LINE`, `bash -lc LINE`); None where there is none."""
    words = invocation.words
    if invocation.program not in SHELLS:
        return None
    at = _behind_shell_options(words)
    takes_line = any(word.startswith("-") and not word.startswith("--") and "c" in word for word in words[1:at])
    return at if takes_line and at < len(words) else None


def _behind_shell_options(words: Sequence[str]) -> int:
    """The first word of a shell's command line that is no option and no option's value (bash(1), "OPTIONS")."""
    at = 1
    while at < len(words) and words[at].startswith(("-", "+")) and words[at - 1] != "--":
        word = words[at]
        has_value = word in ("--rcfile", "--init-file") or (not word.startswith("--") and word[-1:] in ("o", "O"))
        at += 2 if has_value else 1
    return min(at, len(words))


def inline_program(invocation: Invocation) -> int | None:
    """The word that holds a program text (`python -c TEXT`, `node -e TEXT`, `powershell -Command TEXT`)."""
    words, name = invocation.words, invocation.program
    line = shell_line(invocation)
    if line is not None:
        return line
    if name in POWERSHELLS:
        for at, word in enumerate(words[1:], 1):
            if word.lower() in ("-command", "-c", "-encodedcommand", "-enc", "-e") and at + 1 < len(words):
                return at + 1
        return None
    options = INLINE.get(name, frozenset())
    values = WITH_VALUE.get(name, frozenset())
    at = 1
    while at < len(words):
        if words[at] in options:
            return at + 1 if at + 1 < len(words) else None
        if words[at] in values:
            at += 1
        elif not words[at].startswith("-"):
            return None
        at += 1
    return None


def script_argument(invocation: Invocation) -> int | None:
    """The word that names the script an interpreter runs; None where it runs none (a module, inline text)."""
    words, name = invocation.words, invocation.program
    if name in POWERSHELLS:
        return next((at + 1 for at, word in enumerate(words[:-1]) if word.lower() in ("-file", "-f")), None)
    if name == "uv" and "run" in words[1:]:
        return _uv_script(words)
    if name in ("poetry", "pdm", "hatch", "rye", "pipenv") and words[1:2] == ["run"]:
        return _behind(invocation, 2)
    if name == "npx":
        return _npx_script(invocation)
    if name == "deno":
        at = _first_plain(words, 2, frozenset({"-c", "--config", "--import-map"})) if words[1:2] == ["run"] else None
        return None if at is None or ":" in words[at] else at
    if name not in INTERPRETERS and name != "python":
        return None
    start = 2 if name in ("bun", "tsx") and words[1:2] in (["run"], ["watch"]) else 1
    if inline_program(invocation) is not None:
        return None
    if name == "java":
        return next((at + 1 for at, word in enumerate(words[:-1]) if word == "-jar"), None)
    if name in SHELLS:
        at = _behind_shell_options(words)
        return at if at < len(words) else None
    at = start
    values = WITH_VALUE.get(name, frozenset())
    while at < len(words):
        word = words[at]
        if name == "python" and word == "-m":
            return None
        if word in values:
            at += 1
        elif not word.startswith("-"):
            return at if name != "bun" or looks_like_file(word) else None
        at += 1
    return None


def _behind(invocation: Invocation, start: int) -> int | None:
    """The script argument of the invocation that begins at a word."""
    inner = Invocation(invocation.words[start:], invocation.anchors[start:], [], [], invocation.nested)
    if not inner.words:
        return None
    if looks_like_file(inner.words[0]) and "/" in inner.words[0]:
        return start
    found = script_argument(inner)
    return None if found is None else found + start


def _uv_script(words: list[str]) -> int | None:
    """The script of `uv run`."""
    at = words.index("run") + 1
    while at < len(words):
        word = words[at]
        if word in ("-m", "--module"):
            return None
        if word in UV_RUN_VALUES:
            at += 2
            continue
        if word in ("-s", "--script", "--") or word.startswith("-"):
            at += 1
            continue
        if program_name(word) in INTERPRETERS or program_name(word) == "python":
            inner = Invocation(words[at:], [0] * (len(words) - at), [], [], False)
            found = script_argument(inner)
            return None if found is None else found + at
        return at if word.endswith((".py", ".pyw")) or "/" in word else None
    return None


def _npx_script(invocation: Invocation) -> int | None:
    """The script of `npx tsx server.ts` and the like."""
    words = invocation.words
    at = _first_plain(words, 1, frozenset({"-p", "--package"}))
    if at is None or words[at].split("@")[0] not in ("tsx", "ts-node"):
        return None
    inner = Invocation([words[at].split("@")[0], *words[at + 1 :]], invocation.anchors[at:], [], [], False)
    found = script_argument(inner)
    return None if found is None else found + at


def _first_plain(words: Sequence[str], start: int, with_value: frozenset[str]) -> int | None:
    """The first word from `start` that is no option and no option's value."""
    at = start
    while at < len(words):
        if words[at] in with_value:
            at += 2
        elif words[at].startswith("-"):
            at += 1
        else:
            return at
    return None


def looks_like_file(word: str) -> bool:
    """Whether a word names a file rather than a command: it has a folder or a script's suffix."""
    return "/" in word or word.endswith((".py", ".js", ".mjs", ".cjs", ".ts", ".sh", ".rb", ".php", ".pl", ".jar"))


def folder_options(words: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Options that name the folder to work in: the word with the folder, and the folder."""
    for at, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name not in FOLDER_OPTIONS:
            continue
        if equals:
            yield at, value
        elif at + 1 < len(words):
            yield at + 1, words[at + 1]
