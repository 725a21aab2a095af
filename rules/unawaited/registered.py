"""AWAIT211 coroutine-function-as-callback, where a decorator hands the function over: `@click.command()` and its kin
call it as a plain function and drop the coroutine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.analysis import tree
from rules.analysis.definitions import decorated_by
from rules.analysis.values import FunctionValue, Outside, Value

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "AWAIT211"


def check(unit: Unit, report: Reporter) -> None:
    """Report an async function that is still one where such a decorator gets it; for `callback.py`."""
    definition = unit.definition
    if definition is None or not definition.is_async or not isinstance(definition.node, tree.Function):
        return
    inference = unit.world.inference
    value: Value = FunctionValue(definition)
    for decorator in reversed(definition.node.decorators):
        if not isinstance(value, FunctionValue) or not value.definition.is_async:
            return
        called = decorated_by(decorator)
        target = inference.static(called, definition.parent)
        if isinstance(target, Outside) and target.name in inference.knowledge.registers:
            report.add(unit.module, decorator, CODE, "method", owner=target.name, name=definition.name)
            return
        value = inference.decorate(value, decorator, definition.parent)
