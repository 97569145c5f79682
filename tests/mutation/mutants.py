"""Mutants of a module: its syntax tree with one small change each, in the manner of cosmic-ray's operators."""

from __future__ import annotations

import ast
import copy
from collections import namedtuple
from collections.abc import Container, Iterator

Mutant = namedtuple("Mutant", "number operator line before after tree")
Site = namedtuple("Site", "operator node change")

COMPARISONS = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
INVERTED = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)  # whose replacement is their negation
ARITHMETIC = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
LEFT_ALONE = ("annotation", "bases", "format_spec", "returns")
NAMES_ONLY = ("TYPE_CHECKING", "__slots__", "__all__")


def count(source: str) -> int:
    """How many mutants a module has."""
    return len(_places(ast.parse(source)))


def mutants(
    source: str, numbers: Container[int] | None = None, like: Container[tuple[str, str]] | None = None
) -> Iterator[Mutant]:
    """The mutants of a module, all or those of these numbers and (operator, statement), in the order of its text.

    Left alone are what does nothing when the program runs (documentation, annotations, `__all__`, what stands under
    `TYPE_CHECKING`); bases, slots, imports and format specifications, where a change fails at once; a condition whose
    negation another operator makes; and the texts in tables of a module: they are data with a source, and a test of
    every row would say the table again.
    """
    tree = ast.parse(source)
    order = {node: at for at, node in enumerate(ast.walk(tree))}
    parents = {child: node for node in order for child in ast.iter_child_nodes(node)}
    for number, site in enumerate(_places(tree)):
        if numbers is not None and number not in numbers:
            continue
        statement = site.node
        while not isinstance(statement, ast.stmt | ast.ExceptHandler):
            statement = parents[statement]
        before = _head(statement)
        if like is not None and (site.operator, before) not in like:
            continue
        twins = list(ast.walk(copied := copy.deepcopy(tree)))
        node, parent = twins[order[site.node]], twins[order[parents[site.node]]]
        new = site.change(node)
        if new is not node:
            _put(parent, node, new)
        shown = new if statement is site.node else twins[order[statement]]
        ast.fix_missing_locations(copied)
        yield Mutant(number, site.operator, site.node.lineno, before, _head(shown), copied)


def _places(tree: ast.Module) -> list[Site]:
    """What can be changed in a module, in the order of its text."""
    rows = {text for statement in tree.body for text in _rows(statement)}
    sites = [site for node in _alive(tree) if node not in rows for site in _sites(node)]
    return sorted(sites, key=lambda site: (site.node.lineno, site.node.col_offset, site.operator))


def _head(statement: ast.AST) -> str:
    """A statement without the blocks below it."""
    return next(line for line in ast.unparse(statement).split("\n") if line)


def _put(parent: ast.AST, old: ast.AST, new: ast.AST) -> None:
    """Put another node in the place of one."""
    for name, value in ast.iter_fields(parent):
        if value is old:
            setattr(parent, name, new)
        elif isinstance(value, list) and old in value:
            value[value.index(old)] = new


def _alive(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that do something when the program runs."""
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        for one in node.orelse:
            yield from _alive(one)
        return
    if isinstance(node, ast.Assign) and any(getattr(one, "id", "") in NAMES_ONLY for one in node.targets):
        return
    if isinstance(node, ast.Import | ast.ImportFrom) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ):
        return
    yield node
    for name, value in ast.iter_fields(node):
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, ast.AST) and name not in LEFT_ALONE:
                yield from _alive(one)


def _rows(statement: ast.stmt) -> Iterator[ast.AST]:
    """The texts in a table: in a collection that a module assigns to a name."""
    if not isinstance(statement, ast.Assign | ast.AnnAssign):
        return
    for table in ast.walk(statement):
        if isinstance(table, ast.Tuple | ast.List | ast.Set | ast.Dict):
            yield from (one for one in ast.walk(table) if isinstance(one, ast.Constant) and isinstance(one.value, str))


def _sites(node: ast.AST) -> Iterator[Site]:
    """What can be changed at a node."""
    if isinstance(node, ast.Compare):
        for at in range(len(node.ops)):
            yield Site("comparison", node, lambda one, at=at: _compared(one, at))
    elif isinstance(node, ast.BoolOp):
        yield Site("and/or", node, lambda one: ast.BoolOp(_other(one.op), one.values))
    elif isinstance(node, ast.If | ast.While | ast.IfExp) and not _has_negation(node.test):
        yield Site("condition negated", node.test, lambda one: ast.UnaryOp(ast.Not(), one))
    elif isinstance(node, ast.comprehension):
        for test in node.ifs:
            if not _has_negation(test):
                yield Site("condition negated", test, lambda one: ast.UnaryOp(ast.Not(), one))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield Site("not or minus removed", node, lambda one: one.operand)
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        yield Site("arithmetic", node, lambda one: ast.BinOp(one.left, ARITHMETIC[type(one.op)](), one.right))
    elif isinstance(node, ast.AugAssign) and type(node.op) in ARITHMETIC:
        yield Site("arithmetic", node, lambda one: ast.AugAssign(one.target, ARITHMETIC[type(one.op)](), one.value))
    elif isinstance(node, ast.Constant) and node.value is not None and node.value is not ...:
        yield Site("constant", node, lambda one: ast.Constant(_changed(one.value)))
    elif isinstance(node, ast.Return) and node.value and not isinstance(node.value, ast.Constant):
        yield Site("returns None", node, lambda _: ast.Return(ast.Constant(None)))
    elif isinstance(node, ast.Break | ast.Continue):
        yield Site("break/continue", node, lambda one: ast.Continue() if isinstance(one, ast.Break) else ast.Break())
    elif isinstance(node, ast.For):
        yield Site("no iteration", node.iter, lambda _: ast.Tuple([], ast.Load()))
    elif isinstance(node, ast.ExceptHandler) and node.type:
        yield Site("exception not caught", node.type, lambda _: ast.Tuple([], ast.Load()))
    elif isinstance(node, ast.Expr | ast.Raise):
        yield Site("statement removed", node, lambda _: ast.Pass())


def _compared(node: ast.Compare, at: int) -> ast.Compare:
    """A comparison with another operator."""
    ops = [COMPARISONS[type(op)]() if index == at else op for index, op in enumerate(node.ops)]
    return ast.Compare(node.left, ops, node.comparators)


def _other(op: ast.boolop) -> ast.boolop:
    return ast.Or() if isinstance(op, ast.And) else ast.And()


def _changed(value: object) -> object:
    """Another constant of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return f"XX{value}"
    return b"XX" + value if isinstance(value, bytes) else value + 1


def _has_negation(test: ast.expr) -> bool:
    """Whether another operator negates this condition already."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return True
    return isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], INVERTED)
