"""A submission's account of what its tasks did when, made fit to be shown with a test that fails.

It is decoded strictly, begins at zero, and has only words and lines of the submission's own: nothing of the suite,
whose tasks run in another process, can be in it. It is kept where it says something: where a loop was blocked, several
tasks or threads ran, or one waited several times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from grader.bridge.simulation.recording import NEXT_TURN, OTHER_SIDE, Outcome, Recording, Row, Span, State
from grader.judge.verdicts import Kind

if TYPE_CHECKING:
    from grader.judge.own_words import OwnWords

OUTCOMES = {
    Kind.FAILED: Outcome.finished,
    Kind.DEADLOCKED: Outcome.deadlocked,
    Kind.ENDLESS: Outcome.endless,
}
"""Tests that can have failed for time or order, and how their pictures call it."""
LARGEST = 64 << 10
"""Bytes of a recording."""
_CONSTANTS = (OTHER_SIDE, NEXT_TURN)


def picture(data: bytes, kind: Kind, began: int, own: OwnWords) -> str:
    """The recording as JSON, its times since `began` (virtual nanoseconds); "" where there is nothing to show."""
    if kind not in OUTCOMES or not data or len(data) > LARGEST:
        return ""
    try:
        told = msgspec.json.decode(data, type=Recording)
        rows = [row for row in (_row(each, began, own) for each in told.rows) if row.spans or row.function]
        shown = Recording(rows, _since(told.end, began), OUTCOMES[kind], omitted=told.omitted)
        return msgspec.json.encode(shown).decode() if _says_something(shown) else ""
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ""


def _row(row: Row, began: int, own: OwnWords) -> Row:
    return Row(
        row.kind,
        row.name if row.name in ("callback", "MainThread") else own.name(row.name),
        row.function if own.function(row.function) or own.awaited(row.function) else "",
        _since(row.begin, began),
        _since(row.end, began),
        row.ended,
        own.exception(row.error) if row.error else "",
        [_span(span, began, own) for span in row.spans],
        [_since(step, began) for step in row.steps],
    )


def _span(span: Span, began: int, own: OwnWords) -> Span:
    place = own.place_of_name(span.file, span.line)
    return Span(
        span.state,
        _since(span.begin, began),
        _since(span.end, began),
        span.what if span.what in _CONSTANTS or own.awaited(span.what) else "",
        span.line if place else 0,
        span.file if place else "",
    )


def _since(instant: int, began: int) -> int:
    return max(0, instant - began)


def _says_something(recording: Recording) -> bool:
    spans = [span for row in recording.rows for span in row.spans]
    return bool(spans) and (
        len(recording.rows) > 1 or len(spans) > 1 or any(span.state is State.blocks for span in spans)
    )
