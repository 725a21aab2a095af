"""What travels with the token: all that one side must know of the other to decide who runs next.

The other side may be hostile. Decoding is strict (msgspec: types, lengths), and `check` refuses what an
honest kernel never sends. What remains to a liar is to run late or never, and that ends in a budget or at the
wall clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from grader.bridge.simulation.clock import FOREVER
from grader.bridge.simulation.errors import Bound, ProtocolError

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["Deadline", "Handover", "Head", "ProtocolError", "Waiting", "check"]

MAX_STAMP = 1 << 60
MAX_STAMPS_PER_HANDOVER = 1 << 40
MAX_WAITING = 64
MAX_TEXT = 240
MAX_THREAD_NAME = 12
MAX_LOOPS = 64
"""Loops of the other side that are open at once: each has descriptors here."""

Time = Annotated[int, msgspec.Meta(ge=0, le=FOREVER)]
Stamp = Annotated[int, msgspec.Meta(ge=0, le=MAX_STAMP)]
ThreadName = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_THREAD_NAME)]
"""Which ones there can be, is asked where a thread of that name comes to be (`Kernel._deliver`): a pattern here would
call Python for each name in each frame."""
Text = Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]


class Waiting(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One task or thread that waits, and for what. Strings of the other side are claims, not facts."""

    side: Literal["J", "S"]
    kind: Literal["task", "thread"]
    name: Text
    file: Text
    line: Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]
    function: Text
    awaits: Text


class Deadline(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """When a waiting process wants to be woken. `thread` is None for one in mid-step: its twin cannot freeze
    it.
    """

    thread: ThreadName | None
    when: Time
    order: Stamp


class Head(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What one half of a loop has to run: its first ready callback, and its first timer."""

    ready: tuple[Stamp, Time, Stamp] | None
    """The place of the callback, see `process.Place`."""
    timer: tuple[Time, Stamp] | None
    """When it is due, and the stamp of its making."""
    stopping: bool = False
    """It ends with the current iteration."""


class Lease(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The leave to move the clock while nothing can run on the side that owns it."""

    until: Time
    """To any time before this one."""
    steps: Annotated[int, msgspec.Meta(ge=0, le=MAX_STAMP)]


class Handover(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The state of the side that gives the token away."""

    now: Time
    stamp: Stamp
    """The last stamp given: both sides draw from one counter."""
    stepped: Stamp = 0
    """The last stamp when the clock moved: what came due then stands behind it."""
    ready: dict[ThreadName, tuple[Stamp, Time, Stamp]] = {}
    """Threads that are ready, and their places in the ready order (`process.Place`)."""
    deadlines: list[Deadline] = []
    busy: list[ThreadName] = []
    """Threads in mid-step here: their other halves must not run."""
    direct: ThreadName | None = None
    """The thread that goes on at once on the receiving side: a plain call, or the answer to one."""
    heads: dict[ThreadName, Head] = {}
    """For each thread with a loop between two callbacks: what the loop has to run."""
    iterations: dict[ThreadName, tuple[Stamp, Time]] = {}
    """For each thread with a loop: the last stamp before the loop's current iteration, and when it began."""
    ended: list[ThreadName] = []
    """Threads that ended here and have a twin there."""
    explain: bool = False
    """Only say who waits for what; run nothing."""
    explanation: list[Waiting] = []
    endless: Bound | None = None
    """The giving side's budget has run out."""
    left: Annotated[list[int], msgspec.Meta(max_length=MAX_LOOPS)] = []
    """The receiving side's loops on whose twins something is left: to run, to wait for, to cancel or to close."""
    lease: Lease | None = None
    """By the owner of the clock."""
    steps: Annotated[int, msgspec.Meta(ge=0, le=MAX_STAMP)] = 0
    """How often the other side moved it since it was given the lease."""


def check(
    handover: Handover,
    *,
    now: int,
    stamp: int,
    owns_clock: bool,
    lease: Lease | None = None,
    side: str,
    known: Collection[str],
    max_threads: int,
) -> None:
    """Refuse a handover that no honest side sends. `now`, `stamp`: as sent with the token; `known`: this
    side's threads that the other side has heard of; `lease`: as given. Raises ProtocolError."""
    if handover.steps:
        if lease is None or handover.steps > lease.steps or not now <= handover.now < lease.until:
            raise ProtocolError(f"{handover.steps} steps of the clock to {handover.now}, without leave")
    elif handover.now != now and (owns_clock or handover.now < now):
        raise ProtocolError(f"the time is {now}, and the other side says {handover.now}")
    if not stamp <= handover.stamp <= min(stamp + MAX_STAMPS_PER_HANDOVER, MAX_STAMP):
        raise ProtocolError(f"stamp {handover.stamp} after {stamp}")
    if len(handover.explanation) > MAX_WAITING:
        raise ProtocolError(f"{len(handover.explanation)} explanations")
    _check_stamps(handover)
    named: list[ThreadName | None] = [handover.direct]
    waiting = [deadline.thread for deadline in handover.deadlines]
    for group in (
        handover.ready,
        handover.busy,
        handover.heads,
        handover.iterations,
        handover.ended,
        waiting,
    ):
        if len(group) > max_threads:
            raise ProtocolError(f"more entries than the {max_threads} threads that are allowed")
        named += group
    for thread in named:
        if thread is not None and thread[0] == side and thread not in known:
            raise ProtocolError(f"a thread of this side that the other side was never told of: {thread}")


def _check_stamps(handover: Handover) -> None:
    for deadline in handover.deadlines:
        if deadline.when < handover.now:
            raise ProtocolError(f"a deadline in the past: {deadline.when} at {handover.now}")
        if deadline.order > handover.stamp:
            raise ProtocolError(f"a deadline with a stamp that was never given: {deadline.order}")
    if handover.stepped > handover.stamp or any(
        max(s, o) > handover.stamp for s, _, o in handover.ready.values()
    ):
        raise ProtocolError("a place with a stamp that was never given")
    for head in handover.heads.values():
        stamps = (*(head.ready or ())[::2], *(head.timer or ())[1:])
        if any(stamp > handover.stamp for stamp in stamps):
            raise ProtocolError("a callback with a stamp that was never given")
    for stamp, began in handover.iterations.values():
        if stamp > handover.stamp or began > handover.now:
            raise ProtocolError("an iteration of the future")
