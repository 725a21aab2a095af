"""LOOP113 blocking-lock

What it does: taking a lock of `threading` or `multiprocessing` on the loop: `with lock:`, `lock.acquire()`.

Why is this bad? When another thread holds the lock, the loop waits for that thread. Off by default: a lock
that is only ever held for a moment is common and harmless.

Example: `with self._lock:` in an `async def`.

Use instead: `async with asyncio.Lock()` among tasks; keep what threads share in a thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.analysis.definitions import spelled

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "LOOP113"


def check(unit: Unit, report: Reporter) -> None:
    """Report locks that are taken on the loop."""
    for call, name, entry in unit.blocking_calls(CODE):
        if call.kind != "exit":
            variant = "with" if call.kind == "enter" else "acquire"
            advice = entry.instead
            report.add(
                unit.module, call.node, CODE, variant, name=spelled(call.node), target=name, advice=advice
            )
