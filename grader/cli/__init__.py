"""The command `grader`: a group whose commands are loaded when they are used, and their exit codes.

Each command is one file, `grader/cli/<name>.py`, with a `command` made by `grader.cli._command`. The group
knows their names and one-line descriptions, so that neither `grader --help` nor another command imports
what it does not use: a lint in a commit hook must not pay for pydantic, pytest or Jinja.

Exit codes: 0 nothing wrong; 1 findings; 2 the command could not do its work (GraderError, usage); 3 the
grader failed itself; 130 stopped with Ctrl-C. A traceback is shown only with GRADER_DEBUG=1; otherwise it
goes to a file that the message names.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from grader.cli._command import (
    EXIT_ERROR,
    EXIT_INTERNAL,
    EXIT_OK,
    Command,
    Option,
    lang_option,
    translated_help,
    use_language_of,
    write_examples,
)
from grader.errors import GraderError
from grader.locale import FOLDER, N_, _, current
from grader.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "lint": N_("Find blocking calls on the event loop and coroutines that are never awaited."),
    "explain": N_("Explain a rule: what it finds, why it matters, what to write instead."),
    "check": N_("A student's feedback before handing in: lint and the visible tests."),
    "timeline": N_("Run a program in virtual time and draw who ran, waited and blocked."),
    "grade": N_("Grade submissions of an exercise against its hidden tests."),
    "audit": N_("Examine an exercise: reference, wrong solutions, async mutants."),
    "new": N_("Write the folder of a new exercise."),
    "bundle": N_("Pack what may be given to students."),
    "doctor": N_("Show which confinement layers work on this machine."),
    "schema": N_("Print the JSON schema of a format."),
}
"""The commands in the order of the help, each with its line there."""

_EXAMPLES = (
    ("grader lint .", N_("Look for mistakes in the code of a project.")),
    ("grader check 03-let-the-pot-cook kitchen.py", N_("Feedback on one's own solution.")),
    ("grader grade 03-let-the-pot-cook handed-in/ --out marks", N_("Grade a whole class.")),
)
_INTERRUPTED = 130


class Group(click.Group):
    """The commands, imported on demand."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Names of the commands, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now; None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        found = importlib.import_module(f"grader.cli.{cmd_name}").command
        assert isinstance(found, Command)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that `args` names; an unknown one gets the nearest names."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            import difflib

            near = difflib.get_close_matches(name, COMMANDS, n=2)
            raise GraderError(
                _("There is no command {name}.").format(name=name),
                todo=_("Did you mean: {names}?").format(names=", ".join(near))
                if near
                else _("`grader --help` lists the commands."),
            )
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, after looking for `--lang` so that help and errors speak it."""
        use_language_of(args)
        return super().parse_args(ctx, args)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, in the current language."""
        return translated_help(super().get_help_option(ctx))

    def format_help_text(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the program is."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_("A lint and exercise grader for asynchronous Python."))

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with their lines, without importing them."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(line)) for name, line in COMMANDS.items()])

    def format_epilog(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Examples and exit codes."""
        write_examples(formatter, _EXAMPLES)
        with formatter.section(_("Exit codes")):
            formatter.write_text(
                _("0 nothing wrong; 1 findings; 2 the command could not do its work; 3 an internal error.")
            )


def _print_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:  # click's call
    if value and not ctx.resilient_parsing:
        click.echo(f"grader {version()}")
        ctx.exit()


cli = Group(
    name="grader",
    context_settings={"help_option_names": ["-h", "--help"]},
    params=[
        lang_option(),
        Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_print_version,
            help=N_("Show the version and exit."),
        ),
    ],
)


def version() -> str:
    """The version of the installed distribution; `0+source` in a bare source tree."""
    from importlib import metadata

    try:
        return metadata.version("async-grader")
    except metadata.PackageNotFoundError:
        return "0+source"


def run(args: Sequence[str]) -> int:
    """Run one command line and return its exit code; errors are already printed to stderr."""
    use_language_of(args)
    _teach_click()
    try:
        colour = False if os.environ.get("NO_COLOR") else None  # None: as the terminal can
        result = cli.main(list(args), prog_name="grader", standalone_mode=False, color=colour)
    except GraderError as error:
        _complain(error)
        return EXIT_ERROR
    except click.ClickException as error:
        error.show()
        return EXIT_ERROR
    except (KeyboardInterrupt, click.Abort) as stop:
        if isinstance(
            stop.__cause__, EOFError
        ):  # click takes it for the end of the user's input: it is a bug
            _report_bug(stop.__cause__)
            return EXIT_INTERNAL
        click.echo(_("Stopped."), err=True)
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader has left (`grader ... | head`): nobody is there to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK
    except Exception as error:  # noqa: BLE001  # the border where a bug becomes exit code 3
        _report_bug(error)
        return EXIT_INTERNAL
    return result if isinstance(result, int) else EXIT_OK


def main() -> NoReturn:
    """The entry point of the command `grader`."""
    from grader.cli._console import print_what_can_be_printed

    print_what_can_be_printed()
    code = run(sys.argv[1:])
    if code == _INTERRUPTED:
        import signal

        # Whoever presses Ctrl-C twice gets the same end: the interpreter is closing already.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(code)


def _teach_click() -> None:
    """Let click speak the current language: its own messages are in our catalogs, too
    (`click_messages.py`).
    """
    import gettext

    gettext.bindtextdomain("grader", str(FOLDER))
    gettext.textdomain("grader")
    os.environ["LANGUAGE"] = current().replace("-", "_")


def _complain(error: GraderError) -> None:
    where = f"{printable(error.where)}: " if error.where else ""
    click.echo(f"grader: {where}{printable(error.what, keep_newlines=True)}", err=True)
    if error.todo:
        click.echo(printable(error.todo, keep_newlines=True), err=True)


def _report_bug(error: Exception) -> None:
    import traceback

    if os.environ.get("GRADER_DEBUG"):
        click.echo("".join(traceback.format_exception(error)), err=True)
    reason = printable(f"{type(error).__name__}: {error}", limit=300)
    click.echo(_("grader: internal error: {reason}").format(reason=reason), err=True)
    click.echo(_("This is a fault of the grader, not of your code or your settings."), err=True)
    if os.environ.get("GRADER_DEBUG"):
        return
    kept = _keep_traceback("".join(traceback.format_exception(error)))
    if kept is None:
        click.echo(_("Run it again with GRADER_DEBUG=1 and report the traceback."), err=True)
    else:
        click.echo(_("Please report it with the contents of {file}.").format(file=kept), err=True)


def _keep_traceback(text: str) -> Path | None:
    import platform
    import tempfile

    head = f"grader {version()}, Python {platform.python_version()}, {platform.platform()}\n{sys.argv}\n\n"
    try:
        with tempfile.NamedTemporaryFile(
            "w",
            encoding="utf-8",
            errors="backslashreplace",
            prefix="grader-error-",
            suffix=".txt",
            delete=False,
        ) as file:
            file.write(head + text)
    except OSError:
        return None
    return Path(file.name)
