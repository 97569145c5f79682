"""`collections.namedtuple` without its price: that compiles source text for every class, a third of a millisecond each.

A run makes some twenty of them. Type checkers are shown the original, which they understand.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections import namedtuple
else:
    try:
        from _collections import _tuplegetter as getter
    except ImportError:  # another Python than CPython

        def getter(at, doc):
            """The element at an index, as an attribute."""
            return property(lambda row: row[at], doc=doc)

    def _new(cls, *values, **named):
        if len(values) != len(cls._fields):
            given = cls._field_defaults | named
            absent = [field for field in cls._fields[len(values) :] if field in given]
            values += tuple(map(given.get, absent))
            named = named.keys() - absent
        if named or len(values) != len(cls._fields):
            raise TypeError(f"{cls.__name__} takes {', '.join(cls._fields)}")
        return tuple.__new__(cls, values)

    def _replace(self, **changes):
        row = tuple.__new__(type(self), map(changes.pop, self._fields, self))
        if changes:
            raise ValueError(f"{type(self).__name__} has no {', '.join(changes)}")
        return row

    def _values(self):
        return tuple(self)

    def _repr(self):
        fields = ", ".join(f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
        return f"{type(self).__name__}({fields})"

    def namedtuple(name, fields, *, defaults=()):
        """A class of tuples with named elements; `fields` are names parted by blanks, `defaults` those of the last."""
        names = tuple(fields.split())
        last = names[len(names) - len(defaults) :]
        body = {field: getter(at, "") for at, field in enumerate(names)}
        body |= {"__slots__": (), "_fields": names, "__match_args__": names}
        body |= {"_field_defaults": dict(zip(last, defaults, strict=True))}
        body |= {"__new__": _new, "_replace": _replace, "__repr__": _repr, "__getnewargs__": _values}
        return type(name, (tuple,), body)


__all__ = ["namedtuple"]
