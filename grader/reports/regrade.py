"""`regrade.csv`: every submission's points before and after a change of the exercise, one row each."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from grader.reports.gradebook import BOM, cell, student_cells

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.grading.regrade import Change

HEADINGS = (
    "submission",
    "old_points",
    "old_max_points",
    "new_points",
    "new_max_points",
    "difference",
    "passed_now",
    "passed_before",
    "handed_in_anew",
    "student_id",
    "name",
    "group",
)


def regrade_table(changes: Iterable[Change]) -> bytes:
    """The table as the bytes of a CSV file (UTF-8 with a BOM, no formulas)."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for change in changes:
        old, new = change.old_points, change.new_points
        difference = "" if old is None or new is None else f"{round(new - old, 2):g}"
        points = (old, change.old_max, new, change.new_max)
        writer.writerow(
            [
                cell(change.submission),
                *("" if value is None else f"{value:g}" for value in points),
                difference,
                cell(" ".join(change.gained)),
                cell(" ".join(change.lost)),
                "yes" if change.handed_in_anew else "",
                *student_cells(change.student),
            ]
        )
    return (BOM + buffer.getvalue()).encode("utf-8", "backslashreplace")
