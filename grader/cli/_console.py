"""Consoles for people: colours and widths of a terminal, plain lines of full length in a pipe.

A Windows console or a C locale cannot show every character. Marks that we draw with become letters of ASCII there, of
the same width, so that columns stay; whatever else there is becomes an escape, which is better than a crash.
"""

from __future__ import annotations

import codecs
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_PIPE_WIDTH = 110
_PLAIN = str.maketrans("─│┴█●×✗✓…→└├“”‘’·–—", "-|+#oxxv~>`|\"\"''---")


def print_what_can_be_printed() -> None:
    """From now on nothing that is printed fails for its characters."""
    codecs.register_error("grader.plain", _plain)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="grader.plain")


def _plain(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    return "".join(_escaped(letter) for letter in text.translate(_PLAIN)), error.end


def _escaped(letter: str) -> str:
    return letter if letter.isascii() else letter.encode("ascii", "backslashreplace").decode("ascii")


def make_console(*, stderr: bool = False) -> Console:
    """A console on stdout or stderr. Into a pipe nothing is styled, and lines have the same width
    everywhere.
    """
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else _PIPE_WIDTH
    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False, soft_wrap=False)


def say(console: Console, text: str) -> None:
    """One line, never broken: paths in it stay whole."""
    console.print(text, soft_wrap=True)


def show(content: RenderableType) -> None:
    """Print to stdout. Rich fills lines up to their width with blanks, which nobody wants in a file."""
    import click

    console = make_console()
    if console.is_terminal:
        console.print(content)
        return
    with console.capture() as captured:
        console.print(content)
    click.echo("\n".join(line.rstrip() for line in captured.get().split("\n")), nl=False)
