"""Where the guard keeps its own files, relative to the repository."""

from __future__ import annotations

from guardrail_hooks.core.snapshot import LINK, Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guardrail_hooks.core.snapshot import Tree

FOLDER = ".mcp-guard/"
POLICY = FOLDER + "policy.json"
SIGNERS = FOLDER + "allowed_signers"
APPROVALS = FOLDER + "approvals"
CONFIGURATION = ".pre-commit-config.yaml"  # where the hook's own entry stands


def read_own(tree: Tree, path: str) -> bytes:
    """The content of a file of the guard. Raises `Unreadable`.

    A link is refused: what stands behind it could change without a change in the folder.
    """
    entry = tree.entries().get(path)
    if entry is not None and entry.mode == LINK:
        raise Unreadable("is a symbolic link; put the file itself there")
    return tree.read(path)
