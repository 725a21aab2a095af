"""The mistakes of every program: constants, comparisons, conditions, arithmetic, boundaries, statements
that are missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from grader.audit.operators.base import Change, Operator, Place, called, code, parsed, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_COMPARISONS: dict[type[cst.BaseCompOp], tuple[type[cst.BaseCompOp], ...]] = {
    cst.LessThan: (cst.LessThanEqual, cst.GreaterThanEqual),
    cst.LessThanEqual: (cst.LessThan, cst.GreaterThan),
    cst.GreaterThan: (cst.GreaterThanEqual, cst.LessThanEqual),
    cst.GreaterThanEqual: (cst.GreaterThan, cst.LessThan),
    cst.Equal: (cst.NotEqual,),
    cst.NotEqual: (cst.Equal,),
    cst.Is: (cst.IsNot,),
    cst.IsNot: (cst.Is,),
    cst.In: (cst.NotIn,),
    cst.NotIn: (cst.In,),
}
_ARITHMETIC: dict[type[cst.CSTNode], type[cst.CSTNode]] = {
    cst.Add: cst.Subtract,
    cst.Subtract: cst.Add,
    cst.Multiply: cst.Divide,
    cst.Divide: cst.Multiply,
    cst.FloorDivide: cst.Multiply,
    cst.Modulo: cst.Multiply,
    cst.AddAssign: cst.SubtractAssign,
    cst.SubtractAssign: cst.AddAssign,
    cst.MultiplyAssign: cst.DivideAssign,
    cst.And: cst.Or,
    cst.Or: cst.And,
}
_LEFT_ALONE = frozenset({"strict", "return_exceptions"})
"""Keyword arguments whose constants stay: a check of what never happens, and one with an operator of its
own.
"""


def change_constant(nodes: Sequence[Place]) -> Iterator[Change]:
    """`3` -> `4`, `2`; `0.5` -> `1.0`; `True` -> `False`; `"soup"` -> `"soup?"`, in f-strings too"""
    for place in nodes:
        node = place.node
        if isinstance(place.parent if place.parents else None, cst.Arg):
            keyword = place.parent.keyword  # type: ignore[attr-defined]
            if keyword is not None and keyword.value in _LEFT_ALONE:
                continue
        for new in _other_constants(node):
            yield Change(node, new, f"{_shown(node)} became {_shown(new)}")


def change_comparison(nodes: Sequence[Place]) -> Iterator[Change]:
    """`<` -> `<=`, `>=`; `==` -> `!=`; `is` -> `is not`; `in` -> `not in`"""
    for place in nodes:
        if isinstance(place.node, cst.BaseCompOp):
            for other in _COMPARISONS.get(type(place.node), ()):
                new = other()
                yield Change(place.node, new, f"{text(place.node)} became {text(new)}")


def negate_condition(nodes: Sequence[Place]) -> Iterator[Change]:
    """`if x` -> `if not x`, in loops, conditional expressions and comprehensions too; `not x` -> `x`"""
    for place in nodes:
        node = place.node
        if isinstance(node, cst.If | cst.While | cst.IfExp | cst.CompIf):
            if isinstance(node.test, cst.Comparison) or code(node.test) == "True":
                continue  # comparisons have an operator of their own
            if not isinstance(node.test, cst.UnaryOperation):
                yield Change(node.test, parsed(f"not ({code(node.test)})"), f"{text(node.test)} negated")
        elif isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Not):
            yield Change(node, node.expression, f"{text(node)} lost its not")


def change_arithmetic(nodes: Sequence[Place]) -> Iterator[Change]:
    """`+` -> `-`, `*` -> `/`, `and` -> `or`, and back"""
    for place in nodes:
        if (other := _ARITHMETIC.get(type(place.node))) is not None:
            new = other()
            yield Change(place.node, new, f"{text(place.node)} became {text(new)}")


def move_boundary(nodes: Sequence[Place]) -> Iterator[Change]:
    """`range(n)` -> `range(n - 1)`, `range(n + 1)`"""
    for place in nodes:
        if (call := called(place.node, "range")) and call.args:
            stop = call.args[min(1, len(call.args) - 1)].value
            if isinstance(stop, cst.Integer):
                continue
            for step in ("- 1", "+ 1"):
                yield Change(stop, parsed(f"({code(stop)}) {step}"), f"range ends at {text(stop)} {step}")


def delete_statement(nodes: Sequence[Place]) -> Iterator[Change]:
    """A statement -> nothing; `return x` -> `return None`"""
    for place in nodes:
        node = place.node
        if isinstance(node, cst.Return) and node.value is not None and code(node.value) != "None":
            yield Change(node.value, cst.Name("None"), f"{text(node)} became return None")
        elif isinstance(
            node, cst.Expr | cst.Assign | cst.AugAssign | cst.Raise | cst.Break | cst.Continue | cst.Del
        ):
            if place.function is None or code(node) == "...":
                continue  # at the top of a module this is a definition, and its loss fails everything
            yield Change(node, cst.Pass(), f"{text(node)} deleted")


def _shown(node: cst.CSTNode) -> str:
    return repr(node.value) if isinstance(node, cst.FormattedStringText) else text(node)


def _other_constants(node: cst.CSTNode) -> list[cst.CSTNode]:
    if isinstance(node, cst.Integer):
        value = node.evaluated_value
        return [cst.Integer(str(value + 1)), *([cst.Integer(str(value - 1))] if value > 0 else [])]
    if isinstance(node, cst.Float):
        return [cst.Float(repr(node.evaluated_value * 2 or 1.0))]
    if isinstance(node, cst.Name) and node.value in {"True", "False"}:
        return [cst.Name("False" if node.value == "True" else "True")]
    if isinstance(node, cst.SimpleString):
        quote = node.quote
        return [node.with_changes(value=f"{node.value[: -len(quote)]}?{quote}")]
    if isinstance(node, cst.FormattedStringText):
        return [node.with_changes(value=node.value + "?")]
    return []


OPERATORS = (
    Operator("constant", change_constant),
    Operator("comparison", change_comparison),
    Operator("condition", negate_condition),
    Operator("arithmetic", change_arithmetic),
    Operator("boundary", move_boundary),
    Operator("statement-deleted", delete_statement),
)
