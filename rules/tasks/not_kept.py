"""TASK301 task-not-kept

What it does: the task that `create_task` or `ensure_future` returns is dropped, or assigned to `_`.

Why is this bad? The event loop keeps only a weak reference: a task that nobody holds may be garbage-
collected in the middle of its work, and its exception is never seen.

Example: `asyncio.create_task(work())` as a statement.

Use instead: keep it (`self.tasks.add(task)`), await it, or use a TaskGroup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.analysis.values import Awaitable

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "TASK301"


def check(unit: Unit, report: Reporter) -> None:
    """Report dropped tasks. (Those of a TaskGroup are kept by the group: the knowledge files call them
    futures.)
    """
    for use in unit.analysis.uses:
        value = use.value
        if (
            isinstance(value, Awaitable)
            and value.kind == "task"
            and value.via == "outside"
            and not use.tracked
        ):
            if use.use == "statement":
                report.add(unit.module, use.node, CODE, "dropped", name=value.name)
            elif use.use == "discard":
                report.add(unit.module, use.node, CODE, "discarded", variable="_", name=value.name)
