"""AWAIT203 coroutine-as-value

What it does: a coroutine used as if it were the result: in a test, a comparison, arithmetic, an f-string,
with an attribute or an index, iterated, called, printed, or given to a function that needs the plain value.

Why is this bad? A coroutine object is always true, equals nothing and prints as `<coroutine object ...>`.

Example: `if is_ready():` where `is_ready` is an `async def`.

Use instead: `if await is_ready():`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.analysis import tree
from rules.analysis.arguments import handed
from rules.analysis.definitions import spelled
from rules.analysis.events import PLAIN_USES
from rules.analysis.fixes import insert_await
from rules.analysis.nodes import names_in, nodes_in
from rules.analysis.values import (
    NONE,
    Awaitable,
    ClassValue,
    FunctionValue,
    Instance,
    Outside,
    members,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules.analysis.events import Analysis, Call, Use
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "AWAIT203"
_VARIANTS = {
    "plain": "argument", "for": "iterate", "iterated": "argument", "spread": "iterate", "async-for": "iterate",
    "async-with": "with",
}  # fmt: skip
_LIBRARIES = frozenset(
    {"asyncio", "trio", "anyio"}
)  # their coroutine functions return nothing but coroutines
_PLAIN = frozenset({"builtins.int", "builtins.float", "builtins.str", "builtins.bytes", "builtins.bool"})
_DEEPEST = 3  # functions that hand a parameter on
_LOOKING = frozenset({"await", "consumed", "inspect", "driven", "captured"})
# Their objects offer what awaits them, and nothing of the result. Others can be used as they are: a pool.
_ONLY_AWAITED = (
    "asyncio.", "aiohttp.ClientSession.", "aiofiles.", "aiosqlite.Connection.", "aiomysql.", "motor.motor_asyncio.",
    "starlette.requests.",
)  # fmt: skip
_COROUTINES = frozenset({"asyncio.wait", "asyncio.wait_for", "asyncio.to_thread"})
_NEEDS_RESULT = frozenset({"for", "iterated", "spread", "index", "arithmetic", "attribute", "call"})
_COMPUTES = frozenset(
    {"len", "int", "float", "abs", "round", "sum", "min", "max", "range", "sorted", "reversed"}
)
_OF_FUTURES = frozenset(
    {"add_done_callback", "remove_done_callback", "cancel", "cancelled", "done", "exception", "get_loop", "result",
     "set_exception", "set_result"}
)  # fmt: skip
# What coroutine objects themselves offer.
_OWN = frozenset(
    {"close", "send", "throw", "__await__", "__name__", "__qualname__", "__class__", "__doc__", "__dict__"}
)


def check(unit: Unit, report: Reporter) -> None:
    """Report coroutines that are used as plain values."""
    for use in (*unit.analysis.uses, *_in_lambdas(unit, unit.analysis)):
        value = use.value
        if isinstance(value, Awaitable) and value.kind == "awaitable" and value.via == "outside":
            _awaitable(unit, report, use, value)
        if not isinstance(value, Awaitable) or value.kind != "coroutine" or value.via == "annotation":
            continue
        if (
            use.use in PLAIN_USES
            or use.use == "iterated"
            or (use.use in ("async-for", "async-with") and _is_bare(unit, use, value))
        ):
            _report(unit, report, use, value)
    for call in unit.analysis.calls:
        if call.kind == "call" and isinstance(call.node, tree.Call):
            callee = call.callee
            if isinstance(callee, ClassValue):
                callee = unit.world.inference.constructor(callee.definition)
            if isinstance(callee, FunctionValue):
                _arguments(unit, report, call.node, callee, call)


def _in_lambdas(unit: Unit, analysis: Analysis) -> Iterator[Use]:
    for node in analysis.lambdas:
        inner = unit.world.inference.analysis(FunctionValue(unit.module.definition(node, unit.scope)))
        yield from inner.uses


def _awaitable(unit: Unit, report: Reporter, use: Use, value: Awaitable) -> None:
    """Report what is no coroutine, but of use only when it is awaited: `session.get(url).status`."""
    made = next(
        (c.callee for c in unit.analysis.calls if c.node.at == value.origin and c.kind == "call"), None
    )
    name = made.name if isinstance(made, Outside) else ""
    if not name.startswith(_ONLY_AWAITED):
        return
    wrong = PLAIN_USES - {"identity", "with"} if name in _COROUTINES else _NEEDS_RESULT
    if use.use not in wrong and not (use.use == "plain" and use.detail in _COMPUTES):
        return
    if use.use == "attribute" and (
        use.detail in _OWN | _OF_FUTURES or use.detail.startswith(("cr_", "gi_", "_"))
    ):
        return
    fix = insert_await(unit, use.node, value.name, "unsafe") if use.plain else None
    report.add(unit.module, use.node, CODE, "awaitable", fix=fix, name=value.name)


def _only_here(unit: Unit, argument: Any) -> bool:
    """Is this a variable of the function that is assigned once and read nowhere else?"""
    if not (isinstance(argument, tree.Name) and unit.definition is not None):
        return False
    seen = [n for n in nodes_in(unit.body) if isinstance(n, tree.Name) and n.id == argument.id]
    return len(seen) == 2


def _is_bare(unit: Unit, use: Use, value: Awaitable) -> bool:
    """Is it surely a coroutine and nothing else, such as an async context manager that may be awaited too?"""
    if isinstance(value.source, FunctionValue):
        return value.source.definition.is_async
    return value.via == "outside" and any(
        call.node is use.node
        and isinstance(call.callee, Outside)
        and call.callee.name.partition(".")[0] in _LIBRARIES
        for call in unit.analysis.calls
    )


def _is_kept(unit: Unit, use: Use) -> bool:
    """`(task := f()) is None`: is the variable awaited somewhere, or its loss reported by itself?"""
    if any(lost.node is use.node for lost in unit.analysis.lost):
        return True
    return any(use.detail in names_in(node.value) for node, _ in unit.analysis.awaited)


def _report(unit: Unit, report: Reporter, use: Use, value: Awaitable) -> None:
    if use.use == "attribute" and (use.detail in _OWN or use.detail.startswith("cr_")):
        return
    if use.use == "identity" and use.tracked:
        return  # `variable is None` asks which coroutine, not what it gives
    if use.use == "identity" and use.detail and _is_kept(unit, use):
        return
    if use.use in ("with", "for") and use.tracked and value.via == "annotation":
        return
    params: dict[str, Any] = {"name": value.name}
    if use.use == "arithmetic":
        params["operator"] = use.detail
    elif use.use == "attribute":
        params["attribute"] = use.detail
    elif use.use in ("plain", "iterated"):
        params["callee"] = use.detail
    fixable = use.plain and use.use != "async-for"
    fix = insert_await(unit, use.node, value.name, "unsafe") if fixable else None
    report.add(unit.module, use.node, CODE, _VARIANTS.get(use.use, use.use), fix=fix, **params)


def _arguments(unit: Unit, report: Reporter, node: tree.Call, callee: FunctionValue, call: Call) -> None:
    """Coroutines given to a first-party parameter that only needs plain values."""
    for argument, value, parameter in handed(call, callee):
        if not (isinstance(value, Awaitable) and value.kind == "coroutine" and value.via != "annotation"):
            continue
        if not (isinstance(argument, tree.Call) or _only_here(unit, argument)):
            continue
        if parameter is not None and _only_plain(unit, callee, parameter):
            report.add(
                unit.module, argument, CODE, "parameter", name=value.name, callee=spelled(node.func),
                parameter=parameter.name,
            )  # fmt: skip


def _only_plain(unit: Unit, callee: FunctionValue, parameter: tree.Parameter, depth: int = 0) -> bool:
    """Is a parameter used, and only as a plain value? Or never, or said to be a number or a text, and never
    awaited?
    """
    inference = unit.world.inference
    analysis = inference.analysis(callee)
    found = analysis.parameter_uses.get(parameter.name, [])
    uses = [use for use, _ in found]
    if not uses and _ignores(callee, parameter):
        return True
    if uses and all(
        (use in PLAIN_USES and use != "with")
        or (use == "parameter" and depth < _DEEPEST and _handed_to_plain(unit, analysis, node, depth))
        for use, node in found
    ):
        return True
    if (
        parameter.annotation is None
        or parameter.kind in ("rest", "keywords")
        or not _LOOKING.isdisjoint(uses)
    ):
        return False
    said = members(inference.parameter(callee.definition.scope, parameter))
    return all(isinstance(item, Instance) and item.cls in _PLAIN for item in said if item != NONE)


def _ignores(callee: FunctionValue, parameter: tree.Parameter) -> bool:
    """Does a function (not a method, which others may override, nor a stub) never look at its parameter?"""
    definition = callee.definition
    if definition.cls is not None and definition.name != "__init__":
        return False
    node = definition.node
    if not isinstance(node, tree.Function) or node.decorators or parameter.name.startswith("_"):
        return False
    body = definition.body()
    does = [s for s in body if not (isinstance(s, tree.Expression) and isinstance(s.value, tree.Constant))]
    does = [s for s in does if not isinstance(s, tree.Raise | tree.Jump)]
    seen = names_in(body)
    return (bool(does) or definition.name == "__init__") and seen.isdisjoint(
        (parameter.name, "locals", "super")
    )


def _handed_to_plain(unit: Unit, analysis: Analysis, node: Any, depth: int) -> bool:
    """Does the function that a parameter is handed to use it as a plain value only?"""
    for call in analysis.calls:
        if isinstance(call.node, tree.Call) and isinstance(call.callee, FunctionValue):
            for index, argument in enumerate(call.node.arguments):
                if argument is node:
                    inner = call.callee.definition.parameter(index, None)
                    return inner is not None and _only_plain(unit, call.callee, inner, depth + 1)
    return False
