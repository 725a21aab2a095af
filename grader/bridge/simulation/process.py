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

    from grader.bridge.simulation.handover import Head

# Taken before anything is patched: these two must stay real for ever.
allocate_real_lock = _thread.allocate_lock
start_real_thread = _thread.start_new_thread

Place = tuple[int, int, int]
"""Where something stands in an order that both sides share: callbacks in that of a loop, processes in that of
the kernel. (stamp, 0, 0); for a timer that is due (the last stamp when it was found due, the nanosecond that
it was set for, the stamp of its making)."""


class Loop(Protocol):
    """What the kernel asks of an event loop that runs on a process."""

    def head(self) -> Head | None:
        """What this half has to run. None in the middle of a callback, and for nothing."""

    def collect_due(self) -> None:
        """The other half has begun an iteration: the timers that were due then belong to it."""

    def descriptors_ready(self) -> bool:
        """Is one of its descriptors ready for reading or writing?"""

    def watches(self) -> bool:
        """Does it wait for descriptors at all?"""

    def waits_for_outside(self) -> bool:
        """Is one of its descriptors such that the world outside this process can make it ready?"""

    def fileno(self) -> int:
        """A descriptor that is readable when one of its descriptors is ready."""


class Process:
    """One half of a logical thread. `thread` is the name that both halves share: "M", "J1", "S2"."""

    __slots__ = (
        "alive",
        "baton",
        "deadline",
        "dismissed",
        "exception",
        "ident",
        "in_control",
        "inbox",
        "iteration",
        "loops",
        "name",
        "on_exit",
        "order",
        "outside_poll",
        "place",
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
        self.place: Place = (0, 0, 0)
        """Where it stands in the ready order, when it is queued."""
        self.resting = twin
        """It can be given work; so can a twin that has not run yet."""
        self.deadline: int | None = None
        self.order = 0
        self.timed_out = False
        self.exception: BaseException | None = None
        """Raised out of its wait."""
        self.dismissed = False
        self.iteration = (0, 0)
        """The current iteration of its loop, which both halves share: the last stamp before it, and the time,
        when it began."""
        self.in_control = False
        """The other half gave it control, and waits to have it back."""
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
