"""LOOP105 blocking-socket

What it does: Sockets, name resolution, TLS, mail and file transfer that wait with the thread.

Why is this bad? One slow peer holds up every other connection of the process.

Example: `sock.recv(100)` in an `async def`.

Use instead: `await loop.sock_recv(sock, 100), or streams`.

Silent about sockets that have been told not to block, and about numeric addresses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.analysis import tree
from rules.analysis.nodes import nodes_in

from .primitive import report_call

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "LOOP105"


def check(unit: Unit, report: Reporter) -> None:
    """Report the calls on the loop that the knowledge files list under this code."""
    for call, name, entry in unit.blocking_calls(CODE):
        if not (isinstance(call.node, tree.Call) and _is_numeric(call.node)):
            report_call(unit, report, CODE, call, name, entry)


def _is_numeric(node: tree.Call) -> bool:
    """Is a name looked up with flags like AI_NUMERICHOST? That asks no server."""
    values = [*node.arguments, *(value for _, value in node.keywords)]
    mentioned = (
        item.id if isinstance(item, tree.Name) else item.name
        for value in values
        for item in nodes_in(value)
        if isinstance(item, tree.Name | tree.Attribute)
    )
    return any("NUMERIC" in name for name in mentioned)
