"""AWAIT206 coroutine-returned

What it does: `return f()` in an `async def`, where `f` is a coroutine function and nothing says that an
awaitable is to be returned.

Why is this bad? Who awaits the outer function gets a coroutine instead of the result and has to await twice.

Example: `return fetch()` in an `async def`.

Use instead: `return await fetch()`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.analysis import tree
from rules.analysis.annotations import annotated
from rules.analysis.definitions import ClassDefinition
from rules.analysis.events import PLAIN_USES
from rules.analysis.fixes import insert_await
from rules.analysis.values import NONE, UNKNOWN, Awaitable, FunctionValue, Instance, members

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit
    from rules.analysis.values import Value

CODE = "AWAIT206"
_MISUSED = PLAIN_USES - {"identity", "with"}


def check(unit: Unit, report: Reporter) -> None:
    """Report coroutines that an async function returns without awaiting them."""
    if not unit.is_async or _says_awaitable(unit):
        return
    misused: set[int] = set()  # where coroutines were made that AWAIT203 speaks about already
    for use in unit.analysis.uses:
        value = use.value
        if isinstance(value, Awaitable) and use.tracked and use.use in _MISUSED:
            misused.add(value.origin)
        elif isinstance(value, Awaitable) and use.tracked and value.origin in misused:
            continue
        if use.use == "return" and isinstance(value, Awaitable) and value.kind in ("coroutine", "awaitable"):
            # What a callable is declared to return is known to be wrong here when both declarations are known.
            declared = value.via == "annotation" and isinstance(use.node, tree.Call) and _says_plain(unit)
            if declared or (value.kind == "coroutine" and value.via != "annotation"):
                fix = insert_await(unit, use.node, value.name)
                report.add(
                    unit.module, use.node, CODE, "return", fix=fix, name=value.name, function=unit.name
                )


def _declared(unit: Unit) -> tuple[Value, ...]:
    """What the function is annotated to return, one value for each possibility; none without an annotation."""
    assert unit.definition is not None
    node = unit.definition.node
    if not isinstance(node, tree.Function) or node.returns is None:
        return ()
    return members(annotated(unit.world.inference, node.returns, unit.definition.parent))


def _says_awaitable(unit: Unit) -> bool:
    """Is the function annotated to return something awaitable, or something that is not known?"""
    return any(_may_be_awaitable(unit, value) for value in _declared(unit))


def _says_plain(unit: Unit) -> bool:
    """Is the function annotated to return a number, a text, a collection or nothing?"""
    declared = _declared(unit)
    return bool(declared) and all(
        value == NONE
        or (isinstance(value, Instance) and isinstance(value.cls, str) and value.cls.startswith("builtins."))
        for value in declared
    )


def _may_be_awaitable(unit: Unit, value: Any) -> bool:
    if isinstance(value, Awaitable) or value == UNKNOWN:
        return True
    if not isinstance(value, Instance) or isinstance(value.cls, str):
        return False
    inference = unit.world.inference
    return any(not isinstance(base, ClassDefinition) for base in inference.linear(value.cls)) or isinstance(
        inference.member(value.cls, "__await__", value), FunctionValue
    )
