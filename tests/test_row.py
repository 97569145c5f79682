"""Rows are named tuples in everything that this suite asks of them."""

from __future__ import annotations

import collections
import copy
import pickle

import pytest
from guardrail_hooks.row import namedtuple


class Place(namedtuple("Place", "line column")):
    __slots__ = ()


Original = collections.namedtuple("Original", "line column")


def test_elements_by_position_and_by_name() -> None:
    for made in (Place(1, 2), Place(1, column=2), Place(line=1, column=2)):
        assert made == Original(1, 2) == (1, 2)
        assert (made.line, made.column) == (1, 2)
        assert repr(made) == "Place(line=1, column=2)"
        assert hash(made) == hash((1, 2))


def test_a_changed_copy() -> None:
    assert Place(1, 2)._replace(column=3) == Place(1, 3)
    with pytest.raises(ValueError, match="has no width"):
        Place(1, 2)._replace(width=3)


@pytest.mark.parametrize("values", [(), (1,), (1, 2, 3)])
def test_the_wrong_number_of_values(values) -> None:
    with pytest.raises((TypeError, KeyError)):
        Place(*values)


def test_an_unknown_name() -> None:
    with pytest.raises(TypeError):
        Place(1, 2, width=3)


def test_patterns_copies_and_pickles() -> None:
    match Place(1, 2):
        case Place(line, column):
            assert (line, column) == (1, 2)
    assert copy.copy(Place(1, 2)) == Place(1, 2)
    assert pickle.loads(pickle.dumps(Place(1, 2))) == Place(1, 2)
    with pytest.raises(AttributeError):
        Place(1, 2).line = 3
