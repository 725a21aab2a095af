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
import weakref
from asyncio import runners, unix_events
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, ClassVar, cast

from grader.bridge.simulation.clock import FOREVER, SECOND, STEADY_DRIFT, nanoseconds, seconds
from grader.bridge.simulation.handover import Head
from grader.bridge.virtual.endings import cancel_all_tasks, finish, in_order_of_birth, left_tasks
from grader.bridge.virtual.iterations import RESOLUTION, SharedIterations
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

EAGER = getattr(asyncio, "eager_task_factory", None)
"""From Python 3.12 on."""
logger = logging.getLogger("asyncio")


class VirtualEventLoop(SharedIterations):
    """A selector event loop in virtual time. Without an active kernel it is an ordinary one.

    `twin`: the key of the other side's loop that this one mirrors; `key`: what the other side calls this one.
    """

    _ssock: Any
    _csock: Any
    revive: ClassVar[Callable[[Any], None]] = staticmethod(lambda _generator: None)
    """Called with an async generator that nobody holds, before it is closed: it may stand for another."""

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
        self.ends = False
        """For a twin: the other side's loop is closed, and this one will be when its thread has heard of it."""
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
        return len(self._selector.get_map()) > (self._ssock is not None)  # one may be its own

    def waits_for_outside(self) -> bool:
        return self._selector.waits_for_outside()

    def fileno(self) -> int:
        return cast("int", self._selector.fileno())

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

    # Tasks

    def set_task_factory(self, factory: Any) -> None:
        """Only asyncio's eager factory holds on the twin, too: one of the program's own makes this side's tasks."""
        was_eager = self.is_eager()
        super().set_task_factory(factory)
        kernel = WORLD.kernel
        if kernel is not None and kernel.peer is not None and self.is_eager() != was_eager:
            kernel.loop_eager(self, self.is_eager())

    def is_eager(self) -> bool:
        """Does it run the first step of a task at once? Then its twin does so, too."""
        return EAGER is not None and self.get_task_factory() is EAGER

    def follow_eager(self, eager: bool) -> None:
        """The same has been said of the twin."""
        super().set_task_factory(EAGER if eager else None)

    def create_task(self, coro: Any, **options: Any) -> asyncio.Task[Any]:
        kernel = WORLD.kernel
        eager, number = self.is_eager(), None
        if options.get("context") is None and (eager or self.get_task_factory() is None):
            options["context"] = copy_context()  # as a task does by itself, but here it can be told
        if kernel is not None and eager:
            number = kernel.task_begins(self, options["context"])
        task = super().create_task(coro, **options)
        if kernel is not None:
            kernel.task_made(self, task, options.get("context"), number)
            kernel.stamp += 1
            self.births[task] = kernel.stamp
            if kernel.tracer is not None:
                kernel.tracer.task_created(task, kernel.current())
        return cast("asyncio.Task[Any]", task)

    # The pipe to itself, by which asyncio wakes a loop: here the kernel does, except for signals

    def _make_self_pipe(self) -> None:
        self._ssock = self._csock = None

    def _need_self_pipe(self) -> None:
        if self._ssock is None:
            super()._make_self_pipe()

    def _close_self_pipe(self) -> None:
        if self._ssock is not None:
            super()._close_self_pipe()

    def add_signal_handler(self, sig: int, callback: Callable[..., object], *args: Any) -> None:
        self._need_self_pipe()
        super().add_signal_handler(sig, callback, *args)

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
            self._need_self_pipe()
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

    def _asyncgen_finalizer_hook(self, agen: Any) -> None:
        type(self).revive(agen)
        super()._asyncgen_finalizer_hook(agen)

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
        if self.watches() or not all(task.done() for task in self.births):
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
