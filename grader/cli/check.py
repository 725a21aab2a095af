"""`grader check`: a student's feedback before handing in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli._command import EXIT_FINDINGS, EXIT_OK, make_command, option
from grader.cli._console import show
from grader.errors import GraderError, reason_of
from grader.locale import N_, _, current
from grader.sandbox.levels import Level

if TYPE_CHECKING:
    from grader.course.exercise import Exercise
    from grader.grading.grade import Grade

FILE = click.Path(path_type=Path, dir_okay=False)
_FORMATS = ("text", "markdown", "html", "json", "junit", "gradescope")


@make_command(
    "check",
    help=N_(
        "Feedback on one's own solution before handing it in: the analyzer and the visible tests, "
        "through the same judge and sandbox as the real thing."
    ),
    examples=[
        ("grader check 03-let-the-pot-cook kitchen.py", N_("Feedback in the terminal.")),
        ("grader check 3 kitchen.py", N_("An exercise's number will do, or how its name begins.")),
        ("grader check 3 kitchen.py --format html --output feedback.html", N_("The same as a page.")),
    ],
)
@click.argument("exercise")
@click.argument("file", type=click.Path(path_type=Path))
@option("--course", type=click.Path(path_type=Path), help=N_("Folder of the exercises."))
@option(
    "--format", "form", type=click.Choice(_FORMATS), default="text", help=N_("How the feedback is written.")
)
@option("--output", type=FILE, help=N_("Write to this file instead of printing."))
@option(
    "--isolation",
    type=click.Choice([level.value for level in Level]),
    help=N_("Confinement level that is required (see `grader doctor`)."),
)
@option(
    "--seed", type=click.IntRange(0, 2**32 - 1), help=N_("Seed (default: derived from exercise and content).")
)
def command(
    exercise: str,
    file: Path,
    course: Path | None,
    form: str,
    output: Path | None,
    isolation: str | None,
    seed: int | None,
) -> int:
    """Check one submission against the visible suite."""
    if not sys.platform.startswith("linux"):
        raise GraderError(
            _("`check` runs code in a sandbox and works on Linux only."),
            todo=_(
                "On Windows, use it inside WSL; elsewhere, in a Linux container. Or run pytest on the visible tests: "
                "they work without the grader."
            ),
        )
    from grader.cli import version
    from grader.course.catalog import find_exercise
    from grader.course.exercise import VISIBLE
    from grader.grading import judging
    from grader.grading.linting import LintProcess, check_policy
    from grader.grading.settings import GradingSettings
    from grader.grading.submission_grade import grade_submission
    from grader.submissions.intake import take_one

    chosen = find_exercise(exercise, course)
    chosen.suite(VISIBLE)
    check_policy(chosen)
    if not file.exists():
        raise _no_such_file(file, chosen)
    submission = take_one(file, chosen.module)
    settings = GradingSettings(seed=seed, isolation=isolation, language=current(), suite=VISIBLE)
    with judging.factory(judging.DEFAULT)(chosen, settings, 0) as judge, LintProcess() as linter:
        grade = grade_submission(
            chosen, submission, settings, judge=judge, linter=linter, grader_version=version()
        )
    if form == "text" and output is None:
        from grader.grading.student_view import student_view
        from grader.reports.terminal import feedback_text

        show(feedback_text(student_view(grade, current())))
    else:
        content = render(grade, form)
        if output is None:
            click.echo(content.decode("utf-8"), nl=False)
        else:
            _write(output, content)
    return EXIT_OK if grade.all_passed and not grade.findings and not grade.lint_problem else EXIT_FINDINGS


def _no_such_file(file: Path, exercise: Exercise) -> GraderError:
    """With the nearest name there is, or where the starter lies."""
    import difflib

    from grader.course.exercise import STARTER

    parent = file.parent
    names = [path.name for path in parent.glob("*.py")] if parent.is_dir() else []
    near = difflib.get_close_matches(file.name, names, n=1)
    starter = exercise.folder / STARTER / f"{exercise.module}.py"
    if near:
        todo = _("Did you mean: {names}?").format(names=parent / near[0])
    elif starter.is_file():
        todo = _("Nothing written yet? Copy the starter and begin there: {path}").format(path=starter)
    else:
        todo = _("Give the path of your {module}.py.").format(module=exercise.module)
    return GraderError(_("There is no such file."), where=file, todo=todo)


def render(grade: Grade, form: str) -> bytes:
    """The feedback in one of the formats, in the current language."""
    language = current()
    if form == "json":
        return grade.model_dump_json(indent=2).encode() + b"\n"
    if form == "html":
        from grader.reports.html import feedback_page

        return feedback_page(grade, language)
    if form == "junit":
        from grader.reports.class_report import ClassReport
        from grader.reports.junit import junit

        return junit(ClassReport(grade.exercise, grade.title.in_language(), (grade,), language=language))
    if form == "gradescope":
        from grader.reports.gradescope import gradescope

        return gradescope(grade, language)
    return grade.feedback.encode("utf-8", "backslashreplace")


def _write(path: Path, content: bytes) -> None:
    from grader.reports.files import write_whole

    try:
        write_whole(path, content)
    except OSError as error:
        raise GraderError(
            _("The file cannot be written: {reason}.").format(reason=reason_of(error)),
            where=path,
            todo=_("Choose another place with --output."),
        ) from None
