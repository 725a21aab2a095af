"""LOOP108 blocking-input

What it does: Reading what a person types: `input`, `getpass`, `sys.stdin.read`.

Why is this bad? People are slow; the loop waits for the return key.

Example: `name = input()` in an `async def`.

Use instead: `name = await asyncio.to_thread(input)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .primitive import report_calls

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "LOOP108"


def check(unit: Unit, report: Reporter) -> None:
    """Report the calls on the loop that the knowledge files list under this code."""
    report_calls(unit, report, CODE)
