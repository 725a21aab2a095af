"""What outlives a call: coroutines, cancellation, and the event loops that both sides run together.

A coroutine of the other side becomes a task there, on the twin of the loop that awaits it here. Three transfers are as
direct as a function call, or the order of events would differ from one process: the first step (the awaiter waits for
it in the middle of its own step), the end (the awaiter goes on inside the step that ended it), and a cancel.

An event loop that starts to run on one side is joined by its twin, nested in whatever the same thread does there: its
serve loop, or the wait for a call's answer. The two share one ready order (`VirtualEventLoop`).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from grader.bridge.protocol import (
    Ack,
    Begun,
    Cancel,
    Ended,
    Failure,
    Loop,
    Message,
    ProtocolError,
    Reply,
    Request,
)
from grader.bridge.simulation.errors import SimulationError
from grader.bridge.virtual.loops import VirtualEventLoop, in_order_of_birth

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.bridge.endpoint import Endpoint
    from grader.bridge.simulation.kernel import Kernel
    from grader.bridge.simulation.process import Process

Outcome = tuple[bool, Any]
"""Did it fail, and the value or the exception."""


class RemoteFuture(asyncio.Future[Outcome]):
    """The end of a coroutine of the other side.

    To cancel it is to ask the other side: it is cancelled when the coroutine there says so, and not before, just as a
    task that awaits a coroutine of its own.
    """

    def __init__(self, calls: Calls, number: int, thread: str, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop=loop)
        self.calls = calls
        self.number = number
        self.thread = thread
        self.label = "the other side"
        """What an explanation says that a task waits for."""

    def cancel(self, msg: Any | None = None) -> bool:
        if self.done():
            return False
        self.calls.cancel(self, msg)
        return True

    def settle(self, failed: bool, value: Any) -> None:  # noqa: FBT001
        """The other side says how it ended."""
        if failed and isinstance(value, asyncio.CancelledError):
            super().cancel(*value.args[:1])
        else:
            self.set_result((failed, value))


class Calls:
    """The asynchronous half of an endpoint."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._futures: dict[int, RemoteFuture] = {}
        self._begun: set[int] = set()
        self._acked: set[int] = set()
        self._tasks: dict[int, asyncio.Task[Any]] = {}
        self._loops: dict[int, VirtualEventLoop] = {}
        self._loop_numbers = 0
        self.depth = 0
        """Requests of this side that the other has not answered."""

    def attach(self, kernel: Kernel) -> None:
        kernel.loop_started = self._loop_started
        kernel.loop_stopped = self._loop_stopped
        kernel.loop_closed = self._loop_closed
        kernel.loop_cleanup = self._loop_cleanup
        kernel.owed = lambda: bool(self._futures)

    # Asking

    async def finish(self, awaitable: Any, operation: str = "await") -> Any:
        """Await something of the other side."""
        __tracebackhide__ = True
        endpoint = self._endpoint
        process = endpoint.process()
        loop = asyncio.get_running_loop()
        number = endpoint.next_number()
        future = RemoteFuture(self, number, process.thread, loop)
        endpoint.post(lambda: endpoint.request(process, number, operation, (awaitable,), {}, begin=True))
        self._futures[number] = future
        self._wait_until(process, lambda: future.done() or number in self._begun)
        self._begun.discard(number)
        failed, value = await future
        if failed:
            raise value
        return value

    def cancel(self, future: RemoteFuture, reason: Any) -> None:
        endpoint, number = self._endpoint, future.number
        process = endpoint.kernel.current()
        if process is None or process.thread != future.thread:
            raise RuntimeError("a future is cancelled on the thread of its own loop")
        endpoint.post(lambda: Cancel(process.thread, number, endpoint.codec.encode(reason)))
        self._wait_for_ack(process, number)

    def _wait_for_ack(self, process: Process, number: int) -> None:
        self._wait_until(process, lambda: number in self._acked)
        self._acked.discard(number)

    def _wait_until(self, process: Process, is_there: Callable[[], bool]) -> None:
        """Hand the token over directly, and serve what comes until the answer is there."""
        kernel = self._endpoint.kernel
        kernel.direct = process.thread
        while not is_there():
            kernel.wait(resting=True)
            kernel.serve_inbox(process)

    # Answering

    def handle(self, process: Process, message: Message) -> bool:
        """True: a loop was stopped, what follows is for the frame below it."""
        match message:
            case Request(begin=True):
                self._begin(process, message)
            case Reply(_, number, value) if number in self._futures:
                self._settle(process, number, failed=False, value=value, direct=False)
            case Failure(_, number, error) if number in self._futures:
                self._settle(process, number, failed=True, value=error, direct=False)
            case Ended(_, number, failed, value) if number in self._futures:
                self._settle(process, number, failed=failed, value=value, direct=True)
            case Begun(_, number) if number in self._futures:
                self._begun.add(number)
            case Ack(_, number):
                self._acked.add(number)
            case Cancel(_, number, reason):
                self._cancelled(process, number, reason)
            case Loop(_, key, what):
                return self._loop(process, key, what)
            case _:
                raise ProtocolError(f"an answer to nothing: {type(message).__name__}")
        return False

    def _begin(self, process: Process, request: Request) -> None:
        """Start the coroutine, and run its first step now."""
        endpoint, thread, number = self._endpoint, process.thread, request.number
        if not process.loops:
            error = RuntimeError("no running event loop")
            endpoint.post(lambda: Failure(thread, number, endpoint.codec.encode(error)))
            endpoint.kernel.direct = thread
            return
        loop = process.loops[-1]
        assert isinstance(loop, VirtualEventLoop)
        first_step = True

        async def run() -> None:
            failed, value = await self._outcome(request)
            self._tasks.pop(number, None)
            if first_step:
                endpoint.post(_answer(endpoint, thread, number, failed, value))
            else:
                self._resume(process, number, failed, value)

        def start() -> None:
            task = asyncio.Task(
                run(), loop=loop
            )  # not create_task: a task factory of the program is not for ours
            loop.births[task] = endpoint.kernel.stamp
            self._tasks[number] = task
            task.add_done_callback(lambda _: self._never_ran(thread, number))

        run_new(loop, start)
        first_step = False
        if number in self._tasks:
            endpoint.post(lambda: Begun(thread, number))
        endpoint.kernel.direct = thread

    async def _outcome(self, request: Request) -> Outcome:
        try:
            return False, await self._endpoint.bound(request)()
        except (SimulationError, GeneratorExit):
            raise
        except BaseException as error:  # noqa: BLE001 - the awaiter gets it, whatever it is
            return True, self._endpoint.failed(error)

    def _never_ran(self, thread: str, number: int) -> None:
        """A task that was cancelled before its first step answers all the same."""
        if self._tasks.pop(number, None) is not None:
            error = asyncio.CancelledError()
            self._endpoint.post(_answer(self._endpoint, thread, number, True, error))  # noqa: FBT003

    def _resume(self, process: Process, number: int, failed: bool, value: Any) -> None:  # noqa: FBT001
        """A coroutine has ended: whoever awaits it over there goes on at once, inside this very step."""
        endpoint = self._endpoint
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        encode = endpoint.codec.encode
        endpoint.post(lambda: Ended(process.thread, number, failed, encode(value)))
        asyncio.tasks._leave_task(loop, task)
        try:
            self._wait_for_ack(process, number)
        finally:
            asyncio.tasks._enter_task(loop, task)

    def _settle(self, process: Process, number: int, *, failed: bool, value: Any, direct: bool) -> None:
        endpoint = self._endpoint
        future = self._futures.pop(number)
        loop = future.get_loop()
        assert isinstance(loop, VirtualEventLoop)
        if not future.done() and not loop.is_closed():
            if direct and process.loops and process.loops[-1] is loop:
                run_new(loop, lambda: future.settle(failed, value))
            else:
                future.settle(failed, value)
        if direct:
            endpoint.post(lambda: Ack(process.thread, number))
            endpoint.kernel.direct = process.thread

    def _cancelled(self, process: Process, number: int, reason: Any) -> None:
        task = self._tasks.get(number)
        if task is not None:
            message = self._endpoint.codec.decode(reason)
            if message is None:
                task.cancel()
            else:
                task.cancel(message)
        self._endpoint.post(lambda: Ack(process.thread, number))
        self._endpoint.kernel.direct = process.thread

    # Loops: one runs here exactly when its twin runs there, on the same thread of control

    def _loop(self, process: Process, key: int, what: str) -> bool:
        twin = self._loops.get(key)
        if what == "start":
            if twin is None:
                twin = self._loops[key] = VirtualEventLoop(twin=key)
            if twin.is_running():  # stopped and started again while one of its steps waits for us
                twin._stopping = False
            else:
                twin.run_forever()
            return False
        if twin is None:
            raise ProtocolError(f"loop {key} does not exist")
        if what == "stop":
            twin.stop()
            return True
        if what == "close":
            del self._loops[key]
            if not twin.is_running():
                twin.close()
            return False
        raise ProtocolError(f"a loop that {what:.20}s")

    def _tell(self, loop: VirtualEventLoop, process: Process, what: str) -> None:
        if loop.key is None:
            self._loop_numbers += 1
            loop.key = self._loop_numbers
        key = loop.key
        self._endpoint.kernel.send(Loop(process.thread, key, what))

    def _loop_started(self, loop: VirtualEventLoop, process: Process) -> None:
        self._tell(loop, process, "start")

    def _loop_stopped(self, loop: VirtualEventLoop, process: Process) -> None:
        self._tell(loop, process, "stop")

    def _loop_closed(self, loop: VirtualEventLoop, process: Process | None) -> None:
        if process is not None and loop.key is not None:
            self._tell(loop, process, "close")

    async def _loop_cleanup(self, loop: VirtualEventLoop) -> None:
        await self.finish(None, "cleanup")

    def close(self) -> None:
        """The other side is gone: close what its loops left here."""
        for twin in self._loops.values():
            if not twin.is_running():
                twin.close()
        self._loops.clear()
        self._futures.clear()


def _answer(endpoint: Endpoint, thread: str, number: int, failed: bool, value: Any) -> Callable[[], Message]:  # noqa: FBT001
    if failed:
        return lambda: Failure(thread, number, endpoint.codec.encode(value))
    return lambda: Reply(thread, number, endpoint.codec.encode(value))


def run_new(loop: VirtualEventLoop, act: Callable[[], object]) -> None:
    """Run at once, before everything else that is ready, the callbacks that `act` puts into the loop's ready queue.

    The step that is under way, if any, is suspended meanwhile: in one process the same code would run inside it.
    """
    ready = loop._ready
    queued = len(ready)
    act()
    new = [ready.pop() for _ in range(len(ready) - queued)]
    current = asyncio.current_task(loop)
    if current is not None:
        asyncio.tasks._leave_task(loop, current)
    try:
        for handle in reversed(new):
            if not handle._cancelled:
                handle._run()
    finally:
        if current is not None:
            asyncio.tasks._enter_task(loop, current)


async def cleanup(_: None) -> None:
    """What `asyncio.Runner` does at the end, for the twin of the loop that ends: cancel what is left, close the rest."""
    loop, me = asyncio.get_running_loop(), asyncio.current_task()
    assert isinstance(loop, VirtualEventLoop)
    left = in_order_of_birth(loop, (task for task in asyncio.all_tasks() if task is not me))
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    await loop.shutdown_own_asyncgens()
