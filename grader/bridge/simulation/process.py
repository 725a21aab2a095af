"""A process of the simulation: one thread of control (an OS thread that was registered), never an OS process.

A process runs, is ready, or waits. One that waits *at rest* (in a loop's select, or for the other side's
answer) can be given work; one that waits in mid-step (sleeping, in a lock) is busy and freezes its other
half.
"""

from __future__ import annotations

import _thread
from collections import deque
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import select
    from collections.abc import Callable

# Taken before anything is patched: these two must stay real for ever.
allocate_real_lock = _thread.allocate_lock
start_real_thread = _thread.start_new_thread


class Loop(Protocol):
    """What the kernel asks of an event loop that runs on a process."""

    def head(self) -> int | None:
        """The stamp of the callback that it would run next, None when it would run none."""

    def collect_due(self, *, new_iteration: bool) -> None:
        """Unless in the middle of a callback: take the timers that are due now, ahead of what comes next.

        The clock has moved (`new_iteration`), or the other half has begun an iteration.
        """

    def descriptors_ready(self) -> bool:
        """Is one of its descriptors ready for reading or writing?"""

    def waits_for_outside(self) -> bool:
        """Is one of its descriptors such that the world outside this process can make it ready?"""

    def fileno(self) -> int:
        """A descriptor that is readable when one of its descriptors is ready."""


class Process:
    """One half of a logical thread. `thread` is the name that both halves share: "M", "J1", "S2"."""

    __slots__ = (
        "alive",
        "batch",
        "baton",
        "deadline",
        "dismissed",
        "exception",
        "ident",
        "inbox",
        "loops",
        "name",
        "on_exit",
        "order",
        "outside_poll",
        "queued",
        "reads",
        "resting",
        "thread",
        "timed_out",
        "twin",
        "watched",
        "where",
    )

    def __init__(self, thread: str, name: str, *, twin: bool = False) -> None:
        self.thread = thread
        self.name = name
        self.twin = twin
        """It was made for a thread of the other side."""
        self.baton = allocate_real_lock()
        self.baton.acquire()
        self.ident = 0
        self.alive = True
        self.queued = False
        self.resting = False
        self.deadline: int | None = None
        self.order = 0
        self.timed_out = False
        self.exception: BaseException | None = None
        """Raised out of its wait."""
        self.dismissed = False
        self.batch = 0
        """The last stamp of the current iteration of its loop, which both halves share; 0 when the clock has
        moved.
        """
        self.inbox: deque[Any] = deque()
        self.loops: list[Loop] = []
        self.on_exit: list[Callable[[], None]] = []
        self.where = ""
        """What it waits for, in the words of its code: "time.sleep", "Lock.acquire"."""
        self.reads = 0
        self.outside_poll: select.poll | None = None
        self.watched: list[tuple[int, int]] = []
        """The descriptors (and poll events) that it waits for."""

    def __repr__(self) -> str:
        return f"<process {self.thread} {self.name!r}>"
