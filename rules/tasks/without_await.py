"""TASK306 async-without-await (off by default)

What it does: an `async def` that never awaits.

Why is this bad? It promises to pause and never does: its callers pay for a coroutine and get a plain
function that holds the loop from beginning to end.

Example: `async def add(a, b): return a + b`.

Use instead: `def add(a, b): return a + b`.

Silent about methods that override or implement something, special methods, decorated functions, stubs, and
functions that are handed somewhere as callbacks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.analysis import tree
from rules.analysis.definitions import ClassDefinition, Definition

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "TASK306"


def check(unit: Unit, report: Reporter) -> None:
    """Report coroutine functions that never pause."""
    definition = unit.definition
    if definition is None or not isinstance(definition.node, tree.Function):
        return
    node = definition.node
    if not node.is_async or node.awaits or node.is_generator:
        return
    if node.decorators or node.name.startswith("__") or _is_stub(unit.body):
        return
    if definition.cls is not None and _may_override(unit, definition, definition.cls):
        return
    if node.name not in _handed(unit.module.facts.body):
        report.add(unit.module, node, CODE, "function", function=node.name)


def _is_stub(body: tuple[Any, ...]) -> bool:
    """Nothing but a docstring, `...`, `pass` or `raise`."""
    return all(
        (isinstance(statement, tree.Expression) and isinstance(statement.value, tree.Constant))
        or (isinstance(statement, tree.Jump) and statement.kind == "pass")
        or isinstance(statement, tree.Raise)
        for statement in body
    )


def _may_override(unit: Unit, definition: Definition, cls: ClassDefinition) -> bool:
    """Does a base define the method, or is a base not known?"""
    for base in unit.world.inference.linear(cls)[1:]:
        if not isinstance(base, ClassDefinition) or definition.name in base.scope.bound:
            return True
    return False


def _handed(body: Any) -> set[str]:
    """Names and attributes of a module that are read without being called: handed on as values."""
    found: set[str] = set()
    waiting: list[Any] = [body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tuple):
            waiting.extend(node)
        elif isinstance(node, tree.Call) and isinstance(node.func, tree.Name | tree.Attribute):
            if isinstance(node.func, tree.Attribute):
                waiting.append(node.func.value)
            waiting.append(node.arguments)
            waiting.append(node.keywords)
        elif isinstance(node, tree.Name):
            found.add(node.id)
        elif isinstance(node, tree.Attribute):
            found.add(node.name)
            waiting.append(node.value)
        elif isinstance(node, tree.Function):
            waiting.append(tree.unpack(node))
            waiting.append(node.decorators)
        elif hasattr(node, "__struct_fields__"):
            waiting.extend(getattr(node, name) for name in node.__struct_fields__)
    return found
