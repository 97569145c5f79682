"""Regular expressions that are compiled when they are first used.

Compiling costs up to a millisecond each; a run uses a fraction of the patterns in the modules that it loads. Where it
uses none, `re` itself is not imported either, which costs half as much as starting Python.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Pattern

METHODS = ("findall", "finditer", "fullmatch", "match", "search", "split", "sub")


class _Waiting:
    """Looks like a compiled pattern; after the first use its methods are those of the compiled one."""

    __slots__ = ("_flags", "_text", *METHODS)

    def __init__(self, text: str, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> object:
        if name not in METHODS:
            raise AttributeError(name)
        import re

        compiled = re.compile(self._text, self._flags)
        for method in METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(self, name)


def pattern(text: str, flags: int = 0) -> Pattern[str]:
    """A regular expression with the methods of a compiled one that this suite uses (`METHODS`)."""
    return _Waiting(text, flags)  # type: ignore[return-value]  # a stand-in, so that callers keep their types
