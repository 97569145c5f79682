"""Client files that stand behind a link in place of their folder: `.cursor -> tools/cursor` and the like.

git has no entry for `.cursor/mcp.json` then, but the client reads it all the same.
"""

from __future__ import annotations

from guardrail_hooks.core.snapshot import LINK, Unreadable
from guardrail_hooks.mcp_config_guard.clients import CLIENTS, CONTINUE_FOLDER, client_of
from guardrail_hooks.mcp_config_guard.paths import follow, resolve_plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from guardrail_hooks.core.snapshot import Tree

SUFFIXES = (*(client.suffix for client in CLIENTS if "/" in client.suffix), CONTINUE_FOLDER)


def linked_files(tree: Tree, texts: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Each client file behind a linked folder: the path under which a client reads it, and the tracked file.

    `texts` gives the text of a link by its path.
    """
    entries = tree.entries()
    for link in [path for path, entry in entries.items() if entry[0] == LINK]:
        for suffix in SUFFIXES:
            parts = suffix.split("/")
            for cut in range(1, len(parts)):
                folder = "/".join(parts[:cut])
                if link != folder and not link.endswith("/" + folder):
                    continue
                rest = "/".join(parts[cut:])
                if suffix != CONTINUE_FOLDER:
                    _, end = follow(f"{link}/{rest}", entries, texts)
                    found = [(f"{link}/{rest}", end)] if end else []
                else:
                    found = list(_below(link, rest, tree, texts))
                yield from ((path, end) for path, end in found if path not in entries and client_of(path))


def _below(link: str, rest: str, tree: Tree, texts: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """The files in a folder behind a link."""
    try:
        target = texts[link].decode("utf-8", "surrogateescape")
    except Unreadable:
        return
    base = link.rpartition("/")[0]
    folder = None if target.startswith("/") else resolve_plain(target, base + "/" if base else "")
    if folder is not None:
        start = f"{folder}/{rest}"
        yield from ((f"{link}/{rest}{path[len(start) :]}", path) for path in tree.entries() if path.startswith(start))
