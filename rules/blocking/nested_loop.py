"""LOOP109 nested-event-loop

What it does: Running an event loop inside of one: `asyncio.run`, `run_until_complete`, `run_forever`.

Why is this bad? A loop is running already: this raises RuntimeError.

Example: `asyncio.run(fetch())` in an `async def`.

Use instead: `await fetch()`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .primitive import report_calls

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "LOOP109"


def check(unit: Unit, report: Reporter) -> None:
    """Report the calls on the loop that the knowledge files list under this code."""
    report_calls(unit, report, CODE)
