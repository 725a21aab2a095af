"""AWAIT209 coroutine-function-not-called

What it does: a coroutine *function* where a coroutine belongs: `asyncio.run(main)`, `create_task(work)`,
`await fetch`, `async for row in rows`; an async generator that is awaited; and a generator of coroutines
where one coroutine, or a truth value, belongs: `all(check(x) for x in xs)`.

Why is this bad? The function was never called, so there is nothing to run: TypeError. A generator of
coroutines is a row of promises, each of them true.

Example: `asyncio.run(main)`.

Use instead: `asyncio.run(main())`; `all(await asyncio.gather(*(check(x) for x in xs)))`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.analysis import tree
from rules.analysis.arguments import chosen
from rules.analysis.definitions import spelled
from rules.analysis.fixes import call_function
from rules.analysis.values import (
    Awaitable,
    FunctionValue,
    Generator,
    Instance,
    Lazy,
    Managed,
    Outside,
    Value,
    members,
)

if TYPE_CHECKING:
    from rules.analysis.events import Call
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "AWAIT209"
_COLLECTIONS = frozenset({"builtins.list", "builtins.set", "builtins.tuple"})
_NEED_VALUES = frozenset(
    {"builtins.any", "builtins.all", "builtins.sum", "builtins.min", "builtins.max", "builtins.sorted",
     "builtins.str.join", "builtins.bytes.join"}
)  # fmt: skip


def check(unit: Unit, report: Reporter) -> None:
    """Report coroutine functions and generators given for coroutines."""
    for node, value in unit.analysis.awaited:
        if is_coroutine_function(value, unit) and isinstance(node.value, tree.Name | tree.Attribute):
            shown = spelled(node.value)
            report.add(
                unit.module, node.value, CODE, "await", fix=call_function(node.value, shown), name=shown
            )
        elif isinstance(value, Awaitable) and value.kind == "async-generator" and value.via == "function":
            report.add(unit.module, node.value, CODE, "async-generator", name=value.name)
        elif isinstance(value, Instance) and value.cls == "contextlib._AsyncGeneratorContextManager":
            report.add(unit.module, node.value, CODE, "manager", name=spelled(node.value))
        elif (inner := _of_coroutines(value)) is not None:
            report.add(unit.module, node.value, CODE, "generator", name=inner.name, callee="await")
    for statement, expression, value in unit.analysis.statements:
        if isinstance(expression, tree.Name | tree.Attribute) and _gives_async(value):
            keyword = ("async " if statement.is_async else "") + (
                "with" if isinstance(statement, tree.With) else "for"
            )
            shown = spelled(expression)
            fix = call_function(expression, shown)
            report.add(unit.module, expression, CODE, "statement", fix=fix, name=shown, keyword=keyword)
    for call in unit.analysis.calls:
        if call.kind == "call" and isinstance(call.callee, Outside) and isinstance(call.node, tree.Call):
            _consumer(unit, report, call, call.callee.name)


def _consumer(unit: Unit, report: Reporter, call: Call, name: str) -> None:
    role = unit.world.inference.outside.role(name)
    callee = spelled(call.node)
    for consumer in (role.consumers or ()) if role is not None else ():
        if consumer.takes != "awaitable":
            continue
        for expression, value in chosen(consumer.argument, call.node, call.arguments, call.keywords):
            if isinstance(expression, tree.Starred):
                continue
            if is_coroutine_function(value, unit):
                shown = spelled(expression)
                fix = call_function(expression, shown)
                report.add(unit.module, expression, CODE, "argument", fix=fix, name=shown, callee=callee)
            elif (inner := _of_coroutines(value)) is not None:
                report.add(unit.module, expression, CODE, "generator", name=inner.name, callee=callee)
    if name == "asyncio.wait" and call.arguments and not call.expected:
        inner = _of_coroutines(call.arguments[0])
        if inner is not None:
            report.add(unit.module, call.node.arguments[0], CODE, "tasks", name=inner.name, callee=callee)
    if name in _NEED_VALUES and len(call.arguments) == 1 and not call.keywords:
        inner = _of_coroutines(call.arguments[0])
        if inner is not None:
            report.add(unit.module, call.node.arguments[0], CODE, "generator", name=inner.name, callee=callee)


def _gives_async(value: Value) -> bool:
    """A function that gives a coroutine, an async generator or an async context manager."""
    return (isinstance(value, FunctionValue) and value.definition.is_async) or (
        isinstance(value, Managed) and value.is_async
    )


def is_coroutine_function(value: Value, unit: Unit) -> bool:
    """An `async def` (not a generator) that was not called, of the project or outside."""
    if isinstance(value, Outside):
        return unit.world.inference.outside.awaitable_kind(value.name) == "coroutine"
    return (
        isinstance(value, FunctionValue) and value.definition.is_async and not value.definition.is_generator
    )


def _of_coroutines(value: Value) -> Awaitable | None:
    """The coroutine that a generator expression, a `map` or a collection gives again and again."""
    item: Value | None = None
    if isinstance(value, Generator) or (isinstance(value, Lazy) and value.expression is not None):
        item = value.item
    elif isinstance(value, Instance) and value.cls in _COLLECTIONS and value.args:
        item = value.args[0]
    item = members(item)[0] if item is not None else None
    if isinstance(item, Awaitable) and item.kind == "coroutine" and item.via != "annotation":
        return item
    return None
