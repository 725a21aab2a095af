"""`grader grade`: the submissions of a class against an exercise's hidden tests."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli._class import print_json, print_summary, say_exercise, say_intake, say_stopped
from grader.cli._class_files import class_report, feedback_pages, on_disk, write_class, write_course
from grader.cli._command import EXIT_INTERNAL, EXIT_OK, make_command, option
from grader.cli._console import make_console, say
from grader.cli._progress import make_progress
from grader.errors import GraderError
from grader.locale import N_, _, current
from grader.sandbox.levels import Level

if TYPE_CHECKING:
    from rich.console import Console

    from grader.course.exercise import Exercise
    from grader.grading.grade import Grade
    from grader.grading.run import Graded
    from grader.grading.settings import GradingSettings
    from grader.reports.class_report import ClassReport
    from grader.reports.feedback_pages import FeedbackPages
    from grader.submissions.intake import Intake

ALL = "all"
"""In place of an exercise: all of the course."""
_MANY = 1000
"""So many submissions' pages take seconds."""


@make_command(
    "grade",
    help=N_(
        "Grade submissions of an exercise against its hidden tests.\n\n"
        "A PATH is a Python file, a folder or a zip. A folder or zip that holds the exercise's module is one "
        "submission; otherwise each entry in it is one, named after the entry. Of several attempts of one "
        "student the last counts. A run that was stopped goes on where it was; what has not changed is not "
        "graded twice. After a change of the exercise only what is affected runs again, and regrade.csv has old "
        "and new points side by side. For EXERCISE `all`, a PATH holds one folder for each exercise."
    ),
    examples=[
        ("grader grade 03-let-the-pot-cook handed-in/ --out marks", N_("Grade every entry of a folder.")),
        (
            "grader grade 03 class.zip --roster class.csv --out marks",
            N_("With names, and a row for whoever handed in nothing."),
        ),
        ("grader grade all handed-in/ --out marks", N_("All exercises of the course, one folder for each.")),
        (
            "grader grade ./my-exercise alice.py --out /tmp/one --format json",
            N_("One file; the Grades as JSON."),
        ),
    ],
)
@click.argument("exercise")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help=N_("Folder for the results."),
)
@option("--course", type=click.Path(path_type=Path), help=N_("Folder of the exercises."))
@option("--roster", type=click.Path(path_type=Path), help=N_("CSV with id, name, group."))
@option("--jobs", type=click.IntRange(1, 1024), help=N_("Workers (default: one per processor)."))
@option(
    "--isolation",
    type=click.Choice([level.value for level in Level]),
    help=N_("Confinement level that is required (see `grader doctor`)."),
)
@option(
    "--seed", type=click.IntRange(0, 2**32 - 1), help=N_("Seed (default: derived from exercise and content).")
)
@option("--no-resume", is_flag=True, help=N_("Grade everything again."))
@option(
    "--junit", type=click.Path(path_type=Path, dir_okay=False), help=N_("Also write JUnit XML to this file.")
)
@option(
    "--gradescope",
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("Also write Gradescope's results.json to this file (one submission only)."),
)
@option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help=N_("What is printed: a summary, or a JSON list of Grades."),
)
def command(  # click gives one argument per option
    exercise: str,
    paths: tuple[Path, ...],
    out: Path,
    course: Path | None,
    roster: Path | None,
    jobs: int | None,
    isolation: str | None,
    seed: int | None,
    no_resume: bool,
    junit: Path | None,
    gradescope: Path | None,
    form: str,
) -> int:
    """Take in, grade, report."""
    if not sys.platform.startswith("linux"):
        raise GraderError(
            _("`grade` runs code of strangers and works on Linux only."),
            todo=_("On Windows, use it inside WSL."),
        )
    from grader.cli import version
    from grader.grading.journal import hold
    from grader.grading.regrade import refuse_another_exercise
    from grader.grading.settings import GradingSettings
    from grader.submissions.intake import take_in
    from grader.submissions.roster import read_roster

    people = read_roster(roster) if roster else None
    tasks = [
        _Task(chosen, take_in(places, chosen.module, roster=people), folder)
        for chosen, places, folder in _assignments(exercise, paths, out, course)
    ]
    handed_in = sum(len(task.intake.submissions) for task in tasks)
    if gradescope is not None and handed_in != 1:
        raise GraderError(
            _("Gradescope's results.json is about one submission; here are {n}.").format(n=handed_in),
            where="--gradescope",
            todo=_("Name one submission, or leave the option out."),
        )
    run = _Run(
        GradingSettings(seed=seed, isolation=isolation, language=current()),
        jobs=jobs,
        resume=not no_resume,
        version=version(),
        console=make_console(stderr=True),
    )
    reports = []
    with ExitStack() as held:
        for folder in dict.fromkeys([out, *(task.out for task in tasks)]):
            held.enter_context(hold(folder))
        for task in tasks:
            with on_disk(task.out, 0):
                refuse_another_exercise(task.out, task.exercise)
        for task in tasks:
            if len(tasks) > 1:
                say_exercise(run.console, task.exercise)
            pages = feedback_pages(task.intake, task.out)
            report, graded = run.grade(task, pages)
            only_one = len(tasks) == 1
            write_class(report, task.out, pages, junit=junit if only_one else None, gradescope=gradescope)
            reports.append(report)
            if form == "text":
                if len(tasks) > 1:
                    say_exercise(make_console(), task.exercise)
                print_summary(report, graded, task.out)
        if len(tasks) > 1:
            write_course(reports, out, junit)
    if form == "text" and len(tasks) > 1:
        say(make_console(), _("Gradebook of the course: {path}").format(path=out / "gradebook.csv"))
    elif form == "json":
        print_json(reports)
    return EXIT_INTERNAL if any(report.failures for report in reports) else EXIT_OK


@dataclass(frozen=True, slots=True)
class _Task:
    """One exercise, what was handed in for it, and where its results go."""

    exercise: Exercise
    intake: Intake
    out: Path


@dataclass(frozen=True, slots=True)
class _Run:
    """How this run grades."""

    settings: GradingSettings
    jobs: int | None
    resume: bool
    version: str
    console: Console

    def grade(self, task: _Task, pages: FeedbackPages) -> tuple[ClassReport, Graded]:
        """Grade one exercise's submissions, with progress, and write the feedback of each as it comes."""
        from grader.grading import judging
        from grader.grading.run import grade_class

        submissions = task.intake.submissions
        say_intake(self.console, task.intake)

        def write(grade: Grade) -> None:
            with on_disk(task.out, report_progress.graded):
                pages.write(grade)

        with make_progress(self.console, len(submissions)) as report_progress:
            try:
                graded = grade_class(
                    task.exercise,
                    submissions,
                    self.settings,
                    out=task.out,
                    jobs=self.jobs,
                    resume=self.resume,
                    grader_version=self.version,
                    judge=judging.DEFAULT,
                    report=report_progress,
                    on_grade=write,
                )
            except KeyboardInterrupt:
                report_progress.stop()
                say_stopped(self.console, report_progress.done, len(submissions))
                raise
        if len(submissions) >= _MANY:
            say(self.console, _("Writing the reports ..."))
        return class_report(task.exercise, task.intake, graded, task.out), graded


def _assignments(
    exercise: str, paths: tuple[Path, ...], out: Path, course: Path | None
) -> list[tuple[Exercise, list[Path], Path]]:
    """The exercises to grade, each with its paths and the folder of its results. `all` means every exercise of the
    course for which one of the paths has a folder of its name.
    """
    from grader.course.catalog import find_course, find_exercise, load_course

    if exercise != ALL:
        return [(find_exercise(exercise, course), list(paths), out)]
    folder = find_course(course)
    found = []
    for chosen in load_course(folder):
        names = dict.fromkeys((chosen.id, chosen.folder.name))
        places = [path / name for path in paths for name in names if (path / name).exists()]
        if places:
            found.append((chosen, places, out / chosen.id))
    if not found:
        raise GraderError(
            _("There is no folder that is named after an exercise."),
            where=", ".join(map(str, paths)),
            todo=_("With `all`, a PATH holds one folder for each exercise, named as the exercise is."),
        )
    return found
