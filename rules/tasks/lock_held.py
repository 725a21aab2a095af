"""TASK305 lock-held-across-await

What it does: `with` on a lock of `threading` whose body awaits.

Why is this bad? While the task is paused the lock stays locked. The next task that wants it blocks the
thread, and with it the loop that would have to resume the holder: a deadlock.

Example: `with self._lock: await self.save()`.

Use instead: `async with asyncio.Lock()`; or take the thread's lock only where nothing is awaited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.analysis import tree
from rules.analysis.definitions import spelled
from rules.analysis.values import Instance

from .awaits import pauses

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "TASK305"
_LOCKS = ("threading.Lock", "threading.RLock", "threading.Condition", "threading.Semaphore")


def check(unit: Unit, report: Reporter) -> None:
    """Report plain `with` statements on such locks that pause inside."""
    outside = unit.world.inference.outside
    for statement, expression, value in unit.analysis.statements:
        if not isinstance(statement, tree.With) or statement.is_async or not isinstance(value, Instance):
            continue
        cls = value.cls
        if (
            isinstance(cls, str)
            and any(outside.is_a(cls, lock) for lock in _LOCKS)
            and pauses(statement.body)
        ):
            report.add(unit.module, expression, CODE, "with", name=spelled(expression))
