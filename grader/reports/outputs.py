"""The files of a graded class: `gradebook.csv`, `grades.jsonl`, `report.html`, `feedback/`, after a change of
the exercise `regrade.csv`, and what else was asked for.

Each is replaced whole. Nothing else in the folder is touched: a teacher may keep notes beside them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.reports.files import remove_parts, write_whole
from grader.reports.gradebook import gradebook
from grader.reports.html import feedback_page, report_page
from grader.reports.regrade import regrade_table

if TYPE_CHECKING:
    from pathlib import Path

    from grader.reports.class_report import ClassReport


def write_outputs(report: ClassReport, folder: Path) -> list[Path]:
    """Write all files of `report` into `folder` and return the main ones, the page for people first.

    Raises:
        OSError: One cannot be written; those before it are whole, and so is its older version.
    """
    for place in (folder, folder / "feedback"):
        remove_parts(place)
    if report.changes:
        write_whole(folder / "regrade.csv", regrade_table(report.changes))
    for grade in report.grades:
        place = folder / "feedback" / report.feedback_files[grade.submission]
        write_whole(place.with_name(place.name + ".html"), feedback_page(grade, report.language))
        write_whole(place.with_name(place.name + ".md"), grade.feedback.encode("utf-8", "backslashreplace"))
    write_whole(folder / "report.html", report_page(report))
    write_whole(folder / "gradebook.csv", gradebook(report))
    lines = (grade.model_dump_json().encode() + b"\n" for grade in report.grades)
    write_whole(folder / "grades.jsonl", lines)
    return [folder / name for name in ("report.html", "gradebook.csv", "grades.jsonl")]
