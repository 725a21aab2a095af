"""AWAIT204 coroutines-collected

What it does: a list, set or dict of coroutines that nothing awaits or gathers: in a variable that is not
used again, in one that only grows, or as a statement.

Why is this bad? A list of promises is not a list of results; none of the work has begun.

Example: `orders = [cook(d) for d in dishes]` with no `await asyncio.gather(*orders)` after it.

Use instead: `results = await asyncio.gather(*orders)`, or a TaskGroup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.analysis import tree
from rules.analysis.values import Awaitable, Instance, members

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit
    from rules.analysis.values import Value

CODE = "AWAIT204"
_COLLECTIONS = frozenset({"builtins.list", "builtins.set", "builtins.tuple", "builtins.dict"})


def check(unit: Unit, report: Reporter) -> None:
    """Report containers of coroutines that are lost."""
    for use in unit.analysis.uses:
        dropped = use.use == "statement" and isinstance(use.node, tree.Call | tree.Await)
        held = _held(use.value) if dropped else None
        if held is not None:
            kind = str(getattr(use.value, "cls", "")).rpartition(".")[2]
            report.add(unit.module, use.node, CODE, "statement", name=held.name, kind=kind)
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


def _held(value: Value) -> Awaitable | None:
    """The coroutine of which a call such as `list(map(f, items))` makes a collection."""
    if not (isinstance(value, Instance) and value.cls in _COLLECTIONS and value.args):
        return None
    first = None
    for item in members(value.args[0 if value.cls == "builtins.tuple" else -1]):
        if not (isinstance(item, Awaitable) and item.kind == "coroutine" and item.via != "annotation"):
            return None
        first = first or item
    return first
