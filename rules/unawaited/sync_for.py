"""AWAIT210 sync-for-over-async

What it does: `for` over an async iterator or generator, also in a comprehension or in `list(...)`.

Why is this bad? Each item has to be waited for, and only `async for` can wait: this raises TypeError.

Example: `for line in reader:` with an `asyncio.StreamReader`.

Use instead: `async for line in reader:`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.analysis import tree
from rules.analysis.definitions import spelled
from rules.analysis.fixes import insert_text
from rules.analysis.values import Awaitable

from .protocols import only_async

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "AWAIT210"
_ITERATES = frozenset(
    {"enumerate", "zip", "map", "filter", "iter", "reversed"}
)  # ask for an iterator at once


def check(unit: Unit, report: Reporter) -> None:
    """Report plain iteration over what is only async-iterable."""
    for statement, expression, value in unit.analysis.statements:
        if isinstance(statement, tree.ForLoop | tree.For) and not statement.is_async:
            if only_async(unit.world.inference, value, "for", ("__iter__", "__aiter__")):
                _report(unit, report, statement, expression)
    for use in unit.analysis.uses:
        iterated = use.use in ("for", "iterated", "spread") or (
            use.use == "plain" and use.detail in _ITERATES
        )
        if iterated and isinstance(use.value, Awaitable) and use.value.kind == "async-generator":
            found = [s for s, expression, _ in unit.analysis.statements if expression is use.node]
            _report(unit, report, found[0] if found else None, use.node)


def _report(unit: Unit, report: Reporter, statement: Any, expression: Any) -> None:
    name = spelled(expression)
    loops = unit.is_async and statement is not None
    fix = insert_text(statement.at, "async ", "async-for", name) if loops else None
    report.add(unit.module, expression, CODE, "for", fix=fix, name=name)
