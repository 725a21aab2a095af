"""The gradebook of several exercises: one row per student, one column of points per exercise, and their sum.

Students are told apart by the id of the roster, else by the name of their submission.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from grader.reports.gradebook import BOM, cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.reports.class_report import ClassReport

HEADINGS = ("student", "name", "group")


def course_gradebook(reports: Sequence[ClassReport]) -> bytes:
    """The bytes of a CSV file. A cell is empty where nothing was handed in or the grader failed."""
    students: dict[str, tuple[str, str]] = {}
    points: dict[str, dict[str, float]] = {}
    most: dict[str, float] = {}
    for report in reports:
        for student in report.missing:
            students.setdefault(student.id, (student.name, student.group))
        for grade in report.grades:
            who = grade.student.id if grade.student is not None else grade.submission
            known = ("", "") if grade.student is None else (grade.student.name, grade.student.group)
            students.setdefault(who, known)
            points.setdefault(who, {})[report.exercise] = grade.points
            most[report.exercise] = max(most.get(report.exercise, 0.0), grade.max_points)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    exercises = [report.exercise for report in reports]
    writer.writerow([*HEADINGS, *map(cell, exercises), "points", "max_points"])
    total = sum(most.values())
    for who in sorted(students):
        own = points.get(who, {})
        cells = [f"{own[exercise]:g}" if exercise in own else "" for exercise in exercises]
        writer.writerow(
            [cell(who), *map(cell, students[who]), *cells, f"{sum(own.values()):g}", f"{total:g}"]
        )
    return (BOM + buffer.getvalue()).encode("utf-8", "backslashreplace")
