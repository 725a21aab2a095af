"""One end of the conversation: asks, answers, and keeps the state that both sides share in step.

A plain call is strictly nested: whoever asks waits for the answer, and serves what the other side asks meanwhile. The
kernel says who runs; this class says what crosses when the token does. `Calls` adds what outlives a call: coroutines,
cancellation and event loops. What the two sides do differently are the methods under "what each side decides".
"""

from __future__ import annotations

import copy
import functools
import sys
import types
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from grader.bridge import ahead, describe, errors, hints, recursion, shadows
from grader.bridge.calls import Calls
from grader.bridge.codec import Codec, Reference
from grader.bridge.contexts import Contexts
from grader.bridge.protocol import Ended, Failure, Frame, Made, Message, ProtocolError, Reply, Request
from grader.bridge.refs import Exports, Import, Imports
from grader.bridge.simulation.errors import SimulationError
from grader.bridge.standins import StandIns
from grader.bridge.twins import Twins

if TYPE_CHECKING:
    from grader.bridge.channel import Channel
    from grader.bridge.simulation.handover import Handover
    from grader.bridge.simulation.kernel import Kernel
    from grader.bridge.simulation.process import Process

Operation = Callable[..., Any]
TOLD = 64
"""How many frames of a traceback are told, innermost first."""
DEPTH = 150
"""Calls and callbacks in one another's arms, on one thread."""


class Endpoint:
    """`first` is 1 on one side and 2 on the other."""

    def __init__(self, channel: Channel, first: int) -> None:
        self.channel = channel
        self.exports = Exports()
        self.imports = Imports()
        self.twins = Twins(first)
        self.codec = Codec(self)
        self.standins = StandIns(self)
        self.busy = False
        """A frame is being made or read: nothing may be asked now."""
        self.reading = False
        """It is being read."""
        self.events: list[list[Any]] = []
        """What this side tells without being asked, with the next frame."""
        self.kernel: Kernel
        self.contexts = Contexts(first)
        self.calls = Calls(self)
        self._depths: dict[str, int] = {}
        self._numbers = 0
        self._answers: dict[int, Any] = {}
        self._asked: set[int] = set()
        self.operations: dict[str, Operation] = {
            "call": lambda function, /, *args, **kwargs: function(*args, **kwargs),
            "getattr": getattr,
            "setattr": setattr,
            "delattr": delattr,
            "dir": lambda value: [name for name in dir(value) if type(name) is str],
            "special": call_special,
            "next": next,
            "send": lambda generator, value: generator.send(value),
            "throw": lambda generator, error: generator.throw(error),
            "close": lambda generator: generator.close(),
            "asend": lambda generator, value: generator.asend(value),
            "athrow": lambda generator, error: generator.athrow(error),
            "aclose": lambda generator: generator.aclose(),
            "await": lambda awaitable: awaitable,
            "method": lambda value, name, /, *args, **kwargs: getattr(value, name)(*args, **kwargs),
            "when done": lambda future, tell: future.add_done_callback(lambda _: tell()),
            "task of": self.calls.task_of,
            "current task": self.calls.current_task,
            "tasks": self.calls.own_tasks,
            "left on loop": self.calls.loops.left,
            "cancel on loop": self.calls.loops.cancel,
            "finish loop": self.calls.loops.finish,
            "clean loop": self.calls.loops.clean,
            "settle": lambda: None,
            "copy": lambda value, deep: copy.deepcopy(value) if deep else copy.copy(value),
        }

    def attach(self, kernel: Kernel) -> None:
        """Let `kernel` hand the token over through this endpoint."""
        self.kernel = kernel
        kernel.handle = self.handle
        self.calls.attach(kernel)

    # What each side decides for itself

    def tells(self, filename: str) -> str | None:
        """What the other side may know of a file whose code is on this side's stack."""
        return None

    def stack(self) -> list[shadows.FrameInfo]:
        """This side's frames that may be told, outermost first."""
        return []

    def file(self, told: str) -> str:
        """The file on this side that the other side's `told` means."""
        return f"<{told}>"

    def tells_names(self, cls: type) -> bool:
        """Does the other side need the names of this class's attributes?"""
        return False

    def tells_attributes(self, function: Any) -> bool:
        """Does the other side share the attributes of this function?"""
        return True

    def tells_reasons(self, error: BaseException) -> bool:
        """May the other side see the arguments of this exception?"""
        return True

    def opens_methods(self, method: Any) -> bool:
        """May the other side see the two halves of this bound method?"""
        return True

    def module_name(self, value: Any) -> str:
        name = getattr(value, "__module__", None)
        return name if isinstance(name, str) else "builtins"

    def function_name(self, value: Any) -> str:
        name = getattr(value, "__qualname__", None)
        return name if isinstance(name, str) else "function"

    def looks_inside(self, cls: type) -> bool:
        """Does the other side answer for the namespace of the class that `cls` stands for?"""
        return self.imports.find(cls) is not None

    def takes_path(self, path: str) -> None:
        """The other side names a path."""

    def takes_paths(self, items: list[Any]) -> None:
        """The other side names whatever of `items` are paths."""

    def gives_path(self, path: str) -> None:
        """A value that may be a path goes to the other side."""

    def tasks_left(self, loop: Any) -> None:
        """A loop ends, and tasks of the other side are left on its twin."""

    def owner_of_method(self, wire: Any) -> Any:
        """The object that a bound method of the other side belongs to."""
        return self.codec.decode(wire)

    def annotation(self, wire: Any) -> Any:
        """An annotation of the other side; see `hints`."""
        return hints.decode(self.codec, wire, trusted=True)

    def note(self, value: Any) -> Any:
        """The same for one that arrived as a value."""
        return value

    def replay(self, events: list[list[Any]]) -> None:
        """What the other side told without being asked."""

    def answered(self, operation: str, arguments: tuple[Any, ...], value: Any) -> Any:
        """The other side's answer, before the asker sees it."""
        return value

    def raised(self, operation: str, error: BaseException) -> BaseException:
        """What the other side's exception becomes for the asker."""
        return error

    def failed(self, error: BaseException) -> BaseException:
        """What this side lets the other see of an exception that ended one of its requests."""
        return error

    def special(self, name: str, owner: list[type]) -> Any:
        """The special method `name` of the stand-in class that `owner` will hold."""
        endpoint = self

        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            return endpoint.ask("special", owner[0], name, self, *args, **kwargs)

        def hash_(self: Any) -> int:
            entry = endpoint.imports.find(self)
            if entry is None:
                return object.__hash__(self)
            if entry.hash is None:
                entry.hash = endpoint.ask("special", owner[0], name, self)
            return entry.hash

        def compare(self: Any, other: Any) -> Any:
            return NotImplemented if endpoint.busy else method(self, other)

        def awaited(self: Any) -> Any:
            return endpoint.calls.finish(self).__await__()

        special = {"__hash__": hash_, "__eq__": compare, "__ne__": compare, "__await__": awaited}
        made = special.get(name, method)
        made.__name__ = made.__qualname__ = name
        return made

    def class_attribute(self, cls: Any, name: str) -> Any:
        return self.ask("getattr", cls, name)

    def module_attribute(self, module: Any, name: str) -> Any:
        return self.ask("getattr", module, name)

    def define(
        self, cls: Any, name: str, bases: tuple[Any, ...], namespace: dict[str, Any], kwargs: Any
    ) -> None:
        raise TypeError("a class of the other process cannot be subclassed here")

    def permit(self, operation: str, arguments: list[Any]) -> None:
        """Raise ProtocolError for a request that this side does not serve."""

    # The conversation

    def ask(self, operation: str, /, *arguments: Any, **keywords: Any) -> Any:
        """Have the other side do something, and wait for the answer. Raises what it raises."""
        __tracebackhide__ = True
        process = self.asker(operation)
        number = self.next_number()
        depth = self._depths.get(process.thread, 0)
        if depth > DEPTH:
            raise RecursionError("maximum recursion depth exceeded")
        recursion.deepen()
        try:
            self.post(lambda: self.request(process, number, operation, arguments, keywords))
            self._asked.add(number)
            self.kernel.direct = process.thread
            while number not in self._answers:
                self.kernel.wait(resting=True)
                self.kernel.serve_inbox(process)
        finally:
            self._asked.discard(number)
            recursion.restore()
        match self._answers.pop(number):
            case Failure() as failure:
                raise self.raised(operation, failure.error)
            case answer:
                return self.answered(operation, arguments, answer.value)

    def make_ahead(
        self, kind: str, function: types.FunctionType, arguments: list[Any], keywords: dict[str, Any]
    ) -> Any:
        """Call what only pauses, without asking."""
        return ahead.make(self, kind, function, arguments, keywords)

    def asker(self, operation: str) -> Process:
        """The calling thread's process, which may ask now. Raises RuntimeError."""
        if self.busy:
            raise RuntimeError(f"{operation!r} cannot be asked while a frame is made or read")
        return self.process()

    def process(self) -> Process:
        """The calling thread's process. Raises RuntimeError for a thread that the simulation does not know."""
        process = self.kernel.current()
        if process is None:
            raise RuntimeError(
                "this thread was started outside the simulation: it cannot reach the submission"
            )
        return process

    def lose(self, number: int) -> None:
        """The stand-in for a coroutine of the other side is collected, and nobody awaited it: let it be known there.

        At once, if this happens in the middle of a program: in one process the warning comes now.
        """
        self.imports.lost.add(number)
        if not self.busy and not is_bridge(sys._getframe(2)) and self.kernel.may_ask():
            self.ask("settle")

    def end(self, number: int) -> None:
        """The stand-in for a generator of the other side is collected between two of its steps: its `finally` runs now,
        if this happens in the middle of a program."""
        if self.busy or is_bridge(sys._getframe(3)) or not self.kernel.may_ask():
            return
        self.imports.ending.add(number)
        try:
            self.ask("close", Reference(number))
        finally:
            self.imports.ending.discard(number)

    def is_serving(self, levels: int = 1) -> bool:
        """Does the calling thread do what the other side asked, in so many requests inside of one another?"""
        process = self.kernel.current()
        return process is not None and self._depths.get(process.thread, 0) >= levels

    def next_number(self) -> int:
        self._numbers += 1
        return self._numbers

    def request(
        self,
        process: Process,
        number: int,
        operation: str,
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
        *,
        begin: bool = False,
    ) -> Request:
        values, named = self.encoded_arguments(arguments, keywords)
        context = self.contexts.current(process.thread)
        return Request(process.thread, number, operation, values, named, self.stack(), begin, context)

    def encoded_arguments(
        self, arguments: Iterable[Any], keywords: dict[str, Any]
    ) -> tuple[list[Any], dict[str, Any]]:
        """What a call is given, for the wire; in the order of reading, for an object is described where it is first."""
        encode = self.codec.encode
        values = [encode(argument) for argument in arguments]
        return values, {name: encode(value) for name, value in keywords.items()}

    def post(self, make: Callable[[], Message]) -> None:
        """Queue the message that `make` encodes, and let the other side have a turn for it."""
        self.kernel.send(self.encoded(make))

    def encoded(self, make: Callable[[], Message]) -> Message:
        """The message that `make` encodes. What cannot be encoded leaves no trace, and raises."""
        fresh, given = self.codec.mark(), len(self.exports.journal)
        was_busy, self.busy = self.busy, True
        try:
            return make()
        except BaseException:
            self.codec.take_back(fresh)
            self.exports.take_back(given)
            raise
        finally:
            self.busy = was_busy

    def exchange(self, handover: Handover, messages: list[Any]) -> tuple[Handover, list[Any]]:
        """Give the token away; return what came with it when it is back. Raises EOFError and ProtocolError."""
        self.give(handover, messages)
        return self.take()

    def give(self, handover: Handover, messages: list[Any]) -> None:
        self.busy = True
        try:
            if messages and self.imports.unsent:
                self.imports.unsent.clear()
            states = self.codec.states()
            self.exports.journal.clear()
            # Only now: what was changed and then let go of has been told.
            dropped = self.twins.sweep() if self.twins else []
            released = self.imports.releases(self.twins.drop)
            events, self.events = self.events, []
            if events:
                events = [self._wire_event(event) for event in events]
            born, gone = self.contexts.told()
            handover = self.kernel.renewed(handover)
            frame = Frame(handover, messages, states, dropped, released, events, born, gone)
            data = self.channel.encode(frame)
        finally:
            self.busy = False
        self.channel.send(data)

    def take(self) -> tuple[Handover, list[Any]]:
        frame = self.channel.receive()
        # At once: what is let go of here may make something ready, which comes after all that the other side did.
        self.kernel.stamp = max(self.kernel.stamp, frame.handover.stamp)
        self.busy = self.reading = True
        try:
            if frame.twins:
                self.codec.shells(frame.twins)
            messages = [each for each in map(self._decoded, frame.messages) if each is not None]
            if frame.twins:
                self.codec.fill(frame.twins)
            for number in frame.dropped:
                self.twins.drop(number)
            for number, count, lost in frame.released:
                self.exports.release(number, count, lost)
            if frame.born or frame.gone:
                self.contexts.learn(frame.born, frame.gone)
            events = [self._event(event) for event in frame.events] if frame.events else None
        finally:
            self.busy = self.reading = False
        if events:
            self.kernel.postponed.append(lambda: self.replay(events))
        return frame.handover, messages

    def _wire_event(self, event: list[Any]) -> list[Any]:
        """Events are plain data but for the class of a warning and the exception of a log record, which may be the
        program's own."""
        if event[0] not in ("warning", "log"):
            return event
        try:
            encoded = self.codec.encode(event[2])
        except Exception:  # noqa: BLE001 - a frame is on its way, and goes without what may not cross
            encoded = None
        return [*event[:2], encoded, *event[3:]]

    def _event(self, event: list[Any]) -> list[Any]:
        if event[:1] in (["warning"], ["log"]) and len(event) > 2:
            return [*event[:2], self.codec.decode(event[2]), *event[3:]]
        return event

    def _decoded(self, message: Message) -> Message | None:
        """None for what is done already."""
        decode = self.codec.decode
        match message:
            case Request() | Made():
                message.arguments = [decode(argument) for argument in message.arguments]
                message.keywords = {name: decode(value) for name, value in message.keywords.items()}
                if isinstance(message, Made):
                    message.function = decode(message.function)
                    ahead.answer(self, message)
                    return None
            case Reply() | Ended():
                message.value = decode(message.value)
                if isinstance(message, Ended) and message.failed:
                    _insist_on_exception(message.value)
            case Failure():
                message.error = decode(message.error)
                _insist_on_exception(message.error)
        return message

    def handle(self, process: Process, message: Message) -> bool:
        """Do what a message asks, on the process that it is for. True: it stopped a loop."""
        match message:
            case Request(begin=False):
                self._serve(process, message)
            case Reply() | Failure() if message.number in self._asked and message.number not in self._answers:
                self._answers[message.number] = message
            case _:
                return self.calls.handle(process, message)
        return False

    def _serve(self, process: Process, request: Request) -> None:
        depth = self._depths.get(process.thread, 0)
        self._depths[process.thread] = depth + 1
        try:
            answer = self.perform(process, request)
        finally:
            self._depths[process.thread] = depth
        self.post(answer)
        self.kernel.direct = process.thread

    def perform(self, process: Process, request: Request) -> Callable[[], Message]:
        """Do what is asked; returns what encodes the answer."""
        thread, number = process.thread, request.number
        try:
            call = self.bound(request)
            if request.stack:
                call = functools.partial(shadows.beneath, self._frames(request.stack), call)
            result = self.contexts.serve(thread, request.context, call)
            wire = self._encoded(result)
        except SimulationError:
            raise
        except BaseException as error:  # noqa: BLE001 - the asker gets it, whatever it is
            failure = self.failed(error)
            return lambda: Failure(thread, number, self.codec.encode(failure))
        return lambda: Reply(thread, number, wire())

    def _encoded(self, result: Any) -> Callable[[], Any]:
        """Encode later, with the message. A result that may not cross must be found out now, and is rare."""
        if type(result) in (types.FrameType, types.CodeType, types.ModuleType):
            self.describe(result)
        return lambda: self.codec.encode(result)

    def bound(self, request: Request) -> Callable[[], Any]:
        """The operation of a request with its arguments. Raises ProtocolError for what is not served."""
        self.permit(request.operation, request.arguments)
        operation = self.operations.get(request.operation)
        if operation is None:
            raise ProtocolError(f"{request.operation!r} is not an operation")
        return functools.partial(operation, *request.arguments, **request.keywords)

    # Stand-ins and what is told of this side's objects

    def imported(self, number: int, description: Any = None) -> Any:
        """The stand-in for the other side's object `number`."""
        entry = self.imports.by_number.get(number)
        if entry is None:
            if description is None:
                raise ProtocolError(f"object {number!r} was never described")
            entry = Import(number, description)
        else:
            entry.count += 1
            standin = entry.standin()
            if standin is not None:
                return standin
        made = entry

        def bind(standin: Any, *, forever: bool = False, twin: int | None = None) -> None:
            made.twin = twin
            self.imports.bind(made, standin, forever=forever)

        match entry.description:
            case ["exception", *rest]:
                return errors.build(self.codec, rest, bind, self.traceback)
            case _:
                return self.standins.make(entry.description, bind)

    def told(self, trace: types.TracebackType | None) -> list[shadows.FrameInfo]:
        """What the other side may know of a traceback: this side's own files, outermost first."""
        frames = []
        while trace is not None:
            told = self.tells(trace.tb_frame.f_code.co_filename)
            if told is not None:
                frames.append((told, trace.tb_frame.f_code.co_name, trace.tb_lineno))
            trace = trace.tb_next
        return frames[-TOLD:]

    def traceback(self, wire: list[Any]) -> types.TracebackType | None:
        return shadows.traceback(self._frames(wire))

    def _frames(self, wire: list[Any]) -> list[shadows.FrameInfo]:
        return [(self.file(str(told)), str(name), int(line)) for told, name, line in wire[-TOLD:]]

    def adopt(self, number: int, standin: Any) -> None:
        """Make `standin`, a class of this side, the face of the other side's object `number`."""
        self.imports.bind(Import(number, None), standin, forever=True)

    def describe(self, value: Any) -> list[Any]:
        return describe.describe(self, value)


def is_bridge(frame: types.FrameType | None) -> bool:
    """Is it the code of the bridge itself that runs there?"""
    return frame is not None and frame.f_code.co_filename.startswith(_HERE)


_HERE = __file__.rpartition("/")[0] + "/"


def call_special(owner: type, name: str, value: Any, /, *args: Any, **kwargs: Any) -> Any:
    """Call the special method that `owner` defines, as Python would for `value`."""
    return bind_to(defined(owner, name), value)(*args, **kwargs)


def defined(owner: type, name: str) -> Any:
    """What `owner` or the nearest of its bases defines under `name`. Raises AttributeError."""
    for base in type.__dict__["__mro__"].__get__(owner):
        own = type.__dict__["__dict__"].__get__(base)
        if name in own:
            return own[name]
    raise AttributeError(f"type object {owner.__name__!r} has no attribute {name!r}")


def bind_to(raw: Any, value: Any) -> Any:
    """What attribute access makes of `raw`, found in the class of `value`."""
    bind = getattr(type(raw), "__get__", None)
    return raw if bind is None else bind(raw, value, type(value))


def _insist_on_exception(error: Any) -> None:
    if not isinstance(error, BaseException):
        raise ProtocolError(f"{type(error).__name__} raised")
