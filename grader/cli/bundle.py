"""`grader bundle`: what may be given to students."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli._command import EXIT_OK, make_command, option
from grader.errors import GraderError, reason_of
from grader.locale import N_, _, n_
from grader.text import printable

FILE = click.Path(path_type=Path, dir_okay=False)


@make_command(
    "bundle",
    help=N_(
        "Pack what may be given to students: texts, starters and visible tests; never a hidden test, a "
        "reference or a wrong solution. Without EXERCISE: the whole course."
    ),
    examples=[
        ("grader bundle --out course.zip", N_("The whole course.")),
        ("grader bundle 03-let-the-pot-cook --out week3.zip", N_("One exercise.")),
    ],
)
@click.argument("exercises", nargs=-1, metavar="[EXERCISE...]")
@option("--out", required=True, type=FILE, help=N_("The zip to write."))
@option("--course", type=click.Path(path_type=Path), help=N_("Folder of the exercises."))
def command(exercises: tuple[str, ...], out: Path, course: Path | None) -> int:
    """Write the bundle."""
    from grader.course.bundle import bundle
    from grader.course.catalog import find_course, find_exercise, load_course
    from grader.reports.files import write_whole

    if exercises:
        chosen = [find_exercise(name, course) for name in dict.fromkeys(exercises)]
    else:
        chosen = load_course(find_course(course))
    content, names = bundle(chosen)
    try:
        write_whole(out, content)
    except OSError as error:
        raise GraderError(
            _("The file cannot be written: {reason}.").format(reason=reason_of(error)),
            where=out,
            todo=_("Choose another place with --out."),
        ) from None
    click.echo(
        n_(
            "{path}: {n} exercise, {files} files.", "{path}: {n} exercises, {files} files.", len(chosen)
        ).format(path=printable(out), n=len(chosen), files=len(names))
    )
    return EXIT_OK
