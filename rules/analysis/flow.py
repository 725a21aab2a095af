"""Follows a body statement by statement: an environment of values, and everything that happens.

Branches are followed separately and joined, loops are followed twice (the first round only learns what later
rounds may find in the variables). `pending.py` keeps the coroutines that wait in variables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from . import tree
from .definitions import Binding, ClassDefinition, Definition, Scope
from .evaluator import Evaluator
from .events import Analysis, Call
from .nodes import names_in
from .pending import ADDS, Holder, holds_awaitable
from .statements import STATEMENTS
from .values import (
    NONE,
    UNKNOWN,
    Awaitable,
    Constant,
    FunctionValue,
    Generator,
    Instance,
    Outside,
    Value,
    each_of,
    is_empty,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from .inference import Inference
    from .states import State


_MIXES: Final = frozenset({"update", "extend", "insert", "setdefault", "clear"})
_DECIDING: Final = frozenset({"none", "bool", "int"})


class Flow(Holder):
    """Follows one function's (or a module's) body."""

    def __init__(self, inference: Inference, scope: Scope, function: FunctionValue | None) -> None:
        super().__init__(inference, scope, function)
        self.guarded = False
        self.ready = False  # in a `try` that deals with sockets that are not ready
        self.depends = (
            False  # in a branch that a caller chooses by the kind of an argument, or that runs once
        )
        self.depth = 0  # of branches and loops
        self.loops = 0
        self.running: set[str] = set()  # variables that were given the running loop
        self.bodies: list[tuple[Any, ...]] = []  # of enclosing loops
        self.tries = 0  # enclosing `try` bodies whose handlers may catch what is raised
        self.breaks: list[list[State]] = []
        self.continues: list[list[State]] = []
        self.returns: list[Value] = []
        self.yields: list[Value] = []
        self.known: dict[str, Value] = dict(function.closure) if function is not None else {}

    # -- running

    def run(self, body: tuple[Any, ...]) -> Analysis:
        """Follow the body and settle what was lost."""
        if self.function is not None:
            self._enter(self.function.definition)
        self.block(body)
        if self.alive:
            self.leave(body[-1].at if body else 0, final=True)
            falls_through = True
        else:
            falls_through = False
        self.settle()
        values = [*self.returns, NONE] if falls_through and self.returns else self.returns
        self.analysis.returned = union(values) if values else NONE
        self.analysis.stated = union(self.returns) if self.returns else NONE
        self.analysis.yielded = union(self.yields) if self.yields else UNKNOWN
        return self.analysis

    def _enter(self, definition: Definition) -> None:
        self.outer = frozenset(
            name
            for statement in definition.scope.flat()
            if statement.__class__ is tree.Scope
            for name in statement.names
        )
        names = []
        for parameter in definition.node.parameters:
            given = self.known.get(parameter.name)
            self.env[parameter.name] = (
                given if given is not None else self.inference.parameter(definition.scope, parameter)
            )
            if parameter.annotation is not None and parameter.kind not in ("rest", "keywords"):
                self.declare(parameter.name, self.env[parameter.name])
            names.append(parameter.name)
        self.parameters = frozenset(names)
        self.env.update((name, value) for name, value in self.known.items() if "." in name)

    def block(self, body: tuple[Any, ...]) -> None:
        for statement in body:
            if not self.alive:
                return
            STATEMENTS[statement.__class__](self, statement)

    # -- what the evaluator reports

    def name(self, node: tree.Name) -> Value:
        found = self.env.get(node.id)
        if found is not None:
            return found
        if self.function is not None:
            if node.id in self.scope.bound:
                return UNKNOWN
            known = self.known.get(node.id)
            if known is not None:
                return known
        return self.inference.name(self.scope, node.id)

    def constant(self, node: tree.Name) -> Constant | None:
        """The constant that a name stands for whenever this runs: what the caller gave to a parameter, or an
        upper-case name of a module.
        """
        value = self.env.get(node.id)
        if value is None:
            if node.id in self.scope.bound and self.function is not None:
                return None
            return self.inference.constant(self.scope, node.id)
        given = isinstance(value, Constant) and self.known.get(node.id) is value
        return value if given and isinstance(value, Constant) and value.kind in _DECIDING else None

    def called(self, call: Call) -> None:
        call.guarded, call.ready = self.guarded, self.ready or call.ready
        call.depends = self.depends or call.depends
        call.expected = self.expects
        call.plain = not self.enclosed
        self.analysis.calls.append(call)
        if call.kind == "call" and isinstance(call.callee, Outside) and call.callee.name in ADDS:
            self.appended(call)
            self._learn(call)
        elif call.kind == "call" and isinstance(call.node, tree.Call):
            self._mixed(call.node.func)

    def assigned(self, target: Any, value: Value, node: Any) -> None:
        super().assigned(target, value, node)
        if isinstance(target, tree.Subscript) and isinstance(target.value, tree.Name):
            name = target.value.id
            known = self.env.get(name)
            if not isinstance(known, Instance) or name in self.declared:
                return
            if holds_awaitable(known) and not isinstance(value, Awaitable):
                self.env[name] = Instance(known.cls)  # `jobs[i] = await job`
            elif known.cls == "builtins.dict" and (is_empty(known) or len(known.args) == 2):
                held = each_of((known.args[1], value)) if known.args else value
                self.env[name] = Instance("builtins.dict", (UNKNOWN, held) if held != UNKNOWN else ())

    def _mixed(self, func: Any) -> None:
        """A container of coroutines that gets many things at once may hold their results from then on."""
        if isinstance(func, tree.Attribute) and func.name in _MIXES and isinstance(func.value, tree.Name):
            known = self.env.get(func.value.id)
            if isinstance(known, Instance) and holds_awaitable(known):
                self.env[func.value.id] = Instance(known.cls)

    def _learn(self, call: Call) -> None:
        """A container that a variable holds gets something more, of a kind that may be new to it."""
        func = call.node.func
        if not (isinstance(func, tree.Attribute) and isinstance(func.value, tree.Name) and call.arguments):
            return
        name, value = func.value.id, call.arguments[0]
        known = self.env.get(name)
        if not isinstance(known, Instance) or name in self.declared:
            return
        held = each_of((known.args[0], value)) if known.args else value if is_empty(known) else UNKNOWN
        self.env[name] = Instance(known.cls, () if held == UNKNOWN else (held,))

    def awaits(self, node: tree.Await, value: Value) -> None:
        self.analysis.awaited.append((node, value))
        self.analysis.asynchronous.append((node, "await"))
        if isinstance(value, Instance) and isinstance(value.cls, ClassDefinition):
            self.implicit(node.value, value, "__await__", "iterate")

    def iterated(self, node: Any, expression: Any, value: Value, *, is_async: bool) -> None:
        self.analysis.statements.append((node, expression, value))
        if is_async:
            self.analysis.asynchronous.append((node, "async for"))
        super().iterated(node, expression, value, is_async=is_async)

    def opened(self, node: Any, expression: Any, value: Value) -> None:
        self.analysis.statements.append((node, expression, value))

    def closure(self) -> tuple[tuple[str, Value], ...]:
        return self.function.closure if self.function is not None else ()

    def _lambda(self, node: tree.Lambda, use: str, detail: str) -> Value:
        self.nested.append(node)
        self.analysis.lambdas.append(node)
        return super()._lambda(node, use, detail)

    def _comprehension(self, node: tree.Comprehension, use: str, detail: str) -> Value:
        self.enclosed += node.kind == "generator"
        value = super()._comprehension(node, use, detail)
        self.enclosed -= node.kind == "generator"
        if node.kind == "generator" and self.pending:
            for name in names_in(node) & self.pending.keys():
                self.take(name)
        return value

    def _yield(self, node: tree.Yield, use: str, detail: str) -> Value:
        if node.value is not None:
            value = self.value(node.value, "yield")
            if node.is_from:
                self.consume(node.value, value)
                if self._is_itself(value):
                    return UNKNOWN  # it yields what it yields
                value = self.inference.item(value)
            self.yields.append(value)
        return UNKNOWN

    def _is_itself(self, value: Value) -> bool:
        """Is it a generator of the function that is followed here?"""
        return (
            isinstance(value, Generator)
            and self.function is not None
            and value.function.definition is self.function.definition
        )

    # -- helpers for statements

    def bind_import(self, kind: str, name: str, node: Any) -> None:
        """An import inside a function."""
        if name not in self.outer:
            self.env[name] = self.inference.binding(self.scope, Binding(kind, node))

    def quietly(self, run: Callable[[], object]) -> None:
        """Run for what it does to the environment, forgetting every event."""
        analysis, taken, returns, yields, log = self.analysis, self.taken, self.returns, self.yields, self.log
        self.analysis, self.returns, self.yields = Analysis(), [], []
        self.taken, self.log = set(taken), list(log)
        try:
            run()
        finally:
            self.analysis, self.returns, self.yields = analysis, returns, yields
            self.taken, self.log = taken, log


Flow.handlers = {
    **Evaluator.handlers,
    tree.Lambda: Flow._lambda,
    tree.Comprehension: Flow._comprehension,
    tree.Yield: Flow._yield,
}


def analyse(inference: Inference, function: FunctionValue) -> Analysis:
    """Follow the body of a function."""
    definition = function.definition
    return Flow(inference, definition.scope, function).run(definition.scope.body())


def analyse_module(inference: Inference, scope: Scope) -> Analysis:
    """Follow the statements of a module."""
    return Flow(inference, scope, None).run(scope.body())
