"""What both drawings say, in the reader's language. Text of the program is made safe to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.bridge.simulation import recording
from grader.bridge.simulation.recording import End, Outcome, Recording, Row, Span, State
from grader.locale import _
from grader.text import printable
from grader.timeline.scale import label, rounded

if TYPE_CHECKING:
    from collections.abc import Iterator


def title(row: Row, longest: int = 40) -> str:
    """ "fetch (Task-3)", or the name alone."""
    name, function = printable(row.name, limit=40), printable(row.function, limit=longest)
    if function:
        return f"{function} ({name})" if name else function
    if not name:
        return _("a thread") if row.kind == "thread" else _("something of the test")
    return _("callback") if name == "callback" else name


def ending(row: Row) -> str:
    match row.ended:
        case End.finished:
            return _("finished")
        case End.cancelled:
            return _("cancelled")
        case End.failed:
            return _("failed: {error}").format(error=printable(row.error, limit=60))
        case End.pending:
            return _("not ended")


def what(span: Span) -> str:
    """ "asyncio.sleep, kitchen.py:12"."""
    match span.what:
        case recording.OTHER_SIDE:
            name = _("something of the test")
        case recording.NEXT_TURN:
            name = _("its next turn")
        case _:
            name = printable(span.what, limit=60)
    if not name:
        return f"{printable(span.file, limit=40)}:{span.line}" if span.line else ""
    return f"{name}, {printable(span.file, limit=40)}:{span.line}" if span.line else name


def blocked(run: Recording) -> Iterator[str]:
    """One sentence for each place at which a task blocked an event loop, in the order of the first times."""
    times: dict[tuple[str, str], list[Span]] = {}
    for row in run.tasks:
        for span in row.spans:
            if span.state is State.blocks:
                times.setdefault((title(row, longest=200), what(span)), []).append(span)
    for (task, place), spans in times.items():
        values = {
            "task": task,
            "seconds": rounded(sum(span.end - span.begin for span in spans)),
            "begin": rounded(spans[0].begin),
            "what": place,
            "n": len(spans),
        }
        if len(spans) == 1:
            sentence = _("{task} blocked the event loop for {seconds} s at {begin} s: {what}")
        else:
            sentence = _(
                "{task} blocked the event loop {n} times from {begin} s on, for {seconds} s together: {what}"
            )
        yield sentence.format(**values)


def outcome(run: Recording) -> str:
    """How the run ended, one sentence."""
    seconds = label(run.end)
    match run.outcome:
        case Outcome.finished:
            return _("Finished after {seconds} virtual seconds.").format(seconds=seconds)
        case Outcome.failed:
            return _("Failed after {seconds} virtual seconds: {error}.").format(
                seconds=seconds, error=printable(run.error, limit=80)
            )
        case Outcome.deadlocked:
            return _("Deadlock after {seconds} virtual seconds: nothing can ever run again.").format(
                seconds=seconds
            )
        case Outcome.endless | Outcome.missing:
            return _("Stopped after {seconds} virtual seconds: the program would go on for ever.").format(
                seconds=seconds
            )


def waits(run: Recording) -> Iterator[str]:
    """Who waits for what when nothing can run."""
    for each in run.waiting:
        place = f"{printable(each.file, limit=60)}:{each.line}" if each.line else "?"
        yield _("{name} waits for {what} at {place}").format(
            name=printable(each.name, limit=60), what=printable(each.what, limit=80), place=place
        )
