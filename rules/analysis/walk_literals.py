"""The walk over literals: strings, f-strings, numbers. The first floor of `expressions.py`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from . import tree
from .parser import cst


class LiteralWalk(ABC):
    """Counts tokens while turning literals into `tree` nodes."""

    __slots__ = ("count",)

    def __init__(self) -> None:
        self.count = 0

    @abstractmethod
    def expression(self, node: cst.CSTNode) -> Any:
        """The `tree` node of an expression."""

    def string(self, node: cst.SimpleString) -> tree.Constant:
        at = self.count = self.count + len(node.lpar)
        self.count = at + 1
        return literal(at, node.value)

    def concatenated(self, node: cst.ConcatenatedString) -> tree.Constant | tree.Formatted:
        at = self.count = self.count + len(node.lpar)
        pieces: list[Any] = []
        right: cst.BaseExpression = node
        while isinstance(right, cst.ConcatenatedString):
            pieces.append(self.expression(right.left))
            right = right.right
        pieces.append(self.expression(right))
        formatted = [piece for piece in pieces if isinstance(piece, tree.Formatted)]
        if formatted:
            parts: list[Any] = []
            represented: list[int] = []
            for piece in formatted:
                represented += [len(parts) + index for index in piece.represented]
                parts += piece.parts
            return tree.Formatted(at, tuple(parts), tuple(represented))
        if any(piece.kind == "bytes" for piece in pieces):
            return tree.Constant(at, "bytes")
        text = "".join(piece.value for piece in pieces)
        return tree.Constant(at, "str", text if len(text) <= tree.LONGEST_STRING else "")

    def formatted(self, node: cst.FormattedString | cst.TemplatedString) -> tree.Formatted:
        at = self.count = self.count + len(node.lpar)
        self.count += 1
        parts: list[Any] = []
        represented: list[int] = []
        self._fields(node.parts, parts, represented)
        return tree.Formatted(at, tuple(parts), tuple(represented))

    def _fields(self, parts: Any, into: list[Any], represented: list[int]) -> None:
        for part in parts:
            if isinstance(part, cst.FormattedStringExpression | cst.TemplatedStringExpression):
                if part.conversion in ("r", "a"):
                    represented.append(len(into))
                into.append(self.expression(part.expression))
                if part.format_spec:
                    self._fields(part.format_spec, into, represented)

    def integer(self, node: cst.Integer) -> tree.Constant:
        self.count += len(node.lpar)
        text = node.value
        small = len(text) < 18
        return tree.Constant(self.count, "int" if small else "number", int(text, 0) if small else None)

    def number(self, node: cst.BaseNumber) -> tree.Constant:
        self.count += len(node.lpar)
        zero = isinstance(node, cst.Float) and not node.value.strip("0._")
        return tree.Constant(self.count, "int", 0) if zero else tree.Constant(self.count, "number")

    def ellipsis(self, node: cst.Ellipsis) -> tree.Constant:
        self.count += len(node.lpar)
        return tree.Constant(self.count, "ellipsis")


def literal(at: int, text: str) -> tree.Constant:
    """The constant that a string literal is. Only a plain one keeps its value: what has escapes or does not
    fit into UTF-8 is no annotation and no name in `__all__`.
    """
    if text[0] not in "\"'":
        prefix = text[:2].lower()
        if "b" in prefix:
            return tree.Constant(at, "bytes")
        text = text.lstrip("rRuU")
    if len(text) > tree.LONGEST_STRING or "\\" in text:
        return tree.Constant(at, "str", "")
    quotes = 3 if len(text) > 5 and text[1] == text[0] and text[2] == text[0] else 1
    value = text[quotes:-quotes]
    if not value.isascii():
        value = value.encode("utf-8", "replace").decode()
    return tree.Constant(at, "str", value)
