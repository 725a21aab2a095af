"""The kernel: exactly one process runs at any moment, over both sides together.

Inside a side the *baton* goes from thread to thread; between the sides it is the *token*. A process gives it
up only where it would wait: in a loop's select, in a lock, in sleep, in a remote call. So the order of events
is a function of the programs alone, not of the machine.

Three rules make two kernels one (`Peer`): a call goes on at once on the other side (`direct`); one counter
stamps every callback and timer, and the side with the smaller stamp runs; a half in mid-step freezes its
other half. The side that owns the clock moves it when neither side can run.
"""

from __future__ import annotations

import os
import re
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn

from msgspec.structs import replace

from grader.bridge.simulation.calendar import Calendar
from grader.bridge.simulation.clock import Budget
from grader.bridge.simulation.errors import (
    Bound,
    Endless,
    PeerGone,
    ProtocolError,
    dismissal,
)
from grader.bridge.simulation.explain import waiting
from grader.bridge.simulation.handover import Deadline, Handover, Head, Waiting, check
from grader.bridge.simulation.peer import Peer
from grader.bridge.simulation.process import Process

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from grader.bridge.simulation.peer import Exchange, Message

CLOSING_SECONDS = 5.0
"""Real time that a closing kernel gives a thread that catches everything."""

_NAME = re.compile("[JS][1-9][0-9]{0,9}")
_place = attrgetter("place")


def _no_hook(*_: Any) -> None:
    """The hook of a kernel that nobody joined to a bridge."""


class Kernel(Calendar):
    """The simulation of one side. The thread that makes it becomes its main process, "M".

    With `exchange` it is one half of a pair; without, the single-process simulator. Hooks, for whoever joins
    the sides: `handle(process, message)` does what a message asks, on the process that it is for, and returns
    True when it stopped a loop; `twin_main(thread)` is the body of a twin thread; `explain()` says who waits
    for what on this side; `loop_started`, `loop_stopped`, `loop_closed` and `loop_cleanup` are told of this
    side's own event loops.
    """

    def __init__(
        self,
        owns_clock: bool = True,
        exchange: Exchange | None = None,
        side: str = "J",
        budget: Budget | None = None,
    ) -> None:
        super().__init__(owns_clock, side, budget or Budget())
        self.peer = Peer(exchange) if exchange is not None else None

        self.handle: Callable[[Process, Any], Any] = _no_hook
        self.twin_main: Callable[[str], None] = self.serve
        self.explain: Callable[[], list[Waiting]] = lambda: waiting(self)
        self.loop_started: Callable[[Any, Process], None] = _no_hook
        self.loop_stopped: Callable[[Any, Process], None] = _no_hook
        self.loop_closed: Callable[[Any, Process | None], None] = _no_hook
        self.loop_eager: Callable[[Any, bool], None] = _no_hook
        """Told when a program makes a loop run the first steps of its tasks at once, or no longer."""
        self.task_begins: Callable[[Any, Any], int | None] = _no_hook
        """Told before a task is made whose first step runs at once: the loop, the context. `task_made` gets the
        number that it returns."""
        self.task_made: Callable[..., None] = _no_hook
        """Told of each new task of a loop: the loop, the task, its context (None when nobody knows it)."""
        # The three that end a loop which has a twin on the other side, as asyncio.Runner ends one.
        self.twin_tasks: Callable[[Any], Sequence[tuple[int, Callable[[], object]]]] | None = None
        """The tasks left on the twin: stamp of birth, and a call that cancels it. Not those that stand for a
        coroutine awaited from this side: cancelling the awaiter cancels them."""
        self.twin_finish: Callable[[Any], Coroutine[Any, Any, None]] | None = None
        """Wait until the cancelled tasks of the twin are done."""
        self.twin_cleanup: Callable[[Any], Coroutine[Any, Any, None]] | None = None
        """Close the asynchronous generators of the twin."""
        self.left_on_twins: Callable[[], list[int]] = list
        """The other side's loops on whose twins here something is left."""
        self.abandoned: Callable[[], None] = lambda: os._exit(0)
        """The side that owns the clock is gone: nothing here can ever run again."""

        self.handovers = 0

    def begin(self, budget: Budget | None = None) -> None:
        """A new test begins: nothing of its budget is used, and earlier failures are forgotten. The clock
        goes on.
        """
        self.budget = budget or self.budget
        self.clock.begin(self.budget)
        self._stalled = 0
        self.failure = None
        self.main.reads = 0

    def connect(self, exchange: Exchange | None) -> None:
        """Go on with another process on the other side (or none): what was known of the last one is
        forgotten.
        """
        self.peer = Peer(exchange) if exchange is not None else None
        self.direct = None
        self.main.inbox.clear()
        for process in list(self.processes.values()):
            if process.twin:
                self._dismiss(process)

    # Messages

    def send(self, message: Message) -> None:
        """Queue a message; the other side gets a turn for it. Without a peer it is dropped."""
        if self.peer is not None:
            self.mention(message)
            self._queue_peer()

    def mention(self, message: Message) -> None:
        """Queue a message that can wait until the other side runs for another reason."""
        if self.peer is not None:
            self.peer.outbox.append(message)
            self.peer.linked.add(message.thread)
            self.peer.told.add(message.thread)

    def enclose(self, message: Message) -> None:
        """Queue what goes with the next frame, whichever that is: no thread has to hear of it."""
        if self.peer is not None:
            self.peer.outbox.append(message)

    def serve_inbox(self, process: Process) -> None:
        """Do what the messages for the current process ask."""
        while process.inbox:
            if self.handle(process, process.inbox.popleft()):
                return  # a loop was stopped: what follows is for the frame below it
        if process.dismissed and not process.loops:
            raise dismissal()

    def serve(self, _thread: str = "") -> None:
        """The body of a thread that only does what the other side asks."""
        process = self._current()
        while True:
            self.serve_inbox(process)
            self.wait(resting=True)

    def _deliver(self, message: Message) -> None:
        thread = message.thread
        process = self.by_thread.get(thread)
        if process is None:
            if thread[:1] == self.side:
                return  # an answer for a thread that has ended
            if not _NAME.fullmatch(thread):
                raise ProtocolError(f"a message for a thread of no name: {thread!r}")
            if sum(p.twin for p in self.by_thread.values()) >= self.budget.twins:
                raise ProtocolError("more threads than are allowed")
            process = self._start(
                Process(thread, f"twin of {thread}", twin=True), lambda: self.twin_main(thread)
            )
        process.inbox.append(message)
        self.wake(process)

    def _dismiss(self, process: Process) -> None:
        process.dismissed = True
        self.wake(process)

    # The scheduler

    def _next(self) -> Process:
        """The process that runs now. Until there is one, the other side runs, or the clock moves."""
        while True:
            if self.outside.woken:
                self.outside.deliver()
            if self.direct is not None:
                self._hand_over()
                continue
            peer, ready = self.peer, self._ready
            if peer is None:
                theirs = None
            else:
                theirs = peer.first_place(self._busy() if peer.ready else ())
                if peer.busy:
                    ready = [process for process in ready if not self.is_frozen(process)]
            first = min(ready, key=_place, default=None)
            if first is not None and (theirs is None or first.place <= theirs):
                self._ready.remove(first)
                first.queued = False
                if peer is not None:
                    peer.fruitless = 0
                return first
            if theirs is not None:
                self._hand_over()
            else:
                self._idle()

    # The token

    def _handover(self, peer: Peer) -> Handover:
        direct, self.direct = self.direct, None
        ended, peer.ended = peer.ended, []
        peer.linked.difference_update(ended)
        endless, peer.endless = peer.endless, None
        if direct is not None and direct in self.by_thread:
            self.by_thread[direct].in_control = False
        deadlines: list[Deadline] = []
        iterations: dict[str, tuple[int, int]] = {}
        for process in self.processes.values():
            if process.deadline is not None and not process.queued:
                thread = process.thread if process.resting else None
                deadlines.append(Deadline(thread, process.deadline, process.order))
            if process.loops:
                iterations[process.thread] = process.iteration
        return Handover(
            now=self.clock.now,
            stamp=self.stamp,
            stepped=self.stepped,
            lease=self._lease(deadlines),
            steps=0 if self.owns_clock else peer.steps,
            ready={p.thread: p.place for p in self._ready},
            deadlines=[] if self.owns_clock else deadlines,  # nobody else's business
            busy=self._busy(),
            direct=direct,
            heads=self._heads(),
            iterations=iterations,
            ended=ended,
            endless=endless,
            explanation=[] if endless is None else self.explain(),
            left=self.left_on_twins(),
        )

    def _heads(self) -> dict[str, Head]:
        return {
            p.thread: head
            for p in self.processes.values()
            if p.loops and p.resting and (head := p.loops[-1].head()) is not None
        }

    def renewed(self, handover: Handover) -> Handover:
        """The same, after destructors have run: what they let go of may have made something ready here."""
        if self.stamp == handover.stamp:
            return handover
        if self.peer is not None:
            self.peer.lease = None
        ready = {p.thread: p.place for p in self._ready}
        return replace(handover, stamp=self.stamp, heads=self._heads(), ready=ready, lease=None)

    def _hand_over(self) -> None:
        """Give the token away; when it is back, take in what the other side says."""
        peer = self.peer
        if peer is None:
            self.direct = None
            return
        peer.place = None
        handover, messages = self._handover(peer), peer.outbox
        peer.lease = handover.lease
        peer.outbox = []
        peer.ran = True
        peer.fruitless += 1
        self.handovers += 1
        try:
            answer, received = peer.exchange(handover, messages)
            while answer.explain and not self.owns_clock:
                answer, received = peer.exchange(
                    Handover(now=answer.now, stamp=answer.stamp, explanation=self.explain()), []
                )
            self.check(answer, stamp=handover.stamp)
            self._take(peer, answer, received)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to the test, not to this thread
            self._lose_peer(error)

    def _ask_to_explain(self) -> list[Waiting]:
        """Who waits for what on the other side. Nothing runs there."""
        if self.peer is None:
            return []
        try:
            answer, _ = self.peer.exchange(Handover(now=self.clock.now, stamp=self.stamp, explain=True), [])
            self.check(answer)
        except BaseException as error:  # noqa: BLE001 - as above
            self._lose_peer(error)
            return []
        return answer.explanation

    def check(self, handover: Handover, *, stamp: int | None = None) -> None:
        """Raises ProtocolError for a handover that no honest side sends. `stamp`: as sent with the token;
        while values are made of a frame, or a frame of values, destructors may have drawn more."""
        check(
            handover,
            now=self.clock.now,
            stamp=self.stamp if stamp is None else stamp,
            owns_clock=self.owns_clock,
            lease=self.peer.lease if self.peer is not None and self.owns_clock else None,
            side=self.side,
            known=self.peer.told if self.peer is not None else (),
            max_threads=self.budget.threads + self.budget.twins,
        )

    def receive(self, handover: Handover, messages: list[Any]) -> None:
        """The first token of the side that did not start: take it without having given one."""
        assert self.peer is not None
        self.check(handover)
        self._take(self.peer, handover, messages)
        if self.main.queued:  # it is the caller, and runs
            self._ready.remove(self.main)
            self.main.queued = False

    def _take(self, peer: Peer, handover: Handover, messages: list[Any]) -> None:
        self.stamp = max(self.stamp, handover.stamp)
        peer.learn(handover)
        if not self.owns_clock:
            self.clock.follow(handover.now)
            self.stepped = handover.stepped
            self._fire()
        elif handover.steps:
            self.clock.moved(handover.now, handover.steps)
            self.stepped = handover.stepped
        for thread, iteration in handover.iterations.items():
            if thread in self.by_thread:
                self._adopt(self.by_thread[thread], iteration)
        for message in messages:
            self._deliver(message)
        for thread in handover.ended:
            twin = self.by_thread.get(thread)
            if twin is not None and twin.twin:
                self._dismiss(twin)
        if handover.endless is not None:
            waits = [*self.explain(), *handover.explanation]
            self._fail(Endless(handover.endless, self.budget.turns, now=self.clock.now, waiting=waits))
        elif peer.fruitless > self.budget.handovers:
            self._fail(Endless(Bound.handovers, peer.fruitless, now=self.clock.now))
        if handover.direct is not None and handover.direct in self.by_thread:
            half = self.by_thread[handover.direct]
            half.in_control = True
            self.wake(half, front=True)

    @staticmethod
    def _adopt(half: Process, iteration: tuple[int, int]) -> None:
        """The other half has begun an iteration of the loop."""
        if iteration > half.iteration:
            half.iteration = iteration
            if half.loops:
                half.loops[-1].collect_due()

    def _explain_both(self) -> list[Waiting]:
        return [*self.explain(), *self._ask_to_explain()]

    # Ends

    def _fail(self, error: BaseException) -> None:
        """Raise `error` out of the main process's wait. What runs after that is cleanup."""
        if self.failure is None:
            self.failure = error
        error = self.failure  # what cleanup runs into is a consequence of the first
        self.clock.grant_grace()
        self._stalled = 0
        if self.main.exception is None:
            self.main.exception = error
        if self.peer is not None:
            self.peer.busy = frozenset()
            self.peer.fruitless = 0
        self.wake(self.main, front=True)

    def _lose_peer(self, error: BaseException) -> None:
        self.connect(None)
        if isinstance(error, EOFError):
            error = PeerGone("the other process has ended")
        if not self.owns_clock:
            self.abandoned()
        self._fail(error)

    def _end_endlessly(self, error: Endless) -> NoReturn:
        """The current process has used up the budget of turns: end the test, and never go on here."""
        if not self.owns_clock and self.peer is not None:
            self.peer.endless = error.bound
            self._queue_peer()
            while True:
                self.wait(where="the end")
        self._fail(Endless(error.bound, error.amount, now=error.now, waiting=self._explain_both()))
        while True:
            self.wait(where="the end")

    def close(self) -> None:
        """End every process but the main one: each gets a SystemExit out of its wait, and its `finally`
        blocks run.
        """
        self._closed = True
        self.clock.grant_grace()
        self.connect(None)
        main = self._current()
        for _ in range(2 * len(self.processes)):
            others = [p for p in self.processes.values() if p is not main]
            if not others:
                break
            for process in [*others, main]:
                self.wake(process)
            following = self._next()
            if following is not main:
                following.baton.release()
                if not main.baton.acquire(timeout=CLOSING_SECONDS):
                    break  # it refuses to end; a kernel that is closed does not wait for it
        self.outside.close()
