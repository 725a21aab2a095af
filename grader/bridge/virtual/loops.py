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
from grader.bridge.virtual.endings import cancel_all_tasks, finish, in_order_of_birth, left_tasks
from grader.bridge.virtual.queues import ReadyQueue, TimerHandle
from grader.bridge.virtual.selector import VirtualSelector
from grader.bridge.virtual.world import WORLD

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextvars import Context

    from grader.bridge.simulation.kernel import Kernel
    from grader.bridge.simulation.process import Process
    from grader.bridge.virtual.patches import Patches

__all__ = ["VirtualEventLoop", "VirtualSelector", "finish", "in_order_of_birth", "install", "left_tasks"]

logger = logging.getLogger("asyncio")
RESOLUTION = 1 / SECOND
NEVER = 1 << 62
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
        self._yields = self._iterating = False
        super().__init__(own)
        self._clock_resolution = RESOLUTION
        self._ready = ReadyQueue()

    # What the kernel asks

    def head(self) -> int | None:
        if self._ready:
            return self._ready.stamps[0]
        kernel, process = WORLD.kernel, self.process
        if kernel is None or process is None or self._iterating or not self._scheduled:
            return None
        first = self._scheduled[0]
        if nanoseconds(first._when) > kernel.now:
            return None
        return max(cast("int", first.order), process.batch + 1)  # it belongs to the next iteration

    def descriptors_ready(self) -> bool:
        return bool(self._selector.look())

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
        """The kernel's part of select(): a turn if there is work, else rest until woken or the next timer."""
        selector = self._selector
        if self._ready or self._stopping:
            self._yield(kernel.turn)
            kernel.serve_inbox(process)
            return selector.take()
        while True:
            if process.inbox:  # a loop that a message started must see the messages behind it before it rests
                kernel.serve_inbox(process)
                if self._ready or self._stopping:
                    return selector.take()
            reported = selector.take()
            if reported:
                self._yield(kernel.turn)
                kernel.serve_inbox(process)
                return reported
            first = self._scheduled[0] if self._scheduled else None
            when = None if first is None else nanoseconds(first._when)
            if when is not None and when <= kernel.now:
                self._yield(kernel.turn)
                kernel.serve_inbox(process)
                return []
            order = getattr(first, "order", None)
            self._yield(partial(kernel.wait, when, resting=True, order=order))
            if kernel.now > _COARSE:
                self._clock_resolution = max(RESOLUTION, math.ulp(kernel.now / SECOND))
            timed_out = process.timed_out
            kernel.serve_inbox(process)
            if self._ready or self._stopping:
                return selector.take()
            if timed_out:
                return []

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
        ready = self._ready
        self._drop_cancelled()
        self._process_events(self._selector.select(0 if ready or self._stopping else None))
        if self._first(kernel, process) > process.batch:
            process.batch = kernel.stamp
            self._take_due(process.batch)
        self._iterating = True
        try:
            while not self._is_halted() and self._first(kernel, process) <= process.batch:
                if not ready or self._first_theirs(kernel, process) < ready.stamps[0]:
                    self._yield(kernel.peer_turn)
                    kernel.serve_inbox(process)
                    continue
                handle = ready.popleft()
                if not handle._cancelled:
                    self._run_handle(kernel, process, handle)
        finally:
            self._iterating = False

    def collect_due(self, *, new_iteration: bool) -> None:
        if self._yields and self.process is not None:
            if new_iteration:
                self.process.batch = 0
            self._take_due(self.process.batch)

    def _take_due(self, floor: int) -> None:
        """Queue the timers that are due, behind what either side has queued up to the stamp `floor`."""
        scheduled = self._scheduled
        kernel = WORLD.kernel
        now = self.time() if kernel is None else kernel.now / SECOND
        end = now + self._clock_resolution
        while scheduled and scheduled[0]._when < end:
            timer = heapq.heappop(scheduled)
            timer._scheduled = False
            if not timer._cancelled:
                self._ready.append_due(timer, floor)

    def _first(self, kernel: Kernel, process: Process) -> int:
        """The stamp of the callback that both halves of the loop would run first."""
        theirs = self._first_theirs(kernel, process)
        return min(theirs, self._ready.stamps[0]) if self._ready else theirs

    @staticmethod
    def _first_theirs(kernel: Kernel, process: Process) -> int:
        return NEVER if kernel.peer is None else kernel.peer.heads.get(process.thread, NEVER)

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
        elif here is not process and process.resting and process.loops and process.loops[-1] is self:
            kernel.wake(process)

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
            kernel.loop_started(self, process)
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

    async def shutdown_asyncgens(self) -> None:
        kernel = WORLD.kernel
        if kernel is not None and kernel.twin_cleanup is not None and self.has_twin(kernel):
            await kernel.twin_cleanup(self)
        await super().shutdown_asyncgens()

    async def shutdown_own_asyncgens(self) -> None:
        """For a twin: what `shutdown_asyncgens` does without asking the other side."""
        await super().shutdown_asyncgens()

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
