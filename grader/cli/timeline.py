"""`grader timeline`: run a program in virtual time and draw who ran, waited and blocked."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from grader.cli._command import EXIT_FINDINGS, EXIT_OK, format_option, make_command, option
from grader.errors import GraderError, reason_of
from grader.locale import N_, _


@make_command(
    "timeline",
    help=N_(
        "Run a program in virtual time and draw who ran, waited and blocked.\n\n"
        "FILE runs as a script; with FILE:FUNCTION, that function is called (and awaited when it is "
        "async). Sleeping costs nothing, and the same program gives the same picture every time. "
        "Exit code 1 when the program failed, deadlocked or would go on for ever.\n\n"
        "The program runs with your own rights, without confinement, on Linux and macOS: draw programs that you "
        "trust."
    ),
    examples=[
        ("grader timeline kitchen.py", N_("Draw in the terminal.")),
        ("grader timeline kitchen.py:main --svg kitchen.svg", N_("Only one function, as a picture.")),
    ],
)
@click.argument("target", metavar="FILE[:FUNCTION]")
@click.argument("arguments", nargs=-1, metavar="[ARGUMENTS]...")
@option("--svg", type=click.Path(path_type=Path, dir_okay=False), help=N_("Write the picture to this file."))
@format_option()
@option("--width", type=click.IntRange(min=60), help=N_("Columns of the drawing (default: the terminal's)."))
def command(target: str, arguments: tuple[str, ...], svg: Path | None, form: str, width: int | None) -> int:
    """Run, draw."""
    if sys.platform == "win32":
        raise GraderError(_("A program can be drawn on Linux and macOS only."), todo=_("On Windows use WSL."))
    from grader.bridge.simulation.recording import Outcome
    from grader.timeline import svg as picture
    from grader.timeline import terminal
    from grader.timeline.run import record

    if not sys.platform.startswith("linux"):
        click.echo(_("Notice: on this system your code runs without confinement."), err=True)
    path, function = _split(target)
    recording = record(path, function, arguments, output_to_stderr=form == "json")
    if svg is not None:
        try:
            svg.write_text(picture.draw(recording), "utf-8")
        except OSError as error:
            raise GraderError(
                _("The picture can't be written: {reason}").format(reason=reason_of(error)), where=svg
            ) from error
    if form == "json":
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(recording), indent=2).decode())
    else:
        click.echo(terminal.draw(recording, width or shutil.get_terminal_size((100, 24)).columns))
    return EXIT_OK if recording.outcome is Outcome.finished else EXIT_FINDINGS


def _split(target: str) -> tuple[Path, str | None]:
    file, colon, function = target.rpartition(":")
    if colon and function.isidentifier() and not Path(target).exists():
        return Path(file), function
    return Path(target), None
