"""Evaluates expressions to abstract values, in the order in which Python does.

On its own it answers "what is this expression?" for names of modules and classes, whatever the flow.
`flow.py` derives from it, keeps an environment, and records what happens. Every expression is evaluated for
a *use* (see `events.py`): that is how a coroutine's fate is known at the place where it is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from . import tree
from .builtin_calls import special_result
from .definitions import ClassDefinition, Scope, spelled
from .events import Call
from .values import (
    UNKNOWN,
    Awaitable,
    ClassValue,
    Constant,
    FunctionValue,
    Generator,
    Instance,
    Lazy,
    Managed,
    Outside,
    Partial,
    TypedCallable,
    Union,
    Unknown,
    Value,
    falsy,
    join,
    members,
    union,
    without_none,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from .inference import Inference

# What operators and built-in functions call.
OPERATORS: Final = {
    "+": "__add__", "-": "__sub__", "*": "__mul__", "/": "__truediv__", "//": "__floordiv__", "%": "__mod__",
    "**": "__pow__", "@": "__matmul__", "<<": "__lshift__", ">>": "__rshift__", "&": "__and__",
    "|": "__or__", "^": "__xor__",
}  # fmt: skip
COMPARISONS: Final = {
    "==": "__eq__", "!=": "__eq__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__",
}  # fmt: skip
CONVERSIONS: Final = {
    "builtins.len": "__len__", "builtins.str": "__str__", "builtins.repr": "__repr__",
    "builtins.bool": "__bool__", "builtins.int": "__int__", "builtins.float": "__float__",
    "builtins.bytes": "__bytes__", "builtins.hash": "__hash__", "builtins.next": "__next__",
    "builtins.abs": "__abs__",
}  # fmt: skip


class Evaluator:
    """Evaluates expressions of one scope."""

    handlers: ClassVar[dict[type, Callable[[Any, Any, str, str], Value]]]

    def __init__(self, inference: Inference, scope: Scope) -> None:
        self.inference = inference
        self.scope = scope
        self.env: dict[str, Value] = {}  # names with a value of their own here

    # -- what `flow.Flow` overrides

    def called(self, call: Call) -> None:
        """A call happened."""

    def used(self, node: Any, value: Value, use: str, detail: str = "") -> None:
        """A value was used."""

    def assigned(self, target: Any, value: Value, node: Any) -> None:
        """A walrus or a loop of a comprehension assigned."""
        if isinstance(target, tree.Name):
            self.env[target.id] = value
        elif isinstance(target, tree.Sequence):
            for index, item in enumerate(target.items):
                part = UNKNOWN if isinstance(item, tree.Starred) else self.inference.part(value, index)
                self.assigned(item.value if isinstance(item, tree.Starred) else item, part, node)
        elif isinstance(target, tree.Attribute | tree.Subscript):
            self.value(target.value)

    def name(self, node: tree.Name) -> Value:
        """What a name is here."""
        found = self.env.get(node.id)
        if found is not None:
            return found
        scope = self.scope
        if scope.is_class and scope.parent is not None and not scope.bound_before(node.id, node.at):
            scope = scope.parent  # the body of a class runs once, from top to bottom
        return self.inference.name(scope, node.id)

    def awaits(self, node: tree.Await, value: Value) -> None:
        """An await happened."""

    # -- expressions

    def value(self, node: Any, use: str = "other", detail: str = "") -> Value:
        """What an expression is; `use` says what is done with it."""
        return self.handlers[node.__class__](self, node, use, detail)

    def _name(self, node: tree.Name, use: str, detail: str) -> Value:
        value = self.name(node)
        self.used(node, value, use, detail)
        return value

    def _attribute(self, node: tree.Attribute, use: str, detail: str) -> Value:
        owner = self.value(node.value, "attribute", node.name)
        narrowed = self.env.get(spelled(node)) if self.env and isinstance(node.value, tree.Name) else None
        value = narrowed if narrowed is not None else self.inference.attribute(owner, node.name)
        if isinstance(owner, Instance | Union):
            for member in members(without_none(owner)):
                getter = self.inference.property_getter(member, node.name)
                if getter is not None and not getter.definition.is_async:
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
                items.append(self.inference.item(self.value(item.value, "spread")))
            else:
                items.append(self.value(item, "element" if use != "statement" else "statement"))
        if node.kind == "tuple":
            starred = any(isinstance(item, tree.Starred) for item in node.items)
            value = Instance(
                "builtins.tuple", (union(items), Constant("ellipsis")) if starred else tuple(items)
            )
        else:
            value = Instance(f"builtins.{node.kind}", (union(items),) if items else ())
        self.used(node, value, use, detail)
        return value

    def _dict(self, node: tree.Dict, use: str, detail: str) -> Value:
        values: list[Value] = []
        for key, item in zip(node.keys, node.values, strict=True):
            if key is None:
                self.value(item, "spread")
                values.append(UNKNOWN)
            else:
                self.value(key, "element")
                values.append(self.value(item, "element"))
        value = Instance("builtins.dict", (UNKNOWN, union(values)) if values else ())
        self.used(node, value, use, detail)
        return value

    def _comprehension(self, node: tree.Comprehension, use: str, detail: str) -> Value:
        saved = self.env
        self.env = dict(saved)
        lazy = node.kind == "generator" and use not in ("for", "iterated", "consumed-iterated")
        try:
            if lazy:
                # Only the first iterable is evaluated now; the rest runs when it is consumed.
                iterable = self.value(node.loops[0].iter, "consumed")
                item = self._deferred_item(node, iterable)
                value: Value = Lazy(None, item, node)
            else:
                for loop in node.loops:
                    self._loop(loop)
                inner = "statement" if use == "statement" and node.kind == "list" else "element"
                element = self.value(node.element, inner)
                if node.kind == "dict":
                    value = Instance("builtins.dict", (element, self.value(node.value, "element")))
                elif node.kind == "generator":
                    value = Lazy(None, element, node)
                else:
                    value = Instance(f"builtins.{node.kind}", (element,))
        finally:
            # A walrus in a comprehension binds outside of it.
            self.env = {
                name: found if _binds(node, name) else self.env.get(name, found)
                for name, found in saved.items()
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

    def _deferred_item(self, node: tree.Comprehension, iterable: Value) -> Value:
        """What a generator expression's items are, found without recording that anything ran."""
        quiet = Evaluator(self.inference, self.scope)
        quiet.env = dict(self.env)
        for index, loop in enumerate(node.loops):
            source = iterable if index == 0 else quiet.value(loop.iter)
            item = self.inference.async_item(source) if loop.is_async else self.inference.item(source)
            quiet.assigned(loop.target, item, loop)
        return quiet.value(node.element)

    def iterated(self, node: Any, expression: Any, value: Value, *, is_async: bool) -> None:
        """Something is iterated here, on this thread."""
        if not is_async:
            self.consume(expression, value)

    def consume(self, node: Any, value: Value) -> None:
        """Iterating `value` runs code: a generator's body, a mapped function, `__iter__` of a class."""
        for member in members(without_none(value)):
            if isinstance(member, Generator):
                self.called(Call(node, member.function, "consume"))
            elif isinstance(member, Lazy) and member.function is not None:
                inner = member.expression
                place = inner if inner is not None and inner.at >= node.at else node
                self.called(Call(place, member.function, "applied" if member.mapped else "consume"))
            elif isinstance(member, Outside) and member.receiver is None:
                self.called(Call(node, Outside(f"{member.name}.__iter__"), "iterate"))
            elif isinstance(member, Instance):
                self.implicit(node, member, "__iter__", "iterate")

    def implicit(self, node: Any, value: Instance, method: str, kind: str) -> None:
        """A statement calls a special method."""
        if isinstance(value.cls, ClassDefinition):
            callee = self.inference.member(value.cls, method, value)
            if isinstance(callee, FunctionValue):
                runs = callee.definition.is_generator and kind == "iterate"
                self.called(Call(node, callee, "consume" if runs else kind))
        else:
            self.called(Call(node, Outside(f"{value.cls}.{method}", value), kind))

    def _operated(self, node: Any, value: Value, method: str) -> None:
        """An operator calls a special method of a class of the project."""
        value = without_none(value)
        if method and isinstance(value, Instance) and isinstance(value.cls, ClassDefinition):
            self.implicit(node, value, method, "operator")

    def _lambda(self, node: tree.Lambda, use: str, detail: str) -> Value:
        for parameter in node.parameters:
            if parameter.default is not None:
                self.value(parameter.default, "other")
        value = FunctionValue(self.scope.module.definition(node, self.scope), None, self.closure())
        self.used(node, value, use, detail)
        return value

    def closure(self) -> tuple[tuple[str, Value], ...]:
        """What nested functions see of values that only this call knows."""
        return ()

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
        if isinstance(left, Instance) and left == right:
            return left
        if isinstance(left, Constant) and left.kind == "str":
            return Instance("builtins.str")
        return UNKNOWN

    def _is_path(self, cls: str) -> bool:
        return cls in ("pathlib.Path", "anyio.Path") or self.inference.outside.is_a(cls, "pathlib.PurePath")

    def _unary(self, node: tree.Unary, use: str, detail: str) -> Value:
        operand = self.value(node.operand, "truth" if node.operator == "not" else "arithmetic", node.operator)
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
        return join(body, orelse)

    def _walrus(self, node: tree.Walrus, use: str, detail: str) -> Value:
        value = self.value(node.value, "assign" if use != "await" else "await")
        self.assigned(node.target, value, node.value)
        if use == "identity" and isinstance(node.value, tree.Call) and isinstance(node.target, tree.Name):
            self.used(node.value, value, use, node.target.id)
        elif use not in ("other", "assign", "await"):
            self.used(node.target, value, use, detail)
        return value

    def _starred(self, node: tree.Starred, use: str, detail: str) -> Value:
        return self.inference.item(self.value(node.value, "spread"))

    def _yield(self, node: tree.Yield, use: str, detail: str) -> Value:
        if node.value is not None:
            value = self.value(node.value, "yield")
            if node.is_from:
                self.consume(node.value, value)
        return UNKNOWN

    def _formatted(self, node: tree.Formatted, use: str, detail: str) -> Value:
        for part in node.parts:
            self._operated(part, self.value(part, "format"), "__str__")
        return Instance("builtins.str")

    def _subscript(self, node: tree.Subscript, use: str, detail: str) -> Value:
        owner = without_none(self.value(node.value, "index"))
        index = self.value(node.index, "index")
        value: Value = UNKNOWN
        if isinstance(owner, Instance) and isinstance(owner.cls, str) and owner.args:
            if isinstance(node.index, tree.Slice):
                value = owner
            elif owner.cls == "builtins.tuple":
                if isinstance(index, Constant) and isinstance(index.value, int):
                    value = self.inference.part(owner, index.value) if index.value >= 0 else UNKNOWN
            elif owner.cls in (
                "builtins.dict",
                "typing.Mapping",
                "typing.MutableMapping",
                "collections.defaultdict",
            ):
                value = owner.args[-1]
            elif owner.cls in (
                "builtins.list",
                "typing.Sequence",
                "typing.MutableSequence",
                "collections.deque",
            ):
                value = owner.args[0]
        elif isinstance(owner, Instance) and isinstance(owner.cls, str):
            text = self.inference.knowledge.method_type(owner.cls, "__getitem__")
            value = self.inference.outside.type(text, owner.cls) if text is not None else UNKNOWN
        elif isinstance(owner, Outside | ClassValue):
            value = owner  # a generic class with its parameters
        elif isinstance(owner, Instance):
            value = self.inference.callable_result(self.inference.attribute(owner, "__getitem__"))
            self.implicit(node, owner, "__getitem__", "operator")
        self.used(node, value, use, detail)
        return value

    def _slice(self, node: tree.Slice, use: str, detail: str) -> Value:
        for part in node.parts:
            self.value(part, "other")
        return UNKNOWN

    # -- calls

    def _call(self, node: tree.Call, use: str, detail: str) -> Value:
        callee = without_none(self.value(node.func, "call"))
        arguments, keywords = self._arguments(node, callee)
        result = self.call_result(node, callee, arguments, keywords)
        if isinstance(callee, Unknown):
            if isinstance(node.func, tree.Attribute):
                self._unknown_method(node, node.func, arguments, keywords)
        else:
            self._record(node, callee, arguments, keywords, result, use)
        self.used(node, result, use, detail)
        return result

    def _record(
        self,
        node: tree.Call,
        callee: Value,
        arguments: tuple[Value, ...],
        keywords: dict[str, Value],
        result: Value,
        use: str,
    ) -> None:
        while isinstance(callee, Partial):
            callee = callee.function
        self.called(Call(node, callee, "call", arguments, keywords, result, use))
        for member in members(callee):
            if isinstance(member, Outside):
                self._run_callbacks(node, member.name, arguments, keywords)
                if len(arguments) == 1 and member.receiver is None and member.name in CONVERSIONS:
                    self._operated(node, arguments[0], CONVERSIONS[member.name])
            elif isinstance(member, FunctionValue):
                self._first_party_callbacks(node, member, arguments, keywords)

    def _unknown_method(
        self, node: tree.Call, func: tree.Attribute, arguments: tuple[Value, ...], keywords: dict[str, Value]
    ) -> None:
        """A method of an object that is not known: some names speak for themselves (`*.call_soon`)."""
        name = f"*.{func.name}"
        knowledge = self.inference.knowledge
        if name in knowledge.schedulers or name in knowledge.callers:
            self.called(Call(node, Outside(name), "call", arguments, keywords))
            self._run_callbacks(node, name, arguments, keywords)

    def _run_callbacks(
        self, node: tree.Call, name: str, arguments: tuple[Value, ...], keywords: dict[str, Value]
    ) -> None:
        """What an outside callable does with its arguments: calls them now or later, iterates over them."""
        knowledge = self.inference.knowledge
        for table, kind in ((knowledge.callers, "applied"), (knowledge.schedulers, "scheduled")):
            argument = knowledge.find(table, name)
            if argument is not None:
                for expression, value in chosen(argument, node, arguments, keywords):
                    for member in members(value):
                        while isinstance(member, Partial):
                            member = member.function
                        if isinstance(member, FunctionValue | Outside):
                            self.called(Call(expression, member, kind))
        eager = self.inference.outside.find(knowledge.eager, name)
        if eager is not None:
            for expression, value in chosen(eager, node, arguments, keywords):
                self.consume(expression, value)

    def _first_party_callbacks(
        self, node: tree.Call, callee: FunctionValue, arguments: tuple[Value, ...], keywords: dict[str, Value]
    ) -> None:
        """Functions handed to a first-party function that calls them."""
        handed = [(callee.definition.parameter(index, None), value) for index, value in enumerate(arguments)]
        handed += [(callee.definition.parameter(None, key), value) for key, value in keywords.items()]
        for parameter, value in handed:
            while isinstance(value, Partial):
                value = value.function
            if (
                parameter is not None
                and isinstance(value, FunctionValue | Outside)
                and not callee.definition.is_async
            ):
                uses = self.inference.analysis(callee).parameter_uses.get(parameter.name, ())
                if any(kind == "call" for kind, _ in uses):
                    self.called(Call(node, value, "callback"))

    def _arguments(self, node: tree.Call, callee: Value) -> tuple[tuple[Value, ...], dict[str, Value]]:
        if isinstance(callee, Partial):
            callee = callee.function
        arguments = []
        for index, argument in enumerate(node.arguments):
            if isinstance(argument, tree.Starred):
                value = self.value(argument.value, "spread")
                arguments.append(self.inference.item(value))
                continue
            use, detail = self._use(callee, index, None, node)
            arguments.append(self.value(argument, use, detail))
        keywords = {}
        for key, argument in node.keywords:
            use, detail = self._use(callee, None, key, node)
            value = self.value(argument, use, detail)
            if key is not None:
                keywords[key] = value
        return tuple(arguments), keywords

    def _use(self, callee: Value, index: int | None, keyword: str | None, node: tree.Call) -> tuple[str, str]:
        """How a call uses one of its arguments."""
        if isinstance(callee, Outside):
            return self._outside_use(callee.name, index, keyword, node)
        if isinstance(callee, FunctionValue) and (index is not None or keyword is not None):
            parameter = callee.definition.parameter(index, keyword)
            if parameter is not None:
                return "parameter", parameter.name
        return "other", ""

    def _outside_use(
        self, name: str, index: int | None, keyword: str | None, node: tree.Call
    ) -> tuple[str, str]:
        knowledge = self.inference.knowledge
        find = self.inference.outside.find
        eager = find(knowledge.eager, name)
        consumers = find(knowledge.consumers, name)
        if consumers is not None and any(names(c.argument, index, keyword) for c in consumers):
            awaits = any(c.takes != "function" for c in consumers if names(c.argument, index, keyword))
            return ("consumed", "") if awaits else ("plain", spelled(node.func))
        for table in (knowledge.offloads, knowledge.schedulers):
            wanted = find(table, name)
            if wanted is not None and names(wanted, index, keyword):
                return "plain", spelled(node.func)  # a function is wanted, not its coroutine
        if eager is not None and names(eager, index, keyword):
            return "iterated", spelled(node.func)
        inspects = find(knowledge.inspects, name)
        if inspects is not None and names(inspects, index, keyword):
            return "inspect", ""
        if name == "builtins.str.format":
            return "format", ""
        uses = find(knowledge.uses, name)
        if uses is not None and names(uses, index, keyword):
            return "plain", spelled(node.func)
        return "other", ""

    def call_result(  # noqa: C901 -- one case per kind
        self, node: tree.Call, callee: Value, arguments: tuple[Value, ...], keywords: dict[str, Value]
    ) -> Value:
        """What a call gives."""
        name = spelled(node.func)
        match callee:
            case Outside():
                special = special_result(self, node, callee, arguments, keywords)
                if special is not None:
                    return special
                result = self.inference.outside.call(callee, name, node.at)
                if isinstance(result, Instance) and result.made is None and isinstance(result.cls, str):
                    return Instance(
                        result.cls, result.args, (callee.name, arguments, tuple(keywords.items()))
                    )
                return result
            case FunctionValue():
                if callee.closure or not any(isinstance(value, FunctionValue) for value in arguments):
                    return self.inference.result(callee, name, node.at)
                return self._with_function_arguments(callee, arguments, name, node.at)
            case ClassValue():
                return Instance(callee.definition)
            case Partial():
                return self.call_result(node, callee.function, arguments, keywords)
            case Managed():
                item = self.inference._yielded(callee.function)
                if callee.is_async:
                    return Instance("contextlib._AsyncGeneratorContextManager", (item,))
                return Instance(
                    "contextlib._GeneratorContextManager", (item, Generator(callee.function, item))
                )
            case TypedCallable():
                if isinstance(node.func, tree.Call):
                    return UNKNOWN  # what decorators of frameworks are annotated to return is seldom exact
                result = callee.result
                if isinstance(result, Awaitable):
                    return Awaitable(result.kind, name, result.source, node.at, "annotation")
                return result
            case Instance(cls=ClassDefinition()):
                method = self.inference.attribute(callee, "__call__")
                return self.call_result(node, method, arguments, keywords) if method != callee else UNKNOWN
            case Instance():
                method = Outside(f"{callee.cls}.__call__", callee)
                return self.inference.outside.call(method, name, node.at)
            case Union():
                return union(self.call_result(node, item, arguments, keywords) for item in callee.items)
        return UNKNOWN

    def _with_function_arguments(
        self, callee: FunctionValue, arguments: tuple[Value, ...], name: str, origin: int
    ) -> Value:
        """A call that hands functions over: a plain decorator called by hand, or `retry(f)` that returns a
        wrapper.
        """
        definition = callee.definition
        if definition.is_async or definition.is_generator:
            return self.inference.result(callee, name, origin)
        first = definition.parameter(0, None)
        argument = arguments[0]
        if first is None or not isinstance(argument, FunctionValue):
            return self.inference.result(callee, name, origin)
        applied = self.inference.applied(callee, argument) if not definition.is_method else UNKNOWN
        if isinstance(applied, FunctionValue):
            return applied
        if isinstance(applied, Awaitable) and applied.kind == "coroutine" and applied.via != "annotation":
            return Awaitable("coroutine", name, applied.source, origin, "sync")
        return self.inference.result(callee, name, origin)

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


def _binds(node: tree.Comprehension, name: str) -> bool:
    def inside(target: Any) -> bool:
        if isinstance(target, tree.Name):
            return target.id == name
        if isinstance(target, tree.Sequence):
            return any(inside(item) for item in target.items)
        return isinstance(target, tree.Starred) and inside(target.value)

    return any(inside(loop.target) for loop in node.loops)


def names(argument: Any, index: int | None, keyword: str | None) -> bool:
    """Does the knowledge's `argument` mean the one at this position or of this keyword?"""
    if index is not None and argument.position is not None:
        return bool(index >= argument.position) if argument.rest else bool(index == argument.position)
    return keyword is not None and bool(keyword == argument.keyword)


def chosen(
    argument: Any, node: tree.Call, arguments: tuple[Value, ...], keywords: dict[str, Value]
) -> list[tuple[Any, Value]]:
    """The arguments that the knowledge's `argument` means in a call, each with its value."""
    positional = zip(node.arguments, arguments, strict=True)
    found = [(item, value) for index, (item, value) in enumerate(positional) if names(argument, index, None)]
    for key, item in node.keywords:
        if key is not None and names(argument, None, key):
            found.append((item, keywords[key]))
    return found


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
