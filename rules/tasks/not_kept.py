"""TASK301 task-not-kept

What it does: the task that `create_task` or `ensure_future` returns is dropped, assigned to `_`, or to a local
variable that is forgotten at once: nothing reads it, and nothing pauses before the function ends.

Why is this bad? The event loop keeps only a weak reference: a task that nobody holds may be garbage-
collected in the middle of its work, and its exception is never seen.

Example: `asyncio.create_task(work())` as a statement, also with `.add_done_callback(...)` after it, which
gives nothing back and keeps nothing.

Use instead: keep it (`self.tasks.add(task)`), await it, or use a TaskGroup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

from rules.analysis import tree
from rules.analysis.nodes import nodes_in
from rules.analysis.values import Awaitable

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit
    from rules.analysis.values import Value

CODE = "TASK301"


def check(unit: Unit, report: Reporter) -> None:
    """Report dropped tasks. (Those of a TaskGroup are kept by the group: the knowledge files call them
    futures.)
    """
    for use in unit.analysis.uses:
        if not _is_task(use.value) or use.tracked:
            continue
        told = use.use == "truth" or (use.use == "attribute" and use.detail == "add_done_callback")
        if use.use == "statement" or (told and isinstance(use.node, tree.Call)):
            report.add(unit.module, use.node, CODE, "dropped", name=use.value.name)
        elif use.use == "discard":
            report.add(unit.module, use.node, CODE, "discarded", variable="_", name=use.value.name)
        elif use.use == "assign" and (name := _forgotten(unit, use.node)) is not None:
            report.add(unit.module, use.node, CODE, "discarded", variable=name, name=use.value.name)


def _is_task(value: Value) -> TypeGuard[Awaitable]:
    return isinstance(value, Awaitable) and value.kind == "task" and value.via == "outside"


def _forgotten(unit: Unit, made: Any) -> str | None:
    """The local variable that alone holds the task, when nothing reads it and nothing pauses before the
    function ends and forgets it.
    """
    if unit.definition is None:
        return None
    for statement in unit.statements():
        if isinstance(statement, tree.Assign | tree.AnnotatedAssign) and statement.value is not None:
            if statement.value is not made:
                continue
            targets = statement.targets if isinstance(statement, tree.Assign) else (statement.target,)
            if len(targets) != 1 or not isinstance(targets[0], tree.Name):
                return None
            name = targets[0].id
            mentions = sum(isinstance(n, tree.Name) and n.id == name for n in nodes_in(unit.body))
            later = any(node.at > statement.value.at for node, _ in unit.analysis.asynchronous)
            local = name in unit.scope.bound and not unit.definition.is_generator
            return name if local and mentions == 1 and not later else None
    return None
