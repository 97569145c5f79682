"""What counts as a mutant, and what is left alone."""

from __future__ import annotations

import pytest

from tests.mutation.mutants import mutants


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = a < b", ["x = a <= b"]),
        ("x = a and not b", ["x = a or not b", "x = a and b"]),
        ("x = [a for a in b if a]", ["x = [a for a in b if not a]"]),
        ("if a == 1: f()", ["if a != 1:", "if a == 2:", "pass"]),
        ("while a: break", ["while not a:", "continue"]),
        ("def f(): return a + 1", ["return None", "return a - 1", "return a + 2"]),
        ("for a in b: yield a", ["for a in ():", "pass"]),
        ("try: f()\nexcept E: raise", ["pass", "except ():", "pass"]),
        ("x = f'a{b(1)}'", ["x = f'XXa{b(1)}'", "x = f'a{b(2)}'"]),
        ("x = f'{a:>5}'", []),
        ("x = a - b", ["x = a + b"]),
        ("x -= a ** b", ["x += a ** b", "x -= a * b"]),
        ("x = g('a')", ["x = g('XXa')"]),
        ("x = ('a', 1)", ["x = ('a', 2)"]),
        ('"""What it is for."""\nimport a\nTYPE_CHECKING = False\nx: int', []),
        ("class C(namedtuple('C', 'a b')):\n    __slots__ = ()\n    a: int", []),
    ],
)
def test_mutants_of(source, expected) -> None:
    assert [mutant.after for mutant in mutants(source)] == expected
