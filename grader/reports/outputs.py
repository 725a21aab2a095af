"""The files of a graded class: `gradebook.csv`, `grades.jsonl`, `report.html`, `intake.csv`, `feedback/`, after a
change of the exercise `regrade.csv`, and what else was asked for.

Each is replaced whole, and pages of feedback of a submission that is gone are removed. Nothing else in the folder is
touched: a teacher may keep notes beside them.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import msgspec

from grader.grading.regrade import BEFORE, GRADES
from grader.reports.feedback_pages import ENDINGS, FOLDER
from grader.reports.filenames import possible_names
from grader.reports.files import remove_parts, write_whole
from grader.reports.gradebook import gradebook
from grader.reports.html import report_page
from grader.reports.intake_table import intake_table
from grader.reports.regrade import regrade_table

if TYPE_CHECKING:
    from pathlib import Path

    from grader.reports.class_report import ClassReport
    from grader.reports.feedback_pages import FeedbackPages


def write_outputs(report: ClassReport, folder: Path, pages: FeedbackPages) -> list[Path]:
    """Write all files of `report` into `folder`, and what `pages` lack, and return the main ones, the page for people
    first.

    Raises:
        OSError: One cannot be written; those before it are whole, and so is its older version.
    """
    remove_parts(folder)
    _remove_feedback_of_others(report, folder)
    if report.changes:
        write_whole(folder / "regrade.csv", regrade_table(report.changes))
    for number, submission in enumerate(report.submissions):
        if submission not in pages.written:
            pages.write(report.grades[number])
    write_whole(folder / "intake.csv", intake_table(report))
    write_whole(folder / "report.html", report_page(report))
    write_whole(folder / "gradebook.csv", gradebook(report))
    lines = (grade.model_dump_json().encode() + b"\n" for grade in report.grades)
    write_whole(folder / GRADES, lines)
    return [folder / name for name in ("report.html", "gradebook.csv", GRADES)]


class _Addressee(msgspec.Struct):
    """What of a Grade tells the name of its feedback."""

    submission: str


def _remove_feedback_of_others(report: ClassReport, folder: Path) -> None:
    """Remove what earlier runs wrote about submissions that are not there any more: nobody should be sent it."""
    kept = set(report.feedback_files.values())
    for path in (folder / GRADES, folder / BEFORE):
        for name in set[str]().union(*map(possible_names, _submissions(path))) - kept:
            for ending in ENDINGS:
                (folder / FOLDER / (name + ending)).unlink(missing_ok=True)


def _submissions(path: Path) -> list[str]:
    """The submissions that a file of Grades is about; a line of another format is passed over."""
    found = []
    with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
        for line in file:
            with contextlib.suppress(msgspec.DecodeError, msgspec.ValidationError):
                found.append(msgspec.json.decode(line, type=_Addressee).submission)
    return found
