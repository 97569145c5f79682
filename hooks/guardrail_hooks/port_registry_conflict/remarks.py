"""The comments that may excuse a finding, in every format that has some."""

from __future__ import annotations

import posixpath
import re

from guardrail_hooks.core import allow
from guardrail_hooks.core.finding import Place
from guardrail_hooks.core.snapshot import Unreadable
from guardrail_hooks.formats.file_names import is_compose, is_devcontainer
from guardrail_hooks.formats.place import Malformed
from guardrail_hooks.formats.source import decode
from guardrail_hooks.port_registry_conflict.check import ENV

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.core.snapshot import Tree
    from guardrail_hooks.formats.place import Comment

# systemd.syntax(7): a comment has its line to itself; in an env file it may stand behind a value, too.
UNITS = (".container", ".pod", ".kube")
OWN_LINE = re.compile(r"(?:^|(?<=[\r\n]))[ \t]*([#;][^\r\n]*)")
ENV_COMMENT = re.compile(r"(?:^|(?<=[\r\n \t]))(#[^\r\n]*)")


def find_remarks(
    tree: Tree, findings: Sequence[Finding], paths: Iterable[str], read: Container[str]
) -> Iterator[allow.Remark]:
    """The comments of the named files, and those of other files that excuse a finding there.

    `read` are files that are judged whatever their names.
    """
    lines: dict[str, set[int]] = {}
    for finding in findings:
        lines.setdefault(finding.place.path or "", set()).add(finding.place.line)
    named = set(paths)
    for path in sorted(named | set(lines)):
        if path not in lines and not (is_compose(path) or path in read or posixpath.basename(path) == ENV):
            continue
        try:
            content = tree.read(path)
        except Unreadable:
            continue
        if allow.MARK not in content:
            continue
        here = lines.get(path, ())
        try:
            for comment in _comments(path, content):
                if path in named or any(comment.first <= line <= comment.last for line in here):
                    place = Place(path, *comment.span)
                    yield allow.Remark(place, comment.text, comment.first, comment.last, comment.disables)
        except Malformed:
            continue


def _comments(path: str, content: bytes) -> list[Comment]:
    """The comments of one file in its own syntax. Raises `Malformed`."""
    ending = posixpath.splitext(path)[1].lower()
    if ending in (".yaml", ".yml"):
        from guardrail_hooks.formats import yaml_nodes

        return list(yaml_nodes.read(content).comments())
    source = decode(content)
    if is_devcontainer(path):
        from guardrail_hooks.formats import jsonc

        return list(jsonc.parse(source).comments())
    if ending in UNITS or path.endswith(ENV):
        from guardrail_hooks.formats.line_comments import attach

        pattern = OWN_LINE if ending in UNITS else ENV_COMMENT
        return list(attach(source, [match.span(1) for match in pattern.finditer(source.text)]))
    if ending == ".json":
        return []
    from guardrail_hooks.formats.markdown_rows import read_comments

    return list(read_comments(source.text))
