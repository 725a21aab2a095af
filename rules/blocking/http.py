"""LOOP102 blocking-http

What it does: HTTP clients that wait for the answer with the thread: requests, urllib, urllib3, the
synchronous half of httpx.

Why is this bad? The whole loop waits for one server.

Example: `requests.get(url)` in an `async def`.

Use instead: `async with httpx.AsyncClient() as client: await client.get(url)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .primitive import report_calls

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "LOOP102"


def check(unit: Unit, report: Reporter) -> None:
    """Report the calls on the loop that the knowledge files list under this code."""
    report_calls(unit, report, CODE)
