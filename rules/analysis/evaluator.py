"""Evaluates expressions to abstract values.

On its own it answers "what is this expression?" for names of modules and classes, whatever the flow. `flow.py`
derives from it, keeps an environment, and records what happens. Every expression is evaluated for a *use* (see
`events.py`): that is how a coroutine's fate is known at the place where it is made. Layers: `evaluation.py`,
`calling.py`, `operators.py`, and here names, literals, comprehensions and what is left.
"""

from __future__ import annotations

from typing import Any, Final

from . import tree
from .bindings import bind
from .builtin_calls import MAPPINGS, TYPED_KEY
from .definitions import ITERABLE, ClassDefinition, spelled
from .events import Call
from .operators import Operators
from .values import (
    CALLABLES,
    EMPTY,
    UNKNOWN,
    Awaitable,
    ClassValue,
    Constant,
    FunctionValue,
    Instance,
    Lazy,
    Outside,
    Union,
    Unknown,
    Value,
    each_of,
    members,
    some_of,
    union,
    without_none,
)

_SEQUENCES: Final = frozenset(
    {"builtins.list", "typing.Sequence", "typing.MutableSequence", "collections.deque"}
)
# They look into what they are given, to the bottom, and keep nothing of it.
_SHOWS: Final = frozenset(
    {"print", "pprint", "pformat", "str", "repr", "dump", "dumps", "json_response", "JSONResponse", "JsonResponse"}
)  # fmt: skip


class Evaluator(Operators):
    """Evaluates expressions of one scope."""

    def _name(self, node: tree.Name, use: str, detail: str) -> Value:
        value = self.name(node)
        self.used(node, value, use, detail)
        return value

    def _attribute(self, node: tree.Attribute, use: str, detail: str) -> Value:
        owner = self.value(node.value, "attribute", node.name)
        narrowed = self.env.get(spelled(node)) if self.env and isinstance(node.value, tree.Name) else None
        value = narrowed if narrowed is not None else self.inference.attribute(owner, node.name)
        if isinstance(owner, (Instance, Union)):
            for member in members(without_none(owner)):
                getter = self.inference.property_getter(member, node.name)
                if getter is not None and not getter.definition.is_async:
                    if getter.receiver is not None:  # a descriptor's, which gives what `__get__` returns
                        callee, value = getter, self.inference.result(getter)
                    else:
                        callee = FunctionValue(getter.definition, member, getter.closure)
                    self.called(Call(node, callee, "property", result=value, use=use))
        if (
            isinstance(value, Awaitable)
            and value.origin < 0
            and value.kind in ("coroutine", "async-generator")
        ):
            value = Awaitable(value.kind, spelled(node), value.source, node.at, value.via)
        self.used(node, value, use, detail)
        return value

    def _constant(self, node: tree.Constant, use: str, detail: str) -> Value:
        return Constant(node.kind, node.value)

    def _await(self, node: tree.Await, use: str, detail: str) -> Value:
        value = self.value(node.value, "await")
        self.awaits(node, value)
        result = self.inference.awaited(value)
        self.used(node, result, use, detail)
        return result

    def _sequence(self, node: tree.Sequence, use: str, detail: str) -> Value:
        items = []
        for item in node.items:
            if isinstance(item, tree.Starred):
                items.append(self.spread(item.value))
            else:
                items.append(self.value(item, *_inside(use, detail)))
        if node.kind == "tuple":
            starred = any(isinstance(item, tree.Starred) for item in node.items)
            value = Instance(
                "builtins.tuple", (union(items), Constant("ellipsis")) if starred else tuple(items)
            )
        else:
            held = (each_of(items),) if items else ()
            value = Instance(f"builtins.{node.kind}", held, None if items else EMPTY)
        self.used(node, value, use, detail)
        return value

    def _dict(self, node: tree.Dict, use: str, detail: str) -> Value:
        values: list[Value] = []
        entries: list[tuple[str, Value]] = []
        for key, item in zip(node.keys, node.values, strict=True):
            if key is None:
                self.value(item, "spread")
                values.append(UNKNOWN)
            else:
                shown = self.value(key, "element")
                values.append(self.value(item, *_inside(use if use == "plain" else "", detail)))
                if isinstance(shown, Constant) and shown.kind == "str":
                    entries.append((str(shown.value), values[-1]))
        held = each_of(values)
        value = Instance("builtins.dict", (UNKNOWN, held) if values else (), None if values else EMPTY)
        if entries and len(entries) == len(values):
            if isinstance(held, Union) or all(isinstance(item, CALLABLES) for item in values):
                value = Instance(value.cls, value.args, ("builtins.dict", (), tuple(entries)))
        self.used(node, value, use, detail)
        return value

    def _comprehension(self, node: tree.Comprehension, use: str, detail: str) -> Value:
        saved = self.env
        self.env = dict(saved)
        lazy = node.kind == "generator" and use not in ("for", "iterated", "spread")
        try:
            if lazy:
                # Only the first iterable is asked for its iterator now; the rest runs when it is consumed.
                first = node.loops[0]
                iterable = self.value(first.iter, "async-for" if first.is_async else "for")
                self.opened(first, first.iter, iterable)
                item = self._deferred_item(node, iterable)
                value: Value = Lazy(self._deferred(node, iterable), item, node)
                self.deferred.add(id(node))
            else:
                for loop in node.loops:
                    self._loop(loop)
                inner = _inside(use if node.kind != "generator" else "", detail)
                element = self.value(node.element, *(inner if node.kind != "dict" else ("element",)))
                if any(loop.conditions for loop in node.loops):
                    element = some_of(element)
                if node.kind == "dict":
                    value = Instance("builtins.dict", (element, self.value(node.value, *inner)))
                elif node.kind == "generator" and not _is_asynchronous(node):
                    value = Lazy(None, element, node)
                elif node.kind == "generator":
                    value = Awaitable("async-generator", spelled(node), element, node.at)
                else:
                    value = Instance(f"builtins.{node.kind}", (element,))
        finally:
            # A walrus in a comprehension binds outside of it.
            own: dict[str, None] = {}
            for loop in node.loops:
                bind(loop.target, own)
            self.env = {
                name: found if name in own else self.env.get(name, found) for name, found in saved.items()
            }
        self.used(node, value, use, detail)
        return value

    def _loop(self, loop: tree.For) -> None:
        iterable = self.value(loop.iter, "async-for" if loop.is_async else "for")
        self.iterated(loop, loop.iter, iterable, is_async=loop.is_async)
        item = self.inference.async_item(iterable) if loop.is_async else self.inference.item(iterable)
        self.assigned(loop.target, item, loop)
        for condition in loop.conditions:
            self.value(condition, "truth")

    def _deferred(self, node: tree.Comprehension, iterable: Value) -> Value | None:
        """What runs when a generator expression is consumed."""
        if _is_asynchronous(node):
            return None
        definition = self.scope.module.generator(node, self.scope)
        return FunctionValue(definition, None, (*self.closure(), (ITERABLE, iterable)))

    def _deferred_item(self, node: tree.Comprehension, iterable: Value) -> Value:
        """What a generator expression's items are, found without recording that anything ran."""
        quiet = Evaluator(self.inference, self.scope)
        quiet.env = dict(self.env)
        for index, loop in enumerate(node.loops):
            source = iterable if index == 0 else quiet.value(loop.iter)
            item = self.inference.async_item(source) if loop.is_async else self.inference.item(source)
            quiet.assigned(loop.target, item, loop)
        return quiet.value(node.element)

    def _lambda(self, node: tree.Lambda, use: str, detail: str) -> Value:
        for parameter in node.parameters:
            if parameter.default is not None:
                self.value(parameter.default, "other")
        value = FunctionValue(self.scope.module.definition(node, self.scope), None, self.closure())
        self.used(node, value, use, detail)
        return value

    def _walrus(self, node: tree.Walrus, use: str, detail: str) -> Value:
        value = self.value(node.value, "assign" if use != "await" else "await")
        self.assigned(node.target, value, node.value)
        if use == "identity" and isinstance(node.value, tree.Call) and isinstance(node.target, tree.Name):
            self.used(node.value, value, use, node.target.id)
        elif use in ("other", "assign", "await"):
            self.handed_on(node.target)
        else:
            self.used(node.target, value, use, detail)
        return value

    def _starred(self, node: tree.Starred, use: str, detail: str) -> Value:
        return self.spread(node.value)

    def _yield(self, node: tree.Yield, use: str, detail: str) -> Value:
        if node.value is not None:
            value = self.value(node.value, "yield")
            if node.is_from:
                self.consume(node.value, value)
        return UNKNOWN

    def _formatted(self, node: tree.Formatted, use: str, detail: str) -> Value:
        for index, part in enumerate(node.parts):
            shown = ("__repr__",) if index in node.represented else ("__format__", "__str__", "__repr__")
            self.operated_in_order(part, self.value(part, "format"), *shown)
        return Instance("builtins.str")

    def _subscript(self, node: tree.Subscript, use: str, detail: str) -> Value:
        owner = without_none(self.value(node.value, "index"))
        index = self.value(node.index, "index")
        if isinstance(owner, Union) and all(_is_list(item) for item in owner.items):
            owner = Instance("builtins.list", (self.inference.item(owner),))
        value: Value = UNKNOWN
        if isinstance(index, Instance) and index.cls == TYPED_KEY and index.args:
            value = index.args[0]
        elif isinstance(owner, Instance) and isinstance(owner.cls, str):
            value = self._held(owner, owner.cls, node, index)
        elif isinstance(owner, ClassValue) or (isinstance(owner, Outside) and owner.receiver is None):
            value = owner  # a generic class with its parameters
        elif isinstance(owner, Instance):
            getter = self.inference.attribute(owner, "__getitem__")
            if isinstance(getter, Unknown) and isinstance(index, Constant) and index.kind == "str":
                value = self._entry(owner, str(index.value))
            else:
                value = self.inference.callable_result(getter)
            self.implicit(node, owner, "__getitem__", "operator")
        self.used(node, value, use, detail)
        return value

    def _held(self, owner: Instance, cls: str, node: tree.Subscript, index: Value) -> Value:
        """What `owner[index]` is when its class is one from outside."""
        if not owner.args:
            text = self.inference.knowledge.method_type(cls, "__getitem__")
            return self.inference.outside.type(text, cls) if text is not None else UNKNOWN
        if isinstance(node.index, tree.Slice):
            return owner
        if cls == "builtins.tuple":
            if isinstance(index, Constant) and isinstance(index.value, int) and index.value >= 0:
                return self.inference.part(owner, index.value)
            return UNKNOWN
        if cls in MAPPINGS:
            return _kept(owner, index)
        return owner.args[0] if cls in _SEQUENCES else UNKNOWN

    def _entry(self, owner: Instance, key: str) -> Value:
        """What `owner["key"]` is when its class is a TypedDict."""
        assert isinstance(owner.cls, ClassDefinition)
        bases = [self.inference.static(base, owner.cls.parent) for base in owner.cls.node.bases]
        if Outside("typing.TypedDict") in bases:
            return self.inference.attribute(owner, key)
        return UNKNOWN

    def _slice(self, node: tree.Slice, use: str, detail: str) -> Value:
        for part in node.parts:
            self.value(part, "other")
        return UNKNOWN


def _inside(use: str, detail: str) -> tuple[str, str]:
    """How what is in a literal is used: dropped with it, or shown; else it is only held."""
    if use == "statement" or (use == "plain" and detail.rpartition(".")[2] in _SHOWS):
        return use, detail
    return "element", ""


def _is_asynchronous(node: tree.Comprehension) -> bool:
    """Does a generator expression await where its items are made? Then only `async for` may consume it."""
    waiting: list[Any] = [node.element, *(loop.iter for loop in node.loops[1:])]
    waiting.extend(condition for loop in node.loops for condition in loop.conditions)
    while waiting:
        item = waiting.pop()
        if isinstance(item, tree.Await):
            return True
        if isinstance(item, tuple):
            waiting.extend(item)
        elif hasattr(item, "__struct_fields__") and not isinstance(item, tree.Lambda | tree.Comprehension):
            waiting.extend(getattr(item, name) for name in item.__struct_fields__)
    return any(loop.is_async for loop in node.loops)


def _kept(table: Instance, key: Value) -> Value:
    """What a dict holds under a key: of a table that is seen whole, that one."""
    if isinstance(key, Constant) and key.kind == "str" and table.made is not None:
        maker, _, entries = table.made
        if maker == "builtins.dict":
            return next((value for name, value in entries if name == key.value), UNKNOWN)
    return table.args[-1]


def _is_list(value: Value) -> bool:
    return isinstance(value, Instance) and value.cls == "builtins.list" and bool(value.args)


Evaluator.handlers = {
    tree.Name: Evaluator._name,
    tree.Attribute: Evaluator._attribute,
    tree.Call: Evaluator._call,
    tree.Await: Evaluator._await,
    tree.Constant: Evaluator._constant,
    tree.Sequence: Evaluator._sequence,
    tree.Dict: Evaluator._dict,
    tree.Comprehension: Evaluator._comprehension,
    tree.Lambda: Evaluator._lambda,
    tree.Boolean: Evaluator._boolean,
    tree.Compare: Evaluator._compare,
    tree.Binary: Evaluator._binary,
    tree.Unary: Evaluator._unary,
    tree.Conditional: Evaluator._conditional,
    tree.Walrus: Evaluator._walrus,
    tree.Starred: Evaluator._starred,
    tree.Yield: Evaluator._yield,
    tree.Formatted: Evaluator._formatted,
    tree.Subscript: Evaluator._subscript,
    tree.Slice: Evaluator._slice,
}
