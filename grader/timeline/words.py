"""What both drawings say, in the reader's language. Text of the program is made safe to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.locale import _
from grader.text import printable
from grader.timeline.recording import End, Outcome, Recording, Row, Span, State
from grader.timeline.scale import label

if TYPE_CHECKING:
    from collections.abc import Iterator


def title(row: Row, longest: int = 40) -> str:
    """ "fetch (Task-3)", or the name alone."""
    name = _("callback") if row.name == "callback" and not row.function else printable(row.name, limit=40)
    return f"{printable(row.function, limit=longest)} ({name})" if row.function else name


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
    name = printable(span.what, limit=60)
    return f"{name}, {printable(span.file, limit=40)}:{span.line}" if span.line else name


def blocked(recording: Recording) -> Iterator[str]:
    """One sentence for each time that an event loop was blocked."""
    for row in recording.tasks:
        for span in row.spans:
            if span.state is State.blocks:
                yield _("{task} blocked the event loop for {seconds} s at {begin} s: {what}").format(
                    task=title(row, longest=200),
                    seconds=label(span.end - span.begin),
                    begin=label(span.begin),
                    what=what(span),
                )


def outcome(recording: Recording) -> str:
    """How the run ended, one sentence."""
    seconds = label(recording.end)
    match recording.outcome:
        case Outcome.finished:
            return _("Finished after {seconds} virtual seconds.").format(seconds=seconds)
        case Outcome.failed:
            return _("Failed after {seconds} virtual seconds: {error}.").format(
                seconds=seconds, error=printable(recording.error, limit=80)
            )
        case Outcome.deadlocked:
            return _("Deadlock after {seconds} virtual seconds: nothing can ever run again.").format(
                seconds=seconds
            )
        case Outcome.endless | Outcome.missing:
            return _("Stopped after {seconds} virtual seconds: the program would go on for ever.").format(
                seconds=seconds
            )


def waits(recording: Recording) -> Iterator[str]:
    """Who waits for what when nothing can run."""
    for each in recording.waiting:
        place = f"{printable(each.file, limit=60)}:{each.line}" if each.line else "?"
        yield _("{name} waits for {what} at {place}").format(
            name=printable(each.name, limit=60), what=printable(each.what, limit=80), place=place
        )
