"""Event loops that run on both sides: one runs here exactly when its twin runs there, on the same thread of control.

A loop that starts to run on one side is joined by its twin, nested in whatever the same thread does there: its serve
loop, or the wait for a call's answer. A loop that crosses as a value arrives as its twin, for the two are one.
"""

from __future__ import annotations

import asyncio
import weakref
from typing import TYPE_CHECKING, Any

from grader.bridge.protocol import Loop, ProtocolError
from grader.bridge.simulation.handover import MAX_LOOPS
from grader.bridge.virtual.loops import VirtualEventLoop, finish, in_order_of_birth, left_tasks

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.bridge.endpoint import Endpoint
    from grader.bridge.simulation.kernel import Kernel
    from grader.bridge.simulation.process import Process


class TwinLoops:
    """The loops of this side that the other knows, and the twins of the other side's."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._twins: dict[int, VirtualEventLoop] = {}
        self._own: weakref.WeakValueDictionary[int, VirtualEventLoop] = weakref.WeakValueDictionary()
        self._ended: weakref.WeakValueDictionary[int, VirtualEventLoop] = weakref.WeakValueDictionary()
        """Twins of loops that were closed, as far as somebody still looks at them."""
        self._last = 0
        self._heard: set[int] = set()
        """Keys of this side's loops that the other side has heard of and that are not closed."""

    def attach(self, kernel: Kernel) -> None:
        kernel.loop_started = self._started
        kernel.loop_stopped = self._stopped
        kernel.left_on_twins = self._left
        kernel.loop_eager = self._eager
        kernel.loop_closed = self._closed
        kernel.twin_tasks = self._twin_tasks
        kernel.twin_finish = lambda loop: self._endpoint.calls.finish(loop.key, "finish loop")
        kernel.twin_cleanup = lambda loop: self._endpoint.calls.finish(loop.key, "clean loop")

    # This side's loops

    def key(self, loop: VirtualEventLoop) -> int:
        if loop.key is None:
            self._last += 1
            loop.key = self._last
            self._own[loop.key] = loop
        return loop.key

    def _started(self, loop: VirtualEventLoop, process: Process) -> None:
        """Nobody has to run there for it: a twin on which something is left is met all the same."""
        self._endpoint.kernel.mention(Loop(process.thread, self.key(loop), "start"))

    def _stopped(self, loop: VirtualEventLoop, process: Process) -> None:
        kernel, key = self._endpoint.kernel, self.key(loop)
        start, stop = (Loop(process.thread, key, what) for what in ("start", "stop"))
        if kernel.peer is not None and start in kernel.peer.outbox:
            kernel.peer.outbox.remove(start)  # it ran without the other side
            return
        self._heard.add(key)
        if process is kernel.main:
            kernel.mention(stop)
        else:
            kernel.send(stop)  # before another thread closes it

    def _closed(self, loop: VirtualEventLoop, process: Process | None) -> None:
        if process is not None and loop.key in self._heard:
            self._heard.discard(loop.key)
            self._endpoint.kernel.mention(Loop(process.thread, loop.key, "close"))

    def _eager(self, loop: VirtualEventLoop, eager: bool) -> None:
        process = loop.process or self._endpoint.kernel.current()
        if process is None:
            return
        what = "eager" if eager else "lazy"
        if loop.twin is None:
            key = self.key(loop)
            self._heard.add(key)
        else:
            key, what = loop.twin, f"{what} there"
        self._endpoint.kernel.mention(Loop(process.thread, key, what))

    def _left(self) -> list[int]:
        return [key for key, twin in self._twins.items() if twin.has_left()]

    def _twin_tasks(self, loop: VirtualEventLoop) -> list[tuple[int, Callable[[], object]]]:
        ask, key = self._endpoint.ask, loop.key
        births = [birth for birth in ask("left on loop", key) if type(birth) is int]
        if births:
            self._endpoint.tasks_left(loop)
        return [(birth, lambda birth=birth: ask("cancel on loop", key, birth)) for birth in births]  # type: ignore[misc]

    # As values

    def describe(self, loop: VirtualEventLoop) -> tuple[bool, int, bool]:
        """Is it the other side's; its key; is it closed."""
        if loop.twin is not None:
            return True, loop.twin, loop.is_closed()
        key = self.key(loop)
        if not loop.is_closed():
            self._heard.add(key)
        return False, key, loop.is_closed()

    def find(self, key: int, *, own: bool, closed: bool) -> VirtualEventLoop:
        """The loop that the other side means: this side's `own`, or the twin of one of its."""
        if not own:
            ended = self._ended.get(key)
            if ended is None and closed and key not in self._twins:
                ended = self._ended[key] = VirtualEventLoop(twin=key)
                ended.close()
            return ended or self._twin(key)
        loop = self._own.get(key)
        if loop is None:
            raise ProtocolError(f"loop {key} does not exist")
        return loop

    def _twin(self, key: int) -> VirtualEventLoop:
        twin = self._twins.get(key)
        if twin is None:
            if len(self._twins) >= MAX_LOOPS:
                raise ProtocolError(f"more than {MAX_LOOPS} event loops")
            twin = self._twins[key] = VirtualEventLoop(twin=key)
        return twin

    # The twins of the other side's

    def told(self, key: int, what: str) -> bool:
        """A loop of the other side started, stopped or was closed. True: it stopped, so what follows is for others."""
        if what == "start":
            twin = self._twin(key)
            if twin.is_running():  # stopped and started again while one of its steps waits for us
                twin._stopping = False
            else:
                self._run(twin)
            return False
        if what == "stop":
            ending = self._twins.get(key) or self._ended.get(key)
            if ending is not None:
                ending.stop()
            return True
        if what == "close":
            twin = self._existing(key)
            del self._twins[key]
            self._ended[key] = twin
            if twin.is_running():  # on another thread, which has not heard of its end
                twin.ends = True
            else:
                twin.close()
            return False
        if what in ("eager", "lazy"):
            self._twin(key).follow_eager(what == "eager")
            return False
        if what in ("eager there", "lazy there"):
            self.find(key, own=True, closed=False).follow_eager(what == "eager there")
            return False
        raise ProtocolError(f"a loop that {what:.20}s")

    @staticmethod
    def _run(twin: VirtualEventLoop) -> None:
        try:
            twin.run_forever()
        finally:
            if twin.ends:
                twin.ends = False
                twin.close()

    def _existing(self, key: Any) -> VirtualEventLoop:
        twin = self._twins.get(key)
        if twin is None:
            raise ProtocolError(f"loop {key!r:.20} does not exist")
        return twin

    def left(self, key: Any) -> list[int]:
        """The births of the tasks that are left on the twin of a loop that ends."""
        return list(left_tasks(self._existing(key)))

    def cancel(self, key: Any, birth: Any) -> None:
        """Cancel the task that was born then."""
        task = left_tasks(self._existing(key)).get(birth)
        if task is not None:
            task.cancel()

    async def finish(self, key: Any) -> None:
        """Wait for the cancelled tasks of a twin."""
        loop = self._existing(key)
        me = asyncio.tasks.current_task()
        tasks = [task for task in asyncio.tasks.all_tasks(loop) if task is not me]
        await finish(loop, in_order_of_birth(loop, tasks))

    async def clean(self, key: Any) -> None:
        """Close the asynchronous generators of a twin."""
        await self._existing(key).shutdown_own_asyncgens()

    def close(self) -> None:
        """The other side is gone."""
        for twin in self._twins.values():
            if not twin.is_running():
                twin.close()
        self._twins.clear()
