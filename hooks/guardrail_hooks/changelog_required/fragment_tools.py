"""Fragments of towncrier, scriv, changie and reno, and by pattern."""

from __future__ import annotations

import posixpath
import re

from guardrail_hooks.changelog_required.fragments import Fault, Kind
from guardrail_hooks.changelog_required.words import is_placeholder
from guardrail_hooks.core.globs import compile_glob
from guardrail_hooks.formats.place import Malformed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# towncrier's default types: https://towncrier.readthedocs.io/en/stable/configuration.html
TOWNCRIER_TYPES = {"feature": True, "bugfix": True, "doc": True, "removal": True, "misc": False}
# reno's default sections: https://docs.openstack.org/reno/latest/user/usage.html
RENO_SECTIONS = ("prelude", "features", "issues", "upgrade", "deprecations", "critical", "security", "fixes", "other")


class Towncrier(Kind):
    """`ISSUE.TYPE[.COUNTER][.EXTENSION]`, or `+ANYTHING.TYPE...` for one without an issue."""

    __slots__ = ("_ignored", "_places", "_types")

    def __init__(self, config: Mapping[str, object]) -> None:
        package = str(config.get("package") or "")
        default = posixpath.join(package.replace(".", "/"), "newsfragments") if package else "newsfragments"
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
        named = {str(name).lower(): row if isinstance(row, dict) else {} for name, row in table.items()}
    return {name: row.get("showcontent", True) is not False for name, row in named.items()}


class Scriv(Kind):
    """Files named by date and author; what the template comments out is no entry."""

    __slots__ = ()

    def __init__(self, config: Mapping[str, object]) -> None:
        folder = posixpath.normpath(str(config.get("fragment_directory") or "changelog.d"))
        news = str(config.get("changelog") or "").replace("${config:format}", str(config.get("format") or "rst"))
        super().__init__("scriv", folder, (news,) if news else ("CHANGELOG.rst", "CHANGELOG.md"))

    def is_candidate(self, path: str) -> bool:
        """Only text files are collected."""
        return path.endswith((".md", ".rst")) and super().is_candidate(path)

    def advice(self) -> str:
        """What to type for a fragment."""
        return "run `scriv create` and write the entry"


class Changie(Kind):
    """YAML files with `kind` and `body`."""

    __slots__ = ("_kinds",)

    def __init__(self, config: Mapping[str, object]) -> None:
        changes = str(config.get("changesDir") or ".changes")
        folder = posixpath.normpath(posixpath.join(changes, str(config.get("unreleasedDir") or "unreleased")))
        super().__init__("changie", folder, (str(config.get("changelogPath") or "CHANGELOG.md"),))
        rows = config.get("kinds")
        kinds = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        self._kinds = [str(row.get("key") or row.get("label") or "") for row in kinds]
        self._kinds += [str(row["label"]) for row in kinds if row.get("label") and row.get("key")]

    def is_candidate(self, path: str) -> bool:
        """Only YAML files are collected."""
        return path.endswith((".yaml", ".yml")) and super().is_candidate(path)

    def fault(self, path: str, text: str) -> Fault | None:
        """The kind must be one of the configuration, the body a sentence."""
        del path
        value = _mapping(text)
        if isinstance(value, Fault):
            return value
        kind = value.get("kind")
        if self._kinds and str(kind or "") not in self._kinds:
            how = f"write `kind: ` and one of {', '.join(dict.fromkeys(self._kinds))}"
            return Fault(
                _line_of(text, "kind"), f"is of kind {str(kind or 'none')!r}, which .changie.yaml does not have", how
            )
        body = value.get("body")
        if not isinstance(body, str) or is_placeholder(body):
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
        self._sections: Sequence[str] = ("prelude", *own) if own else RENO_SECTIONS

    def is_candidate(self, path: str) -> bool:
        """Only YAML files are collected."""
        return path.endswith((".yaml", ".yml")) and super().is_candidate(path)

    def fault(self, path: str, text: str) -> Fault | None:
        """Every section must be known, and one of them must say something."""
        del path
        value = _mapping(text)
        if isinstance(value, Fault):
            return value
        for name in value:
            if str(name) not in self._sections:
                how = f"use one of {', '.join(self._sections)}"
                return Fault(_line_of(text, str(name)), f"has a section {str(name)!r} that reno does not know", how)
        texts = [part for part in value.values() for part in (part if isinstance(part, list) else [part])]
        if not any(isinstance(part, str) and not is_placeholder(part) for part in texts):
            return Fault(1, "says nothing", "write a sentence for readers under one of its sections")
        return None

    def advice(self) -> str:
        """What to type for a fragment."""
        return "run `reno new SLUG` and write the note"


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


class Pattern(Kind):
    """Files that match the glob of `--fragments`."""

    __slots__ = ("_glob", "_shown")

    def __init__(self, glob: str) -> None:
        fixed = []
        for part in glob.split("/")[:-1]:
            if set(part) & set("*?["):
                break
            fixed.append(part)
        super().__init__("the pattern", "/".join(fixed) or ".")
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
