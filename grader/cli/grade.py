"""`grader grade`: the submissions of a class against an exercise's hidden tests."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli._command import EXIT_INTERNAL, EXIT_OK, make_command, option
from grader.cli._console import make_console, say
from grader.errors import GraderError
from grader.locale import N_, _, current, n_
from grader.sandbox.levels import Level
from grader.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from rich.console import Console

    from grader.course.exercise import Exercise
    from grader.grading.run import Graded, Progress
    from grader.reports.class_report import ClassReport
    from grader.submissions.intake import Intake

_PLAIN_STEPS = 20
"""How many lines of progress a pipe gets."""


@make_command(
    "grade",
    help=N_(
        "Grade submissions of an exercise against its hidden tests.\n\n"
        "A PATH is a Python file, a folder or a zip. A folder or zip that holds the exercise's module is one "
        "submission; otherwise each entry in it is one, named after the entry. Of several attempts of one "
        "student the last counts. A run that was stopped goes on where it was; what has not changed is not "
        "graded twice."
    ),
    examples=[
        ("grader grade 03-let-the-pot-cook handed-in/ --out marks", N_("Grade every entry of a folder.")),
        (
            "grader grade 03 class.zip --roster class.csv --out marks",
            N_("With names, and a row for whoever handed in nothing."),
        ),
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
    from grader.course.catalog import find_exercise
    from grader.grading import judging
    from grader.grading.run import grade_class
    from grader.grading.settings import GradingSettings
    from grader.submissions.intake import take_in
    from grader.submissions.roster import read_roster

    chosen = find_exercise(exercise, course)
    intake = take_in(paths, chosen.module, roster=read_roster(roster) if roster else None)
    if gradescope is not None and len(intake.submissions) != 1:
        raise GraderError(
            _("Gradescope's results.json is about one submission; here are {n}.").format(
                n=len(intake.submissions)
            ),
            where="--gradescope",
            todo=_("Name one submission, or leave the option out."),
        )
    settings = GradingSettings(seed=seed, isolation=isolation, language=current())
    console = make_console(stderr=True)
    _say_intake(console, intake)
    with _progress(console, len(intake.submissions)) as report_progress:
        try:
            graded = grade_class(
                chosen,
                intake.submissions,
                settings,
                out=out,
                jobs=jobs,
                resume=not no_resume,
                grader_version=version(),
                judge=judging.DEFAULT,
                report=report_progress,
            )
        except KeyboardInterrupt:
            report_progress.stop()
            say(
                console,
                _(
                    "Stopped after {done} of {total}. They are safe; the same command goes on where it was."
                ).format(done=report_progress.done, total=len(intake.submissions)),
            )
            raise
    report = _class_report(chosen, intake, graded)
    _write(report, out, junit=junit, gradescope=gradescope)
    if form == "json":
        click.echo("[" + ",\n".join(grade.model_dump_json() for grade in report.grades) + "]")
    else:
        _print_summary(report, graded, out)
    return EXIT_INTERNAL if report.failures else EXIT_OK


def _class_report(exercise: Exercise, intake: Intake, graded: Graded) -> ClassReport:
    from grader.reports.class_report import ClassReport, FailureRow, IntakeRow

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
            IntakeRow(row.source, outcome_label(row.outcome), row.submission, row.notes)
            for row in intake.table
        ),
        language=current(),
    )


def outcome_label(outcome: str) -> str:
    """What became of an entry, in the current language."""
    return {
        "taken": _("taken"),
        "refused": _("refused"),
        "replaced": _("replaced"),
        "left out": _("left out"),
    }[str(outcome)]


def _write(report: ClassReport, out: Path, *, junit: Path | None, gradescope: Path | None) -> None:
    from grader.grading.journal import disk_error
    from grader.reports.files import write_whole
    from grader.reports.gradescope import gradescope as gradescope_json
    from grader.reports.junit import junit as junit_xml
    from grader.reports.outputs import write_outputs

    try:
        write_outputs(report, out)
        if junit is not None:
            write_whole(junit, junit_xml(report))
        if gradescope is not None and report.grades:
            write_whole(gradescope, gradescope_json(report.grades[0], report.language))
    except OSError as error:
        raise disk_error(error, Path(error.filename or out), len(report.grades)) from None


def _say_intake(console: Console, intake: Intake) -> None:
    """What a teacher should know before it starts: how many, what was refused, replaced or left out."""
    n = len(intake.submissions)
    say(console, n_("{n} submission.", "{n} submissions.", n).format(n=n))
    for row in [row for row in intake.table if row.outcome != "taken"][:_PLAIN_STEPS]:
        what = f"{outcome_label(row.outcome)}: {printable(row.source, limit=120)}"
        say(console, f"  {what}: {printable(' '.join(row.notes), limit=200)}")


def _print_summary(report: ClassReport, graded: Graded, out: Path) -> None:
    from grader.reports.terminal import hardest_tests, summary_table

    console = make_console()
    console.print(summary_table(report))
    hardest = hardest_tests(report)
    if hardest.row_count:
        console.print()
        console.print(hardest)
    for failure in report.failures:
        last = failure.reason.strip().splitlines()[-1:] or [""]
        console.print()
        say(
            console,
            _("The grader failed at {submission}: {reason}").format(
                submission=printable(failure.submission, limit=80), reason=printable(last[0], limit=200)
            ),
        )
    if report.failures:
        say(console, _("This is not their fault. Run the same command again; if it stays, report it."))
    console.print()
    if graded.reused:
        say(
            console,
            n_("{n} Grade was there already.", "{n} Grades were there already.", graded.reused).format(
                n=graded.reused
            ),
        )
    say(console, _("Report: {path}").format(path=out / "report.html"))
    say(console, _("Gradebook: {path}").format(path=out / "gradebook.csv"))


class _ProgressLine:
    """Progress for a pipe: a plain line now and then."""

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        self._total = total
        self._said = 0
        self.done = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_details: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Nothing is left on the screen."""

    def __call__(self, progress: Progress) -> None:
        self.done = progress.done
        step = progress.done * _PLAIN_STEPS // max(1, self._total)
        if step > self._said or progress.done == self._total:
            self._said = step
            failed = _(", the grader failed at {n}").format(n=progress.failed) if progress.failed else ""
            say(self._console, f"{progress.done}/{progress.total}{failed}")


class _ProgressBar(_ProgressLine):
    """Progress for a terminal: a bar with rate and time left."""

    def __init__(self, console: Console, total: int) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        super().__init__(console, total)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[failed]}", style="red"),
            console=console,
        )
        self._task = self._bar.add_task(_("Grading"), total=total, rate="", failed="")
        self._clock: Callable[[], float | None] = lambda: self._bar.tasks[0].elapsed

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def stop(self) -> None:
        """Let the last state of the bar stand."""
        self._bar.stop()

    def __call__(self, progress: Progress) -> None:
        self.done = progress.done
        seconds = self._clock() or 0.0
        fresh = progress.done - progress.reused
        rate = _("{n} per second").format(n=f"{fresh / seconds:.1f}") if seconds > 0 and fresh else ""
        failed = _("grader failed: {n}").format(n=progress.failed) if progress.failed else ""
        self._bar.update(self._task, completed=progress.done, rate=rate, failed=failed)


def _progress(console: Console, total: int) -> _ProgressLine:
    return _ProgressBar(console, total) if console.is_terminal else _ProgressLine(console, total)
