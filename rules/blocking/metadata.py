"""LOOP112 blocking-metadata

What it does: Cheap questions to the file system: `exists`, `stat`, the current folder.

Why is this bad? Usually quick; on a network folder they are not. Off by default.

Example: `path.exists()` in an `async def`.

Use instead: `await asyncio.to_thread(path.exists)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .primitive import report_calls

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "LOOP112"


def check(unit: Unit, report: Reporter) -> None:
    """Report the calls on the loop that the knowledge files list under this code."""
    report_calls(unit, report, CODE)
