"""What one side knows of the other, and how the token goes over.

`exchange(handover, messages)` gives the token away with the messages queued since the last time, and returns
when the token is back, with the other side's. What it does with the messages is not the kernel's business: it
reads their `thread` and no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from grader.bridge.simulation.handover import Deadline, Handover, Head, Lease
    from grader.bridge.simulation.process import Place


class Message(Protocol):
    """For which logical thread it is: the one thing that the kernel asks of a message."""

    @property
    def thread(self) -> str: ...


if TYPE_CHECKING:
    Exchange = Callable[[Handover, list[Any]], tuple[Handover, list[Any]]]


class Peer:
    """The other side, as its last handover described it."""

    __slots__ = (
        "busy",
        "deadlines",
        "due",
        "ended",
        "endless",
        "exchange",
        "fruitless",
        "heads",
        "lease",
        "left",
        "linked",
        "outbox",
        "place",
        "ran",
        "ready",
        "steps",
        "told",
    )

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.place: Place | None = None
        """Where what is queued for it stands in the ready order."""
        self.outbox: list[Message] = []
        self.ended: list[str] = []
        self.endless: Any = None
        self.linked: set[str] = {"M"}
        """Living threads of this side that it has heard of: it must hear of their end."""
        self.told: set[str] = {"M"}
        """Every thread that it may speak of."""
        self.ready: dict[str, Place] = {}
        self.due: Place | None = None
        """The first of its deadlines that came when the clock was moved here."""
        self.deadlines: list[Deadline] = []
        self.busy: frozenset[str] = frozenset()
        self.heads: dict[str, Head] = {}
        self.left: frozenset[int] = frozenset()
        """Loops of this side on whose twins something is left."""
        self.lease: Lease | None = None
        """To move the clock: of this side, or given to the other."""
        self.steps = 0
        """How often the clock was moved under it."""
        self.ran = False
        """It was given the token since the clock last moved."""
        self.fruitless = 0
        """Handovers in a row between which nothing ran on this side."""

    def learn(self, handover: Handover) -> None:
        self.ready, self.due = handover.ready, None
        self.lease, self.steps = handover.lease, 0
        self.deadlines = handover.deadlines
        self.busy = frozenset(handover.busy)
        self.heads = handover.heads
        self.left = frozenset(handover.left)

    def first_place(self, busy_here: Collection[str]) -> Place | None:
        """Where the other side stands in the ready order. A ready thread that its half on this side freezes
        does not count.
        """
        first = self.place
        if self.due is not None and (first is None or self.due < first):
            first = self.due
        for thread, place in self.ready.items():
            if thread not in busy_here and (first is None or place < first):
                first = place
        return first

    def has_timers(self) -> bool:
        return bool(self.deadlines) or any(head.timer is not None for head in self.heads.values())

    def first_deadline(self, busy_here: Collection[str]) -> Deadline | None:
        return min(
            (d for d in self.deadlines if d.thread is None or d.thread not in busy_here),
            key=lambda d: (d.when, d.order),
            default=None,
        )
