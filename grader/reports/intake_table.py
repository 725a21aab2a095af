"""`intake.csv`: what was taken for what, who is missing, and what was not understood.

One row for each thing that was handed in and each student who handed in nothing.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from grader.locale import _
from grader.reports.gradebook import BOM, cell, student_cells
from grader.text import joined

if TYPE_CHECKING:
    from grader.reports.class_report import ClassReport

HEADINGS = ("source", "outcome", "submission", "student_id", "name", "group", "remarks")
_MISSING = "missing"


def intake_table(report: ClassReport) -> bytes:
    """The table as the bytes of a CSV file (UTF-8 with a BOM, no formulas). Outcomes are English, for programs."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for row in report.intake:
        writer.writerow(
            [
                cell(row.source),
                row.outcome,
                cell(row.submission),
                *student_cells(row.student),
                cell(joined(*row.notes)),
            ]
        )
    for student in report.missing:
        writer.writerow(["", _MISSING, "", *student_cells(student), ""])
    return (BOM + buffer.getvalue()).encode("utf-8", "backslashreplace")


def outcome_label(outcome: str) -> str:
    """What became of an entry, in the current language."""
    return {
        "taken": _("taken"),
        "refused": _("refused"),
        "replaced": _("replaced"),
        "left out": _("left out"),
    }[str(outcome)]
