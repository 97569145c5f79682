"""The rules as data, a module a subject.

What looks for something is loaded in every run that judges a server; what tells of it only where it is found. So a
subject that is imported from here is a stand-in that reads its module when the first of its rules is wanted.
"""

from __future__ import annotations

TYPE_CHECKING = False
if not TYPE_CHECKING:
    SUBJECTS = frozenset({"consent", "execution", "hidden", "network", "secrets", "shape", "supply"})

    class _Subject:
        """Looks like the module of this name."""

        __slots__ = ("_name",)

        def __init__(self, name):
            self._name = name

        def __getattr__(self, rule):
            return getattr(__import__(f"{__name__}.{self._name}", fromlist=("RULES",)), rule)

    def __getattr__(name):
        """A stand-in for a module of rules (PEP 562)."""
        if name not in SUBJECTS:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return _Subject(name)
