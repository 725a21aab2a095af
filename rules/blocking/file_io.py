"""LOOP104 blocking-file-io

What it does: opening, reading, writing and changing files: `open`, file objects, `os`, `pathlib`, `shutil`,
`tempfile`, archives, `json.load(file)`. Lazy calls (`Path.glob`) count where they are consumed.

Why is this bad? Regular files are never "not ready": the thread waits for the disk (or the network behind
it), and with it every task of the loop.

Example: `Path("menu.json").read_text()` in an `async def`.

Use instead: `await asyncio.to_thread(Path("menu.json").read_text)`, or aiofiles, anyio.Path, trio.Path.

Silent in test files (setting `test-files`): a test that reads a small file harms nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.analysis.definitions import spelled

from .primitive import report_call

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "LOOP104"


def check(unit: Unit, report: Reporter) -> None:
    """Report file access on the loop, except in test files."""
    if unit.world.is_test.get(unit.module.path, False):
        return
    for call, name, entry in unit.blocking_calls(CODE):
        if call.kind in ("iterate", "consume"):
            advice = entry.instead
            report.add(
                unit.module, call.node, CODE, "iterate", name=spelled(call.node), target=name, advice=advice
            )
        else:
            report_call(unit, report, CODE, call, name, entry)
