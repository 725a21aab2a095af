"""A recording as text: a row for each task and thread, an axis below, and in words what blocked the loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grader.bridge.simulation.recording import End, Outcome, State
from grader.locale import _, n_
from grader.text import columns, within
from grader.timeline import scale, words

if TYPE_CHECKING:
    from grader.bridge.simulation.recording import Recording, Row

_WAITS, _BLOCKS, _RUNS = "─", "█", "│"
_ENDS = {End.finished: "●", End.cancelled: "×", End.failed: "✗", End.pending: "…"}
_COLOURS = {End.finished: "green", End.cancelled: "yellow", End.failed: "red", End.pending: "yellow"}
_TITLE, _ENDING = 30, 24


def draw(recording: Recording, width: int = 100, *, headline: bool = True) -> str:
    """The drawing, lines of at most `width` columns (words below it may be longer), in colours.

    Without `headline`, how the run ended is not said.
    """
    titles = [words.title(row) for row in recording.rows]
    title_width = max(12, min(_TITLE, max((columns(title) for title in titles), default=0)))
    endings = [fit(words.ending(row), min(_ENDING, columns(words.ending(row)))) for row in recording.rows]
    chart = max(20, width - title_width - max((columns(ending) for ending in endings), default=0) - 5)
    outcome = click.style(words.outcome(recording), bold=True, fg=_outcome_colour(recording))
    lines = [outcome] if headline else []
    for heading, kind in ((_("Tasks"), "task"), (_("Threads"), "thread")):
        rows = [each for each in zip(titles, recording.rows, endings, strict=True) if each[1].kind == kind]
        if rows:
            lines.append(click.style(heading, bold=True))
            for title, row, ending in rows:
                styled = click.style(ending, fg=_COLOURS[row.ended])
                lines.append(f"  {fit(title, title_width)} {_row(row, recording.end, chart)} {styled}")
    lines += [f"  {' ' * title_width} {line}" for line in _axis(recording.end, chart)]
    if recording.omitted:
        lines.append(
            n_("{n} more is not shown.", "{n} more are not shown.", recording.omitted).format(
                n=recording.omitted
            )
        )
    lines += [click.style(sentence, fg="red") for sentence in words.blocked(recording)]
    lines += list(words.waits(recording))
    lines.append(_legend(recording))
    return "\n".join(line.rstrip() for line in lines)


def _outcome_colour(recording: Recording) -> str:
    return "green" if recording.outcome is Outcome.finished else "red"


def _row(row: Row, end: int, width: int) -> str:
    cells = [" "] * width
    for span in sorted(row.spans, key=lambda span: span.state is State.blocks):
        mark = _BLOCKS if span.state is State.blocks else _WAITS
        first, last = scale.place(span.begin, end, width), scale.place(span.end, end, width)
        cells[first : last + 1] = [mark] * (last + 1 - first)
    for instant in row.steps:
        column = scale.place(instant, end, width)
        if cells[column] != _BLOCKS:
            cells[column] = _RUNS
    cells[scale.place(row.end, end, width)] = _ENDS[row.ended]
    colours = {_BLOCKS: "red", _ENDS[row.ended]: _COLOURS[row.ended]}
    return "".join(click.style(cell, fg=colours[cell]) if cell in colours else cell for cell in cells)


def _axis(end: int, width: int) -> list[str]:
    line, labels = ["─"] * width, [" "] * (width + 12)
    for instant in scale.ticks(end, max(2, width // 12)):
        column = scale.place(instant, end, width)
        line[column] = "┴"
        for offset, letter in enumerate(scale.label(instant)):
            labels[column + offset] = letter
    return ["".join(line), "".join(labels).rstrip() + " s"]


def _legend(recording: Recording) -> str:
    """What the marks mean, of those that are there."""
    states = {span.state for row in recording.rows for span in row.spans}
    ends = {row.ended for row in recording.rows}
    entries = (
        (any(row.steps for row in recording.rows), _RUNS, _("runs")),
        (State.waits in states, _WAITS, _("waits")),
        (State.blocks in states, click.style(_BLOCKS, fg="red"), _("blocks the event loop")),
        *(
            (end in ends, click.style(_ENDS[end], fg=_COLOURS[end]), text)
            for end, text in (
                (End.finished, _("finished")),
                (End.cancelled, _("cancelled")),
                (End.failed, _("raised an exception")),
                (End.pending, _("not ended")),
            )
        ),
    )
    return "   ".join(f"{mark} {text}" for is_there, mark, text in entries if is_there)


def fit(text: str, width: int) -> str:
    """Exactly `width` columns."""
    text = within(text, width)
    return text + " " * (width - columns(text))
