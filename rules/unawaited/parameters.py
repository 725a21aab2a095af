"""The part of AWAIT203 that is about arguments: coroutines given to a first-party function that only needs plain values
there, or that does nothing with what it gets, and to libraries that send or store what they are given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.analysis import tree
from rules.analysis.arguments import handed
from rules.analysis.definitions import spelled
from rules.analysis.events import PLAIN_USES
from rules.analysis.nodes import names_in, nodes_in
from rules.analysis.values import NONE, Awaitable, ClassValue, FunctionValue, Instance, Outside, members

if TYPE_CHECKING:
    from rules.analysis.events import Analysis, Call
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit
    from rules.analysis.values import Value

CODE = "AWAIT203"
_PLAIN = frozenset({"builtins.int", "builtins.float", "builtins.str", "builtins.bytes", "builtins.bool"})
_LIBRARIES = (
    "aiofiles.", "aiogram.", "aiohttp.", "aiomysql.", "aiosqlite.", "asyncio.StreamWriter.", "asyncpg.", "discord.",
    "fastapi.", "httpx.", "motor.", "psycopg.", "redis.", "sqlalchemy.", "starlette.", "telegram.", "websockets.",
)  # fmt: skip
# Of those, what may hand a coroutine on to somebody.
_HANDS_ON = frozenset({"run_in_threadpool", "run_sync", "invoke", "wait", "process_error", "process_update"})
_TAKES_VALUES = ("Response", "StreamWriter.write")  # ... besides their coroutine functions
_DEEPEST = 3  # functions that hand a parameter on
_LOOKING = frozenset({"await", "consumed", "inspect", "driven", "captured"})


def check(unit: Unit, report: Reporter) -> None:
    """Report coroutines that the function that gets them will not await; for `as_value.py`."""
    for call in unit.analysis.calls:
        if call.kind == "call" and isinstance(call.node, tree.Call) and (call.arguments or call.keywords):
            callee = call.callee
            if isinstance(callee, Outside):
                _outside(unit, report, call, callee.name)
            if isinstance(callee, ClassValue):
                callee = unit.world.inference.constructor(callee.definition)
            if isinstance(callee, FunctionValue):
                _arguments(unit, report, call.node, callee, call)


def _outside(unit: Unit, report: Reporter, call: Call, name: str) -> None:
    """`await message.reply_text(answer())`: a library that takes values, and awaits none of them."""
    if not any(value.__class__ is Awaitable for value in (*call.arguments, *call.keywords.values())):
        return
    given = [*zip(call.node.arguments, call.arguments, strict=True)]
    given += [(expression, call.keywords[key]) for key, expression in call.node.keywords if key is not None]
    for argument, value in given:
        if not (isinstance(value, Awaitable) and value.kind == "coroutine" and value.via != "annotation"):
            continue
        if name == "builtins.isinstance":
            takes = isinstance(argument, tree.Call) and _is_plain_class(call.arguments[-1])
        elif name.startswith(_LIBRARIES) and (isinstance(argument, tree.Call) or _only_here(unit, argument)):
            kind = unit.world.inference.outside.awaitable_kind(name)
            sends = kind == "coroutine" and name.rpartition(".")[2] not in _HANDS_ON
            takes = sends or name.endswith(_TAKES_VALUES)
        else:
            continue
        if takes and not any(use.node is argument and use.use == "plain" for use in unit.analysis.uses):
            report.add(unit.module, argument, CODE, "argument", name=value.name, callee=spelled(call.node))


def _is_plain_class(value: Value) -> bool:
    """Is it a class of which no coroutine can be an instance? (`isinstance(load(), dict)`)"""
    classes = value.args if isinstance(value, Instance) and value.cls == "builtins.tuple" else (value,)
    return all(
        isinstance(item, Outside) and item.name.startswith("builtins.") and item.name != "builtins.object"
        for item in classes
    )


def _only_here(unit: Unit, argument: Any) -> bool:
    """Is this a variable of the function that is assigned once and read nowhere else?"""
    if not (isinstance(argument, tree.Name) and unit.definition is not None):
        return False
    seen = [n for n in nodes_in(unit.body) if isinstance(n, tree.Name) and n.id == argument.id]
    return len(seen) == 2


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
    stub = any(isinstance(s, tree.Raise) for s in body) or any(
        isinstance(s, tree.Expression) and s.value == tree.Constant(s.at, "ellipsis", None) for s in body
    )
    return not stub and names_in(body).isdisjoint((parameter.name, "locals", "super"))


def _handed_to_plain(unit: Unit, analysis: Analysis, node: Any, depth: int) -> bool:
    """Does the function that a parameter is handed to use it as a plain value only?"""
    for call in analysis.calls:
        if isinstance(call.node, tree.Call) and isinstance(call.callee, FunctionValue):
            for index, argument in enumerate(call.node.arguments):
                if argument is node:
                    inner = call.callee.definition.parameter(index, None)
                    return inner is not None and _only_plain(unit, call.callee, inner, depth + 1)
    return False
