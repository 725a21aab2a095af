"""AWAIT207 sync-with-over-async

What it does: `with` on an object that only works in `async with`.

Why is this bad? Entering it has to wait, and only `async with` can wait: this raises AttributeError or
TypeError.

Example: `with aiohttp.ClientSession() as session:`.

Use instead: `async with aiohttp.ClientSession() as session:`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.analysis import tree
from rules.analysis.definitions import spelled
from rules.analysis.fixes import insert_text

from .protocols import only_async

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "AWAIT207"


def check(unit: Unit, report: Reporter) -> None:
    """Report async context managers in plain `with` statements."""
    for statement, expression, value in unit.analysis.statements:
        if isinstance(statement, tree.With) and not statement.is_async:
            if only_async(unit.world.inference, value, "with", ("__enter__", "__aenter__")):
                name = spelled(expression)
                alone = unit.is_async and len(statement.items) == 1
                fix = insert_text(statement.at, "async ", "async-with", name) if alone else None
                report.add(unit.module, expression, CODE, "with", fix=fix, name=name)
