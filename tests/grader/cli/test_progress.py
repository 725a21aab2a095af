"""Progress on a terminal: a bar over the whole width, and under it how many passed."""

from __future__ import annotations

import io
import re

from rich.console import Console

from grader.cli._progress import make_progress
from grader.grading.run import Progress


def test_a_narrow_terminal_shows_the_bar_and_the_words():
    console = Console(file=io.StringIO(), force_terminal=True, width=72, no_color=True)
    with make_progress(console, 10) as progress:
        for done in (2, 4):
            progress(Progress(done, 10, 0, 1, 1, "ann"))
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", console.file.getvalue()).splitlines()
    assert [len(line.rstrip()) for line in shown if line.startswith("Grading")][-1] == 72
    assert [line.rstrip()[-4:] for line in shown if line.startswith("Grading")][-1] == "4/10"
    words = [line.strip() for line in shown if line.startswith("passed")][-1]
    # A busy machine says how long it takes still.
    assert re.match(r"passed: 1, not passed: 2, grader failed: 1, [\d.]+ per", words)


def test_a_pipe_gets_plain_lines():
    console = Console(file=io.StringIO(), width=60)
    with make_progress(console, 100) as progress:
        for done in range(1, 101):
            progress(Progress(done, 100, 0, 0, done, "ann"))
    lines = console.file.getvalue().splitlines()
    assert len(lines) == 20
    assert lines[-1].startswith("100/100, passed: 100, not passed: 0")
