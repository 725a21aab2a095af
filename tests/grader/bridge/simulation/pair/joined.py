"""Two kernels joined over a socket pair, with JSON-like values: the smallest bridge that shows what the
kernel promises.

Calls go both ways, plain and async, with cancellation and callbacks; a function travels as a number. No
hostile side is considered here: the frames are msgpack, the real bridge's are typed.
"""

from __future__ import annotations

import asyncio
import builtins
import inspect
import os
import queue
import socket
import struct
import subprocess
import sys
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

import grader
from grader.bridge import virtual
from grader.bridge.simulation.errors import SimulationError
from grader.bridge.simulation.handover import Handover
from grader.bridge.simulation.kernel import Kernel
from grader.bridge.virtual.loops import VirtualEventLoop, finish, in_order_of_birth, left_tasks

if TYPE_CHECKING:
    from grader.bridge.simulation.clock import Budget

ERRORS = {
    name: error
    for name, error in vars(builtins).items()
    if isinstance(error, type) and issubclass(error, BaseException)
} | {"CancelledError": asyncio.CancelledError, "Empty": queue.Empty}


class Message(msgspec.Struct, array_like=True):
    thread: str
    kind: str
    number: int = 0
    body: Any = None


class Frame(msgspec.Struct, array_like=True):
    handover: Handover
    messages: list[Message]


class Channel:
    """exchange(): give the token away and get it back."""

    def __init__(self, sock: socket.socket) -> None:
        self.descriptor = sock.detach()
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(Frame)

    def send(self, handover: Handover, messages: list[Message]) -> None:
        data = self._encoder.encode(Frame(handover, messages))
        data = struct.pack("<I", len(data)) + data
        try:
            while data:
                data = data[os.write(self.descriptor, data) :]
        except OSError:
            raise EOFError from None

    def receive(self) -> tuple[Handover, list[Message]]:
        (size,) = struct.unpack("<I", self._read(4))
        frame = self._decoder.decode(self._read(size))
        return frame.handover, frame.messages

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            try:
                part = os.read(self.descriptor, size - len(data))
            except OSError:
                part = b""
            if not part:
                raise EOFError
            data += part
        return data

    def exchange(self, handover: Handover, messages: list[Message]) -> tuple[Handover, list[Message]]:
        self.send(handover, messages)
        return self.receive()

    def close(self) -> None:
        os.close(self.descriptor)


class RemoteFuture(asyncio.Future):
    """Cancelling it asks the other side; it is cancelled when the other side says so."""

    bridge: Bridge
    number: int
    thread: str
    label: str

    def cancel(self, msg: Any = None) -> bool:
        if self.done():
            return False
        if self.bridge.kernel.failure is not None:  # the other side is not asked any more
            return super().cancel(msg)
        self.bridge.send_cancel(self, msg)
        return True

    def really_cancel(self, *message: Any) -> None:
        super().cancel(*message)


class Bridge:
    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        kernel.handle = self.handle
        kernel.loop_started = lambda loop, process: self.tell(loop, process, "start")
        kernel.loop_stopped = lambda loop, process: self.tell(loop, process, "stop")
        kernel.loop_eager = self.tell_eager
        kernel.loop_closed = lambda loop, process: self.tell(loop, process, "close")
        kernel.left_on_twins = lambda: [key for key, twin in self.twins.items() if twin.has_left()]
        kernel.twin_tasks = self.twin_tasks
        kernel.twin_finish = lambda loop: self.call_async("~finish", [])
        kernel.twin_cleanup = lambda loop: self.call_async("~cleanup", [])
        self.names: dict[str, Any] = {
            "~left": self.left,
            "~cancel": self.cancel_left,
            "~finish": self.finish_left,
            "~cleanup": self.cleanup,
        }
        self.given: list[Any] = []
        self.numbers = 0
        self.futures: dict[int, RemoteFuture] = {}
        self.replies: dict[int, Any] = {}
        self.tasks: dict[int, asyncio.Task[Any]] = {}
        self.twins: dict[int, VirtualEventLoop] = {}
        self.ended: set[VirtualEventLoop] = set()
        self.keys = 0
        self.loops: weakref.WeakValueDictionary[int, VirtualEventLoop] = weakref.WeakValueDictionary()
        self.begun: set[int] = set()
        self.acked: set[int] = set()

    # Values

    def wrap(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [self.wrap(part) for part in value]
        if isinstance(value, dict):
            return {key: self.wrap(part) for key, part in value.items()}
        if callable(value):
            if (reference := getattr(value, "_reference", None)) is not None:
                return {"~back": reference}
            self.given.append(value)
            return {"~function": len(self.given) - 1, "async": inspect.iscoroutinefunction(value)}
        return value

    def unwrap(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.unwrap(part) for part in value]
        if isinstance(value, dict):
            if "~function" in value:
                return self.proxy(value["~function"], is_async=value["async"])
            if "~back" in value:
                return self.target(value["~back"])
            return {key: self.unwrap(part) for key, part in value.items()}
        return value

    def proxy(self, reference: Any, *, is_async: bool) -> Any:
        if is_async:

            async def remote(*arguments: Any) -> Any:
                return await self.call_async(reference, arguments)
        else:

            def remote(*arguments: Any) -> Any:
                return self.call(reference, arguments)

        remote._reference = reference
        return remote

    def target(self, reference: Any) -> Any:
        return self.names[reference] if isinstance(reference, str) else self.given[reference]

    # Asking

    def send(
        self, thread: str, kind: str, number: int = 0, body: Any = None, *, direct: bool = False
    ) -> None:
        self.kernel.send(Message(thread, kind, number, body))
        if direct:
            self.kernel.direct = thread

    def serve_until(self, process: Any, is_there: Any) -> None:
        while not is_there():
            self.kernel.wait(resting=True, where="the other side")
            self.kernel.serve_inbox(process)

    def call(self, reference: Any, arguments: Any) -> Any:
        process = self.kernel.current()
        self.numbers += 1
        number = self.numbers
        self.send(process.thread, "call", number, [True, reference, self.wrap(arguments)], direct=True)
        self.serve_until(process, lambda: number in self.replies)
        return self.answer(*self.replies.pop(number))

    async def call_async(self, reference: Any, arguments: Any) -> Any:
        process, loop = self.kernel.current(), asyncio.get_running_loop()
        self.numbers += 1
        number = self.numbers
        future = self.futures[number] = RemoteFuture(loop=loop)
        future.bridge, future.number, future.thread = self, number, process.thread
        future.label = f"the other side's {reference}"
        self.send(process.thread, "call", number, [False, reference, self.wrap(arguments)], direct=True)
        self.serve_until(process, lambda: future.done() or number in self.begun)
        self.begun.discard(number)
        return self.answer(*await future)

    def send_cancel(self, future: RemoteFuture, message: Any) -> None:
        process = self.kernel.current()
        self.send(future.thread, "cancel", future.number, message, direct=True)
        self.serve_until(process, lambda: future.number in self.acked)
        self.acked.discard(future.number)

    def resume(self, number: int, thread: str, ok: bool, value: Any) -> None:
        """A coroutine has ended: whoever awaits it there goes on at once, inside this very step."""
        if self.kernel.failure is not None:
            return
        loop, me = asyncio.get_running_loop(), asyncio.current_task()
        self.send(thread, "return", number, [ok, value, True], direct=True)
        asyncio.tasks._leave_task(loop, me)
        try:
            self.serve_until(self.kernel.current(), lambda: number in self.acked)
            self.acked.discard(number)
        finally:
            asyncio.tasks._enter_task(loop, me)

    def run_now(self, loop: VirtualEventLoop, queued: int) -> None:
        """Run before all others the callbacks that the loop's ready queue got since it had `queued`."""
        new = [loop._ready.pop() for _ in range(len(loop._ready) - queued)]
        current = asyncio.current_task(loop)
        if current:
            asyncio.tasks._leave_task(loop, current)
        try:
            for handle in reversed(new):
                if not handle._cancelled:
                    handle._run()
        finally:
            if current:
                asyncio.tasks._enter_task(loop, current)

    def answer(self, ok: bool, value: Any) -> Any:
        if ok:
            return self.unwrap(value)
        name, arguments = value
        raise ERRORS.get(name, RuntimeError)(*arguments)

    @staticmethod
    def failure(error: BaseException) -> list[Any]:
        plain = (str, int, float, type(None))
        return [type(error).__name__, [a if isinstance(a, plain) else repr(a) for a in error.args]]

    # Answering; runs on the process that the message is for

    def handle(self, process: Any, message: Message) -> bool:
        return bool(
            getattr(self, f"on_{message.kind}")(process, message.thread, message.number, message.body)
        )

    def on_call(self, process: Any, thread: str, number: int, body: Any) -> None:
        synchronous, reference, arguments = body
        function, arguments = self.target(reference), self.unwrap(arguments)
        if synchronous:
            try:
                ok, value = True, self.wrap(function(*arguments))
            except SimulationError:
                raise
            except BaseException as error:
                ok, value = False, self.failure(error)
            self.send(thread, "return", number, [ok, value, False], direct=True)
            return
        if not process.loops:
            body = [False, ["RuntimeError", ["no running event loop"]], False]
            self.send(thread, "return", number, body, direct=True)
            return

        async def run() -> None:
            try:
                ok, value = True, self.wrap(await function(*arguments))
            except SimulationError:
                raise
            except BaseException as error:
                ok, value = False, self.failure(error)
            self.tasks.pop(number, None)
            if in_first_step:
                self.send(thread, "return", number, [ok, value, False])
            else:
                self.resume(number, thread, ok, value)

        in_first_step = True
        loop = process.loops[-1]
        queued = len(loop._ready)
        task = self.tasks[number] = asyncio.Task(run(), loop=loop, name=f"call {number} of {reference}")
        loop.stand_ins.add(task)
        if len(loop._ready) > queued:
            self.run_now(loop, queued)
        in_first_step = False
        if number in self.tasks:
            self.send(thread, "begun", number)
        self.kernel.direct = thread
        never_ran = [False, ["CancelledError", []], False]
        task.add_done_callback(
            lambda _: (
                self.tasks.pop(number, None) is not None and self.send(thread, "return", number, never_ran)
            )
        )

    def on_return(self, process: Any, thread: str, number: int, body: Any) -> None:
        ok, value, wants_ack = body
        future = self.futures.pop(number, None)
        loop = future.get_loop() if future else None
        now = bool(wants_ack and loop and process.loops and process.loops[-1] is loop)
        queued = len(loop._ready) if now else 0
        if future is None:
            self.replies[number] = (ok, value)
        elif not future.done() and not loop.is_closed():
            if not ok and value[0] == "CancelledError":
                future.really_cancel(*value[1][:1])
            else:
                future.set_result((ok, value))
        if now:
            self.run_now(loop, queued)
        if wants_ack:
            self.send(thread, "ack", number, direct=True)

    def on_begun(self, _process: Any, _thread: str, number: int, _body: Any) -> None:
        self.begun.add(number)

    def on_ack(self, _process: Any, _thread: str, number: int, _body: Any) -> None:
        self.acked.add(number)

    def on_cancel(self, _process: Any, thread: str, number: int, body: Any) -> None:
        if task := self.tasks.get(number):
            task.cancel(*([] if body is None else [body]))
        self.send(thread, "ack", number, direct=True)

    def on_loop(self, _process: Any, _thread: str, key: int, what: str) -> bool:
        if what == "start":
            twin = self.twins.setdefault(key, None) or VirtualEventLoop(twin=key)
            self.twins[key] = twin
            if twin.is_running():
                twin._stopping = False  # stopped and started again while one of its steps waits for us
            else:
                try:
                    twin.run_forever()
                finally:
                    if self.twins.get(key) is not twin:  # closed by another thread before it had stopped here
                        self.ended.discard(twin)
                        twin.close()
        elif what == "stop":
            for twin in (self.twins.get(key), *self.ended):
                if twin is not None and twin.twin == key:
                    twin.stop()
            return True
        elif what in ("eager", "lazy"):
            self.twins[key].follow_eager(what == "eager")
        elif what in ("eager there", "lazy there"):
            self.loops[key].follow_eager(what == "eager there")
        elif key in self.twins:
            twin = self.twins.pop(key)
            if twin.is_running():
                self.ended.add(twin)
            else:
                twin.close()
        return False

    # Loops

    def tell(self, loop: VirtualEventLoop, process: Any, what: str) -> None:
        if loop.key is None:
            self.keys += 1
            loop.key = self.keys
            self.loops[loop.key] = loop
        self.send(process.thread, "loop", loop.key, what)

    def tell_eager(self, loop: VirtualEventLoop, eager: bool) -> None:
        process = self.kernel.current()
        if loop.twin is None:
            self.tell(loop, process, "eager" if eager else "lazy")
        else:
            self.send(process.thread, "loop", loop.twin, "eager there" if eager else "lazy there")

    def twin_tasks(self, loop: VirtualEventLoop) -> list[tuple[int, Any]]:
        return [
            (birth, lambda birth=birth: self.call("~cancel", [loop.key, birth]))
            for birth in self.call("~left", [loop.key])
        ]

    def left(self, key: int) -> list[int]:
        return list(left_tasks(self.twins[key]))

    def cancel_left(self, key: int, birth: int) -> None:
        left_tasks(self.twins[key])[birth].cancel()

    async def finish_left(self) -> None:
        loop, me = asyncio.get_running_loop(), asyncio.current_task()
        await finish(loop, in_order_of_birth(loop, asyncio.all_tasks() - {me}))

    async def cleanup(self) -> None:
        await asyncio.get_running_loop().shutdown_own_asyncgens()


class Session:
    """with Session(path, budget) as s: s.f(...) - any top-level function of the file, which runs in another
    process.
    """

    def __init__(self, path: Path, budget: Budget | None = None) -> None:
        self.path = path
        self.budget = budget

    def __enter__(self) -> Any:
        here, there = socket.socketpair()
        root = str(Path(grader.__file__).parents[1])
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-B",
                str(Path(__file__).with_name("child.py")),
                str(there.fileno()),
                str(self.path),
            ],
            pass_fds=[there.fileno()],
            env={"PYTHONPATH": root, "PYTHONHASHSEED": "0"},
        )
        there.close()
        self.channel = Channel(here)
        self.kernel = Kernel(owns_clock=True, exchange=self.channel.exchange, side="J", budget=self.budget)
        self.bridge = Bridge(self.kernel)
        virtual.activate(self.kernel)
        for name, is_async in self.bridge.call("~import", []):
            setattr(self, name, self.bridge.proxy(name, is_async=is_async))
        return self

    def __exit__(self, *_: object) -> None:
        virtual.close(self.kernel)
        virtual.deactivate()
        for twin in self.bridge.twins.values():
            if not twin.is_running():
                twin.close()
        self.channel.close()
        self.process.kill()
        self.process.wait()
