"""The walk over operators: their spelling, and the expressions that they make. Between literals and the rest."""

from __future__ import annotations

from typing import Final, Literal

from . import tree
from .parser import cst
from .walk_literals import LiteralWalk

_OPERATORS: Final[dict[type, str]] = {
    cst.Add: "+", cst.Subtract: "-", cst.Multiply: "*", cst.Divide: "/", cst.FloorDivide: "//", cst.Modulo:
    "%", cst.Power: "**", cst.MatrixMultiply: "@", cst.LeftShift: "<<", cst.RightShift: ">>", cst.BitAnd:
    "&", cst.BitOr: "|", cst.BitXor: "^", cst.BitInvert: "~", cst.Minus: "-", cst.Plus: "+", cst.Not: "not",
    cst.Equal: "==", cst.NotEqual: "!=", cst.LessThan: "<", cst.LessThanEqual: "<=", cst.GreaterThan: ">",
    cst.GreaterThanEqual: ">=", cst.In: "in", cst.NotIn: "not in", cst.Is: "is", cst.IsNot: "is not",
    cst.AddAssign: "+", cst.SubtractAssign: "-", cst.MultiplyAssign: "*", cst.DivideAssign: "/",
    cst.FloorDivideAssign: "//", cst.ModuloAssign: "%", cst.PowerAssign: "**", cst.MatrixMultiplyAssign:
    "@", cst.LeftShiftAssign: "<<", cst.RightShiftAssign: ">>", cst.BitAndAssign: "&", cst.BitOrAssign: "|",
    cst.BitXorAssign: "^",
}  # fmt: skip
# Comparison operators that are written with keywords, with the number of those.
_KEYWORDS: Final[dict[type, int]] = {cst.In: 1, cst.NotIn: 2, cst.Is: 1, cst.IsNot: 2}


def operator_text(node: cst.CSTNode) -> str:
    """The operator as source."""
    return _OPERATORS[type(node)]


class OperatorWalk(LiteralWalk):
    """Counts tokens while turning operations into `tree` nodes."""

    __slots__ = ()

    def binary(self, node: cst.BinaryOperation) -> tree.Binary:
        self.count += len(node.lpar)
        at = self.count
        left = self.expression(node.left)
        return tree.Binary(at, _OPERATORS[node.operator.__class__], left, self.expression(node.right))

    def boolean(self, node: cst.BooleanOperation) -> tree.Boolean:
        self.count += len(node.lpar)
        at = self.count
        left = self.expression(node.left)
        self.count += 1
        operator: Literal["and", "or"] = "and" if isinstance(node.operator, cst.And) else "or"
        return tree.Boolean(at, operator, left, self.expression(node.right))

    def unary(self, node: cst.UnaryOperation) -> tree.Unary:
        at = self.count = self.count + len(node.lpar)
        operator = _OPERATORS[node.operator.__class__]
        if operator == "not":
            self.count += 1
        return tree.Unary(at, operator, self.expression(node.expression))

    def compare(self, node: cst.Comparison) -> tree.Compare:
        self.count += len(node.lpar)
        at = self.count
        left = self.expression(node.left)
        operators = []
        rights = []
        for part in node.comparisons:
            kind = part.operator.__class__
            self.count += _KEYWORDS.get(kind, 0)
            operators.append(_OPERATORS[kind])
            rights.append(self.expression(part.comparator))
        return tree.Compare(at, left, tuple(operators), tuple(rights))

    def conditional(self, node: cst.IfExp) -> tree.Conditional:
        self.count += len(node.lpar)
        at = self.count
        body = self.expression(node.body)
        self.count += 1
        test = self.expression(node.test)
        self.count += 1
        return tree.Conditional(at, test, body, self.expression(node.orelse))
