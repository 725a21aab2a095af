"""The files of `grader grade`: the report of a graded class is put together and written, and a full disk is told."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from grader.locale import current

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.course.exercise import Exercise
    from grader.grading.run import Graded
    from grader.reports.class_report import ClassReport
    from grader.reports.feedback_pages import FeedbackPages
    from grader.submissions.intake import Intake


def class_report(exercise: Exercise, intake: Intake, graded: Graded, out: Path) -> ClassReport:
    """The report of a graded class. In `out`, Grades of an earlier version of the exercise are kept and compared.

    Raises:
        GraderError: The disk is full, or a file cannot be read or moved.
    """
    from grader.grading.regrade import changes, keep_before, tests_before
    from grader.reports.class_report import ClassReport, FailureRow, IntakeRow

    with on_disk(out, len(graded.grades)):
        keep_before(out, exercise.version)
        found, before = changes(out, graded.grades), tests_before(out)
    return ClassReport(
        exercise=exercise.id,
        title=exercise.title.in_language(),
        grades=graded.grades,
        failures=tuple(
            FailureRow(failure.submission.id, failure.submission.student, failure.reason)
            for failure in graded.failures
        ),
        missing=intake.missing,
        intake=tuple(
            IntakeRow(row.source, row.outcome.value, row.submission, row.notes, row.student)
            for row in intake.table
        ),
        language=current(),
        changes=found,
        tests_before=before,
    )


def feedback_pages(intake: Intake, out: Path) -> FeedbackPages:
    """The feedback of a class, of which nothing is written yet."""
    from grader.reports.feedback_pages import FeedbackPages

    return FeedbackPages(out, (each.id for each in intake.submissions), current())


def write_class(
    report: ClassReport, out: Path, pages: FeedbackPages, *, junit: Path | None, gradescope: Path | None
) -> None:
    """Write all files of one exercise; of `pages`, what they lack.

    Raises:
        GraderError: One cannot be written; says what is safe.
    """
    from grader.reports.files import write_whole
    from grader.reports.outputs import write_outputs

    with on_disk(out, len(report.grades)):
        write_outputs(report, out, pages)
        if junit is not None:
            from grader.reports.junit import junit as junit_xml

            write_whole(junit, junit_xml(report))
        if gradescope is not None and report.grades:
            from grader.reports.gradescope import gradescope as gradescope_json

            write_whole(gradescope, gradescope_json(report.grades[0], report.language))


def write_course(reports: list[ClassReport], out: Path, junit: Path | None) -> None:
    """Write what is about several exercises.

    Raises:
        GraderError: A file cannot be written; says what is safe.
    """
    from grader.reports.course_gradebook import course_gradebook
    from grader.reports.files import remove_parts, write_whole
    from grader.reports.junit import junit as junit_xml

    remove_parts(out)
    with on_disk(out, sum(len(report.grades) for report in reports)):
        write_whole(out / "gradebook.csv", course_gradebook(reports))
        if junit is not None:
            write_whole(junit, junit_xml(*reports))


@contextmanager
def on_disk(out: Path, safe: int) -> Iterator[None]:
    """Say what is safe when the disk is full. `safe`: how many Grades are."""
    from grader.grading.journal import disk_error

    try:
        yield
    except OSError as error:
        raise disk_error(error, Path(error.filename or out), safe) from None
