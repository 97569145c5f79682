"""Which package, image or source an invocation fetches, and whether it is pinned."""

from __future__ import annotations

from guardrail_hooks.pattern import pattern
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from guardrail_hooks.mcp_config_guard.invocations import Invocation

PACKAGE, IMAGE, SOURCE = "package", "image", "source"
SEMVER = pattern(r"v?[0-9]+\.[0-9]+\.[0-9]+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")  # semver.org, 2.0.0
NPM_NAME = pattern(r"(?i)(?:@[a-z0-9~*-][a-z0-9._~*-]*/)?[a-z0-9~][a-z0-9._~-]*")
PYPI = pattern(r"(?s)([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*(.*)")
PEP440 = pattern(r"(?:==|===|@)\s*v?[0-9][0-9A-Za-z.!+_-]*(?<!\*)")  # PEP 440, "Version matching" without a wildcard
COMMIT = pattern(r"(?i)[0-9a-f]{40}(?:[0-9a-f]{24})?")
DENO_PIN = pattern(r"@v?[0-9]+\.[0-9]+\.[0-9]+|[0-9a-f]{40}")
GIT = pattern(r"(?:git\+|git://|git@|github:|gitlab:|bitbucket:|gist:)|https?://[^\s]+\.git(?:[#@]|$)")
GITHUB_SHORT = pattern(r"[A-Za-z0-9][\w.-]*/[\w.-]+(?:#.*)?")
NPX_VALUES = frozenset({"--registry", "--userconfig", "--prefix", "-w", "--workspace", "--node-options", "--cache"})
UVX_VALUES = frozenset(
    {"--python", "-p", "--index", "--default-index", "--index-url", "-i", "--extra-index-url", "--find-links", "-f"}
    | {
        "--directory",
        "--project",
        "--cache-dir",
        "--config-file",
        "--env-file",
        "--with-requirements",
        "--refresh-package",
    }
    | {"--with-editable", "--constraints", "-c", "--overrides", "--build-constraints", "--exclude-newer", "--color"}
    | {"--link-mode", "--index-strategy", "--keyring-provider", "--resolution", "--prerelease", "--allow-insecure-host"}
)
# Options with a value that may stand before the command (docs of npm, pnpm and uv).
GLOBAL_VALUES = {
    "npm": frozenset({"--prefix", "-C", "--registry", "--userconfig", "-w", "--workspace", "--cache", "--loglevel"}),
    "pnpm": frozenset({"-C", "--dir", "-F", "--filter", "--package", "--loglevel", "--reporter"}),
    "yarn": frozenset({"--cwd"}),
    "bun": frozenset({"--cwd", "-c", "--config"}),
    "uv": UVX_VALUES,
}
# docker run options that take a value (docker docs, "docker container run").
DOCKER_FLAGS = frozenset(
    {
        "-i",
        "-t",
        "-d",
        "-q",
        "-P",
        "--interactive",
        "--tty",
        "--detach",
        "--rm",
        "--init",
        "--privileged",
        "--read-only",
    }
    | {"--quiet", "--publish-all", "--no-healthcheck", "--oom-kill-disable", "--sig-proxy", "--disable-content-trust"}
    | {"--replace", "--tls-verify", "--help", "--no-hosts", "--systemd", "--rmi", "--use-api-socket"}
)
FLOATING = "floating"


class Fetch(namedtuple("Fetch", "kind at text name runner pinned")):
    """One thing that is fetched: its kind, the word it stands in, its text and bare name, and whether it is pinned."""

    __slots__ = ()
    kind: str
    at: int
    text: str
    name: str
    runner: str
    pinned: bool


def fetches(invocation: Invocation) -> Iterator[Fetch]:
    """Everything that an invocation fetches when it runs."""
    words, program = invocation.words, invocation.program
    at = _command(words, GLOBAL_VALUES.get(program, frozenset()))
    second = words[at] if at < len(words) else ""
    if program in ("npx", "bunx", "pnpx"):
        yield from _npm(words, 1, program)
    elif (program, second) in (
        ("bun", "x"),
        ("pnpm", "dlx"),
        ("yarn", "dlx"),
        ("npm", "exec"),
        ("npm", "x"),
        ("npm", "init"),
    ):
        if second != "init":
            yield from _npm(words, at + 1, f"{program} {second}")
    elif program == "uvx":
        yield from _uvx(words, 1, "uvx")
    elif program == "uv" and words[at : at + 2] == ["tool", "run"]:
        yield from _uvx(words, at + 2, "uv tool run")
    elif program == "uv" and "run" in words[1:]:
        yield from _with(words[: _plain(words, words.index("run") + 1)], words.index("run") + 1, "uv run")
    elif program == "pipx" and second == "run":
        yield from _pipx(words, at + 1)
    elif program == "deno" and words[1:2] == [second] and second in ("run", "x", "serve"):
        yield from _deno(words)
    elif program == "go" and words[1:2] == ["run"]:
        yield from _go(words)
    elif program == "dnx":
        yield from _dnx(words)
    elif program in ("docker", "podman", "nerdctl"):
        image = image_word(words)
        if image is not None:
            yield _image(words[image], image, program)


def _command(words: Sequence[str], with_value: frozenset[str]) -> int:
    """The word that names the command of a program, behind the options that stand in front of it."""
    at = 1
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in with_value else 1
    return at


def _npm(words: Sequence[str], start: int, runner: str) -> Iterator[Fetch]:
    """Packages of npx and its kin: `--package` where given, else the first plain word."""
    if any(word in ("--no-install", "--no", "--offline") for word in words[start:]):
        return
    in_front = list(_values(words[: start - 1], 1, ("--package",)))
    yield from (_npm_package(text, where, runner) for where, text in in_front)
    given = bool(in_front)
    at = start
    while at < len(words):
        word = words[at]
        name, equals, value = word.partition("=")
        if name in ("-p", "--package"):
            given = True
            where = at if equals else at + 1
            if where < len(words):
                yield _npm_package(value if equals else words[where], where, runner)
            at = where + 1
        elif word in ("-c", "--call"):
            return
        elif word == "--":
            at += 1
            break
        elif word in NPX_VALUES:
            at += 2
        elif word.startswith("-"):
            at += 1
        else:
            break
    if not given and at < len(words):
        yield _npm_package(words[at], at, runner)


def is_exact(version: str) -> bool:
    """Whether a version is a whole one: three numbers, or more than that as semantic versioning has it."""
    numbers = version.split(".")
    plain = len(numbers) == 3 and version.isascii() and all(number.isdigit() for number in numbers)
    return plain or (version.count(".") > 1 and bool(SEMVER.fullmatch(version)))


def _npm_package(text: str, at: int, runner: str) -> Fetch:
    """One npm package specification (npm docs, "package spec")."""
    is_git = ("git" in text or ":" in text) and GIT.match(text)
    if is_git or ("/" in text and not text.startswith((".", "@")) and GITHUB_SHORT.fullmatch(text)):
        return Fetch(SOURCE, at, text, text.partition("#")[0], runner, bool(COMMIT.fullmatch(text.rpartition("#")[2])))
    if text.startswith(("http://", "https://")):
        return Fetch(SOURCE, at, text, text, runner, False)
    if text.startswith((".", "/", "~", "file:")) or not text:
        return Fetch(PACKAGE, at, text, text, runner, True)
    cut = text.find("@", 1)
    name, version = (text, "") if cut < 0 else (text[:cut], text[cut + 1 :])
    if version.startswith("npm:"):
        return _npm_package(version[4:], at, runner)
    unknown = _is_variable(version) or _is_variable(name)
    return Fetch(PACKAGE, at, text, name, runner, unknown or is_exact(version))


def _uvx(words: Sequence[str], start: int, runner: str) -> Iterator[Fetch]:
    """Packages of uvx: `--from` or the first plain word, and every `--with`."""
    end = _plain(words, start)
    options = words[:end]
    yield from _with(options, start, runner)
    for at, text in _values(options, start, ("--from",)):
        yield _pypi(text, at, runner)
        return
    if end < len(words):
        yield _pypi(words[end], end, runner)


def _plain(words: Sequence[str], start: int) -> int:
    """The first word that is no option of uv."""
    at = start
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in UVX_VALUES | {"--from", "--with", "--with-editable", "-w"} else 1
    return min(at, len(words))


def _with(words: Sequence[str], start: int, runner: str) -> Iterator[Fetch]:
    """The packages of `--with`."""
    for at, text in _values(words, start, ("--with", "-w")):
        for part in text.split(","):
            yield _pypi(part.strip(), at, runner)


def _values(words: Sequence[str], start: int, options: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """The values of options, as the next word or after `=`."""
    for at in range(start, len(words)):
        name, equals, value = words[at].partition("=")
        if name in options:
            if equals:
                yield at, value
            elif at + 1 < len(words):
                yield at + 1, words[at + 1]


def _pypi(text: str, at: int, runner: str) -> Fetch:
    """One Python requirement (PEP 508), in uv's form with `@` as well."""
    source = text.partition(" @ ")[2] or text
    if GIT.match(source):
        address = source.partition("#")[0]
        reference = address.rpartition("@")[2] if "@" in address.rpartition("/")[2] or "@" in address[10:] else ""
        return Fetch(SOURCE, at, text, address, runner, bool(COMMIT.fullmatch(reference)) or _is_variable(reference))
    if source.startswith(("http://", "https://")):
        return Fetch(SOURCE, at, text, source, runner, "#sha256=" in source)
    if source.startswith((".", "/", "~", "file:")) or source.endswith((".whl", ".tar.gz", ".py")) or not source:
        return Fetch(PACKAGE, at, text, text, runner, True)
    match = PYPI.fullmatch(source)
    if not match or _is_variable(source):
        return Fetch(PACKAGE, at, text, text, runner, True)
    rest = match[2].partition(";")[0].strip()
    return Fetch(PACKAGE, at, text, match[1], runner, bool(PEP440.fullmatch(rest)) and rest != "@latest")


def _pipx(words: Sequence[str], start: int) -> Iterator[Fetch]:
    """Packages of `pipx run`, whose arguments begin at a word."""
    for at, text in _values(words, start, ("--spec",)):
        yield _pypi(text, at, "pipx run")
        return
    at = start
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in ("--python", "--index-url", "-i", "--pip-args") else 1
    if at < len(words) and not words[at].startswith(("http:", "https:")):
        yield _pypi(words[at], at, "pipx run")
    elif at < len(words):
        yield Fetch(SOURCE, at, words[at], words[at], "pipx run", False)


def _deno(words: Sequence[str]) -> Iterator[Fetch]:
    """What `deno run` fetches: npm:, jsr: and https: specifiers."""
    for at in range(2, len(words)):
        word = words[at]
        if word.startswith("-"):
            continue
        if word.startswith(("npm:", "jsr:")):
            yield _npm_package(word[4:].lstrip("/"), at, "deno")._replace(text=word)
        elif word.startswith(("http://", "https://")):
            pinned = bool(DENO_PIN.search(word))
            yield Fetch(SOURCE, at, word, word, "deno", pinned)
        return


def _go(words: Sequence[str]) -> Iterator[Fetch]:
    """What `go run` fetches: a package path with a version."""
    for at in range(2, len(words)):
        word = words[at]
        if word.startswith("-"):
            continue
        if "@" in word:
            version = word.rpartition("@")[2]
            pinned = bool(SEMVER.fullmatch(version) or COMMIT.fullmatch(version)) or _is_variable(version)
            yield Fetch(PACKAGE, at, word, word.partition("@")[0], "go run", pinned)
        return


def _dnx(words: Sequence[str]) -> Iterator[Fetch]:
    """What dnx, the runner of .NET tools, fetches."""
    versions = [text for _, text in _values(words, 1, ("--version",))]
    at = 1
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in ("--version", "--source", "--add-source", "--configfile", "--framework") else 1
    if at < len(words):
        name, _, version = words[at].partition("@")
        exact = SEMVER.fullmatch(version or (versions[0] if versions else ""))
        yield Fetch(PACKAGE, at, words[at], name, "dnx", bool(exact))


def image_word(words: Sequence[str]) -> int | None:
    """The word of `docker run` that names the image; None for other commands."""
    at = 1
    while at < len(words) and words[at].startswith("-"):
        at += 1 if "=" in words[at] or words[at] in ("-D", "--debug", "--tls", "--tlsverify") else 2
    if words[at : at + 1] == ["container"]:
        at += 1
    if words[at : at + 1] not in (["run"], ["create"]):
        return None
    at += 1
    while at < len(words):
        word = words[at]
        if word == "--":
            return at + 1 if at + 1 < len(words) else None
        if not word.startswith("-"):
            return at
        at += 1 if _is_docker_flag(word) else 2
    return None


def _is_docker_flag(word: str) -> bool:
    """Whether an option of `docker run` carries no further word."""
    if "=" in word or word in DOCKER_FLAGS:
        return True
    if word.startswith("--"):
        return False
    letters = word[1:]
    return all(letter in "itdqP" for letter in letters) or (len(letters) > 1 and letters[0] in "evpuwlhmac")


def _image(text: str, at: int, runner: str) -> Fetch:
    """One image reference."""
    name, _, digest = text.partition("@")
    last = name.rpartition("/")[2]
    tag = last.partition(":")[2]
    bare = name[: len(name) - len(tag) - 1] if tag else name
    pinned = bool(digest) or _is_variable(text) or (bool(tag) and tag != "latest")
    return Fetch(IMAGE, at, text, bare, runner, pinned)


def _is_variable(text: str) -> bool:
    """Whether a part comes from elsewhere, so that nothing can be said about it."""
    return "$" in text or "{" in text or text.startswith(("%", "<"))
