"""LOOP106 blocking-database

What it does: Database drivers that wait with the thread: sqlite3, psycopg, pymysql, pymongo, redis,
SQLAlchemy, boto3.

Why is this bad? A slow query stops everyone, not only the one who asked.

Example: `connection.execute("select 1")` in an `async def`.

Use instead: `an asynchronous driver, or `await asyncio.to_thread(...)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .primitive import report_calls

if TYPE_CHECKING:
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "LOOP106"


def check(unit: Unit, report: Reporter) -> None:
    """Report the calls on the loop that the knowledge files list under this code."""
    report_calls(unit, report, CODE)
