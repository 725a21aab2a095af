"""Consoles for people: colours and widths of a terminal, plain lines of full length in a pipe."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_PIPE_WIDTH = 110


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
