"""`grader new`: the folder of a new exercise."""

from __future__ import annotations

import re
from pathlib import Path

import click

from grader.cli._command import EXIT_OK, make_command, option
from grader.locale import N_, _
from grader.text import printable


@make_command(
    "new",
    help=N_(
        "Write the folder of a new exercise: a small one that works and passes its audit, "
        "to be changed into your own."
    ),
    examples=[
        ("grader new 16-tea-for-two", N_("In the course of this folder; students hand in tea_for_two.py.")),
        ("grader new kettle --course ~/private --module kettle", N_("In a course of your own.")),
    ],
)
@click.argument("id")
@option("--module", help=N_("What students hand in, without .py (default: from the id)."))
@option("--title", help=N_("Title (default: from the id)."))
@option("--title-zh", help=N_("Chinese title (default: the title)."))
@option("--course", type=click.Path(path_type=Path), help=N_("Folder of the exercises (default: exercises)."))
def command(id: str, module: str | None, title: str | None, title_zh: str | None, course: Path | None) -> int:  # noqa: A002
    """Write the folder."""
    from grader.course.catalog import FOLDER
    from grader.course.new import new_exercise

    words = re.sub(r"^\d+[-_.]?", "", id) or id
    title = title or words.replace("-", " ").replace("_", " ").strip().capitalize()
    folder = new_exercise(
        course or Path(FOLDER),
        id,
        module=module or re.sub(r"\W+", "_", words).strip("_").lower(),
        title=title,
        title_zh=title_zh or title,
    )
    click.echo(_("Written: {path}").format(path=printable(folder)))
    click.echo(_("Next: change it, then run `grader audit {id}`.").format(id=printable(id)))
    return EXIT_OK
