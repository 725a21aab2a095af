"""The walk over LibCST expressions: counts tokens and builds the simplified tree.

One handler per node class, found by class: no visitor, no metadata, only the fields that hold names or
structure. Every handler visits its children in source order, because the count is what places are made of.
Literals and operators have rooms of their own below this one (`walk_literals.py`, `walk_operators.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

from . import tree
from .bindings import bind
from .parser import cst
from .walk_operators import OperatorWalk

_NONE: Final = {"None": "none", "True": "bool", "False": "bool"}

Handler = Callable[["ExpressionWalk", Any], Any]


class ExpressionWalk(OperatorWalk):
    """Counts tokens while turning expressions into `tree` nodes. `StatementWalk` adds statements."""

    __slots__ = ("awaits", "bound", "is_generator", "returns_value")

    def __init__(self) -> None:
        super().__init__()
        self.bound: dict[str, None] = {}  # names that the current scope binds
        self.is_generator = False
        self.awaits = False
        self.returns_value = False

    def expression(self, node: cst.CSTNode) -> Any:
        """The `tree` node of an expression."""
        return EXPRESSIONS[node.__class__](self, node)

    def optional(self, node: cst.CSTNode | None) -> Any:
        return None if node is None else EXPRESSIONS[node.__class__](self, node)

    def target(self, node: cst.CSTNode) -> Any:
        """The `tree` node of an assignment's target; its names become bound in the current scope."""
        built = EXPRESSIONS[node.__class__](self, node)
        bind(built, self.bound)
        return built

    # -- names

    def name(self, node: cst.Name) -> tree.Name | tree.Constant:
        if node.lpar:
            self.count += len(node.lpar)
        at = self.count
        self.count = at + 1
        text = node.value
        if text in _NONE:
            return tree.Constant(at, _NONE[text], None if text == "None" else text == "True")  # type: ignore[arg-type]  # _NONE holds kinds
        return tree.Name(at, text)

    def attribute(self, node: cst.Attribute) -> tree.Attribute:
        if node.lpar:
            self.count += len(node.lpar)
        at = self.count
        value = EXPRESSIONS[node.value.__class__](self, node.value)
        name_at = self.count
        self.count = name_at + 1
        return tree.Attribute(at, value, node.attr.value, name_at)

    # -- calls and subscripts

    def call(self, node: cst.Call) -> tree.Call:
        if node.lpar:
            self.count += len(node.lpar)
        at = self.count
        func = EXPRESSIONS[node.func.__class__](self, node.func)
        bracket = self.count
        self.count = bracket + 1
        arguments: tuple[Any, ...] = ()
        keywords: tuple[Any, ...] = ()
        if node.args:
            arguments, keywords = self.arguments(node.args)
        return tree.Call(at, func, arguments, keywords, bracket)

    def arguments(self, nodes: Any) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        positional = []
        keywords = []
        for argument in nodes:
            if argument.keyword is not None:
                self.count += 1
                keywords.append((argument.keyword.value, self.expression(argument.value)))
            elif argument.star == "**":
                keywords.append((None, self.expression(argument.value)))
            else:
                at = self.count
                value = self.expression(argument.value)
                positional.append(tree.Starred(at, value) if argument.star else value)
        return tuple(positional), tuple(keywords)

    def subscript(self, node: cst.Subscript) -> tree.Subscript:
        self.count += len(node.lpar)
        at = self.count
        value = self.expression(node.value)
        bracket = self.count
        self.count = bracket + 1
        items = [self._index(element.slice) for element in node.slice]
        last = node.slice[-1]
        if len(items) == 1 and not isinstance(last.comma, cst.Comma):
            index = items[0]
        else:
            index = tree.Sequence(bracket + 1, "tuple", tuple(items))
        return tree.Subscript(at, value, index, bracket)

    def _index(self, node: cst.BaseSlice) -> Any:
        at = self.count
        if isinstance(node, cst.Index):
            value = self.expression(node.value)
            return tree.Starred(at, value) if node.star else value
        assert isinstance(node, cst.Slice)
        parts = (node.lower, node.upper, node.step)
        return tree.Slice(at, tuple(self.expression(part) for part in parts if part is not None))

    # -- collections

    def _items(self, elements: Any) -> tuple[Any, ...]:
        items = []
        for element in elements:
            if element.__class__ is cst.StarredElement:
                items.append(self.starred(element))
            else:
                items.append(EXPRESSIONS[element.value.__class__](self, element.value))
        return tuple(items)

    def list_(self, node: cst.List) -> tree.Sequence:
        at = self.count = self.count + len(node.lpar)
        self.count = at + 1
        return tree.Sequence(at, "list", self._items(node.elements))

    def set_(self, node: cst.Set) -> tree.Sequence:
        at = self.count = self.count + len(node.lpar)
        self.count = at + 1
        return tree.Sequence(at, "set", self._items(node.elements))

    def tuple_(self, node: cst.Tuple) -> tree.Sequence:
        at = self.count
        self.count += len(node.lpar)
        return tree.Sequence(at, "tuple", self._items(node.elements))

    def dict_(self, node: cst.Dict) -> tree.Dict:
        at = self.count = self.count + len(node.lpar)
        self.count = at + 1
        keys: list[Any] = []
        values: list[Any] = []
        for element in node.elements:
            keys.append(self.expression(element.key) if isinstance(element, cst.DictElement) else None)
            values.append(self.expression(element.value))
        return tree.Dict(at, tuple(keys), tuple(values))

    def starred(self, node: cst.StarredElement) -> tree.Starred:
        at = self.count = self.count + len(node.lpar)
        return tree.Starred(at, self.expression(node.value))

    def _loops(self, node: cst.CompFor | None) -> tuple[tree.For, ...]:
        loops = []
        while node is not None:
            at = self.count
            if node.asynchronous:
                self.count += 1
                self.awaits = True
            self.count += 1
            target = self.expression(node.target)
            self.count += 1
            iterable = self.expression(node.iter)
            conditions = []
            for condition in node.ifs:
                self.count += 1
                conditions.append(self.expression(condition.test))
            loops.append(tree.For(at, target, iterable, tuple(conditions), bool(node.asynchronous)))
            node = node.inner_for_in
        return tuple(loops)

    def _comprehension(
        self, node: Any, kind: Literal["list", "set", "generator"], brackets: int
    ) -> tree.Comprehension:
        at = self.count = self.count + len(node.lpar)
        self.count = at + brackets
        element = self.expression(node.elt)
        return tree.Comprehension(at, kind, element, None, self._loops(node.for_in))

    def list_comprehension(self, node: cst.ListComp) -> tree.Comprehension:
        return self._comprehension(node, "list", 1)

    def set_comprehension(self, node: cst.SetComp) -> tree.Comprehension:
        return self._comprehension(node, "set", 1)

    def generator(self, node: cst.GeneratorExp) -> tree.Comprehension:
        return self._comprehension(node, "generator", 0)

    def dict_comprehension(self, node: Any) -> tree.Comprehension:
        at = self.count = self.count + len(node.lpar)
        self.count = at + 1
        key = self.expression(node.key if isinstance(node, cst.DictComp) else node.value)
        value = self.expression(node.value) if isinstance(node, cst.DictComp) else key
        return tree.Comprehension(at, "dict", key, value, self._loops(node.for_in))

    def walrus(self, node: cst.NamedExpr) -> tree.Walrus:
        self.count += len(node.lpar)
        at = self.count
        target = self.target(node.target)
        return tree.Walrus(at, target, self.expression(node.value))

    # -- what makes a function special

    def await_(self, node: cst.Await) -> tree.Await:
        at = self.count = self.count + len(node.lpar)
        self.count = at + 1
        self.awaits = True
        return tree.Await(at, self.expression(node.expression))

    def yield_(self, node: cst.Yield) -> tree.Yield:
        at = self.count = self.count + len(node.lpar)
        self.count = at + 1
        self.is_generator = True
        if isinstance(node.value, cst.From):
            self.count += 1
            return tree.Yield(at, self.expression(node.value.item), is_from=True)
        return tree.Yield(at, self.optional(node.value), is_from=False)

    def lambda_(self, node: cst.Lambda) -> tree.Lambda:
        at = self.count = self.count + len(node.lpar)
        self.count = at + 1
        parameters = self.parameters(node.params)
        # A lambda is a function of its own: what it yields or awaits is not the enclosing function's.
        outer = self.bound, self.is_generator, self.awaits
        self.bound = {}
        body = self.expression(node.body)
        self.bound, self.is_generator, self.awaits = outer
        return tree.Lambda(at, parameters, body)

    def parameters(self, node: cst.Parameters) -> tuple[tree.Parameter, ...]:
        found = [self._parameter(parameter, "positional-only") for parameter in node.posonly_params]
        found += [self._parameter(parameter, "positional") for parameter in node.params]
        if isinstance(node.star_arg, cst.Param):
            found.append(self._parameter(node.star_arg, "rest"))
        found += [self._parameter(parameter, "keyword-only") for parameter in node.kwonly_params]
        if node.star_kwarg is not None:
            found.append(self._parameter(node.star_kwarg, "keywords"))
        return tuple(found)

    def _parameter(self, node: cst.Param, kind: Any) -> tree.Parameter:
        at = self.count
        self.count = at + 1
        annotation = self.expression(node.annotation.annotation) if node.annotation is not None else None
        return tree.Parameter(at, node.name.value, kind, annotation, self.optional(node.default))


EXPRESSIONS: Final[dict[type, Handler]] = {
    cst.Name: ExpressionWalk.name,
    cst.Attribute: ExpressionWalk.attribute,
    cst.Call: ExpressionWalk.call,
    cst.SimpleString: ExpressionWalk.string,
    cst.ConcatenatedString: ExpressionWalk.concatenated,
    cst.FormattedString: ExpressionWalk.formatted,
    cst.TemplatedString: ExpressionWalk.formatted,
    cst.Integer: ExpressionWalk.integer,
    cst.Float: ExpressionWalk.number,
    cst.Imaginary: ExpressionWalk.number,
    cst.Ellipsis: ExpressionWalk.ellipsis,
    cst.Subscript: ExpressionWalk.subscript,
    cst.List: ExpressionWalk.list_,
    cst.Set: ExpressionWalk.set_,
    cst.Tuple: ExpressionWalk.tuple_,
    cst.Dict: ExpressionWalk.dict_,
    cst.StarredElement: ExpressionWalk.starred,
    cst.ListComp: ExpressionWalk.list_comprehension,
    cst.SetComp: ExpressionWalk.set_comprehension,
    cst.GeneratorExp: ExpressionWalk.generator,
    cst.DictComp: ExpressionWalk.dict_comprehension,
    cst.BinaryOperation: ExpressionWalk.binary,
    cst.BooleanOperation: ExpressionWalk.boolean,
    cst.UnaryOperation: ExpressionWalk.unary,
    cst.Comparison: ExpressionWalk.compare,
    cst.IfExp: ExpressionWalk.conditional,
    cst.NamedExpr: ExpressionWalk.walrus,
    cst.Await: ExpressionWalk.await_,
    cst.Yield: ExpressionWalk.yield_,
    cst.Lambda: ExpressionWalk.lambda_,
}
if hasattr(cst, "StarredDictComp"):  # LibCST 1.9 reads the syntax of Python 3.15
    EXPRESSIONS[cst.StarredDictComp] = ExpressionWalk.dict_comprehension
