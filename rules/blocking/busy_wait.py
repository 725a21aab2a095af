"""LOOP111 busy-wait

What it does: a loop without an `await` in an `async def` that can only end by something that another task
does: `while not done: pass`.

Why is this bad? As long as the loop spins, no other task runs, so nothing can ever change the condition: it
hangs.

Example: `while not self.ready: pass`.

Use instead: `await event.wait()` with an `asyncio.Event`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.analysis import tree
from rules.analysis.definitions import flattened

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "LOOP111"


def check(unit: Unit, report: Reporter) -> None:
    """Report loops that spin on a condition which nothing in them changes."""
    if not unit.is_async:
        return
    for statement in unit.statements():
        if isinstance(statement, tree.While) and _idle(statement.body) and _plain(statement.test):
            report.add(unit.module, statement, CODE, "loop", condition=statement.test)


def _idle(body: tuple[Any, ...]) -> bool:
    """Nothing but `pass`, `continue` and `...`: no call, no assignment, no way out."""
    for statement in flattened(body):
        if isinstance(statement, tree.Jump) and statement.kind != "break":
            continue
        if isinstance(statement, tree.Expression) and isinstance(statement.value, tree.Constant):
            continue
        return False
    return True


def _plain(test: Any) -> bool:
    """Reads of names and attributes, and questions such as `event.is_set()`; no constant, no other call."""
    match test:
        case tree.Name() | tree.Attribute():
            return True
        case tree.Unary(operator="not"):
            return _plain(test.operand)
        case tree.Boolean():
            return _plain(test.left) and _plain(test.right)
        case tree.Compare():
            sides = (test.left, *test.rights)
            return all(_plain(side) or isinstance(side, tree.Constant) for side in sides) and any(
                map(_plain, sides)
            )
        case tree.Call(func=tree.Attribute(name=name), arguments=()):
            return name in ("is_set", "done", "locked", "empty", "full", "cancelled")
        case tree.Call(func=tree.Name(id="len"), arguments=(argument,)):
            return _plain(argument)
    return False
