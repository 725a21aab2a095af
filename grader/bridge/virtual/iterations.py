"""How a loop runs: one iteration after the other, which it shares with its twin on the other side.

The two halves of a loop have one ready order. The half that has control begins an iteration of both; each runs the
callbacks of it that are its own, in the order of their places (`process.Place`), and gives control to the other half
when that one has the first. With nothing to do, the loop that the program made rests until the first timer of both.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
import math
from asyncio import unix_events
from functools import partial
from typing import TYPE_CHECKING, Any

from grader.bridge.simulation.clock import SECOND, nanoseconds
from grader.bridge.virtual.world import WORLD

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.bridge.simulation.kernel import Kernel
    from grader.bridge.simulation.process import Place, Process
    from grader.bridge.virtual.queues import ReadyQueue
    from grader.bridge.virtual.selector import VirtualSelector

logger = logging.getLogger("asyncio")
RESOLUTION = 1 / SECOND
NEVER: Place = (1 << 62, 0, 0)
_COARSE = 1 << 43
"""Virtual nanoseconds from which a float second can no longer tell neighbouring ones apart."""


_SelectorEventLoop: Any = unix_events._UnixSelectorEventLoop  # its inner names are in no stub


class SharedIterations(_SelectorEventLoop):  # type: ignore[misc]
    """The running half of `VirtualEventLoop`."""

    twin: int | None
    process: Process | None
    _selector: VirtualSelector
    _ready: ReadyQueue
    _scheduled: list[Any]
    _timer_cancelled_count: int
    _yields = False
    """It is between two callbacks, and others may run."""
    _gave_control = False
    """Its twin has control, and knows what is ready here."""
    _meets = False
    """It runs once more, and something is left on its twin from the last time."""

    def turn(self, kernel: Kernel, process: Process) -> list[Any]:
        """The kernel's part of select(): a turn if there is work, else rest until woken or the next timer.

        The half that has control begins the next iteration of both; with nothing to do, it is the loop that
        the program made that rests until the first timer of both.
        """
        if self.twin is not None and kernel.peer is not None:
            return self._rest_as_twin(kernel, process)
        selector = self._selector
        if self._meets:
            self._meets = False
            self._give_control(kernel, process)
            if min(self._place(), self._their_place(kernel, process))[0] <= process.iteration[0]:
                return selector.take()  # the twin has begun the iteration, with a turn of its own
        while True:
            if process.inbox:  # a loop that a message started must see the messages behind it before it rests
                self._serve(kernel, process)
            reported: list[Any] = []
            if not self._has_work(kernel, process):
                reported = selector.take()
            timer = self._first_timer_of_both(kernel, process)
            if reported or self._has_work(kernel, process) or (timer is not None and timer[0] <= kernel.now):
                self._yield(kernel.turn)
                self._serve(kernel, process)
                return reported or selector.take()
            when, order = timer or (None, None)
            self._yield(partial(kernel.wait, when, resting=True, order=order))
            if kernel.now > _COARSE:
                self._clock_resolution = max(RESOLUTION, math.ulp(kernel.now / SECOND))
            timed_out = process.timed_out
            self._serve(kernel, process)
            if timed_out or self._has_work(kernel, process):
                return selector.take()

    def _rest_as_twin(self, kernel: Kernel, process: Process) -> list[Any]:
        """Rest until something of the current iteration is first here, or the other half stops."""
        while not self._stopping and kernel.peer is not None:
            if process.inbox:
                kernel.serve_inbox(process)
                continue
            if kernel.direct is None:
                if self._is_first(kernel, process):
                    break
                reported = self._selector.take()
                if reported:
                    self._process_events(reported)
                if process.in_control and self._may_advance(kernel, process):
                    self._begin_iteration(kernel, process)
                    continue
                if process.in_control and self._may_begin(kernel, process):
                    self._yield(kernel.turn)
                    kernel.serve_inbox(process)
                    self._begin_iteration(kernel, process)
                    continue
                if process.in_control or self._ready:  # with the next iteration
                    kernel.direct = process.thread
            self._yield(partial(kernel.wait, resting=True))
        return self._selector.take()

    def _serve(self, kernel: Kernel, process: Process) -> None:
        """Do what the messages ask; an answer goes back before this loop goes on."""
        kernel.serve_inbox(process)
        while kernel.direct is not None and not self._is_halted():
            self._yield(partial(kernel.wait, resting=True))
            kernel.serve_inbox(process)

    def _give_control(self, kernel: Kernel, process: Process) -> None:
        self._gave_control = True
        try:
            self._yield(kernel.give_control)
            self._serve(kernel, process)
            while not process.in_control and kernel.peer is not None and kernel.failure is None:
                self._yield(partial(kernel.wait, resting=True))
                self._serve(kernel, process)
        finally:
            self._gave_control = False

    def _yield(self, wait: Callable[[], object]) -> None:
        """Let others run, between two callbacks of this loop."""
        self._yields = True
        try:
            wait()
        finally:
            self._yields = False

    def _run_once(self) -> None:
        kernel = WORLD.kernel
        process = kernel.current() if kernel is not None else None
        if kernel is None or process is None:
            super()._run_once()
            return
        self._drop_cancelled()
        self._process_events(self._selector.select(0 if self._ready or self._stopping else None))
        begins = self.twin is None or kernel.peer is None
        if begins and min(self._place(), self._their_place(kernel, process))[0] > process.iteration[0]:
            self._begin_iteration(kernel, process)
        while not self._is_halted():
            if self._is_first(kernel, process):
                handle = self._ready.popleft()
                if not handle._cancelled:
                    self._run_handle(kernel, process, handle)
            elif begins and self._their_place(kernel, process)[0] <= process.iteration[0]:
                self._give_control(kernel, process)
            else:
                break

    def _begin_iteration(self, kernel: Kernel, process: Process) -> None:
        process.iteration = (kernel.stamp, kernel.now)
        self.collect_due()

    def _may_begin(self, kernel: Kernel, process: Process) -> bool:
        """For a twin that has control: is the iteration over, and is there something for another one?"""
        head = kernel.peer.heads.get(process.thread) if kernel.peer is not None else None
        if head is not None and head.stopping:
            return False
        if self._their_place(kernel, process)[0] <= process.iteration[0]:
            return False
        timer = self._first_timer_of_both(kernel, process)
        return self._has_work(kernel, process) or (timer is not None and timer[0] <= kernel.now)

    def _may_advance(self, kernel: Kernel, process: Process) -> bool:
        """For a twin that has control: may it move the clock to the first timer of both? Then it has."""
        head = kernel.peer.heads.get(process.thread) if kernel.peer is not None else None
        if self._has_work(kernel, process) or (head is not None and head.stopping):
            return False
        timer = self._first_timer_of_both(kernel, process)
        return timer is not None and kernel.is_first_deadline(timer[0]) and kernel.advance(timer[0])

    def collect_due(self) -> None:
        """Queue the timers that were due when the current iteration began."""
        process, scheduled = self.process, self._scheduled
        if process is None:
            return
        floor, began = process.iteration
        while scheduled and (scheduled[0]._cancelled or nanoseconds(scheduled[0]._when) <= began):
            timer = heapq.heappop(scheduled)
            timer._scheduled = False
            if timer._cancelled:
                self._timer_cancelled_count -= 1
            else:
                self._ready.append_due(timer, floor)

    # What either half knows of both

    def _place(self) -> Place:
        """The place of the callback that this half would run first."""
        places = self._ready.places
        return places[0] if places else NEVER

    @staticmethod
    def _their_place(kernel: Kernel, process: Process) -> Place:
        """The same of the other half, which takes its timers when it hears that an iteration began."""
        head = kernel.peer.heads.get(process.thread) if kernel.peer is not None else None
        if head is None:
            return NEVER
        place = head.ready or NEVER
        if head.timer is not None and head.timer[0] <= process.iteration[1]:
            return min(place, (process.iteration[0], *head.timer))
        return place

    def _is_first(self, kernel: Kernel, process: Process) -> bool:
        """Does the current iteration go on with a callback of this half?"""
        place = self._place()
        return place[0] <= process.iteration[0] and place < self._their_place(kernel, process)

    def _has_work(self, kernel: Kernel, process: Process) -> bool:
        return bool(self._ready or self._stopping) or self._their_place(kernel, process) != NEVER

    def _first_timer(self) -> tuple[int, int] | None:
        self._drop_cancelled()
        if not self._scheduled:
            return None
        first = self._scheduled[0]
        return nanoseconds(first._when), getattr(first, "order", 0)

    def _first_timer_of_both(self, kernel: Kernel, process: Process) -> tuple[int, int] | None:
        mine = self._first_timer()
        head = kernel.peer.heads.get(process.thread) if kernel.peer is not None else None
        if head is None or head.timer is None:
            return mine
        return head.timer if mine is None else min(mine, head.timer)

    def _is_halted(self) -> bool:
        """A twin stops at once: the loop that it mirrors has ended its last iteration already."""
        return self.twin is not None and self._stopping

    def _drop_cancelled(self) -> None:
        """Timers that were cancelled go when they are first, or when they are many (as in asyncio)."""
        scheduled = self._scheduled
        if self._timer_cancelled_count > 100 and self._timer_cancelled_count * 2 > len(scheduled):
            kept = []
            for timer in scheduled:
                if timer._cancelled:
                    timer._scheduled = False
                else:
                    kept.append(timer)
            heapq.heapify(kept)
            self._scheduled[:] = kept
            self._timer_cancelled_count = 0
        while scheduled and scheduled[0]._cancelled:
            self._timer_cancelled_count -= 1
            heapq.heappop(scheduled)._scheduled = False

    def _run_handle(self, kernel: Kernel, process: Process, handle: Any) -> None:
        tracer = kernel.tracer
        if tracer is None and not self._debug:
            handle._run()
            return
        task = _task_of(handle)
        began = kernel.now
        self._current_handle = handle
        if tracer is not None:
            tracer.step_began(task, process)
        try:
            handle._run()
        finally:
            self._current_handle = None
            if tracer is not None:
                tracer.step_ended(task, process)
        took = (kernel.now - began) / SECOND
        if self._debug and took >= self.slow_callback_duration:
            described = asyncio.base_events._format_handle(handle)  # type: ignore[attr-defined]
            logger.warning("Executing %s took %.3f seconds", described, took)


def _task_of(handle: Any) -> asyncio.Task[Any] | None:
    owner = getattr(handle._callback, "__self__", None)
    return owner if isinstance(owner, asyncio.Task) else None
