"""`gradebook.csv`: one row per student, for spreadsheets and learning platforms.

UTF-8 with a BOM, since Excel takes anything else for the local code page. A cell that a spreadsheet would
run as a formula is preceded by an apostrophe: names and ids are written by strangers. Headings are English
in every language, because programs read them; a test's column holds its points.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from grader.text import printable

if TYPE_CHECKING:
    from grader.grading.grade import Grade
    from grader.reports.class_report import ClassReport
    from grader.submissions import Student

BOM = "\ufeff"
HEADINGS = (
    "submission",
    "student_id",
    "name",
    "group",
    "status",
    "points",
    "max_points",
    "percent",
    "passed",
    "tests",
    "findings",
    "lint_cost",
    "problem",
    "isolation",
    "seed",
    "content_hash",
    "exercise",
    "exercise_version",
)
_FORMULA = re.compile(r"\s*[=+\-@|%\t\r\uff1d\uff0b\uff0d\uff20]")
_LONGEST = 300


def gradebook(report: ClassReport) -> bytes:
    """The gradebook as the bytes of a CSV file."""
    tests = [rate.test for rate in report.test_rates]
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([*HEADINGS, *(cell(test) for test in tests)])
    for grade in report.grades:
        writer.writerow([*_graded(grade), *_tests(grade, tests)])
    for failure in report.failures:
        row = _row(report, failure.submission, failure.student, "grader_failed", problem=failure.reason)
        writer.writerow([*row, *("" for _test in tests)])
    most = f"{report.max_points:g}" if report.grades else ""
    for student in report.missing:
        row = _row(report, "", student, "missing", points="0", max_points=most, percent="0.0")
        writer.writerow([*row, *("" for _test in tests)])
    return (BOM + buffer.getvalue()).encode("utf-8", "backslashreplace")


def cell(text: str) -> str:
    """A text of a stranger as a cell: printable, cut, and no formula."""
    safe = printable(text, limit=_LONGEST)
    return f"'{safe}" if _FORMULA.match(text) or _FORMULA.match(safe) else safe


def _graded(grade: Grade) -> list[str]:
    percent = 100 * grade.points / grade.max_points if grade.max_points else 0.0
    return [
        cell(grade.submission),
        *student_cells(grade.student),
        "graded" if grade.problem is None else "refused",
        f"{grade.points:g}",
        f"{grade.max_points:g}",
        f"{percent:.1f}",
        str(grade.passed_tests),
        str(len(grade.verdicts)),
        str(len(grade.findings)),
        f"{grade.lint_cost:g}",
        cell(grade.problem or grade.lint_problem or ""),
        cell(grade.isolation),
        str(grade.seed),
        grade.content_hash[:16],
        cell(grade.exercise),
        grade.exercise_version,
    ]


def _row(
    report: ClassReport,
    submission: str,
    student: Student | None,
    status: str,
    *,
    problem: str = "",
    **figures: str,
) -> list[str]:
    cells = dict.fromkeys(HEADINGS, "")
    cells.update(figures, submission=cell(submission), status=status, problem=cell(problem))
    cells.update(zip(("student_id", "name", "group"), student_cells(student), strict=True))
    cells["exercise"] = cell(report.exercise)
    return list(cells.values())


def student_cells(student: Student | None) -> list[str]:
    """Id, name and group; empty when nobody knows whose it is."""
    return ["", "", ""] if student is None else [cell(student.id), cell(student.name), cell(student.group)]


def _tests(grade: Grade, tests: list[str]) -> list[str]:
    points = {verdict.test: f"{verdict.points:g}" for verdict in grade.verdicts}
    return [points.get(test, "") for test in tests]
