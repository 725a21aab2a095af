"""What is told of a run. It comes from the process that ran the program, so it is decoded strictly and
capped.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

import msgspec

MAX_ROWS = 400
MAX_SPANS = 5_000
"""In one row."""
MAX_BYTES = 64 * 1024 * 1024
OTHER_SIDE = "the other side"
"""What a task waits for or is blocked by that is in the other process."""
NEXT_TURN = "its next turn"
"""What a task waits for that has only let others run."""

Text = Annotated[str, msgspec.Meta(max_length=300)]
Time = Annotated[int, msgspec.Meta(ge=0, le=1 << 62)]
"""Virtual nanoseconds since the start."""


class State(StrEnum):
    """What a task or thread does for a while. To run takes no virtual time: it runs between two spans."""

    waits = "waits"
    """It awaits something, and others can run."""
    blocks = "blocks"
    """It holds its thread: on a thread with an event loop, the whole loop."""


class End(StrEnum):
    """How a task or thread ended."""

    finished = "finished"
    cancelled = "cancelled"
    failed = "failed"
    pending = "pending"
    """It did not end."""


class Span(msgspec.Struct, frozen=True, array_like=True):
    state: State
    begin: Time
    end: Time
    what: Text = ""
    """What it waits for or is blocked by: "asyncio.sleep", "time.sleep"."""
    line: Annotated[int, msgspec.Meta(ge=0)] = 0
    """The line of the program, 0 when it is not one of its lines."""
    file: Text = ""
    """The name of that line's file, without folders."""


class Row(msgspec.Struct, frozen=True):
    kind: Literal["task", "thread"]
    name: Text
    function: Text
    begin: Time
    end: Time
    ended: End
    error: Text = ""
    """Of a failed one: the name of the exception."""
    spans: Annotated[list[Span], msgspec.Meta(max_length=MAX_SPANS)] = []
    steps: Annotated[list[Time], msgspec.Meta(max_length=MAX_SPANS)] = []
    """The instants at which it ran."""


class Waits(msgspec.Struct, frozen=True):
    """One that waits for ever."""

    name: Text
    file: Text
    line: int
    what: Text


class Outcome(StrEnum):
    finished = "finished"
    failed = "failed"
    deadlocked = "deadlocked"
    endless = "endless"
    missing = "missing"
    """There is no such function in the file."""


class Recording(msgspec.Struct, frozen=True):
    """A whole run. Rows are in the order in which they began, tasks before threads."""

    rows: Annotated[list[Row], msgspec.Meta(max_length=MAX_ROWS)]
    end: Time
    outcome: Outcome
    error: Text = ""
    waiting: list[Waits] = []
    omitted: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Rows that there was no room for."""

    @property
    def tasks(self) -> list[Row]:
        return [row for row in self.rows if row.kind == "task"]

    @property
    def threads(self) -> list[Row]:
        return [row for row in self.rows if row.kind == "thread"]
