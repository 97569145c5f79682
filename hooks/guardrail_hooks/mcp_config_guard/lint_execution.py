"""MCG401 to MCG410: what a server executes, from where, and with which powers."""

from __future__ import annotations

from guardrail_hooks.core.printable import printable
from guardrail_hooks.core.snapshot import Unreadable
from guardrail_hooks.formats import shell
from guardrail_hooks.mcp_config_guard.invocations import (
    ROOT_COMMANDS,
    SHELLS,
    folder_options,
    inline_program,
    looks_like_file,
    script_argument,
)
from guardrail_hooks.mcp_config_guard.lint_shape import is_command_line
from guardrail_hooks.mcp_config_guard.packages import image_word
from guardrail_hooks.mcp_config_guard.paths import (
    OUTSIDE,
    PERSONAL,
    SYSTEM,
    TEMPORARY,
    expands,
    is_absolute,
    project_relative,
    resolve,
)
from guardrail_hooks.mcp_config_guard.rules import execution as rules
from guardrail_hooks.mcp_config_guard.scripts import mentioned
from guardrail_hooks.pattern import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.formats.values import Value
    from guardrail_hooks.mcp_config_guard.exhibit import Exhibit
    from guardrail_hooks.mcp_config_guard.invocations import Invocation

LOADERS = frozenset(
    {"LD_PRELOAD", "LD_AUDIT", "BASH_ENV", "PYTHONSTARTUP", "PERL5OPT", "PERL5DB", "RUBYOPT", "JAVA_TOOL_OPTIONS"}
    | {"_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "GIT_SSH_COMMAND", "GIT_SSH", "GIT_EXTERNAL_DIFF", "GIT_PROXY_COMMAND"}
    | {"PROMPT_COMMAND"}
)
PLAIN_SSH = pattern(r"ssh(?:\s+-[io]\s*\S+)*")
DRIVE = pattern(r"[A-Za-z]:[\\/]")
NODE_LOADS = pattern(r"(?:^|\s)(?:-r|--require|--import|--loader|--experimental-loader|--eval|-e)(?:[\s=]|$)")
JAVA_LOADS = pattern(r"-(?:javaagent|agentlib|agentpath|Xbootclasspath|XX:OnError|XX:OnOutOfMemoryError)")
DANGER = {
    "--yolo": "every question",
    "--trust-all-tools": "the question before each tool",  # Amazon Q
    "--allow-all-tools": "the question before each tool",  # Copilot CLI
    "--allow-all-paths": "the bounds of the file system",  # Copilot CLI
    "--bypass-permissions": "every question",
}
DANGEROUSLY = pattern(r"--(?:dangerously|allow-dangerously|unsafely)-[a-z-]+(?:=(?!false\b|0\b).*)?")
MODES = {("--permission-mode", "bypassPermissions"), ("--approval-mode", "yolo"), ("--ask-for-approval", "never")}
CAPABILITIES = pattern(
    r"(?i)(?:cap_)?(?:all|sys_admin|sys_ptrace|sys_module|dac_read_search|dac_override|sys_rawio|net_admin)"
)
HOST_SPACES = ("--network", "--net", "--pid", "--ipc", "--userns", "--uts", "--cgroupns")
HOME = pattern(
    r"~/?|\$HOME/?|\$\{HOME\}/?|\$\{env:HOME\}/?|\$\{userHome\}/?|%USERPROFILE%[\\/]?|\$env:USERPROFILE[\\/]?|\$\{env:USERPROFILE\}[\\/]?"
    r"|/(?:home|Users)(?:/[^/]+)?/?|/root/?|[A-Za-z]:[\\/]+Users(?:[\\/]+[^\\/]+)?[\\/]*"
)
DISK = pattern(r"/|[A-Za-z]:[\\/]*")
SOCKET = pattern(r"(?:docker|containerd|crio|podman)\.sock$|docker_engine$")
FILE_SERVERS = pattern(r"(?i)file-?system|\bfs-mcp|mcp-fs\b|desktop-commander")
EXECUTABLE_MAGIC = (b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa")
WINDOWS_SUFFIXES = (".exe", ".cmd", ".bat", ".ps1", ".com")


def execution(exhibit: Exhibit, is_ignored: Callable[[str], bool], taken: set[int]) -> Iterator[Finding]:
    """Everything about how a server is executed. `taken` are scalars that a graver rule has spoken of."""
    yield from inline(exhibit, taken)
    yield from loaders(exhibit)
    yield from paths(exhibit, is_ignored)
    yield from powers(exhibit)
    yield from flags(exhibit)


def inline(exhibit: Exhibit, taken: set[int]) -> Iterator[Finding]:
    """Programs written into the arguments."""
    for invocation in exhibit.invocations:
        at = None if invocation.nested else inline_program(invocation)
        if at is None:
            continue
        anchor = exhibit.anchor(invocation, at)
        if id(anchor) in taken or _is_one_script(invocation, at):
            continue
        yield exhibit.finding(rules.INLINE_PROGRAM, anchor, program=printable(invocation.program))


def _is_one_script(invocation: Invocation, at: int) -> bool:
    """Whether a shell line does nothing but start one script or program."""
    if invocation.program not in SHELLS:
        return False
    found = [command for command in shell.commands(invocation.words[at]) if command.words]
    plain = [command for command in found if command.words[0] not in ("cd", "source", ".", "exec", "set", "export")]
    return len(found) == 1 and len(plain) == 1 and looks_like_file(plain[0].words[0])


def loaders(exhibit: Exhibit) -> Iterator[Finding]:
    """Variables that load code, in the environment and in front of the command."""
    for member in exhibit.environment():
        if member.value.text and _loads(member.name, member.value.text):
            yield exhibit.finding(rules.LOADER_VARIABLE, member.value, name=printable(member.name))
    for invocation in exhibit.invocations:
        for name, value, anchor in invocation.assignments:
            if value and _loads(name, value):
                yield exhibit.finding(rules.LOADER_VARIABLE, exhibit.values[anchor], name=printable(name))


def _loads(name: str, value: str) -> bool:
    """Whether a variable loads code."""
    if name == "NODE_OPTIONS":
        return bool(NODE_LOADS.search(value))
    if name in ("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS"):
        return bool(JAVA_LOADS.search(value))
    if name in ("GIT_SSH_COMMAND", "GIT_SSH") and PLAIN_SSH.fullmatch(value):
        return False
    return name in LOADERS or name.startswith("DYLD_")


def _serves_files(word: str) -> bool:
    """Whether a word names a server that hands out files."""
    lower = word.lower()
    return ("fs" in lower or "system" in lower or "commander" in lower) and bool(FILE_SERVERS.search(lower))


def run_files(exhibit: Exhibit) -> Iterator[tuple[str, Value, bool]]:
    """The files that a server runs: path, scalar, and whether it is started directly."""
    folder = ""
    for invocation in exhibit.invocations:
        first = invocation.words[0]
        if not invocation.nested:
            folder = ""
        elif first in ("cd", "pushd"):
            folder = f"{invocation.words[-1]}/"
        if is_command_line(first):
            continue
        if "/" in first or "\\" in first or (not invocation.nested and first.endswith((".sh", ".py", ".js"))):
            yield below(folder, first), exhibit.anchor(invocation, 0), not invocation.wrappers and not invocation.nested
        script = script_argument(invocation)
        if script is not None:
            yield below(folder, invocation.words[script]), exhibit.anchor(invocation, script), False
    helper = exhibit.server.get("headersHelper")
    if helper is not None and helper.text:
        first = helper.text.split()[0]
        if "/" in first:
            yield first, helper, True
    if exhibit.server.is_pseudo and exhibit.server.name in ("@hooks", "@helpers") and exhibit.server.value is not None:
        for value in exhibit.server.value.strings():
            for mention in mentioned(value.text):
                yield mention.candidates[0], value, False


def below(folder: str, word: str) -> str:
    """A relative path below the folder that a shell line has changed to (with closing slash; empty: none)."""
    return word if is_absolute(word) or expands(word) else folder + word


def paths(exhibit: Exhibit, is_ignored: Callable[[str], bool]) -> Iterator[Finding]:
    """Scripts that are missing, not executable, of one machine, or from outside."""
    aliases = exhibit.settings.policy.root_aliases
    seen: set[tuple[str, int]] = set()
    for text, value, direct in run_files(exhibit):
        if (text, id(value)) in seen:
            continue
        seen.add((text, id(value)))
        yield from one_path(exhibit, text, value, is_ignored, direct=direct)
    folders = [exhibit.server.get("cwd")] if exhibit.server.get("cwd") else []
    named = [(folder.text, folder) for folder in folders if folder]
    for invocation in exhibit.invocations:
        if invocation.program not in ("docker", "podman", "nerdctl") and not invocation.nested:
            named += [(text, exhibit.anchor(invocation, at)) for at, text in folder_options(invocation.words)]
            named += [
                (text, exhibit.anchor(invocation, at))
                for at, word in enumerate(invocation.words[1:], 1)
                if is_absolute(text := word.partition("=")[2] if word.startswith("-") else word)
                and PERSONAL.match(text)
                and not HOME.fullmatch(text)
            ]
    file = exhibit.server.get("envFile")
    if file is not None:
        named.append((file.text, file))
    for text, value in named:
        local = project_relative(text, aliases)
        if any(known_value == id(value) for _, known_value in seen):
            continue
        if is_absolute(local) and not SYSTEM.match(local) and not TEMPORARY.match(local) and not HOME.fullmatch(local):
            seen.add((text, id(value)))
            yield machine_path(exhibit, text, value)


def one_path(
    exhibit: Exhibit, text: str, value: Value, is_ignored: Callable[[str], bool], *, direct: bool
) -> Iterator[Finding]:
    """What is wrong with the path of a file that is run."""
    survey, aliases = exhibit.survey, exhibit.settings.policy.root_aliases
    local = project_relative(text, aliases)
    shown = printable(text)
    if is_absolute(local):
        if TEMPORARY.match(local):
            yield exhibit.finding(
                rules.OUTSIDE_REPOSITORY, value, path=shown, problem="lies in a folder that everybody may write to"
            )
        elif not SYSTEM.match(local):
            yield machine_path(exhibit, text, value)
        return
    if "\x01" in text or expands(local) or "://" in local:
        return
    bases = survey.follower.bases(exhibit.server)
    found = [path for base in bases if (path := resolve(text, base, aliases))]
    if not found:
        return
    located = survey.follower.locate(text, bases)
    if located is None:
        inside = [path for path in found if path != OUTSIDE]
        if not inside:
            yield exhibit.finding(rules.OUTSIDE_REPOSITORY, value, path=shown, problem="climbs out of the repository")
        elif (
            not _is_of_users(exhibit, text)
            and not _is_folder(exhibit, inside)
            and not any(is_ignored(path) for path in inside[:2])
        ):
            yield exhibit.finding(rules.MISSING_SCRIPT, value, path=shown, hint=_similar(exhibit, inside[0]))
        return
    path, _, end = located
    if end is None:
        yield exhibit.finding(
            rules.OUTSIDE_REPOSITORY, value, path=shown, problem="is a link that leads out of the repository or nowhere"
        )
    elif direct:
        yield from executable(exhibit, end, value, shown)


def _is_of_users(exhibit: Exhibit, text: str) -> bool:
    """Whether a path belongs to whoever installs a plugin: its servers start in their project, not in the plugin."""
    manifest = exhibit.server.configuration.folder + ".claude-plugin/plugin.json"
    return manifest in exhibit.survey.tree.entries() and "CLAUDE_PLUGIN_ROOT" not in text


def _is_folder(exhibit: Exhibit, found: list[str]) -> bool:
    """Whether a path names a folder of the repository: packages are run by their folder."""
    return any(
        not path or any(known.startswith(path + "/") for known in exhibit.survey.tree.entries()) for path in found
    )


def _similar(exhibit: Exhibit, path: str) -> str:
    """A hint at a tracked file of the same name."""
    name = "/" + path.rsplit("/", 1)[-1]
    same = [known for known in exhibit.survey.tree.entries() if ("/" + known).endswith(name)]
    return f" (did you mean {printable(same[0])}?)" if len(same) == 1 else ""


def machine_path(exhibit: Exhibit, text: str, value: Value) -> Finding:
    """A path of one machine, with the tracked file it probably means."""
    parts = text.replace("\\", "/").strip("/").split("/")
    entries = exhibit.survey.tree.entries()
    for cut in range(1, len(parts)):
        tail = "/".join(parts[cut:])
        if tail in entries:
            root = "/" + "/".join(parts[:cut])
            remedy = f"write ./{printable(tail)}, or declare the deployment: --root-aliases {printable(root)}"
            return exhibit.finding(rules.MACHINE_PATH, value, path=printable(text), remedy=remedy)
    remedy = "use a path inside the repository, a program on PATH, or a variable"
    return exhibit.finding(rules.MACHINE_PATH, value, path=printable(text), remedy=remedy)


def executable(exhibit: Exhibit, path: str, value: Value, shown: str) -> Iterator[Finding]:
    """Whether a tracked file can be started directly."""
    if path.lower().endswith(WINDOWS_SUFFIXES):
        return
    tree = exhibit.survey.tree
    if tree.entries()[path].mode == "100644":
        yield exhibit.finding(
            rules.NOT_EXECUTABLE,
            value,
            path=shown,
            problem="is not executable",
            remedy=f"git update-index --chmod=+x {printable(path)}",
        )
        return
    try:
        head = tree.read(path)[:8]
    except Unreadable:
        return
    if not head.startswith((b"#!", *EXECUTABLE_MAGIC)):
        yield exhibit.finding(
            rules.NOT_EXECUTABLE,
            value,
            path=shown,
            problem="has no interpreter line",
            remedy="begin the file with its interpreter, such as #!/bin/sh",
        )


def powers(exhibit: Exhibit) -> Iterator[Finding]:
    """Containers that hold the host, whole homes and disks, root."""
    for invocation in exhibit.invocations:
        for name, anchor in invocation.wrappers:
            if name in ROOT_COMMANDS:
                yield exhibit.finding(rules.RUNS_AS_ROOT, exhibit.values[anchor], program=name)
        if invocation.program in ROOT_COMMANDS:
            yield exhibit.finding(rules.RUNS_AS_ROOT, exhibit.anchor(invocation, 0), program=invocation.program)
        if invocation.program in ("docker", "podman", "nerdctl"):
            yield from container(exhibit, invocation)
        if any(_serves_files(word) for word in invocation.words[:6]):
            start = image_word(invocation.words) or 0 if invocation.program in ("docker", "podman") else 0
            for at, word in enumerate(invocation.words[start + 1 :], start + 1):
                if HOME.fullmatch(word) or DISK.fullmatch(word):
                    what = "the whole disk" if DISK.fullmatch(word) else "a whole home"
                    yield exhibit.finding(
                        rules.WHOLE_DISK, exhibit.anchor(invocation, at), option=f'"{printable(word)}"', what=what
                    )


def container(exhibit: Exhibit, invocation: Invocation) -> Iterator[Finding]:
    """Options of `docker run` that give the host away."""
    end = image_word(invocation.words)
    if end is None:
        return
    words = invocation.words
    at = 1
    while at < end:
        name, equals, value = words[at].partition("=")
        if name.startswith("-v") and len(name) > 2:  # -v/a:/b
            name, equals, value = "-v", "=", words[at][2:]
        where = at
        if not equals and at + 1 < end and not words[at + 1].startswith("-"):
            value, where = words[at + 1], at + 1
        power = option_power(name, value)
        if power == "privileged":
            yield exhibit.finding(
                rules.CONTAINER_ESCAPE, exhibit.anchor(invocation, at), option=name, power="every right of the host"
            )
        elif power:
            rule = rules.WHOLE_DISK if power == "home" else rules.CONTAINER_ESCAPE
            option = f"{name} {printable(value)}"
            yield exhibit.finding(
                rule, exhibit.anchor(invocation, where), option=option, power=power, what="a whole home"
            )
        at += 1


def option_power(name: str, value: str) -> str:
    """What an option of `docker run` gives to the container; empty for harmless ones."""
    if name == "--privileged" and value != "false":
        return "privileged"
    if name in HOST_SPACES and value == "host":
        return f"the host's {name.lstrip('-')} namespace"
    if name == "--cap-add" and CAPABILITIES.fullmatch(value):
        return f"the capability {printable(value)}"
    if name == "--security-opt" and value.replace(":", "=").endswith(("=unconfined", "=disable")):
        return "the host unconfined"
    if name in ("-v", "--volume", "--mount"):
        source = mount_source(name, value)
        if SOCKET.search(source):
            return "the socket of the engine, which is root on the host"
        if DISK.fullmatch(source) or source in ("/etc", "/proc", "/sys", "/dev", "/boot", "/var/run", "/run"):
            return "the host's file system"
        if HOME.fullmatch(source):
            return "home"
    return ""


def mount_source(name: str, value: str) -> str:
    """What of the host a mount shows."""
    if name == "--mount":
        fields = dict(part.partition("=")[::2] for part in value.split(","))
        return fields.get("source", fields.get("src", ""))
    if DRIVE.match(value):
        return value[:2] + value[2:].partition(":")[0]
    if value.startswith("${"):
        return value[: value.find("}") + 1] + value[value.find("}") + 1 :].partition(":")[0]
    return value.partition(":")[0]


def flags(exhibit: Exhibit) -> Iterator[Finding]:
    """Flags that switch off what protects the user."""
    for at, word in enumerate(exhibit.words):
        what = DANGER.get(word, "")
        if word.startswith("--") and DANGEROUSLY.fullmatch(word):
            what = "what protects the user, as its own name says"
        name, _, value = word.partition("=")
        follows = exhibit.words[at + 1] if at + 1 < len(exhibit.words) else ""
        where = at
        if (name, value) in MODES:
            what = "every question"
        elif (word, follows) in MODES:
            what, where = "every question", at + 1
        if what:
            yield exhibit.finding(rules.DANGER_FLAG, exhibit.values[where], flag=printable(word), what=what)
    for invocation in exhibit.invocations:
        if invocation.program == "deno":
            for at, word in enumerate(invocation.words[1:], 1):
                if word in ("-A", "--allow-all"):
                    anchor = exhibit.anchor(invocation, at)
                    yield exhibit.finding(rules.DANGER_FLAG, anchor, flag=word, what="the sandbox of deno")
