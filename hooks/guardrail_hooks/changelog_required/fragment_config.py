"""Which fragments a project keeps: found from the configuration files of the tools, in the tree that is judged."""

from __future__ import annotations

import os
import posixpath
import re
import stat

from guardrail_hooks.formats import markdown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from guardrail_hooks.changelog_required.fragments import Kind
    from guardrail_hooks.changelog_required.settings import Settings

# Where the tools keep their configuration, and what must be in a shared file for it to matter.
FILES = {
    "towncrier.toml": b"towncrier",
    "pyproject.toml": b"[tool.",
    "setup.cfg": b"scriv",
    "tox.ini": b"scriv",
    "changelog.d/scriv.ini": b"",
    ".changie.yaml": b"",
    ".changie.yml": b"",
    "releasenotes/config.yaml": b"",
    "reno.yaml": b"",
    ".changeset/config.json": b"",
    "package.json": b'"beachball"',
    # https://github.com/cosmiconfig/cosmiconfig, "searchPlaces": where beachball looks for its configuration
    **{f"beachball.config.{ending}": b"" for ending in ("js", "ts", "cjs", "mjs")},
    **{f"{folder}beachballrc": b"" for folder in (".", ".config/")},
    **{
        f"{folder}beachballrc.{ending}": b""
        for folder in (".", ".config/")
        for ending in ("json", "yaml", "yml", "js", "ts", "cjs", "mjs")
    },
}


def may_hold_fragments(root: str) -> bool:
    """Whether a file on disk looks as if it configured fragments, so that it is worth to look closer."""
    for path, needle in FILES.items():
        file = os.path.join(root, path)
        try:
            if not stat.S_ISREG(os.lstat(file).st_mode):
                continue
            with open(file, "rb") as opened:
                content = opened.read(1 << 20)
        except OSError:
            continue
        if needle in content and (path != "pyproject.toml" or b"towncrier" in content or b"scriv" in content):
            return True
    return False


def detect(
    settings: Settings, files: Mapping[str, bytes | None], manifests: Callable[[], Mapping[str, bytes | None]]
) -> Kind | None:
    """The kind of fragments that a project keeps, None for none.

    `files` are the contents of FILES by path; `manifests` lists the package manifests of the tree (asked for only where
    fragments name packages).
    """
    if settings.fragments:
        if settings.fragment_style in ("", "plain"):
            from guardrail_hooks.changelog_required.fragment_tools import Pattern

            return Pattern(settings.fragments)
        from guardrail_hooks.changelog_required.fragment_tools import folder_of

        return _styled(settings.fragment_style, folder_of(settings.fragments), manifests)
    if settings.fragment_style and settings.fragment_style != "plain":
        return _styled(settings.fragment_style, "", manifests)
    present = {path: content for path, content in files.items() if content is not None and FILES[path] in content}
    if not present:
        return None
    from guardrail_hooks.changelog_required import fragment_tools as tools

    for path in ("towncrier.toml", "pyproject.toml"):
        if b"towncrier" in present.get(path, b"") and (table := _toml(present[path], "tool", "towncrier")) is not None:
            project = _toml(files.get("pyproject.toml") or b"", "project") or {}
            return tools.Towncrier({**table, "package": table.get("package") or project.get("name") or ""})
    if (config := _scriv(present)) is not None:
        return tools.Scriv(config)
    for path in (".changie.yaml", ".changie.yml"):
        if path in present:
            return tools.Changie(_yaml(present[path]))
    for path in ("releasenotes/config.yaml", "reno.yaml"):
        if path in present:
            return tools.Reno(_yaml(present[path]))
    return _packaged(present, manifests)


def _styled(style: str, folder: str, manifests: Callable[[], Mapping[str, bytes | None]]) -> Kind:
    """The kind that `--fragment-style` names, in the folder of `--fragments`."""
    from guardrail_hooks.changelog_required import fragment_tools as tools

    if style == "towncrier":
        return tools.Towncrier({"directory": folder} if folder else {})
    if style == "scriv":
        return tools.Scriv({"fragment_directory": folder} if folder else {})
    if style == "changie":
        return tools.Changie({"changesDir": folder, "unreleasedDir": "."} if folder else {})
    if style == "reno":
        return tools.Reno({"releasenotesdir": folder, "notesdir": "."} if folder else {})
    present = {".changeset/config.json": b""} if style == "changesets" else {"beachball.config.js": b""}
    kind = _packaged(present, manifests)
    assert kind
    return kind


def _packaged(present: Mapping[str, bytes | None], manifests: Callable[[], Mapping[str, bytes | None]]) -> Kind | None:
    """Changesets or beachball, with the packages of the workspace."""
    configs = [path for path in present if "beachball" in path or path == "package.json"]
    if not configs and ".changeset/config.json" not in present:
        return None
    from guardrail_hooks.changelog_required import packages

    found = dict(manifests())
    pnpm = markdown.decode(found.pop("pnpm-workspace.yaml", None) or b"") or ""
    workspace = packages.Workspace(found, packages.workspaces_of(found.get("package.json"), pnpm))
    if ".changeset/config.json" in present:
        return packages.Changesets(present[".changeset/config.json"], workspace)
    folder = next((folder for path in configs if (folder := _change_folder(path, present[path] or b""))), "change")
    return packages.Beachball(posixpath.normpath(folder), workspace)


def _change_folder(path: str, content: bytes) -> str:
    """The `changeDir` that a configuration of beachball gives, empty where it gives none.

    One that is a program is not run: what it gives is found where it is written as a text.
    """
    if path.endswith(("js", "ts")):
        match = re.search(r"""\bchangeDir["']?\s*:\s*["']([^"'\n]+)["']""", markdown.decode(content) or "")
        return match[1] if match else ""
    from guardrail_hooks.changelog_required.packages import as_mapping

    value: object = as_mapping(content) if path.endswith("json") else _yaml(content)
    if path == "package.json" and isinstance(value, dict):
        value = value.get("beachball")
    folder = value.get("changeDir") if isinstance(value, dict) else None
    return folder if isinstance(folder, str) else ""


def _toml(content: bytes, *names: str) -> Mapping[str, object] | None:
    from guardrail_hooks.formats.plain_toml import table

    return table(markdown.decode(content) or "", *names)


def _yaml(content: bytes) -> Mapping[str, object]:
    from guardrail_hooks.formats.place import Malformed
    from guardrail_hooks.formats.plain_yaml import load

    try:
        value = load(markdown.decode(content) or "")
    except Malformed:
        return {}
    return {str(key): item for key, item in value.items()} if isinstance(value, dict) else {}


def _scriv(present: Mapping[str, bytes]) -> Mapping[str, object] | None:
    """Scriv's configuration: a section of setup.cfg, tox.ini or changelog.d/scriv.ini, or a table of pyproject.toml."""
    from_toml = present.get("pyproject.toml", b"")
    if b"scriv" in from_toml and (table := _toml(from_toml, "tool", "scriv")) is not None:
        return table
    for path in ("changelog.d/scriv.ini", "setup.cfg", "tox.ini"):
        if path not in present:
            continue
        from configparser import ConfigParser, Error

        parser = ConfigParser(interpolation=None)
        try:
            parser.read_string(markdown.decode(present[path]) or "")
        except Error:
            continue
        for section in ("scriv", "tool.scriv"):
            if parser.has_section(section):
                return dict(parser.items(section))
        if path.endswith("scriv.ini"):
            return {}
    return None
