"""Fragments of towncrier, scriv, changie and reno, and by pattern."""

from __future__ import annotations

import posixpath
import re

from guardrail_hooks.changelog_required.fragments import Fault, Kind
from guardrail_hooks.changelog_required.words import is_placeholder
from guardrail_hooks.core.globs import compile_glob
from guardrail_hooks.formats.place import Malformed
from guardrail_hooks.pattern import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# towncrier's default types: https://towncrier.readthedocs.io/en/stable/configuration.html
TOWNCRIER_TYPES = {"feature": True, "bugfix": True, "doc": True, "removal": True, "misc": False}
# reno's default sections: https://docs.openstack.org/reno/latest/user/usage.html
RENO_SECTIONS = ("features", "issues", "upgrade", "deprecations", "critical", "security", "fixes", "other")
# What `reno new` writes into each section: reno/defaults.py
RENO_TEMPLATE = pattern(r"(?:List|Add) [a-z ]+ here, or remove this section\.|Replace this text with content to appear")


class Towncrier(Kind):
    """`ISSUE.TYPE[.COUNTER][.EXTENSION]`, or `+ANYTHING.TYPE...` for one without an issue."""

    __slots__ = ("_ignored", "_places", "_types")

    def __init__(self, config: Mapping[str, object]) -> None:
        package = str(config.get("package") or "")
        default = posixpath.join(package, "newsfragments")
        if package and (start := str(config.get("package_dir") or "")) not in ("", "."):
            default = posixpath.join(start, default)
        folder = posixpath.normpath(str(config.get("directory") or default))
        super().__init__("towncrier", folder, (str(config.get("filename") or "NEWS.rst"),))
        self._types = _towncrier_types(config)
        ignored = config.get("ignore")
        self._ignored = {str(name).casefold() for name in ignored} if isinstance(ignored, list) else set()
        self._ignored.add(posixpath.basename(str(config.get("template") or "")).casefold())
        sections = config.get("section")
        rows = sections if isinstance(sections, list) else []
        paths = [str(row.get("path") or "") for row in rows if isinstance(row, dict)]
        if package and not config.get("directory"):  # sections lie beside each other in the package
            parent = posixpath.dirname(folder)
            self._places = {posixpath.normpath(posixpath.join(parent, path, "newsfragments")) for path in (*paths, "")}
        else:
            self._places = {posixpath.normpath(posixpath.join(folder, path)) for path in (*paths, "")}

    def owns(self, path: str) -> bool:
        """Sections may have folders elsewhere."""
        return super().owns(path) or posixpath.dirname(path) in self._places

    def is_candidate(self, path: str) -> bool:
        """Whether a file is meant as a fragment; `ignore` and the template are none."""
        name = posixpath.basename(path).casefold()
        ignored = any(compile_glob(glob).fullmatch(name) for glob in self._ignored)
        return not ignored and super().is_candidate(path)

    def is_direct(self, path: str) -> bool:
        """Sections have folders of their own."""
        return posixpath.dirname(path) in self._places

    def fault(self, path: str, text: str) -> Fault | None:
        """The type is the last part of the name that is one; types without content may be blank."""
        parts = posixpath.basename(path).split(".")[1:]
        found = next((part for part in reversed(parts) if part in self._types), "")
        if not found:
            known = ", ".join(self._types)
            name = posixpath.join(self.folder, f"{posixpath.basename(path).split('.')[0]}.TYPE.md")
            return Fault(1, f"has no type that towncrier knows ({known})", f"rename it to {name}")
        return self.blank(text, posixpath.splitext(path)[1]) if self._types[found] else None

    def advice(self) -> str:
        """What to type for a fragment."""
        types = "|".join(self._types)
        return f"write a sentence into {self.folder}/ISSUE.TYPE.md (types: {types}; +NAME where there is no issue)"


def _towncrier_types(config: Mapping[str, object]) -> dict[str, bool]:
    """The types of a towncrier configuration, and whether their content is shown."""
    rows = config.get("type")
    if isinstance(rows, list):
        tables = [row for row in rows if isinstance(row, dict)]
        named = {str(row.get("directory") or str(row.get("name", "")).lower()): row for row in tables}
    else:
        table = config.get("fragment")
        if not isinstance(table, dict):
            return TOWNCRIER_TYPES
        named = {str(name): row if isinstance(row, dict) else {} for name, row in table.items()}
    return {name: row.get("showcontent", True) is not False for name, row in named.items()}


class Scriv(Kind):
    """Files named by date and author; what the template comments out is no entry."""

    __slots__ = ("_skipped",)

    def __init__(self, config: Mapping[str, object]) -> None:
        folder = posixpath.normpath(str(config.get("fragment_directory") or "changelog.d"))
        news = str(config.get("changelog") or "").replace("${config:format}", str(config.get("format") or "rst"))
        super().__init__("scriv", folder, (news,) if news else ("CHANGELOG.rst", "CHANGELOG.md"))
        self._skipped = compile_glob(str(config.get("skip_fragments") or "README.*"))

    def is_candidate(self, path: str) -> bool:
        """Only text files are collected, without those of `skip_fragments`."""
        skipped = self._skipped.fullmatch(posixpath.basename(path))
        return path.endswith((".md", ".rst")) and not skipped and super().is_candidate(path)

    def advice(self) -> str:
        """What to type for a fragment."""
        return "run `scriv create` and write the entry"


class Changie(Kind):
    """YAML files with `kind` and `body`."""

    __slots__ = ("_bodiless", "_changes", "_kinds")

    def __init__(self, config: Mapping[str, object]) -> None:
        changes = str(config.get("changesDir") or ".changes")
        folder = posixpath.normpath(posixpath.join(changes, str(config.get("unreleasedDir") or "unreleased")))
        own = [str(row["changelog"]) for row in _rows(config, "projects") if row.get("changelog")]
        super().__init__("changie", folder, (*own, str(config.get("changelogPath") or "CHANGELOG.md")))
        self._changes = posixpath.normpath(changes)
        kinds = _rows(config, "kinds")
        self._kinds = [str(row.get("key") or row.get("label") or "") for row in kinds]
        self._kinds += [str(row["label"]) for row in kinds if row.get("label") and row.get("key")]
        without = [row for row in kinds if row.get("skipBody") is True]
        self._bodiless = frozenset(str(row.get(name)) for row in without for name in ("key", "label"))

    def owns(self, path: str) -> bool:
        """Beside the fragments lie the texts of the versions that they became."""
        return super().owns(path) or path.startswith(f"{self._changes}/")

    def is_candidate(self, path: str) -> bool:
        """Only YAML files are collected."""
        return super().owns(path) and path.endswith((".yaml", ".yml")) and super().is_candidate(path)

    def fault(self, path: str, text: str) -> Fault | None:
        """The kind must be one of the configuration, the body a sentence (but for kinds with `skipBody`)."""
        if path.endswith(".yml"):
            return _not_read(path, "changie")
        value = _mapping(text)
        if isinstance(value, Fault):
            return value
        kind = str(value.get("kind") or "none")
        if self._kinds and kind not in self._kinds:
            how = f"write `kind: ` and one of {', '.join(dict.fromkeys(self._kinds))}"
            return Fault(_line_of(text, "kind"), f"is of kind {kind!r}, which .changie.yaml does not have", how)
        body = value.get("body")
        if kind not in self._bodiless and (not isinstance(body, str) or is_placeholder(body)):
            return Fault(_line_of(text, "body"), "has no body", "write a sentence for readers after `body: `")
        return None

    def advice(self) -> str:
        """What to type for a fragment."""
        return "run `changie new`"


class Reno(Kind):
    """YAML notes with sections of texts."""

    __slots__ = ("_sections",)

    def __init__(self, config: Mapping[str, object]) -> None:
        folder = posixpath.join(
            str(config.get("releasenotesdir") or "releasenotes"), str(config.get("notesdir") or "notes")
        )
        super().__init__("reno", posixpath.normpath(folder))
        rows = config.get("sections")
        own = [str(row[0]) for row in rows if isinstance(row, list) and row] if isinstance(rows, list) else []
        prelude = str(config.get("prelude_section_name") or "prelude")
        self._sections: Sequence[str] = (prelude, *(own or RENO_SECTIONS))

    def is_candidate(self, path: str) -> bool:
        """Only YAML files are collected."""
        return path.endswith((".yaml", ".yml")) and super().is_candidate(path)

    def fault(self, path: str, text: str) -> Fault | None:
        """Every section must be known, and one of them must say something that is not the template's."""
        if path.endswith(".yml"):
            return _not_read(path, "reno")
        value = _mapping(text)
        if isinstance(value, Fault):
            return value
        for name in value:
            if str(name) not in self._sections:
                how = f"use one of {', '.join(self._sections)}"
                return Fault(_line_of(text, str(name)), f"has a section {str(name)!r} that reno does not know", how)
        texts = [part for part in value.values() for part in (part if isinstance(part, list) else [part])]
        written = [" ".join(part.split()) for part in texts if isinstance(part, str)]
        if all(is_placeholder(part) or RENO_TEMPLATE.match(part) for part in written):
            return Fault(1, "says nothing", "write a sentence for readers under one of its sections")
        return None

    def advice(self) -> str:
        """What to type for a fragment."""
        return "run `reno new SLUG` and write the note"


def _rows(config: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    """The mappings that a list of a configuration holds."""
    rows = config.get(key)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _not_read(path: str, tool: str) -> Fault:
    """The fault of a fragment whose name ends in a way that its tool does not look for."""
    name = f"{posixpath.splitext(path)[0]}.yaml"
    return Fault(1, f"ends in {posixpath.splitext(path)[1]}, which {tool} does not read", f"rename it to {name}")


def _mapping(text: str) -> Mapping[object, object] | Fault:
    """The mapping that a YAML fragment holds."""
    from guardrail_hooks.formats.plain_yaml import load

    try:
        value = load(text)
    except Malformed as error:
        return Fault(error.span.line, f"is no YAML: {error}", "mend the YAML")
    if not isinstance(value, dict):
        return Fault(1, "says nothing", "write its keys and texts")
    return value


def _line_of(text: str, key: str) -> int:
    """The line of a top-level key, 1 where it is missing."""
    match = re.search(rf"^[\"']?{re.escape(key)}[\"']?[ \t]*:", text, re.MULTILINE)
    return text.count("\n", 0, match.start()) + 1 if match else 1


def folder_of(glob: str) -> str:
    """The folder that all files of a glob lie in; a glob without a wildcard names one."""
    fixed = []
    for part in glob.rstrip("/").split("/"):
        if set(part) & set("*?["):
            break
        fixed.append(part)
    return "/".join(fixed)


class Pattern(Kind):
    """Files that match the glob of `--fragments`, or lie directly in the folder that it names."""

    __slots__ = ("_glob", "_shown")

    def __init__(self, glob: str) -> None:
        folder = folder_of(glob)
        if folder == glob.rstrip("/"):
            glob = f"{folder}/*"
        super().__init__("the pattern", folder or ".")
        self._glob = compile_glob(glob)
        self._shown = glob

    def owns(self, path: str) -> bool:
        """Whether a path matches."""
        return bool(self._glob.fullmatch(path))

    def is_direct(self, path: str) -> bool:
        """The glob alone tells how deep fragments lie."""
        return self.owns(path)

    def advice(self) -> str:
        """What to type for a fragment."""
        return f"write a file {self._shown} with a sentence for readers"
