"""What `grader grade` tells while and after it grades a class: what was taken in, the summary, the Grades as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grader.cli._console import make_console, say
from grader.locale import _, n_
from grader.text import joined, printable

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from grader.course.exercise import Exercise
    from grader.grading.run import Graded
    from grader.reports.class_report import ClassReport
    from grader.submissions.intake import Intake

_MOST_ROWS = 20


def say_exercise(console: Console, exercise: Exercise) -> None:
    """Which exercise what follows is about."""
    from rich.text import Text

    title = exercise.title.in_language()
    console.print()
    console.print(Text.assemble((title, "bold"), f" ({exercise.id})" if title != exercise.id else ""))


def say_intake(console: Console, intake: Intake) -> None:
    """What a teacher should know before it starts: how many, what was not taken and why, what is nobody's."""
    from grader.reports.intake_table import outcome_label

    n = len(intake.submissions)
    say(console, n_("{n} submission.", "{n} submissions.", n).format(n=n))
    rows = [row for row in intake.table if row.outcome != "taken"]
    for row in rows[:_MOST_ROWS]:
        what = f"{outcome_label(row.outcome)}: {printable(row.source, limit=120)}"
        say(console, f"  {what}: {printable(joined(*row.notes), limit=200)}")
    more = len(rows) - _MOST_ROWS
    if more > 0:
        say(console, "  " + n_("and {n} more", "and {n} more", more).format(n=more))
    if intake.strangers:
        say(
            console,
            n_(
                "{n} submission has no student in the roster.",
                "{n} submissions have no student in the roster.",
                intake.strangers,
            ).format(n=intake.strangers),
        )


def say_stopped(console: Console, done: int, total: int) -> None:
    """What is safe after Ctrl-C."""
    say(
        console,
        _("Stopped after {done} of {total}. They are safe; the same command goes on where it was.").format(
            done=done, total=total
        ),
    )


def print_summary(report: ClassReport, graded: Graded, out: Path) -> None:
    """The figures of a class, its failures, what a regrade changed, and where the files are."""
    from grader.reports.terminal import hardest_tests, regrade_table, summary_table

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
    if report.changes:
        console.print(regrade_table(report))
        console.print()
        say(console, _("Points before and now: {path}").format(path=out / "regrade.csv"))
    if graded.rescored:
        say(
            console,
            n_(
                "{n} Grade has new points for the verdicts of before; nothing was run again.",
                "{n} Grades have new points for the verdicts of before; nothing was run again.",
                graded.rescored,
            ).format(n=graded.rescored),
        )
    say(console, _("Report: {path}").format(path=out / "report.html"))
    say(console, _("Gradebook: {path}").format(path=out / "gradebook.csv"))
    if not all(row.plain for row in report.intake):
        say(console, _("What was taken for what: {path}").format(path=out / "intake.csv"))


def print_json(reports: list[ClassReport]) -> None:
    """A list of Grades, one at a time."""
    before = "["
    for report in reports:
        for grade in report.grades:
            click.echo(before + grade.model_dump_json(), nl=False)
            before = ",\n"
    click.echo("]" if before != "[" else "[]")
