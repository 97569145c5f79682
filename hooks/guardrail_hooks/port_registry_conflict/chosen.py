"""What `COMPOSE_FILE` in an env file chooses: the files that are one project, in the order in which they are merged.

https://docs.docker.com/compose/how-tos/environment-variables/envvars/, read as `WithConfigFileEnv` of compose-go does.
"""

from __future__ import annotations

import posixpath

from guardrail_hooks.formats.compose.project import why_missing, within
from guardrail_hooks.formats.compose.services import UNRESOLVED, Trouble
from guardrail_hooks.formats.dotenv import read_env_lines
from guardrail_hooks.formats.place import Span
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.core.snapshot import Tree
    from guardrail_hooks.port_registry_conflict.settings import Settings

FILES, SEPARATOR = "COMPOSE_FILE", "COMPOSE_PATH_SEPARATOR"


class Chosen(namedtuple("Chosen", "env folder paths troubles")):
    """The files of a project, as an env file names them; `folder` is where `docker compose` is run."""

    __slots__ = ()
    env: str
    folder: str
    paths: tuple[str, ...]
    troubles: tuple[Trouble, ...]


def read_chosen(tree: Tree, env: str, content: bytes, settings: Settings) -> Iterator[Chosen]:
    """What an env file chooses, if anything."""
    folder = "" if settings.env_files else posixpath.dirname(env)
    text = content.decode("utf-8", "replace").replace("\0", "")
    rows = {name: (value, line) for name, value, line in read_env_lines(text)}
    value, line = rows.get(FILES, ("", 0))
    if not value:
        return
    # Compose takes the separator of the system that it runs on; a semicolon is written for Windows alone.
    separator = rows.get(SEPARATOR, ("", 0))[0] or (";" if ";" in value else ":")
    found: list[str] = []
    faults: list[str] = []
    for name in value.split(separator):
        path = within(folder, name)
        if path is None or not tree.has(path):
            faults.append(why_missing(name, path))
        elif not settings.excludes(path):
            found.append(path)
    span = Span(line, 1, line, 1 + len(FILES))
    files = (env, *found)
    yield Chosen(
        env,
        folder,
        tuple(dict.fromkeys(found)),
        tuple(Trouble(UNRESOLVED, env, span, what, FILES, files) for what in faults),
    )
