"""AWAIT202 coroutine-lost

What it does: a coroutine in a local variable that is not awaited, returned, stored or handed on, on at
least one path to the end of the function; one that is overwritten; one assigned to `_`.

Why is this bad? The promise is made and forgotten: on that path its work never happens.

Example: `order = cook()`, and then a `return` before the `await order`.

Use instead: `order = await cook()`, or await it on every path; `order.close()` says that it is dropped on
purpose.

Silent about optional coroutines, variables that nested functions use, and what `finally` takes care of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.analysis.values import Awaitable

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "AWAIT202"


def check(unit: Unit, report: Reporter) -> None:
    """Report what following the body found lost."""
    for lost in unit.analysis.lost:
        value = lost.value
        if lost.collection or not isinstance(value, Awaitable):
            continue
        params: dict[str, Any] = {"variable": lost.variable, "name": value.name}
        if lost.how in ("some-path", "overwritten"):
            params["line"] = lost.at
        report.add(unit.module, lost.node, CODE, lost.how, **params)
