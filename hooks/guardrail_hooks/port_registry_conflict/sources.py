"""The files of a tree as the readers want them: Compose documents, variables, and what cannot be read."""

from __future__ import annotations

import re

from guardrail_hooks.core.snapshot import Unreadable
from guardrail_hooks.formats import yaml_nodes
from guardrail_hooks.formats.compose import is_stack_file
from guardrail_hooks.formats.compose.nodes import duplicates, fields
from guardrail_hooks.formats.compose.project import UNREADABLE, File, Library
from guardrail_hooks.formats.compose.services import UNRESOLVED, Trouble
from guardrail_hooks.formats.dotenv import read_env
from guardrail_hooks.formats.file_names import is_compose
from guardrail_hooks.formats.place import Malformed
from guardrail_hooks.formats.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from guardrail_hooks.core.snapshot import Tree
    from guardrail_hooks.port_registry_conflict.settings import Settings

# A file without any of these binds nothing, unless another one is merged with it.
RELEVANT = re.compile(rb"ports|network_mode|extends|include")
# An alias, whose anchor may not be there, and a tab where only blanks may stand.
DOUBTFUL = re.compile(rb"[:\-\[,][ \t]+\*[A-Za-z0-9_]|(?:^|[\r\n]) *\t[ \t]*[^ \t\r\n#]")
# A line of Jinja, Go's text/template, ERB or EJS outside of any value.
STATEMENT = re.compile(r"(?m)^[ \t]*(\{%[^\r\n]*|\{\{[^\r\n]*|\{#[^\r\n]*|<%[^\r\n]*)")
# Services at the left margin, or a file that is one mapping in braces.
SERVICES = re.compile(
    rb"(?:\A(?:\xef\xbb\xbf)?|[\r\n])[\"']?services[\"']?[ \t]*:|\A(?:\xef\xbb\xbf)?[ \t\r\n]*\{(?![{%#])"
)


def make_library(tree: Tree, settings: Settings, defaults: Mapping[str, str], judged: Container[str] | None) -> Library:
    """A library over a tree. `defaults` are variables that every file knows and any env file may replace.

    A file that alone binds nothing is left unread, unless it looks broken and is one of the `judged` (None: all are).
    """

    def open_file(path: str, alone: bool) -> File | None:
        try:
            content = tree.read(path)
        except Unreadable as reason:
            if not tree.has(path):
                return None
            return File(path, None, (missing(path, str(reason)),), False)
        if alone and is_compose(path) and not RELEVANT.search(content):
            is_told = (judged is None or path in judged) and _may_be_broken(content)
            return File(path, None, read_file(path, content).troubles if is_told else (), True)
        return read_file(path, content)

    def read_variables(path: str, known: Mapping[str, str]) -> dict[str, str] | None:
        try:
            content = tree.read(path)
        except Unreadable:
            return None
        return read_env(content.decode("utf-8", "replace").replace("\0", ""), known)

    return Library(open_file, read_variables, settings.env_files, defaults)


def read_file(path: str, content: bytes) -> File:
    """A Compose file's documents, and everything that keeps Compose from reading them."""
    if _only_by_name(path, content):
        return File(path, None, (), False)
    try:
        yaml = yaml_nodes.read(content)
    except Malformed as problem:
        return File(path, None, (_template(path, content) or _trouble(path, problem, str(problem)),), False)
    troubles = []
    for root in yaml.documents:
        top = fields(root)
        for first, key in duplicates(root) if "services" in top or "include" in top else ():
            what = f"the key {key.text!r} is here twice (first on line {yaml.span(first).line})"
            troubles.append(_trouble(path, Malformed(what, yaml.span(key)), what))
    return File(path, yaml, tuple(troubles), False)


def _may_be_broken(content: bytes) -> bool:
    """Whether a look at the bytes finds what no YAML has, or may not have; a file that passes is not parsed for it."""
    opened, closed = content.count(b"[") + content.count(b"{"), content.count(b"]") + content.count(b"}")
    if opened != closed or b"\0" in content or len(content) > yaml_nodes.LARGEST or DOUBTFUL.search(content):
        return True
    try:
        content.decode()
    except UnicodeDecodeError:
        return True
    return False


def _only_by_name(path: str, content: bytes) -> bool:
    """Whether a file is called a stack but is none: Haskell's stack.yaml, a Helm template, a CloudFormation stack."""
    return is_stack_file(path) and not SERVICES.search(content)


def _template(path: str, content: bytes) -> Trouble | None:
    """A file that is no YAML because a template engine reads it first; None where no line is a template's statement."""
    source = Source(content.decode("utf-8-sig", "replace"))
    found = STATEMENT.search(source.text)
    if found is None:
        return None
    text = found[1].rstrip()
    what = "the file is a template, and what it binds is known only once it is filled in"
    return Trouble(UNRESOLVED, path, source.span(found.start(1), found.start(1) + len(text)), what, text, (path,))


def _trouble(path: str, problem: Malformed | None, what: str) -> Trouble:
    """Why a file cannot be read, as a trouble of the file itself."""
    return Trouble(UNREADABLE, path, problem.span if problem else None, what, "", (path,))


def missing(path: str, reason: str) -> Trouble:
    """A path that has no readable content; the reason completes `this path ...`."""
    return _trouble(path, None, f"this path {reason}")
