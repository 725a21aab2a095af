"""LOOP101 blocking-sleep

What it does: Sleeping with the thread: `time.sleep` and its kin.

Why is this bad? While `time.sleep` waits, the one thread that the event loop runs in does nothing: no other
task is served.

Example: `time.sleep(3)` in an `async def`.

Use instead: `await asyncio.sleep(3)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.analysis.definitions import spelled
from rules.analysis.fixes import async_sleep

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "LOOP101"


def check(unit: Unit, report: Reporter) -> None:
    """Report them; `time.sleep` has a safe fix."""
    for call, name, entry in unit.blocking_calls(CODE):
        shown = spelled(call.node)
        fix = async_sleep(unit, call, shown) if name == "time.sleep" and call.kind == "call" else None
        report.add(
            unit.module, call.node, CODE, "call", fix=fix, name=shown, target=name, advice=entry.instead
        )
