"""The files of a graded class: `gradebook.csv`, `grades.jsonl`, `report.html`, `feedback/`, and what else
was asked for.

Each is replaced whole. Nothing else in the folder is touched: a teacher may keep notes beside them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.reports.files import write_whole
from grader.reports.gradebook import gradebook
from grader.reports.html import feedback_page, report_page

if TYPE_CHECKING:
    from pathlib import Path

    from grader.reports.class_report import ClassReport


def write_outputs(report: ClassReport, folder: Path) -> list[Path]:
    """Write all files of `report` into `folder` and return the main ones, the page for people first.

    Raises:
        OSError: One cannot be written; those before it are whole, and so is its older version.
    """
    for grade in report.grades:
        place = folder / "feedback" / report.feedback_files[grade.submission]
        write_whole(place.with_name(place.name + ".html"), feedback_page(grade, report.language))
        write_whole(place.with_name(place.name + ".md"), grade.feedback.encode("utf-8", "backslashreplace"))
    lines = "".join(grade.model_dump_json() + "\n" for grade in report.grades)
    files = {
        folder / "report.html": report_page(report),
        folder / "gradebook.csv": gradebook(report),
        folder / "grades.jsonl": lines.encode("utf-8"),
    }
    for path, content in files.items():
        write_whole(path, content)
    return list(files)
