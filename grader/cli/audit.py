"""`grader audit`: the exam of exercises."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click

from grader.cli._command import EXIT_FINDINGS, EXIT_OK, make_command, option
from grader.cli._console import make_console, say
from grader.locale import N_, _, current

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console
    from rich.progress import Task, TaskID

    from grader.audit.examination import Progress
    from grader.audit.results import ExerciseAudit


@make_command(
    "audit",
    help=N_(
        "Examine exercises (default: the whole course): the reference gets full marks, every wrong solution "
        "fails where it says, and mutants of the reference are noticed. Exit code 1: not as declared."
    ),
    examples=[
        ("grader audit", N_("Every exercise of the course.")),
        ("grader audit 03-let-the-pot-cook --format json", N_("One exercise, for a program.")),
    ],
)
@click.argument("exercises", nargs=-1)
@option("--course", type=click.Path(path_type=Path), help=N_("Folder of the exercises."))
@option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help=N_("How the result is written."),
)
@option("--jobs", type=click.IntRange(1, 64), help=N_("Judges at once (default: one per processor)."))
@option("--isolation", metavar="LEVEL", help=N_("Confinement level that is required (see `grader doctor`)."))
@option(
    "--seed", type=click.IntRange(0, 2**32 - 1), help=N_("Seed (default: derived from exercise and content).")
)
@option("--no-cache", is_flag=True, help=N_("Judge everything again."))
def command(
    exercises: tuple[str, ...],
    course: Path | None,
    form: str,
    jobs: int | None,
    isolation: str | None,
    seed: int | None,
    no_cache: bool,  # click's call
) -> int:
    """Audit exercises."""
    from grader.audit.course import audit_folders
    from grader.grading.settings import GradingSettings

    folders = _folders(exercises, course)
    console = make_console()
    progress = _Bar() if sys.stderr.isatty() else None
    with progress or _Quiet() as bar:
        report = audit_folders(
            folders,
            root=Path.cwd(),
            settings=GradingSettings(seed=seed, isolation=isolation, language=current()),
            jobs=jobs or _processors(),
            cache=None if no_cache else _cache_folder(),
            report=bar.advance,
            finished=(lambda result: _show(console, result)) if form == "text" else lambda _result: None,
        )
    if form == "json":
        click.echo(report.model_dump_json(indent=2))
    else:
        _conclude(console, report.exercises)
    return EXIT_OK if report.ok else EXIT_FINDINGS


def _folders(names: Sequence[str], course: Path | None) -> list[Path]:
    """The folders of the exercises that `names` mean; without names, all of the course.

    An exercise whose exercise.toml is broken is found by its folder's name: telling what is broken is
    what an audit is for.
    """
    from grader.course.catalog import exercise_folders, find_course, find_exercise, looks_like_path
    from grader.course.exercise import FILE
    from grader.errors import GraderError

    if not names:
        folder = find_course(course)
        found = exercise_folders(folder)
        if not found:
            raise GraderError(
                _("There are no exercises in this folder."),
                where=folder,
                todo=_("An exercise is a folder with an exercise.toml; `grader new` writes one."),
            )
        return found
    chosen = []
    for name in names:
        direct = Path(name) if looks_like_path(name) else find_course(course) / name
        chosen.append(direct if (direct / FILE).is_file() else find_exercise(name, course).folder)
    return chosen


def _show(console: Console, result: ExerciseAudit) -> None:
    """One line for an exercise, and below it what is not as declared."""
    if result.mutants:
        counts = _(
            "{tests} tests, {wrong} wrong solutions, {killed} of {mutants} mutants noticed ({score} %)"
        ).format(
            tests=result.tests,
            wrong=result.wrong,
            killed=result.killed,
            mutants=result.mutants - result.equivalent,
            score=f"{100 * result.score:.1f}".removesuffix(".0"),
        )
        if result.equivalent:
            counts += _(", {n} equivalent").format(n=result.equivalent)
    else:
        counts = _("not examined")
    say(console, f"{'ok ' if result.ok else 'BAD'} {result.id}: {counts}")
    for problem in result.problems:
        say(console, f"    {problem}")
    for survivor in result.survivors:
        say(console, "")
        for line in survivor.diff.splitlines():
            say(console, f"    {line}")


def _conclude(console: Console, results: Sequence[ExerciseAudit]) -> None:
    counted = sum(result.mutants - result.equivalent for result in results)
    killed = sum(result.killed for result in results)
    bad = sum(not result.ok for result in results)
    say(console, "")
    if counted:
        say(
            console,
            _("Mutants noticed: {killed} of {counted} ({score} %).").format(
                killed=killed, counted=counted, score=f"{100 * killed / counted:.1f}".removesuffix(".0")
            ),
        )
    say(
        console,
        _("Everything is as declared.")
        if not bad
        else _("Not as declared: {n} of {total} exercises.").format(n=bad, total=len(results)),
    )


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _cache_folder() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("async-grader") / "audit"


class _Quiet:
    """Progress that nobody watches."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_what: object) -> None:
        return None

    def advance(self, progress: Progress) -> None:
        """Take in how far the audit is."""


class _Bar(_Quiet):
    """Progress on a terminal: a bar for the exercise under way, with the time that is left."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._rich = RichProgress(*columns, console=make_console(stderr=True), transient=True)
        self._shown: tuple[str, TaskID] | None = None

    @property
    def tasks(self) -> list[Task]:
        """What is shown."""
        return self._rich.tasks

    def __enter__(self) -> Self:
        self._rich.__enter__()
        return self

    def __exit__(self, *what: object) -> None:
        self._rich.__exit__(*what)  # type: ignore[arg-type]

    def advance(self, progress: Progress) -> None:
        """Move the bar; a new exercise gets a new one."""
        if self._shown is None or self._shown[0] != progress.exercise:
            if self._shown is not None:
                self._rich.remove_task(self._shown[1])
            self._shown = progress.exercise, self._rich.add_task(progress.exercise, total=progress.total)
        self._rich.update(self._shown[1], completed=progress.done)
