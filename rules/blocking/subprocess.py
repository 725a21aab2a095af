"""LOOP103 blocking-subprocess

What it does: Starting and waiting for processes: `subprocess`, `os.system`, `os.wait`, `Popen.wait`.

Why is this bad? The loop stands still until the other process ends.

Example: `subprocess.run(["make"])` in an `async def`.

Use instead: `process = await asyncio.create_subprocess_exec("make"); await process.wait()`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .primitive import report_calls

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "LOOP103"


def check(unit: Unit, report: Reporter) -> None:
    """Report the calls on the loop that the knowledge files list under this code."""
    report_calls(unit, report, CODE)
