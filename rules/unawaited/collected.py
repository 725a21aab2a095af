"""AWAIT204 coroutines-collected

What it does: a list, set or dict of coroutines that nothing awaits or gathers: in a variable that is not
used again, in one that only grows, or as a statement.

Why is this bad? A list of promises is not a list of results; none of the work has begun.

Example: `orders = [cook(d) for d in dishes]` with no `await asyncio.gather(*orders)` after it.

Use instead: `results = await asyncio.gather(*orders)`, or a TaskGroup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.analysis.values import Awaitable

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "AWAIT204"


def check(unit: Unit, report: Reporter) -> None:
    """Report containers of coroutines that are lost."""
    for lost in unit.analysis.lost:
        value = lost.value
        if not lost.collection or not isinstance(value, Awaitable):
            continue
        if lost.collection == "appended":
            report.add(unit.module, lost.node, CODE, "appended", variable=lost.variable, name=value.name)
        else:
            kind = lost.collection
            report.add(
                unit.module, lost.node, CODE, "variable", variable=lost.variable, name=value.name, kind=kind
            )
