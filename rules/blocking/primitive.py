"""What the rules for blocking primitives share: find the calls on the loop that the knowledge files list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.analysis.definitions import spelled
from rules.analysis.fixes import to_thread
from rules.registry import BY_CODE

if TYPE_CHECKING:
    from rules.analysis.events import Call
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit
    from rules.knowledge import Blocking


def report_calls(unit: Unit, report: Reporter, code: str) -> None:
    """Report each of them as the variant `call`."""
    for call, name, entry in unit.blocking_calls(code):
        report_call(unit, report, code, call, name, entry)


def report_call(unit: Unit, report: Reporter, code: str, call: Call, name: str, entry: Blocking) -> None:
    """Report one; where nothing better is known, the fix moves it to a thread."""
    shown = spelled(call.node)
    fix = to_thread(unit, call, shown) if BY_CODE[code].fixable == "unsafe" else None
    variant = "configured" if entry.configured else "call"
    report.add(unit.module, call.node, code, variant, fix=fix, name=shown, target=name, advice=entry.instead)
