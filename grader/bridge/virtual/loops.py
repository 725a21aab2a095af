"""Event loops that rest in the kernel instead of in select, and run their callbacks in the order of its
stamps.

Every way to a loop leads here: asyncio.run, Runner, new_event_loop, a policy, IsolatedAsyncioTestCase,
pytest-asyncio. `_run_once`, `_ready` and `_scheduled` are asyncio's own names, unchanged from 3.11 to 3.14;
re-check them at each release.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
import math
import weakref
from asyncio import runners, unix_events
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from grader.bridge.simulation.clock import FOREVER, SECOND, STEADY_DRIFT, nanoseconds, seconds
from grader.bridge.simulation.handover import Head
from grader.bridge.virtual.endings import cancel_all_tasks, finish, in_order_of_birth, left_tasks
from grader.bridge.virtual.queues import ReadyQueue, TimerHandle
from grader.bridge.virtual.selector import VirtualSelector
from grader.bridge.virtual.world import WORLD

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextvars import Context

    from grader.bridge.simulation.kernel import Kernel
    from grader.bridge.simulation.process import Place, Process
    from grader.bridge.virtual.patches import Patches

__all__ = ["VirtualEventLoop", "VirtualSelector", "finish", "in_order_of_birth", "install", "left_tasks"]

logger = logging.getLogger("asyncio")
RESOLUTION = 1 / SECOND
NEVER: Place = (1 << 62, 0, 0)
_COARSE = 1 << 43
"""Virtual nanoseconds from which a float second can no longer tell neighbouring ones apart."""


_SelectorEventLoop: Any = unix_events._UnixSelectorEventLoop  # its inner names are in no stub


class VirtualEventLoop(_SelectorEventLoop):  # type: ignore[misc]
    """A selector event loop in virtual time. Without an active kernel it is an ordinary one.

    `twin`: the key of the other side's loop that this one mirrors; `key`: what the other side calls this one.
    """

    _ssock: Any
    _selector: VirtualSelector
    _ready: ReadyQueue
    _scheduled: list[Any]
    _timer_cancelled_count: int

    def __init__(self, selector: Any = None, *, twin: int | None = None) -> None:  # noqa: ARG002 - asyncio's
        own = VirtualSelector()
        own.loop = self
        self.twin = twin
        self.key: int | None = None
        self.process: Process | None = None
        self.births: weakref.WeakKeyDictionary[asyncio.Task[Any], int] = weakref.WeakKeyDictionary()
        """The stamps with which its tasks were made: the order in which they are cancelled at the end."""
        self.stand_ins: weakref.WeakSet[asyncio.Task[Any]] = weakref.WeakSet()
        """Tasks that stand for a coroutine that the other side awaits: there it is cancelled, not here."""
        self._yields = False
        self._gave_control = False
        """Its twin has control, and knows what is ready here."""
        self.ends = False
        """For a twin: the other side's loop is closed, and this one will be when its thread has heard of it."""
        self._meets = False
        """It runs once more, and something is left on its twin from the last time."""
        logged, logger.disabled = logger.disabled, twin is not None or logger.disabled
        try:
            super().__init__(own)  # which logs its selector: not of a loop that no program made
        finally:
            logger.disabled = logged
        self._clock_resolution = RESOLUTION
        self._ready = ReadyQueue()

    # What the kernel asks

    def head(self) -> Head | None:
        if not self._yields:
            return None
        places, timer = self._ready.places, self._first_timer()
        if not (places or timer or self._stopping):
            return None
        return Head(places[0] if places else None, timer, self._stopping)

    def descriptors_ready(self) -> bool:
        return bool(self._selector.look())

    def watches(self) -> bool:
        return len(self._selector.get_map()) > 1  # one is its own

    def waits_for_outside(self) -> bool:
        return self._selector.waits_for_outside()

    def fileno(self) -> int:
        return self._selector.fileno()

    # Time

    def time(self) -> float:
        kernel = WORLD.kernel
        return cast("float", super().time()) if kernel is None else seconds(kernel.now)

    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        kernel = WORLD.kernel
        if delay is None:
            raise TypeError("delay must not be None")
        if kernel is None:
            return cast("asyncio.TimerHandle", super().call_later(delay, callback, *args, context=context))
        return self._schedule(kernel, kernel.now + nanoseconds(delay), callback, args, context)

    def call_at(
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        kernel = WORLD.kernel
        if kernel is None:
            return cast("asyncio.TimerHandle", super().call_at(when, callback, *args, context=context))
        if when is None:
            raise TypeError("when cannot be None")
        return self._schedule(kernel, nanoseconds(when / STEADY_DRIFT), callback, args, context)

    def _schedule(
        self,
        kernel: Kernel,
        when: int,
        callback: Callable[..., object],
        args: tuple[Any, ...],
        context: Context | None,
    ) -> asyncio.TimerHandle:
        """`when` is in nanoseconds. One grid for both sides: 1.1 + 0.2 and 1.3 are the same instant."""
        self._check_closed()
        if self._debug:
            self._check_thread()
            self._check_callback(callback, "call_at")
        if len(self._scheduled) >= kernel.budget.timers:
            raise RuntimeError(f"too many timers: this loop has {len(self._scheduled)} already")
        timer = TimerHandle(min(when, FOREVER) / SECOND, callback, args, self, context)
        kernel.stamp += 1
        timer.order = kernel.stamp
        if timer._source_traceback:  # type: ignore[attr-defined]
            del timer._source_traceback[-2:]  # type: ignore[attr-defined]
        heapq.heappush(self._scheduled, timer)
        timer._scheduled = True  # type: ignore[attr-defined]
        return timer

    # One iteration

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

    def create_task(self, coro: Any, **options: Any) -> asyncio.Task[Any]:
        kernel = WORLD.kernel
        if options.get("context") is None and self.get_task_factory() is None:
            options["context"] = copy_context()  # as a task does by itself, but here it can be told
        task = super().create_task(coro, **options)
        if kernel is not None:
            kernel.task_made(self, task, options.get("context"))
            kernel.stamp += 1
            self.births[task] = kernel.stamp
            if kernel.tracer is not None:
                kernel.tracer.task_created(task, kernel.current())
        return cast("asyncio.Task[Any]", task)

    # Running and closing

    def _write_to_self(self) -> None:
        kernel, process = WORLD.kernel, self.process
        if kernel is None or process is None:
            super()._write_to_self()
            return
        here = kernel.current()
        if here is None:
            kernel.wake_from_outside(process)
        elif (
            here is not process and self._yields and not self._gave_control and not kernel.is_frozen(process)
        ):
            kernel.wake(process)  # in mid-step, on either side, it looks at what is ready afterwards

    def run_forever(self) -> None:
        kernel = WORLD.kernel
        process = kernel.current() if kernel is not None else None
        if kernel is None or process is None:
            super().run_forever()
            return
        self._check_closed()
        self._check_running()
        self.process = process
        process.loops.append(self)
        if self.twin is None and kernel.peer is not None:
            self._meets = self.left_on_twin(kernel)
            kernel.loop_started(self, process)
        elif self.twin is not None:
            self.collect_due()
        try:
            super().run_forever()
        finally:
            process.loops.pop()
            self.process = None
            if self.twin is None and kernel.peer is not None:
                kernel.loop_stopped(self, process)

    def close(self) -> None:
        kernel = WORLD.kernel
        if kernel is not None and self.has_twin(kernel) and not self.is_closed() and not self.is_running():
            kernel.loop_closed(self, kernel.current())
        super().close()

    def is_closed(self) -> bool:
        return self.ends or cast("bool", super().is_closed())

    async def shutdown_asyncgens(self) -> None:
        kernel = WORLD.kernel
        if kernel is not None and kernel.twin_cleanup is not None and self.left_on_twin(kernel):
            await kernel.twin_cleanup(self)
        await super().shutdown_asyncgens()

    async def shutdown_own_asyncgens(self) -> None:
        """For a twin: what `shutdown_asyncgens` does without asking the other side."""
        await super().shutdown_asyncgens()

    def has_left(self) -> bool:
        """For a twin: is there anything on it that its next run, or its end, has to see to?"""
        if self._ready or self._scheduled or self._stopping or self._asyncgens:
            return True
        if len(self._selector.get_map()) > 1 or not all(task.done() for task in self.births):
            return True
        return bool(asyncio.tasks.all_tasks(self))  # those that were made past `create_task`, too

    def birth(self, task: asyncio.Task[Any]) -> int:
        """The stamp of the task's birth; one that was made past `create_task` gets its stamp now."""
        kernel = WORLD.kernel
        if task not in self.births and kernel is not None:
            kernel.stamp += 1
            self.births[task] = kernel.stamp
        return self.births.get(task, 0)

    def has_twin(self, kernel: Kernel) -> bool:
        """Does a loop of the other side run when this one does? After a failure it is left alone."""
        return (
            kernel.failure is None and kernel.peer is not None and self.twin is None and self.key is not None
        )

    def left_on_twin(self, kernel: Kernel) -> bool:
        """Has the other side said that something is left on the twin? It has not run since, so this still holds."""
        return self.has_twin(kernel) and kernel.peer is not None and self.key in kernel.peer.left


def _task_of(handle: Any) -> asyncio.Task[Any] | None:
    owner = getattr(handle._callback, "__self__", None)
    return owner if isinstance(owner, asyncio.Task) else None


def install(patches: Patches) -> None:
    policy: Any = vars(unix_events).get("_UnixDefaultEventLoopPolicy")
    if policy is None:  # its name from Python 3.14 on
        policy = vars(unix_events)["_DefaultEventLoopPolicy"]
    patches.replace(policy, "_loop_factory", VirtualEventLoop)
    for module in (unix_events, asyncio):
        for name in ("SelectorEventLoop", "EventLoop"):
            if hasattr(module, name):
                patches.replace(module, name, VirtualEventLoop)
    patches.replace(runners, "_cancel_all_tasks", cancel_all_tasks)
