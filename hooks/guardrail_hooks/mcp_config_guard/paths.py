"""Where the paths of a configuration lead: into the repository, out of it, or to one person's machine."""

from __future__ import annotations

from guardrail_hooks.pattern import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from guardrail_hooks.core.snapshot import Entry

# Variables that clients and shells expand to the folder the configuration belongs to.
PROJECT = pattern(
    r"\$\{(?:workspaceFolder|workspaceRoot|containerWorkspaceFolder|localWorkspaceFolder)(?::[^}]*)?\}"
    r"|\$\{?CLAUDE_PROJECT_DIR(?::-[^}]*)?\}?|\$\{CLAUDE_PLUGIN_ROOT\}|\$\{extensionPath\}|\$\{workspacePath\}"
    r"|\$\(pwd\)|\$\{?PWD\}?|\$\(git rev-parse --show-toplevel\)"
)
OUTSIDE = "outside"  # what `resolve` gives for a relative path that climbs out of the repository
TEMPORARY = pattern(r"(?i)/(?:private/)?(?:tmp|var/tmp|dev/shm)(?:/|$)|(?:[A-Za-z]:)?[\\/](?:Windows[\\/])?Temp[\\/]")
# Folders that a system or its package manager owns (Filesystem Hierarchy Standard 3.0; Homebrew; Windows).
SYSTEM = pattern(
    r"/(?:usr/)?(?:local/)?s?bin/|/usr/(?:libexec|lib)/|/opt/(?:homebrew|local)/(?:bin|opt)/|/snap/bin/"
    r"|/run/current-system/sw/bin/|/home/linuxbrew/|/nix/store/|[A-Za-z]:[\\/](?:Windows|Program "
    r"Files(?: \(x86\))?)[\\/]"
)
PERSONAL = pattern(r"/(?:home|Users)/[^/]+/.|/root/.|[A-Za-z]:[\\/]+Users[\\/]+[^\\/]+[\\/]+.")


def expands(text: str) -> bool:
    """Whether a shell or client puts something else in here."""
    return any(character in text for character in "$%~{<`")


def project_relative(text: str, aliases: Sequence[str]) -> str:
    """The path with the project's folder written as `.`, whether by variable or by a declared root alias."""
    text = text.removeprefix("file://")
    match = PROJECT.match(text) if text.startswith("$") else None
    if match:
        return "." + text[match.end() :] if text[match.end() :].startswith("/") or match.end() == len(text) else text
    for alias in aliases:
        root = alias.rstrip("/")
        if root and (text == root or text.startswith(root + "/")):
            return "." + text[len(root) :]
    return text


def is_absolute(text: str) -> bool:
    """Whether a path starts at a file system's root."""
    return text.startswith("/") or (text[1:2] == ":" and text[2:3] in ("/", "\\") and text[:1].isalpha())


def resolve(text: str, base: str, aliases: Sequence[str] = ()) -> str | None:
    """The repository path that a text names from a base folder (with closing slash; empty: the root).

    None for what is no path inside: absolute paths, addresses, unknown variables. `OUTSIDE` for one that climbs out.
    """
    local = project_relative(text, aliases)
    if local is not text and local.startswith(".") and text.startswith("/"):
        base = ""  # a root alias stands for the repository's own root
    if not local or is_absolute(local) or expands(local) or "://" in local or "\0" in local:
        return None
    if local.startswith("-") or "\n" in local:
        return None
    parts: list[str] = [part for part in base.split("/") if part]
    for part in local.replace("\\", "/").split("/"):
        if part == "..":
            if not parts:
                return OUTSIDE
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def follow(path: str, entries: Mapping[str, Entry], read_link: Mapping[str, bytes]) -> tuple[list[str], str | None]:
    """The links on the way to a path, and the tracked file it ends at.

    None where it ends outside the repository or nowhere. `read_link` gives the text of a link by its path.
    """
    links: list[str] = []
    for _ in range(40):
        if path in entries and entries[path].mode != "120000":
            return links, path
        link = path if path in entries else _linked_folder(path, entries)
        if link is None or link in links:
            return links, None
        links.append(link)
        target = read_link[link].decode("utf-8", "surrogateescape")
        rest = path[len(link) :]
        base = link.rsplit("/", 1)[0] + "/" if "/" in link else ""
        joined = None if target.startswith("/") else resolve_plain(target, base)
        if joined is None:
            return links, None
        path = joined + rest
    return links, None


def _linked_folder(path: str, entries: Mapping[str, Entry]) -> str | None:
    """The nearest folder above a path that is a symbolic link."""
    at = path.find("/")
    while at >= 0:
        if path[:at] in entries:
            return path[:at] if entries[path[:at]].mode == "120000" else None
        at = path.find("/", at + 1)
    return None


def resolve_plain(target: str, base: str) -> str | None:
    """A relative path from a base folder, taken literally; None where it climbs out of the repository."""
    parts = [part for part in base.split("/") if part]
    for part in target.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
