"""TASK307 sleep-polling (off by default)

What it does: `while not x: await sleep(...)`: asking again and again for something that another task will do.

Why is this bad? It wakes up for nothing and notices late.

Example: `while not self.ready: await asyncio.sleep(0.1)`.

Use instead: `await event.wait()`, with `event.set()` where it becomes true; for tasks, await the task.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.analysis import tree
from rules.analysis.definitions import spelled
from rules.analysis.values import Outside

from .awaits import pauses

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "TASK307"
_SLEEPS = frozenset(
    {"asyncio.sleep", "trio.sleep", "trio.sleep_until", "anyio.sleep", "anyio.sleep_until"}
)  # fmt: skip


def check(unit: Unit, report: Reporter) -> None:
    """Report loops that do nothing but sleep until a condition holds."""
    if not unit.is_async:
        return
    for statement in unit.statements():
        if isinstance(statement, tree.While) and len(statement.body) == 1:
            slept = _sleeps(unit, statement.body[0])
            if slept is not None and not _is_endless(statement.test) and not pauses(statement.test):
                report.add(unit.module, statement, CODE, "loop", condition=statement.test, name=slept)


def _is_endless(test: Any) -> bool:
    """`while True`; a `...` stands for a condition."""
    return isinstance(test, tree.Constant) and test.kind != "ellipsis"


def _sleeps(unit: Unit, statement: Any) -> str | None:
    """The sleep that is awaited, as it is spelled."""
    if isinstance(statement, tree.Expression) and isinstance(statement.value, tree.Await):
        call = statement.value.value
        for known in unit.analysis.calls:
            if known.node is call and isinstance(known.callee, Outside) and known.callee.name in _SLEEPS:
                return spelled(call)
    return None
