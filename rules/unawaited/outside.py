"""AWAIT208 await-outside-async

What it does: `await`, `async for` or `async with` where no coroutine is being defined: in a plain function,
in a lambda, at the level of a module.

Why is this bad? It is a SyntaxError. Only a coroutine can pause, so await spreads outward: who awaits must
be awaited.

Example: `def order(): await cook()`.

Use instead: `async def order(): await cook()`, up to one `asyncio.run(main())` at the outside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.analysis import tree

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "AWAIT208"


def check(unit: Unit, report: Reporter) -> None:
    """Report what may only stand in an async function."""
    if not unit.is_async:
        for node, keyword in unit.analysis.asynchronous:
            if unit.definition is None:
                report.add(unit.module, node, CODE, "module", keyword=keyword)
            else:
                report.add(unit.module, node, CODE, "function", keyword=keyword, function=unit.name)
    for node in unit.analysis.lambdas:
        for inner in _awaits(node.body):
            report.add(unit.module, inner, CODE, "lambda", keyword="await")


def _awaits(expression: Any) -> list[tree.Await]:
    """The awaits of an expression, those of lambdas and generators in it left out."""
    found = []
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tree.Await):
            found.append(node)
        if isinstance(node, tuple):
            waiting.extend(node)
        elif hasattr(node, "__struct_fields__") and not isinstance(node, tree.Lambda | tree.Comprehension):
            waiting.extend(getattr(node, name) for name in node.__struct_fields__)
    return found
