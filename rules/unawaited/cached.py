"""AWAIT212 cached-coroutine

What it does: `functools.lru_cache`, `functools.cache` or `cached_property` on an `async def`.

Why is this bad? The cache keeps the coroutine, not its result; a coroutine can be awaited once, so the
second call fails.

Example: `@lru_cache` above an `async def`.

Use instead: a cache that awaits (`async_lru.alru_cache`), or keep the task.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.analysis import tree
from rules.analysis.definitions import decorated_by, spelled
from rules.analysis.values import Outside

from .not_called import is_coroutine_function

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "AWAIT212"


def check(unit: Unit, report: Reporter) -> None:
    """Report caches around coroutine functions, as decorators and as calls."""
    caches = unit.world.inference.knowledge.caches
    definition = unit.definition
    if definition is not None and isinstance(definition.node, tree.Function) and definition.is_async:
        for decorator in definition.node.decorators:
            target = decorated_by(decorator)
            value = unit.world.inference.static(target, definition.parent)
            if isinstance(value, Outside) and value.name in caches:
                report.add(
                    unit.module, decorator, CODE, "cached", name=definition.name, decorator=spelled(decorator)
                )
    for call in unit.analysis.calls:
        if (
            (
                isinstance(call.callee, Outside)
                and call.callee.name in caches
                and isinstance(call.node, tree.Call)
            )
            and call.arguments
            and is_coroutine_function(call.arguments[0], unit)
        ):
            name = spelled(call.node.arguments[0])
            report.add(unit.module, call.node, CODE, "cached", name=name, decorator=spelled(call.node))
