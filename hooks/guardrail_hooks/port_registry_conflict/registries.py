"""Finding and reading the registry: the files that `--registry` names, else the first that is found."""

from __future__ import annotations

import posixpath

from guardrail_hooks.core.finding import CannotJudge, start_of
from guardrail_hooks.core.snapshot import Unreadable
from guardrail_hooks.port_registry_conflict.registry import PORT, UNREAD, Fault, Registry
from guardrail_hooks.port_registry_conflict.registry_names import DEEP_FOLDER, FOLDERS, NAMES, may_be_registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator
    from typing import NoReturn

    from guardrail_hooks.core.snapshot import Tree


LARGEST = 1024 * 1024  # bytes of a registry that is no YAML


def find_registry(
    tree: Tree, named: Iterable[str], *, passed: Container[str] = (), is_base: bool = False
) -> Registry | None:
    """The registry of a tree; None where there is none.

    One that is found by its name and cannot be read is taken if it is among the `passed` files, so that this is told.
    Raises `CannotJudge` for a file that was named and is missing or holds no entry, except in the base of a
    comparison, where it may not have existed yet.
    """
    names = list(named)
    if names:
        return _named(tree, names, is_base=is_base)
    for path in _candidates(tree):
        registry = read_registry(path, tree.read(path))
        if not registry.is_empty or any(fault.kind == PORT for fault in registry.faults):
            return registry
        if registry.unread and path in passed:
            return registry
    return None


def _named(tree: Tree, names: list[str], *, is_base: bool) -> Registry | None:
    """The union of the files that were named."""
    union = Registry()
    for path in names:
        try:
            content = tree.read(path)
        except Unreadable as reason:
            if is_base:
                continue
            raise CannotJudge(
                f"port registry {path} {reason}: correct --registry, or create the file (PRT401)"
            ) from None
        registry = read_registry(path, content)
        if registry.is_empty and not registry.faults:
            if is_base:
                continue
            raise CannotJudge(
                f"port registry {path} has no entry that is recognised: write lines such as '- 8080: web' (PRT402)"
            )
        union.add(registry)
    return union if union.paths else None


def refuse_unread(fault: Fault) -> NoReturn:
    """Raise `CannotJudge` for a registry that cannot be read and that this run is not about."""
    raise CannotJudge(
        f"port registry {fault.place.path} line {fault.place.line}: {fault.what}; correct it, then run again"
    )


def _candidates(tree: Tree) -> Iterator[str]:
    """The files that are looked for, in order, as far as they exist."""
    tracked = [path for path in tree.paths() if path.rpartition("/")[2] in NAMES and may_be_registry(path)]
    there = set(tracked)
    deep = sorted({posixpath.dirname(path) for path in tracked if path.startswith(DEEP_FOLDER)})
    for folder in (*FOLDERS, *deep):
        for name in NAMES:
            path = posixpath.join(folder, name)
            if path in there:
                try:
                    tree.read(path)
                except Unreadable:
                    continue
                yield path


def read_registry(path: str, content: bytes) -> Registry:
    """The registry that a file writes down, in the format that its name tells."""
    if path.endswith((".yaml", ".yml", ".json")):
        from guardrail_hooks.port_registry_conflict.registry_yaml import read_yaml_registry

        return read_yaml_registry(path, content)
    registry = Registry()
    registry.paths.append(path)
    if len(content) > LARGEST:
        what = f"the file has {len(content):,} bytes, at most {LARGEST:,} are read"
        registry.faults.append(Fault(UNREAD, start_of(path), what))
        return registry
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        place = start_of(path)._replace(line=line, end_line=line)
        registry.faults.append(Fault(UNREAD, place, f"byte {error.start + 1} is not UTF-8"))
        return registry
    if path.endswith(".env"):
        from guardrail_hooks.port_registry_conflict.registry_env import read_env_registry

        return read_env_registry(path, text)
    from guardrail_hooks.port_registry_conflict.registry_markdown import read_markdown

    return read_markdown(path, text)
