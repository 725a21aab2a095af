"""The suite's end of the conversation: trusted, and trusting nothing that comes from the other one.

The submission may use only what the suite gave it, by a few operations, and sees nothing that begins with an
underscore. Nothing of it is evaluated here: no annotation stays text, no file name is believed.
"""

from __future__ import annotations

import asyncio
import builtins
import re
import types
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

from grader.bridge import hints
from grader.bridge.classes import ClassProxy
from grader.bridge.describe import SPECIALS
from grader.bridge.endpoint import Endpoint, is_bridge
from grader.bridge.environment import SharedEnvironment
from grader.bridge.functions import watch_unawaited
from grader.bridge.protocol import Message, ProtocolError, Request
from grader.judge import rule
from grader.judge.replay import replay
from grader.judge.seen import Seen

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from grader.bridge.channel import Channel
    from grader.bridge.simulation.process import Process
    from grader.judge.files import SharedFolder

_OF_LOOPS = (
    "task of",
    "current task",
    "tasks",
    "left on loop",
    "cancel on loop",
    "finish loop",
    "clean loop",
)
SERVED = frozenset(
    {
        *(
            "call",
            "getattr",
            "setattr",
            "special",
            "method",
            "dir",
            "copy",
            "when done",
            "settle",
            "input",
            "file",
        ),
        *("next", "send", "throw", "close", "asend", "athrow", "aclose", "await"),
        *_OF_LOOPS,
    }
)
"""What the submission may ask of objects that the suite gave it."""
_DENIED = frozenset(["raw", "names", "list", "getitem", "super", "signature", "delattr", "define", "reload"])
"""What an honest program may do to any object (`vars(cls)`, `del x.y`), and not to one of the suite."""
_READABLE = frozenset(
    [
        "__name__",
        "__doc__",
        "__enter__",
        "__exit__",
        "__call__",
        "__iter__",
        "__next__",
        "__len__",
        "__aenter__",
        "__aexit__",
        "__aiter__",
        "__anext__",
        "_name_",
        "_value_",
        "_member_map_",
        "_member_names_",
        "_value2member_map_",
        "_member_type_",
    ]
)
_HIDDEN = (types.ModuleType, types.FrameType, types.CodeType)
_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodType)
_SERVED_SPECIALS = SPECIALS - {"__instancecheck__", "__subclasscheck__"}
_NAMESPACE_ONLY = frozenset({"__module__", "__qualname__", "__classcell__", "__doc__", "__orig_bases__"})
_OUTCOMES = (AssertionError, pytest.fail.Exception, pytest.skip.Exception)
_OF_MOCKS = frozenset(name for name in dir(mock.AsyncMock) if not name.startswith("_"))
"""Of a mock of the suite: what it was called with, and what it is going to answer."""
_OF_FUTURES = frozenset(
    [
        "done",
        "cancelled",
        "result",
        "exception",
        "cancel",
        "cancelling",
        "uncancel",
        "set_result",
        "set_exception",
        "get_name",
        "set_name",
        "add_done_callback",
        "remove_done_callback",
        "get_loop",
        "_cancel_message",
    ]
)
"""Of a task of the suite: `get_coro`, `get_stack` and `print_stack` would show the suite's source."""
EVENT = 64
"""What an event counts besides its text."""
PROMPT = 1_000
"""Characters of what it asks with."""
INPUTS = 10_000
"""How often a submission may call `input` in one session."""


class JudgeEndpoint(Endpoint):
    """`files`: what the submission's side calls a file -> this side's copy of it."""

    def __init__(self, channel: Channel, files: Mapping[str, str]) -> None:
        super().__init__(channel, first=1)
        self._files = files
        self.named: set[type] = set()
        """Classes of the submission that the suite mentioned."""
        self._makers: weakref.WeakKeyDictionary[Any, type] = weakref.WeakKeyDictionary()
        """Functions of such classes that the suite has got from the class: they may make objects of it."""
        self._made: set[int] = set()
        """Identities of the objects that the suite made of them: only these may answer comparisons with its data."""
        self.refused: list[BaseException] = []
        """Assertions of the suite that failed in a callback, and that the submission has not let go on to where
        the suite called it: it may have swallowed them."""
        self.stops: list[StopIteration] = []
        """Raised by what is no iterator: see `unseen_stops`."""
        self.printed: list[str] = []
        """What the submission printed since this was last emptied."""
        self.replay_error: Exception | None = None
        self.seen = Seen()
        self.files: SharedFolder | None = None
        """The suite's temporary folder, once there is one."""
        self.environment = SharedEnvironment(lambda event: self.events.append(event))  # noqa: PLW0108
        self._inputs = 0
        self._heard = 0
        self.operations = {name: self.operations[name] for name in SERVED if name in self.operations}
        self.operations["dir"] = _public_names
        self.operations["input"] = self._input
        self.operations["file"] = self._file
        watch_unawaited(lambda _: None)

    # What the judge decides

    def hears(self, characters: int) -> None:
        """From now on listen to so many characters of what is told without being asked. What is more is dropped."""
        self._heard = characters

    def _may_hear(self, event: list[Any]) -> bool:
        self._heard -= EVENT + sum(len(part) for part in event if isinstance(part, (str, bytes)))
        return self._heard > 0

    def replay(self, events: list[list[Any]]) -> None:
        for event in filter(self._may_hear, events):
            try:
                match event:
                    case ["environ", bytes(name), (bytes() | None) as value]:
                        self.environment.apply(name, value, guarded=True)
                        continue
                    case ["unawaited", str(name), str(file), int(line)]:
                        self.seen.unawaited(name, file, line)
                        continue
                    case ["recorded", bytes(data)]:
                        self.seen.recorded = data
                        continue
                    case ["log", str(logger), _, _, str(text), *_]:
                        self.seen.logged(logger, text)
                    case ["stdout", str(text)]:
                        self.printed.append(text)
                replay(event, self.file)
            except ProtocolError as error:
                self.kernel._lose_peer(error)
                return
            except Exception as error:  # noqa: BLE001 - a warning made an error: raised where the suite waits
                self.replay_error = self.replay_error or error

    def takes_path(self, path: str) -> None:
        if self.files is not None:
            self.files.take(path)

    def takes_paths(self, items: list[Any]) -> None:
        if self.files is not None:
            for item in items:
                if type(item) is str and item[:1] == "/":
                    self.files.take(item)

    def gives_path(self, path: str) -> None:
        shared = self.files
        if shared is not None and shared.give(path):
            here = str(Path.cwd())
            self.events.append(["share", shared.folder, here if here.startswith(shared.folder) else None])

    def share_working_folder(self) -> None:
        """The suite has changed its working folder: relative paths mean something else now."""
        if self.files is not None:
            here = str(Path.cwd())
            self.files.give(here)
            self.events.append(
                ["share", self.files.folder, here if here.startswith(self.files.folder) else None]
            )

    def tasks_left(self, loop: Any) -> None:
        self.seen.still_pending(self.ask("pending", loop))

    def told(self, trace: types.TracebackType | None) -> list[Any]:
        """Nothing of the suite's stack: but a traceback has to be one, `generator.throw` insists."""
        return [] if trace is None else [("suite", "suite", 1)]

    def file(self, told: str) -> str:
        """Only the submission's own files: a report that quotes source must not be made to quote another."""
        return self._files.get(told, "<submission>")

    def tells_attributes(self, function: Any) -> bool:
        return False

    def opens_methods(self, method: Any) -> bool:
        return self.imports.find(method.__func__) is not None

    def module_name(self, value: Any) -> str:
        return "suite"

    def function_name(self, value: Any) -> str:
        return str(getattr(value, "__name__", "function"))

    def annotation(self, wire: Any) -> Any:
        return hints.decode(self.codec, wire, trusted=False)

    def note(self, value: Any) -> Any:
        """Text may stay text only where it is harmless to evaluate."""
        is_text = isinstance(value, str) and not hints.is_harmless(value)
        return hints.Unevaluated(value) if is_text else value

    def describe(self, value: Any) -> list[Any]:
        if issubclass(type(value), _HIDDEN):
            raise TypeError(f"the suite cannot share a {type(value).__name__} with the submission")
        if type(value) is re.Pattern:
            return ["pattern", self.codec.encode(value.pattern), value.flags]
        return super().describe(value)

    def encoded(self, make: Callable[[], Message]) -> Message:
        """What is being read may make nobody ask: half of a frame is no state to go on from."""
        if self.reading:
            raise ProtocolError("a value that has to be asked before it is there")
        return super().encoded(make)

    def handle(self, process: Process, message: Message) -> bool:
        """Nothing more is done for a side that broke the protocol, wherever in the suite's stack it was noticed."""
        try:
            return super().handle(process, message)
        except ProtocolError as error:
            self.kernel._lose_peer(error)
            return False

    def bound(self, request: Request) -> Callable[[], Any]:
        try:
            return super().bound(request)
        except ProtocolError as error:
            self.kernel._lose_peer(error)
            raise

    def answered(self, operation: str, arguments: tuple[Any, ...], value: Any) -> Any:
        if self.replay_error is not None:
            error, self.replay_error = self.replay_error, None
            raise error
        if operation in ("getattr", "raw") and arguments[1] == "__annotations__":
            items = (
                dict.items(value) if isinstance(value, dict) else ()
            )  # another mapping could hide its texts
            return {name: self.note(each) for name, each in items}
        if operation == "call" and type(value) in self.named and type(value) is self._maker(arguments):
            self._made.add(id(value))
        if operation == "copy" and self.made_by_suite(arguments[0]) and type(value) is type(arguments[0]):
            self._made.add(id(value))
        return value

    def raised(self, operation: str, error: BaseException) -> BaseException:
        """Only a call may end in SystemExit: from a `__repr__` it would end the suite's session."""
        if self.refused and _is_outcome(error):
            back = _leaves(error)
            self.refused = [each for each in self.refused if not back & _leaves(each)]
        if isinstance(error, StopIteration) and operation in ("call", "method", "special", "getattr"):
            self.stops.append(error)
        if isinstance(error, SystemExit) and operation not in ("call", "method", "await"):
            return RuntimeError(f"SystemExit({error.code!r:.80})").with_traceback(error.__traceback__)
        return error

    def tells_reasons(self, error: BaseException) -> bool:
        """An assertion's text holds expected values. The object itself comes back unchanged: it is this side's."""
        return not _is_outcome(error)

    def failed(self, error: BaseException) -> BaseException:
        if _is_outcome(error):
            self.refused.append(error)
        return error

    # The rule of comparison

    def special(self, name: str, owner: list[type]) -> Any:
        if name in ("__exit__", "__aexit__"):
            return self._leaving(name, super().special(name, owner))
        if name == "__next__":
            return self._stepping(super().special(name, owner))
        if name in rule.CONTESTED:
            method = rule.contested(self, name, owner)
        elif name in rule.UNARY:
            method = rule.unary(self, super().special(name, owner))
        elif name in rule.SELVES:
            method = rule.itself(self, super().special(name, owner))
        else:
            return super().special(name, owner)
        method.__name__ = method.__qualname__ = name
        return method

    def _leaving(self, name: str, method: Callable[..., Any]) -> Any:
        """A context manager of the submission may swallow what it likes, but not an assertion of the suite unseen."""

        def left(error: BaseException | None, answer: object) -> bool:
            # Asked once: an object of the submission could say something else the next time.
            swallowed = bool(answer)
            if error is not None and swallowed and _is_outcome(error):
                self.refused.append(error)
            return swallowed

        def leave(this: Any, kind: Any = None, error: Any = None, trace: Any = None) -> bool:
            return left(error, method(this, kind, error, trace))

        async def leave_async(this: Any, kind: Any = None, error: Any = None, trace: Any = None) -> bool:
            return left(error, await method(this, kind, error, trace))

        made = leave if name == "__exit__" else leave_async
        made.__name__ = made.__qualname__ = name
        return made

    def _stepping(self, method: Callable[..., Any]) -> Any:
        """An iterator ends by StopIteration: no other method may do so unseen."""

        def __next__(this: Any) -> Any:  # noqa: N807
            __tracebackhide__ = True
            try:
                return method(this)
            except StopIteration as end:
                self.stops = [each for each in self.stops if each is not end]
                raise

        return __next__

    def unseen_stops(self, places: Collection[str]) -> bool:
        """Did a StopIteration of the submission end something in the suite without one line of it that saw it go by?

        `all(map(solution.is_even, numbers))` takes it for the end of the numbers, and is true. The outermost line of a
        traceback is where an exception was last seen; `places`: the files of the submission.
        """
        for error in self.stops:
            trace = error.__traceback__
            if trace is None or is_bridge(trace.tb_frame) or trace.tb_frame.f_code.co_filename in places:
                return True
        return False

    def made_by_suite(self, value: Any) -> bool:
        """Did the suite make `value`, by calling a class that it names or a function of that class?"""
        return id(value) in self._made and type(value) in self.named

    def comes_from_suite(self, value: Any) -> Any:
        """`value`, which an operator of an object that the suite made has given, counts as made by it too."""
        if self.imports.find(value) is not None:
            self._made.add(id(value))
        return value

    def imported(self, number: int, description: Any = None) -> Any:
        """What arrives is the submission's, even if the suite made it once: it comes as something else now."""
        standin = super().imported(number, description)
        self._made.discard(id(standin))
        return standin

    def _maker(self, call: tuple[Any, ...]) -> Any:
        """The class that is to make an object: itself, as the `cls` of its class method, or by a static one."""
        function, first = (*call, None)[:2]
        if type(function) is types.FunctionType:
            return self._makers.get(function, first)
        return function

    def owner_of_method(self, wire: Any) -> Any:
        """Reading a method of an object is not being given the object."""
        made = frozenset(self._made)
        owner = super().owner_of_method(wire)
        if id(owner) in made:
            self._made.add(id(owner))
        return owner

    def class_attribute(self, cls: Any, name: str) -> Any:
        value = super().class_attribute(cls, name)
        if type(value) is types.FunctionType:
            self._makers[value] = cls
        return self._name(value)

    def module_attribute(self, module: Any, name: str) -> Any:
        return self._name(super().module_attribute(module, name))

    def _name(self, value: Any) -> Any:
        if isinstance(value, ClassProxy):
            self.named.add(value)
        return value

    def define(
        self, cls: Any, name: str, bases: tuple[Any, ...], namespace: dict[str, Any], kwargs: Any
    ) -> None:
        """The suite derives from a submission's class: make the same class there, with the suite's functions in it."""
        members = {key: value for key, value in namespace.items() if key not in _NAMESPACE_ONLY}
        number = self.ask("define", name, bases, list(members.items()), **kwargs)
        if type(number) is not int:
            raise ProtocolError("a class without a number")
        self.adopt(number, cls)
        self.named.add(cls)

    # The guard

    def permit(self, operation: str, arguments: list[Any]) -> None:
        """Only what was given may be used, only by the listed operations, and nothing with an underscore is shown."""
        if operation in _DENIED:
            raise TypeError(f"what the suite gave cannot be looked into ({operation})")
        if operation not in SERVED:
            raise ProtocolError(f"{operation!r:.40} is not served")
        if operation in ("input", "settle", "file") or operation in _OF_LOOPS:
            return
        target = arguments[0] if arguments else None
        if operation == "special":
            owner, name, target = (*arguments, None, None, None)[:3]
            if (
                name not in _SERVED_SPECIALS
                or not isinstance(owner, type)
                or not issubclass(type(target), owner)
            ):
                raise ProtocolError(f"{name!r:.40} is not served")
        entry = self.exports.find(target)
        if entry is None:
            raise ProtocolError(f"{operation!r} on an object that was not given")
        if not entry.given:  # a class of the suite, of which the submission has seen an instance
            raise TypeError(f"a class that the suite did not give cannot be looked into ({operation})")
        if isinstance(target, BaseException) and _is_outcome(target):
            raise AttributeError(f"what a {type(target).__name__} of the suite says stays there")
        if operation in ("getattr", "setattr", "method"):
            self._permit_attribute(operation, target, arguments[1])

    def _permit_attribute(self, operation: str, target: Any, name: Any) -> None:
        if type(name) is not str:
            raise ProtocolError("an attribute whose name is not text")
        if isinstance(target, asyncio.Future):
            hidden = name not in _OF_FUTURES
        else:
            hidden = name.startswith("_") and name not in _READABLE
        if hidden or (issubclass(type(target), mock.NonCallableMock) and name in _OF_MOCKS):
            raise AttributeError(f"{type(target).__name__!r} object has no attribute {name!r}")
        if operation == "setattr" and (
            issubclass(type(target), (type, asyncio.Future, *_FUNCTIONS))
            or callable(getattr(type(target), name, None))
        ):  # by its methods the suite looks at its own objects
            raise AttributeError(f"{name!r} of a {type(target).__name__} of the suite is read-only")

    def _file(self, *request: Any) -> Any:
        if self.files is None or len(request) < 2:
            raise ProtocolError("a file that was not given")
        return self.files.serve(*request)

    def _input(self, prompt: str) -> str:
        self._inputs += 1
        if self._inputs > INPUTS or type(prompt) is not str:
            raise ProtocolError("input without end")
        return builtins.input(prompt[:PROMPT])


def _is_outcome(error: BaseException) -> bool:
    """Is it an assertion of the suite, or a group with one in it?"""
    if isinstance(error, BaseExceptionGroup):
        return any(_is_outcome(each) for each in error.exceptions)
    return isinstance(error, _OUTCOMES)


def _leaves(error: BaseException) -> set[int]:
    """The identities of the errors in a group, or of the only one."""
    if isinstance(error, BaseExceptionGroup):
        return set().union(*map(_leaves, error.exceptions))
    return {id(error)}


def _public_names(value: Any) -> list[str]:
    """What `dir` tells: nothing of what the suite keeps to itself by an underscore."""
    names = [name for name in dir(value) if type(name) is str]
    return [name for name in names if not name.startswith("_") or (name[:2] == "__" and name[-2:] == "__")]
