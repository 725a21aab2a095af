"""When a process waits for a moment, and how the clock gets there.

The processes' deadlines are the calendar of the simulation: what is on it comes in the order of (time, stamp).
The side that owns the clock moves it when neither side can run; while the token is away, and nothing can run
here before some moment, it leaves the clock up to then to the other side (`Lease`), which saves two handovers a
step.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from grader.bridge.simulation.clock import FOREVER, Budget
from grader.bridge.simulation.errors import Deadlock, Endless
from grader.bridge.simulation.handover import Deadline, Lease, Waiting
from grader.bridge.simulation.scheduler import Scheduler

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.bridge.simulation.peer import Peer
    from grader.bridge.simulation.process import Process

SURELY_STALLED = 100
"""Clock steps of this side alone after which the end of a budget is the other side's deadlock."""


class Calendar(Scheduler):
    """The scheduler of one side, with its half of the calendar."""

    def __init__(self, owns_clock: bool, side: str, budget: Budget) -> None:
        super().__init__(side, budget)
        self.owns_clock = owns_clock
        self.owed: Callable[[], bool] = lambda: True
        """Is the other side in the middle of something that this side asked for? Only then can it be called
        stalled.
        """
        self._stalled = 0

    @abstractmethod
    def _hand_over(self) -> None:
        """Give the token away; when it is back, take in what the other side says."""

    @abstractmethod
    def _explain_both(self) -> list[Waiting]:
        """Who waits for what."""

    def is_frozen(self, process: Process) -> bool:
        return process.resting and self.peer is not None and process.thread in self.peer.busy

    def _busy(self) -> list[str]:
        return [p.thread for p in self.by_thread.values() if not p.resting]

    def _waiting_here(self) -> list[tuple[int, int, Process]]:
        return [
            (p.deadline, p.order, p)
            for p in self.processes.values()
            if p.deadline is not None and not p.queued
        ]

    def is_first_deadline(self, when: int) -> bool:
        """Does no process of this side wait for a moment up to `when`?"""
        return all(p.deadline is None or p.deadline > when or p.queued for p in self.processes.values())

    def _fire(self) -> None:
        """Wake every process whose deadline has come."""
        now = self.clock.now
        due = [entry for entry in self._waiting_here() if entry[0] <= now]
        due.sort(key=lambda entry: (entry[0], entry[1], entry[2].thread))
        for when, order, process in due:
            process.timed_out = True
            self.wake(process, place=(self.stepped, when, order))

    def _idle(self) -> None:
        """Nothing is ready on this side."""
        if self.outside.look():
            return
        peer = self.peer
        theirs: Deadline | None = None
        mine = min(
            (entry for entry in self._waiting_here() if not self.is_frozen(entry[2])),
            key=lambda entry: (entry[0], entry[1]),
            default=None,
        )
        if peer is not None:
            if not self.owns_clock:
                if mine is not None and self.advance(mine[0]):
                    self._fire()
                else:
                    self._hand_over()
                return
            theirs = peer.first_deadline(self._busy())
        instants = [mine[0]] if mine is not None else []
        if theirs is not None:
            instants.append(theirs.when)
        when = min(instants, default=None)
        if self.outside.paces() and self.outside.wait(when):
            return
        if when is None or when >= FOREVER:
            self._fail(Deadlock(self._explain_both(), now=self.clock.now))
            return
        if peer is not None and self._is_stalled(peer):
            self._fail(Deadlock(self._explain_both(), now=self.clock.now, stalled=True))
            return
        if not self._step(when):
            return
        self.stepped = self.stamp
        self._fire()
        if peer is not None:
            peer.ran, peer.fruitless = False, 0
            if theirs is not None and theirs.when <= self.clock.now:
                peer.due = (self.stepped, theirs.when, theirs.order)

    def _step(self, when: int) -> bool:
        """Move the clock, or end the test."""
        try:
            self.clock.step(when)
        except Endless as error:
            waiting = self._explain_both()
            if self._stalled >= SURELY_STALLED:  # a slow heartbeat that reached the end of time first
                self._fail(Deadlock(waiting, now=error.now, stalled=True))
            else:
                self._fail(Endless(error.bound, error.amount, now=error.now, waiting=waiting))
            return False
        return True

    def _is_stalled(self, peer: Peer) -> bool:
        """Has only this side's own heartbeat ticked for very long?"""
        if peer.ran or peer.has_timers() or not self.owed():
            self._stalled = 0
        else:
            self._stalled += 1
        return self._stalled > self.budget.stalled_steps

    # The clock in the other side's hands

    def _lease(self, deadlines: list[Deadline]) -> Lease | None:
        """What the other side may do with the clock until the token is back: anything, before this side has to
        do something."""
        if not self.owns_clock or self._ready or self.outside.is_open():
            return None
        until, steps = self.clock.may_move()
        until += 1
        for deadline in deadlines:
            until = min(until, deadline.when)
        return Lease(until, steps)

    def advance(self, when: int) -> bool:
        """Move the clock as the side that owns it would: nothing can run on either side before `when`.

        False: this side has no leave to, or the other side has something to do first. For the side that does
        not own the clock.
        """
        peer = self.peer
        if peer is None or peer.lease is None or self._ready or self.direct is not None:
            return False
        if not self.clock.now < when < peer.lease.until or peer.steps >= peer.lease.steps:
            return False
        if peer.place is not None or peer.ended or peer.endless or peer.ready:
            return False
        peer.steps += 1
        self.clock.follow(when)
        self.stepped = self.stamp
        return True
