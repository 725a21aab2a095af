"""LOOP105 blocking-socket

What it does: Sockets, name resolution, TLS, mail and file transfer that wait with the thread.

Why is this bad? One slow peer holds up every other connection of the process.

Example: `sock.recv(100)` in an `async def`.

Use instead: `await loop.sock_recv(sock, 100), or streams`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .primitive import report_calls

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "LOOP105"


def check(unit: Unit, report: Reporter) -> None:
    """Report the calls on the loop that the knowledge files list under this code."""
    report_calls(unit, report, CODE)
