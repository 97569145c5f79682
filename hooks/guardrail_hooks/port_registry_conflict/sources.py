"""The files of a tree as the readers want them: Compose documents, variables, and what cannot be read."""

from __future__ import annotations

import re

from guardrail_hooks.core.snapshot import Unreadable
from guardrail_hooks.formats._yaml_temp import read_documents
from guardrail_hooks.formats.compose import is_compose_file, is_stack_file
from guardrail_hooks.formats.compose.nodes import duplicates, fields
from guardrail_hooks.formats.compose.project import UNREADABLE, File, Library
from guardrail_hooks.formats.compose.services import Trouble
from guardrail_hooks.formats.compose.variables import read_env
from guardrail_hooks.formats.place import Malformed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from guardrail_hooks.core.snapshot import Tree
    from guardrail_hooks.port_registry_conflict.settings import Settings

# A file without any of these binds nothing; an alias may be broken.
RELEVANT = re.compile(rb"ports|network_mode|extends|include|[:\-\[,][ \t]+\*[A-Za-z0-9_]")
SERVICES = re.compile(rb"(?m)^[\"']?services[\"']?[ \t]*:")


def make_library(tree: Tree, settings: Settings, defaults: Mapping[str, str]) -> Library:
    """A library over a tree. `defaults` are variables that every file knows and any env file may replace."""

    def open_file(path: str) -> File | None:
        try:
            content = tree.read(path)
        except Unreadable as reason:
            if not tree.has(path):
                return None
            return File(path, (), (_trouble(path, None, str(reason)),))
        return read_file(path, content)

    def read_variables(path: str, known: Mapping[str, str]) -> dict[str, str] | None:
        try:
            content = tree.read(path)
        except Unreadable:
            return None
        return read_env(content.decode("utf-8", "replace").replace("\0", ""), {**defaults, **known})

    return Library(open_file, read_variables, settings.env_files)


def read_file(path: str, content: bytes) -> File:
    """A Compose file's documents, and everything that keeps Compose from reading them."""
    if not RELEVANT.search(content) and is_compose_file(path):
        return File(path, (), ())
    if _only_by_name(path, content):
        return File(path, (), ())
    try:
        documents = read_documents(content)
    except Malformed as problem:
        return File(path, (), (_trouble(path, problem, str(problem)),))
    troubles = []
    for root in documents:
        for key, first in duplicates(root) if "services" in fields(root) or "include" in fields(root) else ():
            what = f"the key {str(key.value)!r} is here twice (first on line {first.start_mark.line + 1})"
            problem = Malformed(what, _span(key))
            troubles.append(_trouble(path, problem, what))
    return File(path, tuple(documents), tuple(troubles))
