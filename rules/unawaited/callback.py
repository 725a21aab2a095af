"""AWAIT211 coroutine-function-as-callback

What it does: an async function, or a lambda that calls one, handed to something that calls it and drops the
result: `call_soon`, `call_later`, `add_signal_handler`, `add_done_callback`, `run_in_executor`,
`to_thread`, `Thread(target=)`, `Executor.submit`, or a first-party parameter that is called without
`await`, by the function itself or by the methods of a class whose constructor keeps it.

Why is this bad? The callback makes a coroutine that nobody awaits: its body never runs.

Example: `loop.call_soon(work)` where `work` is an `async def`.

Use instead: `loop.call_soon(lambda: loop.create_task(work()))` with the task kept, or simply a task.

The same where the result is looked at: `sorted(key=)`, `min(key=)`, `filter`. (A `map` of coroutines may be
gathered.)

Silent about frameworks that accept plain and async functions alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.analysis import tree
from rules.analysis.arguments import chosen, handed, typed
from rules.analysis.definitions import spelled
from rules.analysis.values import (
    UNKNOWN,
    Awaitable,
    ClassValue,
    FunctionValue,
    Outside,
    Partial,
    Value,
    union,
)

from . import overridden, registered
from .kept_callback import kept_and_dropped

if TYPE_CHECKING:
    from rules.analysis.events import Call
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "AWAIT211"
_LAZY_TESTS = frozenset(
    {"builtins.filter", "itertools.takewhile", "itertools.dropwhile", "itertools.filterfalse", "itertools.groupby"}
)  # fmt: skip
_HANDS_ON = frozenset({"contextvars.Context.run", "functools.reduce"})  # give the coroutine to their caller
# Methods among the callers of the knowledge files that drop what they are given back.
_EXPECTING = frozenset({"raises", "assertRaises", "assertWarns", "assertRaisesRegex", "assertWarnsRegex"})
_DROPS = _EXPECTING | {"callback"}
# What a call with wrong arguments raises, before anything of the function runs.
_OF_CALLS = frozenset({"builtins.TypeError", "builtins.Exception", "builtins.BaseException"})


def check(unit: Unit, report: Reporter) -> None:
    """Report async callbacks whose coroutine is dropped."""
    overridden.check(unit, report)
    registered.check(unit, report)
    for call in unit.analysis.calls:
        if call.kind != "call" or not isinstance(call.node, tree.Call):
            continue
        if isinstance(call.callee, Outside):
            _outside(unit, report, call, call.callee.name)
            _used_as_value(unit, report, call, call.callee.name)
            continue
        callee: Value = call.callee
        if isinstance(callee, ClassValue) and (call.arguments or call.keywords):
            callee = unit.world.inference.constructor(callee.definition)
        if isinstance(callee, FunctionValue):
            _first_party(unit, report, call, callee)


def _outside(unit: Unit, report: Reporter, call: Call, name: str) -> None:
    role = unit.world.inference.outside.role(name)
    if role is None or name in unit.world.inference.knowledge.async_aware:
        return
    method = name.rpartition(".")[2]
    drops = method in _DROPS and not (method in _EXPECTING and _may_expect_misuse(unit, call))
    for argument in (role.schedulers, role.offloads, role.callers if drops else None):
        if argument is None:
            continue
        for expression, value in chosen(argument, call.node, call.arguments, call.keywords):
            variant = _variant(unit, value)
            if variant is not None:
                shown, callee = spelled(expression), spelled(call.node)
                report.add(
                    unit.module, expression, CODE, variant, name=_named(expression, shown), callee=callee
                )


def _compared(unit: Unit, call: Call) -> Value:
    """What `sorted` and its kin give to `key`: the items of the only argument, or the arguments themselves."""
    receiver = call.callee.receiver if isinstance(call.callee, Outside) else None
    given = call.arguments if receiver is None else (receiver,)
    if len(given) == 1:
        return unit.world.inference.item(given[0])
    return union(given) if given else UNKNOWN


def _may_expect_misuse(unit: Unit, call: Call) -> bool:
    """`assertRaises(TypeError, f, 1, 2)`: may it be the call that is to fail, not what runs in it?"""
    match call.arguments[0] if call.arguments else None:
        case Outside(name=name):
            return name in _OF_CALLS
        case ClassValue(definition=definition):
            return "builtins.TypeError" in unit.world.inference.linear(definition)
    return True


def _used_as_value(unit: Unit, report: Reporter, call: Call, name: str) -> None:
    """An async function where the result of a plain one is looked at: `sorted(key=...)`, `filter`."""
    role = unit.world.inference.outside.role(name)
    argument = role.callers if role is not None else None
    if argument is None and name not in _LAZY_TESTS:
        return
    if call.use == "await" and name.startswith("*."):
        return  # an async `sort` may await what `key` gives
    argument = argument or unit.world.inference.knowledge.lazy_callers[name]
    for expression, value in chosen(argument, call.node, call.arguments, call.keywords):
        if isinstance(value, FunctionValue) and argument.keyword == "key":
            value = typed(value, (_compared(unit, call),))
        elif isinstance(value, FunctionValue) and name in _LAZY_TESTS and len(call.arguments) == 2:
            over = call.arguments[0 if value is call.arguments[1] else 1]
            value = typed(value, (unit.world.inference.item(over),))
        if (
            name not in _HANDS_ON
            and name.rpartition(".")[2] not in _DROPS
            and _variant(unit, value) is not None
        ):
            shown = _named(expression, spelled(expression))
            report.add(unit.module, expression, CODE, "value", name=shown, callee=spelled(call.node))


def _first_party(unit: Unit, report: Reporter, call: Call, callee: FunctionValue) -> None:
    for expression, value, parameter in handed(call, callee):
        if parameter is None or isinstance(expression, tree.Starred) or _variant(unit, value) is None:
            continue
        if _dropped(unit, callee, parameter.name) or kept_and_dropped(unit, callee, parameter):
            report.add(
                unit.module, expression, CODE, "parameter", name=_named(expression, spelled(expression)),
                callee=spelled(call.node), parameter=parameter.name,
            )  # fmt: skip


def _named(expression: Any, shown: str) -> str:
    """The function inside `partial(f, ...)`, else the text itself."""
    if isinstance(expression, tree.Call) and expression.arguments:
        return spelled(expression.arguments[0])
    return shown


def _variant(unit: Unit, value: Value) -> str | None:
    while isinstance(value, Partial):
        value = value.function
    if isinstance(value, Outside) and unit.world.inference.outside.awaitable_kind(value.name) == "coroutine":
        return "function"
    if not isinstance(value, FunctionValue):
        return None
    if value.definition.is_async and not value.definition.is_generator:
        return "function"
    if isinstance(value.definition.node, tree.Lambda):
        returned = unit.world.inference.analysis(value).returned
        if isinstance(returned, Awaitable) and returned.kind == "coroutine" and returned.via != "annotation":
            return "lambda"
    return None


def _dropped(unit: Unit, callee: FunctionValue, parameter: str) -> bool:
    """Is the parameter called in the function's body, always as a statement, and not used otherwise but to ask
    whether it was given?
    """
    analysis = unit.world.inference.analysis(callee)
    uses = analysis.parameter_uses.get(parameter, [])
    if any(use not in ("call", "truth", "identity") for use, _ in uses):
        return False
    nodes = {node.at for use, node in uses if use == "call"}
    calls = [
        c
        for c in analysis.calls
        if isinstance(c.node, tree.Call) and c.node.func.at in nodes and c.kind == "call"
    ]
    own = [c for c in calls if isinstance(c.node.func, tree.Name) and c.node.func.id == parameter]
    return bool(own) and all(c.use == "statement" for c in own)
