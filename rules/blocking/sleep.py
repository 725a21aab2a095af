"""LOOP101 blocking-sleep

What it does: Sleeping with the thread: `time.sleep` and its kin.

Why is this bad? While `time.sleep` waits, the one thread that the event loop runs in does nothing: no other task is served.

Example: `time.sleep(3)` in an `async def`.

Use instead: `await asyncio.sleep(3)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .primitive import report_calls

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "LOOP101"


def check(unit: Unit, report: Reporter) -> None:
    """Report the calls on the loop that the knowledge files list under this code."""
    report_calls(unit, report, CODE)
