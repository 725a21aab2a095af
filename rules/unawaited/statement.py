"""AWAIT201 unawaited-coroutine

What it does: a call of a coroutine function whose coroutine is dropped at once: the call is a statement, or
a branch of one (`ready and fetch()`), or an element of one.

Why is this bad? Calling an async function runs nothing: it gives a coroutine object, a promise. Without
`await` nobody keeps the promise.

Example: `fetch()` in an `async def`.

Use instead: `await fetch()`, or `asyncio.create_task(fetch())` with the task kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.analysis import tree
from rules.analysis.fixes import insert_await
from rules.analysis.values import Awaitable, FunctionValue

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "AWAIT201"


def check(unit: Unit, report: Reporter) -> None:
    """Report dropped coroutines and async generators."""
    for use in unit.analysis.uses:
        value = use.value
        if (
            use.use != "statement"
            or not isinstance(value, Awaitable)
            or isinstance(use.node, tree.Name | tree.Await)
        ):
            continue
        if value.via not in ("function", "outside"):
            continue
        target = target_name(value)
        if value.kind == "async-generator":
            report.add(unit.module, use.node, CODE, "async-generator", name=value.name, target=target)
        elif value.kind == "coroutine" and unit.is_async:
            fix = insert_await(unit, use.node, value.name)
            report.add(unit.module, use.node, CODE, "call", fix=fix, name=value.name, target=target)
        elif value.kind == "coroutine":
            report.add(
                unit.module,
                use.node,
                CODE,
                "call-in-sync",
                name=value.name,
                target=target,
                function=unit.name,
            )


def target_name(value: Awaitable) -> str:
    """The coroutine function's own name."""
    if isinstance(value.source, FunctionValue):
        return (value.source.via or value.source.definition).qualified
    return value.name
