"""Operators and tests: the special methods that they call, and what a test tells about the names in it."""

from __future__ import annotations

from typing import Any, Final

from . import tree
from .calling import Calling
from .definitions import spelled
from .values import (
    UNKNOWN,
    ClassValue,
    Constant,
    Instance,
    Outside,
    Union,
    Value,
    each_of,
    falsy,
    join,
    members,
    union,
    without_none,
)

# What operators call.
OPERATORS: Final = {
    "+": "__add__", "-": "__sub__", "*": "__mul__", "/": "__truediv__", "//": "__floordiv__", "%": "__mod__",
    "**": "__pow__", "@": "__matmul__", "<<": "__lshift__", ">>": "__rshift__", "&": "__and__",
    "|": "__or__", "^": "__xor__",
}  # fmt: skip
# What `+=` and its kin call first: `__iadd__`, and `__add__` where a class has none.
IN_PLACE: Final = {operator: f"__i{method[2:]}" for operator, method in OPERATORS.items()}
UNARY: Final = {"-": "__neg__", "+": "__pos__", "~": "__invert__"}
COMPARISONS: Final = {
    "==": "__eq__", "!=": "__eq__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__",
}  # fmt: skip


class Operators(Calling):
    """Evaluates what combines and compares values."""

    def _boolean(self, node: tree.Boolean, use: str, detail: str) -> Value:
        left = self.value(node.left, "truth")
        saved = dict(self.env)
        self.narrow(node.left, truth=node.operator == "and")
        right = self.value(node.right, use, detail)
        self.env = {
            name: join(value, self.env[name]) for name, value in saved.items() if name in self.env
        } | {name: value for name, value in self.env.items() if name not in saved}
        if node.operator == "or" and isinstance(left, Constant) and falsy(left):
            return right
        if node.operator == "or":
            return join(without_none(left), right) if left != Constant("none") else right
        return join(left, right) if not isinstance(left, Constant) else right

    def _compare(self, node: tree.Compare, use: str, detail: str) -> Value:
        identity = all(operator in ("is", "is not") for operator in node.operators)
        kind = "identity" if identity else "compare"
        left, side = self.value(node.left, kind), node.left
        for operator, right in zip(node.operators, node.rights, strict=True):
            value = self.value(
                right,
                "for" if operator in ("in", "not in") and not isinstance(right, tree.Sequence) else kind,
            )
            if operator in ("in", "not in"):
                self._operated(right, value, "__contains__")
            elif not identity:
                self._operated(side, left, COMPARISONS.get(operator, ""))
            left, side = value, right
        return Instance("builtins.bool")

    def _binary(self, node: tree.Binary, use: str, detail: str) -> Value:
        left = self.value(node.left, "arithmetic", node.operator)
        formats = node.operator == "%" and isinstance(left, Constant) and left.kind == "str"
        right = self.value(node.right, "format" if formats else "arithmetic", node.operator)
        left = without_none(left)
        self._operated(node.left, left, OPERATORS.get(node.operator, ""))
        for side in (left, right) if node.operator == "/" else ():
            if isinstance(side, Instance) and isinstance(side.cls, str) and self._is_path(side.cls):
                return Instance(side.cls)
        if isinstance(left, Instance) and (left == right or _leaves_some(left, node.operator)):
            return left
        if node.operator == "|" and isinstance(left, Outside) and isinstance(right, Outside):
            return union((left, right))  # flags, or types: `fcntl.LOCK_EX | fcntl.LOCK_NB`
        if isinstance(left, Constant) and left.kind == "str":
            return Instance("builtins.str")
        return UNKNOWN

    def _is_path(self, cls: str) -> bool:
        return cls in ("pathlib.Path", "anyio.Path") or self.inference.outside.is_a(cls, "pathlib.PurePath")

    def _unary(self, node: tree.Unary, use: str, detail: str) -> Value:
        operand = self.value(node.operand, "truth" if node.operator == "not" else "arithmetic", node.operator)
        self._operated(node.operand, operand, UNARY.get(node.operator, ""))
        if node.operator == "not":
            return Instance("builtins.bool")
        if node.operator == "-" and isinstance(operand, Constant) and isinstance(operand.value, int):
            return Constant("int", -operand.value)
        return UNKNOWN

    def _conditional(self, node: tree.Conditional, use: str, detail: str) -> Value:
        self.value(node.test, "truth")
        saved = dict(self.env)
        self.narrow(node.test, truth=True)
        body = self.value(node.body, use, detail)
        after_body, self.env = self.env, dict(saved)
        self.narrow(node.test, truth=False)
        orelse = self.value(node.orelse, use, detail)
        self.env = {
            name: join(value, self.env[name]) if name in self.env else value
            for name, value in after_body.items()
        }
        made = all(isinstance(part, tree.Call) for part in (node.body, node.orelse))
        return each_of((body, orelse)) if made else join(body, orelse)

    def narrow(self, test: Any, *, truth: bool) -> None:
        """Refine the environment by a test that was true or false."""
        match test:
            case tree.Unary(operator="not"):
                self.narrow(test.operand, truth=not truth)
            case tree.Boolean():
                if (test.operator == "and") == truth:
                    self.narrow(test.left, truth=truth)
                    self.narrow(test.right, truth=truth)
            case tree.Name():
                self._set_none(test, is_none=not truth)
            case tree.Walrus(target=tree.Name() as target):
                self._set_none(target, is_none=not truth)
            case tree.Compare(operators=("is" | "is not" as operator,), rights=(tree.Constant(kind="none"),)):
                is_none = (operator == "is") == truth
                name = test.left.target if isinstance(test.left, tree.Walrus) else test.left
                if isinstance(name, tree.Name):
                    self._set_none(name, is_none=is_none)
            case tree.Call(func=tree.Name(id="isinstance"), arguments=(tree.Name() as name, kind)):
                if name.id in self.env:
                    classes = kind.items if isinstance(kind, tree.Sequence) else (kind,)
                    self._set_instance(name.id, [self._instance_of(cls) for cls in classes], truth=truth)
            case tree.Call(arguments=(tree.Name() as name,)) if "coroutine" in spelled(
                test
            ) or "awaitable" in spelled(test):
                self.env[name.id] = UNKNOWN
            case tree.Call(arguments=(tree.Attribute() as held,)) if "awaitable" in spelled(test):
                self.env[spelled(held)] = UNKNOWN

    def _set_instance(self, name: str, kinds: list[Value], *, truth: bool) -> None:
        """`isinstance(name, kinds)` was true or false."""
        if truth:
            self.env[name] = union(kinds)
            return
        known = {kind.cls for kind in kinds if isinstance(kind, Instance)}
        left = [
            item for item in members(self.env[name]) if not (isinstance(item, Instance) and item.cls in known)
        ]
        if left:
            self.env[name] = union(left)

    def _instance_of(self, node: Any) -> Value:
        value = self.inference.static(node, self.scope)
        if isinstance(value, ClassValue):
            return Instance(value.definition)
        return Instance(value.name) if isinstance(value, Outside) else UNKNOWN

    def _set_none(self, name: tree.Name, *, is_none: bool) -> None:
        known = self.env.get(name.id)
        if known is None:
            return
        if not is_none:
            self.env[name.id] = without_none(known)
        elif isinstance(known, Union) and any(falsy(item) for item in known.items):
            self.env[name.id] = Constant("none")


def _leaves_some(left: Instance, operator: str) -> bool:
    """Is what is left of a set a set of the same things, whatever is taken away?"""
    return operator in ("-", "&") and left.cls in ("builtins.set", "builtins.frozenset") and bool(left.args)
