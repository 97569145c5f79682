"""The comments that may excuse a finding, in every format that has some."""

from __future__ import annotations

import posixpath
import re

from guardrail_hooks.formats.file_names import is_devcontainer
from guardrail_hooks.formats.source import decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guardrail_hooks.formats.place import Comment

# systemd.syntax(7): a comment has its line to itself; in an env file it may stand behind a value, too.
UNITS = (".container", ".pod", ".kube")
OWN_LINE = re.compile(r"(?:^|(?<=[\r\n]))[ \t]*([#;][^\r\n]*)")
ENV_COMMENT = re.compile(r"(?:^|(?<=[\r\n \t]))(#[^\r\n]*)")


def comments_of(path: str, content: bytes) -> list[Comment]:
    """The comments of one file in its own syntax. Raises `Malformed`."""
    ending = posixpath.splitext(path)[1].lower()
    if ending in (".yaml", ".yml"):
        from guardrail_hooks.formats import yaml_nodes

        return list(yaml_nodes.read(content).comments())
    source = decode(content)
    if is_devcontainer(path):
        from guardrail_hooks.formats import jsonc

        return list(jsonc.parse(source).comments())
    if ending in UNITS or path.endswith(".env"):
        from guardrail_hooks.formats.line_comments import attach

        pattern = OWN_LINE if ending in UNITS else ENV_COMMENT
        return list(attach(source, [match.span(1) for match in pattern.finditer(source.text)]))
    if ending == ".json":
        return []
    from guardrail_hooks.formats.markdown_rows import read_comments

    return list(read_comments(source.text))
