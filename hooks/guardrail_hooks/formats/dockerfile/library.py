"""The door to dockerfile-parse."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerfile_parse import DockerfileParser


class _Silent:
    """A logger that says nothing."""

    def getLogger(self, _name: str) -> _Silent:  # noqa: N802  (the standard library's name)
        return self

    def __getattr__(self, _level: str) -> object:
        return lambda *_: None


def dockerfile_parser() -> type[DockerfileParser]:
    """The library's parser class.

    The library makes a logger when it is imported and writes to it only what callers are told otherwise. Importing
    `logging` for that would cost more than reading the Dockerfile does, so while the library is imported a logger
    that says nothing stands in, unless somebody has imported the real one already.
    """
    if "logging" in sys.modules:
        from dockerfile_parse import DockerfileParser
    else:
        sys.modules["logging"] = _Silent()  # type: ignore[assignment]  # all that the library asks of the module
        try:
            from dockerfile_parse import DockerfileParser
        finally:
            del sys.modules["logging"]
    return DockerfileParser
