"""AWAIT205 unawaited-awaitable

What it does: an awaitable that is no coroutine function's own result is dropped: `gather`, `wait`,
`wait_for`, `to_thread`, `shield`, a plain function that returns a coroutine, something annotated to return
an Awaitable.

Why is this bad? Nobody waits for the work, and what goes wrong in it is never seen; `wait` and `wait_for`
do not even start.

Example: `asyncio.gather(*orders)` as a statement.

Use instead: `await asyncio.gather(*orders)`.

Silent about tasks and futures: those run by themselves (see TASK301).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.analysis import tree
from rules.analysis.fixes import insert_await
from rules.analysis.values import Awaitable, FunctionValue, Instance, members

from .statement import target_name

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "AWAIT205"
_DEEPEST = 3
_STANDS_FOR_TASKS = ("shield", "gather")  # what they were given runs, whoever waits


def check(unit: Unit, report: Reporter) -> None:
    """Report dropped awaitables."""
    for use in unit.analysis.uses:
        value = use.value
        if use.use != "statement" or not isinstance(use.node, tree.Call) or not isinstance(value, Awaitable):
            continue
        if value.via == "annotation" and value.kind in ("awaitable", "coroutine"):
            report.add(unit.module, use.node, CODE, "callable", name=value.name)
        elif (
            value.via == "sync"
            and value.kind in ("awaitable", "coroutine")
            and not _runs_by_itself(unit, use.node)
        ):
            target = target_name(value)
            report.add(unit.module, use.node, CODE, "returns-awaitable", name=value.name, target=target)
        elif value.via == "outside" and value.kind == "awaitable":
            fix = insert_await(unit, use.node, value.name)
            report.add(
                unit.module, use.node, CODE, "call", fix=fix, name=value.name, target=target_name(value)
            )


def _runs_by_itself(unit: Unit, node: tree.Call) -> bool:
    """Does the plain function, whatever its annotation, return a task or future, or what stands for some?"""
    for call in unit.analysis.calls:
        if call.node is node:
            callee = call.callee
            if isinstance(callee, Instance):
                callee = unit.world.inference.attribute(callee, "__call__")
            if isinstance(callee, FunctionValue) and _gives_future(unit, callee):
                return True
    return False


def _gives_future(unit: Unit, function: FunctionValue, depth: int = 0) -> bool:
    analysis = unit.world.inference.analysis(function)
    for member in members(analysis.returned):
        if isinstance(member, Awaitable):
            if member.kind in ("task", "future") or member.name.endswith(_STANDS_FOR_TASKS):
                return True
    return depth < _DEEPEST and any(
        call.use == "return"
        and isinstance(call.callee, FunctionValue)
        and _gives_future(unit, call.callee, depth + 1)
        for call in analysis.calls
    )
