"""What outlives a call: coroutines, cancellation, and the event loops that both sides run together.

A coroutine of the other side becomes a task there, on the twin of the loop that awaits it here. Three transfers are as
direct as a function call, or the order of events would differ from one process: the first step (the awaiter waits for
it in the middle of its own step), the end (the awaiter goes on inside the step that ended it), and a cancel.

An event loop that starts to run on one side is joined by its twin, nested in whatever the same thread does there: its
serve loop, or the wait for a call's answer. The two share one ready order (`VirtualEventLoop`).
"""

from __future__ import annotations

import asyncio
import contextlib
import weakref
from typing import TYPE_CHECKING, Any

from grader.bridge.contexts import running_task
from grader.bridge.library import DoneCallback, is_entered
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
from grader.bridge.simulation.recording import OTHER_SIDE
from grader.bridge.twin_loops import TwinLoops
from grader.bridge.virtual.loops import VirtualEventLoop
from grader.bridge.virtual.world import WORLD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextvars import Context

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
        self.task = running_task()
        """Who awaits it."""
        self.label = OTHER_SIDE
        """What an explanation says that a task waits for."""

    def cancel(self, msg: Any | None = None) -> bool:
        if self.done():
            return False
        self.calls.cancel(self, msg)
        return True

    def settle(self, failed: bool, value: Any) -> None:
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
        self._unacked: list[int] = []
        self._acked: set[int] = set()
        self._tasks: dict[int, asyncio.Task[Any]] = {}
        self._numbers: weakref.WeakKeyDictionary[asyncio.Task[Any], int] = weakref.WeakKeyDictionary()
        self.loops = TwinLoops(endpoint)
        self.done_callbacks: dict[int, list[DoneCallback]] = {}
        """By the identity of a stand-in for a future: what waits for its end here."""

    def attach(self, kernel: Kernel) -> None:
        self.loops.attach(kernel)
        kernel.owed = lambda: bool(self._futures)
        kernel.task_begins = self._task_begins
        kernel.task_made = self._task_made

    def _task_begins(self, loop: VirtualEventLoop, context: Context) -> int | None:
        process = loop.process or self._endpoint.kernel.current()
        return None if process is None else self._endpoint.contexts.task_begins(context, process.thread)

    def _task_made(
        self,
        loop: VirtualEventLoop,
        task: asyncio.Task[Any],
        context: Context | None,
        number: int | None = None,
    ) -> None:
        process = loop.process or self._endpoint.kernel.current()
        if context is not None and process is not None:
            self._endpoint.contexts.task_made(task, context, process.thread, number)

    # Whose task it is

    def current_task(self, levels: int = 2) -> asyncio.Task[Any] | None:
        """What `asyncio.current_task()` is in one process: the task of either side that awaits what runs here.

        With no task here, the other side knows if this side only serves it: by one request, or when it is itself the
        answer to such a question, by one more.
        """
        task = running_task()
        number = None if task is None else self._numbers.get(task)
        if number is not None:
            return self._endpoint.ask("task of", number)  # type: ignore[no-any-return]
        if task is None and self._endpoint.is_serving(levels):
            return self._endpoint.ask("current task")  # type: ignore[no-any-return]
        return task

    def task_of(self, number: int) -> asyncio.Task[Any] | None:
        """The task that awaits the other side's coroutine of that number."""
        future = self._futures.get(number)
        task = None if future is None else future.task
        outer = None if task is None else self._numbers.get(task)
        return task if outer is None else self._endpoint.ask("task of", outer)

    def own_tasks(self, loop: Any = None) -> list[asyncio.Task[Any]]:
        """The tasks of this side's program that are not done."""
        loop = loop or asyncio._get_running_loop()
        if not isinstance(loop, VirtualEventLoop):
            return []
        return [task for task in asyncio.tasks.all_tasks(loop) if task not in loop.stand_ins]

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
            raise endpoint.raised(operation, value)
        return endpoint.answered(operation, (awaitable,), value)

    def cancel(self, future: RemoteFuture, reason: Any) -> None:
        endpoint, number = self._endpoint, future.number
        process = endpoint.kernel.current()
        if process is None or process.thread != future.thread:
            raise RuntimeError("a future is cancelled on the thread of its own loop")
        endpoint.post(lambda: Cancel(process.thread, number, endpoint.codec.encode(reason)))
        self._wait_for_ack(process, number)

    def _wait_for_ack(self, process: Process, number: int) -> None:
        self._unacked.append(number)
        try:
            self._wait_until(process, lambda: number in self._acked)
        finally:
            self._unacked.remove(number)
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
            case Ended(_, number, failed, value, waits) if number in self._futures:
                self._settle(process, number, failed=failed, value=value, direct=True)
                if waits:
                    self._acknowledge(process, number)
            case Begun(_, number) if number in self._futures:
                self._begun.add(number)
            case Ack(_, number) if number in self._unacked:
                self._acked.add(number)
            case Cancel(_, number, reason):
                self._cancelled(process, number, reason)
            case Loop(_, key, what):
                return self.loops.told(key, what)
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
            context = endpoint.contexts.context(request.context)
            # Not create_task: a task factory of the program is not for ours.
            task = asyncio.Task(run(), loop=loop, context=context)
            endpoint.contexts.stands_for(task, request.context)
            loop.births[task] = endpoint.kernel.stamp
            loop.stand_ins.add(task)
            self._tasks[number] = task
            self._numbers[task] = number

        run_new(loop, start)
        first_step = False
        if number in self._tasks and self._tasks[number].done():
            self._never_ran(thread, number)
        elif number in self._tasks:
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

    def _resume(self, process: Process, number: int, failed: bool, value: Any) -> None:
        """A coroutine has ended: whoever awaits it over there goes on at once, inside this very step.

        Where nothing else is to be done in this iteration, nobody can tell that the step has ended before: the token
        need not come back for its end.
        """
        endpoint = self._endpoint
        loop: Any = asyncio.get_running_loop()
        encode = endpoint.codec.encode
        is_last = loop.twin is not None and not loop._ready
        endpoint.post(lambda: Ended(process.thread, number, failed, encode(value), not is_last))
        if is_last:
            endpoint.kernel.direct = process.thread
            return
        with suspended(loop):
            self._wait_for_ack(process, number)

    def _settle(self, process: Process, number: int, *, failed: bool, value: Any, direct: bool) -> None:
        future = self._futures.pop(number)
        loop = future.get_loop()
        assert isinstance(loop, VirtualEventLoop)
        if not future.done() and not loop.is_closed():
            if direct and process.loops and process.loops[-1] is loop:
                run_new(loop, lambda: future.settle(failed, value))
            else:
                future.settle(failed, value)

    def _cancelled(self, process: Process, number: int, reason: Any) -> None:
        task = self._tasks.get(number)
        if task is not None:
            message = self._endpoint.codec.decode(reason)
            if message is None:
                task.cancel()
            else:
                task.cancel(message)
        self._acknowledge(process, number)

    def _acknowledge(self, process: Process, number: int) -> None:
        """Let the other side, which waits for it, go on."""
        self._endpoint.post(lambda: Ack(process.thread, number))
        self._endpoint.kernel.direct = process.thread

    def close(self) -> None:
        """The other side is gone: close what its loops left here."""
        self.loops.close()
        self._futures.clear()


def _answer(endpoint: Endpoint, thread: str, number: int, failed: bool, value: Any) -> Callable[[], Message]:
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
    with suspended(loop):
        for handle in reversed(new):
            if not handle._cancelled:
                if is_entered(handle._context):  # the very context that this step runs in, as in one process
                    handle._context = _HERE
                if WORLD.kernel is not None and WORLD.kernel.tracer is not None and loop.process is not None:
                    loop._run_handle(WORLD.kernel, loop.process, handle)
                else:
                    handle._run()


@contextlib.contextmanager
def suspended(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """No step is under way in the body."""
    current = asyncio.tasks.current_task(loop)
    if current is None:
        yield
        return
    asyncio.tasks._leave_task(loop, current)
    try:
        yield
    finally:
        asyncio.tasks._enter_task(loop, current)


class _Here:
    """In place of a handle's context: the one that is entered already."""

    def run(self, callback: Callable[..., Any], *arguments: Any) -> Any:
        return callback(*arguments)


_HERE = _Here()
